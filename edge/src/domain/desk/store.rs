//! The SQL of the desk's lists.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An offering, as the desk sees it.
#[derive(Debug, Deserialize)]
pub struct Offering {
    /// `tour_…`, `evt_…`, …
    pub public_id: String,
    /// Name.
    pub name: String,
    /// One or two sentences.
    pub summary: Option<String>,
    /// `seats`, `groups`, `perDay` or `unlimited`.
    pub capacity_kind: String,
    /// How many.
    pub capacity_units: Option<i64>,
    /// DRAFT, PUBLISHED or ARCHIVED.
    pub status: String,
}

const OFFERINGS: &str = "
select public_id, name, summary, capacity_kind, capacity_units, status
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
    /// In one of these states; holds are listed only when they are asked for. None means any but holds.
    pub states: &'a [&'a str],
    /// With an item of this offering.
    pub offering: Option<&'a str>,
    /// With an item that needs this resource.
    pub resource: Option<&'a str>,
    /// With an item that starts at or after this.
    pub from: Option<i64>,
    /// With an item that starts before this.
    pub to: Option<i64>,
    /// With an item of an offering of this kind.
    pub kind: Option<&'a str>,
    /// By this address, or by the customer of this public id.
    pub customer: Option<&'a str>,
    /// From the page with this mark.
    pub reference: Option<&'a str>,
    /// With all of these words, or words that begin so, in number, name, address, phone or notes.
    pub words: Option<&'a str>,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    Created,
    /// By their first start, the earliest first.
    Start,
}

/// Where a page begins: after this row, in the order of the list.
#[derive(Clone, Copy, Debug)]
pub struct After {
    /// What the list is ordered by.
    pub by: i64,
    /// Row.
    pub id: i64,
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
    /// The page and campaign that it came from: JSON.
    pub source: Option<String>,
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
    /// First start.
    pub starts_at: Option<i64>,
    /// Minor units that came in.
    pub paid: i64,
    /// Minor units that went back.
    pub repaid: i64,
    /// They are there since.
    pub checked_in_at: Option<i64>,
    /// They did not come.
    pub no_show_at: Option<i64>,
    /// A request runs out then.
    pub approve_until: Option<i64>,
    /// From the guest.
    pub note: Option<String>,
    /// Among the staff.
    pub staff_note: Option<String>,
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

/// Columns and filters that both orders share. An unset filter is null and lets everything through.
macro_rules! bookings {
    ($($order:literal),+) => {
        concat!(
            "select booking.id, booking.public_id, booking.number, booking.state, booking.channel, booking.source,
                    booking.contact_name,
                    booking.contact_email, booking.contact_phone, booking.currency, booking.total, booking.due_now,
                    booking.created_at, booking.starts_at, booking.checked_in_at, booking.no_show_at,
                    booking.approve_until, booking.note, booking.staff_note,
                    (select coalesce(sum(amount), 0) from ledger_entry as entry
                       where entry.booking_id = booking.id and entry.kind = 'PAYMENT') as paid,
                    (select coalesce(sum(amount), 0) from ledger_entry as entry
                       where entry.booking_id = booking.id and entry.kind = 'REFUND') as repaid,
                    (select json_group_array(json_object('offering', offering.public_id, 'name', item.name,
                                                         'starts_at', item.starts_at, 'ends_at', item.ends_at,
                                                         'party', json(item.party)))
                       from (select * from booking_item where booking_id = booking.id order by position) as item
                       join offering on offering.id = item.offering_id) as items
             from booking
             where booking.org_id = ?1
               and case when ?2 is null then booking.number is not null
                     else booking.state in (select value from json_each(?2)) end
               and (?3 is null or booking.contact_email = ?3
                 or booking.customer_id = (select id from customer where org_id = ?1 and public_id = ?3))
               and (?13 is null or booking.source ->> '$.ref' = ?13)
               and (?4 is null or booking.id in (select rowid from booking_search where booking_search match ?4))
               and ((?5 is null and ?6 is null and ?7 is null and ?8 is null and ?12 is null) or exists (
                   select 1
                   from booking_item as item
                   where item.booking_id = booking.id
                     and (?5 is null or item.offering_id = (select id from offering where org_id = ?1 and public_id = ?5))
                     and (?6 is null or item.starts_at >= ?6)
                     and (?7 is null or item.starts_at < ?7)
                     and (?12 is null or (select kind from offering where offering.id = item.offering_id) = ?12)
                     and (?8 is null or exists (
                         select 1
                         from claim
                         where claim.booking_item_id = item.id
                           and claim.resource_id = (select id from resource where org_id = ?1 and public_id = ?8)))))",
            $($order),+
        )
    };
}

const BY_CREATION: &str =
    bookings!(" and booking.id < ?9 and (?10 is null or true) order by booking.id desc limit ?11");

/// The start is compared once more by itself: that is what the index can begin at.
const BY_START: &str = bookings!(
    " and booking.starts_at >= ?9 and (booking.starts_at, booking.id) > (?9, ?10)
     order by booking.starts_at, booking.id limit ?11"
);

/// A page of an organization's bookings.
pub async fn bookings(
    database: &Database,
    org: i64,
    filter: &Filter<'_>,
    (order, after): (Order, Option<After>),
    limit: i64,
) -> Result<Vec<Booking>, StoreError> {
    let words = filter.words.map(|words| search(org, words));
    if words.as_deref() == Some("") {
        return Ok(Vec::new());
    }
    let states = (!filter.states.is_empty()).then(|| serde_json::Value::from(filter.states).to_string());
    let (text, by, id) = match (order, after) {
        (Order::Created, after) => (BY_CREATION, after.map_or(NEWEST, |after| after.by), 0),
        (Order::Start, Some(after)) => (BY_START, after.by, after.id),
        (Order::Start, None) => (BY_START, filter.from.unwrap_or(0).saturating_sub(LONGEST), 0),
    };
    let statement = sql(text)
        .bind(org)
        .bind(states)
        .bind(filter.customer)
        .bind(words)
        .bind(filter.offering)
        .bind(filter.from)
        .bind(filter.to)
        .bind(filter.resource)
        .bind(by)
        .bind(id)
        .bind(limit)
        .bind(filter.kind)
        .bind(filter.reference);
    database.run(statement).await?.all()
}

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;
/// How long before a later item's start a booking may begin, in seconds.
const LONGEST: i64 = 400 * 86_400;

/// What to look for, in the words of the search: every word of it, or the beginning of one, of this organization. Empty
/// when there is no word in it.
pub fn search(org: i64, text: &str) -> String {
    let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let wanted: Vec<String> = words.take(8).map(|word| format!("words : \"{word}\" *")).collect();
    if wanted.is_empty() { String::new() } else { format!("org : \"o{org}\" AND {}", wanted.join(" AND ")) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_only_words() {
        assert_eq!(
            search(7, "Ada hb-2026"),
            r#"org : "o7" AND words : "Ada" * AND words : "hb" * AND words : "2026" *"#
        );
        assert_eq!(
            search(7, r#"" OR org : "o8"#),
            r#"org : "o7" AND words : "OR" * AND words : "org" * AND words : "o8" *"#
        );
        assert_eq!(search(7, "- *"), "");
    }
}
