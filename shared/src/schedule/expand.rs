//! From rules to occurrences: every start of a schedule between two venue dates, in order.
//!
//! One pass over the dates, each rule looked at once per date; a date's starts are sorted only where rules interleave.

use super::{OneOff, Repeats, Rule, Schedule, Times, Window};
use crate::civil::{DAY_MINUTES, Date, IsoWeekday};
use crate::order::InOrder;
use crate::zone::{Instant, Span, Zone, date_of_days};

/// How long an occurrence lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lasting {
    /// Elapsed minutes.
    Minutes(u32),
    /// To the end of the N-th venue date, that of the start being the first.
    Days(u32),
}

/// One start of a schedule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The venue date on which it starts.
    pub date: Date,
    /// From its start to its end.
    pub span: Span,
    /// Taken out again: shown as closed, never sold.
    pub cancelled: bool,
}

/// The longest range of dates that one call expands; what is asked beyond is left out.
pub const MAX_DAYS: i32 = 3_700;

/// The longest occurrence in minutes, 31 days; 0 reads as 1 and more as this.
pub const MAX_MINUTES: u32 = 31 * DAY_MINUTES;

/// More starts than a window can have, every minute of its day and of a change of clocks; ends the walk on a
/// zone table that is not in order.
const MAX_STEPS: i64 = 3 * DAY_MINUTES as i64;

/// A start, on the date with which [`Dates`] gives it.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// From its start to its end; [`WITH_ITS_DAYS`] until its date is known.
    pub span: Span,
    /// Taken out again.
    pub cancelled: bool,
    one_off: bool,
}

/// The end of what lasts to the end of a date. Sorts before all others.
const WITH_ITS_DAYS: Instant = Instant(i64::MIN);

impl Schedule {
    /// Every start on the venue dates `from` to `to`, both included, ascending, each instant once.
    ///
    /// A start after midnight of a window that opened the evening before belongs to the later date. Of several at one
    /// instant a one-off stands, else the shortest.
    pub fn occurrences(&self, zone: &Zone, lasting: Lasting, from: Date, to: Date) -> Vec<Occurrence> {
        let mut dates = Dates::new(self, zone, lasting, from, to);
        let mut occurrences = Vec::new();
        while let Some(Day { date, starts, .. }) = dates.next() {
            occurrences.extend(starts.iter().map(|start| Occurrence {
                date,
                span: start.span,
                cancelled: start.cancelled,
            }));
        }
        occurrences
    }
}

/// The starts of a schedule, one venue date after the other.
pub(crate) struct Dates<'a> {
    schedule: &'a Schedule,
    zone: &'a Zone,
    lasting: Lasting,
    /// Extra dates and one-offs by their day, ascending, and the first that is still to come.
    singles: Vec<(i64, Single<'a>)>,
    at_single: usize,
    days_off: Vec<Date>,
    starts_off: Vec<Instant>,
    /// The day to come and its hours.
    day: i64,
    hours: Span,
    last: i64,
    /// Starts of this day and of windows that reach into the next. The first of them were given already.
    found: Vec<Start>,
    given: usize,
    /// Each later than the one before: nothing to sort, nothing twice.
    ascending: bool,
}

/// What does not repeat.
#[derive(Clone, Copy)]
enum Single<'a> {
    Extra(&'a Times),
    OneOff(&'a OneOff),
}

/// A venue date with its starts, which ascend.
pub(crate) struct Day<'a> {
    pub date: Date,
    /// From its first instant to that of the next.
    pub hours: Span,
    pub starts: &'a [Start],
}

impl<'a> Dates<'a> {
    /// The dates `from` to `to`, both included; at most [`MAX_DAYS`] more than one.
    pub fn new(schedule: &'a Schedule, zone: &'a Zone, lasting: Lasting, from: Date, to: Date) -> Self {
        let first = i64::from(from.days_since_epoch());
        let last = i64::from(to.min(from.plus_days(MAX_DAYS)).days_since_epoch());
        let evening_before = first.saturating_sub(1);
        let mut singles: Vec<(i64, Single)> = Vec::new();
        for extra in &schedule.extra {
            singles.push((i64::from(extra.date.days_since_epoch()), Single::Extra(&extra.times)));
        }
        for one_off in schedule.one_offs.iter().filter(|one_off| from <= one_off.starts_at.date) {
            singles.push((i64::from(one_off.starts_at.date.days_since_epoch()), Single::OneOff(one_off)));
        }
        singles.in_order_by(|(day, _)| *day);
        let mut days_off: Vec<Date> = Vec::new();
        let mut starts_off: Vec<Instant> = Vec::new();
        for cancelled in &schedule.cancelled {
            match cancelled.time {
                None => days_off.push(cancelled.date),
                Some(time) => starts_off.push(zone.to_instant(cancelled.date.at(time))),
            }
        }
        days_off.in_order();
        starts_off.in_order();
        let mut dates = Self {
            at_single: singles.partition_point(|(day, _)| *day < evening_before),
            hours: Span { starts_at: zone.instant_of(evening_before, 0), ends_at: zone.instant_of(first, 0) },
            day: evening_before,
            found: Vec::new(),
            given: 0,
            ascending: true,
            schedule,
            zone,
            lasting,
            singles,
            days_off,
            starts_off,
            last,
        };
        dates.next();
        dates
    }

