//! The SQL of such lists.

use crate::database::{Database, StoreError, sql};
use crate::shape::Booking;
use serde::Deserialize;

/// Which bookings. What is `None` lets everything through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// Assigned to that person (row), or owned by them.
    pub of: Option<i64>,
    /// In that state.
    pub state: Option<&'a str>,
    /// With that number.
    pub number: Option<&'a str>,
    /// With that public id.
    pub id: Option<&'a str>,
    /// That were moved at least once.
    pub moved: bool,
    /// Booked before that one (row).
    pub before: Option<i64>,
}

#[derive(Deserialize)]
struct Row {
    id: i64,
    told: String,
}

const TOLD: &str = "
select booking.id, json_object(
           'id', booking.public_id, 'number', booking.number, 'status', booking.state,
           'customer', json_object('name', booking.contact_name, 'email', booking.contact_email,
                                   'phone', booking.contact_phone),
           'items', (
               select json_group_array(json_object(
                   'offeringId', offering.public_id, 'name', item.name, 'party', json(item.party),
                   'startsAt', strftime('%Y-%m-%dT%H:%M:%SZ', item.starts_at, 'unixepoch'),
                   'endsAt', strftime('%Y-%m-%dT%H:%M:%SZ', item.ends_at, 'unixepoch')))
               from (select * from booking_item where booking_id = booking.id order by position) as item
               join offering on offering.id = item.offering_id),
           'total', json_object('amount', booking.total, 'currency', booking.currency),
           'answers', json(booking.answers), 'note', booking.staff_note,
           'createdAt', strftime('%Y-%m-%dT%H:%M:%SZ', booking.created_at, 'unixepoch')) as told
from booking
where booking.org_id = ?1
  and booking.number is not null
  and (?2 is null
    or exists (select 1 from member where member.org_id = ?1 and member.person_id = ?2 and member.role = 'OWNER')
    -- Whose calendar it takes now, or took when it was given up; not whose it was moved away from.
    or exists (
      select 1
      from booking_item as item
      join claim on claim.booking_item_id = item.id
      join member on member.org_id = ?1 and member.person_id = ?2 and member.resource_id = claim.resource_id
      where item.booking_id = booking.id
        and coalesce(claim.released_at, 9007199254740991) = (
          select max(coalesce(latest.released_at, 9007199254740991))
          from booking_item as placed
          join claim as latest on latest.booking_item_id = placed.id
          where placed.booking_id = booking.id)))
  and (?3 is null or booking.state = ?3)
  and (?4 is null or booking.number = ?4)
  and (?5 is null or booking.public_id = ?5)
  and (?6 = 0 or booking.rescheduled_at is not null)
  and (?8 is null or booking.id < ?8)
order by booking.id desc
limit ?7";

/// Bookings of an organization, the newest first. Holds are none yet.
pub async fn list(database: &Database, org: i64, which: &Which<'_>, limit: i64) -> Result<Vec<Booking>, StoreError> {
    Ok(rows(database, org, which, limit).await?.into_iter().map(|(_, booking)| booking).collect())
}

/// The same, each with its row: where the next page begins.
pub async fn rows(
    database: &Database,
    org: i64,
    which: &Which<'_>,
    limit: i64,
) -> Result<Vec<(i64, Booking)>, StoreError> {
    let statement = sql(TOLD)
        .bind(org)
        .bind(which.of)
        .bind(which.state)
        .bind(which.number)
        .bind(which.id)
        .bind(which.moved)
        .bind(limit)
        .bind(which.before);
    let rows: Vec<Row> = database.run(statement).await?.all()?;
    let read = |row: Row| {
        let told = serde_json::from_str(&row.told).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok((row.id, told))
    };
    rows.into_iter().map(read).collect()
}
