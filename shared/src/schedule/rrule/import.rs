//! From property lines to a schedule.

use super::dates::nth_date;
use super::lines::{Line, unfolded};
use super::values::{Duration, Stamp, whole};
use super::{Refused, WEEKDAYS, Why};
use crate::civil::{Date, IsoWeekday, LocalDateTime};
use crate::schedule::{Cancelled, ExtraDate, Lasting, OneOff, Repeats, Rule, Schedule, Times};
use crate::zone::Zone;

/// What was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imported {
    /// When it happens.
    pub schedule: Schedule,
    /// How long it takes, where `DURATION` or `DTEND` say so.
    pub lasting: Option<Lasting>,
}

/// A first start: a wall time, or a whole date.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Start {
    /// All day.
    Date(Date),
    /// At a time.
    At(LocalDateTime),
}

impl Start {
    fn date(self) -> Date {
        match self {
            Self::Date(date) => date,
            Self::At(at) => at.date,
        }
    }
}

/// Reads one block of property lines, or several with empty lines between them: `DTSTART`, `RRULE`, `RDATE`, `EXDATE`
/// and `DTEND` or `DURATION`. A bare `FREQ=…` stands for an `RRULE`. Where a block has no `DTSTART`, `start` is used.
///
/// Dates in another zone than the venue's are refused. Without an `RRULE` a block is a list of one-offs, each with the
/// block's length.
///
/// ```
/// use shared::{schedule::rrule, zone::Zone};
/// let text = "DTSTART;TZID=Europe/Berlin:20270215T093000\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3";
/// let read = rrule::import(text, &Zone::fixed("Europe/Berlin", 3600), None).unwrap();
/// assert_eq!(read.schedule.rules[0].until.unwrap().to_string(), "2027-02-22");
///
/// let refused = rrule::import("FREQ=YEARLY", &Zone::fixed("UTC", 0), None).unwrap_err();
/// assert_eq!(refused.part, "DTSTART");
/// ```
///
/// # Errors
/// Names the first part that is malformed or that no schedule can hold.
pub fn import(text: &str, zone: &Zone, start: Option<Start>) -> Result<Imported, Refused> {
    let mut all = Imported { schedule: Schedule::default(), lasting: None };
    let mut ruled = false;
    for lines in unfolded(text) {
        let block = Block::read(&lines, zone, start)?;
        let has_rules = !block.rules.is_empty();
        let lasting = block.lasting;
        block.settle(&mut all.schedule, zone)?;
        // Only rules need the common length; one-offs bring their own.
        if has_rules {
            if ruled && all.lasting != lasting {
                return Err(Why::Conflict.of("DURATION"));
            }
            ruled = true;
            all.lasting = lasting;
        } else if !ruled && all.lasting.is_none() {
            all.lasting = lasting;
        }
    }
    if all.schedule == Schedule::default() && text.trim().is_empty() {
        return Err(Why::Missing.of("RRULE"));
    }
    Ok(all)
}

/// A date taken out or added, and for a `PERIOD` its minutes.
type Listed = (Start, Option<u32>);

/// One component's lines, read but not yet turned into a schedule.
struct Block<'a> {
    start: Start,
    /// Whether `DTSTART` was in UTC though the venue is not.
    start_in_utc: bool,
    lasting: Option<Lasting>,
    rules: Vec<&'a str>,
    added: Vec<Listed>,
    removed: Vec<Start>,
}

