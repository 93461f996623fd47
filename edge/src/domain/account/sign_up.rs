//! Signing up: a person and their first organization, the same work and the same answer whether the address is known or not.

use super::store::{self as account, Purpose, Row};
use super::{CONFIRM_SECONDS, link, place, rules as person_rules};
use crate::access::sign_in::SignedIn;
use crate::access::store::{Person, people_by_email};
use crate::access::{password, secret, sign_in};
use crate::context::Context;
use crate::domain::org::found::{Founding, checked, slug_taken};
use crate::domain::org::store as org;
use crate::mail::{self, Letter, Mail};
use crate::problem::Problem;
use axum::http::HeaderMap;

/// What somebody says who comes for the first time.
#[derive(Debug, Default)]
pub struct Coming {
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Name.
    pub name: String,
    /// Their first organization.
    pub organization: Founding,
}

/// Makes a person and their first organization, and begins a session.
pub async fn sign_up(context: &Context, headers: &HeaderMap, wanted: Coming) -> Result<SignedIn, Problem> {
    let email = person_rules::address(&wanted.email, "/email")?;
    let name = person_rules::name(&wanted.name, "/name")?;
    let founded = checked(context, wanted.organization, "/organization")?;
    person_rules::password(&wanted.password, &[&email, &name, &founded.name], "/password")?;
    sign_in::limits(context, headers, &email).await?;
    let people = people_by_email(context.database(), &email).await?;
    let (known, pending): (Vec<Person>, Vec<Person>) =
        people.into_iter().partition(|person| person.confirmed_at.is_some());
    // The same work in every case: one password is checked, one is hashed.
    let again = pending.into_iter().next();
    let hash = again.as_ref().and_then(|person| person.password_hash.as_deref());
    let is_again = password::is_right(&wanted.password, hash);
    let hashed = password::hash(&wanted.password, context.random_key().map_err(Problem::internal)?)
        .ok_or_else(|| Problem::internal("hashing failed"))?;
    let person = match again.filter(|_| is_again) {
        Some(person) => person,
        None => {
            let new = account::New {
                public_id: &context.mint("usr"),
                email: &email,
                name: &name,
                password_hash: &hashed,
                language: &founded.locale,
                confirmed: false,
            };
            write(context, &new, &founded, !known.is_empty()).await?
        }
    };
    sign_in::start(context, headers, person).await
}

async fn write(
    context: &Context,
    new: &account::New<'_>,
    founded: &org::New,
    is_known: bool,
) -> Result<Person, Problem> {
    let now = context.now();
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let letter = if is_known {
        Letter::KnownAddress { link: link(context, place::SIGN_IN, None) }
    } else {
        let link = link(context, place::CONFIRM, Some(&token));
        Letter::ConfirmAddress { name: new.name.to_owned(), link }
    };
    let until = now.plus_seconds(CONFIRM_SECONDS);
    let mut batch = vec![
        account::insert(new, now),
        account::token(&secret::hashed(&token), new.public_id, Purpose::Confirm, until, now),
        mail::queue(context, &Mail { org: None, to: new.email, language: new.language, letter: &letter })?,
        account::note(new.public_id, "account.created", now),
    ];
    batch.extend(org::found(founded, new.public_id, now));
    let written = context.database().batch(batch).await;
    let row: Option<Row> = written.map_err(|error| slug_taken(error, "/organization"))?.first()?;
    let row = row.ok_or_else(|| Problem::internal("a person was not written"))?;
    mail::sender::soon(context);
    Ok(Person {
        id: row.id,
        public_id: new.public_id.to_owned(),
        email: new.email.to_owned(),
        name: new.name.to_owned(),
        password_hash: None,
        language: new.language.to_owned(),
        confirmed_at: None,
    })
}
