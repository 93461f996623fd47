//! Lists of bookings in the neutral form that events tell of them, for surfaces that translate it ([`crate::shape`]).

pub mod store;
