//! What is said to Stripe, and what its answers mean.

use crate::payment::{Captured, Dispute, Failure, Returned, Seen, SeenRefund, Wish};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use url::form_urlencoded;

/// The shortest life of a page, in seconds; one more minute for clocks that differ.
const SHORTEST: i64 = 31 * 60;
/// The longest.
const LONGEST: i64 = 24 * 3_600 - 60;

pub type Form = Vec<(&'static str, String)>;

/// What an answer means.
pub fn read<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, Failure> {
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

pub fn session(wish: &Wish<'_>) -> Form {
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

pub fn back(refund: &str, intent: &str, amount: i64) -> Form {
    vec![
        ("payment_intent", intent.to_owned()),
        ("amount", amount.to_string()),
        ("reason", "requested_by_customer".to_owned()),
        ("metadata[refund]", refund.to_owned()),
    ]
}

pub fn encoded(form: &Form) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// An id as it may stand in a path.
pub fn plain(id: &str) -> String {
    id.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '_').collect()
}

#[derive(Deserialize)]
pub struct Session {
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
pub struct List<T> {
    pub data: Vec<T>,
}

#[derive(Deserialize)]
pub struct Refund {
    id: String,
    amount: i64,
    status: Option<String>,
    failure_reason: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
pub struct SeenDispute {
    id: String,
    amount: i64,
    status: String,
}

pub fn seen(session: &Session) -> Seen {
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

pub fn dispute(dispute: SeenDispute) -> Dispute {
    // An inquiry (`warning_…`) moves no money yet; `won` has given back what had been taken.
    let taken = matches!(dispute.status.as_str(), "needs_response" | "under_review" | "lost" | "won");
    let returned = dispute.status == "won";
    Dispute { reference: dispute.id, status: dispute.status, amount: dispute.amount, taken, returned }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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
