//! One place turns what is told of a booking into each surface's words. The domain knows none of them: it writes the
//! neutral form ([`Booking`]) into the event log, and everything here reads that.
//!
//! A new surface adds a file here, a variant of [`Shape`], and its routes in `api/`.

pub mod apps;
pub mod rooms;
pub mod schema;
pub mod zapier;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use shared::embed::Timestamp;
use shared::money::Money;
use std::collections::BTreeMap;

/// In whose words an endpoint is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Ours, as Standard Webhooks recommends.
    Native,
    /// The integrations surface: flat.
    Zapier,
    /// The apps surface: shop, order, customer.
    Apps,
    /// The rooms surface: one room at one time.
    Rooms,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 4] = [Self::Native, Self::Zapier, Self::Apps, Self::Rooms];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Zapier => "zapier",
            Self::Apps => "apps",
            Self::Rooms => "rooms",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.as_str() == text)
    }
}

/// An event, as it leaves the log.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// Canonical type.
    pub kind: &'a str,
    /// When it happened, not when it is told.
    pub happened_at: Timestamp,
    /// What was written with it: JSON.
    pub data: &'a str,
}

/// The body of a delivery. None when the data is not what its type says, which the event log does not let in.
pub fn body(shape: Shape, event: &Event<'_>) -> Option<String> {
    match shape {
        Shape::Native => native(event),
        Shape::Rooms => rooms::body(event),
        Shape::Zapier => zapier::body(event),
        Shape::Apps => apps::body(event),
    }
}

#[derive(serde::Serialize)]
struct Native<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: Timestamp,
    data: &'a RawValue,
}

fn native(event: &Event<'_>) -> Option<String> {
    let data = serde_json::from_str(event.data).ok()?;
    serde_json::to_string(&Native { kind: event.kind, timestamp: event.happened_at, data }).ok()
}

/// The event types of an endpoint (canonical, a JSON array) as its shape names them, each once.
pub fn named(shape: Option<Shape>, events: &str) -> Vec<String> {
    let kinds: Vec<String> = serde_json::from_str(events).unwrap_or_default();
    let mut names: Vec<String> = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let name = if shape == Some(Shape::Rooms) { rooms::spelled(&kind).to_owned() } else { kind };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What is told of a booking, whoever tells it: an event's data, or a row of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// `bkg_…`.
    pub id: String,
    /// `HB-2026-000123`; empty for a hold.
    #[serde(default)]
    pub number: Option<String>,
    /// State of the life cycle.
    pub status: String,
    /// Who booked.
    pub customer: Person,
    /// What.
    pub items: Vec<Item>,
    /// The whole price.
    pub total: Money,
    /// All that was paid, where that is told.
    #[serde(default)]
    pub paid: Option<Money>,
    /// All that went back, where that is told.
    #[serde(default)]
    pub refunded: Option<Money>,
    /// Answers by `column_name`.
    #[serde(default)]
    pub answers: BTreeMap<String, Value>,
    /// Among the staff, where that is told.
    #[serde(default)]
    pub note: Option<String>,
    /// When it was first held or booked.
    pub created_at: Timestamp,
}

/// Who booked.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    /// Full name.
    #[serde(default)]
    pub name: Option<String>,
    /// Address.
    #[serde(default)]
    pub email: Option<String>,
    /// As typed.
    #[serde(default)]
    pub phone: Option<String>,
}

/// An item of a booking.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Public id of the offering.
    pub offering_id: String,
    /// Its name when it was booked.
    pub name: String,
    /// Starts.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset, where that is told.
    #[serde(default)]
    pub local_starts_at: Option<String>,
    /// Who comes, by party type.
    #[serde(default)]
    pub party: BTreeMap<String, u32>,
}

