//! From rules to occurrences: every start of a schedule between two venue dates, in order.
//!
//! One pass over the dates, each rule looked at once per date; then one sort, needed only where rules interleave.

use super::{Repeats, Rule, Schedule, Times, Window};
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

/// A start before its date, its end and its cancellation are known.
#[derive(Clone, Copy)]
struct Start {
    at: Instant,
    /// None ends with the last of its days.
    ends_at: Option<Instant>,
    one_off: bool,
}

impl Schedule {
    /// Every start on the venue dates `from` to `to`, both included, ascending, each instant once.
    ///
    /// A start after midnight of a window that opened the evening before belongs to the later date. Of several at one
    /// instant a one-off stands, else the shortest.
    pub fn occurrences(&self, zone: &Zone, lasting: Lasting, from: Date, to: Date) -> Vec<Occurrence> {
        let first = i64::from(from.days_since_epoch());
        let last = i64::from(to.min(from.plus_days(MAX_DAYS)).days_since_epoch());
        let mut starts = Starts { zone, lasting, found: Vec::new(), ascending: true };
        let mut day = first.saturating_sub(1);
        while day <= last {
            let facts = DayFacts::of(day);
            for rule in &self.rules {
                if rule.takes(&facts) {
                    starts.push_day(day, &rule.times);
                }
            }
            day = day.saturating_add(1);
        }
        for extra in &self.extra {
            let day = i64::from(extra.date.days_since_epoch());
            if (first.saturating_sub(1)..=last).contains(&day) {
                starts.push_day(day, &extra.times);
            }
        }
        for one_off in &self.one_offs {
            if from <= one_off.starts_at.date && one_off.starts_at.date <= to {
                let at = zone.to_instant(one_off.starts_at);
                let minutes = one_off.minutes.map(Lasting::Minutes);
                starts.push(at, minutes.unwrap_or(lasting), true);
            }
        }
        let mut found = starts.found;
        if !starts.ascending {
            found.in_order_by(|start| (start.at, !start.one_off, start.ends_at));
            found.dedup_by_key(|start| start.at);
        }
        self.dated(zone, lasting, first, last, found)
    }

    /// Gives each start its venue date, its end and its cancellation. `starts` ascend; their memory is used again.
    fn dated(&self, zone: &Zone, lasting: Lasting, first: i64, last: i64, starts: Vec<Start>) -> Vec<Occurrence> {
        let mut days_off: Vec<Date> = Vec::new();
        let mut starts_off: Vec<Instant> = Vec::new();
        for cancelled in &self.cancelled {
            match cancelled.time {
                None => days_off.push(cancelled.date),
                Some(time) => starts_off.push(zone.to_instant(cancelled.date.at(time))),
            }
        }
        days_off.in_order();
        starts_off.in_order();

        let mut day = first;
        let mut date = date_of_days(day);
        let mut hours = zone.day(date);
        // A booking of several days needs them all.
        let more = if let Lasting::Days(days) = lasting { i32::try_from(days).unwrap_or(i32::MAX) } else { 1 };
        let is_off = |date: Date| {
            let next = days_off.partition_point(|off| *off < date);
            days_off.get(next).is_some_and(|off| *off < date.plus_days(more.max(1)))
        };
        let mut day_off = is_off(date);
        let days = if let Lasting::Days(days) = lasting { i64::from(days).max(1) } else { 1 };
        let date_it = |start: Start| {
            while start.at >= hours.ends_at && day <= last {
                day = day.saturating_add(1);
                date = date_of_days(day);
                hours = Span { starts_at: hours.ends_at, ends_at: zone.instant_of(day.saturating_add(1), 0) };
                day_off = is_off(date);
            }
            if day > last || start.at < hours.starts_at {
                return None; // after the last date, or of the evening before the first
            }
            let ends_at = start.ends_at.unwrap_or_else(|| zone.instant_of(day.saturating_add(days), 0));
            let off = day_off || !starts_off.is_empty() && starts_off.binary_search(&start.at).is_ok();
            Some(Occurrence { date, span: Span { starts_at: start.at, ends_at }, cancelled: off && !start.one_off })
        };
        starts.into_iter().filter_map(date_it).collect()
    }
}

/// Where starts are gathered.
struct Starts<'a> {
    zone: &'a Zone,
    lasting: Lasting,
    found: Vec<Start>,
    /// Each later than the one before: nothing to sort, nothing twice.
    ascending: bool,
}

impl Starts<'_> {
    fn push(&mut self, at: Instant, lasting: Lasting, one_off: bool) {
        let ends_at = match lasting {
            Lasting::Minutes(minutes) => Some(at.plus_minutes(i64::from(minutes.clamp(1, MAX_MINUTES)))),
            Lasting::Days(_) => None,
        };
        self.add(Start { at, ends_at, one_off });
    }

    fn add(&mut self, start: Start) {
        self.ascending &= self.found.last().is_none_or(|last| last.at < start.at);
        self.found.push(start);
    }

    fn push_day(&mut self, day: i64, times: &Times) {
        let starts_at = self.zone.instant_of(day, 0);
        let ends_at = self.zone.instant_of(day.saturating_add(1), 0);
        if ends_at <= starts_at {
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
                let ends_at = matches!(self.lasting, Lasting::Minutes(_)).then_some(ends_at);
                self.add(Start { at: starts_at, ends_at, one_off: false });
            }
        }
    }

    fn push_steps(&mut self, open: Span, step: i64) {
        // Whole days need only begin inside the window; one second stands for "some of it".
        let (minutes, needed) = match self.lasting {
            Lasting::Minutes(minutes) => (Some(minutes), i64::from(minutes.clamp(1, MAX_MINUTES)).saturating_mul(60)),
            Lasting::Days(_) => (None, 1),
        };
        let room = open.ends_at.0.saturating_sub(open.starts_at.0).saturating_sub(needed);
        if room < 0 {
            return;
        }
        let step = step.saturating_mul(60);
        let more = room.checked_div(step).unwrap_or(0).min(MAX_STEPS);
        self.ascending &= self.found.last().is_none_or(|last| last.at < open.starts_at);
        self.found.extend((0..=more).map(|count| {
            let at = open.starts_at.plus_seconds(step.saturating_mul(count));
            Start { at, ends_at: minutes.map(|_| at.plus_seconds(needed)), one_off: false }
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
