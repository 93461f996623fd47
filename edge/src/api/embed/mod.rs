//! What the widget asks for by itself: the snapshot of a calendar, and its public form. The rest of its requests are the
//! platform's.

pub mod submissions;

use crate::access::limit;
use crate::api::cors::Sites;
use crate::api::freshness;
use crate::api::query::Query;
use crate::context::Context;
use crate::domain::catalog::snapshot;
use crate::problem::{Problem, ProblemOut};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde::Deserialize;
use shared::embed::Snapshot;
use shared::id::CalendarId;
use utoipa::IntoParams;

/// What to answer ahead of time.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    /// Adds `first`: the starts around the first date with something to book of this offering; empty means the only one of a
    /// calendar that has just one. Without such an offering there is no `first`.
    #[param(example = "tour_harbor_sunset")]
    first: Option<String>,
}

/// Tells everything that a browser needs to show slots and prices of a calendar without asking again.
///
/// Zone, schedules, resources, anonymous claims and prices for the whole booking horizon. The engine does the rest.
///
/// The `ETag` is the snapshot's version, with `first` or without: what can be booked of it moves on with time alone, and
/// `first.at` tells when it was true.
#[utoipa::path(
    get, path = "/embed/{calendarId}", tag = "Embed", operation_id = "readSnapshot", security(()),
    params(
        ("calendarId" = String, Path, description = "Public id of the calendar", example = "cal_harbor"),
        SnapshotQuery,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the snapshot that you have"),
    ),
    responses(
        (status = 200, description = "The snapshot", body = Snapshot),
        (status = 304, description = "You have it"),
        (status = 400, description = "The parameter is there twice", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such calendar", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    State(context): State<Context>,
    Path(id): Path<String>,
    Query(query): Query<SnapshotQuery>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let id = CalendarId::parse(&id).ok_or_else(|| Problem::not_found("calendar"))?;
    limit::look(&context, &headers).await?;
    let mut published = snapshot::snapshot(&context, &id).await?;
    limit::look_at(&context, published.label.org).await?;
    if let Some(wanted) = query.first.filter(|_| !freshness::has(&headers, &published.label.version)) {
        published = published.with_first(&wanted, context.now());
    }
    let mut response = freshness::json(&headers, &published.label.version, published.body);
    response.extensions_mut().insert(Sites(published.label.origins));
    Ok(response)
}
