//! [`Engine`]: a calendar made ready once, then asked as often as needed.

use super::free::blocked;
use super::load::{Load, Piece, UNSHARED, peak};
use super::model::{
    Ask, Calendar, Capacity, Departure, DepartureOverride, Offering, Placement, Pool, Reason, Refusal, Resource, Slot,
};
use super::reasons::nearest;
use super::sweep::Sweep;
use super::wish::Wish;
use crate::civil::Date;
use crate::id::{OfferingId, ResourceId};
use crate::order::InOrder;
use crate::zone::{Instant, Span, Zone};

/// A calendar with its claims sorted by pool. Making one costs O(claims · log claims).
pub struct Engine<'a> {
    pub(super) zone: &'a Zone,
    pub(super) now: Instant,
    /// Sorted by id, each once.
    pub(super) resources: Vec<&'a Resource>,
    /// The load of each of them.
    pub(super) loads: Vec<Load>,
    /// Offerings that claims speak of, sorted; their place is their number.
    offerings: Vec<&'a OfferingId>,
    /// Departures that share resources, sorted; their place is [`Piece::shared`].
    pub(super) shared: Vec<(u32, Instant)>,
    /// Claims on departures, sorted by departure and start. One is one booking.
    sold: Vec<Sold>,
    overrides: Vec<&'a DepartureOverride>,
    /// Merged.
    pub(super) closures: Vec<Span>,
}

/// A claim on a departure.
#[derive(Clone, Copy)]
pub(super) struct Sold {
    offering: u32,
    pub at: Instant,
    pub piece: Piece,
}

/// How a departure stands, for staff and for the decision on its threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DepartureLoad {
    /// Seats (groups, bookings) taken: the most at any one instant.
    pub taken: u32,
    /// How many bookings take them.
    pub bookings: u32,
    /// What there is to sell; none where only resources limit it.
    pub capacity: Option<u32>,
    /// Taken out by an override.
    pub cancelled: bool,
    /// Runs: it has no threshold, meets it, or was decided to.
    pub confirmed: bool,
}

impl<'a> Engine<'a> {
    /// Makes a calendar ready. Holds that ended by its `now` and empty claims are left out.
    pub fn new(calendar: &'a Calendar) -> Self {
        let mut resources: Vec<&Resource> = calendar.resources.iter().collect();
        resources.in_order_with(|a, b| a.id.cmp(&b.id));
        resources.dedup_by(|a, b| a.id == b.id);
        let mut overrides: Vec<&DepartureOverride> = calendar.departures.iter().collect();
        overrides.in_order_with(|a, b| a.departure.cmp(&b.departure));

        let mut engine = Self {
            zone: &calendar.zone,
            now: calendar.now,
            loads: Vec::new(),
            resources,
            offerings: Vec::new(),
            shared: Vec::new(),
            sold: Vec::new(),
            overrides,
            closures: blocked(&calendar.closures, &calendar.zone),
        };
        engine.loads.resize_with(engine.resources.len(), Load::default);
        engine.number_departures(calendar);
        engine.gather_claims(calendar);
        engine
    }

    fn number_departures(&mut self, calendar: &'a Calendar) {
        for claim in &calendar.claims {
            let on = match &claim.pool {
                Pool::Departure(departure) => Some(departure),
                Pool::Resource(_) => None,
            };
            for departure in on.into_iter().chain(&claim.shared_by) {
                if self.offerings.last() != Some(&&departure.offering) {
                    self.offerings.push(&departure.offering);
                }
            }
        }
        self.offerings.in_order();
        self.offerings.dedup();
        let departures = calendar.claims.iter().filter_map(|claim| claim.shared_by.as_ref());
        let mut shared: Vec<(u32, Instant)> =
            departures.map(|departure| (self.number(&departure.offering), departure.at)).collect();
        shared.in_order();
        shared.dedup();
        self.shared = shared;
    }

    fn gather_claims(&mut self, calendar: &Calendar) {
        let mut last: Option<(&ResourceId, usize)> = None;
        for claim in &calendar.claims {
            if claim.span.is_empty() || claim.held_until.is_some_and(|until| until <= self.now) {
                continue;
            }
            let by = claim.shared_by.as_ref();
            let shared = by.map_or(UNSHARED, |departure| self.shared_number(departure));
            let piece = Piece { span: claim.span, units: claim.units, shared };
            match &claim.pool {
                Pool::Departure(departure) => {
                    self.sold.push(Sold { offering: self.number(&departure.offering), at: departure.at, piece });
                }
                Pool::Resource(id) => {
                    let rank = match last {
                        Some((same, rank)) if same == id => Some(rank),
                        _ => self.rank(id),
                    };
                    let Some(rank) = rank else { continue };
                    last = Some((id, rank));
                    if let Some(load) = self.loads.get_mut(rank) {
                        load.pieces.push(piece);
                    }
                }
            }
        }
        for (load, resource) in self.loads.iter_mut().zip(&self.resources) {
            load.settle(resource, self.zone);
        }
        self.sold.in_order_by(|sold| (sold.offering, sold.at, sold.piece.span));
    }

    /// The place of a resource in order of id.
    pub(super) fn rank(&self, id: &ResourceId) -> Option<usize> {
        self.resources.binary_search_by(|resource| resource.id.cmp(id)).ok()
    }

