//! `/api/orgs/:orgId/calendars`: the calendars that a business puts on its pages.
//!
//! They go with the catalogue (`catalog:read`, `catalog:write`), not with the organization's settings: whoever may publish an
//! offering has to be able to put it where guests see it, and a calendar holds no secret and decides nobody's rights.

mod wire;

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::calendar::theme::Theme;
use crate::domain::calendar::{self, rules, store};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use wire::{CalendarIn, CalendarOut, CalendarPatch, shown, view_text};

fn missing() -> Problem {
    Problem::not_found("calendar")
}

fn theme_json(theme: wire::ThemeIn) -> Result<String, Problem> {
    serde_json::to_string(&Theme::from(theme).checked()?).map_err(Problem::internal)
}

/// Lists the calendars of an organization, the oldest first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/calendars", tag = "Calendars", operation_id = "listCalendars",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<CalendarOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<CalendarOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(context.database(), allowed.org_id(), after, limit.saturating_add(1)).await?;
    let origin = context.origin();
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| shown(row, &origin))))
}

/// Makes a calendar. Its page and its snapshot are there at once.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/calendars", tag = "Calendars", operation_id = "createCalendar", request_body = CalendarIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Made", body = CalendarOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<CalendarIn>>,
) -> Result<Response, Problem> {
    let (org, now, id) = (allowed.org_id(), context.now(), context.mint("cal"));
    let name = rules::name(&wanted.name)?;
    let languages = match &wanted.languages {
        Some(tags) => rules::languages(tags)?,
        None => json!([store::locale(context.database(), org).await?]).to_string(),
    };
    let origins = rules::origins(&wanted.origins)?;
    let theme = theme_json(wanted.theme)?;
    let offerings = calendar::own_offerings(&context, org, &wanted.offerings).await?;
    let new = store::New {
        public_id: &id,
        name: &name,
        view: view_text(wanted.view),
        languages: &languages,
        origins: &origins,
        theme: &theme,
        submissions: wanted.submissions,
    };
    let row = store::Row {
        id: 0,
        public_id: id.clone(),
        name: name.clone(),
        view: new.view.to_owned(),
        languages: languages.clone(),
        origins: origins.clone(),
        theme: theme.clone(),
        submissions: u8::from(wanted.submissions),
        offerings: offerings.clone(),
        created_at: now.0,
    };
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::insert(org, &new, rules::MOST_CALENDARS, now));
    store::list_offerings(org, &id, &offerings).into_iter().for_each(|statement| change.add(statement));
    change.audit("calendar.created", &id, &json!({ "name": name }));
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("There are 100 calendars already.");
    let written = ticket.commit(&context, StatusCode::CREATED, &shown(row, &context.origin()), change).await;
    Ok(written.map_err(|problem| problem.unless_changed(too_many))?.response)
}

/// Reads one calendar.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/calendars/{id}", tag = "Calendars", operation_id = "readCalendar",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Calendar")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "The calendar", body = CalendarOut), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<CalendarOut>, Problem> {
    let row = store::find(context.database(), allowed.org_id(), &id).await?.ok_or_else(missing)?;
    Ok(Json(shown(row, &context.origin())))
}

/// Changes a calendar; pages that show it follow at once.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/calendars/{id}", tag = "Calendars", operation_id = "changeCalendar", request_body = CalendarPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Calendar")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = CalendarOut), Writing),
)]
pub async fn change(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<CalendarPatch>,
) -> Result<Json<CalendarOut>, Problem> {
    let org = allowed.org_id();
    let name = wanted.name.as_deref().map(rules::name).transpose()?;
    let languages = wanted.languages.as_deref().map(rules::languages).transpose()?;
    let origins = wanted.origins.as_deref().map(rules::origins).transpose()?;
    let theme = wanted.theme.map(theme_json).transpose()?;
    let offerings = match &wanted.offerings {
        Some(ids) => Some(calendar::own_offerings(&context, org, ids).await?),
        None => None,
    };
    let changed = store::Changed {
        name: name.as_deref(),
        view: wanted.view.map(view_text),
        languages: languages.as_deref(),
        origins: origins.as_deref(),
        theme: theme.as_deref(),
        submissions: wanted.submissions,
    };
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::update(org, &id, &changed, context.now()));
    if let Some(offerings) = &offerings {
        store::list_offerings(org, &id, offerings).into_iter().for_each(|statement| change.add(statement));
    }
    let fields = [
        ("name", name.is_some()),
        ("view", wanted.view.is_some()),
        ("languages", languages.is_some()),
        ("origins", origins.is_some()),
        ("theme", theme.is_some()),
        ("submissions", wanted.submissions.is_some()),
        ("offerings", offerings.is_some()),
    ];
    let fields: Vec<&str> = fields.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect();
    change.audit("calendar.changed", &id, &json!({ "fields": fields }));
    change.add(store::find_statement(org, &id));
    change.shows();
    let answers = change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    let row = answers.last::<store::Row>()?.into_iter().next().ok_or_else(missing)?;
    Ok(Json(shown(row, &context.origin())))
}

/// Takes a calendar away: its page and its snapshot are gone. Offerings and bookings stay.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/calendars/{id}", tag = "Calendars", operation_id = "removeCalendar",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Calendar")),
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
    change.audit("calendar.removed", &id, &json!({}));
    change.shows();
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(StatusCode::NO_CONTENT)
}
