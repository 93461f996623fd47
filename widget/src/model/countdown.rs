//! How long a hold still lasts, and when that is worth saying aloud.

use shared::zone::Instant;

/// When a hold runs out by the visitor's own clock.
///
/// Clocks on people's devices are wrong, so what counts is how long the edge holds, from now.
pub fn ends_at(expires_at: Instant, hold_seconds: u32, now: Instant) -> Instant {
    let left = expires_at.0.saturating_sub(now.0);
    let whole = i64::from(hold_seconds);
    now.plus_seconds(if (1..=whole).contains(&left) { left } else { whole })
}

/// Seconds left, never negative.
pub fn left(ends_at: Instant, now: Instant) -> i64 {
    ends_at.0.saturating_sub(now.0).max(0)
}

/// As a clock shows it: `14:59`.
pub fn clock(seconds: i64) -> String {
    let rest = seconds % 60;
    [(seconds / 60).to_string(), if rest < 10 { ":0".to_owned() } else { ":".to_owned() }, rest.to_string()].concat()
}

/// Minutes to announce at this second: five, two and one before the end, nothing in between.
pub fn announce(seconds: i64) -> Option<u32> {
    match seconds {
        300 => Some(5),
        120 => Some(2),
        60 => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_neither_shortens_nor_lengthens_a_hold() {
        let expires = Instant(10_900);
        assert_eq!(ends_at(expires, 900, Instant(10_000)), Instant(10_900));
        assert_eq!(ends_at(expires, 900, Instant(50_000)), Instant(50_900));
        assert_eq!(ends_at(expires, 900, Instant(0)), Instant(900));
    }

    #[test]
    fn it_ends_at_zero_and_is_read_as_minutes_and_seconds() {
        assert_eq!(left(Instant(10), Instant(20)), 0);
        assert_eq!(clock(899), "14:59");
        assert_eq!(clock(61), "1:01");
        assert_eq!(clock(0), "0:00");
    }
}
