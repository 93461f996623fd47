//! The decision on each start, in one pass over the dates with cursors that only move on.

use super::engine::{Engine, Sold};
use super::load::{Piece, peak};
use super::model::{
    Capacity, Claim, Departure, DepartureOverride, Need, Offering, Placement, Pool, Reason, Refusal, Slot, SlotStatus,
};
use super::needs::{Counting, Needs};
use super::wish::Wish;
use crate::civil::{DAY_MINUTES, Date};
use crate::schedule::{Lasting, MAX_DAYS, MAX_MINUTES, Occurrence};
use crate::zone::{Instant, Span};

/// One offering, one wish, a range of venue dates.
pub(super) struct Sweep<'s> {
    engine: &'s Engine<'s>,
    offering: &'s Offering,
    wish: Wish,
    occurrences: Vec<Occurrence>,
    needs: Needs,
    sold: &'s [Sold],
    overrides: &'s [&'s DepartureOverride],
    /// Cursors into `sold` and the engine's closures.
    at_sold: usize,
    at_closure: usize,
    day: Day,
}

/// What holds for all starts of a date.
struct Day {
    hours: Span,
    /// When its booking closes, if it has a cut-off.
    closes: Option<Instant>,
    /// When its booking opens, if that is not yet.
    opens: Option<Instant>,
    bookings: u32,
}

/// How the departure of a start stands.
struct Standing {
    departure: Departure,
    /// Seats, groups or bookings taken, the most at once.
    taken: u32,
    anybody: bool,
    capacity: Option<u32>,
    /// The least left on any of its days; without limit the largest number.
    left: u32,
    cancelled: bool,
    confirmed: bool,
}

/// A start judged.
struct Judged {
    slot: Slot,
    standing: Standing,
    decided_by: Option<Instant>,
}

impl<'s> Sweep<'s> {
    pub fn new(engine: &'s Engine<'s>, offering: &'s Offering, wish: Wish, from: Date, to: Date) -> Self {
        let to = to.min(from.plus_days(MAX_DAYS));
        let occurrences = offering.schedule.occurrences(engine.zone, wish.lasting, from, to);
        let rules = &offering.rules;
        let days = |minutes: u32| i64::from(minutes.min(MAX_MINUTES) / DAY_MINUTES).saturating_add(2);
        let longest = match wish.lasting {
            Lasting::Minutes(minutes) => minutes,
            Lasting::Days(days) => days.saturating_mul(DAY_MINUTES),
        };
        let one_offs = offering.schedule.one_offs.iter().filter_map(|one_off| one_off.minutes);
        let longest = one_offs.max().unwrap_or(0).max(longest);
        let first = i64::from(from.days_since_epoch()).saturating_sub(days(rules.buffer_before));
        let last =
            i64::from(to.days_since_epoch()).saturating_add(days(longest)).saturating_add(days(rules.buffer_after));
        let needs = if occurrences.is_empty() { Needs::default() } else { Needs::new(engine, offering, first, last) };
        let nothing = Span { starts_at: Instant(0), ends_at: Instant(0) };
        Self {
            engine,
            offering,
            wish,
            occurrences,
            needs,
            sold: engine.sold_of(&offering.id),
            overrides: engine.overrides_of(&offering.id),
            at_sold: 0,
            at_closure: 0,
            day: Day { hours: nothing, closes: None, opens: None, bookings: 0 },
        }
    }

    /// All starts with reasons, or only the bookable ones.
    pub fn run(mut self, explain: bool) -> Vec<Slot> {
        let occurrences = core::mem::take(&mut self.occurrences);
        let mut slots = Vec::with_capacity(if explain { occurrences.len() } else { 0 });
        for starts in occurrences.chunk_by(|a, b| a.date == b.date) {
            self.begin_day(starts);
            let begun = slots.len();
            slots.extend(starts.iter().filter_map(|start| self.judge(start, explain)).map(|judged| judged.slot));
            if explain {
                point_to_nearest(slots.get_mut(begun..).unwrap_or_default());
            }
        }
        slots
    }

    /// The claims that a booking of this start needs.
    pub fn place(mut self, starts_at: Instant) -> Result<Placement, Refusal> {
        let occurrences = core::mem::take(&mut self.occurrences);
        self.begin_day(&occurrences);
        let start = occurrences.iter().find(|start| start.span.starts_at == starts_at);
        let Some((start, judged)) = start.and_then(|start| Some((start, self.judge(start, true)?))) else {
            return Err(vec![Reason::NotOffered]);
        };
        if !judged.slot.status.bookable() {
            return Err(judged.slot.reasons);
        }
        self.placement(start, judged)
    }

