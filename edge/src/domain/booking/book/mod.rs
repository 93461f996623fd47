//! Booking: one read, one decision, one write. With a hold the decision was made when it was held.
//!
//! Reading order: this file (an order becomes a booking), [`reading`] (what it is decided on), [`settlement`] (what becomes of
//! it), [`telling`] (who hears of it), [`commit`] (the write), [`held`] (the same with a hold), [`token`].

mod commit;
mod held;
mod reading;
mod settlement;
mod telling;
mod token;

pub use commit::commit;
pub use held::book_held;
pub use reading::{no_such_offering, read_venue, reliable_until};
pub use settlement::{request_until, stored_terms};
pub use telling::{tell, told_here};
pub use token::{new_token, unsealed};

use super::order::{Answers, Contact, Order};
use super::rules::{self, Decision};
use super::source::Source;
use super::store::{self, New};
use super::view;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::catalog::Venue;
use crate::domain::idempotency::{self, Key, Stored};
use crate::domain::notice;
use crate::domain::record;
use crate::mail;
use crate::problem::{Code, Problem};
use commit::commit_numbered;
use settlement::{Settlement, facts, payable, settled, terms};
use shared::booking::{Actor, State};
use shared::embed::BookingOut;
use shared::zone::Instant;
use telling::{payload, shown, told_of};

/// How often a decision is made anew because somebody else was faster.
pub const ATTEMPTS: usize = 4;
/// However often it is extended, no hold lasts longer than this, in seconds.
pub const LONGEST: i64 = 3_600;

/// What comes with an order to make it a booking.
#[derive(Clone, Debug)]
pub struct Details {
    /// Who books.
    pub contact: Contact,
    /// To the business's questions.
    pub answers: Answers,
    /// The calendar it came through.
    pub calendar: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// As the page says.
    pub source: Option<Source>,
    /// From the guest.
    pub note: Option<String>,
    /// Staff book for them; none when they book themselves.
    pub desk: Option<Desk>,
}

/// What staff bring to a booking that they make for somebody.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Row of their organization.
    pub org: i64,
    /// `usr_…` or `key_…`.
    pub actor: String,
    /// They set the business's own rules aside, and why.
    pub beyond_rules: Option<String>,
    /// Among the staff.
    pub note: Option<String>,
    /// Whether the customer is written to.
    pub notify: bool,
    /// Through what: `console`, or `api` for a program.
    pub channel: &'static str,
}

/// A booking that was made, or was made before with the same key.
pub struct Made {
    /// As the wire shows it, but for the link.
    pub booking: BookingOut,
    /// What its page is opened with.
    pub token: Option<String>,
}

