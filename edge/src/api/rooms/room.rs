//! `/v1/rooms`: what is let: its details, its prices, and when it is free next.

use super::{OrgOfKey, stay, walls};
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::keyed::Keyed;
use crate::api::body::Body;
use crate::api::given::Given;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::platform::offerings::wire::{CapacityKind, OfferingIn, OfferingOut};
use crate::api::platform::offerings::{ForceIn, OfferingFilter, translate};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::catalog::edit::draft::{Draft, Status, prefix};
use crate::domain::catalog::edit::offering::{self, Beside, Desk, Kept, OrgNames, Written};
use crate::domain::catalog::edit::store;
use crate::domain::catalog::slots::{self, Priced};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use shared::availability::{Capacity, Kind, Need, Requirement};
use shared::embed::Timestamp;
use shared::id::{OfferingId, ResourceId};
use shared::money::Money;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A room, with all that an offering has.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Room)]
pub struct RoomOut {
    /// Details and prices.
    #[serde(flatten)]
    offering: OfferingOut,
    /// The next start that a smallest party could book within 92 days; null for a draft, or where none is free.
    next_availability: Option<NextOut>,
}

/// A start that is free.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoomNextAvailability)]
pub struct NextOut {
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Ends, UTC.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    #[schema(example = "2027-05-01T17:00:00+02:00")]
    local_starts_at: String,
    /// What a smallest party pays.
    from: Option<Money>,
}

impl From<Priced> for NextOut {
    fn from(next: Priced) -> Self {
        Self {
            starts_at: Timestamp(next.slot.starts_at),
            ends_at: Timestamp(next.slot.ends_at),
            local_starts_at: next.local_starts_at,
            from: next.from,
        }
    }
}

fn shown(
    context: &Context,
    kept: &Kept,
    warnings: Option<Vec<crate::problem::FieldError>>,
    next: Option<Priced>,
) -> Result<RoomOut, Problem> {
    let zone = translate::offsets(&kept.timezone, context.now());
    let offering = translate::shown(kept, zone.as_ref(), warnings)?;
    Ok(RoomOut { offering, next_availability: next.map(Into::into) })
}

/// Lists the rooms, drafts included, each with its next free start.
#[utoipa::path(
    get, path = "/v1/rooms", tag = "Rooms", operation_id = "listRoomsOfKey", params(OrgOfKey, PageIn, OfferingFilter),
    security(("key" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<RoomOut>), Reading),
)]
pub async fn list(
    keyed: Keyed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(filter): Query<OfferingFilter>,
) -> Result<Json<Page<RoomOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let status = filter.status()?;
    let rows = store::list(keyed.org_id(), Kind::Room, status, after, limit.saturating_add(1));
    let rows: Vec<store::Row> = context.database().run(rows).await?.all()?;
    let ids: Vec<&str> = rows.iter().map(|row| row.public_id.as_str()).collect();
    let mut next = slots::next(&context, &ids).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push((row.id, shown(&context, &Kept::of(row)?, None, next.remove(&row.public_id))?));
    }
    Ok(Json(Page::of(all, limit, |(row, _)| *row, |(_, shown)| shown)))
}

