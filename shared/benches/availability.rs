//! How long it takes to know what is free. `cargo xtask bench` sets the first beside luxon + rrule and WebAssembly.
#![allow(missing_docs, clippy::unwrap_used, clippy::arithmetic_side_effects)]

#[path = "../tests/support/mod.rs"]
mod support;

use divan::{Bencher, black_box};
use shared::availability::*;
use shared::civil::Date;
use shared::id::{OfferingId, ResourceId};
use shared::schedule::{Repeats, Rule, Times};
use shared::zone::{Instant, Span};

fn main() {
    divan::main();
}

/// 90 days × 1 resource × 500 busy spans × 15-minute step; the calendar is made ready anew each time.
#[divan::bench]
fn ninety_days_with_500_busy_spans(bencher: Bencher) {
    let scenario = support::peers_scenario();
    bencher.bench(|| {
        let engine = Engine::new(black_box(&scenario.calendar));
        engine.bookable(&scenario.offering, scenario.from, scenario.to, &Ask::default())
    });
}

/// The same with every start and its reasons, as a calendar shows them.
#[divan::bench]
fn ninety_days_with_500_busy_spans_and_reasons(bencher: Bencher) {
    let scenario = support::peers_scenario();
    bencher.bench(|| {
        let engine = Engine::new(black_box(&scenario.calendar));
        engine.slots(&scenario.offering, scenario.from, scenario.to, &Ask::default())
    });
}

fn first_day() -> Date {
    support::date("2027-01-01")
}

fn daily(times: &[&str]) -> Rule {
    Rule {
        repeats: Repeats::Daily { every: 1 },
        times: Times::At(times.iter().map(|time| support::time(time)).collect()),
        from: first_day(),
        until: None,
    }
}

const SIX_DEPARTURES: [&str; 6] = ["08:00", "10:00", "12:00", "14:00", "16:00", "18:00"];

/// A boat with 40 seats, six times a day.
fn tour(id: &str, boat: &ResourceId) -> Offering {
    let mut tour = support::offering(id, Kind::Tour);
    tour.length = Length::Minutes(90);
    tour.capacity = Capacity::Seats(40);
    tour.schedule.rules = vec![daily(&SIX_DEPARTURES)];
    tour.requires = vec![Requirement { any_of: vec![boat.clone()], need: Need::PerDeparture(1) }];
    tour
}

/// Each booking takes seats of its departure and its part of the boat.
fn booking(zone: &shared::zone::Zone, offering: &OfferingId, boat: &ResourceId, number: u32, days: u32) -> [Claim; 2] {
    // A fixed stride spreads the bookings evenly and always alike.
    let place = number.wrapping_mul(2_654_435_761) % (days * 6);
    let date = first_day().plus_days(i32::try_from(place / 6).unwrap());
    let time = support::time(SIX_DEPARTURES.get(place as usize % 6).unwrap());
    let at = zone.to_instant(date.at(time));
    let span = Span { starts_at: at, ends_at: at.plus_minutes(90) };
    let departure = Departure { offering: offering.clone(), at };
    let claim = |pool, units, shared_by| Claim { pool, span, units, held_until: None, shared_by };
    [
        claim(Pool::Departure(departure.clone()), 1 + number % 4, None),
        claim(Pool::Resource(boat.clone()), 1, Some(departure)),
    ]
}

#[divan::bench]
fn a_year_of_6_departures_a_day_with_5_000_bookings(bencher: Bencher) {
    let boat = ResourceId::parse("res_boat").unwrap();
    let tour = tour("tour_bay", &boat);
    let zone = support::zone("Europe/Berlin", 2026, 2029);
    let claims = (0..5_000).flat_map(|number| booking(&zone, &tour.id, &boat, number, 365)).collect();
    let calendar = calendar(zone, vec![support::resource("res_boat", 1)], claims);
    bencher.bench(|| {
        let engine = Engine::new(black_box(&calendar));
        engine.slots(&tour, first_day(), first_day().plus_days(364), &Ask::default())
    });
}

#[divan::bench]
fn two_hundred_offerings_for_31_days(bencher: Bencher) {
    let zone = support::zone("Europe/Berlin", 2026, 2029);
    let boats: Vec<ResourceId> = (0..20).map(|n| ResourceId::parse(&format!("res_{n}")).unwrap()).collect();
    let boat = |n: u32| boats.get(n as usize % 20).unwrap();
    let tours: Vec<Offering> = (0..200).map(|n| tour(&format!("tour_{n}"), boat(n))).collect();
    let on = |number: u32| tours.get(number as usize % 200).unwrap();
    let claims = (0..2_000).flat_map(|number| booking(&zone, &on(number).id, boat(number % 200), number, 31)).collect();
    let resources = boats.iter().map(|id| support::resource(id.as_str(), 10)).collect();
    let calendar = calendar(zone, resources, claims);
    bencher.bench(|| {
        let engine = Engine::new(black_box(&calendar));
        let month = |tour| engine.bookable(tour, first_day(), first_day().plus_days(30), &Ask::default()).len();
        tours.iter().map(month).sum::<usize>()
    });
}

fn calendar(zone: shared::zone::Zone, resources: Vec<Resource>, claims: Vec<Claim>) -> Calendar {
    Calendar { zone, now: Instant(1_798_000_000), resources, claims, departures: vec![], closures: vec![] }
}
