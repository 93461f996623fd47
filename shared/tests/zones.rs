//! Every zone of the database, every change of its clocks from 1970 to 2040, every class of minutes around it.
//!
//! The laws: a wall time is the first instant that shows it; one that the clocks skip is the first instant after the
//! gap; whole days follow each other without gap or overlap.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::zone::{Instant, Zone};
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

const DAY: i64 = 86_400;

/// Aliases share a table; each table is tried once.
static ZONES: LazyLock<Vec<(chrono_tz::Tz, Zone)>> = LazyLock::new(|| {
    let mut seen = HashSet::new();
    let all = chrono_tz::TZ_VARIANTS.iter().map(|tz| (*tz, support::zone_of(*tz, 1970, 2041)));
    all.filter(|(_, zone)| seen.insert(zone.offsets.clone())).collect()
});

/// A change of clocks: its instant, the offsets before and after.
fn changes(zone: &Zone) -> impl Iterator<Item = (Instant, i32, i32)> {
    zone.offsets.windows(2).map(|pair| (pair[1].0, pair[0].1, pair[1].1))
}

fn offset_in_database(tz: chrono_tz::Tz, at: Instant) -> i32 {
    tz.offset_from_utc_datetime(&DateTime::from_timestamp(at.0, 0).unwrap().naive_utc()).fix().local_minus_utc()
}

/// Minutes since 1970-01-01T00:00 on the wall, as a wall time.
fn wall(minutes: i64) -> LocalDateTime {
    let date = Date::from_days_since_epoch(minutes.div_euclid(1_440) as i32).unwrap();
    date.at(TimeOfDay::from_minutes(minutes.rem_euclid(1_440) as u16).unwrap())
}

fn naive(minutes: i64) -> NaiveDateTime {
    DateTime::from_timestamp(minutes * 60, 0).unwrap().naive_utc()
}

/// The law, said slowly: among all stretches of equal offset, the first instant that shows the time; if none does, the
/// first that shows a later one.
fn by_the_law(zone: &Zone, minutes: i64) -> Instant {
    let local = minutes * 60;
    let near = zone.offsets.partition_point(|(from, _)| from.0 < local - 3 * DAY).saturating_sub(1);
    let stretches = || {
        (near..zone.offsets.len()).map(|place| {
            let (from, offset) = zone.offsets[place];
            let from = if place == 0 { i64::MIN } else { from.0 };
            let to = zone.offsets.get(place + 1).map_or(i64::MAX, |(next, _)| next.0);
            (from, to, i64::from(offset))
        })
    };
    let shown =
        stretches().map(|(from, to, offset)| (local - offset, from, to)).filter(|(at, from, to)| from <= at && at < to);
    let later = stretches().map(|(from, to, offset)| ((local - offset).max(from), to)).filter(|(at, to)| at < to);
    shown.map(|(at, ..)| at).min().or(later.map(|(at, _)| at).min()).map(Instant).unwrap()
}

/// One wall time against the law, the database and the way back.
fn check(tz: chrono_tz::Tz, zone: &Zone, minutes: i64) {
    let local = wall(minutes);
    let at = zone.to_instant(local);
    let on = || format!("{} {local} gave {}", zone.name, at.0);
    assert_eq!(at, by_the_law(zone, minutes), "{}", on());
    match tz.from_local_datetime(&naive(minutes)) {
        LocalResult::Single(only) => assert_eq!(at.0, only.timestamp(), "{}", on()),
        LocalResult::Ambiguous(first, _) => assert_eq!(at.0, first.timestamp(), "{}", on()),
        LocalResult::None => {
            // Of an offset with seconds the minute begun is shown.
            assert!(zone.to_local(at) >= local, "skipped, so a later time is shown: {}", on());
            assert!(zone.to_local(at.plus_seconds(-1)) < local, "and nothing between: {}", on());
            return;
        }
    }
    assert_eq!(zone.to_local(at), local, "{}", on());
    assert_eq!(zone.to_local(at.plus_seconds(59)), local, "the minute lasts a minute: {}", on());
}

#[test]
fn the_table_says_what_the_database_says() {
    for (tz, zone) in ZONES.iter() {
        for (at, before, after) in changes(zone) {
            assert_eq!(offset_in_database(*tz, at.plus_seconds(-1)), before, "{tz} {}", at.0);
            assert_eq!(offset_in_database(*tz, at), after, "{tz} {}", at.0);
        }
        // Nothing was missed in between: an odd step, so that it falls on other hours each time.
        let mut at = Instant(0);
        while at.0 < 70 * 366 * DAY {
            assert_eq!(zone.offset_at(at), offset_in_database(*tz, at), "{tz} {}", at.0);
            at = at.plus_seconds(5 * DAY + 3_607);
        }
    }
}

#[test]
fn no_zone_changes_its_clocks_twice_within_two_days() {
    for (_, zone) in ZONES.iter() {
        for pair in zone.offsets.windows(2).skip(1) {
            assert!(pair[1].0.0 - pair[0].0.0 > 2 * DAY, "{} {}", zone.name, pair[0].0.0);
        }
    }
}

