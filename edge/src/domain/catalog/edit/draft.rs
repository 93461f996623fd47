//! An offering as it is written: everything that can be said of it, in the engine's own types.

use super::store::Row;
use crate::database::StoreError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::availability::{BookingRules, Capacity, Kind, Length, Need, Offering, Requirement};
use shared::embed::Question;
use shared::id::{AddOnId, OfferingId, PartyCode, ResourceId};
use shared::party::PartyType;
use shared::pricing::Tariff;
use shared::schedule::Schedule;

/// An offering that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Public id.
    pub id: OfferingId,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Name.
    pub name: String,
    /// One or two plain sentences.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Addresses of pictures, the first is shown in lists.
    pub images: Vec<String>,
    /// BCP 47, in which it is held.
    pub languages: Vec<String>,
    /// When it happens.
    pub schedule: Schedule,
    /// How long it takes.
    pub length: Length,
    /// How much there is.
    pub capacity: Capacity,
    /// Who may come.
    pub party_types: Vec<PartyType>,
    /// Limits and lead times.
    pub rules: BookingRules,
    /// What has to be free.
    pub requires: Vec<Requirement>,
    /// What it costs.
    pub tariff: Tariff,
    /// What can be bought with it.
    pub add_ons: Vec<Offered>,
    /// What is asked.
    pub questions: Vec<Question>,
    /// Staff approve every booking.
    pub approval: bool,
    /// Who finds it.
    pub visibility: Visibility,
    /// Whether it is sold.
    pub status: Status,
    /// Its place in lists.
    pub position: u32,
}

/// An add-on that goes with an offering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Which.
    pub id: AddOnId,
    /// Costs nothing with it.
    pub free: bool,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$word])* $variant),+ }

        impl $name {
            /// As it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    )+};
}

words! {
    /// Who finds an offering.
    Visibility {
        /// Everybody.
        Public = "PUBLIC",
        /// Whoever has its address.
        Unlisted = "UNLISTED",
        /// Staff.
        Private = "PRIVATE",
    }
    /// Whether an offering is sold.
    Status {
        /// Not yet.
        Draft = "DRAFT",
        /// Yes.
        Published = "PUBLISHED",
        /// Not any more; kept for what was booked.
        Archived = "ARCHIVED",
    }
}

impl Draft {
    /// An empty one of a kind, with the defaults of its kind.
    pub fn of(kind: Kind, id: OfferingId) -> Option<Self> {
        let capacity = match kind {
            Kind::Tour | Kind::Event => Capacity::Seats(10),
            Kind::Room => Capacity::Groups(1),
            Kind::Package => Capacity::PerDay(1),
            Kind::Appointment => Capacity::Unlimited,
        };
        let max_party = (kind == Kind::Appointment).then_some(1);
        Some(Self {
            tariff: unpriced(id.clone()),
            id,
            kind,
            name: String::new(),
            summary: None,
            description: None,
            images: Vec::new(),
            languages: Vec::new(),
            schedule: Schedule::default(),
            length: Length::Minutes(60),
            capacity,
            party_types: vec![guest(kind)?],
            rules: BookingRules { max_party, ..BookingRules::default() },
            requires: Vec::new(),
            add_ons: Vec::new(),
            questions: Vec::new(),
            approval: false,
            visibility: Visibility::Public,
            status: Status::Draft,
            position: 0,
        })
    }

    /// As the engine reads it.
    pub fn offering(&self) -> Offering {
        Offering {
            id: self.id.clone(),
            kind: self.kind,
            schedule: self.schedule.clone(),
            length: self.length.clone(),
            capacity: self.capacity,
            party_types: self.party_types.clone(),
            rules: self.rules.clone(),
            requires: self.requires.clone(),
        }
    }

    /// Every resource that it names, each once.
    pub fn resources(&self) -> Vec<ResourceId> {
        let mut named: Vec<ResourceId> = self.requires.iter().flat_map(|one| one.any_of.iter().cloned()).collect();
        named.sort();
        named.dedup();
        named
    }
}

/// The one type of guest of an offering that names none.
fn guest(kind: Kind) -> Option<PartyType> {
    let (code, name) = if kind == Kind::Tour { ("adult", "Adult") } else { ("guest", "Guest") };
    let code = PartyCode::parse(code)?;
    Some(PartyType { code, name: name.to_owned(), note: None, seats: 1, min: 0, max: None })
}

/// A price list without prices.
fn unpriced(offering: OfferingId) -> Tariff {
    Tariff {
        offering,
        base: Vec::new(),
        departure_prices: Vec::new(),
        adjustments: Vec::new(),
        group_discounts: None,
        private_surcharge: None,
        pay_what_you_want: None,
        deposit: None,
        refund_tiers: Vec::new(),
    }
}

