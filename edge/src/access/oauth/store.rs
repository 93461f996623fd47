//! The SQL of apps, grants, codes and tokens.

use super::rules::App;
use crate::access::permission::Permission;
use crate::access::store::{Membership, Person};
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// An app.
#[derive(Clone, Debug, Deserialize)]
pub struct AppRow {
    /// Row.
    pub id: i64,
    /// `app_…`, the client_id.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// Name of the organization that registered it.
    pub org_name: String,
    /// SHA-256 of its secret; none for a public client.
    pub secret_hash: Option<String>,
    /// JSON array.
    redirect_uris: String,
    /// JSON array of permissions.
    scopes: String,
    /// When it was registered.
    pub created_at: i64,
}

impl AppRow {
    /// What its requests are judged by.
    pub fn terms(&self) -> App {
        App {
            confidential: self.secret_hash.is_some(),
            redirect_uris: serde_json::from_str(&self.redirect_uris).unwrap_or_default(),
            scopes: permissions(&self.scopes),
        }
    }
}

/// Permissions of a JSON array; what is no permission any more gives none.
pub fn permissions(json: &str) -> Vec<Permission> {
    let names: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    names.iter().filter_map(|name| Permission::parse(name)).collect()
}

fn names(permissions: &[Permission]) -> String {
    let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
    serde_json::to_string(&names).unwrap_or_default()
}

const APP: &str = "
select app.id, app.public_id, app.name, org.name as org_name, app.secret_hash, app.redirect_uris, app.scopes, app.created_at
from oauth_app as app
join org on org.id = app.org_id
where app.public_id = ?1 and app.revoked_at is null";

/// The app with that client_id.
pub async fn app(database: &Database, client_id: &str) -> Result<Option<AppRow>, StoreError> {
    database.run(sql(APP).bind(client_id)).await?.first()
}

const APPS: &str = "
select app.id, app.public_id, app.name, org.name as org_name, app.secret_hash, app.redirect_uris, app.scopes, app.created_at
from oauth_app as app
join org on org.id = app.org_id
where app.org_id = ?1 and app.id > ?2 and app.revoked_at is null
order by app.id
limit ?3";

/// Apps of an organization after row `after`.
pub async fn apps(database: &Database, org: i64, after: i64, limit: i64) -> Result<Vec<AppRow>, StoreError> {
    database.run(sql(APPS).bind(org).bind(after).bind(limit)).await?.all()
}

const APP_OF: &str = "
select app.id, app.public_id, app.name, org.name as org_name, app.secret_hash, app.redirect_uris, app.scopes, app.created_at
from oauth_app as app
join org on org.id = app.org_id
where app.org_id = ?1 and app.public_id = ?2 and app.revoked_at is null";

/// One app of an organization.
pub async fn app_of(database: &Database, org: i64, app: &str) -> Result<Option<AppRow>, StoreError> {
    database.run(sql(APP_OF).bind(org).bind(app)).await?.first()
}

/// What an app is registered with.
pub struct NewApp<'a> {
    /// `app_…`.
    pub public_id: &'a str,
    /// Checked.
    pub name: &'a str,
    /// Hashed; none for a public client.
    pub secret_hash: Option<&'a str>,
    /// Checked.
    pub redirect_uris: &'a [String],
    /// Checked.
    pub scopes: &'a [Permission],
}

const INSERT_APP: &str = "
insert into oauth_app (public_id, org_id, name, secret_hash, redirect_uris, scopes, created_at)
select ?1, ?2, ?3, ?4, ?5, ?6, ?7
where (select count(*) from oauth_app where org_id = ?2 and revoked_at is null) < ?8";

/// Registers an app, unless the organization has `most` already.
pub fn insert_app(org: i64, new: &NewApp<'_>, most: i64, now: Instant) -> Statement {
    sql(INSERT_APP)
        .bind(new.public_id)
        .bind(org)
        .bind(new.name)
        .bind(new.secret_hash)
        .bind(serde_json::to_string(new.redirect_uris).unwrap_or_default())
        .bind(names(new.scopes))
        .bind(now)
        .bind(most)
}

const CHANGE_APP: &str = "
update oauth_app
set name = coalesce(?3, name), redirect_uris = coalesce(?4, redirect_uris), scopes = coalesce(?5, scopes)
where org_id = ?1 and public_id = ?2 and revoked_at is null";

/// Changes an app; what is `None` stays. Grants that were given keep their scopes.
pub fn change_app(
    org: i64,
    app: &str,
    name: Option<&str>,
    redirect_uris: Option<&[String]>,
    scopes: Option<&[Permission]>,
) -> Statement {
    sql(CHANGE_APP)
        .bind(org)
        .bind(app)
        .bind(name)
        .bind(redirect_uris.map(|uris| serde_json::to_string(uris).unwrap_or_default()))
        .bind(scopes.map(names))
}

