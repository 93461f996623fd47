//! What the wire says of offerings. Parts that the engine has too are written as the engine has them.

use super::schedule::ScheduleBody;
use crate::api::given::Given;
use crate::problem::FieldError;
use serde::{Deserialize, Serialize};
use shared::civil::{Date, TimeOfDay};
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// An offering that is to be, or what is to change of one: what is left out stays, null is as at the beginning.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferingIn {
    /// Name. Needed on creating.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Old town walk")]
    pub name: Given<String>,
    /// One or two plain sentences.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub summary: Given<String>,
    /// Markdown; shown as safe HTML.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 20_000)]
    pub description: Given<String>,
    /// https addresses of pictures, at most 10; the first is shown in lists.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["https://images.example/walk.jpg"]))]
    pub images: Given<Vec<String>>,
    /// BCP 47, in which it is held.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["en", "de"]))]
    pub languages: Given<Vec<String>>,
    /// When it happens.
    #[serde(default)]
    #[schema(value_type = Option<ScheduleBody>)]
    pub schedule: Given<ScheduleBody>,
    /// Elapsed minutes. 60 when no length is given.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 44_640, example = 90)]
    pub duration_minutes: Given<u32>,
    /// In place of it: the customer picks one of these, the first is the default.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u32>>, example = json!([60, 120]))]
    pub duration_choices: Given<Vec<u32>>,
    /// In place of it: whole venue dates.
    #[serde(default)]
    #[schema(value_type = Option<DaysBody>)]
    pub duration_days: Given<DaysBody>,
    /// Seats, groups or bookings, as `capacityKind` says; null when only resources limit it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 100_000, example = 12)]
    pub capacity: Given<u32>,
    /// What `capacity` counts. Left out: seats for tours and events, groups for rooms, bookings of a day for packages.
    #[serde(default)]
    #[schema(value_type = Option<CapacityKind>)]
    pub capacity_kind: Given<CapacityKind>,
    /// Minor units for each guest of a type that names no price of its own. 0 is free.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, example = 2900)]
    pub price: Given<i64>,
    /// The organization's; another one is refused.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "EUR")]
    pub currency: Given<String>,
    /// Who may come. Left out: one type, `adult` for tours and `guest` for the others.
    #[serde(default)]
    #[schema(value_type = Option<Vec<PartyTypeBody>>)]
    pub party_types: Given<Vec<PartyTypeBody>>,
    /// Fewest guests in one booking.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub min_party: Given<u32>,
    /// Most guests in one booking.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub max_party: Given<u32>,
    /// Most bookings that start on one venue date.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    pub max_per_day: Given<u32>,
    /// Busy time of the resources before it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 10_080)]
    pub buffer_before_minutes: Given<u32>,
    /// Busy time of the resources after it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 10_080)]
    pub buffer_after_minutes: Given<u32>,
    /// Buffers must lie inside the resources' hours too.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub buffers_inside: Given<bool>,
    /// Booking closes this long before the start.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 600_000)]
    pub notice_minutes: Given<u32>,
    /// Booking opens this many venue dates ahead.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3650)]
    pub horizon_days: Given<u32>,
    /// Booking closes this long before the first start of the date.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 600_000)]
    pub cut_off_minutes: Given<u32>,
    /// Whether a group may have a departure for itself.
    #[serde(default)]
    #[schema(value_type = Option<PrivateRequests>)]
    pub private_requests: Given<PrivateRequests>,
    /// What that costs on top.
    #[serde(default)]
    #[schema(value_type = Option<PrivatePrice>)]
    pub private_price: Given<PrivatePrice>,
    /// It runs only when enough seats are taken in time.
    #[serde(default)]
    #[schema(value_type = Option<PreOrder>)]
    pub pre_order: Given<PreOrder>,
    /// Resources that must all be free, one unit of each: for the departure of a tour or event, for each booking of the others.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["res_harbor_boat"]))]
    pub resource_ids: Given<Vec<String>>,
    /// The full form of `resourceIds`: all of these, each from any of its resources.
    #[serde(default)]
    #[schema(value_type = Option<Vec<RequirementBody>>)]
    pub requirements: Given<Vec<RequirementBody>>,
    /// Prices that do not count guests by type; added to those that do.
    #[serde(default)]
    #[schema(value_type = Option<Vec<BasePriceBody>>)]
    pub base_prices: Given<Vec<BasePriceBody>>,
    /// Departures that cost something else.
    #[serde(default)]
    #[schema(value_type = Option<Vec<DeparturePriceBody>>)]
    pub departure_prices: Given<Vec<DeparturePriceBody>>,
    /// Season, weekday, time of day, early and late: each that fits, in this order.
    #[serde(default)]
    #[schema(value_type = Option<Vec<PriceRule>>)]
    pub price_rules: Given<Vec<PriceRule>>,
    /// Cheaper together.
    #[serde(default)]
    #[schema(value_type = Option<GroupDiscountsBody>)]
    pub group_discounts: Given<GroupDiscountsBody>,
    /// Customers choose what to pay, but not less than this for each guest.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub pay_what_you_want: Given<i64>,
    /// Part to be paid now; null means all.
    #[serde(default)]
    #[schema(value_type = Option<DepositBody>)]
    pub deposit: Given<DepositBody>,
    /// What comes back on cancelling: of the tiers whose notice is kept, that with the most. None means nothing.
    #[serde(default)]
    #[schema(value_type = Option<Vec<RefundTierBody>>)]
    pub cancellation_policy: Given<Vec<RefundTierBody>>,
    /// What can be bought with it.
    #[serde(default)]
    #[schema(value_type = Option<Vec<OfferedAddOn>>)]
    pub add_ons: Given<Vec<OfferedAddOn>>,
    /// What everybody who books is asked.
    #[serde(default)]
    #[schema(value_type = Option<Vec<QuestionBody>>)]
    pub questions: Given<Vec<QuestionBody>>,
    /// Staff approve every booking.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub approval: Given<bool>,
    /// Who finds it.
    #[serde(default)]
    #[schema(value_type = Option<VisibilityBody>)]
    pub visibility: Given<VisibilityBody>,
    /// Whether it is sold. Publishing is refused while it cannot be booked.
    #[serde(default)]
    #[schema(value_type = Option<StatusBody>)]
    pub status: Given<StatusBody>,
    /// Its place in lists, the lowest first.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    pub position: Given<u32>,
}