    fn begin_day(&mut self, starts: &[Occurrence]) {
        let Some(first) = starts.first() else { return };
        let zone = self.engine.zone;
        let rules = &self.offering.rules;
        let hours = zone.day(first.date);
        let first_running = starts.iter().find(|start| !start.cancelled).map(|start| start.span.starts_at);
        let before_first =
            |minutes: u32| first_running.map(|at| at.plus_minutes(0_i64.saturating_sub(i64::from(minutes))));
        let opens = rules.horizon_days.map(|ahead| {
            let ahead = i32::try_from(ahead).unwrap_or(i32::MAX);
            zone.day(first.date.plus_days(0_i32.saturating_sub(ahead))).starts_at
        });
        let bookings = match rules.max_per_day {
            None => 0,
            Some(_) => {
                let from = self.sold.partition_point(|sold| sold.at < hours.starts_at);
                let to = self.sold.partition_point(|sold| sold.at < hours.ends_at);
                u32::try_from(to.saturating_sub(from)).unwrap_or(u32::MAX)
            }
        };
        let opens = opens.filter(|opens| self.engine.now < *opens);
        self.day = Day { hours, closes: rules.cut_off.and_then(before_first), opens, bookings };
    }

    /// A start with its status; none where it cannot be booked and nobody wants to know why.
    fn judge(&mut self, start: &Occurrence, explain: bool) -> Option<Judged> {
        let mut reasons = Vec::new();
        let closed = self.closed(start, &mut reasons);
        if closed && !explain {
            return None;
        }
        let standing = self.standing(start);
        if standing.cancelled && !closed_already(&reasons) {
            reasons.insert(0, Reason::Closed);
        }
        let late = self.threshold(start, &standing, &mut reasons);
        let mut closed = closed || standing.cancelled || late.is_some_and(|late| late);
        if closed && !explain {
            return None;
        }

        let rules = &self.offering.rules;
        let busy = Span {
            starts_at: start.span.starts_at.plus_minutes(0_i64.saturating_sub(minutes(rules.buffer_before))),
            ends_at: start.span.ends_at.plus_minutes(minutes(rules.buffer_after)),
        };
        let hours = if rules.buffers_inside { busy } else { start.span };
        let counting = self.counting(&standing);
        let want = if counting == Counting::Seats { self.wish.seats.max(1) } else { 1 };
        let on_it = if self.wish.private { 0 } else { standing.taken };
        let wants_shared = self.needs.share;
        let shared = if wants_shared { self.engine.shared_number(&standing.departure) } else { None };
        self.needs.measure(self.engine, hours, busy, shared);
        let limit = self.needs.limit(counting, self.wish.seats, on_it);
        let mut remaining = standing.left.min(limit.most);

        let mut sold_out = false;
        if self.wish.private && standing.anybody && standing.left > 0 && standing.capacity.is_some() {
            reasons.push(Reason::NotPrivate);
            sold_out = true;
        } else if remaining < want {
            if limit.most < want && (limit.shared || remaining == 0) {
                reasons.extend(limit.cause);
                closed |= limit.shared || limit.off;
            }
            if standing.left < want || !(limit.shared || limit.off) {
                let full = standing.capacity.unwrap_or(u32::MAX).min(self.needs.full(counting, self.wish.seats));
                let left = if remaining < rules.min_party && counting == Counting::Seats { 0 } else { remaining };
                let whole = remaining == full && remaining > 0;
                reasons.push(if whole { Reason::PartyTooLarge { max: full } } else { Reason::SoldOut { left } });
            }
            sold_out = true;
        } else if !self.needs.apart && !self.needs.can_assign(self.wish.seats, on_it) {
            reasons.push(Reason::ResourceBusy { resource: None });
            remaining = 0;
            closed = true;
        }
        if let Some(max) = rules.max_per_day.filter(|max| *max <= self.day.bookings) {
            reasons.push(Reason::DayFull { max });
            sold_out = true;
        }
        let status = if closed {
            SlotStatus::Closed
        } else if sold_out {
            SlotStatus::SoldOut
        } else if late.is_some() {
            SlotStatus::Unconfirmed
        } else if self.wish.always_private {
            SlotStatus::PrivateOnly
        } else {
            let full = standing.capacity.unwrap_or_else(|| self.needs.full(counting, self.wish.seats));
            if u64::from(remaining).saturating_mul(2) < u64::from(full) && remaining < u32::MAX {
                SlotStatus::Limited
            } else {
                SlotStatus::Open
            }
        };
        if !explain && !status.bookable() {
            return None;
        }
        let decided_by =
            late.and(self.offering.rules.threshold).map(|threshold| decided_by(start, threshold.decide_before));
        let slot = Slot { starts_at: start.span.starts_at, ends_at: start.span.ends_at, remaining, status, reasons };
        Some(Judged { slot, standing, decided_by })
    }

