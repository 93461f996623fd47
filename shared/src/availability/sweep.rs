//! The decision on each start, in one pass over the dates with cursors that only move on.

use super::engine::{Engine, Sold};
use super::load::peak;
use super::model::{
    Capacity, Claim, Departure, DepartureOverride, Need, Offering, Placement, Pool, Reason, Refusal, Slot, SlotStatus,
};
use super::needs::{Counting, Limit, Needs};
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
    terms: Terms,
    day: Day,
    /// The departure of the start judged last.
    standing: Standing,
}

/// What holds for all starts: the offering's rules, ready for use.
struct Terms {
    /// Seconds.
    before: i64,
    after: i64,
    /// The first instant that the notice leaves open.
    earliest: Instant,
    /// Of each departure; none is unlimited.
    capacity: Option<u32>,
    per_day: bool,
    /// What "left" counts, of a departure with a capacity and of one without.
    counting: Counting,
    counting_unlimited: Counting,
    /// How many days of a daily inventory a booking takes; one departure otherwise.
    days: u32,
    /// No departure has claims, an override or a capacity.
    untouched: bool,
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
#[derive(Clone, Copy, Default)]
struct Standing {
    /// Which: its start, or the first instant of the venue date, in seconds.
    at: i64,
    /// Seats, groups or bookings taken, the most at once.
    taken: u32,
    anybody: bool,
    capacity: Option<u32>,
    /// The least left on any of its days; without limit the largest number.
    left: u32,
    cancelled: bool,
    confirmed: bool,
}

impl Terms {
    fn of(offering: &Offering, lasting: Lasting, now: Instant, unsold: bool) -> Self {
        let seconds = |minutes: u32| i64::from(minutes.min(MAX_MINUTES)).saturating_mul(60);
        let per_day = matches!(offering.capacity, Capacity::PerDay(_));
        let capacity = match offering.capacity {
            Capacity::Seats(most) | Capacity::Groups(most) | Capacity::PerDay(most) => Some(most),
            Capacity::Unlimited => None,
        };
        let by_booking = matches!(offering.capacity, Capacity::Groups(_) | Capacity::PerDay(_));
        let own = offering.requires.iter().any(|requirement| matches!(requirement.need, Need::PerBooking(_)));
        let counting = |bookings: bool| if bookings { Counting::Bookings } else { Counting::Seats };
        Self {
            counting: counting(by_booking),
            counting_unlimited: counting(own),
            before: seconds(offering.rules.buffer_before),
            after: seconds(offering.rules.buffer_after),
            earliest: now.plus_minutes(i64::from(offering.rules.notice)),
            capacity,
            per_day,
            days: if let (true, Lasting::Days(days)) = (per_day, lasting) { days } else { 1 },
            untouched: unsold && capacity.is_none(),
        }
    }
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
        let needs = match occurrences.is_empty() {
            true => Needs::default(),
            false => Needs::new(engine, offering, wish.seats, first, last),
        };
        let (sold, overrides) = (engine.sold_of(&offering.id), engine.overrides_of(&offering.id));
        let terms = Terms::of(offering, wish.lasting, engine.now, sold.is_empty() && overrides.is_empty());
        let nothing = Span { starts_at: Instant(0), ends_at: Instant(0) };
        Self {
            engine,
            offering,
            wish,
            occurrences,
            needs,
            sold,
            overrides,
            terms,
            at_sold: 0,
            at_closure: 0,
            day: Day { hours: nothing, closes: None, opens: None, bookings: 0 },
            standing: Standing::default(),
        }
    }

