//! The neutral form of what is told: the data of events ([`data`]), and lists of bookings in the same form for surfaces that
//! translate it ([`crate::shape`]).

pub mod data;
pub mod store;
