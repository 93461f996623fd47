//! The benchmark's scenario gives the same slots as the implementations it is compared with.
#![allow(missing_docs)]

mod support;

use shared::availability::{Ask, Engine};

#[test]
fn ninety_days_with_500_busy_spans_leave_1348_slots() {
    let scenario = support::peers_scenario();
    let engine = Engine::new(&scenario.calendar);
    let slots = engine.bookable(&scenario.offering, scenario.from, scenario.to, &Ask::default());
    assert_eq!(slots.len(), 1_348);
    assert_eq!(support::hash(&slots), "d18b7767809752b1");
    let all = engine.slots(&scenario.offering, scenario.from, scenario.to, &Ask::default());
    let open: Vec<_> = all.into_iter().filter(|slot| slot.status.bookable()).collect();
    assert_eq!(open, slots);
}
