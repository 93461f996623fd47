//! The way of a delivery: claimed, rendered, signed, sent, written down.

use super::delivery::{Answer, SignedDelivery, Unfit, send};
use super::names::{self, Leads};
use super::schedule::{DISABLE_AFTER_SECONDS, Next, Outcome, TIMEOUT_MILLISECONDS, next};
use super::signing::SigningSecret;
use super::store::{self, Attempt, Claimed};
use crate::context::Context;
use crate::database::StoreError;
use crate::shape::{self, Event, Shape};
use shared::embed::Timestamp;
use shared::zone::Instant;

/// Makes one attempt and writes it down. Says in how many seconds the next one is due, if there is one.
pub async fn attempt(context: &Context, delivery: Claimed) -> Result<Option<i64>, StoreError> {
    let started_at = context.clock_milliseconds();
    let now = started_at.checked_div(1_000).unwrap_or_default();
    let rendered = body_of(&delivery);
    let signed = match &rendered {
        Some(body) => {
            let secrets = secrets_of(context, &delivery);
            let signed = SignedDelivery::new(
                &delivery.url,
                context.development(),
                &secrets,
                &delivery.message_id,
                now,
                body.clone(),
            );
            signed.map(|signed| match Shape::parse(&delivery.shape) {
                Some(Shape::Apps) => signed.for_app(&secrets, &delivery.endpoint, &delivery.org_slug),
                _ => signed,
            })
        }
        None => Err(Unfit::Secret),
    };
    let Answer { outcome, text } = match signed {
        Ok(signed) => match names::look_up(context, signed.target()).await {
            Leads::Outward => send(signed, now, patience(context)).await,
            // A name may lead elsewhere for a while, so this is tried again like any other failure.
            Leads::Inward => unsent(Outcome::Unreachable, Unfit::Inward),
            Leads::Nowhere | Leads::Unknown => unsent(Outcome::Unreachable, Unfit::Unresolved),
        },
        Err(unfit) => unsent(Outcome::Refused, unfit),
    };
    let ended_at = context.clock_milliseconds();
    let status = match outcome {
        Outcome::Answered { status, .. } => Some(status),
        Outcome::Unreachable | Outcome::Refused => None,
    };
    let (answer, failure) = if status.is_some() { (Some(text), None) } else { (None, Some(text)) };
    let latency = ended_at.saturating_sub(started_at).max(0);
    let decision = next(&outcome, delivery.attempts, jitter(context));
    let end = Instant(ended_at.checked_div(1_000).unwrap_or_default());
    let body = rendered.as_deref();
    let pause = match decision {
        Next::RetryIn(seconds) if delivery.payload.is_some() => Some(seconds),
        // A test is tried once: somebody is waiting for its result.
        Next::RetryIn(_) | Next::Done | Next::GiveUp | Next::Gone => None,
    };
    let mut statements =
        vec![store::write_attempt(&delivery, Attempt { started_at, latency, status, failure, answer })];
    statements.extend(match decision {
        Next::Done => store::delivered(&delivery, body.unwrap_or_default(), end),
        Next::Gone => store::gone(&delivery, body.unwrap_or_default(), end),
        Next::RetryIn(_) | Next::GiveUp => {
            let retry_at = pause.map(|seconds| end.0.saturating_add(seconds));
            store::failed(&delivery, body, retry_at, DISABLE_AFTER_SECONDS, end)
        }
    });
    context.database().batch(statements).await?;
    Ok(pause)
}

fn unsent(outcome: Outcome, why: Unfit) -> Answer {
    Answer { outcome, text: why.as_str().to_owned() }
}

/// The frozen body, or a first rendering of it.
fn body_of(delivery: &Claimed) -> Option<String> {
    if let Some(body) = &delivery.body {
        return Some(body.clone());
    }
    let event = Event {
        id: &delivery.message_id,
        kind: &delivery.kind,
        happened_at: Timestamp(Instant(delivery.happened_at)),
        data: delivery.payload.as_deref()?,
    };
    shape::body(Shape::parse(&delivery.shape)?, &event)
}

/// Every live secret that opens.
fn secrets_of(context: &Context, delivery: &Claimed) -> Vec<SigningSecret> {
    let Some(keys) = context.sealing_keys() else { return Vec::new() };
    let sealed: Vec<String> = serde_json::from_str(&delivery.secrets).unwrap_or_default();
    sealed
        .iter()
        .filter_map(|sealed| keys.open(sealed, &delivery.endpoint))
        .filter_map(|plain| SigningSecret::parse(core::str::from_utf8(&plain).ok()?))
        .collect()
}

/// How long a receiver may take, in milliseconds. A developer's machine may be told to have less patience.
fn patience(context: &Context) -> u32 {
    let told = if context.development() { context.setting("WEBHOOK_TIMEOUT_MILLISECONDS") } else { None };
    told.and_then(|text| text.parse().ok()).unwrap_or(TIMEOUT_MILLISECONDS)
}

/// 0 to 999.
fn jitter(context: &Context) -> u16 {
    let [high, low, ..] = context.random_key().unwrap_or_default();
    u16::from_be_bytes([high, low]).checked_rem(1_000).unwrap_or_default()
}
