//! What becomes of bookings in the way of a change: it is refused because of them, or they are called off, moved or kept.

use super::departure::{self, Wish};
use super::draft::Draft;
use super::offering::Desk;
use super::stranded::{self, Sold, Verdict};
use crate::context::Context;
use crate::domain::booking::change::{elsewhere, read};
use crate::domain::booking::life::{self, Deed, Hand, Placing};
use crate::domain::booking::store::{By, ItemRow};
use crate::problem::{Code, FieldError, Problem};
use serde_json::Value;
use shared::availability::Kind;
use shared::booking::Action;
use shared::civil::Date;
use shared::embed::Timestamp;
use shared::zone::{Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400;
/// Days before and after its start that are looked through for another place for a booking.
const AROUND: i32 = 31;
/// The nearest of them that are tried: somebody may take one meanwhile.
const TRIES: usize = 3;

/// What becomes of bookings in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// The change is refused.
    Refuse,
    /// They are called off, with what their policy gives back.
    Cancel,
    /// They go to the nearest start that has room, at the price that was agreed; those that fit nowhere stay.
    Move,
    /// They stay as they are.
    Keep,
}

/// Why a change is refused: the bookings that it would leave without what they were sold.
pub fn in_the_way(sold: &[Sold], timezone: &str) -> Problem {
    let many = sold.len();
    Problem::new(Code::Conflict)
        .because("bookings_in_the_way")
        .detail(format!(
            "{many} sold or held on what would change. `force=cancel` calls them off by their policy, `force=move` takes \
             them to the nearest start with room, `force=keep` leaves them as they are."
        ))
        .bookings(sold.iter().map(|item| stranded::shown(item, timezone)).collect())
}

fn reason() -> Option<String> {
    Some("The business changed what was booked.".to_owned())
}

/// Calls bookings off, each once, as staff do it: with what their policy gives back.
pub async fn call_off(context: &Context, desk: Desk<'_>, sold: &[Sold]) -> Result<(), Problem> {
    let deed = Deed { reason: reason(), ..Deed::of(Action::Cancel) };
    let ids: BTreeSet<&str> = sold.iter().map(|item| item.booking.as_str()).collect();
    for id in ids {
        let found = read(context, By::Id(id)).await?;
        match life::act(context, found, Hand::Staff(desk.actor), &deed, None, &|_| Value::Null).await {
            Ok(_) => {}
            // Somebody else was faster: it is out of the way already, or the next look will tell.
            Err(problem) if problem.code() == Code::BadTransition => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

/// Moves whom a change, that is made already, left without what they were sold. Where there are merely too few seats, only
/// as many go as have to. Answers a warning for each that fits nowhere: it stays as it is.
pub async fn move_out(
    context: &Context,
    desk: Desk<'_>,
    (kind, id): (Kind, &str),
    (before, after): (&Draft, &Draft),
    verdict: &Verdict,
    zone: &Zone,
) -> Vec<FieldError> {
    let counts_alike = stranded::same_sort(before.capacity, after.capacity);
    let units = after.units().filter(|_| counts_alike).unwrap_or(0);
    let mut excess: BTreeMap<i64, u32> =
        verdict.full.iter().map(|(at, taken)| (*at, taken.saturating_sub(units))).collect();
    let mut warnings = Vec::new();
    for item in verdict.stranded.iter().rev() {
        let many = excess.get(&item.departure_at).copied().unwrap_or(0);
        if many == 0 && stranded::stands(after, item, zone) {
            continue;
        }
        if relocate(context, desk, id, item).await.is_ok() {
            excess.insert(item.departure_at, many.saturating_sub(item.units));
        } else {
            warnings.push(not_moved(item));
        }
    }
    for (at, _) in &verdict.full {
        if counts_alike || excess.get(at) == Some(&0) {
            let wish = Wish { cancelled: None, capacity: Some(None) };
            let at = Instant(*at);
            // Should that fail, the departure keeps the seats that it had, and nobody loses any.
            let _ = departure::set(context, desk, (kind, id), at, wish, Force::Keep).await;
        }
    }
    warnings
}

/// Moves bookings off a departure until that many units of it are free, whoever booked last first.
pub async fn move_off(context: &Context, desk: Desk<'_>, id: &str, there: &[Sold], mut excess: u32) {
    for item in there.iter().rev() {
        if excess == 0 {
            break;
        }
        if relocate(context, desk, id, item).await.is_ok() {
            excess = excess.saturating_sub(item.units);
        }
    }
}

fn not_moved(item: &Sold) -> FieldError {
    FieldError {
        pointer: format!("/bookings/{}", item.booking),
        code: "not_moved".to_owned(),
        message: format!("It fits nowhere within {AROUND} days and stays as it is."),
    }
}

/// Takes a booking to the nearest start with room, as staff do it, for what was agreed.
async fn relocate(context: &Context, desk: Desk<'_>, offering: &str, item: &Sold) -> Result<(), Problem> {
    let found = read(context, By::Id(&item.booking)).await?;
    let here = |one: &ItemRow| one.offering == offering && one.starts_at == item.starts_at.0;
    let missing = || Problem::not_found("item");
    let place = found.1.iter().position(here).ok_or_else(missing)?;
    let day = i32::try_from(item.starts_at.0.div_euclid(DAY)).ok().and_then(Date::from_days_since_epoch);
    let from = day.ok_or_else(missing)?.plus_days(AROUND.saturating_neg());
    let (mut near, _) = elsewhere(context, &found, place, from, AROUND.saturating_mul(2)).await?;
    near.retain(|slot| slot.starts_at != item.starts_at);
    near.sort_by_key(|slot| slot.starts_at.0.abs_diff(item.starts_at.0));
    let mut refused = Problem::new(Code::SoldOut);
    for slot in near.into_iter().take(TRIES) {
        let starts_at = Some(Timestamp(slot.starts_at));
        let placing = Placing { item: place, starts_at, keep_price: true, ..Placing::default() };
        let deed = Deed { reason: reason(), placing, ..Deed::of(Action::Reschedule) };
        match life::act(context, found.clone(), Hand::Staff(desk.actor), &deed, None, &|_| Value::Null).await {
            Ok(_) => return Ok(()),
            Err(problem) => refused = problem,
        }
    }
    Err(refused)
}
