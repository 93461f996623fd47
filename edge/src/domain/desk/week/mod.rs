//! What a resource does in a week.

pub mod store;
