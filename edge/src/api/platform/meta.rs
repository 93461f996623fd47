//! `/api/meta/…`: the rules of the house as data, for programs that want to follow them without copying them.

use crate::access::permission::{Permission, Role};
use crate::api::query::Query;
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::outbox::EventType;
use crate::problem::Problem;
use crate::router;
use crate::shape::{Shape, schema};
use axum::Json;
use axum::extract::{Path, State as Given};
use axum::http::{HeaderName, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::booking::{Action, Actor, RULES, State};
use std::collections::BTreeMap;
use utoipa::openapi::path::Operation;
use utoipa::{IntoParams, ToSchema};

/// The life cycle of a booking.
#[derive(Serialize, ToSchema)]
pub struct LifeCycleOut {
    /// Every state.
    #[schema(value_type = Vec<String>, example = json!(["PENDING", "CONFIRMED"]))]
    states: &'static [State],
    /// Every action.
    #[schema(value_type = Vec<String>, example = json!(["SETTLE", "CANCEL"]))]
    actions: &'static [Action],
    /// Every row of the table: what is not in it cannot happen.
    rules: Vec<RuleOut>,
}

/// A row of the table.
#[derive(Serialize, ToSchema)]
pub struct RuleOut {
    /// From which state.
    #[schema(value_type = String, example = "PENDING")]
    from: State,
    /// By what.
    #[schema(value_type = String, example = "SETTLE")]
    action: Action,
    /// To which; the same one where only facts change.
    #[schema(value_type = String, example = "CONFIRMED")]
    to: State,
    /// Through whom.
    #[schema(value_type = Vec<String>, example = json!(["CUSTOMER", "STAFF"]))]
    by: &'static [Actor],
    /// When, in words.
    #[schema(value_type = String)]
    when: &'static str,
}

/// Tells which state of a booking may follow which, by what and through whom.
#[utoipa::path(
    get, path = "/api/meta/booking-states", tag = "Meta", operation_id = "bookingStates", security(()),
    responses((status = 200, description = "The whole table", body = LifeCycleOut)),
)]
pub async fn booking_states() -> Json<LifeCycleOut> {
    let shown = |rule: &shared::booking::Rule| RuleOut {
        from: rule.from,
        action: rule.action,
        to: rule.to,
        by: rule.by,
        when: rule.when,
    };
    Json(LifeCycleOut { states: State::ALL, actions: Action::ALL, rules: RULES.iter().map(shown).collect() })
}

/// An event type.
#[derive(Serialize, ToSchema)]
pub struct EventTypeOut {
    /// Canonical spelling.
    #[schema(value_type = String, example = "booking.cancelled")]
    name: &'static str,
    /// Other spellings that a subscription may use.
    #[schema(value_type = Vec<String>, example = json!(["booking.canceled"]))]
    aliases: &'static [&'static str],
    /// What it means.
    #[schema(value_type = String, example = "It was called off.")]
    meaning: &'static str,
    /// Where the JSON Schema of its body is.
    #[schema(example = "/api/meta/event-types/booking.cancelled/schema")]
    schema: String,
}

/// A permission and who has it.
#[derive(Serialize, ToSchema)]
pub struct PermissionOut {
    /// As a key lists it.
    #[schema(value_type = String, example = "bookings:read")]
    name: &'static str,
    /// What it allows.
    #[schema(value_type = String)]
    meaning: &'static str,
    /// The roles that have it, the highest first.
    #[schema(value_type = Vec<String>, example = json!(["OWNER", "ADMIN", "STAFF"]))]
    roles: Vec<&'static str>,
}

/// Lists the events that a webhook may ask for.
#[utoipa::path(
    get, path = "/api/meta/event-types", tag = "Meta", operation_id = "eventTypes", security(()),
    responses((status = 200, description = "Every type", body = Vec<EventTypeOut>)),
)]
pub async fn event_types() -> Json<Vec<EventTypeOut>> {
    let shown = |event: &EventType| EventTypeOut {
        name: event.as_str(),
        aliases: event.aliases(),
        meaning: event.meaning(),
        schema: schema_path(*event),
    };
    Json(EventType::ALL.iter().map(shown).collect())
}

