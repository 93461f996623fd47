//! What somebody wants to know the price of ([`Request`]) and the answer ([`Quote`], [`QuoteError`]).

use super::book::BasisPoints;
use crate::id::{AddOnId, OfferingId, PartyCode};
use crate::money::{Currency, Minor};
use crate::party::Party;
use crate::zone::Instant;
use serde::{Deserialize, Serialize};

/// Most items in one request.
pub const MAX_ITEMS: usize = 100;
/// Most guests, and most pieces of one add-on, in one item.
pub const MAX_UNITS: u32 = 10_000;

/// What is to be priced: together or not at all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// At least one.
    pub items: Vec<ItemRequest>,
    /// The coupon that the edge found for the code, if the customer gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
    /// Where the customer is taxed, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The customer is a business that owes the tax itself.
    #[serde(default)]
    pub reverse_charge: bool,
    /// The moment of booking. It enters the price, and the hash, only through what it decides.
    pub now: Instant,
}

/// One offering at one time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemRequest {
    /// What.
    pub offering: OfferingId,
    /// From.
    pub starts_at: Instant,
    /// Until; the length that packages and hourly add-ons count.
    pub ends_at: Instant,
    /// Who comes.
    #[serde(default)]
    pub party: Party,
    /// The departure for themselves.
    #[serde(default)]
    pub private: bool,
    /// What goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOnRequest>,
    /// What the customer chooses to pay for the item, add-ons, fees and added tax not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Minor>,
}

/// So many of an add-on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddOnRequest {
    /// Which.
    pub id: AddOnId,
    /// How many.
    pub quantity: u32,
}

/// A coupon as the edge found it, for this customer at this moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CouponRule))]
pub struct Coupon {
    /// As it is shown.
    pub code: String,
    /// What it does.
    pub effect: CouponEffect,
    /// Good for bookings made from this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Good for bookings made before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Good for departures from this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departs_from: Option<Instant>,
    /// Good for departures before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departs_until: Option<Instant>,
    /// Smallest sum of all items and add-ons before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i64>))]
    pub minimum: Option<Minor>,
    /// How often it can still be used; none means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u32>,
    /// Good once for each customer.
    #[serde(default)]
    pub once_per_customer: bool,
    /// This customer has used it.
    #[serde(default)]
    pub used_by_customer: bool,
    /// Only for these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offerings: Vec<OfferingId>,
    /// For add-ons too.
    #[serde(default)]
    pub add_ons: bool,
}

/// What a coupon does. A price never falls below zero.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CouponRuleEffect))]
pub enum CouponEffect {
    /// Basis points off.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    Percent(BasisPoints),
    /// Off the sum, spread over what it is good for.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    Subtract(Minor),
    /// Each guest (or the booking) costs this, if that is less.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    SetPrice(Minor),
    /// So many guests free, the cheapest first.
    FreeUnits(u32),
}

/// The price, line by line.
///
/// `lines` add up to `total`, and so do `due_now` and `due_later`. `invoice` adds up to `total` without the line
/// [`LineKind::Rounding`]. Nothing here is negative but the amounts of lines that take something off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Of all amounts.
    pub currency: Currency,
    /// Every step that changed the price, in the order of evaluation.
    pub lines: Vec<Line>,
    /// What was bought, discounts taken off, before fees and added tax.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub subtotal: Minor,
    /// One for each rate that counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxLine>,
    /// The same money as an invoice has it: one line for each thing bought, with its discounts in it.
    pub invoice: Vec<InvoiceLine>,
    /// To be paid in all.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub total: Minor,
    /// Each item's share of the total, in the order of the request.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<i64>))]
    pub item_totals: Vec<Minor>,
    /// To be paid to book.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub due_now: Minor,
    /// To be paid later.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub due_later: Minor,
    /// When that is due; none if nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_later_by: Option<Instant>,
    /// What would come back of `due_now` if the booking were cancelled at the moment it was quoted for.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub refund_if_cancelled_now: Minor,
    /// Tax is owed by the customer.
    #[serde(default)]
    pub reverse_charge: bool,
    /// 32 hexadecimal digits over request, rules and result. Equal means that nothing changed.
    pub hash: String,
}

/// One step of the price.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = QuoteLine))]
pub struct Line {
    /// What sort of step.
    pub kind: LineKind,
    /// The item it belongs to, counted from 0; none means the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// What to call it: a party type's code, an add-on's id, a coupon's code, or the name of a rule, fee or tax.
    /// Empty where the kind says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How many.
    pub quantity: u32,
    /// Of one, where the step has a price of its own; otherwise the amount.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub unit_price: Minor,
    /// What it adds (or takes off).
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub amount: Minor,
    /// Which of the quote's `taxes` are on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<usize>,
}

/// Sorts of line, in the order in which they come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LineKind {
    /// Guests of one type, or units.
    Party,
    /// The booking or package as a whole.
    Base,
    /// Length beyond the package.
    ExtraLength,
    /// Season, weekday, time, early, late.
    Adjustment,
    /// Cheaper together.
    GroupDiscount,
    /// The departure for themselves.
    Private,
    /// The customer chose to pay more or less.
    PayWhatYouWant,
    /// An add-on.
    AddOn,
    /// A coupon.
    Coupon,
    /// An automatic discount.
    AutomaticDiscount,
    /// A fee.
    Fee,
    /// Tax that is added, or the included tax that a reverse charge takes off.
    Tax,
    /// What rounding tax on sums moved the total by.
    TaxRounding,
    /// The total rounded to a multiple.
    Rounding,
}

/// A tax over the whole quote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxLine {
    /// The rate's name.
    pub name: String,
    /// The rate; 0 under a reverse charge.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    pub basis_points: BasisPoints,
    /// What it is on, all taxes taken off.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub net: Minor,
    /// How much it is.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub amount: Minor,
    /// Already in the prices, not added.
    pub included: bool,
}

