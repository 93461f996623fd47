//! What the widget asks for by itself: the snapshot of a calendar, and its public form. The rest of its requests are the
//! platform's.

pub mod submissions;

use crate::access::limit;
use crate::api::cors::Sites;
use crate::api::freshness;
use crate::api::query::Query;
use crate::context::Context;
use crate::domain::catalog::snapshot::{self, Question};
use crate::problem::{Problem, ProblemOut};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde::Deserialize;
use shared::civil::Date;
use shared::embed::Snapshot;
use shared::id::CalendarId;
use shared::party::Party;
use utoipa::IntoParams;

/// What to answer ahead of time.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    /// Adds `first`: the starts of this offering around `date`, or around the first date with something to book; empty means
    /// the only one of a calendar that has just one. Without such an offering there is no `first`.
    #[param(example = "tour_harbor_sunset")]
    first: Option<String>,
    /// The venue date that `first` is about. What is no date counts as not given.
    #[param(example = "2026-12-01")]
    date: Option<String>,
    /// For whom `first` is: party types with counts; the smallest party where nobody is named. What makes no sense is left out.
    #[param(example = "adult:2,child:1")]
    party: Option<String>,
}

impl SnapshotQuery {
    /// As a tag's attributes ask it: as leniently as the calendar reads them.
    fn question(self) -> Option<Question> {
        let offering = self.first?;
        let date = self.date.as_deref().and_then(Date::parse);
        Some(Question { offering, date, party: Party::read(self.party.as_deref().unwrap_or_default()) })
    }
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
    if let Some(question) = query.question().filter(|_| !freshness::has(&headers, &published.label.version)) {
        published = published.with_first(question, context.now());
    }
    let mut response = freshness::json(&headers, &published.label.version, published.body);
    response.extensions_mut().insert(Sites(published.label.origins));
    Ok(response)
}
