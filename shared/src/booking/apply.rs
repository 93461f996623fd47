//! One decision: may this be done to a booking now, what does it become, and what follows from it.

use super::facts::{ClaimEffect, Effects, EventType, Facts, Mail, Mark, Refused};
use super::refund::refund_items;
use super::state::{Action, Actor, State, rule};
use crate::money::{MAX_MINOR, Minor};
use crate::zone::Instant;

type Decision = Result<(State, Effects), Refused>;

/// Decides an action on a booking.
///
/// The answer is always a row of [`RULES`](super::RULES), and the effects are to be carried out together with the new
/// state in one step.
///
/// Three rules go beyond the table. Money that arrives after the hold ran out takes the seats again if they are free, or goes
/// back. Whoever is turned away (rejected, expired, threshold missed) gets everything back; whoever cancels a confirmed
/// booking gets what the tiers give, unless staff say otherwise. Customers cancel and move within the policy, staff always.
pub fn apply(state: State, action: Action, facts: &Facts) -> Decision {
    let row = rule(state, action).ok_or(Refused::Impossible)?;
    if !row.by.contains(&facts.by) {
        return Err(Refused::NotAllowed);
    }
    let times = Times::of(facts)?;
    match action {
        Action::Reserve => reserve(facts),
        Action::Unreserve => Ok((State::ProposalOpen, told(ClaimEffect::Release, None, &[EventType::BookingUpdated]))),
        Action::Submit => Ok((State::ProposalReview, told(ClaimEffect::Keep, None, &[EventType::BookingUpdated]))),
        Action::Confirm => confirm(facts),
        Action::Settle => settle(state, facts),
        Action::Approve if state == State::ProposalReview => reserve(facts),
        Action::Approve => {
            let events = [EventType::BookingApproved, EventType::OrderUpdated];
            Ok((State::Confirmed, told(claims(facts)?, Some(Mail::Confirmed), &events)))
        }
        Action::Reject => {
            let events = [EventType::BookingRejected, EventType::OrderCanceled];
            turn_away(State::Rejected, Some(Mail::Rejected), &events, facts)
        }
        Action::Expire => expire(state, facts),
        Action::Cancel => cancel(state, &times, facts),
        Action::MissThreshold => turn_away(State::Cancelled, Some(Mail::ThresholdMissed), CANCELLED, facts),
        Action::Reschedule => reschedule(&times, facts),
        Action::ChangeParty => change_party(&times, facts),
        Action::Reinstate => {
            let events = [EventType::BookingUpdated, EventType::OrderUpdated];
            Ok((State::Confirmed, told(claims(facts)?, Some(Mail::Confirmed), &events)))
        }
        Action::Refund => {
            let mut effects = told(ClaimEffect::Keep, None, &[]);
            effects.refund = chosen_refund(facts, left(facts))?;
            Ok((state, effects))
        }
        Action::MoneyBack => money_back(state, facts),
        Action::CheckIn => {
            let mut effects = told(ClaimEffect::Keep, None, &[EventType::BookingUpdated, EventType::OrderFulfilled]);
            effects.mark = Some(Mark::CheckedIn);
            Ok((state, effects))
        }
        Action::NoShow => {
            not_before(times.starts_at, facts.now)?;
            let mut effects = told(ClaimEffect::Keep, None, &[EventType::BookingNoShow]);
            effects.mark = Some(Mark::NoShow);
            Ok((state, effects))
        }
        Action::Unmark => {
            let mut effects = told(ClaimEffect::Keep, None, &[EventType::BookingUpdated]);
            effects.mark = Some(Mark::Unmarked);
            Ok((state, effects))
        }
        Action::Complete => {
            not_before(times.ends_at, facts.now)?;
            let events = [EventType::BookingCompleted, EventType::OrderFulfilled];
            Ok((State::Completed, told(ClaimEffect::Keep, None, &events)))
        }
    }
}

const CANCELLED: &[EventType] = &[EventType::BookingCancelled, EventType::OrderCanceled];

/// From the first start to the last end.
struct Times {
    starts_at: Instant,
    ends_at: Instant,
}

