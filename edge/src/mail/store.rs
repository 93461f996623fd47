//! The SQL of the queue of mails.

use super::Mail;
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;
use shared::zone::Instant;
use std::collections::BTreeMap;

/// A sender that takes longer than this, in seconds, is taken for dead.
const LEASE_SECONDS: i64 = 120;

/// Mails are remembered for this long, in seconds.
const KEPT_SECONDS: i64 = 30 * 86_400;

const QUEUE: &str = "
insert into mail (public_id, org_id, recipient, kind, language, letter_sealed, next_attempt_at, created_at, booking_id)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, (select id from booking where public_id = ?8))";

/// Queues a mail whose letter was sealed for `id`; [`super::queue`] does both.
pub fn queue(id: &str, mail: &Mail<'_>, sealed: &str, now: Instant) -> Statement {
    sql(QUEUE)
        .bind(id)
        .bind(mail.org)
        .bind(mail.to)
        .bind(mail.letter.kind())
        .bind(mail.language)
        .bind(sealed)
        .bind(now)
        .bind(mail.letter.booking())
}

/// A mail that a sender took.
#[derive(Debug, Deserialize)]
pub struct Taken {
    /// `mail_…`.
    pub public_id: String,
    /// Address.
    pub recipient: String,
    /// BCP 47.
    pub language: String,
    /// Sealed.
    pub letter_sealed: Option<String>,
    /// This attempt counted.
    pub attempts: u32,
}

const TAKE: &str = "
update mail
set lease_until = ?1 + ?3, attempts = attempts + 1
where id in (
    select id from mail
    where state = 'QUEUED' and next_attempt_at <= ?1 and lease_until <= ?1
    order by next_attempt_at
    limit ?2)
returning public_id, recipient, language, letter_sealed, attempts";

/// Takes up to `most` mails that are due; nobody else gets them meanwhile.
pub async fn take(database: &Database, most: i64, now: Instant) -> Result<Vec<Taken>, StoreError> {
    database.run(sql(TAKE).bind(now).bind(most).bind(LEASE_SECONDS)).await?.all()
}

/// What is known around mails only when they leave.
#[derive(Debug, Deserialize)]
pub struct Around {
    /// `mail_…`.
    mail: String,
    /// Name of its organization.
    pub org_name: Option<String>,
    /// Its settings, JSON.
    pub settings: Option<String>,
    /// Its currency.
    pub currency: Currency,
    /// Number of the booking.
    pub number: Option<String>,
    /// Party types and add-ons, by code and id.
    #[serde(skip)]
    pub names: BTreeMap<String, String>,
}

const AROUND: &str = "
select mail.public_id as mail, org.name as org_name, org.settings, coalesce(org.currency, 'XXX') as currency, booking.number
from mail
left join org on org.id = mail.org_id
left join booking on booking.id = mail.booking_id
where mail.public_id in (select value from json_each(?1))";
const NAMES: &str = "
select mail.public_id as mail, party_type.code, party_type.name
from mail
join booking_item as item on item.booking_id = mail.booking_id
join party_type on party_type.offering_id = item.offering_id
where mail.public_id in (select value from json_each(?1))
union all
select mail.public_id, add_on.public_id, add_on.name
from mail
join add_on on add_on.org_id = mail.org_id
where mail.public_id in (select value from json_each(?1)) and mail.booking_id is not null";

#[derive(Deserialize)]
struct Named {
    mail: String,
    code: String,
    name: String,
}

/// Reads it for some mails, in one batch; by mail.
pub async fn around(database: &Database, ids: &[&str]) -> Result<BTreeMap<String, Around>, StoreError> {
    let ids = serde_json::to_string(ids).unwrap_or_default();
    let batch = vec![sql(AROUND).bind(ids.as_str()), sql(NAMES).bind(ids)];
    let mut answers = database.batch(batch).await?;
    let mut found: BTreeMap<String, Around> =
        answers.all::<Around>()?.into_iter().map(|around| (around.mail.clone(), around)).collect();
    for named in answers.all::<Named>()? {
        if let Some(around) = found.get_mut(&named.mail) {
            around.names.insert(named.code, named.name);
        }
    }
    Ok(found)
}

/// What was said of a booking may be said once more; the rest is forgotten once it has left.
const SENT: &str = "
update mail
set state = 'SENT', sent_at = ?2, failure = null,
    letter_sealed = case when ?3 or booking_id is not null then letter_sealed end
