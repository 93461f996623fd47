//! What happens on some venue dates: departures in the order of their starts, those that nobody has booked yet included.

pub mod store;

use crate::context::Context;
use crate::domain::catalog::{self, Scope, Venue};
use crate::problem::Problem;
use shared::availability::{Ask, Engine, SlotStatus};
use shared::civil::Date;
use shared::id::PartyCode;
use shared::party::Party;
use shared::schedule::Times;
use shared::zone::{Instant, Span, Zone};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// One start of one offering.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Public id.
    pub offering: String,
    /// Name.
    pub name: String,
    /// Starts.
    pub starts_at: Instant,
    /// Ends; of open hours the latest that anybody booked.
    pub ends_at: Instant,
    /// Units sold or held.
    pub sold: i64,
    /// Units that there are; none where only resources limit it.
    pub capacity: Option<i64>,
    /// Nobody can book it: a rule, a block or a busy resource says no.
    pub closed: bool,
    /// Who booked it.
    pub entries: Vec<store::Entry>,
}

/// Departures of some dates, and what guests are called.
pub struct Agenda {
    /// In order of their starts.
    pub departures: Vec<Departure>,
    names: BTreeMap<(String, String), String>,
}

impl Agenda {
    /// `2 × Adult, 1 × Child`.
    pub fn party(&self, offering: &str, party: &Party) -> String {
        let told = party.0.iter().filter(|(_, count)| **count > 0);
        let name = |code: &PartyCode| {
            let known = self.names.get(&(offering.to_owned(), code.as_str().to_owned()));
            known.cloned().unwrap_or_else(|| code.as_str().replace('_', " "))
        };
        told.map(|(code, count)| format!("{count} × {}", name(code))).collect::<Vec<_>>().join(", ")
    }
}

/// Reads the agenda of the venue dates from one to another, the last included.
pub async fn read(context: &Context, org: i64, zone: &Zone, from: Date, to: Date) -> Result<Agenda, Problem> {
    let span = Span { starts_at: zone.day(from).starts_at, ends_at: zone.day(to).ends_at };
    let mut answers = context.database().batch(store::read(org, span, context.now()).into()).await?;
    let store::Found { entries, party_names, published } = store::found(&mut answers)?;
    let mut departures: BTreeMap<(i64, String), Departure> = BTreeMap::new();
    for planned in planned(context, &published, span, from, to).await? {
        departures.insert((planned.starts_at.0, planned.offering.clone()), planned);
    }
    for entry in entries {
        let departure = departures.entry((entry.starts_at, entry.offering.clone())).or_insert_with(|| Departure {
            offering: entry.offering.clone(),
            name: entry.name.clone(),
            starts_at: Instant(entry.starts_at),
            ends_at: Instant(entry.ends_at),
            sold: 0,
            capacity: entry.capacity,
            closed: false,
            entries: Vec::new(),
        });
        departure.ends_at = departure.ends_at.max(Instant(entry.ends_at));
        departure.sold = departure.sold.saturating_add(entry.units);
        departure.capacity = entry.capacity;
        departure.entries.push(entry);
    }
    let names = party_names.into_iter().map(|row| ((row.offering, row.code), row.name)).collect();
    Ok(Agenda { departures: departures.into_values().collect(), names })
}

/// The departures that have fixed times, as the engine computes them. What starts at any half hour is not listed before
/// somebody books it.
async fn planned(
    context: &Context,
    published: &[String],
    span: Span,
    from: Date,
    to: Date,
) -> Result<Vec<Departure>, Problem> {
    let published: Vec<&str> = published.iter().map(String::as_str).collect();
    let scope = Scope {
        offerings: &published,
        calendar: None,
        from: span.starts_at.plus_seconds(DAY.saturating_mul(-2)),
        to: span.ends_at.plus_seconds(DAY.saturating_mul(2)),
        now: context.now(),
        coupon: None,
        without: None,
        any_status: false,
    };
    let mut answers = context.database().batch(catalog::store::read(&scope)).await?;
    let Some(venue) = Venue::of(catalog::store::rows(&mut answers)?, &scope)? else { return Ok(Vec::new()) };
    let engine = Engine::new(&venue.calendar);
    let fixed = venue
        .offerings
        .iter()
        .zip(&venue.cards)
        .filter(|(offering, _)| offering.schedule.rules.iter().all(|rule| matches!(rule.times, Times::At(_))));
    let departures = fixed.flat_map(|(offering, card)| {
        let capacity = match offering.capacity {
            shared::availability::Capacity::Seats(units)
            | shared::availability::Capacity::Groups(units)
            | shared::availability::Capacity::PerDay(units) => Some(i64::from(units)),
            shared::availability::Capacity::Unlimited => None,
        };
        let slots = engine.slots(offering, from, to, &Ask::default());
        slots.into_iter().map(move |slot| Departure {
            offering: offering.id.as_str().to_owned(),
            name: card.name.clone(),
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            sold: 0,
            capacity,
            closed: slot.status == SlotStatus::Closed && slot.starts_at > context.now(),
            entries: Vec::new(),
        })
    });
    Ok(departures.collect())
}
