//! Instants as people's programs read them.

use crate::civil::{Date, TimeOfDay};
use crate::zone::Instant;
use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const DAY_SECONDS: i64 = 86_400;

/// An [`Instant`] written as ISO 8601 UTC with `Z`: `2026-08-01T15:00:00Z`. Fractions of a second are read and dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime, example = "2027-05-01T15:00:00Z"))]
pub struct Timestamp(pub Instant);

impl Timestamp {
    /// Reads ISO 8601 with seconds and an offset: `Z`, `+02:00` or `-05:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once('T')?;
        let (clock, zone) = (rest.get(..8)?, rest.get(8..)?);
        let time = TimeOfDay::parse(clock.get(..5)?)?;
        let seconds: i64 =
            clock.get(5..)?.strip_prefix(':').filter(|s| s.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        let zone = match zone.strip_prefix('.') {
            Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => zone,
        };
        let offset = match zone.as_bytes() {
            b"Z" => 0,
            [b'+', ..] => i64::from(TimeOfDay::parse(zone.get(1..)?)?.minutes()),
            [b'-', ..] => i64::from(TimeOfDay::parse(zone.get(1..)?)?.minutes()).checked_neg()?,
            _ => return None,
        };
        let days = i64::from(Date::parse(date)?.days_since_epoch()).checked_mul(DAY_SECONDS)?;
        let minutes = i64::from(time.minutes()).checked_sub(offset)?;
        (seconds < 60).then(|| Self(Instant(days).plus_minutes(minutes).plus_seconds(seconds)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instant(at) = self.0;
        let (days, second) = (at.div_euclid(DAY_SECONDS), at.rem_euclid(DAY_SECONDS));
        let date = i32::try_from(days).ok().and_then(Date::from_days_since_epoch).ok_or(fmt::Error)?;
        write!(f, "{date}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an ISO 8601 time with an offset, such as 2026-08-01T15:00:00Z")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_taken_off_and_a_fraction_dropped() {
        let utc = Timestamp::parse("2026-08-01T15:00:00Z");
        assert!(utc.is_some());
        assert_eq!(utc, Timestamp::parse("2026-08-01T17:00:00.000+02:00"));
        assert_eq!(utc, Timestamp::parse("2026-08-01T09:30:00-05:30"));
        assert_eq!(utc.map(|t| t.to_string()).as_deref(), Some("2026-08-01T15:00:00Z"));
    }

    #[test]
    fn what_is_not_a_time_with_an_offset_is_refused() {
        for text in [
            "",
            "2026-08-01",
            "2026-08-01T15:00:00",
            "2026-08-01T15:00:60Z",
            "2026-08-01T1500:00Z",
            "2026-02-30T15:00:00Z",
            "2026-08-01T15:00:+1Z",
            "2026-08-01T15:00:00é",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