/// Whole venue dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DurationDays)]
pub struct DaysBody {
    /// Fewest, 1 to 31; the default.
    #[schema(minimum = 1, maximum = 31, example = 1)]
    pub from: u32,
    /// Most, 1 to 31.
    #[schema(minimum = 1, maximum = 31, example = 3)]
    pub to: u32,
}

/// What a capacity counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CapacityKind {
    /// Seats at each departure.
    Seats,
    /// Groups at each departure, however many come.
    Groups,
    /// Bookings on each venue date.
    PerDay,
    /// Only resources limit it.
    Unlimited,
}

/// A kind of guest, or of unit.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PartyType)]
pub struct PartyTypeBody {
    /// Unique within the offering: 1 to 64 signs of a to z, 0 to 9 and _, the first a letter.
    #[schema(pattern = "^[a-z][a-z0-9_]{0,63}$", example = "child")]
    pub code: String,
    /// Shown to the customer.
    #[schema(min_length = 1, max_length = 100, example = "Child")]
    pub name: String,
    /// Shown under the name.
    #[serde(default)]
    #[schema(max_length = 200, example = "4 to 12 years")]
    pub note: Option<String>,
    /// Seats that one of it takes: 0 for an infant on a lap.
    #[serde(default = "one")]
    #[schema(maximum = 1000, default = 1)]
    pub seats: u32,
    /// Fewest in one booking.
    #[serde(default)]
    pub min: u32,
    /// Most in one booking.
    #[serde(default)]
    pub max: Option<u32>,
    /// For one, minor units. A type without a price is not sold where others have one.
    #[serde(default)]
    #[schema(minimum = 0, example = 1900)]
    pub price: Option<i64>,
}

fn one() -> u32 {
    1
}

/// Whether a group may have a departure for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PrivateRequests {
    /// No.
    Never,
    /// If it asks to.
    OnRequest,
    /// If it asks to, and always from this many guests.
    From(u32),
    /// Only so.
    Always,
}

