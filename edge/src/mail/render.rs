//! From a letter to a mail: its words, dates as its reader writes them, the look of its organization, its entry for the
//! calendar.

use super::booking::Booking;
use super::brand::Brand;
use super::content::{self, Known, Manner};
use super::letter::Letter;
use super::message::Invite;
use super::store::Around;
use super::template::{self, Rendered};
use crate::ical::Method;
use crate::ical::booking::{uid, zone_around};
use crate::ical::write::{Calendar, Entry, Person, Status, calendar};
use crate::wording::Wording;
use crate::words::Words;
use shared::money::{Currency, Minor};
use shared::zone::Instant;

impl Manner for Wording {
    fn short_day(&self, at: Instant) -> String {
        self.short_date(self.date_of(at))
    }

    fn day(&self, at: Instant) -> String {
        self.long_date(self.date_of(at))
    }

    fn time(&self, at: Instant) -> String {
        Self::time(self, at)
    }

    fn money(&self, amount: Minor, currency: Currency) -> String {
        self.money_in(amount, currency)
    }
}

/// A mail, ready to be wrapped up.
#[derive(Debug)]
pub struct Composed {
    /// What it says.
    pub said: Rendered,
    /// Whose it is.
    pub brand: Brand,
    /// For the reader's calendar.
    pub invites: Vec<Invite>,
}

/// Between whom a mail goes.
#[derive(Debug, Clone, Copy)]
pub struct Ends<'a> {
    /// The deployment's address.
    pub sender: &'a str,
    /// The reader's.
    pub to: &'a str,
    /// BCP 47 of the reader.
    pub language: &'a str,
}

/// Renders a letter, with what is known around it.
pub fn compose(letter: &Letter, ends: Ends<'_>, around: Around, now: Instant) -> Composed {
    let words = Words::of(ends.language);
    let brand = around
        .org_name
        .as_deref()
        .map_or_else(Brand::own, |name| Brand::of(name, around.settings.as_deref().unwrap_or_default()));
    let timezone = match letter {
        Letter::Booking(booking) => booking.timezone.as_str(),
        Letter::SeatsFree { timezone, .. } => timezone.as_str(),
        _ => "UTC",
    };
    let manner = Wording::new(words.locale(ends.language), timezone, around.currency);
    let known = Known {
        organization: around.org_name.unwrap_or_default(),
        answered: brand.reply_to.is_some(),
        number: around.number,
        names: around.names,
    };
    let said = template::render(&content::of(letter, &words, &known, &manner), &brand);
    let invites = match letter {
        Letter::Booking(booking) => invites(booking, &known, &brand, ends, now),
        _ => Vec::new(),
    };
    Composed { said, brand, invites }
}

/// A message for each item, since all of a message is about one name (RFC 5546 §3.2).
fn invites(booking: &Booking, known: &Known, brand: &Brand, ends: Ends<'_>, now: Instant) -> Vec<Invite> {
    let Some(method) = booking.news.method(booking.entered) else { return Vec::new() };
    let last = booking.items.iter().map(|item| item.ends_at).max().unwrap_or(0);
    let Some(zone) = zone_around(&booking.timezone, booking.starts_at(), last) else { return Vec::new() };
    let number = known.number.as_deref().unwrap_or_default();
    let description = format!("{} · {number}\n{}", brand.name, booking.link);
    let organizer = Person { name: &brand.name, email: brand.reply_to.as_deref().unwrap_or(ends.sender) };
    let one = |item: &super::booking::Item| {
        let uid = uid(&booking.id, item.position);
        let entry = Entry {
            uid: &uid,
            sequence: booking.sequence,
            summary: &item.name,
            description: &description,
            url: Some(booking.link.as_str()).filter(|link| !link.is_empty()),
            starts_at: Instant(item.starts_at),
            ends_at: Instant(item.ends_at),
            status: if method == Method::Cancel { Status::Cancelled } else { Status::Confirmed },
            stamped_at: now,
            organizer: Some(organizer),
            attendee: Some(Person { name: &booking.name, email: ends.to }),
        };
        let text = calendar(&Calendar { method: Some(method), name: None, zone: &zone, entries: &[entry] });
        Invite { method: method.as_str(), text }
    };
    booking.items.iter().map(one).collect()
}
