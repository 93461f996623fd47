//! The resources that an offering requires, and how far they reach at a start.

use super::assign::{Stock, Want, assign};
use super::engine::Engine;
use super::free::{Free, OFF, Steady};
use super::load::Load;
use super::model::{Need, Offering, Reason, Resource};
use crate::id::ResourceId;
use crate::order::InOrder;
use crate::zone::Span;

/// What "left" counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    Seats,
    Bookings,
}

/// All requirements of an offering over a range of days.
pub(super) struct Needs<'a> {
    needs: Vec<Pool>,
    members: Vec<Member<'a>>,
    /// No resource serves two requirements.
    pub apart: bool,
    /// Some requirement is shared by the bookings of a departure.
    pub share: bool,
    /// The most in seats and in bookings.
    full: (u32, u32),
}

struct Pool {
    need: Need,
    /// Places in `members`, in order of resource id.
    members: Vec<usize>,
}

struct Member<'a> {
    rank: usize,
    resource: &'a Resource,
    load: &'a Load,
    free: Free<'a>,
    /// At the start measured last: off, free for one booking, free for all bookings of the departure together.
    off: bool,
    alone: u32,
    together: u32,
}

/// How far the resources reach at the start measured last.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// Seats or bookings, as counted; without limit the largest number.
    pub most: u32,
    /// The same, of the resources alone.
    resources: u32,
    /// The requirement that limits.
    pool: Option<usize>,
}

/// Why a requirement limits.
pub(super) struct Shortage<'a> {
    /// The first of its resources to be short.
    resource: Option<&'a ResourceId>,
    /// They all are off.
    off: bool,
    /// The start is closed for it: they are off, or one that the departure shares is busy elsewhere. Where its own units
    /// are sold, it is merely sold out.
    pub closes: bool,
}

impl Shortage<'_> {
    /// To be told.
    pub fn reason(&self) -> Reason {
        let resource = self.resource.cloned();
        if self.off { Reason::Blocked { resource } } else { Reason::ResourceBusy { resource } }
    }
}

impl Need {
    pub(super) fn shared(self) -> bool {
        matches!(self, Self::PerDeparture(_) | Self::PerDepartureSeats(_))
    }

    /// Units needed for a party on a departure with so many seats taken.
    fn units(self, seats: u32, taken: u32) -> u32 {
        match self {
            Self::PerDeparture(units) | Self::PerBooking(units) => units,
            Self::PerSeats(each) => seats.div_ceil(each.max(1)),
            Self::PerDepartureSeats(each) => taken.saturating_add(seats).div_ceil(each.max(1)),
        }
    }

    /// The most that so many units allow.
    fn most(self, counting: Counting, units: u32, seats: u32, taken: u32) -> u32 {
        let all_or_nothing = |needed: u32| if needed <= units { u32::MAX } else { 0 };
        match (self, counting) {
            (Self::PerDeparture(needed), _) | (Self::PerBooking(needed), Counting::Seats) => all_or_nothing(needed),
            (Self::PerBooking(1), Counting::Bookings) => units, // by far the most usual; a division costs
            (Self::PerBooking(needed), Counting::Bookings) => units.checked_div(needed).unwrap_or(u32::MAX),
            (Self::PerSeats(each), Counting::Seats) => units.saturating_mul(each.max(1)),
            (Self::PerSeats(_), Counting::Bookings) => units.checked_div(self.units(seats, taken)).unwrap_or(u32::MAX),
            (Self::PerDepartureSeats(each), Counting::Seats) => units.saturating_mul(each.max(1)).saturating_sub(taken),
            (Self::PerDepartureSeats(each), Counting::Bookings) => {
                let left = units.saturating_mul(each.max(1)).checked_sub(taken);
                left.map_or(0, |left| left.checked_div(seats).unwrap_or(u32::MAX))
            }
        }
    }
}

impl<'a> Needs<'a> {
    pub fn new(engine: &'a Engine, offering: &Offering, seats: u32, first: i64, last: i64) -> Self {
        let mut all = Self { needs: Vec::new(), members: Vec::new(), apart: true, share: false, full: (0, 0) };
        for requirement in &offering.requires {
            let mut ranks: Vec<usize> = requirement.any_of.iter().filter_map(|id| engine.rank(id)).collect();
            ranks.in_order();
            ranks.dedup();
            let mut members = Vec::with_capacity(ranks.len());
            for rank in ranks {
                let known = all.members.iter().position(|member| member.rank == rank);
                all.apart &= known.is_none();
                let place = known.or_else(|| {
                    let (resource, load) = (engine.resources.get(rank)?, engine.loads.get(rank)?);
                    all.members.push(Member {
                        rank,
                        resource,
                        load,
                        free: Free::new(resource, &load.left, engine.zone, first, last),
                        off: false,
                        alone: 0,
                        together: 0,
                    });
                    Some(all.members.len().saturating_sub(1))
                });
                members.extend(place);
            }
            all.share |= requirement.need.shared();
            all.needs.push(Pool { need: requirement.need, members });
        }
        all.full = (all.full_of(Counting::Seats, seats), all.full_of(Counting::Bookings, seats));
        all
    }

