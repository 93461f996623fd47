//! The one batch of an action: what it changes, who is told, what the audit log keeps.

use super::decide::Outcome;
use super::{Deed, Giver, Hand, store};
use crate::context::Context;
use crate::domain::booking::book::{request_until, told_here};
use crate::domain::booking::change::Found;
use crate::domain::booking::rules::Decision;
use crate::domain::booking::store as bookings;
use crate::domain::booking::view;
use crate::domain::catalog::Venue;
use crate::domain::notice;
use crate::domain::org::{Settings, zone};
use crate::domain::payment;
use crate::domain::payment::rules::Part;
use crate::domain::record::Change;
use crate::mail::booking::News;
use crate::problem::Problem;
use serde_json::{Map, Value, json};
use shared::booking::{Action, ClaimEffect, State};
use shared::zone::Instant;

/// The batch of an outcome.
pub fn change_of<'c>(
    context: &'c Context,
    found: &Found,
    hand: Hand<'c>,
    deed: &Deed,
    outcome: &Outcome<'_>,
    placed: Option<&(Venue, Decision)>,
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
    bookings::numbered(row, year, approve_until).into_iter().for_each(|one| change.add(one));
    if outcome.claims == ClaimEffect::Firm {
        bookings::firm(row, now).into_iter().for_each(|one| change.add(one));
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
