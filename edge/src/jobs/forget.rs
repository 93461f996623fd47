//! Forgets what has had its time: answers kept for idempotency keys, old runs of jobs, old mails.

use super::store;
use crate::context::Context;
use crate::domain::{account, idempotency};
use crate::mail;

/// How many answers one run forgets.
const LIMIT: i64 = 5_000;

/// Runs once.
pub async fn run(context: &Context) {
    let now = context.now();
    let batch = vec![
        idempotency::store::purge(now, LIMIT),
        store::forget(now),
        mail::store::forget(now),
        account::store::forget(now),
    ];
    if let Err(error) = context.database().batch(batch).await {
        worker::console_error!("forgetting failed: {error:?}");
    }
}
