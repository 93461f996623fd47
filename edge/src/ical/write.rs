//! Writes iCalendar (RFC 5545): what is booked, for calendars of other people.
//!
//! Times are wall time with `TZID` and a `VTIMEZONE`, so that a calendar shows what the clock at the venue will show and
//! goes on doing so when it does not know the zone. The zone comes as the engine's own table of offsets.

use shared::zone::{Instant, Zone};

/// RFC 5545 §3.1: lines of at most 75 octets.
const LINE_OCTETS: usize = 75;

/// Who wrote it.
pub const PRODUCT: &str = "-//Daymark//Bookings//EN";

/// What the receiver is to do with it (RFC 5546 §1.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Here it is.
    Publish,
    /// Put this into your calendar, or change what is there.
    Request,
    /// Take it out again.
    Cancel,
}

impl Method {
    /// As it is written, also in the media type: `text/calendar; method=REQUEST`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Whether it takes place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It does.
    Confirmed,
    /// Somebody has to say so first.
    Tentative,
    /// Called off.
    Cancelled,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// Somebody with an address.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Name.
    pub name: &'a str,
    /// E-mail.
    pub email: &'a str,
}

/// An entry of the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The same for ever: the next version of it replaces this one.
    pub uid: &'a str,
    /// Grows with every change.
    pub sequence: i64,
    /// What it is called.
    pub summary: &'a str,
    /// More words.
    pub description: &'a str,
    /// A page about it.
    pub url: Option<&'a str>,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// Whether it takes place.
    pub status: Status,
    /// When it was written: its last change, or the making of a message.
    pub stamped_at: Instant,
    /// Who invites. Messages need one.
    pub organizer: Option<Person<'a>>,
    /// Who is invited.
    pub attendee: Option<Person<'a>>,
}

/// A calendar of entries.
#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    /// What to do with it. None for what is stored on a server (RFC 4791 §4.1).
    pub method: Option<Method>,
    /// What a subscribed calendar is called.
    pub name: Option<&'a str>,
    /// Its zone, covering every entry.
    pub zone: &'a Zone,
    /// What is in it.
    pub entries: &'a [Entry<'a>],
}

/// How often a subscribed calendar is worth looking at.
const REFRESH: &str = "PT1H";

