//! What people do with endpoints: the change of each, ready to be written by whichever surface they came through.

use super::{rules, secret, store};
use crate::access::store::Membership;
use crate::context::Context;
use crate::domain::record::Change;
use crate::outbox::{schedule, sender};
use crate::problem::{Code, Problem};
use crate::shape::{self, Event, Shape};
use serde_json::json;
use shared::embed::Timestamp;
use shared::zone::Instant;
use worker::send::SendFuture;

/// What a test says; it is no event of the log.
pub const TEST_KIND: &str = "webhook.test";

/// An endpoint that somebody wants.
pub struct Wanted<'a> {
    /// Where to.
    pub url: &'a str,
    /// Event types, or `*`.
    pub events: &'a [String],
    /// For people.
    pub description: &'a str,
    /// How events are written for it.
    pub shape: Shape,
}

/// An endpoint that is there once its change is written.
pub struct Made {
    /// It.
    pub endpoint: store::Endpoint,
    /// Its signing secret, shown this once.
    pub secret: String,
}

/// Makes an endpoint. The change finds nothing to change when there are too many: see [`too_many`].
pub async fn create<'a>(
    context: &'a Context,
    org: i64,
    actor: &'a str,
    wanted: &Wanted<'_>,
) -> Result<(Change<'a>, Made), Problem> {
    let url = rules::url(context, wanted.url, "/url").await?;
    let events = rules::events_in(wanted.shape, wanted.events, "/events")?;
    let description = rules::description(wanted.description, "/description")?;
    let (id, now) = (context.mint("wh"), context.now());
    let (secret, sealed) = secret::fresh(context, &id)?;
    let (shape, subscriber) = (wanted.shape, None);
    let new = store::New { public_id: &id, url: &url, description: &description, events: &events, shape, subscriber };
    let mut change = Change::new(context, org, actor);
    change.must(store::insert(org, &new, rules::MOST_ENDPOINTS, now));
    change.add(store::insert_secret(org, &id, &sealed, now));
    change.audit("webhook.created", &id, &json!({ "url": url }));
    let endpoint = store::Endpoint {
        id: 0,
        public_id: id,
        url,
        description,
        events,
        failing_since: None,
        disabled_at: None,
        disabled_because: None,
        created_at: now.0,
        shape: shape.as_str().to_owned(),
    };
    Ok((change, Made { endpoint, secret }))
}

/// Why an endpoint was not made.
pub fn too_many() -> Problem {
    Problem::new(Code::Conflict).because("too_many").detail("There are 50 endpoints already.")
}

/// An endpoint.
pub async fn existing(context: &Context, org: i64, endpoint: &str) -> Result<store::Endpoint, Problem> {
    store::find(context.database(), org, endpoint).await?.ok_or_else(|| Problem::not_found("webhook"))
}

/// An endpoint that is told things.
pub async fn enabled(context: &Context, org: i64, endpoint: &str) -> Result<store::Endpoint, Problem> {
    let endpoint = existing(context, org, endpoint).await?;
    if endpoint.disabled_at.is_some() {
        return Err(Problem::new(Code::Conflict).because("disabled").detail("Enable the endpoint first."));
    }
    Ok(endpoint)
}

/// A test that is on its way once its change is written.
pub struct Test {
    /// `dlv_…`.
    pub delivery: String,
    /// `webhook-id`.
    pub message: String,
}

/// Writes a test for an endpoint; [`try_now`] sends it.
pub fn test<'a>(
    context: &'a Context,
    org: &Membership,
    actor: &'a str,
    endpoint: &store::Endpoint,
) -> Result<(Change<'a>, Test), Problem> {
    let (delivery, message, now) = (context.mint("dlv"), context.mint("msg"), context.now());
    let data = json!({ "webhook": endpoint.public_id, "organization": org.public_id }).to_string();
    let event = Event { id: &message, kind: TEST_KIND, happened_at: Timestamp(now), data: &data };
    let body = shape::body(Shape::Native, &event).ok_or_else(|| Problem::internal("the test has no body"))?;
    let mut change = Change::new(context, org.org_id, actor);
    change.add(store::insert_test(org.org_id, endpoint.id, (&delivery, &message), TEST_KIND, &body, now));
    Ok((change, Test { delivery, message }))
}

/// Sends a delivery at once and answers how it went.
pub async fn try_now(context: &Context, org: i64, endpoint: i64, delivery: &str) -> Result<store::Delivery, Problem> {
    let claimed = crate::outbox::store::claim_one(context.database(), delivery, context.now()).await?;
    if let Some(claimed) = claimed {
        SendFuture::new(sender::attempt(context, claimed)).await?;
    }
    let tried = store::delivery(context.database(), org, endpoint, delivery).await?;
    tried.ok_or_else(|| Problem::not_found("delivery"))
}

/// Why a delivery is not sent again.
pub fn not_replayable() -> Problem {
    let busy = "It is being sent right now, or it was a test.";
    Problem::new(Code::Conflict).because("not_replayable").detail(busy)
}

/// A secret that signs once its change is written.
pub struct Rotated {
    /// Shown this once.
    pub secret: String,
    /// Until then the secrets before it sign too.
    pub until: Instant,
}

/// Gives an endpoint a new secret.
pub async fn rotate_secret<'a>(
    context: &'a Context,
    org: i64,
    actor: &'a str,
    endpoint: &str,
) -> Result<(Change<'a>, Rotated), Problem> {
    let now = context.now();
    let endpoint = existing(context, org, endpoint).await?;
    let id = endpoint.public_id.as_str();
    if store::live_secrets(context.database(), org, id, now).await? >= rules::MOST_SECRETS {
        let detail = "Five secrets sign already; wait until one of them ends.";
        return Err(Problem::new(Code::Conflict).because("too_many").detail(detail));
    }
    let (secret, sealed) = secret::fresh(context, id)?;
    let until = now.plus_seconds(schedule::ROTATION_OVERLAP_SECONDS);
    let mut change = Change::new(context, org, actor);
    store::rotate(org, id, &sealed, until.0, now).into_iter().for_each(|statement| change.add(statement));
    change.audit("webhook.secret_rotated", id, &json!({}));
    Ok((change, Rotated { secret, until }))
}