    /// The next date, with or without starts; none after the last.
    pub fn next(&mut self) -> Option<Day<'_>> {
        if self.day > self.last {
            return None;
        }
        let (day, hours) = (self.day, self.hours);
        self.found.drain(..self.given);
        let date = self.gather(day, hours);
        if !self.ascending {
            self.found.in_order_by(|start| (start.span.starts_at, !start.one_off, start.span.ends_at));
            self.found.dedup_by_key(|start| start.span.starts_at);
            self.ascending = true;
        }
        self.given = self.found.partition_point(|start| start.span.starts_at < hours.ends_at);
        self.day = day.saturating_add(1);
        self.hours = Span { starts_at: hours.ends_at, ends_at: self.zone.instant_of(self.day.saturating_add(1), 0) };

        let starts = self.found.get_mut(..self.given).unwrap_or_default();
        // A booking of several days needs them all.
        let days =
            if let Lasting::Days(days) = self.lasting { i32::try_from(days).unwrap_or(i32::MAX).max(1) } else { 1 };
        if let Lasting::Days(_) = self.lasting {
            let ends_at = self.zone.instant_of(day.saturating_add(i64::from(days)), 0);
            for start in starts.iter_mut().filter(|start| start.span.ends_at == WITH_ITS_DAYS) {
                start.span.ends_at = ends_at;
            }
        }
        let off = self.days_off.get(self.days_off.partition_point(|off| *off < date)..).unwrap_or_default();
        let day_off = off.first().is_some_and(|off| *off < date.plus_days(days));
        if day_off || !self.starts_off.is_empty() {
            for start in starts.iter_mut().filter(|start| !start.one_off) {
                start.cancelled = day_off || self.starts_off.binary_search(&start.span.starts_at).is_ok();
            }
        }
        Some(Day { date, hours, starts })
    }

    /// Finds the starts that rules and single dates give a day, and says which date it is.
    fn gather(&mut self, day: i64, hours: Span) -> Date {
        let facts = DayFacts::of(day);
        let schedule = self.schedule;
        for rule in &schedule.rules {
            if rule.takes(&facts) {
                self.push_day(day, hours, &rule.times);
            }
        }
        while let Some((_, single)) = self.singles.get(self.at_single).filter(|(on, _)| *on == day).copied() {
            self.at_single = self.at_single.saturating_add(1);
            match single {
                Single::Extra(times) => self.push_day(day, hours, times),
                Single::OneOff(one_off) => {
                    let minutes = one_off.minutes.map(Lasting::Minutes);
                    self.push(self.zone.to_instant(one_off.starts_at), minutes.unwrap_or(self.lasting), true);
                }
            }
        }
        facts.date
    }

    fn push(&mut self, starts_at: Instant, lasting: Lasting, one_off: bool) {
        let ends_at = match lasting {
            Lasting::Minutes(minutes) => starts_at.plus_minutes(i64::from(minutes.clamp(1, MAX_MINUTES))),
            Lasting::Days(_) => WITH_ITS_DAYS,
        };
        self.add(Start { span: Span { starts_at, ends_at }, cancelled: false, one_off });
    }

    fn add(&mut self, start: Start) {
        self.ascending &= self.found.last().is_none_or(|last| last.span.starts_at < start.span.starts_at);
        self.found.push(start);
    }

    fn push_day(&mut self, day: i64, hours: Span, times: &Times) {
        if hours.is_empty() {
            return; // a date that the venue's clocks skipped
        }
        match times {
            Times::At(times) => {
                for time in times {
                    self.push(self.zone.instant_of(day, i64::from(time.minutes())), self.lasting, false);
                }
            }
            Times::Open { windows, step } => {
                for window in windows {
                    self.push_steps(window.on(self.zone, day), i64::from(*step).max(1));
                }
            }
            Times::AllDay => {
                let ends_at = if let Lasting::Minutes(_) = self.lasting { hours.ends_at } else { WITH_ITS_DAYS };
                self.add(Start { span: Span { ends_at, ..hours }, cancelled: false, one_off: false });
            }
        }
    }

    fn push_steps(&mut self, open: Span, step: i64) {
        // Whole days need only begin inside the window; one second stands for "some of it".
        let (needed, with_its_days) = match self.lasting {
            Lasting::Minutes(minutes) => (i64::from(minutes.clamp(1, MAX_MINUTES)).saturating_mul(60), false),
            Lasting::Days(_) => (1, true),
        };
        let room = open.ends_at.0.saturating_sub(open.starts_at.0).saturating_sub(needed);
        if room < 0 {
            return;
        }
        let step = step.saturating_mul(60);
        let more = room.checked_div(step).unwrap_or(0).min(MAX_STEPS);
        self.ascending &= self.found.last().is_none_or(|last| last.span.starts_at < open.starts_at);
        let mut starts_at = open.starts_at;
        self.found.extend((0..=more).map(|_| {
            let ends_at = if with_its_days { WITH_ITS_DAYS } else { starts_at.plus_seconds(needed) };
            let start = Start { span: Span { starts_at, ends_at }, cancelled: false, one_off: false };
            starts_at = starts_at.plus_seconds(step);
            start
        }));
    }
}