const NEW_SECRET: &str = "
update oauth_app set secret_hash = ?3
where org_id = ?1 and public_id = ?2 and revoked_at is null and secret_hash is not null";

/// Gives a confidential app another secret; the old one is worth nothing from then on.
pub fn new_secret(org: i64, app: &str, secret_hash: &str) -> Statement {
    sql(NEW_SECRET).bind(org).bind(app).bind(secret_hash)
}

const REVOKE_APP: &str = "
update oauth_app set revoked_at = ?3 where org_id = ?1 and public_id = ?2 and revoked_at is null";
const REVOKE_GRANTS_OF_APP: &str = "
update oauth_grant set revoked_at = ?3
where revoked_at is null and app_id = (select id from oauth_app where org_id = ?1 and public_id = ?2)";

/// Takes an app away; the second statement ends everything that was granted to it.
pub fn revoke_app(org: i64, app: &str, now: Instant) -> [Statement; 2] {
    [REVOKE_APP, REVOKE_GRANTS_OF_APP].map(|text| sql(text).bind(org).bind(app).bind(now))
}

const INSERT_GRANT: &str = "
insert into oauth_grant (public_id, app_id, person_id, org_id, scopes, created_at) values (?1, ?2, ?3, ?4, ?5, ?6)";
const INSERT_CODE: &str = "
insert into oauth_code (code_hash, grant_id, redirect_uri, challenge, expires_at)
select ?2, id, ?3, ?4, ?5 from oauth_grant where public_id = ?1";

/// What a person lets an app do.
pub struct NewGrant<'a> {
    /// `grant_…`.
    pub public_id: &'a str,
    /// Row of the app.
    pub app: i64,
    /// Row of the person.
    pub person: i64,
    /// Row of the organization.
    pub org: i64,
    /// What.
    pub scopes: &'a [Permission],
    /// Hash of the code that is worth it.
    pub code_hash: &'a str,
    /// Where the code is sent.
    pub redirect_uri: &'a str,
    /// PKCE.
    pub challenge: Option<&'a str>,
    /// The code ends then.
    pub until: Instant,
}

/// Writes down a grant and the code for it.
pub fn insert_grant(new: &NewGrant<'_>, now: Instant) -> [Statement; 2] {
    [
        sql(INSERT_GRANT)
            .bind(new.public_id)
            .bind(new.app)
            .bind(new.person)
            .bind(new.org)
            .bind(names(new.scopes))
            .bind(now),
        sql(INSERT_CODE)
            .bind(new.public_id)
            .bind(new.code_hash)
            .bind(new.redirect_uri)
            .bind(new.challenge)
            .bind(new.until),
    ]
}

/// A code or a refresh token with the grant behind it.
#[derive(Clone, Debug, Deserialize)]
pub struct Voucher {
    /// Row of the grant.
    pub grant_id: i64,
    /// Client_id of the app it was given to.
    pub client_id: String,
    /// JSON array of permissions.
    pub scopes: String,
    /// Whether the grant still holds and its person is still a member there.
    pub holds: u8,
    /// When it ends.
    pub expires_at: i64,
    /// When it was used.
    pub used_at: Option<i64>,
    /// Where a code was sent.
    pub redirect_uri: Option<String>,
    /// PKCE of a code.
    pub challenge: Option<String>,
}

const CODE: &str = "
select granted.id as grant_id, app.public_id as client_id, granted.scopes, code.expires_at, code.used_at, code.redirect_uri,
       code.challenge,
       granted.revoked_at is null and exists (
           select 1 from member where member.org_id = granted.org_id and member.person_id = granted.person_id) as holds
from oauth_code as code
join oauth_grant as granted on granted.id = code.grant_id
join oauth_app as app on app.id = granted.app_id
where code.code_hash = ?1";

/// What a code is worth.
pub async fn code(database: &Database, code_hash: &str) -> Result<Option<Voucher>, StoreError> {
    database.run(sql(CODE).bind(code_hash)).await?.first()
}

const REFRESH: &str = "
select granted.id as grant_id, app.public_id as client_id, granted.scopes, token.expires_at, token.used_at,
       null as redirect_uri, null as challenge,
       granted.revoked_at is null and exists (
           select 1 from member where member.org_id = granted.org_id and member.person_id = granted.person_id) as holds
from oauth_token as token
join oauth_grant as granted on granted.id = token.grant_id
join oauth_app as app on app.id = granted.app_id
where token.token_hash = ?1 and token.kind = 'REFRESH'";

/// What a refresh token is worth.
pub async fn refresh(database: &Database, token_hash: &str) -> Result<Option<Voucher>, StoreError> {
    database.run(sql(REFRESH).bind(token_hash)).await?.first()
}

const USE_CODE: &str = "update oauth_code set used_at = ?2 where code_hash = ?1 and used_at is null";
const USE_REFRESH: &str = "
update oauth_token set used_at = ?2 where token_hash = ?1 and kind = 'REFRESH' and used_at is null";

