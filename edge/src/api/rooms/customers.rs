//! `/v1/customers`: who booked, and what they booked.

use super::{OrgOfKey, ROOM, stay};
use crate::access::allowed::BookingsRead;
use crate::access::keyed::Keyed;
use crate::api::page::{Page, PageIn};
use crate::api::query::{Query, words};
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::customer::{self, store::Customer};
use crate::domain::desk::store::{self, Filter, Order};
use crate::problem::Problem;
use crate::shape::rooms::RoomBooking;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;
/// Bookings of a profile.
const HISTORY: i64 = 500;

/// Which customers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoomCustomerFilter {
    /// Words, or their beginnings, of name, address, phone or note; all of them are in what is found.
    #[param(example = "ada")]
    q: Option<String>,
}

/// A customer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoomCustomer)]
pub struct CustomerOut {
    /// Public id.
    #[schema(example = "cus_harbor_1")]
    id: String,
    /// Full name.
    name: String,
    /// Address.
    email: String,
    /// As typed.
    phone: Option<String>,
    /// Among the staff.
    note: Option<String>,
    /// How many bookings of any kind.
    bookings: i64,
    /// When the last of them ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_ends_at: Option<Timestamp>,
    /// Since when they are known.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A customer with what they booked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoomCustomerProfile)]
pub struct ProfileOut {
    /// Who.
    #[serde(flatten)]
    customer: CustomerOut,
    /// Their bookings of rooms, the newest first, at most 500.
    history: Vec<RoomBooking>,
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
    }
}

/// Lists customers, the newest first.
#[utoipa::path(
    get, path = "/v1/customers", tag = "Rooms", operation_id = "listRoomCustomers", params(OrgOfKey, PageIn, RoomCustomerFilter),
    security(("key" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<CustomerOut>), Reading),
)]
pub async fn list(
    keyed: Keyed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<RoomCustomerFilter>,
) -> Result<Json<Page<CustomerOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let words = words(asked.q.as_deref())?;
    let rows = customer::list(&context, keyed.org_id(), before, words, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Reads a customer with the rooms that they booked.
#[utoipa::path(
    get, path = "/v1/customers/{id}", tag = "Rooms", operation_id = "readRoomCustomer",
    params(("id" = String, Path, description = "Customer"), OrgOfKey),
    security(("key" = ["bookings:read"])),
    responses((status = 200, description = "Who they are and what they booked", body = ProfileOut), Reading),
)]
pub async fn read(
    keyed: Keyed<BookingsRead>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<Json<ProfileOut>, Problem> {
    let org = keyed.org_id();
    let customer = customer::read(&context, org, &id).await?;
    let filter = Filter { customer: Some(&id), kind: Some(ROOM), ..Filter::default() };
    let rows = store::bookings(context.database(), org, &filter, (Order::Created, None), HISTORY).await?;
    let history = rows.into_iter().map(|row| stay::listed(row, &keyed.org.timezone));
    Ok(Json(ProfileOut { history: history.collect::<Result<_, _>>()?, customer: shown(customer) }))
}
