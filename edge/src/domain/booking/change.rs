//! What a customer does with a booking later: read it, call it off, move it.

use super::book::{ATTEMPTS, commit, read_venue, reliable_until, stored_terms, tell, worth_another_look};
use super::order::{Form, Order};
use super::rules;
use super::store::{self, BookingRow, By, ItemRow};
use super::view;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::catalog::{self, Scope, Venue};
use crate::domain::idempotency::{self, Key};
use crate::domain::org::Settings;
use crate::problem::{Code, Problem};
use shared::availability::{Ask, Engine, Slot};
use shared::booking::{Action, Actor, Facts, Refused, State, apply};
use shared::civil::Date;
use shared::embed::{AddOnIn, BookingOut, ItemIn, Timestamp};
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

/// Calls it off.
pub async fn cancel(
    context: &Context,
    mut found: Found,
    by: Actor,
    reason: Option<&str>,
    key: Option<&Key>,
) -> Result<BookingOut, Problem> {
    for _ in 0..ATTEMPTS {
        if let Some(before) = answered_before(context, key).await? {
            return Ok(before);
        }
        let (row, items) = &found;
        let (state, effects) = decide(context, row, items, by, Action::Cancel, false)?;
        let mut shown = view::shown(row, items);
        state.as_str().clone_into(&mut shown.status);
        let mut batch = keep(key, &shown, context.now())?;
        batch.push(store::move_to(row, state, Some(by.as_str()), reason, context.now()));
        if row.total > 0 && row.number.is_some() {
            batch.push(store::credit(&row.public_id, row.total, context.now()));
        }
        let payload = view::told(row, items, state.as_str()).ok_or_else(|| Problem::internal("an unreadable item"))?;
        let events = tell(context, &mut batch, &row.public_id, &effects, &payload);
        match commit(context, batch, row.org_id, events).await {
            Ok(()) => return Ok(shown),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
        found = read(context, By::Id(&found.0.public_id)).await?;
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// Where a booking is to go.
pub struct Move {
    /// Which item; none is the first.
    pub item: usize,
    /// Its new start.
    pub starts_at: Timestamp,
    /// The price that the customer saw, if it is another.
    pub quote_hash: Option<String>,
}

/// Moves an item of it to another time. The price stays unless the new time costs something else, which the customer has
/// to have seen.
pub async fn reschedule(
    context: &Context,
    mut found: Found,
    by: Actor,
    to: &Move,
    key: Option<&Key>,
) -> Result<BookingOut, Problem> {
    for _ in 0..ATTEMPTS {
        if let Some(before) = answered_before(context, key).await? {
            return Ok(before);
        }
        let (row, items) = &found;
        let moved = items.get(to.item).ok_or_else(|| Problem::field("/item", "out_of_range", "No such item."))?;
        let from = Instant(moved.starts_at);
        let order = order_of(row, items, to)?;
        let email = row.contact_email.as_deref();
        let (venue, _) = read_venue(context, &order, email, Some(&row.public_id), None).await?;
        let mut venue = venue.ok_or_else(|| Problem::not_found("offering"))?;
        // Its own use of the coupon does not stand in its way.
        if let Some(found) = &mut venue.coupon {
            found.coupon.uses_left = None;
            found.coupon.used_by_customer = false;
        }
        // Whether it may move at all comes before whether there is room.
        let (_, effects) = decide(context, row, items, by, Action::Reschedule, true)?;
        let decision = rules::decide(&mut venue, &order, reliable_until(&order))?;
        if decision.quote.total != row.total && to.quote_hash.as_deref() != Some(decision.quote.hash.as_str()) {
            return Err(Problem::new(Code::PriceChanged)
                .detail("The new time costs something else: show it and send its quoteHash.")
                .quote(&decision.quote));
        }
        let mut after = (row.clone(), items.clone());
        after.0.total = decision.quote.total;
        after.0.due_now = decision.quote.due_now;
        for (item, one) in after.1.iter_mut().zip(&decision.placed) {
            item.starts_at = one.placement.span.starts_at.0;
            item.ends_at = one.placement.span.ends_at.0;
        }
        let shown = view::shown(&after.0, &after.1);
        let mut batch = keep(key, &shown, context.now())?;
        batch.extend(store::reschedule(row, from, &venue, &decision.placed, &decision.quote, context.now())?);
        let payload =
            view::told(&after.0, &after.1, &row.state).ok_or_else(|| Problem::internal("an unreadable item"))?;
        let events = tell(context, &mut batch, &row.public_id, &effects, &payload);
        match commit(context, batch, row.org_id, events).await {
            Ok(()) => return Ok(shown),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
        found = read(context, By::Id(&found.0.public_id)).await?;
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// The answer that was given under this key before.
async fn answered_before(context: &Context, key: Option<&Key>) -> Result<Option<BookingOut>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let row = context.database().run(idempotency::store::read(key, context.now())).await?.first()?;
    let Some(row) = row else { return Ok(None) };
    let stored = idempotency::replay(row, key)?;
    serde_json::from_str(&stored.body).map(Some).map_err(Problem::internal)
}

/// The first statements of a change: its key and its answer.
fn keep(key: Option<&Key>, shown: &BookingOut, now: Instant) -> Result<Vec<Statement>, Problem> {
    let Some(key) = key else { return Ok(Vec::new()) };
    let body = serde_json::to_string(shown).map_err(Problem::internal)?;
    Ok(idempotency::store::keep(key, 200, &body, None, now).into())
}

/// Whether somebody may do that to it now, as far as state and policy go.
pub fn may(context: &Context, found: &Found, by: Actor, action: Action) -> Result<(), Problem> {
    decide(context, &found.0, &found.1, by, action, true).map(|_| ())
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

/// The booking as an order for its new times.
fn order_of(row: &BookingRow, items: &[ItemRow], to: &Move) -> Result<Order, Problem> {
    let mut wanted = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let add_ons: Vec<AddOnIn> = serde_json::from_str(&item.add_ons).map_err(Problem::internal)?;
        wanted.push(ItemIn {
            offering_id: OfferingId::parse(&item.offering).ok_or_else(|| Problem::internal(&item.offering))?,
            starts_at: if index == to.item { to.starts_at } else { Timestamp(Instant(item.starts_at)) },
            party: serde_json::from_str(&item.party).map_err(Problem::internal)?,
            length: item.length,
            private: item.private != 0,
            add_ons,
        });
    }
    Ok(Order {
        items: wanted,
        form: Form::Move,
        coupon: row.coupon_code.clone(),
        country: row.country.clone(),
        quote_hash: None,
    })
}

fn decide(
    context: &Context,
    row: &BookingRow,
    items: &[ItemRow],
    by: Actor,
    action: Action,
    free: bool,
) -> Result<(State, shared::booking::Effects), Problem> {
    let state = State::parse(&row.state).ok_or_else(|| Problem::internal(&row.state))?;
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let facts = Facts {
        now: context.now(),
        by,
        items: stored_terms(items).map_err(Problem::from)?,
        due_now: row.due_now,
        paid: row.paid,
        refunded: row.repaid,
        payment: 0,
        refund: None,
        approval: row.approval != 0,
        expires_at: row.held_until.map(Instant),
        holds_claims: row.holds_claims != 0,
        free,
        cancel_until: settings.cancel_until,
        reschedule_until: settings.reschedule_until,
    };
    apply(state, action, &facts).map_err(|refused| refusal(state, &refused))
}

fn refusal(state: State, refused: &Refused) -> Problem {
    match refused {
        Refused::Impossible => {
            let cause = if state == State::Cancelled { "already_cancelled" } else { "bad_transition" };
            Problem::new(Code::BadTransition).because(cause).detail(format!("The booking is {}.", state.as_str()))
        }
        Refused::NotAllowed => Problem::new(Code::Forbidden),
        Refused::TooLate { until } => {
            let problem = Problem::new(Code::PolicyRefused).because("too_late");
            match until {
                Some(until) => problem.detail(format!("This was possible until {:?}.", Timestamp(*until))),
                None => problem.detail("Please contact the business."),
            }
        }
        Refused::Taken => Problem::new(Code::SoldOut),
        other => Problem::from(StoreError::Failed(other.code().to_owned())),
    }
}
