//! Random calendars out of a list of numbers: all zeros give the plainest one, so that failures shrink to it.

use super::{adults, date, offering, resource, window};
use shared::availability::*;
use shared::civil::{Date, TimeOfDay};
use shared::id::{OfferingId, PartyCode, ResourceId};
use shared::party::Party;
use shared::schedule::*;
use shared::zone::{Instant, Span, Zone};

/// Numbers to draw from; zeros once they run out.
pub struct Dice {
    numbers: std::vec::IntoIter<u32>,
}

impl Dice {
    pub fn new(numbers: Vec<u32>) -> Self {
        Self { numbers: numbers.into_iter() }
    }

    /// From 0 to one less than `sides`.
    pub fn roll(&mut self, sides: u32) -> u32 {
        self.numbers.next().unwrap_or(0) % sides
    }

    pub fn chance(&mut self, one_in: u32) -> bool {
        self.roll(one_in) == one_in - 1
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len() as u32) as usize].clone()
    }

    pub fn many<T>(&mut self, most: u32, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.roll(most + 1)).map(|_| one(self)).collect()
    }
}

/// A venue, what it sells, what somebody asks, and for which dates.
#[derive(Clone, Debug)]
pub struct Case {
    pub calendar: Calendar,
    pub offering: Offering,
    pub ask: Ask,
    pub from: Date,
    pub to: Date,
}

/// Zones with a first date close to a change of their clocks.
const PLACES: [(&str, &str); 7] = [
    ("Europe/Berlin", "2027-03-26"),
    ("Europe/Berlin", "2027-10-30"),
    ("America/New_York", "2027-03-13"),
    ("Australia/Lord_Howe", "2027-04-03"),
    ("Australia/Lord_Howe", "2027-10-02"),
    ("Asia/Kathmandu", "2027-06-01"),
    ("America/Santiago", "2027-09-04"),
];

pub fn case(numbers: Vec<u32>) -> Case {
    let dice = &mut Dice::new(numbers);
    let (name, first) = dice.pick(&PLACES);
    let zone = super::zone(name, 2027, 2028);
    let from = date(first);
    let to = from.plus_days(dice.roll(3) as i32);
    let resources: Vec<Resource> =
        ["res_a", "res_b", "res_c"].iter().map(|id| some_resource(dice, &zone, id, from)).collect();
    let offering = some_offering(dice, from);
    let claims = dice.many(8, |dice| some_claim(dice, &zone, &offering, from));
    let departures = dice.many(1, |dice| DepartureOverride {
        departure: some_departure(dice, &zone, &offering, from),
        cancelled: dice.chance(3),
        capacity: dice.chance(2).then(|| dice.roll(6)),
        confirmed: dice.chance(2),
    });
    let closures = if dice.chance(5) { vec![some_block(dice, &zone, from)] } else { vec![] };
    let now = zone.day(from).starts_at.plus_minutes(i64::from(dice.roll(20)) * 60 - 600);
    let adult = PartyCode::parse("adult").unwrap();
    let guests = dice.roll(5);
    let party = Party([(adult, guests)].into_iter().filter(|_| guests > 0).collect());
    let length = match &offering.length {
        Length::Choice(lengths) => dice.chance(2).then(|| dice.pick(lengths)),
        Length::Days(_, most) => dice.chance(2).then_some(*most),
        Length::Minutes(_) => None,
    };
    let ask = Ask { party, length, private: dice.chance(6) };
    Case { calendar: Calendar { zone, now, resources, claims, departures, closures }, offering, ask, from, to }
}

fn some_time(dice: &mut Dice) -> TimeOfDay {
    TimeOfDay::from_minutes((dice.roll(48) * 30) as u16).unwrap()
}

fn some_window(dice: &mut Dice) -> Window {
    match dice.roll(5) {
        0 => window("09:00", "17:00"),
        1 => window("00:00", "00:00"),
        2 => window("20:00", "02:30"),
        3 => window("01:00", "05:00"),
        _ => Window { from: some_time(dice), to: some_time(dice) },
    }
}

