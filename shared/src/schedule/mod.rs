//! When an offering happens, in wall time at the venue.
//!
//! A schedule is rules, plus extra dates, minus cancelled ones, plus one-offs. An occurrence belongs to the
//! venue date on which it starts.

mod expand;
pub mod rrule;

pub(crate) use expand::{Dates, Day, Start, weekday_of};
pub use expand::{Lasting, MAX_DAYS, MAX_MINUTES, Occurrence};

use crate::civil::{Date, IsoWeekday, LocalDateTime, TimeOfDay};
use serde::{Deserialize, Serialize};

/// When an offering happens.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// What repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Dates added with times of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraDate>,
    /// What is taken out again: a whole date, or one start of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<Cancelled>,
    /// Single occurrences, each with its own length.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_offs: Vec<OneOff>,
}

/// Something that repeats: on which dates, at which times, from and until when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rule {
    /// The dates.
    pub repeats: Repeats,
    /// The starts on each date.
    pub times: Times,
    /// First date; "every N" counts from here.
    pub from: Date,
    /// Last date, included; none means no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Which dates a rule takes. `every` is at least 1; 0 reads as 1.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Repeats {
    /// Every N days.
    Daily {
        /// N.
        every: u32,
    },
    /// On these weekdays of every N-th week; weeks start on Monday and count from that of `from`.
    Weekly {
        /// N.
        every: u32,
        /// 1 = Monday to 7 = Sunday.
        #[cfg_attr(feature = "schema", schema(value_type = Vec<u8>))]
        weekdays: Vec<IsoWeekday>,
    },
    /// On the n-th weekday of every N-th month: 1 = first, -1 = last.
    MonthlyWeekday {
        /// N.
        every: u32,
        /// 1 to 5, or -1 to -5; a month without it is skipped.
        nth: i8,
        /// 1 = Monday to 7 = Sunday.
        #[cfg_attr(feature = "schema", schema(value_type = u8))]
        weekday: IsoWeekday,
    },
    /// On a day of every N-th month: 1 to 31, or -1 to -31 from its end; a month without it is skipped.
    MonthlyDay {
        /// N.
        every: u32,
        /// The day.
        day: i8,
    },
}

/// At which times of a date.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Times {
    /// At these times.
    At(Vec<TimeOfDay>),
    /// Every `step` elapsed minutes from each opening, as long as the slot fits before the closing.
    Open {
        /// Opening hours of the date; several, also over midnight.
        windows: Vec<Window>,
        /// Minutes, at least 1; 0 reads as 1.
        step: u32,
    },
    /// The whole venue date, midnight to midnight (23 or 25 hours on a change of clocks).
    AllDay,
}

/// Opening hours on one date. `to` at or before `from` reaches into the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Window {
    /// Opens.
    pub from: TimeOfDay,
    /// Closes.
    pub to: TimeOfDay,
}

/// A date that the rules do not give, with its times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExtraDate {
    /// The date.
    pub date: Date,
    /// Its starts.
    pub times: Times,
}

/// A date or a single start taken out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cancelled {
    /// The date.
    pub date: Date,
    /// One start of it; none means the whole date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeOfDay>,
}

/// One occurrence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OneOff {
    /// Wall time of its start.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2027-05-01T17:00"))]
    pub starts_at: LocalDateTime,
    /// Its length; none means the offering's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}
