//! An event as we write it, and as we find it: whether it still shows what we wrote, and what somebody added to it.

use super::store::Taken;
use crate::access::secret::hashed;
use crate::ical::booking::zone_around;
use crate::ical::lines::{Component, calendars, plain};
use crate::ical::staff::Booked;
use crate::ical::times::{Written as Time, Zones, instant};
use crate::ical::words;
use crate::ical::write::{Calendar, calendar};
use serde::{Deserialize, Serialize};

/// What we wrote. Words are kept as hashes, since they name people.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Written {
    starts_at: i64,
    ends_at: i64,
    summary: String,
    /// Staff let our words stand, whatever is there.
    overwrite: bool,
}

impl Written {
    /// Of an event as it is to be.
    pub fn of(event: &Taken) -> Self {
        let Booked { starts_at, ends_at, .. } = event.booked;
        Self { starts_at, ends_at, summary: hashed(&event.booked.summary()), overwrite: false }
    }

    /// Of an event as it was.
    pub fn read(event: &Taken) -> Option<Self> {
        serde_json::from_str(event.written.as_deref()?).ok()
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether what is booked is still at that time.
    pub fn same_times(&self, event: &Taken) -> bool {
        !self.overwrite && (self.starts_at, self.ends_at) == (event.booked.starts_at, event.booked.ends_at)
    }
}

/// An event as it is there.
#[derive(Clone, Debug)]
pub struct Remote {
    starts_at: i64,
    ends_at: i64,
    summary: String,
    /// Written by us and touched by nobody.
    untouched: bool,
    /// Notes of theirs, where ours are not.
    description: Option<String>,
    /// Lines that are not ours, and alarms.
    added: String,
}

/// Lines of an event that are ours to write.
const OURS: [&str; 15] = [
    "UID",
    "DTSTAMP",
    "SEQUENCE",
    "DTSTART",
    "DTEND",
    "DURATION",
    "SUMMARY",
    "DESCRIPTION",
    "URL",
    "STATUS",
    "TRANSP",
    "CREATED",
    "LAST-MODIFIED",
    "ORGANIZER",
    "RECURRENCE-ID",
];

impl Remote {
    /// Reads it. None when it is another event, repeats, or cannot be read.
    pub fn read(text: &str, name: &str) -> Option<Self> {
        let calendar = calendars(text).into_iter().next()?;
        let mut events = calendar.parts_named("VEVENT");
        let (event, more) = (events.next()?, events.next());
        if more.is_some() || event.value("UID") != Some(name) || event.line("RRULE").is_some() {
            return None;
        }
        let at = |name: &str| time(&calendar, event, name);
        let description = plain(event.value("DESCRIPTION").unwrap_or_default());
        let mut added = String::new();
        for line in event.lines.iter().filter(|line| !OURS.contains(&line.name.as_str())) {
            line.write(&mut added);
        }
        for part in &event.parts {
            part.write(&mut added);
        }
        let by_us = calendar.value("PRODID") == Some(crate::ical::write::PRODUCT);
        Some(Self {
            starts_at: at("DTSTART")?,
            ends_at: at("DTEND")?,
            summary: plain(event.value("SUMMARY").unwrap_or_default()),
            untouched: by_us && added.is_empty(),
            description: Some(description).filter(|text| !text.starts_with(words::BEGIN)),
            added,
        })
    }

