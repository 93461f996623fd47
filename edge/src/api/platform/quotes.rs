//! `POST /api/quotes`: what it would cost. Changes nothing.

use crate::access::limit;
use crate::api::body::Body;
use crate::api::order_body::OrderBody;
use crate::context::Context;
use crate::domain::booking::quote;
use crate::problem::{Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use shared::embed::QuoteOut;

/// Tells the price of an order, line by line.
///
/// The answer's `quote.hash` is the `quoteHash` to send with the booking: the customer pays what they saw, or is asked again.
#[utoipa::path(
    post, path = "/api/quotes", tag = "Bookings", operation_id = "createQuote", security(()),
    request_body = OrderBody,
    responses(
        (status = 200, description = "The price", body = QuoteOut, example = json!({"quote": {"currency": "EUR", "lines": [{"kind": "party", "item": 0, "label": "adult", "quantity": 2, "unitPrice": 3900, "amount": 7800}], "subtotal": 7800, "invoice": [{"kind": "party", "item": 0, "label": "adult", "quantity": 2, "net": 7800, "tax": 0, "gross": 7800}], "total": 7800, "itemTotals": [7800], "dueNow": 2340, "dueLater": 5460, "refundIfCancelledNow": 2340, "reverseCharge": false, "hash": "5d41402abc4b2a76b9719d911017c592"}})),
        (status = 400, description = "The body is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such offering", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "Sold out", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "Not bookable, or no price", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    headers: HeaderMap,
    body: Body<OrderBody>,
) -> Result<Json<QuoteOut>, Problem> {
    limit::guest(&context, &headers).await?;
    let wanted = body.value.parse()?;
    let email = wanted.contact.as_ref().map(|contact| contact.email.as_str());
    Ok(Json(quote::quote(&context, wanted.order()?, email).await?))
}
