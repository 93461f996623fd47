//! The decision on each start, in one pass over the dates with cursors that only move on. A decision says for how long
//! it stands: starts that follow it closely are not decided anew.

use super::engine::{Engine, Sold};
use super::free::Steady;
use super::load::peak;
use super::model::{
    Capacity, Claim, Departure, DepartureOverride, Need, Offering, Placement, Pool, Reason, Refusal, Slot, SlotStatus,
};
use super::needs::{Counting, Limit, Needs};
use super::reasons::point_to_nearest;
use super::wish::Wish;
use crate::civil::{DAY_MINUTES, Date};
use crate::schedule::{self, Dates, Lasting, MAX_DAYS, MAX_MINUTES, Start};
use crate::zone::{Instant, Span};

/// One offering, one wish, a range of venue dates.
pub(super) struct Sweep<'s> {
    pub engine: &'s Engine<'s>,
    pub offering: &'s Offering,
    pub wish: Wish,
    from: Date,
    to: Date,
    pub needs: Needs<'s>,
    /// The offering's number with the engine.
    number: u32,
    sold: &'s [Sold],
    overrides: &'s [&'s DepartureOverride],
    /// Cursors into `sold`, the departures that share resources, and the engine's closures.
    at_sold: usize,
    at_shared: usize,
    at_closure: usize,
    terms: Terms,
    pub day: Day,
    judged: Judged,
    /// The departure of the start judged last.
    pub standing: Standing,
}

/// What holds for all starts: the offering's rules, ready for use.
struct Terms {
    /// Seconds from a start to where its resources are busy, and from its end to where they are free.
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
    /// Starts differ only in how the resources stand.
    alike: bool,
}

/// What holds for all starts of a date.
pub(super) struct Day {
    date: Date,
    hours: Span,
    /// When its booking closes, if it has a cut-off.
    pub closes: Option<Instant>,
    /// When its booking opens, if that is not yet.
    pub opens: Option<Instant>,
    /// The most bookings that it may have, if it has them.
    pub full: Option<u32>,
}

/// The start judged last. Those of the same length that follow on its date within so many seconds are judged alike.
struct Judged {
    span: Span,
    /// [`ALONE`] where no other is.
    steady: i64,
}

/// Below any number of seconds between two starts.
const ALONE: i64 = -1;

impl Judged {
    fn alike(&self, start: &Start) -> bool {
        let moved = start.span.starts_at.0.saturating_sub(self.span.starts_at.0);
        let same_length = start.span.ends_at.0.saturating_sub(self.span.ends_at.0) == moved;
        moved <= self.steady && same_length && !start.cancelled
    }
}

/// What there is to say about a start.
pub(super) struct Verdict {
    /// Taken out, or the venue is closed then.
    pub off: bool,
    /// Its notice or the cut-off of its date has passed.
    pub late: bool,
    /// Below its threshold until this instant.
    pub below: Option<Instant>,
    /// What is left, and what the party wants of it.
    pub limit: Limit,
    pub want: u32,
    /// Each requirement has enough, but not all at once.
    pub unmet: bool,
    /// Others are on it, and the party wants it for itself.
    pub joined: bool,
    pub bookable: bool,
    /// Bookable, and nothing more to say.
    pub plain: bool,
}

/// How the departure of a start stands.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    /// Which: its start, or the first instant of the venue date, in seconds.
    at: i64,
    /// Seats, groups or bookings taken, the most at once.
    pub taken: u32,
    anybody: bool,
    pub capacity: Option<u32>,
    /// The least left on any of its days; without limit the largest number.
    pub left: u32,
    cancelled: bool,
    confirmed: bool,
}

