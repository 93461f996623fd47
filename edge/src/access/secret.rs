//! Secrets: drawn at random, stored hashed when they are only ever compared, sealed when they must be read again.

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

const NONCE_BYTES: usize = 12;

/// 256 random bits as 43 URL-safe signs: a session, the link to a booking, an API key's tail.
pub fn token(random: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// What is stored of a token. It holds 256 random bits, so a plain SHA-256 is enough: there is nothing to guess, and a
/// look-up by the hash tells nothing about the token by its timing.
pub fn hashed(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        for nibble in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
        text
    })
}

/// Keys that seal what must be read again: the first seals, all of them open. A key is replaced by putting a new one in
/// front and removing the old one when nothing is sealed with it any more.
pub struct SealingKeys(Vec<(String, Aes256Gcm)>);

impl SealingKeys {
    /// Reads `base64[,base64…]`, 32 bytes each. `None` when there is none or one of them is not that.
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Vec<_> = text
            .split(',')
            .map(|part| {
                let bytes = STANDARD.decode(part.trim()).ok()?;
                let cipher = Aes256Gcm::new_from_slice(&bytes).ok()?;
                let name = hex(&Sha256::digest(&bytes)).get(..8)?.to_owned();
                Some((name, cipher))
            })
            .collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Encrypts with AES-256-GCM. `owner` names the row it is for: sealed text copied to another row does not open.
    pub fn seal(&self, plain: &[u8], owner: &str, random: [u8; 32]) -> Option<String> {
        let (name, cipher) = self.0.first()?;
        let nonce = Nonce::try_from(random.get(..NONCE_BYTES)?).ok()?;
        let sealed = cipher.encrypt(&nonce, Payload { msg: plain, aad: owner.as_bytes() }).ok()?;
        Some(format!("{name}.{}.{}", STANDARD.encode(nonce), STANDARD.encode(sealed)))
    }

    /// Decrypts what [`SealingKeys::seal`] made for the same `owner`. `None` when the key is gone or it was tampered with.
    pub fn open(&self, sealed: &str, owner: &str) -> Option<Vec<u8>> {
        let mut parts = sealed.split('.');
        let (name, nonce, text) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, cipher) = self.0.iter().find(|(known, _)| known == name)?;
        let nonce = Nonce::try_from(STANDARD.decode(nonce).ok()?.as_slice()).ok()?;
        cipher.decrypt(&nonce, Payload { msg: &STANDARD.decode(text).ok()?, aad: owner.as_bytes() }).ok()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const NEW: &str = "HxwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEAHx4=";

    #[test]
    fn what_is_sealed_opens_for_its_owner_and_for_nobody_else() {
        let keys = SealingKeys::parse(OLD).unwrap();
        let sealed = keys.seal(b"secret", "wh_1", [5; 32]).unwrap();
        assert!(!sealed.contains("secret"));
        assert_eq!(keys.open(&sealed, "wh_1").as_deref(), Some(b"secret".as_slice()));
        assert_eq!(keys.open(&sealed, "wh_2"), None);
        assert_eq!(SealingKeys::parse(NEW).unwrap().open(&sealed, "wh_1"), None);
    }

    #[test]
    fn a_new_key_in_front_seals_while_the_old_one_still_opens() {
        let before = SealingKeys::parse(OLD).unwrap();
        let after = SealingKeys::parse(&format!("{NEW}, {OLD}")).unwrap();
        let old = before.seal(b"secret", "wh_1", [5; 32]).unwrap();
        assert_eq!(after.open(&old, "wh_1").as_deref(), Some(b"secret".as_slice()));
        let new = after.seal(b"secret", "wh_1", [6; 32]).unwrap();
        assert_eq!(before.open(&new, "wh_1"), None);
    }

    #[test]
    fn sealed_text_that_was_changed_does_not_open() {
        let keys = SealingKeys::parse(OLD).unwrap();
        let sealed = keys.seal(b"secret", "wh_1", [5; 32]).unwrap();
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(keys.open(&String::from_utf8(bytes).unwrap(), "wh_1"), None, "{at}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert!(SealingKeys::parse("").is_none());
        assert!(SealingKeys::parse("c2hvcnQ=").is_none());
        assert!(SealingKeys::parse("change-me").is_none());
    }

    #[test]
    fn a_token_is_stored_as_its_hash() {
        assert_eq!(token([0; 32]).len(), 43);
        assert_eq!(hashed("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
