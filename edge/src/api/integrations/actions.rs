//! `/api/zapier/actions/…`: what an app does for its person.

use crate::access::Acting;
use crate::access::allowed::BookingsWrite;
use crate::api::body::{AnyBody, Body, MaybeBody};
use crate::api::once::{Once, Ticket};
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::{self, Deed, Hand};
use crate::domain::booking::store::By;
use crate::domain::org::zone;
use crate::domain::record::Change;
use crate::domain::resource::lift::{self, Gap, Rest};
use crate::domain::resource::store::{self, Block, NewBlock};
use crate::domain::told::store::{Which, list};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::booking::Action;
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

/// The day that is meant, or the part of one, in the organization's zone.
fn gap(timezone: &str, date: Date, part: Option<(TimeOfDay, TimeOfDay)>) -> Result<Gap, Problem> {
    let at = |date: Date, time: TimeOfDay| -> Result<Instant, Problem> {
        zone::instant(timezone, LocalDateTime { date, time }).ok_or_else(|| Problem::internal("no zone"))
    };
    let day = (at(date, TimeOfDay::MIDNIGHT)?, at(date.plus_days(1), TimeOfDay::MIDNIGHT)?);
    let hours = part.map(|(from, to)| Ok::<_, Problem>((at(date, from)?, at(date, to)?))).transpose()?;
    match hours {
        Some((from, to)) if from >= to => {
            let rule = "The clocks are put forward over this time on that day.";
            Err(Problem::field("/startTime", "no_such_time", rule))
        }
        hours => Ok(Gap { date, day, hours }),
    }
}

/// Blocks a day of the person's own calendar, or a part of one, or makes it free again: also where it is a part of a longer time
/// off, of which the rest stays. Bookings that were made stay, and so does what comes from a calendar elsewhere.
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
    let gap = gap(&acting.org.timezone, date, part)?;
    let span = gap.hours;
    let (org, now) = (acting.org_id(), context.now());
    let own: Option<store::Own> = context.database().run(store::own(org, acting.person.id)).await?.first()?;
    let no_calendar = || {
        let detail = format!("{} has no calendar of their own here.", acting.person.name);
        Problem::new(Code::NotBookable).because("no_calendar").detail(detail)
    };
    let Some(store::Own { public_id: resource }) = own else { return Err(no_calendar()) };
    let mut change = Change::new(&context, org, acting.actor());
    if wanted.is_blocked {
        let dates = span.is_none().then(|| (date.to_string(), date.to_string()));
        // Blocking twice is blocking once.
        change.add(store::delete_same_block(org, &resource, span, dates.as_ref()));
        let id = context.mint("blk");
        let reason = format!("Blocked through {}", acting.grant.app_name);
        let new = NewBlock { public_id: &id, span, dates, reason: &reason };
        change.must(store::insert_block(org, Some(&resource), &new, now));
    } else {
        let blocks: Vec<Block> = context.database().run(store::touching(org, &resource, &gap)).await?.all()?;
        for block in &blocks {
            let Some(left) = lift::rest(block, &gap) else { continue };
            change.must(store::delete_block(org, Some(&resource), &block.public_id));
            for rest in left {
                let (span, dates) = match rest {
                    Rest::Span(from, to) => (Some((from, to)), None),
                    Rest::Dates(first, last) => (None, Some((first.to_string(), last.to_string()))),
                };
                let id = context.mint("blk");
                let new = NewBlock { public_id: &id, span, dates, reason: &block.reason };
                change.must(store::insert_block(org, Some(&resource), &new, now));
            }
        }
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

/// Whether nobody came.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoShowIn {
    /// `false` takes the flag back. True when left out.
    #[serde(default = "yes")]
    no_show: bool,
}

impl Default for NoShowIn {
    fn default() -> Self {
        Self { no_show: yes() }
    }
}

/// What became of a booking.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActedOut {
    /// Public id.
    id: String,
    /// State of the life cycle in lower case.
    #[schema(example = "cancelled")]
    status: String,
    /// Whether nobody came.
    no_show: bool,
}

fn acted(found: &Found) -> Value {
    let (row, _) = found;
    let out =
        ActedOut { id: row.public_id.clone(), status: row.state.to_lowercase(), no_show: row.no_show_at.is_some() };
    serde_json::to_value(out).unwrap_or_default()
}

/// A booking that is the person's own; any other looks missing.
async fn own(acting: &Acting<BookingsWrite>, context: &Context, id: &str) -> Result<Found, Problem> {
    let which = Which { of: Some(acting.person.id), id: Some(id), ..Which::default() };
    let mine = list(context.database(), acting.org_id(), &which, 1).await?;
    if mine.is_empty() {
        return Err(Problem::not_found("booking"));
    }
    change::read(context, By::Id(id)).await
}

async fn act(
    acting: &Acting<BookingsWrite>,
    context: &Context,
    found: Found,
    action: Action,
    ticket: &Ticket,
) -> Result<Json<Value>, Problem> {
    let hand = Hand::Staff(acting.actor());
    life::act(context, found, hand, &Deed::of(action), ticket.key(), &acted).await.map(Json)
}

/// Cancels one of the person's bookings: its seats are free at once, and what the policy gives goes back.
#[utoipa::path(
    post, path = "/api/zapier/actions/bookings/{id}/cancel", tag = "Integrations", operation_id = "cancelOwnBooking",
    params(("id" = String, Path, description = "Booking"), Repeatable),
    security(("oauth" = ["bookings:write"])),
    responses((status = 200, description = "Cancelled", body = ActedOut), Writing),
)]
pub async fn cancel(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Json<Value>, Problem> {
    let found = own(&acting, &context, &id).await?;
    act(&acting, &context, found, Action::Cancel, &ticket).await
}

/// Flags that nobody came to one of the person's bookings, or takes that back. For reports only: the guest is not told.
#[utoipa::path(
    post, path = "/api/zapier/actions/bookings/{id}/no-show", tag = "Integrations", operation_id = "flagOwnNoShow",
    request_body = Option<NoShowIn>,
    params(("id" = String, Path, description = "Booking"), Repeatable),
    security(("oauth" = ["bookings:write"])),
    responses((status = 200, description = "As it is now", body = ActedOut), Writing),
)]
pub async fn no_show(
    acting: Acting<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Once { body: MaybeBody { value: NoShowIn { no_show }, .. }, ticket }: Once<MaybeBody<NoShowIn>>,
) -> Result<Json<Value>, Problem> {
    let found = own(&acting, &context, &id).await?;
    if found.0.no_show_at.is_some() == no_show {
        return Ok(Json(acted(&found)));
    }
    let action = if no_show { Action::NoShow } else { Action::Unmark };
    act(&acting, &context, found, action, &ticket).await
}
