//! The rooms surface's words: a booking is of one room at one time, and four things happen to it.

use super::{Booking, Event, Item};
use serde::Serialize;
use serde_json::Value;
use shared::embed::Timestamp;
use shared::money::Money;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The events of this surface, each with the canonical types that it tells of.
pub const EVENTS: [(&str, &[&str]); 4] = [
    ("booking.created", &["booking.created"]),
    (
        "booking.updated",
        &["booking.updated", "booking.rescheduled", "booking.approved", "booking.no_show", "booking.completed"],
    ),
    ("booking.canceled", &["booking.cancelled", "booking.rejected"]),
    ("payment.succeeded", &["payment.succeeded"]),
];

/// How this surface calls a canonical type; what it has no word for keeps its own.
pub fn spelled(kind: &str) -> &str {
    EVENTS.iter().find(|(_, kinds)| kinds.contains(&kind)).map_or(kind, |(name, _)| name)
}

/// Whether it tells of a canonical type.
pub fn tells(kind: &str) -> bool {
    EVENTS.iter().any(|(_, kinds)| kinds.contains(&kind))
}

/// The canonical types behind some events of this surface, in either spelling, or behind `*`. The error is the place of a
/// name that is none.
pub fn canonical(names: &[String]) -> Result<Vec<String>, usize> {
    let mut found: Vec<String> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let name = if name == "booking.cancelled" { "booking.canceled" } else { name };
        let mut meant = EVENTS.iter().filter(|(event, _)| name == "*" || *event == name).peekable();
        meant.peek().ok_or(index)?;
        for kind in meant.flat_map(|(_, kinds)| kinds.iter()) {
            if !found.iter().any(|known| known == kind) {
                found.push((*kind).to_owned());
            }
        }
    }
    Ok(found)
}

/// How public ids of rooms begin.
const ROOM: &str = "room_";

/// Whether a public id is that of a room: every id begins with the kind of what it names.
pub fn is_room(id: &str) -> bool {
    id.starts_with(ROOM)
}

/// A booking of a room.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomBooking {
    /// Public id.
    #[schema(example = "bkg_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// The number people read out.
    #[schema(example = "HB-2026-000123")]
    pub number: Option<String>,
    /// `confirmed`, `awaiting_approval`, `canceled`, `completed`, `refunded` …: the state of the life cycle.
    #[schema(example = "confirmed")]
    pub status: String,
    /// Which room.
    #[schema(example = "room_harbor_lighthouse")]
    pub room_id: Option<String>,
    /// Its name when it was booked.
    #[schema(example = "Escape the lighthouse")]
    pub room_name: Option<String>,
    /// Starts, UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// Ends, UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Starts, the venue's wall time with its offset.
    #[schema(example = "2027-05-01T17:00:00+02:00")]
    pub local_starts_at: Option<String>,
    /// How many come.
    #[schema(example = 4)]
    pub guests: u32,
    /// Who comes, by party type.
    #[schema(example = json!({"player": 4}))]
    pub party: BTreeMap<String, u32>,
    /// Who booked.
    pub customer: Booker,
    /// The whole price.
    pub total: Money,
    /// All that was paid; not in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    /// All that went back; not in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// When it was first held or booked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Who booked a room.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RoomBooker)]
pub struct Booker {
    /// Full name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// As typed.
    pub phone: Option<String>,
}

/// A status in these words.
pub fn status(state: &str) -> String {
    if state == "CANCELLED" { "canceled".to_owned() } else { state.to_lowercase() }
}

/// A booking in these words.
pub fn booking(booking: Booking) -> RoomBooking {
    let items = booking.items;
    let room = items.iter().find(|item| is_room(&item.offering_id)).or(items.first());
    RoomBooking {
        id: booking.id,
        number: booking.number.filter(|number| !number.is_empty()),
        status: status(&booking.status),
        room_id: room.map(|item| item.offering_id.clone()),
        room_name: room.map(|item| item.name.clone()),
        starts_at: room.map(|item| item.starts_at),
        ends_at: room.map(|item| item.ends_at),
        local_starts_at: room.and_then(|item| item.local_starts_at.clone()),
        guests: room.map_or(0, Item::guests),
        party: room.map(|item| item.party.clone()).unwrap_or_default(),
        customer: Booker { name: booking.customer.name, email: booking.customer.email, phone: booking.customer.phone },
        total: booking.total,
        paid: booking.paid,
        refunded: booking.refunded,
        created_at: booking.created_at,
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: Timestamp,
    data: Value,
}

/// An event in these words; of what this surface has none for, as the log has it.
pub fn body(event: &Event<'_>) -> Option<String> {
    let data = match tells(event.kind) {
        true => serde_json::to_value(booking(serde_json::from_str(event.data).ok()?)),
        false => serde_json::from_str(event.data),
    };
    serde_json::to_string(&Envelope { kind: spelled(event.kind), timestamp: event.happened_at, data: data.ok()? }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_event_of_this_surface_stands_for_all_that_it_tells_of() {
        for (name, kinds) in EVENTS {
            assert!(kinds.iter().all(|kind| spelled(kind) == name), "{name}");
        }
        assert_eq!(
            canonical(&names(&["booking.cancelled", "booking.canceled"])),
            Ok(names(&["booking.cancelled", "booking.rejected"]))
        );
        assert_eq!(canonical(&names(&["*"])).map(|all| all.len()), Ok(9));
        assert_eq!(canonical(&names(&["booking.created", "order.created"])), Err(1));
    }
}
