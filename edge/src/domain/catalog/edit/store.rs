//! The SQL of writing offerings: a row with all its parts in one statement, and each part written as one JSON array.

use super::draft::{Draft, capacity_columns, kind_word, need_columns};
use crate::database::{Answers, Statement, StoreError, sql};
use crate::domain::catalog::store::{BlockRow, ClaimRow, DepartureRow, ResourceRow};
use crate::domain::org::Org;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::availability::Kind;
use shared::zone::Instant;

/// An offering with all that belongs to it, as one row.
macro_rules! offering_row {
    () => {
        "select offering.id, offering.public_id, offering.kind, offering.name, offering.summary, offering.description,
           offering.image, offering.media, offering.languages, offering.schedule, offering.length,
           offering.capacity_kind, offering.capacity_units, offering.rules, offering.approval, offering.visibility,
           offering.status, offering.position, offering.version, offering.created_at, offering.updated_at,
           org.timezone, org.currency, org.price_rules, org.name as org_name, org.public_id as org,
           (select body from tariff where tariff.offering_id = offering.id) as tariff,
           (select json_group_array(json_object('code', code, 'name', name, 'note', note, 'seats', seats, 'min', min,
                                                'max', max))
              from (select * from party_type where party_type.offering_id = offering.id order by position, id))
             as party_types,
           (select json_group_array(json_object('need', need, 'amount', amount, 'anyOf', json(any_of)))
              from (select requirement.need, requirement.amount,
                      (select json_group_array(public_id) from (
                         select resource.public_id from requirement_resource as pool
                         join resource on resource.id = pool.resource_id
                         where pool.requirement_id = requirement.id and resource.archived_at is null
                         order by pool.position, resource.id)) as any_of
                    from requirement where requirement.offering_id = offering.id order by requirement.position))
             as requirements,
           (select json_group_array(json_object('columnName', column_name, 'label', label, 'kind', kind,
                                                'required', json(iif(required, 'true', 'false')),
                                                'options', json(options)))
              from (select * from question where question.org_id = offering.org_id
                      and question.offering_id = offering.id order by position, id)) as questions,
           (select json_group_array(json_object('id', public_id, 'free', json(iif(free, 'true', 'false'))))
              from (select add_on.public_id, sold.free from add_on_offering as sold
                    join add_on on add_on.id = sold.add_on_id
                    where sold.offering_id = offering.id and add_on.status <> 'ARCHIVED'
                    order by add_on.position, add_on.id)) as add_ons
         from offering join org on org.id = offering.org_id "
    };
}

/// An offering with all that belongs to it.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub id: i64,
    pub public_id: String,
    pub kind: String,
    pub name: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub image: Option<String>,
    pub media: String,
    pub languages: String,
    pub schedule: String,
    pub length: String,
    pub capacity_kind: String,
    pub capacity_units: Option<u32>,
    pub rules: String,
    pub approval: u8,
    pub visibility: String,
    pub status: String,
    pub position: u32,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub tariff: Option<String>,
    pub party_types: String,
    pub requirements: String,
    pub questions: String,
    pub add_ons: String,
    /// Of the organization: its zone.
    pub timezone: String,
    /// Its currency.
    pub currency: String,
    /// Its prices that are not of one offering.
    pub price_rules: String,
    /// Its name.
    pub org_name: String,
    /// Its public id.
    pub org: String,
}

const LIST: &str = concat!(
    offering_row!(),
    "where offering.org_id = ?1 and offering.kind = ?2 and offering.id > ?3
       and offering.removed_at is null and (offering.status = ?4 or (?4 is null and offering.status <> 'ARCHIVED'))
     order by offering.id limit ?5"
);

/// Offerings of a kind after row `after`, of one status or all but the archived.
pub fn list(org: i64, kind: Kind, status: Option<&str>, after: i64, limit: i64) -> Statement {
    sql(LIST).bind(org).bind(kind_word(kind)).bind(after).bind(status).bind(limit)
}

