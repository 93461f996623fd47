//! Stripe, over its HTTP API in a version that is pinned.
//!
//! Pages are Checkout Sessions. They take cards and wallets only: a bank debit that takes days to arrive would outlive every
//! hold. Money is taken at once, also for departures that are decided later: an authorisation lapses after seven days.

use super::{Captured, Dispute, Failure, Keys, Notice, Page, Returned, Seen, SeenRefund, Wish};
use crate::context::Context;
use crate::outside::{self, Question};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use shared::embed::PaymentMode;
use shared::zone::Instant;
use std::collections::BTreeMap;
use url::form_urlencoded;
use worker::Method;

/// As an account names its provider; also the name of its circuit.
pub const NAME: &str = "stripe";
/// The header that holds a notice's signature.
pub const SIGNATURE: &str = "stripe-signature";
/// What every request and notice is written in, whatever the account's own default is.
const VERSION: &str = "2025-09-30.clover";
const BASE: &str = "https://api.stripe.com";
/// A notice that was signed longer ago, in seconds, is somebody repeating it.
const TOLERANCE: i64 = 300;
/// The shortest life of a page, in seconds; one more minute for clocks that differ.
const SHORTEST: i64 = 31 * 60;
/// The longest.
const LONGEST: i64 = 24 * 3_600 - 60;
/// What an account has to tell of.
const NOTICES: [&str; 10] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.closed",
];

/// An account at Stripe.
pub struct Stripe {
    keys: Keys,
    base: String,
}

/// Whether it is a secret or restricted key, and of which mode.
pub fn mode_of(secret: &str) -> Option<PaymentMode> {
    let kind = secret.strip_prefix("sk_").or_else(|| secret.strip_prefix("rk_"))?;
    let (mode, tail) = kind.split_once('_')?;
    let good = tail.len() >= 8 && tail.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
    match mode {
        "live" if good => Some(PaymentMode::Live),
        "test" if good => Some(PaymentMode::Test),
        _ => None,
    }
}