    /// Whether schedule, closures, lead times or the wish itself rule the start out.
    fn closed(&mut self, start: &Occurrence, reasons: &mut Vec<Reason>) -> bool {
        let rules = &self.offering.rules;
        let closures = &self.engine.closures;
        while closures.get(self.at_closure).is_some_and(|closure| closure.ends_at <= start.span.starts_at) {
            self.at_closure = self.at_closure.saturating_add(1);
        }
        let closure = closures.get(self.at_closure).is_some_and(|closure| closure.overlaps(start.span));
        if start.cancelled || closure {
            reasons.push(Reason::Closed);
        }
        let notice = start.span.starts_at.plus_minutes(0_i64.saturating_sub(i64::from(rules.notice)));
        let until = self.day.closes.map_or(notice, |closes| closes.min(notice));
        if until < self.engine.now {
            reasons.push(Reason::Notice { until });
        }
        if let Some(opens) = self.day.opens {
            reasons.push(Reason::OverHorizon { opens });
        }
        reasons.extend_from_slice(&self.wish.problems);
        !reasons.is_empty()
    }

    /// Says so where the departure is below its threshold; true once it is too late to reach it.
    fn threshold(&self, start: &Occurrence, standing: &Standing, reasons: &mut Vec<Reason>) -> Option<bool> {
        let threshold = self.offering.rules.threshold?;
        if standing.confirmed || threshold.min_seats <= standing.taken {
            return None;
        }
        let by = decided_by(start, threshold.decide_before);
        reasons.push(Reason::BelowThreshold { have: standing.taken, need: threshold.min_seats, by });
        Some(by <= self.engine.now)
    }

    /// What is taken of the departure and how much is left, over all days that the booking takes.
    fn standing(&mut self, start: &Occurrence) -> Standing {
        let per_day = matches!(self.offering.capacity, Capacity::PerDay(_));
        let at = if per_day { self.day.hours.starts_at } else { start.span.starts_at };
        let span = if per_day { self.day.hours } else { start.span };
        let mut standing = Standing {
            departure: Departure { offering: self.offering.id.clone(), at },
            taken: 0,
            anybody: false,
            capacity: None,
            left: u32::MAX,
            cancelled: false,
            confirmed: false,
        };
        self.count(&mut standing, at, span);
        if let (true, Lasting::Days(days)) = (per_day, self.wish.lasting) {
            for day in 1..days {
                let hours = self.engine.zone.day(start.date.plus_days(i32::try_from(day).unwrap_or(0)));
                self.count(&mut standing, hours.starts_at, hours);
            }
        }
        standing
    }

    /// Adds one departure, or one day of several, to what stands.
    fn count(&mut self, standing: &mut Standing, at: Instant, span: Span) {
        while self.sold.get(self.at_sold).is_some_and(|sold| sold.at < self.day.hours.starts_at) {
            self.at_sold = self.at_sold.saturating_add(1);
        }
        let rest = self.sold.get(self.at_sold..).unwrap_or_default();
        let from = rest.partition_point(|sold| sold.at < at);
        let here = rest.get(from..).unwrap_or_default().iter().take_while(|sold| sold.at == at);
        let pieces: Vec<Piece> = here.map(|sold| sold.piece).collect();
        let taken = peak(&pieces, span);
        let own = self.overrides.binary_search_by_key(&at, |own| own.departure.at).ok();
        let own = own.and_then(|found| self.overrides.get(found));
        let capacity = own.and_then(|own| own.capacity).or(match self.offering.capacity {
            Capacity::Seats(most) | Capacity::Groups(most) | Capacity::PerDay(most) => Some(most),
            Capacity::Unlimited => None,
        });
        standing.taken = standing.taken.max(taken);
        standing.anybody |= !pieces.is_empty();
        standing.left = standing.left.min(capacity.map_or(u32::MAX, |capacity| capacity.saturating_sub(taken)));
        standing.capacity = match (standing.capacity, capacity) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        standing.cancelled |= own.is_some_and(|own| own.cancelled);
        standing.confirmed |= own.is_some_and(|own| own.confirmed);
    }

    /// Whether what is left counts seats or bookings.
    fn counting(&self, standing: &Standing) -> Counting {
        match self.offering.capacity {
            Capacity::Seats(_) => Counting::Seats,
            Capacity::Groups(_) | Capacity::PerDay(_) => Counting::Bookings,
            Capacity::Unlimited if standing.capacity.is_some() => Counting::Seats,
            Capacity::Unlimited => {
                let own = |need: &Need| matches!(need, Need::PerBooking(_));
                let own = self.offering.requires.iter().any(|requirement| own(&requirement.need));
                if own { Counting::Bookings } else { Counting::Seats }
            }
        }
    }

