//! Secret addresses that calendars subscribe to: what is booked, of a person, of a resource or of the whole business.
//!
//! Whoever has the address reads it, so it tells little: names and parties, no addresses and no numbers. It tells what its
//! maker may see and ends with their being there.

pub mod edit;
pub mod store;

use crate::context::Context;
use crate::ical::Method;
use crate::ical::booking::zone_around;
use crate::ical::staff::{Booked, Said};
use crate::ical::write::{Calendar, Entry, calendar};
use shared::zone::Instant;
use store::Opened;

/// So many seconds back.
const BACK: i64 = 30 * 86_400;
/// So many seconds ahead.
const AHEAD: i64 = 400 * 86_400;

/// What is to be subscribed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope<'a> {
    /// What the maker is assigned to.
    Person,
    /// What claims a resource (public id).
    Resource(&'a str),
    /// Everything.
    Organization,
}

impl<'a> Scope<'a> {
    /// As the row says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Resource(_) => "RESOURCE",
            Self::Organization => "ORGANIZATION",
        }
    }

    /// Public id of the resource.
    pub const fn resource(self) -> Option<&'a str> {
        match self {
            Self::Resource(id) => Some(id),
            Self::Person | Self::Organization => None,
        }
    }
}

/// Where a feed is read.
pub fn address(context: &Context, token: &str) -> String {
    format!("{}/feeds/{token}.ics", context.origin())
}

/// From when to when a feed tells.
pub fn window(now: Instant) -> (Instant, Instant) {
    (now.plus_seconds(BACK.saturating_neg()), now.plus_seconds(AHEAD))
}

/// The calendar as it is now; the same bytes for as long as nothing changed. What was called off is left out: subscribers
/// take each reading for all there is. None when the organization's zone is unknown.
pub fn file(opened: &Opened, items: &[Booked], origin: &str) -> Option<String> {
    let first = items.iter().map(|item| item.starts_at).min().unwrap_or(opened.created_at);
    let last = items.iter().map(|item| item.ends_at).max().unwrap_or(opened.created_at);
    let zone = zone_around(&opened.timezone, first, last)?;
    let told: Vec<Said> = items.iter().map(|item| item.said(origin, &opened.org)).collect();
    let entries: Vec<Entry<'_>> = items.iter().zip(&told).map(|(item, said)| item.entry(said)).collect();
    let name = opened
        .resource_name
        .as_ref()
        .map_or_else(|| opened.org_name.clone(), |resource| format!("{resource} · {}", opened.org_name));
    Some(calendar(&Calendar { method: Some(Method::Publish), name: Some(&name), zone: &zone, entries: &entries }))
}
