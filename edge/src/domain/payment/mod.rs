//! Money through a payment provider: whose account it is ([`account`]), asking for it ([`ask`]), finding out what became of it
//! ([`look`], also when the provider tells us: [`notice`]), giving it back ([`back`]), and what staff have to see to
//! ([`trouble`]). What follows for the booking is the life
//! cycle's to decide.
//!
//! Whatever is heard, by whomever and however often, ends in the same: a look at how things stand on the provider's side, and
//! what is new of it written down once (the schema refuses a second time).

pub mod account;
pub mod ask;
pub mod back;
#[cfg(test)]
mod law;
pub mod look;
pub mod notice;
pub mod rules;
pub mod store;
pub mod trouble;

use crate::context::Context;

/// What the clock does: looks at what was not heard of, and sends what is to go back.
pub async fn run(context: &Context) {
    look::run(context).await;
    back::run(context).await;
}
