//! The small reader and writer say the same as `serde_json`.
#![allow(clippy::unwrap_used)]

mod support;

use serde::{Deserialize, Serialize};
use shared::embed::{HoldIn, QuoteIn, Snapshot};
use widget::json;

#[test]
fn the_whole_snapshot_reads_as_serde_json_reads_it() {
    let theirs: Snapshot = serde_json::from_str(support::HARBOR).unwrap();
    assert!(json::from_str::<Snapshot>(support::HARBOR).unwrap() == theirs);
    let compact = serde_json::to_string(&theirs).unwrap();
    assert!(json::from_str::<Snapshot>(&compact).unwrap() == theirs);
}

#[test]
fn requests_are_written_as_serde_json_writes_them() {
    let text = r#"{"items":[{"offeringId":"tour_x","startsAt":"2026-08-01T15:00:00Z","party":{"adult":2,"child":1},
        "private":true,"addOns":[{"id":"add_x","quantity":2}]}],"coupon":"A \"B\" \\ \u0001 é","customer":{"name":"Zoë","email":"z@x.de"}}"#;
    let hold: HoldIn = serde_json::from_str(text).unwrap();
    assert_eq!(json::to_string(&hold).unwrap(), serde_json::to_string(&hold).unwrap());
    let quote: QuoteIn = serde_json::from_str(text).unwrap();
    assert_eq!(json::from_str::<QuoteIn>(text).unwrap(), quote);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Shape {
    Unit,
    New(i64),
    Pair(u8, i32),
    Named { a: Option<String>, b: Vec<bool> },
}

#[test]
fn every_shape_of_the_wire_is_read() {
    for text in [
        r#"["Unit",{"New":-9007199254740991},{"Pair":[255,-7]},{"Named":{"a":null,"b":[]}},{"Named":{"b":[true,false],"a":"x"}}]"#,
        " [ ] ",
        r#"[{"Named":{"unknown":{"deep":[1,2.5e3,"}]",null,{}]},"a":"\ud83d\ude00\n\/","b":[]}}]"#,
    ] {
        assert_eq!(
            json::from_str::<Vec<Shape>>(text).unwrap(),
            serde_json::from_str::<Vec<Shape>>(text).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn what_is_not_json_is_refused_and_nothing_panics() {
    let good = r#"[{"Named":{"a":"\ud83d\ude00é","b":[true]}},{"New":12},"Unit"]"#;
    for end in 0..good.len() {
        if let Some(cut) = good.get(..end) {
            assert!(json::from_str::<Vec<Shape>>(cut).is_err(), "{cut}");
        }
    }
    let deep = "[".repeat(100_000);
    for text in [
        r#"[1.5]"#,
        r#"[99999999999999999999]"#,
        r#"["\ud83d"]"#,
        r#"["\u12"]"#,
        "[1] 2",
        r#"[1,]"#,
        "[,1]",
        "[1 2]",
        "-",
        &deep,
    ] {
        assert!(json::from_str::<Vec<i64>>(text).is_err(), "{text}");
        assert!(json::from_str::<Vec<String>>(text).is_err(), "{text}");
    }
    // Where nobody reads it, depth is counted.
    assert!(json::from_str::<Vec<Shape>>(&format!(r#"[{{"Named":{{"a":null,"b":[],"x":{deep}"#)).is_err());
}
