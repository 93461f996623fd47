//! Calendars for embedding: which offerings, how they look, who may embed them.

pub mod rules;
pub mod store;
pub mod theme;