/// The price of having a departure for oneself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PrivatePrice {
    /// Basis points on top.
    Percent(u32),
    /// Minor units on top for the booking.
    PerBooking(i64),
    /// Minor units on top for each guest.
    PerGuest(i64),
    /// Filled up to this, such as the price of all seats.
    AtLeast(i64),
}

/// It runs only when enough seats are taken in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreOrder {
    /// Seats.
    #[schema(minimum = 1, example = 6)]
    pub min_seats: u32,
    /// Decided at the latest so many minutes before the start.
    #[schema(example = 2880)]
    pub decide_before: u32,
}

/// How much of a pool is needed, and who shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(clippy::enum_variant_names, reason = "the words of the field")]
pub enum NeedKind {
    /// `amount` units for the departure, shared by all its bookings: the boat.
    PerDeparture,
    /// `amount` units of its own for each booking: the therapist.
    PerBooking,
    /// One unit of its own for every started `amount` seats of a booking.
    PerSeats,
    /// One unit for every started `amount` seats of the departure, shared: a guide for each ten.
    PerDepartureSeats,
}

/// One thing needed: from any of these resources.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Requirement)]
pub struct RequirementBody {
    /// The pool to take from.
    #[schema(example = json!(["res_harbor_guide_port", "res_harbor_guide_starboard"]))]
    pub any_of: Vec<String>,
    /// How it counts.
    pub need: NeedKind,
    /// Units, or seats for each unit; 1 when left out.
    #[serde(default = "one")]
    #[schema(minimum = 1, default = 1)]
    pub amount: u32,
}

/// A price that does not count guests by type.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BasePrice)]
pub enum BasePriceBody {
    /// Minor units, however many come.
    PerBooking(i64),
    /// One price for an included length, more for longer.
    Package(PackagePrice),
    /// By how many guests there are; the first range that fits counts.
    UnitRanges(Vec<UnitRangeBody>),
}

/// "100.00 for 5 hours, each further hour 50.00".
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackagePrice {
    /// For the included length.
    #[schema(minimum = 0, example = 10_000)]
    pub price: i64,
    /// What the lengths count.
    pub unit: LengthUnit,
    /// Length that the price covers.
    #[schema(example = 300)]
    pub included: u32,
    /// Beyond it; left out: longer is not sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<ExtraLengthBody>,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LengthUnit {
    /// Elapsed minutes.
    Minutes,
    /// Days of wall time.
    Days,
}

/// The price of more time: for each started `per`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ExtraLength)]
pub struct ExtraLengthBody {
    /// Minutes or days.
    #[schema(minimum = 1, example = 60)]
    pub per: u32,
    /// For each.
    #[schema(minimum = 0, example = 5_000)]
    pub price: i64,
}

/// A price for a number of guests.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UnitRange)]
pub struct UnitRangeBody {
    /// Fewest.
    #[schema(example = 2)]
    pub from: u32,
    /// Most; left out: no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Its price.
    #[schema(minimum = 0, example = 9_000)]
    pub price: i64,
    /// The price is for each of them, not for all.
    #[serde(default)]
    pub each: bool,
}

/// Another price at one departure.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DeparturePrice)]
pub struct DeparturePriceBody {
    /// The departure's start.
    #[schema(value_type = String, format = DateTime, example = "2027-12-31T21:00:00Z")]
    pub starts_at: Timestamp,
    /// Of one party type; left out: the price of the booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_type: Option<String>,
    /// In place of the usual one.
    #[schema(minimum = 0, example = 5_900)]
    pub price: i64,
}

/// Dearer or cheaper at certain times.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceRule {
    /// Shown to the customer.
    #[schema(min_length = 1, max_length = 100, example = "Weekend")]
    pub name: String,
    /// When it counts: all that is given must hold.
    #[serde(default)]
    #[schema(default = json!({}))]
    pub when: PriceConditions,
    /// Only these party types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<String>,
    /// What it does.
    pub effect: PriceEffect,
}

/// Conditions on the start and on the moment of booking.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceConditions {
    /// The start is on one of these spans of dates, both ends included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Vec<String>>, example = json!([["2027-06-01", "2027-08-31"]]))]
    pub dates: Vec<(Date, Date)>,
    /// The start is on one of these weekdays, 1 = Monday to 7 = Sunday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<u32>, example = json!([6, 7]))]
    pub weekdays: Vec<u8>,
    /// The start is in one of these windows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<TimeWindow>,
    /// Booked at least this many minutes before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_before: Option<u32>,
    /// Booked at most this many minutes before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_before: Option<u32>,
}

