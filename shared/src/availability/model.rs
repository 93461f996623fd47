//! What the engine looks at ([`Calendar`], [`Offering`], [`Ask`]) and what it answers
//! ([`Slot`], [`Placement`], [`Refusal`]).

use crate::civil::{Date, IsoWeekday};
use crate::id::{OfferingId, ResourceId};
use crate::party::{Party, PartyType};
use crate::schedule::{Schedule, Window};
use crate::zone::{Instant, Span, Zone};
use serde::{Deserialize, Serialize};

/// Everything about a venue that availability depends on, apart from the offering asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = Venue))]
pub struct Calendar {
    /// The venue's offsets for the window in question.
    pub zone: Zone,
    /// The moment that decides notice, horizon and which holds still count.
    pub now: Instant,
    /// What can be busy.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// What is sold or held.
    #[serde(default)]
    pub claims: Vec<Claim>,
    /// Departures that differ from their schedule.
    #[serde(default)]
    pub departures: Vec<DepartureOverride>,
    /// Times at which the whole venue is closed.
    #[serde(default)]
    pub closures: Vec<Block>,
}

/// What the business sells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookableOffering))]
pub struct Offering {
    /// Public id.
    pub id: OfferingId,
    /// What sort of thing it is; decides only how it is shown and its defaults, the engine reads the fields below.
    pub kind: Kind,
    /// When it happens.
    pub schedule: Schedule,
    /// How long it takes.
    pub length: Length,
    /// How much of it there is at each departure.
    pub capacity: Capacity,
    /// Who may come. Never empty.
    pub party_types: Vec<PartyType>,
    /// Limits and lead times.
    #[serde(default)]
    pub rules: BookingRules,
    /// Resources that must be free: all of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Requirement>,
}

/// Sorts of offering.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = OfferingKind))]
pub enum Kind {
    /// Fixed departures with seats.
    Tour,
    /// A public happening, with seats or free.
    Event,
    /// Any start on a step, one guest, somebody from a pool of staff.
    Appointment,
    /// A room that one group has for itself.
    Room,
    /// A date, or a date and time with a length, from a daily inventory.
    Package,
}

/// How long a booking lasts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Length {
    /// Elapsed minutes, 1 to 44,640.
    Minutes(u32),
    /// The customer picks one of these; the first is the default.
    Choice(Vec<u32>),
    /// Whole venue dates, from the first to the second number of days, 1 to 31; the first is the default.
    Days(u32, u32),
}

/// How much there is to sell, and what one sale takes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Capacity {
    /// Seats at each departure; a party takes its seats.
    Seats(u32),
    /// Groups at each departure; a booking takes one, however many come.
    Groups(u32),
    /// Bookings on each venue date, whatever their time.
    PerDay(u32),
    /// Only the required resources limit it.
    Unlimited,
}

/// Limits and lead times. All durations are exact elapsed minutes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BookingRules {
    /// Busy time of the resources before the slot.
    pub buffer_before: u32,
    /// Busy time of the resources after the slot.
    pub buffer_after: u32,
    /// Buffers must lie inside the resources' windows too.
    pub buffers_inside: bool,
    /// Booking closes this long before the start.
    pub notice: u32,
    /// Booking opens this many venue dates ahead; none means any.
    pub horizon_days: Option<u32>,
    /// Booking closes at this many minutes before the *first* occurrence of the date; none means no cut-off.
    pub cut_off: Option<u32>,
    /// Fewest guests in one booking.
    pub min_party: u32,
    /// Most guests in one booking; none means as many as there are seats.
    pub max_party: Option<u32>,
    /// Most bookings starting on one venue date; none means no limit.
    pub max_per_day: Option<u32>,
    /// Whether a group may have the departure for itself.
    pub privacy: Privacy,
    /// Runs only when enough seats are taken in time.
    pub threshold: Option<Threshold>,
}

impl Default for BookingRules {
    fn default() -> Self {
        Self {
            buffer_before: 0,
            buffer_after: 0,
            buffers_inside: false,
            notice: 0,
            horizon_days: None,
            cut_off: None,
            min_party: 1,
            max_party: None,
            max_per_day: None,
            privacy: Privacy::Never,
            threshold: None,
        }
    }
}

/// Whether a group may have a departure for itself: it then takes all its seats.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Privacy {
    /// No.
    Never,
    /// If it asks to.
    OnRequest,
    /// If it asks to, and always from this many guests.
    From(u32),
    /// Only so.
    Always,
}

/// Pre-order threshold: the departure is confirmed once `min_seats` are taken, decided at the latest
/// `decide_before` minutes before it starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Threshold {
    /// Seats.
    pub min_seats: u32,
    /// Elapsed minutes before the start.
    pub decide_before: u32,
}

/// One thing needed: from any of these resources.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ResourceRequirement))]
pub struct Requirement {
    /// The pool to take from.
    pub any_of: Vec<ResourceId>,
    /// How much of it, and who shares it.
    pub need: Need,
}

/// How much of a pool is needed. Several units come from as many resources as it takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Need {
    /// Units for the departure, shared by all its bookings: the boat.
    PerDeparture(u32),
    /// Units of its own for each booking: the therapist.
    PerBooking(u32),
    /// One unit of its own for every started N seats of a booking: one kayak for each seat, N = 1.
    PerSeats(u32),
    /// One unit for every started N seats of the whole departure, shared: a guide for each ten.
    PerDepartureSeats(u32),
}

/// Something that can be busy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BookableResource))]
pub struct Resource {
    /// Public id.
    pub id: ResourceId,
    /// How many at once.
    pub units: u32,
    /// Weekly hours; none at all means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekly: Vec<WeeklyWindow>,
    /// Dates with hours or units of their own, in place of the weekly ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<DayOverride>,
    /// Times off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
}

