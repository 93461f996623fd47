//! `GET /api/v1/catalog`: what an organization lets, for everybody to see.

use crate::api::platform::offerings::translate;
use crate::api::platform::offerings::wire::OfferingOut;
use crate::api::query::Query;
use crate::context::Context;
use crate::domain::catalog::edit::offering::Kept;
use crate::domain::catalog::edit::store;
use crate::domain::org;
use crate::problem::{Problem, ProblemOut};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::availability::Kind;
use utoipa::{IntoParams, ToSchema};

/// Rooms of one organization.
const MOST: i64 = 200;

/// Whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct CatalogQuery {
    /// Public id of the organization.
    #[param(required = true, example = "org_harbor")]
    org_id: Option<String>,
}

/// What an organization lets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoomCatalog)]
pub struct CatalogOut {
    /// Whose.
    organization: CatalogOrg,
    /// The published rooms, with prices and durations, in the order in which the business shows them.
    rooms: Vec<OfferingOut>,
}

/// Whose catalogue it is.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomCatalogOrganization)]
pub struct CatalogOrg {
    /// Public id.
    #[schema(example = "org_harbor")]
    id: String,
    /// Name.
    name: String,
    /// IANA.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
}

/// Shows the published rooms of an organization, with prices and durations. Public.
#[utoipa::path(
    get, path = "/api/v1/catalog", tag = "Rooms", operation_id = "readRoomCatalog", security(()), params(CatalogQuery),
    responses(
        (status = 200, description = "The catalogue", body = CatalogOut),
        (status = 400, description = "Nobody is named", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "No such organization", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    State(context): State<Context>,
    Query(asked): Query<CatalogQuery>,
) -> Result<Json<CatalogOut>, Problem> {
    let id = asked.org_id.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Problem::field("?orgId", "required", "The public id of an organization."))?;
    let batch = vec![org::store::by_public_id(&id), store::listed(&id, Kind::Room, MOST)];
    // Not from a copy: what was changed is seen at once.
    let mut answers = context.database().batch(batch).await?;
    let found: Option<org::store::Row> = answers.first()?;
    let found = found.ok_or_else(|| Problem::not_found("organization"))?;
    let zone = translate::offsets(&found.timezone, context.now());
    let rows: Vec<store::Row> = answers.all()?;
    let shown = |row: &store::Row| translate::public(&Kept::of(row)?, zone.as_ref());
    Ok(Json(CatalogOut {
        rooms: rows.iter().map(shown).collect::<Result<_, _>>()?,
        organization: CatalogOrg {
            id: found.public_id,
            name: found.name,
            timezone: found.timezone,
            currency: found.currency,
        },
    }))
}
