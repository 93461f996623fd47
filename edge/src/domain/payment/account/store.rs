//! The SQL of payment accounts: the one in use, and those that are kept for what was paid through them.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// Keys of an account that is not in use are kept so many seconds after the last that was paid through it is over: banks let
/// payers dispute for months.
const KEPT_AFTER: i64 = 180 * 86_400;

macro_rules! account {
    ($which:literal) => {
        concat!(
            "select account.id, account.org_id, org.public_id as org, account.provider, account.mode, account.key_sealed,
                    account.webhook_secret_sealed, account.key_ends, account.connected_at
             from payment_account as account join org on org.id = account.org_id
             where ",
            $which
        )
    };
}

const IN_USE: &str = account!("account.org_id = ?1 and account.closed_at is null");
const BY_ROW: &str = account!("account.id = ?1");
const ALL_OF: &str = account!(
    "org.public_id = ?1 and account.provider = ?2 and account.key_sealed is not null order by account.closed_at is not null, account.id desc"
);

/// An account. Its secrets are sealed.
#[derive(Deserialize)]
pub struct Row {
    pub id: i64,
    pub org_id: i64,
    /// Public id.
    pub org: String,
    pub provider: String,
    /// live or test.
    pub mode: String,
    /// None once it is forgotten for good.
    pub key_sealed: Option<String>,
    pub webhook_secret_sealed: Option<String>,
    pub key_ends: String,
    pub connected_at: i64,
}

/// The one in use.
pub async fn in_use(database: &Database, org: i64) -> Result<Option<Row>, StoreError> {
    database.run(sql(IN_USE).bind(org)).await?.first()
}

/// One of them, in use or not.
pub async fn by_row(database: &Database, account: i64) -> Result<Option<Row>, StoreError> {
    database.run(sql(BY_ROW).bind(account)).await?.first()
}

/// All whose keys are there, of an organization (public id) at a provider; the one in use first.
pub async fn all_of(database: &Database, org: &str, provider: &str) -> Result<Vec<Row>, StoreError> {
    database.run(sql(ALL_OF).bind(org).bind(provider)).await?.all()
}

/// Also those whose keys are forgotten: who gives them again can give back what was paid then.
const KNOWN_BY: &str = "
select account.id, account.webhook_secret_sealed,
       (select payment.session from payment where payment.account_id = account.id and payment.session is not null
        order by payment.id desc limit 1) as session
from payment_account as account
where account.org_id = ?1 and account.provider = ?2 and account.mode = ?3
order by account.id desc
limit 5";

/// An account, and a page that was made in it.
#[derive(Deserialize)]
pub struct Known {
    pub id: i64,
    pub webhook_secret_sealed: Option<String>,
    /// The provider's id of it; none where nobody was ever asked to pay through it.
    pub session: Option<String>,
}

/// Accounts that a key may belong to, the newest first.
pub async fn known_by(database: &Database, org: i64, provider: &str, mode: &str) -> Result<Vec<Known>, StoreError> {
    database.run(sql(KNOWN_BY).bind(org).bind(provider).bind(mode)).await?.all()
}

/// Keys to be kept.
pub struct New {
    pub provider: String,
    pub mode: &'static str,
    pub key_sealed: String,
    pub webhook_secret_sealed: String,
    pub key_ends: String,
}

const KEEP: &str = "
insert into payment_account (org_id, provider, mode, key_sealed, webhook_secret_sealed, key_ends, connected_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const RENEW: &str = "
update payment_account
set key_sealed = ?3, webhook_secret_sealed = ?4, key_ends = ?5, connected_at = ?6, closed_at = null
where org_id = ?1 and id = ?2";

/// Puts keys into use. `same` is the account that they belong to, where that is known already; another one is kept.
pub fn keep(org: i64, new: &New, same: Option<i64>, now: Instant) -> Vec<Statement> {
    let kept = match same {
        Some(account) => sql(RENEW)
            .bind(org)
            .bind(account)
            .bind(new.key_sealed.as_str())
            .bind(new.webhook_secret_sealed.as_str())
            .bind(new.key_ends.as_str())
            .bind(now),
        None => sql(KEEP)
            .bind(org)
            .bind(new.provider.as_str())
            .bind(new.mode)
            .bind(new.key_sealed.as_str())
            .bind(new.webhook_secret_sealed.as_str())
            .bind(new.key_ends.as_str())
            .bind(now),
    };
    vec![sql(CLOSE).bind(org).bind(now), kept, drop_unused(org)]
}

const CLOSE: &str = "update payment_account set closed_at = ?2 where org_id = ?1 and closed_at is null";
const DROP_UNUSED: &str = "
delete from payment_account
where org_id = ?1 and closed_at is not null
  and not exists (select 1 from payment where payment.account_id = payment_account.id)";

/// Nobody is asked to pay through it any more; has to change something.
pub fn close(org: i64, now: Instant) -> Statement {
    sql(CLOSE).bind(org).bind(now)
}

/// Forgets accounts that are not in use and never were.
pub fn drop_unused(org: i64) -> Statement {
    sql(DROP_UNUSED).bind(org)
}

const KEPT: &str = "
select account.provider, account.mode, account.key_ends, account.closed_at,
       (select count(*) from payment where payment.account_id = account.id and payment.captured >
          (select coalesce(sum(amount), 0) from refund where refund.payment_id = payment.id and refund.state <> 'FAILED'))
         as refundable,
       (select count(*) from payment where payment.account_id = account.id and payment.state in ('NEW', 'OPEN'))
         + (select count(*) from payment join refund on refund.payment_id = payment.id
            where payment.account_id = account.id and refund.state in ('WAITING', 'SENT')) as under_way
from payment_account as account
where account.org_id = ?1 and account.closed_at is not null and account.key_sealed is not null
order by account.id desc";

/// An account that is not in use, and whose keys are there.
#[derive(Deserialize)]
pub struct Kept {
    pub provider: String,
    pub mode: String,
    pub key_ends: String,
    pub closed_at: i64,
    /// Payments of which something can still go back.
    pub refundable: u32,
    /// Payments that somebody is making, and refunds on their way.
    pub under_way: u32,
}

/// Those of an organization.
pub async fn kept(database: &Database, org: i64) -> Result<Vec<Kept>, StoreError> {
    database.run(sql(KEPT).bind(org)).await?.all()
}

const FORGET: &str = "
update payment_account set key_sealed = null, webhook_secret_sealed = null
where org_id = ?1 and closed_at is not null and key_sealed is not null";

/// Forgets the keys of accounts that are not in use; has to change something. Refused while money is on its way through one.
pub fn forget(org: i64) -> Statement {
    sql(FORGET).bind(org)
}

const OUTLIVED: &str = "
update payment_account set key_sealed = null, webhook_secret_sealed = null
where closed_at is not null and key_sealed is not null and closed_at < ?1
  and not exists (select 1 from payment
    where payment.account_id = payment_account.id and payment.state in ('NEW', 'OPEN'))
  and not exists (select 1 from payment join refund on refund.payment_id = payment.id
    where payment.account_id = payment_account.id and refund.state in ('WAITING', 'SENT'))
  and not exists (select 1 from payment join booking_item as item on item.booking_id = payment.booking_id
    where payment.account_id = payment_account.id and payment.captured > 0 and (item.ends_at >= ?1 or payment.updated_at >= ?1))";

/// Forgets keys that nobody needs any more: all that was paid through them is long over.
pub fn outlived(now: Instant) -> Statement {
    sql(OUTLIVED).bind(now.plus_seconds(KEPT_AFTER.saturating_neg()))
}
