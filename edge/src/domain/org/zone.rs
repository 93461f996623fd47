//! The zone database, and its only two uses: a venue's offsets for a window of time, and wall time with its offset.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use shared::civil::LocalDateTime;
use shared::zone::{Instant, Zone};

const DAY: i64 = 86_400;

/// The offsets of an IANA zone from one instant to another. `None` when there is no such zone.
pub fn table(name: &str, from: Instant, to: Instant) -> Option<Zone> {
    let zone: Tz = name.parse().ok()?;
    let mut offset = offset_at(zone, from.0)?;
    let mut offsets = vec![(from, offset)];
    let mut at = from.0;
    while at < to.0 {
        let next = at.saturating_add(DAY).min(to.0);
        let after = offset_at(zone, next)?;
        if after != offset {
            offsets.push((Instant(first_with(zone, after, at, next)?), after));
            offset = after;
        }
        at = next;
    }
    Some(Zone { name: name.to_owned(), offsets })
}

/// The first second in `(before, until]` with that offset; no zone changes its clocks twice a day.
fn first_with(zone: Tz, offset: i32, mut before: i64, mut until: i64) -> Option<i64> {
    while until.saturating_sub(before) > 1 {
        let middle = before.saturating_add(until.saturating_sub(before) / 2);
        if offset_at(zone, middle)? == offset { until = middle } else { before = middle }
    }
    Some(until)
}

fn offset_at(zone: Tz, at: i64) -> Option<i32> {
    let utc = DateTime::from_timestamp(at, 0)?.naive_utc();
    Some(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}

/// What the wall clock shows, as seconds since 1970-01-01T00:00:00 on that clock.
pub fn wall_seconds(name: &str, at: Instant) -> i64 {
    let zone: Tz = name.parse().unwrap_or(Tz::UTC);
    at.0.saturating_add(i64::from(offset_at(zone, at.0).unwrap_or(0)))
}

/// When the clock on the venue's wall shows this for the first time.
pub fn instant(name: &str, local: LocalDateTime) -> Option<Instant> {
    let midnight = i64::from(local.date.days_since_epoch()).saturating_mul(DAY);
    let around = |days: i64| Instant(midnight.saturating_add(DAY.saturating_mul(days)));
    Some(table(name, around(-2), around(3))?.to_instant(local))
}

/// The year at the venue.
pub fn year(name: &str, at: Instant) -> i32 {
    wall_time(name, at).get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970)
}

/// Wall time with its offset, as people at the venue read it: `2026-08-01T17:00:00+02:00`.
pub fn wall_time(name: &str, at: Instant) -> String {
    let zone: Tz = name.parse().unwrap_or(Tz::UTC);
    let offset = offset_at(zone, at.0).unwrap_or(0);
    let shown = DateTime::from_timestamp(at.0.saturating_add(i64::from(offset)), 0).unwrap_or_default().naive_utc();
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs() / 60);
    // Debug of a naive time is its ISO 8601 form; Display has a space in it.
    format!("{shown:?}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_year_in_berlin_changes_its_clocks_twice_to_the_second() {
        let zone = table("Europe/Berlin", Instant(1_767_225_600), Instant(1_798_761_600)).unwrap();
        let expected =
            vec![(Instant(1_767_225_600), 3600), (Instant(1_774_746_000), 7200), (Instant(1_792_890_000), 3600)];
        assert_eq!(zone.offsets, expected);
    }

    #[test]
    fn the_same_departure_shows_its_wall_time_in_summer_and_in_winter() {
        assert_eq!(wall_time("Europe/Berlin", Instant(1_785_596_400)), "2026-08-01T17:00:00+02:00");
        assert_eq!(wall_time("Europe/Berlin", Instant(1_769_961_600)), "2026-02-01T17:00:00+01:00");
        assert_eq!(wall_time("Asia/Kathmandu", Instant(0)), "1970-01-01T05:30:00+05:30");
        assert_eq!(wall_time("America/St_Johns", Instant(1_769_961_600)), "2026-02-01T12:30:00-03:30");
    }

    #[test]
    fn an_unknown_zone_is_none() {
        assert_eq!(table("Europe/Atlantis", Instant(0), Instant(1)), None);
    }
}
