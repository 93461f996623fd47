//! The SQL of resources and of times off.

use super::lift::Gap;
use crate::database::{Answers, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

macro_rules! columns {
    () => {
        "id, public_id, kind, name, public, units, weekly, overrides, email, created_at, updated_at"
    };
}

/// A resource.
#[derive(Clone, Debug, Deserialize)]
pub struct Resource {
    /// Row.
    pub id: i64,
    /// `res_…`.
    pub public_id: String,
    /// What sort.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Whether customers may know its name.
    pub public: u8,
    /// How many at once.
    pub units: u32,
    /// Weekly hours: JSON of the engine.
    pub weekly: String,
    /// Dates that differ: JSON of the engine.
    pub overrides: String,
    /// Whom to tell.
    pub email: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it changed last.
    pub updated_at: i64,
}

const LIST: &str = concat!(
    "select ",
    columns!(),
    " from resource where org_id = ?1 and id > ?2 and archived_at is null and (?3 is null or kind = ?3)
     order by id limit ?4"
);

/// Resources after row `after`.
pub fn list(org: i64, kind: Option<&str>, after: i64, limit: i64) -> Statement {
    sql(LIST).bind(org).bind(after).bind(kind).bind(limit)
}

const FIND: &str =
    concat!("select ", columns!(), " from resource where public_id = ?2 and org_id = ?1 and archived_at is null");

/// One of them.
pub fn find(org: i64, id: &str) -> Statement {
    sql(FIND).bind(org).bind(id)
}

const INSERT: &str = concat!(
    "insert into resource (public_id, org_id, kind, name, public, units, weekly, overrides, email, created_at, updated_at)
     values (?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10) returning ",
    columns!()
);

/// A resource that is to be.
pub struct New<'a> {
    /// `res_…`.
    pub public_id: &'a str,
    /// What sort.
    pub kind: &'a str,
    /// Name.
    pub name: &'a str,
    /// Whether customers may know its name.
    pub public: bool,
    /// How many at once.
    pub units: u32,
    /// Weekly hours, JSON.
    pub weekly: &'a str,
    /// Dates that differ, JSON.
    pub overrides: &'a str,
    /// Whom to tell.
    pub email: Option<&'a str>,
}

/// Makes a resource.
pub fn insert(org: i64, new: &New<'_>, now: Instant) -> Statement {
    sql(INSERT)
        .bind(org)
        .bind(new.public_id)
        .bind(new.kind)
        .bind(new.name)
        .bind(new.public)
        .bind(new.units)
        .bind(new.weekly)
        .bind(new.overrides)
        .bind(new.email)
        .bind(now)
}

const UPDATE: &str = concat!(
    "update resource
     set kind = coalesce(?3, kind), name = coalesce(?4, name), public = coalesce(?5, public),
         units = coalesce(?6, units), weekly = coalesce(?7, weekly), overrides = coalesce(?8, overrides),
         email = case when ?9 then ?10 else email end, updated_at = ?11
     where public_id = ?2 and org_id = ?1 and archived_at is null returning ",
    columns!()
);

/// What changes; none stays.
#[derive(Default)]
pub struct Update<'a> {
    /// What sort.
    pub kind: Option<&'a str>,
    /// Name.
    pub name: Option<&'a str>,
    /// Whether customers may know its name.
    pub public: Option<bool>,
    /// How many at once.
    pub units: Option<u32>,
    /// Weekly hours, JSON.
    pub weekly: Option<&'a str>,
    /// Dates that differ, JSON.
    pub overrides: Option<&'a str>,
    /// Whom to tell; an inner none takes it away.
    pub email: Option<Option<&'a str>>,
}

/// Changes a resource.
pub fn update(org: i64, id: &str, update: &Update<'_>, now: Instant) -> Statement {
    sql(UPDATE)
        .bind(org)
        .bind(id)
        .bind(update.kind)
        .bind(update.name)
        .bind(update.public)
        .bind(update.units)
        .bind(update.weekly)
        .bind(update.overrides)
        .bind(update.email.is_some())
        .bind(update.email.flatten())
        .bind(now)
}

