//! What a quote and a decision of the life cycle cost: `cargo bench -p shared --bench pricing`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use divan::{Bencher, black_box};
use shared::booking::{Action, Actor, Facts, ItemTerms, State, apply};
use shared::pricing::{PriceBook, Request, quote};
use shared::zone::{Instant, Zone};

fn main() {
    divan::main();
}

/// The worked example of a kind: its book, zone and request.
fn example(text: &str) -> (PriceBook, Zone, Request) {
    let example: serde_json::Value = serde_json::from_str(text).unwrap();
    let part = |name: &str| example["quote"]["input"][name].clone();
    (
        serde_json::from_value(part("book")).unwrap(),
        serde_json::from_value(part("zone")).unwrap(),
        serde_json::from_value(part("request")).unwrap(),
    )
}

/// A party of three types with season, group discount, add-on, coupon, fee, inclusive tax and deposit.
#[divan::bench]
fn tour(bencher: Bencher) {
    let (book, zone, request) = example(include_str!("../examples/tour.json"));
    bencher.bench(|| quote(black_box(&book), black_box(&zone), black_box(&request)));
}

#[divan::bench]
fn appointment(bencher: Bencher) {
    let (book, zone, request) = example(include_str!("../examples/appointment.json"));
    bencher.bench(|| quote(black_box(&book), black_box(&zone), black_box(&request)));
}

#[divan::bench]
fn package(bencher: Bencher) {
    let (book, zone, request) = example(include_str!("../examples/package.json"));
    bencher.bench(|| quote(black_box(&book), black_box(&zone), black_box(&request)));
}

/// A cart of several departures with automatic discounts and tax on sums.
#[divan::bench]
fn cart_of_ten(bencher: Bencher) {
    let (book, zone, mut request) = example(include_str!("../examples/event.json"));
    let first = request.items.first().unwrap().clone();
    for day in 1..10 {
        let mut item = first.clone();
        item.starts_at = item.starts_at.plus_minutes(day * 1_440);
        item.ends_at = item.ends_at.plus_minutes(day * 1_440);
        request.items.push(item);
    }
    bencher.bench(|| quote(black_box(&book), black_box(&zone), black_box(&request)));
}

#[divan::bench]
fn decision(bencher: Bencher) {
    let facts = Facts {
        now: Instant(1_000),
        by: Actor::Customer,
        items: vec![ItemTerms {
            total: 10_000,
            starts_at: Instant(900_000),
            ends_at: Instant(903_600),
            refund_tiers: vec![],
        }],
        due_now: 0,
        paid: 0,
        refunded: 0,
        payment: 0,
        refund: None,
        approval: false,
        expires_at: None,
        holds_claims: true,
        free: true,
        cancel_until: Some(60),
        reschedule_until: None,
    };
    bencher.bench(|| apply(black_box(State::Confirmed), black_box(Action::Cancel), black_box(&facts)));
}
