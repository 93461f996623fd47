//! A new password by mail.

use super::store::{self, Purpose};
use super::{RESET_SECONDS, link, place, rules};
use crate::access::{password, secret, sign_in};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::store::expect_change;
use crate::mail::{self, Letter, Mail};
use crate::problem::Problem;
use axum::http::HeaderMap;

fn unknown_token() -> Problem {
    Problem::field("/token", "unknown_token", "is not valid, not valid any more, or used; ask for a new one")
}

/// Mails a link to a new password, if there is an account. The same is done where there is none.
pub async fn ask(context: &Context, headers: &HeaderMap, email: &str) -> Result<(), Problem> {
    let email = rules::address(email, "/email")?;
    sign_in::limits(context, headers, &email).await?;
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let letter = Letter::ResetPassword { link: link(context, place::RESET, Some(&token)) };
    let (id, sealed) = mail::seal(context, &letter)?;
    let now = context.now();
    let until = now.plus_seconds(RESET_SECONDS);
    let batch = store::forgot(&email, &secret::hashed(&token), (&id, &letter, &sealed), until, now);
    context.database().batch(batch.into()).await?;
    mail::sender::soon(context);
    Ok(())
}

/// Sets a new password for a mailed token and ends every session of that account.
pub async fn choose(context: &Context, headers: &HeaderMap, token: &str, chosen: &str) -> Result<(), Problem> {
    let (hash, now) = (secret::hashed(token), context.now());
    sign_in::limits(context, headers, &hash).await?;
    let holder = store::holder(context.database(), &hash, Purpose::Reset, now).await?.ok_or_else(unknown_token)?;
    rules::password(chosen, &[&holder.email, &holder.name], "/password")?;
    let random = context.random_key().map_err(Problem::internal)?;
    let hashed = password::hash(chosen, random).ok_or_else(|| Problem::internal("hashing failed"))?;
    let letter = Letter::PasswordChanged { link: link(context, place::FORGOT, None) };
    let told = Mail { org: None, to: &holder.email, language: &holder.language, letter: &letter };
    let mut batch = vec![store::use_token(&hash, Purpose::Reset, now), expect_change()];
    batch.extend(store::reset(holder.id, &hashed, now));
    batch.push(mail::queue(context, &told)?);
    batch.push(store::note(&holder.public_id, "account.password_reset", now));
    match context.database().batch(batch).await {
        Ok(_) => {}
        // Used meanwhile, or the address was confirmed by somebody else.
        Err(StoreError::Unchanged | StoreError::Refused(_) | StoreError::Taken(_)) => return Err(unknown_token()),
        Err(other) => return Err(other.into()),
    }
    mail::sender::soon(context);
    Ok(())
}
