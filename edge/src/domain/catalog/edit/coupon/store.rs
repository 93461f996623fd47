//! The SQL of coupons.

use super::Coupon;
use crate::database::{Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

macro_rules! coupon_row {
    ($now:literal) => {
        concat!(
            "select coupon.id, coupon.public_id, coupon.code, coupon.body, coupon.max_uses, coupon.max_uses_per_customer,
               (select count(*) from coupon_use as used where used.coupon_id = coupon.id and used.released_at is null
                  and (used.held_until is null or used.held_until > ",
            $now,
            ")) as uses from coupon "
        )
    };
}

/// A coupon.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// Row.
    pub id: i64,
    /// `cpn_…`.
    pub public_id: String,
    /// What customers type.
    pub code: String,
    /// Its terms: JSON of the engine.
    pub body: String,
    /// How often it can be used.
    pub max_uses: Option<u32>,
    /// How often one customer can use it.
    pub max_uses_per_customer: Option<u32>,
    /// How often it was.
    pub uses: u32,
}

const LIST: &str = concat!(
    coupon_row!("?4"),
    "where coupon.org_id = ?1 and coupon.id > ?2 and coupon.archived_at is null order by coupon.id limit ?3"
);

/// Coupons after row `after`.
pub fn list(org: i64, after: i64, limit: i64, now: Instant) -> Statement {
    sql(LIST).bind(org).bind(after).bind(limit).bind(now)
}

const FIND: &str =
    concat!(coupon_row!("?3"), "where coupon.public_id = ?2 and coupon.org_id = ?1 and coupon.archived_at is null");

/// One of them.
pub fn find(org: i64, id: &str, now: Instant) -> Statement {
    sql(FIND).bind(org).bind(id).bind(now)
}

const INSERT: &str = "
insert into coupon (org_id, public_id, code, body, max_uses, max_uses_per_customer, created_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Makes a coupon.
pub fn insert(org: i64, coupon: &Coupon, now: Instant) -> Result<Statement, StoreError> {
    Ok(columns(INSERT, org, coupon)?.bind(now))
}

const UPDATE: &str = "
update coupon set code = ?3, body = ?4, max_uses = ?5, max_uses_per_customer = ?6
where public_id = ?2 and org_id = ?1 and archived_at is null";

/// Changes a coupon.
pub fn update(org: i64, coupon: &Coupon) -> Result<Statement, StoreError> {
    columns(UPDATE, org, coupon)
}

fn columns(text: &'static str, org: i64, coupon: &Coupon) -> Result<Statement, StoreError> {
    Ok(sql(text)
        .bind(org)
        .bind(coupon.id.as_str())
        .bind(coupon.terms.code.as_str())
        .bind(coupon.body()?)
        .bind(coupon.max_uses)
        .bind(coupon.max_uses_per_customer))
}

/// Its code goes with it, so that another coupon may have it.
const ARCHIVE: &str = "
update coupon set archived_at = ?3, code = substr(code || '#' || id, -64)
where public_id = ?2 and org_id = ?1 and archived_at is null";
/// Puts it away.
pub fn archive(org: i64, id: &str, now: Instant) -> Statement {
    sql(ARCHIVE).bind(org).bind(id).bind(now)
}
