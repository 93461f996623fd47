//! `/api/auth/address…`: proving that one reads the mail of one's address.

use super::wire::TokenIn;
use crate::access::{Caller, Personal, secret};
use crate::api::body::{AnyBody, Body};
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::account::store::{self, Purpose};
use crate::domain::account::{CONFIRM_SECONDS, link, place};
use crate::domain::record::store::expect_change;
use crate::mail::{self, Letter, Mail};
use crate::problem::{Code, Problem};
use axum::extract::State;
use axum::http::StatusCode;

fn unknown_token() -> Problem {
    Problem::field("/token", "unknown_token", "is not valid, not valid any more, used, or another account's")
}

/// Confirms one's own address with the token of the mail. From then on nobody else can have it.
///
/// One has to be signed in: following a link in a mail that somebody else caused gives nothing away.
#[utoipa::path(
    post, path = "/api/auth/address/confirm", tag = "Sign-in", request_body = TokenIn, operation_id = "confirmAddress",
    security(("session" = [])),
    responses((status = 204, description = "It is theirs"), Writing),
)]
pub async fn confirm(
    Personal(caller): Personal,
    State(context): State<Context>,
    Body { value: TokenIn { token }, .. }: Body<TokenIn>,
) -> Result<StatusCode, Problem> {
    let (person, now, hash) = (caller.person()?, context.now(), secret::hashed(&token));
    let holder = store::holder(context.database(), &hash, Purpose::Confirm, now).await?;
    if holder.is_none_or(|holder| holder.id != person.id) {
        return Err(unknown_token());
    }
    let batch = vec![
        store::use_token(&hash, Purpose::Confirm, now),
        expect_change(),
        store::confirm(person.id, now),
        store::note(&person.public_id, "account.address_confirmed", now),
    ];
    match context.database().batch(batch).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(StoreError::Taken(_) | StoreError::Unchanged) => Err(unknown_token()),
        Err(other) => Err(other.into()),
    }
}

/// Sends the mail once more that confirms one's own address.
#[utoipa::path(
    post, path = "/api/auth/address/resend", tag = "Sign-in", operation_id = "resendConfirmation",
    security(("session" = [])),
    responses((status = 202, description = "A mail is on its way"), Writing),
)]
pub async fn resend(caller: Caller, State(context): State<Context>, _: AnyBody) -> Result<StatusCode, Problem> {
    let (person, now) = (caller.person()?, context.now());
    if person.confirmed_at.is_some() {
        return Err(Problem::new(Code::Conflict).because("confirmed").detail("The address is confirmed already."));
    }
    if store::confirmed_too_often(context.database(), person.id, now).await? {
        return Err(Problem::new(Code::RateLimited).retry_after(3_600));
    }
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let is_known = crate::access::store::people_by_email(context.database(), &person.email).await?;
    let is_known = is_known.iter().any(|one| one.confirmed_at.is_some());
    let letter = if is_known {
        Letter::KnownAddress { link: link(&context, place::SIGN_IN, None) }
    } else {
        Letter::ConfirmAddress { name: person.name.clone(), link: link(&context, place::CONFIRM, Some(&token)) }
    };
    let until = now.plus_seconds(CONFIRM_SECONDS);
    let batch = vec![
        store::token(&secret::hashed(&token), &person.public_id, Purpose::Confirm, until, now),
        mail::queue(&context, &Mail { org: None, to: &person.email, language: &person.language, letter: &letter })?,
    ];
    context.database().batch(batch).await?;
    mail::sender::soon(&context);
    Ok(StatusCode::ACCEPTED)
}
