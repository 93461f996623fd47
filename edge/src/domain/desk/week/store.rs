//! The SQL of a resource's week.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;
use shared::zone::Span;

/// A time that a booking takes of it, with buffers.
#[derive(Clone, Debug, Deserialize)]
pub struct Taken {
    /// From.
    pub starts_at: i64,
    /// Until.
    pub ends_at: i64,
    /// How many of it.
    pub units: u32,
    /// What it is taken for.
    pub name: String,
    /// The booking; several that share a departure are one line.
    pub booking: String,
    /// How many bookings share it.
    pub bookings: u32,
}

/// What one departure shares is one line. No claim is longer than 31 days.
const TAKEN: &str = "
select min(claim.starts_at) as starts_at, max(claim.ends_at) as ends_at, max(claim.units) as units,
       min(item.name) as name, min(booking.public_id) as booking, count(distinct booking.id) as bookings
from claim
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
where claim.resource_id = (select id from resource where public_id = ?2 and org_id = ?1)
  and claim.released_at is null
  and claim.starts_at > ?3 - 2678400
  and claim.starts_at < ?4
  and claim.ends_at > ?3
  and (claim.held_until is null or claim.held_until > ?5)
group by coalesce(claim.share_offering_id, -claim.id), claim.share_departure_at
order by starts_at";

/// What is taken of a resource in a span.
pub async fn taken(
    database: &Database,
    org: i64,
    resource: &str,
    span: Span,
    now: shared::zone::Instant,
) -> Result<Vec<Taken>, StoreError> {
    let statement = sql(TAKEN).bind(org).bind(resource).bind(span.starts_at).bind(span.ends_at).bind(now);
    database.run(statement).await?.all()
}
