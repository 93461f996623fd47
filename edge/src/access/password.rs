//! Passwords: Argon2id, and nothing that tells whether an account exists.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

/// A hash of a random password nobody knows, with the same cost as the real ones. It is checked where there is no account,
/// so that a wrong address takes as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$G2MXYSdzEFQ57Jj0FjlvwA$0PMnG8EXOUPn3CkP8QnR5rc7WD94fRphNsEh6QA6gFQ";

/// Longest password taken, in characters: hashing is meant to be slow, reading need not be.
pub const LONGEST: usize = 256;

/// Bytes of salt, as RFC 9106 recommends.
const SALT_BYTES: usize = 16;

/// Argon2id as a PHC string, with 19 MiB and two passes, the least that OWASP recommends. `None` when it cannot be hashed.
pub fn hash(password: &str, random: [u8; 32]) -> Option<String> {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), random.get(..SALT_BYTES)?).ok()?;
    Some(hashed.to_string())
}

/// Whether `password` is the one behind `hash` (PHC string). Takes the same time without a hash, and is then `false`.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    let known = hash.is_some();
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return false;
    };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && known
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `demo-harbor`, as the demo's seed holds it.
    const DEMO: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$ZGF5bWFyay1kZW1vLTAwMQ$iieuR1FQ1kszYpdgtUYwTrabfSfZlqDn0Ngqav3NVXM";

    #[test]
    fn the_right_password_opens_and_another_does_not() {
        assert!(is_right("demo-harbor", Some(DEMO)));
        assert!(!is_right("demo-harbour", Some(DEMO)));
        assert!(!is_right("", Some(DEMO)));
    }

    #[test]
    fn without_an_account_the_same_work_is_done_and_the_answer_is_no() {
        let nobody = PasswordHash::new(NOBODY);
        let demo = PasswordHash::new(DEMO);
        let cost = |hash: &PasswordHash| hash.params.to_string();
        assert_eq!(nobody.as_ref().map(cost).ok(), demo.as_ref().map(cost).ok());
        assert!(nobody.is_ok_and(|hash| hash.hash.is_some()));
        assert!(!is_right("demo-harbor", None));
    }

    #[test]
    fn a_chosen_password_opens_at_the_same_cost_as_any() {
        let chosen = hash("correct horse", [7; 32]).unwrap_or_default();
        assert!(chosen.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{chosen}");
        assert!(is_right("correct horse", Some(&chosen)));
        assert!(!is_right("battery staple", Some(&chosen)));
    }

    #[test]
    fn a_broken_hash_opens_nothing() {
        assert!(!is_right("", Some("")));
        assert!(!is_right("x", Some("plain")));
    }
}
