//! `/api/orgs/:orgId/api-keys…`: keys of programs. They open the same routes as a session, as far as they reach.

pub mod wire;

use crate::access::allowed::OrgWrite;
use crate::access::caller::Who;
use crate::access::permission::{Permission, Role};
use crate::access::{Allowed, secret};
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::account::rules as person_rules;
use crate::domain::key::{MOST_KEYS, rules, store};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use shared::embed::Timestamp;
use wire::{ApiKeyOut, KeyIn, mode, shown};

/// Rows of the organizations that whoever asks belongs to: of others nothing is told.
fn visible(allowed: &Allowed<OrgWrite>) -> String {
    let rows: Vec<i64> = allowed.caller.memberships().iter().map(|one| one.org_id).collect();
    json!(rows).to_string()
}

fn too_many() -> Problem {
    Problem::new(Code::Conflict).because("too_many").detail("There are 100 keys of this member already.")
}

/// What only this answer shows.
fn only(key: String) -> Map<String, Value> {
    Map::from_iter([("key".to_owned(), Value::String(key))])
}

/// Whoever makes a key for those organizations; 404 and 403 where they may not.
fn maker<'a>(allowed: &'a Allowed<OrgWrite>, organizations: &[String]) -> Result<rules::Maker<'a>, Problem> {
    let (permissions, expires_at) = match allowed.caller.who() {
        Who::Person(_) => (None, None),
        Who::Key { permissions, expires_at, .. } => (Some(permissions.as_slice()), *expires_at),
        // A key would outlive what the person let the app do.
        Who::App { .. } => return Err(Problem::new(Code::Forbidden).because("person_needed")),
    };
    let role = |(index, id): (usize, &String)| {
        let membership = allowed.caller.may(Permission::OrgWrite, id).map_err(|problem| {
            problem.and_field(format!("/organizations/{index}"), "not_yours", "must be one in which you may make keys")
        })?;
        Ok(allowed.caller.role_in(membership))
    };
    let roles: Result<Vec<Role>, Problem> = organizations.iter().enumerate().map(role).collect();
    Ok(rules::Maker { roles: roles?, permissions, expires_at: expires_at.map(shared::zone::Instant) })
}

/// Lists the keys that work in an organization, the oldest first. The keys themselves are not shown.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/api-keys", tag = "API keys", operation_id = "listApiKeys",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "A page of them", body = Page<ApiKeyOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<ApiKeyOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let wanted = limit.saturating_add(1);
    let rows = store::list(context.database(), allowed.org_id(), after, wanted, &visible(&allowed)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Makes a key. It is in this answer and in no other.
///
/// It acts for the member who makes it and never exceeds them: what they may no longer do, it may no longer do. A key that
/// a key makes has no more than that one and ends with it.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/api-keys", tag = "API keys", operation_id = "createApiKey", request_body = KeyIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 201, description = "Made", body = ApiKeyOut), Writing),
)]
pub async fn create(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<KeyIn>>,
) -> Result<Response, Problem> {
    let now = context.now();
    let own = allowed.org.public_id.clone();
    let organizations = wanted.organizations.unwrap_or_else(|| vec![own.clone()]);
    if !organizations.contains(&own) {
        return Err(Problem::field("/organizations", "invalid_value", "must name the organization of the path, too"));
    }
    let maker = maker(&allowed, &organizations)?;
    let name = person_rules::name(&wanted.name, "/name")?;
    let prefix = rules::prefix(wanted.mode.as_deref().unwrap_or("live"), "/mode")?;
    let ceiling = rules::ceiling(wanted.role.as_deref(), &maker, "/role")?;
    let permissions = rules::permissions(&wanted.permissions, ceiling, &maker, "/permissions")?;
    let expires_at = rules::expiry(wanted.expires_at.map(|at| at.0), &maker, now, "/expiresAt")?;
    let permissions: Vec<String> = permissions.into_iter().map(|one| one.as_str().to_owned()).collect();
    let (id, key) = (context.mint("key"), fresh(&context, prefix)?);
    let (person, by) = (allowed.caller.acts_for(), made_by(&context, &allowed).await?);
    let made = ApiKeyOut {
        id: id.clone(),
        name: name.clone(),
        prefix: rules::shown(&key, prefix),
        mode: mode(prefix),
        role: ceiling.as_str().to_owned(),
        permissions: permissions.clone(),
        organizations: organizations.clone(),
        made_by: by.0,
        made_by_name: by.1,
        created_at: Timestamp(now),
        expires_at: expires_at.map(Timestamp),
        last_used_at: None,
        replaces: None,
        key: None,
    };
    let made_by = match allowed.caller.who() {
        Who::Key { row, .. } => Some(*row),
        Who::Person(_) | Who::App { .. } => None,
    };
    let new = store::New {
        public_id: &id,
        person,
        name: &name,
        prefix: &made.prefix,
        hash: &secret::hashed(&key),
        ceiling,
        permissions: &json!(permissions).to_string(),
        expires_at,
        made_by,
    };
    let (write, cover) = store::insert(&new, &json!(organizations).to_string(), MOST_KEYS, now);
    let mut change = Change::new(&context, allowed.org_id(), allowed.actor());
    change.must(write);
    change.must(cover);
    let detail = json!({ "name": name, "role": made.role, "permissions": permissions });
    change.audit("api_key.created", &id, &detail);
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, only(key), change).await;
    Ok(written.map_err(|error| error.unless_changed(too_many))?.response)
}