impl Times {
    fn of(facts: &Facts) -> Result<Self, Refused> {
        let amounts = [facts.due_now, facts.paid, facts.refunded, facts.payment, facts.refund.unwrap_or(0)];
        let sane = |amount: &Minor| (0..=MAX_MINOR).contains(amount);
        let starts_at = facts.items.iter().map(|item| item.starts_at).min();
        let ends_at = facts.items.iter().map(|item| item.ends_at).max();
        match (starts_at, ends_at) {
            (Some(starts_at), Some(ends_at))
                if amounts.iter().all(sane) && facts.items.iter().all(|item| sane(&item.total)) =>
            {
                Ok(Self { starts_at, ends_at })
            }
            _ => Err(Refused::BadFacts),
        }
    }
}

fn told(claims: ClaimEffect, mail: Option<Mail>, events: &[EventType]) -> Effects {
    Effects { claims, refund: 0, mark: None, mail, events: events.to_vec() }
}

/// Paid and not given back.
fn left(facts: &Facts) -> Minor {
    facts.paid.saturating_sub(facts.refunded).max(0)
}

/// Live claims become firm; missing ones are made, if they can be.
fn claims(facts: &Facts) -> Result<ClaimEffect, Refused> {
    match (facts.holds_claims, facts.free) {
        (true, _) => Ok(ClaimEffect::Firm),
        (false, true) => Ok(ClaimEffect::Take),
        (false, false) => Err(Refused::Taken),
    }
}

fn paid_enough(facts: &Facts) -> Result<(), Refused> {
    let missing = facts.due_now.saturating_sub(left(facts));
    if missing > 0 { Err(Refused::Unpaid { missing }) } else { Ok(()) }
}

fn not_before(from: Instant, now: Instant) -> Result<(), Refused> {
    if now < from { Err(Refused::TooEarly { from }) } else { Ok(()) }
}

/// What staff chose to give back, or what the rules say.
fn chosen_refund(facts: &Facts, by_rule: Minor) -> Result<Minor, Refused> {
    let most = left(facts);
    match facts.refund {
        Some(amount) if amount > most => Err(Refused::RefundTooLarge { most }),
        Some(amount) if facts.by == Actor::Staff => Ok(amount),
        _ => Ok(by_rule.min(most)),
    }
}

fn reserve(facts: &Facts) -> Decision {
    let effects = told(claims(facts)?, Some(Mail::ProposalReserved), &[EventType::BookingUpdated]);
    Ok((State::ProposalReserved, effects))
}

fn confirm(facts: &Facts) -> Decision {
    if facts.by != Actor::Staff {
        if let Some(until) = facts.expires_at.filter(|until| *until <= facts.now) {
            return Err(Refused::TooLate { until: Some(until) });
        }
        paid_enough(facts)?;
    }
    Ok((State::Confirmed, came_to_be(claims(facts)?, Mail::Confirmed, facts)))
}

fn came_to_be(claims: ClaimEffect, mail: Mail, facts: &Facts) -> Effects {
    let mut effects = told(claims, Some(mail), &[EventType::BookingCreated, EventType::OrderCreated]);
    if facts.payment > 0 {
        effects.events.push(EventType::PaymentSucceeded);
    }
    effects
}

/// Money arrived, or none is due.
fn settle(state: State, facts: &Facts) -> Decision {
    let arrived: &[EventType] = if facts.payment > 0 { &[EventType::PaymentSucceeded] } else { &[] };
    let receipt = (facts.payment > 0).then_some(Mail::PaymentReceived);
    match state {
        State::Pending | State::Expired => {
            let run_out = state == State::Expired || facts.expires_at.is_some_and(|until| until <= facts.now);
            let held = facts.holds_claims && !run_out;
            paid_enough(facts)?;
            if !held && !facts.free {
                // Nothing was paid: nothing to give back, the customer simply picks another time.
                if left(facts) == 0 {
                    return Err(Refused::Taken);
                }
                return turn_away(State::Expired, Some(Mail::PaidTooLate), arrived, facts);
            }
            let claims = if held { ClaimEffect::Firm } else { ClaimEffect::Take };
            if facts.approval {
                Ok((State::AwaitingApproval, came_to_be(claims, Mail::Requested, facts)))
            } else {
                Ok((State::Confirmed, came_to_be(claims, Mail::Confirmed, facts)))
            }
        }
        State::Cancelled | State::Rejected | State::Refunded => {
            // Only what just came: the earlier payments were dealt with when it was called off.
            let mut effects = told(ClaimEffect::Keep, Some(Mail::PaidTooLate), arrived);
            effects.refund = facts.payment.min(left(facts));
            Ok((state, effects))
        }
        _ => Ok((state, told(ClaimEffect::Keep, receipt, arrived))),
    }
}

