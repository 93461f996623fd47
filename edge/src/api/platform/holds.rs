//! `/api/holds`: the seats are theirs while they type.

use crate::access::{limit, secret};
use crate::api::body::{AnyBody, Body};
use crate::api::idempotency::IdempotencyKey;
use crate::api::order_body::OrderBody;
use crate::api::refusals::Repeatable;
use crate::context::Context;
use crate::domain::booking::hold;
use crate::problem::{Problem, ProblemOut};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use shared::embed::HoldOut;

/// Holds what is wanted for some minutes (the demo: 15).
///
/// Nobody else gets the seats until `expiresAt`; then they are free again by themselves. With a `customer` it is a cart. What `source` says of where it came from stays with the booking.
#[utoipa::path(
    post, path = "/api/holds", tag = "Bookings", operation_id = "createHold", security(()),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer for 24 hours")),
    request_body = OrderBody,
    responses(
        (status = 201, description = "Held", body = HoldOut, example = json!({"holdToken": "cK0c3n…", "expiresAt": "2027-05-01T15:15:00Z", "quote": {"currency": "EUR", "lines": [{"kind": "party", "item": 0, "label": "adult", "quantity": 2, "unitPrice": 3900, "amount": 7800}], "subtotal": 7800, "invoice": [{"kind": "party", "item": 0, "label": "adult", "quantity": 2, "net": 7800, "tax": 0, "gross": 7800}], "total": 7800, "itemTotals": [7800], "dueNow": 2340, "dueLater": 5460, "refundIfCancelledNow": 2340, "reverseCharge": false, "hash": "5d41402abc4b2a76b9719d911017c592"}})),
        (status = 400, description = "The body is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such offering", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Sold out, with alternatives; or the price has changed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "Not bookable, no price, or the key belongs to another request", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    headers: HeaderMap,
    key: IdempotencyKey,
    body: Body<OrderBody>,
) -> Result<(StatusCode, Json<HoldOut>), Problem> {
    limit::guest(&context, &headers).await?;
    let key = key.of("guest POST /api/holds", &body.hash);
    let wanted = body.value.parse()?;
    let held =
        hold::hold(&context, wanted.order()?, wanted.contact.as_ref(), wanted.source.as_ref(), key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(held)))
}

/// Lets the seats of a hold go. Doing it twice is no mistake.
#[utoipa::path(
    delete, path = "/api/holds/{holdToken}", tag = "Bookings", operation_id = "releaseHold", security(()),
    params(("holdToken" = String, Path, description = "As answered when it was held")),
    responses(
        (status = 204, description = "Free again"),
        (status = 404, description = "No such hold", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "It is a booking already", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn remove(
    State(context): State<Context>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<StatusCode, Problem> {
    limit::guest(&context, &headers).await?;
    hold::release(&context, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a hold last as long again from now, up to an hour in all.
#[utoipa::path(
    post, path = "/api/holds/{holdToken}/extend", tag = "Bookings", operation_id = "extendHold", security(()),
    params(("holdToken" = String, Path, description = "As answered when it was held"), Repeatable),
    responses(
        (status = 200, description = "Its new end", body = HoldOut),
        (status = 400, description = "The key is not one", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such hold", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "It has run out", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "The key belongs to another request", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn extend(
    State(context): State<Context>,
    headers: HeaderMap,
    Path(token): Path<String>,
    key: IdempotencyKey,
    body: AnyBody,
) -> Result<Json<HoldOut>, Problem> {
    limit::guest(&context, &headers).await?;
    // The token opens the hold, so only its hash is kept.
    let key = key.of(format!("guest POST /api/holds/{}/extend", secret::hashed(&token)), &body.hash);
    Ok(Json(hold::extend(&context, &token, key.as_ref()).await?))
}
