//! The product's own API, `/api/…`: the widget, the console and partners use it.

pub mod add_ons;
pub mod auth;
pub mod availability;
pub mod bookings;
pub mod calendars;
pub mod coupons;
pub mod customers;
pub mod feeds;
pub mod health;
pub mod holds;
pub mod keys;
pub mod links;
pub mod mails;
pub mod members;
pub mod meta;
pub mod oauth;
pub mod offerings;
pub mod organization;
pub mod payments;
pub mod quotes;
pub mod resources;
pub mod submissions;
pub mod waiting;
pub mod webhooks;
