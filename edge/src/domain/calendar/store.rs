//! The SQL of calendars.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A calendar.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Row.
    pub id: i64,
    /// `cal_…`.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// `month`, `week` or `list`.
    pub view: String,
    /// JSON array of language tags.
    pub languages: String,
    /// JSON array of origins.
    pub origins: String,
    /// [`super::theme::Theme`] as JSON.
    pub theme: String,
    /// Whether its public form is open.
    pub submissions: u8,
    /// JSON array of public ids, in the order shown.
    pub offerings: String,
    /// When it was made.
    pub created_at: i64,
}

macro_rules! columns {
    () => {
        "select id, public_id, name, view, languages, origins, theme, submissions, created_at,
            (select json_group_array(public_id) from (
               select offering.public_id from calendar_offering as listed
               join offering on offering.id = listed.offering_id
               where listed.calendar_id = calendar.id and offering.status <> 'ARCHIVED'
               order by listed.position, offering.id)) as offerings
         from calendar "
    };
}

const LIST: &str = concat!(columns!(), "where org_id = ?1 and id > ?2 and archived_at is null order by id limit ?3");
const FIND: &str = concat!(columns!(), "where org_id = ?1 and public_id = ?2 and archived_at is null");
const KNOWN: &str = "
select public_id from offering
where org_id = ?1 and status <> 'ARCHIVED' and public_id in (select value from json_each(?2))";

#[derive(Deserialize)]
struct Known {
    public_id: String,
}

/// Calendars of an organization after row `after`.
pub async fn list(database: &Database, org: i64, after: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    database.run(sql(LIST).bind(org).bind(after).bind(limit)).await?.all()
}

/// One calendar of an organization.
pub async fn find(database: &Database, org: i64, calendar: &str) -> Result<Option<Row>, StoreError> {
    database.run(find_statement(org, calendar)).await?.first()
}

/// One calendar, as a statement of a batch.
pub fn find_statement(org: i64, calendar: &str) -> Statement {
    sql(FIND).bind(org).bind(calendar)
}

/// Which of these offerings (JSON array of public ids) the organization has.
pub async fn known(database: &Database, org: i64, offerings: &str) -> Result<Vec<String>, StoreError> {
    let rows: Vec<Known> = database.run(sql(KNOWN).bind(org).bind(offerings)).await?.all()?;
    Ok(rows.into_iter().map(|row| row.public_id).collect())
}

const LOCALE: &str = "select locale from org where id = ?1";

#[derive(Deserialize)]
struct Locale {
    locale: String,
}

/// The language of an organization's own texts.
pub async fn locale(database: &Database, org: i64) -> Result<String, StoreError> {
    let row: Option<Locale> = database.run(sql(LOCALE).bind(org)).await?.first()?;
    Ok(row.map_or_else(|| "en".to_owned(), |row| row.locale))
}

/// A calendar to be written; everything is checked.
pub struct New<'a> {
    /// `cal_…`.
    pub public_id: &'a str,
    /// Name.
    pub name: &'a str,
    /// `month`, `week` or `list`.
    pub view: &'a str,
    /// JSON array.
    pub languages: &'a str,
    /// JSON array.
    pub origins: &'a str,
    /// JSON.
    pub theme: &'a str,
    /// Whether its public form is open.
    pub submissions: bool,
}

const INSERT: &str = "
insert into calendar (public_id, org_id, name, view, languages, origins, theme, submissions, created_at, updated_at)
select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9
where (select count(*) from calendar where org_id = ?2 and archived_at is null) < ?10";

/// Writes a calendar, unless the organization has `most` already.
pub fn insert(org: i64, new: &New<'_>, most: i64, now: Instant) -> Statement {
    sql(INSERT)
        .bind(new.public_id)
        .bind(org)
        .bind(new.name)
        .bind(new.view)
        .bind(new.languages)
        .bind(new.origins)
        .bind(new.theme)
        .bind(new.submissions)
        .bind(now)
        .bind(most)
}

/// What changes about a calendar; what is `None` stays.
#[derive(Default)]
pub struct Changed<'a> {
    /// Name.
    pub name: Option<&'a str>,
    /// `month`, `week` or `list`.
    pub view: Option<&'a str>,
    /// JSON array.
    pub languages: Option<&'a str>,
    /// JSON array.
    pub origins: Option<&'a str>,
    /// JSON.
    pub theme: Option<&'a str>,
    /// Whether its public form is open.
    pub submissions: Option<bool>,
}

const UPDATE: &str = "
update calendar
set name = coalesce(?3, name), view = coalesce(?4, view), languages = coalesce(?5, languages),
    origins = coalesce(?6, origins), theme = coalesce(?7, theme), submissions = coalesce(?8, submissions),
    updated_at = ?9
where org_id = ?1 and public_id = ?2 and archived_at is null";

/// Changes a calendar.
pub fn update(org: i64, calendar: &str, changed: &Changed<'_>, now: Instant) -> Statement {
    sql(UPDATE)
        .bind(org)
        .bind(calendar)
        .bind(changed.name)
        .bind(changed.view)
        .bind(changed.languages)
        .bind(changed.origins)
        .bind(changed.theme)
        .bind(changed.submissions)
        .bind(now)
}

const CLEAR: &str = "
delete from calendar_offering
where org_id = ?1 and calendar_id = (select id from calendar where org_id = ?1 and public_id = ?2)";
const FILL: &str = "
insert into calendar_offering (org_id, calendar_id, offering_id, position)
select ?1, calendar.id, offering.id, wanted.key
from json_each(?3) as wanted
join offering on offering.org_id = ?1 and offering.public_id = wanted.value
join calendar on calendar.org_id = ?1 and calendar.public_id = ?2";

/// Puts these offerings (JSON array of public ids) on a calendar, in this order, in place of those that were on it.
pub fn list_offerings(org: i64, calendar: &str, offerings: &str) -> [Statement; 2] {
    [sql(CLEAR).bind(org).bind(calendar), sql(FILL).bind(org).bind(calendar).bind(offerings)]
}

const ARCHIVE: &str = "
update calendar set archived_at = ?3, updated_at = ?3, submissions = 0
where org_id = ?1 and public_id = ?2 and archived_at is null";

/// Takes a calendar away. Bookings that came through it still name it.
pub fn archive(org: i64, calendar: &str, now: Instant) -> Statement {
    sql(ARCHIVE).bind(org).bind(calendar).bind(now)
}
