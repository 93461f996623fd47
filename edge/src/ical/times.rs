//! Times in calendars of others: dates, wall time in a zone, UTC; and the zones that a calendar brings along.
//!
//! A zone is first looked for by its IANA name, since the database knows more than a calendar does, then in the calendar's
//! own `VTIMEZONE`. A zone that neither knows is unknown: its times are not guessed.

use super::lines::{Component, Line};
use super::rule::{Budget, Rule, Wall};
use crate::domain::org::zone;
use shared::civil::Date;
use shared::zone::{Instant, Zone};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// Zones that one calendar describes.
const MOST_ZONES: usize = 40;

/// A time as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// A date.
    Date(Wall),
    /// A time on the wall.
    Wall(Wall),
    /// A time in UTC.
    Utc(i64),
}

impl Written {
    /// `20260801`, `20260801T170000` or `20260801T170000Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = |text: &str, from: usize, to: usize| -> Option<i64> {
            let part = text.get(from..to)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let (year, month, day) = (digits(text, 0, 4)?, digits(text, 4, 6)?, digits(text, 6, 8)?);
        let date = Date::new(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
        let midnight = i64::from(date.days_since_epoch()).saturating_mul(DAY);
        let Some(time) = text.get(8..)?.strip_prefix('T') else {
            return (text.len() == 8).then_some(Self::Date(midnight));
        };
        let (hour, minute, second) = (digits(time, 0, 2)?, digits(time, 2, 4)?, digits(time, 4, 6)?);
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let of_day =
            hour.saturating_mul(3_600).saturating_add(minute.saturating_mul(60)).saturating_add(second.min(59));
        let wall = midnight.saturating_add(of_day);
        match time.get(6..)? {
            "" => Some(Self::Wall(wall)),
            "Z" => Some(Self::Utc(wall)),
            _ => None,
        }
    }

    /// As the clock shows it; a time in UTC by the clock there.
    pub fn wall(self) -> Wall {
        match self {
            Self::Date(wall) | Self::Wall(wall) | Self::Utc(wall) => wall,
        }
    }
}

/// `P1DT2H30M`, in seconds (RFC 5545 §3.3.6). Never below 0.
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim().strip_prefix('+').unwrap_or(text.trim()).strip_prefix('P')?;
    let (mut seconds, mut number, mut read) = (0_i64, None::<i64>, false);
    for sign in text.chars() {
        if let Some(digit) = sign.to_digit(10) {
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(i64::from(digit)));
            continue;
        }
        let unit = match sign {
            'T' => continue,
            'W' => DAY.saturating_mul(7),
            'D' => DAY,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        seconds = seconds.saturating_add(number.take()?.saturating_mul(unit));
        read = true;
    }
    (read && number.is_none()).then_some(seconds)
}

/// When the clock shows this for the first time. What the clocks skip counts by the offset before the gap (RFC 5545
/// §3.3.5).
pub fn instant(zone: &Zone, wall: Wall) -> i64 {
    let mut found: Option<i64> = None;
    for (_, offset) in &zone.offsets {
        let at = wall.saturating_sub(i64::from(*offset));
        if zone.offset_at(Instant(at)) == *offset {
            found = Some(found.map_or(at, |before| before.min(at)));
        }
    }
    found.unwrap_or_else(|| {
        let before = zone.offset_at(Instant(wall.saturating_sub(DAY)));
        wall.saturating_sub(i64::from(before))
    })
}

/// The zones of a calendar, over a window of time.
pub struct Zones {
    own: BTreeMap<String, Zone>,
    known: BTreeMap<String, Option<Zone>>,
    /// Where neither the time nor the calendar names one.
    otherwise: Zone,
    window: (i64, i64),
}

impl Zones {
    /// Of a calendar, from one instant to another; `home` is the zone of times that name none.
    pub fn of(calendar: &Component, home: &str, from: i64, to: i64) -> Option<Self> {
        // Zones change by at most a day; what begins before the window is not asked for.
        let window = (from.saturating_sub(DAY.saturating_mul(40)), to.saturating_add(DAY.saturating_mul(2)));
        let table = |name: &str| zone::table(name, Instant(window.0), Instant(window.1));
        let named = calendar.value("X-WR-TIMEZONE").and_then(|name| table(name.trim()));
        let mut own = BTreeMap::new();
        for part in calendar.parts_named("VTIMEZONE").take(MOST_ZONES) {
            if let (Some(name), Some(zone)) = (part.value("TZID"), observed(part, window)) {
                own.insert(name.trim().to_owned(), zone);
            }
        }
        Some(Self { own, known: BTreeMap::new(), otherwise: named.or_else(|| table(home))?, window })
    }

    /// The zone that a line names, or the one for lines that name none. None when it is unknown.
    pub fn zone_of(&mut self, line: &Line) -> Option<&Zone> {
        let Some(name) = line.parameter("TZID").map(str::trim) else { return Some(&self.otherwise) };
        let window = self.window;
        let known = self
            .known
            .entry(name.to_owned())
            .or_insert_with(|| zone::table(iana(name), Instant(window.0), Instant(window.1)));
        known.as_ref().or_else(|| self.own.get(name))
    }

    /// The zone of dates and of what names no zone.
    pub fn home(&self) -> &Zone {
        &self.otherwise
    }
}

