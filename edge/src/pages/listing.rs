//! What search engines read of a calendar: schema.org `Event`s of the next departures, as JSON-LD.

use crate::domain::org::zone::wall_time;
use serde_json::{Value, json};
use shared::availability::{Ask, Engine, Kind};
use shared::embed::Snapshot;
use shared::zone::Instant;

/// How far ahead departures are listed, in venue dates.
const DAYS: i32 = 60;

/// How many of each offering.
const MOST: usize = 10;

/// The JSON for `<script type="application/ld+json">`, safe inside HTML.
pub fn json_ld(snapshot: &Snapshot, url: &str) -> String {
    let engine = Engine::new(&snapshot.venue);
    let zone = &snapshot.venue.zone;
    let today = zone.date_of(snapshot.venue.now);
    let local = |at: Instant| wall_time(&zone.name, at);
    let organizer = json!({ "@type": "Organization", "name": snapshot.org.name, "url": url });
    let happenings = snapshot.offerings.iter().zip(&snapshot.cards);
    let events: Vec<Value> = happenings
        .filter(|(offering, _)| matches!(offering.kind, Kind::Tour | Kind::Event))
        .flat_map(|(offering, card)| {
            let slots = engine.bookable(offering, today, today.plus_days(DAYS), &Ask::default());
            let (organizer, page) = (organizer.clone(), format!("{url}/{}", offering.id.as_str()));
            slots.into_iter().take(MOST).map(move |slot| {
                json!({
                    "@type": "Event",
                    "name": card.name,
                    "description": card.summary,
                    "image": card.image,
                    "startDate": local(slot.starts_at),
                    "endDate": local(slot.ends_at),
                    "eventStatus": "https://schema.org/EventScheduled",
                    "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
                    "location": { "@type": "Place", "name": snapshot.org.name },
                    "organizer": organizer,
                    "url": page,
                    "offers": { "@type": "Offer", "url": page, "availability": "https://schema.org/InStock" },
                })
            })
        })
        .collect();
    let graph = json!({ "@context": "https://schema.org", "@graph": events });
    // A name may hold `</script>`.
    graph.to_string().replace('<', "\\u003c").replace('&', "\\u0026")
}
