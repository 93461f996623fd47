//! The SQL of deliveries. An event is written by the change that it tells of, in the same batch; a trigger adds its
//! deliveries.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A sender that has not said anything for this long is believed dead, in seconds.
const LEASE_SECONDS: i64 = 60;

/// So long is the queue trusted with a message before it is sent again, in seconds.
const QUEUE_SECONDS: i64 = 60;

/// So many deliveries are in the queue at most by the relay's doing: a queue that is behind is not told the same again.
const RELAY_LIMIT: i64 = 1_000;

/// A delivery that this sender has claimed, with all it takes to send it.
#[derive(Debug, Deserialize)]
pub struct Claimed {
    /// Row.
    pub id: i64,
    /// Whose.
    pub org_id: i64,
    /// Row of the endpoint.
    pub endpoint_id: i64,
    /// Public id of the endpoint: its secrets were sealed for it.
    pub endpoint: String,
    /// Where to.
    pub url: String,
    /// In whose words.
    pub shape: String,
    /// URL name of the organization.
    pub org_slug: String,
    /// `webhook-id`.
    pub message_id: String,
    /// Event type.
    pub kind: String,
    /// The frozen body, once there is one.
    pub body: Option<String>,
    /// What the body is rendered from. A test has none: its body is there from the start.
    pub payload: Option<String>,
    /// When the event happened.
    pub happened_at: i64,
    /// Which attempt of this round this is; the first is 1.
    pub attempts: u32,
    /// JSON array of the live secrets, sealed, the newest first.
    pub secrets: String,
}

/// A delivery is claimed by one statement, so two senders never hold the same one. It waits while an earlier one about
/// the same subject has not been tried or is being sent.
const CLAIM: &str = "
update delivery
set lease_until = ?2 + ?3, attempts = attempts + 1
where state = 'PENDING'
  and lease_until <= ?2
  and next_attempt_at <= ?2
  and event_id in (select id from event_log where public_id = ?1 union all select id from event_log where echo_of = ?1)
  and not exists (
      select 1
      from delivery as earlier
      where earlier.endpoint_id = delivery.endpoint_id
        and earlier.subject = delivery.subject
        and earlier.id < delivery.id
        and earlier.state = 'PENDING'
        and (earlier.attempts = 0 or earlier.lease_until > ?2))
returning id";

const CLAIM_ONE: &str = "
update delivery
set lease_until = ?2 + ?3, attempts = attempts + 1
where public_id = ?1 and state = 'PENDING' and lease_until <= ?2
returning id";

const READ_CLAIMED: &str = "
select delivery.id, delivery.org_id, delivery.endpoint_id, endpoint.public_id as endpoint, endpoint.url,
       endpoint.shape, org.slug as org_slug, delivery.message_id, delivery.kind, delivery.body, delivery.attempts,
       event.payload, coalesce(event.happened_at, delivery.created_at) as happened_at,
       (select json_group_array(sealed) from (
            select sealed from webhook_secret as secret
            where secret.org_id = delivery.org_id and secret.endpoint_id = delivery.endpoint_id
              and (secret.expires_at is null or secret.expires_at > ?2)
            order by secret.id desc)) as secrets
from delivery
join webhook_endpoint as endpoint on endpoint.id = delivery.endpoint_id
join org on org.id = delivery.org_id
left join event_log as event on event.id = delivery.event_id
where delivery.id in (select value from json_each(?1))
order by delivery.id";

const HOW_MANY_WAIT: &str = "
select count(*) as waiting
from delivery
where state = 'PENDING'
  and lease_until <= ?2
  and next_attempt_at <= ?2
  and event_id in (select id from event_log where public_id = ?1 union all select id from event_log where echo_of = ?1)";

#[derive(Deserialize)]
struct Id {
    id: i64,
}

#[derive(Deserialize)]
struct Waiting {
    waiting: i64,
}

