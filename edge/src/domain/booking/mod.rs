//! Bookings: what somebody wants ([`order`]), whether and where it goes and what it costs ([`rules`]), and the ways a
//! booking takes: made ([`book`], [`hold`]), found ([`change`]), and everything that is done to it later ([`life`]); a whole
//! departure at once in [`threshold`]. [`source`] is where one came from, [`view`] what is told of one, [`store`] its SQL.

pub mod book;
pub mod change;
pub mod hold;
pub mod life;
pub mod order;
pub mod quote;
pub mod rules;
pub mod source;
pub mod store;
pub mod threshold;
pub mod view;
