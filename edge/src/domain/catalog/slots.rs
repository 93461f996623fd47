//! The slots of one offering with their prices: one batch, then the engine.

use super::{Scope, Venue, store};
use crate::context::Context;
use crate::domain::booking::rules::gravity;
use crate::domain::org::zone::wall_time;
use crate::problem::Problem;
use shared::availability::{Ask, Calendar, Engine, Kind, Offering, Reason, Slot};
use shared::civil::Date;
use shared::id::OfferingId;
use shared::money::Money;
use shared::party::Party;
use shared::pricing::{ItemRequest, PriceBook, Request, quote};
use shared::zone::Instant;

const DAY: i64 = 86_400;

/// What somebody looks for.
pub struct Asked {
    /// First venue date.
    pub from: Date,
    /// Last venue date, included.
    pub to: Date,
    /// Who, how long, for themselves or not.
    pub ask: Ask,
}

/// What was found.
pub struct Slots {
    /// In order.
    pub slots: Vec<Priced>,
    /// IANA.
    pub zone: String,
    /// Another one for every change at the venue.
    pub version: String,
}

/// A slot and what the party pays there.
pub struct Priced {
    /// The engine's.
    pub slot: Slot,
    /// Wall time with offset.
    pub local_starts_at: String,
    /// For the party asked for.
    pub from: Option<Money>,
    /// The gravest reason, as a word.
    pub reason: Option<&'static str>,
    /// Nearest other start of the date.
    pub try_instead: Option<Instant>,
}

/// Looks up an offering's slots.
pub async fn slots(context: &Context, kind: Kind, id: &str, asked: &Asked) -> Result<Slots, Problem> {
    let missing = || Problem::not_found("offering");
    let id = OfferingId::parse(id).ok_or_else(missing)?;
    let midnight = |date: Date| Instant(i64::from(date.days_since_epoch()).saturating_mul(DAY));
    // Two days around: no zone is further from UTC than one, and a rule may look at the day before.
    let scope = Scope {
        offerings: &[id.as_str()],
        calendar: None,
        from: midnight(asked.from).plus_seconds(DAY.saturating_mul(-2)),
        to: midnight(asked.to).plus_seconds(DAY.saturating_mul(3)),
        now: context.now(),
        coupon: None,
        without: None,
        any_status: false,
    };
    let mut answers = context.database().read(store::read(&scope)).await?;
    let venue = Venue::of(store::rows(&mut answers)?, &scope)?.ok_or_else(missing)?;
    let offering = venue.offering(&id).filter(|offering| offering.kind == kind).ok_or_else(missing)?;
    let found = Engine::new(&venue.calendar).slots(offering, asked.from, asked.to, &asked.ask);
    let show = |slot: Slot| priced(&venue.book, &venue.calendar, &venue.org.timezone, offering, slot, &asked.ask);
    Ok(Slots {
        slots: found.into_iter().map(Slot::redacted).map(show).collect(),
        zone: venue.org.timezone.clone(),
        version: venue.org.revision.to_string(),
    })
}

/// A slot with its wall time and what the party pays there.
pub fn priced(
    book: &PriceBook,
    calendar: &Calendar,
    timezone: &str,
    offering: &Offering,
    slot: Slot,
    ask: &Ask,
) -> Priced {
    let party = if ask.party.guests() == 0 { smallest(offering) } else { ask.party.clone() };
    Priced {
        local_starts_at: wall_time(timezone, slot.starts_at),
        from: price(book, calendar, offering, &slot, &party, ask.private),
        reason: reason(&slot),
        try_instead: slot.reasons.iter().find_map(|reason| match reason {
            Reason::Try { starts_at } => Some(*starts_at),
            _ => None,
        }),
        slot,
    }
}

/// The smallest party that could book: as many of the first type that takes a seat as there must be.
fn smallest(offering: &Offering) -> Party {
    let kind = offering.party_types.iter().find(|kind| kind.seats > 0).or(offering.party_types.first());
    let count = |min: u32| min.max(offering.rules.min_party).max(1);
    Party(kind.map(|kind| (kind.code.clone(), count(kind.min))).into_iter().collect())
}

fn price(
    book: &PriceBook,
    calendar: &Calendar,
    offering: &Offering,
    slot: &Slot,
    party: &Party,
    private: bool,
) -> Option<Money> {
    let item = ItemRequest {
        offering: offering.id.clone(),
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        party: party.clone(),
        private: private || offering.rules.privacy == shared::availability::Privacy::Always,
        add_ons: Vec::new(),
        pay: None,
    };
    let request = Request { items: vec![item], coupon: None, country: None, reverse_charge: false, now: calendar.now };
    let quote = quote(book, &calendar.zone, &request).ok()?;
    Some(Money { amount: quote.total, currency: quote.currency })
}

fn reason(slot: &Slot) -> Option<&'static str> {
    let told = slot.reasons.iter().filter(|reason| !matches!(reason, Reason::Try { .. }));
    told.map(gravity).min_by_key(|(rank, _)| *rank).map(|(_, word)| word)
}
