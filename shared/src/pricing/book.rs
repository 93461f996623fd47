//! What things cost, as the business set it: the price book that travels with a snapshot.
//!
//! All amounts are minor units of the book's currency, all percentages basis points (10,000 = 100 %).
//! Prices are never negative; only an [`Adjustment`] may lower one by a negative amount. An empty list of
//! offerings, weekdays, dates … puts no limit.

use crate::civil::{Date, IsoWeekday};
use crate::id::{AddOnId, OfferingId, PartyCode, ResourceId};
use crate::money::{Currency, Minor};
use crate::schedule::Window;
use crate::zone::Instant;
use serde::{Deserialize, Serialize};

/// Hundredths of a percent: 10,000 is the whole.
pub type BasisPoints = u32;

/// All prices of one organization, or those that one calendar shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PriceBook {
    /// The one currency of every amount in here.
    pub currency: Currency,
    /// Grows with every change of any rule; part of the quote's hash.
    pub rules_version: u32,
    /// One for each offering that is sold.
    pub tariffs: Vec<Tariff>,
    /// What can be bought with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOn>,
    /// Discounts without a code, tried in this order; each unit is taken by at most one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub automatic: Vec<AutomaticDiscount>,
    /// Added to what was bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// Tax.
    #[serde(default)]
    pub tax: TaxRules,
    /// Totals are rounded to a multiple of this, such as 5 for Swiss cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i64>))]
    pub round_to: Option<Minor>,
}

/// What one offering costs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tariff {
    /// The offering.
    pub offering: OfferingId,
    /// Summed up; empty means free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base: Vec<BasePrice>,
    /// Departures that cost something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub departure_prices: Vec<DeparturePrice>,
    /// Season, weekday, time of day, early and late: each that fits, in this order, on what the one before left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// Cheaper together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_discounts: Option<GroupDiscounts>,
    /// What it costs to have the departure for oneself; none means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_surcharge: Option<PrivateSurcharge>,
    /// The customer may choose what to pay, but not less than this for each guest (for the booking, if no price
    /// counts guests). None means the price is the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<i64>))]
    pub pay_what_you_want: Option<Minor>,
    /// Part to be paid now; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
    /// What comes back on cancelling. Empty means nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refund_tiers: Vec<RefundTier>,
}

/// A way to count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookBasePrice))]
pub enum BasePrice {
    /// Each guest (or unit) pays the price of its type. A type without a price is not sold.
    PerParty(Vec<PartyPrice>),
    /// One price, however many come.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerBooking(Minor),
    /// One price for an included length, more for longer; shorter is not cheaper.
    Package(Package),
    /// By how many units the party has; the first range that fits counts.
    UnitRanges(Vec<UnitRange>),
}

/// The price of one guest of a type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PartyPrice {
    /// The type.
    pub code: PartyCode,
    /// For one.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
}

/// "$100 includes 5 hours, each further hour $50".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Package {
    /// For the included length.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
    /// What the lengths below count.
    pub unit: LengthUnit,
    /// Length that the price covers.
    pub included: u32,
    /// Beyond it; none means that longer is not sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<ExtraLength>,
}

/// What a length counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookLengthUnit))]
pub enum LengthUnit {
    /// Elapsed minutes.
    Minutes,
    /// Days of wall time at the venue: a day with a change of clocks is one day.
    Days,
}

/// The price of more time: for each started `per`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookExtraLength))]
pub struct ExtraLength {
    /// Minutes or days, at least 1; 0 reads as 1.
    pub per: u32,
    /// For each.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
}

/// A price for a number of units: "1 to 50 guests $500".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookUnitRange))]
pub struct UnitRange {
    /// Fewest.
    pub from: u32,
    /// Most; none means no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Its price.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
    /// The price is for each unit, not for all of them.
    #[serde(default)]
    pub each: bool,
}

