//! The SQL of customers, and of forgetting one.

use crate::database::{Statement, sql};
use serde::Deserialize;
use shared::zone::Instant;

macro_rules! customers {
    ($($which:literal),+) => {
        concat!(
            "select customer.id, customer.public_id, customer.org_id, customer.email, customer.name, customer.phone,
                    customer.note, customer.erased_at, customer.created_at,
                    (select count(*) from booking where booking.customer_id = customer.id and booking.number is not null)
                      as bookings,
                    (select max(booking.ends_at) from booking where booking.customer_id = customer.id) as last_ends_at
             from customer ",
            $($which),+
        )
    };
}

/// A customer.
#[derive(Clone, Debug, Deserialize)]
pub struct Customer {
    pub id: i64,
    pub public_id: String,
    pub org_id: i64,
    pub email: String,
    pub name: String,
    pub phone: Option<String>,
    /// Among the staff.
    pub note: Option<String>,
    pub erased_at: Option<i64>,
    pub created_at: i64,
    pub bookings: i64,
    pub last_ends_at: Option<i64>,
}

const LIST: &str = customers!(
    "where customer.org_id = ?1 and customer.id < ?2 and customer.erased_at is null
       and (?3 is null or customer.id in (select rowid from customer_search where customer_search match ?3))
     order by customer.id desc limit ?4"
);

/// An organization's customers, the newest first; `words` in the words of the search.
pub fn list(org: i64, before: i64, words: Option<&str>, limit: i64) -> Statement {
    sql(LIST).bind(org).bind(before).bind(words).bind(limit)
}

const ONE: &str = customers!("where customer.org_id = ?1 and customer.public_id = ?2");

/// One of them.
pub fn one(org: i64, id: &str) -> Statement {
    sql(ONE).bind(org).bind(id)
}

const CHANGE: &str = "
update customer set name = ?3, email = ?4, phone = ?5, note = ?6, updated_at = ?7
where org_id = ?1 and public_id = ?2 and erased_at is null";

/// Writes a customer as they are to be.
pub fn change(customer: &Customer, now: Instant) -> Statement {
    sql(CHANGE)
        .bind(customer.org_id)
        .bind(customer.public_id.as_str())
        .bind(customer.name.as_str())
        .bind(customer.email.as_str())
        .bind(customer.phone.clone())
        .bind(customer.note.clone())
        .bind(now)
}

const BOOKINGS: &str = "
select booking.public_id
from customer
join booking on booking.org_id = customer.org_id
  and (booking.customer_id = customer.id or booking.contact_email = customer.email)
where customer.org_id = ?1 and customer.public_id = ?2
order by booking.id desc limit ?3";

/// Their bookings, the newest first: also those that only have their address.
pub fn bookings(org: i64, id: &str, limit: i64) -> Statement {
    sql(BOOKINGS).bind(org).bind(id).bind(limit)
}

/// Something else that is held about somebody: a JSON object.
#[derive(Deserialize)]
pub struct Held {
    pub held: String,
}

const LEDGER: &str = "
select json_object('booking', booking.public_id, 'kind', entry.kind, 'amount', entry.amount, 'currency', entry.currency,
                   'method', entry.method, 'note', entry.note, 'at', entry.at) as held
from json_each(?1) as wanted
join booking on booking.public_id = wanted.value
join ledger_entry as entry on entry.booking_id = booking.id
order by entry.id";

const EVENTS: &str = "
select json_object('type', event.kind, 'subject', event.subject, 'at', event.happened_at, 'data', json(event.payload)) as held
from json_each(?2) as wanted
join event_log as event on event.org_id = ?1 and event.subject = wanted.value
order by event.id";

const WAITING: &str = "
select json_object('id', entry.public_id, 'offering', offering.public_id, 'startsAt', entry.starts_at,
                   'party', json(entry.party), 'name', entry.name, 'email', entry.email, 'phone', entry.phone,
                   'state', entry.state, 'source', json(entry.source), 'createdAt', entry.created_at) as held
from waiting_entry as entry
join offering on offering.id = entry.offering_id
where entry.org_id = ?1 and entry.email = ?2
order by entry.id";

const MAILS: &str = "
select json_object('id', public_id, 'kind', kind, 'state', state, 'createdAt', created_at) as held
from mail where org_id = ?1 and recipient = ?2 order by id";

