//! The door of the public form: what keeps machines out without asking anybody else.
//!
//! A script pays with work (a SHA-256 with leading zero bits over a challenge of ours), a form without scripts with time
//! (nobody writes an event in five seconds). Both are sealed by the deployment's key, end, and open the door once: what was
//! used is kept until it would have ended anyway.

use crate::access::secret::{hashed, hex};
use crate::context::Context;
use crate::problem::{Code, Problem};
use sha2::{Digest as _, Sha256};
use shared::zone::Instant;

/// Leading zero bits: a quarter of a million hashes on average, less than a second for one visitor.
pub const BITS: u32 = 18;
/// A challenge ends after so many seconds.
pub const CHALLENGE_SECONDS: i64 = 600;
/// A form that was open for longer, in seconds, is to be opened again.
const FORM_SECONDS: i64 = 86_400;
/// Nobody fills in the form in fewer seconds.
const FILL_SECONDS: i64 = 5;
/// Links in the text of somebody whom nobody knows.
pub const MOST_LINKS: usize = 3;
/// Submissions that wait for one address to be confirmed: more would be mail that nobody asked for.
pub const MOST_UNCONFIRMED: i64 = 3;

/// Which door a seal is for. One of the one kind does not open the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Through work.
    Work,
    /// Through time.
    Time,
}

/// What was used to come in; used again, it is refused.
pub struct Ticket {
    /// Of the challenge.
    pub hash: String,
    /// When it need not be remembered any more.
    pub expires_at: Instant,
}

fn owner(way: Way, calendar: &str) -> String {
    match way {
        Way::Work => format!("challenge {calendar}"),
        Way::Time => format!("form {calendar}"),
    }
}

/// A fresh challenge of a calendar's form: made now, sealed, unlike any other.
pub fn challenge(context: &Context, way: Way, calendar: &str) -> Result<String, Problem> {
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let nonce = context.random_key().map_err(Problem::internal)?;
    let made_at = context.now().0.to_string();
    keys.seal(made_at.as_bytes(), &owner(way, calendar), nonce).ok_or_else(|| Problem::internal("sealing failed"))
}

/// Checks that a challenge is ours, of this calendar and not over, and that it was paid for.
pub fn come_in(
    context: &Context,
    way: Way,
    calendar: &str,
    challenge: &str,
    solution: &str,
) -> Result<Ticket, Problem> {
    let refused = |rule, message: &str| Problem::field("/challenge", rule, message);
    let plain = context.sealing_keys().and_then(|keys| keys.open(challenge, &owner(way, calendar)));
    let made_at = plain.and_then(|plain| String::from_utf8(plain).ok()?.parse().ok()).map(Instant);
    let made_at = made_at.ok_or_else(|| refused("unknown_challenge", "Ask for a challenge and solve that one."))?;
    let now = context.now();
    let seconds = now.0.saturating_sub(made_at.0);
    let lasts = match way {
        Way::Work => CHALLENGE_SECONDS,
        Way::Time => FORM_SECONDS,
    };
    if seconds > lasts {
        return Err(refused("challenge_expired", "It took too long; ask for another challenge."));
    }
    match way {
        Way::Work if !is_solved(challenge, solution) => {
            return Err(Problem::field("/solution", "not_solved", "It does not solve the challenge."));
        }
        Way::Time if seconds < FILL_SECONDS => {
            let detail = "That was fast. Please look it over once more and send it again.";
            return Err(Problem::new(Code::RateLimited).because("too_fast").detail(detail).retry_after(5));
        }
        _ => {}
    }
    Ok(Ticket { hash: hashed(challenge), expires_at: made_at.plus_seconds(lasts) })
}

/// Whether SHA-256 of `challenge:solution` begins with enough zero bits.
pub fn is_solved(challenge: &str, solution: &str) -> bool {
    if solution.len() > 64 {
        return false;
    }
    let digest = hex(&Sha256::digest(format!("{challenge}:{solution}").as_bytes()));
    let Some(first) = digest.get(..8).and_then(|first| u32::from_str_radix(first, 16).ok()) else { return false };
    first.leading_zeros() >= BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_told_from_none() {
        let solved = (0_u32..).map(|n| n.to_string()).find(|solution| is_solved("abc", solution));
        assert!(solved.as_deref().is_some_and(|solution| is_solved("abc", solution)));
        assert!(solved.as_deref().is_some_and(|solution| !is_solved("abd", solution)));
        assert!(!is_solved("abc", ""));
        assert!(!is_solved("abc", &"1".repeat(65)));
    }
}