impl<'a> Block<'a> {
    fn read(lines: &'a [String], zone: &Zone, start: Option<Start>) -> Result<Self, Refused> {
        let (mut begins, mut ends, mut duration) = (None, None, None);
        let (mut rules, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for text in lines {
            let line = Line::split(text)?;
            match line.name.as_str() {
                "DTSTART" => once(&mut begins, Dates::of(&line)?.one(zone)?, &line)?,
                "DTEND" => once(&mut ends, Dates::of(&line)?.one(zone)?.0, &line)?,
                "DURATION" if line.params.is_empty() => {
                    once(&mut duration, Duration::parse(line.value).ok_or_else(|| Why::Malformed.of(text))?, &line)?;
                }
                "RRULE" if line.params.is_empty() => rules.push(line.value),
                "RDATE" => Dates::of(&line)?.list(zone, true, &mut added)?,
                "EXDATE" => {
                    let mut list = Vec::new();
                    Dates::of(&line)?.list(zone, false, &mut list)?;
                    removed.extend(list.into_iter().map(|(start, _)| start));
                }
                _ => return Err(Why::Unsupported.of(text)),
            }
        }
        let (start, start_in_utc) =
            begins.or(start.map(|start| (start, false))).ok_or_else(|| Why::Missing.of("DTSTART"))?;
        let lasting = match (ends, duration) {
            (Some(_), Some(_)) => return Err(Why::Conflict.of("DURATION")),
            (Some(end), None) => Some(until_end(start, end, zone).ok_or_else(|| Why::Unsupported.of("DTEND"))?),
            (None, Some(duration)) => {
                Some(duration_of(start, duration).ok_or_else(|| Why::Unsupported.of("DURATION"))?)
            }
            (None, None) => None,
        };
        let same =
            |other: &Start| matches!((start, other), (Start::Date(_), Start::Date(_)) | (Start::At(_), Start::At(_)));
        if !added.iter().all(|(date, _)| same(date)) {
            return Err(Why::Conflict.of("RDATE"));
        }
        if !removed.iter().all(same) {
            return Err(Why::Conflict.of("EXDATE"));
        }
        Ok(Self { start, start_in_utc, lasting, rules, added, removed })
    }

    fn settle(self, into: &mut Schedule, zone: &Zone) -> Result<(), Refused> {
        if self.start_in_utc && !self.rules.is_empty() {
            return Err(Why::ForeignZone.of("DTSTART"));
        }
        for rule in &self.rules {
            into.rules.extend(Parts::read(rule, self.start)?.rules(self.start, zone)?);
        }
        // Without a rule the start is itself one of the dates, and nothing else gives the length.
        let alone = self.rules.is_empty();
        let minutes = match self.lasting {
            Some(Lasting::Minutes(minutes)) if alone => Some(minutes),
            _ => None,
        };
        let begins = alone.then_some((self.start, None));
        let mut removed = self.removed;
        removed.sort_unstable();
        for (date, own) in begins.into_iter().chain(self.added) {
            if removed.binary_search(&date).is_ok() {
                continue;
            }
            match date {
                Start::At(starts_at) => into.one_offs.push(OneOff { starts_at, minutes: own.or(minutes) }),
                Start::Date(date) => into.extra.push(ExtraDate { date, times: Times::AllDay }),
            }
        }
        if !alone {
            into.cancelled.extend(removed.into_iter().map(|date| match date {
                Start::At(at) => Cancelled { date: at.date, time: Some(at.time) },
                Start::Date(date) => Cancelled { date, time: None },
            }));
        }
        Ok(())
    }
}

fn once<T>(place: &mut Option<T>, value: T, line: &Line<'_>) -> Result<(), Refused> {
    if place.replace(value).is_some() { Err(Why::Repeated.of(line.whole)) } else { Ok(()) }
}

/// RFC 5545, 3.8.5.3: `DTEND` gives every occurrence the same exact duration.
fn until_end(start: Start, end: Start, zone: &Zone) -> Option<Lasting> {
    match (start, end) {
        (Start::Date(from), Start::Date(to)) => {
            let days = to.days_since_epoch().checked_sub(from.days_since_epoch())?;
            u32::try_from(days).ok().filter(|days| *days > 0).map(Lasting::Days)
        }
        (Start::At(from), Start::At(to)) => {
            let seconds = zone.to_instant(to).0.checked_sub(zone.to_instant(from).0)?;
            u32::try_from(seconds / 60).ok().filter(|minutes| *minutes > 0).map(Lasting::Minutes)
        }
        _ => None,
    }
}

fn duration_of(start: Start, duration: Duration) -> Option<Lasting> {
    match start {
        Start::Date(_) => (duration.days > 0 && duration.seconds == 0).then_some(Lasting::Days(duration.days)),
        Start::At(_) => duration.minutes().map(Lasting::Minutes),
    }
}

/// The value of a property that holds dates, with what its parameters say.
struct Dates<'a> {
    line: &'a Line<'a>,
    zone_name: Option<&'a str>,
    kind: Option<&'a str>,
}

