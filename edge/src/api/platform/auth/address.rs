//! `/api/auth/address…`: proving that one reads the mail of one's address.

use super::wire::TokenIn;
use crate::access::{Caller, Personal};
use crate::api::body::{AnyBody, Body};
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::domain::account::address;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;

/// Confirms one's own address with the token of the mail. From then on nobody else can have it.
///
/// One has to be signed in: following a link in a mail that somebody else caused gives nothing away.
#[utoipa::path(
    post, path = "/api/auth/address/confirm", tag = "Sign-in", request_body = TokenIn, operation_id = "confirmAddress",
    security(("session" = [])),
    responses((status = 204, description = "It is theirs"), Writing),
)]
pub async fn confirm(
    Personal(caller): Personal,
    State(context): State<Context>,
    Body { value: TokenIn { token }, .. }: Body<TokenIn>,
) -> Result<StatusCode, Problem> {
    address::confirm(&context, caller.person()?, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the mail once more that confirms one's own address.
#[utoipa::path(
    post, path = "/api/auth/address/resend", tag = "Sign-in", operation_id = "resendConfirmation",
    security(("session" = [])),
    responses((status = 202, description = "A mail is on its way"), Writing),
)]
pub async fn resend(caller: Caller, State(context): State<Context>, _: AnyBody) -> Result<StatusCode, Problem> {
    address::mail_again(&context, caller.person()?).await?;
    Ok(StatusCode::ACCEPTED)
}
