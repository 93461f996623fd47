//! The SQL of endpoints, their secrets and their deliveries.

use crate::database::{Database, Statement, StoreError, sql};
use crate::shape::Shape;
use serde::Deserialize;
use shared::zone::Instant;

/// An endpoint.
#[derive(Debug, Deserialize)]
pub struct Endpoint {
    /// Row.
    pub id: i64,
    /// `wh_…`.
    pub public_id: String,
    /// Where to.
    pub url: String,
    /// For people.
    pub description: String,
    /// JSON array of canonical event types.
    pub events: String,
    /// Since when it only fails.
    pub failing_since: Option<i64>,
    /// Since when nothing is sent.
    pub disabled_at: Option<i64>,
    /// `owner`, `gone` or `failing`.
    pub disabled_because: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// In whose words it is told.
    pub shape: String,
}

const LIST: &str = "
select id, public_id, url, description, events, failing_since, disabled_at, disabled_because, created_at,
       shape
from webhook_endpoint
where org_id = ?1 and id > ?2 and deleted_at is null and grant_id is null
order by id
limit ?3";
const FIND: &str = "
select id, public_id, url, description, events, failing_since, disabled_at, disabled_because, created_at,
       shape
from webhook_endpoint
where org_id = ?1 and public_id = ?2 and deleted_at is null";

/// Endpoints of an organization after row `after`.
pub async fn list(database: &Database, org: i64, after: i64, limit: i64) -> Result<Vec<Endpoint>, StoreError> {
    database.run(sql(LIST).bind(org).bind(after).bind(limit)).await?.all()
}

/// One endpoint of an organization.
pub async fn find(database: &Database, org: i64, endpoint: &str) -> Result<Option<Endpoint>, StoreError> {
    database.run(find_statement(org, endpoint)).await?.first()
}

/// An endpoint to be written.
pub struct New<'a> {
    /// `wh_…`.
    pub public_id: &'a str,
    /// Checked.
    pub url: &'a str,
    /// Checked.
    pub description: &'a str,
    /// Canonical, JSON.
    pub events: &'a str,
    /// In whose words it is told.
    pub shape: Shape,
    /// The app that subscribed; none for the organization itself.
    pub subscriber: Option<Subscriber>,
}

/// An app that subscribed for a person.
#[derive(Clone, Copy)]
pub struct Subscriber {
    /// Row of its grant.
    pub grant: i64,
    /// Row of the person.
    pub person: i64,
    /// Whether only what that person is assigned to is told.
    pub own: bool,
}

const INSERT: &str = "
insert into webhook_endpoint (public_id, org_id, url, description, events, created_at, updated_at, shape, grant_id,
                              person_id, own)
select ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?8, ?9, ?10, ?11
where (select count(*) from webhook_endpoint where org_id = ?2 and grant_id is ?9 and deleted_at is null) < ?7";
const INSERT_SECRET: &str = "
insert into webhook_secret (org_id, endpoint_id, sealed, created_at)
select org_id, id, ?3, ?4 from webhook_endpoint where org_id = ?1 and public_id = ?2 and deleted_at is null";

/// Writes an endpoint, unless the organization, or the app's grant, has `most` already.
pub fn insert(org: i64, new: &New<'_>, most: i64, now: Instant) -> Statement {
    sql(INSERT)
        .bind(new.public_id)
        .bind(org)
        .bind(new.url)
        .bind(new.description)
        .bind(new.events)
        .bind(now)
        .bind(most)
        .bind(new.shape.as_str())
        .bind(new.subscriber.map(|subscriber| subscriber.grant))
        .bind(new.subscriber.map(|subscriber| subscriber.person))
        .bind(new.subscriber.is_some_and(|subscriber| subscriber.own))
}

const SUBSCRIPTIONS: &str = "
select endpoint.id, endpoint.public_id, endpoint.url, endpoint.description, endpoint.events, endpoint.failing_since,
       endpoint.disabled_at, endpoint.disabled_because, endpoint.created_at, endpoint.shape
