//! `/api/orgs/:orgId/webhooks…`: who is told what, and how telling them went.

use crate::access::Allowed;
use crate::access::allowed::{WebhooksRead, WebhooksWrite};
use crate::api::body::{AnyBody, Body};
use crate::api::idempotency::IdempotencyKey;
use crate::api::page::{Page, PageIn};
use crate::context::Context;
use crate::database::{Answers, Statement};
use crate::domain::idempotency::{self, Key};
use crate::domain::webhook::{rules, store};
use crate::outbox::signing::SigningSecret;
use crate::outbox::{announce, payload, schedule, sender};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;
use worker::send::SendFuture;

/// How many events one recovery looks at; ask again from the last one for more.
const RECOVER_LIMIT: i64 = 1_000;

/// The furthest back that a recovery reaches, in seconds.
const RECOVER_SECONDS: i64 = 30 * 86_400;

/// What a test says; it is no event of the log.
const TEST_KIND: &str = "webhook.test";

/// A new endpoint.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookIn {
    /// Where to: https, a public host, port 443 or 8443.
    #[schema(example = "https://hooks.example.com/daymark")]
    url: String,
    /// Event types, in either spelling, or `*` for all.
    #[schema(example = json!(["booking.created", "booking.cancelled"]))]
    events: Vec<String>,
    /// For people, at most 200 characters.
    #[serde(default)]
    description: String,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where to.
    url: Option<String>,
    /// Event types.
    events: Option<Vec<String>>,
    /// For people.
    description: Option<String>,
    /// `true` lets a disabled endpoint hear again, `false` silences it.
    enabled: Option<bool>,
}

/// An endpoint.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookOut {
    /// Public id.
    #[schema(example = "wh_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// Where to.
    url: String,
    /// Canonical event types.
    events: Vec<String>,
    /// For people.
    description: String,
    /// Whether it is sent anything.
    enabled: bool,
    /// Since when not.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
    /// `owner`, `gone` (it answered 410) or `failing` (nothing but failures for five days).
    disabled_because: Option<String>,
    /// Since when it has done nothing but fail.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The signing secret; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
}

/// A new secret.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretOut {
    /// Signs from now on. It is not shown again.
    secret: String,
    /// Until then the secrets before it sign too.
    #[schema(value_type = String, format = DateTime)]
    previous_expires_at: Timestamp,
}

/// A delivery of one event to one endpoint.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOut {
    /// Public id.
    id: String,
    /// The `webhook-id` header: the event's id, the same at every attempt.
    event_id: String,
    /// Event type.
    #[serde(rename = "type")]
    kind: String,
    /// PENDING, DELIVERED or FAILED.
    state: String,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The last 20 attempts, the newest first.
    attempts: Vec<AttemptOut>,
}

/// One attempt.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Milliseconds until the answer, or until there was none.
    latency: i64,
    /// HTTP status of the answer.
    status: Option<u16>,
    /// Why there was none: timeout, unreachable, refused_target or no_secret.
    failure: Option<String>,
    /// The first 2 KB of the answer.
    answer: Option<String>,
}

/// From when on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverIn {
    /// At most 30 days back.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// What is sent again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoverOut {
    /// How many events.
    recovered: usize,
}

fn shown(endpoint: store::Endpoint, secret: Option<String>) -> WebhookOut {
    let at = |second: i64| Timestamp(Instant(second));
    WebhookOut {
        id: endpoint.public_id,
        url: endpoint.url,
        events: serde_json::from_str(&endpoint.events).unwrap_or_default(),
        description: endpoint.description,
        enabled: endpoint.disabled_at.is_none(),
        disabled_at: endpoint.disabled_at.map(at),
        disabled_because: endpoint.disabled_because,
        failing_since: endpoint.failing_since.map(at),
        created_at: at(endpoint.created_at),
        secret,
    }
}