/// Claims what is due of these events. For each event also says whether something of it still waits for its turn.
pub async fn claim(
    database: &Database,
    events: &[String],
    now: Instant,
) -> Result<(Vec<Claimed>, Vec<bool>), StoreError> {
    let statements = events
        .iter()
        .map(|event| sql(CLAIM).bind(event.as_str()).bind(now).bind(LEASE_SECONDS))
        .chain(events.iter().map(|event| sql(HOW_MANY_WAIT).bind(event.as_str()).bind(now)))
        .collect();
    let mut answers = database.batch(statements).await?;
    let mut ids = Vec::new();
    for _ in events {
        ids.extend(answers.all::<Id>()?.into_iter().map(|row| row.id));
    }
    let waiting = events
        .iter()
        .map(|_| Ok(answers.first::<Waiting>()?.is_some_and(|row| row.waiting > 0)))
        .collect::<Result<_, StoreError>>()?;
    Ok((read_claimed(database, &ids, now).await?, waiting))
}

/// Claims one delivery by its public id, whatever the schedule says.
pub async fn claim_one(database: &Database, delivery: &str, now: Instant) -> Result<Option<Claimed>, StoreError> {
    let row: Option<Id> = database.run(sql(CLAIM_ONE).bind(delivery).bind(now).bind(LEASE_SECONDS)).await?.first()?;
    let Some(Id { id }) = row else { return Ok(None) };
    Ok(read_claimed(database, &[id], now).await?.pop())
}

async fn read_claimed(database: &Database, ids: &[i64], now: Instant) -> Result<Vec<Claimed>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = serde_json::to_string(ids).unwrap_or_default();
    database.run(sql(READ_CLAIMED).bind(ids).bind(now)).await?.all()
}

