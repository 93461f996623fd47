//! The few HTML pages. They work without scripts; what a page may load is its [`layout::Policy`].

pub mod add_to;
pub mod along;
pub mod consent;
pub mod console;
pub mod dev_mail;
pub mod docs;
pub mod feed;
pub mod frame;
pub mod hosted;
pub mod invoice;
pub mod layout;
pub mod listing;
pub mod manage;
pub mod offer;
pub mod pay;
pub mod refusal;
pub mod suggest;
pub mod unsubscribe;
pub mod voice;
pub mod way_back;
pub mod wish;
