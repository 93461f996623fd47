//! What the clock does to bookings: requests that nobody decided run out, what has ended is completed, departures with a
//! threshold are decided, what came free is offered to whoever waited, and who comes soon is reminded.

use super::store as record;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::life::{self, store::BookingId};
use crate::domain::booking::threshold;
use crate::domain::notice::remind;
use crate::domain::waiting;
use shared::booking::Action;

/// How many bookings or departures one run takes on; the next run is a minute later.
const LIMIT: i64 = 100;

/// Runs once.
pub async fn run(context: &Context) {
    let now = context.now();
    each(context, "expire_requests", life::store::requests_run_out(now, LIMIT), Action::Expire).await;
    each(context, "complete", life::store::ended(now, LIMIT), Action::Complete).await;
    thresholds(context).await;
    match waiting::run(context).await {
        Ok(0) => {}
        Ok(offered) => written(context, "offer_seats", offered, 0).await,
        Err(error) => worker::console_error!("waiting lists could not be served: {error:?}"),
    }
    match remind::run(context).await {
        Ok(0) => {}
        Ok(reminded) => written(context, "remind", reminded, 0).await,
        Err(error) => worker::console_error!("nobody could be reminded: {error:?}"),
    }
}

/// The same action for every booking that a statement finds.
async fn each(context: &Context, job: &str, found: Statement, action: Action) {
    let found: Result<Vec<BookingId>, StoreError> = context.database().run(found).await.and_then(|rows| rows.all());
    let ids = match found {
        Ok(ids) => ids,
        Err(error) => return worker::console_error!("{job} could not be read: {error:?}"),
    };
    let (mut done, mut failed) = (0_u32, 0_u32);
    for id in &ids {
        match life::by_clock(context, &id.public_id, action).await {
            Ok(true) => done = done.saturating_add(1),
            Ok(false) => {}
            Err(error) => {
                failed = failed.saturating_add(1);
                worker::console_error!("{job} of {}: {error:?}", id.public_id);
            }
        }
    }
    if !ids.is_empty() {
        written(context, job, done, failed).await;
    }
}

async fn thresholds(context: &Context) {
    let due = threshold::store::due(context.now(), LIMIT);
    let due: Vec<threshold::store::Due> = match context.database().run(due).await.and_then(|rows| rows.all()) {
        Ok(due) => due,
        Err(error) => return worker::console_error!("departures to be decided could not be read: {error:?}"),
    };
    let (mut done, mut failed) = (0_u32, 0_u32);
    for departure in due {
        match threshold::settle(context, departure).await {
            Ok(decided) => done = done.saturating_add(u32::from(decided)),
            Err(error) => {
                failed = failed.saturating_add(1);
                worker::console_error!("a departure could not be decided: {error:?}");
            }
        }
    }
    if done > 0 || failed > 0 {
        written(context, "decide_thresholds", done, failed).await;
    }
}

async fn written(context: &Context, job: &str, done: u32, failed: u32) {
    if let Err(error) = context.database().run(record::record(job, context.now(), done, failed)).await {
        worker::console_error!("a run was not recorded: {error:?}");
    }
}
