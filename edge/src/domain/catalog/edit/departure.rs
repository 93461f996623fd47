//! One departure that differs from its schedule: cancelled, or with seats of its own.

use super::draft::{Draft, kind_word};
use super::offering::{Desk, worth_another_look};
use super::store::{self, Differing, SoldRows};
use super::stranded::{self, Sold, lasting};
use super::way::{Force, call_off, in_the_way, move_off};
use crate::context::Context;
use crate::domain::booking::book::ATTEMPTS;
use crate::domain::org::zone;
use crate::domain::record::Change;
use crate::domain::told::data::Product;
use crate::outbox::EventType;
use crate::problem::{Code, Problem};
use serde_json::json;
use shared::availability::{Capacity, Kind, Length};
use shared::schedule::Lasting;
use shared::zone::{Instant, Zone};

const DAY: i64 = 86_400;

/// How a departure stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// Its start; the first instant of the date where bookings are counted by the day.
    pub at: Instant,
    /// It does not happen.
    pub cancelled: bool,
    /// Seats of its own.
    pub capacity: Option<u32>,
    /// What is taken of it.
    pub taken: u32,
}

/// What is to be of a departure; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// It does not happen, or does again.
    pub cancelled: Option<bool>,
    /// Seats of its own; an inner none takes them away.
    pub capacity: Option<Option<u32>>,
}

/// Makes a departure differ.
pub async fn set(
    context: &Context,
    desk: Desk<'_>,
    (kind, id): (Kind, &str),
    starts_at: Instant,
    wish: Wish,
    force: Force,
) -> Result<(Stands, String), Problem> {
    let now = context.now();
    for _ in 0..ATTEMPTS {
        let (row, sold) = read(context, desk, kind, id).await?;
        let draft = Draft::from_row(&row)?;
        let at = departure(&draft, &row.timezone, starts_at, &sold)?;
        let there = stranded::on_departure(&sold, at)?;
        let stood = sold.overrides.iter().find(|one| one.departure_at == at.0);
        let cancelled = wish.cancelled.unwrap_or_else(|| stood.is_some_and(|one| one.cancelled != 0));
        let mut capacity = wish.capacity.unwrap_or_else(|| stood.and_then(|one| one.capacity));
        if draft.capacity == Capacity::Unlimited && capacity.is_some() {
            let message = "Only resources limit this offering.";
            return Err(Problem::field("/capacity", "not_allowed", message));
        }
        let taken = there.iter().fold(0_u32, |sum, item| sum.saturating_add(item.units));
        let calls_off = wish.cancelled == Some(true) && !there.is_empty();
        let seats = capacity.or(draft.units());
        let too_few = seats.is_some_and(|seats| seats < taken);
        if calls_off || too_few {
            match force {
                Force::Refuse => return Err(in_the_way(&there, &row.timezone)),
                Force::Cancel => {
                    call_off(context, desk, &there).await?;
                    continue;
                }
                Force::Keep | Force::Move if too_few => capacity = Some(taken),
                Force::Keep | Force::Move => {}
            }
        }
        let wanted = Differing { at, cancelled, capacity };
        let mut change = Change::new(context, desk.org, desk.actor);
        change.must(store::set_departure(desk.org, id, wanted, row.version, Some(sold.newest_claim), now));
        record(&mut change, kind, id, at, cancelled, capacity, &there);
        match change.commit().await {
            Ok(_) if force == Force::Move && (calls_off || too_few) => {
                let stay = if calls_off { 0 } else { seats.unwrap_or(0) };
                move_off(context, desk, id, &there, taken.saturating_sub(stay)).await;
                return Box::pin(set(context, desk, (kind, id), starts_at, wish, Force::Keep)).await;
            }
            Ok(_) => return Ok((Stands { at, cancelled, capacity, taken }, row.timezone)),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// Lets a departure be as its offering says again. Fewer seats than are taken are refused.
pub async fn clear(
    context: &Context,
    desk: Desk<'_>,
    (kind, id): (Kind, &str),
    starts_at: Instant,
) -> Result<(), Problem> {
    let now = context.now();
    let (row, sold) = read(context, desk, kind, id).await?;
    let draft = Draft::from_row(&row)?;
    let at = departure(&draft, &row.timezone, starts_at, &sold)?;
    let there = stranded::on_departure(&sold, at)?;
    let mut change = Change::new(context, desk.org, desk.actor);
    store::clear_departure(desk.org, id, at, now).into_iter().for_each(|statement| change.add(statement));
    record(&mut change, kind, id, at, false, None, &[]);
    match change.commit().await {
        Ok(_) => Ok(()),
        Err(error) if worth_another_look(&error) => Err(in_the_way(&there, &row.timezone)),
        Err(error) => Err(error.into()),
    }
}

fn record(
    change: &mut Change<'_>,
    kind: Kind,
    id: &str,
    at: Instant,
    cancelled: bool,
    capacity: Option<u32>,
    there: &[Sold],
) {
    let kept: Vec<&str> = there.iter().map(|item| item.booking.as_str()).collect();
    let starts_at = shared::embed::Timestamp(at);
    let detail = json!({ "departure": starts_at, "cancelled": cancelled, "capacity": capacity, "bookings": kept });
    change.audit("departure.changed", id, &detail);
    let (departure, cancelled) = (Some(starts_at), Some(cancelled));
    let told = Product { id, kind: kind_word(kind), departure, cancelled, ..Product::default() };
    change.tell(EventType::ProductUpdated, id, &told);
    change.shows();
}

async fn read(context: &Context, desk: Desk<'_>, kind: Kind, id: &str) -> Result<(store::Row, SoldRows), Problem> {
    let mut batch = vec![store::find(desk.org, id, kind)];
    batch.extend(store::sold(desk.org, id, context.now()));
    let mut answers = context.database().batch(batch).await?;
    let row: store::Row = answers.first()?.ok_or_else(|| Problem::not_found("offering"))?;
    Ok((row, store::sold_rows(&mut answers)?))
}

/// The departure that a start belongs to: of the schedule, or one that differs or is booked already.
fn departure(draft: &Draft, timezone: &str, starts_at: Instant, sold: &SoldRows) -> Result<Instant, Problem> {
    let around = |days: i64| starts_at.plus_seconds(DAY.saturating_mul(days));
    let zone = zone::table(timezone, around(-40), around(40)).ok_or_else(|| Problem::internal(timezone))?;
    let at = if matches!(draft.capacity, Capacity::PerDay(_)) {
        zone.day(zone.date_of(starts_at)).starts_at
    } else {
        starts_at
    };
    let known = sold.overrides.iter().any(|one| one.departure_at == at.0)
        || sold.sold.iter().any(|row| row.departure_at == at.0);
    if known || scheduled(draft, &zone, starts_at) { Ok(at) } else { Err(Problem::not_found("departure")) }
}

fn scheduled(draft: &Draft, zone: &Zone, starts_at: Instant) -> bool {
    let date = zone.date_of(starts_at);
    let lengths: Vec<Option<Lasting>> = match &draft.length {
        Length::Choice(all) => all.iter().map(|minutes| lasting(&draft.length, Some(*minutes))).collect(),
        _ => vec![lasting(&draft.length, None)],
    };
    lengths.into_iter().flatten().any(|lasting| {
        let found = draft.schedule.occurrences(zone, lasting, date, date);
        found.iter().any(|one| one.span.starts_at == starts_at && !one.cancelled)
    })
}
