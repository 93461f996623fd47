//! What can be busy: vehicles, guides, rooms. Their hours, their times off, and who needs them.

pub mod lift;
pub mod rules;
pub mod store;
pub mod usage;
