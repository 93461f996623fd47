//! Booking: one read, one decision, one write. With a hold the decision was made when it was held.

use super::order::{Answers, Contact, Order};
use super::rules::{self, Decision, Placed};
use super::source::Source;
use super::store::{self, By, New, Settled};
use super::view::{self, Told, ToldCustomer, ToldItem};
use crate::access::{limit, secret};
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::catalog::{self, Scope, Venue};
use crate::domain::idempotency::store::Within;
use crate::domain::idempotency::{self, Key, Stored};
use crate::domain::notice;
use crate::domain::org::Settings;
use crate::domain::record;
use crate::mail;
use crate::outbox;
use crate::problem::{Code, Problem};
use serde_json::value::RawValue;
use shared::booking::{Action, Actor, Effects, EventType, Facts, ItemTerms, Refused, State, apply};
use shared::embed::{BookingOut, Timestamp};
use shared::money::Money;
use shared::zone::Instant;

/// How often a decision is made anew because somebody else was faster.
pub const ATTEMPTS: usize = 4;
/// Before the first start, what can still reach into it: a day of rules, and the longest claim is found by its end.
const BEFORE: i64 = 3 * 86_400;
/// After the last start, as far as alternatives are looked for.
const AFTER: i64 = 32 * 86_400;
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

/// The moment until which the claims read for an order are complete.
pub fn reliable_until(order: &Order) -> Instant {
    let last = order.items.iter().map(|item| item.starts_at.0).max();
    last.map_or(Instant(0), |last| last.plus_seconds(AFTER))
}

/// Everything that an order is decided on, in one batch, and the answer that its key may have already.
pub async fn read_venue(
    context: &Context,
    order: &Order,
    email: Option<&str>,
    without: Option<&str>,
    key: Option<&Key>,
) -> Result<(Option<Venue>, Option<Stored>), Problem> {
    let first = order.items.iter().map(|item| item.starts_at.0).min().unwrap_or(context.now());
    let offerings = order.offerings();
    let scope = Scope {
        offerings: &offerings,
        calendar: None,
        from: first.plus_seconds(BEFORE.saturating_neg()),
        to: reliable_until(order),
        now: context.now(),
        coupon: order.coupon.as_deref().map(|code| (code, email)),
        without,
        any_status: without.is_some(),
    };
    let within = Within::Offering(offerings.first().copied().unwrap_or_default());
    let kept = key.map(|key| idempotency::store::read_within(key, within, context.now()));
    let mut batch: Vec<Statement> = kept.into_iter().collect();
    batch.extend(catalog::store::read(&scope));
    let mut answers = context.database().batch(batch).await?;
    if let Some(key) = key
        && let Some(row) = answers.first()?
    {
        return Ok((None, Some(idempotency::replay(row, key)?)));
    }
    let venue = Venue::of(catalog::store::rows(&mut answers)?, &scope)?;
    if let Some(venue) = &venue {
        limit::organization(context, venue.org.id).await?;
    }
    Ok((venue, None))
}

