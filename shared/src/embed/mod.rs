//! What widget and edge say to each other: the snapshot that the browser works from, and the few requests
//! that change something.
//!
//! The platform API uses the same shapes, so whatever the widget can do a partner can do too.

mod requests;
mod timestamp;

pub use requests::*;
pub use timestamp::Timestamp;
