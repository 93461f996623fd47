//! `/api/orgs/:orgId/feeds…`: secret addresses that calendars subscribe to.

mod wire;

use crate::access::Allowed;
use crate::access::allowed::BookingsRead;
use crate::access::permission::Role;
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::feed::store::{self, Whose};
use crate::domain::feed::{Scope, edit};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use wire::{FeedIn, FeedOut, FeedScope, shown};

/// One's own; whoever runs the organization has all of them.
fn whose(allowed: &Allowed<BookingsRead>) -> Whose {
    Whose { org: allowed.org_id(), person: allowed.caller.acts_for(), all: allowed.role() <= Role::Admin }
}

/// What only this answer shows.
fn only(url: String) -> Map<String, Value> {
    Map::from_iter([("url".to_owned(), Value::String(url))])
}

/// Lists one's feeds; whoever runs the organization sees everybody's. Their addresses are not shown.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/feeds", tag = "Calendars", operation_id = "listFeeds",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<FeedOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<FeedOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = context.database().run(store::list(whose(&allowed), after, limit.saturating_add(1))).await?.all()?;
    Ok(Json(Page::of(rows, limit, |row: &store::Feed| row.id, shown)))
}

/// Makes an address that calendars subscribe to. It is in this answer and in no other: whoever has it reads who booked what.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/feeds", tag = "Calendars", operation_id = "createFeed", request_body = FeedIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 201, description = "Made", body = FeedOut), Writing),
)]
pub async fn create(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<FeedIn>>,
) -> Result<Response, Problem> {
    let scope = match (wanted.of, wanted.resource_id.as_deref()) {
        (FeedScope::Person, None) => Scope::Person,
        (FeedScope::Organization, None) => Scope::Organization,
        (FeedScope::Resource, Some(id)) => Scope::Resource(id),
        (FeedScope::Resource, None) => return Err(Problem::field("/resourceId", "required", "Which resource?")),
        (_, Some(_)) => {
            return Err(Problem::field("/resourceId", "not_allowed", "Only a feed of a resource names one."));
        }
    };
    let who = (allowed.org_id(), allowed.caller.acts_for(), allowed.actor());
    let (change, edit::Made { id, url }) = edit::create(&context, who, scope)?;
    let made = FeedOut::fresh(&id, &wanted, context.now());
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, only(url), change).await;
    Ok(written.map_err(|problem| problem.unless_changed(|| edit::refused(scope)))?.response)
}

/// Gives a feed another address. The one before reads nothing any more.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/feeds/{id}/rotate", tag = "Calendars", operation_id = "rotateFeed",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Feed"), Repeatable),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "With its new address", body = FeedOut), Writing),
)]
pub async fn rotate(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (change, feed, url) = edit::rotate(&context, whose(&allowed), allowed.actor(), &id).await?;
    let written = ticket.commit_secretly(&context, StatusCode::OK, &shown(feed), only(url), change).await;
    Ok(written.map_err(|problem| problem.unless_changed(edit::missing))?.response)
}

/// Ends a feed: its address reads nothing any more.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/feeds/{id}", tag = "Calendars", operation_id = "removeFeed",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Feed")),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let change = edit::remove(&context, whose(&allowed), allowed.actor(), &id);
    change.commit().await.map_err(Problem::from).map_err(|problem| problem.unless_changed(edit::missing))?;
    Ok(StatusCode::NO_CONTENT)
}
