//! The SQL of the desk's lists.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An organization.
#[derive(Debug, Deserialize)]
pub struct Org {
    /// `org_…`.
    pub public_id: String,
    /// URL name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// BCP 47.
    pub locale: String,
    /// Contact, colours, policies: JSON.
    pub settings: String,
    /// When it was made.
    pub created_at: i64,
}

const ORG: &str = "
select public_id, slug, name, timezone, currency, locale, settings, created_at from org where id = ?1";

/// One organization.
pub async fn org(database: &Database, org: i64) -> Result<Option<Org>, StoreError> {
    database.run(sql(ORG).bind(org)).await?.first()
}

/// An offering, as the desk sees it.
#[derive(Debug, Deserialize)]
pub struct Offering {
    /// Row.
    pub id: i64,
    /// `tour_…`, `evt_…`, …
    pub public_id: String,
    /// Name.
    pub name: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Picture.
    pub image: Option<String>,
    /// `seats`, `groups`, `perDay` or `unlimited`.
    pub capacity_kind: String,
    /// How many.
    pub capacity_units: Option<i64>,
    /// DRAFT, PUBLISHED or ARCHIVED.
    pub status: String,
    /// PUBLIC, UNLISTED or PRIVATE.
    pub visibility: String,
    /// Staff approve each booking.
    pub approval: u8,
    /// When it changed last.
    pub updated_at: i64,
}

const OFFERINGS: &str = "
select id, public_id, name, summary, description, image, capacity_kind, capacity_units, status, visibility,
       approval, updated_at
from offering
where org_id = ?1 and kind = ?2 and status <> 'ARCHIVED' and id > ?3
order by id
limit ?4";

/// Offerings of one kind after row `after`, drafts included.
pub async fn offerings(
    database: &Database,
    org: i64,
    kind: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Offering>, StoreError> {
    database.run(sql(OFFERINGS).bind(org).bind(kind).bind(after).bind(limit)).await?.all()
}

/// Which bookings.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// In this state; holds are listed only when they are asked for.
    pub state: Option<&'a str>,
    /// With an item of this offering.
    pub offering: Option<&'a str>,
    /// With an item that starts at or after this.
    pub from: Option<i64>,
    /// With an item that starts before this.
    pub to: Option<i64>,
    /// By this address.
    pub email: Option<&'a str>,
}

/// A booking, as the desk's list shows it.
#[derive(Debug, Deserialize)]
pub struct Booking {
    /// Row.
    pub id: i64,
    /// `bkg_…`.
    pub public_id: String,
    /// Number.
    pub number: Option<String>,
    /// State of the life cycle.
    pub state: String,
    /// Where it came from.
    pub channel: String,
    /// Who booked.
    pub contact_name: Option<String>,
    /// Address.
    pub contact_email: Option<String>,
    /// Phone.
    pub contact_phone: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// Minor units.
    pub total: i64,
    /// Minor units.
    pub due_now: i64,
    /// When it was first held or booked.
    pub created_at: i64,
    /// JSON array of its items.
    pub items: String,
}

/// An item of [`Booking::items`].
#[derive(Debug, Deserialize)]
pub struct Item {
    /// Offering.
    pub offering: String,
    /// Its name when it was booked.
    pub name: String,
    /// Starts.
    pub starts_at: i64,
    /// Ends.
    pub ends_at: i64,
    /// Who comes.
    pub party: serde_json::Value,
}

/// Newest first by when it was made. An unset filter is null and lets everything through.
const BOOKINGS: &str = "
select booking.id, booking.public_id, booking.number, booking.state, booking.channel, booking.contact_name,
       booking.contact_email, booking.contact_phone, booking.currency, booking.total, booking.due_now,
       booking.created_at,
       (select json_group_array(json_object('offering', offering.public_id, 'name', item.name,
                                            'starts_at', item.starts_at, 'ends_at', item.ends_at,
                                            'party', json(item.party)))
        from (select * from booking_item where booking_id = booking.id order by position) as item
        join offering on offering.id = item.offering_id) as items
from booking
where booking.org_id = ?1
  and booking.id < ?2
  and case when ?3 is null then booking.number is not null else booking.state = ?3 end
  and (?4 is null or booking.contact_email = ?4)
  and ((?5 is null and ?6 is null and ?7 is null) or exists (
      select 1
      from booking_item as item
      where item.booking_id = booking.id
        and (?5 is null or item.offering_id = (select id from offering where org_id = ?1 and public_id = ?5))
        and (?6 is null or item.starts_at >= ?6)
        and (?7 is null or item.starts_at < ?7)))
order by booking.id desc
limit ?8";

/// Bookings before row `before`, the newest first.
pub async fn bookings(
    database: &Database,
    org: i64,
    filter: &Filter<'_>,
    before: i64,
    limit: i64,
) -> Result<Vec<Booking>, StoreError> {
    let statement = sql(BOOKINGS)
        .bind(org)
        .bind(before)
        .bind(filter.state)
        .bind(filter.email)
        .bind(filter.offering)
        .bind(filter.from)
        .bind(filter.to)
        .bind(limit);
    database.run(statement).await?.all()
}

const NAMES: &str = "
select public_id as code, name from add_on where org_id = ?1
union all
select party_type.code, party_type.name
from party_type
join offering on offering.id = party_type.offering_id
where offering.public_id in (select value from json_each(?2)) and offering.org_id = ?1";

#[derive(Deserialize)]
struct Named {
    code: String,
    name: String,
}

/// What an organization calls its add-ons and the party types of some offerings, by id and code.
pub async fn names(database: &Database, org: i64, offerings: &[&str]) -> Result<BTreeMap<String, String>, StoreError> {
    let offerings = serde_json::to_string(offerings).unwrap_or_default();
    let rows: Vec<Named> = database.run(sql(NAMES).bind(org).bind(offerings)).await?.all()?;
    Ok(rows.into_iter().map(|row| (row.code, row.name)).collect())
}