/// What an attempt came to, as it is written down.
pub struct Attempt {
    /// Milliseconds.
    pub started_at: i64,
    /// Milliseconds.
    pub latency: i64,
    /// HTTP status, when an answer came.
    pub status: Option<u16>,
    /// Why none came.
    pub failure: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// What was answered about somebody who was forgotten meanwhile is not kept.
const WRITE_ATTEMPT: &str = "
insert into attempt (org_id, delivery_id, started_at, latency_milliseconds, status, failure, answer)
select ?1, ?2, ?3, ?4, ?5, ?6, case when erasure.at is null then ?7 end
from delivery
left join erasure on erasure.org_id = delivery.org_id and erasure.subject = delivery.subject
where delivery.id = ?2";

/// Writes down an attempt.
pub fn write_attempt(delivery: &Claimed, attempt: Attempt) -> Statement {
    sql(WRITE_ATTEMPT)
        .bind(delivery.org_id)
        .bind(delivery.id)
        .bind(attempt.started_at)
        .bind(attempt.latency)
        .bind(attempt.status.map(i64::from))
        .bind(attempt.failure)
        .bind(attempt.answer)
}

/// What was tried is told for this long, in seconds. The deliveries themselves stay.
const ATTEMPTS_KEPT_SECONDS: i64 = 90 * 86_400;

const FORGET_ATTEMPTS: &str = "
delete from attempt where id in (select id from attempt where started_at < ?1 order by started_at limit ?2)";

/// Forgets up to `limit` attempts that are too old to matter.
pub fn forget_attempts(now: Instant, limit: i64) -> Statement {
    let oldest = now.plus_seconds(ATTEMPTS_KEPT_SECONDS.saturating_neg());
    sql(FORGET_ATTEMPTS).bind(oldest.0.saturating_mul(1_000)).bind(limit)
}

const DELIVERED: &str = "
update delivery
set state = 'DELIVERED', delivered_at = ?2, lease_until = 0, queued_until = 0, body = coalesce(body, ?3)
where id = ?1";
const ENDPOINT_WORKS: &str =
    "update webhook_endpoint set failing_since = null where id = ?1 and failing_since is not null";

/// It arrived: the delivery is done, its endpoint is well.
pub fn delivered(delivery: &Claimed, body: &str, now: Instant) -> Vec<Statement> {
    vec![sql(DELIVERED).bind(delivery.id).bind(now).bind(body), sql(ENDPOINT_WORKS).bind(delivery.endpoint_id)]
}

const POSTPONE: &str = "
update delivery
set next_attempt_at = ?2, queued_until = ?3, lease_until = 0, body = coalesce(body, ?4)
where id = ?1";
const GIVE_UP: &str = "
update delivery
set state = 'FAILED', lease_until = 0, queued_until = 0, body = coalesce(body, ?2)
where id = ?1";
const ENDPOINT_FAILS: &str =
    "update webhook_endpoint set failing_since = coalesce(failing_since, ?2) where id = ?1 and deleted_at is null";
const DISABLE_FAILING: &str = "
update webhook_endpoint
set disabled_at = ?2, disabled_because = 'failing', updated_at = ?2
where id = ?1 and disabled_at is null and failing_since <= ?2 - ?3";
const DISABLE_GONE: &str = "
update webhook_endpoint
set disabled_at = ?2, disabled_because = 'gone', updated_at = ?2,
    -- What an app subscribed to has no owner who could mend it: it is unsubscribed (the REST hooks' convention).
    deleted_at = case when grant_id is null then deleted_at else ?2 end
where id = ?1 and disabled_at is null";
const DROP_PENDING: &str = "
update delivery
set state = 'FAILED', queued_until = 0
where endpoint_id = ?1
  and state = 'PENDING'
  and exists (select 1 from webhook_endpoint where id = ?1 and (disabled_at is not null or deleted_at is not null))";

/// It did not arrive: again at `retry_at`, or never. An endpoint that has done nothing but fail for
/// `disable_after` seconds is disabled, and what still waits for it is given up with it.
pub fn failed(
    delivery: &Claimed,
    body: Option<&str>,
    retry_at: Option<i64>,
    disable_after: i64,
    now: Instant,
) -> Vec<Statement> {
    let next = match retry_at {
        Some(at) => sql(POSTPONE).bind(delivery.id).bind(at).bind(at.saturating_add(QUEUE_SECONDS)).bind(body),
        None => sql(GIVE_UP).bind(delivery.id).bind(body),
    };
    vec![
        next,
        sql(ENDPOINT_FAILS).bind(delivery.endpoint_id).bind(now),
        sql(DISABLE_FAILING).bind(delivery.endpoint_id).bind(now).bind(disable_after),
        sql(DROP_PENDING).bind(delivery.endpoint_id),
    ]
}

/// 410: the endpoint is disabled at once.
pub fn gone(delivery: &Claimed, body: &str, now: Instant) -> Vec<Statement> {
    vec![
        sql(GIVE_UP).bind(delivery.id).bind(body),
        sql(DISABLE_GONE).bind(delivery.endpoint_id).bind(now),
        sql(DROP_PENDING).bind(delivery.endpoint_id),
    ]
}

/// What is due and not believed to be in the queue: the queue lost it, or it was to wait longer than a queue holds.
const PICK_UP: &str = "
update delivery
set queued_until = ?1 + ?2
where id in (
    select id from delivery
    where state = 'PENDING' and next_attempt_at <= ?1 and queued_until <= ?1 and lease_until <= ?1
      and event_id is not null
    order by next_attempt_at
    limit max(0, ?3 - (
        select count(*) from delivery where state = 'PENDING' and next_attempt_at <= ?1 and queued_until > ?1)))
returning message_id";

#[derive(Deserialize)]
struct Message {
    message_id: String,
}

/// Events with something due that the queue does not know of. Each is handed out once in [`QUEUE_SECONDS`].
pub async fn pick_up(database: &Database, now: Instant) -> Result<Vec<String>, StoreError> {
    let statement = sql(PICK_UP).bind(now).bind(QUEUE_SECONDS).bind(RELAY_LIMIT);
    let mut events: Vec<String> =
        database.run(statement).await?.all::<Message>()?.into_iter().map(|row| row.message_id).collect();
    events.sort_unstable();
    events.dedup();
    Ok(events)
}