const FIND: &str = concat!(
    offering_row!(),
    "where offering.public_id = ?2 and offering.org_id = ?1 and offering.kind = ?3 and offering.removed_at is null"
);

/// One of them.
pub fn find(org: i64, id: &str, kind: Kind) -> Statement {
    sql(FIND).bind(org).bind(id).bind(kind_word(kind))
}

const PUBLIC: &str = concat!(
    offering_row!(),
    "where offering.public_id = ?1 and offering.kind = ?2 and offering.status = 'PUBLISHED'
       and offering.visibility <> 'PRIVATE'"
);

/// One that everybody may see.
pub fn public(id: &str, kind: Kind) -> Statement {
    sql(PUBLIC).bind(id).bind(kind_word(kind))
}

const LISTED: &str = concat!(
    offering_row!(),
    "where org.public_id = ?1 and offering.kind = ?2 and offering.status = 'PUBLISHED' and offering.removed_at is null
       and offering.visibility = 'PUBLIC'
     order by offering.position, offering.id limit ?3"
);

/// What everybody finds of an organization (public id).
pub fn listed(org: &str, kind: Kind, limit: i64) -> Statement {
    sql(LISTED).bind(org).bind(kind_word(kind)).bind(limit)
}

const ORG: &str = "
select id, slug, name, timezone, currency, locale, number_prefix, hold_seconds, settings,
       (select mode from payment_account where org_id = org.id and payment_account.closed_at is null) as payments,
       price_rules, revision, price_version
from org where id = ?1";

/// `?2` an offering, `?3` a JSON array of further resources.
macro_rules! wanted_resources {
    () => {
        "(select resource.id from json_each(?3) as named
            join resource on resource.public_id = named.value
            where resource.org_id = ?1 and resource.archived_at is null
          union
          select pool.resource_id from offering
          join requirement on requirement.offering_id = offering.id
          join requirement_resource as pool on pool.requirement_id = requirement.id
          where offering.public_id = ?2 and offering.org_id = ?1)"
    };
}

const RESOURCES: &str = concat!(
    "select id, public_id, name, public, units, weekly, overrides from resource where archived_at is null and id in ",
    wanted_resources!(),
    " order by id"
);

