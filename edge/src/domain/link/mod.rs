//! Calendars elsewhere that are linked to a resource: busy times come from there, bookings go there.
//!
//! What is busy there is a time off here. A booking that was made before stays: staff are told of the clash and decide.

pub mod busy;
pub mod clash;
pub mod edit;
pub mod events;
pub mod rules;
pub mod store;

use crate::caldav::Account;
use crate::context::Context;
use crate::problem::Problem;

/// An account as it is kept: sealed for its link.
pub fn seal(context: &Context, id: &str, account: &Account) -> Result<String, Problem> {
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let plain = serde_json::to_vec(account).map_err(Problem::internal)?;
    let nonce = context.random_key().map_err(Problem::internal)?;
    keys.seal(&plain, id, nonce).ok_or_else(|| Problem::internal("sealing failed"))
}

/// Reads it back. None when its key is gone.
pub fn open(context: &Context, id: &str, sealed: &str) -> Option<Account> {
    serde_json::from_slice(&context.sealing_keys()?.open(sealed, id)?).ok()
}
