//! `/api/orgs/:orgId/resources/:id/availability`: when a resource works.

use super::wire::{self, AvailabilityIn, AvailabilityOut};
use super::{existing, missing, overrides, weekly};
use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::record::Change;
use crate::domain::resource::{rules, store};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

fn shown(row: &store::Resource, zone: &str) -> AvailabilityOut {
    AvailabilityOut {
        weekly: wire::weekly(&row.weekly),
        overrides: wire::overrides(&row.overrides),
        zone: zone.to_owned(),
    }
}

/// Reads when a resource works.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/resources/{id}/availability", tag = "Resources", operation_id = "readResourceHours",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "Its hours", body = AvailabilityOut), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<AvailabilityOut>, Problem> {
    Ok(Json(shown(&existing(&context, allowed.org_id(), &id).await?, &allowed.org.timezone)))
}

/// What is to be, checked: hours and dates as the database keeps them.
fn checked(wanted: &AvailabilityIn) -> Result<(Option<String>, Option<String>), Problem> {
    let pointer = if wanted.overrides.is_none() && wanted.weekly.is_some() { "" } else { "/weekly" };
    let weekly = wanted.weekly.as_deref().map(|hours| weekly(hours, pointer)).transpose()?;
    let days = wanted.overrides.as_deref();
    Ok((weekly, days.map(|days| overrides(days, rules::MOST_UNITS, "/overrides")).transpose()?))
}

fn change<'a>(
    context: &'a Context,
    allowed: &'a Allowed<CatalogWrite>,
    id: &str,
    parts: &(Option<String>, Option<String>),
) -> Change<'a> {
    let (weekly, overrides) = (parts.0.as_deref(), parts.1.as_deref());
    let update = store::Update { weekly, overrides, ..store::Update::default() };
    let mut change = Change::new(context, allowed.org_id(), allowed.actor());
    change.must(store::update(allowed.org_id(), id, &update, context.now()));
    change.audit("resource.hours_set", id, &json!({ "weekly": weekly, "overrides": overrides }));
    change.shows();
    change
}

/// Sets when a resource works: a list of weekly hours, or an object with `weekly` and `overrides`.
///
/// Wall time at the venue; several windows a day, also over midnight. No hours at all means always. Bookings that were made
/// stay.
#[utoipa::path(
    put, path = "/api/orgs/{orgId}/resources/{id}/availability", tag = "Resources", operation_id = "setResourceHours", request_body = AvailabilityIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "Its hours now", body = AvailabilityOut), Writing),
)]
pub async fn set(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<AvailabilityIn>,
) -> Result<Json<AvailabilityOut>, Problem> {
    let parts = checked(&wanted)?;
    let mut answers = change(&context, &allowed, &id, &parts)
        .commit()
        .await
        .map_err(|error| Problem::from(error).unless_changed(missing))?;
    let row: Option<store::Resource> = answers.first()?;
    Ok(Json(shown(&row.ok_or_else(missing)?, &allowed.org.timezone)))
}

/// Sets when a resource works, as PUT does.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/resources/{id}/availability", tag = "Resources", operation_id = "postResourceHours", request_body = AvailabilityIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "Its hours now", body = AvailabilityOut), Writing),
)]
pub async fn post(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<AvailabilityIn>>,
) -> Result<Response, Problem> {
    let parts = checked(&wanted)?;
    let before = existing(&context, allowed.org_id(), &id).await?;
    let after = store::Resource {
        weekly: parts.0.clone().unwrap_or(before.weekly.clone()),
        overrides: parts.1.clone().unwrap_or(before.overrides.clone()),
        ..before
    };
    let answer = shown(&after, &allowed.org.timezone);
    let written = ticket.commit(&context, StatusCode::OK, &answer, change(&context, &allowed, &id, &parts)).await;
    Ok(written.map_err(|problem| problem.unless_changed(missing))?.response)
}
