//! What an address, a name and a password may be. Pure.

use crate::access::password;
use crate::domain::booking::order::is_address;
use crate::problem::Problem;

const LONGEST_ADDRESS: usize = 254;
const LONGEST_NAME: usize = 200;
const SHORTEST_PASSWORD: usize = 10;

/// Passwords that everybody tries first, of those that are long enough.
const COMMON: [&str; 16] = [
    "1234567890",
    "12345678910",
    "123456789a",
    "0123456789",
    "0987654321",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "iloveyou123",
    "letmein1234",
];

/// An address, trimmed. `pointer` names the field in the answer.
pub fn address(text: &str, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.len() > LONGEST_ADDRESS {
        return Err(Problem::field(pointer, "too_long", "must have at most 254 signs"));
    }
    if !is_address(text) {
        return Err(Problem::field(pointer, "invalid_value", "must be an e-mail address"));
    }
    Ok(text.to_owned())
}

/// A name of somebody or something, trimmed.
pub fn name(text: &str, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(Problem::field(pointer, "required", "must not be empty"));
    }
    if length > LONGEST_NAME {
        return Err(Problem::field(pointer, "too_long", "must have at most 200 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(pointer, "invalid_value", "must be one line of text"));
    }
    Ok(text.to_owned())
}

/// A password that is to be chosen. `known` is what anybody could guess: the address, the person, the organization.
pub fn password(text: &str, known: &[&str], pointer: &str) -> Result<(), Problem> {
    let length = text.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(Problem::field(pointer, "too_short", "must have at least 10 characters"));
    }
    if length > password::LONGEST {
        return Err(Problem::field(pointer, "too_long", "must have at most 256 characters"));
    }
    let lower = text.to_lowercase();
    let first = lower.chars().next();
    let same = lower.chars().all(|sign| Some(sign) == first);
    let local = |known: &str| known.split('@').next().unwrap_or_default().to_lowercase();
    let guessed = known.iter().any(|known| lower == known.to_lowercase() || lower == local(known));
    if same || guessed || COMMON.contains(&lower.as_str()) {
        return Err(Problem::field(pointer, "too_common", "is one of the first that somebody would try"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, known: &[&str]) -> bool {
        password(text, known, "/password").is_err()
    }

    #[test]
    fn what_is_short_or_guessed_first_is_no_password() {
        for text in ["", "short", "ninechars", "aaaaaaaaaaaa", "Password123", "1234567890"] {
            assert!(refused(text, &[]), "{text}");
        }
        assert!(refused(&"ab".repeat(129), &[]));
        assert!(!refused(&"ä".repeat(127).replace("ää", "äb"), &[]));
        assert!(!refused("correct horse", &["ada@example.com"]));
    }

    #[test]
    fn neither_the_address_nor_the_organization_is_a_password() {
        let known = ["ada.lovelace@example.com", "Harbor Tours"];
        for text in ["ada.lovelace@example.com", "ADA.LOVELACE", "harbor tours"] {
            assert!(refused(text, &known), "{text}");
        }
    }

    #[test]
    fn an_address_has_its_form() {
        for wrong in ["", "a", "a@b", "a b@c.de", "@c.de", "a@c..de", "a@b.de\r\nbcc: x@y.de"] {
            assert!(address(wrong, "/email").is_err(), "{wrong}");
        }
        assert_eq!(address(" Ada@Example.com ", "/email").ok().as_deref(), Some("Ada@Example.com"));
    }
}
