//! `/apps/api/customers`.

use super::List;
use crate::access::Acting;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::given::Given;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::order::{Contact, optional_text};
use crate::domain::booking::store::meet;
use crate::domain::customer::store::{self, Customer};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use crate::shape::Person;
use crate::shape::apps::{self, called, customer, joined, parted};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

const MOST: i64 = 100;
const NEWEST: i64 = i64::MAX >> 11;

/// Which customers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The exact address.
    email: Option<String>,
}

/// A customer to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppCustomerIn)]
pub struct CustomerIn {
    /// Address.
    #[schema(example = "jane@example.com")]
    email: String,
    /// Without it the address serves as the name.
    #[schema(example = "Jane")]
    first_name: Option<String>,
    /// Family name.
    last_name: Option<String>,
    /// As typed.
    phone: Option<String>,
    /// For staff, at most 2,000 characters.
    note: Option<String>,
}

/// What is to change; what is left out stays, null takes it away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AppCustomerPatch)]
pub struct CustomerPatch {
    /// Address.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    email: Given<String>,
    /// First name.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    first_name: Given<String>,
    /// Family name.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    last_name: Given<String>,
    /// As typed.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    phone: Given<String>,
    /// For staff.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    note: Given<String>,
}

fn exists() -> Problem {
    let taken = "Somebody has that address already.";
    Problem::new(Code::Conflict).because("customer_exists").and_field("/email", "taken", taken)
}

fn shown(row: Customer) -> apps::Customer {
    let person = Person { name: Some(row.name), email: Some(row.email), phone: row.phone };
    customer(row.public_id, person, row.note)
}

fn contact(name: Option<String>, email: String, phone: Option<String>) -> Result<Contact, Problem> {
    let name = name.unwrap_or_else(|| email.clone());
    Contact::parse_at("", &name, &email, phone)
}

/// Lists customers, the newest first, 100 at a time; with `email` the one who has that address.
#[utoipa::path(
    get, path = "/apps/api/customers", tag = "Apps", operation_id = "listAppCustomers", params(PageIn, Filter),
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Customers", body = List<apps::Customer>), Reading),
)]
pub async fn list(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(filter): Query<Filter>,
) -> Result<Json<List<apps::Customer>>, Problem> {
    acting.at_least(Role::Staff)?;
    let (org, limit, before) = (acting.org_id(), page.limit_or(MOST)?, page.after()?.unwrap_or(NEWEST));
    let wanted = match filter.email.as_deref().filter(|email| !email.is_empty()) {
        Some(email) => store::by_email(org, email),
        None => store::list(org, before, None, limit.saturating_add(1)),
    };
    let rows: Vec<Customer> = context.database().run(wanted).await?.all()?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown).into()))
}

/// Makes a customer.
#[utoipa::path(
    post, path = "/apps/api/customers", tag = "Apps", operation_id = "createAppCustomer", request_body = CustomerIn,
    params(Repeatable),
    security(("oauth" = ["bookings:write"])),
    responses((status = 201, description = "Made", body = apps::Customer), Writing),
)]
pub async fn create(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<CustomerIn>>,
) -> Result<Response, Problem> {
    acting.at_least(Role::Staff)?;
    let name = joined(wanted.first_name.as_deref(), wanted.last_name.as_deref());
    let contact = contact(name, wanted.email, wanted.phone)?;
    let note = optional_text(wanted.note, "/note", 2_000)?;
    let (org, now, id, event) = (acting.org_id(), context.now(), context.mint("cus"), context.mint("evt"));
    let known: Option<Customer> = context.database().run(store::by_email(org, &contact.email)).await?.first()?;
    if let Some(known) = known {
        let detail = format!("{} has that address already.", known.public_id);
        return Err(exists().detail(detail).existing(known.public_id));
    }
    let [insert, tell] = meet(&id, &event, org, &contact, now);
    let mut change = Change::new(&context, org, acting.actor());
    change.must(insert);
    if let Some(note) = &note {
        change.add(store::note(org, &id, note, now));
    }
    change.add(tell);
    change.told([event]);
    change.audit("customer.created", &id, &json!({}));
    let person = Person { name: Some(contact.name), email: Some(contact.email), phone: contact.phone };
    let written = ticket.commit(&context, StatusCode::CREATED, &customer(id, person, note), change).await;
    Ok(written.map_err(|error| error.unless_changed(exists))?.response)
}

/// Changes a customer. Bookings keep the contact that was given with them.
#[utoipa::path(
    put, path = "/apps/api/customers/{id}", tag = "Apps", operation_id = "changeAppCustomer", request_body = CustomerPatch,
    params(("id" = String, Path, description = "Customer")),
    security(("oauth" = ["bookings:write"])),
    responses((status = 200, description = "As it is now", body = apps::Customer), Writing),
)]
pub async fn change(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Body { value: wanted, .. }: Body<CustomerPatch>,
) -> Result<Json<apps::Customer>, Problem> {
    acting.at_least(Role::Staff)?;
    let org = acting.org_id();
    let missing = || Problem::not_found("customer");
    let found: Option<Customer> = context.database().run(store::one(org, &id)).await?.first()?;
    let mut row = found.filter(|row| row.erased_at.is_none()).ok_or_else(missing)?;
    let was = Person { name: Some(row.name), email: Some(row.email.clone()), phone: None };
    let (first, last) = parted(called(&was));
    let name = joined(wanted.first_name.or(first).as_deref(), wanted.last_name.or(last).as_deref());
    let email = wanted.email.required("/email")?.unwrap_or(row.email);
    let contact = contact(name, email, wanted.phone.or(row.phone))?;
    (row.name, row.email, row.phone) = (contact.name, contact.email, contact.phone);
    row.note = optional_text(wanted.note.or(row.note), "/note", 2_000)?;
    let mut change = Change::new(&context, org, acting.actor());
    change.must(store::change(&row, context.now()));
    change.audit("customer.changed", &id, &json!({}));
    let taken = |error| match error {
        crate::database::StoreError::Taken(_) => exists(),
        error => Problem::from(error).unless_changed(missing),
    };
    change.commit().await.map_err(taken)?;
    Ok(Json(shown(row)))
}
