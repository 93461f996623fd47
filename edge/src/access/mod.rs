//! Who is calling and what may they.
pub mod password;
pub mod permission;
pub mod secret;
