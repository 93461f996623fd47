//! The integrations surface, `/api/zapier/…`: REST hooks and actions for an app that acts for one person. What it shows and
//! changes is that person's own, or, where they are staff, their organization's.

pub mod actions;
pub mod subscriptions;
pub mod triggers;
