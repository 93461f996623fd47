//! What may be done to a booking: one function for every action. It reads, lets the life cycle decide, writes everything in
//! one batch and tells of it; what the actions differ in is data ([`Deed`]) and the engine's table.
//!
//! Reading order: [`deed`] (who does what), this file (the way of an action), [`decide`] (what follows from it; its money in
//! [`giving_back`], a no in [`refusal`]), [`batch`] (the write), [`amend`] (what is written about a booking without moving it).

pub mod amend;
mod batch;
pub mod decide;
mod deed;
mod giving_back;
mod refusal;
pub mod store;

pub use batch::named;
pub use deed::{Deed, GivenBack, Giver, Hand, Online, Payment, Placing};

use super::book::{ATTEMPTS, worth_another_look};
use super::change::{self, Found, Wanted};
use super::rules;
use super::store::By;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::catalog::Venue;
use crate::domain::idempotency::{self, Key};
use crate::domain::payment;
use crate::problem::{Code, Problem};
use batch::change_of;
use decide::{Replaced, decide, facts, state_of};
use refusal::refusal;
use serde_json::Value;
use shared::booking::{Action, Actor, ClaimEffect, State, apply};

/// How an answer shows a booking.
pub type Show<'a> = &'a (dyn Fn(&Found) -> Value + Sync);

