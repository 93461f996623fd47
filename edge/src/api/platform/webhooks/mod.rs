//! `/api/orgs/:orgId/webhooks…`: who is told what, and how telling them went.

mod wire;

use crate::access::Allowed;
use crate::access::allowed::{WebhooksRead, WebhooksWrite};
use crate::api::body::{AnyBody, Body};
use crate::api::once::{Once, Written};
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::idempotency;
use crate::domain::record::Change;
use crate::domain::webhook::{edit, rules, store};
use crate::outbox::announce;
use crate::problem::Problem;
use crate::shape::Shape;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use shared::embed::Timestamp;
use wire::{DeliveryOut, RecoverIn, RecoverOut, SecretOut, WebhookIn, WebhookOut, WebhookPatch, shown, shown_delivery};

/// How many events one recovery looks at; ask again from the last one for more.
const RECOVER_LIMIT: i64 = 1_000;

/// The furthest back that a recovery reaches, in seconds.
const RECOVER_SECONDS: i64 = 30 * 86_400;

/// Lists the endpoints of an organization, the oldest first. Secrets are not shown.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks", tag = "Webhooks", operation_id = "listWebhooks",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["webhooks:read"]), ("session" = ["webhooks:read"])),
    responses((status = 200, description = "A page of them", body = Page<WebhookOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<WebhookOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(context.database(), allowed.org_id(), after, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Makes an endpoint. Its signing secret is in this answer and in no other.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks", tag = "Webhooks", operation_id = "createWebhook", request_body = WebhookIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 201, description = "Made; from now on it is told", body = WebhookOut), Writing),
)]
pub async fn create(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<WebhookIn>>,
) -> Result<Response, Problem> {
    let wanted = edit::Wanted {
        url: &wanted.url,
        events: &wanted.events,
        description: &wanted.description,
        shape: wanted.shape.into(),
    };
    let (change, edit::Made { endpoint, secret }) =
        edit::create(&context, allowed.org_id(), allowed.actor(), &wanted).await?;
    let made = shown(endpoint);
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, only(secret), change).await;
    Ok(written.map_err(|error| error.unless_changed(edit::too_many))?.response)
}

/// Reads one endpoint.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "readWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    security(("key" = ["webhooks:read"]), ("session" = ["webhooks:read"])),
    responses((status = 200, description = "The endpoint, without its secret", body = WebhookOut), Reading),
)]
pub async fn read(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<WebhookOut>, Problem> {
    Ok(Json(shown(edit::existing(&context, allowed.org_id(), &id).await?)))
}

/// Changes an endpoint, silences it or lets it hear again.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "changeWebhook", request_body = WebhookPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 200, description = "As it is now", body = WebhookOut), Writing),
)]
pub async fn change(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<WebhookPatch>,
) -> Result<Json<WebhookOut>, Problem> {
    let url = match &wanted.url {
        Some(url) => Some(rules::url(&context, url, "/url").await?),
        None => None,
    };
    let events = match wanted.events {
        None => None,
        Some(events) => {
            let standing = edit::existing(&context, allowed.org_id(), &id).await?;
            let shape = Shape::parse(&standing.shape).unwrap_or(Shape::Native);
            Some(rules::events_in(shape, &events, "/events")?)
        }
    };
    let description = wanted.description.map(|text| rules::description(&text, "/description")).transpose()?;
    let change = store::Change {
        url: url.as_deref(),
        description: description.as_deref(),
        events: events.as_deref(),
        enabled: wanted.enabled,
    };
    let changed = store::update(context.database(), allowed.org_id(), &id, &change, context.now()).await?;
    Ok(Json(shown(changed.ok_or_else(|| Problem::not_found("webhook"))?)))
}

/// Takes an endpoint away, and with it everything that still waits for it.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/webhooks/{id}", tag = "Webhooks", operation_id = "removeWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint")),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let was_there = store::delete(context.database(), allowed.org_id(), &id, context.now()).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("webhook")) }
}

/// Sends a signed test and answers how it went.
///
/// Its type is `webhook.test` and its data names the endpoint. It is tried once.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/test", tag = "Webhooks", operation_id = "testWebhook",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), Repeatable),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 200, description = "What the endpoint answered", body = DeliveryOut), Writing),
)]
pub async fn test(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let endpoint = edit::enabled(&context, org, &id).await?;
    let (change, edit::Test { delivery, message }) = edit::test(&context, &allowed.org, allowed.actor(), &endpoint)?;
    let untried = DeliveryOut {
        id: delivery.clone(),
        event_id: message,
        kind: edit::TEST_KIND.to_owned(),
        state: "PENDING".to_owned(),
        next_attempt_at: Some(Timestamp(now)),
        delivered_at: None,
        created_at: Timestamp(now),
        attempts: Vec::new(),
    };
    let written = ticket.commit(&context, StatusCode::OK, &untried, change).await?;
    if written.answers.is_none() {
        return Ok(written.response);
    }
    let tried = shown_delivery(edit::try_now(&context, org, endpoint.id, &delivery).await?);
    ticket.amend(&context, &tried).await?;
    Ok(Json(tried).into_response())
}