/// Uses a code up. Has to change a row.
pub fn use_code(code_hash: &str, now: Instant) -> Statement {
    sql(USE_CODE).bind(code_hash).bind(now)
}

/// Uses a refresh token up. Has to change a row.
pub fn use_refresh(token_hash: &str, now: Instant) -> Statement {
    sql(USE_REFRESH).bind(token_hash).bind(now)
}

const INSERT_TOKEN: &str = "insert into oauth_token (token_hash, grant_id, kind, expires_at) values (?1, ?2, ?3, ?4)";

/// Adds a token to a grant.
pub fn insert_token(token_hash: &str, grant: i64, kind: &str, until: Instant) -> Statement {
    sql(INSERT_TOKEN).bind(token_hash).bind(grant).bind(kind).bind(until)
}

const REVOKE_GRANT: &str = "update oauth_grant set revoked_at = ?2 where id = ?1 and revoked_at is null";

/// Ends a grant and with it every token.
pub fn revoke_grant(grant: i64, now: Instant) -> Statement {
    sql(REVOKE_GRANT).bind(grant).bind(now)
}

const REVOKE_BY_TOKEN: &str = "
update oauth_grant set revoked_at = ?3
where revoked_at is null
  and id = (select grant_id from oauth_token where token_hash = ?1 and kind = 'REFRESH')
  and app_id = (select id from oauth_app where public_id = ?2)";
const END_ACCESS: &str = "
delete from oauth_token
where token_hash = ?1 and kind = 'ACCESS'
  and exists (
      select 1 from oauth_grant as granted
      join oauth_app as app on app.id = granted.app_id
      where granted.id = oauth_token.grant_id and app.public_id = ?2)";

/// Ends what a token of that client stands for: an access token itself, with a refresh token the whole grant (RFC 7009).
pub fn revoke_token(token_hash: &str, client_id: &str, now: Instant) -> [Statement; 2] {
    [sql(REVOKE_BY_TOKEN).bind(token_hash).bind(client_id).bind(now), sql(END_ACCESS).bind(token_hash).bind(client_id)]
}

/// A grant that an access token stands for.
#[derive(Clone, Debug, Deserialize)]
pub struct Bearer {
    /// Row.
    pub id: i64,
    /// `grant_…`.
    pub public_id: String,
    /// JSON array of permissions.
    pub scopes: String,
    /// Row of the app.
    pub app_id: i64,
    /// Client_id of the app.
    pub client_id: String,
    /// Name of the app.
    pub app_name: String,
}

const BEARER: &str = "
select granted.id, granted.public_id, granted.scopes, app.id as app_id, app.public_id as client_id, app.name as app_name
from oauth_token as token
join oauth_grant as granted on granted.id = token.grant_id
join oauth_app as app on app.id = granted.app_id
where token.token_hash = ?1 and token.kind = 'ACCESS' and token.expires_at > ?2 and granted.revoked_at is null";
const PERSON_BY_TOKEN: &str = "
select person.id, person.public_id, person.email, person.name
from oauth_token as token
join oauth_grant as granted on granted.id = token.grant_id
join person on person.id = granted.person_id
where token.token_hash = ?1";
const MEMBERSHIP_BY_TOKEN: &str = "
select org.id as org_id, org.public_id, org.slug, org.name, org.timezone, org.currency, member.role
from oauth_token as token
join oauth_grant as granted on granted.id = token.grant_id
join member on member.org_id = granted.org_id and member.person_id = granted.person_id
join org on org.id = granted.org_id
where token.token_hash = ?1";

/// Whom an access token stands for, and where. None where it has ended, or its person is no member there any more.
pub async fn bearer(
    database: &Database,
    token_hash: &str,
    now: Instant,
) -> Result<Option<(Bearer, Person, Vec<Membership>)>, StoreError> {
    let batch = vec![
        sql(BEARER).bind(token_hash).bind(now),
        sql(PERSON_BY_TOKEN).bind(token_hash),
        sql(MEMBERSHIP_BY_TOKEN).bind(token_hash),
    ];
    let mut answers = database.batch(batch).await?;
    let (bearer, person): (Option<Bearer>, Option<Person>) = (answers.first()?, answers.first()?);
    let memberships: Vec<Membership> = answers.all()?;
    Ok(bearer.zip(person).filter(|_| !memberships.is_empty()).map(|(bearer, person)| (bearer, person, memberships)))
}

const PURGE_CODES: &str = "
delete from oauth_code
where code_hash in (select code_hash from oauth_code where expires_at <= ?1 order by expires_at limit ?2)";
const PURGE_TOKENS: &str = "
delete from oauth_token
where token_hash in (select token_hash from oauth_token where expires_at <= ?1 order by expires_at limit ?2)";

/// Forgets up to `limit` codes and as many tokens that have ended.
pub fn purge(now: Instant, limit: i64) -> [Statement; 2] {
    [PURGE_CODES, PURGE_TOKENS].map(|text| sql(text).bind(now).bind(limit))
}
