//! The SQL of people's own affairs: signing up, mailed tokens, passwords.

use crate::database::{Database, Statement, StoreError, sql};
use crate::mail::Letter;
use serde::Deserialize;
use shared::zone::Instant;

/// Mails with a token that one person gets within an hour.
const MOST_TOKENS: i64 = 5;

/// What a mailed token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new password.
    Reset,
    /// The address is theirs.
    Confirm,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "RESET",
            Self::Confirm => "CONFIRM",
        }
    }
}

/// A person to be written.
pub struct New<'a> {
    /// `usr_…`.
    pub public_id: &'a str,
    /// Checked.
    pub email: &'a str,
    /// Checked.
    pub name: &'a str,
    /// Argon2id.
    pub password_hash: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// Whether they have proved that they read the mail of that address.
    pub confirmed: bool,
}

const INSERT: &str = "
insert into person (public_id, email, name, password_hash, language, confirmed_at, created_at)
values (?1, ?2, ?3, ?4, ?5, case when ?6 then ?7 end, ?7)
returning id";

/// Row of somebody.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Row.
    pub id: i64,
}

/// Writes a person; answers a [`Row`].
pub fn insert(new: &New<'_>, now: Instant) -> Statement {
    sql(INSERT)
        .bind(new.public_id)
        .bind(new.email)
        .bind(new.name)
        .bind(new.password_hash)
        .bind(new.language)
        .bind(new.confirmed)
        .bind(now)
}

const TOKEN: &str = "
insert into mailed_token (token_hash, person_id, purpose, created_at, expires_at)
select ?1, person.id, ?3, ?4, ?5
from person
where person.public_id = ?2";

/// Gives a person a token.
pub fn token(hash: &str, person: &str, purpose: Purpose, until: Instant, now: Instant) -> Statement {
    sql(TOKEN).bind(hash).bind(person).bind(purpose.as_str()).bind(now).bind(until)
}

const RESET_TOKEN: &str = "
insert into mailed_token (token_hash, person_id, purpose, created_at, expires_at)
select ?1, person.id, 'RESET', ?3, ?4
from person
where person.id = (
        select id from person where email = ?2 order by confirmed_at is null, id desc limit 1)
  and (select count(*) from mailed_token as sent
       where sent.person_id = person.id and sent.purpose = 'RESET' and sent.created_at > ?3 - 3600) < ?5";
const RESET_MAIL: &str = "
insert into mail (public_id, recipient, kind, language, letter_sealed, next_attempt_at, created_at)
select ?1, person.email, ?3, person.language, ?4, ?5, ?5
from mailed_token as token
join person on person.id = token.person_id
where token.token_hash = ?2";

/// Whoever has that address gets a token by mail; nobody does where there is nobody. The same two statements either way.
pub fn forgot(email: &str, hash: &str, mail: (&str, &Letter, &str), until: Instant, now: Instant) -> [Statement; 2] {
    let (id, letter, sealed) = mail;
    [
        sql(RESET_TOKEN).bind(hash).bind(email).bind(now).bind(until).bind(MOST_TOKENS),
        sql(RESET_MAIL).bind(id).bind(hash).bind(letter.kind()).bind(sealed).bind(now),
    ]
}

/// Whose token it is.
#[derive(Debug, Deserialize)]
pub struct Holder {
    /// Row.
    pub id: i64,
    /// `usr_…`.
    pub public_id: String,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// BCP 47.
    pub language: String,
}

const HOLDER: &str = "
select person.id, person.public_id, person.email, person.name, person.language
from mailed_token as token
join person on person.id = token.person_id
where token.token_hash = ?1 and token.purpose = ?2 and token.used_at is null and token.expires_at > ?3";

/// Whoever was sent that token, while it works.
pub async fn holder(
    database: &Database,
    hash: &str,
    purpose: Purpose,
    now: Instant,
) -> Result<Option<Holder>, StoreError> {
    database.run(sql(HOLDER).bind(hash).bind(purpose.as_str()).bind(now)).await?.first()
}

