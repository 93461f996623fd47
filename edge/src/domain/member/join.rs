//! Accepting an invitation: by somebody who has an account, or by somebody who gets one with it.

use super::store;
use crate::access::sign_in::{self, SignedIn};
use crate::access::store::{Person, people_by_email};
use crate::access::{limit, password, secret};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::account::rules as person_rules;
use crate::domain::account::store::{self as account, Row};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::http::HeaderMap;
use serde_json::json;

/// What somebody says who has no account.
#[derive(Debug, Default)]
pub struct Newcomer {
    /// Name.
    pub name: Option<String>,
    /// Password.
    pub password: Option<String>,
}

/// The invitation that a token opens, and whether its address has an account.
pub async fn opened(context: &Context, token: &str) -> Result<(store::Received, bool), Problem> {
    let received = received(context, token).await?;
    let has_account = owner_of_address(context, &received.email).await?.is_some();
    Ok((received, has_account))
}

async fn received(context: &Context, token: &str) -> Result<store::Received, Problem> {
    let found = store::received(context.database(), &secret::hashed(token), context.now()).await?;
    found.ok_or_else(|| Problem::not_found("invitation"))
}

async fn owner_of_address(context: &Context, email: &str) -> Result<Option<Person>, Problem> {
    let people = people_by_email(context.database(), email).await?;
    Ok(people.into_iter().find(|person| person.confirmed_at.is_some()))
}

/// Makes a member of whoever brings the token: `caller`, if somebody is signed in, else a newcomer.
pub async fn accept(
    context: &Context,
    headers: &HeaderMap,
    caller: Option<Person>,
    token: &str,
    wanted: Newcomer,
) -> Result<SignedIn, Problem> {
    limit::guest(context, headers).await?;
    let received = received(context, token).await?;
    let owner = owner_of_address(context, &received.email).await?;
    let person = match caller {
        Some(person) if !person.email.eq_ignore_ascii_case(&received.email) => {
            let detail = format!("The invitation was sent to {}.", received.email);
            return Err(Problem::new(Code::Forbidden).because("other_address").detail(detail));
        }
        // Somebody who typed the address and has not proved it, while it belongs to another.
        Some(person) if owner.as_ref().is_some_and(|owner| owner.id != person.id) => return Err(sign_in_first()),
        Some(person) => come(context, token, &received, Coming::Known(person)).await?,
        None if owner.is_some() => return Err(sign_in_first()),
        None => come(context, token, &received, newcomer(context, &received, wanted)?).await?,
    };
    sign_in::start(context, headers, person).await
}

fn sign_in_first() -> Problem {
    let detail = "There is an account with that address. Sign in to it, then accept.";
    Problem::new(Code::Conflict).because("sign_in_first").detail(detail)
}

enum Coming {
    Known(Person),
    New { public_id: String, name: String, hashed: String },
}

fn newcomer(context: &Context, received: &store::Received, wanted: Newcomer) -> Result<Coming, Problem> {
    let required = |at: &str| Problem::field(at, "required", "is needed of somebody without an account");
    let name = person_rules::name(&wanted.name.ok_or_else(|| required("/name"))?, "/name")?;
    let chosen = wanted.password.ok_or_else(|| required("/password"))?;
    person_rules::password(&chosen, &[&received.email, &name, &received.organization], "/password")?;
    let random = context.random_key().map_err(Problem::internal)?;
    let hashed = password::hash(&chosen, random).ok_or_else(|| Problem::internal("hashing failed"))?;
    Ok(Coming::New { public_id: context.mint("usr"), name, hashed })
}

async fn come(context: &Context, token: &str, received: &store::Received, coming: Coming) -> Result<Person, Problem> {
    let (hash, now) = (secret::hashed(token), context.now());
    let (mut person, first) = match coming {
        Coming::Known(person) => {
            let confirm = account::confirm(person.id, now);
            (person, confirm)
        }
        Coming::New { public_id, name, hashed } => {
            let new = account::New {
                public_id: &public_id,
                email: &received.email,
                name: &name,
                password_hash: &hashed,
                language: &received.language,
                confirmed: true,
            };
            let write = account::insert(&new, now);
            let email = received.email.clone();
            let language = received.language.clone();
            (Person { id: 0, public_id, email, name, password_hash: None, language, confirmed_at: None }, write)
        }
    };
    let actor = person.public_id.clone();
    let mut change = Change::new(context, received.org_id, &actor);
    change.add(first);
    change.must(store::accept(&hash, now));
    change.add(store::join(&hash, &actor, now));
    change.audit("member.joined", &actor, &json!({ "invitation": received.public_id, "role": received.role }));
    let mut answers = change.commit().await.map_err(|error| match error {
        // Somebody proved the address in this moment.
        StoreError::Taken(columns) if columns.contains("person.email") => sign_in_first(),
        StoreError::Unchanged | StoreError::Refused(_) => Problem::not_found("invitation"),
        other => other.into(),
    })?;
    if let Some(row) = answers.first::<Row>()? {
        person.id = row.id;
    }
    person.confirmed_at = Some(now.0);
    Ok(person)
}
