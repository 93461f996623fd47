//! What becomes of a wish to book, on which terms.

use crate::database::StoreError;
use crate::domain::booking::rules::{Decision, Placed};
use crate::domain::booking::store::ItemRow;
use crate::domain::org::Settings;
use shared::booking::{Action, Actor, Effects, Facts, ItemTerms, Refused, State, apply};
use shared::zone::Instant;

/// What becomes of somebody's wish to book.
pub enum Settlement {
    /// It is a booking, or a request.
    Done(State, Effects),
    /// It is theirs as soon as they pay.
    Unpaid,
}

/// Asks the life cycle.
pub fn settled(facts: &Facts) -> Result<Settlement, StoreError> {
    match apply(State::Pending, Action::Settle, facts) {
        Ok((state, effects)) => Ok(Settlement::Done(state, effects)),
        Err(Refused::Unpaid { .. }) => Ok(Settlement::Unpaid),
        Err(Refused::Taken) => Err(StoreError::Overbooked),
        Err(other) => Err(StoreError::Failed(other.code().to_owned())),
    }
}

/// What the life cycle looks at.
pub fn facts(
    now: Instant,
    by: Actor,
    items: Vec<ItemTerms>,
    approval: bool,
    expires_at: Option<Instant>,
    holds_claims: bool,
    due_now: i64,
) -> Facts {
    Facts {
        now,
        by,
        items,
        due_now,
        paid: 0,
        refunded: 0,
        payment: 0,
        refund: None,
        approval,
        expires_at,
        holds_claims,
        free: !holds_claims,
        cancel_until: None,
        reschedule_until: None,
    }
}

/// What has to be paid to book: nothing where guests pay on arrival.
pub fn payable(payments: Option<&str>, due_now: i64) -> i64 {
    if payments.is_some() { due_now } else { 0 }
}

/// Until when a request waits for a decision; none for what is no request.
pub fn request_until(state: State, settings: &Settings, now: Instant, starts_at: Instant) -> Option<Instant> {
    (state == State::AwaitingApproval).then(|| settings.approve_until(now, starts_at))
}

/// The terms of what was just decided.
pub fn terms(decision: &Decision) -> Vec<ItemTerms> {
    let term = |(index, one): (usize, &Placed)| ItemTerms {
        total: decision.quote.item_totals.get(index).copied().unwrap_or(0),
        starts_at: one.placement.span.starts_at,
        ends_at: one.placement.span.ends_at,
        refund_tiers: one.refund_tiers.clone(),
    };
    decision.placed.iter().enumerate().map(term).collect()
}

/// The terms of items as they were agreed.
pub fn stored_terms(items: &[ItemRow]) -> Result<Vec<ItemTerms>, StoreError> {
    let term = |item: &ItemRow| {
        let tiers =
            serde_json::from_str(&item.refund_tiers).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok(ItemTerms {
            total: item.total,
            starts_at: Instant(item.starts_at),
            ends_at: Instant(item.ends_at),
            refund_tiers: tiers,
        })
    };
    items.iter().map(term).collect()
}