const ARCHIVE: &str = "
update resource set archived_at = ?3, updated_at = ?3 where public_id = ?2 and org_id = ?1 and archived_at is null";

/// Puts a resource away; the database refuses while anything needs it. Its row stays for what was booked.
pub fn archive(org: i64, id: &str, now: Instant) -> Statement {
    sql(ARCHIVE).bind(org).bind(id).bind(now)
}

const USED_BY: &str = "
select 'offering' as what, offering.public_id as id, offering.name as name
from resource
join requirement_resource as pool on pool.resource_id = resource.id
join requirement on requirement.id = pool.requirement_id
join offering on offering.id = requirement.offering_id
where resource.public_id = ?2 and resource.org_id = ?1 and offering.status <> 'ARCHIVED'
union
select 'addOn', add_on.public_id, add_on.name
from resource join add_on on add_on.stock_resource_id = resource.id
where resource.public_id = ?2 and resource.org_id = ?1 and add_on.status <> 'ARCHIVED'";

/// Something that needs a resource.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// `offering` or `addOn`.
    pub what: String,
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
}

const CLAIMED: &str = "
select claim.starts_at, claim.ends_at, claim.units, claim.share_offering_id, claim.share_departure_at,
       booking.public_id as booking, booking.number, booking.state, item.starts_at as item_starts_at
from resource
join claim on claim.resource_id = resource.id
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
where resource.public_id = ?2 and resource.org_id = ?1
  and claim.starts_at > ?3 - 2678400 and claim.ends_at > ?3
  and claim.released_at is null and (claim.held_until is null or claim.held_until > ?3)
order by claim.starts_at, claim.id
limit 2000";

/// A claim that still counts, and whose it is.
#[derive(Clone, Debug, Deserialize)]
pub struct Claimed {
    /// From.
    pub starts_at: i64,
    /// To.
    pub ends_at: i64,
    /// How much.
    pub units: u32,
    /// Offering of the departure that shares it.
    pub share_offering_id: Option<i64>,
    /// That departure.
    pub share_departure_at: Option<i64>,
    /// `bkg_…`.
    pub booking: String,
    /// Its number.
    pub number: Option<String>,
    /// Its state.
    pub state: String,
    /// When the item starts.
    pub item_starts_at: i64,
}

/// Who needs a resource, and which bookings hold it from now on: two statements, for [`used_by`].
pub fn usage(org: i64, id: &str, now: Instant) -> [Statement; 2] {
    [sql(USED_BY).bind(org).bind(id), sql(CLAIMED).bind(org).bind(id).bind(now)]
}

/// Takes the answers of [`usage`].
pub fn used_by(answers: &mut Answers) -> Result<(Vec<User>, Vec<Claimed>), StoreError> {
    Ok((answers.all()?, answers.all()?))
}

macro_rules! block_columns {
    () => {
        "id, public_id, starts_at, ends_at, from_date, to_date, reason, created_at, link_id is not null as linked"
    };
}

/// A time off.
#[derive(Clone, Debug, Deserialize)]
pub struct Block {
    /// Row.
    pub id: i64,
    /// `blk_…`.
    pub public_id: String,
    /// A span: from.
    pub starts_at: Option<i64>,
    /// A span: to.
    pub ends_at: Option<i64>,
    /// Whole dates: the first.
    pub from_date: Option<String>,
    /// Whole dates: the last.
    pub to_date: Option<String>,
    /// For staff.
    pub reason: String,
    /// When it was made.
    pub created_at: i64,
    /// It was read from a calendar elsewhere, and goes when it goes there.
    #[serde(default)]
    pub linked: u8,
}

/// Whose time off: a resource's (public id), or the whole venue's.
pub type Whose<'a> = Option<&'a str>;

const BLOCKS: &str = concat!(
    "select ",
    block_columns!(),
    " from block
     where org_id = ?1 and resource_id = (select id from resource where public_id = ?2 and org_id = ?1)
       and id > ?3 order by id limit ?4"
);
const VENUE_BLOCKS: &str = concat!(
    "select ",
    block_columns!(),
    " from block where org_id = ?1 and resource_id is null and ?2 is null and id > ?3 order by id limit ?4"
);