/// Times of a day.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimeWindow {
    /// From.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    pub from: TimeOfDay,
    /// To.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "20:00")]
    pub to: TimeOfDay,
}

/// What a price rule does.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PriceEffect {
    /// Basis points up, or down when negative.
    Percent(i32),
    /// Minor units for each guest, up or down.
    PerGuest(i64),
    /// Minor units for the booking, up or down.
    PerBooking(i64),
    /// Each guest (or the booking) costs exactly this.
    Set(i64),
}

/// Discounts for coming together.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = GroupDiscounts)]
pub struct GroupDiscountsBody {
    /// The rules.
    pub rules: Vec<GroupDiscountBody>,
    /// How several that fit go together; `bestOf` when left out.
    #[serde(default)]
    pub combine: CombineBody,
}

/// How several discounts go together.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Combine)]
pub enum CombineBody {
    /// Only the one that saves most.
    #[default]
    BestOf,
    /// All, in order.
    Cumulative,
}

/// One group discount.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = GroupDiscount)]
pub struct GroupDiscountBody {
    /// Shown to the customer.
    #[schema(min_length = 1, max_length = 100, example = "Group of four or more")]
    pub name: String,
    /// Fewest guests.
    #[schema(example = 4)]
    pub from: u32,
    /// Most guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Only these party types count and get it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party: Vec<String>,
    /// What it gives.
    pub benefit: GroupBenefitBody,
}

/// What a group discount gives.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = GroupBenefit)]
pub enum GroupBenefitBody {
    /// Basis points off.
    Percent(u32),
    /// Minor units off for each guest.
    PerGuest(i64),
    /// Of every `take` guests only `pay` are paid for.
    NForM {
        /// N.
        take: u32,
        /// M.
        pay: u32,
    },
}

/// What is paid at booking.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Deposit)]
pub struct DepositBody {
    /// How much.
    pub amount: DepositAmountBody,
    /// All of it is due now this many days before the start, or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_within_days: Option<u32>,
}

/// How much a deposit is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DepositAmount)]
pub enum DepositAmountBody {
    /// Basis points of the total.
    Percent(u32),
    /// Minor units.
    Fixed(i64),
    /// Minor units for each guest.
    PerGuest(i64),
}

/// "At least 48 hours before: half of it back."
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RefundTier)]
pub struct RefundTierBody {
    /// Cancelled at least this many minutes before the start.
    #[schema(example = 2880)]
    pub minutes_before: u32,
    /// Basis points of what was paid.
    #[schema(maximum = 10_000, example = 5_000)]
    pub percent: u32,
}

/// An add-on that goes with an offering.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferedAddOn {
    /// Which.
    #[schema(example = "add_harbor_picnic")]
    pub id: String,
    /// It costs nothing with this offering.
    #[serde(default)]
    pub free: bool,
}

