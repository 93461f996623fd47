//! What time does: each job is bounded, may run twice without harm, and tells what it did.

pub mod calendars;
pub mod expire_holds;
pub mod forget;
pub mod life_cycle;
pub mod retention;
pub mod store;

use crate::context::Context;
use crate::domain::payment;
use crate::domain::webhook::trouble;
use crate::{mail, outbox};

/// Every hour, at a quarter past or so: what is only a matter of tidiness.
const HOURLY: &str = "17 * * * *";
/// Every night.
const NIGHTLY: &str = "23 3 * * *";

/// Runs what a cron trigger is for.
pub async fn run(context: &Context, cron: &str) {
    match cron {
        HOURLY => forget::run(context).await,
        NIGHTLY => {
            forget::run(context).await;
            retention::run(context).await;
        }
        _ => {
            expire_holds::run(context).await;
            life_cycle::run(context).await;
            payment::run(context).await;
            outbox::relay::relay(context).await;
            trouble::run(context).await;
            mail::sender::run(context).await;
            calendars::run(context).await;
        }
    }
}
