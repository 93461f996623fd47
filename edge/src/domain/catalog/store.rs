//! Reads a venue for a set of offerings and a window of time: one batch, rows bounded by the window, never by history.

use crate::database::{Answers, Statement, StoreError, sql};
use crate::domain::org::Org;
use serde::Deserialize;
use shared::zone::Instant;

/// What to read.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// Public ids of offerings.
    pub offerings: &'a [&'a str],
    /// Public id of a calendar: its offerings too.
    pub calendar: Option<&'a str>,
    /// Claims from then on.
    pub from: Instant,
    /// Claims until then.
    pub to: Instant,
    /// Holds that ended by then are left out.
    pub now: Instant,
    /// A coupon's code, and who would use it.
    pub coupon: Option<(&'a str, Option<&'a str>)>,
    /// Public id of a booking whose claims are left out: it is to be moved.
    pub without: Option<&'a str>,
    /// Unpublished offerings too: for what was booked already.
    pub any_status: bool,
}

/// Ids of the offerings asked for. `?1` is a JSON array of public ids, `?2` a calendar's or empty, `?3` whether any status will do.
macro_rules! wanted {
    () => {
        "(select id from offering where public_id in (select value from json_each(?1)) and (status = 'PUBLISHED' or ?3)
          union
          select listed.offering_id from calendar
          join calendar_offering as listed on listed.calendar_id = calendar.id
          join offering on offering.id = listed.offering_id
          where calendar.public_id = ?2 and calendar.archived_at is null and offering.status = 'PUBLISHED')"
    };
}

/// Ids of the resources that those offerings need, and of the stock of their add-ons.
macro_rules! needed {
    () => {
        concat!(
            "(select pool.resource_id from requirement
              join requirement_resource as pool on pool.requirement_id = requirement.id
              where requirement.offering_id in ",
            wanted!(),
            " union
              select add_on.stock_resource_id from add_on_offering
              join add_on on add_on.id = add_on_offering.add_on_id
              where add_on.stock_resource_id is not null and add_on_offering.offering_id in ",
            wanted!(),
            ")"
        )
    };
}

/// Ids of the organizations that those offerings and that calendar belong to.
macro_rules! owners {
    () => {
        concat!(
            "(select org_id from offering where id in ",
            wanted!(),
            " union select org_id from calendar where public_id = ?2 and archived_at is null)"
        )
    };
}

const ORGS: &str = concat!(
    "select id, slug, name, timezone, currency, locale, number_prefix, hold_seconds, settings,
       (select mode from payment_account where org_id = org.id and payment_account.closed_at is null) as payments, price_rules,
            revision, price_version
     from org where id in ",
    owners!()
);

const CALENDAR: &str = "
select name, view, languages, theme, submissions,
       case when origins = '[]'
            then coalesce((select org.settings ->> 'allowedOrigins' from org where org.id = calendar.org_id), '[]')
            else origins end as origins
from calendar
where public_id = ?2 and archived_at is null and ?1 is not null and ?3 is not null";

const OFFERINGS: &str = concat!(
    "select offering.id, offering.public_id, offering.org_id, kind, name, summary, image, schedule, length,
            capacity_kind, capacity_units, rules, approval, version
     from offering
     left join calendar_offering as listed on listed.offering_id = offering.id
       and listed.calendar_id = (select id from calendar where public_id = ?2)
     where offering.id in ",
    wanted!(),
    " order by listed.position, offering.position, offering.id"
);

const PARTY_TYPES: &str = concat!(
    "select offering_id, code, name, note, seats, min, max from party_type where offering_id in ",
    wanted!(),
    " order by offering_id, position, id"
);

const REQUIREMENTS: &str = concat!(
    "select offering_id, need, amount,
       (select json_group_array(public_id) from (
          select resource.public_id from requirement_resource as pool
          join resource on resource.id = pool.resource_id
          where pool.requirement_id = requirement.id and resource.archived_at is null
          order by pool.position, resource.id)) as any_of
     from requirement where offering_id in ",
    wanted!(),
    " order by offering_id, position"
);

const RESOURCES: &str = concat!(
    "select id, public_id, name, public, units, weekly, overrides from resource where id in ",
    needed!(),
    " order by id"
);

const BLOCKS: &str = concat!(
    "select resource_id, starts_at, ends_at, from_date, to_date from block
     where org_id in ",
    owners!(),
    " and (resource_id is null or resource_id in ",
    needed!(),
    ") and (ends_at is null or ends_at > ?4) and (starts_at is null or starts_at < ?5)"
);

