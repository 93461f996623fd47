//! Instants, and the venue's offsets that tie them to wall time.

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted. JSON: an integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
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
}

/// The venue's zone for a window of time: an IANA name to show, and the offsets in force.
///
/// The edge builds it from the zone database; nobody else needs one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, such as `Europe/Berlin`.
    pub name: String,
    /// `(from, seconds east of UTC)`, ascending by `from`; the first also holds before its `from`. Never empty.
    pub offsets: Vec<(Instant, i32)>,
}
