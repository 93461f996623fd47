//! When somebody is busy, by a calendar of theirs: every entry that takes time, however it repeats (RFC 5545 §3.6.1,
//! §3.6.4, §3.8.4.4).
//!
//! What is called off or marked as free takes no time. Whole days are those of the calendar's zone. What cannot be read
//! is counted, so that somebody can be told; it is neither busy nor forgotten.

use super::lines::{Component, Line, calendars};
use super::rule::{Budget, Rule, Wall};
use super::times::{Written, Zones, duration, instant};
use shared::zone::{Instant, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The longest entry that is followed back from where one looks, in seconds.
const LONGEST: i64 = 31 * 86_400;

/// Times that are told of one calendar.
const MOST: usize = 20_000;

/// Days that the rules of one calendar may take to follow.
const DAYS: u32 = 4_000_000;

/// What was read.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Busy {
    /// Whose entry, from when to when, in order.
    pub times: Vec<(String, Span)>,
    /// Entries that could not be read.
    pub unreadable: u32,
}

/// Where to look and how.
#[derive(Clone, Copy, Debug)]
pub struct Looking<'a> {
    /// IANA zone of what names none.
    pub home: &'a str,
    /// From.
    pub from: Instant,
    /// To.
    pub to: Instant,
}

/// Reads the busy times of a text that holds calendars. None when it holds none.
pub fn busy(text: &str, looking: &Looking<'_>) -> Option<Busy> {
    let calendars = calendars(text);
    if calendars.is_empty() {
        return None;
    }
    let mut found = Busy::default();
    for calendar in &calendars {
        let Some(zones) = Zones::of(calendar, looking.home, looking.from.0.saturating_sub(LONGEST), looking.to.0)
        else {
            continue;
        };
        let (from, to) = (looking.from.0, looking.to.0);
        let mut reader = Reader { zones, from, to, budget: Budget(DAYS) };
        let mut by_uid: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
        for event in calendar.parts_named("VEVENT") {
            by_uid.entry(event.value("UID").unwrap_or_default()).or_default().push(event);
        }
        for (uid, events) in by_uid {
            let (times, unreadable) = reader.entry(&events);
            found.unreadable = found.unreadable.saturating_add(unreadable);
            found.times.extend(times.into_iter().map(|span| (uid.to_owned(), span)));
        }
        for part in calendar.parts_named("VFREEBUSY") {
            found.times.extend(reader.free_busy(part).into_iter().map(|span| (String::new(), span)));
        }
    }
    found.times.sort_unstable_by_key(|(_, span)| *span);
    found.times.truncate(MOST);
    Some(found)
}

/// Spans that touch or overlap, as one.
pub fn merged(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.into_iter().collect();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.starts_at <= last.ends_at => last.ends_at = last.ends_at.max(span.ends_at),
            _ => merged.push(span),
        }
    }
    merged
}

/// One entry, or one time of it that differs.
struct Event {
    start: Written,
    /// Whole days, or seconds.
    lasts: Lasts,
    takes_time: bool,
}

#[derive(Clone, Copy)]
enum Lasts {
    Days(i64),
    Seconds(i64),
}

/// One time of an entry that differs from the rest.
struct Differing {
    event: Event,
    begins: i64,
    and_later: bool,
}

struct Reader {
    zones: Zones,
    from: i64,
    to: i64,
    budget: Budget,
}

impl Reader {
    /// Everything under one name: the entry, and times of it that differ.
    fn entry(&mut self, events: &[&Component]) -> (Vec<Span>, u32) {
        let mut unreadable = 0_u32;
        let mut differing: BTreeMap<i64, Differing> = BTreeMap::new();
        for event in events {
            let Some(line) = event.line("RECURRENCE-ID") else { continue };
            match self.differing(event, line) {
                Some((original, one)) => {
                    differing.insert(original, one);
                }
                None => unreadable = unreadable.saturating_add(1),
            }
        }
        let mut spans = Vec::new();
        for event in events.iter().filter(|event| event.line("RECURRENCE-ID").is_none()) {
            match self.series(event, &differing) {
                Some(times) => spans.extend(times),
                None => unreadable = unreadable.saturating_add(1),
            }
        }
        for one in differing.values().filter(|one| one.event.takes_time) {
            spans.extend(self.span(one.begins, &one.event));
        }
        (spans, unreadable)
    }

    fn differing(&mut self, part: &Component, line: &Line) -> Option<(i64, Differing)> {
        let original = Written::parse(&line.value)?;
        let original = self.at(line, original)?;
        // Called off without saying when it would have been.
        let start = part.line("DTSTART").unwrap_or(line);
        let event = self.event(part, start)?;
        let begins = self.at(start, event.start)?;
        let and_later = line.parameter("RANGE").is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
        Some((original, Differing { event, begins, and_later }))
    }

