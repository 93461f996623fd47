//! The SQL of bookings as events in linked calendars: what is to be looked at, and what became of it.

use crate::database::{Statement, sql};
use crate::domain::link::store::Whose;
use crate::ical::staff::Booked;
use serde::Deserialize;
use shared::zone::Instant;

/// So long a writer may be at it, in seconds, counted from when its event of the clock or the queue began.
const LEASE: i64 = 180;

const TAKE: &str = "
update calendar_event set lease_until = ?1 + ?2, attempts = attempts + 1
where id in (select id from calendar_event where state = 'DUE' and next_attempt_at <= ?1 and lease_until <= ?1
             order by next_attempt_at, id limit ?3)
returning id";

/// Takes what is due.
pub fn take(limit: i64, now: Instant) -> Statement {
    sql(TAKE).bind(now).bind(LEASE).bind(limit)
}

const WAITS: &str = "
select exists (
    select 1 from calendar_event where state = 'DUE' and next_attempt_at <= ?1 and lease_until <= ?1) as waits";

/// Whether anything is due.
#[derive(Debug, Deserialize)]
pub struct Waits {
    waits: u8,
}

impl Waits {
    /// It is.
    pub const fn is_so(&self) -> bool {
        self.waits != 0
    }
}

/// Asks whether anything is due that nobody is at.
pub fn waits(now: Instant) -> Statement {
    sql(WAITS).bind(now)
}

/// An event and all that it takes to write it.
#[derive(Clone, Debug, Deserialize)]
pub struct Taken {
    /// Row.
    pub id: i64,
    /// What it is counted as.
    pub changes: i64,
    /// Which attempt this is; the first is 1.
    pub attempts: u32,
    /// Where it is.
    pub address: Option<String>,
    /// Which version we know.
    pub etag: Option<String>,
    /// What we wrote.
    pub written: Option<String>,
    /// Public id of its link.
    pub link: String,
    /// Where it is.
    pub host: String,
    /// The account.
    pub sealed: String,
    /// Bookings are still written there.
    pub push: u8,
    /// It is to be there.
    pub present: u8,
    /// Public id of the organization.
    pub org: String,
    /// Its zone.
    pub timezone: String,
    /// What is booked.
    #[serde(flatten)]
    pub booked: Booked,
}

const TAKEN: &str = "
select event.id, event.changes, event.attempts, event.address, event.etag, event.written, link.public_id as link,
       link.host, link.sealed, link.push, org.public_id as org, org.timezone, booking.public_id as booking, booking.number,
       booking.state, booking.version, booking.updated_at, booking.contact_name, item.position, item.name, item.starts_at,
       item.ends_at, item.party,
       (booking.state in ('CONFIRMED', 'AWAITING_APPROVAL', 'COMPLETED') and exists (
           select 1 from claim
           where claim.booking_item_id = item.id and claim.resource_id = link.resource_id
             and (claim.released_at is null or booking.state = 'COMPLETED'))) as present
from calendar_event as event
join calendar_link as link on link.id = event.link_id
join org on org.id = event.org_id
join booking_item as item on item.id = event.booking_item_id
join booking on booking.id = item.booking_id
where event.id in (select value from json_each(?1))
order by event.id";

/// Those events.
pub fn taken(ids: &[i64]) -> Statement {
    sql(TAKEN).bind(serde_json::to_string(ids).unwrap_or_default())
}

const DONE: &str = "
update calendar_event
set state = case when changes = ?2 then 'DONE' else state end, attempts = 0, lease_until = 0, next_attempt_at = 0,
    address = ?3, etag = ?4, written = ?5, failure = ?6, written_at = ?7
where id = ?1";

/// What is there now.
pub struct Done<'a> {
    /// Where; none when it is not there.
    pub address: Option<&'a str>,
    /// Its version.
    pub etag: Option<&'a str>,
    /// What we wrote.
    pub written: Option<&'a str>,
    /// What is worth knowing.
    pub note: Option<&'a str>,
}

/// The calendar shows what is booked, unless that changed meanwhile.
pub fn done(event: &Taken, done: &Done<'_>, now: Instant) -> Statement {
    sql(DONE)
        .bind(event.id)
        .bind(event.changes)
        .bind(done.address)
        .bind(done.etag)
        .bind(done.written)
        .bind(done.note)
        .bind(now)
}

