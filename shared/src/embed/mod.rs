//! What widget and edge say to each other: the snapshot that the browser works from, and the few requests
//! that change something.
//!
//! The platform API uses the same shapes, so whatever the widget can do a partner can do too.

mod answers;
mod first;
mod requests;
mod snapshot;
mod timestamp;

pub use answers::*;
pub use first::First;
pub use requests::*;
pub use snapshot::*;
pub use timestamp::Timestamp;
