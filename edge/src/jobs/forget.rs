//! Forgets what has had its time: answers kept for idempotency keys, ended sessions, old attempts of deliveries, old mails and
//! reminders, old runs of jobs, events that nobody confirmed, apps' codes and tokens that ended, keys of payment accounts that
//! nobody needs any more. Bounded: what one run leaves,
//! the next one takes.

use super::store;
use crate::access;
use crate::context::Context;
use crate::domain::{account, idempotency, link, notice, payment, submission};
use crate::mail;
use crate::outbox;

/// How many rows of a kind one run forgets.
const LIMIT: i64 = 5_000;

/// Runs once.
pub async fn run(context: &Context) {
    let now = context.now();
    let mut batch = vec![
        idempotency::store::purge(now, LIMIT),
        access::store::forget_sessions(now, LIMIT),
        outbox::store::forget_attempts(now, LIMIT),
        mail::store::forget(now),
        notice::store::forget(now),
        link::clash::store::forget(now),
        store::forget(now),
        account::store::forget(now),
        payment::store::notice::forget(now),
        payment::account::store::outlived(now),
    ];
    batch.extend(submission::store::forget(now));
    batch.extend(access::oauth::store::purge(now, LIMIT));
    if let Err(error) = context.database().batch(batch).await {
        worker::console_error!("forgetting failed: {error:?}");
    }
}