/// Times off after row `after`.
pub fn blocks(org: i64, whose: Whose<'_>, after: i64, limit: i64) -> Statement {
    let text = if whose.is_some() { BLOCKS } else { VENUE_BLOCKS };
    sql(text).bind(org).bind(whose).bind(after).bind(limit)
}

const INSERT_BLOCK: &str = concat!(
    "insert into block (public_id, org_id, resource_id, starts_at, ends_at, from_date, to_date, reason, created_at)
     select ?3, ?1, resource.id, ?4, ?5, ?6, ?7, ?8, ?9
     from resource where resource.public_id = ?2 and resource.org_id = ?1 and resource.archived_at is null returning ",
    block_columns!()
);
const INSERT_VENUE_BLOCK: &str = concat!(
    "insert into block (public_id, org_id, resource_id, starts_at, ends_at, from_date, to_date, reason, created_at)
     values (?3, ?1, ?2, ?4, ?5, ?6, ?7, ?8, ?9) returning ",
    block_columns!()
);

/// A time off that is to be: a span, or dates.
pub struct NewBlock<'a> {
    /// `blk_…`.
    pub public_id: &'a str,
    /// A span.
    pub span: Option<(Instant, Instant)>,
    /// Whole dates, both included.
    pub dates: Option<(String, String)>,
    /// For staff.
    pub reason: &'a str,
}

impl NewBlock<'_> {
    /// As it is read once it was written.
    pub fn row(&self, now: Instant) -> Block {
        Block {
            id: 0,
            public_id: self.public_id.to_owned(),
            starts_at: self.span.map(|(from, _)| from.0),
            ends_at: self.span.map(|(_, to)| to.0),
            from_date: self.dates.as_ref().map(|(from, _)| from.clone()),
            to_date: self.dates.as_ref().map(|(_, to)| to.clone()),
            reason: self.reason.to_owned(),
            created_at: now.0,
            linked: 0,
        }
    }
}

/// Makes a time off.
pub fn insert_block(org: i64, whose: Whose<'_>, new: &NewBlock<'_>, now: Instant) -> Statement {
    let text = if whose.is_some() { INSERT_BLOCK } else { INSERT_VENUE_BLOCK };
    sql(text)
        .bind(org)
        .bind(whose)
        .bind(new.public_id)
        .bind(new.span.map(|(from, _)| from))
        .bind(new.span.map(|(_, to)| to))
        .bind(new.dates.as_ref().map(|(from, _)| from.as_str()))
        .bind(new.dates.as_ref().map(|(_, to)| to.as_str()))
        .bind(new.reason)
        .bind(now)
}

const DELETE_BLOCK: &str = "
delete from block
where public_id = ?3 and org_id = ?1 and link_id is null
  and resource_id is (select id from resource where public_id = ?2 and org_id = ?1)";

/// Takes a time off away, unless it came from a calendar elsewhere.
pub fn delete_block(org: i64, whose: Whose<'_>, block: &str) -> Statement {
    sql(DELETE_BLOCK).bind(org).bind(whose).bind(block)
}

const ROOM_BLOCKS: &str = "
select block.id, block.public_id, block.starts_at, block.ends_at, block.from_date, block.to_date, block.reason,
       block.created_at, block.resource_id is null as of_house,
       (select json_group_array(distinct offering.public_id)
        from requirement_resource as pool
        join requirement on requirement.id = pool.requirement_id
        join offering on offering.id = requirement.offering_id
        where pool.resource_id = block.resource_id and offering.kind = 'ROOM' and offering.status <> 'ARCHIVED') as rooms
from block
where block.org_id = ?1
  and (block.resource_id is null or (select kind from resource where resource.id = block.resource_id) = 'ROOM')
  and (ends_at is null or ends_at > ?2) and (starts_at is null or starts_at < ?3)
  and (to_date is null or to_date >= ?4) and (from_date is null or from_date <= ?5)
order by block.id
limit 500";

/// A time off of the whole venue, or of a room.
#[derive(Clone, Debug, Deserialize)]
pub struct RoomBlock {
    /// It.
    #[serde(flatten)]
    pub block: Block,
    /// Of the whole venue.
    pub of_house: u8,
    /// JSON array of public ids of the offerings that are in that room; empty for the whole venue.
    pub rooms: String,
}

