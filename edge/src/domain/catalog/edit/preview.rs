//! What an offering would come to, without keeping it: the engine's slots for the next days, with prices and warnings.

use super::draft::Draft;
use super::offering::Named;
use super::readiness::{self, Scene};
use super::rules;
use super::store;
use crate::context::Context;
use crate::domain::catalog::slots::{Priced, priced};
use crate::domain::catalog::venue;
use crate::problem::{FieldError, Problem};
use shared::availability::{Ask, Engine, Kind, Slot};
use shared::civil::Date;
use shared::zone::Instant;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

/// Which days, for whom.
pub struct Asked {
    /// First venue date; none is today.
    pub from: Option<Date>,
    /// How many dates.
    pub days: i32,
    /// Who, how long.
    pub ask: Ask,
}

/// What it would come to.
pub struct Preview {
    /// Every start.
    pub slots: Vec<Priced>,
    /// What is missing to book it.
    pub warnings: Vec<FieldError>,
    /// IANA.
    pub zone: String,
    /// First venue date.
    pub from: Date,
    /// Last venue date.
    pub to: Date,
}

/// Looks at a draft. `standing` is the offering that it changes: what is sold of that one counts.
pub async fn preview(
    context: &Context,
    org: i64,
    empty: Draft,
    standing: Option<(Kind, &str)>,
    named: &Named,
    asked: &Asked,
    edit: impl Fn(Draft, &Scene) -> Result<Draft, Problem>,
) -> Result<Preview, Problem> {
    let now = context.now();
    let id = standing.map(|(_, id)| id);
    let first = asked.from.map_or(now, |date| Instant(i64::from(date.days_since_epoch()).saturating_mul(DAY)));
    let from = first.plus_seconds(DAY.saturating_mul(-2));
    let to = first.plus_seconds(DAY.saturating_mul(i64::from(asked.days).saturating_add(34)));
    let mut batch = store::scene(org, id, &named.resources, &named.add_ons, now);
    batch.extend(store::claims(org, id, &named.resources, from, to, now));
    batch.extend(standing.map(|(kind, id)| store::find(org, id, kind)));
    let mut answers = context.database().batch(batch).await?;
    let rows = store::scene_rows(&mut answers)?;
    let (claims, departures) = store::claim_rows(&mut answers)?;
    let row: Option<store::Row> = if standing.is_some() { answers.first()? } else { None };
    if standing.is_some() && row.is_none() {
        return Err(Problem::not_found("offering"));
    }
    let own = row.as_ref().map(|row| (row.id, row.public_id.as_str()));
    let claims = venue::claims(&claims, own, &rows.resources);
    let scene = Scene::of(rows, now)?.ok_or_else(|| Problem::not_found("organization"))?;
    let base = row.as_ref().map(Draft::from_row).transpose()?.unwrap_or(empty);
    let draft = edit(base, &scene)?;
    rules::check(&draft)?;
    let resources: BTreeSet<&str> = scene.resources.iter().map(|resource| resource.id.as_str()).collect();
    rules::known(&draft, &resources, &scene.add_ons.iter().map(String::as_str).collect())?;

    let mut calendar = scene.calendar();
    calendar.claims = claims;
    calendar.departures = departures.iter().map(|row| venue::departure(row, &draft.id)).collect();
    let offering = draft.offering();
    let from = asked.from.unwrap_or_else(|| scene.today());
    let to = from.plus_days(asked.days.saturating_sub(1));
    let found = Engine::new(&calendar).slots(&offering, from, to, &asked.ask);
    let book = scene.book(&draft)?;
    let show = |slot: Slot| priced(&book, &calendar, &scene.org.timezone, &offering, slot, &asked.ask);
    Ok(Preview {
        slots: found.into_iter().map(show).collect(),
        warnings: readiness::missing(&draft, &scene),
        zone: scene.org.timezone.clone(),
        from,
        to,
    })
}
