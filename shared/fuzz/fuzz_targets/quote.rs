//! Any price book and request: never a panic, and lines, items and dues add up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shared::pricing::{LineKind, PriceBook, Request, quote};
use shared::zone::Zone;

fuzz_target!(|bytes: &[u8]| {
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else { return };
    // The worked examples are seeds as they are.
    let input = json.pointer("/quote/input").unwrap_or(&json);
    let part = |name: &str| input.get(name).cloned().unwrap_or(Value::Null);
    let (Ok(book), Ok(request)) =
        (serde_json::from_value::<PriceBook>(part("book")), serde_json::from_value::<Request>(part("request")))
    else {
        return;
    };
    let zone = serde_json::from_value(part("zone")).unwrap_or_else(|_| Zone::fixed("UTC", 0));
    let Ok(quote) = quote(&book, &zone, &request) else { return };
    assert!(quote.total >= 0);
    assert_eq!(quote.item_totals.iter().sum::<i64>(), quote.total);
    assert_eq!(quote.due_now + quote.due_later, quote.total);
    // Rounding the amount to pay is no line of an invoice (EN 16931, BT-114).
    let rounding = quote.lines.iter().filter(|line| line.kind == LineKind::Rounding).map(|line| line.amount);
    assert_eq!(quote.invoice.iter().map(|line| line.gross).chain(rounding).sum::<i64>(), quote.total);
    assert!((0..=quote.due_now).contains(&quote.refund_if_cancelled_now));
});
