//! `/api/orgs` and `/api/orgs/:orgId`: an organization itself, from founding to closing, and the record of what was done.

mod patch;
mod settings;
pub mod wire;

use crate::access::allowed::{OrgOwn, OrgRead, OrgWrite};
use crate::access::{Allowed, Personal, limit};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::platform::auth::wire::FoundIn;
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::org::found::{self, slug_taken};
use crate::domain::org::store::{self, Row};
use crate::domain::org::zone::wall_time;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use patch::OrgPatch;
use serde::Deserialize;
use serde_json::json;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::IntoParams;
use wire::{AuditOut, CloseIn, OrgOut, shown};

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// Bookings in the way that are named, of those that are.
const MOST_NAMED: i64 = 20;

async fn existing(context: &Context, org: i64) -> Result<Row, Problem> {
    store::find(context.database(), org).await?.ok_or_else(|| Problem::not_found("organization"))
}

/// Founds another organization; whoever does is its OWNER.
#[utoipa::path(
    post, path = "/api/orgs", tag = "Organizations", operation_id = "createOrganization", request_body = FoundIn,
    params(Repeatable),
    security(("session" = [])),
    responses((status = 201, description = "Founded", body = OrgOut), Writing),
)]
pub async fn create(
    Personal(caller): Personal,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<FoundIn>>,
) -> Result<Response, Problem> {
    let person = caller.person()?;
    let new = found::checked(&context, wanted.into(), "")?;
    limit::count(&context, limit::LOGIN, format!("founds:{}", person.public_id)).await?;
    let now = context.now();
    let made = shown(Row {
        public_id: new.public_id.clone(),
        slug: new.slug.clone(),
        name: new.name.clone(),
        timezone: new.timezone.clone(),
        currency: new.currency.clone(),
        locale: new.locale.clone(),
        hold_seconds: store::FIRST_HOLD_SECONDS,
        settings: store::FIRST_SETTINGS.to_owned(),
        price_rules: "{}".to_owned(),
        created_at: now.0,
    });
    let first = store::found(&new, &person.public_id, now);
    let written = ticket.commit_with(&context, StatusCode::CREATED, &made, first.into()).await;
    written.map_err(|error| slug_taken(error, ""))?
}

/// Reads an organization.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}", tag = "Organizations", operation_id = "readOrganization",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:read"]), ("session" = ["org:read"])),
    responses((status = 200, description = "The organization", body = OrgOut), Reading),
)]
pub async fn read(allowed: Allowed<OrgRead>, State(context): State<Context>) -> Result<Json<OrgOut>, Problem> {
    Ok(Json(shown(existing(&context, allowed.org_id()).await?)))
}

/// Changes what an organization set for itself. What is left out stays, null clears.
///
/// The currency changes only while there are no bookings (`currency_in_use`); a slug belongs to one (`slug_taken`).
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}", tag = "Organizations", operation_id = "changeOrganization", request_body = OrgPatch,
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "As it is now", body = OrgOut), Writing),
)]
pub async fn change(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Body { value: wanted, .. }: Body<OrgPatch>,
) -> Result<Json<OrgOut>, Problem> {
    let org = allowed.org_id();
    let (patch, fields) = settings::checked(wanted)?;
    if !fields.is_empty() {
        let mut change = Change::new(&context, org, allowed.actor());
        store::change(org, &patch, context.now()).into_iter().for_each(|statement| change.add(statement));
        change.audit("organization.changed", &allowed.org.public_id, &json!({ "fields": fields }));
        change.shows();
        change.commit().await.map_err(|error| match error {
            StoreError::Refused(word) if word == "currency_in_use" => {
                let rule = "cannot change any more: there are bookings in it";
                Problem::new(Code::Conflict).because(&word).and_field("/currency", &word, rule)
            }
            other => slug_taken(other, ""),
        })?;
    }
    Ok(Json(shown(existing(&context, org).await?)))
}

/// Closes an organization for good: nothing of it is sold or shown any more, everybody who worked there is out, and so are
/// keys, apps and webhooks. What was done stays on record.
///
/// Its name, letter by letter, confirms it. While bookings are ahead it is refused and names them (`bookings_ahead`).
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}", tag = "Organizations", operation_id = "closeOrganization", request_body = CloseIn,
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:own"]), ("session" = ["org:own"])),
    responses((status = 204, description = "Closed"), Writing),
)]
pub async fn close(
    allowed: Allowed<OrgOwn>,
    State(context): State<Context>,
    Body { value: CloseIn { confirm }, .. }: Body<CloseIn>,
) -> Result<StatusCode, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    if confirm != allowed.org.name {
        return Err(Problem::field("/confirm", "not_the_name", "must be the organization's name, letter by letter"));
    }
    let [first, others @ ..] = store::close(org, now);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(first);
    others.into_iter().for_each(|statement| change.add(statement));
    change.audit("organization.closed", &allowed.org.public_id, &json!({ "name": allowed.org.name }));
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(StoreError::Refused(word)) if word == "bookings_ahead" => Err(in_the_way(&context, &allowed).await?),
        Err(other) => Err(Problem::from(other).unless_changed(|| Problem::not_found("organization"))),
    }
}

async fn in_the_way(context: &Context, allowed: &Allowed<OrgOwn>) -> Result<Problem, Problem> {
    let ahead = store::ahead(context.database(), allowed.org_id(), MOST_NAMED, context.now()).await?;
    let problem = Problem::new(Code::Conflict)
        .because("bookings_ahead")
        .detail("Bookings are ahead. Cancel them, or wait until they are over.");
    Ok(ahead.into_iter().fold(problem, |problem, booking| {
        let starts = wall_time(&allowed.org.timezone, Instant(booking.starts_at));
        let name = booking.number.unwrap_or(booking.public_id);
        problem.and_field("", "booking_ahead", format!("{name}, {starts}"))
    }))
}

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct AuditFilter {
    /// Public id of whoever did it.
    actor: Option<String>,
    /// Public id of what it was done to.
    subject: Option<String>,
}

/// Lists what was done in an organization, the newest first. The record is only ever added to.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/audit", tag = "Organizations", operation_id = "listAudit",
    params(("orgId" = String, Path, description = "Organization"), PageIn, AuditFilter),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "A page of it", body = Page<AuditOut>), Reading),
)]
pub async fn audit(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<AuditFilter>,
) -> Result<Json<Page<AuditOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let wanted = limit.saturating_add(1);
    let filter = (asked.actor.as_deref(), asked.subject.as_deref());
    let rows = store::audit(context.database(), allowed.org_id(), filter, before, wanted).await?;
    let show = |entry: store::Entry| AuditOut {
        at: Timestamp(Instant(entry.at)),
        actor: entry.actor,
        actor_name: entry.actor_name,
        action: entry.action,
        subject: entry.subject,
        detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
    };
    Ok(Json(Page::of(rows, limit, |row| row.id, show)))
}
