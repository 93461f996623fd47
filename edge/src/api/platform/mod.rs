//! The product's own API, `/api/…`: the widget, the console and partners use it.

pub mod health;
