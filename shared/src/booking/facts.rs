//! What a decision looks at ([`Facts`]) and what it asks for ([`Effects`], [`Refused`]).

use super::refund::ItemTerms;
use super::state::{Actor, words};
use crate::money::Minor;
use crate::zone::Instant;
use serde::{Deserialize, Serialize};

/// All that the life cycle needs to know of a booking. Amounts are in its currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The moment of the action.
    pub now: Instant,
    /// Who acts.
    pub by: Actor,
    /// The items, at least one; for a move the old times. Where the party changes: the part of the price that is called off
    /// with its tiers, and beside it what stays, without any.
    pub items: Vec<ItemTerms>,
    /// What had to be paid to book.
    #[serde(default)]
    pub due_now: Minor,
    /// All that was ever paid, this payment included.
    #[serde(default)]
    pub paid: Minor,
    /// All that ever went back or is on its way; for [`MoneyBack`](super::Action::MoneyBack) only what went back.
    #[serde(default)]
    pub refunded: Minor,
    /// What just arrived, for [`Settle`](super::Action::Settle).
    #[serde(default)]
    pub payment: Minor,
    /// What to give back, by staff's own choice; none means what the rules give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<Minor>,
    /// Staff approve every booking of this.
    #[serde(default)]
    pub approval: bool,
    /// When hold, request or proposal runs out; none means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// It has claims that are neither released nor run out at `now`.
    #[serde(default)]
    pub holds_claims: bool,
    /// The claims that it would have to make could be made. The edge asks the engine, applies, and writes in one batch;
    /// if the database refuses the claims after all, it applies again with `false`.
    #[serde(default)]
    pub free: bool,
    /// Customers may cancel until so many minutes before the start; none means not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_until: Option<u32>,
    /// Customers may move it until so many minutes before the start; none means not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reschedule_until: Option<u32>,
}

/// What has to be done, all of it or nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effects {
    /// To the claims.
    pub claims: ClaimEffect,
    /// To be paid back now; the provider's word on it is [`MoneyBack`](super::Action::MoneyBack).
    #[serde(default)]
    pub refund: Minor,
    /// To be marked on the booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// To be told to the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// For the event log, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventType>,
}

words! {
    /// What happens to a booking's claims.
    ClaimEffect {
        /// Nothing.
        Keep = "KEEP",
        /// They are released.
        Release = "RELEASE",
        /// They no longer run out.
        Firm = "FIRM",
        /// They are made anew, not to run out.
        Take = "TAKE",
        /// The old are released and new ones made, in one step.
        Move = "MOVE",
    }
}

words! {
    /// A fact beside the state.
    Mark {
        /// They are there.
        CheckedIn = "CHECKED_IN",
        /// They did not come.
        NoShow = "NO_SHOW",
        /// Neither is said any more.
        Unmarked = "UNMARKED",
        /// It was moved from another time.
        Rescheduled = "RESCHEDULED",
    }
}

words! {
    /// A message to the customer.
    Mail {
        /// It will happen.
        Confirmed = "CONFIRMED",
        /// The request arrived; staff will decide.
        Requested = "REQUESTED",
        /// Staff said no.
        Rejected = "REJECTED",
        /// Nobody decided in time.
        RequestExpired = "REQUEST_EXPIRED",
        /// Called off.
        Cancelled = "CANCELLED",
        /// Called off because too few came.
        ThresholdMissed = "THRESHOLD_MISSED",
        /// Moved.
        Rescheduled = "RESCHEDULED",
        /// Money came too late and goes back.
        PaidTooLate = "PAID_TOO_LATE",
        /// Money arrived.
        PaymentReceived = "PAYMENT_RECEIVED",
        /// Money went back.
        Refunded = "REFUNDED",
        /// A proposal was reserved for them.
        ProposalReserved = "PROPOSAL_RESERVED",
    }
}

words! {
    /// Types of the event log that the life cycle writes, in their one spelling.
    EventType {
        /// A booking came to be: confirmed or requested.
        BookingCreated = "booking.created",
        /// Something about it changed.
        BookingUpdated = "booking.updated",
        /// Moved.
        BookingRescheduled = "booking.rescheduled",
        /// Called off.
        BookingCancelled = "booking.cancelled",
        /// Staff said yes.
        BookingApproved = "booking.approved",
        /// Staff said no.
        BookingRejected = "booking.rejected",
        /// Nobody came.
        BookingNoShow = "booking.no_show",
        /// It is over.
        BookingCompleted = "booking.completed",
        /// Money arrived.
        PaymentSucceeded = "payment.succeeded",
        /// Money went back.
        PaymentRefunded = "payment.refunded",
        /// The booking seen as a sale: it came to be.
        OrderCreated = "order.created",
        /// Its status changed.
        OrderUpdated = "order.updated",
        /// Completed or checked in.
        OrderFulfilled = "order.fulfilled",
        /// Called off.
        OrderCanceled = "order.canceled",
    }
}

/// Why an action is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refused {
    /// The table has no such step.
    Impossible,
    /// The step is there, but not for this actor.
    NotAllowed,
    /// The policy let customers do it until then.
    TooLate {
        /// Until when; none means never.
        until: Option<Instant>,
    },
    /// It can be done from then on.
    TooEarly {
        /// From when.
        from: Instant,
    },
    /// This much more has to be paid first.
    Unpaid {
        /// Minor units.
        missing: Minor,
    },
    /// The time is taken.
    Taken,
    /// No more than this can go back.
    RefundTooLarge {
        /// Minor units.
        most: Minor,
    },
    /// The facts contradict themselves: no items, or amounts out of bounds.
    BadFacts,
}

impl Refused {
    /// A word for it that stays the same, for `code` in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Impossible => "impossible_transition",
            Self::NotAllowed => "not_allowed",
            Self::TooLate { .. } => "too_late",
            Self::TooEarly { .. } => "too_early",
            Self::Unpaid { .. } => "unpaid",
            Self::Taken => "sold_out",
            Self::RefundTooLarge { .. } => "refund_too_large",
            Self::BadFacts => "bad_facts",
        }
    }
}
