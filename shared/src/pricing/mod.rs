//! What it costs: every step a visible line, every line an integer.
//!
//! [`book`] is what the business set, [`model`] what is asked and answered.

pub mod book;
pub mod model;

pub use book::*;
pub use model::*;
