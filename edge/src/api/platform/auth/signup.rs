//! `POST /api/auth/signup`: a person and their first organization.
//!
//! Contract: 201 and a cookie. So that neither answer nor timing tell whether an address is known, signing up always makes
//! a new person who is in at once; the address is theirs when they confirm it by mail. Where it belongs to somebody
//! already, that somebody is told by mail instead, and the newcomer never gets hold of it.

use super::wire::{MeOut, SignupIn};
use super::{Cookie, welcome};
use crate::api::body::Body;
use crate::context::Context;
use crate::domain::account::sign_up::{Coming, sign_up};
use crate::problem::{Problem, ProblemOut};
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
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "The slug is somebody's already (`slug_taken`)", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn signup(
    State(context): State<Context>,
    headers: HeaderMap,
    Body { value: wanted, .. }: Body<SignupIn>,
) -> Result<(StatusCode, Cookie, Json<MeOut>), Problem> {
    let organization = wanted.organization.into();
    let coming = Coming { email: wanted.email, password: wanted.password, name: wanted.name, organization };
    let (cookie, me) = welcome(sign_up(&context, &headers, coming).await?);
    Ok((StatusCode::CREATED, cookie, me))
}
