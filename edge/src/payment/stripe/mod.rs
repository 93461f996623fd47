//! Stripe, over its HTTP API in a version that is pinned: what is asked ([`wire`] has its words), and what it tells ([`notice`]).
//!
//! Pages are Checkout Sessions. They take cards and wallets only: a bank debit that takes days to arrive would outlive every
//! hold. Money is taken at once, also for departures that are decided later: an authorisation lapses after seven days.

mod notice;
mod wire;

use super::{Failure, Keys, Notice, Page, Seen, SeenRefund, Wish};
use crate::context::Context;
use crate::outside::{self, Question};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::embed::PaymentMode;
use shared::zone::Instant;
use wire::{Form, List, Refund, SeenDispute, Session};
use worker::Method;

/// As an account names its provider; also the name of its circuit.
pub const NAME: &str = "stripe";
/// The header that holds a notice's signature.
pub const SIGNATURE: &str = "stripe-signature";
/// What every request and notice is written in, whatever the account's own default is.
const VERSION: &str = "2025-09-30.clover";
const BASE: &str = "https://api.stripe.com";
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

/// Where somebody of the account sees a payment.
pub fn page_of(live: bool, intent: &str) -> String {
    let mode = if live { "" } else { "test/" };
    format!("https://dashboard.stripe.com/{mode}payments/{}", wire::plain(intent))
}

impl Stripe {
    /// Opens an account.
    pub fn new(context: &Context, keys: Keys) -> Self {
        let base = context.setting("STRIPE_API_BASE").unwrap_or_else(|| BASE.to_owned());
        Self { keys, base: base.trim_end_matches('/').to_owned() }
    }

    pub async fn check(&self, context: &Context) -> Result<(), Failure> {
        self.get::<serde_json::Value>(context, "/v1/checkout/sessions?limit=1").await.map(|_| ())
    }

    pub async fn knows(&self, context: &Context, session: &str) -> Result<bool, Failure> {
        let path = format!("/v1/checkout/sessions/{}", wire::plain(session));
        match self.get::<serde_json::Value>(context, &path).await {
            Ok(_) => Ok(true),
            Err(Failure::ForGood(_)) => Ok(false),
            Err(failure) => Err(failure),
        }
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
        let form = wire::session(wish);
        let made: Made = self.post(context, "/v1/checkout/sessions", &form, Some(wish.payment)).await?;
        Ok(Page { session: made.id, url: made.url })
    }

    pub async fn look(&self, context: &Context, session: &str) -> Result<Seen, Failure> {
        let path = format!(
            "/v1/checkout/sessions/{}?expand[]=payment_intent.latest_charge.balance_transaction",
            wire::plain(session)
        );
        let session: Session = self.get(context, &path).await?;
        let mut seen = wire::seen(&session);
        if let Some(captured) = &seen.captured {
            let intent = captured.intent.clone();
            seen.refunds = self.refunds(context, &intent).await?;
            let path = format!("/v1/disputes?limit=10&payment_intent={}", wire::plain(&intent));
            let disputes: List<SeenDispute> = self.get(context, &path).await?;
            seen.disputes = disputes.data.into_iter().map(wire::dispute).collect();
        }
        Ok(seen)
    }

    pub async fn end(&self, context: &Context, session: &str) -> Result<(), Failure> {
        let path = format!("/v1/checkout/sessions/{}/expire", wire::plain(session));
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
        let form = wire::back(refund, intent, amount);
        self.post::<Refund>(context, "/v1/refunds", &form, Some(refund)).await.map(Into::into)
    }

    pub async fn refunds(&self, context: &Context, intent: &str) -> Result<Vec<SeenRefund>, Failure> {
        let path = format!("/v1/refunds?limit=100&payment_intent={}", wire::plain(intent));
        let refunds: List<Refund> = self.get(context, &path).await?;
        Ok(refunds.data.into_iter().map(Into::into).collect())
    }

    pub fn hear(&self, signature: &str, body: &str, now: Instant) -> Option<Notice> {
        let secret = self.keys.notices.as_deref()?;
        if !notice::is_signed(secret, signature, body, now) {
            return None;
        }
        notice::read(body)
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
        self.call(context, Method::Post, path, Some(wire::encoded(form)), key).await
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
        wire::read(answer.status, &answer.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_is_read_from_the_key() {
        assert_eq!(mode_of("sk_live_0123456789"), Some(PaymentMode::Live));
        assert_eq!(mode_of("rk_test_0123456789"), Some(PaymentMode::Test));
        for other in ["pk_live_0123456789", "sk_live_", "sk_demo_0123456789", "", "sk_test_with space"] {
            assert_eq!(mode_of(other), None, "{other}");
        }
    }
}
