//! `Keyed<P>`: a program with an API key that may do `P` in the key's own organization, for surfaces whose paths name none.

use super::allowed::Needs;
use super::caller::{Caller, Who};
use super::store::Membership;
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use core::marker::PhantomData;
use serde::Deserialize;

/// A program with a key that allows `P`.
#[derive(Debug)]
pub struct Keyed<P> {
    /// Where.
    pub org: Membership,
    caller: Caller,
    permission: PhantomData<P>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "orgId")]
    org: Option<String>,
}

impl<P> Keyed<P> {
    /// Row of the organization.
    pub fn org_id(&self) -> i64 {
        self.org.org_id
    }

    /// For the audit log: `key_…`.
    pub fn actor(&self) -> &str {
        self.caller.actor()
    }
}

impl<P: Needs> FromRequestParts<Context> for Keyed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, context).await?;
        if !matches!(caller.who(), Who::Key { .. }) {
            return Err(Problem::new(Code::Forbidden).because("key_needed").detail("This needs an API key."));
        }
        let named = Query::<Named>::try_from_uri(&parts.uri).ok().and_then(|query| query.0.org);
        let org = match (named, caller.memberships()) {
            (Some(org), _) => org,
            (None, [only]) => only.public_id.clone(),
            (None, []) => return Err(Problem::not_found("organization")),
            (None, _) => {
                let rule = "This key works in several organizations: say in which.";
                return Err(Problem::field("?orgId", "required", rule));
            }
        };
        let org = caller.may(P::PERMISSION, &org)?.clone();
        Ok(Self { org, caller, permission: PhantomData })
    }
}
