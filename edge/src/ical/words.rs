//! What a booking is called in the calendars of staff.

use shared::party::Party;

/// `Jane Doe — Sunset tour`.
pub fn summary(who: Option<&str>, what: &str) -> String {
    match who.map(str::trim).filter(|who| !who.is_empty()) {
        Some(who) => format!("{who} — {what}"),
        None => what.to_owned(),
    }
}

/// How every [`description`] begins.
pub const BEGIN: &str = "Booking ";

/// `Booking HB-2026-000123: 2 adult, 1 child`. `party` is JSON of the engine.
pub fn description(number: Option<&str>, party: &str) -> String {
    let party: Party = serde_json::from_str(party).unwrap_or_default();
    let told = party.0.iter().filter(|(_, count)| **count > 0);
    let told: Vec<String> = told.map(|(code, count)| format!("{count} {}", code.as_str().replace('_', " "))).collect();
    let who = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    format!("{BEGIN}{}{who}", number.unwrap_or_default())
}