fn shown_delivery(delivery: store::Delivery) -> DeliveryOut {
    let at = |second: i64| Timestamp(Instant(second));
    let attempts: Vec<store::Attempt> = serde_json::from_str(&delivery.attempts).unwrap_or_default();
    DeliveryOut {
        next_attempt_at: (delivery.state == "PENDING").then(|| at(delivery.next_attempt_at)),
        id: delivery.public_id,
        event_id: delivery.message_id,
        kind: delivery.kind,
        state: delivery.state,
        delivered_at: delivery.delivered_at.map(at),
        created_at: at(delivery.created_at),
        attempts: attempts
            .into_iter()
            .map(|attempt| AttemptOut {
                at: at(attempt.started_at.checked_div(1_000).unwrap_or_default()),
                latency: attempt.latency,
                status: attempt.status,
                failure: attempt.failure,
                answer: attempt.answer,
            })
            .collect(),
    }
}

/// A fresh secret, as the owner sees it and as the database keeps it.
fn fresh_secret(context: &Context, endpoint: &str) -> Result<(String, String), Problem> {
    let secret = SigningSecret::from_random(context.random_key().map_err(Problem::internal)?).reveal();
    let nonce = context.random_key().map_err(Problem::internal)?;
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let sealed = keys.seal(secret.as_bytes(), endpoint, nonce).ok_or_else(|| Problem::internal("sealing failed"))?;
    Ok((secret, sealed))
}

async fn existing(context: &Context, org: i64, endpoint: &str) -> Result<store::Endpoint, Problem> {
    store::find(context.database(), org, endpoint).await?.ok_or_else(|| Problem::not_found("webhook"))
}

/// Lists the endpoints of an organization, the oldest first. Secrets are not shown.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks", tag = "Webhooks", operation_id = "listWebhooks",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    responses(
        (status = 200, description = "A page of them", body = Page<WebhookOut>),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such organization", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn list(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<WebhookOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(context.database(), allowed.org.org_id, after, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| shown(row, None))))
}

/// Makes an endpoint. Its signing secret is in this answer and in no other.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks", tag = "Webhooks", operation_id = "createWebhook", request_body = WebhookIn,
    params(
        ("orgId" = String, Path, description = "Organization"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours"),
    ),
    responses(
        (status = 201, description = "Made; from now on it is told", body = WebhookOut),
        (status = 400, description = "Malformed, or the address is refused", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such organization", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "There are 50 already", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    key: IdempotencyKey,
    Body { value: wanted, hash }: Body<WebhookIn>,
) -> Result<(StatusCode, Json<WebhookOut>), Problem> {
    let key = key.of(format!("{} POST {}/webhooks", allowed.caller.actor(), allowed.org.public_id), &hash);
    let first = || before::<WebhookOut>(&context, key.as_ref());
    let again = |answer: Option<(WebhookOut, Option<String>)>| {
        let (mut made, sealed) = answer.ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1))?;
        made.secret = opened(&context, sealed.as_deref(), &made.id);
        Ok((StatusCode::CREATED, Json(made)))
    };
    if let Some(made) = first().await? {
        return again(Some(made));
    }
    let url = rules::url(&wanted.url, context.development(), "/url")?;
    let events = rules::events(&wanted.events, "/events")?;
    let description = rules::description(&wanted.description, "/description")?;
    let (id, org, now) = (context.mint("wh"), allowed.org.org_id, context.now());
    let (secret, sealed) = fresh_secret(&context, &id)?;
    let mut made = WebhookOut {
        id: id.clone(),
        url: url.clone(),
        events: serde_json::from_str(&events).unwrap_or_default(),
        description: description.clone(),
        enabled: true,
        disabled_at: None,
        disabled_because: None,
        failing_since: None,
        created_at: Timestamp(now),
        secret: None,
    };
    let mut batch = keep(key.as_ref(), StatusCode::CREATED, &made, Some(&sealed), now)?;
    let new = store::New { public_id: &id, url: &url, description: &description, events: &events };
    batch.push(store::insert(org, &new, rules::MOST_ENDPOINTS, now));
    batch.extend(key.as_ref().map(idempotency::store::give_back_unused));
    batch.push(store::insert_secret(org, &id, &sealed, now));
    batch.push(store::find_statement(org, &id));
    let Some(answers) = commit(&context, batch).await? else { return again(first().await?) };
    if answers.last::<store::Endpoint>()?.is_empty() {
        return Err(Problem::new(Code::Conflict).because("too_many").detail("There are 50 endpoints already."));
    }
    made.secret = Some(secret);
    Ok((StatusCode::CREATED, Json(made)))
}

