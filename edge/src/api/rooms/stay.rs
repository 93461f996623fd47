//! A booking on its way into this surface's words, and a number of guests on its way out of them.

use crate::access::store::Membership;
use crate::context::Context;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::store::By;
use crate::domain::catalog::edit::offering::Kept;
use crate::domain::catalog::edit::store as offerings;
use crate::domain::desk;
use crate::domain::org::zone::wall_time;
use crate::problem::Problem;
use crate::shape::rooms::{RoomBooking, booking, is_room};
use crate::shape::{Booking, Item, Person};
use serde_json::Value;
use shared::availability::Kind;
use shared::embed::Timestamp;
use shared::money::{Currency, Money};
use shared::party::{Party, PartyType};
use shared::zone::Instant;
use std::collections::BTreeMap;

/// A booking of the organization that is of a room; any other looks missing, and so does a hold.
pub async fn of_room(context: &Context, org: &Membership, id: &str) -> Result<Found, Problem> {
    let found = change::read(context, By::Id(id)).await?;
    let (row, items) = &found;
    let there = row.org == org.public_id && row.number.is_some() && items.iter().any(|item| is_room(&item.offering));
    if there { Ok(found) } else { Err(Problem::not_found("booking")) }
}

/// Which item of a booking is the room.
pub fn room_of((_, items): &Found) -> usize {
    items.iter().position(|item| is_room(&item.offering)).unwrap_or_default()
}

/// A booking as it was read.
pub fn shown((row, items): &Found) -> RoomBooking {
    let money = |amount| Money { amount, currency: row.currency };
    let item = |item: &crate::domain::booking::store::ItemRow| Item {
        offering_id: item.offering.clone(),
        name: item.name.clone(),
        starts_at: Timestamp(Instant(item.starts_at)),
        ends_at: Timestamp(Instant(item.ends_at)),
        local_starts_at: Some(wall_time(&row.timezone, Instant(item.starts_at))),
        party: serde_json::from_str(&item.party).unwrap_or_default(),
    };
    booking(Booking {
        id: row.public_id.clone(),
        number: row.number.clone(),
        status: row.state.clone(),
        customer: Person {
            name: row.contact_name.clone(),
            email: row.contact_email.clone(),
            phone: row.contact_phone.clone(),
        },
        items: items.iter().map(item).collect(),
        total: money(row.total),
        paid: Some(money(row.paid)),
        refunded: Some(money(row.repaid)),
        answers: BTreeMap::new(),
        note: None,
        created_at: Timestamp(Instant(row.created_at)),
    })
}

/// A booking of a list.
pub fn listed(row: desk::store::Booking, timezone: &str) -> Result<RoomBooking, Problem> {
    let currency = Currency::parse(&row.currency).ok_or_else(|| Problem::internal(&row.currency))?;
    let money = |amount| Money { amount, currency };
    let items: Vec<desk::store::Item> = serde_json::from_str(&row.items).map_err(Problem::internal)?;
    let item = |item: desk::store::Item| Item {
        offering_id: item.offering,
        name: item.name,
        starts_at: Timestamp(Instant(item.starts_at)),
        ends_at: Timestamp(Instant(item.ends_at)),
        local_starts_at: Some(wall_time(timezone, Instant(item.starts_at))),
        party: serde_json::from_value(item.party).unwrap_or_default(),
    };
    Ok(booking(Booking {
        id: row.public_id,
        number: row.number,
        status: row.state,
        customer: Person { name: row.contact_name, email: row.contact_email, phone: row.contact_phone },
        items: items.into_iter().map(item).collect(),
        total: money(row.total),
        paid: Some(money(row.paid)),
        refunded: Some(money(row.repaid)),
        answers: BTreeMap::new(),
        note: None,
        created_at: Timestamp(Instant(row.created_at)),
    }))
}

/// A room of the organization.
pub async fn room(context: &Context, org: i64, id: &str) -> Result<Kept, Problem> {
    let row: Option<offerings::Row> = context.database().run(offerings::find(org, id, Kind::Room)).await?.first()?;
    Ok(Kept::of(&row.ok_or_else(|| Problem::not_found("room"))?)?)
}

/// So many guests as a party: of the room's first type that takes a seat.
pub fn so_many(guests: u32, types: &[PartyType]) -> Party {
    let kind = types.iter().find(|kind| kind.seats > 0).or(types.first());
    Party(kind.map(|kind| (kind.code.clone(), guests)).into_iter().collect())
}

/// Who comes, from either way to say it. None: neither was said.
pub async fn party(
    context: &Context,
    org: i64,
    room_id: &str,
    guests: Option<u32>,
    party: Option<Party>,
) -> Result<Option<Party>, Problem> {
    match (guests, party) {
        (Some(_), Some(_)) => Err(Problem::field("/party", "ambiguous", "Either `guests` or `party`.")),
        (None, party) => Ok(party),
        (Some(guests), None) => {
            let kept = room(context, org, room_id).await?;
            Ok(Some(so_many(guests, &kept.draft.party_types)))
        }
    }
}

/// For an answer that is built before it is known what became of it.
pub fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
