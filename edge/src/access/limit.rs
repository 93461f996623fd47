//! How often: the platform's rate limiters, keyed by what is to be protected.

use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::http::HeaderMap;
use worker::send::SendFuture;

/// Signing in: per account and per address.
pub const LOGIN: &str = "LOGIN_LIMIT";

/// Whatever anybody may do without credentials: per address.
pub const GUEST: &str = "GUEST_LIMIT";

/// Whatever anybody may ask of one organization without credentials, from wherever: one that is rushed does not take the
/// others' share of the database.
pub const ORGANIZATION: &str = "ORG_LIMIT";

/// Whatever anybody may look at without credentials: per address. A page looks oftener than anybody books.
const LOOK: &str = "LOOK_LIMIT";

/// The same of one organization, from wherever: apart from [`ORGANIZATION`], so that who only looks keeps nobody from booking.
const LOOK_ORGANIZATION: &str = "LOOK_ORG_LIMIT";

/// Handing in events without an account: per address and calendar.
const SUBMISSION: &str = "SUBMISSION_LIMIT";

/// The same by the form without scripts, which asks for no work.
const PLAIN_SUBMISSION: &str = "PLAIN_SUBMISSION_LIMIT";

/// Every limiter counts by the minute.
const PERIOD_SECONDS: u32 = 60;

/// Counts one use of `key`; 429 when it is one too many. A limiter that does not answer lets everybody in: it is a shield,
/// not a lock.
pub async fn count(context: &Context, binding: &'static str, key: String) -> Result<(), Problem> {
    let outcome = SendFuture::new(async { context.rate_limiter(binding)?.limit(key).await }).await;
    match outcome {
        Ok(outcome) if !outcome.success => Err(Problem::new(Code::RateLimited).retry_after(PERIOD_SECONDS)),
        Ok(_) => Ok(()),
        Err(error) => {
            worker::console_error!("the limiter {binding} does not answer: {error:?}");
            Ok(())
        }
    }
}

/// Counts one request of somebody without credentials.
pub async fn guest(context: &Context, headers: &HeaderMap) -> Result<(), Problem> {
    count(context, GUEST, client_address(headers, context.development()).to_owned()).await
}

/// Counts an event that somebody hands in for a calendar.
pub async fn submission(context: &Context, headers: &HeaderMap, calendar: &str) -> Result<(), Problem> {
    count(context, SUBMISSION, format!("{} {calendar}", client_address(headers, context.development()))).await
}

/// Counts one that comes by the form without scripts.
pub async fn plain_submission(context: &Context, headers: &HeaderMap, calendar: &str) -> Result<(), Problem> {
    count(context, PLAIN_SUBMISSION, format!("{} {calendar}", client_address(headers, context.development()))).await
}

/// Counts one look at what is open to everybody.
pub async fn look(context: &Context, headers: &HeaderMap) -> Result<(), Problem> {
    count(context, LOOK, client_address(headers, context.development()).to_owned()).await
}

/// Counts it for the organization that was looked at.
pub async fn look_at(context: &Context, id: i64) -> Result<(), Problem> {
    count(context, LOOK_ORGANIZATION, id.to_string()).await
}

/// Counts one order at an organization.
pub async fn organization(context: &Context, id: i64) -> Result<(), Problem> {
    count(context, ORGANIZATION, id.to_string()).await
}

/// Counts one request of an app that acts for a person: as many as an organization may be asked by everybody.
pub async fn app(context: &Context, grant: &str) -> Result<(), Problem> {
    count(context, ORGANIZATION, grant.to_owned()).await
}

/// Where a request comes from. Only the platform's own header is believed; a developer's machine has no such thing and may
/// say it by `X-Forwarded-For`.
pub fn client_address(headers: &HeaderMap, development: bool) -> &str {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = if development { text("x-forwarded-for") } else { None };
    forwarded.or_else(|| text("cf-connecting-ip")).unwrap_or("unknown")
}
