//! "Add to" links of the calendars that most people have: a page of theirs with the entry filled in.

use crate::words::Words;
use chrono::DateTime;
use serde::Serialize;
use shared::zone::Instant;
use url::Url;
use utoipa::ToSchema;

/// Google's page for a new entry.
const GOOGLE: &str = "https://calendar.google.com/calendar/render";
/// Microsoft's, for private accounts and for those of a company.
const OUTLOOK: &str = "https://outlook.live.com/calendar/0/deeplink/compose";
const OFFICE: &str = "https://outlook.office.com/calendar/0/deeplink/compose";

/// What is added.
#[derive(Clone, Copy, Debug)]
struct Adding<'a> {
    /// What it is called.
    summary: &'a str,
    /// More words.
    description: &'a str,
    /// Starts.
    starts_at: Instant,
    /// Ends.
    ends_at: Instant,
    /// IANA zone of the venue, where it is known.
    zone: Option<&'a str>,
}

/// Somebody's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Google Calendar.
    Google,
    /// Outlook.com.
    Outlook,
    /// Microsoft 365.
    Office,
}

impl Kind {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "Google Calendar",
            Self::Outlook => "Outlook.com",
            Self::Office => "Microsoft 365",
        }
    }
}

/// What all items of a booking have in common.
#[derive(Clone, Copy, Debug)]
pub struct Booked<'a> {
    /// The number people read out.
    pub number: &'a str,
    /// Who sells it.
    pub org: Option<&'a str>,
    /// The customer's own page.
    pub page: Option<&'a str>,
    /// IANA zone of the venue, where it is known.
    pub zone: Option<&'a str>,
    /// BCP 47, of whoever reads the entry.
    pub language: &'a str,
}

impl Booked<'_> {
    /// What stands in the entry.
    pub fn description(&self) -> String {
        let words = Words::of(self.language);
        let org = self.org.map(|org| format!("{org} · ")).unwrap_or_default();
        let page = self.page.map(|page| format!("\n{}: {page}", words.say("button.manage", &[]))).unwrap_or_default();
        format!("{org}{}: {}{page}", words.say("label.number", &[]), self.number)
    }

    /// The links of one of its items: what it is called, when it starts and ends.
    pub fn links(&self, summary: &str, starts_at: Instant, ends_at: Instant) -> [(Kind, String); 3] {
        let description = &self.description();
        let adding = &Adding { summary, description, starts_at, ends_at, zone: self.zone };
        [
            (Kind::Google, google(adding)),
            (Kind::Outlook, outlook(OUTLOOK, adding)),
            (Kind::Office, outlook(OFFICE, adding)),
        ]
    }
}

fn google(adding: &Adding<'_>) -> String {
    let at = |at: Instant| shown(at, "%Y%m%dT%H%M%SZ");
    let dates = format!("{}/{}", at(adding.starts_at), at(adding.ends_at));
    let mut pairs =
        vec![("action", "TEMPLATE"), ("text", adding.summary), ("dates", &dates), ("details", adding.description)];
    pairs.extend(adding.zone.map(|zone| ("ctz", zone)));
    link(GOOGLE, &pairs)
}

fn outlook(base: &str, adding: &Adding<'_>) -> String {
    let at = |at: Instant| shown(at, "%Y-%m-%dT%H:%M:%SZ");
    link(
        base,
        &[
            ("path", "/calendar/action/compose"),
            ("rru", "addevent"),
            ("subject", adding.summary),
            ("startdt", &at(adding.starts_at)),
            ("enddt", &at(adding.ends_at)),
            ("body", adding.description),
        ],
    )
}

fn link(base: &str, pairs: &[(&str, &str)]) -> String {
    Url::parse_with_params(base, pairs).map(String::from).unwrap_or_default()
}

fn shown(at: Instant, format: &str) -> String {
    DateTime::from_timestamp(at.0, 0).unwrap_or_default().format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_filled_in_with_utc_times_and_nothing_leaks_out_of_its_field() {
        let adding = Adding {
            summary: "Sunset & tour",
            description: "Booking HB-1: https://book.example/b/x?y=1&z=2",
            starts_at: Instant(1_785_596_400),
            ends_at: Instant(1_785_601_800),
            zone: Some("Europe/Berlin"),
        };
        let google = google(&adding);
        assert!(google.contains("text=Sunset+%26+tour&dates=20260801T150000Z%2F20260801T163000Z"), "{google}");
        assert!(google.contains("ctz=Europe%2FBerlin") && !google.contains("&z=2"), "{google}");
        let outlook = outlook(OUTLOOK, &adding);
        assert!(outlook.contains("startdt=2026-08-01T15%3A00%3A00Z&enddt=2026-08-01T16%3A30%3A00Z"), "{outlook}");
    }
}
