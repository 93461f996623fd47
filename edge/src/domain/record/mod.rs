//! What belongs to every change that somebody makes: that it happened at all, who made it, and what it tells outside.

pub mod store;
