//! Calendars for embedding: which offerings, how they look, who may embed them.

pub mod rules;
pub mod store;
pub mod theme;

use crate::context::Context;
use crate::problem::Problem;

/// Offerings as a JSON array, all of them the organization's own.
pub async fn own_offerings(context: &Context, org: i64, ids: &[String]) -> Result<String, Problem> {
    let json = rules::offerings(ids)?;
    if ids.is_empty() {
        return Ok(json);
    }
    let known = store::known(context.database(), org, &json).await?;
    match ids.iter().position(|id| !known.contains(id)) {
        Some(index) => Err(Problem::field(format!("/offerings/{index}"), "unknown", "There is no such offering.")),
        None => Ok(json),
    }
}