/// Another base price at one departure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookDeparturePrice))]
pub struct DeparturePrice {
    /// The departure's start.
    pub starts_at: Instant,
    /// Of one party type; none means the price of the booking, the package, or the units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<PartyCode>,
    /// In place of the usual one.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
}

/// Dearer or cheaper at certain times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Adjustment {
    /// Shown to the customer: "Weekend", "Early bird".
    pub name: String,
    /// When it counts: all that is given must hold.
    #[serde(default)]
    pub when: When,
    /// Only these party types' prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<PartyCode>,
    /// What it does.
    pub effect: AdjustmentEffect,
}

/// Conditions on the start and on the moment of booking.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct When {
    /// The start is on one of these dates, both ends included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<(Date, Date)>,
    /// The start is on one of these weekdays, 1 = Monday to 7 = Sunday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<u8>))]
    pub weekdays: Vec<IsoWeekday>,
    /// The start is in one of these windows; `to` at or before `from` reaches over midnight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Window>,
    /// Booked at least this many minutes before the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least_before: Option<u32>,
    /// Booked at most this many minutes before the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most_before: Option<u32>,
}

/// What an adjustment does. A price never falls below zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum AdjustmentEffect {
    /// Basis points up, or down when negative.
    Percent(i32),
    /// For each guest, up or down.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerGuest(Minor),
    /// For the booking, up or down.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerBooking(Minor),
    /// Each guest (or the booking) costs exactly this.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    Set(Minor),
}

/// Discounts for coming together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookGroupDiscounts))]
pub struct GroupDiscounts {
    /// The rules.
    pub rules: Vec<GroupDiscount>,
    /// How several that fit go together.
    pub combine: Combine,
}

/// How several discounts that fit go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookCombine))]
pub enum Combine {
    /// Only the one that saves most; among equals the first.
    BestOf,
    /// All, in order, each on what the one before left.
    Cumulative,
}

/// One group discount.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookGroupDiscount))]
pub struct GroupDiscount {
    /// Shown to the customer.
    pub name: String,
    /// Fewest guests.
    pub from: u32,
    /// Most guests; none means no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Only these party types count and get it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<PartyCode>,
    /// What it gives.
    pub benefit: GroupBenefit,
}

/// What a group discount gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookGroupBenefit))]
pub enum GroupBenefit {
    /// Basis points off.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    Percent(BasisPoints),
    /// Off for each guest.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerGuest(Minor),
    /// Of every `take` guests only `pay` are paid for: the cheapest are free.
    NForM {
        /// N.
        take: u32,
        /// M.
        pay: u32,
    },
}

/// The price of having a departure for oneself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PrivateSurcharge {
    /// Basis points on top.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    Percent(BasisPoints),
    /// On top for the booking.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerBooking(Minor),
    /// On top for each guest.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerGuest(Minor),
    /// Filled up to this, such as the price of all seats.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    AtLeast(Minor),
}

/// Anything bought with an offering.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookAddOn))]
pub struct AddOn {
    /// Public id.
    pub id: AddOnId,
    /// Shown to the customer.
    pub name: String,
    /// What it goes with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offerings: Vec<OfferingId>,
    /// How the price counts.
    pub method: AddOnMethod,
    /// For one.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub price: Minor,
    /// Most of it with one item; none means no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<u32>,
    /// The stock that it is taken from; none means it never runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<ResourceId>,
    /// Costs nothing with these offerings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free_with: Vec<OfferingId>,
}

/// How an add-on's price counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookAddOnMethod))]
pub enum AddOnMethod {
    /// Per piece.
    Flat,
    /// Per piece and guest.
    PerPerson,
    /// Per piece and started hour.
    PerHour,
    /// Per piece and started day of wall time.
    PerDay,
}

