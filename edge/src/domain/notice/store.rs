//! The SQL of reminders, refusals and mails that go out once more.

use crate::database::{Statement, sql};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::zone::Instant;

/// Cron may be late by so many seconds and nobody is forgotten.
const GRACE_SECONDS: i64 = 3 * 3_600;

/// A booking whose next moment to be reminded has come.
#[derive(Debug, Deserialize)]
pub struct Due {
    /// `bkg_…`.
    pub booking: String,
    /// Its start.
    pub starts_at: i64,
    /// How long before.
    pub hours: i64,
    /// That moment.
    pub remind_at: i64,
    /// Whether anybody is to be written to; otherwise the moment has only passed.
    wanted: u8,
}

impl Due {
    /// Whether anybody is to be written to.
    pub const fn is_wanted(&self) -> bool {
        self.wanted != 0
    }
}

/// A minute costs the bookings whose moment has come, and nothing else. When that is stands with each booking, kept by triggers.
const DUE: &str = "
select booking.public_id as booking, booking.starts_at, (booking.starts_at - booking.remind_at) / 3600 as hours,
  booking.remind_at,
  (org.closed_at is null
    and booking.remind_at >= ?1 - ?2
    and booking.starts_at >= ?1 + 60
    and not exists (select 1 from reminder
      where reminder.booking_id = booking.id and reminder.starts_at = booking.starts_at
        and reminder.hours = (booking.starts_at - booking.remind_at) / 3600)
    and not exists (select 1 from mail
      where mail.booking_id = booking.id and mail.created_at > booking.remind_at)
    and not exists (select 1 from reminder_refusal as refusal
      where refusal.org_id = org.id and refusal.email = booking.contact_email)) as wanted
from booking indexed by booking_to_remind
join org on org.id = booking.org_id
where booking.remind_at <= ?1
order by booking.remind_at
limit ?3";

/// Whose moment has come.
pub fn due(now: Instant, limit: i64) -> Statement {
    sql(DUE).bind(now).bind(GRACE_SECONDS).bind(limit)
}

const PASSED: &str = "
update booking
set remind_at = (
  select min(booking.starts_at - lead.value * 3600)
  from org, json_each(coalesce(org.settings -> '$.reminderHours', '[24]')) as lead
  where org.id = booking.org_id and booking.starts_at - lead.value * 3600 > booking.remind_at)
from json_each(?1) as one
where booking.public_id = one.value ->> 'booking' and booking.remind_at = one.value ->> 'at'";

/// These moments have passed; the next ones, if there are any, lie later. What moved meanwhile has other moments already.
pub fn passed<'a>(due: impl IntoIterator<Item = &'a Due>) -> Statement {
    let moments = due.into_iter().map(|one| json!({ "booking": one.booking, "at": one.remind_at }));
    sql(PASSED).bind(Value::from_iter(moments).to_string())
}

const REMINDED: &str = "
insert into reminder (org_id, booking_id, starts_at, hours, at)
select org_id, id, starts_at, ?3, ?4 from booking where public_id = ?1 and starts_at = ?2 and state = 'CONFIRMED'
on conflict (booking_id, starts_at, hours) do nothing";

/// Writes down that somebody is reminded; changes nothing where that was done already, or is no longer to be done.
pub fn reminded(due: &Due, now: Instant) -> Statement {
    sql(REMINDED).bind(due.booking.as_str()).bind(due.starts_at).bind(due.hours).bind(now)
}

const REFUSE: &str = "
insert into reminder_refusal (org_id, email, at) select id, ?2, ?3 from org where id = ?1
on conflict (org_id, email) do nothing";

/// No more reminders for an address.
pub fn refuse_reminders(org: i64, email: &str, now: Instant) -> Statement {
    sql(REFUSE).bind(org).bind(email).bind(now)
}

/// Name and look of an organization.
#[derive(Debug, Deserialize)]
pub struct Organization {
    /// Name.
    pub name: String,
    /// JSON.
    pub settings: String,
    /// BCP 47.
    pub locale: String,
}

const ORGANIZATION: &str = "select name, settings, locale from org where id = ?1";

/// By its row.
pub fn organization(org: i64) -> Statement {
    sql(ORGANIZATION).bind(org)
}

/// A mail of before.
#[derive(Debug, Deserialize)]
pub struct Earlier {
    /// `bkg_…`.
    pub booking: Option<String>,
    /// What it told.
    pub letter_sealed: Option<String>,
}

const EARLIER: &str = "
select booking.public_id as booking, mail.letter_sealed
from mail left join booking on booking.id = mail.booking_id
where mail.public_id = ?2 and mail.org_id = ?1";

/// One of an organization's.
pub fn earlier(org: i64, id: &str) -> Statement {
    sql(EARLIER).bind(org).bind(id)
}

const FORGET: &str = "
delete from reminder where (booking_id, starts_at, hours) in (
  select booking_id, starts_at, hours from reminder where starts_at < ?1 order by starts_at limit 500)";

/// Forgets reminders of what is long over.
pub fn forget(now: Instant) -> Statement {
    sql(FORGET).bind(now.plus_seconds(-7 * 86_400))
}