/// Gives an endpoint a new secret. The one before signs beside it for 24 hours.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/rotate-secret", tag = "Webhooks", operation_id = "rotateWebhookSecret",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), Repeatable),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 200, description = "The new secret", body = SecretOut), Writing),
)]
pub async fn rotate_secret(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (change, rotated) = edit::rotate_secret(&context, allowed.org_id(), allowed.actor(), &id).await?;
    let edit::Rotated { secret, until } = rotated;
    let hidden = SecretOut { secret: None, previous_expires_at: Timestamp(until) };
    Ok(ticket.commit_secretly(&context, StatusCode::OK, &hidden, only(secret), change).await?.response)
}

/// Lists what was sent to an endpoint, the newest first, with every attempt.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/webhooks/{id}/deliveries", tag = "Webhooks", operation_id = "listDeliveries",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), PageIn),
    security(("key" = ["webhooks:read"]), ("session" = ["webhooks:read"])),
    responses((status = 200, description = "A page of them", body = Page<DeliveryOut>), Reading),
)]
pub async fn deliveries(
    allowed: Allowed<WebhooksRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<DeliveryOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(i64::from(u32::MAX)));
    let org = allowed.org_id();
    let endpoint = edit::existing(&context, org, &id).await?;
    let rows = store::deliveries(context.database(), org, endpoint.id, before, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown_delivery)))
}

/// Sends a delivery again: the same body under the same `webhook-id`, with a new signature.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/deliveries/{deliveryId}/replay", tag = "Webhooks", operation_id = "replayDelivery",
    params(
        ("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"),
        ("deliveryId" = String, Path, description = "Delivery"),
        Repeatable,
    ),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 202, description = "On its way", body = DeliveryOut), Writing),
)]
pub async fn replay(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id, delivery)): Path<(String, String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let endpoint = edit::enabled(&context, org, &id).await?;
    let there = store::delivery(context.database(), org, endpoint.id, &delivery).await?;
    let mut sent = shown_delivery(there.ok_or_else(|| Problem::not_found("delivery"))?);
    "PENDING".clone_into(&mut sent.state);
    (sent.next_attempt_at, sent.delivered_at) = (Some(Timestamp(now)), None);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::replay(org, endpoint.id, &delivery, now));
    let written = ticket.commit(&context, StatusCode::ACCEPTED, &sent, change).await;
    let Written { response, answers } = written.map_err(|error| error.unless_changed(edit::not_replayable))?;
    if answers.is_some() {
        context.afterwards(announce(context.clone(), vec![sent.event_id]));
    }
    Ok(response)
}

/// Sends again everything since a moment that never arrived, also what happened while the endpoint was disabled.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/webhooks/{id}/recover", tag = "Webhooks", operation_id = "recoverWebhook", request_body = RecoverIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Endpoint"), Repeatable),
    security(("key" = ["webhooks:write"]), ("session" = ["webhooks:write"])),
    responses((status = 202, description = "On their way, at most 1,000 at once", body = RecoverOut), Writing),
)]
pub async fn recover(
    allowed: Allowed<WebhooksWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: RecoverIn { since }, .. }, ticket }: Once<Body<RecoverIn>>,
) -> Result<Response, Problem> {
    let (org, now, since) = (allowed.org_id(), context.now(), since.0);
    let endpoint = edit::enabled(&context, org, &id).await?;
    if since > now || since.0 < now.0.saturating_sub(RECOVER_SECONDS) {
        return Err(Problem::field("/since", "out_of_range", "must lie within the last 30 days"));
    }
    let mut change = Change::new(&context, org, allowed.actor());
    change.add(store::recover(org, endpoint.id, since, RECOVER_LIMIT, now));
    if let Some(key) = ticket.key() {
        change.add(idempotency::store::count_changes(key));
    }
    let nothing_yet = RecoverOut { recovered: 0 };
    let Written { response, answers } = ticket.commit(&context, StatusCode::ACCEPTED, &nothing_yet, change).await?;
    let Some(mut answers) = answers else { return Ok(response) };
    let events: Vec<store::Message> = answers.all()?;
    let recovered = events.len();
    let events = events.into_iter().map(|event| event.message_id).collect();
    context.afterwards(announce(context.clone(), events));
    Ok((StatusCode::ACCEPTED, Json(RecoverOut { recovered })).into_response())
}

/// What only this answer shows.
fn only(secret: String) -> Map<String, Value> {
    Map::from_iter([("secret".to_owned(), Value::String(secret))])
}
