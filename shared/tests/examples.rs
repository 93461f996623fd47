//! The worked examples answer as they say. Where one differs, the test prints the answer that it got.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../examples/support/mod.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn check(kind: &str) {
    let text = fs::read_to_string(folder().join(kind).with_extension("json")).unwrap();
    let example: Value = serde_json::from_str(&text).unwrap();
    for command in ["slots", "quote", "transition"] {
        let got = support::answer_value(command, &text).unwrap();
        assert_eq!(example[command]["output"], got, "{kind}: {command} answers {got:#}");
    }
}

#[test]
fn a_tour_answers_as_written() {
    check("tour");
}

#[test]
fn an_event_answers_as_written() {
    check("event");
}

#[test]
fn an_appointment_answers_as_written() {
    check("appointment");
}

#[test]
fn a_room_answers_as_written() {
    check("room");
}

#[test]
fn a_package_answers_as_written() {
    check("package");
}

#[test]
fn a_bare_input_answers_like_the_example_it_comes_from() {
    let text = fs::read_to_string(folder().join("tour.json")).unwrap();
    let example: Value = serde_json::from_str(&text).unwrap();
    for command in ["slots", "quote", "transition"] {
        let bare = example[command]["input"].to_string();
        assert_eq!(support::answer(command, &bare), support::answer(command, &text), "{command}");
    }
}

#[test]
fn bad_input_says_where() {
    assert!(support::answer("fly", "{}").unwrap_err().contains("slots, quote, transition"));
    assert!(support::answer("quote", "{").unwrap_err().contains("line 1"));
    assert!(support::answer("quote", "{\"book\": 1}").unwrap_err().contains("PriceBook"));
    assert!(support::answer("quote", "{\"about\": \"\"}").unwrap_err().contains("no such part"));
}
