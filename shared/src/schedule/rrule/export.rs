//! From a schedule to property lines.

use super::WEEKDAYS;
use super::dates::nth_date;
use super::lines::push_folded;
use super::values::{push_date, push_length, push_number, push_wall};
use crate::civil::{Date, LocalDateTime, TimeOfDay};
use crate::schedule::{Lasting, Repeats, Rule, Schedule, Times};
use crate::zone::{Instant, Zone};
use serde::Serialize;

/// What iCalendar cannot say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unsayable {
    /// Opening hours with a step: their starts depend on the length of the slot and on elapsed time.
    OpeningHours,
    /// Whole days and times of day in one schedule: cancelling a date would mean two things.
    MixedDays,
    /// A zone whose name cannot stand in a parameter.
    ZoneName,
}

/// Writes a schedule as blocks of property lines with an empty line between them, as [`import`](super::import) reads
/// them: one block for each rule and time of day, one for the single dates of each length. A rule that never happens
/// leaves no block.
///
/// # Errors
/// Names what iCalendar cannot say; nothing is left out.
pub fn export(schedule: &Schedule, zone: &Zone, lasting: Option<Lasting>) -> Result<String, Unsayable> {
    if zone.name.is_empty() || zone.name.contains(|sign: char| sign == '"' || sign.is_control()) {
        return Err(Unsayable::ZoneName);
    }
    let all_times = || schedule.rules.iter().map(|rule| &rule.times).chain(schedule.extra.iter().map(|on| &on.times));
    if all_times().any(|times| matches!(times, Times::Open { .. })) {
        return Err(Unsayable::OpeningHours);
    }
    let all_day = all_times().any(|times| *times == Times::AllDay);
    if all_day && (!schedule.one_offs.is_empty() || all_times().any(|times| *times != Times::AllDay)) {
        return Err(Unsayable::MixedDays);
    }
    let writer = Writer { zone, all_day, lasting, removed: Removed::of(schedule, zone) };
    let mut blocks: Vec<String> = Vec::new();
    for rule in &schedule.rules {
        match &rule.times {
            Times::At(times) => {
                for (place, time) in times.iter().enumerate() {
                    if !times.iter().take(place).any(|before| before == time) {
                        blocks.extend(writer.rule(rule, *time));
                    }
                }
            }
            Times::AllDay => blocks.extend(writer.rule(rule, TimeOfDay::MIDNIGHT)),
            Times::Open { .. } => return Err(Unsayable::OpeningHours),
        }
    }
    blocks.extend(writer.single_dates(schedule));
    Ok(blocks.join("\r\n"))
}

/// What is cancelled, as instants and dates to look up, and the one-offs that stand all the same.
struct Removed {
    dates: Vec<Date>,
    starts: Vec<Instant>,
    kept: Vec<Instant>,
    /// Every date that a cancellation can concern, where clocks change around midnight too.
    near: Vec<Date>,
}

impl Removed {
    fn of(schedule: &Schedule, zone: &Zone) -> Self {
        let mut removed = Self {
            dates: schedule.cancelled.iter().filter(|off| off.time.is_none()).map(|off| off.date).collect(),
            starts: schedule.cancelled.iter().filter_map(|off| Some(zone.to_instant(off.date.at(off.time?)))).collect(),
            kept: schedule.one_offs.iter().map(|one_off| zone.to_instant(one_off.starts_at)).collect(),
            near: schedule.cancelled.iter().flat_map(|off| [-1, 0, 1].map(|days| off.date.plus_days(days))).collect(),
        };
        removed.dates.sort_unstable();
        removed.starts.sort_unstable();
        removed.kept.sort_unstable();
        removed.near.sort_unstable();
        removed.near.dedup();
        removed
    }

    /// Whether a start that a rule or an extra date gives is taken out.
    fn has(&self, at: Instant, zone: &Zone) -> bool {
        (self.starts.binary_search(&at).is_ok() || self.dates.binary_search(&zone.date_of(at)).is_ok())
            && self.kept.binary_search(&at).is_err()
    }
}

struct Writer<'a> {
    zone: &'a Zone,
    all_day: bool,
    lasting: Option<Lasting>,
    removed: Removed,
}