/// One thing bought as an invoice has it: `net + tax = gross`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvoiceLine {
    /// [`LineKind::Party`], [`LineKind::Base`], [`LineKind::ExtraLength`], [`LineKind::Private`],
    /// [`LineKind::AddOn`] or [`LineKind::Fee`].
    pub kind: LineKind,
    /// The item; none for fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// As in [`Line::label`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How many.
    pub quantity: u32,
    /// Without tax.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub net: Minor,
    /// All taxes.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub tax: Minor,
    /// With tax.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub gross: Minor,
}

/// Why there is no price. [`pointer`](Self::pointer) names the field of the request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum QuoteError {
    /// Nothing asked for.
    NoItems,
    /// More than [`MAX_ITEMS`].
    TooManyItems,
    /// No tariff for the offering.
    UnknownOffering {
        /// Index into the items.
        item: usize,
    },
    /// Nobody comes, and the price is by heads or units.
    EmptyParty {
        /// Index into the items.
        item: usize,
    },
    /// The party type has no price.
    UnknownPartyType {
        /// Index into the items.
        item: usize,
        /// The type.
        code: PartyCode,
    },
    /// More than [`MAX_UNITS`] guests.
    PartyTooLarge {
        /// Index into the items.
        item: usize,
    },
    /// No range has a price for that many units.
    UnitsNotSold {
        /// Index into the items.
        item: usize,
    },
    /// Ends before it starts, or is longer than the package can be.
    LengthNotSold {
        /// Index into the items.
        item: usize,
    },
    /// No such add-on, or not with this offering.
    UnknownAddOn {
        /// Index into the items.
        item: usize,
        /// Index into its add-ons.
        add_on: usize,
    },
    /// More of an add-on than may be.
    TooManyAddOns {
        /// Index into the items.
        item: usize,
        /// Index into its add-ons.
        add_on: usize,
        /// The most.
        max: u32,
    },
    /// The price is not the customer's to choose.
    PayNotOffered {
        /// Index into the items.
        item: usize,
    },
    /// Less than the floor.
    PayTooLow {
        /// Index into the items.
        item: usize,
        /// The least.
        floor: Minor,
    },
    /// The coupon is not good for this.
    Coupon(CouponRefusal),
    /// Amounts beyond [`MAX_MINOR`](crate::money::MAX_MINOR).
    Overflow,
    /// The price book breaks its own rules: a negative price, a share above the whole, a rate out of bounds.
    BadBook,
}

/// Why a coupon is not good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CouponRefusal {
    /// Not yet good.
    NotYet,
    /// No longer good.
    Expired,
    /// Used up.
    UsedUp,
    /// This customer has used it.
    AlreadyUsed,
    /// Good for other offerings or dates.
    NotForThis,
    /// Good from this sum on.
    BelowMinimum(Minor),
}

impl QuoteError {
    /// A word for it that stays the same, for `code` in answers.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoItems => "no_items",
            Self::TooManyItems => "too_many_items",
            Self::UnknownOffering { .. } => "unknown_offering",
            Self::EmptyParty { .. } => "empty_party",
            Self::UnknownPartyType { .. } => "unknown_party_type",
            Self::PartyTooLarge { .. } => "party_too_large",
            Self::UnitsNotSold { .. } => "units_not_sold",
            Self::LengthNotSold { .. } => "length_not_sold",
            Self::UnknownAddOn { .. } => "unknown_add_on",
            Self::TooManyAddOns { .. } => "too_many_add_ons",
            Self::PayNotOffered { .. } => "pay_not_offered",
            Self::PayTooLow { .. } => "pay_too_low",
            Self::Coupon(refusal) => refusal.code(),
            Self::Overflow => "amount_too_large",
            Self::BadBook => "bad_price_book",
        }
    }

    /// The field of the [`Request`] that it is about, as a JSON pointer; empty for the whole.
    pub fn pointer(&self) -> String {
        let (item, field) = match self {
            Self::NoItems | Self::TooManyItems => return "/items".to_owned(),
            Self::Coupon(_) => return "/coupon".to_owned(),
            Self::Overflow | Self::BadBook => return String::new(),
            Self::UnknownOffering { item } => (item, "/offering"),
            Self::EmptyParty { item } | Self::PartyTooLarge { item } | Self::UnitsNotSold { item } => (item, "/party"),
            Self::UnknownPartyType { item, .. } => (item, "/party/"),
            Self::LengthNotSold { item } => (item, "/endsAt"),
            Self::UnknownAddOn { item, .. } | Self::TooManyAddOns { item, .. } => (item, "/addOns/"),
            Self::PayNotOffered { item } | Self::PayTooLow { item, .. } => (item, "/pay"),
        };
        let mut pointer = String::from("/items/");
        pointer.push_str(&item.to_string());
        pointer.push_str(field);
        match self {
            Self::UnknownPartyType { code, .. } => pointer.push_str(code.as_str()),
            Self::UnknownAddOn { add_on, .. } => {
                pointer.push_str(&add_on.to_string());
                pointer.push_str("/id");
            }
            Self::TooManyAddOns { add_on, .. } => {
                pointer.push_str(&add_on.to_string());
                pointer.push_str("/quantity");
            }
            _ => {}
        }
        pointer
    }
}

impl CouponRefusal {
    /// A word for it that stays the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYet => "coupon_not_yet",
            Self::Expired => "coupon_expired",
            Self::UsedUp => "coupon_used_up",
            Self::AlreadyUsed => "coupon_already_used",
            Self::NotForThis => "coupon_not_for_this",
            Self::BelowMinimum(_) => "coupon_below_minimum",
        }
    }
}