    /// All starts with reasons, or only the bookable ones.
    pub fn run(mut self, explain: bool) -> Vec<Slot> {
        let occurrences = core::mem::take(&mut self.occurrences);
        let mut slots = Vec::with_capacity(if explain { occurrences.len() } else { 0 });
        let mut reasons = Vec::new();
        for starts in occurrences.chunk_by(|a, b| a.date == b.date) {
            self.begin_day(starts);
            let begun = slots.len();
            for start in starts {
                if let Some((status, remaining)) = self.judge(start, explain, &mut reasons) {
                    let Span { starts_at, ends_at } = start.span;
                    let reasons = if reasons.is_empty() { Vec::new() } else { core::mem::take(&mut reasons) };
                    slots.push(Slot { starts_at, ends_at, remaining, status, reasons });
                }
            }
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
        let Some(start) = start else { return Err(vec![Reason::NotOffered]) };
        let mut reasons = Vec::new();
        match self.judge(start, true, &mut reasons) {
            Some((status, _)) if status.bookable() => self.placement(start),
            _ => Err(reasons),
        }
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

    /// A start's status and what is left of it; none where it cannot be booked and nobody wants to know why, else
    /// `reasons`, given empty, says why it is not simply open.
    fn judge(&mut self, start: &Occurrence, explain: bool, reasons: &mut Vec<Reason>) -> Option<(SlotStatus, u32)> {
        self.closed(start, reasons);
        if !explain && !reasons.is_empty() {
            reasons.clear();
            return None;
        }
        self.stand(start);
        if self.standing.cancelled && reasons.first() != Some(&Reason::Closed) {
            reasons.insert(0, Reason::Closed);
        }
        let mut closed = !reasons.is_empty();
        let below = self.below_threshold(start, reasons);
        closed |= below.is_some_and(|by| by <= self.engine.now);

        let mut sold_out = false;
        let mut remaining = self.remaining(start);
        // A party that takes no seat, an infant alone, still asks for one to be free.
        let (seats, want) = match self.counting() {
            Counting::Seats => (self.wish.seats.max(1), self.wish.seats.max(1)),
            Counting::Bookings => (self.wish.seats, 1),
        };
        if !explain && (closed || remaining.most < want) {
            reasons.clear();
            return None;
        }
        if remaining.most < want {
            closed |= self.too_little(&remaining, want, reasons);
            sold_out = true;
        } else if !self.needs.apart && !self.needs.can_assign(seats, self.others()) {
            reasons.push(Reason::ResourceBusy { resource: None });
            remaining.most = 0;
            closed = true;
        }
        if self.wish.private && self.standing.anybody && self.standing.left > 0 && self.private_takes_all() {
            reasons.push(Reason::NotPrivate);
            sold_out = true;
        }
        if let Some(max) = self.offering.rules.max_per_day.filter(|max| *max <= self.day.bookings) {
            reasons.push(Reason::DayFull { max });
            sold_out = true;
        }
        let status = if closed {
            SlotStatus::Closed
        } else if sold_out {
            SlotStatus::SoldOut
        } else if below.is_some() {
            SlotStatus::Unconfirmed
        } else if self.wish.always_private {
            SlotStatus::PrivateOnly
        } else if self.under_half(remaining.most) {
            SlotStatus::Limited
        } else {
            SlotStatus::Open
        };
        if !explain && !status.bookable() {
            reasons.clear();
            return None;
        }
        Some((status, remaining.most))
    }

    /// What is left of the departure judged, and which requirement limits it below that.
    fn remaining(&mut self, start: &Occurrence) -> Limit {
        let busy = self.busy(start);
        let hours = if self.offering.rules.buffers_inside { busy } else { start.span };
        let shared = match self.needs.share {
            true => self.engine.shared_number(&self.offering.id, Instant(self.standing.at)),
            false => None,
        };
        self.needs.measure(self.engine, hours, busy, shared);
        let mut limit = self.needs.limit(self.counting(), self.wish.seats, self.others());
        limit.most = limit.most.min(self.standing.left);
        limit
    }

    /// Says what there is too little of; true where that closes the start rather than sells it out.
    fn too_little(&self, remaining: &Limit, want: u32, reasons: &mut Vec<Reason>) -> bool {
        let cause = self.needs.cause(remaining, want);
        let closes = cause.as_ref().is_some_and(|(_, closes)| *closes);
        reasons.extend(cause.filter(|_| closes || remaining.most == 0).map(|(reason, _)| reason));
        if self.standing.left < want || !closes {
            let full = self.standing.capacity.unwrap_or(u32::MAX).min(self.needs.full(self.counting()));
            let too_few = self.counting() == Counting::Seats && remaining.most < self.offering.rules.min_party;
            let whole = remaining.most == full && full > 0;
            let left = if too_few { 0 } else { remaining.most };
            reasons.push(if whole { Reason::PartyTooLarge { max: full } } else { Reason::SoldOut { left } });
        }
        closes
    }

    fn under_half(&self, left: u32) -> bool {
        let full = self.standing.capacity.unwrap_or(self.needs.full(self.counting()));
        left < u32::MAX && u64::from(left).saturating_mul(2) < u64::from(full)
    }

    /// Busy time of the resources.
    fn busy(&self, start: &Occurrence) -> Span {
        Span {
            starts_at: start.span.starts_at.plus_seconds(self.terms.before.saturating_neg()),
            ends_at: start.span.ends_at.plus_seconds(self.terms.after),
        }
    }

    /// Seats of others on the departure that the party shares.
    fn others(&self) -> u32 {
        if self.wish.private { 0 } else { self.standing.taken }
    }

    /// Whether a group by itself takes the departure's whole capacity.
    fn private_takes_all(&self) -> bool {
        self.standing.capacity.is_some() && !self.terms.per_day
    }

    /// Says whether schedule, closures, lead times or the wish itself rule the start out.
    fn closed(&mut self, start: &Occurrence, reasons: &mut Vec<Reason>) {
        let closures = &self.engine.closures;
        while closures.get(self.at_closure).is_some_and(|closure| closure.ends_at <= start.span.starts_at) {
            self.at_closure = self.at_closure.saturating_add(1);
        }
        let closure = closures.get(self.at_closure).is_some_and(|closure| closure.overlaps(start.span));
        if start.cancelled || closure {
            reasons.push(Reason::Closed);
        }
        if start.span.starts_at < self.terms.earliest || self.day.closes.is_some_and(|closes| closes < self.engine.now)
        {
            let notice = start.span.starts_at.plus_minutes(i64::from(self.offering.rules.notice).saturating_neg());
            reasons.push(Reason::Notice { until: self.day.closes.map_or(notice, |closes| closes.min(notice)) });
        }
        if let Some(opens) = self.day.opens {
            reasons.push(Reason::OverHorizon { opens });
        }
        reasons.extend_from_slice(&self.wish.problems);
    }

    /// Says so where the departure judged is below its threshold, and when that is decided.
    fn below_threshold(&self, start: &Occurrence, reasons: &mut Vec<Reason>) -> Option<Instant> {
        let threshold = self.offering.rules.threshold?;
        let (need, have) = (threshold.min_seats, self.standing.taken);
        if self.standing.confirmed || need <= have {
            return None;
        }
        let by = start.span.starts_at.plus_minutes(i64::from(threshold.decide_before).saturating_neg());
        reasons.push(Reason::BelowThreshold { have, need, by });
        Some(by)
    }

    /// What is taken of the departure and how much is left, over all days that the booking takes.
    fn stand(&mut self, start: &Occurrence) {
        let span = if self.terms.per_day { self.day.hours } else { start.span };
        self.standing = Standing { at: span.starts_at.0, left: u32::MAX, ..Standing::default() };
        if !self.terms.untouched {
            self.count(span);
            for day in 1..self.terms.days {
                self.count(self.engine.zone.day(start.date.plus_days(i32::try_from(day).unwrap_or(0))));
            }
        }
    }

    /// Adds one departure, or one day of several, to what stands.
    fn count(&mut self, span: Span) {
        let at = span.starts_at;
        let standing = &mut self.standing;
        while self.sold.get(self.at_sold).is_some_and(|sold| sold.at.0 < standing.at) {
            self.at_sold = self.at_sold.saturating_add(1);
        }
        let rest = self.sold.get(self.at_sold..).unwrap_or_default();
        let from = if at.0 == standing.at { 0 } else { rest.partition_point(|sold| sold.at < at) };
        let here = rest.get(from..).unwrap_or_default();
        let here = here.get(..here.iter().position(|sold| sold.at != at).unwrap_or(here.len())).unwrap_or_default();
        let taken = if here.is_empty() { 0 } else { peak(here.iter().map(|sold| sold.piece), span) };
        let own = match self.overrides {
            [] => None,
            some => some.binary_search_by_key(&at, |own| own.departure.at).ok().and_then(|found| some.get(found)),
        };
        let capacity = own.and_then(|own| own.capacity).or(self.terms.capacity);
        standing.taken = standing.taken.max(taken);
        standing.anybody |= !here.is_empty();
        standing.left = standing.left.min(capacity.map_or(u32::MAX, |capacity| capacity.saturating_sub(taken)));
        standing.capacity = match (standing.capacity, capacity) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        standing.cancelled |= own.is_some_and(|own| own.cancelled);
        standing.confirmed |= own.is_some_and(|own| own.confirmed);
    }

    /// Whether what is left of the departure judged counts seats or bookings.
    fn counting(&self) -> Counting {
        if self.standing.capacity.is_some() { self.terms.counting } else { self.terms.counting_unlimited }
    }

    /// The claims of a booking of the start judged last.
    fn placement(&mut self, start: &Occurrence) -> Result<Placement, Refusal> {
        let standing = self.standing;
        let rules = &self.offering.rules;
        let units = match (self.offering.capacity, standing.capacity) {
            (Capacity::PerDay(_), _) => 1,
            (_, Some(capacity)) if self.wish.private => capacity,
            (Capacity::Groups(_), _) => 1,
            _ => self.wish.seats,
        };
        let departure = Departure { offering: self.offering.id.clone(), at: Instant(standing.at) };
        let mut claims = Vec::new();
        let mut claim = |pool: Pool, span: Span, units: u32, shared_by: Option<Departure>| {
            claims.push(Claim { pool, span, units, held_until: None, shared_by });
        };
        let mut date = start.date;
        for _ in 0..self.terms.days {
            let span = if self.terms.per_day { self.engine.zone.day(date) } else { start.span };
            claim(Pool::Departure(Departure { at: span.starts_at, ..departure.clone() }), span, units, None);
            date = date.plus_days(1);
        }
        let Some(taken) = self.needs.take(self.engine, self.wish.seats, self.others(), self.day.hours) else {
            return Err(vec![Reason::ResourceBusy { resource: None }]);
        };
        for (resource, units, shared) in taken {
            claim(Pool::Resource(resource), self.busy(start), units, shared.then(|| departure.clone()));
        }
        let taken = standing.taken.saturating_add(units);
        let below = self.below_threshold(start, &mut Vec::new());
        let decided_by = below.filter(|_| rules.threshold.is_some_and(|threshold| taken < threshold.min_seats));
        Ok(Placement {
            span: start.span,
            departure,
            private: self.wish.private,
            decided_by,
            claims,
            seats_before: standing.taken,
        })
    }
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
