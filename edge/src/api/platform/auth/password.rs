//! `/api/auth/password…`: a new password, by a mailed link or by the old one.

use super::wire::{ForgotIn, MeOut, PasswordIn, ResetIn};
use super::{Cookie, welcome};
use crate::access::store::people_by_email;
use crate::access::{Personal, password, sign_in};
use crate::api::body::Body;
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::domain::account::{link, place, recover, rules, store};
use crate::domain::record::store::expect_change;
use crate::mail::{self, Letter, Mail};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

fn hashed(context: &Context, chosen: &str) -> Result<String, Problem> {
    let random = context.random_key().map_err(Problem::internal)?;
    password::hash(chosen, random).ok_or_else(|| Problem::internal("hashing failed"))
}

/// Sends a link to a new password, if there is an account.
///
/// The answer is the same whether there is one or not. The link works once, for an hour; at most five an hour.
#[utoipa::path(
    post, path = "/api/auth/password/forgot", tag = "Sign-in", request_body = ForgotIn, operation_id = "forgotPassword",
    security(()),
    responses(
        (status = 202, description = "A mail is on its way, if there is an account"),
        (status = 400, description = "Malformed", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn forgot(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: ForgotIn { email }, .. }: Body<ForgotIn>,
) -> Result<StatusCode, Problem> {
    recover::ask(&context, &headers, &email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password for a mailed token and ends every session of that account.
#[utoipa::path(
    post, path = "/api/auth/password/reset", tag = "Sign-in", request_body = ResetIn, operation_id = "resetPassword",
    security(()),
    responses(
        (status = 204, description = "The password is the new one; sign in with it"),
        (status = 400, description = "The token does not work (any more), or the password breaks its rule", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn reset(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: ResetIn { token, password }, .. }: Body<ResetIn>,
) -> Result<StatusCode, Problem> {
    recover::choose(&context, &headers, &token, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes one's own password: every session ends, and a new one begins here.
#[utoipa::path(
    post, path = "/api/auth/password", tag = "Sign-in", request_body = PasswordIn, operation_id = "changePassword",
    security(("session" = [])),
    responses((status = 200, description = "Changed; the cookie is a new one", body = MeOut), Writing),
)]
pub async fn change(
    Personal(caller): Personal,
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: PasswordIn { current_password, new_password }, .. }: Body<PasswordIn>,
) -> Result<(Cookie, Json<MeOut>), Problem> {
    let person = caller.person()?;
    sign_in::limits(&context, &headers, &person.email).await?;
    rules::password(&new_password, &[&person.email, &person.name], "/newPassword")?;
    let people = people_by_email(context.database(), &person.email).await?;
    let old = people.iter().find(|one| one.id == person.id).and_then(|one| one.password_hash.clone());
    if !password::is_right(&current_password, old.as_deref()) {
        return Err(Problem::field("/currentPassword", "wrong_password", "is not the password of this account"));
    }
    let letter = Letter::PasswordChanged { link: link(&context, place::FORGOT, None) };
    let told = Mail { org: None, to: &person.email, language: &person.language, letter: &letter };
    let [first, others @ ..] =
        store::change_password(person.id, &hashed(&context, &new_password)?, &old.unwrap_or_default());
    let mut batch = vec![first, expect_change()];
    batch.extend(others);
    batch.push(mail::queue(&context, &told)?);
    batch.push(store::note(&person.public_id, "account.password_changed", context.now()));
    let stale = || Problem::new(Code::Conflict).because("stale").detail("It was changed in this moment.");
    context.database().batch(batch).await.map_err(|error| Problem::from(error).unless_changed(stale))?;
    mail::sender::soon(&context);
    Ok(welcome(sign_in::start(&context, &headers, person.clone()).await?))
}
