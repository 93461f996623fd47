//! The SQL of the jobs' own record.

use crate::database::{Statement, sql};
use shared::zone::Instant;

/// Runs are remembered for this long, in seconds.
const KEPT_SECONDS: i64 = 30 * 86_400;

const RECORD: &str = "
insert into job_run (job, started_at, finished_at, outcome)
values (?1, ?2, ?2, json_object('done', cast(?3 as integer), 'failed', cast(?4 as integer)))";

const FORGET: &str = "
delete from job_run where id in (select id from job_run where started_at < ?1 order by started_at limit 500)";

/// Writes down a run that did something.
pub fn record(job: &str, at: Instant, done: u32, failed: u32) -> Statement {
    sql(RECORD).bind(job).bind(at).bind(done).bind(failed)
}

/// Forgets old runs.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now.plus_seconds(KEPT_SECONDS.saturating_neg()))
}
