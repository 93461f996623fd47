//! Instants, and the venue's offsets that tie them to wall time.

use crate::civil::{DAY_MINUTES, Date, LocalDateTime, TimeOfDay};
use serde::{Deserialize, Serialize};

/// Seconds in a civil day.
const DAY_SECONDS: i64 = DAY_MINUTES as i64 * 60;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted. JSON: an integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = i64, example = 1809183600))]
pub struct Instant(pub i64);

impl Instant {
    /// That many seconds later (earlier when negative), saturating.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// That many minutes later (earlier when negative), saturating.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }
}

/// From one instant up to, not including, another. Empty when `ends_at <= starts_at`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = TimeSpan))]
pub struct Span {
    /// First instant inside.
    pub starts_at: Instant,
    /// First instant after.
    pub ends_at: Instant,
}

impl Span {
    /// Whether the two share an instant.
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// Whether no instant is inside.
    pub fn is_empty(self) -> bool {
        self.ends_at <= self.starts_at
    }

    /// Whether all of the other lies inside.
    pub fn covers(self, other: Self) -> bool {
        self.starts_at <= other.starts_at && other.ends_at <= self.ends_at
    }

    /// Whether the instant lies inside.
    pub fn contains(self, at: Instant) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

/// The venue's zone for a window of time: an IANA name to show, and the offsets in force.
///
/// The edge builds it from the zone database; nobody else needs one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Zone {
    /// IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// `(from, seconds east of UTC)`, ascending by `from`; the first also holds before its `from`. Never empty.
    pub offsets: Vec<(Instant, i32)>,
}

impl Zone {
    /// A zone that never changes its clocks.
    pub fn fixed(name: &str, offset_seconds: i32) -> Self {
        Self { name: name.to_owned(), offsets: vec![(Instant(i64::MIN), offset_seconds)] }
    }

    /// Seconds east of UTC in force at an instant.
    pub fn offset_at(&self, at: Instant) -> i32 {
        let after = self.offsets.partition_point(|(from, _)| *from <= at);
        self.offsets.get(after.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }

    /// What the clock on the wall shows at an instant, to the minute begun.
    pub fn to_local(&self, at: Instant) -> LocalDateTime {
        let local = at.0.saturating_add(i64::from(self.offset_at(at)));
        let minute = u16::try_from(local.rem_euclid(DAY_SECONDS) / 60).unwrap_or(0);
        date_of_days(local.div_euclid(DAY_SECONDS)).at(TimeOfDay::from_minutes(minute).unwrap_or(TimeOfDay::MIDNIGHT))
    }

    /// When the clock on the wall shows this for the first time. A time that the clocks skip is the first instant
    /// after the gap.
    ///
    /// ```
    /// use shared::{civil::LocalDateTime, zone::{Instant, Zone}};
    /// // Clocks went from 02:00 to 03:00 at 1,000,000 seconds.
    /// let zone = Zone { name: "Somewhere".into(), offsets: vec![(Instant(0), 0), (Instant(1_000_000), 3600)] };
    /// let skipped = zone.to_local(Instant(999_999));
    /// assert_eq!(zone.to_instant(LocalDateTime::parse("1970-01-12T14:00").unwrap()), Instant(1_000_000));
    /// assert_eq!(skipped.to_string(), "1970-01-12T13:46");
    /// ```
    pub fn to_instant(&self, local: LocalDateTime) -> Instant {
        self.instant_of(i64::from(local.date.days_since_epoch()), i64::from(local.time.minutes()))
    }

    /// A venue date: from its first instant to the first of the next date. 23 or 25 hours long where clocks change,
    /// empty where the date was skipped. The spans of all dates follow each other without gap or overlap.
    pub fn day(&self, date: Date) -> Span {
        let days = i64::from(date.days_since_epoch());
        Span { starts_at: self.instant_of(days, 0), ends_at: self.instant_of(days.saturating_add(1), 0) }
    }

    /// The venue date whose [`day`](Self::day) holds the instant.
    pub fn date_of(&self, at: Instant) -> Date {
        let date = self.to_local(at).date;
        // Clocks that fall back just after midnight show the old date again; the new one has begun all the same.
        let next = date.plus_days(1);
        if self.day(next).contains(at) { next } else { date }
    }

    /// The first instant at which the clock shows so many minutes after the midnight of a day since 1970-01-01.
    pub(crate) fn instant_of(&self, days: i64, minutes: i64) -> Instant {
        let local = days.saturating_mul(DAY_SECONDS).saturating_add(minutes.saturating_mul(60));
        let shown = |index: usize, offset_of: usize| match (self.offsets.get(index), self.offsets.get(offset_of)) {
            (Some((from, _)), Some((_, offset))) => from.0.saturating_add(i64::from(*offset)),
            _ => i64::MAX,
        };
        let after = self.offsets.partition_point(|(from, offset)| from.0.saturating_add(i64::from(*offset)) <= local);
        let mut index = after.saturating_sub(1);
        // Shown twice: once by the offset before.
        while index > 0 && local < shown(index, index.saturating_sub(1)) {
            index = index.saturating_sub(1);
        }
        let offset = self.offsets.get(index).map_or(0, |(_, offset)| *offset);
        let instant = Instant(local.saturating_sub(i64::from(offset)));
        // Skipped: the clocks had moved on before they showed it.
        self.offsets.get(index.saturating_add(1)).map_or(instant, |(next, _)| instant.min(*next))
    }
}

/// The date so many days after 1970-01-01, kept within the years 1 to 9999.
pub(crate) fn date_of_days(days: i64) -> Date {
    let days = i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX });
    Date::from_days_since_epoch(days).unwrap_or(if days < 0 { Date::FIRST } else { Date::LAST })
}
