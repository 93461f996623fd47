//! A booking that is there: how it is found, and where it could go instead.

use super::book::{read_venue, reliable_until};
use super::life::Placing;
use super::order::{Form, Order};
use super::rules::{self, Decision};
use super::store::{self, BookingRow, By, ItemRow};
use crate::context::Context;
use crate::domain::catalog::{self, Scope, Venue};
use crate::problem::Problem;
use shared::availability::{Ask, Engine, Slot};
use shared::civil::Date;
use shared::embed::{AddOnIn, ItemIn, Timestamp};
use shared::id::OfferingId;
use shared::zone::{Instant, Zone};

const DAY: i64 = 86_400;

/// A booking and its items.
pub type Found = (BookingRow, Vec<ItemRow>);

/// Reads one.
pub async fn read(context: &Context, by: By<'_>) -> Result<Found, Problem> {
    let mut answers = context.database().batch(store::read(by, context.now()).into()).await?;
    store::found(&mut answers)?.ok_or_else(|| Problem::not_found("booking"))
}

/// Where a booking is to go.
pub struct Wanted<'a> {
    /// Time and party.
    pub placing: &'a Placing,
    /// Not asked about notice, horizon, cut-off and the smallest party.
    pub beyond_rules: bool,
}

/// Where it would go and what that costs. Its own seats and its own use of a coupon do not stand in its way.
pub async fn place(context: &Context, found: &Found, wanted: &Wanted<'_>) -> Result<(Venue, Decision), Problem> {
    let (row, items) = found;
    let order = order_of(row, items, wanted.placing)?;
    let email = row.contact_email.as_deref();
    let (venue, _) = read_venue(context, &order, email, Some(&row.public_id), None).await?;
    let mut venue = venue.ok_or_else(|| Problem::not_found("offering"))?;
    if let Some(found) = &mut venue.coupon {
        found.coupon.uses_left = None;
        found.coupon.used_by_customer = false;
    }
    if wanted.beyond_rules {
        rules::ease(&mut venue);
    }
    let decision = rules::decide(&mut venue, &order, reliable_until(&order))?;
    Ok((venue, decision))
}

/// The starts on `days` venue dates from `from` on to which an item could be moved, its own seats counted as free.
pub async fn elsewhere(
    context: &Context,
    found: &Found,
    item: usize,
    from: Date,
    days: i32,
) -> Result<(Vec<Slot>, Zone), Problem> {
    let (row, items) = found;
    let item = items.get(item).ok_or_else(|| Problem::not_found("item"))?;
    let midnight = |date: Date| Instant(i64::from(date.days_since_epoch()).saturating_mul(DAY));
    let last = from.plus_days(days.saturating_sub(1));
    let scope = Scope {
        offerings: &[item.offering.as_str()],
        calendar: None,
        from: midnight(from).plus_seconds(DAY.saturating_mul(-2)),
        to: midnight(last).plus_seconds(DAY.saturating_mul(3)),
        now: context.now(),
        coupon: None,
        without: Some(&row.public_id),
        any_status: true,
    };
    let mut answers = context.database().batch(catalog::store::read(&scope)).await?;
    let missing = || Problem::not_found("offering");
    let venue = Venue::of(catalog::store::rows(&mut answers)?, &scope)?.ok_or_else(missing)?;
    let id = OfferingId::parse(&item.offering).ok_or_else(missing)?;
    let offering = venue.offering(&id).ok_or_else(missing)?;
    let ask = Ask {
        party: serde_json::from_str(&item.party).map_err(Problem::internal)?,
        length: item.length,
        private: item.private != 0,
    };
    let mut slots = Engine::new(&venue.calendar).bookable(offering, from, last, &ask);
    slots.retain(|slot| slot.starts_at.0 != item.starts_at);
    Ok((slots, venue.calendar.zone))
}

/// The booking as an order for its new time or party.
fn order_of(row: &BookingRow, items: &[ItemRow], placing: &Placing) -> Result<Order, Problem> {
    let mut wanted = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let add_ons: Vec<AddOnIn> = serde_json::from_str(&item.add_ons).map_err(Problem::internal)?;
        let here = Some(placing).filter(|placing| placing.item == index);
        let party = match here.and_then(|placing| placing.party.clone()) {
            Some(party) => party,
            None => serde_json::from_str(&item.party).map_err(Problem::internal)?,
        };
        let starts_at = here.and_then(|placing| placing.starts_at);
        wanted.push(ItemIn {
            offering_id: OfferingId::parse(&item.offering).ok_or_else(|| Problem::internal(&item.offering))?,
            starts_at: starts_at.unwrap_or(Timestamp(Instant(item.starts_at))),
            party,
            length: item.length,
            private: item.private != 0,
            add_ons,
        });
    }
    Order::parse(wanted, Form::Move, row.coupon_code.clone(), row.country.clone(), None)
}
