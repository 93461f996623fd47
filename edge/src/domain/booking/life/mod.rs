//! What may be done to a booking: one function for every action. It reads, lets the life cycle decide, writes everything in
//! one batch and tells of it; what the actions differ in is data ([`Deed`]) and the engine's table.

pub mod amend;
pub mod decide;
pub mod store;

use super::book::{ATTEMPTS, request_until, told_here, worth_another_look};
use super::change::{self, Found, Wanted};
use super::rules;
use super::store::By;
use super::view;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::catalog::Venue;
use crate::domain::idempotency::{self, Key};
use crate::domain::notice;
use crate::domain::org::{Settings, zone};
use crate::domain::payment;
use crate::domain::payment::rules::Part;
use crate::domain::record::Change;
use crate::mail::booking::News;
use crate::problem::{Code, Problem};
use decide::{Outcome, Replaced, decide, facts, refusal, state_of};
use serde_json::{Map, Value, json};
use shared::booking::{Action, Actor, ClaimEffect, State, apply};
use shared::embed::Timestamp;
use shared::party::Party;
use shared::zone::Instant;

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub enum Hand<'a> {
    /// Whoever booked.
    Customer,
    /// A member or a program: `usr_…` or `key_…`, for the audit log.
    Staff(&'a str),
    /// The clock.
    Clock,
    /// What a payment provider says has happened.
    Provider,
}

impl<'a> Hand<'a> {
    /// As the life cycle calls it.
    pub fn actor(self) -> Actor {
        match self {
            Self::Customer => Actor::Customer,
            Self::Staff(_) => Actor::Staff,
            Self::Clock | Self::Provider => Actor::System,
        }
    }

    /// As the audit log calls it.
    pub fn name(self) -> &'a str {
        match self {
            Self::Customer => "customer",
            Self::Staff(name) => name,
            Self::Clock => "clock",
            Self::Provider => "payments",
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Which action of the life cycle.
    pub action: Action,
    /// Why, in words.
    pub reason: Option<String>,
    /// What goes back, by staff's own choice; none means what the policy gives.
    pub refund: Option<i64>,
    /// What was paid.
    pub payment: Option<Payment>,
    /// What a provider gave back.
    pub back: Option<GivenBack>,
    /// Where it goes.
    pub placing: Placing,
    /// Staff go beyond the business's own rules, never beyond what there is.
    pub beyond_rules: bool,
    /// Whether the customer is written to.
    pub notify: bool,
}

impl Deed {
    /// An action and nothing besides.
    pub fn of(action: Action) -> Self {
        let placing = Placing::default();
        Self {
            action,
            reason: None,
            refund: None,
            payment: None,
            back: None,
            placing,
            beyond_rules: false,
            notify: true,
        }
    }
}

/// Money taken, on site or by a provider.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Minor units, more than 0.
    pub amount: i64,
    /// CASH, CARD, TRANSFER, OTHER or ONLINE.
    pub method: &'static str,
    /// A receipt's number, say.
    pub note: Option<String>,
    /// Through a provider.
    pub online: Option<Online>,
}

/// Which payment at a provider.
#[derive(Clone, Debug)]
pub struct Online {
    /// `pay_…`.
    pub payment: String,
    /// The provider's id of the money.
    pub reference: String,
}

/// Money that went back through a provider.
#[derive(Clone, Debug)]
pub struct GivenBack {
    /// Minor units, more than 0.
    pub amount: i64,
    /// Who gave it.
    pub by: Giver,
}

/// Who gave money back.
#[derive(Clone, Debug)]
pub enum Giver {
    /// A payment provider.
    Provider {
        /// Of which payment: `pay_…`.
        payment: String,
        /// The provider's id of it.
        reference: String,
        /// Our own refund; none where somebody gave it back at the provider's.
        refund: Option<String>,
    },
    /// Staff, since the provider would not.
    Staff {
        /// Our refund that was refused.
        refused: String,
        /// The booking's, when it was decided how much is still owed of it.
        version: i64,
        /// CASH, CARD, TRANSFER or OTHER.
        method: &'static str,
    },
}

impl GivenBack {
    /// It was on its way, and counted as going back.
    pub fn was_expected(&self) -> bool {
        matches!(self.by, Giver::Provider { refund: Some(_), .. })
    }

    /// Nobody here knew of it: it was given back in the provider's own pages.
    pub fn is_news(&self) -> bool {
        matches!(self.by, Giver::Provider { refund: None, .. })
    }
}

/// Another time, or another party; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Placing {
    /// Which item, counted from 0.
    pub item: usize,
    /// Its new start.
    pub starts_at: Option<Timestamp>,
    /// Its new party.
    pub party: Option<Party>,
    /// The price that was seen, if it is another.
    pub quote_hash: Option<String>,
    /// The price stays as it was agreed.
    pub keep_price: bool,
}

