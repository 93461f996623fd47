//! `/api/orgs/:orgId/resources/:id/blocks` and `/api/orgs/:orgId/blocks`: times off of a resource, and of the whole venue.

use super::missing;
use super::wire::{BlockIn, BlockOut, Off, shown_block};
use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::record::Change;
use crate::domain::resource::rules;
use crate::domain::resource::store::{self, Whose};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

async fn listed(
    context: &Context,
    allowed: &Allowed<CatalogRead>,
    whose: Whose<'_>,
    page: &PageIn,
) -> Result<Json<Page<BlockOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let mut batch = vec![store::blocks(allowed.org_id(), whose, after, limit.saturating_add(1))];
    batch.extend(whose.map(|id| store::find(allowed.org_id(), id)));
    let mut answers = context.database().batch(batch).await?;
    let rows: Vec<store::Block> = answers.all()?;
    if whose.is_some() && answers.first::<store::Resource>()?.is_none() {
        return Err(missing());
    }
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| shown_block(row, &allowed.org.timezone))))
}

async fn made(
    context: &Context,
    allowed: &Allowed<CatalogWrite>,
    whose: Whose<'_>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<BlockIn>>,
) -> Result<Response, Problem> {
    let reason = rules::reason(&wanted.reason, "/reason")?;
    let off = wanted.parse(&allowed.org.timezone)?;
    let (id, org, now) = (context.mint("blk"), allowed.org_id(), context.now());
    let (span, dates) = match off {
        Off::Span(from, to) => (Some((from, to)), None),
        Off::Dates(from, to) => (None, Some((from.to_string(), to.to_string()))),
    };
    let new = store::NewBlock { public_id: &id, span, dates, reason: &reason };
    let answer = shown_block(new.row(now), &allowed.org.timezone);
    let mut change = Change::new(context, org, allowed.actor());
    change.must(store::insert_block(org, whose, &new, now));
    let detail = json!({ "resource": whose, "from": answer.from, "to": answer.to, "reason": reason });
    change.audit("block.created", &id, &detail);
    change.shows();
    let written = ticket.commit(context, StatusCode::CREATED, &answer, change).await;
    Ok(written.map_err(|problem| problem.unless_changed(missing))?.response)
}

async fn removed(
    context: &Context,
    allowed: &Allowed<CatalogWrite>,
    whose: Whose<'_>,
    block: &str,
) -> Result<StatusCode, Problem> {
    let org = allowed.org_id();
    let mut change = Change::new(context, org, allowed.actor());
    change.must(store::delete_block(org, whose, block));
    change.audit("block.removed", block, &json!({ "resource": whose }));
    change.shows();
    let gone = change.commit().await.map_err(Problem::from);
    gone.map_err(|problem| problem.unless_changed(|| Problem::not_found("block")))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists a resource's times off.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/resources/{id}/blocks", tag = "Resources", operation_id = "listResourceBlocks",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<BlockOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<BlockOut>>, Problem> {
    listed(&context, &allowed, Some(&id), &page).await
}

/// Takes a resource off for some dates, or for a span. Bookings that were made stay.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/resources/{id}/blocks", tag = "Resources", operation_id = "blockResource", request_body = BlockIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "It is off then", body = BlockOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    once: Once<Body<BlockIn>>,
) -> Result<Response, Problem> {
    made(&context, &allowed, Some(&id), once).await
}

/// Takes a resource's time off back.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/resources/{id}/blocks/{blockId}", tag = "Resources", operation_id = "unblockResource",
    params(
        ("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Resource"),
        ("blockId" = String, Path, description = "Time off"),
    ),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "It works again"), Writing),
)]
pub async fn remove(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id, block)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    removed(&context, &allowed, Some(&id), &block).await
}

/// Lists the times at which the whole venue is closed.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/blocks", tag = "Resources", operation_id = "listVenueBlocks",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<BlockOut>), Reading),
)]
pub async fn list_venue(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<BlockOut>>, Problem> {
    listed(&context, &allowed, None, &page).await
}

/// Closes the whole venue for some dates, or for a span. Bookings that were made stay.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/blocks", tag = "Resources", operation_id = "blockVenue", request_body = BlockIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Closed then", body = BlockOut), Writing),
)]
pub async fn create_venue(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    once: Once<Body<BlockIn>>,
) -> Result<Response, Problem> {
    made(&context, &allowed, None, once).await
}

/// Opens the venue again.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/blocks/{blockId}", tag = "Resources", operation_id = "unblockVenue",
    params(("orgId" = String, Path, description = "Organization"), ("blockId" = String, Path, description = "Time off")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "Open again"), Writing),
)]
pub async fn remove_venue(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, block)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    removed(&context, &allowed, None, &block).await
}
