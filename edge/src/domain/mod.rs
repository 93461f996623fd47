//! What the business is. A folder per concept: types, `rules.rs` (decisions, pure) and `store.rs` (its SQL, the only
//! place for it). Knows no surface.

pub mod account;
pub mod booking;
pub mod calendar;
pub mod catalog;
pub mod customer;
pub mod desk;
pub mod feed;
pub mod idempotency;
pub mod invoice;
pub mod key;
pub mod link;
pub mod markdown;
pub mod member;
pub mod notice;
pub mod org;
pub mod payment;
pub mod record;
pub mod resource;
pub mod submission;
pub mod told;
pub mod waiting;
pub mod webhook;
