//! What the wire says. A folder per surface; a handler extracts, authorizes, makes one domain call and renders.

pub mod body;
pub mod openapi;
pub mod page;
pub mod platform;
