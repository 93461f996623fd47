//! A venue made ready for the engine from the rows of the store.

use super::store::{
    AddOnRow, BlockRow, ClaimRow, CouponRow, DepartureRow, Found, OfferingRow, QuestionRow, RequirementRow,
    ResourceRow, Scope,
};
use crate::database::StoreError;
use crate::domain::calendar::theme::Theme;
use crate::domain::org::{Org, zone};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::availability::{
    Block, Calendar, Capacity, Claim, Departure, DepartureOverride, Need, Offering, Pool, Requirement, Resource,
};
use shared::civil::Date;
use shared::embed::{OfferingCard, Question};
use shared::id::{OfferingId, PartyCode, ResourceId};
use shared::party::PartyType;
use shared::pricing::{AddOn, Coupon, PriceBook};
use shared::zone::{Instant, Span};
use std::collections::BTreeMap;

/// Everything about a venue that slots, prices and bookings depend on.
pub struct Venue {
    /// Whose it is.
    pub org: Org,
    /// Zone, resources, claims, closures.
    pub calendar: Calendar,
    /// In the order shown.
    pub offerings: Vec<Offering>,
    /// What to show of each, in the same order.
    pub cards: Vec<OfferingCard>,
    /// Prices.
    pub book: PriceBook,
    /// The coupon asked for, if it exists.
    pub coupon: Option<FoundCoupon>,
    /// Rows by public id.
    offering_rows: BTreeMap<String, i64>,
    offering_versions: BTreeMap<String, i64>,
    resource_rows: BTreeMap<String, i64>,
    /// The embeddable calendar asked for.
    pub listed: Option<Listed>,
}

/// A coupon and its row.
pub struct FoundCoupon {
    /// Row.
    pub row: i64,
    /// The engine's.
    pub coupon: Coupon,
}

/// An embeddable calendar.
pub struct Listed {
    /// Name.
    pub name: String,
    /// First view, as text.
    pub view: String,
    /// Languages.
    pub languages: Vec<String>,
    /// Origins that may embed it; none means any.
    pub origins: Vec<String>,
    /// How it looks.
    pub theme: Theme,
    /// Whether anybody may hand in an event for it.
    pub submissions: bool,
}