impl<'a> Dates<'a> {
    fn of(line: &'a Line<'a>) -> Result<Self, Refused> {
        let mut dates = Self { line, zone_name: None, kind: None };
        for (name, value) in &line.params {
            match name.as_str() {
                "TZID" => once(&mut dates.zone_name, *value, line)?,
                "VALUE" => once(&mut dates.kind, *value, line)?,
                _ => return Err(Why::Unsupported.of(line.whole)),
            }
        }
        Ok(dates)
    }

    /// The one date of `DTSTART` or `DTEND`, and whether it was in UTC though the venue's zone is another.
    fn one(&self, zone: &Zone) -> Result<(Start, bool), Refused> {
        let (start, utc) = self.start(self.line.value, zone)?;
        Ok((start, utc && !zone.name.eq_ignore_ascii_case("UTC") && !zone.name.eq_ignore_ascii_case("Etc/UTC")))
    }

    fn list(&self, zone: &Zone, periods: bool, into: &mut Vec<Listed>) -> Result<(), Refused> {
        let is_period = self.kind.is_some_and(|kind| kind.eq_ignore_ascii_case("PERIOD"));
        if is_period && !periods {
            return Err(Why::Malformed.of(self.line.whole));
        }
        for value in self.line.value.split(',') {
            if !is_period {
                into.push((self.start(value, zone)?.0, None));
                continue;
            }
            let (from, to) = value.split_once('/').ok_or_else(|| Why::Malformed.of(value))?;
            let (start, _) = self.start(from, zone)?;
            let lasting = if to.starts_with(['P', '+']) {
                duration_of(start, Duration::parse(to).ok_or_else(|| Why::Malformed.of(value))?)
            } else {
                until_end(start, self.start(to, zone)?.0, zone)
            };
            match (start, lasting) {
                (Start::At(_), Some(Lasting::Minutes(minutes))) => into.push((start, Some(minutes))),
                _ => return Err(Why::Unsupported.of(value)),
            }
        }
        Ok(())
    }