    /// An offering's number; one that no claim speaks of has none of the numbers given.
    pub(super) fn number(&self, id: &OfferingId) -> u32 {
        self.offerings.binary_search(&id).ok().and_then(|place| u32::try_from(place).ok()).unwrap_or(u32::MAX)
    }

    /// The place of a departure among those that share resources.
    fn shared_number(&self, departure: &Departure) -> u32 {
        let key = (self.number(&departure.offering), departure.at);
        self.shared.binary_search(&key).ok().and_then(|place| u32::try_from(place).ok()).unwrap_or(UNSHARED)
    }

    /// All that is sold of an offering, by its number and departure.
    pub(super) fn sold_of(&self, number: u32) -> &[Sold] {
        let from = self.sold.partition_point(|sold| sold.offering < number);
        let rest = self.sold.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|sold| sold.offering == number)).unwrap_or_default()
    }

    /// The overrides of an offering's departures, by departure.
    pub(super) fn overrides_of(&self, offering: &OfferingId) -> &[&'a DepartureOverride] {
        let from = self.overrides.partition_point(|own| own.departure.offering < *offering);
        let rest = self.overrides.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|own| own.departure.offering == *offering)).unwrap_or_default()
    }

    /// Every scheduled start on the venue dates `from` to `to`, both included, ascending, each with its status and
    /// reasons. At most [`MAX_DAYS`](crate::schedule::MAX_DAYS) dates.
    pub fn slots(&self, offering: &Offering, from: Date, to: Date, ask: &Ask) -> Vec<Slot> {
        Sweep::new(self, offering, Wish::of(offering, ask), from, to).run(true)
    }

    /// As [`slots`](Self::slots), only those that the party can book.
    pub fn bookable(&self, offering: &Offering, from: Date, to: Date, ask: &Ask) -> Vec<Slot> {
        let wish = Wish::of(offering, ask);
        if wish.problems.is_empty() { Sweep::new(self, offering, wish, from, to).run(false) } else { Vec::new() }
    }

    /// The first venue date from `from` on with a start that the party can book, within a year.
    pub fn next_free(&self, offering: &Offering, from: Date, ask: &Ask) -> Option<Date> {
        (0..12).find_map(|month| {
            let first = from.plus_days(31_i32.saturating_mul(month));
            let slots = self.bookable(offering, first, first.plus_days(30), ask);
            slots.first().map(|slot| self.zone.date_of(slot.starts_at))
        })
    }

    /// Where a booking goes: all claims that it needs, or why it cannot be.
    ///
    /// # Errors
    /// The reasons, never none, with the nearest other start of the date where there is one.
    pub fn place(&self, offering: &Offering, starts_at: Instant, ask: &Ask) -> Result<Placement, Refusal> {
        let date = self.zone.date_of(starts_at);
        let mut refusal = match Sweep::new(self, offering, Wish::of(offering, ask), date, date).place(starts_at) {
            Ok(placement) => return Ok(placement),
            Err(refusal) => refusal,
        };
        if let Some(near) = nearest(&self.bookable(offering, date, date, ask), starts_at) {
            refusal.push(Reason::Try { starts_at: near });
        }
        Err(refusal)
    }

    /// Up to `count` other bookable starts: those of the same venue date first, then by distance, of two equally near
    /// ones the later first. Looks 92 dates ahead and back.
    pub fn alternatives(&self, offering: &Offering, starts_at: Instant, ask: &Ask, count: usize) -> Vec<Slot> {
        let date = self.zone.date_of(starts_at);
        let today = self.zone.day(date);
        let mut near = Vec::new();
        for days in [0, 7, 31, 92] {
            near = self.bookable(offering, date.plus_days(0_i32.saturating_sub(days)), date.plus_days(days), ask);
            near.retain(|slot| slot.starts_at != starts_at);
            if near.len() >= count {
                break;
            }
        }
        near.in_order_by(|slot| {
            let away = slot.starts_at.0.saturating_sub(starts_at.0);
            (!today.contains(slot.starts_at), away.unsigned_abs(), away < 0)
        });
        near.truncate(count);
        near
    }

    /// How one departure stands: `at` is its start, or the first instant of the venue date for a capacity per day.
    pub fn departure(&self, offering: &Offering, at: Instant) -> DepartureLoad {
        let sold: Vec<Piece> = self
            .sold_of(self.number(&offering.id))
            .iter()
            .filter(|sold| sold.at == at)
            .map(|sold| sold.piece)
            .collect();
        let own = self.overrides_of(&offering.id).iter().find(|own| own.departure.at == at);
        let ever = Span { starts_at: Instant(i64::MIN), ends_at: Instant(i64::MAX) };
        let taken = peak(sold.iter().copied(), ever);
        let enough = offering.rules.threshold.is_none_or(|threshold| taken >= threshold.min_seats);
        DepartureLoad {
            taken,
            bookings: u32::try_from(sold.len()).unwrap_or(u32::MAX),
            capacity: own.and_then(|own| own.capacity).or(match offering.capacity {
                Capacity::Seats(most) | Capacity::Groups(most) | Capacity::PerDay(most) => Some(most),
                Capacity::Unlimited => None,
            }),
            cancelled: own.is_some_and(|own| own.cancelled),
            confirmed: enough || own.is_some_and(|own| own.confirmed),
        }
    }
}
