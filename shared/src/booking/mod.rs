//! What may happen next: the life cycle of a booking.
//!
//! [`state`] is the table, [`facts`] what a decision looks at and what it asks for, [`apply()`] the decision,
//! [`refund`] what comes back on cancelling.

pub mod apply;
pub mod facts;
pub mod refund;
pub mod state;

pub use apply::apply;
pub use facts::*;
pub use refund::{ItemTerms, ThresholdDecision, decide_threshold, refund, refund_items};
pub use state::{Action, Actor, RULES, Rule, State, transitions};
