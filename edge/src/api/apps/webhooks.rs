//! `/apps/api/webhooks`: what an app subscribed to. An endpoint of the outbox in the words of this surface.

use super::List;
use crate::access::Acting;
use crate::access::allowed::BookingsRead;
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::integrations::subscriptions::end;
use crate::api::once::Once;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::record::Change;
use crate::domain::webhook::store::{self, New, Subscriber};
use crate::domain::webhook::{rules, secret};
use crate::problem::{Code, Problem};
use crate::shape::{Shape, apps};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// Subscriptions of one answer: as many as several people's of one app, each with at most 50.
const MOST: i64 = 500;

/// A subscription to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppWebhookIn {
    /// Where to: https, a public host.
    #[schema(example = "https://hooks.zapier.com/hooks/standard/1/abc")]
    url: String,
    /// Of order.created, order.updated, order.fulfilled, order.canceled, product.created, product.updated, customer.created and
    /// cart.abandoned.
    #[schema(example = json!(["order.created"]))]
    events: Vec<String>,
}

/// A subscription.
#[derive(Serialize, ToSchema)]
pub struct AppWebhookOut {
    /// Public id; deliveries say it in `X-Daymark-Webhook-Id`.
    #[schema(example = "wh_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// Where to.
    url: String,
    /// Which events.
    events: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Keys `X-Daymark-Hmac-Sha256`; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Lists what this app subscribed to here, the oldest first.
#[utoipa::path(
    get, path = "/apps/api/webhooks", tag = "Apps", operation_id = "listAppWebhooks",
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Subscriptions", body = List<AppWebhookOut>), Reading),
)]
pub async fn list(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
) -> Result<Json<List<AppWebhookOut>>, Problem> {
    acting.at_least(Role::Staff)?;
    let rows =
        store::subscriptions(context.database(), acting.org_id(), acting.grant.app_id, Shape::Apps, MOST).await?;
    let shown = |row: store::Endpoint| AppWebhookOut {
        id: row.public_id,
        url: row.url,
        events: serde_json::from_str(&row.events).unwrap_or_default(),
        created_at: Timestamp(Instant(row.created_at)),
        secret: None,
    };
    Ok(Json(List { data: rows.into_iter().map(shown).collect(), next_cursor: None }))
}

/// Subscribes an address to events.
#[utoipa::path(
    post, path = "/apps/api/webhooks", tag = "Apps", operation_id = "createAppWebhook", request_body = AppWebhookIn,
    params(Repeatable),
    security(("oauth" = ["bookings:read"])),
    responses((status = 201, description = "From now on it is told", body = AppWebhookOut), Writing),
)]
pub async fn create(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<AppWebhookIn>>,
) -> Result<Response, Problem> {
    acting.at_least(Role::Staff)?;
    let url = rules::url(&context, &wanted.url, "/url").await?;
    let events = rules::events(&wanted.events, "/events")?;
    let named: Vec<String> = serde_json::from_str(&events).unwrap_or_default();
    if let Some(index) = named.iter().position(|name| !apps::EVENTS.contains(&name.as_str())) {
        let rule = "must be an event of orders, products, customers or carts";
        return Err(Problem::field(format!("/events/{index}"), "unknown_event", rule));
    }
    let (id, org, now) = (context.mint("wh"), acting.org_id(), context.now());
    let (secret, sealed) = secret::fresh(&context, &id)?;
    let made =
        AppWebhookOut { id: id.clone(), url: url.clone(), events: named, created_at: Timestamp(now), secret: None };
    let new = New {
        public_id: &id,
        url: &url,
        description: &acting.grant.app_name,
        events: &events,
        shape: Shape::Apps,
        subscriber: Some(Subscriber { grant: acting.grant.id, person: acting.person.id, own: false }),
    };
    let mut change = Change::new(&context, org, acting.actor());
    change.must(store::insert(org, &new, rules::MOST_ENDPOINTS, now));
    change.add(store::insert_secret(org, &id, &sealed, now));
    let secrets = Map::from_iter([("secret".to_owned(), Value::String(secret))]);
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("There are 50 subscriptions already.");
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, secrets, change).await;
    Ok(written.map_err(|error| error.unless_changed(too_many))?.response)
}

/// Ends a subscription.
#[utoipa::path(
    delete, path = "/apps/api/webhooks/{id}", tag = "Apps", operation_id = "removeAppWebhook",
    params(("id" = String, Path, description = "Subscription")),
    security(("oauth" = ["bookings:read"])),
    responses((status = 204, description = "It is told nothing any more"), Writing),
)]
pub async fn remove(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    end(&acting, &context, &id, Shape::Apps).await
}
