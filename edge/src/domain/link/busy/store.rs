//! The SQL of times off that are read from linked calendars.

use crate::database::{Statement, sql};
use crate::domain::link::store::Link;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::zone::{Instant, Span};

/// Times off of one link.
pub const MOST: usize = 3_000;

/// When an entry of the calendar is busy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BusyObject {
    /// Which.
    pub object: String,
    /// Its times; none when it is gone.
    pub spans: Vec<Span>,
}

const REMOVE: &str = "
delete from block
where link_id = ?1
  and (?2 = 1 or link_object in (select value ->> 'object' from json_each(?3)))
  and not exists (
      select 1 from json_each(?4) as one
      where one.value ->> 'object' = link_object and one.value ->> 'from' = starts_at and one.value ->> 'to' = ends_at)";

const ADD: &str = "
insert into block (public_id, org_id, resource_id, starts_at, ends_at, reason, created_at, link_id, link_object)
select 'blk_' || lower(hex(randomblob(16))), link.org_id, link.resource_id, one.value ->> 'from', one.value ->> 'to',
       'Busy: ' || link.name, cast(?3 as integer), link.id, one.value ->> 'object'
from calendar_link as link, json_each(?2) as one
where link.id = ?1 and link.busy = 1
  and not exists (
      select 1 from block
      where block.link_id = link.id and block.link_object = one.value ->> 'object'
        and block.starts_at = one.value ->> 'from' and block.ends_at = one.value ->> 'to')";

/// Brings the times off of a link up to date; what stays as it was is not touched. `whole` says that there are no others.
/// Two statements, the first takes away and the second adds.
pub fn replace(link: i64, objects: &[BusyObject], whole: bool, now: Instant) -> [Statement; 2] {
    let named = objects.iter().map(|object| json!({ "object": object.object }));
    let spans = objects.iter().flat_map(|object| {
        object.spans.iter().map(|span| json!({ "object": object.object, "from": span.starts_at, "to": span.ends_at }))
    });
    let spans = Value::from_iter(spans.take(MOST)).to_string();
    [
        sql(REMOVE).bind(link).bind(whole).bind(Value::from_iter(named).to_string()).bind(spans.as_str()),
        sql(ADD).bind(link).bind(spans).bind(now),
    ]
}

const COUNT_CHANGED: &str = "
select (select count(*) from block where link_id = ?1) as count, (select max(id) from block where link_id = ?1) as newest";

/// What tells two readings apart.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Mark {
    /// How many.
    pub count: i64,
    /// Row of the newest.
    pub newest: Option<i64>,
}

/// Asked before and after, it says whether anything changed. Answers a [`Mark`].
pub fn mark(link: i64) -> Statement {
    sql(COUNT_CHANGED).bind(link)
}

const CLEAR: &str =
    "delete from block where link_id = (select id from calendar_link where org_id = ?1 and public_id = ?2)";

/// Forgets what was read.
pub fn clear(org: i64, link: &str) -> Statement {
    sql(CLEAR).bind(org).bind(link)
}

const READ: &str = "
update calendar_link
set cursor = ?2, modified = ?3, read_at = ?4, read_whole_at = case when ?5 then ?4 else read_whole_at end,
    unreadable = case when ?5 then ?6 else unreadable + ?6 end, failures = 0, failing_since = null, failure = null,
    next_read_at = ?7, lease_until = 0
where id = ?1";

/// What a reading came to.
pub struct Reading<'a> {
    /// For the next one.
    pub cursor: Option<&'a str>,
    /// The same, as a date.
    pub modified: Option<&'a str>,
    /// All of it was read.
    pub whole: bool,
    /// Entries that could not be read.
    pub unreadable: u32,
    /// When the next one is.
    pub again: Instant,
}

/// It was read.
pub fn read(link: &Link, reading: &Reading<'_>, now: Instant) -> Statement {
    sql(READ)
        .bind(link.id)
        .bind(reading.cursor)
        .bind(reading.modified)
        .bind(now)
        .bind(reading.whole)
        .bind(reading.unreadable)
        .bind(reading.again)
}

const OURS: &str = "
select distinct booking.public_id || '-' || item.position || '@daymark' as uid
from json_each(?2) as one
join booking on booking.public_id = one.value
join booking_item as item on item.booking_id = booking.id
join claim on claim.booking_item_id = item.id and claim.resource_id = ?1";

/// A name in a calendar.
#[derive(Debug, Deserialize)]
pub struct Uid {
    /// It.
    pub uid: String,
}

/// Names under which a resource's own bookings stand in calendars, of these bookings (public ids).
pub fn ours(resource: i64, bookings: &[String]) -> Statement {
    sql(OURS).bind(resource).bind(Value::from(bookings).to_string())
}