    /// Looks at every resource over a start: `hours` must be open, `busy` must have units free. `departure` is the
    /// number under which others on the departure share resources already. Says by how many seconds both may move on
    /// with the same outcome, were there no departure.
    pub fn measure(&mut self, hours: Span, busy: Span, departure: Option<u32>) -> i64 {
        let mut steady = i64::MAX;
        for member in &mut self.members {
            let open = member.free.open(hours);
            let least = if open.value { member.free.least(busy) } else { Steady::forever(OFF) };
            steady = steady.min(open.seconds).min(least.seconds);
            member.off = least.value == OFF;
            member.alone = units(least.value);
            member.together = match departure {
                Some(departure) if !member.off => {
                    units(member.free.least_without(busy, member.load.shared_by(departure)))
                }
                _ => member.alone,
            };
        }
        steady
    }

    /// How far each requirement reaches by itself.
    pub fn limit(&self, counting: Counting, seats: u32, taken: u32) -> Limit {
        let mut limit = Limit { most: u32::MAX, resources: u32::MAX, pool: None };
        for (place, pool) in self.needs.iter().enumerate() {
            let shared = pool.need.shared();
            let mut units = 0_u32;
            for member in self.members(pool) {
                units = units.saturating_add(if shared { member.together } else { member.alone });
            }
            let most = pool.need.most(counting, units, seats, taken);
            if most < limit.most {
                limit = Limit { most, resources: most, pool: Some(place) };
            }
        }
        limit
    }

    /// What there is too little of, if it is resources.
    pub fn shortage(&self, limit: &Limit, want: u32) -> Option<Shortage<'a>> {
        let pool = self.needs.get(limit.pool?).filter(|_| limit.resources < want)?;
        let off = self.members(pool).all(|member| member.off);
        let short = self.members(pool).find(|member| off || !member.off);
        let resource = short.map(|member| &member.resource.id);
        Some(Shortage { resource, off, closes: off || pool.need.shared() })
    }

    fn members(&self, pool: &Pool) -> impl Iterator<Item = &Member<'a>> {
        pool.members.iter().filter_map(|place| self.members.get(*place))
    }

    /// What [`limit`](Self::limit) would allow if nothing were sold and nobody off.
    pub fn full(&self, counting: Counting) -> u32 {
        let (seats, bookings) = self.full;
        if counting == Counting::Seats { seats } else { bookings }
    }

    fn full_of(&self, counting: Counting, seats: u32) -> u32 {
        let of_pool = |pool: &Pool| {
            let units = self.members(pool).fold(0_u32, |sum, member| sum.saturating_add(member.resource.units));
            pool.need.most(counting, units, seats, 0)
        };
        self.needs.iter().map(of_pool).min().unwrap_or(u32::MAX)
    }

    /// Whether all requirements can be met at once.
    pub fn can_assign(&self, seats: u32, taken: u32) -> bool {
        assign(&self.wants(seats, taken), &self.stocks(&self.by_id())).is_some()
    }

    /// Units of each resource to claim, by id: `(resource, units, shared by the departure)`. What the departure shares
    /// already comes first, then who has least to do on the date, then the id.
    pub fn take(&self, seats: u32, taken: u32, date: Span) -> Option<Vec<(ResourceId, u32, bool)>> {
        let busy = |place: &usize| self.members.get(*place).map_or(0, |member| member.load.work(date));
        let mut order = self.by_id();
        order.in_order_by(busy);
        let (wants, stocks) = (self.wants(seats, taken), self.stocks(&order));
        let flows = assign(&wants, &stocks)?;
        let mut claims = Vec::new();
        for place in self.by_id() {
            let Some(member) = self.members.get(place) else { continue };
            for shared in [true, false] {
                let of_wants = wants.iter().zip(&flows).filter(|(want, _)| want.shared == shared);
                let mut units = 0_u32;
                for (_, flow) in of_wants {
                    let here = stocks.iter().zip(flow).filter(|(stock, _)| stock.member == place);
                    units = here.fold(units, |sum, (_, units)| sum.saturating_add(*units));
                }
                if units > 0 {
                    claims.push((member.resource.id.clone(), units, shared));
                }
            }
        }
        Some(claims)
    }

    fn by_id(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.in_order_by(|place| self.members.get(*place).map(|member| member.rank));
        order
    }

    fn wants(&self, seats: u32, taken: u32) -> Vec<Want<'_>> {
        let want = |pool| {
            let Pool { need, members }: &Pool = pool;
            Want { pool: members, units: need.units(seats, taken), shared: need.shared() }
        };
        self.needs.iter().map(want).collect()
    }

    /// What the departure has already, then the rest, each in the order given.
    fn stocks(&self, order: &[usize]) -> Vec<Stock> {
        let members = || order.iter().filter_map(|place| Some((*place, self.members.get(*place)?)));
        let kept = members().filter(|(_, member)| member.alone < member.together).map(|(place, member)| Stock {
            member: place,
            units: member.together.saturating_sub(member.alone),
            shared_only: true,
        });
        let rest = members().map(|(place, member)| Stock { member: place, units: member.alone, shared_only: false });
        kept.chain(rest).collect()
    }
}

fn units(least: i64) -> u32 {
    u32::try_from(least.max(0)).unwrap_or(u32::MAX)
}
