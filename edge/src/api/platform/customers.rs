//! `/api/orgs/:orgId/customers`: who booked, what is held about them, and forgetting them.

use super::bookings::wire::{BookingDetail, detail, nullable};
use crate::access::Allowed;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::{Query, words};
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::order::{Contact, optional_text};
use crate::domain::customer::{self, store::Customer};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// A customer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerOut {
    /// Public id.
    #[schema(example = "cus_harbor_1")]
    id: String,
    /// Full name.
    #[schema(example = "Ada Example")]
    name: String,
    /// Address.
    #[schema(example = "ada@example.com")]
    email: String,
    /// As typed.
    phone: Option<String>,
    /// Among the staff.
    note: Option<String>,
    /// How many bookings.
    #[schema(example = 3)]
    bookings: i64,
    /// When the last of them ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_ends_at: Option<Timestamp>,
    /// Since when they are known.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// They were forgotten.
    #[schema(value_type = Option<String>, format = DateTime)]
    erased_at: Option<Timestamp>,
}

/// A customer with what they booked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerDossier {
    /// Who.
    customer: CustomerOut,
    /// At most the last 500, the newest first.
    bookings: Vec<BookingDetail>,
}

/// Everything that is held about a customer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerExport {
    /// Who.
    customer: CustomerOut,
    /// What they booked.
    bookings: Vec<BookingDetail>,
    /// What was charged and paid.
    #[schema(value_type = Vec<Object>)]
    ledger: Vec<Value>,
    /// What was told of them.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
    /// What they waited for.
    #[schema(value_type = Vec<Object>)]
    waiting_list: Vec<Value>,
    /// What was written to them.
    #[schema(value_type = Vec<Object>)]
    mails: Vec<Value>,
}

/// What is to change; what is left out stays, `null` takes it away.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerPatch {
    /// Full name.
    #[schema(min_length = 1, max_length = 200, example = "Ada Example")]
    name: Option<String>,
    /// Address.
    #[schema(max_length = 254, example = "ada@example.com")]
    email: Option<String>,
    /// As typed.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 40)]
    phone: Option<Option<String>>,
    /// Among the staff.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    note: Option<Option<String>>,
}

/// They are forgotten.
#[derive(Serialize, ToSchema)]
pub struct Erased {
    /// Public id, by which what happened is still counted.
    id: String,
    /// True.
    erased: bool,
}

/// Which customers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CustomerFilter {
    /// Words, or their beginnings, of name, address, phone or note; all of them are in what is found.
    #[param(example = "ada")]
    q: Option<String>,
}

fn shown(customer: Customer) -> CustomerOut {
    let at = |second: i64| Timestamp(Instant(second));
    CustomerOut {
        id: customer.public_id,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        note: customer.note,
        bookings: customer.bookings,
        last_ends_at: customer.last_ends_at.map(at),
        created_at: at(customer.created_at),
        erased_at: customer.erased_at.map(at),
    }
}

/// Lists the customers of an organization, the newest first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/customers", tag = "Customers", operation_id = "listCustomers",
    params(("orgId" = String, Path, description = "Organization"), PageIn, CustomerFilter),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<CustomerOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<CustomerFilter>,
) -> Result<Json<Page<CustomerOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let words = words(asked.q.as_deref())?;
    let rows = customer::list(&context, allowed.org_id(), before, words, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Reads a customer with what they booked.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/customers/{customerId}", tag = "Customers", operation_id = "readCustomer",
    params(("orgId" = String, Path, description = "Organization"), ("customerId" = String, Path, description = "`cus_…`")),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "The customer", body = CustomerDossier), Reading),
)]
pub async fn read(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<CustomerDossier>, Problem> {
    let (customer, bookings) = customer::with_bookings(&context, allowed.org_id(), &id).await?;
    let bookings = bookings.iter().map(|found| detail(found, true)).collect();
    Ok(Json(CustomerDossier { customer: shown(customer), bookings }))
}

/// Changes what is known of a customer. Their bookings keep what was given with them.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/customers/{customerId}", tag = "Customers", operation_id = "changeCustomer",
    request_body = CustomerPatch,
    params(("orgId" = String, Path, description = "Organization"), ("customerId" = String, Path, description = "`cus_…`")),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 200, description = "As they are now", body = CustomerOut), Writing),
)]
pub async fn change(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<CustomerPatch>,
) -> Result<Json<CustomerOut>, Problem> {
    let mut one = customer::read(&context, allowed.org_id(), &id).await?;
    let mut changed = Vec::new();
    if wanted.name.is_some() || wanted.email.is_some() {
        let name = wanted.name.as_deref().unwrap_or(&one.name);
        let email = wanted.email.as_deref().unwrap_or(&one.email);
        let contact = Contact::parse_at("", name, email, None)?;
        changed.extend(wanted.name.is_some().then_some("name"));
        changed.extend(wanted.email.is_some().then_some("email"));
        (one.name, one.email) = (contact.name, contact.email);
    }
    if let Some(phone) = wanted.phone {
        one.phone = optional_text(phone, "/phone", 40)?;
        changed.push("phone");
    }
    if let Some(note) = wanted.note {
        one.note = optional_text(note, "/note", 2_000)?;
        changed.push("note");
    }
    customer::change(&context, allowed.actor(), &one, &changed).await?;
    Ok(Json(shown(one)))
}

/// Hands out everything that is held about a customer. Asked again, it is gathered again.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/customers/{customerId}/export", tag = "Customers", operation_id = "exportCustomer",
    params(("orgId" = String, Path, description = "Organization"), ("customerId" = String, Path, description = "`cus_…`")),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 200, description = "All of it", body = CustomerExport), Writing),
)]
pub async fn export(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<CustomerExport>, Problem> {
    let (customer, bookings) = customer::with_bookings(&context, allowed.org_id(), &id).await?;
    let besides = customer::besides(&context, allowed.actor(), &customer, &bookings).await?;
    Ok(Json(CustomerExport {
        customer: shown(customer),
        bookings: bookings.iter().map(|found| detail(found, true)).collect(),
        ledger: besides.ledger,
        events: besides.events,
        waiting_list: besides.waiting,
        mails: besides.mails,
    }))
}

/// Forgets a customer: name, address, phone, answers and notes go from everywhere. What happened, when and for how much stays,
/// without them. Whoever has something booked that is not over is not forgotten yet.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/customers/{customerId}/erase", tag = "Customers", operation_id = "eraseCustomer",
    params(("orgId" = String, Path, description = "Organization"), ("customerId" = String, Path, description = "`cus_…`"), Repeatable),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 200, description = "Forgotten", body = Erased), Writing),
)]
pub async fn erase(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let change = customer::forgetting(&context, allowed.actor(), allowed.org_id(), &id).await?;
    let answer = Erased { id, erased: true };
    let written = ticket.commit(&context, StatusCode::OK, &answer, change).await;
    Ok(written.map_err(|error| error.unless_changed(|| Problem::not_found("customer")))?.response)
}
