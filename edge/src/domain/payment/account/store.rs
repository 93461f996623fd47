//! The SQL of payment accounts.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

macro_rules! account {
    ($which:literal) => {
        concat!(
            "select account.org_id, org.public_id as org, account.provider, account.mode, account.key_sealed,
                    account.webhook_secret_sealed, account.key_ends, account.connected_at
             from payment_account as account join org on org.id = account.org_id
             where org.closed_at is null and ",
            $which
        )
    };
}

const FIND: &str = account!("account.org_id = ?1");
const FIND_BY_ID: &str = account!("org.public_id = ?1");

/// An account. Its secrets are sealed.
#[derive(Deserialize)]
pub struct Row {
    pub org_id: i64,
    /// Public id.
    pub org: String,
    pub provider: String,
    /// live or test.
    pub mode: String,
    pub key_sealed: String,
    pub webhook_secret_sealed: Option<String>,
    pub key_ends: String,
    pub connected_at: i64,
}

/// By the organization's row.
pub async fn find(database: &Database, org: i64) -> Result<Option<Row>, StoreError> {
    database.run(sql(FIND).bind(org)).await?.first()
}

/// By its public id.
pub async fn find_by_id(database: &Database, org: &str) -> Result<Option<Row>, StoreError> {
    database.run(sql(FIND_BY_ID).bind(org)).await?.first()
}

/// An account to be kept.
pub struct New {
    pub provider: String,
    pub mode: &'static str,
    pub key_sealed: String,
    pub webhook_secret_sealed: String,
    pub key_ends: String,
}

const KEEP: &str = "
insert into payment_account (org_id, provider, mode, key_sealed, webhook_secret_sealed, key_ends, connected_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (org_id) do update
set provider = excluded.provider, mode = excluded.mode, key_sealed = excluded.key_sealed,
    webhook_secret_sealed = excluded.webhook_secret_sealed, key_ends = excluded.key_ends, connected_at = excluded.connected_at";

/// Keeps it, in place of another.
pub fn keep(org: i64, new: &New, now: Instant) -> Statement {
    sql(KEEP)
        .bind(org)
        .bind(new.provider.as_str())
        .bind(new.mode)
        .bind(new.key_sealed.as_str())
        .bind(new.webhook_secret_sealed.as_str())
        .bind(new.key_ends.as_str())
        .bind(now)
}

/// Money that is on its way needs the account that it goes through.
const REMOVE: &str = "
delete from payment_account
where org_id = ?1
  and not exists (select 1 from refund where refund.org_id = ?1 and refund.state in ('WAITING', 'SENT'))
  and not exists (select 1 from payment where payment.org_id = ?1 and payment.state in ('NEW', 'OPEN'))";

/// Lets go of it; has to change something.
pub fn remove(org: i64) -> Statement {
    sql(REMOVE).bind(org)
}
