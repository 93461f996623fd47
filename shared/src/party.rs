//! Who comes: party types of an offering, and a party that counts them.

use crate::id::PartyCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of guest (adult, child) or of unit (kayak) that an offering sells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PartyTypeCard))]
pub struct PartyType {
    /// Unique within the offering.
    pub code: PartyCode,
    /// Shown to the customer.
    pub name: String,
    /// Shown under the name, such as "6 to 12 years".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Seats that one of it takes: 0 for an infant on a lap, 2 for a wheelchair.
    pub seats: u32,
    /// Fewest in one booking.
    #[serde(default)]
    pub min: u32,
    /// Most in one booking; none means no limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// How many of each party type: `{"adult": 2, "child": 1}`.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Party(pub BTreeMap<PartyCode, u32>);

impl Party {
    /// Reads `adult:2,child:1`, and leaves out what makes no sense.
    #[inline]
    pub fn read(text: &str) -> Self {
        let mut party = Self::default();
        for (code, count) in text.split(',').filter_map(|pair| pair.split_once(':')) {
            if let (Some(code), Ok(count)) = (PartyCode::parse(code.trim()), count.trim().parse()) {
                party.0.insert(code, count);
            }
        }
        party
    }

    /// Heads counted, saturating.
    pub fn guests(&self) -> u32 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many of one type.
    pub fn count(&self, code: &PartyCode) -> u32 {
        self.0.get(code).copied().unwrap_or(0)
    }

    /// Seats taken, by the offering's types; codes that it does not sell take none. Saturating.
    pub fn seats(&self, types: &[PartyType]) -> u32 {
        types.iter().fold(0, |sum, kind| sum.saturating_add(self.count(&kind.code).saturating_mul(kind.seats)))
    }
}