const BLOCKS: &str = concat!(
    "select resource_id, starts_at, ends_at, from_date, to_date from block
     where org_id = ?1 and (resource_id is null or resource_id in ",
    wanted_resources!(),
    ") and (ends_at is null or ends_at > ?4)"
);

const ADD_ONS: &str = "
select add_on.public_id as id from json_each(?3) as named
join add_on on add_on.public_id = named.value
where add_on.org_id = ?1 and add_on.status <> 'ARCHIVED'
union
select add_on.public_id from offering
join add_on_offering as sold on sold.offering_id = offering.id
join add_on on add_on.id = sold.add_on_id
where offering.public_id = ?2 and offering.org_id = ?1 and add_on.status <> 'ARCHIVED'";

/// Where an offering would stand: the organization, the resources it names, and what is off.
pub fn scene(org: i64, offering: Option<&str>, resources: &str, add_ons: &str, now: Instant) -> Vec<Statement> {
    let named = |text: &'static str| sql(text).bind(org).bind(offering).bind(resources);
    vec![
        sql(ORG).bind(org),
        named(RESOURCES),
        named(BLOCKS).bind(now),
        sql(ADD_ONS).bind(org).bind(offering).bind(add_ons),
    ]
}

/// What [`scene`] answers.
pub struct SceneRows {
    pub org: Option<Org>,
    pub resources: Vec<ResourceRow>,
    pub blocks: Vec<BlockRow>,
    pub add_ons: Vec<KnownId>,
}

/// Anonymous, as for a snapshot: of the resources and of the offering itself.
const CLAIMS: &str = concat!(
    "select claim.offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, share_offering_id,
            share_departure_at, shared.public_id as share_offering
     from claim left join offering as shared on shared.id = claim.share_offering_id
     where claim.offering_id = (select id from offering where public_id = ?2 and org_id = ?1)
       and departure_at > ?4 - 2678400 and departure_at < ?5 and released_at is null
       and (held_until is null or held_until > ?6) and ?3 is not null
     union all
     select claim.offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, share_offering_id,
            share_departure_at, shared.public_id as share_offering
     from claim left join offering as shared on shared.id = claim.share_offering_id
     where resource_id in ",
    wanted_resources!(),
    " and starts_at > ?4 - 2678400 and starts_at < ?5 and ends_at > ?4 and released_at is null
       and (held_until is null or held_until > ?6)"
);

const DEPARTURES: &str = "
select d.offering_id, d.departure_at, d.cancelled, d.capacity, d.confirmed
from offering join departure_override as d on d.offering_id = offering.id
where offering.public_id = ?2 and offering.org_id = ?1 and d.departure_at > ?3 - 86400 and d.departure_at < ?4";

/// What is sold or held around an offering: two statements, for [`claim_rows`].
pub fn claims(
    org: i64,
    offering: Option<&str>,
    resources: &str,
    from: Instant,
    to: Instant,
    now: Instant,
) -> [Statement; 2] {
    [
        sql(CLAIMS).bind(org).bind(offering).bind(resources).bind(from).bind(to).bind(now),
        sql(DEPARTURES).bind(org).bind(offering).bind(from).bind(to),
    ]
}

/// Takes the answers of [`claims`].
pub fn claim_rows(answers: &mut Answers) -> Result<(Vec<ClaimRow>, Vec<DepartureRow>), StoreError> {
    Ok((answers.all()?, answers.all()?))
}

/// A public id that exists.
#[derive(Clone, Debug, Deserialize)]
pub struct KnownId {
    pub id: String,
}

/// Takes the answers of [`scene`].
pub fn scene_rows(answers: &mut Answers) -> Result<SceneRows, StoreError> {
    Ok(SceneRows { org: answers.first()?, resources: answers.all()?, blocks: answers.all()?, add_ons: answers.all()? })
}

/// Holds count too: whoever holds may book.
const SOLD: &str = "
select booking.public_id as booking, booking.number, booking.state, item.starts_at, item.ends_at, item.party,
       item.private, item.length, claim.departure_at, claim.units,
       (select json_group_array(json_array(resource.public_id, held.units))
          from claim as held join resource on resource.id = held.resource_id
          where held.booking_item_id = item.id and held.released_at is null) as resources
from offering
join claim on claim.offering_id = offering.id and claim.departure_at > ?3 - 86400
join booking_item as item on item.id = claim.booking_item_id
join booking on booking.id = item.booking_id
where offering.public_id = ?2 and offering.org_id = ?1 and item.starts_at > ?3
  and claim.released_at is null and (claim.held_until is null or claim.held_until > ?3)
order by item.starts_at, booking.id";

/// An item that is sold or held, from now on.
#[derive(Clone, Debug, Deserialize)]
pub struct SoldRow {
    pub booking: String,
    pub number: Option<String>,
    pub state: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub party: String,
    pub private: u8,
    pub length: Option<u32>,
    pub departure_at: i64,
    pub units: u32,
    /// JSON: `[[id, units], …]`.
    pub resources: String,
}

const OVERRIDES: &str = "
select d.departure_at, d.cancelled, d.capacity
from offering join departure_override as d on d.offering_id = offering.id
where offering.public_id = ?2 and offering.org_id = ?1 and d.departure_at > ?3 - 86400";

/// A departure that differs.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct OverrideRow {
    pub departure_at: i64,
    pub cancelled: u8,
    pub capacity: Option<u32>,
}

const NEWEST_CLAIM: &str = "select coalesce(max(id), 0) as id from claim";

/// A row's number.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct RowId {
    pub id: i64,
}

