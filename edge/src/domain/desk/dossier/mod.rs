//! All that is known of one booking beside the booking itself: its money, its customer, what became of it.

pub mod store;