impl Standing {
    const NOBODY: Self =
        Self { at: 0, taken: 0, anybody: false, capacity: None, left: u32::MAX, cancelled: false, confirmed: false };
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
        let shared = offering.requires.iter().any(|requirement| requirement.need.shared());
        let untouched = unsold && capacity.is_none();
        let counting = |bookings: bool| if bookings { Counting::Bookings } else { Counting::Seats };
        Self {
            counting: counting(by_booking),
            counting_unlimited: counting(own),
            before: seconds(offering.rules.buffer_before).saturating_neg(),
            after: seconds(offering.rules.buffer_after),
            earliest: now.plus_minutes(i64::from(offering.rules.notice)),
            capacity,
            per_day,
            days: if let (true, Lasting::Days(days)) = (per_day, lasting) { days } else { 1 },
            untouched,
            alike: untouched && offering.rules.threshold.is_none() && !shared,
        }
    }
}

impl<'s> Sweep<'s> {
    pub fn new(engine: &'s Engine<'s>, offering: &'s Offering, wish: Wish, from: Date, to: Date) -> Self {
        let to = to.min(from.plus_days(MAX_DAYS));
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
        let number = engine.number(&offering.id);
        let (sold, overrides) = (engine.sold_of(number), engine.overrides_of(&offering.id));
        let terms = Terms::of(offering, wish.lasting, engine.now, sold.is_empty() && overrides.is_empty());
        let nothing = Span { starts_at: Instant(0), ends_at: Instant(0) };
        Self {
            needs: Needs::new(engine, offering, wish.seats, first, last),
            engine,
            offering,
            wish,
            from,
            to,
            number,
            sold,
            overrides,
            terms,
            at_sold: 0,
            at_shared: engine.shared.partition_point(|(offering, _)| *offering < number),
            at_closure: 0,
            day: Day { date: from, hours: nothing, closes: None, opens: None, full: None },
            standing: Standing::NOBODY,
            judged: Judged { span: nothing, steady: ALONE },
        }
    }

