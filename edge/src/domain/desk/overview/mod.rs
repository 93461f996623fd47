//! What stands over every page of the desk: whose it is, and what waits there for somebody.

pub mod store;
