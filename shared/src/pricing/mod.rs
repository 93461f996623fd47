//! What it costs: every step a visible line, every line an integer.
//!
//! [`book`] is what the business set, [`model`] what is asked and answered, [`amount`] the arithmetic.

pub mod amount;
pub mod book;
pub mod model;

pub use amount::{Overflow, percent_of, split};
pub use book::*;
pub use model::*;
