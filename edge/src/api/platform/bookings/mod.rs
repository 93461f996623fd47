//! `/api/bookings`: to book, and what a customer or staff do with one booking.

mod access;
pub mod actions;
mod add_to;
pub mod desk;
pub mod list;
pub mod wire;

use crate::access::limit;
use crate::access::permission::Permission;
use crate::api::body::Body;
use crate::api::cors;
use crate::api::idempotency::IdempotencyKey;
use crate::api::order_body::OrderBody;
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::booking::book::{self, Made};
use crate::problem::{Problem, ProblemOut};
use access::BookingAccess;
use add_to::BookingMade;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use shared::embed::BookingOut;
use wire::{BookingDetail, detail};

/// Books.
///
/// Three forms: one item written out (`tourId`, `instanceStartsAt`, `party`), `items`, or the `holdToken` of what is held.
/// All items are booked together or not at all. With an `Idempotency-Key` it can be sent again safely.
#[utoipa::path(
    post, path = "/api/bookings", tag = "Bookings", operation_id = "createBooking", security(()),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    request_body(content = OrderBody, example = json!({"tourId": "tour_harbor_sunset", "instanceStartsAt": "2027-05-01T15:00:00Z", "party": {"adult": 2, "child": 1}, "customer": {"name": "Ada Example", "email": "ada@example.com"}})),
    responses(
        (status = 201, description = "Booked, or requested where the business approves each booking", body = BookingMade, example = json!({"id": "bkg_0192f0c1a2b37c4d8e5f60718293a4b5", "number": "HB-2027-000123", "status": "CONFIRMED", "requiresPayment": false, "manageUrl": "https://daymark.example/b/cK0c3n…", "total": {"amount": 9700, "currency": "EUR"}, "dueNow": {"amount": 2910, "currency": "EUR"}, "items": [{"offeringId": "tour_harbor_sunset", "name": "Sunset harbor tour", "startsAt": "2027-05-01T15:00:00Z", "endsAt": "2027-05-01T16:30:00Z", "localStartsAt": "2027-05-01T17:00:00+02:00"}]})),
        (status = 400, description = "The body is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such offering or hold", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Sold out, with alternatives; the price has changed; the hold has run out", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "Not bookable, no price, or the key belongs to another request", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    headers: HeaderMap,
    key: IdempotencyKey,
    body: Body<OrderBody>,
) -> Result<(StatusCode, Json<BookingMade>), Problem> {
    limit::guest(&context, &headers).await?;
    let key = key.of("guest POST /api/bookings", &body.hash);
    body.value.names_somebody()?;
    let mut wanted = body.value.parse()?;
    let (order, hold_token) = (wanted.order.take(), wanted.hold_token.take());
    let details = wanted.details()?;
    if let Some(calendar) = &details.calendar {
        cors::may_name(&context, &headers, calendar).await?;
    }
    let made = match (hold_token, order) {
        (Some(token), order) => book::book_held(&context, &token, order.as_ref(), &details, key.as_ref()).await?,
        (None, Some(order)) => book::book(&context, &order, &details, key.as_ref()).await?,
        (None, None) => return Err(Problem::field("/items", "required", "Name at least one item.")),
    };
    Ok((StatusCode::CREATED, Json(with_link(&context, made))))
}

pub(super) fn with_link(context: &Context, made: Made) -> BookingMade {
    let manage_url = made.token.map(|token| format!("{}/b/{token}", context.origin()));
    let checkout_url = manage_url.as_ref().filter(|_| made.booking.requires_payment).map(|url| format!("{url}/pay"));
    BookingOut { manage_url, checkout_url, ..made.booking }.into()
}

/// Reads a booking. Its customer sees what is theirs; staff see notes among themselves, too.
#[utoipa::path(
    get, path = "/api/bookings/{bookingId}", tag = "Bookings", operation_id = "readBooking",
    security((), ("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer. Staff send their own credentials instead"),
    ),
    responses((status = 200, description = "The booking", body = BookingDetail), Reading),
)]
pub async fn read(
    State(context): State<Context>,
    Path(id): Path<String>,
    who: BookingAccess,
) -> Result<Json<BookingDetail>, Problem> {
    let found = who.open(&context, &id, Permission::BookingsRead).await?;
    Ok(Json(detail(&found, who.is_staff())))
}
