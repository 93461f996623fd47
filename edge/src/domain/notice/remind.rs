//! Reminders: so many hours before the start, as each organization sets it; once for each start and lead time, however often
//! and from how many places the clock looks. Whoever booked or was written to after that moment is not reminded.

use super::refusal::{self, Refusal};
use super::store::{self, Due};
use super::tell::{Telling, about, queued};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::change::Found;
use crate::domain::booking::store as bookings;
use crate::domain::record::Change;
use crate::mail::booking::News;

/// So many in one run; the others have their turn a minute later.
const LIMIT: i64 = 200;

/// Reminds whoever is to be reminded now; answers how many.
pub async fn run(context: &Context) -> Result<u32, StoreError> {
    let due: Vec<Due> = context.database().run(store::due(context.now(), LIMIT)).await?.all()?;
    let (wanted, over): (Vec<Due>, Vec<Due>) = due.into_iter().partition(Due::is_wanted);
    if !over.is_empty() {
        context.database().run(store::passed(&over)).await?;
    }
    if wanted.is_empty() {
        return Ok(0);
    }
    let ids: Vec<&str> = wanted.iter().map(|one| one.booking.as_str()).collect();
    let mut answers = context.database().batch(bookings::read_all(&ids, context.now()).into()).await?;
    let found = bookings::found_all(&mut answers)?;
    let mut reminded = 0_u32;
    for one in &wanted {
        let Some(booking) = found.iter().find(|(row, _)| row.public_id == one.booking) else { continue };
        match remind(context, one, booking).await {
            Ok(()) => reminded = reminded.saturating_add(1),
            // Somebody else did, or it moved in this moment.
            Err(StoreError::Unchanged) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(reminded)
}

async fn remind(context: &Context, due: &Due, found: &Found) -> Result<(), StoreError> {
    let row = &found.0;
    let language = row.locale.as_deref().unwrap_or(&row.org_locale);
    let mut booking = about(context, found, &Telling::of(News::Reminder));
    let email = row.contact_email.clone().unwrap_or_default();
    booking.unsubscribe =
        refusal::link(context, &Refusal::Reminders { org: row.org_id, email: email.clone() }, language);
    let mut change = Change::new(context, row.org_id, "clock");
    change.must(store::reminded(due, context.now()));
    change.add(store::passed([due]));
    change.post(queued(context, row.org_id, Some(&email), language, booking)?);
    change.commit().await.map(|_| ())
}
