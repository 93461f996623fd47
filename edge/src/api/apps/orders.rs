//! `/apps/api/orders`: bookings, seen as sales.

use super::List;
use crate::access::Acting;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::given::Given;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Writing};
use crate::context::Context;
use crate::domain::booking::change::{self, Found};
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
    /// A state of the life cycle, in either case, or `open`, `fulfilled`, `canceled`.
    #[param(example = "confirmed")]
    status: Option<String>,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppOrderPatch)]
pub struct OrderPatch {
    /// `confirmed`, `fulfilled`, `rejected`, `canceled` or `refunded`; the life cycle decides whether it may be.
    #[schema(value_type = Option<String>, example = "canceled")]
    #[serde(default)]
    status: Given<String>,
    /// For staff, at most 2,000 characters; null takes it away.
    #[schema(value_type = Option<String>, max_length = 2000)]
    #[serde(default)]
    note: Given<String>,
}

/// A state by a word of this surface, or by the life cycle's own.
fn state(word: &str) -> Result<Life, Problem> {
    let upper = word.to_uppercase();
    let name = match upper.as_str() {
        "OPEN" => "CONFIRMED",
        "FULFILLED" => "COMPLETED",
        "CANCELED" => "CANCELLED",
        name => name,
    };
    let rule = "must be a state; GET /api/meta/booking-states lists them";
    Life::parse(name).ok_or_else(|| Problem::field("?status", "invalid_value", rule))
}

/// Lists orders, the newest first, 100 at a time.
#[utoipa::path(
    get, path = "/apps/api/orders", tag = "Apps", operation_id = "listOrders", params(PageIn, Filter),
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Orders", body = List<Order>), Reading),
)]
pub async fn list(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(filter): Query<Filter>,
) -> Result<Json<List<Order>>, Problem> {
    acting.at_least(Role::Staff)?;
    let state = filter.status.as_deref().filter(|status| !status.is_empty()).map(state).transpose()?;
    let number = filter.number.as_deref().filter(|number| !number.is_empty());
    let limit = page.limit_or(MOST)?;
    let which = Which { state: state.map(Life::as_str), number, before: page.after()?, ..Which::default() };
    let rows = store::rows(context.database(), acting.org_id(), &which, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |(row, _)| *row, |(_, booking)| order(booking)).into()))
}

/// What brings an order from where it is to where it is wanted. None: it is there already.
fn action(wanted: &str, now: Life) -> Result<Option<Action>, Problem> {
    let (there, action) = match wanted.to_lowercase().as_str() {
        "confirmed" | "open" if now == Life::AwaitingApproval => (Life::Confirmed, Action::Approve),
        "confirmed" | "open" => (Life::Confirmed, Action::Reinstate),
        "fulfilled" | "completed" => (Life::Completed, Action::Complete),
        "rejected" => (Life::Rejected, Action::Reject),
        "canceled" | "cancelled" => (Life::Cancelled, Action::Cancel),
        "refunded" => (Life::Refunded, Action::Refund),
        _ => {
            let rule = "must be confirmed, fulfilled, rejected, canceled or refunded";
            return Err(Problem::field("/status", "invalid_value", rule));
        }
    };
    Ok((there != now).then_some(action))
}

/// All that was paid goes back: then an order that is over is refunded. Through a payment provider it is so when that says so.
fn money_back((row, _): &Found, now: Life, app: &str) -> Result<Deed, Problem> {
    if !matches!(now, Life::Cancelled | Life::Rejected | Life::Completed) {
        let detail = "An order is refunded once it is canceled or fulfilled.";
        return Err(Problem::new(Code::PolicyRefused).because("bad_transition").detail(detail));
    }
    let left = row.paid.saturating_sub(row.repaid).saturating_sub(row.going_back);
    if left <= 0 {
        let detail = "Nothing was paid that has not gone back.";
        return Err(Problem::new(Code::PolicyRefused).because("nothing_to_refund").detail(detail));
    }
    let reason = Some(format!("Refunded through {app}"));
    Ok(Deed { refund: Some(left), reason, beyond_rules: true, ..Deed::of(Action::Refund) })
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
    let note = match wanted.note {
        Given::Absent => None,
        note => Some(optional_text(note.or(None), "/note", 2_000)?),
    };
    let action = wanted.status.required("/status")?.map(|status| action(&status, now)).transpose()?.flatten();
    let (hand, silent) = (Hand::Staff(acting.actor()), &|_: &_| Value::Null);
    if let Some(action) = action {
        let impossible = |problem: Problem| match problem.code() {
            Code::BadTransition => {
                let detail = problem.detail_text().unwrap_or("The order's status does not allow it.").to_owned();
                Problem::new(Code::PolicyRefused).because("bad_transition").detail(detail)
            }
            _ => problem,
        };
        let deed = match action {
            Action::Refund => money_back(&found, now, &acting.grant.app_name)?,
            action => Deed::of(action),
        };
        life::act(&context, found.clone(), hand, &deed, None, silent).await.map_err(impossible)?;
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
