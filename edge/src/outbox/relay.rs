//! Cron: finds what the queue lost, and what was to wait longer than a queue holds.

use super::consumer::announce;
use super::store;
use crate::context::Context;

/// Hands everything that is due to the queue again.
pub async fn relay(context: &Context) {
    match store::pick_up(context.database(), context.now()).await {
        Ok(events) => announce(context.clone(), events).await,
        Err(error) => worker::console_error!("the relay could not read what is due: {error:?}"),
    }
}
