//! iCalendar (RFC 5545): a booking for the customer's own calendar.
//!
//! Times are wall time with `TZID` and a `VTIMEZONE`, so that a calendar shows what the clock at the venue will show and
//! goes on doing so when it does not know the zone. The zone comes as the engine's own table of offsets.

use shared::zone::{Instant, Zone};

/// RFC 5545 §3.1: lines of at most 75 octets.
const LINE_OCTETS: usize = 75;

/// An entry of the calendar.
pub struct Entry<'a> {
    /// The same for ever: the next version of it replaces this one.
    pub uid: &'a str,
    /// Grows with every change.
    pub sequence: i64,
    /// What it is called.
    pub summary: &'a str,
    /// More words.
    pub description: &'a str,
    /// The customer's own page.
    pub url: &'a str,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// Called off.
    pub cancelled: bool,
}

/// Writes a calendar of entries. `made_at` stamps it; `zone` covers every entry.
pub fn calendar(entries: &[Entry<'_>], zone: &Zone, made_at: Instant) -> String {
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Daymark//Bookings//EN");
    lines.put("CALSCALE", "GREGORIAN");
    lines.put("METHOD", "PUBLISH");
    time_zone(&mut lines, zone);
    for entry in entries {
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", entry.uid);
        lines.put("DTSTAMP", &format!("{}Z", stamp(made_at.0)));
        lines.put("SEQUENCE", &entry.sequence.to_string());
        lines.put(&format!("DTSTART;TZID={}", zone.name), &local(zone, entry.starts_at));
        lines.put(&format!("DTEND;TZID={}", zone.name), &local(zone, entry.ends_at));
        lines.put("SUMMARY", &escaped(entry.summary));
        lines.put("DESCRIPTION", &escaped(entry.description));
        lines.put("URL", entry.url);
        lines.put("STATUS", if entry.cancelled { "CANCELLED" } else { "CONFIRMED" });
        lines.put("TRANSP", if entry.cancelled { "TRANSPARENT" } else { "OPAQUE" });
        lines.put("END", "VEVENT");
    }
    lines.put("END", "VCALENDAR");
    lines.0
}

/// Every change of the clocks as an observance of its own: exact, and no rule has to be guessed.
fn time_zone(lines: &mut Lines, zone: &Zone) {
    lines.put("BEGIN", "VTIMEZONE");
    lines.put("TZID", &zone.name);
    let lowest = zone.offsets.iter().map(|(_, offset)| *offset).min().unwrap_or(0);
    let mut before = zone.offsets.first().map_or(0, |(_, offset)| *offset);
    for (from, offset) in &zone.offsets {
        let kind = if *offset > lowest { "DAYLIGHT" } else { "STANDARD" };
        lines.put("BEGIN", kind);
        // The onset is what the clock showed when it was changed.
        lines.put("DTSTART", &stamp(from.0.saturating_add(i64::from(before))));
        lines.put("TZOFFSETFROM", &utc_offset(before));
        lines.put("TZOFFSETTO", &utc_offset(*offset));
        lines.put("END", kind);
        before = *offset;
    }
    lines.put("END", "VTIMEZONE");
}

fn local(zone: &Zone, at: Instant) -> String {
    stamp(at.0.saturating_add(i64::from(zone.offset_at(at))))
}

/// `20260801T170000` of seconds on a clock that starts with 1970.
fn stamp(seconds: i64) -> String {
    let shown = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    shown.format("%Y%m%dT%H%M%S").to_string()
}

fn utc_offset(seconds: i32) -> String {
    let (sign, rest) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}

/// RFC 5545 §3.3.11.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => out.extend(['\\', sign]),
            '\n' => out.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Writes a line, folded where it is too long, never inside a character.
    fn put(&mut self, name: &str, value: &str) {
        let mut octets: usize = 0;
        for sign in name.chars().chain([':']).chain(value.chars()) {
            if octets.saturating_add(sign.len_utf8()) > LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(sign);
            octets = octets.saturating_add(sign.len_utf8());
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        let offsets =
            vec![(Instant(1_767_225_600), 3_600), (Instant(1_774_746_000), 7_200), (Instant(1_792_890_000), 3_600)];
        Zone { name: "Europe/Berlin".to_owned(), offsets }
    }

    fn entry(starts_at: i64) -> Entry<'static> {
        Entry {
            uid: "bkg_1-0@daymark",
            sequence: 3,
            summary: "Sunset; tour, with \\ guide",
            description: "Two\nlines",
            url: "https://book.example/b/abc",
            starts_at: Instant(starts_at),
            ends_at: Instant(starts_at).plus_minutes(90),
            cancelled: false,
        }
    }

    #[test]
    fn both_sides_of_a_change_of_the_clocks_show_wall_time_and_carry_their_zone() {
        let text = calendar(&[entry(1_785_596_400), entry(1_769_961_600)], &berlin(), Instant(0));
        assert!(text.contains("DTSTART;TZID=Europe/Berlin:20260801T170000\r\n"), "{text}");
        assert!(text.contains("DTSTART;TZID=Europe/Berlin:20260201T170000\r\n"), "{text}");
        let observance =
            "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT";
        assert!(text.contains(observance), "{text}");
        assert!(text.contains("DTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100"), "{text}");
    }

    #[test]
    fn signs_that_mean_something_are_escaped() {
        let text = calendar(&[entry(0)], &berlin(), Instant(0));
        assert!(text.contains("SUMMARY:Sunset\\; tour\\, with \\\\ guide\r\n"), "{text}");
        assert!(text.contains("DESCRIPTION:Two\\nlines\r\n"), "{text}");
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_letter_is_cut() {
        let long = "Größenwahn ".repeat(30);
        let text = calendar(&[Entry { summary: &long, ..entry(0) }], &berlin(), Instant(0));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&long));
    }

    #[test]
    fn what_is_called_off_says_so_under_the_same_name() {
        let text = calendar(&[Entry { cancelled: true, ..entry(0) }], &berlin(), Instant(0));
        assert!(text.contains("UID:bkg_1-0@daymark\r\n") && text.contains("STATUS:CANCELLED\r\n"), "{text}");
    }
}
