//! The catalogue as staff write it: an offering from its first draft to its last change.
//!
//! [`draft`] is an offering as people think of it; [`rules`] say what it may look like, [`readiness`] whether it can be
//! booked, [`stranded`] which bookings a change would leave without what they were sold, [`way`] what becomes of them; [`offering`] makes the change,
//! [`departure`] one for a single date, and [`preview`] shows what it would come to.

pub mod add_on;
pub mod coupon;
pub mod departure;
pub mod draft;
pub mod offering;
pub mod preview;
pub mod readiness;
pub mod rules;
pub mod store;
pub mod stranded;
pub mod way;