fn fresh(context: &Context, prefix: &str) -> Result<String, Problem> {
    Ok(format!("{prefix}{}", secret::token(context.random_key().map_err(Problem::internal)?)))
}

/// Public id and name of the member for whom the new key acts.
async fn made_by(context: &Context, allowed: &Allowed<OrgWrite>) -> Result<(String, String), Problem> {
    match allowed.caller.who() {
        Who::Person(person) | Who::App { person, .. } => Ok((person.public_id.clone(), person.name.clone())),
        Who::Key { id, .. } => {
            let own = existing(context, allowed, id).await?;
            Ok((own.maker, own.maker_name))
        }
    }
}

async fn existing(context: &Context, allowed: &Allowed<OrgWrite>, id: &str) -> Result<store::Key, Problem> {
    let found = store::find(context.database(), allowed.org_id(), id, &visible(allowed)).await?;
    found.ok_or_else(|| Problem::not_found("API key"))
}

/// Reads one key, without the key itself.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/api-keys/{id}", tag = "API keys", operation_id = "readApiKey",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Key")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "The key", body = ApiKeyOut), Reading),
)]
pub async fn read(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<ApiKeyOut>, Problem> {
    Ok(Json(shown(existing(&context, &allowed, &id).await?)))
}

/// Makes a key that takes the place of another. The one before works until it is revoked.
///
/// Only whoever made a key rotates it, since it acts for them; a key rotates itself alone.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/api-keys/{id}/rotate", tag = "API keys", operation_id = "rotateApiKey",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Key"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 201, description = "The new key", body = ApiKeyOut), Writing),
)]
pub async fn rotate(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let old = existing(&context, &allowed, &id).await?;
    let is_own = match allowed.caller.who() {
        Who::Person(person) => person.id == old.person_id,
        Who::Key { row, .. } => *row == old.id,
        Who::App { .. } => false,
    };
    if !is_own {
        let detail = "It acts for the member who made it; only they rotate it. You can revoke it.";
        return Err(Problem::new(Code::Forbidden).because("not_the_maker").detail(detail));
    }
    let prefix = rules::prefix(mode(&old.prefix), "")?;
    let (fresh_id, key) = (context.mint("key"), fresh(&context, prefix)?);
    let old_row = old.id;
    let made = ApiKeyOut {
        id: fresh_id.clone(),
        prefix: rules::shown(&key, prefix),
        created_at: Timestamp(now),
        last_used_at: None,
        replaces: Some(id.clone()),
        ..shown(old)
    };
    let (write, cover) = store::rotate(old_row, &fresh_id, &made.prefix, &secret::hashed(&key), MOST_KEYS, now);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(write);
    change.add(cover);
    change.audit("api_key.rotated", &id, &json!({ "by": fresh_id }));
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, only(key), change).await;
    Ok(written.map_err(|error| error.unless_changed(too_many))?.response)
}

/// Ends a key, and those that it made: everywhere where its maker asks, in this organization where another member does.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/api-keys/{id}", tag = "API keys", operation_id = "revokeApiKey",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Key")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "It opens nothing any more"), Writing),
)]
pub async fn revoke(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let key = existing(&context, &allowed, &id).await?;
    let mut change = Change::new(&context, org, allowed.actor());
    if key.person_id == allowed.caller.acts_for() {
        change.must(store::revoke(key.id, now));
    } else {
        let (withdraw, end) = store::withdraw(key.id, org, now);
        change.must(withdraw);
        change.add(end);
    }
    change.audit("api_key.revoked", &id, &json!({ "name": key.name }));
    let gone = || Problem::not_found("API key");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(gone))?;
    Ok(StatusCode::NO_CONTENT)
}
