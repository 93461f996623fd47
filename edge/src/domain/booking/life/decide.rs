//! The decision on an action: what becomes of the booking, what the ledger says, what is told. Pure: the life cycle decides.

use super::giving_back::{chosen, gives_back_too_much, sources, terms_of_a_part};
use super::refusal::refusal;
use super::{Deed, Found, Giver, Hand};
use crate::domain::booking::book::stored_terms;
use crate::domain::booking::rules::Decision;
use crate::domain::booking::store::BookingRow;
use crate::domain::org::Settings;
use crate::domain::payment::rules::{Part, spread};
use crate::problem::Problem;
use shared::booking::{Action, Actor, ClaimEffect, Effects, EventType, Facts, Mail, Mark, Refused, State, apply};
use shared::pricing::split;
use shared::zone::Instant;

/// What is kept when somebody cancels late is owed, and paid already.
const KEPT: &str = "Kept by the cancellation policy";
/// Somebody used the provider's own pages.
const ELSEWHERE: &str = "Given back at the payment provider";

/// A step of a booking, as it is written.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub booking: &'a str,
    /// As it was read.
    pub version: i64,
    pub state: State,
    /// Goes back with this step.
    pub refund: i64,
    /// It is called off with this step.
    pub over: bool,
    pub by: &'static str,
    pub reason: Option<&'a str>,
    pub mark: Option<Mark>,
}

/// A line of the ledger, as it is written.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub booking: &'a str,
    pub kind: &'static str,
    pub amount: i64,
    pub note: Option<&'a str>,
    pub method: Option<&'static str>,
    /// The provider's id of what it is about.
    pub reference: Option<&'a str>,
}

/// All that follows from an action.
pub struct Outcome<'a> {
    /// The booking as it will be.
    pub after: Found,
    pub steps: Vec<Step<'a>>,
    pub entries: Vec<Entry<'a>>,
    pub claims: ClaimEffect,
    pub events: Vec<EventType>,
    /// To the customer.
    pub mails: Vec<Mail>,
    /// Goes back in all.
    pub refund: i64,
    /// Of that through a provider, who has yet to say that it went.
    pub parts: Vec<Part>,
    /// It was only held, and is a booking from now on.
    pub becomes_a_booking: bool,
}

/// Where a booking would go, and whether its price follows.
pub struct Replaced<'d> {
    /// What the engine says.
    pub decision: &'d Decision,
    /// Staff leave the price as it was agreed.
    pub keep_price: bool,
}

