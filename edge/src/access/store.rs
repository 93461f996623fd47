//! The SQL of people, sessions and keys.

use super::permission::Role;
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A session ends when it was not used for this long, in seconds.
pub const SESSION_SECONDS: i64 = 30 * 86_400;

/// Use is written down at most this often, in seconds: reading must not mean writing.
const TOUCH_SECONDS: i64 = 3_600;

/// Somebody who can sign in.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    /// Row.
    pub id: i64,
    /// `usr_…`.
    pub public_id: String,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id, if a password was chosen.
    #[serde(default)]
    pub password_hash: Option<String>,
    /// BCP 47.
    #[serde(default)]
    pub language: String,
    /// When the address was proved to be theirs.
    #[serde(default)]
    pub confirmed_at: Option<i64>,
}

/// What somebody is in an organization.
#[derive(Debug, Clone, Deserialize)]
pub struct Membership {
    /// Row of the organization.
    pub org_id: i64,
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
    /// Their role, as it is written.
    pub role: String,
}

impl Membership {
    /// Their role. What cannot be read is the lowest.
    pub fn role(&self) -> Role {
        Role::parse(&self.role).unwrap_or(Role::Contributor)
    }
}

const PEOPLE_BY_EMAIL: &str = "
select id, public_id, email, name, password_hash, language, confirmed_at
from person
where id in (
    select id from person where email = ?1 and confirmed_at is not null
    union
    select max(id) from person where email = ?1 and confirmed_at is null)";

/// Whose address that is, and the newest who has typed it and not confirmed it yet.
pub async fn people_by_email(database: &Database, email: &str) -> Result<Vec<Person>, StoreError> {
    database.run(sql(PEOPLE_BY_EMAIL).bind(email.trim())).await?.all()
}

const END_SESSION: &str = "delete from session where token_hash = ?1";
const END_STALE: &str = "delete from session where person_id = ?1 and expires_at <= ?2";
const START_SESSION: &str = "
insert into session (token_hash, person_id, created_at, last_used_at, expires_at) values (?1, ?2, ?3, ?3, ?4)";
const MEMBERSHIPS: &str = "
select org.id as org_id, org.public_id, org.slug, org.name, org.timezone, org.currency, member.role
from member
join org on org.id = member.org_id
where member.person_id = ?1
order by org.name, org.id";

/// Ends the session that the browser came with, starts a new one and tells where its person belongs.
pub async fn start_session(
    database: &Database,
    person: i64,
    old: Option<String>,
    new: &str,
    now: Instant,
) -> Result<Vec<Membership>, StoreError> {
    let mut batch = vec![
        sql(MEMBERSHIPS).bind(person),
        sql(END_STALE).bind(person).bind(now),
        sql(START_SESSION).bind(new).bind(person).bind(now).bind(now.0.saturating_add(SESSION_SECONDS)),
    ];
    batch.extend(old.map(end_session));
    database.batch(batch).await?.all()
}

/// Ends a session.
pub fn end_session(token_hash: String) -> Statement {
    sql(END_SESSION).bind(token_hash)
}

const FORGET_SESSIONS: &str = "
delete from session
where token_hash in (select token_hash from session where expires_at <= ?1 order by expires_at limit ?2)";

/// Forgets up to `limit` sessions that have ended by themselves.
pub fn forget_sessions(now: Instant, limit: i64) -> Statement {
    sql(FORGET_SESSIONS).bind(now).bind(limit)
}

const PERSON_BY_SESSION: &str = "
select person.id, person.public_id, person.email, person.name, person.language, person.confirmed_at
from session
join person on person.id = session.person_id
where session.token_hash = ?1 and session.expires_at > ?2";
const MEMBERSHIPS_BY_SESSION: &str = "
select org.id as org_id, org.public_id, org.slug, org.name, org.timezone, org.currency, member.role
from session
join member on member.person_id = session.person_id
join org on org.id = member.org_id
where session.token_hash = ?1 and session.expires_at > ?2
order by org.name, org.id";
const TOUCH_SESSION: &str = "
update session set last_used_at = ?2, expires_at = ?2 + ?3
where token_hash = ?1 and expires_at > ?2 and last_used_at <= ?2 - ?4";

/// Whose session it is and where they belong; slides its end.
pub async fn session(
    database: &Database,
    token_hash: &str,
    now: Instant,
) -> Result<Option<(Person, Vec<Membership>)>, StoreError> {
    let batch = vec![
        sql(PERSON_BY_SESSION).bind(token_hash).bind(now),
        sql(MEMBERSHIPS_BY_SESSION).bind(token_hash).bind(now),
        sql(TOUCH_SESSION).bind(token_hash).bind(now).bind(SESSION_SECONDS).bind(TOUCH_SECONDS),
    ];
    let mut answers = database.batch(batch).await?;
    let Some(person) = answers.first()? else { return Ok(None) };
    Ok(Some((person, answers.all()?)))
}

/// A key that works.
#[derive(Debug, Deserialize)]
pub struct Key {
    /// Row.
    pub id: i64,
    /// Row of whoever made it.
    pub person_id: i64,
    /// When it ends.
    pub expires_at: Option<i64>,
    /// `key_…`.
    pub public_id: String,
    /// No role of its maker counts for more than this.
    pub role_ceiling: String,
    /// JSON array of permissions.
    pub permissions: String,
}

const KEY: &str = "
select id, member_person_id as person_id, expires_at, public_id, role_ceiling, permissions
from api_key
where key_hash = ?1 and revoked_at is null and (expires_at is null or expires_at > ?2)";
const MEMBERSHIPS_BY_KEY: &str = "
select org.id as org_id, org.public_id, org.slug, org.name, org.timezone, org.currency, member.role
from api_key as key
join api_key_org as covered on covered.api_key_id = key.id
join member on member.org_id = covered.org_id and member.person_id = key.member_person_id
join org on org.id = covered.org_id
where key.key_hash = ?1
order by org.name, org.id";
const TOUCH_KEY: &str = "
update api_key set last_used_at = ?2 where key_hash = ?1 and (last_used_at is null or last_used_at <= ?2 - ?3)";

/// The key with that hash and the organizations it covers, as long as its maker is still a member of them.
pub async fn key(
    database: &Database,
    key_hash: &str,
    now: Instant,
) -> Result<Option<(Key, Vec<Membership>)>, StoreError> {
    let batch = vec![
        sql(KEY).bind(key_hash).bind(now),
        sql(MEMBERSHIPS_BY_KEY).bind(key_hash),
        sql(TOUCH_KEY).bind(key_hash).bind(now).bind(TOUCH_SECONDS),
    ];
    let mut answers = database.batch(batch).await?;
    let Some(key) = answers.first()? else { return Ok(None) };
    Ok(Some((key, answers.all()?)))
}
