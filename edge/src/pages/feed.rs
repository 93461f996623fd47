//! `GET /feeds/:token.ics`: a calendar that others subscribe to. Who has the address reads it.

use super::frame;
use crate::access::{limit, secret};
use crate::api::freshness;
use crate::context::Context;
use crate::domain::feed::{self, store};
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use sha2::{Digest as _, Sha256};
use worker::send::SendFuture;

/// Not for other pages to look into, and not for search engines.
const GUARDS: [(&str, &str); 2] = [("x-content-type-options", "nosniff"), ("x-robots-tag", "noindex")];

/// Answers the calendar, or 304 to who has it: subscribers ask every few minutes. One round trip.
pub async fn read(State(context): State<Context>, Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    match SendFuture::new(file(&context, &name, &headers)).await {
        Ok(file) => {
            let version: String = secret::hex(&Sha256::digest(file.as_bytes())).chars().take(32).collect();
            let mut response = freshness::typed(&headers, &version, file, "text/calendar; charset=utf-8");
            for (name, value) in GUARDS {
                response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            response
        }
        Err(problem) => frame::problem(&context, &problem),
    }
}

async fn file(context: &Context, name: &str, headers: &HeaderMap) -> Result<String, Problem> {
    limit::guest(context, headers).await?;
    let missing = || Problem::not_found("calendar");
    let token = name.strip_suffix(".ics").ok_or_else(missing)?;
    let window = feed::window(context.now());
    let found = store::open(context.database(), &secret::hashed(token), window).await?;
    let (opened, items) = found.ok_or_else(missing)?;
    feed::file(&opened, &items, &context.origin()).ok_or_else(|| Problem::internal(&opened.timezone))
}
