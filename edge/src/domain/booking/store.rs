//! The SQL of bookings.
//!
//! A booking is written by one batch. Lists (items, lines, claims) go in as one JSON array each, so that a batch has the
//! same few statements however much is booked.

use super::order::Contact;
use super::rules::Placed;
use super::source::Source;
use crate::database::{Answers, Statement, StoreError, sql};
use crate::domain::catalog::Venue;
use crate::domain::record::store as record;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::availability::{Claim, Pool};
use shared::booking::State;
use shared::civil::Date;
use shared::money::Currency;
use shared::pricing::Quote;
use shared::zone::{Instant, Span, Zone};
use std::collections::BTreeMap;

macro_rules! booking_columns {
    () => {
        "booking.public_id, booking.org_id, booking.number, booking.state, booking.version, booking.currency,
         booking.total, booking.due_now, booking.due_later, booking.channel, booking.source, booking.note, booking.staff_note,
         booking.approve_until, booking.checked_in_at, booking.no_show_at, booking.rescheduled_at,
         booking.rescheduled_from, booking.cancelled_at, booking.cancelled_by, booking.cancel_reason, booking.quote, booking.coupon_code, booking.country, booking.answers,
         booking.contact_name, booking.contact_email, booking.contact_phone, booking.token_hash,
         booking.held_until, booking.created_at, booking.token_sealed, booking.locale, org.locale as org_locale,
         org.public_id as org, org.name as org_name, org.timezone, org.settings, org.hold_seconds,
         org.number_prefix,
         (select coalesce(sum(amount), 0) from ledger_entry as entry
            where entry.booking_id = booking.id and entry.kind = 'PAYMENT') as paid,
         (select coalesce(sum(amount), 0) from ledger_entry as entry
            where entry.booking_id = booking.id and entry.kind = 'REFUND') as repaid,
         (select coalesce(sum(case kind when 'CHARGE' then amount when 'CREDIT' then -amount else 0 end), 0)
            from ledger_entry as entry where entry.booking_id = booking.id) as owed,
         (select coalesce(sum(amount), 0) from refund
            where refund.booking_id = booking.id and refund.state in ('WAITING', 'SENT')) as going_back,
         (select json_group_array(json_object('payment', payment, 'left', rest)) from (
            select payment.public_id as payment, payment.captured - (select coalesce(sum(amount), 0) from refund
                where refund.payment_id = payment.id and refund.state <> 'FAILED') as rest
            from payment
            join payment_account as account on account.id = payment.account_id and account.key_sealed is not null
            where payment.booking_id = booking.id and payment.captured > 0
            order by payment.id desc)) as online,
         (select mode from payment_account as account
            where account.org_id = booking.org_id and account.closed_at is null) as payments,
         (select public_id from customer where customer.id = booking.customer_id) as customer,
         exists (select 1 from booking_item as item join claim on claim.booking_item_id = item.id
            where item.booking_id = booking.id and claim.released_at is null
              and (claim.held_until is null or claim.held_until > ?2)) as holds_claims,
         exists (select 1 from booking_item as item join offering on offering.id = item.offering_id
            where item.booking_id = booking.id and offering.approval = 1) as approval"
    };
}

const BOOKING: &str = concat!(
    "select ",
    booking_columns!(),
    " from booking join org on org.id = booking.org_id where booking.public_id = ?1"
);
const BOOKING_BY_TOKEN: &str = concat!(
    "select ",
    booking_columns!(),
    " from booking join org on org.id = booking.org_id where booking.token_hash = ?1"
);
const BOOKING_BY_HOLD: &str = concat!(
    "select ",
    booking_columns!(),
    " from booking join org on org.id = booking.org_id where booking.hold_token_hash = ?1"
);

macro_rules! items_of {
    ($column:literal) => {
        concat!(
            "select item.position, offering.public_id as offering, item.name, item.starts_at, item.ends_at,
                    item.party, item.add_ons, item.private, item.length, item.total, item.refund_tiers
             from booking join booking_item as item on item.booking_id = booking.id
             join offering on offering.id = item.offering_id
             where booking.",
            $column,
            " = ?1 order by item.position"
        )
    };
}