    /// One value as wall time at the venue, and whether it was in UTC.
    fn start(&self, text: &str, zone: &Zone) -> Result<(Start, bool), Refused> {
        let kind = |wanted: &str| self.kind.is_none_or(|kind| kind.eq_ignore_ascii_case(wanted));
        let time = || kind("DATE-TIME") || kind("PERIOD");
        let foreign = self.zone_name.is_some_and(|name| !name.eq_ignore_ascii_case(&zone.name));
        match Stamp::parse(text.trim()) {
            Some(Stamp::Date(date)) if kind("DATE") && self.zone_name.is_none() => Ok((Start::Date(date), false)),
            Some(Stamp::Wall(..)) if foreign => Err(Why::ForeignZone.of(self.line.whole)),
            Some(Stamp::Wall(at, 0)) if time() => Ok((Start::At(at), false)),
            Some(Stamp::Utc(at)) if time() && self.zone_name.is_none() => {
                // Not on a minute, or the second showing of a repeated hour: no wall time says it.
                let local = zone.to_local(at);
                if zone.to_instant(local) != at {
                    return Err(Why::Unsupported.of(text));
                }
                Ok((Start::At(local), true))
            }
            Some(Stamp::Wall(..)) if time() => Err(Why::Unsupported.of(text)),
            _ => Err(Why::Malformed.of(self.line.whole)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
}

/// The parts of one `RRULE`.
struct Parts<'a> {
    frequency: Frequency,
    every: u32,
    /// With the ordinal, 0 for none.
    weekdays: Vec<(i8, IsoWeekday)>,
    month_days: Vec<i8>,
    count: Option<u32>,
    until: Option<(Stamp, &'a str)>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str, start: Start) -> Result<Self, Refused> {
        let (mut frequency, mut every, mut count, mut until, mut week_start) = (None, None, None, None, None);
        let (mut weekdays, mut month_days) = (None, None);
        for part in text.trim_end_matches(';').split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| Why::Malformed.of(part))?;
            let malformed = || Why::Malformed.of(part);
            let positive = || whole(value).filter(|number| *number > 0).ok_or_else(malformed);
            let repeated = match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => frequency.replace((frequency_of(part, value)?, part)).is_some(),
                "INTERVAL" => every.replace(positive()?).is_some(),
                "COUNT" => count.replace(positive()?).is_some(),
                "UNTIL" => until.replace((Stamp::parse(value).ok_or_else(malformed)?, part)).is_some(),
                "WKST" => week_start.replace((weekday_of(value).ok_or_else(malformed)?, part)).is_some(),
                "BYDAY" => {
                    let list = value.split(',').map(nth_weekday).collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
                    weekdays.replace((list, part)).is_some()
                }
                "BYMONTHDAY" => {
                    let list = value.split(',').map(month_day).collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
                    month_days.replace((list, part)).is_some()
                }
                _ => return Err(Why::Unsupported.of(part)),
            };
            if repeated {
                return Err(Why::Repeated.of(part));
            }
        }
        let (mut frequency, freq_part) = frequency.ok_or_else(|| Why::Missing.of("FREQ"))?;
        if let (Some(_), Some((_, part))) = (count, until) {
            return Err(Why::Conflict.of(part));
        }
        if let (Some(_), Some((_, part))) = (&weekdays, &month_days) {
            return Err(Why::Unsupported.of(part)); // "Friday the 13th"
        }
        let every = every.unwrap_or(1);
        // "Daily on Mondays" is weekly, "daily on the 1st" monthly, as long as no day is left out.
        if frequency == Frequency::Daily && (weekdays.is_some() || month_days.is_some()) {
            if every != 1 {
                return Err(Why::Unsupported.of(freq_part));
            }
            frequency = if weekdays.is_some() { Frequency::Weekly } else { Frequency::Monthly };
        }
        match (frequency, &weekdays, &month_days) {
            (Frequency::Weekly, _, Some((_, part))) => return Err(Why::Malformed.of(part)),
            (Frequency::Weekly, Some((days, part)), _) if days.iter().any(|(nth, _)| *nth != 0) => {
                return Err(Why::Malformed.of(part));
            }
            _ => {}
        }
        // Where weeks begin matters only when some are left out.
        if let Some((first, part)) = week_start
            && first != 1
            && frequency == Frequency::Weekly
            && every > 1
        {
            return Err(Why::Unsupported.of(part));
        }
        let mut weekdays = weekdays.map(|(list, _)| list).unwrap_or_default();
        let mut month_days = month_days.map(|(list, _)| list).unwrap_or_default();
        if frequency == Frequency::Weekly && weekdays.is_empty() {
            weekdays.push((0, start.date().weekday()));
        }
        if frequency == Frequency::Monthly && weekdays.is_empty() && month_days.is_empty() {
            month_days.push(i8::try_from(start.date().day()).unwrap_or(1));
        }
        weekdays.sort_unstable();
        weekdays.dedup();
        month_days.sort_unstable();
        month_days.dedup();
        Ok(Self { frequency, every, weekdays, month_days, count, until })
    }

    /// One rule, or one for each day of the month that is named.
    fn rules(&self, start: Start, zone: &Zone) -> Result<Vec<Rule>, Refused> {
        let every = self.every;
        let repeats: Vec<Repeats> = match self.frequency {
            Frequency::Daily => vec![Repeats::Daily { every }],
            Frequency::Weekly => {
                let weekdays = self.weekdays.iter().map(|(_, weekday)| *weekday).collect();
                vec![Repeats::Weekly { every, weekdays }]
            }
            Frequency::Monthly if self.weekdays.is_empty() => {
                self.month_days.iter().map(|day| Repeats::MonthlyDay { every, day: *day }).collect()
            }
            Frequency::Monthly => {
                let mut each: Vec<(i8, IsoWeekday)> = Vec::new();
                for (nth, weekday) in &self.weekdays {
                    // Without an ordinal: every such weekday of the month.
                    each.extend(if *nth == 0 { 1..=5 } else { *nth..=*nth }.map(|nth| (nth, *weekday)));
                }
                each.sort_unstable();
                each.dedup();
                each.into_iter().map(|(nth, weekday)| Repeats::MonthlyWeekday { every, nth, weekday }).collect()
            }
        };
        let times = match start {
            Start::Date(_) => Times::AllDay,
            Start::At(at) => Times::At(vec![at.time]),
        };
        let from = start.date();
        let mut rules: Vec<Rule> =
            repeats.into_iter().map(|repeats| Rule { repeats, times: times.clone(), from, until: None }).collect();
        let until = match (self.until, self.count) {
            (Some((until, part)), _) => Some(last_date(start, until, part, zone)?),
            (None, Some(count)) => nth_date(&rules, count),
            (None, None) => None,
        };
        for rule in &mut rules {
            rule.until = until;
        }
        Ok(rules)
    }
}