/// Does it: all of it, or nothing. Answers the booking as it is then; the same key gets the same answer again.
pub async fn act(
    context: &Context,
    mut found: Found,
    hand: Hand<'_>,
    deed: &Deed,
    key: Option<&Key>,
    show: Show<'_>,
) -> Result<Value, Problem> {
    for _ in 0..ATTEMPTS {
        if let Some(before) = answered_before(context, key).await? {
            return Ok(before);
        }
        match attempt(context, &found, hand, deed, key, show).await? {
            Ok(answer) => return Ok(answer),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
        found = change::read(context, By::Id(&found.0.public_id)).await?;
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// Once, on the booking as it was read.
async fn attempt(
    context: &Context,
    found: &Found,
    hand: Hand<'_>,
    deed: &Deed,
    key: Option<&Key>,
    show: Show<'_>,
) -> Result<Result<Value, StoreError>, Problem> {
    let placed = place(context, found, hand, deed).await?;
    let replaced = placed
        .as_ref()
        .map(|(_, decision)| Replaced { decision, keep_price: deed.placing.keep_price || keeps_price(deed.action) });
    let outcome = decide(context.now(), found, hand, deed, replaced.as_ref())?;
    let answer = show(&outcome.after);
    let change = change_of(context, found, hand, deed, &outcome, placed.as_ref())?;
    let written = change.commit_after(keep(context, key, &answer)).await;
    if written.is_ok() {
        if matches!(outcome.claims, ClaimEffect::Release | ClaimEffect::Move) {
            crate::domain::waiting::seats_came_free(context, found);
        }
        if !outcome.parts.is_empty() {
            payment::back::soon(context);
        }
    }
    Ok(written.map(|_| answer))
}

/// Writes down what a provider says has happened. Once is as good as twice: what was written down before changes nothing.
pub async fn by_provider(context: &Context, id: &str, deed: &Deed) -> Result<(), StoreError> {
    let failed = |problem: &Problem| StoreError::Failed(format!("{}: {problem:?}", problem.cause()));
    for _ in 0..ATTEMPTS {
        let found = change::read(context, By::Id(id)).await.map_err(|problem| failed(&problem))?;
        let done = attempt(context, &found, Hand::Provider, deed, None, &|_| Value::Null).await;
        match done.map_err(|problem| failed(&problem))? {
            Ok(_) | Err(StoreError::Unchanged) => return Ok(()),
            Err(StoreError::Taken(what)) if what.contains("reference") => return Ok(()),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Transient("the booking does not stand still".to_owned()))
}

/// What was agreed stays agreed where a booking merely comes back.
fn keeps_price(action: Action) -> bool {
    matches!(action, Action::Reinstate | Action::Settle)
}

/// Where it would go, where it has to go somewhere. Whether it may at all comes before whether there is room.
async fn place(
    context: &Context,
    found: &Found,
    hand: Hand<'_>,
    deed: &Deed,
) -> Result<Option<(Venue, rules::Decision)>, Problem> {
    let (row, items) = found;
    let state = state_of(row)?;
    if deed.action == Action::Settle && row.number.is_none() && !matches!(hand, Hand::Provider) {
        let detail = "A hold is booked by POST /api/bookings.";
        return Err(Problem::new(Code::BadTransition).because("not_a_booking").detail(detail));
    }
    let run_out = state == State::Pending && row.held_until.is_none_or(|until| until <= context.now().0);
    let late = deed.action == Action::Settle && (state == State::Expired || run_out);
    if !late && !matches!(deed.action, Action::Reschedule | Action::ChangeParty | Action::Reinstate) {
        return Ok(None);
    }
    let allowed = apply(state, deed.action, &facts(context.now(), found, hand.actor(), true)?);
    allowed.map_err(|refused| refusal(state, &refused))?;
    if deed.placing.item >= items.len() {
        return Err(Problem::field("/item", "out_of_range", "No such item."));
    }
    let back = late || deed.action == Action::Reinstate;
    let wanted = Wanted { placing: &deed.placing, beyond_rules: deed.beyond_rules || back };
    let decided = change::place(context, found, &wanted).await;
    // Money that comes when the seats are gone is taken, and goes back.
    let (venue, decision) = match decided {
        Err(problem) if late && !matches!(problem.code(), Code::TryAgain | Code::Internal) => return Ok(None),
        decided => decided?,
    };
    let quote = &decision.quote;
    let seen = deed.placing.quote_hash.as_deref();
    let dearer = quote.total > row.total;
    let must_have_seen = match deed.action {
        Action::Reschedule => quote.total != row.total,
        Action::ChangeParty => dearer && hand.actor() == Actor::Customer,
        _ => false,
    };
    let other = seen.is_some_and(|seen| seen != quote.hash);
    if !deed.placing.keep_price && (other && quote.total != row.total || must_have_seen && seen.is_none()) {
        return Err(Problem::new(Code::PriceChanged)
            .detail("It costs something else then: show it and send its quoteHash.")
            .quote(quote));
    }
    Ok(Some((venue, decision)))
}

/// The answer that was given under this key before.
pub async fn answered_before(context: &Context, key: Option<&Key>) -> Result<Option<Value>, Problem> {
    let stored = idempotency::before(context, key).await?;
    stored.map(|stored| serde_json::from_str(&stored.body).map_err(Problem::internal)).transpose()
}

/// The first statements of a change: its key and its answer.
pub fn keep(context: &Context, key: Option<&Key>, answer: &Value) -> Vec<crate::database::Statement> {
    let kept = key.map(|key| idempotency::store::keep(key, 200, &answer.to_string(), None, context.now()));
    kept.into_iter().flatten().collect()
}

/// Whether somebody may do that to it now, as far as state and policy go.
pub fn may(context: &Context, found: &Found, by: Actor, action: Action) -> Result<(), Problem> {
    let state = state_of(&found.0)?;
    let decided = apply(state, action, &facts(context.now(), found, by, true)?);
    decided.map(|_| ()).map_err(|refused| refusal(state, &refused))
}

/// What time does to one booking: an action of the clock, tried again when somebody was faster. `false` when the life cycle
/// has nothing to do any more.
pub async fn by_clock(context: &Context, id: &str, action: Action) -> Result<bool, StoreError> {
    let found = match change::read(context, By::Id(id)).await {
        Ok(found) => found,
        Err(problem) => return Err(StoreError::Failed(problem.code().text().to_owned())),
    };
    match act(context, found, Hand::Clock, &Deed::of(action), None, &|_| Value::Null).await {
        Ok(_) => Ok(true),
        Err(problem) if matches!(problem.code(), Code::BadTransition | Code::PolicyRefused) => Ok(false),
        Err(problem) => Err(StoreError::Failed(problem.code().text().to_owned())),
    }
}
