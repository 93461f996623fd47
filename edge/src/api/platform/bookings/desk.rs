//! What only staff do with bookings: make one for somebody, and look up what happened to it.

use super::add_to::BookingMade;
use super::wire::Amount;
use crate::access::Allowed;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::api::body::Body;
use crate::api::idempotency::IdempotencyKey;
use crate::api::order_body::OrderBody;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::book::{self, Desk};
use crate::domain::booking::order::optional_text;
use crate::domain::desk::history;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A booking that staff make for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeskBooking {
    /// What, and for whom: as `POST /api/bookings` takes it, without a hold.
    booking: OrderBody,
    /// From the guest.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Among the staff.
    #[serde(default)]
    #[schema(max_length = 2000)]
    staff_note: Option<String>,
    /// Whether the customer is written to.
    #[serde(default = "yes")]
    notify: bool,
    /// Notice, horizon, cut-off and the smallest party do not count; seats and resources do. Needs a reason.
    #[serde(default, rename = "override")]
    beyond_rules: bool,
    /// In words, for the audit log.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

fn yes() -> bool {
    true
}

/// Books for somebody. It needs nobody's approval.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/bookings", tag = "Bookings", operation_id = "bookForCustomer",
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    request_body(content = DeskBooking, example = json!({"booking": {"tourId": "tour_harbor_sunset", "instanceStartsAt": "2027-05-01T15:00:00Z", "party": {"adult": 2}, "customer": {"name": "Ada Example", "email": "ada@example.com"}}, "staffNote": "Rang up"})),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 201, description = "Booked", body = BookingMade), Writing),
)]
pub async fn create(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    key: IdempotencyKey,
    body: Body<DeskBooking>,
) -> Result<(StatusCode, Json<BookingMade>), Problem> {
    let scope = format!("{} POST /api/orgs/{}/bookings", allowed.actor(), allowed.org.public_id);
    let key = key.of(scope, &body.hash);
    let DeskBooking { booking, note, staff_note, notify, beyond_rules, reason } = body.value;
    let reason = optional_text(reason, "/reason", 500)?;
    if beyond_rules && reason.is_none() {
        return Err(Problem::field("/reason", "required", "Setting rules aside needs a reason."));
    }
    booking.names_somebody()?;
    let mut wanted = booking.parse()?;
    if wanted.hold_token.is_some() {
        return Err(Problem::field("/booking/holdToken", "not_here", "A hold is booked by its own holder."));
    }
    let order = wanted.order.take().ok_or_else(|| Problem::field("/booking/items", "required", "What for?"))?;
    let mut details = wanted.details()?;
    details.note = optional_text(note, "/note", 2_000)?;
    details.desk = Some(Desk {
        org: allowed.org_id(),
        actor: allowed.actor().to_owned(),
        beyond_rules: reason.filter(|_| beyond_rules),
        note: optional_text(staff_note, "/staffNote", 2_000)?,
        notify,
        channel: "console",
    });
    let made = book::book(&context, &order, &details, key.as_ref()).await?;
    Ok((StatusCode::CREATED, Json(super::with_link(&context, made))))
}

/// Something that happened to a booking.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Happening {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// EVENT (told outside), AUDIT (done by staff) or LEDGER (money).
    #[schema(example = "AUDIT")]
    source: String,
    /// `booking.cancelled`, `booking.refunded`, `PAYMENT` …
    #[schema(example = "booking.cancelled")]
    what: String,
    /// Who did it, for AUDIT: `usr_…` or `key_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// How much, for LEDGER.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    /// How it was paid, for LEDGER.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// What else was written down.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Option<Object>)]
    detail: Value,
}

/// The whole story of a booking.
#[derive(Serialize, ToSchema)]
pub struct HistoryOut {
    /// What happened, in order.
    data: Vec<Happening>,
}

/// Tells what happened to a booking, in order: what was told outside, what staff did, what was paid.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/bookings/{bookingId}/history", tag = "Bookings", operation_id = "bookingHistory",
    params(("orgId" = String, Path, description = "Organization"), ("bookingId" = String, Path, description = "`bkg_…`")),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "At most the last 500 of it", body = HistoryOut), Reading),
)]
pub async fn history(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<HistoryOut>, Problem> {
    let rows = history::read(context.database(), allowed.org_id(), &id).await?;
    let rows = rows.ok_or_else(|| Problem::not_found("booking"))?;
    let shown = |row: history::Row| Happening {
        at: Timestamp(Instant(row.at)),
        source: row.source,
        what: row.what,
        actor: row.actor,
        amount: row.amount.zip(row.currency).map(|(amount, currency)| Amount { amount, currency }),
        method: row.method,
        detail: row.detail.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
    };
    Ok(Json(HistoryOut { data: rows.into_iter().map(shown).collect() }))
}
