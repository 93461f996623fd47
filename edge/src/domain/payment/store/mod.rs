//! The SQL of payments: asking for money, and what became of it. What goes back is in [`refund`], what the provider tells in
//! [`notice`], what staff see to in [`trouble`].

pub mod notice;
pub mod refund;
pub mod trouble;

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

const OPEN_OF: &str = "
select payment.public_id, payment.account_id, payment.amount, payment.state, payment.session, payment.url, payment.until,
       payment.created_at
from booking
join payment on payment.booking_id = booking.id and payment.state in ('NEW', 'OPEN')
where booking.public_id = ?1";

/// A payment that can still be made.
#[derive(Clone, Debug, Deserialize)]
pub struct Open {
    /// `pay_…`.
    pub public_id: String,
    /// The row of the account it is made through.
    pub account_id: Option<i64>,
    /// Minor units.
    pub amount: i64,
    /// NEW or OPEN.
    pub state: String,
    /// The provider's id of the page.
    pub session: Option<String>,
    /// Where it is paid.
    pub url: Option<String>,
    /// Until then.
    pub until: i64,
    /// Since when.
    pub created_at: i64,
}

/// The payment that somebody may be making for a booking.
pub async fn open_of(database: &Database, booking: &str) -> Result<Option<Open>, StoreError> {
    database.run(sql(OPEN_OF).bind(booking)).await?.first()
}

const ASK: &str = "
insert into payment (public_id, org_id, booking_id, account_id, purpose, amount, currency, mode, until, look_at, created_at,
  updated_at)
select ?1, booking.org_id, booking.id, account.id, ?3, ?4, booking.currency, account.mode, ?5, min(?5, ?6 + 120), ?6, ?6
from booking
join payment_account as account on account.org_id = booking.org_id and account.closed_at is null
where booking.public_id = ?2 and booking.version = ?7";

/// Asks for money, if the booking is still as it was read.
pub fn ask(id: &str, booking: &str, version: i64, due: &crate::domain::payment::rules::Due, now: Instant) -> Statement {
    let statement = sql(ASK).bind(id).bind(booking).bind(due.purpose).bind(due.amount);
    statement.bind(due.until).bind(now).bind(version)
}

const OPENED: &str = "
update payment
set state = 'OPEN', session = ?2, url = ?3, look_at = until, updated_at = ?4
where public_id = ?1 and state = 'NEW'";

/// The provider made the page.
pub fn opened(id: &str, session: &str, url: &str, now: Instant) -> Statement {
    sql(OPENED).bind(id).bind(session).bind(url).bind(now)
}

const ENDED: &str = "
update payment set state = 'ENDED', look_at = null, updated_at = ?2 where public_id = ?1 and state in ('NEW', 'OPEN')";

/// It cannot be paid any more.
pub fn ended(id: &str, now: Instant) -> Statement {
    sql(ENDED).bind(id).bind(now)
}

const CAPTURED: &str = "
update payment
set state = 'PAID', captured = ?2, intent = ?3, updated_at = ?4
where public_id = ?1 and captured = 0";

/// It was paid; has to change something, or somebody wrote it down before.
pub fn captured(id: &str, amount: i64, intent: &str, now: Instant) -> Statement {
    sql(CAPTURED).bind(id).bind(amount).bind(intent).bind(now)
}

const KNOWN: &str = "
select payment.public_id, payment.org_id, payment.account_id, payment.state, payment.session, payment.intent, payment.amount,
       payment.dispute,
       payment.look_at, payment.looks, payment.until, booking.public_id as booking, booking.state as booking_state,
       booking.held_until,
       (select coalesce(sum(case entry.kind when 'CHARGE' then amount when 'REFUND' then amount
                                 when 'CREDIT' then -amount when 'PAYMENT' then -amount else 0 end), 0)
          from ledger_entry as entry where entry.booking_id = booking.id)
       + (select coalesce(sum(amount), 0) from refund
          where refund.booking_id = booking.id and refund.state in ('WAITING', 'SENT')) as balance,
       exists (select 1 from ledger_entry as entry
         where entry.org_id = payment.org_id and entry.kind = 'FEE' and entry.reference = payment.intent) as fee,
       (select json_group_array(json_object('id', refund.public_id, 'reference', refund.reference, 'state', refund.state,
                                             'amount', refund.amount) order by refund.id)
          from refund where refund.payment_id = payment.id) as refunds
