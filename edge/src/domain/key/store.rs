//! The SQL of keys.

use crate::access::permission::Role;
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A key that works.
#[derive(Debug, Deserialize)]
pub struct Key {
    /// Row.
    pub id: i64,
    /// `key_…`.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// Beginning.
    pub prefix: String,
    /// Row of whoever made it.
    pub person_id: i64,
    /// `usr_…`.
    pub maker: String,
    /// Their name.
    pub maker_name: String,
    /// No role counts for more.
    pub role_ceiling: String,
    /// JSON array of permissions.
    pub permissions: String,
    /// JSON array of public ids: where it works, of the organizations that whoever asks belongs to.
    pub organizations: String,
    /// When it was made.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: Option<i64>,
    /// When it was used last, to the hour.
    pub last_used_at: Option<i64>,
    /// The key it took the place of.
    pub replaces: Option<String>,
}

const LIST: &str = "
select key.id, key.public_id, key.name, key.prefix, key.member_person_id as person_id, person.public_id as maker,
       person.name as maker_name, key.role_ceiling, key.permissions, key.created_at, key.expires_at, key.last_used_at,
       (select before.public_id from api_key as before where before.id = key.replaces_id) as replaces,
       (select json_group_array(org.public_id)
        from api_key_org as other
        join org on org.id = other.org_id
        where other.api_key_id = key.id and other.org_id in (select value from json_each(?4))) as organizations
from api_key_org as covered
join api_key as key on key.id = covered.api_key_id
join person on person.id = key.member_person_id
where covered.org_id = ?1 and covered.api_key_id > ?2 and key.revoked_at is null
order by covered.api_key_id
limit ?3";
const FIND: &str = "
select key.id, key.public_id, key.name, key.prefix, key.member_person_id as person_id, person.public_id as maker,
       person.name as maker_name, key.role_ceiling, key.permissions, key.created_at, key.expires_at, key.last_used_at,
       (select before.public_id from api_key as before where before.id = key.replaces_id) as replaces,
       (select json_group_array(org.public_id)
        from api_key_org as other
        join org on org.id = other.org_id
        where other.api_key_id = key.id and other.org_id in (select value from json_each(?3))) as organizations
from api_key as key
join api_key_org as covered on covered.api_key_id = key.id and covered.org_id = ?1
join person on person.id = key.member_person_id
where key.public_id = ?2 and key.revoked_at is null";

/// Keys that work in an organization, after row `after`. `visible` is a JSON array: rows of organizations that may be told.
pub async fn list(
    database: &Database,
    org: i64,
    after: i64,
    limit: i64,
    visible: &str,
) -> Result<Vec<Key>, StoreError> {
    database.run(sql(LIST).bind(org).bind(after).bind(limit).bind(visible)).await?.all()
}

/// A key that works in an organization.
pub async fn find(database: &Database, org: i64, id: &str, visible: &str) -> Result<Option<Key>, StoreError> {
    database.run(sql(FIND).bind(org).bind(id).bind(visible)).await?.first()
}

/// A key to be written.
pub struct New<'a> {
    /// `key_…`.
    pub public_id: &'a str,
    /// Row of the member for whom it acts.
    pub person: i64,
    /// Checked.
    pub name: &'a str,
    /// Beginning.
    pub prefix: &'a str,
    /// SHA-256.
    pub hash: &'a str,
    /// No role counts for more.
    pub ceiling: Role,
    /// JSON array.
    pub permissions: &'a str,
    /// When it ends.
    pub expires_at: Option<Instant>,
    /// Row of the key that made it.
    pub made_by: Option<i64>,
}

const INSERT: &str = "
insert into api_key (public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at, expires_at,
                     made_by_key_id)
select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
where (select count(*) from api_key where member_person_id = ?2 and revoked_at is null) < ?11";
const COVER: &str = "
insert into api_key_org (api_key_id, org_id)
select key.id, member.org_id
from api_key as key
join member on member.person_id = key.member_person_id
join org on org.id = member.org_id
where key.public_id = ?1 and org.public_id in (select value from json_each(?2))";

/// Writes a key, unless its maker has `most` already: it has to change a row. The second statement covers organizations
/// (JSON array of public ids) of its maker.
pub fn insert(new: &New<'_>, organizations: &str, most: i64, now: Instant) -> (Statement, Statement) {
    let write = sql(INSERT)
        .bind(new.public_id)
        .bind(new.person)
        .bind(new.name)
        .bind(new.prefix)
        .bind(new.hash)
        .bind(new.ceiling.as_str())
        .bind(new.permissions)
        .bind(now)
        .bind(new.expires_at)
        .bind(new.made_by)
        .bind(most);
    (write, sql(COVER).bind(new.public_id).bind(organizations))
}

const ROTATE: &str = "
insert into api_key (public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at, expires_at,
                     made_by_key_id, replaces_id)
select ?2, old.member_person_id, old.name, ?3, ?4, old.role_ceiling, old.permissions, ?5, old.expires_at,
       old.made_by_key_id, old.id
from api_key as old
where old.id = ?1 and old.revoked_at is null
  and (select count(*) from api_key where member_person_id = old.member_person_id and revoked_at is null) < ?6";
const COVER_LIKE: &str = "
insert into api_key_org (api_key_id, org_id)
select new.id, covered.org_id
from api_key as new
join api_key_org as covered on covered.api_key_id = new.replaces_id
where new.public_id = ?1";

/// Writes a key that is like another: it has to change a row. The one before works until it is revoked.
pub fn rotate(old: i64, id: &str, prefix: &str, hash: &str, most: i64, now: Instant) -> (Statement, Statement) {
    (sql(ROTATE).bind(old).bind(id).bind(prefix).bind(hash).bind(now).bind(most), sql(COVER_LIKE).bind(id))
}

const REVOKE: &str = "
with recursive family (id) as (
    select ?1
    union
    select child.id from family join api_key as child on child.made_by_key_id = family.id)
update api_key set revoked_at = ?2
where id in (select id from family) and revoked_at is null";

/// Ends a key everywhere, and those that it made.
pub fn revoke(key: i64, now: Instant) -> Statement {
    sql(REVOKE).bind(key).bind(now)
}

const WITHDRAW: &str = "
with recursive family (id) as (
    select ?1
    union
    select child.id from family join api_key as child on child.made_by_key_id = family.id)
delete from api_key_org
where org_id = ?2 and api_key_id in (select id from family)";
const END_WITHOUT_ORG: &str = "
update api_key set revoked_at = ?2
where id = ?1 and revoked_at is null and not exists (select 1 from api_key_org where api_key_id = ?1)";

/// Ends what a key may do in one organization, and those that it made; one that is left with none ends. The first statement
/// has to change a row.
pub fn withdraw(key: i64, org: i64, now: Instant) -> (Statement, Statement) {
    (sql(WITHDRAW).bind(key).bind(org), sql(END_WITHOUT_ORG).bind(key).bind(now))
}
