//! The back end: Rust on Cloudflare Workers, with D1 for the truth, KV for copies and Queues for telling others.
//!
//! This file holds the Worker's events and nothing else. Reading order: [`router`] (which surface answers which
//! path), [`context`] (what a request may use), [`problem`] (how anything fails), [`database`], then `domain`
//! (what the business is), `api` (what the wire says) and `jobs` (what time does).
#![forbid(unsafe_code)]

mod access;
mod api;
mod caldav;
mod circuit;
mod colour;
mod context;
mod database;
mod domain;
mod ical;
mod jobs;
mod language;
mod mail;
mod outbox;
mod outside;
mod pages;
mod payment;
mod problem;
mod router;
mod shape;
mod wording;
mod words;

use context::Context;
use domain::link::events::queue as calendars;
use futures_util::future::join;
use outbox::consumer::News;
use worker::{Env, HttpRequest, MessageBatch, ScheduleContext, ScheduledEvent, event};

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

/// Messages of a queue: that events were told, or that linked calendars have something to be written. Always `Ok`: an error
/// here would throw the whole instance away, and each message is acknowledged or retried by itself.
#[event(queue)]
async fn queue(batch: MessageBatch<News>, env: Env, execution: worker::Context) -> worker::Result<()> {
    match Context::of_queue(env, execution) {
        Ok(context) if batch.queue() == calendars::NAME => {
            calendars::consume(&context).await;
            batch.ack_all();
        }
        Ok(context) => {
            join(outbox::consumer::consume(&context, &batch), calendars::after_news(&context)).await;
        }
        Err(error) => {
            worker::console_error!("the queue has no context: {error:?}");
            batch.retry_all();
        }
    }
    Ok(())
}

/// A cron trigger.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, execution: ScheduleContext) {
    match Context::of_schedule(env, execution) {
        Ok(context) => jobs::run(&context, &event.cron()).await,
        Err(error) => worker::console_error!("the schedule has no context: {error:?}"),
    }
}
