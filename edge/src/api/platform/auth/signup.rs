//! `POST /api/auth/signup`: a person and their first organization.
//!
//! Contract: 201 and a cookie. So that neither answer nor timing tell whether an address is known, signing up always makes
//! a new person who is in at once; the address is theirs when they confirm it by mail. Where it belongs to somebody
//! already, that somebody is told by mail instead, and the newcomer never gets hold of it.

use super::wire::{FoundIn, MeOut, SignupIn};
use super::{Cookie, welcome};
use crate::access::store::{Person, people_by_email};
use crate::access::{password, secret, sign_in};
use crate::api::body::Body;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::account::store::{self as account, Purpose, Row};
use crate::domain::account::{CONFIRM_SECONDS, link, place, rules as person_rules};
use crate::domain::org::{rules, store as org};
use crate::mail::{self, Letter, Mail};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

/// Signs up: makes a person and their first organization, of which they are the owner, and sets the session cookie.
///
/// A mail asks to confirm the address; an account that has it already is left alone and told. Sending the same address and
/// password again before that answers the same account.
#[utoipa::path(
    post, path = "/api/auth/signup", tag = "Sign-in", request_body = SignupIn, operation_id = "signUp", security(()),
    responses(
        (status = 201, description = "Signed up and in; the cookie is set", body = MeOut),
        (status = 400, description = "Malformed, or a field breaks its rule", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "The slug is somebody's already (`slug_taken`)", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn signup(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: wanted, .. }: Body<SignupIn>,
) -> Result<(StatusCode, Cookie, Json<MeOut>), Problem> {
    let email = person_rules::address(&wanted.email, "/email")?;
    let name = person_rules::name(&wanted.name, "/name")?;
    let founded = founding(&context, wanted.organization, "/organization")?;
    person_rules::password(&wanted.password, &[&email, &name, &founded.name], "/password")?;
    sign_in::limits(&context, &headers, &email).await?;
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
            write(&context, &new, &founded, !known.is_empty()).await?
        }
    };
    let (cookie, me) = welcome(sign_in::start(&context, &headers, person).await?);
    Ok((StatusCode::CREATED, cookie, me))
}

/// Checks what is to be founded; `at` is its pointer.
pub fn founding(context: &Context, wanted: FoundIn, at: &str) -> Result<org::New, Problem> {
    let name = person_rules::name(&wanted.name, &format!("{at}/name"))?;
    let chosen = wanted.slug.map(|slug| rules::slug(&slug, &format!("{at}/slug"))).transpose()?;
    let public_id = context.mint("org");
    let suffix: String = public_id.chars().rev().take(6).collect();
    Ok(org::New {
        slug_suffix: chosen.is_none().then_some(suffix),
        slug: chosen.unwrap_or_else(|| rules::slug_of(&name)),
        timezone: rules::timezone(&wanted.timezone, &format!("{at}/timezone"))?,
        currency: rules::currency(&wanted.currency, &format!("{at}/currency"))?,
        locale: wanted.locale.map_or(Ok("en".to_owned()), |text| rules::locale(&text, &format!("{at}/locale")))?,
        number_prefix: rules::number_prefix(&name),
        public_id,
        name,
    })
}

/// What it means that a name in an address is taken; `at` is the pointer of the organization.
pub fn slug_taken(error: StoreError, at: &str) -> Problem {
    match &error {
        StoreError::Taken(columns) if columns.contains("org.slug") => Problem::new(Code::Conflict)
            .because("slug_taken")
            .and_field(format!("{at}/slug"), "slug_taken", "belongs to another organization"),
        _ => error.into(),
    }
}

async fn write(
    context: &Context,
    new: &account::New<'_>,
    founded: &org::New,
    is_known: bool,
) -> Result<Person, Problem> {
    let now = context.now();
    let token = crate::access::secret::token(context.random_key().map_err(Problem::internal)?);
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
