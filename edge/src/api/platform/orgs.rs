//! `/api/orgs/:orgId/…`: an organization's lists, for those who work there.

use crate::access::Allowed;
use crate::access::allowed::CatalogRead;
use crate::api::page::{Page, PageIn};
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::desk::store;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Query, State};
use serde::Serialize;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A tour, as its business sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TourOut {
    /// Public id: ask `/api/tours/{id}/availability` for its slots.
    #[schema(example = "tour_harbor_sunset")]
    id: String,
    /// Name.
    name: String,
    /// One or two sentences.
    summary: Option<String>,
    /// Markdown.
    description: Option<String>,
    /// Picture.
    image: Option<String>,
    /// `seats`, `groups`, `perDay` or `unlimited`.
    capacity_kind: String,
    /// How many; null when only resources limit it.
    capacity: Option<i64>,
    /// DRAFT or PUBLISHED.
    status: String,
    /// PUBLIC, UNLISTED or PRIVATE.
    visibility: String,
    /// Whether staff approve each booking.
    approval: bool,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Lists the tours of an organization, drafts included.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/tours", tag = "Organizations", operation_id = "listTours",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<TourOut>), Reading),
)]
pub async fn tours(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<TourOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let wanted = limit.saturating_add(1);
    let rows = store::offerings(context.database(), allowed.org.org_id, "TOUR", after, wanted).await?;
    let shown = |row: store::Offering| TourOut {
        id: row.public_id,
        name: row.name,
        summary: row.summary,
        description: row.description,
        image: row.image,
        capacity_kind: row.capacity_kind,
        capacity: row.capacity_units,
        status: row.status,
        visibility: row.visibility,
        approval: row.approval != 0,
        updated_at: Timestamp(Instant(row.updated_at)),
    };
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}