/// Anonymous: pools, spans and units. The bound on the start follows from the longest claim there can be.
const CLAIMS: &str = concat!(
    "select claim.offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, share_offering_id,
            share_departure_at, shared.public_id as share_offering
     from claim left join offering as shared on shared.id = claim.share_offering_id
     where claim.offering_id in ",
    wanted!(),
    " and departure_at > ?4 - 2678400 and departure_at < ?5 and ends_at > ?4
       and released_at is null and (held_until is null or held_until > ?6)
       and booking_item_id not in (select item.id from booking join booking_item as item on item.booking_id = booking.id
         where booking.public_id = ?7)
     union all
     select claim.offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, share_offering_id,
            share_departure_at, shared.public_id as share_offering
     from claim left join offering as shared on shared.id = claim.share_offering_id
     where resource_id in ",
    needed!(),
    " and starts_at > ?4 - 2678400 and starts_at < ?5 and ends_at > ?4
       and released_at is null and (held_until is null or held_until > ?6)
       and booking_item_id not in (select item.id from booking join booking_item as item on item.booking_id = booking.id
         where booking.public_id = ?7)"
);

const DEPARTURES: &str = concat!(
    "select offering_id, departure_at, cancelled, capacity, confirmed from departure_override
     where offering_id in ",
    wanted!(),
    " and departure_at > ?4 - 86400 and departure_at < ?5"
);

const TARIFFS: &str = concat!("select offering_id, body from tariff where offering_id in ", wanted!());

const ADD_ONS: &str = concat!(
    "select add_on.public_id, add_on.name, add_on.body, stock.public_id as stock,
       (select json_group_array(offering.public_id) from add_on_offering as sold
          join offering on offering.id = sold.offering_id where sold.add_on_id = add_on.id) as offerings,
       (select json_group_array(offering.public_id) from add_on_offering as sold
          join offering on offering.id = sold.offering_id where sold.add_on_id = add_on.id and sold.free = 1) as free_with
     from add_on left join resource as stock on stock.id = add_on.stock_resource_id
     where add_on.status = 'PUBLISHED'
       and add_on.id in (select add_on_id from add_on_offering where offering_id in ",
    wanted!(),
    ") order by add_on.position, add_on.id"
);

const QUESTIONS: &str = concat!(
    "select offering_id, column_name, label, kind, required, options from question
     where org_id in ",
    owners!(),
    " and (offering_id is null or offering_id in ",
    wanted!(),
    ") order by position, id"
);

const QUESTIONS_OF_HOLD: &str = "
select question.offering_id, question.column_name, question.label, question.kind, question.required, question.options
from booking
join question on question.org_id = booking.org_id
where booking.hold_token_hash = ?1
  and (question.offering_id is null or question.offering_id in (
    select offering_id from booking_item where booking_item.booking_id = booking.id))
order by question.position, question.id";

/// What is asked of whoever books what a hold holds.
pub fn questions_of_hold(token_hash: &str) -> Statement {
    sql(QUESTIONS_OF_HOLD).bind(token_hash)
}

const QUESTIONS_OF: &str = "
select offering_id, column_name, label, kind, required, options from question
where org_id = ?1
  and (offering_id is null or offering_id in (
    select id from offering where org_id = ?1 and public_id in (select value from json_each(?2))))
order by position, id";

/// What is asked of whoever books some offerings.
pub fn questions_of(org: i64, offerings: &[&str]) -> Statement {
    sql(QUESTIONS_OF).bind(org).bind(serde_json::to_string(offerings).unwrap_or_default())
}

const COUPON: &str = concat!(
    "select id, code, body, max_uses, max_uses_per_customer,
       (select count(*) from coupon_use as used where used.coupon_id = coupon.id and used.released_at is null
          and (used.held_until is null or used.held_until > ?6)) as uses,
       (select count(*) from coupon_use as used where used.coupon_id = coupon.id and used.released_at is null
          and (used.held_until is null or used.held_until > ?6) and used.email = ?5) as uses_by_customer
     from coupon
     where archived_at is null and code = ?4 and org_id in ",
    owners!()
);

/// The statements of one read, in the order in which [`rows`] takes their answers.
pub fn read(scope: &Scope<'_>) -> Vec<Statement> {
    let offerings = serde_json::to_string(scope.offerings).unwrap_or_default();
    let wanted = |text: &'static str| {
        sql(text).bind(offerings.as_str()).bind(scope.calendar.unwrap_or("")).bind(scope.any_status)
    };
    let within = |text: &'static str| wanted(text).bind(scope.from).bind(scope.to);
    let (code, email) = scope.coupon.unwrap_or(("", None));
    vec![
        wanted(ORGS),
        wanted(CALENDAR),
        wanted(OFFERINGS),
        wanted(PARTY_TYPES),
        wanted(REQUIREMENTS),
        wanted(RESOURCES),
        within(BLOCKS),
        within(CLAIMS).bind(scope.now).bind(scope.without.unwrap_or("")),
        within(DEPARTURES),
        wanted(TARIFFS),
        wanted(ADD_ONS),
        wanted(QUESTIONS),
        wanted(COUPON).bind(code).bind(email).bind(scope.now),
    ]
}

