//! Who is calling: a person with a session, a key, or an app with a token, and what they may do in which organization.

use super::oauth::grant::ACCESS_PREFIX;
use super::oauth::store::Bearer;
use super::permission::{Permission, Role};
use super::store::{self, Membership, Person};
use super::{oauth, secret, session};
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use worker::send::SendFuture;

/// What every key begins with.
pub const KEY_PREFIX: &str = "dmk_";

/// Somebody who proved who they are. As an extractor it answers 401 where nobody did.
#[derive(Debug)]
pub struct Caller {
    who: Who,
    memberships: Vec<Membership>,
}

/// How they proved it.
#[derive(Debug)]
pub enum Who {
    /// A person at the console.
    Person(Person),
    /// A program with a key.
    Key {
        /// `key_…`.
        id: String,
        /// Row.
        row: i64,
        /// Row of the member who made it.
        person: i64,
        /// When it ends.
        expires_at: Option<i64>,
        /// No role counts for more than this.
        ceiling: Role,
        /// What it was given.
        permissions: Vec<Permission>,
    },
    /// An app with a token, for a person, in one organization.
    App {
        /// What the person let it do.
        grant: Bearer,
        /// For whom it acts.
        person: Person,
        /// What it was let.
        permissions: Vec<Permission>,
    },
}

impl Caller {
    /// How they proved it.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// How they proved it, to keep.
    pub fn into_who(self) -> Who {
        self.who
    }

    /// The person at the console: what concerns an account is for its owner alone, not for programs that act for them.
    pub fn person(&self) -> Result<&Person, Problem> {
        match &self.who {
            Who::Person(person) => Ok(person),
            Who::Key { .. } | Who::App { .. } => Err(Problem::new(Code::Forbidden)
                .because("person_needed")
                .detail("Only a person who is signed in may.")),
        }
    }

    /// Row of the person for whom they act: themselves, or whoever made the key or let the app in.
    pub fn acts_for(&self) -> i64 {
        match &self.who {
            Who::Person(person) | Who::App { person, .. } => person.id,
            Who::Key { person, .. } => *person,
        }
    }

    /// Where they belong.
    pub fn memberships(&self) -> &[Membership] {
        &self.memberships
    }

    /// For the audit log: `usr_…`, `key_…` or `grant_…`.
    pub fn actor(&self) -> &str {
        match &self.who {
            Who::Person(person) => &person.public_id,
            Who::Key { id, .. } => id,
            Who::App { grant, .. } => &grant.public_id,
        }
    }

    /// What they are there, a key's ceiling counted.
    pub fn role_in(&self, membership: &Membership) -> Role {
        match &self.who {
            Who::Person(_) | Who::App { .. } => membership.role(),
            Who::Key { ceiling, .. } => membership.role().capped_by(*ceiling),
        }
    }

    /// The organization named by `org` (public id), if they may do that there. Somebody else's organization looks like one
    /// that does not exist (404); in one's own it is said that it is not allowed (403).
    pub fn may(&self, permission: Permission, org: &str) -> Result<&Membership, Problem> {
        let membership = self
            .memberships
            .iter()
            .find(|membership| membership.public_id == org)
            .ok_or_else(|| Problem::not_found("organization"))?;
        let given = match &self.who {
            Who::Person(_) => true,
            Who::Key { permissions, .. } | Who::App { permissions, .. } => permissions.contains(&permission),
        };
        let role = self.role_in(membership);
        if given && role.may(permission) {
            return Ok(membership);
        }
        let needs =
            format!("This needs the permission {} and the role {}.", permission.as_str(), permission.least_role());
        Err(Problem::new(Code::Forbidden).detail(needs))
    }
}

/// Public id of whoever is calling, left with the request for extractors that come later.
#[derive(Clone, Debug)]
pub struct Actor(pub String);

