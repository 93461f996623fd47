//! What happened to a booking, as a mail to whoever booked.

use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::account;
use crate::domain::booking::book::unsealed;
use crate::domain::booking::change::Found;
use crate::mail::booking::{Booking, Item, News};
use crate::mail::{self, Letter, Mail};
use shared::booking::{Action, Actor, Mail as Wanted};
use shared::pricing::Quote;

/// What is told of an action, by what the life cycle asks for: one mail at most. What goes back with a cancellation stands
/// in the mail about that.
pub fn news_of(action: Action, by: Actor, wanted: &[Wanted]) -> Option<News> {
    let first = wanted.iter().find(|mail| **mail != Wanted::Refunded).or_else(|| wanted.first());
    if action == Action::ChangeParty {
        return Some(News::Changed);
    }
    Some(match first? {
        Wanted::Confirmed if action == Action::Approve => News::Approved,
        Wanted::Confirmed => News::Confirmed,
        Wanted::Requested => News::Requested,
        Wanted::Rejected => News::Rejected,
        Wanted::RequestExpired => News::Expired,
        Wanted::Cancelled if by == Actor::Customer => News::Cancelled,
        Wanted::Cancelled => News::CalledOff,
        Wanted::ThresholdMissed => News::TooFew,
        Wanted::Rescheduled => News::Moved,
        Wanted::PaidTooLate => News::PaidTooLate,
        Wanted::PaymentReceived => News::Paid,
        Wanted::Refunded => News::Refunded,
        Wanted::ProposalReserved => return None,
    })
}

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// What happened.
    pub news: News,
    /// The price, where it is another than the booking's row says.
    pub quote: Option<&'a Quote>,
    /// What came in or went back with it.
    pub amount: i64,
    /// Where it was before it moved.
    pub before: Option<i64>,
    /// Why.
    pub reason: Option<&'a str>,
    /// It was confirmed before, so that it is in the reader's calendar.
    pub entered: bool,
}

impl Telling<'_> {
    /// News and nothing besides.
    pub const fn of(news: News) -> Self {
        Self { news, quote: None, amount: 0, before: None, reason: None, entered: true }
    }
}

/// A booking as a mail tells it.
pub fn about(context: &Context, (row, items): &Found, telling: &Telling<'_>) -> Booking {
    let token = unsealed(context, row.token_sealed.as_deref(), &row.public_id);
    let item = |item: &crate::domain::booking::store::ItemRow| Item {
        position: item.position,
        name: item.name.clone(),
        starts_at: item.starts_at,
        ends_at: item.ends_at,
        party: serde_json::from_str(&item.party).unwrap_or_default(),
        private: item.private != 0,
    };
    Booking {
        news: telling.news,
        id: row.public_id.clone(),
        name: row.contact_name.clone().unwrap_or_default(),
        timezone: row.timezone.clone(),
        currency: row.currency,
        items: items.iter().map(item).collect(),
        before: telling.before,
        quote: telling.quote.cloned().or_else(|| serde_json::from_str(&row.quote).ok()),
        owed: row.owed,
        paid: row.paid,
        repaid: row.repaid,
        amount: telling.amount,
        reason: telling.reason.map(str::to_owned),
        link: token.map(|token| page(context, &token)).unwrap_or_default(),
        sequence: row.version,
        entered: telling.entered,
        unsubscribe: None,
    }
}

/// The customer's own page.
pub fn page(context: &Context, token: &str) -> String {
    account::link(context, &format!("/b/{token}"), None)
}

/// The statement that queues a mail about a booking, for the batch of the change. None where there is nobody to write to; and
/// where nothing can be sealed, since a shop that cannot write still sells.
pub fn queued(
    context: &Context,
    org: i64,
    to: Option<&str>,
    language: &str,
    booking: Booking,
) -> Result<Option<Statement>, StoreError> {
    let Some(to) = to.filter(|to| !to.is_empty()) else { return Ok(None) };
    if context.sealing_keys().is_none() {
        worker::console_error!("nothing was mailed about {}: SEALING_KEYS is missing or unreadable", booking.id);
        return Ok(None);
    }
    let letter = Letter::Booking(Box::new(booking));
    let queued = mail::queue(context, &Mail { org: Some(org), to, language, letter: &letter });
    queued.map(Some).map_err(|problem| StoreError::Failed(format!("{problem:?}")))
}

/// The same of a booking as it is read, in its own language.
pub fn told(context: &Context, found: &Found, telling: &Telling<'_>) -> Result<Option<Statement>, StoreError> {
    let row = &found.0;
    let language = row.locale.as_deref().unwrap_or(&row.org_locale);
    queued(context, row.org_id, row.contact_email.as_deref(), language, about(context, found, telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_back_with_a_cancellation_is_one_mail_with_it() {
        let told = |action, by, wanted: &[Wanted]| news_of(action, by, wanted);
        assert_eq!(
            told(Action::Cancel, Actor::Customer, &[Wanted::Cancelled, Wanted::Refunded]),
            Some(News::Cancelled)
        );
        assert_eq!(told(Action::Cancel, Actor::Staff, &[Wanted::Cancelled]), Some(News::CalledOff));
        assert_eq!(told(Action::Refund, Actor::Staff, &[Wanted::Refunded]), Some(News::Refunded));
        assert_eq!(told(Action::Approve, Actor::Staff, &[Wanted::Confirmed]), Some(News::Approved));
        assert_eq!(told(Action::Reinstate, Actor::Staff, &[Wanted::Confirmed]), Some(News::Confirmed));
        assert_eq!(told(Action::ChangeParty, Actor::Customer, &[]), Some(News::Changed));
        assert_eq!(told(Action::ChangeParty, Actor::Customer, &[Wanted::Refunded]), Some(News::Changed));
        assert_eq!(told(Action::CheckIn, Actor::Staff, &[]), None);
    }
}
