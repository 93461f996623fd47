//! What must hold for every calendar, and agreement with a brute-force reference on random ones.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use proptest::prelude::*;
use shared::availability::{Engine, Slot};
use support::dice::{Case, Dice, case, some_claim};
use support::reference;

fn cases() -> impl Strategy<Value = Case> {
    proptest::collection::vec(any::<u32>(), 0..220).prop_map(case)
}

fn slots(case: &Case) -> Vec<Slot> {
    Engine::new(&case.calendar).slots(&case.offering, case.from, case.to, &case.ask)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_brute_force(case in cases()) {
        let expected = reference::verdicts(&case);
        let slots = slots(&case);
        let starts: Vec<i64> = slots.iter().map(|slot| slot.starts_at.0).collect();
        prop_assert_eq!(&starts, &expected.keys().copied().collect::<Vec<_>>());
        for slot in &slots {
            let verdict = &expected[&slot.starts_at.0];
            prop_assert_eq!(slot.ends_at.0, verdict.ends_at);
            prop_assert_eq!(slot.status.bookable(), verdict.bookable, "{:?} {:?}", slot, verdict);
            if let Some(left) = verdict.seats_left {
                prop_assert_eq!(slot.remaining, left, "{:?}", slot);
            }
        }
    }

    #[test]
    fn bookable_gives_what_slots_calls_bookable(case in cases()) {
        let open: Vec<Slot> = slots(&case).into_iter().filter(|slot| slot.status.bookable()).collect();
        let engine = Engine::new(&case.calendar);
        prop_assert_eq!(engine.bookable(&case.offering, case.from, case.to, &case.ask), open);
    }

    #[test]
    fn a_slot_says_why_it_is_not_open(case in cases()) {
        for slot in slots(&case) {
            prop_assert_eq!(slot.reasons.is_empty(), slot.status.bookable() && !matches!(slot.status, shared::availability::SlotStatus::Unconfirmed));
        }
    }

    #[test]
    fn placing_succeeds_exactly_where_a_slot_is_bookable(case in cases()) {
        let engine = Engine::new(&case.calendar);
        for slot in slots(&case) {
            let placed = engine.place(&case.offering, slot.starts_at, &case.ask);
            prop_assert_eq!(placed.is_ok(), slot.status.bookable(), "{:?} {:?}", placed, slot);
            match placed {
                Ok(placement) => {
                    prop_assert_eq!(placement.span.starts_at, slot.starts_at);
                    prop_assert_eq!(placement.span.ends_at, slot.ends_at);
                }
                Err(refusal) => prop_assert_eq!(refusal, slot.reasons),
            }
        }
    }

    #[test]
    fn no_sequence_of_bookings_exceeds_a_capacity(case in cases(), picks in proptest::collection::vec(any::<u32>(), 1..24)) {
        let mut case = case;
        case.calendar.claims.clear();
        let mut dice = Dice::new(picks.clone());
        for _ in picks {
            let mut ask = case.ask.clone();
            for guests in ask.party.0.values_mut() {
                *guests = 1 + dice.roll(4);
            }
            let open = Engine::new(&case.calendar).bookable(&case.offering, case.from, case.to, &ask);
            if open.is_empty() {
                break;
            }
            let starts_at = dice.pick(&open).starts_at;
            let placement = Engine::new(&case.calendar).place(&case.offering, starts_at, &ask).unwrap();
            case.calendar.claims.extend(placement.claims);
        }
        prop_assert_eq!(reference::overbooked(&case), None);
    }

    #[test]
    fn more_claims_never_mean_more_availability(case in cases(), more in proptest::collection::vec(any::<u32>(), 8)) {
        let mut case = case;
        // Below a threshold, others make a departure possible; that is its point.
        case.offering.rules.threshold = None;
        let before = slots(&case);
        let claim = some_claim(&mut Dice::new(more), &case.calendar.zone, &case.offering, case.from);
        case.calendar.claims.push(claim);
        let after = slots(&case);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(after.remaining <= before.remaining, "{:?} {:?}", before, after);
            prop_assert!(before.status.bookable() || !after.status.bookable(), "{:?} {:?}", before, after);
        }
    }

    #[test]
    fn hiding_who_is_away_changes_no_availability(case in cases()) {
        let redacted = Case { calendar: case.calendar.clone().redacted(), ..case.clone() };
        prop_assert!(redacted.calendar.resources.iter().all(|resource| resource.blocks.is_empty()));
        for (slot, shown) in slots(&case).iter().zip(&slots(&redacted)) {
            prop_assert_eq!((slot.starts_at, slot.remaining), (shown.starts_at, shown.remaining));
            prop_assert_eq!(slot.status.bookable(), shown.status.bookable());
        }
    }

    #[test]
    fn alternatives_are_bookable_and_the_nearest(case in cases(), count in 0_usize..5) {
        let engine = Engine::new(&case.calendar);
        let Some(wanted) = slots(&case).first().map(|slot| slot.starts_at) else { return Ok(()) };
        let offered = engine.alternatives(&case.offering, wanted, &case.ask, count);
        prop_assert!(offered.len() <= count);
        for slot in &offered {
            prop_assert!(slot.starts_at != wanted);
            prop_assert!(engine.place(&case.offering, slot.starts_at, &case.ask).is_ok());
        }
        let date = case.calendar.zone.date_of(wanted);
        let today = engine.bookable(&case.offering, date, date, &case.ask);
        let today = today.iter().filter(|slot| slot.starts_at != wanted).count();
        let offered_today = offered.iter().take_while(|slot| case.calendar.zone.date_of(slot.starts_at) == date).count();
        prop_assert_eq!(offered_today, today.min(count));
    }
}
