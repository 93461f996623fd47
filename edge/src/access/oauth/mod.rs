//! OAuth 2.0 (RFC 6749 with the advice of RFC 9700): apps act for a person in one organization, as far as the person let them.
//!
//! Reading order: [`parameters`], [`rules`] (what is asked and whether it may be, pure), [`grant`] (codes and tokens) and [`store`].

pub mod grant;
pub mod parameters;
pub mod rules;
pub mod store;
