//! `/api/orgs/:orgId/feeds…`: secret addresses that calendars subscribe to.

mod wire;

use crate::access::Allowed;
use crate::access::allowed::BookingsRead;
use crate::access::permission::Role;
use crate::access::secret;
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::feed::store::{self, Whose};
use crate::domain::feed::{Scope, address};
use crate::domain::record::Change;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use wire::{FeedIn, FeedOut, FeedScope, shown};

/// One's own; whoever runs the organization has all of them.
fn whose(allowed: &Allowed<BookingsRead>) -> Whose {
    Whose { org: allowed.org_id(), person: allowed.caller.acts_for(), all: allowed.role() <= Role::Admin }
}

fn missing() -> Problem {
    Problem::not_found("feed")
}

/// A fresh token: its address, which is shown once, and its hash.
fn fresh(context: &Context) -> Result<(Map<String, Value>, String), Problem> {
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let url = Value::String(address(context, &token));
    Ok((Map::from_iter([("url".to_owned(), url)]), secret::hashed(&token)))
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
    let (id, org, now) = (context.mint("feed"), allowed.org_id(), context.now());
    let (url, hash) = fresh(&context)?;
    let made = FeedOut::fresh(&id, &wanted, now);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::insert(org, allowed.caller.acts_for(), &id, scope, &hash, now));
    change.audit("feed.created", &id, &json!({ "of": scope.as_str(), "resource": scope.resource() }));
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, url, change).await;
    let refused = || match scope.resource() {
        Some(_) => Problem::field("/resourceId", "unknown", "There is no such resource."),
        None => Problem::new(crate::problem::Code::Conflict).because("too_many").detail("There are 200 feeds already."),
    };
    Ok(written.map_err(|problem| problem.unless_changed(refused))?.response)
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
    let whose = whose(&allowed);
    let found: Option<store::Feed> = context.database().run(store::find(whose, &id)).await?.first()?;
    let mut feed = found.ok_or_else(missing)?;
    feed.rotated_at = Some(context.now().0);
    let (url, hash) = fresh(&context)?;
    let mut change = Change::new(&context, whose.org, allowed.actor());
    change.must(store::rotate(whose, &id, &hash, context.now()));
    change.audit("feed.rotated", &id, &json!({}));
    let written = ticket.commit_secretly(&context, StatusCode::OK, &shown(feed), url, change).await;
    Ok(written.map_err(|problem| problem.unless_changed(missing))?.response)
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
    let whose = whose(&allowed);
    let mut change = Change::new(&context, whose.org, allowed.actor());
    change.must(store::remove(whose, &id));
    change.audit("feed.removed", &id, &json!({}));
    change.commit().await.map_err(Problem::from).map_err(|problem| problem.unless_changed(missing))?;
    Ok(StatusCode::NO_CONTENT)
}
