//! The SQL of waiting lists.

use crate::database::{Statement, StoreError, sql};
use crate::domain::booking::order::Contact;
use crate::domain::booking::source::Source;
use crate::domain::booking::store::to_json;
use serde::Deserialize;
use shared::zone::Instant;

/// Somebody who waits.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    pub id: i64,
    pub public_id: String,
    pub org_id: i64,
    /// Public id.
    pub offering: String,
    /// Its name.
    pub offering_name: String,
    pub timezone: String,
    pub settings: String,
    pub starts_at: i64,
    pub party: String,
    pub length: Option<u32>,
    pub private: u8,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub locale: Option<String>,
    /// JSON.
    pub source: Option<String>,
    pub state: String,
    pub offered_at: Option<i64>,
    pub offer_until: Option<i64>,
    /// Public id of the hold, or of the booking that it became.
    pub booking: Option<String>,
    pub created_at: i64,
}

macro_rules! entries {
    ($($which:literal),+) => {
        concat!(
            "select entry.id, entry.public_id, entry.org_id, offering.public_id as offering, offering.name as offering_name,
                    org.timezone, org.settings, entry.starts_at, entry.party, entry.length, entry.private, entry.name,
                    entry.email, entry.phone, entry.locale, entry.source, entry.state, entry.offered_at, entry.offer_until,
                    booking.public_id as booking, entry.created_at
             from waiting_entry as entry
             join offering on offering.id = entry.offering_id
             join org on org.id = entry.org_id
             left join booking on booking.id = entry.booking_id ",
            $($which),+
        )
    };
}

const QUEUE: &str = entries!(
    "where entry.offering_id = (select id from offering where public_id = ?1) and entry.starts_at = ?2
       and entry.state = 'WAITING'
     order by entry.id limit ?3"
);

/// Who waits for a start, who came first first.
pub fn queue(offering: &str, starts_at: Instant, limit: i64) -> Statement {
    sql(QUEUE).bind(offering).bind(starts_at).bind(limit)
}

const LIST: &str = entries!(
    "where entry.org_id = ?1 and entry.id > ?2
       and (?3 is null or offering.public_id = ?3)
       and case when ?4 is null then entry.state in ('WAITING', 'OFFERED') else entry.state = ?4 end
     order by entry.id limit ?5"
);

/// An organization's list, who came first first.
pub fn list(org: i64, after: i64, offering: Option<&str>, state: Option<&str>, limit: i64) -> Statement {
    sql(LIST).bind(org).bind(after).bind(offering).bind(state).bind(limit)
}

const BY_ID: &str = entries!("where entry.public_id = ?1 and entry.org_id = ?2");

/// One of an organization's.
pub fn by_id(org: i64, id: &str) -> Statement {
    sql(BY_ID).bind(id).bind(org)
}

const BY_TOKEN: &str = entries!("where entry.token_hash = ?1");

/// By the link that was sent.
pub fn by_token(hash: &str) -> Statement {
    sql(BY_TOKEN).bind(hash)
}

const JOIN: &str = "
insert into waiting_entry (public_id, org_id, offering_id, starts_at, party, length, private, name, email, phone, locale,
  created_at, updated_at, source)
select ?1, org_id, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12 from offering where public_id = ?2";

/// What somebody waits for.
pub struct Joining<'a> {
    pub public_id: &'a str,
    pub offering: &'a str,
    pub starts_at: Instant,
    /// JSON.
    pub party: &'a str,
    pub length: Option<u32>,
    pub private: bool,
    pub contact: &'a Contact,
    pub locale: Option<&'a str>,
    pub source: Option<&'a Source>,
}

/// Puts somebody at the end of the queue.
pub fn join(joining: &Joining<'_>, now: Instant) -> Result<Statement, StoreError> {
    Ok(sql(JOIN)
        .bind(joining.public_id)
        .bind(joining.offering)
        .bind(joining.starts_at)
        .bind(joining.party)
        .bind(joining.length)
        .bind(joining.private)
        .bind(joining.contact.name.as_str())
        .bind(joining.contact.email.as_str())
        .bind(joining.contact.phone.clone())
        .bind(joining.locale)
        .bind(now)
        .bind(joining.source.map(to_json).transpose()?))
}

const OFFER: &str = "
update waiting_entry
set state = 'OFFERED', booking_id = (select id from booking where public_id = ?2), token_hash = ?3, token_sealed = ?4,
    offered_at = ?5, offer_until = ?6, updated_at = ?5
where id = ?1 and state = 'WAITING'";

/// Offers somebody the seats that a hold has for them.
pub fn offer(
    entry: i64,
    hold: &str,
    token_hash: &str,
    token_sealed: Option<&str>,
    now: Instant,
    until: Instant,
) -> Statement {
    sql(OFFER).bind(entry).bind(hold).bind(token_hash).bind(token_sealed).bind(now).bind(until)
}

const REMOVE: &str = "
update waiting_entry set state = 'REMOVED', updated_at = ?3
where org_id = ?1 and public_id = ?2 and state in ('WAITING', 'OFFERED')";

/// Takes somebody off the list.
pub fn remove(org: i64, id: &str, now: Instant) -> Statement {
    sql(REMOVE).bind(org).bind(id).bind(now)
}

const LAPSE: &str = "
update waiting_entry set state = 'LAPSED', updated_at = ?1
where id in (select id from waiting_entry where state = 'WAITING' and looked_at >= 0 and starts_at <= ?1 limit ?2)";

/// Nobody waits for what has begun.
pub fn lapse(now: Instant, limit: i64) -> Statement {
    sql(LAPSE).bind(now).bind(limit)
}

/// A start that somebody waits for.
#[derive(Debug, Deserialize)]
pub struct Awaited {
    /// Public id.
    pub offering: String,
    pub starts_at: i64,
}

/// Those that were looked at longest ago.
const AWAITED: &str = "
update waiting_entry set looked_at = ?1
where id in (select id from waiting_entry where state = 'WAITING' and looked_at < ?1 order by looked_at, id limit ?2)
returning (select public_id from offering where offering.id = waiting_entry.offering_id) as offering, starts_at";

/// Starts that are to be looked at, each once.
pub fn awaited(now: Instant, limit: i64) -> Statement {
    sql(AWAITED).bind(now).bind(limit)
}

const AHEAD: &str = "
select count(*) as ahead from waiting_entry
where offering_id = (select id from offering where public_id = ?1) and starts_at = ?2 and state = 'WAITING'";

/// How many wait already.
#[derive(Deserialize)]
pub struct Ahead {
    pub ahead: i64,
}

/// How many wait for a start.
pub fn ahead(offering: &str, starts_at: Instant) -> Statement {
    sql(AHEAD).bind(offering).bind(starts_at)
}
