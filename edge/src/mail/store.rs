//! The SQL of the queue of mails.

use super::Mail;
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A sender that takes longer than this, in seconds, is taken for dead.
const LEASE_SECONDS: i64 = 120;

/// Mails are remembered for this long, in seconds.
const KEPT_SECONDS: i64 = 30 * 86_400;

const QUEUE: &str = "
insert into mail (public_id, org_id, recipient, kind, language, letter_sealed, next_attempt_at, created_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";

/// Queues a mail whose letter was sealed for `id`; [`super::queue`] does both.
pub fn queue(id: &str, mail: &Mail<'_>, sealed: &str, now: Instant) -> Statement {
    sql(QUEUE).bind(id).bind(mail.org).bind(mail.to).bind(mail.letter.kind()).bind(mail.language).bind(sealed).bind(now)
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

const SENT: &str = "
update mail
set state = 'SENT', sent_at = ?2, failure = null, letter_sealed = case when ?3 then letter_sealed end
where public_id = ?1 and state = 'QUEUED'";

/// It left. What it said is forgotten, unless it is to be read here.
pub fn sent(id: &str, keep_letter: bool, now: Instant) -> Statement {
    sql(SENT).bind(id).bind(now).bind(keep_letter)
}

const NOT_SENT: &str = "
update mail
set failure = ?2, lease_until = 0, next_attempt_at = coalesce(?3, next_attempt_at),
    state = case when ?3 is null then 'FAILED' else state end,
    letter_sealed = case when ?3 is null then null else letter_sealed end
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

const OF_ORG: &str = "
select id, public_id, recipient, kind, language, null as letter_sealed, state, attempts, failure, next_attempt_at, sent_at,
       created_at
from mail
where org_id = ?1 and id < ?2
order by id desc
limit ?3";

/// Mails of an organization before row `before`, the newest first.
pub async fn of_org(database: &Database, org: i64, before: i64, limit: i64) -> Result<Vec<Shown>, StoreError> {
    database.run(sql(OF_ORG).bind(org).bind(before).bind(limit)).await?.all()
}
