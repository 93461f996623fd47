//! A new booking as it is told: to whoever booked, in events, by mail.

use super::{Details, json};
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::rules::{Decision, Placed};
use crate::domain::booking::store;
use crate::domain::booking::view::{self, Told, ToldCustomer, ToldItem};
use crate::domain::catalog::Venue;
use crate::domain::notice;
use crate::mail;
use serde_json::value::RawValue;
use shared::booking::{Action, Actor, Effects, EventType, State};
use shared::embed::{BookingOut, Timestamp};
use shared::money::Money;
use shared::zone::Instant;

/// The answer to whoever booked.
pub fn shown(venue: &Venue, decision: &Decision, id: &str, state: State) -> BookingOut {
    let money = |amount| Money { amount, currency: decision.quote.currency };
    BookingOut {
        id: id.to_owned(),
        number: String::new(),
        status: state.as_str().to_owned(),
        requires_payment: false,
        checkout_url: None,
        pay_until: None,
        payment_mode: None,
        manage_url: None,
        total: money(decision.quote.total),
        due_now: money(decision.quote.due_now),
        items: decision.placed.iter().map(|one| item(one).shown(&venue.org.timezone)).collect(),
    }
}

fn item(one: &Placed) -> view::Item<'_> {
    view::Item {
        offering: one.item.offering_id.as_str(),
        name: &one.name,
        starts_at: one.placement.span.starts_at,
        ends_at: one.placement.span.ends_at,
    }
}

/// The data of its events.
pub fn payload(
    venue: &Venue,
    decision: &Decision,
    id: &str,
    state: State,
    details: &Details,
    answers: &str,
    now: Instant,
) -> Result<String, StoreError> {
    let contact = &details.contact;
    let raw = |text: String| RawValue::from_string(text).map_err(|error| StoreError::Unreadable(error.to_string()));
    let mut kept = Vec::new();
    for one in &decision.placed {
        kept.push((one, raw(json(&one.item.party)?)?, raw(json(&one.item.add_ons)?)?));
    }
    let items = kept.iter().map(|(one, party, add_ons)| ToldItem {
        booked: item(one).shown(&venue.org.timezone),
        party,
        add_ons,
        private: one.placement.private,
    });
    let money = |amount| Money { amount, currency: decision.quote.currency };
    json(&Told {
        id,
        number: "",
        status: state.as_str(),
        customer: ToldCustomer { name: &contact.name, email: &contact.email, phone: contact.phone.as_deref() },
        items: items.collect(),
        total: money(decision.quote.total),
        due_now: money(decision.quote.due_now),
        answers: &raw(answers.to_owned())?,
        source: details.source.clone(),
        created_at: Timestamp(now),
    })
}

/// A new booking as a mail tells it.
pub fn told_of(
    context: &Context,
    venue: &Venue,
    decision: &Decision,
    booking: &BookingOut,
    token: &str,
    effects: &Effects,
    details: &Details,
) -> Option<mail::booking::Booking> {
    let wanted: Vec<_> = effects.mail.into_iter().collect();
    let item = |(position, one): (usize, &Placed)| mail::booking::Item {
        position,
        name: one.name.clone(),
        starts_at: one.placement.span.starts_at.0,
        ends_at: one.placement.span.ends_at.0,
        party: one.item.party.clone(),
        private: one.placement.private,
    };
    Some(mail::booking::Booking {
        news: notice::news_of(Action::Settle, Actor::Customer, &wanted)?,
        id: booking.id.clone(),
        name: details.contact.name.clone(),
        timezone: venue.org.timezone.clone(),
        currency: decision.quote.currency,
        items: decision.placed.iter().enumerate().map(item).collect(),
        before: None,
        quote: Some(decision.quote.clone()),
        owed: decision.quote.total,
        paid: 0,
        repaid: 0,
        amount: 0,
        reason: None,
        link: notice::tell::page(context, token),
        sequence: 1,
        entered: false,
        unsubscribe: None,
    })
}

/// The events of a decision that are written here. What a booking means as a sale (`order.…`) the database adds to each of
/// them by itself, whoever writes it.
pub fn told_here(events: &[EventType]) -> impl Iterator<Item = &EventType> {
    events.iter().filter(|kind| !kind.as_str().starts_with("order."))
}

/// Adds the events that follow from a decision; answers their ids.
pub fn tell(
    context: &Context,
    batch: &mut Vec<Statement>,
    booking: &str,
    effects: &Effects,
    payload: &str,
) -> Vec<String> {
    let mut ids = Vec::new();
    for kind in told_here(&effects.events) {
        let id = context.mint("evt");
        batch.push(store::tell(&id, booking, kind.as_str(), payload, context.now()));
        ids.push(id);
    }
    ids
}