impl Venue {
    /// `None` when nothing that was asked for exists. Offerings of other organizations than the first are left out, so
    /// that they look missing.
    pub fn of(found: Found, scope: &Scope<'_>) -> Result<Option<Self>, StoreError> {
        let Some(org) = found.orgs.into_iter().next() else { return Ok(None) };
        let zone_of = |name: &str| zone::table(name, scope.from.plus_seconds(-LONGEST), scope.to.plus_seconds(LONGEST));
        let zone = zone_of(&org.timezone).ok_or_else(|| unreadable("time zone", &org.timezone))?;
        let rows: Vec<OfferingRow> = found.offerings.into_iter().filter(|row| row.org_id == org.id).collect();
        let ids = Ids {
            offerings: rows.iter().map(|row| (row.id, row.public_id.clone())).collect(),
            resources: found.resources.iter().map(|row| (row.id, row.public_id.clone())).collect(),
        };
        let offering_rows = rows.iter().map(|row| (row.public_id.clone(), row.id)).collect();
        let offering_versions = rows.iter().map(|row| (row.public_id.clone(), row.version)).collect();
        let resource_rows = found.resources.iter().map(|row| (row.public_id.clone(), row.id)).collect();

        let mut party_types: BTreeMap<i64, Vec<PartyType>> = BTreeMap::new();
        for row in found.party_types {
            let code = PartyCode::parse(&row.code).ok_or_else(|| unreadable("party type", &row.code))?;
            let kind = PartyType { code, name: row.name, note: row.note, seats: row.seats, min: row.min, max: row.max };
            party_types.entry(row.offering_id).or_default().push(kind);
        }
        let mut requires: BTreeMap<i64, Vec<Requirement>> = BTreeMap::new();
        for row in &found.requirements {
            requires.entry(row.offering_id).or_default().push(requirement(row)?);
        }
        let names: BTreeMap<&str, &ResourceRow> =
            found.resources.iter().map(|row| (row.public_id.as_str(), row)).collect();
        let (mut offerings, mut cards) = (Vec::new(), Vec::new());
        for row in &rows {
            let requires = requires.remove(&row.id).unwrap_or_default();
            cards.push(card(row, &requires, &names, &found.questions)?);
            offerings.push(offering(row, party_types.remove(&row.id).unwrap_or_default(), requires)?);
        }

        let tariffs = found.tariffs.iter().filter_map(|row| Some((ids.offerings.get(&row.offering_id)?, &row.body)));
        let tariffs: Result<Vec<Value>, StoreError> =
            tariffs.map(|(id, body)| with(body, "tariff", &[("offering", Value::from(id.as_str()))])).collect();
        let add_ons: Result<Vec<Value>, StoreError> = found.add_ons.iter().map(add_on).collect();
        let book = price_book(&org, tariffs?, add_ons?)?;

        let calendar = Calendar {
            zone,
            now: scope.now,
            resources: resources(&found.resources, &found.blocks)?,
            claims: found.claims.iter().filter_map(|row| claim(row, &ids)).collect(),
            departures: found
                .departures
                .iter()
                .filter_map(|row| {
                    Some(DepartureOverride {
                        departure: ids.departure(row.offering_id, row.departure_at)?,
                        cancelled: row.cancelled != 0,
                        capacity: row.capacity,
                        confirmed: row.confirmed != 0,
                    })
                })
                .collect(),
            closures: closures(&found.blocks),
        };
        let listed = found.calendar.map(|row| {
            Ok::<_, StoreError>(Listed {
                languages: read(&row.languages, "languages")?,
                origins: read(&row.origins, "origins")?,
                theme: Theme::read(&row.theme),
                submissions: row.submissions != 0,
                name: row.name,
                view: row.view,
            })
        });
        Ok(Some(Self {
            coupon: found.coupon.as_ref().map(coupon).transpose()?,
            listed: listed.transpose()?,
            org,
            calendar,
            offerings,
            cards,
            book,
            offering_rows,
            offering_versions,
            resource_rows,
        }))
    }

    /// An offering by its public id.
    pub fn offering(&self, id: &OfferingId) -> Option<&Offering> {
        self.offerings.iter().find(|offering| offering.id == *id)
    }

    /// What to show of an offering.
    pub fn card(&self, id: &OfferingId) -> Option<&OfferingCard> {
        self.cards.iter().find(|card| card.id == *id)
    }

    /// Row of an offering.
    pub fn offering_row(&self, id: &OfferingId) -> Option<i64> {
        self.offering_rows.get(id.as_str()).copied()
    }

    /// The version of an offering that was read: a claim is refused when it is no longer the one.
    pub fn offering_version(&self, id: &OfferingId) -> Option<i64> {
        self.offering_versions.get(id.as_str()).copied()
    }

    /// Row of a resource.
    pub fn resource_row(&self, id: &ResourceId) -> Option<i64> {
        self.resource_rows.get(id.as_str()).copied()
    }

    /// The add-on with that id.
    pub fn add_on(&self, id: &shared::id::AddOnId) -> Option<&AddOn> {
        self.book.add_ons.iter().find(|add_on| add_on.id == *id)
    }
}

/// The longest claim there can be, in seconds: the zone's offsets must reach as far as any slot does.
const LONGEST: i64 = 2_678_400;

/// Public ids by row.
struct Ids {
    offerings: BTreeMap<i64, String>,
    resources: BTreeMap<i64, String>,
}

impl Ids {
    fn departure(&self, offering: i64, at: i64) -> Option<Departure> {
        Some(Departure { offering: OfferingId::parse(self.offerings.get(&offering)?)?, at: Instant(at) })
    }
}

fn unreadable(what: &str, value: &str) -> StoreError {
    StoreError::Unreadable(format!("{what}: {value}"))
}

fn read<T: DeserializeOwned>(json: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| unreadable(what, &error.to_string()))
}

