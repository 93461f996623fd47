//! `Allowed<P>`: a caller who may do `P` in the organization that the path names. It is checked before the body is read,
//! so that a stranger learns nothing from how a body is judged.

use super::caller::Caller;
use super::permission::{Permission, Role};
use super::store::Membership;
use crate::context::Context;
use crate::problem::Problem;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use core::marker::PhantomData;

/// Name of the path parameter that holds the organization's public id.
const ORG_PARAMETER: &str = "orgId";

/// A permission as a type, so that a handler's signature says what it takes.
pub trait Needs: Send + Sync {
    /// Which.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),+ $(,)?) => {$(
        #[doc = concat!("[`Permission::", stringify!($name), "`] as a type.")]
        #[derive(Debug)]
        pub struct $name;
        impl Needs for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

needs!(
    OrgOwn,
    OrgRead,
    OrgWrite,
    WebhooksRead,
    WebhooksWrite,
    CatalogRead,
    CatalogWrite,
    BookingsRead,
    BookingsWrite,
    SubmissionsModerate,
    SubmissionsWrite,
);

/// Somebody who may do `P` in `org`.
#[derive(Debug)]
pub struct Allowed<P> {
    /// The organization of the path.
    pub org: Membership,
    /// Who it is.
    pub caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Allowed<P> {
    /// Row of the organization.
    pub fn org_id(&self) -> i64 {
        self.org.org_id
    }

    /// What they are there, a key's ceiling counted.
    pub fn role(&self) -> Role {
        self.caller.role_in(&self.org)
    }

    /// For the audit log: `usr_…` or `key_…`.
    pub fn actor(&self) -> &str {
        self.caller.actor()
    }
}

impl<P: Needs> FromRequestParts<Context> for Allowed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, context).await?;
        let parameters = RawPathParams::from_request_parts(parts, context).await.map_err(Problem::internal)?;
        let named = parameters.iter().find_map(|(name, value)| (name == ORG_PARAMETER).then_some(value));
        let org = caller.may(P::PERMISSION, named.unwrap_or_default())?.clone();
        Ok(Self { org, caller, permission: PhantomData })
    }
}
