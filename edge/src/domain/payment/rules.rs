//! What is to be paid, where money goes back to, and what is new on the provider's side. Pure.

use crate::domain::booking::store::BookingRow;
use crate::payment::{Captured, Returned, Seen, SeenRefund};
use serde::{Deserialize, Serialize};
use shared::booking::State;
use shared::zone::Instant;

/// A page is open so many seconds where no hold says otherwise.
const OPEN_FOR: i64 = 24 * 3_600 - 120;

/// Money that can be asked for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Minor units, more than 0.
    pub amount: i64,
    /// FULL, DEPOSIT, REST or DIFFERENCE.
    pub purpose: &'static str,
    /// Until when.
    pub until: Instant,
}

/// What a customer may pay now, if anything.
pub fn due(row: &BookingRow, now: Instant) -> Option<Due> {
    let balance = balance(row);
    let due = match State::parse(&row.state)? {
        State::Pending => {
            let until = row.held_until.filter(|until| *until > now.0 && row.token_hash.is_some())?;
            let purpose = if row.due_later > 0 { "DEPOSIT" } else { "FULL" };
            Due { amount: row.due_now.saturating_sub(row.paid), purpose, until: Instant(until) }
        }
        State::AwaitingApproval | State::Confirmed | State::Completed => {
            let purpose = match (row.paid, row.due_later) {
                (0, _) => "FULL",
                (_, 0) => "DIFFERENCE",
                _ => "REST",
            };
            Due { amount: balance, purpose, until: now.plus_seconds(OPEN_FOR) }
        }
        _ => return None,
    };
    (due.amount > 0).then_some(due)
}

/// What is still to be paid; below 0 when too much was. What is on its way back counts as gone.
pub fn balance(row: &BookingRow) -> i64 {
    row.owed.saturating_sub(row.paid).saturating_add(row.repaid).saturating_add(row.going_back)
}

/// Money of one payment that can still go back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// `pay_…`.
    pub payment: String,
    /// Minor units.
    pub left: i64,
}

/// A part of a payment on its way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// `pay_…`.
    pub payment: String,
    /// Minor units.
    pub amount: i64,
}

/// Where an amount goes back to: to the sources in their order, and the rest by hand.
pub fn spread(amount: i64, sources: &[Source]) -> (Vec<Part>, i64) {
    let mut rest = amount.max(0);
    let mut parts = Vec::new();
    for source in sources {
        let amount = rest.min(source.left).max(0);
        if amount > 0 {
            parts.push(Part { payment: source.payment.clone(), amount });
            rest = rest.saturating_sub(amount);
        }
    }
    (parts, rest)
}

/// What is written down of a payment.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// PAID.
    pub paid: bool,
    /// It cannot be paid any more.
    pub ended: bool,
    /// What the provider kept is written down.
    pub fee: bool,
    /// As it was last seen.
    pub dispute: Option<String>,
    /// What goes back.
    pub refunds: Vec<KnownRefund>,
    /// Whether it is still to be paid.
    pub wanted: bool,
}

/// What is written down of a refund.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct KnownRefund {
    /// `ref_…`.
    pub id: String,
    /// The provider's id of it.
    pub reference: Option<String>,
    /// WAITING, SENT, DONE or FAILED.
    pub state: String,
    /// Minor units.
    pub amount: i64,
}

/// Something on the provider's side that is not written down yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Money came.
    Captured(Captured),
    /// The provider says what it kept of it.
    Fee(i64),
    /// So much of what waits to be sent back is not there any more: somebody gave it back at the provider's.
    Trim(i64),
    /// Money went back; `ours` is our refund, none where somebody gave it back at the provider's.
    Back { reference: String, amount: i64, ours: Option<String> },
    /// Money that we sent back bounced.
    Bounced { ours: String, reason: String },
    /// The state of a dispute changed.
    Disputed { reference: String, status: String, amount: i64, taken: bool, returned: bool },
    /// It cannot be paid any more, and was not.
    Ended,
    /// It can be paid, and is not to be.
    Close,
}

/// What is new.
pub fn compare(known: &Known, seen: &Seen) -> Vec<News> {
    let mut news = Vec::new();
    match &seen.captured {
        Some(captured) => {
            if !known.paid {
                news.push(News::Captured(captured.clone()));
            }
            news.extend(captured.fee.filter(|fee| !known.fee && *fee > 0).map(News::Fee));
        }
        None if seen.open && !known.wanted => news.push(News::Close),
        None if !seen.open && !known.ended => news.push(News::Ended),
        None => {}
    }
    news.extend(Some(too_much(known, seen)).filter(|amount| *amount > 0).map(News::Trim));
    // What went back is judged once it is written down what came, and what that set in motion.
    for refund in seen.refunds.iter().filter(|_| known.paid) {
        let ours = ours(known, refund);
        match (&refund.state, ours) {
            (Returned::Done, Some(one)) if one.state == "DONE" => {}
            (Returned::Done, one) => news.push(News::Back {
                reference: refund.reference.clone(),
                amount: refund.amount,
                ours: one.map(|one| one.id.clone()),
            }),
            (Returned::Failed(reason), Some(one)) if one.state == "WAITING" || one.state == "SENT" => {
                news.push(News::Bounced { ours: one.id.clone(), reason: reason.clone() });
            }
            (Returned::Failed(_) | Returned::Pending, _) => {}
        }
    }
    // The newest is the first, and says how it stands.
    if let Some(dispute) = seen.disputes.first().filter(|one| known.dispute.as_deref() != Some(one.status.as_str())) {
        let (reference, status) = (dispute.reference.clone(), dispute.status.clone());
        let (amount, taken, returned) = (dispute.amount, dispute.taken, dispute.returned);
        news.push(News::Disputed { reference, status, amount, taken, returned });
    }
    news
}