fn schema_path(event: EventType) -> String {
    format!("/api/meta/event-types/{event}/schema")
}

/// In whose words.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Words {
    /// `native` (when left out), `rooms`, `zapier` or `apps`.
    #[param(example = "native")]
    shape: Option<String>,
}

/// Answers the JSON Schema (2020-12) that the body of every delivery of this type keeps to.
#[utoipa::path(
    get, path = "/api/meta/event-types/{name}/schema", tag = "Meta", operation_id = "eventSchema", security(()),
    params(("name" = String, Path, description = "Event type, in either spelling", example = "booking.created"), Words),
    responses((status = 200, description = "The schema", body = Value, content_type = "application/schema+json"), Reading),
)]
pub async fn event_schema(
    Given(context): Given<Context>,
    Path(name): Path<String>,
    Query(Words { shape }): Query<Words>,
) -> Result<([(HeaderName, &'static str); 1], Json<Value>), Problem> {
    let missing = || Problem::not_found("event type");
    let event = EventType::parse(&name).ok_or_else(missing)?;
    let shape = match shape.as_deref() {
        None => Shape::Native,
        Some(word) => Shape::parse(word)
            .ok_or_else(|| Problem::field("?shape", "unknown_value", "One of native, rooms, zapier and apps."))?,
    };
    let asked = format!("{}{}?shape={}", context.origin(), schema_path(event), shape.as_str());
    let schema = schema::of(shape, event, &asked).ok_or_else(missing)?;
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], Json(schema)))
}

/// Who may do what.
#[derive(Serialize, ToSchema)]
pub struct PermissionsOut {
    /// Every permission.
    permissions: Vec<PermissionOut>,
    /// Every route and the permission that it takes.
    routes: Vec<RouteOut>,
}

/// What a route takes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RouteOut {
    /// Of the request.
    #[schema(example = "POST")]
    method: &'static str,
    /// As the OpenAPI document writes it.
    #[schema(example = "/api/orgs/{orgId}/webhooks")]
    path: String,
    /// As the OpenAPI document names it.
    #[schema(example = "createWebhook")]
    operation_id: String,
    /// Whether it answers without credentials, too: to everybody, or to who knows the secret of a link.
    open: bool,
    /// What it takes with credentials, by their kind: `session`, `key`, `oauth`. A kind with no permission only has to be
    /// somebody.
    #[schema(value_type = Object, example = json!({"key": ["webhooks:write"], "session": ["webhooks:write"]}))]
    by: BTreeMap<String, Vec<String>>,
}

/// Lists permissions, the roles that have them and the routes that take them.
#[utoipa::path(
    get, path = "/api/meta/permissions", tag = "Meta", security(()),
    responses((status = 200, description = "Permissions and routes", body = PermissionsOut)),
)]
pub async fn permissions() -> Result<Json<PermissionsOut>, Problem> {
    let shown = |permission: &Permission| PermissionOut {
        name: permission.as_str(),
        meaning: permission.meaning(),
        roles: Role::ALL.into_iter().filter(|role| role.may(*permission)).map(Role::as_str).collect(),
    };
    let mut routes = Vec::new();
    for (path, item) in router::document().paths.paths {
        let operations =
            [("GET", item.get), ("POST", item.post), ("PUT", item.put), ("PATCH", item.patch), ("DELETE", item.delete)];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            routes.push(route(method, &path, operation)?);
        }
    }
    Ok(Json(PermissionsOut { permissions: Permission::ALL.iter().map(shown).collect(), routes }))
}

/// What the document says of a route: nothing is written down twice.
fn route(method: &'static str, path: &str, operation: Operation) -> Result<RouteOut, Problem> {
    // Requirements can be read only as they are written.
    let written = serde_json::to_value(&operation.security).map_err(Problem::internal)?;
    let ways: Vec<BTreeMap<String, Vec<String>>> = serde_json::from_value(written).unwrap_or_default();
    Ok(RouteOut {
        method,
        path: path.to_owned(),
        operation_id: operation.operation_id.unwrap_or_default(),
        open: ways.iter().any(BTreeMap::is_empty),
        by: ways.into_iter().flatten().collect(),
    })
}
