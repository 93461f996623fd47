//! `/api/orgs/:orgId/oauth-apps…`: the apps that an organization registered. [`token`] is where they exchange codes.

pub mod token;

use crate::access::Allowed;
use crate::access::allowed::{OrgRead, OrgWrite};
use crate::access::oauth::rules;
use crate::access::oauth::store::{self, AppRow, NewApp};
use crate::access::permission::Permission;
use crate::access::secret;
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

const SECRET_PREFIX: &str = "dms_";
const MOST_APPS: i64 = 25;
const MOST_URIS: usize = 10;

/// An app to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppIn {
    /// What people read on the consent page, at most 100 characters.
    #[schema(example = "Tide Tables")]
    name: String,
    /// Where codes may be sent, 1 to 10: https, or http to the machine itself. Compared sign by sign.
    #[schema(example = json!(["https://app.example.com/callback"]))]
    redirect_uris: Vec<String>,
    /// What it may ask for; `GET /api/meta/permissions` lists them.
    #[schema(example = json!(["bookings:read"]))]
    scopes: Vec<String>,
    /// Whether it can keep a secret: a server can, a script in a browser or an app on a phone cannot. True when left out.
    #[serde(default = "yes")]
    confidential: bool,
}

const fn yes() -> bool {
    true
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AppPatch {
    /// What people read on the consent page.
    name: Option<String>,
    /// Where codes may be sent.
    redirect_uris: Option<Vec<String>>,
    /// What it may ask for from now on; what was granted stays granted.
    scopes: Option<Vec<String>>,
}

/// An app.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppOut {
    /// Its client_id.
    #[schema(example = "app_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    client_id: String,
    /// What people read on the consent page.
    name: String,
    /// Where codes may be sent.
    redirect_uris: Vec<String>,
    /// What it may ask for.
    scopes: Vec<String>,
    /// Whether it has a secret.
    confidential: bool,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Its secret; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

fn shown(app: &AppRow) -> AppOut {
    let terms = app.terms();
    AppOut {
        client_id: app.public_id.clone(),
        name: app.name.clone(),
        redirect_uris: terms.redirect_uris,
        scopes: terms.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        confidential: terms.confidential,
        created_at: Timestamp(Instant(app.created_at)),
        client_secret: None,
    }
}

fn name(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(Problem::field("/name", "invalid_value", "must be one line of text"));
    }
    match text.chars().count() {
        1..=100 => Ok(text.to_owned()),
        _ => Err(Problem::field("/name", "invalid_length", "must have 1 to 100 characters")),
    }
}

fn redirect_uris(uris: &[String]) -> Result<Vec<String>, Problem> {
    if !(1..=MOST_URIS).contains(&uris.len()) {
        return Err(Problem::field("/redirectUris", "invalid_length", "must name 1 to 10 addresses"));
    }
    uris.iter().enumerate().map(|(index, uri)| rules::redirect_uri(uri, &format!("/redirectUris/{index}"))).collect()
}

/// Scopes that somebody with this role may hand on: an app is not given more than whoever registers it has.
fn scopes(names: &[String], allowed: &Allowed<OrgWrite>) -> Result<Vec<Permission>, Problem> {
    if names.is_empty() {
        return Err(Problem::field("/scopes", "too_few", "must name at least one scope"));
    }
    let role = allowed.caller.role_in(&allowed.org);
    let read = |(index, name): (usize, &String)| {
        let scope = Permission::parse(name).filter(|scope| *scope != Permission::OrgOwn && role.may(*scope));
        let rule = "must be a permission that you have yourself; GET /api/meta/permissions lists them";
        scope.ok_or_else(|| Problem::field(format!("/scopes/{index}"), "unknown_scope", rule))
    };
    names.iter().enumerate().map(read).collect()
}

fn fresh_secret(context: &Context) -> Result<String, Problem> {
    Ok(format!("{SECRET_PREFIX}{}", secret::token(context.random_key().map_err(Problem::internal)?)))
}

fn only(secret: Option<String>) -> Map<String, Value> {
    secret.map(|secret| ("clientSecret".to_owned(), Value::String(secret))).into_iter().collect()
}

async fn existing(context: &Context, org: i64, app: &str) -> Result<AppRow, Problem> {
    store::app_of(context.database(), org, app).await?.ok_or_else(missing)
}

fn missing() -> Problem {
    Problem::not_found("app")
}

