//! The SQL of idempotency keys.

use super::Key;
use crate::database::{Statement, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// How long an answer is kept.
pub const KEPT_SECONDS: i64 = 24 * 3600;

const READ: &str = "
select request_hash, status, body, token_sealed from idempotency where scope = ?1 and key = ?2 and created_at > ?3";

/// The organization is that of what is wanted, known only to the database yet: [`Key::within`] says the same afterwards.
macro_rules! read_within {
    ($org:literal) => {
        concat!(
            "select request_hash, status, body, token_sealed from idempotency
             where scope = ?1 || ' ' || (",
            $org,
            ") and key = ?2 and created_at > ?3"
        )
    };
}
const READ_FOR_OFFERING: &str = read_within!("select org_id from offering where public_id = ?4");
const READ_FOR_HOLD: &str = read_within!("select org_id from booking where hold_token_hash = ?4");

const FORGET_OLD: &str = "delete from idempotency where scope = ?1 and key = ?2 and created_at <= ?3";

const KEEP: &str = "
insert into idempotency (scope, key, request_hash, status, body, token_sealed, created_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

const NUMBER: &str = "
update idempotency
set body = json_set(body, '$.number', coalesce((select number from booking where public_id = ?3), ''))
where scope = ?1 and key = ?2";

const COUNT_CHANGES: &str =
    "update idempotency set body = json_object('recovered', changes()) where scope = ?1 and key = ?2";

const AMEND: &str = "update idempotency set body = ?3 where scope = ?1 and key = ?2";

const PURGE: &str = "
delete from idempotency
where (scope, key) in (select scope, key from idempotency where created_at <= ?1 order by created_at limit ?2)";

/// A kept answer.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// SHA-256 of the request's body.
    pub request_hash: String,
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// A token of the answer, sealed.
    pub token_sealed: Option<String>,
}

fn oldest(now: Instant) -> Instant {
    now.plus_seconds(KEPT_SECONDS.saturating_neg())
}

/// The answer kept for a key, if it is not too old.
pub fn read(key: &Key, now: Instant) -> Statement {
    sql(READ).bind(key.scope.as_str()).bind(key.key.as_str()).bind(oldest(now))
}

/// What a guest's key belongs to, through what they ask for.
#[derive(Clone, Copy, Debug)]
pub enum Within<'a> {
    /// The organization of an offering, by its public id.
    Offering(&'a str),
    /// The organization of a hold, by the hash of its token.
    Hold(&'a str),
}

/// The answer kept for a guest's key within the organization that they deal with.
pub fn read_within(key: &Key, within: Within<'_>, now: Instant) -> Statement {
    let (text, named) = match within {
        Within::Offering(id) => (READ_FOR_OFFERING, id),
        Within::Hold(hash) => (READ_FOR_HOLD, hash),
    };
    sql(text).bind(key.scope.as_str()).bind(key.key.as_str()).bind(oldest(now)).bind(named)
}

/// Takes the key and keeps the answer: the first statements of the batch of the change.
pub fn keep(key: &Key, status: u16, body: &str, token_sealed: Option<&str>, now: Instant) -> [Statement; 2] {
    [
        sql(FORGET_OLD).bind(key.scope.as_str()).bind(key.key.as_str()).bind(oldest(now)),
        sql(KEEP)
            .bind(key.scope.as_str())
            .bind(key.key.as_str())
            .bind(key.request_hash.as_str())
            .bind(i64::from(status))
            .bind(body)
            .bind(token_sealed)
            .bind(now),
    ]
}

/// Puts the number that was drawn in the same batch into the kept answer.
pub fn number(key: &Key, booking: &str) -> Statement {
    sql(NUMBER).bind(key.scope.as_str()).bind(key.key.as_str()).bind(booking)
}

/// Puts how many rows the statement before this one in the batch changed into the kept answer: `{"recovered": n}`.
pub fn count_changes(key: &Key) -> Statement {
    sql(COUNT_CHANGES).bind(key.scope.as_str()).bind(key.key.as_str())
}

/// Puts what is known only now into the kept answer.
pub fn amend(key: &Key, body: &str) -> Statement {
    sql(AMEND).bind(key.scope.as_str()).bind(key.key.as_str()).bind(body)
}

/// Forgets up to `limit` answers that are too old.
pub fn purge(now: Instant, limit: i64) -> Statement {
    sql(PURGE).bind(oldest(now)).bind(limit)
}
