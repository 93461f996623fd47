//! Who is calling and what may they.
//!
//! Reading order: [`permission`] (the table), [`caller`] (who it is), [`allowed`] (who may, in which organization), [`session`], [`password`] and [`sign_in`] (how people prove it),
//! [`secret`] (how secrets are made and kept), [`oauth`] (apps that act for people), [`limit`] (how often) and [`store`] (the SQL).

pub mod acting;
pub mod allowed;
pub mod caller;
pub mod keyed;
pub mod limit;
pub mod oauth;
pub mod password;
pub mod permission;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod store;

pub use acting::Acting;
pub use allowed::Allowed;
pub use caller::{Caller, Personal};
