//! The write of a booking, and what follows once it is true.

use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::store;
use crate::domain::catalog;
use crate::domain::idempotency::{self, Key};
use crate::outbox;

/// Writes the batch; the number that it draws goes into the kept answer and comes back.
pub async fn commit_numbered(
    context: &Context,
    mut batch: Vec<Statement>,
    booking: &str,
    org: i64,
    key: Option<&Key>,
    events: Vec<String>,
) -> Result<String, StoreError> {
    batch.extend(key.map(|key| idempotency::store::number(key, booking)));
    batch.push(store::number(booking));
    let calendars = batch.len();
    batch.push(store::calendars(org));
    let mut answers = context.database().batch(batch).await?;
    answers.skip(calendars.saturating_sub(1));
    let number: Option<store::Number> = answers.first()?;
    committed(context, &answers.all::<store::CalendarId>()?, events).await;
    Ok(number.and_then(|row| row.number).unwrap_or_default())
}

/// Writes a batch that changes what an organization's snapshots show.
pub async fn commit(
    context: &Context,
    mut batch: Vec<Statement>,
    org: i64,
    events: Vec<String>,
) -> Result<(), StoreError> {
    batch.push(store::calendars(org));
    let answers = context.database().batch(batch).await?;
    let calendars: Vec<store::CalendarId> = answers.last()?;
    committed(context, &calendars, events).await;
    Ok(())
}

/// What follows once it is true: snapshots show it from now on, and whoever wants to know is told.
async fn committed(context: &Context, calendars: &[store::CalendarId], events: Vec<String>) {
    catalog::snapshot::forget(context, calendars).await;
    if !events.is_empty() {
        context.afterwards(outbox::announce(context.clone(), events));
    }
}