/// Reads a room: details, prices, and when it is free next.
#[utoipa::path(
    get, path = "/v1/rooms/{id}", tag = "Rooms", operation_id = "readRoomOfKey",
    params(("id" = String, Path, description = "Room"), OrgOfKey),
    security(("key" = ["catalog:read"])),
    responses((status = 200, description = "The room", body = RoomOut), Reading),
)]
pub async fn read(
    keyed: Keyed<CatalogRead>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<Json<RoomOut>, Problem> {
    let kept = stay::room(&context, keyed.org_id(), &id).await?;
    let mut next: BTreeMap<String, Priced> = slots::next(&context, &[&id]).await?;
    Ok(Json(shown(&context, &kept, None, next.remove(&id))?))
}

/// Walls of its own: for as many groups as the room lets in.
fn own_walls(wanted: &OfferingIn, id: ResourceId) -> Beside {
    let groups = !matches!(wanted.capacity_kind, Given::Value(kind) if kind != CapacityKind::Groups);
    let units = wanted.capacity.value().copied().filter(|_| groups).unwrap_or(1);
    Beside { id, kind: super::ROOM, units }
}

/// What a room needs of its own walls.
fn need(draft: &Draft, walls: &ResourceId) -> Requirement {
    let shared = matches!(draft.capacity, Capacity::Seats(_));
    let need = if shared { Need::PerDeparture(1) } else { Need::PerBooking(1) };
    Requirement { any_of: vec![walls.clone()], need }
}

/// Makes a room: a draft unless `status` says otherwise.
///
/// Name, length, price and schedule will do. Where it says nothing about resources it gets one of its own, of kind ROOM, so that
/// stays cannot overlap and dates can be blocked. `warnings` tells what is missing until it can be booked.
#[utoipa::path(
    post, path = "/v1/rooms", tag = "Rooms", operation_id = "createRoomWithKey", request_body = OfferingIn,
    params(OrgOfKey, Repeatable),
    security(("key" = ["catalog:write"])),
    responses((status = 201, description = "Made", body = RoomOut), Writing),
)]
pub async fn create(
    keyed: Keyed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<OfferingIn>>,
) -> Result<Response, Problem> {
    let unheard = || Problem::internal("an id that is none");
    let id = OfferingId::parse(&context.mint(prefix(Kind::Room))).ok_or_else(unheard)?;
    let empty = Draft::of(Kind::Room, id).ok_or_else(unheard)?;
    let own = ResourceId::parse(&context.mint("res")).ok_or_else(unheard)?;
    let own = (!wanted.resource_ids.said() && !wanted.requirements.said()).then(|| own_walls(&wanted, own));
    let edit = |draft: Draft, scene: &_| {
        let mut draft = wanted.over(draft, scene)?;
        draft.requires.extend(own.as_ref().map(|walls| need(&draft, &walls.id)));
        Ok(draft)
    };
    let desk = Desk { org: keyed.org_id(), actor: keyed.actor() };
    let names = OrgNames { id: &keyed.org.public_id, name: &keyed.org.name };
    let named = wanted.named();
    let made = offering::create_beside(&context, desk, names, empty, &named, own.as_ref(), edit).await;
    let (change, written) = made.map_err(|problem| wanted.as_sent(problem))?;
    let Written { kept, warnings } = written;
    // What it is free next is known when it is there: the answer is kept with the change.
    let made = shown(&context, &kept, Some(warnings), None)?;
    Ok(ticket.commit(&context, StatusCode::CREATED, &made, change).await?.response)
}

/// Changes a room: what is left out stays, null is as at the beginning.
///
/// A change that would leave bookings without what they were sold is refused with `bookings_in_the_way` and their list, unless
/// `force` says what becomes of them.
#[utoipa::path(
    put, path = "/v1/rooms/{id}", tag = "Rooms", operation_id = "changeRoomWithKey", request_body = OfferingIn,
    params(("id" = String, Path, description = "Room"), OrgOfKey, ForceIn),
    security(("key" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = RoomOut), Writing),
)]
pub async fn change(
    keyed: Keyed<CatalogWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Query(force): Query<ForceIn>,
    Body { value: wanted, .. }: Body<OfferingIn>,
) -> Result<Json<RoomOut>, Problem> {
    let desk = Desk { org: keyed.org_id(), actor: keyed.actor() };
    let edit = |draft: Draft, scene: &_| wanted.over(draft, scene);
    let (kind, force) = (Kind::Room, force.parse()?);
    let before = match wanted.capacity.said() {
        true => Some(stay::room(&context, desk.org, &id).await?),
        false => None,
    };
    let Written { kept, warnings } = offering::change(&context, desk, (kind, &id), &wanted.named(), force, edit)
        .await
        .map_err(|problem| wanted.as_sent(problem))?;
    if let Some(before) = before {
        walls::follow(&context, desk, &before.draft, &kept.draft).await?;
    }
    let published = kept.draft.status == Status::Published;
    let mut next = if published { slots::next(&context, &[&id]).await? } else { BTreeMap::new() };
    Ok(Json(shown(&context, &kept, Some(warnings), next.remove(&id))?))
}