type Form = Vec<(&'static str, String)>;

impl Stripe {
    /// Opens an account.
    pub fn new(context: &Context, keys: Keys) -> Self {
        let base = context.setting("STRIPE_API_BASE").unwrap_or_else(|| BASE.to_owned());
        Self { keys, base: base.trim_end_matches('/').to_owned() }
    }

    pub async fn check(&self, context: &Context) -> Result<(), Failure> {
        self.get::<serde_json::Value>(context, "/v1/checkout/sessions?limit=1").await.map(|_| ())
    }

    pub async fn subscribe(&self, context: &Context, url: &str) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Endpoint {
            secret: String,
        }
        let mut form: Form = vec![
            ("url", url.to_owned()),
            ("api_version", VERSION.to_owned()),
            ("description", "Daymark: bookings".to_owned()),
        ];
        form.extend(NOTICES.iter().map(|kind| ("enabled_events[]", (*kind).to_owned())));
        let made: Endpoint = self.post(context, "/v1/webhook_endpoints", &form, None).await?;
        Ok(made.secret)
    }

    pub async fn ask(&self, context: &Context, wish: &Wish<'_>) -> Result<Page, Failure> {
        #[derive(Deserialize)]
        struct Made {
            id: String,
            url: String,
        }
        let form = session(wish);
        let made: Made = self.post(context, "/v1/checkout/sessions", &form, Some(wish.payment)).await?;
        Ok(Page { session: made.id, url: made.url })
    }

    pub async fn look(&self, context: &Context, session: &str) -> Result<Seen, Failure> {
        let path = format!(
            "/v1/checkout/sessions/{}?expand[]=payment_intent.latest_charge.balance_transaction",
            plain(session)
        );
        let session: Session = self.get(context, &path).await?;
        let mut seen = seen(&session);
        if let Some(captured) = &seen.captured {
            let intent = captured.intent.clone();
            seen.refunds = self.refunds(context, &intent).await?;
            let path = format!("/v1/disputes?limit=10&payment_intent={}", plain(&intent));
            let disputes: List<SeenDispute> = self.get(context, &path).await?;
            seen.disputes = disputes.data.into_iter().map(dispute).collect();
        }
        Ok(seen)
    }

    pub async fn end(&self, context: &Context, session: &str) -> Result<(), Failure> {
        let path = format!("/v1/checkout/sessions/{}/expire", plain(session));
        match self.post::<serde_json::Value>(context, &path, &Vec::new(), None).await {
            // It was paid or had ended already.
            Ok(_) | Err(Failure::ForGood(_)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    pub async fn give_back(
        &self,
        context: &Context,
        refund: &str,
        intent: &str,
        amount: i64,
    ) -> Result<SeenRefund, Failure> {
        let form = back(refund, intent, amount);
        self.post::<Refund>(context, "/v1/refunds", &form, Some(refund)).await.map(Into::into)
    }

    pub async fn refunds(&self, context: &Context, intent: &str) -> Result<Vec<SeenRefund>, Failure> {
        let path = format!("/v1/refunds?limit=100&payment_intent={}", plain(intent));
        let refunds: List<Refund> = self.get(context, &path).await?;
        Ok(refunds.data.into_iter().map(Into::into).collect())
    }

    pub fn hear(&self, signature: &str, body: &str, now: Instant) -> Option<Notice> {
        let secret = self.keys.notices.as_deref()?;
        if !is_signed(secret, signature, body, now) {
            return None;
        }
        notice(body)
    }

    async fn get<T: DeserializeOwned>(&self, context: &Context, path: &str) -> Result<T, Failure> {
        self.call(context, Method::Get, path, None, None).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        context: &Context,
        path: &str,
        form: &Form,
        key: Option<&str>,
    ) -> Result<T, Failure> {
        self.call(context, Method::Post, path, Some(encoded(form)), key).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        context: &Context,
        method: Method,
        path: &str,
        body: Option<String>,
        key: Option<&str>,
    ) -> Result<T, Failure> {
        let mut headers =
            vec![("authorization", format!("Bearer {}", self.keys.secret)), ("stripe-version", VERSION.to_owned())];
        if body.is_some() {
            headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        }
        headers.extend(key.map(|key| ("idempotency-key", key.to_owned())));
        let url = format!("{}{path}", self.base);
        let question = Question { service: NAME, method, url: &url, headers: &headers, body: body.as_deref() };
        let answer = outside::ask(context, &question).await?;
        read(answer.status, &answer.body)
    }
}

/// What an answer means.
fn read<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, Failure> {
    #[derive(Deserialize)]
    struct Wrong {
        error: Reason,
    }
    #[derive(Deserialize)]
    struct Reason {
        code: Option<String>,
        #[serde(rename = "type")]
        kind: Option<String>,
        message: Option<String>,
    }
    if (200..300).contains(&status) {
        return serde_json::from_str(body).map_err(|error| Failure::ForNow(format!("unreadable: {error}")));
    }
    let reason = serde_json::from_str::<Wrong>(body).ok().map(|wrong| wrong.error);
    let word = reason.as_ref().and_then(|reason| reason.code.clone().or_else(|| reason.kind.clone()));
    // A message may repeat what was sent; a refused key is repeated with its middle taken out, but we do not rely on that.
    let message = reason.and_then(|reason| reason.message).filter(|_| status != 401).unwrap_or_default();
    let words: String = format!("{status} {} {message}", word.unwrap_or_default()).chars().take(300).collect();
    Err(match status {
        401 | 403 => Failure::Key(words.trim().to_owned()),
        // Somebody else is about to do the same: the same again gets their answer.
        409 | 424 => Failure::ForNow(words.trim().to_owned()),
        _ => Failure::ForGood(words.trim().to_owned()),
    })
}

fn session(wish: &Wish<'_>) -> Form {
    let made_at = wish.made_at.0;
    let until = wish.until.0.clamp(made_at.saturating_add(SHORTEST), made_at.saturating_add(LONGEST));
    let text = str::to_owned;
    let mut form = vec![
        ("mode", text("payment")),
        ("payment_method_types[0]", text("card")),
        ("client_reference_id", text(wish.booking)),
        ("success_url", text(wish.paid)),
        ("cancel_url", text(wish.back)),
        ("expires_at", until.to_string()),
        ("line_items[0][quantity]", text("1")),
        ("line_items[0][price_data][currency]", wish.currency.to_ascii_lowercase()),
        ("line_items[0][price_data][unit_amount]", wish.amount.to_string()),
        ("line_items[0][price_data][product_data][name]", wish.title.chars().take(250).collect()),
        ("metadata[payment]", text(wish.payment)),
        ("metadata[booking]", text(wish.booking)),
        ("payment_intent_data[metadata][payment]", text(wish.payment)),
        ("payment_intent_data[metadata][booking]", text(wish.booking)),
    ];
    form.extend(wish.email.map(|email| ("customer_email", text(email))));
    form
}

fn back(refund: &str, intent: &str, amount: i64) -> Form {
    vec![
        ("payment_intent", intent.to_owned()),
        ("amount", amount.to_string()),
        ("reason", "requested_by_customer".to_owned()),
        ("metadata[refund]", refund.to_owned()),
    ]
}

fn encoded(form: &Form) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// An id as it may stand in a path.
fn plain(id: &str) -> String {
    id.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_').collect()
}

#[derive(Deserialize)]
struct Session {
    status: Option<String>,
    payment_status: String,
    payment_intent: Option<Intent>,
}

#[derive(Deserialize)]
struct Intent {
    id: String,
    #[serde(default)]
    amount_received: i64,
    latest_charge: Option<Charge>,
}

#[derive(Deserialize)]
struct Charge {
    balance_transaction: Option<Balance>,
}

#[derive(Deserialize)]
struct Balance {
    fee: i64,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    amount: i64,
    status: Option<String>,
    failure_reason: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct SeenDispute {
    id: String,
    amount: i64,
    status: String,
}

fn seen(session: &Session) -> Seen {
    let paid = session.payment_status == "paid";
    let captured = session.payment_intent.as_ref().filter(|intent| paid && intent.amount_received > 0);
    Seen {
        open: session.status.as_deref() == Some("open"),
        captured: captured.map(|intent| Captured {
            intent: intent.id.clone(),
            amount: intent.amount_received,
            fee: intent
                .latest_charge
                .as_ref()
                .and_then(|charge| charge.balance_transaction.as_ref())
                .map(|one| one.fee),
        }),
        ..Seen::default()
    }
}

impl From<Refund> for SeenRefund {
    fn from(refund: Refund) -> Self {
        let state = match refund.status.as_deref() {
            Some("succeeded") => Returned::Done,
            Some(end @ ("failed" | "canceled")) => {
                Returned::Failed(refund.failure_reason.unwrap_or_else(|| end.to_owned()))
            }
            _ => Returned::Pending,
        };
        let ours = refund.metadata.and_then(|mut metadata| metadata.remove("refund"));
        Self { reference: refund.id, amount: refund.amount, state, ours }
    }
}

fn dispute(dispute: SeenDispute) -> Dispute {
    // An inquiry (`warning_…`) moves no money yet; `won` has given back what had been taken.
    let taken = matches!(dispute.status.as_str(), "needs_response" | "under_review" | "lost" | "won");
    let returned = dispute.status == "won";
    Dispute { reference: dispute.id, status: dispute.status, amount: dispute.amount, taken, returned }
}

/// `t=…,v1=…[,v1=…]`: HMAC-SHA256 over `t.body`, compared in constant time.
fn is_signed(secret: &str, signature: &str, body: &str, now: Instant) -> bool {
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

fn notice(body: &str) -> Option<Notice> {
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
        let heard = notice(BODY).unwrap();
        assert_eq!(heard.session.as_deref(), Some("cs_1"));
        assert_eq!(heard.intent.as_deref(), Some("pi_1"));
        assert_eq!(heard.payment.as_deref(), Some("pay_1"));
        let refund = r#"{"id":"evt_2","type":"refund.updated","data":{"object":{"id":"re_1","object":"refund","payment_intent":"pi_1","metadata":{}}}}"#;
        let heard = notice(refund).unwrap();
        assert_eq!((heard.session, heard.intent.as_deref()), (None, Some("pi_1")));
    }

    #[test]
    fn the_mode_is_read_from_the_key() {
        assert_eq!(mode_of("sk_live_0123456789"), Some(PaymentMode::Live));
        assert_eq!(mode_of("rk_test_0123456789"), Some(PaymentMode::Test));
        for other in ["pk_live_0123456789", "sk_live_", "sk_demo_0123456789", "", "sk_test_with space"] {
            assert_eq!(mode_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let failed = |status, body: &str| read::<serde_json::Value>(status, body).unwrap_err();
        assert!(matches!(
            failed(400, r#"{"error":{"code":"charge_already_refunded","message":"No."}}"#),
            Failure::ForGood(_)
        ));
        assert!(matches!(failed(409, "{}"), Failure::ForNow(_)));
        let key = failed(
            401,
            r#"{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_0123456789"}}"#,
        );
        assert_eq!(key, Failure::Key("401 invalid_request_error".to_owned()));
    }
}