/// Reads one endpoint.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "readWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    responses(
        (status = 200, description = "The endpoint, without its secret", body = WebhookOut),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<WebhookOut>, Problem> {
    Ok(Json(shown(existing(&context, allowed.org.org_id, &id).await?, None)))
}

/// Changes an endpoint, silences it or lets it hear again.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "changeWebhook", request_body = WebhookPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    responses(
        (status = 200, description = "As it is now", body = WebhookOut),
        (status = 400, description = "Malformed, or the address is refused", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn change(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<WebhookPatch>,
) -> Result<Json<WebhookOut>, Problem> {
    let url = wanted.url.map(|url| rules::url(&url, context.development(), "/url")).transpose()?;
    let events = wanted.events.map(|events| rules::events(&events, "/events")).transpose()?;
    let description = wanted.description.map(|text| rules::description(&text, "/description")).transpose()?;
    let change = store::Change {
        url: url.as_deref(),
        description: description.as_deref(),
        events: events.as_deref(),
        enabled: wanted.enabled,
    };
    let changed = store::update(context.database(), allowed.org.org_id, &id, &change, context.now()).await?;
    Ok(Json(shown(changed.ok_or_else(|| Problem::not_found("webhook"))?, None)))
}

/// Takes an endpoint away, and with it everything that still waits for it.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "removeWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn remove(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let was_there = store::delete(context.database(), allowed.org.org_id, &id, context.now()).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("webhook")) }
}

/// Sends a signed test and answers how it went.
///
/// Its type is `webhook.test` and its data names the endpoint. It is tried once.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/test", tag = "Webhooks", operation_id = "testWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    responses(
        (status = 200, description = "What the endpoint answered", body = DeliveryOut),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "It is disabled", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn test(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    key: IdempotencyKey,
    AnyBody { hash }: AnyBody,
) -> Result<Json<DeliveryOut>, Problem> {
    let key = key.of(format!("{} POST webhooks/{id}/test", allowed.caller.actor()), &hash);
    if let Some((tried, _)) = before(&context, key.as_ref()).await? {
        return Ok(Json(tried));
    }
    let (org, now) = (allowed.org.org_id, context.now());
    let endpoint = enabled(&context, org, &id).await?;
    let (delivery, message) = (context.mint("dlv"), context.mint("msg"));
    let data = serde_json::json!({ "webhook": endpoint.public_id, "organization": allowed.org.public_id }).to_string();
    let body =
        payload::native(TEST_KIND, Timestamp(now), &data).ok_or_else(|| Problem::internal("the test has no body"))?;
    let untried = DeliveryOut {
        id: delivery.clone(),
        event_id: message.clone(),
        kind: TEST_KIND.to_owned(),
        state: "PENDING".to_owned(),
        next_attempt_at: Some(Timestamp(now)),
        delivered_at: None,
        created_at: Timestamp(now),
        attempts: Vec::new(),
    };
    let mut batch = keep(key.as_ref(), StatusCode::OK, &untried, None, now)?;
    batch.push(store::insert_test(org, endpoint.id, (&delivery, &message), TEST_KIND, &body, now));
    if commit(&context, batch).await?.is_none() {
        return Ok(Json(answered(&context, key.as_ref()).await?));
    }
    let claimed = crate::outbox::store::claim_one(context.database(), &delivery, now).await?;
    if let Some(claimed) = claimed {
        SendFuture::new(sender::attempt(&context, claimed)).await?;
    }
    let tried = store::delivery(context.database(), org, endpoint.id, &delivery).await?;
    let tried = shown_delivery(tried.ok_or_else(|| Problem::not_found("delivery"))?);
    if let Some(key) = &key {
        let answer = serde_json::to_string(&tried).map_err(Problem::internal)?;
        context.database().run(idempotency::store::amend(key, &answer)).await?;
    }
    Ok(Json(tried))
}

