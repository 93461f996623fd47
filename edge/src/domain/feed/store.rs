//! The SQL of feeds.

use super::Scope;
use crate::database::{Database, Statement, StoreError, sql};
use crate::ical::staff::Booked;
use serde::Deserialize;
use shared::zone::Instant;

/// Feeds of one organization.
pub const MOST: i64 = 200;

/// Events of one feed.
const MOST_ITEMS: i64 = 5_000;

/// A feed.
#[derive(Clone, Debug, Deserialize)]
pub struct Feed {
    /// Row.
    pub id: i64,
    /// `feed_…`.
    pub public_id: String,
    /// PERSON, RESOURCE or ORGANIZATION.
    pub scope: String,
    /// Public id of its maker.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// Public id of its resource.
    pub resource: Option<String>,
    /// Name of its resource.
    pub resource_name: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When its address changed.
    pub rotated_at: Option<i64>,
}

macro_rules! feeds {
    ($where:literal) => {
        concat!(
            "select feed.id, feed.public_id, feed.scope, person.public_id as person, person.name as person_name,
                    resource.public_id as resource, resource.name as resource_name, feed.created_at, feed.rotated_at
             from feed
             join person on person.id = feed.person_id
             left join resource on resource.id = feed.resource_id
             where feed.org_id = ?1 and (feed.person_id = ?2 or ?3 = 1) and ",
            $where
        )
    };
}

/// Whose feeds: one's own, or with `all` everybody's.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// Row of the organization.
    pub org: i64,
    /// Row of the person.
    pub person: i64,
    /// Whoever runs the organization sees and ends all of them.
    pub all: bool,
}

const LIST: &str = feeds!("feed.id > ?4 order by feed.id limit ?5");

/// Feeds after row `after`.
pub fn list(whose: Whose, after: i64, limit: i64) -> Statement {
    sql(LIST).bind(whose.org).bind(whose.person).bind(whose.all).bind(after).bind(limit)
}

const FIND: &str = feeds!("feed.public_id = ?4");

/// One of them.
pub fn find(whose: Whose, id: &str) -> Statement {
    sql(FIND).bind(whose.org).bind(whose.person).bind(whose.all).bind(id)
}

const INSERT: &str = "
insert into feed (public_id, org_id, person_id, scope, resource_id, token_hash, created_at)
select ?3, ?1, ?2, ?4, (select id from resource where public_id = ?5 and org_id = ?1), ?6, ?7
where (?5 is null or exists (select 1 from resource where public_id = ?5 and org_id = ?1 and archived_at is null))
  and (select count(*) from feed where org_id = ?1) < ?8";

/// Makes a feed: it has to change a row, otherwise there is no such resource or there are too many.
pub fn insert(org: i64, person: i64, id: &str, scope: Scope<'_>, token_hash: &str, now: Instant) -> Statement {
    sql(INSERT)
        .bind(org)
        .bind(person)
        .bind(id)
        .bind(scope.as_str())
        .bind(scope.resource())
        .bind(token_hash)
        .bind(now)
        .bind(MOST)
}

const ROTATE: &str = "
update feed set token_hash = ?5, rotated_at = ?6
where org_id = ?1 and (person_id = ?2 or ?3 = 1) and public_id = ?4";

/// Gives a feed another address; the one before is nobody's any more.
pub fn rotate(whose: Whose, id: &str, token_hash: &str, now: Instant) -> Statement {
    sql(ROTATE).bind(whose.org).bind(whose.person).bind(whose.all).bind(id).bind(token_hash).bind(now)
}

const REMOVE: &str = "delete from feed where org_id = ?1 and (person_id = ?2 or ?3 = 1) and public_id = ?4";

/// Ends a feed.
pub fn remove(whose: Whose, id: &str) -> Statement {
    sql(REMOVE).bind(whose.org).bind(whose.person).bind(whose.all).bind(id)
}

/// A feed that is being read.
#[derive(Debug, Deserialize)]
pub struct Opened {
    /// Public id of the organization.
    pub org: String,
    /// Its name.
    pub org_name: String,
    /// IANA zone.
    pub timezone: String,
    /// Name of its resource, where it is of one.
    pub resource_name: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// A feed works as long as whoever made it works there.
macro_rules! opened {
    () => {
        "from feed
         join member on member.org_id = feed.org_id and member.person_id = feed.person_id
           and member.role in ('OWNER', 'ADMIN', 'STAFF')
         join org on org.id = feed.org_id and org.closed_at is null"
    };
}

const OPEN: &str = concat!(
    "select org.public_id as org, org.name as org_name, org.timezone, resource.name as resource_name, feed.created_at ",
    opened!(),
    " left join resource on resource.id = case feed.scope when 'PERSON' then member.resource_id else feed.resource_id end
      where feed.token_hash = ?1"
);

const ITEMS: &str = concat!(
    "select booking.public_id as booking, booking.number, booking.state, booking.version, booking.updated_at,
            booking.contact_name, item.position, item.name, item.starts_at, item.ends_at, item.party ",
    opened!(),
    " join booking_item as item on item.org_id = feed.org_id and item.starts_at > ?2 and item.starts_at < ?3
      join booking on booking.id = item.booking_id and booking.state in ('CONFIRMED', 'COMPLETED', 'AWAITING_APPROVAL')
      where feed.token_hash = ?1
        and (feed.scope = 'ORGANIZATION' or exists (
            select 1 from claim
            where claim.booking_item_id = item.id
              and claim.resource_id = case feed.scope when 'PERSON' then member.resource_id else feed.resource_id end
              and (claim.released_at is null or booking.state = 'COMPLETED')))
      order by item.starts_at, item.id
      limit ?4"
);

/// Reads a feed by its token: whose it is and what it tells. One round trip.
pub async fn open(
    database: &Database,
    token_hash: &str,
    (from, to): (Instant, Instant),
) -> Result<Option<(Opened, Vec<Booked>)>, StoreError> {
    let items = sql(ITEMS).bind(token_hash).bind(from).bind(to).bind(MOST_ITEMS);
    let mut answers = database.read(vec![sql(OPEN).bind(token_hash), items]).await?;
    let Some(opened) = answers.first()? else { return Ok(None) };
    Ok(Some((opened, answers.all()?)))
}
