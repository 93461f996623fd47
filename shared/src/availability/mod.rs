//! What is free: slots of an offering, and the claims that a booking of one would need.

pub mod model;

pub use model::*;
