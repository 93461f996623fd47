//! What it costs: every step a visible line, every line an integer.
//!
//! [`book`] is what the business set, [`model`] what is asked and answered, [`quote()`] the order of evaluation;
//! the steps are `base`, `group`, `coupon`, `automatic` and `tax`, all written on one `sheet`. [`amount`] is the
//! arithmetic, [`diff()`] what changed since the last quote.

pub mod amount;
pub mod book;
pub mod model;

mod automatic;
mod base;
mod coupon;
mod diff;
mod group;
mod hash;
mod quote;
mod sheet;
mod tax;

pub use amount::{Overflow, percent_of, split};
pub use book::*;
pub use diff::{LineChange, QuoteDiff, diff};
pub use model::*;
pub use quote::quote;
