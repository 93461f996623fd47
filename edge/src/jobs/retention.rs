//! Forgets customers whose time is over, for organizations that say how long they keep them.

use super::store as record;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::customer::{self, store::Overdue};

/// How many customers one night forgets; a backlog is worked off night by night.
const LIMIT: i64 = 200;

/// Runs once.
pub async fn run(context: &Context) {
    let overdue = customer::store::overdue(context.now(), LIMIT);
    let overdue: Result<Vec<Overdue>, StoreError> = context.database().run(overdue).await.and_then(|rows| rows.all());
    let overdue = match overdue {
        Ok(overdue) => overdue,
        Err(error) => return worker::console_error!("customers whose time is over could not be read: {error:?}"),
    };
    let (mut done, mut failed) = (0_u32, 0_u32);
    for one in &overdue {
        match forget(context, one).await {
            Ok(()) => done = done.saturating_add(1),
            Err(reason) => {
                failed = failed.saturating_add(1);
                worker::console_error!("customer {} could not be forgotten: {reason}", one.public_id);
            }
        }
    }
    if !overdue.is_empty() {
        let kept = context.database().run(record::record("retention", context.now(), done, failed)).await;
        if let Err(error) = kept {
            worker::console_error!("a run was not recorded: {error:?}");
        }
    }
}

async fn forget(context: &Context, one: &Overdue) -> Result<(), String> {
    let change = customer::forgetting(context, "clock", one.org_id, &one.public_id).await;
    let change = change.map_err(|problem| format!("{problem:?}"))?;
    change.commit().await.map(|_| ()).map_err(|error| format!("{error:?}"))
}