/// The prefix of an id, by kind.
pub fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Tour => "tour",
        Kind::Event => "evt",
        Kind::Appointment => "apt",
        Kind::Room => "room",
        Kind::Package => "pkg",
    }
}

/// A kind as the database spells it.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Tour => "TOUR",
        Kind::Event => "EVENT",
        Kind::Appointment => "APPOINTMENT",
        Kind::Room => "ROOM",
        Kind::Package => "PACKAGE",
    }
}

/// How a capacity is kept: its word and its number.
pub fn capacity_columns(capacity: Capacity) -> (&'static str, Option<u32>) {
    match capacity {
        Capacity::Seats(units) => ("seats", Some(units)),
        Capacity::Groups(units) => ("groups", Some(units)),
        Capacity::PerDay(units) => ("perDay", Some(units)),
        Capacity::Unlimited => ("unlimited", None),
    }
}

/// A capacity from what is kept.
pub fn capacity_of(word: &str, units: Option<u32>) -> Capacity {
    let units = units.unwrap_or(0);
    match word {
        "seats" => Capacity::Seats(units),
        "groups" => Capacity::Groups(units),
        "perDay" => Capacity::PerDay(units),
        _ => Capacity::Unlimited,
    }
}

/// How a need is kept: its word and its number.
pub fn need_columns(need: Need) -> (&'static str, u32) {
    match need {
        Need::PerDeparture(units) => ("perDeparture", units),
        Need::PerBooking(units) => ("perBooking", units),
        Need::PerSeats(seats) => ("perSeats", seats),
        Need::PerDepartureSeats(seats) => ("perDepartureSeats", seats),
    }
}

/// A requirement as a row's JSON has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Needed {
    need: String,
    amount: u32,
    any_of: Vec<ResourceId>,
}

impl From<Needed> for Requirement {
    fn from(row: Needed) -> Self {
        let need = match row.need.as_str() {
            "perDeparture" => Need::PerDeparture(row.amount),
            "perBooking" => Need::PerBooking(row.amount),
            "perSeats" => Need::PerSeats(row.amount),
            _ => Need::PerDepartureSeats(row.amount),
        };
        Self { any_of: row.any_of, need }
    }
}

impl Draft {
    /// From its row.
    pub fn from_row(row: &Row) -> Result<Self, StoreError> {
        let unreadable = |what: &str| StoreError::Unreadable(format!("{what} of {}", row.public_id));
        let id = OfferingId::parse(&row.public_id).ok_or_else(|| unreadable("id"))?;
        let tariff = match &row.tariff {
            None => unpriced(id.clone()),
            Some(body) => {
                let mut fields: Map<String, Value> = read(body, "tariff")?;
                fields.insert("offering".to_owned(), Value::from(id.as_str()));
                serde_json::from_value(Value::Object(fields)).map_err(|_| unreadable("tariff"))?
            }
        };
        let needed: Vec<Needed> = read(&row.requirements, "requirements")?;
        Ok(Self {
            id,
            kind: serde_json::from_value(Value::from(row.kind.as_str())).map_err(|_| unreadable("kind"))?,
            name: row.name.clone(),
            summary: row.summary.clone(),
            description: row.description.clone(),
            images: pictures(row)?,
            languages: read(&row.languages, "languages")?,
            schedule: read(&row.schedule, "schedule")?,
            length: read(&row.length, "length")?,
            capacity: capacity_of(&row.capacity_kind, row.capacity_units),
            party_types: read(&row.party_types, "party types")?,
            rules: read(&row.rules, "rules")?,
            requires: needed.into_iter().map(Into::into).collect(),
            tariff,
            add_ons: read(&row.add_ons, "add-ons")?,
            questions: read(&row.questions, "questions")?,
            approval: row.approval != 0,
            visibility: Visibility::parse(&row.visibility).ok_or_else(|| unreadable("visibility"))?,
            status: Status::parse(&row.status).ok_or_else(|| unreadable("status"))?,
            position: row.position,
        })
    }

    /// The price list as it is kept: without its offering.
    pub fn tariff_body(&self) -> Result<String, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        let mut body = serde_json::to_value(&self.tariff).map_err(unreadable)?;
        if let Some(fields) = body.as_object_mut() {
            fields.remove("offering");
        }
        Ok(body.to_string())
    }
}

/// Older rows have one picture in a column of its own.
fn pictures(row: &Row) -> Result<Vec<String>, StoreError> {
    let listed: Vec<String> = read(&row.media, "pictures")?;
    Ok(if listed.is_empty() { row.image.clone().into_iter().collect() } else { listed })
}

fn read<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Unreadable(format!("{what}: {error}")))
}