/// Books an order.
pub async fn book(context: &Context, order: &Order, details: &Details, key: Option<&Key>) -> Result<Made, Problem> {
    for _ in 0..ATTEMPTS {
        let (venue, stored) = read_venue(context, order, Some(&details.contact.email), None, key).await?;
        if let Some(stored) = stored {
            return replayed(context, &stored);
        }
        let Some(mut venue) = venue else { return Err(no_such_offering(order)) };
        if let Some(desk) = &details.desk {
            if desk.org != venue.org.id {
                return Err(no_such_offering(order));
            }
            if desk.beyond_rules.is_some() {
                rules::ease(&mut venue);
            }
        }
        let decision = rules::decide(&mut venue, order, reliable_until(order))?;
        let placed = decision.placed.iter();
        let questions = placed.filter_map(|one| venue.card(&one.item.offering_id)).flat_map(|card| &card.questions);
        rules::answered(questions, &details.answers)?;
        let key = key.map(|key| key.within(venue.org.id));
        match write(context, &venue, &decision, order, details, key.as_ref()).await {
            Ok(made) => return Ok(made),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// Somebody was faster: what they did is there to be read now, and the next decision knows it.
pub fn worth_another_look(error: &StoreError) -> bool {
    match error {
        StoreError::Overbooked | StoreError::ResourceBusy | StoreError::StaleDeparture | StoreError::Transient(_) => {
            true
        }
        StoreError::Refused(word) => {
            matches!(word.as_str(), "day_full" | "stale_booking" | "coupon_used_up" | "coupon_already_used")
        }
        error => idempotency::lost_race(error),
    }
}

async fn write(
    context: &Context,
    venue: &Venue,
    decision: &Decision,
    order: &Order,
    details: &Details,
    key: Option<&Key>,
) -> Result<Made, StoreError> {
    let now = context.now();
    // What staff book themselves needs nobody's approval.
    let approval = details.desk.is_none() && decision.placed.iter().any(|one| one.approval);
    let by = if details.desk.is_some() { Actor::Staff } else { Actor::Customer };
    // Staff agree with their customer how it is paid.
    let due = if details.desk.is_some() { 0 } else { payable(venue.org.payments.as_deref(), decision.quote.due_now) };
    let facts = facts(now, by, terms(decision), approval, None, false, due);
    let settled = settled(&facts)?;
    let (state, until) = match &settled {
        Settlement::Done(state, _) => (*state, None),
        Settlement::Unpaid => (State::Pending, Some(now.plus_seconds(i64::from(venue.org.hold_seconds)))),
    };
    let first = decision.placed.iter().map(|one| one.placement.span.starts_at).min().unwrap_or(now);
    let id = context.mint("bkg");
    let token = new_token(context, &id)?;
    let answers = json(&details.answers)?;
    let mut booking = shown(venue, decision, &id, state);
    view::ask(&mut booking, until, venue.org.payments.as_deref());

    let mut batch = Vec::new();
    if let Some(key) = key {
        batch.extend(idempotency::store::keep(key, 201, &json(&booking)?, token.sealed.as_deref(), now));
    }
    let met = context.mint("evt");
    batch.extend(store::meet(&context.mint("cus"), &met, venue.org.id, &details.contact, now));
    batch.extend(store::insert(&New {
        public_id: &id,
        venue,
        placed: &decision.placed,
        quote: &decision.quote,
        state,
        channel: details.desk.as_ref().map_or("widget", |desk| desk.channel),
        source: details.source.as_ref(),
        calendar: details.calendar.as_deref(),
        contact: Some(&details.contact),
        locale: details.locale.as_deref(),
        country: order.country.as_deref(),
        answers: &answers,
        note: details.note.as_deref(),
        staff_note: details.desk.as_ref().and_then(|desk| desk.note.as_deref()),
        token_hash: Some(&token.hash),
        token_sealed: token.sealed.as_deref(),
        hold_token_hash: None,
        held_until: until,
        approve_until: request_until(state, &venue.org.settings(), now, first),
        year: until.is_none().then(|| year(venue, now)),
        now,
    })?);
    if let Some(desk) = &details.desk {
        let detail = serde_json::json!({
            "override": desk.beyond_rules.is_some(), "reason": desk.beyond_rules, "notify": desk.notify,
        });
        batch.push(record::store::audit(venue.org.id, &desk.actor, "booking.created", &id, &detail, now));
    }
    let mut events = vec![met];
    if let Settlement::Done(_, effects) = &settled {
        let payload = payload(venue, decision, &id, state, details, &answers, now)?;
        events.extend(tell(context, &mut batch, &id, effects, &payload));
        if details.desk.as_ref().is_none_or(|desk| desk.notify) {
            let told = told_of(context, venue, decision, &booking, &token.text, effects, details);
            let language = details.locale.as_deref().unwrap_or(&venue.org.locale);
            let email = Some(details.contact.email.as_str());
            batch.extend(
                told.map(|told| notice::queued(context, venue.org.id, email, language, told)).transpose()?.flatten(),
            );
        }
    }
    booking.number = commit_numbered(context, batch, &id, venue.org.id, key, events).await?;
    mail::sender::soon(context);
    Ok(Made { booking, token: Some(token.text) })
}

/// The answer that was given before, with its token.
fn replayed(context: &Context, stored: &Stored) -> Result<Made, Problem> {
    let booking: BookingOut = serde_json::from_str(&stored.body).map_err(Problem::internal)?;
    Ok(Made { token: unsealed(context, stored.token_sealed.as_deref(), &booking.id), booking })
}

fn year(venue: &Venue, now: Instant) -> i32 {
    venue.calendar.zone.to_local(now).date.year()
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))
}
