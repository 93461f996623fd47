//! What several tests need: zones from the zone database, and the scenario that the benchmarks share with their peers.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

pub mod dice;
pub mod reference;

use chrono::Offset as _;
use chrono::TimeZone as _;
use shared::availability::*;
use shared::civil::{Date, TimeOfDay};
use shared::id::{OfferingId, PartyCode, ResourceId};
use shared::party::PartyType;
use shared::schedule::{Repeats, Rule, Schedule, Times, Window};
use shared::zone::{Instant, Span, Zone};

/// Offsets of a zone of the database between two years, every transition to the second.
pub fn zone(name: &str, from_year: i32, to_year: i32) -> Zone {
    let tz: chrono_tz::Tz = name.parse().expect("a zone of the database");
    zone_of(tz, from_year, to_year)
}

pub fn zone_of(tz: chrono_tz::Tz, from_year: i32, to_year: i32) -> Zone {
    let offset = |at: i64| {
        let utc = chrono::DateTime::from_timestamp(at, 0).unwrap().naive_utc();
        tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    };
    let start =
        |year| chrono::NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp();
    let (mut at, end) = (start(from_year), start(to_year));
    let mut current = offset(at);
    let mut offsets = vec![(Instant(at), current)];
    while at < end {
        let next = at + 12 * 3_600;
        let then = offset(next);
        if then == current {
            at = next;
            continue;
        }
        let (mut low, mut high) = (at, next);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if offset(middle) == current { low = middle } else { high = middle }
        }
        // Goes on from the change itself: there may be another before `next`.
        (at, current) = (high, offset(high));
        offsets.push((Instant(at), current));
    }
    Zone { name: tz.name().to_owned(), offsets }
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap()
}

pub fn window(from: &str, to: &str) -> Window {
    Window { from: time(from), to: time(to) }
}

pub fn resource(id: &str, units: u32) -> Resource {
    let id = ResourceId::parse(id).unwrap();
    Resource { id, units, weekly: vec![], overrides: vec![], blocks: vec![] }
}

pub fn adults() -> PartyType {
    let code = PartyCode::parse("adult").unwrap();
    PartyType { code, name: "Adult".into(), note: None, seats: 1, min: 0, max: None }
}

pub fn offering(id: &str, kind: Kind) -> Offering {
    Offering {
        id: OfferingId::parse(id).unwrap(),
        kind,
        schedule: Schedule::default(),
        length: Length::Minutes(60),
        capacity: Capacity::Unlimited,
        party_types: vec![adults()],
        rules: BookingRules::default(),
        requires: vec![],
    }
}

/// The scenario of `benches/peers/slots.json`.
pub struct Scenario {
    pub calendar: Calendar,
    pub offering: Offering,
    pub from: Date,
    pub to: Date,
}

pub fn peers_scenario() -> Scenario {
    let text = include_str!("../../benches/peers/slots.json");
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    let from = date(json["from"].as_str().unwrap());
    let to = from.plus_days(json["days"].as_i64().unwrap() as i32 - 1);
    let windows = |key: &str| -> Vec<Window> {
        let pairs = json["windows"][key].as_array().unwrap();
        pairs.iter().map(|pair| window(pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
    };
    let number = |key: &str| json[key].as_u64().unwrap() as u32;
    let rule = |weekdays: Vec<u8>, key: &str| Rule {
        repeats: Repeats::Weekly { every: 1, weekdays },
        times: Times::Open { windows: windows(key), step: number("step") },
        from,
        until: None,
    };
    let staff = ResourceId::parse("res_staff").unwrap();
    let mut offering = offering("apt_meeting", Kind::Appointment);
    offering.length = Length::Minutes(number("minutes"));
    offering.schedule.rules = vec![rule(vec![1, 2, 3, 4, 5], "weekdays"), rule(vec![6], "saturday")];
    offering.rules.buffer_before = number("bufferBefore");
    offering.rules.buffer_after = number("bufferAfter");
    offering.requires = vec![Requirement { any_of: vec![staff.clone()], need: Need::PerBooking(1) }];
    let busy = json["busy"].as_array().unwrap().iter();
    let claims = busy.map(|span| Claim {
        pool: Pool::Resource(staff.clone()),
        span: Span { starts_at: Instant(span[0].as_i64().unwrap()), ends_at: Instant(span[1].as_i64().unwrap()) },
        units: 1,
        held_until: None,
        shared_by: None,
    });
    let calendar = Calendar {
        zone: zone(json["zone"].as_str().unwrap(), 2026, 2028),
        now: Instant(1_800_000_000),
        resources: vec![resource("res_staff", 1)],
        claims: claims.collect(),
        departures: vec![],
        closures: vec![],
    };
    Scenario { calendar, offering, from, to }
}

/// FNV-1a over the starts, a line each: what `benches/peers/slots.mjs` prints.
pub fn hash(slots: &[Slot]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for slot in slots {
        for byte in format!("{}\n", slot.starts_at.0).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:x}")
}