fn from_value<T: DeserializeOwned>(value: Value, what: &str) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| unreadable(what, &error.to_string()))
}

/// A JSON object with fields that other columns hold.
fn with(json: &str, what: &str, fields: &[(&str, Value)]) -> Result<Value, StoreError> {
    let mut object: Map<String, Value> = read(json, what)?;
    object.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Ok(Value::from(object))
}

fn offering(
    row: &OfferingRow,
    party_types: Vec<PartyType>,
    requires: Vec<Requirement>,
) -> Result<Offering, StoreError> {
    let units = row.capacity_units.unwrap_or(0);
    Ok(Offering {
        id: OfferingId::parse(&row.public_id).ok_or_else(|| unreadable("offering", &row.public_id))?,
        kind: from_value(Value::from(row.kind.as_str()), "kind")?,
        schedule: read(&row.schedule, "schedule")?,
        length: read(&row.length, "length")?,
        capacity: match row.capacity_kind.as_str() {
            "seats" => Capacity::Seats(units),
            "groups" => Capacity::Groups(units),
            "perDay" => Capacity::PerDay(units),
            _ => Capacity::Unlimited,
        },
        party_types,
        rules: read(&row.rules, "rules")?,
        requires,
    })
}

fn card(
    row: &OfferingRow,
    requires: &[Requirement],
    names: &BTreeMap<&str, &ResourceRow>,
    questions: &[QuestionRow],
) -> Result<OfferingCard, StoreError> {
    let asked = questions.iter().filter(|question| question.offering_id.is_none_or(|id| id == row.id));
    let pools = requires.iter().flat_map(|requirement| &requirement.any_of);
    let known = pools.filter_map(|id| Some((id.clone(), names.get(id.as_str())?)));
    Ok(OfferingCard {
        id: OfferingId::parse(&row.public_id).ok_or_else(|| unreadable("offering", &row.public_id))?,
        name: row.name.clone(),
        summary: row.summary.clone(),
        image: row.image.clone(),
        approval: row.approval != 0,
        questions: asked.map(question).collect::<Result<_, _>>()?,
        people: known.filter(|(_, row)| row.public != 0).map(|(id, row)| (id, row.name.clone())).collect(),
    })
}

/// Questions from their rows.
pub fn questions(rows: &[QuestionRow]) -> Result<Vec<Question>, StoreError> {
    rows.iter().map(question).collect()
}

fn question(row: &QuestionRow) -> Result<Question, StoreError> {
    Ok(Question {
        column_name: row.column_name.clone(),
        label: row.label.clone(),
        kind: from_value(Value::from(row.kind.as_str()), "kind of question")?,
        required: row.required != 0,
        options: read(&row.options, "options")?,
    })
}

fn requirement(row: &RequirementRow) -> Result<Requirement, StoreError> {
    let need = match row.need.as_str() {
        "perDeparture" => Need::PerDeparture(row.amount),
        "perBooking" => Need::PerBooking(row.amount),
        "perSeats" => Need::PerSeats(row.amount),
        _ => Need::PerDepartureSeats(row.amount),
    };
    Ok(Requirement { any_of: read(&row.any_of, "pool")?, need })
}

/// The price book of an organization, with tariffs and add-ons as their rows have them.
pub fn price_book(org: &Org, tariffs: Vec<Value>, add_ons: Vec<Value>) -> Result<PriceBook, StoreError> {
    let mut book: Map<String, Value> = read(&org.price_rules, "price rules")?;
    book.insert("currency".to_owned(), Value::from(org.currency.code()));
    book.insert("rulesVersion".to_owned(), Value::from(org.price_version));
    book.insert("tariffs".to_owned(), Value::from(tariffs));
    book.insert("addOns".to_owned(), Value::from(add_ons));
    from_value(Value::from(book), "price book")
}

/// Times at which the whole venue is closed.
pub fn closures(blocks: &[BlockRow]) -> Vec<Block> {
    blocks.iter().filter(|row| row.resource_id.is_none()).filter_map(block).collect()
}

