//! `/api/zapier/actions/…`: what an app does for its person.

use crate::access::Acting;
use crate::access::allowed::BookingsWrite;
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::org::zone;
use crate::domain::record::Change;
use crate::domain::resource::store::{self, NewBlock};
use crate::problem::{Code, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::zone::Instant;
use utoipa::ToSchema;

/// A day off, or a part of one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockDateIn {
    /// YYYY-MM-DD, in the organization's zone.
    #[schema(example = "2026-07-04")]
    date: String,
    /// `false` takes the block back. True when left out.
    #[serde(default = "yes")]
    is_blocked: bool,
    /// HH:MM; without times it is the whole day.
    #[schema(example = "09:00")]
    start_time: Option<String>,
    /// HH:MM, after `startTime`.
    #[schema(example = "17:00")]
    end_time: Option<String>,
}

const fn yes() -> bool {
    true
}

/// What holds now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockDateOut {
    /// The day.
    date: String,
    /// Whether it is blocked.
    is_blocked: bool,
    /// From when; null for the whole day.
    start_time: Option<String>,
    /// Until when; null for the whole day.
    end_time: Option<String>,
}

/// The part of a day that is meant: none is all of it.
fn part(wanted: &BlockDateIn) -> Result<Option<(TimeOfDay, TimeOfDay)>, Problem> {
    let read = |text: &str, pointer: &str| {
        TimeOfDay::parse(text).ok_or_else(|| Problem::field(pointer, "invalid_value", "must be a time of day, HH:MM"))
    };
    let missing = |pointer: &str| Problem::field(pointer, "required", "one time needs the other");
    match (wanted.start_time.as_deref(), wanted.end_time.as_deref()) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("/endTime")),
        (None, Some(_)) => Err(missing("/startTime")),
        (Some(from), Some(to)) => {
            let (from, to) = (read(from, "/startTime")?, read(to, "/endTime")?);
            if to.minutes() <= from.minutes() {
                return Err(Problem::field("/endTime", "out_of_range", "must be after startTime"));
            }
            Ok(Some((from, to)))
        }
    }
}

/// Blocks a day of the person's own calendar, or a part of one, or takes that back. Bookings that were made stay.
#[utoipa::path(
    post, path = "/api/zapier/actions/block-date", tag = "Integrations", operation_id = "blockDate", request_body = BlockDateIn,
    params(Repeatable),
    security(("oauth" = ["bookings:write"])),
    responses((status = 200, description = "What holds now", body = BlockDateOut), Writing),
)]
pub async fn block_date(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<BlockDateIn>>,
) -> Result<Response, Problem> {
    let date = Date::parse(&wanted.date)
        .ok_or_else(|| Problem::field("/date", "invalid_value", "must be a date, YYYY-MM-DD"))?;
    let part = part(&wanted)?;
    let at = |time: TimeOfDay| -> Result<Instant, Problem> {
        zone::instant(&acting.org.timezone, LocalDateTime { date, time }).ok_or_else(|| Problem::internal("no zone"))
    };
    let span = part.map(|(from, to)| Ok::<_, Problem>((at(from)?, at(to)?))).transpose()?;
    let (org, now) = (acting.org_id(), context.now());
    let own: Option<store::Own> = context.database().run(store::own(org, acting.person.id)).await?.first()?;
    let no_calendar = || {
        let detail = format!("{} has no calendar of their own here.", acting.person.name);
        Problem::new(Code::NotBookable).because("no_calendar").detail(detail)
    };
    let Some(store::Own { public_id: resource }) = own else { return Err(no_calendar()) };
    let dates = span.is_none().then(|| (date.to_string(), date.to_string()));
    let mut change = Change::new(&context, org, acting.actor());
    // Blocking twice is blocking once.
    change.add(store::delete_same_block(org, &resource, span, dates.as_ref()));
    if wanted.is_blocked {
        let id = context.mint("blk");
        let reason = format!("Blocked through {}", acting.grant.app_name);
        change.must(store::insert_block(
            org,
            Some(&resource),
            &NewBlock { public_id: &id, span, dates, reason: &reason },
            now,
        ));
    }
    let action = if wanted.is_blocked { "block.created" } else { "block.removed" };
    let detail = json!({ "date": wanted.date, "from": wanted.start_time, "to": wanted.end_time });
    change.audit(action, &resource, &detail);
    change.shows();
    let out = BlockDateOut {
        date: wanted.date,
        is_blocked: wanted.is_blocked,
        start_time: wanted.start_time,
        end_time: wanted.end_time,
    };
    Ok(ticket.commit(&context, StatusCode::OK, &out, change).await?.response)
}
