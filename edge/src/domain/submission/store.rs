//! The SQL of submissions.

use super::content::Content;
use super::door::{self, Ticket};
use super::event::Event;
use super::rules::State;
use super::{Submission, Venue};
use crate::database::{Answers, Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;
use shared::zone::{Instant, Span};

/// A guest's submission that is not confirmed is forgotten after so many seconds.
pub const CONFIRM_SECONDS: i64 = 48 * 3_600;

#[derive(Deserialize)]
struct Row {
    id: i64,
    public_id: String,
    org_id: i64,
    calendar: Option<String>,
    state: String,
    author_person_id: Option<i64>,
    author_name: String,
    author_email: String,
    author_language: Option<String>,
    token_sealed: Option<String>,
    confirm_until: Option<i64>,
    content: String,
    published: Option<String>,
    starts: String,
    event: Option<String>,
    note: Option<String>,
    unreviewed: u8,
    queued: Option<i64>,
    submitted_at: Option<i64>,
    decided_at: Option<i64>,
    decided_by: Option<String>,
    created_at: i64,
    updated_at: i64,
    version: i64,
    org: String,
    org_name: String,
    timezone: String,
    currency: Currency,
    locale: String,
}

impl Row {
    fn read(self) -> Result<Submission, StoreError> {
        let unreadable = |what: &str| StoreError::Unreadable(format!("submission {}: {what}", self.public_id));
        let content = |json: &str| serde_json::from_str::<Content>(json).map_err(|_| unreadable("content"));
        Ok(Submission {
            state: State::parse(&self.state).ok_or_else(|| unreadable("state"))?,
            content: content(&self.content)?,
            published: self.published.as_deref().map(content).transpose()?,
            starts: serde_json::from_str(&self.starts).map_err(|_| unreadable("starts"))?,
            id: self.public_id,
            org: self.org_id,
            calendar: self.calendar,
            author: self.author_person_id,
            author_name: self.author_name,
            author_email: self.author_email,
            author_language: self.author_language,
            token_sealed: self.token_sealed,
            confirm_until: self.confirm_until.map(Instant),
            event: self.event,
            note: self.note,
            unreviewed: self.unreviewed != 0,
            submitted_at: self.submitted_at.map(Instant),
            decided_at: self.decided_at.map(Instant),
            decided_by: self.decided_by,
            created_at: Instant(self.created_at),
            updated_at: Instant(self.updated_at),
            version: self.version,
            venue: Venue {
                org: self.org,
                name: self.org_name,
                timezone: self.timezone,
                currency: self.currency,
                locale: self.locale,
            },
        })
    }
}

macro_rules! submissions {
    () => {
        "select s.id, s.public_id, s.org_id, calendar.public_id as calendar, s.state, s.author_person_id, s.author_name,
                coalesce(author.email, s.author_email) as author_email, author.language as author_language, s.token_sealed, s.confirm_until, s.content, s.published, s.starts,
                offering.public_id as event, s.note, s.unreviewed, s.queued, s.submitted_at, s.decided_at, s.decided_by,
                s.created_at, s.updated_at, s.version, org.public_id as org, org.name as org_name, org.timezone,
                org.currency, org.locale
         from submission as s
         join org on org.id = s.org_id
         left join calendar on calendar.id = s.calendar_id
         left join person as author on author.id = s.author_person_id
         left join offering on offering.id = s.offering_id "
    };
}

/// Row of whoever is behind an actor: a person (`usr_…`) or the maker of a key (`key_…`). `?2` is the actor.
macro_rules! maker {
    () => {
        "(select id from person where public_id = ?2
          union all select member_person_id from api_key where public_id = ?2)"
    };
}

const FIND: &str = concat!(submissions!(), "where s.org_id = ?1 and s.public_id = ?2");
const BY_TOKEN: &str = concat!(submissions!(), "where s.token_hash = ?1");

/// One submission of an organization.
pub fn find(org: i64, id: &str) -> Statement {
    sql(FIND).bind(org).bind(id)
}

/// The guest's own submission, by the hash of their token.
pub fn by_token(hash: &str) -> Statement {
    sql(BY_TOKEN).bind(hash)
}

