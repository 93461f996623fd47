//! Who sits at the desk: somebody with a session, in the organization that the path names, who may do what the page is for.
//!
//! Everybody else gets a page that says so: whoever is not signed in goes to the door, somebody else's organization is not
//! there, and what the role does not allow is refused.

use super::frame;
use crate::access::Allowed;
use crate::access::allowed::Needs;
use crate::access::caller::Who;
use crate::access::permission::{Permission, Role};
use crate::access::store::Membership;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::desk::overview::store::{self, Overview};
use crate::domain::org::Settings;
use crate::problem::{Code, Problem};
use crate::wording::Wording;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, Response};
use axum::response::{IntoResponse, Redirect};
use core::marker::PhantomData;
use core::ops::Deref;
use url::form_urlencoded::byte_serialize;

/// What a page answers.
pub type Shown = Result<Response<Body>, Refused>;

/// A problem on its way to somebody who reads pages.
#[derive(Debug)]
pub struct Refused(Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        frame::refusal(&self.0)
    }
}

/// Somebody at the desk of an organization.
pub struct Desk {
    /// What the request may use.
    pub context: Context,
    /// The organization of the path.
    pub org: Membership,
    /// For the audit log.
    pub actor: String,
    /// What they are called.
    pub person: String,
    /// Row of the person.
    pub person_id: i64,
    /// Where else they belong.
    pub others: Vec<Membership>,
    /// How the organization writes.
    pub wording: Wording,
    /// What it set for itself.
    pub settings: Settings,
    /// What waits for somebody.
    pub overview: Overview,
    role: Role,
}

impl Desk {
    /// Row of the organization.
    pub fn org_id(&self) -> i64 {
        self.org.org_id
    }

    /// What they are there.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether they may do that here.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// Address of a page of this organization: `/bookings`, or nothing for its first.
    pub fn path(&self, rest: &str) -> String {
        format!("/console/{}{rest}", self.org.public_id)
    }

    /// 303 to a page of this organization.
    pub fn go(&self, rest: &str) -> Response<Body> {
        Redirect::to(&self.path(rest)).into_response()
    }
}

/// Somebody at the desk who may do `P`.
pub struct At<P> {
    desk: Desk,
    permission: PhantomData<P>,
}

impl<P> Deref for At<P> {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl<P: Needs> FromRequestParts<Context> for At<P> {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Response<Body>> {
        let allowed = match Allowed::<P>::from_request_parts(parts, context).await {
            Ok(allowed) => allowed,
            Err(problem) if problem.code() == Code::Unauthenticated => return Err(to_the_door(parts)),
            Err(problem) => return Err(frame::refusal(&problem)),
        };
        let desk = Desk::open(context, allowed).await.map_err(|problem| frame::refusal(&problem))?;
        Ok(Self { desk, permission: PhantomData })
    }
}

impl Desk {
    async fn open<P>(context: &Context, allowed: Allowed<P>) -> Result<Self, Problem> {
        let overview = store::overview(context.database(), allowed.org.org_id).await?;
        let overview = overview.ok_or_else(|| Problem::not_found("organization"))?;
        let Who::Person(person) = allowed.caller.who() else {
            return Err(Problem::new(Code::Forbidden).detail("The console is for people who have signed in."));
        };
        Ok(Self {
            context: context.clone(),
            actor: allowed.actor().to_owned(),
            person: person.name.clone(),
            person_id: person.id,
            others: allowed.caller.memberships().to_vec(),
            role: allowed.caller.role_in(&allowed.org),
            wording: Wording::new(&overview.locale, &overview.timezone, overview.currency),
            settings: serde_json::from_str(&overview.settings).unwrap_or_default(),
            org: allowed.org,
            overview,
        })
    }
}

/// To the sign-in page, and from there back to where they were going.
fn to_the_door(parts: &Parts) -> Response<Body> {
    let wanted = if parts.method == Method::GET { parts.uri.path() } else { "/console" };
    let next: String = byte_serialize(wanted.as_bytes()).collect();
    Redirect::to(&format!("/console/sign-in?next={next}")).into_response()
}