from payment
join booking on booking.id = payment.booking_id
where payment.public_id = ?1";

/// A payment, with what its booking still wants.
#[derive(Clone, Debug, Deserialize)]
pub struct KnownRow {
    /// `pay_…`.
    pub public_id: String,
    pub org_id: i64,
    pub account_id: Option<i64>,
    pub state: String,
    pub session: Option<String>,
    pub intent: Option<String>,
    pub amount: i64,
    pub dispute: Option<String>,
    pub look_at: Option<i64>,
    pub looks: i64,
    pub until: i64,
    /// `bkg_…`.
    pub booking: String,
    pub booking_state: String,
    pub held_until: Option<i64>,
    /// What is still to be paid for the booking.
    pub balance: i64,
    pub fee: u8,
    /// JSON.
    pub refunds: String,
}

/// Reads one.
pub async fn known(database: &Database, id: &str) -> Result<Option<KnownRow>, StoreError> {
    database.run(sql(KNOWN).bind(id)).await?.first()
}

const BEING_PAID: &str = "
select payment.public_id
from booking
join payment on payment.booking_id = booking.id and payment.state = 'OPEN'
where booking.token_hash = ?1";

/// What somebody who has a booking's token (hashed) may be paying.
pub async fn being_paid(database: &Database, token_hash: &str) -> Result<Option<Id>, StoreError> {
    database.run(sql(BEING_PAID).bind(token_hash)).await?.first()
}

const TO_LOOK_AT: &str = "select public_id from payment where look_at <= ?1 order by look_at limit ?2";

/// A public id.
#[derive(Deserialize)]
pub struct Id {
    pub public_id: String,
}

/// Payments whose provider's side is to be looked at.
pub async fn to_look_at(database: &Database, now: Instant, limit: i64) -> Result<Vec<Id>, StoreError> {
    database.run(sql(TO_LOOK_AT).bind(now).bind(limit)).await?.all()
}

/// Only if nobody asked for another look meanwhile.
const LOOKED: &str = "
update payment
set look_at = case when state in ('PAID', 'ENDED') and ?5 then null else ?3 end, looks = ?4
where public_id = ?1 and look_at is ?2";

/// It was looked at; `done` when that went well. The next look, while it is open, is at `next`.
pub fn looked(known: &KnownRow, next: Option<Instant>, looks: i64, done: bool) -> Statement {
    sql(LOOKED).bind(known.public_id.as_str()).bind(known.look_at).bind(next).bind(looks).bind(done)
}

const DISPUTED: &str = "update payment set dispute = ?2, updated_at = ?3 where public_id = ?1 and dispute is not ?2";

/// How a dispute stands; has to change something.
pub fn disputed(id: &str, status: &str, now: Instant) -> Statement {
    sql(DISPUTED).bind(id).bind(status).bind(now)
}

const ENTER: &str = "
insert into ledger_entry (org_id, booking_id, kind, amount, currency, note, method, reference, at)
select payment.org_id, payment.booking_id, ?2, ?3, payment.currency, ?4, 'ONLINE', ?5, ?6
from payment
where payment.public_id = ?1
on conflict (org_id, kind, reference) where reference is not null do nothing";

/// Writes a line that the customer does not see: FEE or ADJUSTMENT. Once for each reference.
pub fn enter(payment: &str, kind: &str, amount: i64, note: &str, reference: &str, now: Instant) -> Statement {
    sql(ENTER).bind(payment).bind(kind).bind(amount).bind(note).bind(reference).bind(now)
}