/// How a booking is named.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// `bkg_…`.
    Id(&'a str),
    /// Hash of the token in its link.
    Token(&'a str),
    /// Hash of its hold's token.
    Hold(&'a str),
}

/// Reads a booking and its items: two statements, for [`found`].
pub fn read(by: By<'_>, now: Instant) -> [Statement; 2] {
    let (booking, items, key) = match by {
        By::Id(id) => (BOOKING, items_of!("public_id"), id),
        By::Token(hash) => (BOOKING_BY_TOKEN, items_of!("token_hash"), hash),
        By::Hold(hash) => (BOOKING_BY_HOLD, items_of!("hold_token_hash"), hash),
    };
    [sql(booking).bind(key).bind(now), sql(items).bind(key)]
}

const BOOKINGS: &str = concat!(
    "select ",
    booking_columns!(),
    " from booking join org on org.id = booking.org_id
     where booking.public_id in (select value from json_each(?1)) order by booking.id"
);
const ITEMS: &str = "
select booking.public_id as booking, item.position, offering.public_id as offering, item.name, item.starts_at, item.ends_at,
       item.party, item.add_ons, item.private, item.length, item.total, item.refund_tiers
from booking
join booking_item as item on item.booking_id = booking.id
join offering on offering.id = item.offering_id
where booking.public_id in (select value from json_each(?1))
order by booking.id, item.position";

/// Reads several at once: two statements, for [`found_all`].
pub fn read_all(ids: &[&str], now: Instant) -> [Statement; 2] {
    let ids = Value::from(ids).to_string();
    [sql(BOOKINGS).bind(ids.as_str()).bind(now), sql(ITEMS).bind(ids)]
}

#[derive(Deserialize)]
struct OwnedItem {
    booking: String,
    #[serde(flatten)]
    item: ItemRow,
}

/// Takes the answers of [`read_all`].
pub fn found_all(answers: &mut Answers) -> Result<Vec<(BookingRow, Vec<ItemRow>)>, StoreError> {
    let bookings: Vec<BookingRow> = answers.all()?;
    let mut items: Vec<OwnedItem> = answers.all()?;
    let mut found = Vec::with_capacity(bookings.len());
    for booking in bookings {
        let (own, rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.booking == booking.public_id);
        items = rest;
        found.push((booking, own.into_iter().map(|own| own.item).collect()));
    }
    Ok(found)
}

/// Takes the answers of [`read`].
pub fn found(answers: &mut Answers) -> Result<Option<(BookingRow, Vec<ItemRow>)>, StoreError> {
    let booking: Option<BookingRow> = answers.first()?;
    let items = answers.all()?;
    Ok(booking.map(|booking| (booking, items)))
}

/// A booking.
#[derive(Clone, Debug, Deserialize)]
pub struct BookingRow {
    pub public_id: String,
    pub org_id: i64,
    /// Public id of the organization.
    pub org: String,
    /// Its name.
    pub org_name: String,
    pub number: Option<String>,
    pub state: String,
    pub version: i64,
    pub currency: Currency,
    pub total: i64,
    pub due_now: i64,
    pub due_later: i64,
    pub channel: String,
    /// Where it came from, as its page says: JSON.
    pub source: Option<String>,
    /// From the guest.
    pub note: Option<String>,
    /// Among the staff.
    pub staff_note: Option<String>,
    /// A request runs out then.
    pub approve_until: Option<i64>,
    pub checked_in_at: Option<i64>,
    pub no_show_at: Option<i64>,
    pub rescheduled_at: Option<i64>,
    pub rescheduled_from: Option<i64>,
    pub cancelled_at: Option<i64>,
    pub cancelled_by: Option<String>,
    pub cancel_reason: Option<String>,
    pub quote: String,
    pub coupon_code: Option<String>,
    pub country: Option<String>,
    pub answers: String,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub token_hash: Option<String>,
    /// To write it into a later message.
    pub token_sealed: Option<String>,
    /// BCP 47, of whoever booked.
    pub locale: Option<String>,
    /// The organization's.
    pub org_locale: String,
    pub held_until: Option<i64>,
    pub created_at: i64,
    pub timezone: String,
    pub settings: String,
    pub hold_seconds: u32,
    pub number_prefix: String,
    pub paid: i64,
    pub repaid: i64,
    /// Charges less credits: what it costs in the end.
    pub owed: i64,
    /// On its way back through a provider.
    pub going_back: i64,
    /// What came through a provider and can go back there, the newest first: JSON.
    pub online: String,
    /// live or test, where the organization takes payments online.
    pub payments: Option<String>,
    /// Public id.
    pub customer: Option<String>,
    pub holds_claims: u8,
    pub approval: u8,
}

/// An item of a booking.
#[derive(Clone, Debug, Deserialize)]
pub struct ItemRow {
    pub position: usize,
    /// Public id.
    pub offering: String,
    pub name: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub party: String,
    pub add_ons: String,
    pub private: u8,
    pub length: Option<u32>,
    pub total: i64,
    pub refund_tiers: String,
}

const NEW_CUSTOMER: &str = "
insert into customer (public_id, org_id, email, name, phone, created_at, updated_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?6)
on conflict (org_id, email) do nothing";

/// Only if the row above was really made: its public id is ours.
const CUSTOMER_CREATED: &str = "
insert into event_log (public_id, org_id, kind, subject, payload, happened_at)
select ?1, org_id, 'customer.created', public_id,
       json_object('id', public_id, 'name', name, 'email', email, 'phone', phone), created_at
from customer where public_id = ?2";

/// Makes the customer known, and says so if they were not.
pub fn meet(customer_id: &str, event_id: &str, org: i64, contact: &Contact, now: Instant) -> [Statement; 2] {
    [
        sql(NEW_CUSTOMER)
            .bind(customer_id)
            .bind(org)
            .bind(contact.email.as_str())
            .bind(contact.name.as_str())
            .bind(contact.phone.clone())
            .bind(now),
        sql(CUSTOMER_CREATED).bind(event_id).bind(customer_id),
    ]
}

const DRAW_NUMBER: &str = "
insert into number_series (org_id, name, year, last) values (?1, 'booking', ?2, 1)
on conflict (org_id, name, year) do update set last = last + 1";

/// Draws the next booking number of the year; [`insert`] and [`settle`] use it.
pub fn draw_number(org: i64, year: i32) -> Statement {
    sql(DRAW_NUMBER).bind(org).bind(i64::from(year))
}

/// `?1` prefix, `?2` year, `?3` organization; nothing was drawn when the prefix is null.
macro_rules! drawn_number {
    () => {
        "(select ?1 || printf('-%d-%06d', year, last) from number_series
           where ?1 is not null and org_id = ?3 and name = 'booking' and year = ?2)"
    };
}

const INSERT: &str = concat!(
    "insert into booking (org_id, number, public_id, state, channel, calendar_id, customer_id, contact_name, contact_email,
       contact_phone, locale, country, currency, total, due_now, due_later, quote, coupon_code, answers, token_hash,
       token_sealed, hold_token_hash, held_until, created_at, updated_at, approve_until, note,
       staff_note, source)
     values (?3, ",
    drawn_number!(),
    ", ?4, ?5, ?6, (select id from calendar where public_id = ?7 and org_id = ?3),
       (select id from customer where org_id = ?3 and email = ?8), ?9, ?8, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
       ?20, ?21, ?22, ?23, ?24, ?24, ?25, ?26, ?27, ?28)"
);

