//! The small reader and writer say the same as `serde_json`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use shared::embed::{HoldIn, Snapshot};
use shared::pricing::{Coupon, PriceBook, TaxRules};
use widget::json;

/// Every kind of everything that a snapshot can hold.
const ALL_KINDS: &str = include_str!("support/all-kinds.json");

#[test]
fn the_whole_snapshot_reads_as_serde_json_reads_it() {
    for text in [support::HARBOR, ALL_KINDS] {
        let theirs: Snapshot = serde_json::from_str(text).unwrap();
        assert!(json::from_str::<Snapshot>(text).unwrap() == theirs);
        // Written out with every default.
        let full = serde_json::to_string(&theirs).unwrap();
        assert!(json::from_str::<Snapshot>(&full).unwrap() == theirs);
    }
}

#[test]
fn the_whole_price_book_reads_as_serde_json_reads_it() {
    for text in [support::HARBOR, ALL_KINDS] {
        let theirs = serde_json::from_str::<Snapshot>(text).unwrap().book;
        let full = serde_json::to_string(&theirs).unwrap();
        assert!(json::from_str::<PriceBook>(&full).unwrap() == theirs);
    }
    for rounding in ["line", "sumByNet", "sumByNetKeepGross"] {
        let text = format!(r#"{{"rounding":"{rounding}"}}"#);
        assert!(json::from_str::<TaxRules>(&text).unwrap() == serde_json::from_str::<TaxRules>(&text).unwrap());
    }
}

#[test]
fn the_opening_is_a_part_of_the_whole() {
    for text in [support::HARBOR, ALL_KINDS] {
        let (opening, whole) = (json::opening(text).unwrap(), json::from_str::<Snapshot>(text).unwrap());
        assert!(opening.org == whole.org && opening.calendar == whole.calendar && opening.first == whole.first);
        assert!(opening.venue.zone == whole.venue.zone && opening.venue.now == whole.venue.now);
        assert_eq!(opening.book.currency, whole.book.currency);
        assert_eq!(opening.offerings.len(), whole.offerings.len());
        for (part, all) in opening.offerings.iter().zip(&whole.offerings) {
            assert!((&part.id, part.kind, &part.length) == (&all.id, all.kind, &all.length));
            assert_eq!(part.party_types, all.party_types);
        }
        for (part, all) in opening.cards.iter().zip(&whole.cards) {
            assert_eq!((&part.id, &part.name, &part.summary), (&all.id, &all.name, &all.summary));
        }
    }
}

#[test]
fn every_coupon_is_read() {
    for effect in [r#"{"percent":1000}"#, r#"{"subtract":500}"#, r#"{"setPrice":0}"#, r#"{"freeUnits":1}"#] {
        let text = format!(
            r#"{{"code":"A","effect":{effect},"from":1,"until":2,"departsFrom":3,"departsUntil":4,"minimum":5,"usesLeft":6,
            "oncePerCustomer":true,"usedByCustomer":true,"offerings":["tour_x"],"addOns":true}}"#
        );
        assert!(json::from_str::<Coupon>(&text).unwrap() == serde_json::from_str::<Coupon>(&text).unwrap());
    }
}

#[test]
fn requests_are_written_as_serde_json_writes_them() {
    let text = r#"{"items":[{"offeringId":"tour_x","startsAt":"2026-08-01T15:00:00Z","party":{"adult":2,"child":1},
        "private":true,"addOns":[{"id":"add_x","quantity":2}]}],"coupon":"A \"B\" \\ \u0001 é","customer":{"name":"Zoë","email":"z@x.de"}}"#;
    let hold: HoldIn = serde_json::from_str(text).unwrap();
    assert_eq!(json::to_string(&hold).unwrap(), serde_json::to_string(&hold).unwrap());
}

#[test]
fn strings_keep_every_sign() {
    let text = r#"["\ud83d\ude00\n\/\"\\\u00e9é\t\b\f\r", ""]"#;
    assert_eq!(json::from_str::<Vec<String>>(text).unwrap(), serde_json::from_str::<Vec<String>>(text).unwrap());
}

#[test]
fn what_is_cut_off_is_refused() {
    let good = support::HARBOR.trim_end();
    for end in (0..good.len()).step_by(7) {
        let cut = good.get(..end).unwrap();
        assert!(json::from_str::<Snapshot>(cut).is_err(), "{end}");
    }
}

#[test]
fn what_is_not_json_is_refused_and_nothing_panics() {
    let deep = "[".repeat(100_000);
    for text in [
        "[1.5]",
        "[1e3]",
        "[99999999999999999999]",
        r#"["\ud83d"]"#,
        r#"["\u12"]"#,
        "[1] 2",
        "[1,]",
        "[,1]",
        "[1 2]",
        "-",
        "[tru]",
        r#"{"a" 1}"#,
        r#"{a:1}"#,
        &deep,
    ] {
        assert!(json::from_str::<Vec<i64>>(text).is_err(), "{text:.20}");
    }
}

#[test]
fn what_has_the_wrong_type_or_an_unknown_name_is_refused() {
    for (good, bad) in [
        ("\"cal_harbor\"", "\"Cal Harbor\""),
        ("\"minutes\": 90", "\"minutes\": \"90\""),
        ("\"minutes\": 90", "\"fortnights\": 90"),
        ("\"month\"", "\"decade\""),
        ("\"EUR\"", "\"eur\""),
        ("\"2026-01-01\"", "\"2026-13-01\""),
        ("\"holdSeconds\": 900", "\"holdSeconds\": -1"),
    ] {
        assert!(support::HARBOR.contains(good), "{good}");
        assert!(json::from_str::<Snapshot>(&support::HARBOR.replace(good, bad)).is_err(), "{bad}");
    }
}
