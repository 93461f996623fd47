//! What the wire says. A folder per surface; a handler extracts, authorizes, makes one domain call and renders.

pub mod apps;
pub mod body;
pub mod cors;
pub mod embed;
pub mod freshness;
pub mod given;
pub mod idempotency;
pub mod integrations;
pub mod objects;
pub mod once;
pub mod openapi;
pub mod order_body;
pub mod page;
pub mod platform;
pub mod query;
pub mod refusals;
pub mod rooms;