from webhook_endpoint as endpoint
join oauth_grant as granted on granted.id = endpoint.grant_id
where endpoint.org_id = ?1 and granted.app_id = ?2 and endpoint.shape = ?4 and endpoint.deleted_at is null
order by endpoint.id
limit ?3";

/// What an app subscribed to in an organization in the words of a surface, at most `limit`, the oldest first.
pub async fn subscriptions(
    database: &Database,
    org: i64,
    app: i64,
    shape: Shape,
    limit: i64,
) -> Result<Vec<Endpoint>, StoreError> {
    database.run(sql(SUBSCRIPTIONS).bind(org).bind(app).bind(limit).bind(shape.as_str())).await?.all()
}

const IS_SUBSCRIBED: &str = "
select endpoint.id
from webhook_endpoint as endpoint
join oauth_grant as granted on granted.id = endpoint.grant_id
where endpoint.org_id = ?1 and endpoint.public_id = ?2 and granted.app_id = ?3 and endpoint.person_id = ?4
  and endpoint.shape = ?5 and endpoint.deleted_at is null";

/// Whether an endpoint is that app's, for that person, in the words of that surface.
pub async fn is_subscribed(
    database: &Database,
    org: i64,
    endpoint: &str,
    app: i64,
    person: i64,
    shape: Shape,
) -> Result<bool, StoreError> {
    let asked = sql(IS_SUBSCRIBED).bind(org).bind(endpoint).bind(app).bind(person).bind(shape.as_str());
    let row: Option<Id> = database.run(asked).await?.first()?;
    Ok(row.is_some())
}

/// Gives an endpoint a secret. Does nothing when there is no such endpoint.
pub fn insert_secret(org: i64, endpoint: &str, sealed: &str, now: Instant) -> Statement {
    sql(INSERT_SECRET).bind(org).bind(endpoint).bind(sealed).bind(now)
}

/// One endpoint, as a statement of a batch.
pub fn find_statement(org: i64, endpoint: &str) -> Statement {
    sql(FIND).bind(org).bind(endpoint)
}

/// What changes about an endpoint; what is `None` stays.
#[derive(Default)]
pub struct Change<'a> {
    /// Checked.
    pub url: Option<&'a str>,
    /// Checked.
    pub description: Option<&'a str>,
    /// Canonical, JSON.
    pub events: Option<&'a str>,
    /// Whether things are sent to it.
    pub enabled: Option<bool>,
}

const UPDATE: &str = "
update webhook_endpoint
set url = coalesce(?3, url),
    description = coalesce(?4, description),
    events = coalesce(?5, events),
    disabled_at = case when ?6 is null then disabled_at when ?6 then null else coalesce(disabled_at, ?7) end,
    disabled_because = case
        when ?6 is null then disabled_because when ?6 then null else coalesce(disabled_because, 'owner') end,
    failing_since = case when ?6 then null else failing_since end,
    updated_at = ?7
where org_id = ?1 and public_id = ?2 and deleted_at is null
returning id, public_id, url, description, events, failing_since, disabled_at, disabled_because, created_at, shape";
const GIVE_UP_PENDING: &str = "
update delivery
set state = 'FAILED', queued_until = 0
where endpoint_id = (
        select id from webhook_endpoint
        where org_id = ?1 and public_id = ?2 and (disabled_at is not null or deleted_at is not null))
  and state = 'PENDING'";

/// Changes an endpoint. What still waits for one that was switched off is given up; `recover` brings it back.
pub async fn update(
    database: &Database,
    org: i64,
    endpoint: &str,
    change: &Change<'_>,
    now: Instant,
) -> Result<Option<Endpoint>, StoreError> {
    let update = sql(UPDATE)
        .bind(org)
        .bind(endpoint)
        .bind(change.url)
        .bind(change.description)
        .bind(change.events)
        .bind(change.enabled)
        .bind(now);
    let mut answers = database.batch(vec![update, sql(GIVE_UP_PENDING).bind(org).bind(endpoint)]).await?;
    answers.first()
}

