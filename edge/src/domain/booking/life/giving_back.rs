//! What goes back of what was paid: by the policy, by staff's own choice, and by itself. Pure.

use super::{Deed, Found};
use crate::domain::booking::store::BookingRow;
use crate::domain::payment::rules::Source;
use crate::problem::{Code, Problem};
use shared::booking::{Action, Facts, ItemTerms, State, apply, refund_items};
use shared::zone::Instant;

/// What came through a provider and can go back there: what came just now first.
pub fn sources(row: &BookingRow, deed: &Deed) -> Vec<Source> {
    let paid = deed.payment.as_ref().and_then(|paid| Some((paid.amount, paid.online.as_ref()?)));
    let now = paid.map(|(left, online)| Source { payment: online.payment.clone(), left });
    let before: Vec<Source> = serde_json::from_str(&row.online).unwrap_or_default();
    now.into_iter().chain(before).collect()
}

/// Whether what was paid beyond the price goes back by itself: when it was paid twice, or the new time costs less.
pub fn gives_back_too_much(deed: &Deed, to: State) -> bool {
    let paid_online = deed.payment.as_ref().is_some_and(|paid| paid.online.is_some());
    to.is_live() && (paid_online || deed.action == Action::Reschedule) || to == State::Completed && paid_online
}

/// The part that is called off, on its item's terms, and beside it what stays.
pub fn terms_of_a_part(items: &[ItemTerms], changed: usize, part: i64, total: i64) -> Vec<ItemTerms> {
    let Some(item) = items.get(changed) else { return items.to_vec() };
    let gone = ItemTerms { total: part.max(0), ..item.clone() };
    let stays = ItemTerms { total: total.saturating_sub(part).max(0), refund_tiers: Vec::new(), ..item.clone() };
    vec![gone, stays]
}

/// What staff give back. More than the policy gives they give only by overriding it.
pub fn chosen(from: State, facts: &Facts, found: &Found, deed: &Deed) -> Result<Option<i64>, Problem> {
    if !from.actions().any(|action| action == deed.action) {
        return Ok(None);
    }
    let left = facts.paid.saturating_sub(facts.refunded).max(0);
    let policy = match deed.action {
        Action::Refund => by_policy(from, facts, found)?,
        _ => match deed.refund {
            Some(_) => apply(from, deed.action, facts).map_or(left, |(_, effects)| effects.refund),
            None => return Ok(None),
        },
    };
    let wanted = deed.refund.unwrap_or(policy);
    if deed.action == Action::Refund {
        if left == 0 {
            return Err(Problem::new(Code::PolicyRefused).because("nothing_paid").detail("Nothing was paid."));
        }
        if wanted == 0 {
            let detail = "The policy gives nothing back: name an amount and override it.";
            return Err(Problem::new(Code::PolicyRefused).because("nothing_to_refund").detail(detail));
        }
    }
    if wanted > policy && wanted <= left && !deed.beyond_rules {
        let detail = format!("The policy gives back {policy}: more needs `override` and a reason.");
        let problem = Problem::new(Code::PolicyRefused).because("beyond_policy").detail(detail);
        return Err(problem.and_field("/refund", "beyond_policy", "More than the policy gives back."));
    }
    Ok(Some(wanted))
}

/// What the policy still gives back of a booking: by the moment at which it was called off, or by this one.
fn by_policy(state: State, facts: &Facts, (row, _): &Found) -> Result<i64, Problem> {
    let left = facts.paid.saturating_sub(facts.refunded).max(0);
    if state == State::Rejected {
        return Ok(left);
    }
    let at = row.cancelled_at.map_or(facts.now, Instant);
    let gives = refund_items(&facts.items, facts.paid, at).map_err(Problem::internal)?;
    Ok(gives.saturating_sub(facts.refunded).clamp(0, left))
}