impl FromRequestParts<Context> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let caller = SendFuture::new(async {
            match bearer(parts) {
                Some(token) if token.starts_with(ACCESS_PREFIX) => with_token(context, token).await,
                Some(token) => with_key(context, token).await,
                None => with_session(context, parts).await,
            }
        })
        .await?;
        parts.extensions.insert(Actor(caller.actor().to_owned()));
        Ok(caller)
    }
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn with_key(context: &Context, token: &str) -> Result<Caller, Problem> {
    if !token.starts_with(KEY_PREFIX) {
        return Err(ended());
    }
    let found = store::key(context.database(), &secret::hashed(token), context.now()).await?;
    let (key, memberships) = found.ok_or_else(ended)?;
    let ceiling = Role::parse(&key.role_ceiling).unwrap_or(Role::Contributor);
    let named: Vec<String> = serde_json::from_str(&key.permissions).unwrap_or_default();
    let permissions = named.iter().filter_map(|name| Permission::parse(name)).collect();
    Ok(Caller {
        who: Who::Key {
            id: key.public_id,
            row: key.id,
            person: key.person_id,
            expires_at: key.expires_at,
            ceiling,
            permissions,
        },
        memberships,
    })
}

async fn with_token(context: &Context, token: &str) -> Result<Caller, Problem> {
    let found = oauth::store::bearer(context.database(), &secret::hashed(token), context.now()).await?;
    let (bearer, person, memberships) = found.ok_or_else(ended)?;
    let permissions = oauth::store::permissions(&bearer.scopes);
    Ok(Caller { who: Who::App { grant: bearer, person, permissions }, memberships })
}

async fn with_session(context: &Context, parts: &Parts) -> Result<Caller, Problem> {
    let token = session::token_in(&parts.headers, context.development()).ok_or_else(unknown)?;
    if !session::is_same_origin(&parts.method, &parts.headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden)
            .because("cross_origin")
            .detail("A session writes from its own pages only."));
    }
    let found = store::session(context.database(), &secret::hashed(token), context.now()).await?;
    let (person, memberships) = found.ok_or_else(unknown)?;
    Ok(Caller { who: Who::Person(person), memberships })
}

fn unknown() -> Problem {
    Problem::new(Code::Unauthenticated)
}

/// A token was brought, and is worth nothing (any more).
fn ended() -> Problem {
    unknown().challenge("Bearer error=\"invalid_token\"")
}

/// Somebody who signed in themselves; keys and apps are refused before a body is judged.
#[derive(Debug)]
pub struct Personal(pub Caller);

impl FromRequestParts<Context> for Personal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, context).await?;
        caller.person()?;
        Ok(Self(caller))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn membership(org: &str, role: Role) -> Membership {
        Membership {
            org_id: 1,
            public_id: org.to_owned(),
            slug: String::new(),
            name: String::new(),
            timezone: String::new(),
            currency: String::new(),
            role: role.to_string(),
        }
    }

    fn key(permissions: &[Permission], ceiling: Role) -> Caller {
        let who = Who::Key {
            id: "key_1".to_owned(),
            row: 1,
            person: 1,
            expires_at: None,
            ceiling,
            permissions: permissions.to_vec(),
        };
        Caller { who, memberships: vec![membership("org_a", Role::Owner)] }
    }

    fn refusal(caller: &Caller, permission: Permission, org: &str) -> Option<Code> {
        caller.may(permission, org).err().map(|problem| problem.code())
    }

    #[test]
    fn somebody_elses_organization_looks_missing() {
        let caller = key(&[Permission::BookingsRead], Role::Owner);
        assert_eq!(refusal(&caller, Permission::BookingsRead, "org_a"), None);
        assert_eq!(refusal(&caller, Permission::BookingsRead, "org_b"), Some(Code::NotFound));
    }

    #[test]
    fn a_key_may_only_what_it_was_given_and_only_up_to_its_ceiling() {
        let narrow = key(&[Permission::BookingsRead], Role::Owner);
        assert_eq!(refusal(&narrow, Permission::BookingsWrite, "org_a"), Some(Code::Forbidden));
        let low = key(&[Permission::WebhooksWrite, Permission::BookingsRead], Role::Staff);
        assert_eq!(refusal(&low, Permission::WebhooksWrite, "org_a"), Some(Code::Forbidden));
        assert_eq!(refusal(&low, Permission::BookingsRead, "org_a"), None);
    }
}