/// Decides. `replaced` is there where claims have to be made; without it they could not be.
pub fn decide<'a>(
    now: Instant,
    found: &'a Found,
    hand: Hand<'a>,
    deed: &'a Deed,
    replaced: Option<&Replaced<'_>>,
) -> Result<Outcome<'a>, Problem> {
    let (row, items) = found;
    let from = state_of(row)?;
    let mut facts = self::facts(now, found, hand.actor(), replaced.is_some())?;
    let called_off =
        replaced.filter(|_| deed.action == Action::ChangeParty).map(|replaced| difference(found, replaced));
    if let Some(part) = &called_off {
        facts.items = terms_of_a_part(&facts.items, deed.placing.item, *part, row.total);
    }
    if let Some(payment) = &deed.payment {
        facts.payment = payment.amount;
        facts.paid = facts.paid.saturating_add(payment.amount);
    }
    if let Some(back) = &deed.back {
        facts.refunded = row.repaid.saturating_add(back.amount);
    }
    facts.refund = chosen(from, &facts, found, deed)?;
    let refused = |refused: Refused| refusal(from, &refused);
    let (to, effects) = apply(from, deed.action, &facts).map_err(refused)?;
    let Effects { claims, mut refund, mark, mail, events } = effects;

    let mut outcome = Outcome {
        after: found.clone(),
        steps: Vec::new(),
        entries: Vec::new(),
        claims,
        events,
        mails: mail.into_iter().collect(),
        refund,
        parts: Vec::new(),
        becomes_a_booking: row.number.is_none() && matches!(to, State::Confirmed | State::AwaitingApproval),
    };
    let over = to != from && matches!(to, State::Cancelled | State::Rejected | State::Expired);
    let entry =
        |kind, amount, note| Entry { booking: &row.public_id, kind, amount, note, method: None, reference: None };
    let reason = deed.reason.as_deref();
    if let Some(payment) = &deed.payment {
        let (method, online) = (Some(payment.method), payment.online.as_ref());
        let reference = online.map(|online| online.reference.as_str());
        outcome.entries.push(Entry { method, reference, ..entry("PAYMENT", payment.amount, payment.note.as_deref()) });
    }
    if let Some(back) = &deed.back {
        if back.is_news() {
            // What we owe them anyway, and is not on its way, needs no credit.
            let owing = row.paid.saturating_sub(row.repaid).saturating_sub(row.going_back).saturating_sub(row.owed);
            let credit = back.amount.saturating_sub(owing.max(0));
            outcome.entries.push(entry("CREDIT", credit, Some(ELSEWHERE)));
        }
        let (method, reference) = match &back.by {
            Giver::Provider { reference, .. } => (Some("ONLINE"), Some(reference.as_str())),
            Giver::Staff { method, .. } => (Some(*method), None),
        };
        outcome.entries.push(Entry { method, reference, ..entry("REFUND", back.amount, None) });
    }
    let left = facts.paid.saturating_sub(facts.refunded).max(0);
    if outcome.becomes_a_booking && claims == ClaimEffect::Firm {
        outcome.entries.push(entry("CHARGE", row.total, None));
    } else if over && row.number.is_some() {
        // Not the price: a part of it may have been credited before.
        outcome.entries.push(entry("CREDIT", row.owed, reason));
        outcome.entries.push(entry("CHARGE", left.saturating_sub(refund), Some(KEPT)));
    } else if claims == ClaimEffect::Take {
        // What was kept when it was called off counts towards it again.
        outcome.entries.push(entry("CHARGE", row.total, reason));
        outcome.entries.push(entry("CREDIT", left.saturating_sub(facts.payment), Some(KEPT)));
    } else if let Some(part) = called_off {
        let stays = row.total.saturating_sub(part);
        let share = split(left, &[part.max(0), stays.max(0)]).ok().and_then(|shares| shares.first().copied());
        outcome.entries.push(entry("CHARGE", part.saturating_neg(), reason));
        outcome.entries.push(entry("CREDIT", part, reason));
        outcome.entries.push(entry("CHARGE", share.unwrap_or(0).saturating_sub(refund), Some(KEPT)));
    } else if let Some(replaced) = replaced {
        let more = new_total(found, replaced).saturating_sub(row.total);
        outcome.entries.push(entry("CHARGE", more, reason));
        outcome.entries.push(entry("CREDIT", more.saturating_neg(), reason));
    } else if deed.action == Action::Refund {
        outcome.entries.push(entry("CREDIT", refund, reason));
    }
    outcome.entries.retain(|entry| entry.amount > 0);
    let owed = owed(row.owed, &outcome.entries);
    let sources = sources(row, deed);
    if gives_back_too_much(deed, to) {
        // Through the provider only: what was taken on site is given back on site, by whoever has it there.
        let too_much = left.saturating_sub(refund).saturating_sub(owed.max(0)).max(0);
        let most = sources.iter().fold(0_i64, |sum, source| sum.saturating_add(source.left)).saturating_sub(refund);
        refund = refund.saturating_add(too_much.min(most).max(0));
        outcome.refund = refund;
    }
    let (parts, by_hand) = spread(refund, &sources);
    outcome.parts = parts;
    if by_hand > 0 {
        outcome.entries.push(entry("REFUND", by_hand, reason));
    }

    let by = hand.actor().as_str();
    outcome.steps.push(Step {
        booking: &row.public_id,
        version: row.version,
        state: to,
        refund: refund.saturating_add(deed.back.as_ref().filter(|back| back.is_news()).map_or(0, |back| back.amount)),
        over,
        by,
        reason,
        mark,
    });
    let mut last = to;
    if by_hand > 0 {
        // No provider has to say so: what is written down as given back, was.
        let back = Facts { by: Actor::System, refunded: row.repaid.saturating_add(by_hand), ..facts };
        if let Ok((next, effects)) = apply(to, Action::MoneyBack, &back) {
            outcome.events.extend(effects.events);
            outcome.mails.extend(effects.mail);
            if next != to {
                let version = row.version.saturating_add(1);
                outcome.steps.push(Step {
                    booking: &row.public_id,
                    version,
                    state: next,
                    refund: 0,
                    over: false,
                    by,
                    reason: None,
                    mark: None,
                });
            }
            last = next;
        }
    }

    let (after, after_items) = &mut outcome.after;
    last.as_str().clone_into(&mut after.state);
    after.version = row.version.saturating_add(i64::try_from(outcome.steps.len()).unwrap_or(1));
    after.paid = facts.paid;
    let went = deed.back.as_ref().map_or(0, |back| back.amount);
    let expected = deed.back.as_ref().filter(|back| back.was_expected()).map_or(0, |back| back.amount);
    after.repaid = row.repaid.saturating_add(by_hand).saturating_add(went);
    after.going_back = row.going_back.saturating_add(refund).saturating_sub(by_hand).saturating_sub(expected).max(0);
    after.owed = owed;
    marked(after, mark, now);
    if over {
        after.cancelled_at = Some(now.0);
        after.cancelled_by = Some(by.to_owned());
        after.cancel_reason = reason.map(str::to_owned);
    } else if to == State::Confirmed {
        (after.cancelled_at, after.cancelled_by, after.cancel_reason) = (None, None, None);
    }
    if let Some(replaced) = replaced.filter(|_| claims == ClaimEffect::Move) {
        if !replaced.keep_price {
            let quote = &replaced.decision.quote;
            (after.total, after.due_now, after.due_later) = (quote.total, quote.due_now, quote.due_later);
        }
        for (index, (item, one)) in after_items.iter_mut().zip(&replaced.decision.placed).enumerate() {
            item.starts_at = one.placement.span.starts_at.0;
            item.ends_at = one.placement.span.ends_at.0;
            item.party = serde_json::to_string(&one.item.party).unwrap_or_default();
            if !replaced.keep_price {
                item.total = replaced.decision.quote.item_totals.get(index).copied().unwrap_or(item.total);
            }
        }
        if mark == Some(Mark::Rescheduled) {
            after.rescheduled_at = Some(now.0);
            after.rescheduled_from = items.get(deed.placing.item).map(|item| item.starts_at);
        }
    }
    Ok(outcome)
}