const INSERT_ITEMS: &str = "
insert into booking_item (org_id, booking_id, position, offering_id, name, starts_at, ends_at, party, add_ons, private,
  length, total, refund_tiers)
select booking.org_id, booking.id, item.value ->> 'position', item.value ->> 'offering', item.value ->> 'name',
  item.value ->> 'startsAt', item.value ->> 'endsAt', item.value -> 'party', item.value -> 'addOns',
  item.value ->> 'private', item.value ->> 'length', item.value ->> 'total', item.value -> 'refundTiers'
from booking, json_each(?2) as item where booking.public_id = ?1";

pub const INSERT_LINES: &str = "
insert into booking_line (org_id, booking_id, position, item_position, kind, label, quantity, net, tax, gross)
select booking.org_id, booking.id, line.key, line.value ->> 'item', line.value ->> 'kind',
  coalesce(line.value ->> 'label', ''), line.value ->> 'quantity', line.value ->> 'net', line.value ->> 'tax',
  line.value ->> 'gross'
from booking, json_each(?2) as line where booking.public_id = ?1";

const INSERT_CLAIMS: &str = "
insert into claim (org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until,
  share_offering_id, share_departure_at, seats_before, offering_version, checked_at)
select item.org_id, item.id, claim.value ->> 'offering', claim.value ->> 'departureAt', claim.value ->> 'resource',
  claim.value ->> 'startsAt', claim.value ->> 'endsAt', claim.value ->> 'units', claim.value ->> 'heldUntil',
  claim.value ->> 'shareOffering', claim.value ->> 'shareDepartureAt', claim.value ->> 'seatsBefore',
  claim.value ->> 'offeringVersion',
  cast(?3 as integer)
