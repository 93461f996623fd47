//! The SQL of what is in the way of an event.

use super::super::Submission;
use crate::database::{Answers, Statement, StoreError, sql};
use serde::{Deserialize, Serialize};
use shared::zone::Instant;

/// A date of the event: first and last instant, first and last venue date.
#[derive(Serialize)]
pub struct Wanted(pub i64, pub i64, pub String, pub String);

/// Something that is booked.
#[derive(Debug, Deserialize)]
pub struct Booked {
    /// Public id of the resource; empty for a place of the event itself.
    pub resource: String,
    /// The resource's name.
    pub name: String,
    /// The booking's number; a hold has none yet.
    pub number: Option<String>,
    /// Its public id.
    pub booking: String,
    /// From when.
    pub starts_at: i64,
    /// Until when.
    pub ends_at: i64,
}

/// Something that is off.
#[derive(Debug, Deserialize)]
pub struct Blocked {
    /// Public id of the resource; none is the whole venue.
    pub resource: Option<String>,
    /// The resource's name.
    pub name: Option<String>,
    /// `blk_…`.
    pub block: String,
    /// In words.
    pub reason: String,
    /// From when, if it is a span.
    pub starts_at: Option<i64>,
    /// Until when.
    pub ends_at: Option<i64>,
    /// The first day, if it is whole days.
    pub from_date: Option<String>,
    /// The last day.
    pub to_date: Option<String>,
}

/// Everything that is in the way.
pub struct Found {
    /// Those of the event's resources that there are.
    pub resources: Vec<String>,
    /// Bookings of its resources.
    pub booked: Vec<Booked>,
    /// Blocks of its resources, and of the venue.
    pub blocked: Vec<Blocked>,
    /// Bookings of dates that it would lose.
    pub sold: Vec<Booked>,
}

#[derive(Deserialize)]
struct Named {
    public_id: String,
}

const RESOURCES: &str = "
select public_id from resource
where org_id = ?1 and archived_at is null and public_id in (select value from json_each(?2))";
const BOOKED: &str = "
select distinct resource.public_id as resource, resource.name, booking.number, booking.public_id as booking,
       claim.starts_at, claim.ends_at
from json_each(?3) as wanted
join resource on resource.org_id = ?1 and resource.public_id in (select value from json_each(?2))
join claim on claim.resource_id = resource.id and claim.released_at is null
  and claim.starts_at > (wanted.value ->> 0) - 2678400 and claim.starts_at < wanted.value ->> 1
  and claim.ends_at > wanted.value ->> 0 and (claim.held_until is null or claim.held_until > ?4)
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
order by claim.starts_at, booking.id
limit 20";
const BLOCKED: &str = "
select distinct resource.public_id as resource, resource.name, block.public_id as block, block.reason, block.starts_at,
       block.ends_at, block.from_date, block.to_date
from json_each(?3) as wanted
join block on block.org_id = ?1
left join resource on resource.id = block.resource_id
where (block.resource_id is null or resource.public_id in (select value from json_each(?2)))
  and block.submission_id is not (select id from submission where org_id = ?1 and public_id = ?4)
  and ((block.starts_at < wanted.value ->> 1 and block.ends_at > wanted.value ->> 0)
    or (block.from_date <= wanted.value ->> 3 and block.to_date >= wanted.value ->> 2))
order by block.id
limit 20";
const SOLD: &str = "
select distinct '' as resource, offering.name, booking.number, booking.public_id as booking, claim.starts_at, claim.ends_at
from offering
join claim on claim.offering_id = offering.id and claim.released_at is null and claim.ends_at > ?4
  and (claim.held_until is null or claim.held_until > ?4)
  and claim.departure_at not in (select value from json_each(?3))
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
where offering.org_id = ?1 and offering.public_id = ?2
order by claim.starts_at, booking.id
limit 20";

/// Bookings of dates of the event that are not among `starts`.
pub fn sold(of: &Submission, starts: &[i64], now: Instant) -> Statement {
    let starts = serde_json::to_string(starts).unwrap_or_default();
    sql(SOLD).bind(of.org).bind(of.event.as_deref().unwrap_or_default()).bind(starts).bind(now)
}

/// The statements of one look, in the order in which [`found`] takes their answers.
pub fn look(of: &Submission, wanted: &[Wanted], starts: &[i64], now: Instant) -> Vec<Statement> {
    let resources = serde_json::to_string(&of.content.resource_ids).unwrap_or_default();
    let dates = serde_json::to_string(wanted).unwrap_or_default();
    let named = |text: &'static str| sql(text).bind(of.org).bind(resources.as_str());
    vec![
        named(RESOURCES),
        named(BOOKED).bind(dates.as_str()).bind(now),
        named(BLOCKED).bind(dates.as_str()).bind(of.id.as_str()),
        sold(of, starts, now),
    ]
}

/// Takes the answers of [`look`].
pub fn found(answers: &mut Answers) -> Result<Found, StoreError> {
    let resources: Vec<Named> = answers.all()?;
    Ok(Found {
        resources: resources.into_iter().map(|row| row.public_id).collect(),
        booked: answers.all()?,
        blocked: answers.all()?,
        sold: answers.all()?,
    })
}
