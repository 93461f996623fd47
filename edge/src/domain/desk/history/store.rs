//! The SQL of a booking's history.

use crate::database::{Statement, sql};
use serde::Deserialize;

const EXISTS: &str = "select id from booking where org_id = ?1 and public_id = ?2";

/// That it is there.
#[derive(Deserialize)]
pub struct There {
    #[serde(rename = "id")]
    _row: i64,
}

/// Whether an organization has it.
pub fn exists(org: i64, booking: &str) -> Statement {
    sql(EXISTS).bind(org).bind(booking)
}

/// One thing that happened.
#[derive(Deserialize)]
pub struct Row {
    pub at: i64,
    pub source: String,
    pub what: String,
    pub actor: Option<String>,
    pub amount: Option<i64>,
    pub currency: Option<String>,
    pub method: Option<String>,
    pub detail: Option<String>,
}

const ROWS: &str = "
select * from (
  select happened_at as at, 'EVENT' as source, kind as what, null as actor, null as amount, null as currency,
         null as method, json_object('status', payload ->> '$.status') as detail, id
  from event_log
  where org_id = ?1 and subject = ?2
  union all
  select at, 'AUDIT', action, actor, null, null, null, detail, id
  from audit
  where org_id = ?1 and subject = ?2
  union all
  select entry.at, 'LEDGER', entry.kind, null, entry.amount, entry.currency, entry.method,
         case when entry.note <> '' then json_object('note', entry.note) end, entry.id
  from booking
  join ledger_entry as entry on entry.booking_id = booking.id
  where booking.org_id = ?1 and booking.public_id = ?2
) as happened
order by at, source, id
limit 500";

/// All of it.
pub fn rows(org: i64, booking: &str) -> Statement {
    sql(ROWS).bind(org).bind(booking)
}