from json_each(?2) as claim
join booking on booking.public_id = ?1
join booking_item as item on item.booking_id = booking.id and item.position = claim.value ->> 'item'
order by claim.key";

/// Laws of the schema that speak of venue dates know them from here; nothing is written where nothing is new.
const WRITE_DAYS: &str = "
insert into venue_day (org_id, date, starts_at, ends_at)
select ?1, day.value ->> 'date', day.value ->> 'startsAt', day.value ->> 'endsAt' from json_each(?2) as day where true
on conflict (org_id, date) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at
where starts_at <> excluded.starts_at or ends_at <> excluded.ends_at";

const USE_COUPON: &str = "
insert into coupon_use (org_id, coupon_id, booking_id, email, held_until, used_at)
select org_id, ?2, id, ?3, ?4, ?5 from booking where public_id = ?1";

const CHARGE: &str = "
insert into ledger_entry (org_id, booking_id, kind, amount, currency, at)
select org_id, id, ?2, ?3, currency, ?4 from booking where public_id = ?1";

/// A booking that is to be.
pub struct New<'a> {
    pub public_id: &'a str,
    pub venue: &'a Venue,
    pub placed: &'a [Placed],
    pub quote: &'a Quote,
    pub state: State,
    pub channel: &'a str,
    pub source: Option<&'a Source>,
    pub calendar: Option<&'a str>,
    pub contact: Option<&'a Contact>,
    pub locale: Option<&'a str>,
    pub country: Option<&'a str>,
    pub answers: &'a str,
    /// From the guest.
    pub note: Option<&'a str>,
    /// Among the staff.
    pub staff_note: Option<&'a str>,
    pub token_hash: Option<&'a str>,
    pub token_sealed: Option<&'a str>,
    pub hold_token_hash: Option<&'a str>,
    /// A hold, until then.
    pub held_until: Option<Instant>,
    /// A request, until then.
    pub approve_until: Option<Instant>,
    /// The year whose number it takes; a hold takes none.
    pub year: Option<i32>,
    pub now: Instant,
}

