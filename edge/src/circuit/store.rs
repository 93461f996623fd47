//! The SQL of circuits.

use crate::database::{Statement, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A circuit that had something to remember.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Which service.
    pub name: String,
    /// In a row.
    pub failures: u32,
    /// Nobody asks before that.
    pub open_until: i64,
}

const ONE: &str = "select name, failures, open_until from circuit where name = ?1";

/// One by its name.
pub fn one(name: &str) -> Statement {
    sql(ONE).bind(name)
}

const FAILING: &str = "select name, failures, open_until from circuit where failures > 0 order by name limit 50";

/// All that are not well.
pub fn failing() -> Statement {
    sql(FAILING)
}

const TRY_ONCE: &str = "
update circuit set open_until = ?3 where name = ?1 and open_until = ?2 returning name, failures, open_until";

/// Takes the one trial that there is after a pause; nothing comes back where somebody else took it.
pub fn try_once(name: &str, seen: i64, until: Instant) -> Statement {
    sql(TRY_ONCE).bind(name).bind(seen).bind(until)
}

const ANSWERED: &str = "update circuit set failures = 0, open_until = 0 where name = ?1 and failures > 0";

/// It answered.
pub fn answered(name: &str) -> Statement {
    sql(ANSWERED).bind(name)
}

const FAILED: &str = "
insert into circuit (name, failures, open_until, failure, failed_at) values (?1, 1, coalesce(?3, 0), ?2, ?4)
on conflict (name) do update
set failures = failures + 1, open_until = coalesce(?3, open_until), failure = excluded.failure, failed_at = excluded.failed_at";

/// It did not answer; it is left alone until `open_until`.
pub fn failed(name: &str, why: &str, open_until: Option<Instant>, now: Instant) -> Statement {
    sql(FAILED).bind(name).bind(why.chars().take(500).collect::<String>()).bind(open_until).bind(now)
}