const USE_TOKEN: &str = "
update mailed_token set used_at = ?3
where token_hash = ?1 and purpose = ?2 and used_at is null and expires_at > ?3";

/// Uses a token up: it has to change a row.
pub fn use_token(hash: &str, purpose: Purpose, now: Instant) -> Statement {
    sql(USE_TOKEN).bind(hash).bind(purpose.as_str()).bind(now)
}

const END_KEYS_OF_A_STRANGER: &str = "
update api_key set revoked_at = ?2
where member_person_id = ?1 and revoked_at is null
  and exists (select 1 from person where person.id = ?1 and person.confirmed_at is null)";
const END_GRANTS_OF_A_STRANGER: &str = "
update oauth_grant set revoked_at = ?2
where person_id = ?1 and revoked_at is null
  and exists (select 1 from person where person.id = ?1 and person.confirmed_at is null)";
const NEW_PASSWORD: &str = "
update person set password_hash = ?2, confirmed_at = coalesce(confirmed_at, ?3) where id = ?1";
const END_SESSIONS: &str = "delete from session where person_id = ?1";
const END_RESETS: &str = "delete from mailed_token where person_id = ?1 and purpose = 'RESET' and used_at is null";

/// A new password by mail: it proves the address, and ends every session. Whoever signed up with an address that was not
/// theirs keeps nothing of the account that its reader takes over: no key, no app.
pub fn reset(person: i64, password_hash: &str, now: Instant) -> [Statement; 5] {
    [
        sql(END_KEYS_OF_A_STRANGER).bind(person).bind(now),
        sql(END_GRANTS_OF_A_STRANGER).bind(person).bind(now),
        sql(NEW_PASSWORD).bind(person).bind(password_hash).bind(now),
        sql(END_SESSIONS).bind(person),
        sql(END_RESETS).bind(person),
    ]
}

const CHANGE_PASSWORD: &str = "update person set password_hash = ?2 where id = ?1 and password_hash = ?3";

/// A new password by one who knows the old one: every session ends, and links to yet another one do, too.
pub fn change_password(person: i64, new: &str, old: &str) -> [Statement; 3] {
    [
        sql(CHANGE_PASSWORD).bind(person).bind(new).bind(old),
        sql(END_SESSIONS).bind(person),
        sql(END_RESETS).bind(person),
    ]
}

const CONFIRM: &str = "update person set confirmed_at = ?2 where id = ?1 and confirmed_at is null";

/// The address is theirs. Fails where it belongs to somebody else already.
pub fn confirm(person: i64, now: Instant) -> Statement {
    sql(CONFIRM).bind(person).bind(now)
}

const RENAME: &str = "
update person set name = coalesce(?2, name), language = coalesce(?3, language) where id = ?1";

/// Another name, another language.
pub fn rename(person: i64, name: Option<&str>, language: Option<&str>) -> Statement {
    sql(RENAME).bind(person).bind(name).bind(language)
}

const RECENT_TOKENS: &str = "
select count(*) as id from mailed_token
where person_id = ?1 and purpose = 'CONFIRM' and created_at > ?2 - 3600";

/// Whether somebody was sent as many tokens as one gets within an hour.
pub async fn confirmed_too_often(database: &Database, person: i64, now: Instant) -> Result<bool, StoreError> {
    let row: Option<Row> = database.run(sql(RECENT_TOKENS).bind(person).bind(now)).await?.first()?;
    Ok(row.is_some_and(|row| row.id >= MOST_TOKENS))
}

const NOTE: &str = "insert into audit (actor, action, subject, at) values (?1, ?2, ?1, ?3)";

/// The record of what somebody did to their own account, which is no organization's.
pub fn note(person: &str, action: &str, now: Instant) -> Statement {
    sql(NOTE).bind(person).bind(action).bind(now)
}

const FORGET: &str = "
delete from mailed_token
where token_hash in (select token_hash from mailed_token where expires_at < ?1 order by expires_at limit 500)";

/// Forgets tokens that have run out.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now)
}
