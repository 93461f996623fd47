//! `/api/orgs/:orgId/mails`: what was mailed for an organization and about a booking, what became of it, and once more.

use crate::access::Allowed;
use crate::access::allowed::{BookingsRead, BookingsWrite, OrgWrite};
use crate::api::body::AnyBody;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::store::By;
use crate::domain::notice::again;
use crate::mail::store;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// A mail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailOut {
    /// Public id.
    #[schema(example = "mail_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// To whom.
    recipient: String,
    /// What it told.
    #[schema(example = "account.invitation")]
    kind: String,
    /// BCP 47.
    #[schema(example = "en")]
    language: String,
    /// QUEUED, SENT or FAILED.
    #[schema(example = "SENT")]
    status: String,
    /// How often it was tried.
    attempts: u32,
    /// What went wrong last, as the mail server said it; null once it is sent.
    failure: Option<String>,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// When a mail server took it.
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Timestamp>,
    /// When it was queued.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Lists what was mailed for an organization in the last 30 days, the newest first, and what became of it.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/mails", tag = "Organizations", operation_id = "listMails",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "A page of them", body = Page<MailOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<MailOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let rows = store::of_org(context.database(), allowed.org_id(), before, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Lists what was mailed about a booking in the last 30 days, the newest first, and what became of it.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/bookings/{bookingId}/mails", tag = "Bookings", operation_id = "listBookingMails",
    params(
        ("orgId" = String, Path, description = "Organization"),
        ("bookingId" = String, Path, description = "`bkg_…`"), PageIn,
    ),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<MailOut>), Reading),
)]
pub async fn of_booking(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Path((_, booking)): Path<(String, String)>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<MailOut>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let (found, _) = change::read(&context, By::Id(&booking)).await?;
    if found.org_id != allowed.org_id() {
        return Err(Problem::not_found("booking"));
    }
    let (database, org) = (context.database(), allowed.org_id());
    let rows = store::of_booking(database, org, &booking, before, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// A mail that is on its way.
#[derive(Serialize, ToSchema)]
pub struct Resent {
    /// QUEUED.
    #[schema(example = "QUEUED")]
    status: &'static str,
}

/// Sends a mail about a booking once more: to the address that the booking has now, with what is true of it now.
///
/// What is no longer true is not said again (409 `outdated`): a booking that was cancelled is not confirmed once more.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/mails/{mailId}/resend", tag = "Bookings", operation_id = "resendMail",
    params(
        ("orgId" = String, Path, description = "Organization"),
        ("mailId" = String, Path, description = "`mail_…`"), Repeatable,
    ),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 202, description = "Another mail is on its way", body = Resent), Writing),
)]
pub async fn resend(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let change = again::resend(&context, allowed.org_id(), allowed.actor(), &id).await?;
    let answer = Resent { status: "QUEUED" };
    Ok(ticket.commit(&context, StatusCode::ACCEPTED, &answer, change).await?.response)
}

fn shown(mail: store::Shown) -> MailOut {
    let at = |second: i64| Timestamp(Instant(second));
    MailOut {
        next_attempt_at: (mail.state == "QUEUED").then(|| at(mail.next_attempt_at)),
        id: mail.public_id,
        recipient: mail.recipient,
        kind: mail.kind,
        language: mail.language,
        status: mail.state,
        attempts: mail.attempts,
        failure: mail.failure,
        sent_at: mail.sent_at.map(at),
        created_at: at(mail.created_at),
    }
}
