//! Booking what is held: the decision was made when it was held.

use super::commit::commit_numbered;
use super::settlement::{Settlement, facts, payable, request_until, settled, stored_terms};
use super::telling::tell;
use super::token::{Token, new_token, unsealed};
use super::{ATTEMPTS, Details, LONGEST, Made, json, replayed, worth_another_look};
use crate::access::secret;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::order::{Order, Part};
use crate::domain::booking::rules;
use crate::domain::booking::store::{self, By, Settled};
use crate::domain::booking::view;
use crate::domain::catalog;
use crate::domain::idempotency::store::Within;
use crate::domain::idempotency::{self, Key};
use crate::domain::notice;
use crate::domain::org::{Settings, zone};
use crate::mail;
use crate::problem::{Code, Problem};
use shared::booking::{Action, Actor, State};
use shared::zone::Instant;

/// Turns a hold into a booking.
pub async fn book_held(
    context: &Context,
    hold_token: &str,
    order: Option<&Order>,
    details: &Details,
    key: Option<&Key>,
) -> Result<Made, Problem> {
    let hash = secret::hashed(hold_token);
    for _ in 0..ATTEMPTS {
        let now = context.now();
        let kept = key.map(|key| idempotency::store::read_within(key, Within::Hold(&hash), now));
        let mut batch: Vec<Statement> = kept.into_iter().collect();
        batch.extend(store::read(By::Hold(&hash), now));
        batch.push(catalog::store::questions_of_hold(&hash));
        let mut answers = context.database().batch(batch).await?;
        if let Some(key) = key
            && let Some(row) = answers.first()?
        {
            return replayed(context, &idempotency::replay(row, key)?);
        }
        let Some((row, items)) = store::found(&mut answers)? else { return Err(Problem::not_found("hold")) };
        let questions = catalog::venue::questions(&answers.all::<catalog::store::QuestionRow>()?)?;
        rules::answered(questions.iter(), &details.answers)?;
        if let Some(order) = order {
            same_as_held(order, &row, &items)?;
        }
        let state = State::parse(&row.state).ok_or_else(|| Problem::internal(&row.state))?;
        if state != State::Pending || row.held_until.is_none_or(|until| until <= now.0) {
            return Err(Problem::new(if state == State::Pending || state == State::Expired {
                Code::HoldExpired
            } else {
                Code::BadTransition
            })
            .because(if matches!(state, State::Pending | State::Expired) {
                "hold_expired"
            } else {
                "hold_used"
            }));
        }
        let terms = stored_terms(&items)?;
        let until = row.held_until.map(Instant);
        let due = payable(row.payments.as_deref(), row.due_now);
        let facts = facts(now, Actor::Customer, terms, row.approval != 0, until, row.holds_claims != 0, due);
        let settled = settled(&facts)?;
        let key = key.map(|key| key.within(row.org_id));
        match settle(context, row, &items, &settled, details, key.as_ref()).await {
            Ok(made) => return Ok(made),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

async fn settle(
    context: &Context,
    mut row: store::BookingRow,
    items: &[store::ItemRow],
    settlement: &Settlement,
    details: &Details,
    key: Option<&Key>,
) -> Result<Made, StoreError> {
    let now = context.now();
    let (state, until) = match settlement {
        Settlement::Done(state, _) => (*state, None),
        Settlement::Unpaid => (State::Pending, Some(pay_until(&row, now))),
    };
    let token = same_token(context, &row)?;
    let answers = json(&details.answers)?;
    let id = row.public_id.clone();
    let mut batch = Vec::new();
    let mut booking = view::shown(&row, items);
    state.as_str().clone_into(&mut booking.status);
    view::ask(&mut booking, until, row.payments.as_deref());
    if let Some(key) = key {
        batch.extend(idempotency::store::keep(key, 201, &json(&booking)?, token.sealed.as_deref(), now));
    }
    let met = context.mint("evt");
    batch.extend(store::meet(&context.mint("cus"), &met, row.org_id, &details.contact, now));
    let org_settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let first = Instant(items.iter().map(|item| item.starts_at).min().unwrap_or(now.0));
    let source = details.source.as_ref().map(json).transpose()?;
    let settled = Settled {
        row: &row,
        state,
        contact: &details.contact,
        locale: details.locale.as_deref(),
        answers: &answers,
        token_hash: &token.hash,
        token_sealed: token.sealed.as_deref(),
        calendar: details.calendar.as_deref(),
        source: source.as_deref(),
        approve_until: request_until(state, &org_settings, now, first),
        year: zone::year(&row.timezone, now),
        now,
    };
    batch.extend(match until {
        Some(until) => store::await_payment(&settled, until),
        None => store::settle(&settled),
    });
    row.contact_name = Some(details.contact.name.clone());
    row.contact_email = Some(details.contact.email.clone());
    row.contact_phone.clone_from(&details.contact.phone);
    row.answers = answers;
    row.source = source.or(row.source);
    let org = row.org_id;
    let mut events = vec![met];
    if let Settlement::Done(_, effects) = settlement {
        let payload = view::told(&row, items, state.as_str())
            .ok_or_else(|| StoreError::Unreadable("an item of a booking".to_owned()))?;
        events.extend(tell(context, &mut batch, &id, effects, &payload));
        row.locale = details.locale.clone().or(row.locale);
        row.token_sealed.clone_from(&token.sealed);
        row.version = row.version.saturating_add(1);
        row.owed = row.total;
        let wanted: Vec<_> = effects.mail.into_iter().collect();
        if let Some(news) = notice::news_of(Action::Settle, Actor::Customer, &wanted) {
            let telling = notice::Telling { entered: false, ..notice::Telling::of(news) };
            batch.extend(notice::told(context, &(row, items.to_vec()), &telling)?);
        }
    }
    booking.number = commit_numbered(context, batch, &id, org, key, events).await?;
    mail::sender::soon(context);
    Ok(Made { booking, token: Some(token.text) })
}

/// A hold is booked as it was held; a body that says something else is a mistake.
fn same_as_held(order: &Order, row: &store::BookingRow, items: &[store::ItemRow]) -> Result<(), Problem> {
    let differs = |index, part| {
        let pointer = order.form.pointer(index, part);
        Problem::new(Code::Conflict).because("hold_differs").and_field(pointer, "hold_differs", "Not what was held.")
    };
    if order.items.len() != items.len() {
        return Err(differs(0, Part::Offering));
    }
    for (index, (wanted, held)) in order.items.iter().zip(items).enumerate() {
        let party = serde_json::from_str(&held.party).unwrap_or_default();
        if wanted.offering_id.as_str() != held.offering {
            return Err(differs(index, Part::Offering));
        }
        if wanted.starts_at.0.0 != held.starts_at {
            return Err(differs(index, Part::StartsAt));
        }
        if wanted.party != party {
            return Err(differs(index, Part::Party));
        }
    }
    let quote: serde_json::Value = serde_json::from_str(&row.quote).unwrap_or_default();
    let held = quote.get("hash").and_then(serde_json::Value::as_str);
    if order.quote_hash.as_deref().is_some_and(|seen| Some(seen) != held) {
        return Err(Problem::new(Code::PriceChanged).quote(&quote));
    }
    Ok(())
}

/// Whoever goes on to pay has as long as a hold lasts, from then on.
fn pay_until(row: &store::BookingRow, now: Instant) -> Instant {
    let again = now.plus_seconds(i64::from(row.hold_seconds));
    again.min(Instant(row.created_at).plus_seconds(LONGEST)).max(Instant(row.held_until.unwrap_or(0)))
}

/// Whoever books what waits for their payment once more keeps the page that they may have open.
fn same_token(context: &Context, row: &store::BookingRow) -> Result<Token, StoreError> {
    match (unsealed(context, row.token_sealed.as_deref(), &row.public_id), &row.token_hash) {
        (Some(text), Some(hash)) => Ok(Token { hash: hash.clone(), sealed: row.token_sealed.clone(), text }),
        _ => new_token(context, &row.public_id),
    }
}