/// Writes a booking with its items, lines, claims and coupon.
pub fn insert(new: &New<'_>) -> Result<Vec<Statement>, StoreError> {
    let (org, quote) = (&new.venue.org, new.quote);
    let mut batch = Vec::new();
    batch.extend(new.year.map(|year| draw_number(org.id, year)));
    let coupon = new.venue.coupon.as_ref();
    batch.push(
        sql(INSERT)
            .bind(new.year.map(|_| org.number_prefix.as_str()))
            .bind(new.year.map(i64::from))
            .bind(org.id)
            .bind(new.public_id)
            .bind(new.state.as_str())
            .bind(new.channel)
            .bind(new.calendar)
            .bind(new.contact.map(|contact| contact.email.as_str()))
            .bind(new.contact.map(|contact| contact.name.as_str()))
            .bind(new.contact.and_then(|contact| contact.phone.as_deref()))
            .bind(new.locale)
            .bind(new.country)
            .bind(quote.currency.code())
            .bind(quote.total)
            .bind(quote.due_now)
            .bind(quote.due_later)
            .bind(to_json(quote)?)
            .bind(coupon.map(|coupon| coupon.coupon.code.as_str()))
            .bind(new.answers)
            .bind(new.token_hash)
            .bind(new.token_sealed)
            .bind(new.hold_token_hash)
            .bind(new.held_until)
            .bind(new.now)
            .bind(new.approve_until)
            .bind(new.note)
            .bind(new.staff_note)
            .bind(new.source.map(to_json).transpose()?),
    );
    batch.push(sql(INSERT_ITEMS).bind(new.public_id).bind(items_json(new.placed, quote)));
    batch.push(sql(INSERT_LINES).bind(new.public_id).bind(to_json(&quote.invoice)?));
    batch.extend(claims(new.public_id, new.venue, new.placed, new.held_until, new.now)?);
    if let Some(coupon) = coupon {
        let email = new.contact.map(|contact| contact.email.as_str());
        batch.push(sql(USE_COUPON).bind(new.public_id).bind(coupon.row).bind(email).bind(new.held_until).bind(new.now));
    }
    if new.held_until.is_none() {
        batch.push(charge(new.public_id, quote.total, new.now));
    }
    Ok(batch)
}

pub fn items_json(placed: &[Placed], quote: &Quote) -> String {
    let items = placed.iter().enumerate().map(|(position, one)| {
        json!({
            "position": position,
            "offering": one.offering_row,
            "name": one.name,
            "startsAt": one.placement.span.starts_at,
            "endsAt": one.placement.span.ends_at,
            "party": one.item.party,
            "addOns": one.item.add_ons,
            "private": u8::from(one.placement.private),
            "length": one.item.length,
            "total": quote.item_totals.get(position).copied().unwrap_or(0),
            "refundTiers": one.refund_tiers,
        })
    });
    Value::from_iter(items).to_string()
}

/// Claims all that was placed, held until some moment or for good, and writes down the venue dates that it touches.
pub fn claims(
    booking: &str,
    venue: &Venue,
    placed: &[Placed],
    held_until: Option<Instant>,
    now: Instant,
) -> Result<[Statement; 2], StoreError> {
    let mut rows = Vec::new();
    for (position, one) in placed.iter().enumerate() {
        for claim in &one.claims {
            rows.push(claim_json(venue, position, one, claim, held_until)?);
        }
    }
    let spans = placed.iter().flat_map(|one| &one.claims).map(|claim| claim.span);
    Ok([
        sql(WRITE_DAYS).bind(venue.org.id).bind(days_json(&venue.calendar.zone, spans)),
        sql(INSERT_CLAIMS).bind(booking).bind(Value::from(rows).to_string()).bind(now),
    ])
}

/// The venue dates that some spans touch, each once.
fn days_json(zone: &Zone, spans: impl Iterator<Item = Span>) -> String {
    let mut days = BTreeMap::new();
    for span in spans {
        let mut day = zone.day(zone.date_of(span.starts_at));
        while day.starts_at < span.ends_at && !day.is_empty() {
            days.insert(zone.date_of(day.starts_at), day);
            day = zone.day(zone.date_of(day.ends_at));
        }
    }
    let shown = |(date, day): (Date, Span)| json!({"date": date, "startsAt": day.starts_at, "endsAt": day.ends_at});
    Value::from_iter(days.into_iter().map(shown)).to_string()
}

