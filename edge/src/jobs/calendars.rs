//! Calendars elsewhere: bookings are written into them, and when somebody is busy there is read.

use super::store::record;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::link::{busy, events};
use worker::send::SendFuture;

/// Runs once: what was booked first, so that it is no news when it is read.
pub async fn run(context: &Context) {
    let ran = SendFuture::new(events::run(context)).await;
    written(context, "write_calendars", ran.map(|ran| (ran.done, ran.failed))).await;
    written(context, "read_calendars", SendFuture::new(busy::run(context, None)).await).await;
}

async fn written(context: &Context, job: &str, outcome: Result<(u32, u32), StoreError>) {
    match outcome {
        Ok((0, 0)) => {}
        Ok((done, failed)) => {
            if let Err(error) = context.database().run(record(job, context.now(), done, failed)).await {
                worker::console_error!("a run was not recorded: {error:?}");
            }
        }
        Err(error) => worker::console_error!("{job} failed: {error:?}"),
    }
}
