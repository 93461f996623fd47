//! The queue: fast news of what is to be sent. The truth is in D1, so a lost or doubled message does no harm.

use super::sender;
use super::store::{self, Claimed};
use crate::context::Context;
use crate::database::StoreError;
use futures_util::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use worker::{
    BatchMessageBuilder, MessageBatch, MessageBuilder, MessageExt as _, QueueRetryOptionsBuilder, RawMessage,
};

/// A Worker has six connections at a time; the database takes one.
const AT_ONCE: usize = 5;

/// The longest a queue holds a message back, in seconds.
const LONGEST_DELAY: i64 = 12 * 3_600;

/// What waits for an earlier delivery is looked at again after this long, in seconds.
const TURN: u32 = 2;

/// A message: which event has something due. A flat struct, since maps do not survive the queue's serialiser.
#[derive(Clone, Serialize, Deserialize)]
pub struct News {
    event: String,
}

/// The queue takes so many messages at a time.
const MESSAGES_AT_ONCE: usize = 100;

/// So many times one batch goes on with what had to wait for an earlier delivery; then the queue brings it again.
const TURNS: usize = 20;

/// Tells the queue of events that were committed. For [`Context::afterwards`]: what fails here, the relay finds.
pub async fn announce(context: Context, events: Vec<String>) {
    let Ok(queue) = context.deliveries() else {
        worker::console_error!("the queue of deliveries is not bound");
        return;
    };
    let messages: Vec<News> = events.into_iter().map(|event| News { event }).collect();
    for some in messages.chunks(MESSAGES_AT_ONCE) {
        let batch = BatchMessageBuilder::new().messages(some.iter().cloned()).build();
        if let Err(error) = queue.send_batch(batch).await {
            worker::console_warn!("the queue took no messages, the relay will: {error:?}");
        }
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
    let (tried, blocked) = match drain(context, wanted.into_iter().cloned().collect()).await {
        Ok(drained) => drained,
        Err(error) => {
            worker::console_error!("deliveries could not be claimed: {error:?}");
            let again = QueueRetryOptionsBuilder::new().with_delay_seconds(TURN).build();
            messages.iter().for_each(|(message, _)| message.retry_with_options(&again));
            return;
        }
    };
    for (message, event) in &messages {
        if event.as_ref().is_some_and(|event| blocked.contains(event)) {
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(TURN).build());
        } else {
            message.ack();
        }
    }
    if context.development() {
        worker::console_log!("outbox: {tried} tried, {}, {} bytes of memory", context.database().spent(), memory());
    }
}

/// How much this instance has taken from its host.
#[cfg(target_arch = "wasm32")]
fn memory() -> usize {
    const PAGE: usize = 65_536;
    core::arch::wasm32::memory_size::<0>().saturating_mul(PAGE)
}

/// Only an instance in WebAssembly knows.
#[cfg(not(target_arch = "wasm32"))]
const fn memory() -> usize {
    0
}

/// Sends what is due of these events, in turns where one delivery waits for another. Answers how many were tried, and
/// the events of which something still waits.
async fn drain(context: &Context, events: Vec<String>) -> Result<(usize, BTreeSet<String>), StoreError> {
    let mut wanted = events;
    let mut tried = 0_usize;
    for _ in 0..TURNS {
        let (claimed, waiting) = store::claim(context.database(), &wanted, context.now()).await?;
        let nothing_moves = claimed.is_empty();
        tried = tried.saturating_add(claimed.len());
        send(context, claimed).await;
        wanted = wanted.into_iter().zip(waiting).filter_map(|(event, waits)| waits.then_some(event)).collect();
        if wanted.is_empty() || nothing_moves {
            break;
        }
    }
    Ok((tried, wanted.into_iter().collect()))
}

async fn send(context: &Context, claimed: Vec<Claimed>) {
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
}