fn claim_json(
    venue: &Venue,
    position: usize,
    one: &Placed,
    claim: &Claim,
    held_until: Option<Instant>,
) -> Result<Value, StoreError> {
    let unknown = || StoreError::Unreadable("a claim on something that was not read".to_owned());
    let mut row = json!({
        "item": position,
        "startsAt": claim.span.starts_at,
        "endsAt": claim.span.ends_at,
        "units": claim.units,
        "heldUntil": held_until,
    });
    let Some(fields) = row.as_object_mut() else { return Err(unknown()) };
    match &claim.pool {
        Pool::Departure(departure) => {
            let offering = venue.offering_row(&departure.offering).ok_or_else(unknown)?;
            fields.insert("offering".to_owned(), Value::from(offering));
            fields.insert("departureAt".to_owned(), Value::from(departure.at.0));
            fields.insert("offeringVersion".to_owned(), Value::from(venue.offering_version(&departure.offering)));
            if one.depends_on_others {
                fields.insert("seatsBefore".to_owned(), Value::from(one.placement.seats_before));
            }
        }
        Pool::Resource(resource) => {
            let resource = venue.resource_row(resource).ok_or_else(unknown)?;
            fields.insert("resource".to_owned(), Value::from(resource));
        }
    }
    if let Some(departure) = &claim.shared_by {
        let offering = venue.offering_row(&departure.offering).ok_or_else(unknown)?;
        fields.insert("shareOffering".to_owned(), Value::from(offering));
        fields.insert("shareDepartureAt".to_owned(), Value::from(departure.at.0));
    }
    Ok(row)
}

/// The customer owes this.
pub fn charge(booking: &str, amount: i64, now: Instant) -> Statement {
    sql(CHARGE).bind(booking).bind("CHARGE").bind(amount).bind(now)
}

const SETTLE: &str = concat!(
    "update booking set
       number = ",
    drawn_number!(),
    ", version = ?5 + 1, state = ?6, held_until = null, customer_id = (select id from customer where org_id = ?3 and email = ?7),
       contact_email = ?7, contact_name = ?8, contact_phone = ?9, locale = ?10, answers = ?11, token_hash = ?12,
       token_sealed = ?13, calendar_id = (select id from calendar where public_id = ?14 and org_id = ?3), updated_at = ?15,
       approve_until = ?16, source = coalesce(?17, source)
     where public_id = ?4"
);

const FIRM_CLAIMS: &str = "
update claim set held_until = null, checked_at = ?2
where released_at is null
  and booking_item_id in (select item.id from booking join booking_item as item on item.booking_id = booking.id
    where booking.public_id = ?1)";

const FIRM_COUPON: &str = "
update coupon_use set held_until = null, email = ?2
where released_at is null and booking_id = (select id from booking where public_id = ?1)";

/// What a hold needs to become a booking.
pub struct Settled<'a> {
    pub row: &'a BookingRow,
    pub state: State,
    pub contact: &'a Contact,
    pub locale: Option<&'a str>,
    pub answers: &'a str,
    pub token_hash: &'a str,
    pub token_sealed: Option<&'a str>,
    pub calendar: Option<&'a str>,
    /// As JSON; where it is not said, what the hold said stays.
    pub source: Option<&'a str>,
    /// A request, until then.
    pub approve_until: Option<Instant>,
    pub year: i32,
    pub now: Instant,
}

/// Turns a hold into a booking: its number, its contact, claims that no longer run out.
pub fn settle(settled: &Settled<'_>) -> Vec<Statement> {
    let row = settled.row;
    let id = row.public_id.as_str();
    let email = settled.contact.email.as_str();
    vec![
        draw_number(row.org_id, settled.year),
        sql(SETTLE)
            .bind(row.number_prefix.as_str())
            .bind(i64::from(settled.year))
            .bind(row.org_id)
            .bind(id)
            .bind(row.version)
            .bind(settled.state.as_str())
            .bind(email)
            .bind(settled.contact.name.as_str())
            .bind(settled.contact.phone.clone())
            .bind(settled.locale)
            .bind(settled.answers)
            .bind(settled.token_hash)
            .bind(settled.token_sealed)
            .bind(settled.calendar)
            .bind(settled.now)
            .bind(settled.approve_until)
            .bind(settled.source),
        sql(FIRM_CLAIMS).bind(id).bind(settled.now),
        sql(FIRM_COUPON).bind(id).bind(email),
        charge(id, row.total, settled.now),
    ]
}

