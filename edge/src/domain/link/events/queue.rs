//! The queue of linked calendars: the fast word that something is to be written there. What that is stands in the database,
//! so a message names nothing, and a lost or doubled one does no harm: the clock looks every minute.
//!
//! It is a queue of its own, since a calendar server that takes its time must not hold up webhooks.

use super::store::{self, Waits};
use super::{Ran, run};
use crate::context::Context;
use crate::database::StoreError;
use serde::{Deserialize, Serialize};
use worker::send::SendFuture;

/// Its name in `wrangler.toml`.
pub const NAME: &str = "calendars";

/// A message.
#[derive(Clone, Serialize, Deserialize)]
struct Look {
    /// Since when, for whoever reads a queue.
    at: i64,
}

/// What happened to bookings was just told: does a linked calendar have to know?
pub async fn after_news(context: &Context) {
    let waiting: Result<Vec<Waits>, StoreError> =
        context.database().run(store::waits(context.now())).await.and_then(|rows| rows.all());
    match waiting {
        Ok(waiting) if waiting.iter().any(Waits::is_so) => tell(context).await,
        Ok(_) => {}
        Err(error) => worker::console_error!("what waits for calendars could not be read, cron will: {error:?}"),
    }
}

async fn tell(context: &Context) {
    let Ok(queue) = context.calendars() else {
        worker::console_error!("the queue of calendars is not bound, cron writes them");
        return;
    };
    if let Err(error) = SendFuture::new(queue.send(Look { at: context.now().0 })).await {
        worker::console_warn!("the queue took no message, cron will: {error:?}");
    }
}

/// Writes what is due, for any number of messages.
pub async fn consume(context: &Context) {
    match run(context).await {
        Ok(Ran { done, failed, more }) => {
            if context.development() {
                worker::console_log!("calendars: {done} written, {failed} not, {}", context.database().spent());
            }
            if more {
                tell(context).await;
            }
        }
        // What was taken comes back when its lease runs out.
        Err(error) => worker::console_error!("calendars could not be written: {error:?}"),
    }
}
