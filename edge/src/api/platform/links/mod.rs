//! `/api/orgs/:orgId/calendar-links…`: calendars elsewhere, for busy times from there and bookings into them.

mod wire;

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::Role;
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::link::clash::store::{Clash, clashes};
use crate::domain::link::edit::{self, Patch, Wanted};
use crate::domain::link::events;
use crate::domain::link::store::{self, Link, Whose};
use crate::domain::record::Change;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use wire::{ChoicesOut, LinkIn, LinkInFull, LinkKind, LinkOut, LinkPatch, OverwriteIn, choice, clash, shown, stuck};
use worker::send::SendFuture;

/// One's own; whoever runs the organization has all of them.
fn whose<P>(allowed: &Allowed<P>) -> Whose {
    Whose { org: allowed.org_id(), person: allowed.caller.acts_for(), all: allowed.role() <= Role::Admin }
}

fn missing() -> Problem {
    Problem::not_found("calendar link")
}

fn out(context: &Context, link: Link) -> LinkOut {
    let calendar = edit::chosen(context, &link);
    shown(link, calendar)
}

async fn in_full(context: &Context, whose: Whose, id: &str) -> Result<LinkInFull, Problem> {
    let batch =
        vec![store::find(whose, id), clashes(whose, Some(id), context.now()), events::store::stuck(whose, Some(id))];
    let mut answers = context.database().batch(batch).await?;
    let link: Link = answers.first()?.ok_or_else(missing)?;
    let zone = link.timezone.clone();
    let clashes: Vec<Clash> = answers.all()?;
    let unwritten: Vec<events::store::Stuck> = answers.all()?;
    Ok(LinkInFull {
        link: out(context, link),
        clashes: clashes.into_iter().map(|one| clash(one, &zone)).collect(),
        unwritten: unwritten.into_iter().map(stuck).collect(),
    })
}

/// Lists one's links; whoever runs the organization sees everybody's.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/calendar-links", tag = "Calendars", operation_id = "listCalendarLinks",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<LinkOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<LinkOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = context.database().run(store::list(whose(&allowed), after, limit.saturating_add(1))).await?.all()?;
    Ok(Json(Page::of(rows, limit, |row: &Link| row.id, |row| out(&context, row))))
}

/// Links a calendar elsewhere to a resource.
///
/// CALDAV: the account is tried at once. Where it has one calendar, or one is named, bookings are written there and its busy
/// times are read; otherwise choose one by PATCH. ICS: the file is fetched every half hour.
/// A busy time is a time off of the resource. A booking that was made before stays, and is listed as a clash.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/calendar-links", tag = "Calendars", operation_id = "createCalendarLink", request_body = LinkIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Linked", body = LinkInFull), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<LinkIn>>,
) -> Result<Response, Problem> {
    let (org, person) = (allowed.org_id(), allowed.caller.acts_for());
    let prepared = SendFuture::new(edit::prepare(
        &context,
        &Wanted {
            caldav: wanted.kind == LinkKind::Caldav,
            url: &wanted.url,
            username: wanted.username.as_deref(),
            password: wanted.password.as_deref(),
            calendar: wanted.calendar_url.as_deref(),
            name: wanted.name.as_deref(),
        },
    ))
    .await?;
    let change = edit::create(&context, (org, person, allowed.actor()), wanted.resource_id.as_deref(), &prepared);
    let written = ticket.commit(&context, StatusCode::CREATED, &json!({ "id": prepared.id }), change).await;
    let written = written.map_err(|problem| problem.unless_changed(edit::no_resource))?;
    if written.answers.is_none() {
        return Ok(written.response);
    }
    let made = in_full(&context, whose(&allowed), &prepared.id).await?;
    ticket.amend(&context, &made).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// Reads one link, with bookings that clash with it and bookings that could not be written there.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/calendar-links/{id}", tag = "Calendars", operation_id = "readCalendarLink",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "The link", body = LinkInFull), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<LinkInFull>, Problem> {
    Ok(Json(in_full(&context, whose(&allowed), &id).await?))
}

/// Lists the calendars of a link's account, to choose one. Asks the server.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/calendar-links/{id}/calendars", tag = "Calendars", operation_id = "listLinkedCalendars",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "Those that take events", body = ChoicesOut), Reading),
)]
pub async fn choices(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<ChoicesOut>, Problem> {
    let link = edit::existing(&context, whose(&allowed), &id).await?;
    let found = SendFuture::new(edit::choices(&context, &link)).await?;
    Ok(Json(ChoicesOut { data: found.into_iter().map(choice).collect() }))
}

/// Chooses the calendar, changes the account, or what the link is used for.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/calendar-links/{id}", tag = "Calendars", operation_id = "changeCalendarLink", request_body = LinkPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = LinkInFull), Writing),
)]
pub async fn change(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<LinkPatch>,
) -> Result<Json<LinkInFull>, Problem> {
    let mut link = edit::existing(&context, whose(&allowed), &id).await?;
    let patch = Patch {
        name: wanted.name.as_deref(),
        username: wanted.username.as_deref(),
        password: wanted.password.as_deref(),
        calendar: wanted.calendar_url.as_deref(),
        push: wanted.push,
        busy: wanted.busy,
    };
    let change = SendFuture::new(edit::change(&context, allowed.actor(), &mut link, &patch)).await?;
    change.commit().await.map_err(Problem::from).map_err(|problem| problem.unless_changed(missing))?;
    Ok(Json(in_full(&context, whose(&allowed), &id).await?))
}

/// Ends a link. The times off that came from there go; events that were written there stay.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/calendar-links/{id}", tag = "Calendars", operation_id = "removeCalendarLink",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let link = edit::existing(&context, whose(&allowed), &id).await?;
    let gone = edit::remove(&context, allowed.actor(), &link).commit().await.map_err(Problem::from);
    gone.map_err(|problem| problem.unless_changed(missing))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads and writes a link now, without waiting for its turn.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/calendar-links/{id}/sync", tag = "Calendars", operation_id = "syncCalendarLink",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = LinkInFull), Writing),
)]
pub async fn sync(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let link = edit::existing(&context, whose(&allowed), &id).await?;
    SendFuture::new(edit::sync(&context, &link)).await?;
    let now = in_full(&context, whose(&allowed), &id).await?;
    let nothing = Change::new(&context, allowed.org_id(), allowed.actor());
    Ok(ticket.commit(&context, StatusCode::OK, &now, nothing).await?.response)
}

/// Writes a booking over what somebody changed in the calendar.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/calendar-links/{id}/overwrite", tag = "Calendars", operation_id = "overwriteCalendarEvent",
    request_body = OverwriteIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Link"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "It is written within a minute", body = LinkInFull), Writing),
)]
pub async fn overwrite(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<OverwriteIn>>,
) -> Result<Response, Problem> {
    let now = in_full(&context, whose(&allowed), &id).await?;
    let mut change = Change::new(&context, allowed.org_id(), allowed.actor());
    change.must(events::store::overwrite(allowed.org_id(), &id, &wanted.booking_id));
    change.audit("calendar_link.overwritten", &id, &json!({ "booking": wanted.booking_id }));
    let unknown = || Problem::field("/bookingId", "unknown", "This booking was not written there.");
    let written = ticket.commit(&context, StatusCode::OK, &now, change).await;
    Ok(written.map_err(|problem| problem.unless_changed(unknown))?.response)
}