/// How an answer shows a booking.
pub type Show<'a> = &'a (dyn Fn(&Found) -> Value + Sync);

/// Does it: all of it, or nothing. Answers the booking as it is then; the same key gets the same answer again.
pub async fn act(
    context: &Context,
    mut found: Found,
    hand: Hand<'_>,
    deed: &Deed,
    key: Option<&Key>,
    show: Show<'_>,
) -> Result<Value, Problem> {
    for _ in 0..ATTEMPTS {
        if let Some(before) = answered_before(context, key).await? {
            return Ok(before);
        }
        match attempt(context, &found, hand, deed, key, show).await? {
            Ok(answer) => return Ok(answer),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error.into()),
        }
        found = change::read(context, By::Id(&found.0.public_id)).await?;
    }
    Err(Problem::new(Code::TryAgain).retry_after(1))
}

/// Once, on the booking as it was read.
async fn attempt(
    context: &Context,
    found: &Found,
    hand: Hand<'_>,
    deed: &Deed,
    key: Option<&Key>,
    show: Show<'_>,
) -> Result<Result<Value, StoreError>, Problem> {
    let placed = place(context, found, hand, deed).await?;
    let replaced = placed
        .as_ref()
        .map(|(_, decision)| Replaced { decision, keep_price: deed.placing.keep_price || keeps_price(deed.action) });
    let outcome = decide(context.now(), found, hand, deed, replaced.as_ref())?;
    let answer = show(&outcome.after);
    let change = change_of(context, found, hand, deed, &outcome, placed.as_ref())?;
    let written = change.commit_after(keep(context, key, &answer)).await;
    if written.is_ok() {
        if matches!(outcome.claims, ClaimEffect::Release | ClaimEffect::Move) {
            crate::domain::waiting::seats_came_free(context, found);
        }
        if !outcome.parts.is_empty() {
            payment::back::soon(context);
        }
    }
    Ok(written.map(|_| answer))
}

