//! Public identifiers: `prefix_` and a tail of lower-case letters, digits and `_`.
//!
//! The edge mints tails as UUIDv7; the demo's are fixed words. Nothing here makes one up.

use serde::{Deserialize, Serialize};

/// 1 to 64 signs of `[a-z0-9_]`, the first a letter.
fn is_public_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

macro_rules! public_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = String, pattern = "^[a-z][a-z0-9_]{0,63}$"))]
        pub struct $name(String);

        impl $name {
            /// Takes a well-formed id: 1 to 64 signs of `[a-z0-9_]`, the first a letter. Anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                is_public_id(text).then(|| Self(text.to_owned()))
            }

            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )+};
}

public_ids! {
    /// An offering: `tour_…`, `evt_…`, `apt_…`, `room_…` or `pkg_…`.
    OfferingId,
    /// A resource: `res_…`.
    ResourceId,
    /// An add-on: `add_…`.
    AddOnId,
    /// An embeddable calendar: `cal_…`.
    CalendarId,
    /// The short code of a party type, unique within its offering: `adult`, `child`.
    PartyCode,
}
