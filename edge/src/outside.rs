//! Asking a service outside: every call has a time limit, is tried again where that does no harm, and stops asking for a while
//! when the service is down (its circuit, which `/healthz` shows).

use crate::circuit;
use crate::context::Context;
use crate::database::StoreError;
use futures_util::StreamExt as _;
use worker::send::SendFuture;
use worker::{AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response};

/// An answer longer than this is no answer that we asked for.
const MOST_BYTES: usize = 1_048_576;
/// How often a call is tried at once. Whoever has longer puts it into a queue of its own.
const TRIES: u32 = 2;
/// What one try may take, in milliseconds.
const PATIENCE: u32 = 10_000;

/// A question to a service. It has no `Debug`: its headers hold secrets.
pub struct Question<'a> {
    /// Names the circuit.
    pub service: &'a str,
    pub method: Method,
    pub url: &'a str,
    pub headers: &'a [(&'a str, String)],
    pub body: Option<&'a str>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status, below 500 and not 429.
    pub status: u16,
    pub body: String,
}

/// Nothing came back. None of it names a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It failed too often: it was not asked.
    Resting,
    /// It was not reached, too slow, or could not answer: the same again may work.
    Failing(String),
    /// Our own record could not be read.
    Store(StoreError),
}

/// Asks. May be called for what does no harm when it is done twice.
pub async fn ask(context: &Context, question: &Question<'_>) -> Result<Answer, Silence> {
    if !circuit::lets_pass(context, question.service).await.map_err(Silence::Store)? {
        return Err(Silence::Resting);
    }
    let mut failure = String::new();
    for _ in 0..TRIES {
        match SendFuture::new(once(context, question)).await {
            Ok(answer) => {
                record(context.database().run(circuit::answered(question.service)).await.map(|_| ()));
                return Ok(answer);
            }
            Err(reason) => failure = reason,
        }
    }
    record(circuit::fail(context, question.service, &failure).await);
    Err(Silence::Failing(failure))
}

fn record(written: Result<(), StoreError>) {
    if let Err(error) = written {
        worker::console_error!("a circuit was not recorded: {error:?}");
    }
}

async fn once(context: &Context, question: &Question<'_>) -> Result<Answer, String> {
    let signal = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(patience(context)));
    let request = request(question).map_err(|_| "the request could not be made".to_owned())?;
    let sent = Fetch::Request(request).send_with_signal(&signal).await;
    let late = |signal: &AbortSignal| if signal.aborted() { "timeout" } else { "unreachable" }.to_owned();
    let Ok(mut response) = sent else { return Err(late(&signal)) };
    let status = response.status_code();
    if status >= 500 || status == 429 {
        return Err(format!("status {status}"));
    }
    let body = text(&mut response).await.ok_or_else(|| late(&signal))?;
    Ok(Answer { status, body })
}

fn request(question: &Question<'_>) -> worker::Result<Request> {
    let headers = Headers::new();
    headers.set("user-agent", "Daymark/1.0")?;
    for (name, value) in question.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(question.method.clone())
        .with_redirect(RequestRedirect::Manual)
        .with_headers(headers)
        .with_body(question.body.map(Into::into));
    Request::new_with_init(question.url, &init)
}

async fn text(response: &mut Response) -> Option<String> {
    let mut bytes = Vec::new();
    let mut stream = response.stream().ok()?;
    while let Some(chunk) = stream.next().await {
        bytes.extend(chunk.ok()?);
        if bytes.len() > MOST_BYTES {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A developer's machine may be told to have less patience.
fn patience(context: &Context) -> u32 {
    let told = if context.development() { context.setting("OUTSIDE_TIMEOUT_MILLISECONDS") } else { None };
    told.and_then(|text| text.parse().ok()).unwrap_or(PATIENCE)
}