/// Writes down what a provider says has happened. Once is as good as twice: what was written down before changes nothing.
pub async fn by_provider(context: &Context, id: &str, deed: &Deed) -> Result<(), StoreError> {
    let failed = |problem: &Problem| StoreError::Failed(format!("{}: {problem:?}", problem.cause()));
    for _ in 0..ATTEMPTS {
        let found = change::read(context, By::Id(id)).await.map_err(|problem| failed(&problem))?;
        let done = attempt(context, &found, Hand::Provider, deed, None, &|_| Value::Null).await;
        match done.map_err(|problem| failed(&problem))? {
            Ok(_) | Err(StoreError::Unchanged) => return Ok(()),
            Err(StoreError::Taken(what)) if what.contains("reference") => return Ok(()),
            Err(error) if worth_another_look(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Transient("the booking does not stand still".to_owned()))
}

/// What was agreed stays agreed where a booking merely comes back.
fn keeps_price(action: Action) -> bool {
    matches!(action, Action::Reinstate | Action::Settle)
}

/// Where it would go, where it has to go somewhere. Whether it may at all comes before whether there is room.
async fn place(
    context: &Context,
    found: &Found,
    hand: Hand<'_>,
    deed: &Deed,
) -> Result<Option<(Venue, rules::Decision)>, Problem> {
    let (row, items) = found;
    let state = state_of(row)?;
    if deed.action == Action::Settle && row.number.is_none() && !matches!(hand, Hand::Provider) {
        let detail = "A hold is booked by POST /api/bookings.";
        return Err(Problem::new(Code::BadTransition).because("not_a_booking").detail(detail));
    }
    let run_out = state == State::Pending && row.held_until.is_none_or(|until| until <= context.now().0);
    let late = deed.action == Action::Settle && (state == State::Expired || run_out);
    if !late && !matches!(deed.action, Action::Reschedule | Action::ChangeParty | Action::Reinstate) {
        return Ok(None);
    }
    let allowed = apply(state, deed.action, &facts(context.now(), found, hand.actor(), true)?);
    allowed.map_err(|refused| refusal(state, &refused))?;
    if deed.placing.item >= items.len() {
        return Err(Problem::field("/item", "out_of_range", "No such item."));
    }
    let back = late || deed.action == Action::Reinstate;
    let wanted = Wanted { placing: &deed.placing, beyond_rules: deed.beyond_rules || back };
    let decided = change::place(context, found, &wanted).await;
    // Money that comes when the seats are gone is taken, and goes back.
    let (venue, decision) = match decided {
        Err(problem) if late && !matches!(problem.code(), Code::TryAgain | Code::Internal) => return Ok(None),
        decided => decided?,
    };
    let quote = &decision.quote;
    let seen = deed.placing.quote_hash.as_deref();
    let dearer = quote.total > row.total;
    let must_have_seen = match deed.action {
        Action::Reschedule => quote.total != row.total,
        Action::ChangeParty => dearer && hand.actor() == Actor::Customer,
        _ => false,
    };
    let other = seen.is_some_and(|seen| seen != quote.hash);
    if !deed.placing.keep_price && (other && quote.total != row.total || must_have_seen && seen.is_none()) {
        return Err(Problem::new(Code::PriceChanged)
            .detail("It costs something else then: show it and send its quoteHash.")
            .quote(quote));
    }
    Ok(Some((venue, decision)))
}

/// The batch of an outcome.
fn change_of<'c>(
    context: &'c Context,
    found: &Found,
    hand: Hand<'c>,
    deed: &Deed,
    outcome: &Outcome<'_>,
    placed: Option<&(Venue, rules::Decision)>,
) -> Result<Change<'c>, Problem> {
    let (row, items) = found;
    let now = context.now();
    let mut change = Change::new(context, row.org_id, hand.name());
    // First, so that nothing else happens when it was written down before.
    if let Some((paid, online)) = deed.payment.as_ref().and_then(|paid| Some((paid, paid.online.as_ref()?))) {
        change.must(payment::store::captured(&online.payment, paid.amount, &online.reference, now));
    }
    if let Some(back) = &deed.back {
        match &back.by {
            Giver::Provider { refund: Some(refund), reference, .. } => {
                change.must(payment::store::refund::done(refund, reference, now));
            }
            Giver::Provider { refund: None, payment, reference } => {
                let id = context.mint("ref");
                change.must(payment::store::refund::found(payment, &id, back.amount, reference, now));
            }
            Giver::Staff { refused, version, .. } => {
                change.must(payment::store::refund::handled(refused, *version, now));
            }
        }
    }
    for step in &outcome.steps {
        change.add(store::steps(core::slice::from_ref(step), now));
    }
    let id = row.public_id.as_str();
    if outcome.becomes_a_booking {
        become_a_booking(&mut change, found, outcome, now);
    }
    match (outcome.claims, placed) {
        (ClaimEffect::Take, Some((venue, decision))) => {
            store::take(id, venue, &decision.placed, now)?.into_iter().for_each(|one| change.add(one));
        }
        (ClaimEffect::Move, Some((venue, decision))) => {
            let from = items.get(deed.placing.item).filter(|_| deed.action == Action::Reschedule);
            let from = from.map(|item| Instant(item.starts_at));
            let moved = store::replace(id, from, venue, &decision.placed, &decision.quote, now)?;
            moved.into_iter().for_each(|one| change.add(one));
            if !deed.placing.keep_price {
                store::reprice(id, &decision.quote)?.into_iter().for_each(|one| change.add(one));
            }
        }
        _ => {}
    }
    if !outcome.entries.is_empty() {
        change.add(store::enter(&outcome.entries, now));
    }
    if !outcome.parts.is_empty() {
        change.add(payment::store::refund::give_back(&named(context, &outcome.parts), now));
    }
    let (after, after_items) = &outcome.after;
    let payload =
        view::told(after, after_items, &after.state).ok_or_else(|| Problem::internal("an unreadable item"))?;
    let events: Vec<store::Told<'_>> = told_here(&outcome.events)
        .map(|kind| store::Told { id: context.mint("evt"), booking: id, kind: kind.as_str(), payload: &payload })
        .collect();
    if !events.is_empty() {
        change.add(store::tell(&events, now));
        change.told(events.into_iter().map(|event| event.id));
    }
    if let Some(news) = notice::news_of(deed.action, hand.actor(), &outcome.mails).filter(|_| deed.notify) {
        let quote = placed.filter(|_| outcome.claims == ClaimEffect::Move && !deed.placing.keep_price);
        let telling = notice::Telling {
            news,
            quote: quote.map(|(_, decision)| &decision.quote),
            amount: match news {
                News::Paid => after.paid.saturating_sub(row.paid),
                News::PaidTooLate => outcome.refund,
                _ => after.repaid.saturating_sub(row.repaid),
            },
            before: items.get(deed.placing.item).filter(|_| news == News::Moved).map(|item| item.starts_at),
            // Other reasons are for the business's books.
            reason: deed
                .reason
                .as_deref()
                .filter(|_| matches!(news, News::Rejected | News::CalledOff) && !deed.beyond_rules),
            entered: row.state == State::Confirmed.as_str(),
        };
        change.post(notice::told(context, &outcome.after, &telling)?);
    }
    if let Hand::Staff(_) = hand {
        change.audit(audited(deed.action), id, &detail(deed, outcome, &row.state));
    }
    if outcome.claims != ClaimEffect::Keep {
        change.shows();
    }
    Ok(change)
}

