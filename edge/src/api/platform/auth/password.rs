//! `/api/auth/password…`: a new password, by a mailed link or by the old one.

use super::wire::{ForgotIn, MeOut, PasswordIn, ResetIn};
use super::{Cookie, welcome};
use crate::access::store::people_by_email;
use crate::access::{Personal, password, secret, sign_in};
use crate::api::body::Body;
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::account::store::{self, Purpose};
use crate::domain::account::{RESET_SECONDS, link, place, rules};
use crate::domain::record::store::expect_change;
use crate::mail::{self, Letter, Mail};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

fn unknown_token() -> Problem {
    Problem::field("/token", "unknown_token", "is not valid, not valid any more, or used; ask for a new one")
}

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
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn forgot(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: ForgotIn { email }, .. }: Body<ForgotIn>,
) -> Result<StatusCode, Problem> {
    let email = rules::address(&email, "/email")?;
    sign_in::limits(&context, &headers, &email).await?;
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let letter = Letter::ResetPassword { link: link(&context, place::RESET, Some(&token)) };
    let (id, sealed) = mail::seal(&context, &letter)?;
    let now = context.now();
    let until = now.plus_seconds(RESET_SECONDS);
    let batch = store::forgot(&email, &secret::hashed(&token), (&id, &letter, &sealed), until, now);
    context.database().batch(batch.into()).await?;
    mail::sender::soon(&context);
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password for a mailed token and ends every session of that account.
#[utoipa::path(
    post, path = "/api/auth/password/reset", tag = "Sign-in", request_body = ResetIn, operation_id = "resetPassword",
    security(()),
    responses(
        (status = 204, description = "The password is the new one; sign in with it"),
        (status = 400, description = "The token does not work (any more), or the password breaks its rule", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn reset(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: ResetIn { token, password }, .. }: Body<ResetIn>,
) -> Result<StatusCode, Problem> {
    let (hash, now) = (secret::hashed(&token), context.now());
    sign_in::limits(&context, &headers, &hash).await?;
    let holder = store::holder(context.database(), &hash, Purpose::Reset, now).await?.ok_or_else(unknown_token)?;
    rules::password(&password, &[&holder.email, &holder.name], "/password")?;
    let letter = Letter::PasswordChanged { link: link(&context, place::FORGOT, None) };
    let told = Mail { org: None, to: &holder.email, language: &holder.language, letter: &letter };
    let mut batch = vec![store::use_token(&hash, Purpose::Reset, now), expect_change()];
    batch.extend(store::reset(holder.id, &hashed(&context, &password)?, now));
    batch.push(mail::queue(&context, &told)?);
    batch.push(store::note(&holder.public_id, "account.password_reset", now));
    match context.database().batch(batch).await {
        Ok(_) => {}
        // Used meanwhile, or the address was confirmed by somebody else.
        Err(StoreError::Unchanged | StoreError::Refused(_) | StoreError::Taken(_)) => return Err(unknown_token()),
        Err(other) => return Err(other.into()),
    }
    mail::sender::soon(&context);
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
