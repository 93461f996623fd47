//! One attempt: sign, send, read the beginning of the answer.
//!
//! [`send`] takes a [`SignedDelivery`] and nothing else, and the only way to make one is to check the target and to sign.
//! A sender that forgets to sign therefore does not compile.

use super::schedule::{ANSWER_BYTES, Outcome};
use super::signing::{SignatureHeaders, SigningSecret, sign};
use super::target::Target;
use chrono::DateTime;
use futures_util::StreamExt as _;
use worker::{AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response};

/// A delivery that may leave: its target was checked, its body is signed.
pub struct SignedDelivery {
    target: Target,
    headers: SignatureHeaders,
    /// What one surface adds.
    more: Vec<(&'static str, String)>,
    body: String,
}

/// Why a delivery cannot leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// Its endpoint's address is not, or no longer, allowed.
    Target,
    /// None of its endpoint's secrets can be opened.
    Secret,
    /// Its name leads to a private address.
    Inward,
    /// Nobody could tell where its name leads.
    Unresolved,
}

impl Unfit {
    /// As the attempt's row says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Target => "refused_target",
            Self::Secret => "no_secret",
            Self::Inward => "private_address",
            Self::Unresolved => "unresolved",
        }
    }
}

impl SignedDelivery {
    /// Checks the target and signs `body` with every secret. `now` is the Unix second of this attempt.
    pub fn new(
        url: &str,
        development: bool,
        secrets: &[SigningSecret],
        id: &str,
        now: i64,
        body: String,
    ) -> Result<Self, Unfit> {
        let target = Target::parse(url, development).map_err(|_| Unfit::Target)?;
        let headers = sign(secrets, id, now, &body).ok_or(Unfit::Secret)?;
        Ok(Self { target, headers, more: Vec::new(), body })
    }

    /// Where it goes.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Adds the headers of the apps surface. Its receivers check one signature, that of the newest secret.
    #[must_use]
    pub fn for_app(mut self, secrets: &[SigningSecret], endpoint: &str, shop: &str) -> Self {
        self.more = vec![("x-daymark-shop-domain", shop.to_owned()), ("x-daymark-webhook-id", endpoint.to_owned())];
        let signature = secrets.first().and_then(|secret| secret.sign_body(&self.body));
        self.more.extend(signature.map(|signature| ("x-daymark-hmac-sha256", signature)));
        self
    }
}

/// What came back.
pub struct Answer {
    /// For the schedule.
    pub outcome: Outcome,
    /// The beginning of the answer's body, or why there is none.
    pub text: String,
}

/// Sends it once: no redirects, so many milliseconds for everything.
pub async fn send(delivery: SignedDelivery, now: i64, patience: u32) -> Answer {
    let signal = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(patience));
    let response = match request(&delivery) {
        Ok(request) => Fetch::Request(request).send_with_signal(&signal).await,
        Err(error) => Err(error),
    };
    let Ok(mut response) = response else {
        let text = if signal.aborted() { "timeout" } else { "unreachable" };
        return Answer { outcome: Outcome::Unreachable, text: text.to_owned() };
    };
    let retry_after =
        response.headers().get("retry-after").ok().flatten().and_then(|value| retry_after_seconds(&value, now));
    let status = response.status_code();
    let text = beginning_of(&mut response).await;
    Answer { outcome: Outcome::Answered { status, retry_after }, text }
}

fn request(delivery: &SignedDelivery) -> worker::Result<Request> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Daymark-Webhooks/1.0")?;
    headers.set("webhook-id", &delivery.headers.id)?;
    headers.set("webhook-timestamp", &delivery.headers.timestamp.to_string())?;
    headers.set("webhook-signature", &delivery.headers.signature)?;
    for (name, value) in &delivery.more {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_redirect(RequestRedirect::Manual)
        .with_headers(headers)
        .with_body(Some(delivery.body.as_str().into()));
    Request::new_with_init(delivery.target.as_str(), &init)
}

/// Reads until there is enough and drops the rest: a receiver cannot fill the memory.
async fn beginning_of(response: &mut Response) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while bytes.len() < ANSWER_BYTES {
            let Some(Ok(chunk)) = stream.next().await else { break };
            bytes.extend(chunk.into_iter().take(ANSWER_BYTES.saturating_sub(bytes.len())));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `Retry-After` is a number of seconds or an HTTP date (RFC 9110 §10.2.3).
fn retry_after_seconds(value: &str, now: i64) -> Option<i64> {
    let value = value.trim();
    value.parse().ok().or_else(|| Some(DateTime::parse_from_rfc2822(value).ok()?.timestamp().saturating_sub(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_as_seconds_or_as_a_date() {
        assert_eq!(retry_after_seconds(" 120 ", 0), Some(120));
        assert_eq!(retry_after_seconds("Wed, 21 Oct 2026 07:28:00 GMT", 1_792_567_620), Some(60));
        assert_eq!(retry_after_seconds("soon", 0), None);
    }

    #[test]
    fn what_is_not_fit_is_not_made() {
        let secret = [SigningSecret::from_random([1; 32])];
        let made = |url: &str, secrets: &[SigningSecret]| {
            SignedDelivery::new(url, false, secrets, "evt_1", 1, "{}".to_owned()).err()
        };
        assert_eq!(made("https://example.com/", &secret), None);
        assert_eq!(made("http://example.com/", &secret), Some(Unfit::Target));
        assert_eq!(made("https://169.254.169.254/", &secret), Some(Unfit::Target));
        assert_eq!(made("https://example.com/", &[]), Some(Unfit::Secret));
    }
}
