//! What the edge answers.

use super::{PaymentMode, Timestamp};
use crate::availability::SlotStatus;
use crate::money::Money;
use crate::pricing::{Coupon, Quote};
use serde::{Deserialize, Serialize};

/// Answer of `POST /api/quotes`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuoteOut {
    /// The price, line by line; its hash is the `quoteHash` to send back.
    pub quote: Quote,
    /// The coupon's rule, when the code was good: the widget prices with it from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
}

/// Answer of `POST /api/holds`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HoldOut {
    /// Names the hold; whoever has it may book or release it.
    pub hold_token: String,
    /// When the seats are free again.
    pub expires_at: Timestamp,
    /// The price that was held.
    pub quote: Quote,
}

/// Answer of `POST /api/bookings` and of every read or change of a booking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = Booked))]
pub struct BookingOut {
    /// Public id.
    pub id: String,
    /// The number people read out, such as `HB-2026-000123`.
    pub number: String,
    /// State of the life cycle, such as `CONFIRMED`.
    pub status: String,
    /// Whether the customer must pay before it counts; until then it is `PENDING` and has no number.
    pub requires_payment: bool,
    /// Where to pay what is due: a page of this product that leads on to the payment provider. Not in a frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<String>,
    /// Until when it waits for the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_until: Option<Timestamp>,
    /// Whether real money is taken there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_mode: Option<PaymentMode>,
    /// The customer's own page; holds the booking's access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manage_url: Option<String>,
    /// The whole price.
    pub total: Money,
    /// To be paid now.
    pub due_now: Money,
    /// What was booked.
    pub items: Vec<BookedItem>,
}

/// An item of a booking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BookedItem {
    /// Which offering.
    pub offering_id: String,
    /// Its name when it was booked.
    pub name: String,
    /// Starts, UTC.
    pub starts_at: Timestamp,
    /// Ends, UTC.
    pub ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset: `2026-08-01T17:00:00+02:00`.
    pub local_starts_at: String,
}

/// RFC 9457 problem details.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URL that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words; the same for every occurrence.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Machine-readable cause, such as `sold_out`.
    pub code: String,
    /// This occurrence in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Bookable starts nearby.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// The price now, when the one seen is stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
}

/// One thing wrong with one field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// RFC 6901 JSON pointer into the request body, or `?name` of a query parameter.
    pub pointer: String,
    /// Machine-readable rule, such as `too_long`.
    pub code: String,
    /// The rule in words.
    pub message: String,
}

/// A start that could be booked instead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Alternative {
    /// Starts, UTC.
    pub starts_at: Timestamp,
    /// Ends, UTC.
    pub ends_at: Timestamp,
    /// Starts, venue wall time with offset.
    pub local_starts_at: String,
    /// Left.
    pub remaining: u32,
    /// Whether it can be booked.
    pub status: SlotStatus,
}
