//! An item of a booking as an entry in the calendars of staff: feeds and linked calendars read the same row and say the same.

use super::booking::{status, uid};
use super::words;
use super::write::Entry;
use serde::Deserialize;
use shared::zone::Instant;

/// An item of a booking, with what a calendar tells of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Booked {
    /// `bkg_…`.
    pub booking: String,
    /// Its number.
    pub number: Option<String>,
    /// Its state.
    pub state: String,
    /// Grows with every change.
    pub version: i64,
    /// When it changed last.
    pub updated_at: i64,
    /// Who booked.
    pub contact_name: Option<String>,
    /// Which item.
    pub position: usize,
    /// Name of the offering.
    pub name: String,
    /// Starts.
    pub starts_at: i64,
    /// Ends.
    pub ends_at: i64,
    /// JSON of the engine.
    pub party: String,
}

/// What is said of it.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its name in every calendar.
    pub uid: String,
    /// What it is called.
    pub summary: String,
    /// More words.
    pub description: String,
    /// Its page in the console; none while nobody knows where that is.
    pub url: Option<String>,
}

impl Booked {
    /// Its name in every calendar.
    pub fn uid(&self) -> String {
        uid(&self.booking, self.position)
    }

    /// What it is called.
    pub fn summary(&self) -> String {
        words::summary(self.contact_name.as_deref(), &self.name)
    }

    /// What is said of it to an organization (public id) whose console is at an origin.
    pub fn said(&self, origin: &str, org: &str) -> Said {
        let url = format!("{origin}/console/{org}/bookings/{}", self.booking);
        Said {
            uid: self.uid(),
            summary: self.summary(),
            description: words::description(self.number.as_deref(), &self.party),
            url: Some(url).filter(|_| !origin.is_empty()),
        }
    }

    /// The entry, in those words.
    pub fn entry<'a>(&self, said: &'a Said) -> Entry<'a> {
        Entry {
            uid: &said.uid,
            sequence: self.version,
            summary: &said.summary,
            description: &said.description,
            url: said.url.as_deref(),
            starts_at: Instant(self.starts_at),
            ends_at: Instant(self.ends_at),
            status: status(&self.state),
            stamped_at: Instant(self.updated_at),
            organizer: None,
            attendee: None,
        }
    }
}