impl Window {
    /// The window that opens on a day since 1970-01-01.
    pub(crate) fn on(&self, zone: &Zone, day: i64) -> Span {
        let closes = i64::from(self.to.minutes());
        let over_midnight = if self.to <= self.from { i64::from(DAY_MINUTES) } else { 0 };
        Span {
            starts_at: zone.instant_of(day, i64::from(self.from.minutes())),
            ends_at: match over_midnight {
                0 => zone.instant_of(day, closes),
                _ => zone.instant_of(day.saturating_add(1), closes),
            },
        }
    }
}

/// A date taken apart once, for all rules.
struct DayFacts {
    day: i64,
    date: Date,
    weekday: IsoWeekday,
}

impl DayFacts {
    fn of(day: i64) -> Self {
        Self { day, date: date_of_days(day), weekday: weekday_of(day) }
    }

    /// 1 to 31.
    fn day_of_month(&self) -> i32 {
        i32::try_from(self.date.day()).unwrap_or(1)
    }

    fn days_in_month(&self) -> i32 {
        i32::from(self.date.days_in_month())
    }
}

/// 1 = Monday to 7 = Sunday; 1970-01-01 was a Thursday.
pub(crate) fn weekday_of(day: i64) -> IsoWeekday {
    u8::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or(0).saturating_add(1)
}

/// Months since January of the year 0.
fn months(date: Date) -> i32 {
    date.year().saturating_mul(12).saturating_add(i32::try_from(date.month()).unwrap_or(1))
}

impl Rule {
    /// Whether the rule takes a date.
    pub fn takes_date(&self, date: Date) -> bool {
        self.takes(&DayFacts::of(i64::from(date.days_since_epoch())))
    }

    fn takes(&self, on: &DayFacts) -> bool {
        if on.date < self.from || self.until.is_some_and(|until| until < on.date) {
            return false;
        }
        let from = i64::from(self.from.days_since_epoch());
        let every = |count: i64, every: u32| count.checked_rem(i64::from(every.max(1))) == Some(0);
        let months_on = || i64::from(months(on.date).saturating_sub(months(self.from)));
        match &self.repeats {
            Repeats::Daily { every: n } => every(on.day.saturating_sub(from), *n),
            Repeats::Weekly { every: n, weekdays } => {
                let monday = |day: i64| day.saturating_add(3).div_euclid(7);
                weekdays.contains(&on.weekday) && every(monday(on.day).saturating_sub(monday(from)), *n)
            }
            Repeats::MonthlyWeekday { every: n, nth, weekday } => {
                let counted = if *nth < 0 {
                    on.days_in_month().saturating_sub(on.day_of_month())
                } else {
                    on.day_of_month().saturating_sub(1)
                };
                *weekday == on.weekday
                    && i32::from(nth.unsigned_abs()) == (counted / 7).saturating_add(1)
                    && every(months_on(), *n)
            }
            Repeats::MonthlyDay { every: n, day } => {
                let wanted = match i32::from(*day) {
                    back if back < 0 => on.days_in_month().saturating_add(back).saturating_add(1),
                    day => day,
                };
                on.day_of_month() == wanted && every(months_on(), *n)
            }
        }
    }
}
