//! The SQL of the agenda.

use crate::database::{Answers, Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;
use shared::party::Party;
use shared::zone::{Instant, Span};

/// An item of a booking, as the agenda shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `bkg_…`.
    pub booking: String,
    /// State of the life cycle.
    pub state: String,
    /// Who booked.
    pub contact_name: Option<String>,
    /// Of the amounts.
    pub currency: Currency,
    /// The whole booking, minor units.
    pub total: i64,
    /// Paid and not given back, minor units.
    pub paid: i64,
    /// They are there.
    pub checked_in_at: Option<i64>,
    /// They did not come.
    pub no_show_at: Option<i64>,
    /// Public id of the offering.
    pub offering: String,
    /// Its name when it was booked.
    pub name: String,
    /// Units of the departure.
    pub capacity: Option<i64>,
    /// Starts.
    pub starts_at: i64,
    /// Ends.
    pub ends_at: i64,
    /// Who comes: JSON.
    party: String,
    /// The departure for themselves.
    pub private: u8,
    /// Units of the departure that it takes.
    pub units: i64,
}

impl Entry {
    /// Who comes.
    pub fn party(&self) -> Party {
        serde_json::from_str(&self.party).unwrap_or_default()
    }
}

/// What takes seats or waits for staff; a hold counts while it lasts.
const ENTRIES: &str = "
select booking.public_id as booking, booking.state, booking.contact_name,
       booking.currency, booking.total, booking.checked_in_at, booking.no_show_at,
       (select coalesce(sum(case kind when 'PAYMENT' then amount when 'REFUND' then -amount else 0 end), 0)
        from ledger_entry where ledger_entry.booking_id = booking.id) as paid,
       offering.public_id as offering, item.name,
       coalesce((select departure.capacity from departure_override as departure
                 where departure.offering_id = offering.id and departure.departure_at = item.starts_at),
                offering.capacity_units) as capacity,
       item.starts_at, item.ends_at, item.party, item.private,
       (select coalesce(sum(claim.units), 0) from claim
        where claim.booking_item_id = item.id and claim.offering_id = offering.id and claim.released_at is null) as units
from booking_item as item
join booking on booking.id = item.booking_id
join offering on offering.id = item.offering_id
where item.org_id = ?1
  and item.starts_at >= ?2
  and item.starts_at < ?3
  and (booking.state in ('CONFIRMED', 'AWAITING_APPROVAL', 'COMPLETED')
       or (booking.state = 'PENDING' and booking.held_until > ?4))
order by item.starts_at, offering.position, offering.id, booking.contact_name, booking.id";

/// What a business calls the guests of an offering.
#[derive(Clone, Debug, Deserialize)]
pub struct PartyName {
    /// Public id of the offering.
    pub offering: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

const PARTY_NAMES: &str = "
select offering.public_id as offering, party_type.code, party_type.name
from offering
join party_type on party_type.offering_id = offering.id
where offering.org_id = ?1
order by offering.id, party_type.position";

#[derive(Deserialize)]
struct Published {
    public_id: String,
}

const PUBLISHED: &str = "
select public_id from offering where org_id = ?1 and status = 'PUBLISHED' order by position, id";

/// What happens in an organization in a span of time: three statements, for [`found`].
pub fn read(org: i64, span: Span, now: Instant) -> [Statement; 3] {
    let entries = sql(ENTRIES).bind(org).bind(span.starts_at).bind(span.ends_at).bind(now);
    [entries, sql(PARTY_NAMES).bind(org), sql(PUBLISHED).bind(org)]
}

/// What [`read`] read.
pub struct Found {
    /// In order of their starts.
    pub entries: Vec<Entry>,
    /// Of every offering.
    pub party_names: Vec<PartyName>,
    /// Public ids of what is on sale.
    pub published: Vec<String>,
}

/// Takes the answers of [`read`].
pub fn found(answers: &mut Answers) -> Result<Found, StoreError> {
    let (entries, party_names) = (answers.all()?, answers.all()?);
    let published: Vec<Published> = answers.all()?;
    Ok(Found { entries, party_names, published: published.into_iter().map(|row| row.public_id).collect() })
}

/// Something that can be booked.
#[derive(Debug, Deserialize)]
pub struct OnSale {
    /// Public id.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// One or two sentences.
    pub summary: Option<String>,
}

const ON_SALE: &str = "
select public_id, name, summary from offering where org_id = ?1 and status = 'PUBLISHED' order by position, id";

/// What can be booked, in the order of the catalogue.
pub async fn on_sale(database: &Database, org: i64) -> Result<Vec<OnSale>, StoreError> {
    database.run(sql(ON_SALE).bind(org)).await?.all()
}