/// What was only held gets a number, an end to decide on it by, and claims that no longer run out.
fn become_a_booking(change: &mut Change<'_>, (row, items): &Found, outcome: &Outcome<'_>, now: Instant) {
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let first = Instant(items.iter().map(|item| item.starts_at).min().unwrap_or(now.0));
    let state = State::parse(&outcome.after.0.state).unwrap_or(State::Confirmed);
    let approve_until = request_until(state, &settings, now, first);
    let year = zone::year(&row.timezone, now);
    super::store::numbered(row, year, approve_until).into_iter().for_each(|one| change.add(one));
    if outcome.claims == ClaimEffect::Firm {
        super::store::firm(row, now).into_iter().for_each(|one| change.add(one));
    }
}

/// Refunds under names of their own.
pub fn named(context: &Context, parts: &[Part]) -> Vec<(String, Part)> {
    parts.iter().map(|part| (context.mint("ref"), part.clone())).collect()
}

/// As the audit log names an action.
fn audited(action: Action) -> &'static str {
    match action {
        Action::Settle => "booking.paid",
        Action::Approve => "booking.approved",
        Action::Reject => "booking.rejected",
        Action::Cancel | Action::MissThreshold => "booking.cancelled",
        Action::Reschedule => "booking.rescheduled",
        Action::ChangeParty => "booking.party_changed",
        Action::Reinstate => "booking.reinstated",
        Action::Refund | Action::MoneyBack => "booking.refunded",
        Action::CheckIn => "booking.checked_in",
        Action::NoShow => "booking.no_show",
        Action::Unmark => "booking.unmarked",
        Action::Complete => "booking.completed",
        Action::Expire => "booking.expired",
        Action::Reserve | Action::Unreserve | Action::Submit | Action::Confirm => "booking.changed",
    }
}

/// What the audit log keeps of it. No names and addresses: the booking has those.
fn detail(deed: &Deed, outcome: &Outcome<'_>, from: &str) -> Value {
    let (after, _) = &outcome.after;
    let mut detail = Map::new();
    let mut keep = |name: &str, value: Value| {
        if !value.is_null() {
            detail.insert(name.to_owned(), value);
        }
    };
    if after.state != from {
        keep("from", json!(from));
        keep("to", json!(after.state));
    }
    keep("reason", json!(deed.reason));
    keep("override", if deed.beyond_rules { json!(true) } else { Value::Null });
    keep("refund", if outcome.refund > 0 { json!(outcome.refund) } else { Value::Null });
    keep("payment", json!(deed.payment.as_ref().map(|payment| payment.amount)));
    keep("startsAt", json!(deed.placing.starts_at));
    keep("party", json!(deed.placing.party));
    keep("notify", if deed.notify { Value::Null } else { json!(false) });
    keep("keepPrice", if deed.placing.keep_price { json!(true) } else { Value::Null });
    Value::Object(detail)
}

/// The answer that was given under this key before.
pub async fn answered_before(context: &Context, key: Option<&Key>) -> Result<Option<Value>, Problem> {
    let stored = idempotency::before(context, key).await?;
    stored.map(|stored| serde_json::from_str(&stored.body).map_err(Problem::internal)).transpose()
}

/// The first statements of a change: its key and its answer.
pub fn keep(context: &Context, key: Option<&Key>, answer: &Value) -> Vec<crate::database::Statement> {
    let kept = key.map(|key| idempotency::store::keep(key, 200, &answer.to_string(), None, context.now()));
    kept.into_iter().flatten().collect()
}

/// Whether somebody may do that to it now, as far as state and policy go.
pub fn may(context: &Context, found: &Found, by: Actor, action: Action) -> Result<(), Problem> {
    let state = state_of(&found.0)?;
    let decided = apply(state, action, &facts(context.now(), found, by, true)?);
    decided.map(|_| ()).map_err(|refused| refusal(state, &refused))
}

/// What time does to one booking: an action of the clock, tried again when somebody was faster. `false` when the life cycle
/// has nothing to do any more.
pub async fn by_clock(context: &Context, id: &str, action: Action) -> Result<bool, StoreError> {
    let found = match change::read(context, By::Id(id)).await {
        Ok(found) => found,
        Err(problem) => return Err(StoreError::Failed(problem.code().text().to_owned())),
    };
    match act(context, found, Hand::Clock, &Deed::of(action), None, &|_| Value::Null).await {
        Ok(_) => Ok(true),
        Err(problem) if matches!(problem.code(), Code::BadTransition | Code::PolicyRefused) => Ok(false),
        Err(problem) => Err(StoreError::Failed(problem.code().text().to_owned())),
    }
}
