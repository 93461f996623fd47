//! What the widget asks of the edge. The edge reads a superset of these shapes (contracts name shorter forms too).

use super::Timestamp;
use crate::id::{AddOnId, OfferingId};
use crate::party::Party;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One offering at one time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemIn {
    /// Which offering.
    pub offering_id: OfferingId,
    /// Its start, as in a slot.
    pub starts_at: Timestamp,
    /// Who comes.
    pub party: Party,
    /// Minutes or days, where the offering lets the customer choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// The departure for themselves.
    #[serde(default)]
    pub private: bool,
    /// Bought with it.
    #[serde(default)]
    pub add_ons: Vec<AddOnIn>,
}

/// An add-on and how many.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookedAddOn))]
pub struct AddOnIn {
    /// Which.
    pub id: AddOnId,
    /// How many.
    pub quantity: u32,
}

/// `POST /api/quotes`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteIn {
    /// What is wanted, 1 to 20.
    pub items: Vec<ItemIn>,
    /// A coupon's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// ISO 3166-1 alpha-2, where tax depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// `POST /api/holds`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldIn {
    /// What is wanted, 1 to 20.
    pub items: Vec<ItemIn>,
    /// A coupon's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The price that the customer saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_hash: Option<String>,
    /// Who it is for, once known; with an e-mail the hold is a cart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerIn>,
}

/// `POST /api/bookings`: either `items`, or the token of a hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingIn {
    /// What is wanted; empty with a hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemIn>,
    /// The hold to turn into a booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_token: Option<String>,
    /// The price that the customer saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_hash: Option<String>,
    /// A coupon's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Who books.
    pub customer: CustomerIn,
    /// Answers by `column_name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// The calendar it came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// BCP 47, the language to write to them in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// A person who books.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerIn {
    /// Full name, 1 to 200 characters.
    pub name: String,
    /// E-mail address, at most 254 characters.
    pub email: String,
    /// Phone number as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}