/// Takes the answer of [`find`] or [`by_token`].
pub fn found(answers: &mut Answers) -> Result<Option<Submission>, StoreError> {
    answers.first::<Row>()?.map(Row::read).transpose()
}

// Drafts are their author's alone: staff sees what was handed in.
const QUEUE: &str = concat!(
    submissions!(),
    "where s.org_id = ?1 and s.state = ?5 and s.queued > ?3
       and (?6 or s.author_person_id = ",
    maker!(),
    ") and (s.state <> 'DRAFT' or s.author_person_id = ",
    maker!(),
    ") order by s.queued limit ?4"
);
const DRAFTS: &str = concat!(
    submissions!(),
    "where s.org_id = ?1 and s.id > ?3 and (?5 is null or s.state = ?5)
       and (?6 or s.author_person_id = ",
    maker!(),
    ") and (s.state <> 'DRAFT' or s.author_person_id = ",
    maker!(),
    ") order by s.id limit ?4"
);

/// Whose list of what.
pub struct Wanted<'a> {
    /// Who asks.
    pub actor: &'a str,
    /// Others' too.
    pub everybodys: bool,
    /// In this state only.
    pub state: Option<State>,
    /// After this row, or this place in the queue.
    pub after: i64,
    /// How many.
    pub limit: i64,
}

/// A submission and where a list goes on after it.
pub struct Listed {
    /// The submission.
    pub submission: Submission,
    /// Its row, or its place in the queue.
    pub place: i64,
}

/// Submissions of an organization. What waits is told in the order in which it was handed in, everything else in the order
/// in which it was begun.
pub async fn list(database: &Database, org: i64, wanted: &Wanted<'_>) -> Result<Vec<Listed>, StoreError> {
    let queue = wanted.state == Some(State::Submitted);
    let statement = sql(if queue { QUEUE } else { DRAFTS })
        .bind(org)
        .bind(wanted.actor)
        .bind(wanted.after)
        .bind(wanted.limit)
        .bind(wanted.state.map(State::as_str))
        .bind(wanted.everybodys);
    let rows: Vec<Row> = database.run(statement).await?.all()?;
    let listed = |row: Row| {
        let place = if queue { row.queued.unwrap_or(row.id) } else { row.id };
        Ok(Listed { submission: row.read()?, place })
    };
    rows.into_iter().map(listed).collect()
}

const COUNT: &str = concat!(
    "select s.state, count(*) as count, count(s.published) as live from submission as s
     where s.org_id = ?1 and (?3 or s.author_person_id = ",
    maker!(),
    ") and (s.state <> 'DRAFT' or s.author_person_id = ",
    maker!(),
    ") group by s.state"
);

/// How many are in a state.
#[derive(Deserialize)]
pub struct Count {
    /// The state.
    pub state: String,
    /// All of them.
    pub count: i64,
    /// Those with a public version.
    pub live: i64,
}

/// How many there are in each state, as far as `actor` may see them.
pub async fn count(database: &Database, org: i64, actor: &str, everybodys: bool) -> Result<Vec<Count>, StoreError> {
    database.run(sql(COUNT).bind(org).bind(actor).bind(everybodys)).await?.all()
}

/// Whoever writes.
#[derive(Clone, Debug, Deserialize)]
pub struct Author {
    /// Row.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// What a submission is checked against.
pub struct Around {
    /// Whose venue.
    pub venue: Venue,
    /// Whoever writes.
    pub author: Option<Author>,
    /// Public id of the calendar that was named; of the oldest one where none was.
    pub calendar: Option<String>,
    /// Those of the named resources that there are.
    pub resources: Vec<String>,
}

#[derive(Deserialize)]
struct VenueRow {
    public_id: String,
    name: String,
    timezone: String,
    currency: Currency,
    locale: String,
}

#[derive(Deserialize)]
struct Named {
    public_id: String,
}

const VENUE: &str = "select public_id, name, timezone, currency, locale from org where id = ?1";
const AUTHOR: &str = concat!("select id, name, email from person where ?1 is not null and id in ", maker!());
const CALENDAR: &str = "
select public_id from calendar
where org_id = ?1 and archived_at is null and (?2 is null or public_id = ?2)
order by id limit 1";
const RESOURCES: &str = "
select public_id from resource
where org_id = ?1 and archived_at is null and public_id in (select value from json_each(?2))";

/// The statements of [`around`].
pub fn look_around(org: i64, actor: &str, calendar: Option<&str>, resources: &[String]) -> [Statement; 4] {
    let resources = serde_json::to_string(resources).unwrap_or_default();
    [
        sql(VENUE).bind(org),
        sql(AUTHOR).bind(org).bind(actor),
        sql(CALENDAR).bind(org).bind(calendar),
        sql(RESOURCES).bind(org).bind(resources),
    ]
}

/// Takes the answers of [`look_around`].
pub fn around(answers: &mut Answers) -> Result<Around, StoreError> {
    let venue: VenueRow = answers.first()?.ok_or_else(|| StoreError::Unreadable("no organization".to_owned()))?;
    let author = answers.first()?;
    let calendar: Option<Named> = answers.first()?;
    let resources: Vec<Named> = answers.all()?;
    let VenueRow { public_id, name, timezone, currency, locale } = venue;
    Ok(Around {
        venue: Venue { org: public_id, name, timezone, currency, locale },
        author,
        calendar: calendar.map(|row| row.public_id),
        resources: resources.into_iter().map(|row| row.public_id).collect(),
    })
}

const INSERT: &str = "
insert into submission (public_id, org_id, calendar_id, state, author_person_id, author_name, author_email, token_hash,
                        token_sealed, confirm_until, content, created_at, updated_at)
select ?1, ?2, (select id from calendar where org_id = ?2 and public_id = ?3), 'DRAFT', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
       ?11
where ?7 is null or (
  select count(*) from submission as s
  where s.org_id = ?2 and s.author_email = ?6 and s.token_hash is not null and s.state = 'DRAFT' and s.confirm_until > ?11
) < ?12";

/// Begins a submission. A guest's comes with the hash of their token, and not while too many wait for their address.
pub fn insert(new: &Submission, token_hash: Option<&str>) -> Statement {
    sql(INSERT)
        .bind(new.id.as_str())
        .bind(new.org)
        .bind(new.calendar.as_deref())
        .bind(new.author)
        .bind(new.author_name.as_str())
        .bind(new.author_email.as_str())
        .bind(token_hash)
        .bind(new.token_sealed.as_deref())
        .bind(new.confirm_until)
        .bind(json(&new.content))
        .bind(new.created_at)
        .bind(door::MOST_UNCONFIRMED)
}

const SAVE: &str = "
update submission
set state = ?4, calendar_id = (select id from calendar where org_id = ?1 and public_id = ?5), content = ?6,
    published = ?7, starts = ?8, offering_id = (select id from offering where org_id = ?1 and public_id = ?9), note = ?10,
    unreviewed = ?11, submitted_at = ?12, decided_at = ?13, decided_by = ?14, updated_at = ?15, confirm_until = ?16,
    queued = case when ?17 then (select coalesce(max(queued), 0) + 1 from submission where org_id = ?1) else queued end,
    version = version + 1
where org_id = ?1 and public_id = ?2 and version = ?3";

/// Writes how a submission stands after a step, unless somebody changed it since version `seen`. `queue` gives it a new
/// place, the last.
pub fn save(after: &Submission, seen: i64, queue: bool) -> Statement {
    sql(SAVE)
        .bind(after.org)
        .bind(after.id.as_str())
        .bind(seen)
        .bind(after.state.as_str())
        .bind(after.calendar.as_deref())
        .bind(json(&after.content))
        .bind(after.published.as_ref().map(json))
        .bind(serde_json::to_string(&after.starts).unwrap_or_default())
        .bind(after.event.as_deref())
        .bind(after.note.as_deref())
        .bind(after.unreviewed)
        .bind(after.submitted_at)
        .bind(after.decided_at)
        .bind(after.decided_by.as_deref())
        .bind(after.updated_at)
        .bind(after.confirm_until)
        .bind(queue)
}

fn json(content: &Content) -> String {
    serde_json::to_string(content).unwrap_or_default()
}

const INSERT_EVENT: &str = "
insert into offering (public_id, org_id, kind, name, summary, description, image, schedule, length, capacity_kind,
                      capacity_units, rules, status, position, created_at, updated_at)
select ?2, ?1, 'EVENT', ?3, ?4, ?5, ?6, ?7, ?8, case when ?9 is null then 'unlimited' else 'seats' end, ?9, ?10,
       'PUBLISHED', coalesce((select max(position) + 1 from offering where org_id = ?1), 0), ?11, ?11
where not exists (select 1 from offering where org_id = ?1 and public_id = ?2)";
const UPDATE_EVENT: &str = "
update offering
set name = ?3, summary = ?4, description = ?5, image = ?6, schedule = ?7, length = ?8,
    capacity_kind = case when ?9 is null then 'unlimited' else 'seats' end, capacity_units = ?9, rules = ?10,
    status = 'PUBLISHED', updated_at = ?11
where org_id = ?1 and public_id = ?2";
const EVENT_PARTY: &str = "
insert into party_type (org_id, offering_id, code, name, seats, min, max)
select org_id, id, 'guest', 'Guest', 1, 1, ?3 from offering where org_id = ?1 and public_id = ?2
on conflict (offering_id, code) do update set max = excluded.max where max is not excluded.max";
const EVENT_TARIFF: &str = "
insert into tariff (offering_id, org_id, body)
select id, org_id, ?3 from offering where org_id = ?1 and public_id = ?2
on conflict (offering_id) do update set body = excluded.body where body <> excluded.body";
const EVENT_ON_CALENDAR: &str = "
insert or ignore into calendar_offering (org_id, calendar_id, offering_id, position)
select ?1, calendar.id, offering.id,
       coalesce((select max(position) + 1 from calendar_offering where calendar_id = calendar.id), 0)
from offering join calendar on calendar.org_id = ?1 and calendar.public_id = ?3
where offering.org_id = ?1 and offering.public_id = ?2";

/// Writes the event of a submission, new or in place of its older version, and puts it on the calendar.
pub fn write_event(of: &Submission, id: &str, event: &Event, now: Instant) -> Vec<Statement> {
    let offering = |text: &'static str| {
        sql(text)
            .bind(of.org)
            .bind(id)
            .bind(of.content.title.as_str())
            .bind(event.summary.as_str())
            .bind(of.content.text.as_str())
            .bind(of.content.image.as_deref())
            .bind(event.schedule.to_string())
            .bind(event.length.to_string())
            .bind(of.content.capacity)
            .bind(event.rules.to_string())
            .bind(now)
    };
    vec![
        offering(if of.event.is_some() { UPDATE_EVENT } else { INSERT_EVENT }),
        sql(EVENT_PARTY).bind(of.org).bind(id).bind(event.max_party),
        sql(EVENT_TARIFF).bind(of.org).bind(id).bind(event.tariff.to_string()),
        sql(EVENT_ON_CALENDAR).bind(of.org).bind(id).bind(of.calendar.as_deref()),
    ]
}

const HIDE_EVENT: &str = "update offering set status = 'DRAFT', updated_at = ?3 where org_id = ?1 and public_id = ?2";

/// Takes an event off every calendar. It stays as a draft.
pub fn hide_event(org: i64, id: &str, now: Instant) -> Statement {
    sql(HIDE_EVENT).bind(org).bind(id).bind(now)
}

const CLOSE_DATES: &str = "
insert into departure_override (org_id, offering_id, departure_at, cancelled, updated_at)
select ?1, offering.id, lost.value, 1, ?5
from offering join json_each(?3) as lost
where offering.org_id = ?1 and offering.public_id = ?2 and lost.value not in (select value from json_each(?4))
on conflict (offering_id, departure_at) do update set cancelled = 1, updated_at = excluded.updated_at";
const OPEN_DATES: &str = "
delete from departure_override
where offering_id = (select id from offering where org_id = ?1 and public_id = ?2) and cancelled = 1
  and departure_at in (select value from json_each(?4)) and departure_at not in (select value from json_each(?3))";

/// Lets nobody book the dates that an event has lost, also those who looked before, and opens those it has gained.
pub fn move_dates(org: i64, event: &str, before: &[i64], after: &[i64], now: Instant) -> [Statement; 2] {
    let json = |starts: &[i64]| serde_json::to_string(starts).unwrap_or_default();
    let both = |text: &'static str| sql(text).bind(org).bind(event).bind(json(before)).bind(json(after));
    [both(CLOSE_DATES).bind(now), both(OPEN_DATES)]
}

const FREE: &str = "
delete from block where submission_id = (select id from submission where org_id = ?1 and public_id = ?2)";
const TAKE: &str = "
insert into block (public_id, org_id, resource_id, starts_at, ends_at, reason, created_at, submission_id)
select 'blk_' || lower(hex(randomblob(16))), ?1, resource.id, span.value ->> 0, span.value ->> 1, ?5, ?6, submission.id
from submission
join json_each(?3) as span
join resource on resource.org_id = ?1 and resource.public_id in (select value from json_each(?4))
where submission.org_id = ?1 and submission.public_id = ?2";

/// Gives back what an event took.
pub fn free(org: i64, id: &str) -> Statement {
    sql(FREE).bind(org).bind(id)
}

/// Takes every resource of an event whole, for each date that is not over.
pub fn take(of: &Submission, spans: &[Span], now: Instant) -> Statement {
    let coming = spans.iter().filter(|span| span.ends_at > now);
    let spans: Vec<[i64; 2]> = coming.map(|span| [span.starts_at.0, span.ends_at.0]).collect();
    sql(TAKE)
        .bind(of.org)
        .bind(of.id.as_str())
        .bind(serde_json::to_string(&spans).unwrap_or_default())
        .bind(serde_json::to_string(&of.content.resource_ids).unwrap_or_default())
        .bind(format!("Event: {}", of.content.title))
        .bind(now)
}

/// The public form of a calendar.
#[derive(Debug, Deserialize)]
pub struct Entrance {
    /// Row of the organization.
    pub org_id: i64,
    /// `cal_…`.
    pub calendar: String,
    /// Whether it is open.
    pub open: u8,
    org: String,
    org_name: String,
    timezone: String,
    currency: Currency,
    locale: String,
}

impl Entrance {
    /// Whose venue.
    pub fn venue(&self) -> Venue {
        Venue {
            org: self.org.clone(),
            name: self.org_name.clone(),
            timezone: self.timezone.clone(),
            currency: self.currency,
            locale: self.locale.clone(),
        }
    }
}

const ENTRANCE: &str = "
select calendar.org_id, calendar.public_id as calendar, calendar.submissions as open, org.public_id as org,
       org.name as org_name, org.timezone, org.currency, org.locale
from calendar join org on org.id = calendar.org_id
where calendar.public_id = ?1 and calendar.archived_at is null";

/// The public form of a calendar.
pub async fn entrance(database: &Database, calendar: &str) -> Result<Option<Entrance>, StoreError> {
    database.run(sql(ENTRANCE).bind(calendar)).await?.first()
}

const SPEND: &str = "insert into spent_challenge (hash, expires_at) values (?1, ?2)";

/// Uses a challenge up: a second time it is refused.
pub fn spend(ticket: &Ticket) -> Statement {
    sql(SPEND).bind(ticket.hash.as_str()).bind(ticket.expires_at)
}

const FORGET_UNCONFIRMED: &str = "
delete from submission where id in (
  select id from submission
  where state = 'DRAFT' and token_hash is not null and confirm_until <= ?1
  order by confirm_until limit 500)";
const FORGET_SPENT: &str = "
delete from spent_challenge where hash in (
  select hash from spent_challenge where expires_at <= ?1 order by expires_at limit 5000)";

/// Forgets what guests did not confirm in time, name and address with it, and challenges that have ended.
pub fn forget(now: Instant) -> [Statement; 2] {
    [sql(FORGET_UNCONFIRMED).bind(now), sql(FORGET_SPENT).bind(now)]
}