/// What we know of a refund that was seen. One that we gave up, and that went all the same, is news.
fn ours<'k>(known: &'k Known, seen: &SeenRefund) -> Option<&'k KnownRefund> {
    let by_reference = known.refunds.iter().find(|one| one.reference.as_deref() == Some(seen.reference.as_str()));
    by_reference.or_else(|| {
        let named = known.refunds.iter().find(|one| Some(one.id.as_str()) == seen.ours.as_deref());
        named.filter(|one| one.state != "FAILED")
    })
}

/// By how much what waits to be sent is more than what is left of the payment.
fn too_much(known: &Known, seen: &Seen) -> i64 {
    let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.fold(0_i64, i64::saturating_add);
    let there = |id: &str| seen.refunds.iter().any(|refund| refund.ours.as_deref() == Some(id));
    let waiting = known.refunds.iter().filter(|one| one.state == "WAITING" && !there(&one.id));
    let gone = seen.refunds.iter().filter(|refund| !matches!(refund.state, Returned::Failed(_)));
    let left = seen.captured.as_ref().map_or(0, |captured| captured.amount);
    let left = left.saturating_sub(sum(&mut gone.map(|refund| refund.amount)));
    sum(&mut waiting.map(|one| one.amount)).saturating_sub(left.max(0))
}

/// Takes an amount out of what waits to be sent, the newest first: which refunds change, and what is left of each.
pub fn trimmed(refunds: &[KnownRefund], by: i64) -> Vec<(&str, i64)> {
    let mut rest = by;
    let mut changed = Vec::new();
    for refund in refunds.iter().rev().filter(|refund| refund.state == "WAITING") {
        let taken = rest.min(refund.amount).max(0);
        if taken > 0 {
            changed.push((refund.id.as_str(), refund.amount.saturating_sub(taken)));
            rest = rest.saturating_sub(taken);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(payment: &str, left: i64) -> Source {
        Source { payment: payment.to_owned(), left }
    }

    #[test]
    fn money_goes_back_where_it_came_from_and_the_rest_by_hand() {
        let sources = [source("pay_2", 30), source("pay_1", 50)];
        let part = |payment: &str, amount| Part { payment: payment.to_owned(), amount };
        assert_eq!(spread(20, &sources), (vec![part("pay_2", 20)], 0));
        assert_eq!(spread(60, &sources), (vec![part("pay_2", 30), part("pay_1", 30)], 0));
        assert_eq!(spread(100, &sources), (vec![part("pay_2", 30), part("pay_1", 50)], 20));
        assert_eq!(spread(0, &sources), (Vec::new(), 0));
    }

    #[test]
    fn what_is_written_down_is_no_news() {
        let captured = Captured { intent: "pi_1".to_owned(), amount: 100, fee: Some(3) };
        let seen = Seen { captured: Some(captured.clone()), ..Seen::default() };
        assert_eq!(compare(&Known::default(), &seen), [News::Captured(captured), News::Fee(3)]);
        assert_eq!(compare(&Known { paid: true, fee: true, ..Known::default() }, &seen), []);
        let open = Seen { open: true, ..Seen::default() };
        assert_eq!(compare(&Known { wanted: true, ..Known::default() }, &open), []);
        assert_eq!(compare(&Known::default(), &open), [News::Close]);
        assert_eq!(compare(&Known { wanted: true, ..Known::default() }, &Seen::default()), [News::Ended]);
        assert_eq!(compare(&Known { ended: true, ..Known::default() }, &Seen::default()), []);
    }

    #[test]
    fn what_somebody_gave_back_at_the_providers_is_not_sent_once_more() {
        let refund = |id: &str, state: &str, amount| KnownRefund {
            id: id.to_owned(),
            reference: None,
            state: state.to_owned(),
            amount,
        };
        let known = Known {
            paid: true,
            fee: true,
            refunds: vec![refund("ref_1", "WAITING", 60), refund("ref_2", "WAITING", 40)],
            ..Known::default()
        };
        let elsewhere = SeenRefund { reference: "re_1".to_owned(), amount: 50, state: Returned::Done, ours: None };
        let captured = Some(Captured { intent: "pi_1".to_owned(), amount: 100, fee: None });
        let seen = Seen { captured, refunds: vec![elsewhere], ..Seen::default() };
        let back = News::Back { reference: "re_1".to_owned(), amount: 50, ours: None };
        assert_eq!(compare(&known, &seen), [News::Trim(50), back]);
        assert_eq!(trimmed(&known.refunds, 50), [("ref_2", 0), ("ref_1", 50)]);
    }
}