/// What is sold of an offering from now on: three statements, for [`sold_rows`].
pub fn sold(org: i64, id: &str, now: Instant) -> [Statement; 3] {
    let of = |text: &'static str| sql(text).bind(org).bind(id).bind(now);
    [of(SOLD), of(OVERRIDES), sql(NEWEST_CLAIM)]
}

/// What [`sold`] answers.
#[derive(Debug, Default)]
pub struct SoldRows {
    pub sold: Vec<SoldRow>,
    pub overrides: Vec<OverrideRow>,
    /// The newest claim there was.
    pub newest_claim: i64,
}

/// Takes the answers of [`sold`].
pub fn sold_rows(answers: &mut Answers) -> Result<SoldRows, StoreError> {
    let (sold, overrides) = (answers.all()?, answers.all()?);
    let newest: Option<RowId> = answers.first()?;
    Ok(SoldRows { sold, overrides, newest_claim: newest.map_or(0, |row| row.id) })
}

const INSERT: &str = "
insert into offering (org_id, public_id, kind, name, summary, description, image, media, languages, schedule, length,
  capacity_kind, capacity_units, rules, approval, visibility, status, position, created_at, updated_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?19)";

/// Nothing may have been sold since `?20` that this was not decided by.
const UPDATE: &str = "
update offering
set name = ?4, summary = ?5, description = ?6, image = ?7, media = ?8, languages = ?9, schedule = ?10, length = ?11,
    capacity_kind = ?12, capacity_units = ?13, rules = ?14, approval = ?15, visibility = ?16, status = ?17,
    position = ?18, updated_at = ?19, version = version + 1
where org_id = ?1 and public_id = ?2 and kind = ?3 and version = ?20
  and not exists (select 1 from claim where claim.offering_id = offering.id and claim.departure_at > ?19 - 86400
    and claim.released_at is null and claim.id > ?21)";

fn columns(text: &'static str, org: i64, draft: &Draft, now: Instant) -> Result<Statement, StoreError> {
    let (capacity_kind, capacity_units) = capacity_columns(draft.capacity);
    Ok(sql(text)
        .bind(org)
        .bind(draft.id.as_str())
        .bind(kind_word(draft.kind))
        .bind(draft.name.as_str())
        .bind(draft.summary.as_deref())
        .bind(draft.description.as_deref())
        .bind(draft.images.first().map(String::as_str))
        .bind(to_json(&draft.images)?)
        .bind(to_json(&draft.languages)?)
        .bind(to_json(&draft.schedule)?)
        .bind(to_json(&draft.length)?)
        .bind(capacity_kind)
        .bind(capacity_units)
        .bind(to_json(&draft.rules)?)
        .bind(draft.approval)
        .bind(draft.visibility.as_str())
        .bind(draft.status.as_str())
        .bind(draft.position)
        .bind(now))
}

/// Makes an offering, without its parts.
pub fn insert(org: i64, draft: &Draft, now: Instant) -> Result<Statement, StoreError> {
    columns(INSERT, org, draft, now)
}

/// Changes an offering, without its parts, if it still is the version that was read and no claim came after `newest_claim`.
pub fn update(
    org: i64,
    draft: &Draft,
    version: i64,
    newest_claim: Option<i64>,
    now: Instant,
) -> Result<Statement, StoreError> {
    let any = 9_007_199_254_740_991_i64;
    Ok(columns(UPDATE, org, draft, now)?.bind(version).bind(newest_claim.unwrap_or(any)))
}

macro_rules! mine {
    () => {
        "(select id from offering where public_id = ?2 and org_id = ?1)"
    };
}

const FORGET_PARTY_TYPES: &str = concat!("delete from party_type where offering_id = ", mine!());
const INSERT_PARTY_TYPES: &str = "
insert into party_type (org_id, offering_id, code, name, note, seats, min, max, position)
select offering.org_id, offering.id, one.value ->> 'code', one.value ->> 'name', one.value ->> 'note',
  one.value ->> 'seats', one.value ->> 'min', one.value ->> 'max', one.key