const NUMBERED: &str = concat!(
    "update booking set number = ",
    drawn_number!(),
    ", approve_until = ?5 where public_id = ?4 and number is null"
);

/// Gives what was only held a number of the year, and an end to decide on it by.
pub fn numbered(row: &BookingRow, year: i32, approve_until: Option<Instant>) -> [Statement; 3] {
    let id = row.public_id.as_str();
    [
        draw_number(row.org_id, year),
        sql(NUMBERED)
            .bind(row.number_prefix.as_str())
            .bind(i64::from(year))
            .bind(row.org_id)
            .bind(id)
            .bind(approve_until),
        record::expect_change(),
    ]
}

/// What it claims no longer runs out.
pub fn firm(row: &BookingRow, now: Instant) -> [Statement; 2] {
    let id = row.public_id.as_str();
    [sql(FIRM_CLAIMS).bind(id).bind(now), sql(FIRM_COUPON).bind(id).bind(row.contact_email.as_deref())]
}

const AWAIT: &str = "
update booking
set version = ?2 + 1, held_until = ?3, customer_id = (select id from customer where org_id = ?4 and email = ?5),
    contact_email = ?5, contact_name = ?6, contact_phone = ?7, locale = ?8, answers = ?9, token_hash = ?10,
    token_sealed = ?11, calendar_id = (select id from calendar where public_id = ?12 and org_id = ?4), updated_at = ?13,
    source = coalesce(?14, source)
where public_id = ?1";

/// A hold waits for its payment: it is known who books, and it lasts until `until`.
pub fn await_payment(settled: &Settled<'_>, until: Instant) -> Vec<Statement> {
    let row = settled.row;
    let id = row.public_id.as_str();
    vec![
        sql(AWAIT)
            .bind(id)
            .bind(row.version)
            .bind(until)
            .bind(row.org_id)
            .bind(settled.contact.email.as_str())
            .bind(settled.contact.name.as_str())
            .bind(settled.contact.phone.clone())
            .bind(settled.locale)
            .bind(settled.answers)
            .bind(settled.token_hash)
            .bind(settled.token_sealed)
            .bind(settled.calendar)
            .bind(settled.now)
            .bind(settled.source),
        sql(EXTEND_CLAIMS).bind(id).bind(until).bind(settled.now),
        sql(EXTEND_COUPON).bind(id).bind(until),
    ]
}

const MOVE_STATE: &str = "
update booking
set version = ?2 + 1, state = ?3, updated_at = ?4, held_until = null,
    cancelled_at = case when ?3 = 'CANCELLED' then ?4 else cancelled_at end,
    cancelled_by = coalesce(?5, cancelled_by), cancel_reason = coalesce(?6, cancel_reason)
where public_id = ?1";

/// Moves a booking to another state; what it claimed is let go by the database where the state says so.
pub fn move_to(row: &BookingRow, state: State, by: Option<&str>, reason: Option<&str>, now: Instant) -> Statement {
    sql(MOVE_STATE).bind(row.public_id.as_str()).bind(row.version).bind(state.as_str()).bind(now).bind(by).bind(reason)
}

const EXTEND: &str = "
update booking set version = ?2 + 1, held_until = ?3, updated_at = ?4 where public_id = ?1";
const EXTEND_CLAIMS: &str = "
update claim set held_until = ?2, checked_at = ?3
where released_at is null
  and booking_item_id in (select item.id from booking join booking_item as item on item.booking_id = booking.id
    where booking.public_id = ?1)";
const EXTEND_COUPON: &str = "
update coupon_use set held_until = ?2
where released_at is null and booking_id = (select id from booking where public_id = ?1)";

