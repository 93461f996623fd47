//! The integrations surface's words: one flat object for a booking.

use super::{Booking, Event};
use serde::Serialize;
use serde_json::Value;
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// Types that it tells of.
pub const EVENTS: [&str; 3] = ["booking.created", "booking.cancelled", "booking.rescheduled"];

/// Answers under these names are the guest's address.
const ADDRESS: [&str; 3] = ["address", "guest_address", "guestAddress"];

/// A booking, flat.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flat {
    /// Public id of the booking.
    #[schema(example = "bkg_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// What happened.
    #[schema(example = "booking.created")]
    pub event: String,
    /// Full name of who booked.
    #[schema(example = "Jane Doe")]
    pub invitee_name: Option<String>,
    /// Their address.
    #[schema(example = "jane@example.com")]
    pub invitee_email: Option<String>,
    /// When the first item starts, UTC with milliseconds.
    #[schema(example = "2026-08-01T15:00:00.000Z")]
    pub start_time: Option<String>,
    /// When the last item ends.
    #[schema(example = "2026-08-01T16:00:00.000Z")]
    pub end_time: Option<String>,
    /// State of the life cycle in lower case.
    #[schema(example = "confirmed")]
    pub status: String,
    /// The answer to a question named `address`, if one is asked.
    #[schema(example = "123 Main St, Dallas, TX")]
    pub guest_address: Option<String>,
    /// What was booked.
    pub event_type: Option<EventType>,
}

/// What was booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IntegrationEventType)]
pub struct EventType {
    /// Name of the offering.
    #[schema(example = "AC Tune-Up")]
    pub name: String,
    /// Minutes.
    #[schema(example = 60)]
    pub duration: i64,
}

/// A booking in these words.
pub fn flat(kind: &str, booking: Booking) -> Flat {
    let (first, last) = (booking.items.first(), booking.items.iter().max_by_key(|item| item.ends_at.0));
    let address = ADDRESS.iter().find_map(|name| booking.answers.get(*name)).and_then(Value::as_str);
    Flat {
        event: kind.to_owned(),
        start_time: first.map(|item| with_milliseconds(item.starts_at)),
        end_time: last.map(|item| with_milliseconds(item.ends_at)),
        status: booking.status.to_lowercase(),
        guest_address: address.map(str::to_owned),
        event_type: first.map(|item| EventType { name: item.name.clone(), duration: item.minutes() }),
        id: booking.id,
        invitee_name: booking.customer.name,
        invitee_email: booking.customer.email,
    }
}

/// An event in these words.
pub fn body(event: &Event<'_>) -> Option<String> {
    let booking = serde_json::from_str(event.data).ok()?;
    serde_json::to_string(&flat(event.kind, booking)).ok()
}

/// `2026-08-01T15:00:00.000Z`.
pub fn with_milliseconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.strip_suffix('Z').map_or_else(|| text.clone(), |whole| format!("{whole}.000Z"))
}