/// Some programs put their own name before it: `/freeassociation.sourceforge.net/Europe/Berlin`.
fn iana(name: &str) -> &str {
    if !name.starts_with('/') {
        return name;
    }
    let slash = name.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at);
    name.get(slash.saturating_add(1)..).unwrap_or(name)
}

/// A zone as a calendar describes it: each change of the clocks is an observance, once or by a rule.
fn observed(part: &Component, (from, to): (i64, i64)) -> Option<Zone> {
    // The rules of a zone begin long before the window; what matters is the last change before it.
    const BEFORE: i64 = 800 * DAY;
    let mut changes: Vec<(i64, i32)> = Vec::new();
    let mut earliest: Option<(i64, i32)> = None;
    let mut budget = Budget(400_000);
    for observance in part.parts.iter().filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT")) {
        let start = Written::parse(observance.value("DTSTART")?)?.wall();
        let (before, after) = (offset(observance.value("TZOFFSETFROM")?)?, offset(observance.value("TZOFFSETTO")?)?);
        if earliest.is_none_or(|(at, _)| start < at) {
            earliest = Some((start, before));
        }
        let utc = |wall: Wall| wall.saturating_sub(i64::from(before));
        let mut onsets = vec![start];
        for rule in observance.all("RRULE") {
            let rule = Rule::parse(&rule.value)?;
            let until = rule.until.as_deref().and_then(Written::parse);
            let past = |wall: Wall| match until {
                Some(Written::Utc(until)) => utc(wall) > until,
                Some(Written::Wall(until) | Written::Date(until)) => wall > until,
                None => false,
            };
            let window = (from.saturating_sub(BEFORE), to.saturating_add(DAY));
            onsets.extend(rule.between(start, window, &mut budget, past)?);
        }
        let dates = observance.all("RDATE").flat_map(|line| line.value.split(','));
        onsets.extend(dates.filter_map(Written::parse).map(Written::wall));
        changes.extend(onsets.into_iter().map(|wall| (utc(wall), after)));
    }
    changes.sort_unstable();
    changes.dedup();
    let (_, first) = earliest?;
    let mut offsets = vec![(Instant(i64::MIN), first)];
    offsets.extend(changes.into_iter().map(|(at, offset)| (Instant(at), offset)));
    // What came long before says no more than what was in force in the end.
    let begin = offsets.partition_point(|(at, _)| at.0 <= from).saturating_sub(1);
    Some(Zone { name: String::new(), offsets: offsets.split_off(begin.min(offsets.len().saturating_sub(1))) })
}

/// `+0100`, `-033000`: seconds east of UTC.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (part(0, 2)?, part(2, 4)?, part(4, 6).unwrap_or(0));
    if !(0..=23).contains(&hours) || !(0..=59).contains(&minutes) || !(0..=59).contains(&seconds) {
        return None;
    }
    let all = hours.saturating_mul(3_600).saturating_add(minutes.saturating_mul(60)).saturating_add(seconds);
    Some(all.saturating_mul(sign))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::lines::calendars;
    use super::*;

    #[test]
    fn times_and_durations_are_read_as_they_are_written() {
        assert_eq!(Written::parse("19700102"), Some(Written::Date(86_400)));
        assert_eq!(Written::parse("19700101T010203"), Some(Written::Wall(3_723)));
        assert_eq!(Written::parse("19700101T010203Z"), Some(Written::Utc(3_723)));
        for text in ["", "2026", "20261301", "20260230", "20260101T2500", "20260101T250000", "2026010１", "20260101X"]
        {
            assert_eq!(Written::parse(text), None, "{text}");
        }
        assert_eq!(duration("P1DT2H30M"), Some(95_400));
        assert_eq!(duration("P2W"), Some(1_209_600));
        assert_eq!((duration("P"), duration("1H"), duration("-PT5M"), duration("P1")), (None, None, None, None));
    }

    #[test]
    fn an_hour_that_is_skipped_or_shown_twice_has_one_meaning() {
        let zone = zone::table("Europe/Berlin", Instant(1_767_225_600), Instant(1_798_761_600)).unwrap();
        let at = |text: &str| instant(&zone, Written::parse(text).unwrap().wall());
        assert_eq!(at("20260329T023000"), at("20260329T033000"));
        assert_eq!(at("20261025T023000"), Written::parse("20261025T003000Z").unwrap().wall());
    }

    #[test]
    fn a_zone_under_a_name_of_its_own_is_taken_from_its_description() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:W. Europe Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T030000\n\
            TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
            BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
            RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\nEND:VCALENDAR";
        let calendar = calendars(text).into_iter().next().unwrap();
        let (from, to) = (1_767_225_600, 1_798_761_600);
        let mut zones = Zones::of(&calendar, "UTC", from, to).unwrap();
        let line = |name: &str| Line {
            name: "DTSTART".to_owned(),
            parameters: vec![("TZID".to_owned(), name.to_owned())],
            value: String::new(),
        };
        let berlin = zone::table("Europe/Berlin", Instant(from), Instant(to)).unwrap();
        let read = zones.zone_of(&line("W. Europe Standard Time")).unwrap();
        for day in 0..365 {
            let at = Instant(from + day * 86_400 + 5_400);
            assert_eq!(read.offset_at(at), berlin.offset_at(at), "{day}");
        }
        assert!(zones.zone_of(&line("/citadel.org/20210210_1/Europe/Berlin")).is_some());
        assert!(zones.zone_of(&line("Middle-earth/Shire")).is_none());
    }
}
