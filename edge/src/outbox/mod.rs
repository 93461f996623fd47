//! Telling others what happened: event log → queue → signed delivery → retry.
//!
//! Reading order: [`event`] (the closed list of types), [`store`] (the log and its deliveries), [`consumer`] (the queue),
//! [`sender`] (the way of one delivery), [`signing`], [`target`], [`names`], [`delivery`], [`schedule`] (the pure
//! decisions on that way) and [`relay`] (what the queue lost).

pub mod consumer;
pub mod delivery;
pub mod event;
pub mod names;
pub mod relay;
pub mod schedule;
pub mod sender;
pub mod signing;
pub mod store;
pub mod target;

pub use consumer::announce;
pub use event::EventType;
