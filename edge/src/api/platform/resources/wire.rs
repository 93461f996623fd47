//! What the wire says of resources, their hours and their times off.

use crate::api::given::{Given, not_null};
use crate::domain::org::zone;
use crate::domain::resource::store;
use crate::problem::Problem;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use shared::availability::{DayOverride, WeeklyWindow};
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::embed::Timestamp;
use shared::schedule::Window;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// Sorts of resource.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResourceKind {
    /// A boat, a bus.
    Vehicle,
    /// Somebody who leads.
    Guide,
    /// A room.
    Room,
    /// Something that is lent.
    Equipment,
    /// Somebody outside.
    Partner,
    /// A member's working time.
    Staff,
}

impl ResourceKind {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vehicle => "VEHICLE",
            Self::Guide => "GUIDE",
            Self::Room => "ROOM",
            Self::Equipment => "EQUIPMENT",
            Self::Partner => "PARTNER",
            Self::Staff => "STAFF",
        }
    }
}

/// A new resource.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceIn {
    /// Name.
    #[schema(min_length = 1, max_length = 200, example = "Motor launch")]
    pub name: String,
    /// What sort.
    #[schema(example = "VEHICLE")]
    pub kind: ResourceKind,
    /// How many at once: 2 kayaks.
    #[serde(default = "one")]
    #[schema(maximum = 100_000, example = 1, default = 1)]
    pub units: u32,
    /// Customers may know its name: the therapist, not the guide on leave.
    #[serde(default)]
    pub public: bool,
    /// Whom to tell.
    #[serde(default)]
    #[schema(max_length = 254, example = "crew@harbor.example")]
    pub email: Option<String>,
    /// Weekly hours; none at all means always.
    #[serde(default)]
    pub weekly: Vec<WeeklyHours>,
    /// Dates with hours of their own.
    #[serde(default)]
    pub overrides: Vec<DateHours>,
}

fn one() -> u32 {
    1
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourcePatch {
    /// Name.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    #[serde(default, deserialize_with = "not_null")]
    pub name: Option<String>,
    /// What sort.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = ResourceKind, required = false)]
    pub kind: Option<ResourceKind>,
    /// How many at once; not fewer than are taken.
    #[schema(value_type = u32, required = false, maximum = 100_000)]
    #[serde(default, deserialize_with = "not_null")]
    pub units: Option<u32>,
    /// Customers may know its name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = bool, required = false)]
    pub public: Option<bool>,
    /// Whom to tell; null for nobody.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 254)]
    pub email: Given<String>,
}

/// A resource.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceOut {
    /// Public id.
    #[schema(example = "res_harbor_boat")]
    pub id: String,
    /// Name.
    pub name: String,
    /// VEHICLE, GUIDE, ROOM, EQUIPMENT, PARTNER, STAFF, or STOCK of an add-on.
    #[schema(example = "VEHICLE")]
    pub kind: String,
    /// How many at once.
    pub units: u32,
    /// Whether customers may know its name.
    pub public: bool,
    /// Whom to tell.
    pub email: Option<String>,
    /// Weekly hours; none at all means always.
    pub weekly: Vec<WeeklyHours>,
    /// Dates with hours of their own.
    pub overrides: Vec<DateHours>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Hours on a weekday, wall time at the venue; `to` at or before `from` reaches into the next day.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeeklyHours {
    /// 1 = Monday to 7 = Sunday.
    #[schema(minimum = 1, maximum = 7, example = 1)]
    pub weekday: u8,
    /// Opens.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    pub from: TimeOfDay,
    /// Closes.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    pub to: TimeOfDay,
}

/// Hours on one date.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Hours {
    /// Opens.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    pub from: TimeOfDay,
    /// Closes; at or before `from` is the next day.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    pub to: TimeOfDay,
}

/// A date with hours or units of its own, in place of the weekly ones.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DateHours {
    /// The date.
    #[schema(value_type = String, format = Date, example = "2027-12-24")]
    pub date: Date,
    /// Its hours; none means off all day.
    pub windows: Vec<Hours>,
    /// Its units; left out means the resource's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
}

/// When a resource works.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityOut {
    /// Weekly hours; none at all means always.
    pub weekly: Vec<WeeklyHours>,
    /// Dates with hours of their own.
    pub overrides: Vec<DateHours>,
    /// The venue's zone, IANA.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
}

