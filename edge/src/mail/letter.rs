//! What a mail can tell: one variant for each kind, with everything its words need. Links are whole addresses.

use super::booking::Booking;
use serde::{Deserialize, Serialize};

/// What a mail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Letter {
    /// Somebody signed up with this address: is it theirs?
    ConfirmAddress {
        /// Who.
        name: String,
        /// Confirms it, once.
        link: String,
    },
    /// Somebody signed up with an address that has an account.
    KnownAddress {
        /// Where the account's owner signs in.
        link: String,
    },
    /// The way to a new password.
    ResetPassword {
        /// Leads to it, once.
        link: String,
    },
    /// The password is another one now.
    PasswordChanged {
        /// Leads to a new one, if it was somebody else.
        link: String,
    },
    /// Somebody is asked to join an organization.
    Invitation {
        /// Name of the organization.
        organization: String,
        /// Who asks.
        by: String,
        /// What they would be, as the API writes it.
        role: String,
        /// Accepts, once.
        link: String,
    },
    /// Seats came free for somebody who waited.
    SeatsFree {
        /// Who.
        name: String,
        /// Name of the organization.
        organization: String,
        /// Name of the offering.
        offering: String,
        /// IANA, of the venue.
        timezone: String,
        /// Its start, in seconds since 1970.
        starts_at: i64,
        /// Its end.
        ends_at: i64,
        /// Until when they are kept.
        until: i64,
        /// Takes them, or says no.
        link: String,
        /// Leaves the list, in one click.
        unsubscribe: Option<String>,
    },
    /// Somebody handed in an event with this address: was it them?
    ConfirmSubmission {
        /// Who.
        name: String,
        /// For whose calendar.
        organization: String,
        /// What the event is called.
        title: String,
        /// Their page, which confirms it.
        link: String,
    },
    /// Staff decided on an event.
    SubmissionDecided {
        /// For whose calendar.
        organization: String,
        /// What the event is called.
        title: String,
        /// `PUBLISHED`, `REJECTED`, `CHANGES_REQUESTED` or `REVERTED`.
        outcome: String,
        /// What staff said.
        note: Option<String>,
        /// Their page.
        link: String,
    },
    /// Something about a booking.
    Booking(Box<Booking>),
    /// A webhook endpoint has done nothing but fail for a day.
    WebhookFailing {
        /// Name of the organization.
        organization: String,
        /// Where to.
        url: String,
        /// Since when, the organization's wall time.
        since: String,
        /// Where its deliveries can be seen.
        link: String,
    },
    /// Nothing is sent to a webhook endpoint any more.
    WebhookDisabled {
        /// Name of the organization.
        organization: String,
        /// Where to.
        url: String,
        /// It said itself that it is gone (410); otherwise it only failed for five days.
        gone: bool,
        /// Where it can be switched on again.
        link: String,
    },
    /// A linked calendar is busy while something is booked.
    CalendarClash {
        /// What its link is called.
        calendar: String,
        /// IANA, of the venue.
        timezone: String,
        /// What is booked.
        booked: Vec<Clashing>,
        /// Where both can be seen.
        link: String,
    },
}

/// Something that is booked while a linked calendar is busy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clashing {
    /// Name of the offering.
    pub name: String,
    /// Its start, in seconds since 1970.
    pub starts_at: i64,
    /// Its end.
    pub ends_at: i64,
}

impl Letter {
    /// Names the kind in lists and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ConfirmAddress { .. } => "account.confirm_address",
            Self::KnownAddress { .. } => "account.known_address",
            Self::ResetPassword { .. } => "account.reset_password",
            Self::PasswordChanged { .. } => "account.password_changed",
            Self::Invitation { .. } => "account.invitation",
            Self::SeatsFree { .. } => "waiting.seats_free",
            Self::ConfirmSubmission { .. } => "submission.confirm",
            Self::SubmissionDecided { .. } => "submission.decided",
            Self::Booking(booking) => booking.news.kind(),
            Self::WebhookFailing { .. } => "webhook.failing",
            Self::WebhookDisabled { .. } => "webhook.disabled",
            Self::CalendarClash { .. } => "calendar.clash",
        }
    }

    /// The booking that it is about, by public id.
    pub fn booking(&self) -> Option<&str> {
        match self {
            Self::Booking(booking) => Some(&booking.id),
            _ => None,
        }
    }

    /// Ends mails of this sort, where that is anybody's to choose: whatever concerns what somebody ordered or asked for at
    /// this moment comes in any case.
    pub fn unsubscribe(&self) -> Option<&str> {
        match self {
            Self::Booking(booking) => booking.unsubscribe.as_deref(),
            Self::SeatsFree { unsubscribe, .. } => unsubscribe.as_deref(),
            _ => None,
        }
    }
}
