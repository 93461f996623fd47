//! The public form of a calendar: anybody may hand in an event, if the calendar allows it and they pay with a little work.
//!
//! Against machines, without asking anybody else: a limit per address and calendar, a field that only machines fill in, a
//! proof of work that is used once, a limit of links, and nothing in the queue before its e-mail address is confirmed.

use crate::access::limit;
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::platform::submissions::wire::EventIn;
use crate::api::refusals::Repeatable;
use crate::context::Context;
use crate::domain::booking::order::Contact;
use crate::domain::submission::door::{self, Way};
use crate::domain::submission::{guest, store};
use crate::problem::{Problem, ProblemOut};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// Work to be done before an event is handed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeOut {
    /// To be sent back as it is, once.
    challenge: String,
    /// `SHA-256(challenge + ":" + solution)` has to begin with so many zero bits.
    #[schema(example = 18)]
    bits: u32,
    /// Until then.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// An event from somebody without an account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicSubmissionIn {
    /// Who.
    #[schema(max_length = 200, example = "Ada Example")]
    name: String,
    /// Gets the link that confirms it.
    #[schema(max_length = 254, example = "ada@example.com")]
    email: String,
    /// The event, without `status`, `calendarId` and `resourceIds`.
    event: EventIn,
    /// From `GET /embed/{calendarId}/challenge`.
    challenge: String,
    /// Up to 64 characters that solve it.
    #[schema(max_length = 64, example = "183204")]
    solution: String,
    /// Leave it empty. People do not see this field; who fills it in gets an answer and nothing else.
    #[serde(default)]
    website: String,
}

/// What happens next.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmOut {
    /// Always `CONFIRM_BY_MAIL`.
    #[schema(value_type = String, example = "CONFIRM_BY_MAIL")]
    status: &'static str,
    /// The link in the mail works until then.
    #[schema(value_type = String, format = DateTime)]
    confirm_until: Timestamp,
}

/// Gives work to be done before an event is handed in.
#[utoipa::path(
    get, path = "/embed/{calendarId}/challenge", tag = "Submissions", operation_id = "readChallenge", security(()),
    params(("calendarId" = String, Path, description = "Public id of the calendar", example = "cal_harbor")),
    responses(
        (status = 200, description = "The challenge", body = ChallengeOut),
        (status = 403, description = "The calendar takes no events from the public", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such calendar", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn challenge(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ChallengeOut>, Problem> {
    limit::guest(&context, &headers).await?;
    let entrance = guest::entrance(&context, &id).await?;
    Ok(Json(ChallengeOut {
        challenge: door::challenge(&context, Way::Work, &entrance.calendar)?,
        bits: door::BITS,
        expires_at: Timestamp(context.now().plus_seconds(door::CHALLENGE_SECONDS)),
    }))
}

/// Hands in an event without an account. It enters the queue when the link in the mail is followed.
#[utoipa::path(
    post, path = "/embed/{calendarId}/submissions", tag = "Submissions", operation_id = "handInEvent", security(()), request_body = PublicSubmissionIn,
    params(("calendarId" = String, Path, description = "Public id of the calendar", example = "cal_harbor"), Repeatable),
    responses(
        (status = 202, description = "A mail with a link is on its way", body = ConfirmOut),
        (status = 400, description = "A field breaks its rule, or the challenge is not solved", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "The calendar takes no events from the public", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such calendar", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "The challenge was used already", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "Larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 422, description = "The idempotency key belongs to another request", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or too many that wait to be confirmed", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<PublicSubmissionIn>>,
) -> Result<Response, Problem> {
    limit::submission(&context, &headers, &id).await?;
    let entrance = guest::entrance(&context, &id).await?;
    let confirm_until = Timestamp(context.now().plus_seconds(store::CONFIRM_SECONDS));
    let answer = ConfirmOut { status: "CONFIRM_BY_MAIL", confirm_until };
    if !wanted.website.is_empty() {
        return Ok((StatusCode::ACCEPTED, Json(answer)).into_response());
    }
    let event = wanted.event;
    let not_here = [
        ("status", event.status.is_some()),
        ("calendarId", event.calendar_id.is_some()),
        ("resourceIds", event.resource_ids.is_some()),
    ];
    if let Some((field, _)) = not_here.into_iter().find(|(_, given)| *given) {
        return Err(Problem::field(format!("/event/{field}"), "not_here", "The public form does not take this."));
    }
    let contact =
        Contact::parse(&wanted.name, &wanted.email, None).map_err(|problem| problem.moved("/customer", ""))?;
    let edit = event.edit(entrance.venue().currency).map_err(|problem| problem.moved("", "/event"))?;
    let used = door::come_in(&context, Way::Work, &entrance.calendar, &wanted.challenge, &wanted.solution)?;
    let step = guest::begin(&context, entrance, contact, edit, &used).map_err(|problem| problem.moved("", "/event"))?;
    let written = ticket.commit(&context, StatusCode::ACCEPTED, &answer, step.change).await;
    Ok(written.map_err(guest::refused)?.response)
}