/// Hours on a weekday; `to` at or before `from` reaches into the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WeeklyWindow {
    /// 1 = Monday to 7 = Sunday.
    #[cfg_attr(feature = "schema", schema(value_type = u8))]
    pub weekday: IsoWeekday,
    /// The hours.
    pub hours: Window,
}

/// A date on which a resource differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DayOverride {
    /// The date.
    pub date: Date,
    /// Its hours; none means off all day.
    pub windows: Vec<Window>,
    /// Its units, never more than the resource's own; none means those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
}

/// Time off: a span of instants, or whole venue dates (both included).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BlockedTime))]
pub enum Block {
    /// From one instant to another.
    Span(Span),
    /// From one date to another.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    Dates(Date, Date),
}

/// An offering at an instant.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DepartureKey))]
pub struct Departure {
    /// The offering.
    pub offering: OfferingId,
    /// The start, or the first instant of the venue date for [`Capacity::PerDay`].
    pub at: Instant,
}

/// What claims count against.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Pool {
    /// The seats of a departure.
    Departure(Departure),
    /// The units of a resource.
    Resource(ResourceId),
}

/// Units of a pool, sold or held.
///
/// The load of a pool at an instant is the sum of the units of the claims over it, where claims
/// `shared_by` one departure count once, by their largest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Claim {
    /// What it counts against.
    pub pool: Pool,
    /// From when to when, buffers included.
    pub span: Span,
    /// How much.
    pub units: u32,
    /// A hold: does not count from this instant on. None is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Instant>,
    /// The departure whose bookings share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_by: Option<Departure>,
}

/// A departure that differs from its schedule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DepartureOverride {
    /// Which one.
    pub departure: Departure,
    /// Does not happen.
    #[serde(default)]
    pub cancelled: bool,
    /// Seats or groups in place of the offering's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Its threshold was decided: it runs.
    #[serde(default)]
    pub confirmed: bool,
}

/// What somebody wants to know the slots for.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
    /// Who comes. Empty asks for the smallest party that could book.
    #[serde(default)]
    pub party: Party,
    /// The length chosen, in minutes or days as the offering has it; none means its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// The departure for themselves.
    #[serde(default)]
    pub private: bool,
}

/// One start of an offering.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = FirstSlot))]
pub struct Slot {
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// Seats (groups, bookings) left, with every required resource taken into account.
    pub remaining: u32,
    /// Whether it can be booked.
    pub status: SlotStatus,
    /// Why it is not simply open. Empty when it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Whether a slot can be booked. The first four can.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SlotStatus {
    /// Yes.
    Open,
    /// Yes; under half of the capacity is left.
    Limited,
    /// Yes; below its pre-order threshold.
    Unconfirmed,
    /// Yes, but only for a group by itself.
    PrivateOnly,
    /// No: nothing is left, or too little for this party.
    SoldOut,
    /// No: closed by a rule, a block or a busy resource.
    Closed,
}

impl SlotStatus {
    /// Whether the party asked for can book it.
    pub fn bookable(self) -> bool {
        matches!(self, Self::Open | Self::Limited | Self::Unconfirmed | Self::PrivateOnly)
    }
}

/// Why a slot is not simply open, with the nearest fix where there is one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = FirstSlotReason))]
pub enum Reason {
    /// Taken out of the schedule, or the venue is closed.
    Closed,
    /// Too few left for the party; a party of `left` would fit, 0 when none would.
    SoldOut {
        /// Seats left.
        left: u32,
    },
    /// Booking closed at this instant.
    Notice {
        /// When it closed.
        until: Instant,
    },
    /// Booking opens at this instant.
    OverHorizon {
        /// When it opens.
        opens: Instant,
    },
    /// A required resource is busy then. None where its name is private.
    ResourceBusy {
        /// Which.
        resource: Option<ResourceId>,
    },
    /// A required resource is off then.
    Blocked {
        /// Which. None where its name is private.
        resource: Option<ResourceId>,
    },
    /// More guests than one booking may have.
    PartyTooLarge {
        /// The most.
        max: u32,
    },
    /// Fewer guests than one booking must have.
    PartyTooSmall {
        /// The fewest.
        min: u32,
    },
    /// The date has all the bookings it may have.
    DayFull {
        /// The most.
        max: u32,
    },
    /// Others are on it already, so it cannot be private.
    NotPrivate,
    /// Runs only when `need` seats are taken by an instant.
    BelowThreshold {
        /// Seats taken.
        have: u32,
        /// Seats needed.
        need: u32,
        /// Decided at.
        by: Instant,
    },
    /// No such start, length or party type.
    NotOffered,
    /// Nearest other start on the same venue date that takes this party.
    // Said of the variant itself: utoipa does not read serde's `rename_all_fields`.
    #[serde(rename_all = "camelCase")]
    Try {
        /// That start.
        starts_at: Instant,
    },
}

/// Where a booking goes: what the edge has to write to make it true.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// What the customer sees.
    pub span: Span,
    /// The departure it belongs to.
    pub departure: Departure,
    /// Whether it takes the departure for itself.
    pub private: bool,
    /// Runs only if the threshold is met by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Instant>,
    /// All claims, to be made together or not at all. `held_until` is none; the caller sets it for a hold.
    pub claims: Vec<Claim>,
    /// Seats that were taken on the departure when this was decided; matters only with
    /// [`Need::PerDepartureSeats`], whose claims are right only if it still holds.
    pub seats_before: u32,
}

/// Why there is no [`Placement`]; never empty.
pub type Refusal = Vec<Reason>;
