//! Writes bookings into linked calendars: put there, moved with the booking, taken away with it.
//!
//! Nothing is lost: what is to be written is a row that the database makes with the booking's own change. Nothing is written
//! over in silence either. When the event is no longer what we wrote, it is read again. What somebody added (an alarm,
//! notes, a colour) is kept and our times are put in; when they changed time or title themselves, theirs stand and staff are
//! told. An event of a booking that is called off is taken away either way.

pub mod event;
pub mod queue;
pub mod store;
mod write;

use super::{open, rules};
use crate::caldav::{Fault, guard};
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::link::store::Id;
use futures_util::stream::{self, StreamExt as _};
use shared::zone::Instant;
use std::collections::BTreeMap;
use store::{Done, Taken, Waits};
use write::{Outcome, write};

/// Events that are taken together.
const LIMIT: i64 = 40;
/// At the same time.
const AT_ONCE: usize = 4;
/// A run takes so often what came in meanwhile; then it is the next one's.
const TURNS: usize = 5;

/// Milliseconds after which a run begins nothing new, so that whatever it has begun is over before it is taken for dead.
const LATEST_START_MILLISECONDS: i64 = 30_000;
/// As it is written down when an event has to wait for the next run.
const ITS_TURN: &str = "waits_for_its_turn";

/// What waits for a server that is left alone is looked at again after so many seconds.
const LEFT_ALONE_SECONDS: i64 = 60;

/// What a run came to.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Ran {
    /// Events that were written.
    pub done: u32,
    /// Events that were not.
    pub failed: u32,
    /// Something is due still.
    pub more: bool,
}

/// Writes what is due, and what becomes due meanwhile.
pub async fn run(context: &Context) -> Result<Ran, StoreError> {
    let began = context.clock_milliseconds();
    let mut ran = Ran::default();
    for _ in 0..TURNS {
        ran = turn(context, began, ran).await?;
        if !ran.more || is_late(context, began) {
            break;
        }
    }
    Ok(ran)
}

fn is_late(context: &Context, began: i64) -> bool {
    context.clock_milliseconds().saturating_sub(began) > LATEST_START_MILLISECONDS
}

async fn turn(context: &Context, began: i64, before: Ran) -> Result<Ran, StoreError> {
    let ids: Vec<Id> = context.database().run(store::take(LIMIT, context.now())).await?.all()?;
    if ids.is_empty() {
        return Ok(Ran { more: false, ..before });
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
                Some(false) => {
                    Attempt::put_off(event, guard::LEFT_ALONE, context.now().plus_seconds(LEFT_ALONE_SECONDS))
                }
                _ if is_late(context, began) => Attempt::put_off(event, ITS_TURN, context.now()),
                _ => one(context, event).await,
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    // One word for each server: that it is down, if anybody found it so.
    let mut heard: BTreeMap<String, Option<Fault>> = BTreeMap::new();
    let (mut ran, mut statements) = (before, Vec::new());
    for attempt in attempts {
        let counter = if attempt.fine { &mut ran.done } else { &mut ran.failed };
        *counter = counter.saturating_add(1);
        if let Some((host, fault)) = attempt.heard {
            let known = heard.entry(host).or_default();
            *known = known.take().filter(Fault::is_down).or(fault);
        }
        statements.push(attempt.statement);
    }
    for (host, fault) in &heard {
        match fault {
            Some(fault) => guard::asked(context, host, Some(fault)).await?,
            None => statements.push(guard::answered(host)),
        }
    }
    statements.push(store::waits(context.now()));
    let waiting: Vec<Waits> = context.database().batch(statements).await?.last()?;
    ran.more = waiting.iter().any(Waits::is_so);
    Ok(ran)
}

/// What became of one event: what is to be written down, and what was heard of its server.
struct Attempt {
    statement: Statement,
    fine: bool,
    heard: Option<(String, Option<Fault>)>,
}

impl Attempt {
    /// Nobody tried.
    fn put_off(event: &Taken, why: &str, again: Instant) -> Self {
        Self { statement: store::postponed(event, why, again), fine: false, heard: None }
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
