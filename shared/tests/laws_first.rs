//! What must hold of the answer to a visitor's first question, whatever the calendar: it is the engine's own, and the first
//! view finds all of its dates in it.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use proptest::prelude::*;
use shared::availability::{Ask, Engine, party_of};
use shared::civil::Date;
use shared::embed::First;
use shared::party::Party;
use shared::zone::Instant;
use support::dice::{Case, case};

/// The search for something to book goes twelve times 31 dates ahead.
const SEARCHED: i32 = 12 * 31;
const GOOD_SECONDS: i64 = 60;

fn cases() -> impl Strategy<Value = Case> {
    proptest::collection::vec(any::<u32>(), 0..220).prop_map(case)
}

fn answer(case: &Case) -> First {
    First::of(&case.calendar, &case.offering, None, Party::default()).unwrap()
}

fn question(case: &Case) -> Ask {
    Ask { party: party_of(&case.offering, &Party::default()), length: None, private: false }
}

fn today(case: &Case) -> Date {
    case.calendar.zone.date_of(case.calendar.now)
}

/// Every date, asked one at a time.
fn first_free(case: &Case) -> Option<Date> {
    let engine = Engine::new(&case.calendar);
    let free = |date: &Date| !engine.bookable(&case.offering, *date, *date, &question(case)).is_empty();
    (0..SEARCHED).map(|days| today(case).plus_days(days)).find(free)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_first_answer_is_what_the_engine_says_of_its_dates(case in cases()) {
        let first = answer(&case);
        let slots = Engine::new(&case.calendar).slots(&case.offering, first.from, first.to, &question(&case));
        prop_assert_eq!(&first.slots, &slots);
        prop_assert_eq!(&first.offering, &case.offering.id);
        prop_assert_eq!(&first.party, &question(&case).party);
        prop_assert_eq!(first.at, case.calendar.now);
    }

    #[test]
    fn who_asks_for_a_date_and_for_people_is_answered_for_these(case in cases(), days in -9_i32..90, guests in 0_u32..6) {
        let date = today(&case).plus_days(days);
        let code = case.offering.party_types.first().map(|kind| kind.code.clone());
        let wanted = Party(code.map(|code| (code, guests)).into_iter().collect());
        let Some(first) = First::of(&case.calendar, &case.offering, Some(date), wanted.clone()) else { return Ok(()) };
        let engine = Engine::new(&case.calendar);
        let ask = Ask { party: party_of(&case.offering, &wanted), length: None, private: false };
        prop_assert_eq!(&first.slots, &engine.slots(&case.offering, first.from, first.to, &ask));
        prop_assert_eq!((first.date, &first.wanted, &first.party), (Some(date), &wanted, &ask.party));
        let start = date.max(today(&case));
        prop_assert!((first.from..=first.to).contains(&start));
        let free = engine.next_free(&case.offering, start, &ask);
        prop_assert!(free.is_none_or(|free| (first.from..=first.to).contains(&free)), "what can be booked next is in it");
    }

    #[test]
    fn nothing_can_be_booked_before_the_first_answer_starts(case in cases()) {
        let (first, free) = (answer(&case), first_free(&case));
        prop_assert!(first.from >= today(&case));
        if let Some(free) = free {
            prop_assert!((first.from..=first.to).contains(&free), "{} to {}, not {}", first.from, first.to, free);
        }
        let booked_first = first.slots.iter().find(|slot| slot.status.bookable());
        prop_assert_eq!(booked_first.map(|slot| case.calendar.zone.date_of(slot.starts_at)), free);
    }

    #[test]
    fn the_first_answer_fills_the_month_and_every_week_of_its_first_free_date(case in cases()) {
        let (first, today) = (answer(&case), today(&case));
        let free = first_free(&case).unwrap_or(today);
        for days in -31..=31 {
            let date = free.plus_days(days);
            let same_month = (date.year(), date.month()) == (free.year(), free.month());
            // Whatever day a week starts on.
            let same_week = days.abs() < 7;
            if date >= today && (same_month || same_week) {
                prop_assert!((first.from..=first.to).contains(&date), "{} to {} lack {}", first.from, first.to, date);
            }
        }
    }

    #[test]
    fn the_first_answer_is_good_for_a_minute_also_by_a_clock_that_is_behind(case in cases(), later in -300_i64..300) {
        let first = answer(&case);
        prop_assert_eq!(first.is_good(first.at.plus_seconds(later)), later <= GOOD_SECONDS);
        prop_assert!(first.is_good(Instant(i64::MIN)) && !first.is_good(Instant(i64::MAX)));
    }
}