/// A question of the business.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Question)]
pub struct QuestionBody {
    /// Key in `answers`: 1 to 64 signs of a to z, 0 to 9 and _.
    #[schema(pattern = "^[a-z0-9_]{1,64}$", example = "occasion")]
    pub column_name: String,
    /// What the customer reads.
    #[schema(min_length = 1, max_length = 300, example = "Is there something to celebrate?")]
    pub label: String,
    /// What kind of answer.
    #[serde(default)]
    pub kind: QuestionKindBody,
    /// It must be answered.
    #[serde(default)]
    pub required: bool,
    /// The choices of a select.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// Kinds of answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = QuestionKind)]
pub enum QuestionKindBody {
    /// One line.
    #[default]
    Text,
    /// Several lines.
    Textarea,
    /// One of the options.
    Select,
    /// Yes or no.
    Checkbox,
}

/// Who finds an offering.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = Visibility)]
pub enum VisibilityBody {
    /// Everybody.
    Public,
    /// Whoever has its address.
    Unlisted,
    /// Staff.
    Private,
}

/// Whether an offering is sold.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = OfferingStatus)]
pub enum StatusBody {
    /// Not yet.
    Draft,
    /// Yes.
    Published,
}

/// A tax on it, as the organization set it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfferingTax)]
pub struct TaxOut {
    /// Name.
    #[schema(example = "VAT")]
    pub name: String,
    /// 1,900 is 19 %.
    pub basis_points: u32,
    /// Already in the prices, not added.
    pub included: bool,
}

/// An offering: a tour, event, appointment type, room or package.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Offering)]
pub struct OfferingOut {
    /// Public id: ask its `/availability` for its slots.
    #[schema(example = "tour_harbor_sunset")]
    pub id: String,
    /// TOUR, EVENT, APPOINTMENT, ROOM or PACKAGE.
    #[schema(example = "TOUR")]
    pub kind: String,
    /// Whose it is.
    #[schema(example = "org_harbor")]
    pub organization_id: String,
    /// Their name.
    pub organization_name: String,
    /// Name.
    pub name: String,
    /// One or two plain sentences.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// The same as safe HTML.
    pub description_html: Option<String>,
    /// Addresses of pictures.
    pub images: Vec<String>,
    /// The first of them.
    pub image: Option<String>,
    /// BCP 47.
    pub languages: Vec<String>,
    /// When it happens.
    pub schedule: ScheduleBody,
    /// The venue's zone, IANA.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// Elapsed minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u32>,
    /// Lengths to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_choices: Option<Vec<u32>>,
    /// Whole venue dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_days: Option<DaysBody>,
    /// How many, as `capacityKind` says; null when only resources limit it.
    pub capacity: Option<u32>,
    /// What `capacity` counts.
    pub capacity_kind: CapacityKind,
    /// ISO 4217, of every amount here.
    #[schema(example = "EUR")]
    pub currency: String,
    /// For a guest of the first type that has a price, minor units.
    pub price: Option<i64>,
    /// Who may come.
    pub party_types: Vec<PartyTypeBody>,
    /// Fewest guests in one booking.
    pub min_party: u32,
    /// Most guests in one booking.
    pub max_party: Option<u32>,
    /// Most bookings that start on one venue date.
    pub max_per_day: Option<u32>,
    /// Busy time of the resources before it.
    pub buffer_before_minutes: u32,
    /// Busy time of the resources after it.
    pub buffer_after_minutes: u32,
    /// Buffers must lie inside the resources' hours too.
    pub buffers_inside: bool,
    /// Booking closes this long before the start.
    pub notice_minutes: u32,
    /// Booking opens this many venue dates ahead.
    pub horizon_days: Option<u32>,
    /// Booking closes this long before the first start of the date.
    pub cut_off_minutes: Option<u32>,
    /// Whether a group may have a departure for itself.
    pub private_requests: PrivateRequests,
    /// What that costs on top.
    pub private_price: Option<PrivatePrice>,
    /// It runs only when enough seats are taken in time.
    pub pre_order: Option<PreOrder>,
    /// Every resource that it may need, each once. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_ids: Option<Vec<String>>,
    /// What has to be free. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirements: Option<Vec<RequirementBody>>,
    /// Prices that do not count guests by type.
    pub base_prices: Vec<BasePriceBody>,
    /// Departures that cost something else.
    pub departure_prices: Vec<DeparturePriceBody>,
    /// Season, weekday, time of day, early and late.
    pub price_rules: Vec<PriceRule>,
    /// Cheaper together.
    pub group_discounts: Option<GroupDiscountsBody>,
    /// Customers choose what to pay from this on.
    pub pay_what_you_want: Option<i64>,
    /// Part to be paid now.
    pub deposit: Option<DepositBody>,
    /// Taxes of the organization that are on it.
    pub taxes: Vec<TaxOut>,
    /// What comes back on cancelling.
    pub cancellation_policy: Vec<RefundTierBody>,
    /// What can be bought with it.
    pub add_ons: Vec<OfferedAddOn>,
    /// What is asked.
    pub questions: Vec<QuestionBody>,
    /// Staff approve every booking.
    pub approval: bool,
    /// PUBLIC, UNLISTED or PRIVATE.
    pub visibility: String,
    /// DRAFT, PUBLISHED or ARCHIVED.
    #[schema(example = "PUBLISHED")]
    pub status: String,
    /// Its place in lists.
    pub position: u32,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// In answers to changes: what is missing to book it. Nothing of it stands in the way of a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<FieldError>>,
}