const CONFLICT: &str = "
update calendar_event
set state = case when changes = ?2 then 'CONFLICT' else state end, lease_until = 0, failure = ?3
where id = ?1";

/// Somebody changed it there; their words stand until a person decides. The version that we know stays the one we wrote,
/// so that the next attempt meets theirs again.
pub fn conflict(event: &Taken, why: &str) -> Statement {
    sql(CONFLICT).bind(event.id).bind(event.changes).bind(why)
}

const POSTPONED: &str = "
update calendar_event set next_attempt_at = ?2, lease_until = 0, failure = ?3 where id = ?1";
const GIVEN_UP: &str = "update calendar_event set state = 'FAILED', lease_until = 0, failure = ?2 where id = ?1";

/// It was not written: again later, or never by itself.
pub fn failed(event: &Taken, why: &str, again: Option<Instant>) -> Statement {
    match again {
        Some(at) => sql(POSTPONED).bind(event.id).bind(at).bind(why),
        None => sql(GIVEN_UP).bind(event.id).bind(why),
    }
}

const LEFT: &str = "
update calendar_event set next_attempt_at = ?2, lease_until = 0, failure = ?3, attempts = max(attempts - 1, 0) where id = ?1";

/// Nobody tried: it does not count as an attempt.
pub fn postponed(event: &Taken, why: &str, again: Instant) -> Statement {
    sql(LEFT).bind(event.id).bind(again).bind(why)
}

const AHEAD: &str = "
insert into calendar_event (org_id, link_id, booking_item_id)
select distinct link.org_id, link.id, claim.booking_item_id
from calendar_link as link
join claim on claim.resource_id = link.resource_id and claim.released_at is null and claim.ends_at > ?3
where link.org_id = ?1 and link.public_id = ?2 and link.push = 1
on conflict (link_id, booking_item_id)
do update set state = 'DUE', changes = changes + 1, attempts = min(attempts, 1), next_attempt_at = 0";

/// Everything ahead is to be written there.
pub fn write_ahead(org: i64, link: &str, now: Instant) -> Statement {
    sql(AHEAD).bind(org).bind(link).bind(now)
}

const FORGET: &str = "
delete from calendar_event where link_id = (select id from calendar_link where org_id = ?1 and public_id = ?2)";

/// What was written there is left as it is.
pub fn forget(org: i64, link: &str) -> Statement {
    sql(FORGET).bind(org).bind(link)
}

/// An event that needs a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Stuck {
    /// Public id of its link.
    pub link: String,
    /// `bkg_…`.
    pub booking: String,
    /// Its number.
    pub number: Option<String>,
    /// CONFLICT or FAILED, or DUE when it is only late.
    pub state: String,
    /// Why.
    pub failure: Option<String>,
    /// Name of the offering.
    pub name: String,
    /// Starts.
    pub starts_at: i64,
}

const STUCK: &str = "
select link.public_id as link, booking.public_id as booking, booking.number, event.state, event.failure, item.name,
       item.starts_at
from calendar_link as link
join calendar_event as event on event.link_id = link.id and event.failure is not null and event.state <> 'DONE'
join booking_item as item on item.id = event.booking_item_id
join booking on booking.id = item.booking_id
where link.org_id = ?1 and (link.person_id = ?2 or ?3 = 1) and (?4 is null or link.public_id = ?4)
order by item.starts_at, event.id
limit 100";

/// Events that were not written.
pub fn stuck(whose: Whose, only: Option<&str>) -> Statement {
    sql(STUCK).bind(whose.org).bind(whose.person).bind(whose.all).bind(only)
}

const OVERWRITE: &str = "
update calendar_event
set state = 'DUE', changes = changes + 1, attempts = min(attempts, 1), next_attempt_at = 0, failure = null,
    written = case when state = 'CONFLICT' then json_object('overwrite', json('true')) else written end
where link_id = (select id from calendar_link where org_id = ?1 and public_id = ?2)
  and booking_item_id in (select item.id from booking_item as item join booking on booking.id = item.booking_id
                          where booking.org_id = ?1 and booking.public_id = ?3)";

/// Lets our words stand: what somebody changed there is written over.
pub fn overwrite(org: i64, link: &str, booking: &str) -> Statement {
    sql(OVERWRITE).bind(org).bind(link).bind(booking)
}
