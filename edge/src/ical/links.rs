//! "Add to" links of the calendars that most people have: a page of theirs with the entry filled in.

use chrono::DateTime;
use shared::zone::Instant;
use url::Url;

/// Google's page for a new entry.
const GOOGLE: &str = "https://calendar.google.com/calendar/render";
/// Microsoft's, for private accounts and for those of a company.
const OUTLOOK: &str = "https://outlook.live.com/calendar/0/deeplink/compose";
const OFFICE: &str = "https://outlook.office.com/calendar/0/deeplink/compose";

/// What is added.
#[derive(Clone, Copy, Debug)]
pub struct Adding<'a> {
    /// What it is called.
    pub summary: &'a str,
    /// More words.
    pub description: &'a str,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// IANA zone of the venue.
    pub zone: &'a str,
}

/// The links, with the name of the calendar each leads to.
pub fn all(adding: &Adding<'_>) -> [(&'static str, String); 3] {
    [
        ("Google Calendar", google(adding)),
        ("Outlook.com", outlook(OUTLOOK, adding)),
        ("Microsoft 365", outlook(OFFICE, adding)),
    ]
}

fn google(adding: &Adding<'_>) -> String {
    let at = |at: Instant| shown(at, "%Y%m%dT%H%M%SZ");
    link(
        GOOGLE,
        &[
            ("action", "TEMPLATE"),
            ("text", adding.summary),
            ("dates", &format!("{}/{}", at(adding.starts_at), at(adding.ends_at))),
            ("details", adding.description),
            ("ctz", adding.zone),
        ],
    )
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
            zone: "Europe/Berlin",
        };
        let google = google(&adding);
        assert!(google.contains("text=Sunset+%26+tour&dates=20260801T150000Z%2F20260801T163000Z"), "{google}");
        assert!(google.contains("ctz=Europe%2FBerlin") && !google.contains("&z=2"), "{google}");
        let outlook = outlook(OUTLOOK, &adding);
        assert!(outlook.contains("startdt=2026-08-01T15%3A00%3A00Z&enddt=2026-08-01T16%3A30%3A00Z"), "{outlook}");
    }
}
