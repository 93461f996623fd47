//! What is free: slots of an offering, and the claims that a booking of one would need.
//!
//! Reading order: [`model`] (what goes in and comes out), `engine` (the questions one can ask), `sweep` (the decision on
//! each start), `reasons` (why not), `wish` (what is asked), `needs` and `free` (what the resources allow), `load` (what
//! claims add up to), `assign` (which resource serves), `redact` (what may leave the edge).

mod assign;
mod engine;
mod free;
mod load;
pub mod model;
mod needs;
mod reasons;
mod redact;
mod sweep;
mod wish;

pub use engine::{DepartureLoad, Engine};
pub use model::*;
pub use wish::party_of;