const DELETE: &str = "
update webhook_endpoint
set deleted_at = ?3, updated_at = ?3
where org_id = ?1 and public_id = ?2 and deleted_at is null
returning id";
const DELETE_SECRETS: &str = "
delete from webhook_secret
where org_id = ?1 and endpoint_id = (select id from webhook_endpoint where org_id = ?1 and public_id = ?2)";

#[derive(Deserialize)]
struct Id {
    #[allow(dead_code, reason = "that there is one is all that counts")]
    id: i64,
}

/// Takes an endpoint away with its secrets; what was sent stays readable in the database. `false` when there is none.
pub async fn delete(database: &Database, org: i64, endpoint: &str, now: Instant) -> Result<bool, StoreError> {
    let batch = vec![
        sql(DELETE).bind(org).bind(endpoint).bind(now),
        sql(GIVE_UP_PENDING).bind(org).bind(endpoint),
        sql(DELETE_SECRETS).bind(org).bind(endpoint),
    ];
    Ok(database.batch(batch).await?.first::<Id>()?.is_some())
}

const EXPIRE_SECRETS: &str = "
update webhook_secret
set expires_at = min(coalesce(expires_at, ?3), ?3)
where org_id = ?1 and endpoint_id = (select id from webhook_endpoint where org_id = ?1 and public_id = ?2)";
const DROP_EXPIRED: &str = "
delete from webhook_secret
where org_id = ?1
  and endpoint_id = (select id from webhook_endpoint where org_id = ?1 and public_id = ?2)
  and expires_at <= ?3";
const COUNT_SECRETS: &str = "
select count(*) as count
from webhook_secret
where org_id = ?1
  and endpoint_id = (select id from webhook_endpoint where org_id = ?1 and public_id = ?2)
  and (expires_at is null or expires_at > ?3)";

#[derive(Deserialize)]
struct Count {
    count: i64,
}

/// How many secrets of an endpoint sign now.
pub async fn live_secrets(database: &Database, org: i64, endpoint: &str, now: Instant) -> Result<i64, StoreError> {
    let row: Option<Count> = database.run(sql(COUNT_SECRETS).bind(org).bind(endpoint).bind(now)).await?.first()?;
    Ok(row.map_or(0, |row| row.count))
}

/// Adds a secret; those before it sign on until `until`.
pub fn rotate(org: i64, endpoint: &str, sealed: &str, until: i64, now: Instant) -> Vec<Statement> {
    vec![
        sql(DROP_EXPIRED).bind(org).bind(endpoint).bind(now),
        sql(EXPIRE_SECRETS).bind(org).bind(endpoint).bind(until),
        sql(INSERT_SECRET).bind(org).bind(endpoint).bind(sealed).bind(now),
    ]
}

/// A delivery with its attempts.
#[derive(Debug, Deserialize)]
pub struct Delivery {
    /// Row.
    pub id: i64,
    /// `dlv_…`.
    pub public_id: String,
    /// `webhook-id`.
    pub message_id: String,
    /// Event type.
    pub kind: String,
    /// `PENDING`, `DELIVERED` or `FAILED`.
    pub state: String,
    /// When it is tried next, while it is pending.
    pub next_attempt_at: i64,
    /// When it arrived.
    pub delivered_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// JSON array of its attempts, the newest first.
    pub attempts: String,
}