impl Item {
    /// How many come.
    pub fn guests(&self) -> u32 {
        self.party.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How long it takes.
    pub fn minutes(&self) -> i64 {
        self.ends_at.0.0.saturating_sub(self.starts_at.0.0).checked_div(60).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub const TOLD: &str = r#"{
        "id": "bkg_1", "number": "HB-2026-000001", "status": "CONFIRMED",
        "customer": {"name": "Jane Ann Doe", "email": "jane@example.com"},
        "items": [{"offeringId": "tour_1", "name": "AC Tune-Up", "startsAt": "2026-08-01T15:00:00Z",
                   "endsAt": "2026-08-01T16:00:00Z", "localStartsAt": "2026-08-01T17:00:00+02:00",
                   "party": {"adult": 2, "child": 1}, "addOns": [], "private": false}],
        "total": {"amount": 9700, "currency": "EUR"}, "dueNow": {"amount": 2910, "currency": "EUR"},
        "answers": {"address": "123 Main St, Dallas, TX"}, "createdAt": "2026-07-01T09:00:00Z"}"#;

    fn told(shape: Shape, kind: &str) -> Value {
        let happened_at = Timestamp::parse("2026-07-01T09:00:00Z").unwrap_or(Timestamp(shared::zone::Instant(0)));
        let body = body(shape, &Event { id: "evt_1", kind, happened_at, data: TOLD });
        serde_json::from_str(&body.unwrap_or_default()).unwrap_or_default()
    }

    #[test]
    fn the_native_body_says_what_happened_when_and_to_what() {
        let body = told(Shape::Native, "booking.created");
        assert_eq!(body.pointer("/type"), Some(&"booking.created".into()));
        assert_eq!(body.pointer("/timestamp"), Some(&"2026-07-01T09:00:00Z".into()));
        assert_eq!(body.pointer("/data/items/0/localStartsAt"), Some(&"2026-08-01T17:00:00+02:00".into()));
    }

    #[test]
    fn rooms_read_one_stay_under_the_names_of_their_source() {
        assert_eq!(told(Shape::Rooms, "booking.cancelled").pointer("/type"), Some(&"booking.canceled".into()));
        assert_eq!(told(Shape::Rooms, "payment.succeeded").pointer("/type"), Some(&"payment.succeeded".into()));
        let body = told(Shape::Rooms, "booking.rescheduled");
        assert_eq!(body.pointer("/type"), Some(&"booking.updated".into()));
        assert_eq!(body.pointer("/data/roomId"), Some(&"tour_1".into()));
        assert_eq!(body.pointer("/data/guests"), Some(&3.into()));
        assert_eq!(body.pointer("/data/localStartsAt"), Some(&"2026-08-01T17:00:00+02:00".into()));
        assert_eq!(body.pointer("/data/paid"), None);
    }

    #[test]
    fn integrations_read_the_flat_body_of_their_contract() {
        let expected = serde_json::json!({
            "id": "bkg_1", "event": "booking.created", "inviteeName": "Jane Ann Doe", "inviteeEmail": "jane@example.com",
            "startTime": "2026-08-01T15:00:00.000Z", "endTime": "2026-08-01T16:00:00.000Z", "status": "confirmed",
            "guestAddress": "123 Main St, Dallas, TX", "eventType": {"name": "AC Tune-Up", "duration": 60}
        });
        assert_eq!(told(Shape::Zapier, "booking.created"), expected);
    }

    #[test]
    fn apps_read_a_booking_as_an_order() {
        let body = told(Shape::Apps, "order.created");
        assert_eq!(body.pointer("/event"), Some(&"order.created".into()));
        assert_eq!(body.pointer("/data/number"), Some(&"HB-2026-000001".into()));
        assert_eq!(body.pointer("/data/customer/first_name"), Some(&"Jane Ann".into()));
        assert_eq!(body.pointer("/data/line_items/0/quantity"), Some(&3.into()));
        assert_eq!(body.pointer("/data/fulfillment_status"), Some(&"open".into()));
    }

    #[test]
    fn what_is_not_json_is_not_sent() {
        let event =
            Event { id: "e", kind: "booking.created", happened_at: Timestamp(shared::zone::Instant(0)), data: "{" };
        assert!(Shape::ALL.into_iter().all(|shape| body(shape, &event).is_none()));
    }
}
