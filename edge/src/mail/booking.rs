//! What a mail tells of a booking. It is written down with the change that it tells of, so that two changes in a row are two
//! mails of which each tells its own; only the booking's number is looked up when the mail leaves.

use crate::ical::Method;
use serde::{Deserialize, Serialize};
use shared::money::{Currency, Minor};
use shared::party::Party;
use shared::pricing::Quote;

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum News {
    /// The request arrived.
    Requested,
    /// It will happen.
    Confirmed,
    /// Staff said yes.
    Approved,
    /// Staff said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// Called off by whoever booked.
    Cancelled,
    /// Called off by the business.
    CalledOff,
    /// Called off because too few came.
    TooFew,
    /// Enough came: it runs.
    Enough,
    /// Another time.
    Moved,
    /// Another party, or somebody else to reach.
    Changed,
    /// Money arrived.
    Paid,
    /// Money arrived when it had ended.
    PaidTooLate,
    /// Money went back.
    Refunded,
    /// It is soon.
    Reminder,
}

impl News {
    /// Names the kind in lists and logs, and its words.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Requested => "booking.requested",
            Self::Confirmed => "booking.confirmed",
            Self::Approved => "booking.approved",
            Self::Rejected => "booking.rejected",
            Self::Expired => "booking.expired",
            Self::Cancelled => "booking.cancelled",
            Self::CalledOff => "booking.called_off",
            Self::TooFew => "booking.too_few",
            Self::Enough => "booking.enough",
            Self::Moved => "booking.moved",
            Self::Changed => "booking.changed",
            Self::Paid => "booking.paid",
            Self::PaidTooLate => "booking.paid_too_late",
            Self::Refunded => "booking.refunded",
            Self::Reminder => "booking.reminder",
        }
    }

    /// Whether it is over with this.
    pub const fn over(self) -> bool {
        matches!(
            self,
            Self::Rejected | Self::Expired | Self::Cancelled | Self::CalledOff | Self::TooFew | Self::PaidTooLate
        )
    }

    /// What a calendar is to do. A calendar that never was asked to enter it has nothing to take out.
    pub const fn method(self, entered: bool) -> Option<Method> {
        match self {
            Self::Confirmed | Self::Approved | Self::Enough | Self::Moved | Self::Changed => Some(Method::Request),
            Self::Cancelled | Self::CalledOff | Self::TooFew if entered => Some(Method::Cancel),
            _ => None,
        }
    }

    /// Whether it still holds of a booking in that state; otherwise it is not sent once more.
    pub fn holds_in(self, state: &str) -> bool {
        match self {
            Self::Requested => state == "AWAITING_APPROVAL",
            Self::Confirmed | Self::Approved | Self::Enough | Self::Moved | Self::Changed | Self::Reminder => {
                matches!(state, "CONFIRMED" | "COMPLETED")
            }
            Self::Rejected => matches!(state, "REJECTED" | "REFUNDED"),
            Self::Expired => state == "EXPIRED",
            Self::Cancelled | Self::CalledOff | Self::TooFew => matches!(state, "CANCELLED" | "REFUNDED"),
            Self::Paid | Self::PaidTooLate | Self::Refunded => true,
        }
    }
}

/// A booking as a mail tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// What happened.
    pub news: News,
    /// `bkg_…`.
    pub id: String,
    /// Who booked.
    pub name: String,
    /// IANA, of the venue.
    pub timezone: String,
    /// Of all amounts.
    pub currency: Currency,
    /// What was booked.
    pub items: Vec<Item>,
    /// Where the first one was before it moved.
    pub before: Option<i64>,
    /// The price, line by line.
    pub quote: Option<Quote>,
    /// What it costs in the end.
    pub owed: Minor,
    /// All that came in.
    pub paid: Minor,
    /// All that went back.
    pub repaid: Minor,
    /// What came in or went back with this.
    pub amount: Minor,
    /// Why, in somebody's words.
    pub reason: Option<String>,
    /// Their own page.
    pub link: String,
    /// Grows with every change (RFC 5545 §3.8.7.4).
    pub sequence: i64,
    /// A calendar was asked to enter it before.
    pub entered: bool,
    /// Ends mails of this sort, in one click.
    pub unsubscribe: Option<String>,
}

/// A part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Its place in the booking, from 0.
    pub position: usize,
    /// Its name when it was booked.
    pub name: String,
    /// Seconds since 1970.
    pub starts_at: i64,
    /// Seconds since 1970.
    pub ends_at: i64,
    /// Who comes.
    pub party: Party,
    /// The departure for themselves.
    pub private: bool,
}

impl Booking {
    /// Its first start.
    pub fn starts_at(&self) -> i64 {
        self.items.iter().map(|item| item.starts_at).min().unwrap_or(0)
    }

    /// What is still to be paid; less than nothing where too much was.
    pub fn open(&self) -> Minor {
        self.owed.saturating_sub(self.paid).saturating_add(self.repaid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_takes_out_only_what_it_was_asked_to_enter() {
        assert_eq!(News::Cancelled.method(true), Some(Method::Cancel));
        assert_eq!(News::Cancelled.method(false), None);
        assert_eq!(News::Moved.method(true), Some(Method::Request));
        assert_eq!(News::Requested.method(false), None);
        assert_eq!(News::Reminder.method(true), None);
    }

    #[test]
    fn what_is_no_longer_true_is_not_sent_once_more() {
        assert!(News::Confirmed.holds_in("CONFIRMED"));
        assert!(!News::Confirmed.holds_in("CANCELLED"));
        assert!(!News::Requested.holds_in("CONFIRMED"));
        assert!(News::Cancelled.holds_in("REFUNDED"));
        assert!(News::Refunded.holds_in("CONFIRMED"));
    }
}