from offering, json_each(?3) as one where offering.public_id = ?2 and offering.org_id = ?1";

const FORGET_REQUIREMENTS: &str = concat!("delete from requirement where offering_id = ", mine!());
const INSERT_REQUIREMENTS: &str = "
insert into requirement (org_id, offering_id, position, need, amount)
select offering.org_id, offering.id, one.key, one.value ->> 'need', one.value ->> 'amount'
from offering, json_each(?3) as one where offering.public_id = ?2 and offering.org_id = ?1";
const INSERT_POOLS: &str = "
insert into requirement_resource (org_id, requirement_id, resource_id, position)
select requirement.org_id, requirement.id, resource.id, pool.key
from offering
join requirement on requirement.offering_id = offering.id
join json_each(?3) as one on one.key = requirement.position
join json_each(one.value, '$.anyOf') as pool
join resource on resource.public_id = pool.value and resource.org_id = offering.org_id
where offering.public_id = ?2 and offering.org_id = ?1";

const SET_TARIFF: &str = "
insert into tariff (offering_id, org_id, body)
select id, org_id, ?3 from offering where public_id = ?2 and org_id = ?1
on conflict (offering_id) do update set body = excluded.body";

const FORGET_QUESTIONS: &str = concat!("delete from question where org_id = ?1 and offering_id = ", mine!());
const INSERT_QUESTIONS: &str = "
insert into question (org_id, offering_id, column_name, label, kind, required, options, position)
select offering.org_id, offering.id, one.value ->> 'columnName', one.value ->> 'label', one.value ->> 'kind',
  coalesce(one.value ->> 'required', 0), coalesce(one.value -> 'options', '[]'), one.key
from offering, json_each(?3) as one where offering.public_id = ?2 and offering.org_id = ?1";

const FORGET_ADD_ONS: &str = concat!("delete from add_on_offering where offering_id = ", mine!());
const INSERT_ADD_ONS: &str = "
insert into add_on_offering (org_id, add_on_id, offering_id, free)
select offering.org_id, add_on.id, offering.id, one.value ->> 'free'
from offering, json_each(?3) as one
join add_on on add_on.public_id = one.value ->> 'id' and add_on.org_id = offering.org_id
where offering.public_id = ?2 and offering.org_id = ?1";

/// Writes the parts that differ from `before`; none was there before a new offering.
pub fn parts(org: i64, before: Option<&Draft>, draft: &Draft) -> Result<Vec<Statement>, StoreError> {
    let id = draft.id.as_str();
    let plain = |text: &'static str| sql(text).bind(org).bind(id);
    let mut batch = Vec::new();
    let mut write = |changed: bool, forget: Option<&'static str>, insert: &[&'static str], json: String| {
        if changed {
            batch.extend(forget.filter(|_| before.is_some()).map(plain));
            batch.extend(insert.iter().map(|text| plain(text).bind(json.as_str())));
        }
    };
    write(
        before.is_none_or(|before| before.party_types != draft.party_types),
        Some(FORGET_PARTY_TYPES),
        &[INSERT_PARTY_TYPES],
        to_json(&draft.party_types)?,
    );
    let needed = draft.requires.iter().map(|one| {
        let (need, amount) = need_columns(one.need);
        json!({ "need": need, "amount": amount, "anyOf": one.any_of })
    });
    write(
        before.is_none_or(|before| before.requires != draft.requires),
        Some(FORGET_REQUIREMENTS),
        &[INSERT_REQUIREMENTS, INSERT_POOLS],
        Value::from_iter(needed).to_string(),
    );
    write(before.is_none_or(|before| before.tariff != draft.tariff), None, &[SET_TARIFF], draft.tariff_body()?);
    write(
        before.is_none_or(|before| before.questions != draft.questions),
        Some(FORGET_QUESTIONS),
        &[INSERT_QUESTIONS],
        to_json(&draft.questions)?,
    );
    write(
        before.is_none_or(|before| before.add_ons != draft.add_ons),
        Some(FORGET_ADD_ONS),
        &[INSERT_ADD_ONS],
        to_json(&draft.add_ons)?,
    );
    Ok(batch)
}