/// No organization has any of it.
pub fn no_such_offering(order: &Order) -> Problem {
    let pointer = order.form.pointer(0, super::order::Part::Offering);
    Problem::not_found("offering").and_field(pointer, "not_found", "There is no such offering.")
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
        year: crate::domain::org::zone::year(&row.timezone, now),
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
    use super::order::Part;
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

/// The token that opens a booking's page, in its three forms.
pub struct Token {
    /// For the link.
    pub text: String,
    /// To find the booking by.
    pub hash: String,
    /// To write it into a later message; none without a sealing key.
    pub sealed: Option<String>,
}

/// Draws a token for a booking.
pub fn new_token(context: &Context, owner: &str) -> Result<Token, StoreError> {
    let random = || context.random_key().map_err(|error| StoreError::Failed(error.to_string()));
    let text = secret::token(random()?);
    let sealed = match context.sealing_keys() {
        Some(keys) => keys.seal(text.as_bytes(), owner, random()?),
        None => None,
    };
    Ok(Token { hash: secret::hashed(&text), sealed, text })
}

/// The answer that was given before, with its token.
fn replayed(context: &Context, stored: &Stored) -> Result<Made, Problem> {
    let booking: BookingOut = serde_json::from_str(&stored.body).map_err(Problem::internal)?;
    Ok(Made { token: unsealed(context, stored.token_sealed.as_deref(), &booking.id), booking })
}

/// A sealed token, opened.
pub fn unsealed(context: &Context, sealed: Option<&str>, owner: &str) -> Option<String> {
    let plain = context.sealing_keys()?.open(sealed?, owner)?;
    String::from_utf8(plain).ok()
}

/// What has to be paid to book: nothing where guests pay on arrival.
fn payable(payments: Option<&str>, due_now: i64) -> i64 {
    if payments.is_some() { due_now } else { 0 }
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

fn facts(
    now: Instant,
    by: Actor,
    items: Vec<ItemTerms>,
    approval: bool,
    expires_at: Option<Instant>,
    holds_claims: bool,
    due_now: i64,
) -> Facts {
    Facts {
        now,
        by,
        items,
        due_now,
        paid: 0,
        refunded: 0,
        payment: 0,
        refund: None,
        approval,
        expires_at,
        holds_claims,
        free: !holds_claims,
        cancel_until: None,
        reschedule_until: None,
    }
}

/// Until when a request waits for a decision; none for what is no request.
pub fn request_until(state: State, settings: &Settings, now: Instant, starts_at: Instant) -> Option<Instant> {
    (state == State::AwaitingApproval).then(|| settings.approve_until(now, starts_at))
}

/// What becomes of somebody's wish to book.
enum Settlement {
    /// It is a booking, or a request.
    Done(State, Effects),
    /// It is theirs as soon as they pay.
    Unpaid,
}

fn settled(facts: &Facts) -> Result<Settlement, StoreError> {
    match apply(State::Pending, Action::Settle, facts) {
        Ok((state, effects)) => Ok(Settlement::Done(state, effects)),
        Err(Refused::Unpaid { .. }) => Ok(Settlement::Unpaid),
        Err(Refused::Taken) => Err(StoreError::Overbooked),
        Err(other) => Err(StoreError::Failed(other.code().to_owned())),
    }
}

fn terms(decision: &Decision) -> Vec<ItemTerms> {
    let term = |(index, one): (usize, &Placed)| ItemTerms {
        total: decision.quote.item_totals.get(index).copied().unwrap_or(0),
        starts_at: one.placement.span.starts_at,
        ends_at: one.placement.span.ends_at,
        refund_tiers: one.refund_tiers.clone(),
    };
    decision.placed.iter().enumerate().map(term).collect()
}

/// The terms of items as they were agreed.
pub fn stored_terms(items: &[store::ItemRow]) -> Result<Vec<ItemTerms>, StoreError> {
    let term = |item: &store::ItemRow| {
        let tiers =
            serde_json::from_str(&item.refund_tiers).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok(ItemTerms {
            total: item.total,
            starts_at: Instant(item.starts_at),
            ends_at: Instant(item.ends_at),
            refund_tiers: tiers,
        })
    };
    items.iter().map(term).collect()
}

fn shown(venue: &Venue, decision: &Decision, id: &str, state: State) -> BookingOut {
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

fn payload(
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
fn told_of(
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

/// Writes the batch; the number that it draws goes into the kept answer and comes back.
async fn commit_numbered(
    context: &Context,
    mut batch: Vec<Statement>,
    booking: &str,
    org: i64,
    key: Option<&Key>,
    events: Vec<String>,
) -> Result<String, StoreError> {
    batch.extend(key.map(|key| idempotency::store::number(key, booking)));
    batch.push(store::number(booking));
    let calendars = batch.len();
    batch.push(store::calendars(org));
    let mut answers = context.database().batch(batch).await?;
    answers.skip(calendars.saturating_sub(1));
    let number: Option<store::Number> = answers.first()?;
    committed(context, &answers.all::<store::CalendarId>()?, events).await;
    Ok(number.and_then(|row| row.number).unwrap_or_default())
}

/// Writes a batch that changes what an organization's snapshots show.
pub async fn commit(
    context: &Context,
    mut batch: Vec<Statement>,
    org: i64,
    events: Vec<String>,
) -> Result<(), StoreError> {
    batch.push(store::calendars(org));
    let answers = context.database().batch(batch).await?;
    let calendars: Vec<store::CalendarId> = answers.last()?;
    committed(context, &calendars, events).await;
    Ok(())
}

/// What follows once it is true: snapshots show it from now on, and whoever wants to know is told.
pub async fn committed(context: &Context, calendars: &[store::CalendarId], events: Vec<String>) {
    catalog::snapshot::forget(context, calendars).await;
    if !events.is_empty() {
        context.afterwards(outbox::announce(context.clone(), events));
    }
}

fn year(venue: &Venue, now: Instant) -> i32 {
    venue.calendar.zone.to_local(now).date.year()
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))
}