/// What is sold or held of these resources and of one offering, by its row and public id.
pub fn claims(rows: &[ClaimRow], offering: Option<(i64, &str)>, resources: &[ResourceRow]) -> Vec<Claim> {
    let ids = Ids {
        offerings: offering.into_iter().map(|(row, id)| (row, id.to_owned())).collect(),
        resources: resources.iter().map(|row| (row.id, row.public_id.clone())).collect(),
    };
    rows.iter().filter_map(|row| claim(row, &ids)).collect()
}

/// A departure that differs.
pub fn departure(row: &DepartureRow, offering: &OfferingId) -> DepartureOverride {
    DepartureOverride {
        departure: Departure { offering: offering.clone(), at: Instant(row.departure_at) },
        cancelled: row.cancelled != 0,
        capacity: row.capacity,
        confirmed: row.confirmed != 0,
    }
}

/// Resources with their times off.
pub fn resources(rows: &[ResourceRow], blocks: &[BlockRow]) -> Result<Vec<Resource>, StoreError> {
    let resource = |row: &ResourceRow| {
        let own = blocks.iter().filter(|block| block.resource_id == Some(row.id));
        Ok(Resource {
            id: ResourceId::parse(&row.public_id).ok_or_else(|| unreadable("resource", &row.public_id))?,
            units: row.units,
            weekly: read(&row.weekly, "weekly hours")?,
            overrides: read(&row.overrides, "overrides")?,
            blocks: own.filter_map(block).collect(),
        })
    };
    rows.iter().map(resource).collect()
}

fn block(row: &BlockRow) -> Option<Block> {
    match (row.starts_at, row.ends_at, &row.from_date, &row.to_date) {
        (Some(starts_at), Some(ends_at), _, _) => {
            Some(Block::Span(Span { starts_at: Instant(starts_at), ends_at: Instant(ends_at) }))
        }
        (_, _, Some(from), Some(to)) => Some(Block::Dates(Date::parse(from)?, Date::parse(to)?)),
        _ => None,
    }
}

/// `None` for a claim on something that this read is not about.
fn claim(row: &ClaimRow, ids: &Ids) -> Option<Claim> {
    let pool = match (row.offering_id, row.departure_at, row.resource_id) {
        (Some(offering), Some(at), _) => Pool::Departure(ids.departure(offering, at)?),
        (_, _, Some(resource)) => Pool::Resource(ResourceId::parse(ids.resources.get(&resource)?)?),
        _ => return None,
    };
    let shared_by = match (&row.share_offering, row.share_departure_at) {
        (Some(offering), Some(at)) => Some(Departure { offering: OfferingId::parse(offering)?, at: Instant(at) }),
        _ => None,
    };
    let span = Span { starts_at: Instant(row.starts_at), ends_at: Instant(row.ends_at) };
    Some(Claim { pool, span, units: row.units, held_until: row.held_until.map(Instant), shared_by })
}

fn add_on(row: &AddOnRow) -> Result<Value, StoreError> {
    let fields = [
        ("id", Value::from(row.public_id.as_str())),
        ("name", Value::from(row.name.as_str())),
        ("offerings", read(&row.offerings, "offerings of an add-on")?),
        ("freeWith", read(&row.free_with, "offerings of an add-on")?),
        ("stock", row.stock.as_deref().map_or(Value::Null, Value::from)),
    ];
    with(&row.body, "add-on", &fields)
}

fn coupon(row: &CouponRow) -> Result<FoundCoupon, StoreError> {
    let per_customer = row.max_uses_per_customer;
    let fields = [
        ("code", Value::from(row.code.as_str())),
        ("usesLeft", row.max_uses.map_or(Value::Null, |most| Value::from(most.saturating_sub(row.uses)))),
        ("oncePerCustomer", Value::from(per_customer.is_some())),
        ("usedByCustomer", Value::from(per_customer.is_some_and(|most| row.uses_by_customer >= most))),
    ];
    Ok(FoundCoupon { row: row.id, coupon: from_value(with(&row.body, "coupon", &fields)?, "coupon")? })
}
