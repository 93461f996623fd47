//! Calendars on other servers: CalDAV (RFC 4791) with an account, or an address that is only read.
//!
//! Reading order: [`http`] (how a server is asked, and which are not), [`xml`] (what a server answers), [`guard`] (which is left alone), [`find`] (which
//! calendars an account has), [`read`] (what changed in one), [`write`] (one event in it). Nothing here knows bookings.

pub mod find;
pub mod guard;
pub mod http;
pub mod read;
pub mod write;
pub mod xml;

pub use http::{Account, Fault};
