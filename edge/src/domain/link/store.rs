//! The SQL of links.

use crate::database::{Statement, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// Links of one organization.
pub const MOST: i64 = 200;

macro_rules! columns {
    () => {
        "link.id, link.public_id, link.org_id, person.public_id as person, person.name as person_name,
         link.resource_id, resource.public_id as resource, resource.name as resource_name, link.kind, link.name, link.host,
         link.sealed, link.push, link.busy, link.cursor, link.modified, link.read_at, link.read_whole_at, link.unreadable,
         link.failures, link.failing_since, link.failure, link.created_at, org.timezone"
    };
}
macro_rules! links {
    () => {
        "from calendar_link as link
         join org on org.id = link.org_id
         join person on person.id = link.person_id
         join resource on resource.id = link.resource_id"
    };
}

/// A link.
#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    /// Row.
    pub id: i64,
    /// `cln_…`.
    pub public_id: String,
    /// Row of the organization.
    pub org_id: i64,
    /// Its zone.
    pub timezone: String,
    /// Public id of whoever made it.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// Row of its resource.
    pub resource_id: i64,
    /// Public id of its resource.
    pub resource: String,
    /// Its name.
    pub resource_name: String,
    /// CALDAV or ICS.
    pub kind: String,
    /// For people.
    pub name: String,
    /// Where it is.
    pub host: String,
    /// The account.
    pub sealed: String,
    /// Bookings are written there.
    pub push: u8,
    /// Busy times are read from there.
    pub busy: u8,
    /// What was read last.
    pub cursor: Option<String>,
    /// What the server says of when that changed.
    pub modified: Option<String>,
    /// When it was read.
    pub read_at: Option<i64>,
    /// When all of it was.
    pub read_whole_at: Option<i64>,
    /// Entries that could not be read.
    pub unreadable: u32,
    /// Failures in a row.
    pub failures: u32,
    /// Since when.
    pub failing_since: Option<i64>,
    /// The last one.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// Whose links: one's own, or with `all` everybody's.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// Row of the organization.
    pub org: i64,
    /// Row of the person.
    pub person: i64,
    /// Whoever runs the organization.
    pub all: bool,
}

const LIST: &str = concat!(
    "select ",
    columns!(),
    " ",
    links!(),
    " where link.org_id = ?1 and (link.person_id = ?2 or ?3 = 1) and link.id > ?4 order by link.id limit ?5"
);
const FIND: &str = concat!(
    "select ",
    columns!(),
    " ",
    links!(),
    " where link.org_id = ?1 and (link.person_id = ?2 or ?3 = 1) and link.public_id = ?4"
);

/// Links after row `after`.
pub fn list(whose: Whose, after: i64, limit: i64) -> Statement {
    sql(LIST).bind(whose.org).bind(whose.person).bind(whose.all).bind(after).bind(limit)
}

/// One of them.
pub fn find(whose: Whose, id: &str) -> Statement {
    sql(FIND).bind(whose.org).bind(whose.person).bind(whose.all).bind(id)
}

/// A link that is to be.
pub struct New<'a> {
    /// `cln_…`.
    pub public_id: &'a str,
    /// Row of whoever makes it.
    pub person: i64,
    /// Public id of its resource; none takes the person's own calendar.
    pub resource: Option<&'a str>,
    /// CALDAV or ICS.
    pub kind: &'a str,
    /// For people.
    pub name: &'a str,
    /// Where it is.
    pub host: &'a str,
    /// The account.
    pub sealed: &'a str,
    /// Write bookings.
    pub push: bool,
    /// Read busy times.
    pub busy: bool,
}

const INSERT: &str = "
insert into calendar_link (public_id, org_id, person_id, resource_id, kind, name, host, sealed, push, busy, next_read_at,
                           created_at, updated_at)
select ?3, ?1, ?2, resource.id, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?11
from resource
where resource.org_id = ?1 and resource.archived_at is null
  and (resource.public_id = ?4 or ?4 is null and resource.id = (
      select resource_id from member where org_id = ?1 and person_id = ?2))
  and (select count(*) from calendar_link where org_id = ?1) < ?12";

