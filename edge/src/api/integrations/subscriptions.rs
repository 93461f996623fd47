//! `/api/zapier/subscriptions`: REST hooks. A subscription is an endpoint of the outbox with the flat shape.

use crate::access::Acting;
use crate::access::allowed::BookingsRead;
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::record::Change;
use crate::domain::webhook::store::{self, New, Subscriber};
use crate::domain::webhook::{rules, secret};
use crate::problem::{Code, Problem};
use crate::shape::{Shape, zapier};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// A subscription to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubscriptionIn {
    /// `booking.created`, `booking.cancelled` or `booking.rescheduled`.
    #[schema(example = "booking.created")]
    event: String,
    /// Where to: https, a public host.
    #[schema(example = "https://hooks.zapier.com/hooks/standard/1/abc")]
    target_url: String,
    /// `self` when left out.
    #[serde(default)]
    scope: Scope,
}

/// Whose bookings.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SubscriptionScope)]
pub enum Scope {
    /// Those that the person is assigned to.
    #[default]
    #[serde(rename = "self")]
    Own,
    /// All of the organization; needs the role STAFF.
    Org,
}

/// A subscription.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionOut {
    /// Public id.
    #[schema(example = "wh_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// Which event.
    event: String,
    /// Where to.
    target_url: String,
    /// Whose bookings.
    scope: Scope,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Verifies deliveries (Standard Webhooks); only in this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// The event, if it is one of this surface. Either spelling is taken.
pub fn event(name: &str, pointer: &str) -> Result<&'static str, Problem> {
    let name = if name == "booking.canceled" { "booking.cancelled" } else { name };
    zapier::EVENTS.into_iter().find(|event| *event == name).ok_or_else(|| {
        let rule = "must be booking.created, booking.cancelled or booking.rescheduled";
        Problem::field(pointer, "unknown_event", rule)
    })
}

/// Subscribes an address to an event.
#[utoipa::path(
    post, path = "/api/zapier/subscriptions", tag = "Integrations", operation_id = "subscribe", request_body = SubscriptionIn,
    params(Repeatable),
    security(("oauth" = ["bookings:read"])),
    responses((status = 201, description = "From now on it is told", body = SubscriptionOut), Writing),
)]
pub async fn create(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<SubscriptionIn>>,
) -> Result<Response, Problem> {
    let event = event(&wanted.event, "/event")?;
    let url = rules::url(&context, &wanted.target_url, "/targetUrl").await?;
    if wanted.scope == Scope::Org {
        acting.at_least(Role::Staff)?;
    }
    let (id, org, now) = (context.mint("wh"), acting.org_id(), context.now());
    let (secret, sealed) = secret::fresh(&context, &id)?;
    let made = SubscriptionOut {
        id: id.clone(),
        event: event.to_owned(),
        target_url: url.clone(),
        scope: wanted.scope,
        created_at: Timestamp(now),
        secret: None,
    };
    let subscriber = Subscriber { grant: acting.grant.id, person: acting.person.id, own: wanted.scope == Scope::Own };
    let new = New {
        public_id: &id,
        url: &url,
        description: &acting.grant.app_name,
        events: &json!([event]).to_string(),
        shape: Shape::Zapier,
        subscriber: Some(subscriber),
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
    delete, path = "/api/zapier/subscriptions/{id}", tag = "Integrations", operation_id = "unsubscribe",
    params(("id" = String, Path, description = "Subscription")),
    security(("oauth" = ["bookings:read"])),
    responses((status = 204, description = "It is told nothing any more"), Writing),
)]
pub async fn remove(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    end(&acting, &context, &id, Shape::Zapier).await
}

/// Ends what an app subscribed to for this person on a surface; what is somebody else's looks missing.
pub async fn end<P>(acting: &Acting<P>, context: &Context, id: &str, on: Shape) -> Result<StatusCode, Problem> {
    let (database, org) = (context.database(), acting.org_id());
    let missing = || Problem::not_found("subscription");
    if !store::is_subscribed(database, org, id, acting.grant.app_id, acting.person.id, on).await? {
        return Err(missing());
    }
    let was_there = store::delete(database, org, id, context.now()).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(missing()) }
}
