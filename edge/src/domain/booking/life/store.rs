//! The SQL of what happens to bookings. Every statement takes a list, so that one booking and a whole departure are written
//! by the same few.

use super::decide::{Entry, Step};
use crate::database::{Statement, StoreError, sql};
use crate::domain::booking::rules::Placed;
use crate::domain::booking::store::{INSERT_LINES, claims, items_json, to_json};
use crate::domain::catalog::Venue;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::pricing::Quote;
use shared::zone::Instant;

/// A version that is not the one that was read is refused by the database (`stale_booking`).
const STEP: &str = "
update booking
set version = (one.value ->> 'version') + 1, state = one.value ->> 'state', updated_at = cast(?2 as integer),
    held_until = case when one.value ->> 'state' = state then held_until end,
    refunded = refunded + (one.value ->> 'refund'),
    cancelled_at = case when one.value ->> 'over' then cast(?2 as integer)
      when one.value ->> 'state' = 'CONFIRMED' then null else cancelled_at end,
    cancelled_by = case when one.value ->> 'over' then one.value ->> 'by'
      when one.value ->> 'state' = 'CONFIRMED' then null else cancelled_by end,
    cancel_reason = case when one.value ->> 'over' then one.value ->> 'reason'
      when one.value ->> 'state' = 'CONFIRMED' then null else cancel_reason end,
    checked_in_at = case one.value ->> 'mark' when 'CHECKED_IN' then cast(?2 as integer)
      when 'NO_SHOW' then null when 'UNMARKED' then null else checked_in_at end,
    no_show_at = case one.value ->> 'mark' when 'NO_SHOW' then cast(?2 as integer)
      when 'CHECKED_IN' then null when 'UNMARKED' then null else no_show_at end
from json_each(?1) as one
where booking.public_id = one.value ->> 'booking'";

