//! The SQL of departures with a threshold.

use crate::database::{Statement, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A departure that is to be decided.
#[derive(Clone, Debug, Deserialize)]
pub struct Due {
    /// Row of the offering.
    pub offering: i64,
    pub org_id: i64,
    pub departure_at: i64,
    /// So many are needed.
    pub min_seats: u32,
    /// So many minutes before the start it is decided.
    pub decide_before: u32,
    /// So many are sold.
    pub seats: u32,
    /// So many are held, and may yet be sold.
    pub held: u32,
}

macro_rules! standing {
    ($($which:literal),+) => {
        concat!(
            "select offering.id as offering, offering.org_id, claim.departure_at,
               offering.rules ->> '$.threshold.minSeats' as min_seats,
               coalesce(offering.rules ->> '$.threshold.decideBefore', 0) as decide_before,
               sum(case when claim.held_until is null then claim.units else 0 end) as seats,
               sum(case when claim.held_until > ?1 then claim.units else 0 end) as held
             from offering
             join claim on claim.offering_id = offering.id and claim.released_at is null
             where offering.rules ->> '$.threshold.minSeats' is not null
               and not exists (select 1 from departure_override as decided
                 where decided.offering_id = offering.id and decided.departure_at = claim.departure_at
                   and (decided.confirmed = 1 or decided.cancelled = 1)) ",
            $($which),+
        )
    };
}

/// What has begun a day ago is not decided any more.
const DUE: &str = standing!(
    " and claim.departure_at > ?1 - 86400
      group by offering.id, claim.departure_at
      having seats + held > 0
        and (claim.departure_at <= ?1 + decide_before * 60 or seats >= min_seats)
      order by claim.departure_at
      limit ?2"
);

const AGAIN: &str =
    standing!(" and offering.id = ?2 and claim.departure_at = ?3 group by offering.id, claim.departure_at");

/// Departures whose time has come, or that have enough already.
pub fn due(now: Instant, limit: i64) -> Statement {
    sql(DUE).bind(now).bind(limit)
}

/// How one of them stands now.
pub fn again(due: &Due, now: Instant) -> Statement {
    sql(AGAIN).bind(now).bind(due.offering).bind(due.departure_at)
}

const BOOKINGS: &str = "
select distinct booking.public_id
from claim
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
where claim.offering_id = ?1 and claim.departure_at = ?2 and claim.released_at is null
  and booking.state in ('CONFIRMED', 'AWAITING_APPROVAL')
order by booking.id";

/// Who is on it.
pub fn bookings(due: &Due) -> Statement {
    sql(BOOKINGS).bind(due.offering).bind(due.departure_at)
}

/// Only while enough are on it, and only once.
const CONFIRM: &str = "
insert into departure_override (org_id, offering_id, departure_at, confirmed, updated_at)
select ?1, ?2, ?3, 1, ?4
where ?5 <= (select coalesce(sum(units), 0) from claim
    where offering_id = ?2 and departure_at = ?3 and released_at is null and held_until is null)
on conflict (offering_id, departure_at) do update set confirmed = 1, updated_at = excluded.updated_at
where confirmed = 0 and cancelled = 0";

/// It runs.
pub fn confirm(due: &Due, now: Instant) -> Statement {
    sql(CONFIRM).bind(due.org_id).bind(due.offering).bind(due.departure_at).bind(now).bind(due.min_seats)
}

const STILL_TOO_FEW: &str = "
insert into expectation (changed)
select coalesce(sum(units), 0) < ?3 from claim
where offering_id = ?1 and departure_at = ?2 and released_at is null and held_until is null";

/// Undoes the whole batch, as if nothing had changed, once enough are on it after all.
pub fn still_too_few(due: &Due) -> Statement {
    sql(STILL_TOO_FEW).bind(due.offering).bind(due.departure_at).bind(due.min_seats)
}

/// Only when nobody is on it any more, and only once. From then on the database lets nobody onto it.
const CALL_OFF: &str = "
insert into departure_override (org_id, offering_id, departure_at, cancelled, updated_at)
select ?1, ?2, ?3, 1, ?4
where not exists (select 1 from claim
    where offering_id = ?2 and departure_at = ?3 and released_at is null and (held_until is null or held_until > ?4))
on conflict (offering_id, departure_at) do update set cancelled = 1, updated_at = excluded.updated_at
where confirmed = 0 and cancelled = 0";

/// It does not run.
pub fn call_off(due: &Due, now: Instant) -> Statement {
    sql(CALL_OFF).bind(due.org_id).bind(due.offering).bind(due.departure_at).bind(now)
}
