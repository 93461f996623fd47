//! A booking for its customer's own calendar: pages of Google and Microsoft with the entry filled in.

use crate::ical::links::{Booked, Kind};
use serde::Serialize;
use shared::embed::BookingOut;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A booking that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingMade)]
pub struct BookingMade {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingOut,
    /// Where its items can be put; empty while it waits to be paid.
    pub add_to_calendar: Vec<AddToCalendar>,
}

impl From<BookingOut> for BookingMade {
    fn from(booking: BookingOut) -> Self {
        let page = booking.manage_url.as_deref();
        let booked = Booked { number: &booking.number, org: None, page, zone: None, language: "en" };
        let items = booking.items.iter().map(|item| (item.name.as_str(), item.starts_at.0, item.ends_at.0));
        let add_to_calendar = add_to(&booked, &booking.status, items);
        Self { booking, add_to_calendar }
    }
}

/// Somebody's calendar, with the entry of an item filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddToCalendar {
    /// Which item, counted from 0.
    #[schema(example = 0)]
    pub item: usize,
    /// Whose calendar.
    pub calendar: Kind,
    /// A page there that asks whether to keep it.
    #[schema(example = "https://calendar.google.com/calendar/render?action=TEMPLATE&text=Sunset+harbor+tour")]
    pub url: String,
}

/// Where the items of a booking that takes place, or is asked for, can be put.
pub fn add_to<'a>(
    booked: &Booked<'_>,
    status: &str,
    items: impl Iterator<Item = (&'a str, Instant, Instant)>,
) -> Vec<AddToCalendar> {
    if !matches!(status, "CONFIRMED" | "AWAITING_APPROVAL") {
        return Vec::new();
    }
    let links = items.enumerate().flat_map(|(item, (name, from, to))| {
        booked.links(name, from, to).map(|(calendar, url)| AddToCalendar { item, calendar, url })
    });
    links.collect()
}
