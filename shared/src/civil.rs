//! Wall time at the venue: dates and minutes of the day that belong to no instant until a
//! [`Zone`](crate::zone::Zone) says so.

use chrono::{Datelike, NaiveDate};
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Minutes in a civil day.
pub const DAY_MINUTES: u32 = 1_440;

/// A calendar date, `YYYY-MM-DD`, years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, format = Date, example = "2027-05-01"))]
pub struct Date(NaiveDate);

/// A time of day to the minute, `HH:MM`, 00:00 to 23:59.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
#[cfg_attr(feature = "schema", schema(example = "17:00"))]
pub struct TimeOfDay(u16);

/// A wall-clock moment, `YYYY-MM-DDTHH:MM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime {
    /// The date.
    pub date: Date,
    /// The time of day.
    pub time: TimeOfDay,
}

/// ISO 8601 weekday, 1 = Monday to 7 = Sunday.
pub type IsoWeekday = u8;

impl Date {
    /// 0001-01-01.
    pub const FIRST: Self = Self::constant(1, 1, 1);
    /// 9999-12-31.
    pub const LAST: Self = Self::constant(9999, 12, 31);

    const fn constant(year: i32, month: u32, day: u32) -> Self {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => Self(date),
            None => Self(NaiveDate::MIN),
        }
    }

    /// A date of the proleptic Gregorian calendar, years 1 to 9999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if (1..=9999).contains(&year) { NaiveDate::from_ymd_opt(year, month, day).map(Self) } else { None }
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
        let year = number(&[*y1, *y2, *y3, *y4])?;
        Self::new(i32::try_from(year).ok()?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
    }

    /// Days since 1970-01-01.
    pub fn days_since_epoch(self) -> i32 {
        self.0.to_epoch_days()
    }

    /// The date that many days after 1970-01-01, if it is in the years 1 to 9999.
    pub fn from_days_since_epoch(days: i32) -> Option<Self> {
        let date = NaiveDate::from_epoch_days(days)?;
        (1..=9999).contains(&date.year()).then_some(Self(date))
    }

    /// The date `days` later (earlier when negative), saturating at the years 1 and 9999.
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days)).unwrap_or(if days < 0 {
            Self::FIRST
        } else {
            Self::LAST
        })
    }

    /// Year, 1 to 9999.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Month, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// Day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// How many days its month has, 28 to 31.
    pub fn days_in_month(self) -> u8 {
        self.0.num_days_in_month()
    }

    /// 1 = Monday to 7 = Sunday.
    pub fn weekday(self) -> IsoWeekday {
        u8::try_from(self.0.weekday().number_from_monday()).unwrap_or(1)
    }

    /// This date at a time of day.
    pub fn at(self, time: TimeOfDay) -> LocalDateTime {
        LocalDateTime { date: self, time }
    }
}

impl TimeOfDay {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);

    /// From hours and minutes.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        if hour < 24 && minute < 60 { Some(Self(hour.saturating_mul(60).saturating_add(minute))) } else { None }
    }

    /// From minutes since midnight, 0 to 1439.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (u32::from(minutes) < DAY_MINUTES).then_some(Self(minutes))
    }

    /// Reads `HH:MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let [h1, h2, b':', m1, m2] = text.as_bytes() else { return None };
        Self::new(u16::try_from(number(&[*h1, *h2])?).ok()?, u16::try_from(number(&[*m1, *m2])?).ok()?)
    }

    /// Minutes since midnight, 0 to 1439.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl LocalDateTime {
    /// Reads `YYYY-MM-DDTHH:MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T')?;
        Some(Self { date: Date::parse(date)?, time: TimeOfDay::parse(time)? })
    }
}

/// The decimal number that ASCII digits spell.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, digit| {
        let value = digit.checked_sub(b'0').filter(|value| *value < 10)?;
        sum.checked_mul(10)?.checked_add(u32::from(value))
    })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

macro_rules! as_text {
    ($($name:ident: $form:literal),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($form)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        $name::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    )+};
}

as_text! { Date: "a date YYYY-MM-DD", TimeOfDay: "a time HH:MM", LocalDateTime: "a wall time YYYY-MM-DDTHH:MM" }
