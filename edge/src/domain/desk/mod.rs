//! What staff look at: lists over a whole organization. Reads only.

pub mod store;
