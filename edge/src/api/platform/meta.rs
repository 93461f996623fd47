//! `/api/meta/…`: the rules of the house as data, for programs that want to follow them without copying them.

use crate::access::permission::{Permission, Role};
use crate::outbox::EventType;
use axum::Json;
use serde::Serialize;
use shared::booking::{Action, Actor, RULES, State};
use utoipa::ToSchema;

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
    let shown = |event: &EventType| EventTypeOut { name: event.as_str(), aliases: event.aliases() };
    Json(EventType::ALL.iter().map(shown).collect())
}

/// Lists permissions and the roles that have them.
#[utoipa::path(
    get, path = "/api/meta/permissions", tag = "Meta", security(()),
    responses((status = 200, description = "Every permission", body = Vec<PermissionOut>)),
)]
pub async fn permissions() -> Json<Vec<PermissionOut>> {
    let shown = |permission: &Permission| PermissionOut {
        name: permission.as_str(),
        meaning: permission.meaning(),
        roles: Role::ALL.into_iter().filter(|role| role.may(*permission)).map(Role::as_str).collect(),
    };
    Json(Permission::ALL.iter().map(shown).collect())
}