/// A discount that needs no code: "from 4 tickets 10 %", "the third workshop at half price".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AutomaticDiscount {
    /// Shown to the customer.
    pub name: String,
    /// Bought from this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Bought before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// What counts.
    #[serde(default)]
    pub counts: Products,
    /// Units that a coupon made cheaper do not count.
    #[serde(default)]
    pub ignore_coupon_reduced: bool,
    /// What it takes.
    pub condition: Condition,
    /// Basis points off.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    pub percent: BasisPoints,
    /// Only on the cheapest n of each group; none means all. A group is as many as [`Condition::Count`] asks for, or
    /// everything that matched a [`Condition::Value`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_cheapest: Option<u32>,
    /// What gets cheaper; none means what counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Products>,
}

/// A choice of what is sold.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Products {
    /// These offerings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offerings: Vec<OfferingId>,
    /// Of these party types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<PartyCode>,
    /// Add-ons bought with them too.
    pub add_ons: bool,
}

/// What an automatic discount takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Condition {
    /// At least so many units.
    Count {
        /// How many, at least 1; 0 reads as 1.
        min: u32,
        /// Of which departures.
        within: Within,
    },
    /// Worth at least so much.
    Value {
        /// How much.
        #[cfg_attr(feature = "schema", schema(value_type = i64))]
        min: Minor,
        /// Within one departure, not over all of them.
        #[cfg_attr(feature = "schema", schema(rename = "sameDeparture"))]
        same_departure: bool,
    },
}

/// Which departures the units of a group belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Within {
    /// Any.
    Any,
    /// All the same one.
    Same,
    /// Each another one.
    Distinct,
}

/// Added to what was bought: booking fee, harbour dues.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Fee {
    /// Shown to the customer.
    pub name: String,
    /// Only for these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offerings: Vec<OfferingId>,
    /// How much.
    pub amount: FeeAmount,
}

/// How much a fee is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FeeAmount {
    /// Basis points of the price after discounts, before fees.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    Percent(BasisPoints),
    /// Once.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerBooking(Minor),
    /// For each guest.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerGuest(Minor),
}

/// Tax.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxRules {
    /// Prices are net and tax is added; otherwise it is in them.
    pub added: bool,
    /// The rates, in the order in which they compound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<TaxRate>,
    /// Where rounding happens.
    pub rounding: TaxRounding,
    /// Customers who owe the tax themselves are charged none, if they say so.
    pub reverse_charge: bool,
    /// ISO 3166-1 alpha-2; counts where the customer's is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
}

/// One tax.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaxRate {
    /// Shown to the customer: "VAT".
    pub name: String,
    /// 1,900 is 19 %.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    pub basis_points: BasisPoints,
    /// On the price and on the taxes before it, not on the price alone.
    #[serde(default)]
    pub compound: bool,
    /// Only for customers from there, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// What it is on.
    #[serde(default)]
    pub on: Taxed,
}

/// What a tax is on. Nothing named at all means everything.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Taxed {
    /// These offerings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offerings: Vec<OfferingId>,
    /// These add-ons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOnId>,
    /// Fees.
    pub fees: bool,
}

/// Where tax is rounded.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum TaxRounding {
    /// On each invoice line.
    #[default]
    Line,
    /// On the sum of the nets of each rate (EN 16931); the difference goes into the gross.
    SumByNet,
    /// The same, but the difference goes into the net, so that the gross stays as shown wherever a net exists for it.
    SumByNetKeepGross,
}

/// What is paid at booking.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookDeposit))]
pub struct Deposit {
    /// How much.
    pub amount: DepositAmount,
    /// All of it is due now this many days (of 24 hours) before the start, or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_within_days: Option<u32>,
}

/// How much a deposit is; never more than the item costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookDepositAmount))]
pub enum DepositAmount {
    /// Basis points of the item's share of the total.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    Percent(BasisPoints),
    /// For the item.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    Fixed(Minor),
    /// For each guest.
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    PerGuest(Minor),
}

/// "At least 48 hours before: half of it back."
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookRefundTier))]
pub struct RefundTier {
    /// Cancelled at least this many minutes before the start.
    pub minutes_before: u32,
    /// Basis points of what was paid.
    #[cfg_attr(feature = "schema", schema(value_type = u32))]
    pub percent: BasisPoints,
}