/// Charges less credits, with some more of them.
fn owed(before: i64, entries: &[Entry<'_>]) -> i64 {
    entries.iter().fold(before, |owed, entry| match entry.kind {
        "CHARGE" => owed.saturating_add(entry.amount),
        "CREDIT" => owed.saturating_sub(entry.amount),
        _ => owed,
    })
}

fn marked(row: &mut BookingRow, mark: Option<Mark>, now: Instant) {
    (row.checked_in_at, row.no_show_at) = match mark {
        Some(Mark::CheckedIn) => (Some(now.0), None),
        Some(Mark::NoShow) => (None, Some(now.0)),
        Some(Mark::Unmarked) => (None, None),
        Some(Mark::Rescheduled) | None => (row.checked_in_at, row.no_show_at),
    };
}

/// Its state.
pub fn state_of(row: &BookingRow) -> Result<State, Problem> {
    State::parse(&row.state).ok_or_else(|| Problem::internal(&row.state))
}

/// What the life cycle looks at.
pub fn facts(now: Instant, found: &Found, by: Actor, free: bool) -> Result<Facts, Problem> {
    let (row, items) = found;
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let request = row.state == State::AwaitingApproval.as_str();
    Ok(Facts {
        now,
        by,
        items: stored_terms(items).map_err(Problem::from)?,
        // What a provider took is what was asked for, and what staff write down is what they agreed to.
        due_now: 0,
        paid: row.paid,
        refunded: row.repaid.saturating_add(row.going_back),
        payment: 0,
        refund: None,
        approval: row.approval != 0,
        expires_at: if request { row.approve_until } else { row.held_until }.map(Instant),
        holds_claims: row.holds_claims != 0,
        free,
        cancel_until: settings.cancel_until,
        reschedule_until: settings.reschedule_until,
    })
}

fn new_total((row, _): &Found, replaced: &Replaced<'_>) -> i64 {
    if replaced.keep_price { row.total } else { replaced.decision.quote.total }
}

/// By how much a changed party is cheaper.
fn difference(found: &Found, replaced: &Replaced<'_>) -> i64 {
    found.0.total.saturating_sub(new_total(found, replaced))
}
