//! A mail provider over HTTP: one JSON request for each mail, as Resend's `POST /emails` takes it and others do who follow
//! it. The id of the mail is its `Idempotency-Key`, so that a mail whose answer was lost is not sent twice.

use super::message::{Outgoing, file_name};
use super::transport::Failure;
use crate::context::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use worker::{AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// Whoever takes longer than this is not there, in milliseconds.
const PATIENCE_MILLISECONDS: u32 = 20_000;
/// So much of what it says is kept.
const ANSWER_CHARS: usize = 300;

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    url: String,
    key: String,
}

impl Provider {
    /// The one that is configured by `MAIL_API_URL` and `MAIL_API_KEY`. None without an address.
    pub fn of(context: &Context) -> Option<Result<Self, &'static str>> {
        let set = |name: &str| context.setting(name).filter(|value| !value.trim().is_empty());
        let url = set("MAIL_API_URL")?;
        let encrypted = url.starts_with("https://");
        if !encrypted && !context.development() {
            return Some(Err("MAIL_API_URL must begin with https://"));
        }
        Some(set("MAIL_API_KEY").map(|key| Self { url, key }).ok_or("MAIL_API_KEY is not set"))
    }

    /// Hands a mail over.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        if !mail.is_sound() {
            return Err(Failure::ForGood("an address is none".to_owned()));
        }
        let down = |error: worker::Error| Failure::Down(format!("no answer: {error}"));
        let request = self.request(mail).map_err(|error| Failure::ForGood(error.to_string()))?;
        let patience = AbortSignal::from(worker::web_sys::AbortSignal::timeout_with_u32(PATIENCE_MILLISECONDS));
        let mut answer = Fetch::Request(request).send_with_signal(&patience).await.map_err(down)?;
        let status = answer.status_code();
        let said: String = answer.text().await.unwrap_or_default().chars().take(ANSWER_CHARS).collect();
        outcome(status, &said)
    }

    fn request(&self, mail: &Outgoing) -> worker::Result<Request> {
        let headers = Headers::new();
        headers.set("authorization", &format!("Bearer {}", self.key))?;
        headers.set("content-type", "application/json")?;
        headers.set("idempotency-key", &mail.id)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_redirect(RequestRedirect::Manual)
            .with_headers(headers)
            .with_body(Some(body(mail).to_string().into()));
        Request::new_with_init(&self.url, &init)
    }
}

/// 2xx: it is theirs now. Too many, or trouble of theirs: later. Anything else is about this mail or this configuration;
/// only a refusal of the mail itself is for good.
fn outcome(status: u16, said: &str) -> Result<(), Failure> {
    let told = format!("{status} {said}");
    match status {
        200..300 => Ok(()),
        500.. => Err(Failure::Down(told)),
        400 | 413 | 422 => Err(Failure::ForGood(told)),
        _ => Err(Failure::ForNow(told)),
    }
}

fn body(mail: &Outgoing) -> Value {
    let name: String =
        mail.sender_name.chars().filter(|sign| !sign.is_control() && !"\"\\<>".contains(*sign)).collect();
    let headers: Map<String, Value> =
        mail.extra_headers().into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let mut body = json!({
        "from": format!("\"{name}\" <{}>", mail.sender),
        "to": [mail.to],
        "subject": mail.said.subject,
        "text": mail.said.text,
        "html": mail.said.html,
        "headers": headers,
    });
    if let Some(fields) = body.as_object_mut() {
        fields.extend(mail.reply_to.as_ref().map(|to| ("reply_to".to_owned(), json!(to))));
        let files = mail.invites.iter().enumerate().map(|(place, invite)| {
            json!({
                "filename": file_name(place), "content_type": invite.media_type(), "content": STANDARD.encode(&invite.text),
            })
        });
        let files: Vec<Value> = files.collect();
        fields.extend((!files.is_empty()).then(|| ("attachments".to_owned(), json!(files))));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_the_mail_itself_is_for_good() {
        assert_eq!(outcome(200, ""), Ok(()));
        assert!(matches!(outcome(422, "no"), Err(Failure::ForGood(_))));
        for status in [401, 403, 404, 429, 302] {
            assert!(matches!(outcome(status, "no"), Err(Failure::ForNow(_))), "{status}");
        }
        assert!(matches!(outcome(503, "no"), Err(Failure::Down(_))));
    }
}
