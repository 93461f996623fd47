//! Telling others what happened: event log → queue → signed delivery → retry.
pub mod event;
pub mod payload;
pub mod schedule;
pub mod signing;
pub mod target;
