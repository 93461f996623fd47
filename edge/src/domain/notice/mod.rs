//! What is told by mail of a booking, to whom, and when: by what happened to it ([`tell`]), by the clock ([`remind`]), once more
//! on staff's word ([`again`]); and who does not want it ([`refusal`]).
//!
//! A mail is queued in the batch of what it tells. What it tells is decided here, how it is said in `mail`.

pub mod again;
pub mod refusal;
pub mod remind;
pub mod store;
pub mod tell;

pub use tell::{Telling, news_of, queued, told};
