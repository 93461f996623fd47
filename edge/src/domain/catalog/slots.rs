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
use shared::party::{Party, PartyType};
use shared::pricing::{ItemRequest, PriceBook, Request, quote};
use shared::zone::Instant;
use std::collections::BTreeMap;

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
    /// Row of the organization that sells it.
    pub org: i64,
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
        org: venue.org.id,
        slots: found.into_iter().map(Slot::redacted).map(show).collect(),
        zone: venue.org.timezone.clone(),
        version: venue.org.revision.to_string(),
    })
}

/// The starts of one of several offerings.
pub struct OfOne {
    /// Public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// In order.
    pub slots: Vec<Priced>,
}

/// The starts of published offerings between two venue dates, in the order in which they are shown; `party` says who comes to
/// an offering of these party types. One batch.
pub async fn of_all(
    context: &Context,
    ids: &[&str],
    (from, to): (Date, Date),
    party: &(dyn Fn(&[PartyType]) -> Party + Sync),
) -> Result<Vec<OfOne>, Problem> {
    let midnight = |date: Date| Instant(i64::from(date.days_since_epoch()).saturating_mul(DAY));
    let scope = Scope {
        offerings: ids,
        calendar: None,
        from: midnight(from).plus_seconds(DAY.saturating_mul(-2)),
        to: midnight(to).plus_seconds(DAY.saturating_mul(3)),
        now: context.now(),
        coupon: None,
        without: None,
        any_status: false,
    };
    let mut answers = context.database().batch(store::read(&scope)).await?;
    let Some(venue) = Venue::of(store::rows(&mut answers)?, &scope)? else { return Ok(Vec::new()) };
    let engine = Engine::new(&venue.calendar);
    let of_one = |offering: &Offering| {
        let ask = Ask { party: party(&offering.party_types), ..Ask::default() };
        let show = |slot: Slot| priced(&venue.book, &venue.calendar, &venue.org.timezone, offering, slot, &ask);
        let slots = engine.slots(offering, from, to, &ask).into_iter().map(Slot::redacted).map(show);
        let name = venue.card(&offering.id).map(|card| card.name.clone()).unwrap_or_default();
        OfOne { id: offering.id.as_str().to_owned(), name, slots: slots.collect() }
    };
    Ok(venue.offerings.iter().map(of_one).collect())
}

/// How far ahead a free start is looked for, in steps: venue dates from today.
const LOOKS: [i32; 4] = [0, 7, 31, 92];

/// The next start of each offering that its smallest party could book; of what is not published there is none. One batch.
pub async fn next(context: &Context, ids: &[&str]) -> Result<BTreeMap<String, Priced>, Problem> {
    let now = context.now();
    let scope = Scope {
        offerings: ids,
        calendar: None,
        from: now.plus_seconds(DAY.saturating_mul(-2)),
        to: now.plus_seconds(DAY.saturating_mul(95)),
        now,
        coupon: None,
        without: None,
        any_status: false,
    };
    // Not from a copy: what was just changed is seen.
    let mut answers = context.database().batch(store::read(&scope)).await?;
    let Some(venue) = Venue::of(store::rows(&mut answers)?, &scope)? else { return Ok(BTreeMap::new()) };
    let (engine, ask) = (Engine::new(&venue.calendar), Ask::default());
    let today = venue.calendar.zone.date_of(now);
    let steps = || LOOKS.into_iter().zip(LOOKS.into_iter().skip(1));
    let first = |offering: &Offering| {
        let mut found = steps().filter_map(|(from, to)| {
            let last = today.plus_days(to.saturating_sub(1));
            engine.bookable(offering, today.plus_days(from), last, &ask).into_iter().next()
        });
        found.next()
    };
    let found = venue.offerings.iter().filter_map(|offering| {
        let slot = first(offering)?.redacted();
        let next = priced(&venue.book, &venue.calendar, &venue.org.timezone, offering, slot, &ask);
        Some((offering.id.as_str().to_owned(), next))
    });
    Ok(found.collect())
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
