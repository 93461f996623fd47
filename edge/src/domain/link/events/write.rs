//! The way of one event: put there, or taken away, and what to do where it is no longer what we wrote.

use super::event::{self, Remote, Written};
use super::store::Taken;
use crate::caldav::http::resolved;
use crate::caldav::write::{Expect, Wrote, delete, get, put};
use crate::caldav::{Account, Fault};
use crate::context::Context;

/// What an attempt came to.
pub enum Outcome {
    /// It is there.
    There { address: String, etag: Option<String>, written: Written },
    /// It is not there. With a note if somebody had changed it.
    Gone(Option<&'static str>),
    /// Somebody changed it; theirs stands.
    Theirs(&'static str),
}

/// Brings the calendar to what is booked.
pub async fn write(context: &Context, event: &Taken, account: &Account) -> Result<Outcome, Fault> {
    let name = event.booked.uid();
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
    let remote = Remote::read(&text, &event.booked.uid());
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
