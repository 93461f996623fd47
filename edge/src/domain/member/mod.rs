//! Who works in an organization: members, their roles, and those who are asked to come.

pub mod join;
pub mod rules;
pub mod store;

/// How long an invitation can be accepted, in seconds.
pub const INVITATION_SECONDS: i64 = 7 * 86_400;

/// Invitations of an organization that may be open at a time.
pub const MOST_INVITATIONS: i64 = 100;
