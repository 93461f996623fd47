//! The SQL of endpoints in trouble.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// An endpoint whose owners do not know yet.
#[derive(Debug, Deserialize)]
pub struct Troubled {
    /// Row.
    pub id: i64,
    /// `wh_…`.
    pub public_id: String,
    /// Where to.
    pub url: String,
    /// Row of the organization.
    pub org_id: i64,
    /// `org_…`.
    pub org: String,
    /// Its name.
    pub organization: String,
    /// IANA.
    pub timezone: String,
    /// Since when it only fails.
    pub failing_since: Option<i64>,
    /// `gone` or `failing`, where nothing is sent any more.
    pub disabled_because: Option<String>,
    /// JSON array of `{email, language}`.
    pub owners: String,
}

/// An app that says 410 has unsubscribed, which is no trouble (the REST-hook convention).
const UNTOLD: &str = "
select endpoint.id, endpoint.public_id, endpoint.url, endpoint.org_id, org.public_id as org, org.name as organization,
       org.timezone, endpoint.failing_since, endpoint.disabled_because,
       (select json_group_array(json_object('email', person.email, 'language', person.language))
        from member join person on person.id = member.person_id
        where member.org_id = org.id and member.role = 'OWNER') as owners
from webhook_endpoint as endpoint
join org on org.id = endpoint.org_id
where (endpoint.failing_since is not null or endpoint.disabled_because in ('gone', 'failing'))
  and endpoint.deleted_at is null
  and case
        when endpoint.disabled_at is null then endpoint.failing_since <= ?1 - ?2 and endpoint.trouble_told is null
        else endpoint.disabled_because <> 'owner' and endpoint.trouble_told is not 'disabled'
             and not (endpoint.disabled_because = 'gone' and endpoint.grant_id is not null)
      end
order by endpoint.id
limit ?3";

/// Endpoints that have failed for `worth` seconds or were switched off, and nobody was told.
pub async fn untold(database: &Database, worth: i64, limit: i64, now: Instant) -> Result<Vec<Troubled>, StoreError> {
    database.run(sql(UNTOLD).bind(now).bind(worth).bind(limit)).await?.all()
}

const TOLD: &str = "update webhook_endpoint set trouble_told = ?2 where id = ?1 and trouble_told is not ?2";

/// Notes what the owners were told of.
pub fn told(endpoint: i64, trouble: &str) -> Statement {
    sql(TOLD).bind(endpoint).bind(trouble)
}
