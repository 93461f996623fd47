//! iCalendar (RFC 5545): what is booked, written for other people's calendars.
//!
//! Reading order: [`write`] (the one writer), [`booking`] (a booking as entries: files and messages), [`links`] ("add to"
//! Google and Outlook). Pure: clock, zone and addresses are arguments.

pub mod booking;
pub mod links;
pub mod write;

pub use write::Method;
