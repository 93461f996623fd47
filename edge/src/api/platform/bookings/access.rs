//! Who may open one booking: its customer by the token of its link, or staff of its organization.

use crate::access::caller::{KEY_PREFIX, bearer};
use crate::access::oauth::grant::ACCESS_PREFIX;
use crate::access::permission::Permission;
use crate::access::{Caller, secret};
use crate::context::Context;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::Hand;
use crate::domain::booking::store::By;
use crate::problem::{Code, Problem};
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;

/// Whoever asks about one booking.
pub enum BookingAccess {
    /// The token's hash.
    Customer(String),
    /// Somebody with credentials of their own.
    Staff(Box<Caller>),
}

#[derive(Deserialize)]
struct TokenQuery {
    token: Option<String>,
}

impl FromRequestParts<Context> for BookingAccess {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let asked = Query::<TokenQuery>::try_from_uri(&parts.uri).ok().and_then(|query| query.0.token);
        let is_own = |token: &&str| !token.starts_with(KEY_PREFIX) && !token.starts_with(ACCESS_PREFIX);
        let brought = || bearer(parts).filter(is_own).map(str::to_owned);
        match asked.or_else(brought) {
            Some(token) => Ok(Self::Customer(secret::hashed(&token))),
            None => Ok(Self::Staff(Box::new(Caller::from_request_parts(parts, context).await?))),
        }
    }
}

impl BookingAccess {
    /// The booking, if they may do that to it. Somebody else's looks like one that does not exist.
    pub async fn open(&self, context: &Context, id: &str, permission: Permission) -> Result<Found, Problem> {
        let found = change::read(context, By::Id(id)).await?;
        let missing = || Problem::not_found("booking");
        match self {
            Self::Customer(hash) if found.0.token_hash.as_ref() == Some(hash) => Ok(found),
            Self::Customer(_) => Err(missing()),
            Self::Staff(caller) => {
                caller.may(permission, &found.0.org).map_err(|problem| match problem.code() {
                    Code::NotFound => missing(),
                    _ => problem,
                })?;
                Ok(found)
            }
        }
    }

    /// In whose name they act.
    pub fn hand(&self) -> Hand<'_> {
        match self {
            Self::Customer(_) => Hand::Customer,
            Self::Staff(caller) => Hand::Staff(caller.actor()),
        }
    }

    /// Whether they work there.
    pub fn is_staff(&self) -> bool {
        matches!(self, Self::Staff(_))
    }
}
