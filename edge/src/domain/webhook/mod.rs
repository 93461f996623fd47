//! Who wants to hear what: endpoints of an organization, their secrets and what was sent to them.

pub mod edit;
pub mod rules;
pub mod secret;
pub mod store;
pub mod trouble;
