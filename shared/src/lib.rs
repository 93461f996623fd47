//! The engine: what is free, what it costs, what may happen next.
//!
//! Pure. No I/O, no clock (`now` is an argument), no random numbers, no zone database, no floats,
//! no panic on any input. The same code decides in the browser and at the edge.
//!
//! Reading order: [`id`], [`money`], [`civil`], [`zone`], then [`schedule`] (when things happen),
//! [`availability`] (what is free), [`pricing`] (what it costs), [`booking`] (what may happen next)
//! and [`embed`] (what widget and edge say to each other).
//!
//! Every type's JSON is plain: camelCase keys, externally tagged enums, no flattening. That keeps the
//! deserialisers small in the browser.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod availability;
pub mod booking;
pub mod civil;
pub mod embed;
pub mod id;
pub mod money;
mod order;
pub mod party;
pub mod pricing;
pub mod schedule;
pub mod zone;