/// Writes a calendar.
pub fn calendar(calendar: &Calendar<'_>) -> String {
    let mut lines = Lines::default();
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", PRODUCT);
    lines.put("CALSCALE", "GREGORIAN");
    if let Some(method) = calendar.method {
        lines.put("METHOD", method.as_str());
    }
    if let Some(name) = calendar.name {
        // RFC 7986, and what calendars knew before it.
        for property in ["NAME", "X-WR-CALNAME"] {
            lines.put(property, &escaped(name));
        }
        lines.put("X-WR-TIMEZONE", &calendar.zone.name);
        lines.put("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        lines.put("X-PUBLISHED-TTL", REFRESH);
    }
    time_zone(&mut lines, calendar.zone);
    for one in calendar.entries {
        entry(&mut lines, one, calendar.zone);
    }
    lines.put("END", "VCALENDAR");
    lines.0
}

fn entry(lines: &mut Lines, entry: &Entry<'_>, zone: &Zone) {
    lines.put("BEGIN", "VEVENT");
    lines.put("UID", entry.uid);
    lines.put("DTSTAMP", &format!("{}Z", stamp(entry.stamped_at.0)));
    lines.put("SEQUENCE", &entry.sequence.to_string());
    lines.put(&format!("DTSTART;TZID={}", zone.name), &local(zone, entry.starts_at));
    lines.put(&format!("DTEND;TZID={}", zone.name), &local(zone, entry.ends_at));
    lines.put("SUMMARY", &escaped(entry.summary));
    if !entry.description.is_empty() {
        lines.put("DESCRIPTION", &escaped(entry.description));
    }
    if let Some(url) = entry.url {
        lines.put("URL", url);
    }
    if let Some(Person { name, email }) = entry.organizer {
        lines.put(&format!("ORGANIZER;CN={}", parameter(name)), &format!("mailto:{email}"));
    }
    if let Some(Person { name, email }) = entry.attendee {
        // Whoever booked has said that they come.
        let said = "ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE";
        lines.put(&format!("ATTENDEE;CN={};{said}", parameter(name)), &format!("mailto:{email}"));
    }
    lines.put("STATUS", entry.status.as_str());
    lines.put("TRANSP", if entry.status == Status::Cancelled { "TRANSPARENT" } else { "OPAQUE" });
    lines.put("END", "VEVENT");
}

/// A parameter's value in quotes (RFC 5545 §3.2, RFC 6868): commas and colons may stand in it.
fn parameter(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("^'"),
            '^' => out.push_str("^^"),
            '\n' => out.push_str("^n"),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
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

/// Writes a line that somebody else wrote, folded.
pub fn again(out: &mut String, name: &str, value: &str) {
    let mut lines = Lines(core::mem::take(out));
    lines.put(name, value);
    *out = lines.0;
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
            url: Some("https://book.example/b/abc"),
            starts_at: Instant(starts_at),
            ends_at: Instant(starts_at).plus_minutes(90),
            status: Status::Confirmed,
            stamped_at: Instant(0),
            organizer: None,
            attendee: None,
        }
    }

    fn written(entries: &[Entry<'_>]) -> String {
        calendar(&Calendar { method: Some(Method::Publish), name: None, zone: &berlin(), entries })
    }

    #[test]
    fn both_sides_of_a_change_of_the_clocks_show_wall_time_and_carry_their_zone() {
        let text = written(&[entry(1_785_596_400), entry(1_769_961_600)]);
        assert!(text.contains("DTSTART;TZID=Europe/Berlin:20260801T170000\r\n"), "{text}");
        assert!(text.contains("DTSTART;TZID=Europe/Berlin:20260201T170000\r\n"), "{text}");
        let observance =
            "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT";
        assert!(text.contains(observance), "{text}");
        assert!(text.contains("DTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100"), "{text}");
    }

    #[test]
    fn signs_that_mean_something_are_escaped() {
        let text = written(&[entry(0)]);
        assert!(text.contains("SUMMARY:Sunset\\; tour\\, with \\\\ guide\r\n"), "{text}");
        assert!(text.contains("DESCRIPTION:Two\\nlines\r\n"), "{text}");
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_letter_is_cut() {
        let long = "Größenwahn ".repeat(30);
        let text = written(&[Entry { summary: &long, ..entry(0) }]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&long));
    }

    #[test]
    fn what_is_called_off_says_so_under_the_same_name() {
        let text = written(&[Entry { status: Status::Cancelled, ..entry(0) }]);
        assert!(text.contains("UID:bkg_1-0@daymark\r\n") && text.contains("STATUS:CANCELLED\r\n"), "{text}");
    }

    #[test]
    fn names_in_parameters_cannot_end_them() {
        let person = Person { name: "Ann \"A\": Bo, ^Co\r\nX-EVIL:1", email: "ann@example.com" };
        let text = written(&[Entry { organizer: Some(person), attendee: Some(person), ..entry(0) }]);
        let text = text.replace("\r\n ", "");
        assert!(text.contains("ORGANIZER;CN=\"Ann ^'A^': Bo, ^^Co^nX-EVIL:1\":mailto:ann@example.com\r\n"), "{text}");
        assert!(!text.contains("\r\nX-EVIL"), "{text}");
    }

    #[test]
    fn what_lies_on_a_server_has_no_method() {
        let text = calendar(&Calendar { method: None, name: Some("Mine"), zone: &berlin(), entries: &[] });
        assert!(!text.contains("METHOD") && text.contains("X-WR-CALNAME:Mine\r\n"), "{text}");
    }
}