#[test]
fn every_change_of_clocks_keeps_the_law_before_within_and_after() {
    let mut count = 0;
    for (tz, zone) in ZONES.iter() {
        for (at, before, after) in changes(zone) {
            let (low, high) = (before.min(after), before.max(after));
            let from = (at.0 + i64::from(low)).div_euclid(60);
            let to = (at.0 + i64::from(high)).div_euclid(60);
            let middle = from + (to - from) / 2;
            for near in [from, middle, to] {
                for minutes in near - 2..=near + 2 {
                    check(*tz, zone, minutes);
                }
            }
            count += 1;
        }
    }
    assert!(count > 18_000, "{count} changes of clocks");
}

#[test]
fn every_minute_around_each_sort_of_change_keeps_the_law() {
    let mut sorts = BTreeSet::new();
    for (tz, zone) in ZONES.iter() {
        for (at, before, after) in changes(zone) {
            // The same jump at the same time of day behaves alike, whatever the zone and the year.
            if sorts.insert((before, after, at.0.rem_euclid(DAY))) {
                let midnight = (at.0 + i64::from(before)).div_euclid(DAY) * 1_440;
                let mut last = Instant(i64::MIN);
                for minutes in midnight - 60..midnight + 1_440 + 60 {
                    check(*tz, zone, minutes);
                    let at = zone.to_instant(wall(minutes));
                    assert!(last <= at, "{} {}: wall times keep their order", zone.name, wall(minutes));
                    last = at;
                }
            }
        }
    }
    assert!(sorts.len() > 200, "{} sorts of changes", sorts.len());
}

#[test]
fn days_follow_each_other_and_hold_their_instants() {
    for (_, zone) in ZONES.iter() {
        for (at, before, after) in changes(zone) {
            let date = zone.to_local(at).date;
            let mut lengths = 0;
            for days in -3..3 {
                let (today, next) = (zone.day(date.plus_days(days)), zone.day(date.plus_days(days + 1)));
                assert_eq!(today.ends_at, next.starts_at, "{} {date}", zone.name);
                assert!(today.starts_at <= today.ends_at, "{} {date}", zone.name);
                lengths += today.ends_at.0 - today.starts_at.0;
            }
            let single = changes(zone).filter(|(other, ..)| (other.0 - at.0).abs() < 6 * DAY).count() == 1;
            if single {
                assert_eq!(lengths, 6 * DAY - i64::from(after - before), "{} {date}", zone.name);
            }
            let jump = i64::from((after - before).abs());
            for seconds in [-DAY, -jump, -1, 0, 1, jump - 1, jump, jump + 1, DAY] {
                let instant = at.plus_seconds(seconds);
                assert!(zone.day(zone.date_of(instant)).contains(instant), "{} {}", zone.name, instant.0);
            }
        }
    }
}

#[test]
fn days_have_23_24_or_25_hours_and_the_odd_ones_their_own() {
    let day = |name: &str, date: &str| {
        let span = support::zone(name, 1970, 2041).day(support::date(date));
        (span.ends_at.0 - span.starts_at.0) / 60
    };
    for (name, date, minutes) in [
        ("Europe/Berlin", "2027-03-28", 23 * 60),
        ("Europe/Berlin", "2027-03-29", 24 * 60),
        ("Europe/Berlin", "2027-10-31", 25 * 60),
        ("America/New_York", "2026-03-08", 23 * 60),
        ("America/New_York", "2026-11-01", 25 * 60),
        ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
        ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
        ("Antarctica/Troll", "2026-03-29", 22 * 60),
        ("Asia/Beirut", "2026-03-29", 23 * 60),    // midnight itself is skipped
        ("Asia/Kathmandu", "2026-06-01", 24 * 60), // +5:45
        ("Asia/Kathmandu", "1986-01-01", 24 * 60 - 15),
        ("Australia/Eucla", "2026-06-01", 24 * 60), // +8:45
        ("Australia/Eucla", "2008-10-26", 23 * 60),
        ("Pacific/Chatham", "2026-09-27", 23 * 60), // +12:45
        ("Pacific/Chatham", "2026-04-05", 25 * 60),
        ("Pacific/Apia", "2011-12-29", 24 * 60),
        ("Pacific/Apia", "2011-12-30", 0), // a date that never was
        ("Pacific/Apia", "2011-12-31", 24 * 60),
    ] {
        assert_eq!(day(name, date), minutes, "{name} {date}");
    }
}

#[test]
fn quarter_hour_zones_show_their_times() {
    for (name, local, utc) in [
        ("Asia/Kathmandu", "2026-06-01T05:45", "2026-06-01T00:00"),
        ("Australia/Eucla", "2026-06-01T08:45", "2026-06-01T00:00"),
        ("Pacific/Chatham", "2026-06-01T12:45", "2026-06-01T00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:00", "2026-10-03T15:30"), // the first minute that is skipped
        ("Australia/Lord_Howe", "2026-10-04T02:29", "2026-10-03T15:30"), // and the last
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"), // shown twice
    ] {
        let zone = support::zone(name, 2020, 2041);
        let utc = Zone::fixed("UTC", 0).to_instant(LocalDateTime::parse(utc).unwrap());
        assert_eq!(zone.to_instant(LocalDateTime::parse(local).unwrap()), utc, "{name} {local}");
    }
}