/// Moves bookings on. What they claimed is let go by the database where the state says so.
pub fn steps(steps: &[Step<'_>], now: Instant) -> Statement {
    let rows = steps.iter().map(|step| {
        json!({
            "booking": step.booking, "version": step.version, "state": step.state.as_str(), "refund": step.refund,
            "over": step.over, "by": step.by, "reason": step.reason, "mark": step.mark.map(|mark| mark.as_str()),
        })
    });
    sql(STEP).bind(Value::from_iter(rows).to_string()).bind(now)
}

const ENTER: &str = "
insert into ledger_entry (org_id, booking_id, kind, amount, currency, note, method, reference, at)
select booking.org_id, booking.id, entry.value ->> 'kind', entry.value ->> 'amount', booking.currency,
  coalesce(entry.value ->> 'note', ''), entry.value ->> 'method', entry.value ->> 'reference', cast(?2 as integer)
from json_each(?1) as entry
join booking on booking.public_id = entry.value ->> 'booking'
order by entry.key";

/// Writes into the ledger.
pub fn enter(entries: &[Entry<'_>], now: Instant) -> Statement {
    let rows = entries.iter().map(|entry| {
        json!({
            "booking": entry.booking, "kind": entry.kind, "amount": entry.amount, "note": entry.note,
            "method": entry.method, "reference": entry.reference,
        })
    });
    sql(ENTER).bind(Value::from_iter(rows).to_string()).bind(now)
}

const TELL: &str = "
insert into event_log (public_id, org_id, kind, subject, payload, happened_at)
select event.value ->> 'id', booking.org_id, event.value ->> 'kind', booking.public_id,
  json_set(event.value ->> 'payload', '$.number', coalesce(booking.number, '')), cast(?2 as integer)
from json_each(?1) as event
join booking on booking.public_id = event.value ->> 'booking'
order by event.key";

/// An event on its way into the log.
pub struct Told<'a> {
    /// `evt_…`.
    pub id: String,
    /// What it is about.
    pub booking: &'a str,
    /// Its type.
    pub kind: &'static str,
    /// Its data, JSON.
    pub payload: &'a str,
}

/// Writes events down, in order.
pub fn tell(events: &[Told<'_>], now: Instant) -> Statement {
    let rows = events
        .iter()
        .map(|event| json!({ "id": event.id, "booking": event.booking, "kind": event.kind, "payload": event.payload }));
    sql(TELL).bind(Value::from_iter(rows).to_string()).bind(now)
}

const RELEASE: &str = "
update claim set released_at = ?2
where released_at is null
  and booking_item_id in (select item.id from booking join booking_item as item on item.booking_id = booking.id
    where booking.public_id = ?1)";
const USE_COUPON_AGAIN: &str = "
update coupon_use set released_at = null, used_at = ?2
where released_at is not null and booking_id = (select id from booking where public_id = ?1)";

/// Claims anew what was let go.
pub fn take(booking: &str, venue: &Venue, placed: &[Placed], now: Instant) -> Result<Vec<Statement>, StoreError> {
    // A hold that ran out may not have been cleared away yet.
    let mut batch = vec![sql(RELEASE).bind(booking).bind(now)];
    batch.extend(claims(booking, venue, placed, None, now)?);
    batch.push(sql(USE_COUPON_AGAIN).bind(booking).bind(now));
    Ok(batch)
}

const MOVE_ITEMS: &str = "
update booking_item
set starts_at = moved.value ->> 'startsAt', ends_at = moved.value ->> 'endsAt', party = moved.value -> 'party'
from booking, json_each(?2) as moved
where booking.public_id = ?1 and booking_item.booking_id = booking.id
  and booking_item.position = moved.value ->> 'position'";
const MOVED: &str = "
update booking set rescheduled_from = ?2, rescheduled_at = ?3 where public_id = ?1";

/// Lets the old claims go and makes the new ones, in one step; `from` is the start that an item had before.
pub fn replace(
    booking: &str,
    from: Option<Instant>,
    venue: &Venue,
    placed: &[Placed],
    quote: &Quote,
    now: Instant,
) -> Result<Vec<Statement>, StoreError> {
    let mut batch =
        vec![sql(RELEASE).bind(booking).bind(now), sql(MOVE_ITEMS).bind(booking).bind(items_json(placed, quote))];
    batch.extend(claims(booking, venue, placed, None, now)?);
    batch.extend(from.map(|from| sql(MOVED).bind(booking).bind(from).bind(now)));
    Ok(batch)
}

const REPRICE: &str = "
update booking set total = ?2, due_now = ?3, due_later = ?4, quote = ?5 where public_id = ?1";
const REPRICE_ITEMS: &str = "
update booking_item
set total = priced.value
from booking, json_each(?2) as priced
where booking.public_id = ?1 and booking_item.booking_id = booking.id and booking_item.position = priced.key";
const FORGET_LINES: &str = "delete from booking_line where booking_id = (select id from booking where public_id = ?1)";

/// Writes another price.
pub fn reprice(booking: &str, quote: &Quote) -> Result<Vec<Statement>, StoreError> {
    Ok(vec![
        sql(REPRICE).bind(booking).bind(quote.total).bind(quote.due_now).bind(quote.due_later).bind(to_json(quote)?),
        sql(REPRICE_ITEMS).bind(booking).bind(to_json(&quote.item_totals)?),
        sql(FORGET_LINES).bind(booking),
        sql(INSERT_LINES).bind(booking).bind(to_json(&quote.invoice)?),
    ])
}

const AMEND: &str = "
update booking
set version = ?2 + 1, contact_name = ?3, contact_email = ?4, contact_phone = ?5, answers = ?6, note = ?7, staff_note = ?8,
    updated_at = ?9
where public_id = ?1";

/// Changes what is written about a booking: `row` as it is to be, with the version that was read.
pub fn amend(row: &crate::domain::booking::store::BookingRow, now: Instant) -> Statement {
    sql(AMEND)
        .bind(row.public_id.as_str())
        .bind(row.version)
        .bind(row.contact_name.clone())
        .bind(row.contact_email.clone())
        .bind(row.contact_phone.clone())
        .bind(row.answers.as_str())
        .bind(row.note.clone())
        .bind(row.staff_note.clone())
        .bind(now)
}

const LINK_CUSTOMER: &str = "
update booking
set customer_id = (select id from customer where customer.org_id = booking.org_id and customer.email = booking.contact_email)
where public_id = ?1";

/// Says whose it is, by its address.
pub fn link_customer(booking: &str) -> Statement {
    sql(LINK_CUSTOMER).bind(booking)
}

/// A booking's public id.
#[derive(Deserialize)]
pub struct BookingId {
    pub public_id: String,
}

const REQUESTS_RUN_OUT: &str = "
select public_id from booking where state = 'AWAITING_APPROVAL' and approve_until <= ?1 order by approve_until limit ?2";

/// Requests that nobody decided in time.
pub fn requests_run_out(now: Instant, limit: i64) -> Statement {
    sql(REQUESTS_RUN_OUT).bind(now).bind(limit)
}

const ENDED: &str = "
select public_id from booking where state = 'CONFIRMED' and ends_at <= ?1 order by ends_at limit ?2";

/// Bookings that are over.
pub fn ended(now: Instant, limit: i64) -> Statement {
    sql(ENDED).bind(now).bind(limit)
}
