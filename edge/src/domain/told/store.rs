//! The SQL of such lists.

use crate::database::{Database, StoreError, sql};
use crate::shape::Booking;
use serde::Deserialize;

/// Which bookings. What is `None` lets everything through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which<'a> {
    /// Assigned to that person (row).
    pub of: Option<i64>,
    /// In that state.
    pub state: Option<&'a str>,
    /// With that number.
    pub number: Option<&'a str>,
    /// With that public id.
    pub id: Option<&'a str>,
    /// That were moved at least once.
    pub moved: bool,
    /// With an item of this offering (public id).
    pub offering: Option<&'a str>,
    /// With an item that starts at or after this.
    pub from: Option<i64>,
    /// With an item that starts before this.
    pub to: Option<i64>,
    /// By this customer (public id).
    pub customer: Option<&'a str>,
}

/// A booking in the neutral form, and its row for the next page.
#[derive(Debug)]
pub struct Told {
    /// Row.
    pub id: i64,
    /// What is told.
    pub booking: Booking,
}

#[derive(Deserialize)]
struct Row {
    id: i64,
    told: String,
}

const TOLD: &str = "
select booking.id,
       json_object(
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
           'answers', json(booking.answers),
           'createdAt', strftime('%Y-%m-%dT%H:%M:%SZ', booking.created_at, 'unixepoch')) as told
from booking
left join customer on customer.id = booking.customer_id
where booking.org_id = ?1
  and booking.id < ?2
  and booking.number is not null
  and (?3 is null or exists (
      select 1 from booking_of_member as mine
      where mine.booking_id = booking.id and mine.org_id = ?1 and mine.person_id = ?3))
  and (?4 is null or booking.state = ?4)
  and (?5 is null or booking.number = ?5)
  and (?6 is null or booking.public_id = ?6)
  and (?7 = 0 or booking.rescheduled_at is not null)
  and (?8 is null or customer.public_id = ?8)
  and ((?9 is null and ?10 is null and ?11 is null) or exists (
      select 1
      from booking_item as item
      where item.booking_id = booking.id
        and (?9 is null or item.offering_id = (select id from offering where org_id = ?1 and public_id = ?9))
        and (?10 is null or item.starts_at >= ?10)
        and (?11 is null or item.starts_at < ?11)))
order by booking.id desc
limit ?12";

/// Bookings of an organization before row `before`, the newest first. Holds are none yet.
pub async fn list(
    database: &Database,
    org: i64,
    which: &Which<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<Told>, StoreError> {
    let statement = sql(TOLD)
        .bind(org)
        .bind(before)
        .bind(which.of)
        .bind(which.state)
        .bind(which.number)
        .bind(which.id)
        .bind(which.moved)
        .bind(which.customer)
        .bind(which.offering)
        .bind(which.from)
        .bind(which.to)
        .bind(limit);
    let rows: Vec<Row> = database.run(statement).await?.all()?;
    rows.into_iter()
        .map(|Row { id, told }| {
            let booking = serde_json::from_str(&told).map_err(|error| StoreError::Unreadable(error.to_string()))?;
            Ok(Told { id, booking })
        })
        .collect()
}
