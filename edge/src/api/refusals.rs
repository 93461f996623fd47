//! What a route may refuse, told once for all routes that read and once for all that write.

use crate::problem::ProblemOut;
use utoipa::IntoResponses;

/// Reading within an organization.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only its description is used")]
pub enum Reading {
    /// A parameter is not what it should be.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemOut),
    /// No credentials, or bad ones.
    #[response(status = 401, content_type = "application/problem+json")]
    Nobody(ProblemOut),
    /// Known, but not allowed here.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(ProblemOut),
    /// Missing, or somebody else's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemOut),
}

/// Changing something within an organization.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only its description is used")]
pub enum Writing {
    /// The body cannot be read, or a field breaks its rule.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemOut),
    /// No credentials, or bad ones.
    #[response(status = 401, content_type = "application/problem+json")]
    Nobody(ProblemOut),
    /// Known, but not allowed here.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(ProblemOut),
    /// Missing, or somebody else's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemOut),
    /// In conflict with what is there; `code` tells how.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemOut),
    /// The body is larger than 64 KB.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemOut),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(ProblemOut),
    /// A rule of the business refuses, or the idempotency key belongs to another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(ProblemOut),
}

/// The header of a request that may be sent again.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "only its description is used")]
pub struct Repeatable {
    /// 1 to 255 visible ASCII signs. The same key and body give the same answer for 24 hours.
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}
