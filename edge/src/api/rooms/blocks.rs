//! `/v1/schedules/block`: a room, or the whole house, is off for a while.

use super::{OrgOfKey, stay, walls};
use crate::access::allowed::CatalogWrite;
use crate::access::keyed::Keyed;
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::platform::resources::wire::{BlockIn, Off, shown_block};
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::catalog::edit::offering::Desk;
use crate::domain::record::Change;
use crate::domain::resource::rules;
use crate::domain::resource::store::{self, RoomBlock};
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::embed::Timestamp;
use utoipa::ToSchema;

/// A time off that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomBlockIn {
    /// Which room; the whole house where it is left out.
    #[schema(example = "room_harbor_lighthouse")]
    room_id: Option<String>,
    /// A venue date `YYYY-MM-DD`, an instant with its offset, or wall time at the venue `YYYY-MM-DDTHH:MM`.
    #[schema(example = "2027-02-08")]
    from: String,
    /// The same; a date is included, an instant is not. Left out with a date: that day only.
    #[schema(example = "2027-02-14")]
    to: Option<String>,
    /// For staff, at most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500, example = "Maintenance")]
    reason: String,
}

/// A time off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomBlockOut {
    /// Public id: lifts it.
    #[schema(example = "blk_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// The whole house is off.
    whole_house: bool,
    /// The rooms that are off; none are named where the whole house is.
    room_ids: Vec<String>,
    /// A venue date, or an instant in UTC.
    from: String,
    /// A venue date, included, or an instant in UTC, not included.
    to: String,
    /// Whole dates.
    all_day: bool,
    /// For staff.
    reason: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A time off in these words.
pub fn shown(RoomBlock { block, of_house, rooms }: RoomBlock, timezone: &str) -> RoomBlockOut {
    let block = shown_block(block, timezone);
    RoomBlockOut {
        id: block.id,
        whole_house: of_house != 0,
        room_ids: serde_json::from_str(&rooms).unwrap_or_default(),
        from: block.from,
        to: block.to,
        all_day: block.all_day,
        reason: block.reason,
        created_at: block.created_at,
    }
}

/// Blocks dates or a span: of a room, or of the whole house. Bookings that were made stay.
#[utoipa::path(
    post, path = "/v1/schedules/block", tag = "Rooms", operation_id = "blockRoom", request_body = RoomBlockIn,
    params(OrgOfKey, Repeatable),
    security(("key" = ["catalog:write"])),
    responses((status = 201, description = "Nothing can be booked then", body = RoomBlockOut), Writing),
)]
pub async fn create(
    keyed: Keyed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<RoomBlockIn>>,
) -> Result<Response, Problem> {
    let RoomBlockIn { room_id, from, to, reason } = wanted;
    let reason = rules::reason(&reason, "/reason")?;
    let off = BlockIn { from, to, all_day: None, reason: String::new() }.parse(&keyed.org.timezone)?;
    let (org, now, id) = (keyed.org_id(), context.now(), context.mint("blk"));
    let walls = match &room_id {
        None => None,
        Some(room) => {
            let missing = || Problem::not_found("room").and_field("/roomId", "not_found", "There is no such room.");
            let kept = stay::room(&context, org, room).await.map_err(|_| missing())?;
            Some(walls::or_new(&context, Desk { org, actor: keyed.actor() }, &kept.draft).await?)
        }
    };
    let (span, dates) = match off {
        Off::Span(from, to) => (Some((from, to)), None),
        Off::Dates(from, to) => (None, Some((from.to_string(), to.to_string()))),
    };
    let new = store::NewBlock { public_id: &id, span, dates, reason: &reason };
    let rooms = json!(room_id.iter().collect::<Vec<_>>()).to_string();
    let of_house = u8::from(room_id.is_none());
    let answer = shown(RoomBlock { block: new.row(now), of_house, rooms }, &keyed.org.timezone);
    let mut change = Change::new(&context, org, keyed.actor());
    change.must(store::insert_block(org, walls.as_deref(), &new, now));
    let detail = json!({ "resource": walls, "from": answer.from, "to": answer.to, "reason": reason });
    change.audit("block.created", &id, &detail);
    change.shows();
    Ok(ticket.commit(&context, StatusCode::CREATED, &answer, change).await?.response)
}

/// Lifts a block: what it kept can be booked again.
#[utoipa::path(
    delete, path = "/v1/schedules/block/{id}", tag = "Rooms", operation_id = "liftBlock",
    params(("id" = String, Path, description = "Block"), OrgOfKey),
    security(("key" = ["catalog:write"])),
    responses((status = 204, description = "Lifted"), Writing),
)]
pub async fn lift(
    keyed: Keyed<CatalogWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let mut change = Change::new(&context, keyed.org_id(), keyed.actor());
    change.must(store::delete_room_block(keyed.org_id(), &id));
    change.audit("block.removed", &id, &json!({}));
    change.shows();
    let missing = || Problem::not_found("block");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(StatusCode::NO_CONTENT)
}
