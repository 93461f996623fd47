//! The SQL of what a provider tells.

use crate::database::{Statement, sql};
use crate::payment::Notice;
use serde::Deserialize;
use shared::zone::Instant;

/// What the provider told is remembered for so long, in seconds; it repeats itself for days only.
const NOTICES_KEPT: i64 = 60 * 86_400;

const HEAR: &str = "
insert into payment_notice (org_id, event, kind, received_at) values (?1, ?2, ?3, ?4)
on conflict (org_id, event) do nothing";
const HEARD: &str = "select done_at from payment_notice where org_id = ?1 and event = ?2";
/// A page that was made although we never got its address is known from now on.
const LOOK: &str = "
update payment
set look_at = ?5, session = coalesce(session, ?3)
where org_id = ?1 and account_id = ?6 and (public_id = ?2 or session = ?3 or intent = ?4)
returning public_id";

/// Writes down that the provider told something, and that somebody has to look: three statements, which answer nothing, when it
/// was done with (`done_at`), and the payments that it is about.
pub fn hear(org: i64, account: i64, notice: &Notice, now: Instant) -> Vec<Statement> {
    vec![
        sql(HEAR).bind(org).bind(notice.event.as_str()).bind(notice.kind.as_str()).bind(now),
        sql(HEARD).bind(org).bind(notice.event.as_str()),
        sql(LOOK)
            .bind(org)
            .bind(notice.payment.as_deref())
            .bind(notice.session.as_deref())
            .bind(notice.intent.as_deref())
            .bind(now)
            .bind(account),
    ]
}

/// When a notice was done with.
#[derive(Deserialize)]
pub struct Heard {
    pub done_at: Option<i64>,
}

const DONE_WITH: &str = "update payment_notice set done_at = ?3 where org_id = ?1 and event = ?2";

/// Everything that followed from a notice is written down.
pub fn done_with(org: i64, event: &str, now: Instant) -> Statement {
    sql(DONE_WITH).bind(org).bind(event).bind(now)
}

const FORGET: &str = "
delete from payment_notice
where (org_id, event) in (select org_id, event from payment_notice where received_at < ?1 order by received_at limit 500)";

/// Forgets old notices.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now.plus_seconds(NOTICES_KEPT.saturating_neg()))
}