/// Times off of the venue and of rooms that touch a span and its dates. Answers [`RoomBlock`]s.
pub fn room_blocks(org: i64, (from, to): (Instant, Instant), (first, last): (&str, &str)) -> Statement {
    sql(ROOM_BLOCKS).bind(org).bind(from).bind(to).bind(first).bind(last)
}

const DELETE_ROOM_BLOCK: &str = "
delete from block
where public_id = ?2 and org_id = ?1 and link_id is null
  and (resource_id is null or (select kind from resource where resource.id = block.resource_id) = 'ROOM')";

/// Takes a time off of the venue, or of a room, away, unless it came from a calendar elsewhere.
pub fn delete_room_block(org: i64, block: &str) -> Statement {
    sql(DELETE_ROOM_BLOCK).bind(org).bind(block)
}

/// A member's own calendar.
#[derive(Debug, Deserialize)]
pub struct Own {
    /// `res_…`.
    pub public_id: String,
}

const OWN: &str = "
select resource.public_id
from member
join resource on resource.id = member.resource_id and resource.org_id = member.org_id
where member.org_id = ?1 and member.person_id = ?2 and resource.archived_at is null";

/// The calendar of a member (row of the person). Answers an [`Own`].
pub fn own(org: i64, person: i64) -> Statement {
    sql(OWN).bind(org).bind(person)
}

const TOUCHING: &str = concat!(
    "select ",
    block_columns!(),
    " from block
      where org_id = ?1 and resource_id = (select id from resource where public_id = ?2 and org_id = ?1)
        and link_id is null
        and (ends_at is null or ends_at > ?3) and (starts_at is null or starts_at < ?4)
        and (to_date is null or to_date >= ?5) and (from_date is null or from_date <= ?5)
      order by id
      limit 100"
);

/// Times off of a resource that a gap may touch, but for those from calendars elsewhere. Answers [`Block`]s.
pub fn touching(org: i64, resource: &str, gap: &Gap) -> Statement {
    let (from, to) = gap.span();
    sql(TOUCHING).bind(org).bind(resource).bind(from).bind(to).bind(gap.date.to_string())
}

const DELETE_SAME_BLOCK: &str = "
delete from block
where org_id = ?1 and resource_id = (select id from resource where public_id = ?2 and org_id = ?1)
  and starts_at is ?3 and ends_at is ?4 and from_date is ?5 and to_date is ?6 and link_id is null";

/// Takes times off away that are exactly this one.
pub fn delete_same_block(
    org: i64,
    resource: &str,
    span: Option<(Instant, Instant)>,
    dates: Option<&(String, String)>,
) -> Statement {
    sql(DELETE_SAME_BLOCK)
        .bind(org)
        .bind(resource)
        .bind(span.map(|(from, _)| from))
        .bind(span.map(|(_, to)| to))
        .bind(dates.map(|(from, _)| from.as_str()))
        .bind(dates.map(|(_, to)| to.as_str()))
}

/// What an add-on runs out of.
#[derive(Debug, Deserialize)]
pub struct Stock {
    /// `res_…`.
    pub public_id: String,
    /// Name of the add-on.
    pub name: String,
    /// How many there are.
    pub units: i64,
}

const STOCK: &str = "
select resource.public_id, add_on.name, resource.units
from add_on
join resource on resource.id = add_on.stock_resource_id and resource.org_id = add_on.org_id
where add_on.org_id = ?1 and add_on.public_id = ?2";

/// The stock of an add-on (public id). Answers a [`Stock`].
pub fn stock(org: i64, add_on: &str) -> Statement {
    sql(STOCK).bind(org).bind(add_on)
}

const RESTOCK: &str = "
update resource set units = ?3, updated_at = ?5 where org_id = ?1 and public_id = ?2 and units = ?4";

/// Sets a stock that is still what was read.
pub fn restock(org: i64, stock: &Stock, units: i64, now: Instant) -> Statement {
    sql(RESTOCK).bind(org).bind(stock.public_id.as_str()).bind(units).bind(stock.units).bind(now)
}
