//! `/api/orgs/:orgId/mails`: what was mailed for an organization, and what became of it. What a mail said is not kept.

use crate::access::Allowed;
use crate::access::allowed::OrgWrite;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::mail::store;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
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
    let at = |second: i64| Timestamp(Instant(second));
    let show = |mail: store::Shown| MailOut {
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
    };
    Ok(Json(Page::of(rows, limit, |row| row.id, show)))
}
