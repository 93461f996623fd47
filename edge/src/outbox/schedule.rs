//! When to try again, and when to stop: the retry schedule as data.

/// How long a receiver may take.
pub const TIMEOUT_MILLISECONDS: u32 = 15_000;

/// How much of a receiver's answer is kept.
pub const ANSWER_BYTES: usize = 2_048;

/// An endpoint that has only failed for this long is disabled.
pub const DISABLE_AFTER_SECONDS: i64 = 5 * 24 * 3_600;

/// Both secrets sign for this long after a rotation.
pub const ROTATION_OVERLAP_SECONDS: i64 = 24 * 3_600;

/// Pauses after the first failure, the second, and so on, in seconds.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// No receiver may postpone a delivery further than this.
const LONGEST_PAUSE: i64 = 86_400;

/// What one attempt came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// 2xx, and nothing else, is success. Redirects are not followed and count as failures.
    Answered {
        /// HTTP status.
        status: u16,
        /// `Retry-After` in seconds, where it was a number.
        retry_after: Option<i64>,
    },
    /// No answer: time ran out, the name did not resolve, the connection broke.
    Unreachable,
    /// It was never sent: its address or its secret is not fit.
    Refused,
}

/// What follows from an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Delivered.
    Done,
    /// Try again after this many seconds.
    RetryIn(i64),
    /// The schedule is used up.
    GiveUp,
    /// 410: the receiver is gone for good. Its endpoint is disabled at once.
    Gone,
}

/// Decides what follows from the `attempt`th try (the first is 1). `jitter` is 0 to 999, drawn by the caller, and
/// spreads the pause by ±20 % so that a receiver coming back is not met by everything at once.
pub fn next(outcome: &Outcome, attempt: u32, jitter: u16) -> Next {
    let retry_after = match outcome {
        Outcome::Answered { status: 200..=299, .. } => return Next::Done,
        Outcome::Answered { status: 410, .. } => return Next::Gone,
        Outcome::Refused => return Next::GiveUp,
        Outcome::Answered { retry_after, .. } => *retry_after,
        Outcome::Unreachable => None,
    };
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    match PAUSES.get(index) {
        None => Next::GiveUp,
        Some(pause) => {
            let asked = retry_after.unwrap_or(0).clamp(0, LONGEST_PAUSE);
            Next::RetryIn(spread(*pause, jitter).max(asked))
        }
    }
}

/// `pause` × (0.8 … 1.2), at least a second.
fn spread(pause: i64, jitter: u16) -> i64 {
    let permille = i64::from(jitter.min(999)).saturating_mul(400).checked_div(999).unwrap_or(200).saturating_add(800);
    pause.saturating_mul(permille).checked_div(1_000).unwrap_or(pause).max(1)
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    const MIDDLE: u16 = 500;

    fn answered(status: u16) -> Outcome {
        Outcome::Answered { status, retry_after: None }
    }

    #[test]
    fn only_2xx_is_success() {
        for status in [200, 201, 204, 299] {
            assert_eq!(next(&answered(status), 1, MIDDLE), Next::Done);
        }
        for status in [301, 302, 308, 400, 404, 500, 503] {
            assert!(matches!(next(&answered(status), 1, MIDDLE), Next::RetryIn(_)), "{status}");
        }
    }

    #[test]
    fn the_pauses_are_those_of_the_contract_and_then_it_ends() {
        let expected = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (attempt, pause) in (1..).zip(expected) {
            let Next::RetryIn(seconds) = next(&Outcome::Unreachable, attempt, MIDDLE) else {
                panic!("attempt {attempt} has a pause");
            };
            assert!((pause * 8 / 10..=pause * 12 / 10).contains(&seconds), "{pause}: {seconds}");
        }
        assert_eq!(next(&Outcome::Unreachable, 10, MIDDLE), Next::GiveUp);
        assert_eq!(next(&Outcome::Unreachable, u32::MAX, MIDDLE), Next::GiveUp);
    }

    #[test]
    fn jitter_spreads_a_pause_by_a_fifth_either_way() {
        assert_eq!(next(&answered(500), 2, 0), Next::RetryIn(240));
        assert_eq!(next(&answered(500), 2, 999), Next::RetryIn(360));
        assert_eq!(next(&answered(500), 2, u16::MAX), Next::RetryIn(360));
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_but_not_for_a_shorter_or_an_endless_one() {
        let asked = |seconds| Outcome::Answered { status: 429, retry_after: Some(seconds) };
        assert_eq!(next(&asked(60), 1, MIDDLE), Next::RetryIn(60));
        assert!(matches!(next(&asked(1), 2, MIDDLE), Next::RetryIn(240..)));
        assert_eq!(next(&asked(i64::MAX), 1, MIDDLE), Next::RetryIn(86_400));
        assert!(matches!(next(&asked(-5), 1, MIDDLE), Next::RetryIn(1..)));
    }

    #[test]
    fn a_receiver_that_is_gone_is_not_tried_again() {
        assert_eq!(next(&answered(410), 1, MIDDLE), Next::Gone);
    }
}
