//! The rooms surface's words.

/// Its source's spelling of a type; the others are the same everywhere.
pub fn spelled(kind: &str) -> &str {
    match kind {
        "booking.cancelled" => "booking.canceled",
        "booking.rescheduled" => "booking.updated",
        other => other,
    }
}
