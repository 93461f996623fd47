//! iCalendar (RFC 5545): what is booked, written for other people's calendars.
//!
//! Reading order: [`write`] (the one writer), [`booking`] (a booking as entries: files and messages), [`staff`] (the same for those who work on it), [`links`] ("add to"
//! Google and Outlook); then what others wrote: [`lines`], [`times`], [`rule`] (what repeats) and [`busy`] (when somebody has
//! no time). Pure: clock, zone and addresses are arguments.

pub mod booking;
pub mod busy;
#[cfg(test)]
mod busy_tests;
pub mod lines;
pub mod links;
pub mod rule;
pub mod staff;
pub mod times;
pub mod words;
pub mod write;

pub use write::Method;
