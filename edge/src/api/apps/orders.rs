//! `/apps/api/orders`: bookings, seen as sales.

use super::List;
use crate::access::Acting;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::query::Query;
use crate::api::refusals::{Reading, Writing};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::life::amend::{Amendment, amend};
use crate::domain::booking::life::{self, Deed, Hand};
use crate::domain::booking::order::optional_text;
use crate::domain::booking::store::By;
use crate::domain::told::store::{self, Which};
use crate::problem::{Code, Problem};
use crate::shape::apps::{Order, order};
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::Value;
use shared::booking::{Action, State as Life};
use utoipa::{IntoParams, ToSchema};

const MOST: i64 = 100;

/// Which orders.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The exact number.
    #[param(example = "HB-2026-000123")]
    number: Option<String>,
    /// A state of the life cycle, in either case.
    #[param(example = "confirmed")]
    status: Option<String>,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppOrderPatch)]
pub struct OrderPatch {
    /// `confirmed`, `fulfilled`, `rejected`, `canceled` or `refunded`; the life cycle decides whether it may be.
    #[schema(example = "canceled")]
    status: Option<String>,
    /// For staff, at most 2,000 characters.
    note: Option<String>,
}

/// Lists orders, the newest first, at most 100.
#[utoipa::path(
    get, path = "/apps/api/orders", tag = "Apps", operation_id = "listOrders", params(Filter),
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Orders", body = List<Order>), Reading),
)]
pub async fn list(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Query(filter): Query<Filter>,
) -> Result<Json<List<Order>>, Problem> {
    acting.at_least(Role::Staff)?;
    let state = filter.status.filter(|status| !status.is_empty()).map(|status| status.to_uppercase());
    if state.as_deref().is_some_and(|state| Life::parse(state).is_none()) {
        let rule = "must be a state; GET /api/meta/booking-states lists them";
        return Err(Problem::field("?status", "invalid_value", rule));
    }
    let number = filter.number.as_deref().filter(|number| !number.is_empty());
    let which = Which { state: state.as_deref(), number, ..Which::default() };
    let rows = store::list(context.database(), acting.org_id(), &which, MOST).await?;
    Ok(Json(List { data: rows.into_iter().map(order).collect() }))
}

/// What brings an order from where it is to where it is wanted. None: it is there already.
fn action(wanted: &str, now: Life) -> Result<Option<Action>, Problem> {
    let (there, action) = match wanted.to_lowercase().as_str() {
        "confirmed" | "open" if now == Life::AwaitingApproval => (Life::Confirmed, Action::Approve),
        "confirmed" | "open" => (Life::Confirmed, Action::Reinstate),
        "fulfilled" | "completed" => (Life::Completed, Action::Complete),
        "rejected" => (Life::Rejected, Action::Reject),
        "canceled" | "cancelled" => (Life::Cancelled, Action::Cancel),
        "refunded" => (Life::Refunded, Action::MoneyBack),
        _ => {
            let rule = "must be confirmed, fulfilled, rejected, canceled or refunded";
            return Err(Problem::field("/status", "invalid_value", rule));
        }
    };
    Ok((there != now).then_some(action))
}

/// Changes an order's status, or writes a note. What the life cycle does not allow is refused with 422.
#[utoipa::path(
    put, path = "/apps/api/orders/{id}", tag = "Apps", operation_id = "changeOrder", request_body = OrderPatch,
    params(("id" = String, Path, description = "Order: the booking's public id")),
    security(("oauth" = ["bookings:write"])),
    responses((status = 200, description = "As it is now", body = Order), Writing),
)]
pub async fn change(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Body { value: wanted, .. }: Body<OrderPatch>,
) -> Result<Json<Order>, Problem> {
    acting.at_least(Role::Staff)?;
    let found = change::read(&context, By::Id(&id)).await?;
    if found.0.org != acting.org.public_id {
        return Err(Problem::not_found("order"));
    }
    let now = Life::parse(&found.0.state).ok_or_else(|| Problem::internal(&found.0.state))?;
    let note = wanted.note.map(|note| optional_text(Some(note), "/note", 2_000)).transpose()?;
    let action = wanted.status.map(|status| action(&status, now)).transpose()?.flatten();
    let (hand, silent) = (Hand::Staff(acting.actor()), &|_: &_| Value::Null);
    if let Some(action) = action {
        let impossible = |problem: Problem| match problem.code() {
            Code::BadTransition => {
                let detail = problem.detail_text().unwrap_or("The order's status does not allow it.").to_owned();
                Problem::new(Code::PolicyRefused).because("bad_transition").detail(detail)
            }
            _ => problem,
        };
        life::act(&context, found.clone(), hand, &Deed::of(action), None, silent).await.map_err(impossible)?;
    }
    if let Some(staff_note) = note {
        let found = change::read(&context, By::Id(&id)).await?;
        amend(&context, found, hand, &Amendment { staff_note: Some(staff_note), ..Amendment::default() }, silent)
            .await?;
    }
    let which = Which { id: Some(&id), ..Which::default() };
    let rows = store::list(context.database(), acting.org_id(), &which, 1).await?;
    let row = rows.into_iter().next().ok_or_else(|| Problem::not_found("order"))?;
    Ok(Json(order(row)))
}