/// An attempt, as it stands in [`Delivery::attempts`].
#[derive(Debug, Deserialize)]
pub struct Attempt {
    /// Milliseconds.
    pub started_at: i64,
    /// Milliseconds.
    pub latency: i64,
    /// HTTP status.
    pub status: Option<u16>,
    /// Why no answer came.
    pub failure: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

const DELIVERIES: &str = "
select delivery.id, delivery.public_id, delivery.message_id, delivery.kind, delivery.state, delivery.next_attempt_at,
       delivery.delivered_at, delivery.created_at,
       (select json_group_array(json_object('started_at', started_at, 'latency', latency_milliseconds,
                                            'status', status, 'failure', failure, 'answer', answer))
        from (select * from attempt where attempt.delivery_id = delivery.id order by attempt.id desc limit 20))
           as attempts
from delivery
where delivery.org_id = ?1 and delivery.endpoint_id = ?2 and delivery.id < ?3
order by delivery.id desc
limit ?4";
const DELIVERY: &str = "
select delivery.id, delivery.public_id, delivery.message_id, delivery.kind, delivery.state, delivery.next_attempt_at,
       delivery.delivered_at, delivery.created_at,
       (select json_group_array(json_object('started_at', started_at, 'latency', latency_milliseconds,
                                            'status', status, 'failure', failure, 'answer', answer))
        from (select * from attempt where attempt.delivery_id = delivery.id order by attempt.id desc limit 20))
           as attempts
from delivery
where delivery.org_id = ?1 and delivery.endpoint_id = ?2 and delivery.public_id = ?3";

/// Deliveries of an endpoint before row `before`, the newest first.
pub async fn deliveries(
    database: &Database,
    org: i64,
    endpoint: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    database.run(sql(DELIVERIES).bind(org).bind(endpoint).bind(before).bind(limit)).await?.all()
}

/// One delivery of an endpoint.
pub async fn delivery(
    database: &Database,
    org: i64,
    endpoint: i64,
    delivery: &str,
) -> Result<Option<Delivery>, StoreError> {
    database.run(sql(DELIVERY).bind(org).bind(endpoint).bind(delivery)).await?.first()
}

const INSERT_TEST: &str = "
insert into delivery (public_id, org_id, endpoint_id, message_id, kind, body, next_attempt_at, created_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";

/// A delivery that no event caused.
pub fn insert_test(org: i64, endpoint: i64, ids: (&str, &str), kind: &str, body: &str, now: Instant) -> Statement {
    let (delivery, message) = ids;
    sql(INSERT_TEST).bind(delivery).bind(org).bind(endpoint).bind(message).bind(kind).bind(body).bind(now)
}

const REPLAY: &str = "
update delivery
set state = 'PENDING', attempts = 0, next_attempt_at = ?4, queued_until = ?4 + 30, delivered_at = null
where org_id = ?1 and endpoint_id = ?2 and public_id = ?3 and event_id is not null and lease_until <= ?4
returning message_id";

/// An event, as [`replay`] and [`recover`] answer it.
#[derive(Deserialize)]
pub struct Message {
    /// `webhook-id`.
    pub message_id: String,
}

/// Sends a delivery once more, the same bytes under the same id. Answers no [`Message`] when it is being sent right now or
/// no event caused it.
pub fn replay(org: i64, endpoint: i64, delivery: &str, now: Instant) -> Statement {
    sql(REPLAY).bind(org).bind(endpoint).bind(delivery).bind(now)
}

const RECOVER: &str = "
insert into delivery (public_id, org_id, endpoint_id, event_id, message_id, kind, subject, next_attempt_at, queued_until,
                      created_at)
select 'dlv_' || lower(hex(randomblob(16))), event.org_id, endpoint.id, event.id, event.public_id, event.kind,
       event.subject, ?4, 0, ?4
from webhook_endpoint as endpoint
join event_log as event on event.org_id = endpoint.org_id and event.happened_at >= ?3
where endpoint.org_id = ?1
  and endpoint.id = ?2
  and exists (select 1 from json_each(endpoint.events) where json_each.value in (event.kind, '*'))
  and not exists (
      select 1 from delivery
      where delivery.endpoint_id = endpoint.id and delivery.event_id = event.id and delivery.state <> 'FAILED')
order by event.id
limit ?5
on conflict (endpoint_id, event_id) do update
set state = 'PENDING', attempts = 0, next_attempt_at = excluded.next_attempt_at, queued_until = 0
where delivery.state = 'FAILED'
returning message_id";

/// Sends again what happened since `since` and never arrived: what failed, and what happened while nobody listened.
/// Answers a [`Message`] for each of the oldest `limit`.
pub fn recover(org: i64, endpoint: i64, since: Instant, limit: i64, now: Instant) -> Statement {
    sql(RECOVER).bind(org).bind(endpoint).bind(since).bind(now).bind(limit)
}