/// Everything that [`read`] answered.
pub struct Found {
    pub orgs: Vec<Org>,
    pub calendar: Option<CalendarRow>,
    pub offerings: Vec<OfferingRow>,
    pub party_types: Vec<PartyTypeRow>,
    pub requirements: Vec<RequirementRow>,
    pub resources: Vec<ResourceRow>,
    pub blocks: Vec<BlockRow>,
    pub claims: Vec<ClaimRow>,
    pub departures: Vec<DepartureRow>,
    pub tariffs: Vec<TariffRow>,
    pub add_ons: Vec<AddOnRow>,
    pub questions: Vec<QuestionRow>,
    pub coupon: Option<CouponRow>,
}

/// Takes the answers of [`read`].
pub fn rows(answers: &mut Answers) -> Result<Found, StoreError> {
    Ok(Found {
        orgs: answers.all()?,
        calendar: answers.first()?,
        offerings: answers.all()?,
        party_types: answers.all()?,
        requirements: answers.all()?,
        resources: answers.all()?,
        blocks: answers.all()?,
        claims: answers.all()?,
        departures: answers.all()?,
        tariffs: answers.all()?,
        add_ons: answers.all()?,
        questions: answers.all()?,
        coupon: answers.first()?,
    })
}

#[derive(Deserialize)]
pub struct CalendarRow {
    pub name: String,
    pub view: String,
    pub languages: String,
    pub origins: String,
    pub theme: String,
    pub submissions: u8,
}

#[derive(Deserialize)]
pub struct OfferingRow {
    pub id: i64,
    pub public_id: String,
    pub org_id: i64,
    pub kind: String,
    pub name: String,
    pub summary: Option<String>,
    pub image: Option<String>,
    pub schedule: String,
    pub length: String,
    pub capacity_kind: String,
    pub capacity_units: Option<u32>,
    pub rules: String,
    pub approval: u8,
    pub version: i64,
}

#[derive(Deserialize)]
pub struct PartyTypeRow {
    pub offering_id: i64,
    pub code: String,
    pub name: String,
    pub note: Option<String>,
    pub seats: u32,
    pub min: u32,
    pub max: Option<u32>,
}

#[derive(Deserialize)]
pub struct RequirementRow {
    pub offering_id: i64,
    pub need: String,
    pub amount: u32,
    pub any_of: String,
}

#[derive(Deserialize)]
pub struct ResourceRow {
    pub id: i64,
    pub public_id: String,
    pub name: String,
    pub public: u8,
    pub units: u32,
    pub weekly: String,
    pub overrides: String,
}

#[derive(Deserialize)]
pub struct BlockRow {
    pub resource_id: Option<i64>,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub from_date: Option<String>,
    pub to_date: Option<String>,
}

#[derive(Deserialize)]
pub struct ClaimRow {
    pub offering_id: Option<i64>,
    pub departure_at: Option<i64>,
    pub resource_id: Option<i64>,
    pub starts_at: i64,
    pub ends_at: i64,
    pub units: u32,
    pub held_until: Option<i64>,
    pub share_offering: Option<String>,
    pub share_departure_at: Option<i64>,
}

#[derive(Deserialize)]
pub struct DepartureRow {
    pub offering_id: i64,
    pub departure_at: i64,
    pub cancelled: u8,
    pub capacity: Option<u32>,
    pub confirmed: u8,
}

#[derive(Deserialize)]
pub struct TariffRow {
    pub offering_id: i64,
    pub body: String,
}

#[derive(Deserialize)]
pub struct AddOnRow {
    pub public_id: String,
    pub name: String,
    pub body: String,
    pub stock: Option<String>,
    pub offerings: String,
    pub free_with: String,
}

#[derive(Deserialize)]
pub struct QuestionRow {
    pub offering_id: Option<i64>,
    pub column_name: String,
    pub label: String,
    pub kind: String,
    pub required: u8,
    pub options: String,
}

#[derive(Deserialize)]
pub struct CouponRow {
    pub id: i64,
    pub code: String,
    pub body: String,
    pub max_uses: Option<u32>,
    pub max_uses_per_customer: Option<u32>,
    pub uses: u32,
    pub uses_by_customer: u32,
}

const ORIGINS: &str = "select origins from calendar where public_id = ?1";

/// Sites that may embed a calendar, as JSON.
#[derive(Deserialize)]
pub struct OriginsRow {
    pub origins: String,
}

/// Reads the sites that may embed a calendar.
pub fn origins(calendar: &str) -> Statement {
    sql(ORIGINS).bind(calendar)
}

const ORIGINS_OF_BOOKING: &str = "
select calendar.origins from booking join calendar on calendar.id = booking.calendar_id where booking.public_id = ?1";

/// Reads the sites of the calendar that a booking came through.
pub fn origins_of_booking(booking: &str) -> Statement {
    sql(ORIGINS_OF_BOOKING).bind(booking)
}