/// Gives an endpoint a new secret. The one before signs beside it for 24 hours.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/rotate-secret", tag = "Webhooks", operation_id = "rotateWebhookSecret",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    responses(
        (status = 200, description = "The new secret", body = SecretOut),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Five secrets sign already", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn rotate_secret(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    key: IdempotencyKey,
    AnyBody { hash }: AnyBody,
) -> Result<Json<SecretOut>, Problem> {
    let (org, now) = (allowed.org.org_id, context.now());
    let key = key.of(format!("{} POST webhooks/{id}/rotate-secret", allowed.caller.actor()), &hash);
    let first = || before::<SecretOut>(&context, key.as_ref());
    let again = |answer: Option<(SecretOut, Option<String>)>| {
        let (mut out, sealed) = answer.ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1))?;
        out.secret = opened(&context, sealed.as_deref(), &id).unwrap_or_default();
        Ok(Json(out))
    };
    if let Some(out) = first().await? {
        return again(Some(out));
    }
    let endpoint = existing(&context, org, &id).await?;
    if store::live_secrets(context.database(), org, &id, now).await? >= rules::MOST_SECRETS {
        let detail = "Five secrets sign already; wait until one of them ends.";
        return Err(Problem::new(Code::Conflict).because("too_many").detail(detail));
    }
    let (secret, sealed) = fresh_secret(&context, &endpoint.public_id)?;
    let until = Timestamp(now.plus_seconds(schedule::ROTATION_OVERLAP_SECONDS));
    let hidden = SecretOut { secret: String::new(), previous_expires_at: until };
    let mut batch = keep(key.as_ref(), StatusCode::OK, &hidden, Some(&sealed), now)?;
    batch.extend(store::rotate(org, &id, &sealed, until.0.0, now));
    match commit(&context, batch).await? {
        Some(_) => Ok(Json(SecretOut { secret, ..hidden })),
        None => again(first().await?),
    }
}

/// Lists what was sent to an endpoint, the newest first, with every attempt.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks/{id}/deliveries", tag = "Webhooks", operation_id = "listDeliveries",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), PageIn),
    responses(
        (status = 200, description = "A page of them", body = Page<DeliveryOut>),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn deliveries(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<DeliveryOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(i64::from(u32::MAX)));
    let org = allowed.org.org_id;
    let endpoint = existing(&context, org, &id).await?;
    let rows = store::deliveries(context.database(), org, endpoint.id, before, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown_delivery)))
}

