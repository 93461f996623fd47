//! A departure that needs enough people by some moment: it is decided for all its bookings together. Either it runs for
//! good, or every booking on it is called off and all money goes back.
//!
//! Who books or cancels at that very second is decided with it: the write is refused unless the departure still stands as it
//! was read, and then it is decided anew. Seats that somebody still holds put the decision off until the hold ends.

pub mod store;

use super::book::{ATTEMPTS, told_here, worth_another_look};
use super::change::Found;
use super::life::decide::{Outcome, decide};
use super::life::store::{self as life, Told};
use super::life::{Deed, Hand, named};
use super::store as bookings;
use super::view;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::notice;
use crate::domain::payment;
use crate::domain::record::Change;
use crate::mail::booking::News;
use shared::availability::Threshold;
use shared::booking::{Action, EventType, State, ThresholdDecision, decide_threshold};
use shared::zone::Instant;
use store::Due;

/// Decides one departure; `true` when there was something to decide.
pub async fn settle(context: &Context, due: Due) -> Result<bool, StoreError> {
    let mut due = due;
    for _ in 0..ATTEMPTS {
        let threshold = Threshold { min_seats: due.min_seats, decide_before: due.decide_before };
        let now = context.now();
        let written = match decide_threshold(&threshold, due.seats, Instant(due.departure_at), now) {
            ThresholdDecision::Waits => return Ok(false),
            ThresholdDecision::Missed if due.held > 0 => return Ok(false),
            ThresholdDecision::Runs => runs(context, &due, &read(context, &due).await?).await,
            ThresholdDecision::Missed => missed(context, &due, &read(context, &due).await?).await,
        };
        match written {
            Ok(()) => return Ok(true),
            Err(error) if worth_another_look(&error) || error == StoreError::Unchanged => {}
            Err(error) => return Err(error),
        }
        match context.database().run(store::again(&due, now)).await?.first()? {
            Some(again) => due = again,
            // Somebody else decided it, or nobody is on it any more.
            None => return Ok(false),
        }
    }
    Err(StoreError::Transient("a departure does not stand still".to_owned()))
}

async fn read(context: &Context, due: &Due) -> Result<Vec<Found>, StoreError> {
    let ids: Vec<bookings::BookingId> = context.database().run(store::bookings(due)).await?.all()?;
    let ids: Vec<&str> = ids.iter().map(|id| id.public_id.as_str()).collect();
    let mut answers = context.database().batch(bookings::read_all(&ids, context.now()).into()).await?;
    bookings::found_all(&mut answers)
}

/// Enough came: it runs, whatever happens next.
async fn runs(context: &Context, due: &Due, bookings: &[Found]) -> Result<(), StoreError> {
    let now = context.now();
    let mut change = Change::new(context, due.org_id, Hand::Clock.name());
    change.must(store::confirm(due, now));
    let told = bookings.iter().map(|found| (found, [EventType::BookingUpdated].to_vec()));
    tell(context, &mut change, told)?;
    // Requests are told when staff decide.
    for found in bookings.iter().filter(|(row, _)| row.state == State::Confirmed.as_str()) {
        change.post(notice::told(context, found, &notice::Telling::of(News::Enough))?);
    }
    change.shows();
    change.commit().await.map(|_| ())
}

/// Too few came: nobody goes, and everything is given back.
async fn missed(context: &Context, due: &Due, bookings: &[Found]) -> Result<(), StoreError> {
    let now = context.now();
    let deed = Deed::of(Action::MissThreshold);
    let outcomes: Vec<Outcome<'_>> = bookings
        .iter()
        .map(|found| decide(now, found, Hand::Clock, &deed, None))
        .collect::<Result<_, _>>()
        .map_err(|problem| StoreError::Failed(format!("{problem:?}")))?;
    let mut change = Change::new(context, due.org_id, Hand::Clock.name());
    change.add(store::still_too_few(due));
    for nth in 0..2 {
        let steps: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.steps.get(nth).cloned()).collect();
        if !steps.is_empty() {
            change.add(life::steps(&steps, now));
        }
    }
    let entries: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.entries.iter().cloned()).collect();
    change.add(life::enter(&entries, now));
    let parts: Vec<_> = outcomes.iter().flat_map(|outcome| named(context, &outcome.parts)).collect();
    if !parts.is_empty() {
        change.add(payment::store::refund::give_back(&parts, now));
    }
    tell(context, &mut change, outcomes.iter().map(|outcome| (&outcome.after, outcome.events.clone())))?;
    for (outcome, (before, _)) in outcomes.iter().zip(bookings) {
        let Some(news) = notice::news_of(deed.action, Hand::Clock.actor(), &outcome.mails) else { continue };
        let amount = outcome.refund;
        let entered = before.state == State::Confirmed.as_str();
        let telling = notice::Telling { amount, entered, ..notice::Telling::of(news) };
        change.post(notice::told(context, &outcome.after, &telling)?);
    }
    change.must(store::call_off(due, now));
    change.shows();
    change.commit().await.map(|_| ())
}

fn tell<'f>(
    context: &Context,
    change: &mut Change<'_>,
    about: impl Iterator<Item = (&'f Found, Vec<EventType>)>,
) -> Result<(), StoreError> {
    let unreadable = || StoreError::Unreadable("an item of a booking".to_owned());
    let mut told = Vec::new();
    for ((row, items), kinds) in about {
        told.push((row, view::told(row, items, &row.state).ok_or_else(unreadable)?, kinds));
    }
    let of = |(row, payload, kinds): &'_ (&'f super::store::BookingRow, String, Vec<EventType>)| {
        told_here(kinds).map(|kind| (row.public_id.clone(), kind.as_str(), payload.clone())).collect::<Vec<_>>()
    };
    let flat: Vec<(String, &'static str, String)> = told.iter().flat_map(of).collect();
    let events: Vec<Told<'_>> =
        flat.iter().map(|(booking, kind, payload)| Told { id: context.mint("evt"), booking, kind, payload }).collect();
    change.add(life::tell(&events, context.now()));
    change.told(events.into_iter().map(|event| event.id));
    Ok(())
}
