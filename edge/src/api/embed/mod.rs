//! What the widget asks for by itself: the snapshot of a calendar. The rest of its requests are the platform's.

use crate::api::freshness;
use crate::context::Context;
use crate::domain::catalog::snapshot;
use crate::problem::{Problem, ProblemOut};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use shared::id::CalendarId;

/// Tells everything that a browser needs to show slots and prices of a calendar without asking again.
///
/// Zone, schedules, resources, anonymous claims and prices for the whole booking horizon. The engine does the rest.
#[utoipa::path(
    get, path = "/embed/{calendarId}", tag = "Embed", operation_id = "readSnapshot", security(()),
    params(
        ("calendarId" = String, Path, description = "Public id of the calendar", example = "cal_harbor"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the snapshot that you have"),
    ),
    responses(
        (status = 200, description = "The snapshot", body = Object),
        (status = 304, description = "You have it"),
        (status = 404, description = "No such calendar", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let id = CalendarId::parse(&id).ok_or_else(|| Problem::not_found("calendar"))?;
    let published = snapshot::snapshot(&context, &id).await?;
    let mut response = freshness::json(&headers, &published.label.version, published.body);
    restrict(&mut response, &published.label.origins, headers.get(header::ORIGIN));
    Ok(response)
}

/// A calendar that names its sites is read by no other; the browser sees to it.
fn restrict(response: &mut Response<Body>, origins: &[String], asking: Option<&HeaderValue>) {
    let Some(first) = origins.first() else { return };
    let asking = asking.and_then(|origin| origin.to_str().ok());
    let named = origins.iter().find(|origin| asking == Some(origin.as_str())).unwrap_or(first);
    if let Ok(named) = HeaderValue::from_str(named) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, named);
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("origin"));
}
