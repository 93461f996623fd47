//! The product's own API, `/api/…`: the widget, the console and partners use it.

pub mod auth;
pub mod health;
pub mod meta;
pub mod webhooks;
