//! Circuits: whoever does not answer is left alone for a while, longer and longer, and then asked once before everybody asks
//! again. One for each service outside; they stand in the database, since Workers come and go. `GET /healthz` shows them.
//!
//! Only what says that a service is down counts as a failure: no answer, or a 5xx. A refusal is an answer.

pub mod store;

use crate::context::Context;
use crate::database::{Statement, StoreError};
use shared::zone::Instant;

/// So many failures in a row open it.
const PATIENCE: u32 = 5;
/// Seconds that it is open for after that failure, the next, and so on; the last for all that follow.
const PAUSES: [i64; 5] = [30, 60, 120, 300, 600];
/// One caller asks whether it is back, and has so many seconds for it.
const TRIAL_SECONDS: i64 = 60;

/// Whether a service is to be asked now. Where it was down, one caller in a while is let through to find out.
pub async fn lets_pass(context: &Context, name: &str) -> Result<bool, StoreError> {
    let now = context.now();
    let row: Option<store::Row> = context.database().run(store::one(name)).await?.first()?;
    match row {
        Some(row) if row.failures >= PATIENCE => {
            if row.open_until > now.0 {
                return Ok(false);
            }
            let mine = store::try_once(name, row.open_until, now.plus_seconds(TRIAL_SECONDS));
            let mine: Vec<store::Row> = context.database().run(mine).await?.all()?;
            Ok(!mine.is_empty())
        }
        _ => Ok(true),
    }
}

/// It answered: the statement writes nothing where all was well before.
pub fn answered(name: &str) -> Statement {
    store::answered(name)
}

/// It did not answer, and why.
pub fn failed(name: &str, failures_before: u32, why: &str, now: Instant) -> Statement {
    store::failed(name, why, pause(failures_before.saturating_add(1)).map(|seconds| now.plus_seconds(seconds)), now)
}

/// Writes down that it did not answer.
pub async fn fail(context: &Context, name: &str, why: &str) -> Result<(), StoreError> {
    let row: Option<store::Row> = context.database().run(store::one(name)).await?.first()?;
    let before = row.map_or(0, |row| row.failures);
    context.database().run(failed(name, before, why, context.now())).await.map(|_| ())
}

/// How long it is open for after so many failures in a row; none while there is patience.
fn pause(failures: u32) -> Option<i64> {
    let beyond = usize::try_from(failures.checked_sub(PATIENCE)?).ok()?;
    PAUSES.get(beyond).or_else(|| PAUSES.last()).copied()
}

/// Whether it is open.
pub const fn is_open(failures: u32) -> bool {
    failures >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_some_failures_and_for_longer_each_time() {
        assert_eq!(pause(4), None);
        assert_eq!(pause(5), Some(30));
        assert_eq!(pause(6), Some(60));
        assert_eq!(pause(1_000), Some(600));
        assert!(PAUSES.is_sorted());
    }
}
