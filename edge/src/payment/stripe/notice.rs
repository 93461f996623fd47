//! What Stripe tells by itself: whether it was Stripe, and whom it is about.

use crate::payment::Notice;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use shared::zone::Instant;
use std::collections::BTreeMap;

/// A notice that was signed longer ago, in seconds, is somebody repeating it.
const TOLERANCE: i64 = 300;

/// `t=…,v1=…[,v1=…]`: HMAC-SHA256 over `t.body`, compared in constant time.
pub fn is_signed(secret: &str, signature: &str, body: &str, now: Instant) -> bool {
    let parts = || signature.split(',').filter_map(|part| part.trim().split_once('='));
    let Some(at) = parts().find_map(|(name, value)| if name == "t" { value.parse::<i64>().ok() } else { None }) else {
        return false;
    };
    if now.0.abs_diff(at) > TOLERANCE.unsigned_abs() {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(format!("{at}.{body}").as_bytes());
    parts().filter(|(name, _)| *name == "v1").any(|(_, value)| match unhex(value) {
        Some(bytes) => mac.clone().verify_slice(&bytes).is_ok(),
        None => false,
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|sign| sign.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    (digits.len().is_multiple_of(2))
        .then(|| digits.chunks_exact(2).map(|pair| pair.iter().fold(0_u8, |byte, digit| byte << 4 | digit)).collect())
}

/// Whom it is about.
pub fn read(body: &str) -> Option<Notice> {
    #[derive(Deserialize)]
    struct Event {
        id: String,
        #[serde(rename = "type")]
        kind: String,
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        object: About,
    }
    #[derive(Deserialize)]
    struct About {
        id: Option<String>,
        object: Option<String>,
        payment_intent: Option<serde_json::Value>,
        #[serde(default)]
        metadata: Option<BTreeMap<String, String>>,
    }
    let Event { id, kind, data: Data { object: about } } = serde_json::from_str(body).ok()?;
    let is = |name: &str| about.object.as_deref() == Some(name);
    let intent = about.payment_intent.as_ref().and_then(|intent| {
        let id = intent.as_str().or_else(|| intent.get("id")?.as_str())?;
        Some(id.to_owned())
    });
    Some(Notice {
        event: id,
        kind,
        session: about.id.clone().filter(|_| is("checkout.session")),
        intent: intent.or_else(|| about.id.clone().filter(|_| is("payment_intent"))),
        payment: about.metadata.and_then(|mut metadata| metadata.remove("payment")),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"id":"evt_1","type":"checkout.session.completed","data":{"object":{"id":"cs_1","object":"checkout.session","payment_intent":"pi_1","metadata":{"payment":"pay_1"}}}}"#;

    /// By the official library: `stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: 1_700_000_000 })`.
    const SIGNED: &str = "t=1700000000,v1=9cc375399f61bdf94234e59805842389509243242bdf487f24b1f9d1d93a6aed";

    #[test]
    fn what_the_official_library_signs_is_heard_and_nothing_else() {
        let heard =
            |secret: &str, signature: &str, body: &str, now: i64| is_signed(secret, signature, body, Instant(now));
        assert!(heard("whsec_test", SIGNED, BODY, 1_700_000_300));
        assert!(heard("whsec_test", SIGNED, BODY, 1_699_999_700));
        assert!(!heard("whsec_test", SIGNED, BODY, 1_700_000_301), "too old");
        assert!(!heard("whsec_test", SIGNED, BODY, 1_699_999_699), "from the future");
        assert!(!heard("whsec_other", SIGNED, BODY, 1_700_000_000));
        assert!(!heard("whsec_test", SIGNED, &BODY.replace("pay_1", "pay_2"), 1_700_000_000));
        assert!(
            heard("whsec_test", &SIGNED.replace("v1=", "v1=00,v1="), BODY, 1_700_000_000),
            "while a secret is rotated"
        );
        for nonsense in ["", "t=1700000000", "v1=00", "t=x,v1=00", "t=1700000000,v1=0", "t=1700000000,v0=00"] {
            assert!(!heard("whsec_test", nonsense, BODY, 1_700_000_000), "{nonsense}");
        }
    }

    #[test]
    fn a_notice_says_whom_it_is_about() {
        let heard = read(BODY).unwrap();
        assert_eq!(heard.session.as_deref(), Some("cs_1"));
        assert_eq!(heard.intent.as_deref(), Some("pi_1"));
        assert_eq!(heard.payment.as_deref(), Some("pay_1"));
        let refund = r#"{"id":"evt_2","type":"refund.updated","data":{"object":{"id":"re_1","object":"refund","payment_intent":"pi_1","metadata":{}}}}"#;
        let heard = read(refund).unwrap();
        assert_eq!((heard.session, heard.intent.as_deref()), (None, Some("pi_1")));
    }
}
