//! The table of the life cycle: which state may follow which, by what action, through whom. Data, not code;
//! [`apply`](super::apply()) decides by it, the edge publishes it and checks its SQL trigger against it.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All of them, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is written in JSON and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads what [`as_str`](Self::as_str) writes.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}
pub(super) use words;

words! {
    /// Where a booking stands.
    State {
        /// A proposal that holds nothing.
        ProposalOpen = "PROPOSAL_OPEN",
        /// A proposal with its time reserved.
        ProposalReserved = "PROPOSAL_RESERVED",
        /// A proposal that staff have to look at.
        ProposalReview = "PROPOSAL_REVIEW",
        /// Held, not yet paid.
        Pending = "PENDING",
        /// Paid or nothing due; staff decide.
        AwaitingApproval = "AWAITING_APPROVAL",
        /// It will happen.
        Confirmed = "CONFIRMED",
        /// Its time to be confirmed ran out.
        Expired = "EXPIRED",
        /// Staff said no.
        Rejected = "REJECTED",
        /// Called off.
        Cancelled = "CANCELLED",
        /// All money went back.
        Refunded = "REFUNDED",
        /// It happened.
        Completed = "COMPLETED",
    }
}

words! {
    /// What is done to a booking.
    Action {
        /// The proposal's time is reserved.
        Reserve = "RESERVE",
        /// The proposal's time is given free.
        Unreserve = "UNRESERVE",
        /// The proposal is sent to staff.
        Submit = "SUBMIT",
        /// The proposal becomes a booking.
        Confirm = "CONFIRM",
        /// Money arrived, or none is due.
        Settle = "SETTLE",
        /// Staff say yes, to a request or to a proposal under review.
        Approve = "APPROVE",
        /// Staff say no.
        Reject = "REJECT",
        /// Its time ran out: hold, approval or proposal.
        Expire = "EXPIRE",
        /// Called off.
        Cancel = "CANCEL",
        /// Called off because too few came.
        MissThreshold = "MISS_THRESHOLD",
        /// Moved to another time.
        Reschedule = "RESCHEDULE",
        /// More or fewer come.
        ChangeParty = "CHANGE_PARTY",
        /// Brought back.
        Reinstate = "REINSTATE",
        /// Staff give money back.
        Refund = "REFUND",
        /// The payment provider says that money went back.
        MoneyBack = "MONEY_BACK",
        /// The guests are there.
        CheckIn = "CHECK_IN",
        /// The guests did not come.
        NoShow = "NO_SHOW",
        /// The mark that they are there, or did not come, is taken back.
        Unmark = "UNMARK",
        /// It is over.
        Complete = "COMPLETE",
    }
}

