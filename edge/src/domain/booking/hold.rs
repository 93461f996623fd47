//! Holding: the seats are theirs for a few minutes while they type. A hold is a booking in PENDING with an end; with an
//! e-mail address it is a cart.

use super::book::{
    ATTEMPTS, LONGEST, commit, new_token, no_such_offering, read_venue, reliable_until, unsealed, worth_another_look,
};
use super::order::{Contact, Order};
use super::rules::{self, Decision};
use super::source::Source;
use super::store::{self, BookingRow, By, New};
use crate::access::secret;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::catalog::Venue;
use crate::domain::idempotency::{self, Key, Stored};
use crate::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use shared::booking::State;
use shared::embed::{HoldOut, Timestamp};
use shared::pricing::Quote;
use shared::zone::Instant;

/// A hold's answer as it is kept under an idempotency key: without the token.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    expires_at: Timestamp,
    quote: Quote,
}

/// Holds what was ordered.
pub async fn hold(
    context: &Context,
    order: &Order,
    contact: Option<&Contact>,
    source: Option<&Source>,
    key: Option<&Key>,
) -> Result<HoldOut, Problem> {
    let email = contact.map(|contact| contact.email.as_str());
    for _ in 0..ATTEMPTS {
        let (venue, stored) = read_venue(context, order, email, None, key).await?;
        if let Some(stored) = stored {
            return replayed(context, &stored);
        }
        let Some(mut venue) = venue else { return Err(no_such_offering(order)) };
        let decision = rules::decide(&mut venue, order, reliable_until(order))?;
        let key = key.map(|key| key.within(venue.org.id));
        match write(context, &venue, &decision, order, (contact, source), key.as_ref()).await {
            Ok(held) => return Ok(held),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

async fn write(
    context: &Context,
    venue: &Venue,
    decision: &Decision,
    order: &Order,
    (contact, source): (Option<&Contact>, Option<&Source>),
    key: Option<&Key>,
) -> Result<HoldOut, StoreError> {
    let now = context.now();
    let until = now.plus_seconds(i64::from(venue.org.hold_seconds));
    let id = context.mint("bkg");
    let token = new_token(context, &id)?;
    let mut batch = Vec::new();
    if let Some(key) = key {
        let kept = Kept { id: id.clone(), expires_at: Timestamp(until), quote: decision.quote.clone() };
        let body = serde_json::to_string(&kept).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        batch.extend(idempotency::store::keep(key, 201, &body, token.sealed.as_deref(), now));
    }
    batch.extend(store::insert(&New {
        public_id: &id,
        venue,
        placed: &decision.placed,
        quote: &decision.quote,
        state: State::Pending,
        channel: "widget",
        source,
        calendar: None,
        contact,
        locale: None,
        country: order.country.as_deref(),
        answers: "{}",
        note: None,
        staff_note: None,
        token_hash: None,
        token_sealed: None,
        hold_token_hash: Some(&token.hash),
        held_until: Some(until),
        approve_until: None,
        year: None,
        now,
    })?);
    commit(context, batch, venue.org.id, Vec::new()).await?;
    Ok(HoldOut { hold_token: token.text, expires_at: Timestamp(until), quote: decision.quote.clone() })
}

fn replayed(context: &Context, stored: &Stored) -> Result<HoldOut, Problem> {
    let kept: Kept = serde_json::from_str(&stored.body).map_err(Problem::internal)?;
    let token = unsealed(context, stored.token_sealed.as_deref(), &kept.id);
    let hold_token = token.ok_or_else(|| Problem::internal("a kept hold without its token"))?;
    Ok(HoldOut { hold_token, expires_at: kept.expires_at, quote: kept.quote })
}

/// Lets the hold's seats go. Once is as good as twice; a hold that became a booking is not touched.
pub async fn release(context: &Context, token: &str) -> Result<(), Problem> {
    let row = read(context, token).await?;
    match State::parse(&row.state) {
        Some(State::Pending) => {}
        Some(State::Cancelled | State::Expired) => return Ok(()),
        _ => return Err(Problem::new(Code::BadTransition).because("hold_used")),
    }
    let batch = vec![store::move_to(&row, State::Cancelled, Some("CUSTOMER"), None, context.now())];
    commit(context, batch, row.org_id, Vec::new()).await?;
    Ok(())
}

/// Lets a hold last as long again from now, up to an hour in all. The same key gets the same answer again.
pub async fn extend(context: &Context, token: &str, key: Option<&Key>) -> Result<HoldOut, Problem> {
    let now = context.now();
    if let Some(before) = extended_before(context, token, key).await? {
        return Ok(before);
    }
    let row = read(context, token).await?;
    let live = State::parse(&row.state) == Some(State::Pending) && row.held_until.is_some_and(|until| until > now.0);
    if !live {
        return Err(Problem::new(Code::HoldExpired));
    }
    let most = Instant(row.created_at).plus_seconds(LONGEST);
    let until = now.plus_seconds(i64::from(row.hold_seconds)).min(most).max(Instant(row.held_until.unwrap_or(0)));
    let quote: Quote = serde_json::from_str(&row.quote).map_err(Problem::internal)?;
    let mut batch = Vec::new();
    if let Some(key) = key {
        let kept = Kept { id: row.public_id.clone(), expires_at: Timestamp(until), quote: quote.clone() };
        let body = serde_json::to_string(&kept).map_err(Problem::internal)?;
        batch.extend(idempotency::store::keep(key, 200, &body, None, now));
    }
    batch.extend(store::extend(&row, until, now));
    match commit(context, batch, row.org_id, Vec::new()).await {
        Ok(()) => Ok(HoldOut { hold_token: token.to_owned(), expires_at: Timestamp(until), quote }),
        Err(error) if idempotency::lost_race(&error) => {
            let first = extended_before(context, token, key).await?;
            first.ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1))
        }
        Err(error) => Err(error.into()),
    }
}

/// The answer that was given under this key before.
async fn extended_before(context: &Context, token: &str, key: Option<&Key>) -> Result<Option<HoldOut>, Problem> {
    let Some(stored) = idempotency::before(context, key).await? else { return Ok(None) };
    let kept: Kept = serde_json::from_str(&stored.body).map_err(Problem::internal)?;
    Ok(Some(HoldOut { hold_token: token.to_owned(), expires_at: kept.expires_at, quote: kept.quote }))
}

async fn read(context: &Context, token: &str) -> Result<BookingRow, Problem> {
    let batch = store::read(By::Hold(&secret::hashed(token)), context.now());
    let mut answers = context.database().batch(batch.into()).await?;
    let (row, _) = store::found(&mut answers)?.ok_or_else(|| Problem::not_found("hold"))?;
    Ok(row)
}