/// Lists the apps of an organization, the oldest first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/oauth-apps", tag = "OAuth", operation_id = "listApps",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["org:read"]), ("session" = ["org:read"])),
    responses((status = 200, description = "A page of them", body = Page<AppOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<OrgRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<AppOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::apps(context.database(), allowed.org_id(), after, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| shown(&row))))
}

/// Registers an app. The secret of a confidential one is in this answer and in no other.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/oauth-apps", tag = "OAuth", operation_id = "createApp", request_body = AppIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 201, description = "Registered", body = AppOut), Writing),
)]
pub async fn create(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<AppIn>>,
) -> Result<Response, Problem> {
    let (name, uris) = (name(&wanted.name)?, redirect_uris(&wanted.redirect_uris)?);
    let scopes = scopes(&wanted.scopes, &allowed)?;
    let (id, org, now) = (context.mint("app"), allowed.org_id(), context.now());
    let secret = wanted.confidential.then(|| fresh_secret(&context)).transpose()?;
    let made = AppOut {
        client_id: id.clone(),
        name: name.clone(),
        redirect_uris: uris.clone(),
        scopes: scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        confidential: wanted.confidential,
        created_at: Timestamp(now),
        client_secret: None,
    };
    let hash = secret.as_deref().map(secret::hashed);
    let new =
        NewApp { public_id: &id, name: &name, secret_hash: hash.as_deref(), redirect_uris: &uris, scopes: &scopes };
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::insert_app(org, &new, MOST_APPS, now));
    change.audit("oauth_app.created", &id, &json!({ "name": name, "scopes": made.scopes }));
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("There are 25 apps already.");
    let written = ticket.commit_secretly(&context, StatusCode::CREATED, &made, only(secret), change).await;
    Ok(written.map_err(|error| error.unless_changed(too_many))?.response)
}

/// Reads an app.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/oauth-apps/{id}", tag = "OAuth", operation_id = "readApp",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "App")),
    security(("key" = ["org:read"]), ("session" = ["org:read"])),
    responses((status = 200, description = "The app, without its secret", body = AppOut), Reading),
)]
pub async fn read(
    allowed: Allowed<OrgRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<AppOut>, Problem> {
    Ok(Json(shown(&existing(&context, allowed.org_id(), &id).await?)))
}

/// Changes an app.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/oauth-apps/{id}", tag = "OAuth", operation_id = "changeApp", request_body = AppPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "App")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "As it is now", body = AppOut), Writing),
)]
pub async fn change(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<AppPatch>,
) -> Result<Json<AppOut>, Problem> {
    let name = wanted.name.as_deref().map(name).transpose()?;
    let uris = wanted.redirect_uris.as_deref().map(redirect_uris).transpose()?;
    let scopes = wanted.scopes.as_deref().map(|names| scopes(names, &allowed)).transpose()?;
    let org = allowed.org_id();
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::change_app(org, &id, name.as_deref(), uris.as_deref(), scopes.as_deref()));
    change.audit("oauth_app.changed", &id, &json!({}));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(Json(shown(&existing(&context, org, &id).await?)))
}

/// Takes an app away: its tokens are worth nothing from then on.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/oauth-apps/{id}", tag = "OAuth", operation_id = "removeApp",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "App")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let org = allowed.org_id();
    let mut change = Change::new(&context, org, allowed.actor());
    let [revoke, revoke_grants] = store::revoke_app(org, &id, context.now());
    change.must(revoke);
    change.add(revoke_grants);
    change.audit("oauth_app.removed", &id, &json!({}));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a confidential app another secret; the old one is worth nothing from then on.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/oauth-apps/{id}/rotate-secret", tag = "OAuth", operation_id = "rotateAppSecret",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "App"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "The app with its new secret", body = AppOut), Writing),
)]
pub async fn rotate_secret(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let org = allowed.org_id();
    let app = existing(&context, org, &id).await?;
    let secret = fresh_secret(&context)?;
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::new_secret(org, &id, &secret::hashed(&secret)));
    change.audit("oauth_app.secret_rotated", &id, &json!({}));
    let public = || Problem::new(Code::Conflict).because("public_client").detail("A public client has no secret.");
    let written = ticket.commit_secretly(&context, StatusCode::OK, &shown(&app), only(Some(secret)), change).await;
    Ok(written.map_err(|error| error.unless_changed(public))?.response)
}
