//! Clears away holds that ran out. Their seats were free again at that very moment: nothing waits for this job. A cart
//! (a hold with an e-mail address) that led to no booking within the organization's own time is told of, once.

use super::store as record;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::book::{commit, stored_terms, worth_another_look};
use crate::domain::booking::store::{self, BookingId, BookingRow, By, ItemRow};
use crate::domain::booking::view;
use shared::booking::{Action, Actor, Facts, State, apply};
use shared::zone::Instant;

/// How many holds one run clears away; the next run is a minute later.
const LIMIT: i64 = 200;

/// Runs once.
pub async fn run(context: &Context) {
    let (mut done, mut failed) = (0_u32, 0_u32);
    let found = context.database().run(store::run_out(context.now(), LIMIT)).await.and_then(|rows| rows.all());
    let holds: Vec<BookingId> = match found {
        Ok(holds) => holds,
        Err(error) => return worker::console_error!("holds that ran out could not be read: {error:?}"),
    };
    for hold in &holds {
        match expire(context, &hold.public_id).await {
            Ok(()) => done = done.saturating_add(1),
            // Somebody booked or released it in this moment.
            Err(error) if worth_another_look(&error) => {}
            Err(error) => {
                failed = failed.saturating_add(1);
                worker::console_error!("hold {} could not be cleared away: {error:?}", hold.public_id);
            }
        }
    }
    if let Err(error) = tell(context).await {
        failed = failed.saturating_add(1);
        worker::console_error!("a cart could not be told of: {error:?}");
    }
    if !holds.is_empty() {
        let kept = context.database().run(record::record("expire_holds", context.now(), done, failed)).await;
        if let Err(error) = kept {
            worker::console_error!("a run was not recorded: {error:?}");
        }
    }
}

async fn expire(context: &Context, id: &str) -> Result<(), StoreError> {
    let now = context.now();
    let mut answers = context.database().batch(store::read(By::Id(id), now).into()).await?;
    let Some((row, items)) = store::found(&mut answers)? else { return Ok(()) };
    let Some(state) = next(&row, &items, now)? else { return Ok(()) };
    let mut batch = vec![store::move_to(&row, state, None, None, now)];
    if row.contact_email.is_some() {
        batch.push(store::cart_due(&row.public_id, now));
    }
    commit(context, batch, row.org_id, Vec::new()).await
}

/// Tells of carts that nothing followed within the time that their organization gives.
async fn tell(context: &Context) -> Result<(), StoreError> {
    let now = context.now();
    let due: Vec<BookingId> = context.database().run(store::carts_due(now, LIMIT)).await?.all()?;
    for cart in &due {
        let mut answers = context.database().batch(store::read(By::Id(&cart.public_id), now).into()).await?;
        let Some((row, items)) = store::found(&mut answers)? else { continue };
        let event = context.mint("evt");
        let batch = abandoned(&row, &items, &event, now);
        commit(context, batch, row.org_id, vec![event]).await?;
    }
    Ok(())
}

/// Where the life cycle lets it go; nowhere when it is no longer a hold.
fn next(row: &BookingRow, items: &[ItemRow], now: Instant) -> Result<Option<State>, StoreError> {
    let Some(state) = State::parse(&row.state) else { return Err(StoreError::Unreadable(row.state.clone())) };
    let facts = Facts {
        now,
        by: Actor::System,
        items: stored_terms(items)?,
        due_now: 0,
        paid: row.paid,
        refunded: row.repaid,
        payment: 0,
        refund: None,
        approval: false,
        expires_at: row.held_until.map(Instant),
        holds_claims: false,
        free: false,
        cancel_until: None,
        reschedule_until: None,
    };
    Ok(apply(state, Action::Expire, &facts).ok().map(|(state, _)| state))
}

fn abandoned(row: &BookingRow, items: &[ItemRow], event: &str, now: Instant) -> Vec<Statement> {
    // Who was forgotten meanwhile is nobody to write to, and what became a booking after all is no cart.
    let stands = row.contact_email.is_some() && row.state == State::Expired.as_str();
    let payload = view::told(row, items, State::Expired.as_str()).filter(|_| stands);
    let told = payload.map(|payload| store::tell_abandoned(event, &row.public_id, &payload, now));
    told.into_iter().chain([store::abandoned(&row.public_id, now)]).collect()
}
