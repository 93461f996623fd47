//! What staff look at: lists over a whole organization. Reads only.

pub mod agenda;
pub mod dossier;
pub mod history;
pub mod overview;
pub mod store;
pub mod week;
