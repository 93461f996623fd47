//! The SQL of invoices.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;
use shared::zone::Instant;

/// A document.
#[derive(Clone, Debug, Deserialize)]
pub struct Issued {
    /// `20261121-01`.
    pub number: String,
    /// INVOICE or CREDIT_NOTE.
    pub kind: String,
    /// With tax.
    pub amount: i64,
    pub currency: Currency,
    /// JSON.
    pub body: String,
    pub issued_at: i64,
}

const OF_BOOKING: &str = "
select invoice.number, invoice.kind, invoice.amount, invoice.currency, invoice.body, invoice.issued_at
from booking
join invoice on invoice.booking_id = booking.id
where booking.public_id = ?1
order by invoice.id";

/// Those of a booking, the oldest first.
pub async fn of_booking(database: &Database, booking: &str) -> Result<Vec<Issued>, StoreError> {
    database.run(sql(OF_BOOKING).bind(booking)).await?.all()
}

const STILL: &str = "
insert into expectation (changed)
select count(invoice.id) = ?2
from booking
left join invoice on invoice.booking_id = booking.id
where booking.public_id = ?1";

/// Undoes the whole batch once there are more.
pub fn still(booking: &str, documents: usize) -> Statement {
    sql(STILL).bind(booking).bind(i64::try_from(documents).unwrap_or(i64::MAX))
}

const DRAW: &str = "
insert into number_series (org_id, name, year, last) values (?1, 'invoice', ?2, 1)
on conflict (org_id, name, year) do update set last = last + 1";

/// Draws the next number of a day (`20261121`).
pub fn draw(org: i64, day: i64) -> Statement {
    sql(DRAW).bind(org).bind(day)
}

const ISSUE: &str = "
insert into invoice (public_id, org_id, booking_id, number, kind, amount, currency, body, issued_at)
select ?1, booking.org_id, booking.id, printf('%d-%02d', series.year, series.last), ?3, ?4, booking.currency, ?5, ?7
from booking
join number_series as series on series.org_id = booking.org_id and series.name = 'invoice' and series.year = ?6
where booking.public_id = ?2";

/// Issues it under the number that was just drawn.
pub fn issue(id: &str, booking: &str, kind: &str, amount: i64, body: &str, day: i64, now: Instant) -> Statement {
    sql(ISSUE).bind(id).bind(booking).bind(kind).bind(amount).bind(body).bind(day).bind(now)
}