/// Weekly hours, or both parts of it; a part that is left out stays.
#[derive(Default, ToSchema)]
#[schema(as = ResourceAvailability)]
pub struct AvailabilityIn {
    /// Weekly hours.
    pub weekly: Option<Vec<WeeklyHours>>,
    /// Dates with hours of their own.
    pub overrides: Option<Vec<DateHours>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Parts {
    weekly: Option<Vec<WeeklyHours>>,
    overrides: Option<Vec<DateHours>>,
}

/// A bare list is the weekly hours.
impl<'de> Deserialize<'de> for AvailabilityIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = AvailabilityIn;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a list of weekly hours, or an object with `weekly` and `overrides`")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<AvailabilityIn, A::Error> {
                let weekly = Vec::deserialize(SeqAccessDeserializer::new(list))?;
                Ok(AvailabilityIn { weekly: Some(weekly), overrides: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AvailabilityIn, A::Error> {
                let Parts { weekly, overrides } = Parts::deserialize(MapAccessDeserializer::new(map))?;
                Ok(AvailabilityIn { weekly, overrides })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl From<&WeeklyHours> for WeeklyWindow {
    fn from(hours: &WeeklyHours) -> Self {
        Self { weekday: hours.weekday, hours: Window { from: hours.from, to: hours.to } }
    }
}

impl From<&DateHours> for DayOverride {
    fn from(day: &DateHours) -> Self {
        let windows = day.windows.iter().map(|hours| Window { from: hours.from, to: hours.to }).collect();
        Self { date: day.date, windows, units: day.units }
    }
}

/// As the wire shows weekly hours that are kept.
pub fn weekly(json: &str) -> Vec<WeeklyHours> {
    let kept: Vec<WeeklyWindow> = serde_json::from_str(json).unwrap_or_default();
    let shown = |one: WeeklyWindow| WeeklyHours { weekday: one.weekday, from: one.hours.from, to: one.hours.to };
    kept.into_iter().map(shown).collect()
}

/// As the wire shows dates that are kept.
pub fn overrides(json: &str) -> Vec<DateHours> {
    let kept: Vec<DayOverride> = serde_json::from_str(json).unwrap_or_default();
    let shown = |day: DayOverride| DateHours {
        date: day.date,
        windows: day.windows.into_iter().map(|window| Hours { from: window.from, to: window.to }).collect(),
        units: day.units,
    };
    kept.into_iter().map(shown).collect()
}

/// As the wire shows a resource.
pub fn shown(row: store::Resource) -> ResourceOut {
    ResourceOut {
        weekly: weekly(&row.weekly),
        overrides: overrides(&row.overrides),
        id: row.public_id,
        name: row.name,
        kind: row.kind,
        units: row.units,
        public: row.public != 0,
        email: row.email,
        created_at: Timestamp(Instant(row.created_at)),
        updated_at: Timestamp(Instant(row.updated_at)),
    }
}

/// Which resources.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResourceFilter {
    /// Only of this kind, such as GUIDE.
    pub kind: Option<String>,
}

/// A time off: whole dates, or a span.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockIn {
    /// A venue date `YYYY-MM-DD`, an instant with its offset, or wall time at the venue `YYYY-MM-DDTHH:MM`.
    #[schema(example = "2027-02-08")]
    pub from: String,
    /// The same; a date is included, an instant is not. Left out with a date: that day only.
    #[serde(default)]
    #[schema(example = "2027-02-14")]
    pub to: Option<String>,
    /// Whole dates. Left out: as `from` is written.
    #[serde(default)]
    #[schema(example = true)]
    pub all_day: Option<bool>,
    /// For staff, at most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500, example = "Yard")]
    pub reason: String,
}

/// A time off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockOut {
    /// Public id.
    #[schema(example = "blk_harbor_yard")]
    pub id: String,
    /// A venue date, or an instant in UTC.
    #[schema(example = "2027-02-08")]
    pub from: String,
    /// A venue date, included, or an instant in UTC, not included.
    #[schema(example = "2027-02-14")]
    pub to: String,
    /// Whole dates.
    pub all_day: bool,
    /// A span's start, the venue's wall time with its offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_from: Option<String>,
    /// A span's end, the venue's wall time with its offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_to: Option<String>,
    /// For staff.
    pub reason: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A time off as the database keeps it.
pub enum Off {
    /// From one instant to another.
    Span(Instant, Instant),
    /// From one date to another, both included.
    Dates(Date, Date),
}

/// The longest time off, ten years: more is a mistake.
const LONGEST_DAYS: i32 = 3_653;

impl BlockIn {
    /// Reads its two ends.
    pub fn parse(&self, timezone: &str) -> Result<Off, Problem> {
        let all_day = self.all_day.unwrap_or_else(|| Date::parse(&self.from).is_some());
        let days = |from: i64, to: i64| to.saturating_sub(from) <= i64::from(LONGEST_DAYS).saturating_mul(86_400);
        let too_long = || Problem::field("/to", "out_of_range", "At most ten years.");
        if all_day {
            let date = |pointer: &str, text: &str| {
                Date::parse(text).ok_or_else(|| Problem::field(pointer, "invalid_value", "A venue date, YYYY-MM-DD."))
            };
            let from = date("/from", &self.from)?;
            let to = self.to.as_deref().map_or(Ok(from), |to| date("/to", to))?;
            if to < from {
                return Err(Problem::field("/to", "out_of_range", "Not before `from`."));
            }
            if to > from.plus_days(LONGEST_DAYS) {
                return Err(too_long());
            }
            return Ok(Off::Dates(from, to));
        }
        let instant = |pointer: &str, text: &str| {
            let wall = || Some(zone::instant(timezone, LocalDateTime::parse(text)?));
            let read = Timestamp::parse(text).map(|Timestamp(at)| at).or_else(|| wall().flatten());
            let rule = "An instant such as 2027-05-01T15:00:00Z, or wall time at the venue such as 2027-05-01T17:00.";
            read.ok_or_else(|| Problem::field(pointer, "invalid_value", rule))
        };
        let required = || Problem::field("/to", "required", "A span needs its end.");
        let from = instant("/from", &self.from)?;
        let to = instant("/to", self.to.as_deref().ok_or_else(required)?)?;
        if to <= from {
            return Err(Problem::field("/to", "out_of_range", "After `from`."));
        }
        if days(from.0, to.0) { Ok(Off::Span(from, to)) } else { Err(too_long()) }
    }
}

/// As the wire shows a time off.
pub fn shown_block(row: store::Block, timezone: &str) -> BlockOut {
    let at = |at: i64| Timestamp(Instant(at)).to_string();
    let local = |at: Option<i64>| at.map(|at| zone::wall_time(timezone, Instant(at)));
    BlockOut {
        all_day: row.starts_at.is_none(),
        from: row.starts_at.map(at).or(row.from_date).unwrap_or_default(),
        to: row.ends_at.map(at).or(row.to_date).unwrap_or_default(),
        local_from: local(row.starts_at),
        local_to: local(row.ends_at),
        id: row.public_id,
        reason: row.reason,
        created_at: Timestamp(Instant(row.created_at)),
    }
}
