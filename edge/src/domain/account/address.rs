//! Proving that one reads the mail of one's address.

use super::store::{self, Purpose};
use super::{CONFIRM_SECONDS, link, place};
use crate::access::secret;
use crate::access::store::{Person, people_by_email};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::store::expect_change;
use crate::mail::{self, Letter, Mail};
use crate::problem::{Code, Problem};

fn unknown_token() -> Problem {
    Problem::field("/token", "unknown_token", "is not valid, not valid any more, used, or another account's")
}

/// The address is theirs: they brought the token of the mail.
pub async fn confirm(context: &Context, person: &Person, token: &str) -> Result<(), Problem> {
    let (now, hash) = (context.now(), secret::hashed(token));
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
        Ok(_) => Ok(()),
        Err(StoreError::Taken(_) | StoreError::Unchanged) => Err(unknown_token()),
        Err(other) => Err(other.into()),
    }
}

/// Mails once more what confirms an address.
pub async fn mail_again(context: &Context, person: &Person) -> Result<(), Problem> {
    let now = context.now();
    if person.confirmed_at.is_some() {
        return Err(Problem::new(Code::Conflict).because("confirmed").detail("The address is confirmed already."));
    }
    if store::confirmed_too_often(context.database(), person.id, now).await? {
        return Err(Problem::new(Code::RateLimited).retry_after(3_600));
    }
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let is_known = people_by_email(context.database(), &person.email).await?;
    let is_known = is_known.iter().any(|one| one.confirmed_at.is_some());
    let letter = if is_known {
        Letter::KnownAddress { link: link(context, place::SIGN_IN, None) }
    } else {
        Letter::ConfirmAddress { name: person.name.clone(), link: link(context, place::CONFIRM, Some(&token)) }
    };
    let until = now.plus_seconds(CONFIRM_SECONDS);
    let batch = vec![
        store::token(&secret::hashed(&token), &person.public_id, Purpose::Confirm, until, now),
        mail::queue(context, &Mail { org: None, to: &person.email, language: &person.language, letter: &letter })?,
    ];
    context.database().batch(batch).await?;
    mail::sender::soon(context);
    Ok(())
}
