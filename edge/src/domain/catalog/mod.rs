//! The catalogue: what can be booked, what it needs and what it costs, loaded as the engine wants it.

pub mod edit;
pub mod slots;
pub mod snapshot;
pub mod store;
pub mod venue;

pub use store::Scope;
pub use venue::Venue;