/// The last date whose start is not after `UNTIL`.
fn last_date(start: Start, until: Stamp, part: &str, zone: &Zone) -> Result<Date, Refused> {
    let (date, included) = match (start, until) {
        (Start::Date(_), Stamp::Date(date)) => (date, true),
        (Start::At(at), Stamp::Wall(until, _)) => (until.date, at.time <= until.time),
        (Start::At(at), Stamp::Utc(until)) => {
            let date = zone.to_local(until).date;
            (date, zone.to_instant(date.at(at.time)) <= until)
        }
        _ => return Err(Why::Conflict.of(part)),
    };
    if included {
        return Ok(date);
    }
    let before = date.days_since_epoch().checked_sub(1).and_then(Date::from_days_since_epoch);
    before.ok_or_else(|| Why::Unsupported.of(part))
}

fn frequency_of(part: &str, value: &str) -> Result<Frequency, Refused> {
    match value.to_ascii_uppercase().as_str() {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" | "HOURLY" | "MINUTELY" | "SECONDLY" => Err(Why::Unsupported.of(part)),
        _ => Err(Why::Malformed.of(part)),
    }
}

fn weekday_of(text: &str) -> Option<IsoWeekday> {
    let place = WEEKDAYS.iter().position(|name| text.eq_ignore_ascii_case(name))?;
    u8::try_from(place).ok()?.checked_add(1)
}

/// `MO`, `2TU`, `-1FR`: an ordinal of 0 is none.
fn nth_weekday(text: &str) -> Option<(i8, IsoWeekday)> {
    let text = text.trim();
    let (ordinal, weekday) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if ordinal.is_empty() { 0 } else { signed(ordinal, 5)? };
    Some((nth, weekday_of(weekday)?))
}

fn month_day(text: &str) -> Option<i8> {
    signed(text.trim(), 31)
}

/// A number from -`most` to `most`, not 0, with or without its sign.
fn signed(text: &str, most: u32) -> Option<i8> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = i8::try_from(whole(digits).filter(|number| (1..=most).contains(number))?).ok()?;
    if negative { number.checked_neg() } else { Some(number) }
}
