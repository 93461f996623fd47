//! What a receiver reads. Rendered once, at the first attempt, and frozen: a retry and a replay send the same bytes.

use serde::Serialize;
use serde_json::value::RawValue;
use shared::embed::Timestamp;

/// The native shape, as Standard Webhooks recommends: `{type, timestamp, data}`.
#[derive(Serialize)]
struct Native<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: Timestamp,
    data: &'a RawValue,
}

/// Renders the native body. `kind` is the event's type, `happened_at` the moment of the change (not of the attempt) and
/// `data` the JSON that was written with it. `None` when `data` is not JSON, which the event log does not let in.
pub fn native(kind: &str, happened_at: Timestamp, data: &str) -> Option<String> {
    let data = serde_json::from_str(data).ok()?;
    serde_json::to_string(&Native { kind, timestamp: happened_at, data }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_says_what_happened_when_and_to_what() {
        let at = Timestamp::parse("2026-08-01T15:00:00Z");
        let body = at.and_then(|at| native("booking.created", at, r#"{"id":"bkg_1","total":{"amount":5}}"#));
        assert_eq!(
            body.as_deref(),
            Some(
                r#"{"type":"booking.created","timestamp":"2026-08-01T15:00:00Z","data":{"id":"bkg_1","total":{"amount":5}}}"#
            )
        );
    }

    #[test]
    fn what_is_not_json_is_not_sent() {
        let at = Timestamp::parse("2026-08-01T15:00:00Z");
        assert_eq!(at.and_then(|at| native("booking.created", at, "{")), None);
    }
}