fn some_instant(dice: &mut Dice, zone: &Zone, from: Date) -> Instant {
    zone.day(from).starts_at.plus_minutes(i64::from(dice.roll(5 * 96)) * 15 - 24 * 60)
}

fn some_span(dice: &mut Dice, zone: &Zone, from: Date) -> Span {
    let starts_at = some_instant(dice, zone, from);
    Span { starts_at, ends_at: starts_at.plus_minutes(i64::from(dice.roll(24) + 1) * 15) }
}

fn some_block(dice: &mut Dice, zone: &Zone, from: Date) -> Block {
    if dice.chance(3) {
        let first = from.plus_days(dice.roll(4) as i32 - 1);
        Block::Dates(first, first.plus_days(dice.roll(2) as i32))
    } else {
        Block::Span(some_span(dice, zone, from))
    }
}

fn some_resource(dice: &mut Dice, zone: &Zone, id: &str, from: Date) -> Resource {
    let mut one = resource(id, 1 + dice.roll(3));
    if dice.chance(3) {
        one.weekly = (1..=7)
            .flat_map(|weekday| dice.many(2, |dice| WeeklyWindow { weekday, hours: some_window(dice) }))
            .collect();
    }
    if dice.chance(3) {
        one.overrides = dice.many(2, |dice| DayOverride {
            date: from.plus_days(dice.roll(4) as i32 - 1),
            windows: dice.many(2, some_window),
            units: dice.chance(2).then(|| dice.roll(3)),
        });
        one.overrides.sort_by_key(|own| own.date);
        one.overrides.dedup_by_key(|own| own.date);
    }
    one.blocks = dice.many(1, |dice| some_block(dice, zone, from));
    one
}

fn some_times(dice: &mut Dice) -> Times {
    match dice.roll(4) {
        0 => Times::At(vec![TimeOfDay::new(10, 0).unwrap(), TimeOfDay::new(14, 0).unwrap()]),
        1 => Times::At(dice.many(3, some_time)),
        2 => Times::Open { windows: dice.many(2, some_window), step: 30 + 15 * dice.roll(5) },
        _ => Times::AllDay,
    }
}

fn some_repeats(dice: &mut Dice, from: Date) -> Repeats {
    let every = 1 + dice.roll(2);
    let on = from.plus_days(dice.roll(3) as i32);
    match dice.roll(4) {
        0 => Repeats::Daily { every },
        1 => Repeats::Weekly { every, weekdays: dice.many(7, |dice| 1 + dice.roll(7) as u8) },
        2 => {
            let nth = dice.pick(&[(on.day() as i8 + 6) / 7, -1, 1, -2, 5]);
            Repeats::MonthlyWeekday { every, nth, weekday: on.weekday() }
        }
        _ => Repeats::MonthlyDay { every, day: dice.pick(&[on.day() as i8, -1, -2, 31]) },
    }
}

fn some_rule(dice: &mut Dice, from: Date) -> Rule {
    Rule {
        repeats: some_repeats(dice, from),
        times: some_times(dice),
        from: from.plus_days(1 - dice.roll(70) as i32),
        until: dice.chance(4).then(|| from.plus_days(dice.roll(3) as i32)),
    }
}