where public_id = ?1 and state = 'QUEUED'";

/// It left.
pub fn sent(id: &str, keep_letter: bool, now: Instant) -> Statement {
    sql(SENT).bind(id).bind(now).bind(keep_letter)
}

const NOT_SENT: &str = "
update mail
set failure = ?2, lease_until = 0, next_attempt_at = coalesce(?3, next_attempt_at),
    state = case when ?3 is null then 'FAILED' else state end,
    letter_sealed = case when ?3 is null and booking_id is null then null else letter_sealed end
where public_id = ?1 and state = 'QUEUED'";

/// It did not leave; it is tried again at `next`, or never.
pub fn not_sent(id: &str, failure: &str, next: Option<Instant>) -> Statement {
    sql(NOT_SENT).bind(id).bind(failure).bind(next)
}

const FORGET: &str = "
delete from mail where id in (select id from mail where created_at < ?1 order by created_at limit 500)";

/// Forgets old mails.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now.plus_seconds(KEPT_SECONDS.saturating_neg()))
}

/// A mail, for those who look at what was sent.
#[derive(Debug, Deserialize)]
pub struct Shown {
    /// Row.
    pub id: i64,
    /// `mail_…`.
    pub public_id: String,
    /// Address.
    pub recipient: String,
    /// Kind of letter.
    pub kind: String,
    /// BCP 47.
    pub language: String,
    /// Sealed.
    pub letter_sealed: Option<String>,
    /// QUEUED, SENT or FAILED.
    pub state: String,
    /// So far.
    pub attempts: u32,
    /// What went wrong last.
    pub failure: Option<String>,
    /// When it is tried next.
    pub next_attempt_at: i64,
    /// When it left.
    pub sent_at: Option<i64>,
    /// When it was queued.
    pub created_at: i64,
}

const NEWEST: &str = "
select id, public_id, recipient, kind, language, letter_sealed, state, attempts, failure, next_attempt_at, sent_at, created_at
from mail
where id > (select max(id) from mail) - 100
order by id desc";
const ONE: &str = "
select id, public_id, recipient, kind, language, letter_sealed, state, attempts, failure, next_attempt_at, sent_at, created_at
from mail
where public_id = ?1";

/// The newest mails.
pub async fn newest(database: &Database) -> Result<Vec<Shown>, StoreError> {
    database.run(sql(NEWEST)).await?.all()
}

/// One mail.
pub async fn one(database: &Database, id: &str) -> Result<Option<Shown>, StoreError> {
    database.run(sql(ONE).bind(id)).await?.first()
}

const WAIT: &str = "
update mail set lease_until = 0, attempts = attempts - 1, next_attempt_at = ?2, failure = ?3
where public_id in (select value from json_each(?1)) and state = 'QUEUED'";

/// Nobody was asked to take them: they wait without having been tried.
pub fn wait(ids: &[&str], until: Instant, why: &str) -> Statement {
    sql(WAIT).bind(serde_json::to_string(ids).unwrap_or_default()).bind(until).bind(why)
}

const OF_ORG: &str = "
select id, public_id, recipient, kind, language, null as letter_sealed, state, attempts, failure, next_attempt_at, sent_at,
       created_at
from mail
where org_id = ?1 and id < ?2
order by id desc
limit ?3";

const OF_BOOKING: &str = "
select mail.id, mail.public_id, mail.recipient, mail.kind, mail.language, null as letter_sealed, mail.state, mail.attempts,
       mail.failure, mail.next_attempt_at, mail.sent_at, mail.created_at
from mail
where mail.booking_id = (select id from booking where public_id = ?2 and org_id = ?1) and mail.id < ?3
order by mail.id desc
limit ?4";

/// Mails about a booking of an organization before row `before`, the newest first.
pub async fn of_booking(
    database: &Database,
    org: i64,
    booking: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<Shown>, StoreError> {
    database.run(sql(OF_BOOKING).bind(org).bind(booking).bind(before).bind(limit)).await?.all()
}

/// Mails of an organization before row `before`, the newest first.
pub async fn of_org(database: &Database, org: i64, before: i64, limit: i64) -> Result<Vec<Shown>, StoreError> {
    database.run(sql(OF_ORG).bind(org).bind(before).bind(limit)).await?.all()
}