const KEEP_SEATS: &str = "
insert into departure_override (org_id, offering_id, departure_at, capacity, updated_at)
select offering.org_id, offering.id, one.value ->> 0, one.value ->> 1, ?4
from offering, json_each(?3) as one where offering.public_id = ?2 and offering.org_id = ?1
on conflict (offering_id, departure_at) do update
set capacity = coalesce(departure_override.capacity, excluded.capacity), updated_at = excluded.updated_at";

/// Gives departures seats of their own: `[(departure, seats)]`. Those that have some keep them.
pub fn keep_seats(org: i64, id: &str, departures: &[(i64, u32)], now: Instant) -> Result<Statement, StoreError> {
    Ok(sql(KEEP_SEATS).bind(org).bind(id).bind(to_json(&departures)?).bind(now))
}

/// One that was never booked is gone for everybody; the others are kept for what was booked.
const ARCHIVE: &str = "
update offering
set status = 'ARCHIVED', updated_at = ?4, version = version + 1,
    removed_at = iif(exists (select 1 from booking_item as item where item.offering_id = offering.id), null, ?4)
where public_id = ?2 and org_id = ?1 and kind = ?3 and status <> 'ARCHIVED'";

/// Puts an offering away; it is gone if it was never booked.
pub fn archive(org: i64, id: &str, kind: Kind, now: Instant) -> Statement {
    sql(ARCHIVE).bind(org).bind(id).bind(kind_word(kind)).bind(now)
}

const SET_DEPARTURE: &str = "
insert into departure_override (org_id, offering_id, departure_at, cancelled, capacity, updated_at)
select org_id, id, ?3, ?4, ?5, ?6 from offering where public_id = ?2 and org_id = ?1 and version = ?7
  and (?4 = 0 or not exists (select 1 from claim where claim.offering_id = offering.id and claim.departure_at = ?3
    and claim.released_at is null and claim.id > ?8))
on conflict (offering_id, departure_at) do update
set cancelled = excluded.cancelled, capacity = excluded.capacity, updated_at = excluded.updated_at";

/// How a departure is to differ.
#[derive(Clone, Copy, Debug)]
pub struct Differing {
    /// Its start.
    pub at: Instant,
    /// It does not happen.
    pub cancelled: bool,
    /// Its seats; none means the offering's.
    pub capacity: Option<u32>,
}

/// Makes a departure differ, if the offering still is the version that was read and nobody came after `newest_claim`.
pub fn set_departure(
    org: i64,
    id: &str,
    wanted: Differing,
    version: i64,
    newest_claim: Option<i64>,
    now: Instant,
) -> Statement {
    let any = 9_007_199_254_740_991_i64;
    sql(SET_DEPARTURE)
        .bind(org)
        .bind(id)
        .bind(wanted.at)
        .bind(wanted.cancelled)
        .bind(wanted.capacity)
        .bind(now)
        .bind(version)
        .bind(newest_claim.unwrap_or(any))
}

const CLEAR_DEPARTURE: &str =
    concat!("delete from departure_override where departure_at = ?3 and confirmed = 0 and offering_id = ", mine!());
const CLEAR_CONFIRMED: &str = concat!(
    "update departure_override set cancelled = 0, capacity = null, updated_at = ?4
     where departure_at = ?3 and confirmed = 1 and offering_id = ",
    mine!()
);

/// Lets a departure be as its offering says; that it was decided to run stays.
pub fn clear_departure(org: i64, id: &str, at: Instant, now: Instant) -> [Statement; 2] {
    [sql(CLEAR_CONFIRMED).bind(org).bind(id).bind(at).bind(now), sql(CLEAR_DEPARTURE).bind(org).bind(id).bind(at)]
}

fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable(error.to_string()))
}
