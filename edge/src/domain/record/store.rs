//! The SQL of the record: statements for the batch of a change.

use crate::database::{Statement, sql};
use crate::outbox::EventType;
use shared::zone::Instant;

const EXPECT_CHANGE: &str = "insert into expectation (changed) values (changes())";

/// Undoes the whole batch, as [`StoreError::Unchanged`](crate::database::StoreError::Unchanged), unless the statement before
/// this one changed a row.
pub fn expect_change() -> Statement {
    sql(EXPECT_CHANGE)
}

const AUDIT: &str = "
insert into audit (org_id, actor, action, subject, detail, at) values (?1, ?2, ?3, ?4, ?5, ?6)";

/// Who did what to what. `actor` and `subject` are public ids; `detail` is JSON.
pub fn audit(
    org: i64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
    now: Instant,
) -> Statement {
    sql(AUDIT).bind(org).bind(actor).bind(action).bind(subject).bind(detail.to_string()).bind(now)
}

const TELL: &str = "
insert into event_log (public_id, org_id, kind, subject, payload, happened_at) values (?1, ?2, ?3, ?4, ?5, ?6)";

/// Writes an event down for everybody who wants to hear of it. `subject` is the public id of what it is about.
pub fn tell(
    id: &str,
    org: i64,
    kind: EventType,
    subject: &str,
    payload: &serde_json::Value,
    now: Instant,
) -> Statement {
    sql(TELL).bind(id).bind(org).bind(kind.as_str()).bind(subject).bind(payload.to_string()).bind(now)
}
