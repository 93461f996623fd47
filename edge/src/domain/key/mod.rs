//! Keys of programs: made by a member, for what that member may do, in organizations of that member.
//!
//! A key is `dmk_live_…` or `dmk_test_…`. The prefix tells people and secret scanners apart what is in use and what is being
//! tried; both act on the same organization, with the same rules.

pub mod rules;
pub mod store;

/// Keys that one person may have at a time.
pub const MOST_KEYS: i64 = 100;
