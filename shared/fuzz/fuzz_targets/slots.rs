//! Any calendar and offering: never a panic, starts ascend, and what is bookable has a place that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shared::availability::{Ask, Calendar, Engine, Offering};
use shared::civil::Date;

/// Enough for every rule to show; more only takes longer.
const DAYS: i32 = 20;

fuzz_target!(|bytes: &[u8]| {
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else { return };
    // The worked examples are seeds as they are.
    let input = json.pointer("/slots/input").unwrap_or(&json);
    let part = |name: &str| input.get(name).cloned().unwrap_or(Value::Null);
    let (Ok(calendar), Ok(offering), Ok(from)) = (
        serde_json::from_value::<Calendar>(part("calendar")),
        serde_json::from_value::<Offering>(part("offering")),
        serde_json::from_value::<Date>(part("from")),
    ) else {
        return;
    };
    let ask: Ask = serde_json::from_value(part("ask")).unwrap_or_default();
    let engine = Engine::new(&calendar);
    let slots = engine.slots(&offering, from, from.plus_days(DAYS), &ask);
    assert!(slots.is_sorted_by(|a, b| a.starts_at < b.starts_at), "starts ascend, each once");
    let bookable = engine.bookable(&offering, from, from.plus_days(DAYS), &ask);
    let open = slots.iter().filter(|slot| slot.status.bookable());
    assert!(open.eq(&bookable), "both ways to ask agree");
    for slot in bookable.iter().take(5) {
        let place = engine.place(&offering, slot.starts_at, &ask);
        assert!(place.is_ok(), "{:?} has no place: {place:?}", slot.starts_at);
    }
});