    /// Whether nobody changed its time or title since we wrote it.
    pub fn shows_what_we_wrote(&self, event: &Taken) -> bool {
        match Written::read(event) {
            Some(written) if written.overwrite => true,
            Some(written) => {
                (self.starts_at, self.ends_at) == (written.starts_at, written.ends_at)
                    && hashed(&self.summary) == written.summary
            }
            // We never heard what became of an attempt: it is ours if nobody touched it.
            None => self.untouched,
        }
    }
}

fn time(calendar: &Component, event: &Component, name: &str) -> Option<i64> {
    let line = event.line(name)?;
    match Time::parse(&line.value)? {
        Time::Utc(at) => Some(at),
        Time::Date(_) => None,
        Time::Wall(wall) => {
            let mut zones = Zones::of(calendar, "UTC", wall.saturating_sub(86_400), wall.saturating_add(86_400))?;
            zones.zone_of(line).map(|zone| instant(zone, wall))
        }
    }
}

/// The event as it is to be, with what somebody added to it there. None when the organization's zone is unknown.
pub fn text(event: &Taken, origin: &str, remote: Option<&Remote>) -> Option<String> {
    let Booked { starts_at, ends_at, .. } = event.booked;
    let zone = zone_around(&event.timezone, starts_at, ends_at)?;
    let mut said = event.booked.said(origin, &event.org);
    if let Some(theirs) = remote.and_then(|remote| remote.description.as_ref()).filter(|text| !text.is_empty()) {
        said.description.clone_from(theirs);
    }
    let entry = event.booked.entry(&said);
    let written = calendar(&Calendar { method: None, name: None, zone: &zone, entries: &[entry] });
    let added = remote.map_or("", |remote| remote.added.as_str());
    Some(written.replacen("END:VEVENT\r\n", &format!("{added}END:VEVENT\r\n"), 1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn taken() -> Taken {
        Taken {
            id: 1,
            changes: 1,
            attempts: 1,
            address: None,
            etag: None,
            written: None,
            link: "cln_1".to_owned(),
            host: "dav.example".to_owned(),
            sealed: String::new(),
            push: 1,
            present: 1,
            org: "org_1".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            booked: Booked {
                booking: "bkg_1".to_owned(),
                number: Some("HB-1".to_owned()),
                state: "CONFIRMED".to_owned(),
                version: 3,
                updated_at: 1_785_000_000,
                contact_name: Some("Ann, Lee".to_owned()),
                position: 0,
                name: "Sunset tour".to_owned(),
                starts_at: 1_785_596_400,
                ends_at: 1_785_601_800,
                party: "{\"adult\":2}".to_owned(),
            },
        }
    }

    fn seen(text: &str) -> Remote {
        Remote::read(text, "bkg_1-0@daymark").unwrap()
    }

    #[test]
    fn what_we_wrote_is_known_again_and_a_changed_time_or_title_is_seen() {
        let mut event = taken();
        let text = text(&event, "https://book.example", None).unwrap();
        assert!(!text.contains("METHOD"));
        assert!(seen(&text).shows_what_we_wrote(&event), "also when the answer to writing it was lost");
        event.written = Some(Written::of(&event).text());
        assert!(seen(&text).shows_what_we_wrote(&event));
        assert!(!seen(&text.replace("T170000", "T173000")).shows_what_we_wrote(&event));
        assert!(!seen(&text.replace("Sunset tour", "Dentist")).shows_what_we_wrote(&event));
        event.written = Some("{\"overwrite\":true}".to_owned());
        assert!(seen(&text.replace("T170000", "T173000")).shows_what_we_wrote(&event), "staff have decided");
    }

    #[test]
    fn what_somebody_added_stays_when_the_booking_moves() {
        let mut event = taken();
        let before = text(&event, "https://book.example", None).unwrap();
        event.written = Some(Written::of(&event).text());
        let edited = before
            .replace(
                "END:VEVENT",
                "X-COLOUR:teal\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT",
            )
            .replace("DESCRIPTION:Booking HB-1: 2 adult", "DESCRIPTION:bring the key\\, please");
        let remote = seen(&edited);
        assert!(remote.shows_what_we_wrote(&event));
        event.booked.starts_at += 3_600;
        event.booked.ends_at += 3_600;
        let after = text(&event, "https://book.example", Some(&remote)).unwrap();
        for kept in [
            "X-COLOUR:teal",
            "TRIGGER:-PT1H",
            "DESCRIPTION:bring the key\\, please",
            "DTSTART;TZID=Europe/Berlin:20260801T180000",
        ] {
            assert!(after.contains(kept), "{kept} in {after}");
        }
        assert_eq!(after.matches("BEGIN:VEVENT").count(), 1);
    }
}
