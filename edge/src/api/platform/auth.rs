//! `/api/auth/…`: people sign in with e-mail and password and are known by a cookie from then on.

use crate::access::caller::Who;
use crate::access::store::{self, Membership, Person};
use crate::access::{Caller, limit, password, secret, session};
use crate::api::body::Body;
use crate::context::Context;
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who wants in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginIn {
    /// Address of the account.
    #[schema(example = "owner@harbor.example")]
    email: String,
    /// At most 256 bytes.
    #[schema(example = "demo-harbor")]
    password: String,
}

/// Who is in, and where they belong.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeOut {
    /// The person; none for a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserOut>,
    /// The key; none for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<KeyOut>,
    /// Their organizations.
    organizations: Vec<OrganizationOut>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct UserOut {
    /// Public id.
    id: String,
    /// Address.
    email: String,
    /// Name.
    name: String,
}

/// A key.
#[derive(Serialize, ToSchema)]
pub struct KeyOut {
    /// Public id.
    id: String,
    /// What it was given.
    permissions: Vec<&'static str>,
}

/// An organization and what one is in it.
#[derive(Serialize, ToSchema)]
pub struct OrganizationOut {
    /// Public id.
    id: String,
    /// URL name.
    slug: String,
    /// Name.
    name: String,
    /// OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR.
    role: &'static str,
    /// IANA zone.
    timezone: String,
    /// ISO 4217.
    currency: String,
}

fn user(person: &Person) -> UserOut {
    UserOut { id: person.public_id.clone(), email: person.email.clone(), name: person.name.clone() }
}

fn organization(membership: &Membership, role: &'static str) -> OrganizationOut {
    let Membership { public_id, slug, name, timezone, currency, .. } = membership.clone();
    OrganizationOut { id: public_id, slug, name, role, timezone, currency }
}

type Cookie = [(HeaderName, String); 1];

/// Signs in: checks the password and sets the session cookie.
///
/// An unknown account and a wrong password are told the same, and take the same time. Ten attempts a minute for each
/// account and for each address.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "Sign-in", request_body = LoginIn, security(()),
    responses(
        (status = 200, description = "Signed in; the cookie is set", body = MeOut),
        (status = 400, description = "Malformed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "Not that account, or not that password", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn login(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: LoginIn { email, password }, .. }: Body<LoginIn>,
) -> Result<(Cookie, Json<MeOut>), Problem> {
    let development = context.development();
    let address = limit::client_address(&headers, development);
    limit::count(&context, limit::LOGIN, format!("address:{address}")).await?;
    limit::count(&context, limit::LOGIN, format!("account:{}", secret::hashed(&email.to_lowercase()))).await?;
    let person = store::person_by_email(context.database(), &email).await?;
    let hash = person.as_ref().and_then(|person| person.password_hash.as_deref());
    let is_right = password.len() <= password::LONGEST && password::is_right(&password, hash);
    let person = person.filter(|_| is_right).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let old = session::token_in(&headers, development).map(secret::hashed);
    let memberships =
        store::start_session(context.database(), person.id, old, &secret::hashed(&token), context.now()).await?;
    let organizations = memberships.iter().map(|one| organization(one, one.role().as_str())).collect();
    let cookie = [(header::SET_COOKIE, session::cookie(&token, development))];
    Ok((cookie, Json(MeOut { user: Some(user(&person)), key: None, organizations })))
}

/// Signs out: ends the session and takes the cookie away.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "Sign-in", security(("session" = []), ()),
    responses(
        (status = 204, description = "Signed out, whoever it was"),
        (status = 403, description = "From another site", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn logout(
    State(context): State<Context>,
    method: axum::http::Method,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookie), Problem> {
    let development = context.development();
    if !session::is_same_origin(&method, &headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden).because("cross_origin"));
    }
    if let Some(token) = session::token_in(&headers, development) {
        context.database().run(store::end_session(secret::hashed(token))).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, session::no_cookie(development))]))
}

/// Tells who is asking and where they belong.
#[utoipa::path(
    get, path = "/api/auth/me", tag = "Sign-in",
    responses(
        (status = 200, description = "Who it is", body = MeOut),
        (status = 401, description = "Nobody", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn me(caller: Caller) -> Json<MeOut> {
    let organizations =
        caller.memberships().iter().map(|one| organization(one, caller.role_in(one).as_str())).collect();
    let (user, key) = match caller.who() {
        Who::Person(person) | Who::App { person, .. } => (Some(user(person)), None),
        Who::Key { id, permissions, .. } => {
            let permissions = permissions.iter().map(|one| one.as_str()).collect();
            (None, Some(KeyOut { id: id.clone(), permissions }))
        }
    };
    Json(MeOut { user, key, organizations })
}
