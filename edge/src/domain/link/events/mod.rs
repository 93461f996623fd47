//! Writes bookings into linked calendars: put there, moved with the booking, taken away with it.
//!
//! Nothing is lost: what is to be written is a row that the database makes with the booking's own change. Nothing is written
//! over in silence either. When the event is no longer what we wrote, it is read again. What somebody added (an alarm,
//! notes, a colour) is kept and our times are put in; when they changed time or title themselves, theirs stand and staff are
//! told. An event of a booking that is called off is taken away either way.

pub mod event;
pub mod store;

use super::{open, rules};
use crate::caldav::http::resolved;
use crate::caldav::write::{Expect, Wrote, delete, get, put};
use crate::caldav::{Account, Fault, guard};
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::link::store::Id;
use crate::ical::booking::uid;
use event::{Remote, Written};
use futures_util::stream::{self, StreamExt as _};
use shared::zone::Instant;
use std::collections::BTreeMap;
use store::{Done, Taken};

/// Events that one run writes.
const LIMIT: i64 = 40;
/// At the same time.
const AT_ONCE: usize = 4;

/// What waits for a server that is left alone is looked at again after so many seconds.
const LEFT_ALONE_SECONDS: i64 = 60;

/// What an attempt came to.
enum Outcome {
    /// It is there.
    There { address: String, etag: Option<String>, written: Written },
    /// It is not there. With a note if somebody had changed it.
    Gone(Option<&'static str>),
    /// Somebody changed it; theirs stands.
    Theirs(&'static str),
}

/// Writes what is due. Says how many were written and how many were not.
pub async fn run(context: &Context) -> Result<(u32, u32), StoreError> {
    let ids: Vec<Id> = context.database().run(store::take(LIMIT, context.now())).await?.all()?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let ids: Vec<i64> = ids.into_iter().map(|row| row.id).collect();
    let events: Vec<Taken> = context.database().run(store::taken(&ids)).await?.all()?;
    let mut answering: BTreeMap<&str, bool> = BTreeMap::new();
    for event in &events {
        if !answering.contains_key(event.host.as_str()) {
            answering.insert(&event.host, guard::lets_pass(context, &event.host).await?);
        }
    }
    let answering = &answering;
    let attempts: Vec<Attempt> = stream::iter(&events)
        .map(|event| async move {
            match answering.get(event.host.as_str()) {
                Some(false) => Attempt::left_alone(event, context.now()),
                _ => one(context, event).await,
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    // One word for each server: that it is down, if anybody found it so.
    let mut heard: BTreeMap<String, Option<Fault>> = BTreeMap::new();
    let (mut done, mut failed, mut statements) = (0_u32, 0_u32, Vec::new());
    for attempt in attempts {
        let counter = if attempt.fine { &mut done } else { &mut failed };
        *counter = counter.saturating_add(1);
        if let Some((host, fault)) = attempt.heard {
            let known = heard.entry(host).or_default();
            *known = known.take().filter(Fault::is_down).or(fault);
        }
        statements.push(attempt.statement);
    }
    for (host, fault) in &heard {
        guard::asked(context, host, fault.as_ref()).await?;
    }
    context.database().batch(statements).await?;
    Ok((done, failed))
}

/// What became of one event: what is to be written down, and what was heard of its server.
struct Attempt {
    statement: Statement,
    fine: bool,
    heard: Option<(String, Option<Fault>)>,
}

impl Attempt {
    fn left_alone(event: &Taken, now: Instant) -> Self {
        let statement = store::postponed(event, guard::LEFT_ALONE, now.plus_seconds(LEFT_ALONE_SECONDS));
        Self { statement, fine: false, heard: None }
    }
}

async fn one(context: &Context, event: &Taken) -> Attempt {
    let now = context.now();
    let nothing = Done { address: None, etag: None, written: None, note: None };
    if event.push == 0 {
        return Attempt { statement: store::done(event, &nothing, now), fine: true, heard: None };
    }
    let Some(account) = open(context, &event.link, &event.sealed) else {
        let statement = store::failed(event, "the key that sealed it is gone", None);
        return Attempt { statement, fine: false, heard: None };
    };
    let outcome = write(context, event, &account).await;
    let heard = Some((event.host.clone(), outcome.as_ref().err().cloned()));
    let (statement, fine) = match outcome {
        Ok(Outcome::There { address, etag, written }) => {
            let text = written.text();
            let done = Done { address: Some(&address), etag: etag.as_deref(), written: Some(&text), note: None };
            (store::done(event, &done, now), true)
        }
        Ok(Outcome::Gone(note)) => (store::done(event, &Done { note, ..nothing }, now), true),
        Ok(Outcome::Theirs(why)) => (store::conflict(event, why), false),
        Err(fault) => (store::failed(event, &fault.text(), rules::write_again(event.attempts, now)), false),
    };
    Attempt { statement, fine, heard }
}

async fn write(context: &Context, event: &Taken, account: &Account) -> Result<Outcome, Fault> {
    let name = uid(&event.booking, event.position);
    let address = match &event.address {
        Some(address) => address.clone(),
        None => {
            let calendar = account.calendar.as_deref().ok_or(Fault::Address)?;
            resolved(calendar, &format!("{name}.ics")).ok_or(Fault::Address)?
        }
    };
    if event.present == 0 {
        return take_away(context, event, account, &address).await;
    }
    let body = event::text(event, &context.origin(), None).ok_or(Fault::Unreadable)?;
    let expect = event.etag.as_deref().map_or(Expect::Nothing, Expect::Version);
    match put(context, account, &address, expect, body).await? {
        Wrote::Done(etag) => there(context, event, account, address, etag).await,
        Wrote::Differs => settle(context, event, account, address).await,
    }
}

/// It is there; the server may not have said in which version.
async fn there(
    context: &Context,
    event: &Taken,
    account: &Account,
    address: String,
    etag: Option<String>,
) -> Result<Outcome, Fault> {
    let etag = match etag {
        Some(etag) => Some(etag),
        None => get(context, account, &address).await?.and_then(|(_, etag)| etag),
    };
    Ok(Outcome::There { address, etag, written: Written::of(event) })
}

/// It is no longer what we wrote: what is it?
async fn settle(context: &Context, event: &Taken, account: &Account, address: String) -> Result<Outcome, Fault> {
    let Some((text, etag)) = get(context, account, &address).await? else {
        // Taken out there by somebody: when what is booked is still what they saw, that stands.
        if Written::read(event).is_some_and(|written| written.same_times(event)) {
            return Ok(Outcome::Theirs("removed_there"));
        }
        let body = event::text(event, &context.origin(), None).ok_or(Fault::Unreadable)?;
        return match put(context, account, &address, Expect::Nothing, body).await? {
            Wrote::Done(etag) => there(context, event, account, address, etag).await,
            Wrote::Differs => Err(Fault::Status(412)),
        };
    };
    let Some(version) = etag else { return Ok(Outcome::Theirs("changed_there")) };
    let remote = Remote::read(&text, &uid(&event.booking, event.position));
    let ours = remote.as_ref().is_some_and(|remote| remote.shows_what_we_wrote(event));
    let Some(remote) = remote.filter(|_| ours) else { return Ok(Outcome::Theirs("changed_there")) };
    let body = event::text(event, &context.origin(), Some(&remote)).ok_or(Fault::Unreadable)?;
    match put(context, account, &address, Expect::Version(&version), body).await? {
        Wrote::Done(etag) => there(context, event, account, address, etag).await,
        Wrote::Differs => Err(Fault::Status(412)),
    }
}

async fn take_away(context: &Context, event: &Taken, account: &Account, address: &str) -> Result<Outcome, Fault> {
    let mut note = None;
    let version = match &event.etag {
        Some(etag) => match delete(context, account, address, etag).await? {
            Wrote::Done(_) => return Ok(Outcome::Gone(None)),
            Wrote::Differs => {
                note = Some("removed_though_changed_there");
                get(context, account, address).await?.and_then(|(_, etag)| etag)
            }
        },
        // An attempt may have got there without our hearing of it.
        None if event.attempts > 1 || event.address.is_some() => {
            get(context, account, address).await?.and_then(|(_, etag)| etag)
        }
        None => None,
    };
    let Some(version) = version else { return Ok(Outcome::Gone(note)) };
    match delete(context, account, address, &version).await? {
        Wrote::Done(_) => Ok(Outcome::Gone(note)),
        Wrote::Differs => Err(Fault::Status(412)),
    }
}
