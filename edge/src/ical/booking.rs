//! A booking as entries of a calendar: one for each item, under a name that never changes.
//!
//! The number of a change (`SEQUENCE`) is the booking's own version: every change of time, party or state raises it, so
//! that calendars replace what they have and never go back.

use super::write::{Calendar, Entry, Method, Person, Status, calendar};
use crate::domain::booking::store::{BookingRow, ItemRow};
use crate::domain::org::zone;
use shared::zone::{Instant, Zone};

/// Around what is written, so much of its zone goes with it, in seconds.
const AROUND: i64 = 400 * 86_400;

/// The name of an item in every calendar.
pub fn uid(booking: &str, position: usize) -> String {
    format!("{booking}-{position}@daymark")
}

/// Whether a booking in that state takes place.
pub fn status(state: &str) -> Status {
    match state {
        "CONFIRMED" | "COMPLETED" => Status::Confirmed,
        "CANCELLED" | "REJECTED" | "REFUNDED" | "EXPIRED" => Status::Cancelled,
        _ => Status::Tentative,
    }
}

/// The zone for entries from one moment to another.
pub fn zone_around(name: &str, first: i64, last: i64) -> Option<Zone> {
    zone::table(name, Instant(first.saturating_sub(AROUND)), Instant(last.saturating_add(AROUND)))
}

/// How a booking is told of.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// What the receiver is to do.
    pub method: Method,
    /// More words, the same for every item.
    pub description: &'a str,
    /// The customer's own page.
    pub url: &'a str,
    /// Who invites: needed with [`Method::Request`] and [`Method::Cancel`], which also name whoever booked.
    pub organizer: Option<Person<'a>>,
    /// When it is told.
    pub now: Instant,
}

/// All items as one file: for a download. None when the organization's zone is unknown.
pub fn file(row: &BookingRow, items: &[ItemRow], telling: &Telling<'_>) -> Option<String> {
    let zone = zone_of(row, items)?;
    let uids: Vec<String> = items.iter().map(|item| uid(&row.public_id, item.position)).collect();
    let entries: Vec<Entry<'_>> = items.iter().zip(&uids).map(|(item, uid)| entry(row, item, uid, telling)).collect();
    Some(calendar(&Calendar { method: Some(telling.method), name: None, zone: &zone, entries: &entries }))
}

fn zone_of(row: &BookingRow, items: &[ItemRow]) -> Option<Zone> {
    let first = items.iter().map(|item| item.starts_at).min().unwrap_or(row.created_at);
    let last = items.iter().map(|item| item.ends_at).max().unwrap_or(row.created_at);
    zone_around(&row.timezone, first, last)
}

fn entry<'a>(row: &'a BookingRow, item: &'a ItemRow, uid: &'a str, telling: &Telling<'a>) -> Entry<'a> {
    let invited = telling.method != Method::Publish;
    let email = row.contact_email.as_deref().filter(|_| invited);
    let name = row.contact_name.as_deref().unwrap_or_default();
    Entry {
        uid,
        sequence: row.version,
        summary: &item.name,
        description: telling.description,
        url: Some(telling.url),
        starts_at: Instant(item.starts_at),
        ends_at: Instant(item.ends_at),
        status: if telling.method == Method::Cancel { Status::Cancelled } else { status(&row.state) },
        stamped_at: telling.now,
        organizer: telling.organizer,
        attendee: email.map(|email| Person { name, email }),
    }
}
