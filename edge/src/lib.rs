//! The back end: Rust on Cloudflare Workers, with D1 for the truth, KV for copies and Queues for telling others.
//!
//! This file holds the Worker's events and nothing else. Reading order: [`router`] (which surface answers which
//! path), [`context`] (what a request may use), [`problem`] (how anything fails), [`database`], then `domain`
//! (what the business is), `api` (what the wire says) and `jobs` (what time does).
#![forbid(unsafe_code)]

mod access;
mod api;
mod context;
mod database;
mod outbox;
mod problem;
mod router;

use context::Context;
use worker::{Env, HttpRequest, event};

/// A request.
#[event(fetch)]
async fn fetch(
    request: HttpRequest,
    env: Env,
    execution: worker::Context,
) -> worker::Result<axum::http::Response<axum::body::Body>> {
    let context = Context::of_request(&request, env, execution)?;
    Ok(router::answer(context, request).await)
}
