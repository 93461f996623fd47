//! Reads when somebody is busy by a linked calendar, and keeps it as times off of the resource.
//!
//! What could be read before stays while a calendar cannot be read. Bookings that we wrote there ourselves are no news.

pub mod store;

use super::store::{Id, Link};
use super::{clash, open, rules};
use crate::caldav::read::{File, changes, file};
use crate::caldav::{Account, Fault, guard};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::ical::busy::{Busy, Looking, busy, merged};
use futures_util::stream::{self, StreamExt as _};
use shared::zone::{Instant, Span};
use std::collections::BTreeSet;
use store::{BusyObject, Mark, Reading, Uid};

/// Links that one run reads; the next is a minute later.
const LIMIT: i64 = 20;
/// At the same time.
const AT_ONCE: usize = 3;

/// What was read of a calendar.
struct Read {
    objects: Vec<(String, Busy)>,
    whole: bool,
    cursor: Option<String>,
    modified: Option<String>,
}

/// Reads the links that are due; one of them, if it is named. Says how many were read and how many could not be.
pub async fn run(context: &Context, only: Option<&str>) -> Result<(u32, u32), StoreError> {
    let ids: Vec<Id> = context.database().run(super::store::take(only, LIMIT, context.now())).await?.all()?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let ids: Vec<i64> = ids.into_iter().map(|row| row.id).collect();
    let links: Vec<Link> = context.database().run(super::store::taken(&ids)).await?.all()?;
    let results: Vec<bool> = stream::iter(links)
        .map(|link| async move {
            match one(context, &link).await {
                Ok(read) => read,
                Err(error) => {
                    worker::console_error!("what {} says could not be kept: {error:?}", link.public_id);
                    false
                }
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let count = |which: bool| u32::try_from(results.iter().filter(|read| **read == which).count()).unwrap_or(u32::MAX);
    Ok((count(true), count(false)))
}

/// Reads one link. `false` when the calendar could not be read.
async fn one(context: &Context, link: &Link) -> Result<bool, StoreError> {
    let now = context.now();
    if !guard::lets_pass(context, &link.host).await? {
        let again = rules::after_failure(link.failures, now);
        context.database().run(super::store::failed(link.id, guard::LEFT_ALONE, again, now)).await?;
        return Ok(false);
    }
    let read = match open(context, &link.public_id, &link.sealed) {
        Some(account) => {
            let read = fetch(context, link, &account, now).await;
            guard::asked(context, &link.host, read.as_ref().err().and_then(|failure| failure.fault.as_ref())).await?;
            read.map_err(|failure| failure.why)
        }
        None => Err("the key that sealed it is gone".to_owned()),
    };
    match read {
        Ok(Some(read)) => keep(context, link, read, now).await?,
        Ok(None) => {
            let reading = Reading {
                cursor: link.cursor.as_deref(),
                modified: link.modified.as_deref(),
                whole: false,
                unreadable: 0,
                again: rules::again(&link.kind, now),
            };
            context.database().run(store::read(link, &reading, now)).await?;
        }
        Err(why) => {
            let again = rules::after_failure(link.failures.saturating_add(1), now);
            return context.database().run(super::store::failed(link.id, &why, again, now)).await.map(|_| false);
        }
    }
    clash::tell(context, link).await?;
    Ok(true)
}

/// Why nothing was read.
struct Failure {
    /// The server's part in it.
    fault: Option<Fault>,
    why: String,
}

/// None when nothing is new.
async fn fetch(context: &Context, link: &Link, account: &Account, now: Instant) -> Result<Option<Read>, Failure> {
    let (from, to) = rules::window(now);
    let looking = Looking { home: &link.timezone, from, to };
    let known = !rules::whole_is_due(link.read_whole_at, now);
    let told = |fault: Fault| Failure { why: fault.text(), fault: Some(fault) };
    if link.kind == "ICS" {
        let (etag, modified) = (link.cursor.as_deref().filter(|_| known), link.modified.as_deref().filter(|_| known));
        return match file(context, account, etag, modified).await.map_err(told)? {
            File::Same => Ok(None),
            File::New(text, cursor, modified) => {
                let busy =
                    busy(&text, &looking).ok_or_else(|| Failure { fault: None, why: "not_a_calendar".to_owned() })?;
                Ok(Some(Read { objects: vec![(String::new(), busy)], whole: true, cursor, modified }))
            }
        };
    }
    let token = link.cursor.as_deref().filter(|_| known);
    let changes = changes(context, account, token, (from, to)).await.map_err(told)?;
    if !changes.whole && changes.objects.is_empty() && changes.token.as_deref() == link.cursor.as_deref() {
        return Ok(None);
    }
    let objects = changes.objects.into_iter().map(|object| {
        let busy = object.data.and_then(|data| busy(&data, &looking)).unwrap_or_default();
        (object.path, busy)
    });
    Ok(Some(Read { objects: objects.collect(), whole: changes.whole, cursor: changes.token, modified: None }))
}

async fn keep(context: &Context, link: &Link, read: Read, now: Instant) -> Result<(), StoreError> {
    let ours = ours(context, link, &read).await?;
    let mut unreadable = 0_u32;
    let mut objects: Vec<BusyObject> = Vec::with_capacity(read.objects.len());
    for (object, busy) in read.objects {
        unreadable = unreadable.saturating_add(busy.unreadable);
        let theirs = busy.times.into_iter().filter(|(uid, _)| !ours.contains(uid)).map(|(_, span)| span);
        let spans: Vec<Span> = merged(theirs.map(to_the_minute));
        objects.push(BusyObject { object, spans });
    }
    let reading = Reading {
        cursor: read.cursor.as_deref(),
        modified: read.modified.as_deref(),
        whole: read.whole,
        unreadable,
        again: rules::again(&link.kind, now),
    };
    let mut change = Change::new(context, link.org_id, "clock");
    change.add(store::mark(link.id));
    store::replace(link.id, &objects, read.whole, now).into_iter().for_each(|one| change.add(one));
    change.add(store::read(link, &reading, now));
    change.add(store::mark(link.id));
    // Copies of what is free are dropped whenever something may have changed; it costs one list of calendars.
    change.shows();
    let mut answers = change.commit().await?;
    let before: Mark = answers.first()?.unwrap_or_default();
    answers.skip(3);
    let after: Mark = answers.first()?.unwrap_or_default();
    if before != after {
        worker::console_log!("times off of {} changed", link.public_id);
    }
    Ok(())
}

/// Whole minutes: what is busy for a part of one is busy for all of it.
fn to_the_minute(span: Span) -> Span {
    let (from, to) = (span.starts_at.0, span.ends_at.0);
    let up = |at: i64| at.saturating_add(59).div_euclid(60).saturating_mul(60);
    Span { starts_at: Instant(from.div_euclid(60).saturating_mul(60)), ends_at: Instant(up(to)) }
}

/// Which of the names stand for bookings that have this resource already.
async fn ours(context: &Context, link: &Link, read: &Read) -> Result<BTreeSet<String>, StoreError> {
    let names = read.objects.iter().flat_map(|(_, busy)| busy.times.iter().map(|(uid, _)| uid));
    let booking = |uid: &String| {
        let (booking, _) = uid.strip_suffix("@daymark")?.rsplit_once('-')?;
        Some(booking.to_owned())
    };
    let bookings: BTreeSet<String> = names.filter_map(booking).collect();
    if bookings.is_empty() {
        return Ok(BTreeSet::new());
    }
    let bookings: Vec<String> = bookings.into_iter().collect();
    let rows: Vec<Uid> = context.database().run(store::ours(link.resource_id, &bookings)).await?.all()?;
    Ok(rows.into_iter().map(|row| row.uid).collect())
}
