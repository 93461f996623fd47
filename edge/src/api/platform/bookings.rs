//! `/api/bookings`: to book, and what a customer or staff do with one booking.

use crate::access::caller::{KEY_PREFIX, bearer};
use crate::access::permission::Permission;
use crate::access::{Caller, limit, secret};
use crate::api::body::Body;
use crate::api::idempotency::IdempotencyKey;
use crate::api::order_body::OrderBody;
use crate::context::Context;
use crate::domain::booking::book::{self, Made};
use crate::domain::booking::change::{self, Found, Move};
use crate::domain::booking::store::By;
use crate::domain::booking::view;
use crate::problem::{Problem, ProblemOut};
use axum::Json;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use shared::booking::Actor;
use shared::embed::{BookingOut, Timestamp};
use utoipa::ToSchema;

/// Books.
///
/// Three forms: one item written out (`tourId`, `instanceStartsAt`, `party`), `items`, or the `holdToken` of what is held.
/// All items are booked together or not at all. With an `Idempotency-Key` it can be sent again safely.
#[utoipa::path(
    post, path = "/api/bookings", tag = "Bookings", operation_id = "createBooking", security(()),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    request_body(content = OrderBody, example = json!({"tourId": "tour_harbor_sunset", "instanceStartsAt": "2027-05-01T15:00:00Z", "party": {"adult": 2, "child": 1}, "customer": {"name": "Ada Example", "email": "ada@example.com"}})),
    responses(
        (status = 201, description = "Booked, or requested where the business approves each booking", body = Object, example = json!({"id": "bkg_0192f0c1a2b37c4d8e5f60718293a4b5", "number": "HB-2027-000123", "status": "CONFIRMED", "requiresPayment": false, "manageUrl": "https://daymark.example/b/cK0c3n…", "total": {"amount": 9700, "currency": "EUR"}, "dueNow": {"amount": 2910, "currency": "EUR"}, "items": [{"offeringId": "tour_harbor_sunset", "name": "Sunset harbor tour", "startsAt": "2027-05-01T15:00:00Z", "endsAt": "2027-05-01T16:30:00Z", "localStartsAt": "2027-05-01T17:00:00+02:00"}]})),
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
) -> Result<(StatusCode, Json<BookingOut>), Problem> {
    limit::guest(&context, &headers).await?;
    let key = key.of("guest POST /api/bookings", &body.hash);
    body.value.names_somebody()?;
    let mut wanted = body.value.parse()?;
    let (order, hold_token) = (wanted.order.take(), wanted.hold_token.take());
    let details = wanted.details()?;
    let made = match (hold_token, order) {
        (Some(token), order) => book::book_held(&context, &token, order.as_ref(), &details, key.as_ref()).await?,
        (None, Some(order)) => book::book(&context, &order, &details, key.as_ref()).await?,
        (None, None) => return Err(Problem::field("/items", "required", "Name at least one item.")),
    };
    Ok((StatusCode::CREATED, Json(with_link(&context, made))))
}

fn with_link(context: &Context, made: Made) -> BookingOut {
    let manage_url = made.token.map(|token| format!("{}/b/{token}", context.origin()));
    BookingOut { manage_url, ..made.booking }
}

