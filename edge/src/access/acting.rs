//! `Acting<P>`: an app that acts for a person in the organization that its token was granted for, and may do `P` there.

use super::allowed::Needs;
use super::caller::{Caller, Who};
use super::limit;
use super::oauth::store::Bearer;
use super::permission::{Permission, Role};
use super::store::{Membership, Person};
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use core::marker::PhantomData;

/// An app with a token that allows `P`.
#[derive(Debug)]
pub struct Acting<P> {
    /// What it was granted.
    pub grant: Bearer,
    /// For whom it acts.
    pub person: Person,
    /// Where.
    pub org: Membership,
    permission: PhantomData<P>,
}

impl<P> Acting<P> {
    /// Row of the organization.
    pub fn org_id(&self) -> i64 {
        self.org.org_id
    }

    /// For the audit log: `grant_…`.
    pub fn actor(&self) -> &str {
        &self.grant.public_id
    }

    /// Refuses a person whose role is below that: what concerns others than themselves.
    pub fn at_least(&self, role: Role) -> Result<(), Problem> {
        if self.org.role() <= role {
            return Ok(());
        }
        Err(Problem::new(Code::Forbidden).detail(format!("This needs the role {role}.")))
    }
}

impl<P: Needs> FromRequestParts<Context> for Acting<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, context).await?;
        let no_token = || Problem::new(Code::Forbidden).detail("This needs an access token of an OAuth app.");
        let org = caller.memberships().first().cloned().ok_or_else(no_token)?;
        let Who::App { grant, person, permissions } = caller.into_who() else { return Err(no_token()) };
        let needed: Permission = P::PERMISSION;
        if !permissions.contains(&needed) {
            let detail = format!("The token was not granted {}.", needed.as_str());
            let refused = Problem::new(Code::Forbidden).because("insufficient_scope").detail(detail);
            return Err(refused.challenge("Bearer error=\"insufficient_scope\""));
        }
        limit::app(context, &grant.public_id).await?;
        Ok(Self { grant, person, org, permission: PhantomData })
    }
}
