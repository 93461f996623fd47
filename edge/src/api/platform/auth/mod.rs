//! `/api/auth/…`: people sign in with e-mail and password and are known by a cookie from then on.

pub mod address;
pub mod password;
pub mod signup;
pub mod wire;

use crate::access::caller::Who;
use crate::access::sign_in::{self, SignedIn};
use crate::access::{Caller, secret, session, store};
use crate::api::body::Body;
use crate::context::Context;
use crate::domain::account::rules;
use crate::domain::{account, org};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use wire::{KeyOut, LoginIn, MeOut, MePatch, organization, user};

/// The header that sets or takes the session cookie.
pub type Cookie = [(HeaderName, String); 1];

/// The answer to somebody who is in from now on.
pub fn welcome(SignedIn { person, memberships, cookie }: SignedIn) -> (Cookie, Json<MeOut>) {
    let organizations = memberships.iter().map(|one| organization(one, one.role().as_str())).collect();
    ([(header::SET_COOKIE, cookie)], Json(MeOut { user: Some(user(&person)), key: None, organizations }))
}

/// Signs in: checks the password and sets the session cookie.
///
/// An unknown account and a wrong password are told the same, and take the same time. Ten attempts a minute for each
/// account and for each address.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "Sign-in", request_body = LoginIn, security(()),
    responses(
        (status = 200, description = "Signed in; the cookie is set", body = MeOut),
        (status = 400, description = "Malformed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 401, description = "Not that account, or not that password", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn login(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: LoginIn { email, password }, .. }: Body<LoginIn>,
) -> Result<(Cookie, Json<MeOut>), Problem> {
    Ok(welcome(sign_in::sign_in(&context, &headers, &email, &password).await?))
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
    get, path = "/api/auth/me", tag = "Sign-in", security(("session" = []), ("key" = [])),
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

/// Changes one's own name or the language of mails.
#[utoipa::path(
    patch, path = "/api/auth/me", tag = "Sign-in", request_body = MePatch, operation_id = "changeMe",
    security(("session" = [])),
    responses((status = 204, description = "Changed"), crate::api::refusals::Writing),
)]
pub async fn change_me(
    caller: Caller,
    State(context): State<Context>,
    Body { value: MePatch { name, language }, .. }: Body<MePatch>,
) -> Result<StatusCode, Problem> {
    let person = caller.person()?;
    let name = name.map(|name| rules::name(&name, "/name")).transpose()?;
    let language = language.map(|language| org::rules::locale(&language, "/language")).transpose()?;
    let batch = vec![
        account::store::rename(person.id, name.as_deref(), language.as_deref()),
        account::store::note(&person.public_id, "account.changed", context.now()),
    ];
    context.database().batch(batch).await?;
    Ok(StatusCode::NO_CONTENT)
}
