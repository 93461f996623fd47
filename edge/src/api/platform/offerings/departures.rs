//! `/api/orgs/:orgId/tours/:tourId/departures/:startsAt` and its like: one departure that differs from its schedule.

use super::translate::instant_of_path;
use crate::api::given::Given;
use crate::context::Context;
use crate::domain::catalog::edit::departure::{self, Wish};
use crate::domain::catalog::edit::offering::Desk;
use crate::domain::catalog::edit::way::Force;
use crate::domain::org::zone::wall_time;
use crate::problem::Problem;
use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::availability::Kind;
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// How a departure is to differ; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DepartureIn {
    /// It does not happen, or does again.
    #[serde(default)]
    #[schema(example = true)]
    pub cancelled: Option<bool>,
    /// Seats of its own; null for the offering's.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 100_000, example = 8)]
    pub capacity: Given<u32>,
}

/// How a departure stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Departure)]
pub struct DepartureOut {
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    pub local_starts_at: String,
    /// It does not happen.
    pub cancelled: bool,
    /// Seats of its own; null: the offering's.
    pub capacity: Option<u32>,
    /// What is sold or held of it.
    pub taken: u32,
}

/// Makes one differ.
pub async fn set(
    context: &Context,
    desk: Desk<'_>,
    offering: (Kind, &str),
    starts_at: &str,
    wanted: &DepartureIn,
    force: Force,
) -> Result<Json<DepartureOut>, Problem> {
    if wanted.cancelled.is_none() && !wanted.capacity.said() {
        return Err(Problem::field("", "required", "`cancelled` or `capacity`."));
    }
    if wanted.capacity.value().is_some_and(|seats| *seats > 100_000) {
        return Err(Problem::field("/capacity", "out_of_range", "From 0 to 100,000."));
    }
    let capacity = wanted.capacity.said().then(|| wanted.capacity.value().copied());
    let wish = Wish { cancelled: wanted.cancelled, capacity };
    let (stands, zone) = departure::set(context, desk, offering, instant_of_path(starts_at)?, wish, force).await?;
    Ok(Json(DepartureOut {
        starts_at: Timestamp(stands.at),
        local_starts_at: wall_time(&zone, stands.at),
        cancelled: stands.cancelled,
        capacity: stands.capacity,
        taken: stands.taken,
    }))
}

/// Lets one be as scheduled.
pub async fn clear(
    context: &Context,
    desk: Desk<'_>,
    offering: (Kind, &str),
    starts_at: &str,
) -> Result<StatusCode, Problem> {
    departure::clear(context, desk, offering, instant_of_path(starts_at)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
