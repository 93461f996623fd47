//! Money that needs a hand: what it is, and what staff do about a refund that the provider refused.

use crate::access::Allowed;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::platform::bookings::wire::{Amount, BookingDetail, Method, detail};
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::payment::store::trouble::{Disputed, Late, Refused, Troubles};
use crate::domain::payment::{back, trouble};
use crate::payment::page_of;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::embed::Timestamp;
use shared::money::Currency;
use shared::zone::Instant;
use utoipa::ToSchema;

/// What staff have to see to, at most 100 of each.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TroublesOut {
    /// Payments that their payers dispute, and that are not decided.
    pub disputes: Vec<DisputeOut>,
    /// Refunds that the provider refused for good, while the customer still gets the money, and that nobody has seen to.
    pub refused_refunds: Vec<RefusedOut>,
    /// Money of the last 30 days that came too late and goes back by itself: nothing to do.
    pub late_money: Vec<LateOut>,
}

/// A payment that its payer disputes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisputeOut {
    /// Of which booking.
    #[schema(example = "bkg_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub booking_id: String,
    /// Its number.
    pub number: Option<String>,
    /// What was paid.
    pub amount: Amount,
    /// In the provider's words: `needs_response`, `under_review`, `warning_needs_response`, `warning_under_review`.
    #[schema(example = "needs_response")]
    pub status: String,
    /// Since when it stands like that.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The provider's page of the payment, where it is answered.
    pub provider_url: Option<String>,
}

/// A refund that was refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusedOut {
    /// The refund.
    #[schema(example = "ref_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub id: String,
    /// Of which booking.
    #[schema(example = "bkg_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub booking_id: String,
    /// Its number.
    pub number: Option<String>,
    /// What of it is still owed.
    pub amount: Amount,
    /// Why, in the provider's words.
    #[schema(example = "expired_or_canceled_card")]
    pub reason: String,
    /// It can be sent again: we have the keys of the account that it was paid through.
    pub can_resend: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// The provider's page of the payment.
    pub provider_url: Option<String>,
}

/// Money that came too late.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LateOut {
    /// Of which booking.
    #[schema(example = "bkg_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub booking_id: String,
    /// What goes back.
    pub amount: Amount,
    /// It has gone back.
    pub done: bool,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// A refund on its way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResentOut {
    /// The new refund.
    #[schema(example = "ref_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub refund_id: String,
}

/// How it was given back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettleRefundIn {
    /// How the customer got it.
    pub method: Method,
}

/// Lists money that needs a hand: disputes, refunds that were refused, and what came too late.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/payments/troubles", tag = "Payments", operation_id = "listPaymentTroubles",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "What there is", body = TroublesOut), Reading),
)]
pub async fn list(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
) -> Result<Json<TroublesOut>, Problem> {
    let Troubles { disputed, refused, late } = trouble::of(&context, allowed.org_id(), None).await?;
    Ok(Json(TroublesOut {
        disputes: disputed.into_iter().map(DisputeOut::from).collect(),
        refused_refunds: refused.into_iter().map(RefusedOut::from).collect(),
        late_money: late.into_iter().map(LateOut::from).collect(),
    }))
}

/// Sends a refund that was refused once more, as far as it is still owed.
///
/// A refund is seen to once (`refund_seen_to`); it cannot be sent where the keys of its account are forgotten (`keys_forgotten`).
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/refunds/{refundId}/resend", tag = "Payments", operation_id = "resendRefund",
    params(
        ("orgId" = String, Path, description = "Organization"),
        ("refundId" = String, Path, description = "The refund that was refused"),
        Repeatable,
    ),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 202, description = "On its way", body = ResentOut), Writing),
)]
pub async fn resend(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, refund)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (refund_id, change) = trouble::sending_again(&context, allowed.org_id(), allowed.actor(), &refund).await?;
    let written = ticket.commit(&context, StatusCode::ACCEPTED, &ResentOut { refund_id }, change).await;
    let written = written.map_err(|problem| problem.unless_changed(trouble::seen_to))?;
    back::soon(&context);
    Ok(written.response)
}

/// Writes down that a refund that was refused was given back in another way. Nothing is sent.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/refunds/{refundId}/settle", tag = "Payments", operation_id = "settleRefund",
    request_body = SettleRefundIn,
    params(
        ("orgId" = String, Path, description = "Organization"),
        ("refundId" = String, Path, description = "The refund that was refused"),
        Repeatable,
    ),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 200, description = "The booking as it is now", body = BookingDetail), Writing),
)]
pub async fn settle(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, refund)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<SettleRefundIn>>,
) -> Result<Json<Value>, Problem> {
    let show = |found: &_| serde_json::to_value(detail(found, true)).unwrap_or_default();
    let by = (allowed.actor(), ticket.key());
    let method = wanted.method.as_str();
    trouble::gave_otherwise(&context, allowed.org_id(), by, &refund, method, &show).await.map(Json)
}

fn amount(amount: i64, currency: Currency) -> Amount {
    Amount { amount, currency: currency.code().to_owned() }
}

fn url(provider: &str, mode: &str, intent: Option<&str>) -> Option<String> {
    page_of(provider, mode == "live", intent?)
}

impl From<Disputed> for DisputeOut {
    fn from(one: Disputed) -> Self {
        Self {
            provider_url: url(&one.provider, &one.mode, one.intent.as_deref()),
            booking_id: one.booking,
            number: one.number,
            amount: amount(one.amount, one.currency),
            status: one.status,
            since: Timestamp(Instant(one.at)),
        }
    }
}

impl From<Refused> for RefusedOut {
    fn from(one: Refused) -> Self {
        Self {
            provider_url: url(&one.provider, &one.mode, one.intent.as_deref()),
            id: one.public_id,
            booking_id: one.booking,
            number: one.number,
            amount: amount(one.amount, one.currency),
            reason: one.failure,
            can_resend: one.sendable != 0,
            since: Timestamp(Instant(one.at)),
        }
    }
}

impl From<Late> for LateOut {
    fn from(one: Late) -> Self {
        Self {
            booking_id: one.booking,
            amount: amount(one.amount, one.currency),
            done: one.state == "DONE",
            since: Timestamp(Instant(one.at)),
        }
    }
}
