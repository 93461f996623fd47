//! One event in a calendar: put there, changed, taken away; never over what somebody else changed (RFC 9110 §13.1.1).

use super::http::{Account, Ask, Fault, ask};
use crate::context::Context;

/// What is expected to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect<'a> {
    /// Nothing.
    Nothing,
    /// This version.
    Version(&'a str),
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrote {
    /// It is there, in this version if the server said which.
    Done(Option<String>),
    /// Something else is there, or no longer what was.
    Differs,
}

/// Puts an event.
pub async fn put(
    context: &Context,
    account: &Account,
    url: &str,
    expect: Expect<'_>,
    body: String,
) -> Result<Wrote, Fault> {
    let condition = match expect {
        Expect::Nothing => ("if-none-match", "*".to_owned()),
        Expect::Version(etag) => ("if-match", etag.to_owned()),
    };
    let headers = vec![("content-type", "text/calendar; charset=utf-8".to_owned()), condition];
    let reply = ask(context, account, &Ask { method: "PUT", url, headers, body: Some(body) }).await?;
    match reply.status {
        200..=299 => Ok(Wrote::Done(reply.etag)),
        404 | 409 | 410 if matches!(expect, Expect::Version(_)) => Ok(Wrote::Differs),
        412 => Ok(Wrote::Differs),
        status => Err(Fault::Status(status)),
    }
}

/// Takes an event away. What is not there any more is gone.
pub async fn delete(context: &Context, account: &Account, url: &str, etag: &str) -> Result<Wrote, Fault> {
    let headers = vec![("if-match", etag.to_owned())];
    let reply = ask(context, account, &Ask { method: "DELETE", url, headers, body: None }).await?;
    match reply.status {
        200..=299 | 404 | 410 => Ok(Wrote::Done(None)),
        412 => Ok(Wrote::Differs),
        status => Err(Fault::Status(status)),
    }
}

/// What is there now: its words and its version. None when there is nothing.
pub async fn get(context: &Context, account: &Account, url: &str) -> Result<Option<(String, Option<String>)>, Fault> {
    let headers = vec![("accept", "text/calendar".to_owned())];
    let reply = ask(context, account, &Ask { method: "GET", url, headers, body: None }).await?;
    match reply.status {
        404 | 410 => Ok(None),
        _ => reply.fine().map(|reply| Some((reply.body, reply.etag))),
    }
}