/// Sends a delivery again: the same body under the same `webhook-id`, with a new signature.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/deliveries/{deliveryId}/replay", tag = "Webhooks", operation_id = "replayDelivery",
    params(
        ("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"),
        ("deliveryId" = String, Path, description = "Delivery"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours"),
    ),
    responses(
        (status = 202, description = "On its way", body = DeliveryOut),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such delivery", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "It is being sent, it was a test, or the endpoint is disabled", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn replay(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id, delivery)): Path<(String, String, String)>,
    key: IdempotencyKey,
    AnyBody { hash }: AnyBody,
) -> Result<(StatusCode, Json<DeliveryOut>), Problem> {
    let key = key.of(format!("{} POST webhooks/{id}/deliveries/{delivery}/replay", allowed.caller.actor()), &hash);
    if let Some((sent, _)) = before(&context, key.as_ref()).await? {
        return Ok((StatusCode::ACCEPTED, Json(sent)));
    }
    let (org, now) = (allowed.org.org_id, context.now());
    let endpoint = enabled(&context, org, &id).await?;
    let there = store::delivery(context.database(), org, endpoint.id, &delivery).await?;
    let mut sent = shown_delivery(there.ok_or_else(|| Problem::not_found("delivery"))?);
    "PENDING".clone_into(&mut sent.state);
    (sent.next_attempt_at, sent.delivered_at) = (Some(Timestamp(now)), None);
    let mut batch = keep(key.as_ref(), StatusCode::ACCEPTED, &sent, None, now)?;
    let place = batch.len();
    batch.push(store::replay(org, endpoint.id, &delivery, now));
    batch.extend(key.as_ref().map(idempotency::store::give_back_unused));
    let Some(mut answers) = commit(&context, batch).await? else {
        return Ok((StatusCode::ACCEPTED, Json(answered(&context, key.as_ref()).await?)));
    };
    let event: Option<store::Message> = answers.at(place)?.into_iter().next();
    let event = event.ok_or_else(|| {
        Problem::new(Code::Conflict).because("not_replayable").detail("It is being sent right now, or it was a test.")
    })?;
    context.afterwards(announce(context.clone(), vec![event.message_id]));
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

/// Sends again everything since a moment that never arrived, also what happened while the endpoint was disabled.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/recover", tag = "Webhooks", operation_id = "recoverWebhook", request_body = RecoverIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    responses(
        (status = 202, description = "On their way, at most 1,000 at once", body = RecoverOut),
        (status = 400, description = "Malformed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such endpoint", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "It is disabled", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn recover(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    key: IdempotencyKey,
    Body { value: RecoverIn { since }, hash }: Body<RecoverIn>,
) -> Result<(StatusCode, Json<RecoverOut>), Problem> {
    let key = key.of(format!("{} POST webhooks/{id}/recover", allowed.caller.actor()), &hash);
    if let Some((out, _)) = before(&context, key.as_ref()).await? {
        return Ok((StatusCode::ACCEPTED, Json(out)));
    }
    let (org, now, since) = (allowed.org.org_id, context.now(), since.0);
    let endpoint = enabled(&context, org, &id).await?;
    if since > now || since.0 < now.0.saturating_sub(RECOVER_SECONDS) {
        return Err(Problem::field("/since", "out_of_range", "must lie within the last 30 days"));
    }
    let mut batch = keep(key.as_ref(), StatusCode::ACCEPTED, &RecoverOut { recovered: 0 }, None, now)?;
    let place = batch.len();
    batch.push(store::recover(org, endpoint.id, since, RECOVER_LIMIT, now));
    batch.extend(key.as_ref().map(idempotency::store::count_changes));
    let Some(mut answers) = commit(&context, batch).await? else {
        return Ok((StatusCode::ACCEPTED, Json(answered(&context, key.as_ref()).await?)));
    };
    let events: Vec<store::Message> = answers.at(place)?;
    let recovered = events.len();
    let events = events.into_iter().map(|event| event.message_id).collect();
    context.afterwards(announce(context.clone(), events));
    Ok((StatusCode::ACCEPTED, Json(RecoverOut { recovered })))
}

/// The answer that a key has already, and the secret that belongs to it, sealed.
async fn before<T: DeserializeOwned>(
    context: &Context,
    key: Option<&Key>,
) -> Result<Option<(T, Option<String>)>, Problem> {
    let Some(stored) = idempotency::before(context, key).await? else { return Ok(None) };
    let answer = serde_json::from_str(&stored.body).map_err(Problem::internal)?;
    Ok(Some((answer, stored.token_sealed)))
}

/// The first statements of a change: its key and its answer, without the secret.
fn keep(
    key: Option<&Key>,
    status: StatusCode,
    answer: &impl Serialize,
    sealed: Option<&str>,
    now: Instant,
) -> Result<Vec<Statement>, Problem> {
    let Some(key) = key else { return Ok(Vec::new()) };
    let body = serde_json::to_string(answer).map_err(Problem::internal)?;
    Ok(idempotency::store::keep(key, status.as_u16(), &body, sealed, now).into())
}

/// Writes a change. `None` when somebody else came first with the same key: their answer counts.
async fn commit(context: &Context, batch: Vec<Statement>) -> Result<Option<Answers>, Problem> {
    match context.database().batch(batch).await {
        Ok(answers) => Ok(Some(answers)),
        Err(error) if idempotency::lost_race(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The answer of whoever came first.
async fn answered<T: DeserializeOwned>(context: &Context, key: Option<&Key>) -> Result<T, Problem> {
    let answer = before(context, key).await?;
    answer.map(|(answer, _)| answer).ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1))
}

/// A sealed secret of an endpoint, opened.
fn opened(context: &Context, sealed: Option<&str>, endpoint: &str) -> Option<String> {
    String::from_utf8(context.sealing_keys()?.open(sealed?, endpoint)?).ok()
}

/// An endpoint that is told things.
async fn enabled(context: &Context, org: i64, endpoint: &str) -> Result<store::Endpoint, Problem> {
    let endpoint = existing(context, org, endpoint).await?;
    if endpoint.disabled_at.is_some() {
        return Err(Problem::new(Code::Conflict).because("disabled").detail("Enable the endpoint first."));
    }
    Ok(endpoint)
}