/// Everything back.
fn turn_away(to: State, mail: Option<Mail>, events: &[EventType], facts: &Facts) -> Decision {
    let mut effects = told(ClaimEffect::Release, mail, events);
    effects.refund = left(facts);
    Ok((to, effects))
}

fn expire(state: State, facts: &Facts) -> Decision {
    let from = facts.expires_at.ok_or(Refused::TooLate { until: None })?;
    not_before(from, facts.now)?;
    let (mail, events): (_, &[EventType]) = match state {
        State::AwaitingApproval => {
            (Some(Mail::RequestExpired), &[EventType::BookingCancelled, EventType::OrderCanceled])
        }
        // A hold was nobody's booking yet.
        State::Pending => (None, &[]),
        _ => (None, &[EventType::BookingUpdated]),
    };
    turn_away(State::Expired, mail, events, facts)
}

fn within_policy(until: Option<u32>, times: &Times, facts: &Facts) -> Result<(), Refused> {
    if facts.by != Actor::Customer {
        return Ok(());
    }
    let until = until.map(|minutes| times.starts_at.plus_minutes(i64::from(minutes).saturating_neg()));
    if until.is_some_and(|until| facts.now <= until) { Ok(()) } else { Err(Refused::TooLate { until }) }
}

fn cancel(state: State, times: &Times, facts: &Facts) -> Decision {
    let by_rule = match state {
        State::Confirmed => {
            within_policy(facts.cancel_until, times, facts)?;
            refund_items(&facts.items, left(facts), facts.now).map_err(|_| Refused::BadFacts)?
        }
        _ => left(facts),
    };
    let (mail, events): (_, &[EventType]) = match state {
        State::Pending => (None, &[]),
        _ if state.is_proposal() => (None, &[EventType::BookingUpdated]),
        _ => (Some(Mail::Cancelled), CANCELLED),
    };
    let mut effects = told(ClaimEffect::Release, mail, events);
    effects.refund = chosen_refund(facts, by_rule)?;
    Ok((State::Cancelled, effects))
}

fn reschedule(times: &Times, facts: &Facts) -> Decision {
    within_policy(facts.reschedule_until, times, facts)?;
    if !facts.free {
        return Err(Refused::Taken);
    }
    let events = [EventType::BookingRescheduled, EventType::OrderUpdated];
    let mut effects = told(ClaimEffect::Move, Some(Mail::Rescheduled), &events);
    effects.mark = Some(Mark::Rescheduled);
    Ok((State::Confirmed, effects))
}

/// Who stays away calls off a part of the booking, on the terms of calling it off.
fn change_party(times: &Times, facts: &Facts) -> Decision {
    within_policy(facts.cancel_until, times, facts)?;
    if !facts.free {
        return Err(Refused::Taken);
    }
    let by_rule = refund_items(&facts.items, left(facts), facts.now).map_err(|_| Refused::BadFacts)?;
    let events = [EventType::BookingUpdated, EventType::OrderUpdated];
    let mut effects = told(ClaimEffect::Move, None, &events);
    effects.refund = chosen_refund(facts, by_rule)?;
    Ok((State::Confirmed, effects))
}

fn money_back(state: State, facts: &Facts) -> Decision {
    let all = facts.paid > 0 && facts.refunded >= facts.paid;
    let ends = matches!(state, State::Cancelled | State::Rejected | State::Completed);
    let to = if all && ends { State::Refunded } else { state };
    Ok((to, told(ClaimEffect::Keep, Some(Mail::Refunded), &[EventType::PaymentRefunded, EventType::OrderUpdated])))
}
