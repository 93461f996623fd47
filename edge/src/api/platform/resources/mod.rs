//! `/api/orgs/:orgId/resources…`: what can be busy, for those who work there.

pub mod blocks;
pub mod hours;
pub mod wire;

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::domain::resource::{rules, store, usage};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use shared::availability::{DayOverride, WeeklyWindow};
use shared::embed::Timestamp;
use wire::{ResourceFilter, ResourceIn, ResourceOut, ResourcePatch, shown};

fn missing() -> Problem {
    Problem::not_found("resource")
}

async fn existing(context: &Context, org: i64, id: &str) -> Result<store::Resource, Problem> {
    context.database().run(store::find(org, id)).await?.first()?.ok_or_else(missing)
}

/// Hours, checked, as the database keeps them.
fn weekly(hours: &[wire::WeeklyHours], pointer: &str) -> Result<String, Problem> {
    let windows: Vec<WeeklyWindow> = hours.iter().map(Into::into).collect();
    rules::weekly(&windows, pointer)?;
    serde_json::to_string(&windows).map_err(Problem::internal)
}

/// Dates, checked, as the database keeps them.
fn overrides(days: &[wire::DateHours], units: u32, pointer: &str) -> Result<String, Problem> {
    let days: Vec<DayOverride> = days.iter().map(Into::into).collect();
    rules::overrides(&days, units, pointer)?;
    serde_json::to_string(&days).map_err(Problem::internal)
}

/// Lists the resources of an organization, the oldest first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/resources", tag = "Resources", operation_id = "listResources",
    params(("orgId" = String, Path, description = "Organization"), PageIn, ResourceFilter),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<ResourceOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(filter): Query<ResourceFilter>,
) -> Result<Json<Page<ResourceOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let kind = filter.kind.as_deref().filter(|kind| !kind.is_empty());
    let rows = store::list(allowed.org_id(), kind, after, limit.saturating_add(1));
    let rows = context.database().run(rows).await?.all()?;
    Ok(Json(Page::of(rows, limit, |row: &store::Resource| row.id, shown)))
}

/// Makes a resource. Without weekly hours it is there always.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/resources", tag = "Resources", operation_id = "createResource", request_body = ResourceIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Made", body = ResourceOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<ResourceIn>>,
) -> Result<Response, Problem> {
    let name = rules::name(&wanted.name, "/name")?;
    let units = rules::units(wanted.units, "/units")?;
    let email = wanted.email.as_deref().map(|text| rules::email(text, "/email")).transpose()?;
    let weekly = weekly(&wanted.weekly, "/weekly")?;
    let overrides = overrides(&wanted.overrides, units, "/overrides")?;
    let (id, org, now) = (context.mint("res"), allowed.org_id(), context.now());
    let new = store::New {
        public_id: &id,
        kind: wanted.kind.as_str(),
        name: &name,
        public: wanted.public,
        units,
        weekly: &weekly,
        overrides: &overrides,
        email: email.as_deref(),
    };
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::insert(org, &new, now));
    change.audit("resource.created", &id, &json!({ "name": name, "kind": new.kind, "units": units }));
    change.shows();
    let made = ResourceOut {
        id: id.clone(),
        name: name.clone(),
        kind: new.kind.to_owned(),
        units,
        public: wanted.public,
        email: email.clone(),
        weekly: wanted.weekly.clone(),
        overrides: wanted.overrides.clone(),
        created_at: Timestamp(now),
        updated_at: Timestamp(now),
    };
    Ok(ticket.commit(&context, StatusCode::CREATED, &made, change).await?.response)
}

/// Reads one resource.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/resources/{id}", tag = "Resources", operation_id = "readResource",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "The resource", body = ResourceOut), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<ResourceOut>, Problem> {
    Ok(Json(shown(existing(&context, allowed.org_id(), &id).await?)))
}

/// Changes a resource. Fewer units than are taken are refused, with the bookings that take them.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/resources/{id}", tag = "Resources", operation_id = "changeResource", request_body = ResourcePatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = ResourceOut), Writing),
)]
pub async fn change(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<ResourcePatch>,
) -> Result<Json<ResourceOut>, Problem> {
    let name = wanted.name.as_deref().map(|text| rules::name(text, "/name")).transpose()?;
    let units = wanted.units.map(|units| rules::units(units, "/units")).transpose()?;
    let email_given = wanted.email.said();
    let email = wanted.email.value().map(|text| rules::email(text, "/email")).transpose()?;
    let (org, now) = (allowed.org_id(), context.now());
    let update = store::Update {
        kind: wanted.kind.map(wire::ResourceKind::as_str),
        name: name.as_deref(),
        public: wanted.public,
        units,
        weekly: None,
        overrides: None,
        email: email_given.then_some(email.as_deref()),
    };
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::update(org, &id, &update, now));
    let detail = json!({ "name": name, "kind": update.kind, "units": units, "public": wanted.public });
    change.audit("resource.changed", &id, &detail);
    change.shows();
    match change.commit().await {
        Ok(mut answers) => Ok(Json(shown(answers.first()?.ok_or_else(missing)?))),
        Err(StoreError::Refused(word)) if word == "below_sold" => {
            let zone = &allowed.org.timezone;
            Err(usage::below_sold(&context, org, &id, units.unwrap_or(0), zone, "/units").await)
        }
        Err(error) => Err(Problem::from(error).unless_changed(missing)),
    }
}

/// Takes a resource away. While an offering, an add-on or a booking to come needs it, that is refused by name.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/resources/{id}", tag = "Resources", operation_id = "removeResource",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let org = allowed.org_id();
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::archive(org, &id, context.now()));
    change.audit("resource.removed", &id, &json!({}));
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(StoreError::Refused(word)) if word == "resource_in_use" => {
            Err(usage::in_use(&context, org, &id, &allowed.org.timezone).await)
        }
        Err(error) => Err(Problem::from(error).unless_changed(missing)),
    }
}