    /// The times of an entry but for those that differ.
    fn series(&mut self, part: &Component, differing: &BTreeMap<i64, Differing>) -> Option<Vec<Span>> {
        let line = part.line("DTSTART")?;
        let event = self.event(part, line)?;
        if !event.takes_time {
            return Some(Vec::new());
        }
        let start = event.start.wall();
        let rule = part.line("RRULE").map(|line| Rule::parse(&line.value).ok_or(())).transpose().ok()?;
        let mut begins: BTreeSet<i64> = BTreeSet::new();
        match rule {
            None => {
                begins.insert(self.at(line, event.start)?);
            }
            Some(rule) => {
                let until = match rule.until.as_deref() {
                    Some(text) => Some(Written::parse(text)?),
                    None => None,
                };
                let zone = self.zone(line, event.start)?;
                let at = |wall: Wall| zone.as_ref().map_or(wall, |zone| instant(zone, wall));
                let past = |wall: Wall| match until {
                    Some(Written::Utc(until)) => at(wall) > until,
                    // A date covers all of its day.
                    Some(Written::Date(until)) => wall >= until.saturating_add(86_400),
                    Some(Written::Wall(until)) => wall > until,
                    None => false,
                };
                // Wall time is at most a day from UTC.
                let window = (self.from.saturating_sub(LONGEST), self.to.saturating_add(86_400));
                begins.extend(rule.between(start, window, &mut self.budget, past)?.into_iter().map(at));
            }
        }
        for more in part.all("RDATE") {
            for text in more.value.split(',') {
                // A period is its start and its end; they last as long as the others here.
                let written = Written::parse(text.split('/').next().unwrap_or(text))?;
                begins.insert(self.at(more, written)?);
            }
        }
        for less in part.all("EXDATE") {
            for text in less.value.split(',') {
                let written = Written::parse(text)?;
                let at = self.at(less, written)?;
                begins.remove(&at);
                // Programs write a date for all of a day.
                if let (Written::Date(_), Written::Wall(_) | Written::Utc(_)) = (written, event.start) {
                    begins.retain(|begin| !(at..at.saturating_add(86_400)).contains(begin));
                }
            }
        }
        let mut spans = Vec::new();
        for begin in begins {
            if differing.contains_key(&begin) {
                continue;
            }
            match differing.range(..begin).rev().find(|(_, one)| one.and_later) {
                Some((original, one)) if one.event.takes_time => {
                    let moved = begin.saturating_add(one.begins.saturating_sub(*original));
                    spans.extend(self.span(moved, &one.event));
                }
                Some(_) => {}
                None => spans.extend(self.span(begin, &event)),
            }
        }
        Some(spans)
    }

    fn event(&mut self, part: &Component, line: &Line) -> Option<Event> {
        let start = Written::parse(&line.value)?;
        let ends = part.line("DTEND").map(|end| Some((end, Written::parse(&end.value)?)));
        let lasts = match (ends, part.value("DURATION")) {
            (Some(ends), _) => {
                let (end_line, end) = ends?;
                match (start, end) {
                    (Written::Date(from), Written::Date(to)) => {
                        Lasts::Days(to.saturating_sub(from).max(86_400) / 86_400)
                    }
                    _ => Lasts::Seconds(self.at(end_line, end)?.saturating_sub(self.at(line, start)?)),
                }
            }
            (None, Some(text)) => {
                let seconds = duration(text)?;
                match start {
                    Written::Date(_) => Lasts::Days((seconds / 86_400).max(1)),
                    _ => Lasts::Seconds(seconds),
                }
            }
            (None, None) => match start {
                Written::Date(_) => Lasts::Days(1),
                _ => Lasts::Seconds(0),
            },
        };
        let says =
            |name: &str, word: &str| part.value(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(word));
        let free =
            says("STATUS", "CANCELLED") || says("TRANSP", "TRANSPARENT") || says("X-MICROSOFT-CDO-BUSYSTATUS", "FREE");
        Some(Event { start, lasts, takes_time: !free })
    }

    /// The zone that a time is in; none when it is in UTC.
    fn zone(&mut self, line: &Line, written: Written) -> Option<Option<shared::zone::Zone>> {
        match written {
            Written::Utc(_) => Some(None),
            Written::Date(_) => Some(Some(self.zones.home().clone())),
            Written::Wall(_) => self.zones.zone_of(line).map(|zone| Some(zone.clone())),
        }
    }

    fn at(&mut self, line: &Line, written: Written) -> Option<i64> {
        Some(match written {
            Written::Utc(at) => at,
            Written::Date(wall) => instant(self.zones.home(), wall),
            Written::Wall(wall) => instant(self.zones.zone_of(line)?, wall),
        })
    }

    /// From a begin for as long as it lasts, where that is within what is looked at.
    fn span(&self, begins: i64, event: &Event) -> Option<Span> {
        let ends = match event.lasts {
            Lasts::Seconds(seconds) => begins.saturating_add(seconds),
            // Days of the calendar, which may have 23 or 25 hours.
            Lasts::Days(days) => {
                let home = self.zones.home();
                let wall = begins.saturating_add(i64::from(home.offset_at(Instant(begins))));
                instant(home, wall.saturating_add(days.saturating_mul(86_400)))
            }
        };
        let span = Span { starts_at: Instant(begins.max(self.from)), ends_at: Instant(ends.min(self.to)) };
        (!span.is_empty()).then_some(span)
    }

    /// Periods that are not free (RFC 5545 §3.6.4).
    fn free_busy(&self, part: &Component) -> Vec<Span> {
        let busy = part.all("FREEBUSY").filter(|line| line.parameter("FBTYPE") != Some("FREE"));
        let periods = busy.flat_map(|line| line.value.split(','));
        let span = |period: &str| {
            let (from, to) = period.split_once('/')?;
            let Written::Utc(from) = Written::parse(from)? else { return None };
            let to = match Written::parse(to) {
                Some(Written::Utc(to)) => to,
                _ => from.saturating_add(duration(to)?),
            };
            let span = Span { starts_at: Instant(from.max(self.from)), ends_at: Instant(to.min(self.to)) };
            (!span.is_empty()).then_some(span)
        };
        periods.filter_map(span).collect()
    }
}