/// Lets a hold last longer.
pub fn extend(row: &BookingRow, until: Instant, now: Instant) -> Vec<Statement> {
    let id = row.public_id.as_str();
    vec![
        sql(EXTEND).bind(id).bind(row.version).bind(until).bind(now),
        sql(EXTEND_CLAIMS).bind(id).bind(until).bind(now),
        sql(EXTEND_COUPON).bind(id).bind(until),
    ]
}

/// The number is read where it is written: it may have been drawn in the same batch.
const TELL: &str = "
insert into event_log (public_id, org_id, kind, subject, payload, happened_at)
select ?1, booking.org_id, ?3, booking.public_id, json_set(?4, '$.number', booking.number), ?5
from booking where booking.public_id = ?2";

/// Writes down what happened to a booking, for everybody who wants to hear of it.
pub fn tell(event_id: &str, booking: &str, kind: &str, payload: &str, now: Instant) -> Statement {
    sql(TELL).bind(event_id).bind(booking).bind(kind).bind(payload).bind(now)
}

const NUMBER: &str = "select number from booking where public_id = ?1";

/// A booking's number.
#[derive(Deserialize)]
pub struct Number {
    pub number: Option<String>,
}

/// Reads the number that was just drawn.
pub fn number(booking: &str) -> Statement {
    sql(NUMBER).bind(booking)
}

const CALENDARS: &str = "select public_id from calendar where org_id = ?1";

/// A calendar's public id.
#[derive(Deserialize)]
pub struct CalendarId {
    pub public_id: String,
}

/// The calendars whose snapshots show an organization's bookings.
pub fn calendars(org: i64) -> Statement {
    sql(CALENDARS).bind(org)
}

const RUN_OUT: &str = "
select public_id from booking where state = 'PENDING' and held_until <= ?1 order by held_until limit ?2";

/// A booking's public id.
#[derive(Deserialize)]
pub struct BookingId {
    pub public_id: String,
}

/// Holds that have run out.
pub fn run_out(now: Instant, limit: i64) -> Statement {
    sql(RUN_OUT).bind(now).bind(limit)
}

const CART_DUE: &str = "
update booking
set cart_due_at = ?2 + 60 * (select coalesce(settings ->> 'cartMinutes', 0) from org where org.id = booking.org_id)
where public_id = ?1 and abandoned_at is null";

/// Notes when a hold that ran out now is to be told of as a cart that was left.
pub fn cart_due(booking: &str, now: Instant) -> Statement {
    sql(CART_DUE).bind(booking).bind(now)
}

const CARTS_DUE: &str = "
select public_id from booking
where cart_due_at is not null and abandoned_at is null and cart_due_at <= ?1
order by cart_due_at limit ?2";

/// Carts that are to be told of by now.
pub fn carts_due(now: Instant, limit: i64) -> Statement {
    sql(CARTS_DUE).bind(now).bind(limit)
}

/// Only if it was not told before and the same person has booked nothing since.
const TELL_ABANDONED: &str = "
insert into event_log (public_id, org_id, kind, subject, payload, happened_at)
select ?1, cart.org_id, 'cart.abandoned', cart.public_id, ?3, ?4
from booking as cart
where cart.public_id = ?2 and cart.abandoned_at is null
  and not exists (
    select 1 from customer
    join booking as later on later.customer_id = customer.id
    where customer.org_id = cart.org_id and customer.email = cart.contact_email
      and later.created_at >= cart.created_at and later.state in ('CONFIRMED', 'AWAITING_APPROVAL', 'COMPLETED'))";

/// Writes down that a cart led to nothing.
pub fn tell_abandoned(event_id: &str, booking: &str, payload: &str, now: Instant) -> Statement {
    sql(TELL_ABANDONED).bind(event_id).bind(booking).bind(payload).bind(now)
}

const ABANDONED: &str = "update booking set abandoned_at = ?2 where public_id = ?1 and abandoned_at is null";

/// Notes that a cart was told of.
pub fn abandoned(booking: &str, now: Instant) -> Statement {
    sql(ABANDONED).bind(booking).bind(now)
}

pub fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))
}