    /// Units of the departure that the booking takes.
    fn units(&self, standing: &Standing) -> u32 {
        match (self.offering.capacity, standing.capacity) {
            (Capacity::PerDay(_), _) => 1,
            (_, Some(capacity)) if self.wish.private => capacity,
            (Capacity::Groups(_), _) => 1,
            _ => self.wish.seats,
        }
    }

    fn placement(&mut self, start: &Occurrence, judged: Judged) -> Result<Placement, Refusal> {
        let Judged { standing, decided_by, .. } = judged;
        let units = self.units(&standing);
        let mut claims = Vec::new();
        let mut claim_departure = |at: Instant, span: Span| {
            let pool = Pool::Departure(Departure { offering: self.offering.id.clone(), at });
            claims.push(Claim { pool, span, units, held_until: None, shared_by: None });
        };
        match (self.offering.capacity, self.wish.lasting) {
            (Capacity::PerDay(_), Lasting::Days(days)) => {
                for day in 0..days {
                    let hours = self.engine.zone.day(start.date.plus_days(i32::try_from(day).unwrap_or(0)));
                    claim_departure(hours.starts_at, hours);
                }
            }
            (Capacity::PerDay(_), Lasting::Minutes(_)) => claim_departure(self.day.hours.starts_at, self.day.hours),
            _ => claim_departure(start.span.starts_at, start.span),
        }
        let rules = &self.offering.rules;
        let busy = Span {
            starts_at: start.span.starts_at.plus_minutes(0_i64.saturating_sub(minutes(rules.buffer_before))),
            ends_at: start.span.ends_at.plus_minutes(minutes(rules.buffer_after)),
        };
        let on_it = if self.wish.private { 0 } else { standing.taken };
        let taken = self.needs.take(self.engine, self.wish.seats, on_it, self.day.hours);
        let Some(taken) = taken else { return Err(vec![Reason::ResourceBusy { resource: None }]) };
        for (resource, units, shared) in taken {
            let shared_by = shared.then(|| standing.departure.clone());
            claims.push(Claim { pool: Pool::Resource(resource), span: busy, units, held_until: None, shared_by });
        }
        let met = |need: u32| need <= standing.taken.saturating_add(units);
        let met = rules.threshold.is_none_or(|threshold| met(threshold.min_seats));
        Ok(Placement {
            span: start.span,
            private: self.wish.private,
            decided_by: decided_by.filter(|_| !met),
            claims,
            seats_before: standing.taken,
            departure: standing.departure,
        })
    }
}

fn minutes(buffer: u32) -> i64 {
    i64::from(buffer.min(MAX_MINUTES))
}

fn decided_by(start: &Occurrence, decide_before: u32) -> Instant {
    start.span.starts_at.plus_minutes(0_i64.saturating_sub(i64::from(decide_before)))
}

fn closed_already(reasons: &[Reason]) -> bool {
    reasons.first() == Some(&Reason::Closed)
}

/// The bookable start nearest to an instant; of two equally near ones the later.
pub(super) fn nearest(slots: &[Slot], to: Instant) -> Option<Instant> {
    let bookable = slots.iter().filter(|slot| slot.status.bookable() && slot.starts_at != to);
    let away = |at: Instant| (at.0.saturating_sub(to.0).unsigned_abs(), at < to);
    bookable.map(|slot| slot.starts_at).min_by_key(|at| away(*at))
}

/// Tells each start of a date that cannot be booked which other one can.
fn point_to_nearest(slots: &mut [Slot]) {
    // Bookable starts ascend, so the nearest are the last one before and the first one after.
    let mut before = None;
    let mut after = None;
    for index in 0..slots.len() {
        let here = slots.get(index).map(|slot| slot.starts_at);
        if after <= here {
            let rest = slots.get(index..).unwrap_or_default();
            after = match rest.iter().find(|slot| slot.status.bookable()) {
                Some(next) => Some(next.starts_at),
                None => Some(Instant(i64::MAX)),
            };
        }
        let Some(slot) = slots.get_mut(index) else { return };
        if slot.status.bookable() {
            before = Some(slot.starts_at);
            continue;
        }
        let away = |at: Instant| at.0.saturating_sub(slot.starts_at.0).unsigned_abs();
        let after = after.filter(|after| after.0 < i64::MAX);
        let near = match (before, after) {
            (Some(before), Some(after)) if away(before) < away(after) => Some(before),
            (before, after) => after.or(before),
        };
        if let Some(starts_at) = near {
            slot.reasons.push(Reason::Try { starts_at });
        }
    }
}
