//! Bookings: what somebody wants ([`order`]), whether and where it goes and what it costs ([`rules`]), and the ways a
//! booking takes ([`book`], [`hold`], [`change`]); [`view`] is what is told of one, [`store`] its SQL.

pub mod book;
pub mod change;
pub mod hold;
pub mod order;
pub mod quote;
pub mod rules;
pub mod store;
pub mod view;
