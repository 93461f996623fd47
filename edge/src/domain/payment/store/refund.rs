//! The SQL of refunds: each on its way under an id of its own.

use crate::database::{Database, Statement, StoreError, sql};
use crate::domain::payment::rules::Part;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::zone::Instant;

/// Whoever sends a refund has so many seconds; nobody else sends it meanwhile.
const LEASE_SECONDS: i64 = 120;

const GIVE_BACK: &str = "
insert into refund (public_id, org_id, booking_id, payment_id, amount, next_attempt_at, created_at, updated_at)
select part.value ->> 'id', payment.org_id, payment.booking_id, payment.id, part.value ->> 'amount', cast(?2 as integer),
  cast(?2 as integer), cast(?2 as integer)
from json_each(?1) as part
join payment on payment.public_id = part.value ->> 'payment'
order by part.key";

/// Puts refunds onto their way; each with our id of it.
pub fn give_back(parts: &[(String, Part)], now: Instant) -> Statement {
    let rows = parts.iter().map(|(id, part)| json!({ "id": id, "payment": part.payment, "amount": part.amount }));
    sql(GIVE_BACK).bind(Value::from_iter(rows).to_string()).bind(now)
}

/// A refund that is due.
#[derive(Clone, Debug, Deserialize)]
pub struct DueRefund {
    /// `ref_…`.
    pub public_id: String,
    pub org_id: i64,
    pub amount: i64,
    /// WAITING or SENT.
    pub state: String,
    /// This one counted.
    pub attempts: u32,
    /// `pay_…`.
    pub payment: String,
    pub intent: Option<String>,
    /// The row of the account that it was paid through.
    pub account_id: Option<i64>,
    /// `bkg_…`.
    pub booking: String,
}

const TAKE: &str = "
update refund
set lease_until = ?1 + ?3, attempts = attempts + 1
where id in (
    select id from refund
    where state in ('WAITING', 'SENT') and next_attempt_at <= ?1 and lease_until <= ?1
    order by next_attempt_at
    limit ?2)
returning public_id, org_id, amount, state, attempts,
  (select public_id from payment where payment.id = payment_id) as payment,
  (select intent from payment where payment.id = payment_id) as intent,
  (select account_id from payment where payment.id = payment_id) as account_id,
  (select public_id from booking where booking.id = booking_id) as booking";

/// Takes up to `limit` refunds that are due.
pub async fn take_due(database: &Database, now: Instant, limit: i64) -> Result<Vec<DueRefund>, StoreError> {
    database.run(sql(TAKE).bind(now).bind(limit).bind(LEASE_SECONDS)).await?.all()
}

const SENT: &str = "
update refund
set state = 'SENT', reference = ?2, next_attempt_at = ?3, lease_until = 0, failure = null, updated_at = ?4
where public_id = ?1 and state in ('WAITING', 'SENT')";

/// The provider has it in hand; it is asked again at `next`.
pub fn sent(id: &str, reference: &str, next: Instant, now: Instant) -> Statement {
    sql(SENT).bind(id).bind(reference).bind(next).bind(now)
}

const AGAIN: &str = "
update refund
set next_attempt_at = ?2, lease_until = 0, failure = ?3, updated_at = ?4
where public_id = ?1 and state in ('WAITING', 'SENT')";

/// It is tried again at `next`.
pub fn again(id: &str, next: Instant, failure: &str, now: Instant) -> Statement {
    sql(AGAIN).bind(id).bind(next).bind(failure).bind(now)
}

const FAILED: &str = "
update refund
set state = 'FAILED', failure = ?2, lease_until = 0, updated_at = ?3
where public_id = ?1 and state in ('WAITING', 'SENT')";

/// It did not go back, and will not; has to change something.
pub fn failed(id: &str, failure: &str, now: Instant) -> Statement {
    sql(FAILED).bind(id).bind(failure).bind(now)
}

const TRIM: &str = "
update refund
set public_id = ?2, lease_until = 0, next_attempt_at = ?5, amount = case when ?3 > 0 then cast(?3 as integer) else amount end,
    state = case when ?3 > 0 then state else 'FAILED' end, handled_at = case when ?3 > 0 then null else ?5 end, failure = ?4,
    updated_at = ?5
where public_id = ?1 and state = 'WAITING'";

/// Less of it goes back, or nothing; has to change something. The provider knows refunds by our id, so it gets another one.
pub fn trim(id: &str, again: &str, amount: i64, why: &str, now: Instant) -> Statement {
    sql(TRIM).bind(id).bind(again).bind(amount).bind(why).bind(now)
}

const DONE: &str = "
update refund
set state = 'DONE', reference = ?2, failure = null, lease_until = 0, updated_at = ?3
where public_id = ?1 and state in ('WAITING', 'SENT')";

/// It went back; has to change something, or somebody wrote it down before.
pub fn done(id: &str, reference: &str, now: Instant) -> Statement {
    sql(DONE).bind(id).bind(reference).bind(now)
}

const FOUND: &str = "
insert into refund (public_id, org_id, booking_id, payment_id, amount, state, reference, created_at, updated_at)
select ?2, org_id, booking_id, id, ?3, 'DONE', ?4, ?5, ?5
from payment
where public_id = ?1";

/// Somebody gave money back at the provider's.
pub fn found(payment: &str, id: &str, amount: i64, reference: &str, now: Instant) -> Statement {
    sql(FOUND).bind(payment).bind(id).bind(amount).bind(reference).bind(now)
}

const HANDLED: &str = "
update refund
set handled_at = ?2
where public_id = ?1 and state = 'FAILED' and handled_at is null
  and exists (select 1 from booking where booking.id = booking_id and booking.version = ?3)";

/// Somebody saw to one that was refused; has to change something, or somebody else did, or the booking is no longer as it was
/// read.
pub fn handled(id: &str, version: i64, now: Instant) -> Statement {
    sql(HANDLED).bind(id).bind(now).bind(version)
}
