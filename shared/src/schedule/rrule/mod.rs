//! Schedules as RFC 5545 (iCalendar) text and back.
//!
//! [`import`] reads property lines (`DTSTART`, `DTEND` or `DURATION`, `RRULE`, `RDATE`, `EXDATE`), [`export`] writes
//! them. Nothing is dropped in silence: what a [`Schedule`](super::Schedule) cannot hold is [`Refused`] by name, what
//! iCalendar cannot say is [`Unsayable`].
//!
//! Two points on which the RFC leaves room or the engine has its own law:
//! - A `DTSTART` that its `RRULE` does not give only says from when on the rule counts (the RFC calls the result
//!   undefined; dateutil and rrule.js read it so too).
//! - A wall time that the clocks skip is the first instant after the gap, as everywhere in the engine.

mod dates;
mod export;
mod import;
mod lines;
mod values;

pub use export::{Unsayable, export};
pub use import::{Imported, Start, import};

use serde::Serialize;

/// Why text was not taken, and which part of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// The part, as it was written: `BYSETPOS=2`, `EXRULE`. At most 80 bytes of it.
    pub part: String,
    /// What is the matter with it.
    pub why: Why,
}

/// What is the matter with a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// Not written as RFC 5545 has it, or out of its range.
    Malformed,
    /// Well written, but no schedule can hold it.
    Unsupported,
    /// Wanted, but not there.
    Missing,
    /// There more than once.
    Repeated,
    /// Does not go with another part: `COUNT` with `UNTIL`, a date with a time of day.
    Conflict,
    /// In another time zone than the venue's.
    ForeignZone,
}

impl Why {
    fn of(self, part: &str) -> Refused {
        let end = (0..=part.len().min(80)).rev().find(|end| part.is_char_boundary(*end)).unwrap_or(0);
        Refused { part: part.get(..end).unwrap_or_default().to_owned(), why: self }
    }
}

/// Weekdays in RFC 5545, Monday first.
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
