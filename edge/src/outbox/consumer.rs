//! The queue: fast news of what is to be sent. The truth is in D1, so a lost or doubled message does no harm.

use super::sender;
use super::store;
use crate::context::Context;
use futures_util::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use worker::{MessageBatch, MessageBuilder, MessageExt as _, QueueRetryOptionsBuilder, RawMessage};

/// A Worker has six connections at a time; the database takes one.
const AT_ONCE: usize = 5;

/// The longest a queue holds a message back, in seconds.
const LONGEST_DELAY: i64 = 12 * 3_600;

/// What waits for an earlier delivery is looked at again after this long, in seconds.
const TURN: u32 = 2;

/// A message: which event has something due. A flat struct, since maps do not survive the queue's serialiser.
#[derive(Serialize, Deserialize)]
pub struct News {
    event: String,
}

/// Tells the queue of events that were committed. For [`Context::afterwards`]: what fails here, the relay finds.
pub async fn announce(context: Context, events: Vec<String>) {
    for event in events {
        tell(&context, event, 0).await;
    }
}

async fn tell(context: &Context, event: String, delay: u32) {
    let Ok(queue) = context.deliveries() else {
        worker::console_error!("the queue of deliveries is not bound");
        return;
    };
    let message = MessageBuilder::new(News { event }).delay_seconds(delay).build();
    if let Err(error) = queue.send(message).await {
        worker::console_warn!("the queue took no message, the relay will: {error:?}");
    }
}

/// Sends what the messages tell of. Never fails: every message is acknowledged or retried by itself.
pub async fn consume(context: &Context, batch: &MessageBatch<News>) {
    let messages: Vec<(RawMessage, Option<String>)> = batch
        .raw_iter()
        .map(|message| {
            let news: Option<News> = serde_wasm_bindgen::from_value(message.body()).ok();
            (message, news.map(|news| news.event))
        })
        .collect();
    let wanted: BTreeSet<&String> = messages.iter().filter_map(|(_, event)| event.as_ref()).collect();
    let wanted: Vec<String> = wanted.into_iter().cloned().collect();
    let (claimed, waiting) = match store::claim(context.database(), &wanted, context.now()).await {
        Ok(claimed) => claimed,
        Err(error) => {
            worker::console_error!("deliveries could not be claimed: {error:?}");
            let again = QueueRetryOptionsBuilder::new().with_delay_seconds(TURN).build();
            messages.iter().for_each(|(message, _)| message.retry_with_options(&again));
            return;
        }
    };
    stream::iter(claimed)
        .for_each_concurrent(AT_ONCE, |delivery| async move {
            let event = delivery.message_id.clone();
            match sender::attempt(context, delivery).await {
                Ok(Some(pause)) if pause <= LONGEST_DELAY => {
                    tell(context, event, u32::try_from(pause).unwrap_or(0)).await;
                }
                Ok(_) => {}
                // The lease runs out and the relay sends it again: at least once.
                Err(error) => worker::console_error!("an attempt could not be written down: {error:?}"),
            }
        })
        .await;
    let blocked: BTreeSet<&String> =
        wanted.iter().zip(waiting).filter_map(|(event, waits)| waits.then_some(event)).collect();
    for (message, event) in &messages {
        if event.as_ref().is_some_and(|event| blocked.contains(event)) {
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(TURN).build());
        } else {
            message.ack();
        }
    }
}
