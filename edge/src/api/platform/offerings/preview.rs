//! `POST /api/orgs/:orgId/preview`: what an offering would come to, without keeping it.

use super::empty;
use super::wire::OfferingIn;
use crate::access::Allowed;
use crate::access::allowed::CatalogWrite;
use crate::api::body::Body;
use crate::api::platform::availability::{SlotOut, shown_slot};
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::domain::catalog::edit::draft::Draft;
use crate::domain::catalog::edit::preview::{self, Asked};
use crate::problem::{FieldError, Problem};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::availability::{Ask, Kind};
use shared::civil::Date;
use shared::party::Party;
use utoipa::ToSchema;

/// The most dates at once.
const MOST_DAYS: u32 = 92;

/// Kinds of offering.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = OfferingKind)]
pub enum KindBody {
    /// Fixed departures with seats.
    Tour,
    /// A public happening.
    Event,
    /// Somebody's time.
    Appointment,
    /// A room for one group.
    Room,
    /// From a daily inventory.
    Package,
}

impl From<KindBody> for Kind {
    fn from(kind: KindBody) -> Self {
        match kind {
            KindBody::Tour => Self::Tour,
            KindBody::Event => Self::Event,
            KindBody::Appointment => Self::Appointment,
            KindBody::Room => Self::Room,
            KindBody::Package => Self::Package,
        }
    }
}

/// What to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreviewIn {
    /// What sort of offering.
    #[schema(example = "TOUR")]
    kind: KindBody,
    /// As it would be sent to create it, or to change the one named by `offeringId`.
    offering: OfferingIn,
    /// The offering that it would change: what is sold of that one counts.
    #[serde(default)]
    offering_id: Option<String>,
    /// First venue date; today when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// How many dates, 1 to 92; 14 when left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 92, example = 14)]
    days: Option<u32>,
    /// Who comes; the smallest party that could book when left out.
    #[serde(default)]
    #[schema(example = json!({"adult": 2}))]
    party: Option<Party>,
    /// The length chosen, in minutes or days.
    #[serde(default)]
    length: Option<u32>,
}

/// What it would come to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Preview)]
pub struct PreviewOut {
    /// Every start, bookable or not.
    slots: Vec<SlotOut>,
    /// What is missing to book it.
    warnings: Vec<FieldError>,
    /// The venue's zone, IANA.
    zone: String,
    /// First venue date.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last venue date.
    #[schema(value_type = String, format = Date)]
    to: Date,
}

/// Shows what an offering would come to, without keeping it: the slots of the next days, and what is missing to book it.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/preview", tag = "Offerings", operation_id = "previewOffering", request_body = PreviewIn,
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "Slots and warnings", body = PreviewOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Body { value: wanted, .. }: Body<PreviewIn>,
) -> Result<Json<PreviewOut>, Problem> {
    let days = wanted.days.unwrap_or(14);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::field("/days", "out_of_range", "From 1 to 92."));
    }
    let kind = Kind::from(wanted.kind);
    let asked = Asked {
        from: wanted.from,
        days: i32::try_from(days).unwrap_or(14),
        ask: Ask { party: wanted.party.clone().unwrap_or_default(), length: wanted.length, private: false },
    };
    let named = wanted.offering.named();
    let standing = wanted.offering_id.as_deref().map(|id| (kind, id));
    let edit = |draft: Draft, scene: &_| {
        let mut draft = wanted.offering.over(draft, scene)?;
        if draft.name.is_empty() {
            // Whoever is still writing may not have a name yet.
            "-".clone_into(&mut draft.name);
        }
        Ok(draft)
    };
    let org = allowed.org_id();
    let found = preview::preview(&context, org, empty(&context, kind)?, standing, &named, &asked, edit).await;
    let found = found.map_err(|problem| wanted.offering.as_sent(problem).within("/offering"))?;
    Ok(Json(PreviewOut {
        slots: found.slots.into_iter().map(shown_slot).collect(),
        warnings: found.warnings,
        zone: found.zone,
        from: found.from,
        to: found.to,
    }))
}
