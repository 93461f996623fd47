//! Signing in with a password: the same work and the same answer whether the account exists or not.

use super::store::{self, Membership, Person};
use super::{limit, password, secret, session};
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::http::HeaderMap;

/// Somebody who is in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Where they belong.
    pub memberships: Vec<Membership>,
    /// `Set-Cookie` of the new session.
    pub cookie: String,
}

/// Checks address and password; the session that the browser came with ends and a new one begins.
///
/// Two passwords are checked, always: that of the person whose address it is, and that of the newest who typed it and has
/// not confirmed it yet.
pub async fn sign_in(context: &Context, headers: &HeaderMap, email: &str, password: &str) -> Result<SignedIn, Problem> {
    limits(context, headers, email).await?;
    let people = store::people_by_email(context.database(), email).await?;
    let fits = password.chars().count() <= password::LONGEST;
    let mut found = None;
    for confirmed in [false, true] {
        let person = people.iter().find(|person| person.confirmed_at.is_some() == confirmed);
        let hash = person.and_then(|person| person.password_hash.as_deref());
        if fits && password::is_right(password, hash) {
            found = person;
        }
    }
    let person = found.cloned().ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    start(context, headers, person).await
}

/// Begins a session for somebody who has proved who they are.
pub async fn start(context: &Context, headers: &HeaderMap, person: Person) -> Result<SignedIn, Problem> {
    let development = context.development();
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let old = session::token_in(headers, development).map(secret::hashed);
    let memberships =
        store::start_session(context.database(), person.id, old, &secret::hashed(&token), context.now()).await?;
    Ok(SignedIn { person, memberships, cookie: session::cookie(&token, development) })
}

/// Whatever somebody may try with an address: per account and per place they come from.
pub async fn limits(context: &Context, headers: &HeaderMap, email: &str) -> Result<(), Problem> {
    let address = limit::client_address(headers, context.development());
    limit::count(context, limit::LOGIN, format!("address:{address}")).await?;
    limit::count(context, limit::LOGIN, format!("account:{}", secret::hashed(&email.trim().to_lowercase()))).await
}