/// What is held besides the customer and the bookings: ledger, events, waiting lists, mails. `subjects` are public ids.
pub fn held(org: i64, email: &str, subjects: &str) -> [Statement; 4] {
    [
        sql(LEDGER).bind(subjects),
        sql(EVENTS).bind(org).bind(subjects),
        sql(WAITING).bind(org).bind(email),
        sql(MAILS).bind(org).bind(email),
    ]
}

const AHEAD: &str = "
select booking.public_id
from customer
join booking on booking.customer_id = customer.id
where customer.org_id = ?1 and customer.public_id = ?2
  and booking.state in ('PENDING', 'AWAITING_APPROVAL', 'CONFIRMED') and booking.ends_at > ?3
limit 20";

/// What they have booked that is not over yet.
pub fn ahead(org: i64, id: &str, now: Instant) -> Statement {
    sql(AHEAD).bind(org).bind(id).bind(now)
}

/// The person, their bookings and their places in queues. Everything below is done to these.
const MARK: &str = "
insert or ignore into erasure (org_id, subject, at)
select customer.org_id, customer.public_id, ?3 from customer where customer.org_id = ?1 and customer.public_id = ?2
union
select customer.org_id, booking.public_id, ?3
from customer
join booking on booking.org_id = customer.org_id
  and (booking.customer_id = customer.id or booking.contact_email = customer.email)
where customer.org_id = ?1 and customer.public_id = ?2
union
select customer.org_id, entry.public_id, ?3
from customer
join waiting_entry as entry on entry.org_id = customer.org_id and entry.email = customer.email
where customer.org_id = ?1 and customer.public_id = ?2";

const EVENTS_FORGET: &str = "
update event_log
set payload = json_replace(payload, '$.customer.name', 'Erased', '$.customer.email', 'erased@erased.invalid',
  '$.customer.phone', null, '$.name', 'Erased', '$.email', 'erased@erased.invalid', '$.phone', null, '$.answers', json('{}'))
from erasure
where erasure.org_id = ?1 and erasure.at = ?2 and event_log.org_id = ?1 and event_log.subject = erasure.subject";

/// Those too that are being sent for the first time: their sender will not put its own words in place of these.
const DELIVERIES_FORGET: &str = "
update delivery
set body = json_object('type', kind, 'data', json_object('id', delivery.subject, 'erased', json('true')))
from erasure
where erasure.org_id = ?1 and erasure.at = ?2 and delivery.org_id = ?1 and delivery.subject = erasure.subject";

const ATTEMPTS_FORGET: &str = "
update attempt
set answer = null
from erasure, delivery
where erasure.org_id = ?1 and erasure.at = ?2 and delivery.org_id = ?1 and delivery.subject = erasure.subject
  and attempt.delivery_id = delivery.id and attempt.answer is not null";

const AUDIT_FORGETS: &str = "
update audit
set detail = json_remove(detail, '$.reason')
from erasure
where erasure.org_id = ?1 and erasure.at = ?2 and audit.org_id = ?1 and audit.subject = erasure.subject";

const LEDGER_FORGETS: &str = "
update ledger_entry
set note = ''
from erasure, booking
where erasure.org_id = ?1 and erasure.at = ?2 and booking.public_id = erasure.subject
  and ledger_entry.booking_id = booking.id and ledger_entry.note <> ''";

/// Answers that are kept for keys name the booking in their scope.
const ANSWERS_FORGET: &str = "
delete from idempotency
where (scope, key) in (
  select kept.scope, kept.key
  from erasure
  join json_each('[\"staff\", \"customer\"]') as who
  join idempotency as kept
    on kept.scope >= who.value || ' POST /api/bookings/' || erasure.subject || '/'
   and kept.scope < who.value || ' POST /api/bookings/' || erasure.subject || '0'
  where erasure.org_id = ?1 and erasure.at = ?2)";

const COUPONS_FORGET: &str = "
update coupon_use
set email = null
from erasure, booking
where erasure.org_id = ?1 and erasure.at = ?2 and booking.public_id = erasure.subject
  and coupon_use.booking_id = booking.id";

