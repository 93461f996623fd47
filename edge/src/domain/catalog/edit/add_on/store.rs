//! The SQL of add-ons and of what runs out of them.

use super::AddOn;
use crate::database::{Statement, sql};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::zone::Instant;

macro_rules! add_on_row {
    () => {
        "select add_on.id, add_on.public_id, add_on.name, add_on.body, add_on.status, add_on.position,
           stock.public_id as stock_resource, stock.units as stock,
           (select json_group_array(json_array(public_id, free))
              from (select offering.public_id, sold.free from add_on_offering as sold
                    join offering on offering.id = sold.offering_id
                    where sold.add_on_id = add_on.id and offering.status <> 'ARCHIVED'
                    order by offering.position, offering.id)) as offerings
         from add_on left join resource as stock on stock.id = add_on.stock_resource_id "
    };
}

/// An add-on with what it goes with.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// Row.
    pub id: i64,
    /// `add_…`.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// How its price counts: JSON of the engine.
    pub body: String,
    /// DRAFT, PUBLISHED or ARCHIVED.
    pub status: String,
    /// Its place in lists.
    pub position: u32,
    /// The resource that is its stock.
    pub stock_resource: Option<String>,
    /// How many there are at once.
    pub stock: Option<u32>,
    /// JSON: `[[id, free], …]`.
    pub offerings: String,
}

const LIST: &str = concat!(
    add_on_row!(),
    "where add_on.org_id = ?1 and add_on.id > ?2 and add_on.status in ('DRAFT', 'PUBLISHED')
     order by add_on.id limit ?3"
);

/// Add-ons after row `after`.
pub fn list(org: i64, after: i64, limit: i64) -> Statement {
    sql(LIST).bind(org).bind(after).bind(limit)
}

const FIND: &str =
    concat!(add_on_row!(), "where add_on.public_id = ?2 and add_on.org_id = ?1 and add_on.status <> 'ARCHIVED'");

/// One of them.
pub fn find(org: i64, id: &str) -> Statement {
    sql(FIND).bind(org).bind(id)
}

const INSERT_STOCK: &str = "
insert into resource (public_id, org_id, kind, name, units, created_at, updated_at)
values (?2, ?1, 'STOCK', ?3, ?4, ?5, ?5)";

/// Makes a stock.
pub fn insert_stock(org: i64, id: &str, name: &str, units: u32, now: Instant) -> Statement {
    sql(INSERT_STOCK).bind(org).bind(id).bind(name).bind(units).bind(now)
}

const SET_STOCK: &str =
    "update resource set name = ?3, units = ?4, updated_at = ?5 where public_id = ?2 and org_id = ?1";

/// Changes how many there are.
pub fn set_stock(org: i64, resource: &str, name: &str, units: u32, now: Instant) -> Statement {
    sql(SET_STOCK).bind(org).bind(resource).bind(name).bind(units).bind(now)
}

const INSERT: &str = "
insert into add_on (org_id, public_id, name, body, status, position, stock_resource_id)
values (?1, ?2, ?3, ?4, ?5, ?6, (select id from resource where public_id = ?7 and org_id = ?1))";
const UPDATE: &str = "
update add_on set name = ?3, body = ?4, status = ?5, position = ?6,
  stock_resource_id = (select id from resource where public_id = ?7 and org_id = ?1)
where public_id = ?2 and org_id = ?1 and status <> 'ARCHIVED'";

fn columns(text: &'static str, org: i64, add_on: &AddOn, stock: Option<&str>) -> Statement {
    sql(text)
        .bind(org)
        .bind(add_on.id.as_str())
        .bind(add_on.name.as_str())
        .bind(add_on.body())
        .bind(if add_on.published { "PUBLISHED" } else { "DRAFT" })
        .bind(add_on.position)
        .bind(stock)
}

/// Makes an add-on.
pub fn insert(org: i64, add_on: &AddOn, stock: Option<&str>) -> Statement {
    columns(INSERT, org, add_on, stock)
}

/// Changes an add-on.
pub fn update(org: i64, add_on: &AddOn, stock: Option<&str>) -> Statement {
    columns(UPDATE, org, add_on, stock)
}

const FORGET_OFFERINGS: &str = "
delete from add_on_offering where add_on_id = (select id from add_on where public_id = ?2 and org_id = ?1)";
const SET_OFFERINGS: &str = "
insert into add_on_offering (org_id, add_on_id, offering_id, free)
select add_on.org_id, add_on.id, offering.id, one.value ->> 'free'
from add_on, json_each(?3) as one
join offering on offering.public_id = one.value ->> 'id' and offering.org_id = add_on.org_id
where add_on.public_id = ?2 and add_on.org_id = ?1";

/// Takes it off all offerings.
pub fn forget_offerings(org: i64, id: &str) -> Statement {
    sql(FORGET_OFFERINGS).bind(org).bind(id)
}

/// Puts it on its offerings.
pub fn set_offerings(org: i64, add_on: &AddOn) -> Statement {
    let list = add_on.offerings.iter().map(|(id, free)| json!({ "id": id, "free": u8::from(*free) }));
    sql(SET_OFFERINGS).bind(org).bind(add_on.id.as_str()).bind(Value::from_iter(list).to_string())
}

const ARCHIVE: &str =
    "update add_on set status = 'ARCHIVED' where public_id = ?2 and org_id = ?1 and status <> 'ARCHIVED'";

/// Puts it away.
pub fn archive(org: i64, id: &str) -> Statement {
    sql(ARCHIVE).bind(org).bind(id)
}

const ARCHIVE_STOCK: &str = "
update resource set archived_at = ?3, updated_at = ?3
where id = (select stock_resource_id from add_on where public_id = ?2 and org_id = ?1) and archived_at is null
  and not exists (select 1 from claim where claim.resource_id = resource.id and claim.starts_at > ?3 - 2678400
    and claim.ends_at > ?3 and claim.released_at is null)";

/// Puts its stock away too, unless somebody still has some of it.
pub fn archive_stock(org: i64, id: &str, now: Instant) -> Statement {
    sql(ARCHIVE_STOCK).bind(org).bind(id).bind(now)
}

const OFFERINGS: &str = "
select offering.public_id as id from json_each(?2) as named
join offering on offering.public_id = named.value
where offering.org_id = ?1 and offering.status <> 'ARCHIVED'";

/// Those of these offerings that exist.
pub fn offerings(org: i64, ids: &str) -> Statement {
    sql(OFFERINGS).bind(org).bind(ids)
}