/// Reads a booking.
#[utoipa::path(
    get, path = "/api/bookings/{bookingId}", tag = "Bookings", operation_id = "readBooking", security((), ("key" = []), ("session" = [])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer. Staff send their own credentials instead"),
    ),
    responses(
        (status = 200, description = "The booking", body = Object),
        (status = 401, description = "No credentials", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such booking, or somebody else's", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    State(context): State<Context>,
    Path(id): Path<String>,
    who: BookingAccess,
) -> Result<Json<BookingOut>, Problem> {
    let ((row, items), _) = who.open(&context, &id, Permission::BookingsRead).await?;
    Ok(Json(view::shown(&row, &items)))
}

/// Why it is called off.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CancelBody {
    /// In words, for the business.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Calls a booking off: its seats are free at once.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/cancel", tag = "Bookings", operation_id = "cancelBooking", security((), ("key" = []), ("session" = [])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours"),
    ),
    request_body = CancelBody,
    responses(
        (status = 200, description = "Called off", body = Object),
        (status = 400, description = "The body is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "No credentials", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such booking, or somebody else's", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Its state does not allow it", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "The policy does not allow it any more", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn cancel(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
    who: BookingAccess,
    key: IdempotencyKey,
    body: Body<CancelBody>,
) -> Result<Json<BookingOut>, Problem> {
    limit::guest(&context, &headers).await?;
    let reason = crate::domain::booking::order::optional_text(body.value.reason, "/reason", 500)?;
    let key = key.of(format!("POST /api/bookings/{id}/cancel"), &body.hash);
    let (found, by) = who.open(&context, &id, Permission::BookingsWrite).await?;
    Ok(Json(change::cancel(&context, found, by, reason.as_deref(), key.as_ref()).await?))
}

/// Where a booking is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RescheduleBody {
    /// The new start, as in a slot.
    #[schema(value_type = String, format = DateTime, example = "2027-05-02T15:00:00Z")]
    starts_at: Timestamp,
    /// Which item, counted from 0.
    #[serde(default)]
    item: usize,
    /// The hash of the new price that the customer saw, needed only where the new time costs something else.
    #[serde(default)]
    quote_hash: Option<String>,
}

/// Moves a booking to another time: the old seats go and the new ones come in one step.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/reschedule", tag = "Bookings", operation_id = "rescheduleBooking", security((), ("key" = []), ("session" = [])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours"),
    ),
    request_body = RescheduleBody,
    responses(
        (status = 200, description = "Moved", body = Object),
        (status = 400, description = "The body is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "No credentials", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such booking, or somebody else's", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Sold out, with alternatives; another price; its state does not allow it", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "Not bookable then, or the policy does not allow it any more", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn reschedule(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
    who: BookingAccess,
    key: IdempotencyKey,
    body: Body<RescheduleBody>,
) -> Result<Json<BookingOut>, Problem> {
    limit::guest(&context, &headers).await?;
    let key = key.of(format!("POST /api/bookings/{id}/reschedule"), &body.hash);
    let (found, by) = who.open(&context, &id, Permission::BookingsWrite).await?;
    let RescheduleBody { starts_at, item, quote_hash } = body.value;
    let to = Move { item, starts_at, quote_hash };
    Ok(Json(change::reschedule(&context, found, by, &to, key.as_ref()).await?))
}

/// Whoever may see one booking: its customer by the token of its link, or staff of its organization.
pub enum BookingAccess {
    /// The token's hash.
    Customer(String),
    /// Somebody with credentials of their own.
    Staff(Caller),
}

#[derive(Deserialize)]
struct TokenQuery {
    token: Option<String>,
}

impl FromRequestParts<Context> for BookingAccess {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let asked = Query::<TokenQuery>::try_from_uri(&parts.uri).ok().and_then(|query| query.0.token);
        let brought = || bearer(parts).filter(|token| !token.starts_with(KEY_PREFIX)).map(str::to_owned);
        match asked.or_else(brought) {
            Some(token) => Ok(Self::Customer(secret::hashed(&token))),
            None => Ok(Self::Staff(Caller::from_request_parts(parts, context).await?)),
        }
    }
}

impl BookingAccess {
    /// The booking, if they may do that to it. Somebody else's looks like one that does not exist.
    async fn open(&self, context: &Context, id: &str, permission: Permission) -> Result<(Found, Actor), Problem> {
        let found = change::read(context, By::Id(id)).await?;
        let missing = || Problem::not_found("booking");
        match self {
            Self::Customer(hash) if found.0.token_hash.as_ref() == Some(hash) => Ok((found, Actor::Customer)),
            Self::Customer(_) => Err(missing()),
            Self::Staff(caller) => {
                caller.may(permission, &found.0.org).map_err(|problem| match problem.code() {
                    crate::problem::Code::NotFound => missing(),
                    _ => problem,
                })?;
                Ok((found, Actor::Staff))
            }
        }
    }
}