const BOOKINGS_FORGET: &str = "
update booking
set contact_name = 'Erased', contact_email = null, contact_phone = null, answers = '{}', note = null, staff_note = null,
    cancel_reason = null, token_hash = null, token_sealed = null, hold_token_hash = null
from erasure
where erasure.org_id = ?1 and erasure.at = ?2 and booking.public_id = erasure.subject";

const QUEUES_FORGET: &str = "
update waiting_entry
set name = 'Erased', email = 'erased-' || waiting_entry.public_id || '@erased.invalid', phone = null,
    state = case when state in ('WAITING', 'OFFERED') then 'REMOVED' else state end, updated_at = ?2
from erasure
where erasure.org_id = ?1 and erasure.at = ?2 and waiting_entry.org_id = ?1
  and waiting_entry.public_id = erasure.subject";

const MAILS_FORGET: &str = "
delete from mail
where id in (
  select mail.id from customer join mail on mail.org_id = customer.org_id and mail.recipient = customer.email
  where customer.org_id = ?1 and customer.public_id = ?2)";

/// Letters about their bookings are kept for a while, to whatever address they went.
const LETTERS_FORGET: &str = "
delete from mail
where id in (
  select mail.id from erasure
  join booking on booking.public_id = erasure.subject
  join mail on mail.booking_id = booking.id
  where erasure.org_id = ?1 and erasure.at = ?2)";

const REFUSAL_FORGET: &str = "
delete from reminder_refusal
where org_id = ?1 and email = (select email from customer where org_id = ?1 and public_id = ?2)";

const CUSTOMER_FORGOTTEN: &str = "
update customer
set name = 'Erased', email = 'erased-' || public_id || '@erased.invalid', phone = null, note = null, erased_at = ?3,
    updated_at = ?3
where org_id = ?1 and public_id = ?2 and erased_at is null";

/// Forgets a customer wherever they are named. What happened, when, and for how much stays. The last statement must change
/// a row.
pub fn forget(org: i64, id: &str, now: Instant) -> (Vec<Statement>, Statement) {
    let named = |text: &'static str| sql(text).bind(org).bind(id);
    let marked = |text: &'static str| sql(text).bind(org).bind(now);
    let batch = vec![
        named(MARK).bind(now),
        marked(EVENTS_FORGET),
        marked(DELIVERIES_FORGET),
        marked(ATTEMPTS_FORGET),
        marked(AUDIT_FORGETS),
        marked(LEDGER_FORGETS),
        marked(ANSWERS_FORGET),
        marked(COUPONS_FORGET),
        marked(BOOKINGS_FORGET),
        marked(QUEUES_FORGET),
        marked(LETTERS_FORGET),
        named(MAILS_FORGET),
        named(REFUSAL_FORGET),
    ];
    (batch, named(CUSTOMER_FORGOTTEN).bind(now))
}

/// A customer whose time is over.
#[derive(Deserialize)]
pub struct Overdue {
    pub org_id: i64,
    pub public_id: String,
}

/// Organizations that say for how long; their customers who have booked nothing that ended since.
const OVERDUE: &str = "
select customer.org_id, customer.public_id
from org
cross join customer on customer.org_id = org.id and customer.erased_at is null
  and customer.created_at < ?1 - (org.settings ->> '$.retentionDays') * 86400
where org.settings ->> '$.retentionDays' is not null
  and not exists (
    select 1 from booking
    where booking.customer_id = customer.id
      and booking.ends_at >= ?1 - (org.settings ->> '$.retentionDays') * 86400)
order by customer.id
limit ?2";

/// Customers to be forgotten.
pub fn overdue(now: Instant, limit: i64) -> Statement {
    sql(OVERDUE).bind(now).bind(limit)
}

const BY_EMAIL: &str = customers!("where customer.org_id = ?1 and customer.email = ?2 and customer.erased_at is null");

/// The customer with that address.
pub fn by_email(org: i64, email: &str) -> Statement {
    sql(BY_EMAIL).bind(org).bind(email)
}

const NOTE: &str = "update customer set note = ?3, updated_at = ?4 where org_id = ?1 and public_id = ?2";

/// What staff write down about one.
pub fn note(org: i64, id: &str, note: &str, now: Instant) -> Statement {
    sql(NOTE).bind(org).bind(id).bind(note).bind(now)
}