words! {
    /// Who does it.
    Actor {
        /// Whoever booked, by the booking's own token.
        Customer = "CUSTOMER",
        /// A member with the permission to change bookings.
        Staff = "STAFF",
        /// The clock or the payment provider.
        System = "SYSTEM",
    }
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Rule {
    /// From which state.
    pub from: State,
    /// By what.
    pub action: Action,
    /// To which; the same one where only facts change.
    pub to: State,
    /// Through whom.
    pub by: &'static [Actor],
    /// When, for people to read.
    pub when: &'static str,
}

use Action::*;
use State::*;

const CUSTOMER_STAFF: &[Actor] = &[Actor::Customer, Actor::Staff];
const STAFF: &[Actor] = &[Actor::Staff];
const STAFF_SYSTEM: &[Actor] = &[Actor::Staff, Actor::System];
const SYSTEM: &[Actor] = &[Actor::System];
const ANYBODY: &[Actor] = &[Actor::Customer, Actor::Staff, Actor::System];

const fn row(from: State, action: Action, to: State, by: &'static [Actor], when: &'static str) -> Rule {
    Rule { from, action, to, by, when }
}

/// The whole table.
pub const RULES: &[Rule] = &[
    row(ProposalOpen, Reserve, ProposalReserved, STAFF, "the time is free"),
    row(ProposalReserved, Unreserve, ProposalOpen, STAFF, ""),
    row(ProposalOpen, Submit, ProposalReview, CUSTOMER_STAFF, ""),
    row(ProposalReserved, Submit, ProposalReview, CUSTOMER_STAFF, ""),
    row(ProposalReview, Approve, ProposalReserved, STAFF, "the time is free or reserved already"),
    row(ProposalOpen, Confirm, Confirmed, ANYBODY, "the time is free; paid, nothing due, or by staff"),
    row(ProposalReserved, Confirm, Confirmed, ANYBODY, "paid, nothing due, or by staff"),
    row(ProposalReview, Confirm, Confirmed, STAFF, "the time is free or reserved already"),
    row(ProposalOpen, Cancel, Cancelled, CUSTOMER_STAFF, ""),
    row(ProposalReserved, Cancel, Cancelled, CUSTOMER_STAFF, ""),
    row(ProposalReview, Cancel, Cancelled, CUSTOMER_STAFF, ""),
    row(ProposalOpen, Expire, Expired, SYSTEM, "its valid-through date is over"),
    row(ProposalReserved, Expire, Expired, SYSTEM, "its valid-through date is over"),
    row(ProposalReview, Expire, Expired, SYSTEM, "its valid-through date is over"),
    row(Pending, Settle, AwaitingApproval, ANYBODY, "paid or nothing due, approval on"),
    row(Pending, Settle, Confirmed, ANYBODY, "paid or nothing due"),
    row(Pending, Settle, Expired, ANYBODY, "paid after the hold ran out, and the time is taken: the money goes back"),
    row(Pending, Expire, Expired, SYSTEM, "the hold ran out"),
    row(Pending, Cancel, Cancelled, CUSTOMER_STAFF, ""),
    row(AwaitingApproval, Settle, AwaitingApproval, ANYBODY, "more money arrived"),
    row(AwaitingApproval, Approve, Confirmed, STAFF, ""),
    row(AwaitingApproval, Reject, Rejected, STAFF, ""),
    row(AwaitingApproval, Expire, Expired, SYSTEM, "the time to approve ran out"),
    row(AwaitingApproval, Cancel, Cancelled, CUSTOMER_STAFF, ""),
    row(AwaitingApproval, MoneyBack, AwaitingApproval, STAFF_SYSTEM, ""),
    row(AwaitingApproval, MissThreshold, Cancelled, STAFF_SYSTEM, "too few came in time"),
    row(Confirmed, Settle, Confirmed, ANYBODY, "more money arrived"),
    row(Confirmed, Reschedule, Confirmed, CUSTOMER_STAFF, "the new time is free; customers within the policy"),
    row(Confirmed, ChangeParty, Confirmed, CUSTOMER_STAFF, "there is room for more; customers within the policy"),
    row(Confirmed, Cancel, Cancelled, CUSTOMER_STAFF, "customers within the policy"),
    row(Confirmed, MissThreshold, Cancelled, STAFF_SYSTEM, "too few came in time"),
    row(Confirmed, Refund, Confirmed, STAFF, "no more than was paid"),
    row(Confirmed, MoneyBack, Confirmed, STAFF_SYSTEM, ""),
    row(Confirmed, CheckIn, Confirmed, STAFF, ""),
    row(Confirmed, NoShow, Confirmed, STAFF, "it has started"),
    row(Confirmed, Unmark, Confirmed, STAFF, ""),
    row(Confirmed, Complete, Completed, STAFF_SYSTEM, "it has ended"),
    row(Expired, Settle, AwaitingApproval, ANYBODY, "paid late, approval on, and the time is still free"),
    row(Expired, Settle, Confirmed, ANYBODY, "paid late, and the time is still free"),
    row(Expired, Settle, Expired, ANYBODY, "paid late, and the time is taken: the money goes back"),
    row(Expired, MoneyBack, Expired, STAFF_SYSTEM, ""),
    row(Rejected, Settle, Rejected, ANYBODY, "paid late: the money goes back"),
    row(Rejected, Reinstate, Confirmed, STAFF, "the time is free"),
    row(Rejected, Refund, Rejected, STAFF, "no more than was paid"),
    row(Rejected, MoneyBack, Rejected, STAFF_SYSTEM, "a part went back"),
    row(Rejected, MoneyBack, Refunded, STAFF_SYSTEM, "all went back"),
    row(Cancelled, Settle, Cancelled, ANYBODY, "paid late: the money goes back"),
    row(Cancelled, Reinstate, Confirmed, STAFF, "the time is free"),
    row(Cancelled, Refund, Cancelled, STAFF, "no more than was paid"),
    row(Cancelled, MoneyBack, Cancelled, STAFF_SYSTEM, "a part went back"),
    row(Cancelled, MoneyBack, Refunded, STAFF_SYSTEM, "all went back"),
    row(Refunded, Settle, Refunded, ANYBODY, "paid late: the money goes back"),
    row(Refunded, MoneyBack, Refunded, STAFF_SYSTEM, ""),
    row(Completed, Settle, Completed, ANYBODY, "more money arrived"),
    row(Completed, Refund, Completed, STAFF, "no more than was paid"),
    row(Completed, MoneyBack, Completed, STAFF_SYSTEM, "a part went back"),
    row(Completed, MoneyBack, Refunded, STAFF_SYSTEM, "all went back"),
    row(Completed, CheckIn, Completed, STAFF, ""),
    row(Completed, NoShow, Completed, STAFF, ""),
    row(Completed, Unmark, Completed, STAFF, ""),
];

/// Every change of state that may happen, each once. A booking that stays in its state makes no transition.
pub fn transitions() -> impl Iterator<Item = (State, State)> {
    RULES.iter().enumerate().filter_map(|(index, rule)| {
        let pair = (rule.from, rule.to);
        let seen = RULES.iter().take(index).any(|earlier| (earlier.from, earlier.to) == pair);
        (rule.from != rule.to && !seen).then_some(pair)
    })
}

impl State {
    /// What may be tried on it, whoever does it.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| rule(self, *action).is_some())
    }

    /// Whether it is a proposal.
    pub fn is_proposal(self) -> bool {
        matches!(self, ProposalOpen | ProposalReserved | ProposalReview)
    }

    /// Whether it takes seats, or may.
    pub fn is_live(self) -> bool {
        self.is_proposal() || matches!(self, Pending | AwaitingApproval | Confirmed)
    }
}

/// The first row for an action on a state; all rows of the pair name the same actors.
pub(super) fn rule(from: State, action: Action) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.from == from && rule.action == action)
}
