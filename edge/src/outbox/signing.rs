//! Standard Webhooks 1.0 signatures: HMAC-SHA256 over `id.timestamp.body`, the exact bytes sent.
//!
//! Pure: the caller brings the clock and the random bytes.

use crate::access::secret::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// The random bytes behind a new secret. The standard asks for 24 to 64.
pub const SECRET_BYTES: usize = 32;

/// A signing secret of one endpoint, in the clear. It has no `Debug`: it must not reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Vec<u8>);

impl SigningSecret {
    /// From fresh random bytes.
    pub fn from_random(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes.to_vec())
    }

    /// Reads `whsec_` + base64 of 24 to 64 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// As the owner sees it, once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// One entry of `webhook-signature`: `v1,<base64>`. HMAC takes a key of any length, so `None` does not happen.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }

    /// The signature of the apps surface: `sha256=` and the HMAC-SHA256 of the body alone in hexadecimal, keyed with the
    /// secret's text as it was shown.
    pub fn sign_body(&self, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.reveal().as_bytes()).ok()?;
        mac.update(body.as_bytes());
        Some(format!("sha256={}", hex(&mac.finalize().into_bytes())))
    }
}

/// The three headers of a delivery. They exist only signed, by at least one live secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignatureHeaders {
    /// `webhook-id`: constant over retries, the receiver's idempotency key.
    pub id: String,
    /// `webhook-timestamp`: Unix seconds of this attempt.
    pub timestamp: i64,
    /// `webhook-signature`: one `v1,<base64>` per live secret, separated by spaces.
    pub signature: String,
}

/// Signs `body` with every live secret, the newest first. `None` without one: what cannot be signed cannot be sent.
pub fn sign(secrets: &[SigningSecret], id: &str, timestamp: i64, body: &str) -> Option<SignatureHeaders> {
    let signatures: Vec<String> =
        secrets.iter().map(|secret| secret.sign(id, timestamp, body)).collect::<Option<_>>()?;
    (!signatures.is_empty()).then(|| SignatureHeaders { id: id.to_owned(), timestamp, signature: signatures.join(" ") })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> String {
        sign(&[SigningSecret::parse(secret).unwrap()], id, timestamp, body).unwrap().signature
    }

    #[test]
    fn the_published_vectors_of_the_standard_are_reproduced() {
        assert_eq!(
            signature(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#,
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(
            signature(
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1_649_367_553,
                r#"{"email":"test@example.com","username":"test_user"}"#,
            ),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn while_a_secret_is_rotated_both_sign() {
        let (new, old) = (SigningSecret::from_random([7; SECRET_BYTES]), SigningSecret::from_random([9; SECRET_BYTES]));
        let both = sign(&[new.clone(), old.clone()], "evt_1", 1, "{}").unwrap().signature;
        let alone = |secret| sign(&[secret], "evt_1", 1, "{}").unwrap().signature;
        assert_eq!(both, format!("{} {}", alone(new), alone(old)));
    }

    #[test]
    fn nothing_is_signed_without_a_secret() {
        assert_eq!(sign(&[], "evt_1", 1, "{}"), None);
    }

    #[test]
    fn a_secret_is_read_as_it_was_shown_and_a_short_one_is_refused() {
        let secret = SigningSecret::from_random([42; SECRET_BYTES]);
        assert!(SigningSecret::parse(&secret.reveal()) == Some(secret));
        assert!(SigningSecret::parse("whsec_c2hvcnQ=").is_none());
        assert!(SigningSecret::parse("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_none());
        assert!(SigningSecret::parse("whsec_not base64 at all, but long enough to be one").is_none());
    }
}
