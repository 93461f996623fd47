//! What is booked while a linked calendar is busy. Neither gives way by itself, and no lock could prevent it: whoever is busy
//! there did not ask us. Staff see both, and whoever made the link is written to, once for each booking and start.
//!
//! It is looked for whenever a calendar was read, not only when something new was in it: a booking that was decided in the
//! very instant in which the busy time came in has missed it.

pub mod store;

use super::store::Link;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::mail::letter::Clashing;
use crate::mail::{Letter, Mail};
use store::{Reader, Untold};

/// So many are told in one mail; the others are in the next.
const LIMIT: i64 = 20;

/// Writes to whoever made a link about what clashes with it and was not told.
pub async fn tell(context: &Context, link: &Link) -> Result<(), StoreError> {
    let now = context.now();
    let batch = vec![store::untold(link.id, LIMIT, now), store::readers(link.id)];
    let mut answers = context.database().batch(batch).await?;
    let (untold, readers): (Vec<Untold>, Vec<Reader>) = (answers.all()?, answers.all()?);
    let Some(Reader { org, .. }) = readers.first().filter(|_| !untold.is_empty()) else { return Ok(()) };
    let booked = |one: &Untold| Clashing { name: one.name.clone(), starts_at: one.starts_at, ends_at: one.ends_at };
    let letter = Letter::CalendarClash {
        calendar: link.name.clone(),
        timezone: link.timezone.clone(),
        booked: untold.iter().map(booked).collect(),
        link: format!("{}/console/{org}/links", context.origin()),
    };
    let mut change = Change::new(context, link.org_id, "clock");
    change.must(store::told(link.id, &untold, now));
    for Reader { email, language, .. } in &readers {
        let mail = Mail { org: Some(link.org_id), to: email, language, letter: &letter };
        change.mail(&mail).map_err(|problem| StoreError::Failed(format!("{problem:?}")))?;
    }
    match change.commit().await {
        // Told by another reader in this moment.
        Ok(_) | Err(StoreError::Unchanged) => Ok(()),
        Err(error) => Err(error),
    }
}
