//! `GET /v1/schedules`: what is free in a range of dates, room by room, and what is blocked.

use super::blocks::{RoomBlockOut, shown};
use super::{OrgOfKey, ROOM, stay};
use crate::access::allowed::CatalogRead;
use crate::access::keyed::Keyed;
use crate::api::platform::availability::{SlotOut, shown_slot};
use crate::api::platform::bookings::list::midnight;
use crate::api::query::Query;
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::catalog::slots;
use crate::domain::desk;
use crate::domain::org::zone;
use crate::domain::resource::store;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::civil::Date;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// Days of a range that names no room, and of one that does.
const MOST_DAYS: [i32; 2] = [31, 366];
/// Rooms of one answer.
const MOST_ROOMS: i64 = 100;
/// Days of a range of which only one end, or none, is said.
const USUAL_DAYS: i32 = 7;

/// Which range.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScheduleQuery {
    /// First venue date, YYYY-MM-DD; today when left out.
    #[param(value_type = Option<String>, format = Date, example = "2027-05-01")]
    from: Option<String>,
    /// Last venue date, included; a week when left out, at most 31 days, of one room 366.
    #[param(value_type = Option<String>, format = Date, example = "2027-05-07")]
    to: Option<String>,
    /// Only this room.
    #[param(example = "room_harbor_lighthouse")]
    room: Option<String>,
    /// How many come: what they could book and would pay. Left out: the smallest group.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10_000)]
    guests: Option<String>,
}

/// What is free and what is not.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomSchedules)]
pub struct SchedulesOut {
    /// First venue date.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last venue date.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// The venue's zone, IANA.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// Published rooms in the order in which the business shows them.
    rooms: Vec<RoomScheduleOut>,
    /// What is blocked in this range: these rooms, or the whole house.
    blocks: Vec<RoomBlockOut>,
}

/// The starts of a room.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoomSchedule)]
pub struct RoomScheduleOut {
    /// Which room.
    #[schema(example = "room_harbor_lighthouse")]
    room_id: String,
    /// Its name.
    name: String,
    /// Every scheduled start, bookable or not.
    slots: Vec<SlotOut>,
}

impl ScheduleQuery {
    fn range(&self, today: Date) -> Result<(Date, Date), Problem> {
        let date = |name: &str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            let wrong = || Problem::field(name, "invalid_value", "A venue date, YYYY-MM-DD.");
            text.map(|text| Date::parse(text).ok_or_else(wrong)).transpose()
        };
        let from = date("?from", &self.from)?.unwrap_or(today);
        let to = date("?to", &self.to)?.unwrap_or_else(|| from.plus_days(USUAL_DAYS.saturating_sub(1)));
        let days = to.days_since_epoch().saturating_sub(from.days_since_epoch());
        if days < 0 {
            return Err(Problem::field("?to", "out_of_range", "Not before `from`."));
        }
        let [of_all, of_one] = MOST_DAYS;
        let most = if self.room.is_some() { of_one } else { of_all };
        if days >= most {
            return Err(Problem::field("?to", "out_of_range", format!("At most {most} days.")));
        }
        Ok((from, to))
    }

    fn guests(&self) -> Result<Option<u32>, Problem> {
        let text = self.guests.as_deref().filter(|text| !text.is_empty());
        let wrong = || Problem::field("?guests", "out_of_range", "A whole number from 1 to 10,000.");
        let read = |text: &str| text.parse().ok().filter(|guests| (1..=10_000).contains(guests)).ok_or_else(wrong);
        text.map(read).transpose()
    }
}

/// Tells what is free in a range of dates, room by room, and what is blocked.
#[utoipa::path(
    get, path = "/v1/schedules", tag = "Rooms", operation_id = "readSchedules", params(OrgOfKey, ScheduleQuery),
    security(("key" = ["catalog:read"])),
    responses((status = 200, description = "Starts and blocks", body = SchedulesOut), Reading),
)]
pub async fn read(
    keyed: Keyed<CatalogRead>,
    State(context): State<Context>,
    Query(asked): Query<ScheduleQuery>,
) -> Result<Json<SchedulesOut>, Problem> {
    let (org, timezone) = (keyed.org_id(), keyed.org.timezone.as_str());
    let guests = asked.guests()?;
    let wall = zone::wall_time(timezone, context.now());
    let today = wall.get(..10).and_then(Date::parse).ok_or_else(|| Problem::internal("no date"))?;
    let (from, to) = asked.range(today)?;
    let names_one = asked.room.as_deref().is_some_and(|room| !room.is_empty());
    let ids: Vec<String> = match asked.room.as_deref().filter(|room| !room.is_empty()) {
        Some(room) => vec![stay::room(&context, org, room).await?.draft.id.as_str().to_owned()],
        None => {
            let rooms = desk::store::offerings(context.database(), org, ROOM, 0, MOST_ROOMS).await?;
            rooms.into_iter().map(|room| room.public_id).collect()
        }
    };
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let party = |types: &[_]| guests.map(|guests| stay::so_many(guests, types)).unwrap_or_default();
    let found = slots::of_all(&context, &ids, (from, to), &party).await?;
    let (first, last) = (from.to_string(), to.to_string());
    let begins = midnight(timezone, Some(&first), 0, "?from")?.unwrap_or_default();
    let ends = midnight(timezone, Some(&last), 1, "?to")?.unwrap_or_default();
    let blocks = store::room_blocks(org, (Instant(begins), Instant(ends)), (&first, &last));
    let blocks: Vec<store::RoomBlock> = context.database().run(blocks).await?.all()?;
    let asked = |block: &store::RoomBlock| -> bool {
        let of: Vec<String> = serde_json::from_str(&block.rooms).unwrap_or_default();
        block.of_house != 0 || !names_one || of.iter().any(|room| ids.contains(&room.as_str()))
    };
    let schedule = |one: slots::OfOne| RoomScheduleOut {
        room_id: one.id,
        name: one.name,
        slots: one.slots.into_iter().map(shown_slot).collect(),
    };
    Ok(Json(SchedulesOut {
        from,
        to,
        zone: timezone.to_owned(),
        rooms: found.into_iter().map(schedule).collect(),
        blocks: blocks.into_iter().filter(asked).map(|block| shown(block, timezone)).collect(),
    }))
}
