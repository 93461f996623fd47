//! The SQL of clashes.

use crate::database::{Statement, sql};
use crate::domain::link::store::Whose;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::zone::Instant;

/// A booking on a resource that is busy elsewhere at that time.
#[derive(Clone, Debug, Deserialize)]
pub struct Clash {
    /// Public id of the link.
    pub link: String,
    /// `bkg_…`.
    pub booking: String,
    /// Its number.
    pub number: Option<String>,
    /// Its state.
    pub state: String,
    /// Who booked.
    pub contact_name: Option<String>,
    /// Name of the offering.
    pub name: String,
    /// The booking's item starts.
    pub starts_at: i64,
    /// And ends.
    pub ends_at: i64,
    /// Busy from.
    pub busy_from: i64,
    /// Busy to.
    pub busy_to: i64,
}

const CLASHES: &str = "
select link.public_id as link, booking.public_id as booking, booking.number, booking.state, booking.contact_name, item.name,
       item.starts_at, item.ends_at, min(block.starts_at) as busy_from, max(block.ends_at) as busy_to
from calendar_link as link
join block on block.link_id = link.id and block.ends_at > ?4
join claim on claim.resource_id = link.resource_id and claim.starts_at > block.starts_at - 2678400
  and claim.starts_at < block.ends_at and claim.ends_at > block.starts_at and claim.released_at is null
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id and booking.state in ('CONFIRMED', 'AWAITING_APPROVAL')
where link.org_id = ?1 and (link.person_id = ?2 or ?3 = 1) and (?5 is null or link.public_id = ?5)
group by link.id, item.id
order by item.starts_at, item.id
limit 100";

/// Bookings that clash with what was read, the soonest first.
pub fn clashes(whose: Whose, only: Option<&str>, now: Instant) -> Statement {
    sql(CLASHES).bind(whose.org).bind(whose.person).bind(whose.all).bind(now).bind(only)
}

/// A clash that nobody was written to about.
#[derive(Clone, Debug, Deserialize)]
pub struct Untold {
    /// Row of the item.
    pub item: i64,
    /// Name of the offering.
    pub name: String,
    /// Starts.
    pub starts_at: i64,
    /// Ends.
    pub ends_at: i64,
}

const UNTOLD: &str = "
select item.id as item, item.name, item.starts_at, item.ends_at
from calendar_link as link
join block on block.link_id = link.id and block.ends_at > ?2
join claim on claim.resource_id = link.resource_id and claim.starts_at > block.starts_at - 2678400
  and claim.starts_at < block.ends_at and claim.ends_at > block.starts_at and claim.released_at is null
join booking_item as item on item.id = claim.booking_item_id and item.ends_at > ?2
join booking on booking.id = item.booking_id and booking.state in ('CONFIRMED', 'AWAITING_APPROVAL')
where link.id = ?1
  and not exists (
      select 1 from clash_told as told
      where told.link_id = link.id and told.booking_item_id = item.id and told.starts_at = item.starts_at)
group by item.id
order by item.starts_at, item.id
limit ?3";

/// What clashes with a link (its row) and was not told, the soonest first.
pub fn untold(link: i64, limit: i64, now: Instant) -> Statement {
    sql(UNTOLD).bind(link).bind(now).bind(limit)
}

/// Who is to be told.
#[derive(Clone, Debug, Deserialize)]
pub struct Reader {
    /// Address.
    pub email: String,
    /// BCP 47.
    pub language: String,
    /// Public id of the organization.
    pub org: String,
}

const READERS: &str = "
select person.email, person.language, org.public_id as org
from calendar_link as link
join org on org.id = link.org_id and org.closed_at is null
join member on member.org_id = link.org_id
  and (member.person_id = link.person_id
       or member.role = 'OWNER' and not exists (
           select 1 from member as maker where maker.org_id = link.org_id and maker.person_id = link.person_id))
join person on person.id = member.person_id
where link.id = ?1
order by person.id";

/// Whoever made a link (its row); the owners, where they are no longer there.
pub fn readers(link: i64) -> Statement {
    sql(READERS).bind(link)
}

const TOLD: &str = "
insert into clash_told (org_id, link_id, booking_item_id, starts_at, at)
select link.org_id, link.id, one.value ->> 'item', one.value ->> 'at', cast(?3 as integer)
from calendar_link as link, json_each(?2) as one
where link.id = ?1
on conflict (link_id, booking_item_id, starts_at) do nothing";

/// Writes down that they were told.
pub fn told(link: i64, clashes: &[Untold], now: Instant) -> Statement {
    let clashes = clashes.iter().map(|one| json!({ "item": one.item, "at": one.starts_at }));
    sql(TOLD).bind(link).bind(Value::from_iter(clashes).to_string()).bind(now)
}

const FORGET: &str = "
delete from clash_told where (link_id, booking_item_id, starts_at) in (
  select link_id, booking_item_id, starts_at from clash_told where starts_at < ?1 order by starts_at limit 500)";

/// Forgets who was told of what is long over.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now.plus_seconds(-7 * 86_400))
}