impl Writer<'_> {
    /// The block of a rule at one time of day.
    fn rule(&self, rule: &Rule, time: TimeOfDay) -> Option<String> {
        let first = nth_date(core::slice::from_ref(rule), 1)?;
        if rule.until.is_some_and(|until| until < first) {
            return None;
        }
        let mut block = String::new();
        self.push_dates(&mut block, "DTSTART", &[first.at(time)]);
        self.push_length(&mut block, self.lasting);
        let mut line = String::from("RRULE:");
        push_repeats(&mut line, &rule.repeats);
        // No start is written beyond the last year, so an end there says nothing (and has no UTC).
        if let Some(until) = rule.until.filter(|until| until.year() < 9999) {
            line.push_str(";UNTIL=");
            self.push_until(&mut line, until, time);
        }
        push_folded(&mut block, &line);
        let removed: Vec<LocalDateTime> = self
            .removed
            .near
            .iter()
            .filter(|date| rule.takes_date(**date) && !self.zone.day(**date).is_empty())
            .map(|date| date.at(time))
            .filter(|start| self.removed.has(self.zone.to_instant(*start), self.zone))
            .collect();
        if !removed.is_empty() {
            self.push_dates(&mut block, "EXDATE", &removed);
        }
        Some(block)
    }

    /// Extra dates and one-offs: a block for each length.
    fn single_dates(&self, schedule: &Schedule) -> Vec<String> {
        let mut singles: Vec<(Option<Lasting>, LocalDateTime)> = Vec::new();
        for extra in &schedule.extra {
            if self.zone.day(extra.date).is_empty() {
                continue; // a date that the venue's clocks skipped
            }
            let midnight = [TimeOfDay::MIDNIGHT];
            let times: &[TimeOfDay] = match &extra.times {
                Times::At(times) => times,
                Times::AllDay => &midnight,
                Times::Open { .. } => &[],
            };
            let starts = times.iter().map(|time| extra.date.at(*time));
            let left = starts.filter(|start| !self.removed.has(self.zone.to_instant(*start), self.zone));
            singles.extend(left.map(|start| (self.lasting, start)));
        }
        for one_off in &schedule.one_offs {
            singles.push((one_off.minutes.map(Lasting::Minutes).or(self.lasting), one_off.starts_at));
        }
        let key = |length: &Option<Lasting>| match length {
            None => (0, 0),
            Some(Lasting::Minutes(minutes)) => (1, *minutes),
            Some(Lasting::Days(days)) => (2, *days),
        };
        singles.sort_unstable_by_key(|(length, start)| (key(length), *start));
        singles.dedup();
        let mut blocks = Vec::new();
        for same in singles.chunk_by(|(a, _), (b, _)| a == b) {
            let [(length, first), rest @ ..] = same else { continue };
            let mut block = String::new();
            self.push_dates(&mut block, "DTSTART", &[*first]);
            self.push_length(&mut block, *length);
            if !rest.is_empty() {
                let rest: Vec<LocalDateTime> = rest.iter().map(|(_, start)| *start).collect();
                self.push_dates(&mut block, "RDATE", &rest);
            }
            blocks.push(block);
        }
        blocks
    }

    fn in_utc(&self) -> bool {
        self.zone.name == "UTC" || self.zone.name == "Etc/UTC"
    }

    /// Appends `NAME;TZID=zone:20270215T093000,…`, or the same as whole dates or in UTC.
    fn push_dates(&self, out: &mut String, name: &str, dates: &[LocalDateTime]) {
        let mut line = String::from(name);
        if self.all_day {
            line.push_str(";VALUE=DATE");
        } else if !self.in_utc() {
            line.push_str(";TZID=");
            if self.zone.name.contains([':', ';', ',']) {
                line.push('"');
                line.push_str(&self.zone.name);
                line.push('"');
            } else {
                line.push_str(&self.zone.name);
            }
        }
        for (place, start) in dates.iter().enumerate() {
            line.push(if place == 0 { ':' } else { ',' });
            if self.all_day {
                push_date(&mut line, start.date);
            } else {
                push_wall(&mut line, *start);
                if self.in_utc() {
                    line.push('Z');
                }
            }
        }
        push_folded(out, &line);
    }

    fn push_length(&self, out: &mut String, length: Option<Lasting>) {
        let fits = match length {
            Some(Lasting::Minutes(minutes)) => !self.all_day && minutes > 0,
            Some(Lasting::Days(_)) => self.all_day,
            None => false,
        };
        if let Some(length) = length.filter(|_| fits) {
            let mut line = String::from("DURATION:");
            push_length(&mut line, length);
            push_folded(out, &line);
        }
    }

    /// RFC 5545, 3.3.10: in UTC where the start has a zone, a date where it is one.
    fn push_until(&self, out: &mut String, until: Date, time: TimeOfDay) {
        if self.all_day {
            return push_date(out, until);
        }
        let mut until = until;
        while self.zone.day(until).is_empty() && until > Date::FIRST {
            until = until.plus_days(-1);
        }
        let Instant(at) = self.zone.to_instant(until.at(time));
        push_wall(out, Zone::fixed("UTC", 0).to_local(Instant(at)));
        // Zones have had offsets with seconds; the wall time above is to the minute.
        let seconds = u32::try_from(at.rem_euclid(60)).unwrap_or(0);
        out.truncate(out.len().saturating_sub(2));
        push_number(out, seconds, 2);
        out.push('Z');
    }
}

/// Appends `FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO,WE`.
fn push_repeats(out: &mut String, repeats: &Repeats) {
    let (frequency, every) = match repeats {
        Repeats::Daily { every } => ("DAILY", every),
        Repeats::Weekly { every, .. } => ("WEEKLY", every),
        Repeats::MonthlyWeekday { every, .. } | Repeats::MonthlyDay { every, .. } => ("MONTHLY", every),
    };
    out.push_str("FREQ=");
    out.push_str(frequency);
    if *every > 1 {
        out.push_str(";INTERVAL=");
        push_number(out, *every, 1);
    }
    let name = |weekday: u8| WEEKDAYS.get(usize::from(weekday.saturating_sub(1))).copied().unwrap_or_default();
    match repeats {
        Repeats::Daily { .. } => {}
        Repeats::Weekly { every, weekdays } => {
            if *every > 1 {
                out.push_str(";WKST=MO");
            }
            let mut weekdays: Vec<u8> = weekdays.iter().copied().filter(|day| (1..=7).contains(day)).collect();
            weekdays.sort_unstable();
            weekdays.dedup();
            for (place, weekday) in weekdays.into_iter().enumerate() {
                out.push_str(if place == 0 { ";BYDAY=" } else { "," });
                out.push_str(name(weekday));
            }
        }
        Repeats::MonthlyWeekday { nth, weekday, .. } => {
            out.push_str(";BYDAY=");
            push_signed(out, *nth);
            out.push_str(name(*weekday));
        }
        Repeats::MonthlyDay { day, .. } => {
            out.push_str(";BYMONTHDAY=");
            push_signed(out, *day);
        }
    }
}

fn push_signed(out: &mut String, number: i8) {
    if number < 0 {
        out.push('-');
    }
    push_number(out, u32::from(number.unsigned_abs()), 1);
}