    fn dates(&self) -> Dates<'s> {
        Dates::new(&self.offering.schedule, self.engine.zone, self.wish.lasting, self.from, self.to)
    }

    /// All starts with reasons, or only the bookable ones.
    pub fn run(mut self, explain: bool) -> Vec<Slot> {
        let mut slots = Vec::new();
        let mut dates = self.dates();
        while let Some(day) = dates.next() {
            self.begin_day(&day);
            let begun = slots.len();
            let mut starts = day.starts;
            while let Some(first) = starts.first() {
                let verdict = self.judge(first, explain);
                let alike = starts.iter().skip(1).take_while(|start| self.judged.alike(start)).count();
                let (run, later) = starts.split_at_checked(alike.saturating_add(1)).unwrap_or((starts, &[]));
                if let Some(verdict) = verdict {
                    self.push_slots(run, &verdict, &mut slots);
                }
                starts = later;
            }
            if explain {
                point_to_nearest(slots.get_mut(begun..).unwrap_or_default());
            }
        }
        slots
    }

    /// Makes slots of starts that are judged alike.
    fn push_slots(&self, run: &[Start], verdict: &Verdict, slots: &mut Vec<Slot>) {
        let (remaining, status, from) = (verdict.limit.most, self.status(verdict), slots.len());
        slots.extend(run.iter().map(|start| {
            let Span { starts_at, ends_at } = start.span;
            Slot { starts_at, ends_at, remaining, status, reasons: Vec::new() }
        }));
        if verdict.plain {
            return;
        }
        for (slot, start) in slots.iter_mut().skip(from).zip(run) {
            slot.reasons = self.reasons(start, verdict);
        }
    }

    /// The claims that a booking of this start needs.
    pub fn place(mut self, starts_at: Instant) -> Result<Placement, Refusal> {
        let mut dates = self.dates();
        while let Some(day) = dates.next() {
            self.begin_day(&day);
            let Some(start) = day.starts.iter().find(|start| start.span.starts_at == starts_at) else { continue };
            return match self.judge(start, true) {
                Some(verdict) if verdict.bookable => self.placement(start, &verdict),
                Some(verdict) => Err(self.reasons(start, &verdict)),
                None => break,
            };
        }
        Err(vec![Reason::NotOffered])
    }

    fn begin_day(&mut self, day: &schedule::Day) {
        if day.starts.is_empty() {
            return;
        }
        let zone = self.engine.zone;
        let rules = &self.offering.rules;
        let closes = rules.cut_off.and_then(|minutes| {
            let first_running = day.starts.iter().find(|start| !start.cancelled)?;
            Some(first_running.span.starts_at.plus_minutes(i64::from(minutes).saturating_neg()))
        });
        let opens = rules.horizon_days.map(|ahead| {
            let ahead = i32::try_from(ahead).unwrap_or(i32::MAX);
            zone.day(day.date.plus_days(0_i32.saturating_sub(ahead))).starts_at
        });
        let full = rules.max_per_day.filter(|max| {
            let from = self.sold.partition_point(|sold| sold.at < day.hours.starts_at);
            let to = self.sold.partition_point(|sold| sold.at < day.hours.ends_at);
            usize::try_from(*max).unwrap_or(usize::MAX) <= to.saturating_sub(from)
        });
        let opens = opens.filter(|opens| self.engine.now < *opens);
        self.day = Day { date: day.date, hours: day.hours, closes, opens, full };
    }

    /// What there is to say about a start; none where it cannot be booked and nobody wants to know why.
    fn judge(&mut self, start: &Start, explain: bool) -> Option<Verdict> {
        let now = self.engine.now;
        let Steady { value: venue_closed, mut seconds } = self.venue_closed(start.span);
        let early = start.span.starts_at < self.terms.earliest;
        if early {
            seconds = Steady::before((), start.span.starts_at, self.terms.earliest).seconds.min(seconds);
        }
        let alike = self.terms.alike && !start.cancelled;
        self.judged = Judged { span: start.span, steady: if alike { seconds } else { ALONE } };
        let mut off = start.cancelled || venue_closed;
        let late = early || self.day.closes.is_some_and(|closes| closes < now);
        let ruled_out = off || late || self.day.opens.is_some() || !self.wish.problems.is_empty();
        if ruled_out && !explain {
            return None;
        }
        self.stand(start);
        off |= self.standing.cancelled;
        let below = self.below_threshold(start);
        let closed = ruled_out || off || below.is_some_and(|by| by <= now);

        self.measure(start);
        // A party that takes no seat, an infant alone, still asks for one to be free.
        let counting = self.counting();
        let seats = if counting == Counting::Seats { self.wish.seats.max(1) } else { self.wish.seats };
        let want = if counting == Counting::Seats { seats } else { 1 };
        let others = self.others();
        let mut limit = self.needs.limit(counting, self.wish.seats, others);
        limit.most = limit.most.min(self.standing.left);
        if (closed || limit.most < want) && !explain {
            return None;
        }
        let unmet = limit.most >= want && !self.needs.apart && !self.needs.can_assign(seats, others);
        if unmet {
            limit.most = 0;
        }
        let joined = self.wish.private && self.standing.anybody && self.standing.left > 0 && self.private_takes_all();
        let bookable = !closed && limit.most >= want && !unmet && !joined && self.day.full.is_none();
        let plain = bookable && below.is_none();
        (bookable || explain).then_some(Verdict { off, late, below, limit, want, unmet, joined, bookable, plain })
    }

    fn status(&self, verdict: &Verdict) -> SlotStatus {
        if !verdict.bookable {
            if self.closes(verdict) { SlotStatus::Closed } else { SlotStatus::SoldOut }
        } else if verdict.below.is_some() {
            SlotStatus::Unconfirmed
        } else if self.wish.always_private {
            SlotStatus::PrivateOnly
        } else if self.under_half(verdict.limit.most) {
            SlotStatus::Limited
        } else {
            SlotStatus::Open
        }
    }

    fn under_half(&self, left: u32) -> bool {
        let full = self.standing.capacity.unwrap_or(self.needs.full(self.counting()));
        left < u32::MAX && u64::from(left).saturating_mul(2) < u64::from(full)
    }

    /// Whether the venue is closed at some time of a span.
    fn venue_closed(&mut self, span: Span) -> Steady<bool> {
        let closures = &self.engine.closures;
        while closures.get(self.at_closure).is_some_and(|closure| closure.ends_at <= span.starts_at) {
            self.at_closure = self.at_closure.saturating_add(1);
        }
        match closures.get(self.at_closure) {
            None => Steady::forever(false),
            Some(closure) if closure.overlaps(span) => Steady::before(true, span.starts_at, closure.ends_at),
            Some(closure) => Steady::until(false, span.ends_at, closure.starts_at),
        }
    }

    /// Until when the departure judged is below its threshold, if it is.
    fn below_threshold(&self, start: &Start) -> Option<Instant> {
        let threshold = self.offering.rules.threshold?;
        let below = !self.standing.confirmed && self.standing.taken < threshold.min_seats;
        below.then(|| start.span.starts_at.plus_minutes(i64::from(threshold.decide_before).saturating_neg()))
    }

    /// Looks at the resources over a start.
    fn measure(&mut self, start: &Start) {
        let busy = self.busy(start);
        let hours = if self.offering.rules.buffers_inside { busy } else { start.span };
        let departure = if self.needs.share { self.sharing() } else { None };
        self.judged.steady = self.needs.measure(hours, busy, departure).min(self.judged.steady);
    }

    /// The number under which bookings of the departure judged share resources already.
    fn sharing(&mut self) -> Option<u32> {
        let departure = (self.number, Instant(self.standing.at));
        while self.engine.shared.get(self.at_shared).is_some_and(|shared| *shared < departure) {
            self.at_shared = self.at_shared.saturating_add(1);
        }
        let here = self.engine.shared.get(self.at_shared) == Some(&departure);
        u32::try_from(self.at_shared).ok().filter(|_| here)
    }

    /// Busy time of the resources.
    fn busy(&self, start: &Start) -> Span {
        Span {
            starts_at: start.span.starts_at.plus_seconds(self.terms.before),
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

    /// What is taken of the departure and how much is left, over all days that the booking takes.
    fn stand(&mut self, start: &Start) {
        let span = if self.terms.per_day { self.day.hours } else { start.span };
        if self.terms.untouched {
            self.standing.at = span.starts_at.0;
            return; // as all others
        }
        self.standing = Standing { at: span.starts_at.0, ..Standing::NOBODY };
        self.count(span);
        for day in 1..self.terms.days {
            self.count(self.engine.zone.day(self.day.date.plus_days(i32::try_from(day).unwrap_or(0))));
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
    pub fn counting(&self) -> Counting {
        if self.standing.capacity.is_some() { self.terms.counting } else { self.terms.counting_unlimited }
    }

    /// The claims of a booking of the start judged last.
    fn placement(&self, start: &Start, verdict: &Verdict) -> Result<Placement, Refusal> {
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
        let mut date = self.day.date;
        for _ in 0..self.terms.days {
            let span = if self.terms.per_day { self.engine.zone.day(date) } else { start.span };
            claim(Pool::Departure(Departure { at: span.starts_at, ..departure.clone() }), span, units, None);
            date = date.plus_days(1);
        }
        let Some(taken) = self.needs.take(self.wish.seats, self.others(), self.day.hours) else {
            return Err(vec![Reason::ResourceBusy { resource: None }]);
        };
        for (resource, units, shared) in taken {
            claim(Pool::Resource(resource), self.busy(start), units, shared.then(|| departure.clone()));
        }
        let taken = standing.taken.saturating_add(units);
        let decided_by = verdict.below.filter(|_| rules.threshold.is_some_and(|threshold| taken < threshold.min_seats));
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
