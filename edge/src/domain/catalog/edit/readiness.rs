//! Whether an offering can be booked as it stands, and what is missing if it cannot. The engine decides. Pure.

use super::draft::Draft;
use super::store::SceneRows;
use super::stranded::lasting;
use crate::database::StoreError;
use crate::domain::catalog::venue;
use crate::domain::org::{Org, zone};
use crate::problem::FieldError;
use shared::availability::{Ask, Block, Calendar, Capacity, Engine, Kind, Resource};
use shared::civil::Date;
use shared::pricing::{BasePrice, PriceBook};
use shared::zone::{Instant, Zone};
use std::collections::BTreeSet;

const DAY: i64 = 86_400;
/// How far ahead a start is looked for: ten years, in steps that grow.
const AHEAD: [i32; 4] = [0, 60, 800, 3_650];
/// How far ahead a free start is looked for, in steps.
const LOOKS: [i32; 4] = [0, 31, 124, 400];

/// Where an offering stands: organization, resources, times off.
pub struct Scene {
    /// Whose it is.
    pub org: Org,
    /// Its zone from now on, for ten years.
    pub zone: Zone,
    /// What the offering may need.
    pub resources: Vec<Resource>,
    /// When the whole venue is closed.
    pub closures: Vec<Block>,
    /// Add-ons that exist.
    pub add_ons: BTreeSet<String>,
    /// The moment.
    pub now: Instant,
}

impl Scene {
    /// From its rows; none without the organization.
    pub fn of(rows: SceneRows, now: Instant) -> Result<Option<Self>, StoreError> {
        let Some(org) = rows.org else { return Ok(None) };
        let years = DAY.saturating_mul(3_720);
        let table = zone::table(&org.timezone, now.plus_seconds(DAY.saturating_mul(-40)), now.plus_seconds(years));
        let zone = table.ok_or_else(|| StoreError::Unreadable(format!("time zone {}", org.timezone)))?;
        Ok(Some(Self {
            zone,
            resources: venue::resources(&rows.resources, &rows.blocks)?,
            closures: venue::closures(&rows.blocks),
            add_ons: rows.add_ons.into_iter().map(|row| row.id).collect(),
            org,
            now,
        }))
    }

    /// The venue's date.
    pub fn today(&self) -> Date {
        self.zone.date_of(self.now)
    }

    /// The calendar with nothing sold.
    pub fn calendar(&self) -> Calendar {
        Calendar {
            zone: self.zone.clone(),
            now: self.now,
            resources: self.resources.clone(),
            claims: Vec::new(),
            departures: Vec::new(),
            closures: self.closures.clone(),
        }
    }

    /// The prices as they would be.
    pub fn book(&self, draft: &Draft) -> Result<PriceBook, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        let tariff = serde_json::to_value(&draft.tariff).map_err(unreadable)?;
        venue::price_book(&self.org, vec![tariff], Vec::new())
    }
}

/// What is missing, all of it. Empty: it can be published.
pub fn missing(draft: &Draft, scene: &Scene) -> Vec<FieldError> {
    let mut missing = Vec::new();
    let mut say = |pointer: String, code: &str, message: &str| {
        missing.push(FieldError { pointer, code: code.to_owned(), message: message.to_owned() });
    };
    if draft.tariff.base.is_empty() && draft.kind != Kind::Event {
        say("/price".to_owned(), "no_price", "It has no price. A price of 0 makes it free.");
    }
    for base in &draft.tariff.base {
        let BasePrice::PerParty(prices) = base else { continue };
        for (index, kind) in draft.party_types.iter().enumerate() {
            if !prices.iter().any(|price| price.code == kind.code) {
                say(
                    format!("/partyTypes/{index}/price"),
                    "no_price",
                    "This party type has no price, so it is not sold.",
                );
            }
        }
    }
    if draft.units() == Some(0) {
        say("/capacity".to_owned(), "no_capacity", "There is nothing to sell.");
    }
    if draft.schedule == shared::schedule::Schedule::default() {
        say("/schedule".to_owned(), "no_schedule", "It has no dates.");
    } else if !departs(draft, scene) {
        say("/schedule".to_owned(), "never_departs", "By this schedule it never takes place from now on.");
    } else if draft.units() != Some(0) && !draft.requires.is_empty() && !free_once(draft, scene) {
        let message = "What it needs is never free at its times: look at the resources' hours, units and times off.";
        say("/requirements".to_owned(), "no_resource_hours", message);
    }
    missing
}

/// Whether it ever takes place from today on.
fn departs(draft: &Draft, scene: &Scene) -> bool {
    let Some(lasting) = lasting(&draft.length, None) else { return false };
    spans(scene.today(), &AHEAD).any(|(from, to)| {
        let found = draft.schedule.occurrences(&scene.zone, lasting, from, to);
        found.iter().any(|one| !one.cancelled && one.span.ends_at > scene.now)
    })
}

/// Whether anybody could book it with nothing sold, whatever its lead times are.
fn free_once(draft: &Draft, scene: &Scene) -> bool {
    let mut offering = draft.offering();
    offering.rules.notice = 0;
    offering.rules.cut_off = None;
    offering.rules.horizon_days = None;
    offering.rules.threshold = None;
    if matches!(offering.capacity, Capacity::Seats(0)) {
        return false;
    }
    let calendar = scene.calendar();
    let engine = Engine::new(&calendar);
    let bookable = |(from, to)| !engine.bookable(&offering, from, to, &Ask::default()).is_empty();
    let soon = spans(scene.today(), &LOOKS).any(bookable);
    soon || first_later(draft, scene).is_some_and(|date| bookable((date, date.plus_days(31))))
}

/// The first date on which it takes place beyond what [`free_once`] looked at.
fn first_later(draft: &Draft, scene: &Scene) -> Option<Date> {
    let from = scene.today().plus_days(LOOKS.into_iter().max().unwrap_or(0));
    let lasting = lasting(&draft.length, None)?;
    let found = draft.schedule.occurrences(&scene.zone, lasting, from, scene.today().plus_days(3_650));
    found.iter().find(|one| !one.cancelled).map(|one| one.date)
}

/// From one step to the next, both ends included.
fn spans(today: Date, steps: &[i32]) -> impl Iterator<Item = (Date, Date)> {
    let pairs: Vec<(i32, i32)> = steps.iter().copied().zip(steps.iter().copied().skip(1)).collect();
    pairs.into_iter().map(move |(from, to)| (today.plus_days(from), today.plus_days(to.saturating_sub(1))))
}
