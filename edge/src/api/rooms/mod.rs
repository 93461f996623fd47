//! The rooms surface, `/v1/…` and, where no other surface has the name, `/api/v1/…`: escape rooms, studios, anything that one
//! group has for itself. A room is an offering of kind ROOM. Programs come with the organization's API key; the catalogue is
//! open. It owns no table; it translates.

pub mod blocks;
pub mod bookings;
pub mod catalog;
pub mod customers;
pub mod room;
pub mod schedules;
pub mod stay;
mod walls;

use utoipa::IntoParams;

/// How a room is called where kinds are words.
const ROOM: &str = "ROOM";

/// Which organization, where the key does not tell.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only its description is used: the key's extractor reads it")]
pub struct OrgOfKey {
    /// Public id of the organization; only keys that work in several need it.
    #[param(rename = "orgId", example = "org_harbor")]
    org_id: Option<String>,
}