fn some_offering(dice: &mut Dice, from: Date) -> Offering {
    let mut one = offering("tour_a", Kind::Tour);
    one.schedule = Schedule {
        rules: (0..1 + dice.roll(2)).map(|_| some_rule(dice, from)).collect(),
        extra: dice.many(1, |dice| ExtraDate { date: from.plus_days(dice.roll(3) as i32), times: some_times(dice) }),
        cancelled: dice.many(1, |dice| Cancelled {
            date: from.plus_days(dice.roll(3) as i32),
            time: dice.chance(2).then(|| some_time(dice)),
        }),
        one_offs: dice.many(1, |dice| OneOff {
            starts_at: from.plus_days(dice.roll(3) as i32).at(some_time(dice)),
            minutes: dice.chance(2).then(|| 15 * (1 + dice.roll(12))),
        }),
    };
    one.length = match dice.roll(4) {
        0 | 1 => Length::Minutes(30 * (1 + dice.roll(6))),
        2 => Length::Choice(vec![60, 120, 90]),
        _ => Length::Days(1, 1 + dice.roll(3)),
    };
    one.capacity = match dice.roll(6) {
        0 | 1 => Capacity::Seats(dice.roll(9)),
        2 => Capacity::Groups(1 + dice.roll(2)),
        3 => Capacity::PerDay(1 + dice.roll(3)),
        _ => Capacity::Unlimited,
    };
    let mut kind = adults();
    kind.seats = dice.pick(&[1, 1, 1, 2, 0]);
    one.party_types = vec![kind];
    let minutes = |dice: &mut Dice| if dice.chance(2) { 15 * dice.roll(5) } else { 0 };
    one.rules = BookingRules {
        buffer_before: minutes(dice),
        buffer_after: minutes(dice),
        buffers_inside: dice.chance(3),
        notice: 30 * minutes(dice),
        horizon_days: dice.chance(6).then(|| dice.roll(3)),
        cut_off: dice.chance(6).then(|| dice.roll(900)),
        min_party: dice.pick(&[1, 1, 1, 2]),
        max_party: dice.chance(4).then(|| 1 + dice.roll(4)),
        max_per_day: dice.chance(6).then(|| dice.roll(4)),
        privacy: dice.pick(&[Privacy::OnRequest, Privacy::Never, Privacy::From(3), Privacy::Always]),
        threshold: dice.chance(6).then(|| Threshold { min_seats: dice.roll(5), decide_before: 60 * dice.roll(30) }),
    };
    one.requires = dice.many(2, |dice| Requirement {
        any_of: dice.many(3, |dice| ResourceId::parse(dice.pick(&["res_a", "res_b", "res_c"])).unwrap()),
        need: match dice.roll(4) {
            0 => Need::PerDeparture(1 + dice.roll(2)),
            1 => Need::PerBooking(1 + dice.roll(2)),
            2 => Need::PerSeats(1 + dice.roll(3)),
            _ => Need::PerDepartureSeats(1 + dice.roll(4)),
        },
    });
    one
}

fn some_departure(dice: &mut Dice, zone: &Zone, offering: &Offering, from: Date) -> Departure {
    let other = OfferingId::parse("tour_b").unwrap();
    let day = from.plus_days(dice.roll(3) as i32);
    let time = if dice.chance(2) {
        dice.pick(&["10:00", "14:00", "09:00", "00:00", "20:00"]).to_owned()
    } else {
        some_time(dice).to_string()
    };
    let at = if matches!(offering.capacity, Capacity::PerDay(_)) || dice.chance(5) {
        zone.day(day).starts_at
    } else {
        zone.to_instant(day.at(super::time(&time)))
    };
    Departure { offering: if dice.chance(4) { other } else { offering.id.clone() }, at }
}

pub fn some_claim(dice: &mut Dice, zone: &Zone, offering: &Offering, from: Date) -> Claim {
    let departure = some_departure(dice, zone, offering, from);
    let held_until = match dice.roll(4) {
        0 => Some(zone.day(from).starts_at.plus_minutes(-1_000)),
        1 => Some(zone.day(from).starts_at.plus_minutes(10_000)),
        _ => None,
    };
    let units = dice.roll(4);
    if dice.chance(2) {
        let ends_at = if dice.chance(3) {
            departure.at.plus_minutes(24 * 60)
        } else {
            departure.at.plus_minutes(15 * i64::from(1 + dice.roll(16)))
        };
        let span = Span { starts_at: departure.at, ends_at };
        return Claim { pool: Pool::Departure(departure), span, units, held_until, shared_by: None };
    }
    let id = ResourceId::parse(dice.pick(&["res_a", "res_b", "res_c"])).unwrap();
    let span = if dice.chance(2) {
        Span { starts_at: departure.at, ends_at: departure.at.plus_minutes(15 * i64::from(1 + dice.roll(16))) }
    } else {
        some_span(dice, zone, from)
    };
    let shared_by = dice.chance(2).then_some(departure);
    Claim { pool: Pool::Resource(id), span, units, held_until, shared_by }
}