/// Makes a link: it has to change a row, otherwise there is no such resource or there are too many.
pub fn insert(org: i64, new: &New<'_>, now: Instant) -> Statement {
    sql(INSERT)
        .bind(org)
        .bind(new.person)
        .bind(new.public_id)
        .bind(new.resource)
        .bind(new.kind)
        .bind(new.name)
        .bind(new.host)
        .bind(new.sealed)
        .bind(new.push)
        .bind(new.busy)
        .bind(now)
        .bind(MOST)
}

const ADOPT: &str = "
update member set resource_id = (select id from resource where public_id = ?3 and org_id = ?1)
where org_id = ?1 and person_id = ?2 and resource_id is null";

/// A resource whose bookings go into somebody's own calendar is that calendar, if they had none.
pub fn adopt(org: i64, person: i64, resource: &str) -> Statement {
    sql(ADOPT).bind(org).bind(person).bind(resource)
}

const UPDATE: &str = "
update calendar_link
set name = ?3, sealed = ?4, host = ?5, push = ?6, busy = ?7, updated_at = ?8, next_read_at = ?8, failures = 0,
    failing_since = null, failure = null, cursor = case when ?9 then null else cursor end,
    modified = case when ?9 then null else modified end, read_whole_at = case when ?9 then null else read_whole_at end
where org_id = ?1 and public_id = ?2";

/// Changes a link. With `afresh` it is read as if for the first time.
pub fn update(link: &Link, afresh: bool, now: Instant) -> Statement {
    sql(UPDATE)
        .bind(link.org_id)
        .bind(link.public_id.as_str())
        .bind(link.name.as_str())
        .bind(link.sealed.as_str())
        .bind(link.host.as_str())
        .bind(i64::from(link.push))
        .bind(i64::from(link.busy))
        .bind(now)
        .bind(afresh)
}

const REMOVE: &str = "delete from calendar_link where org_id = ?1 and public_id = ?2";

/// Ends a link, and with it the times off that were read from there.
pub fn remove(org: i64, id: &str) -> Statement {
    sql(REMOVE).bind(org).bind(id)
}

const TAKE: &str = "
update calendar_link set lease_until = ?1 + ?2
where id in (select id from calendar_link
             where busy = 1 and next_read_at <= ?1 and lease_until <= ?1 and (?3 is null or public_id = ?3)
             order by next_read_at limit ?4)
returning id";
const TAKEN: &str =
    concat!("select ", columns!(), " ", links!(), " where link.id in (select value from json_each(?1))");

/// So long a reader may be at it, in seconds.
const LEASE: i64 = 120;

/// Takes links that are due, or one of them if it is. Answers their rows.
pub fn take(only: Option<&str>, limit: i64, now: Instant) -> Statement {
    sql(TAKE).bind(now).bind(LEASE).bind(only).bind(limit)
}

/// Those links.
pub fn taken(ids: &[i64]) -> Statement {
    sql(TAKEN).bind(serde_json::to_string(ids).unwrap_or_default())
}

/// A row's number.
#[derive(Debug, Deserialize)]
pub struct Id {
    /// Row.
    pub id: i64,
}

const HURRY: &str = "update calendar_link set next_read_at = ?3 where org_id = ?1 and public_id = ?2";

/// Lets a link be read at once.
pub fn hurry(org: i64, id: &str, now: Instant) -> Statement {
    sql(HURRY).bind(org).bind(id).bind(now)
}

const FAILED: &str = "
update calendar_link
set failures = failures + 1, failing_since = coalesce(failing_since, ?2), failure = ?3, next_read_at = ?4, lease_until = 0
where id = ?1";

/// It could not be read; what was read before stays.
pub fn failed(id: i64, why: &str, again: Instant, now: Instant) -> Statement {
    sql(FAILED).bind(id).bind(now).bind(why).bind(again)
}
