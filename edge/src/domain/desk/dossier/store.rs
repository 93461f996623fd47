//! The SQL of the dossier.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;

/// What became of a booking.
#[derive(Clone, Debug, Deserialize)]
pub struct Facts {
    /// `widget`, `api`, `desk`, …
    pub channel: String,
    /// Public id of the customer.
    pub customer: Option<String>,
    /// Since when it lies at another time.
    pub rescheduled_at: Option<i64>,
    /// Where it was before.
    pub rescheduled_from: Option<i64>,
    /// They are there.
    pub checked_in_at: Option<i64>,
    /// They did not come.
    pub no_show_at: Option<i64>,
    /// Called off.
    pub cancelled_at: Option<i64>,
    /// By whom.
    pub cancelled_by: Option<String>,
    /// Why.
    pub cancel_reason: Option<String>,
}

/// Money that was owed, paid or given back.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// CHARGE, CREDIT, PAYMENT or REFUND.
    pub kind: String,
    /// Minor units.
    pub amount: i64,
    /// What for.
    pub note: String,
    /// When.
    pub at: i64,
}

/// A question of the business, and what it is called.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Key of the answer.
    pub column_name: String,
    /// As it was asked.
    pub label: String,
}

const FACTS: &str = "
select booking.channel, customer.public_id as customer, booking.rescheduled_at, booking.rescheduled_from,
       booking.checked_in_at, booking.no_show_at, booking.cancelled_at, booking.cancelled_by, booking.cancel_reason
from booking
left join customer on customer.id = booking.customer_id
where booking.public_id = ?2 and booking.org_id = ?1";

const ENTRIES: &str = "
select entry.kind, entry.amount, entry.note, entry.at
from ledger_entry as entry
where entry.booking_id = (select id from booking where public_id = ?2 and org_id = ?1)
order by entry.id";

const QUESTIONS: &str = "select column_name, label from question where org_id = ?1 order by position";

/// One booking's.
pub struct Dossier {
    /// What became of it.
    pub facts: Facts,
    /// Its money, the oldest first.
    pub entries: Vec<Entry>,
    /// What the business asks.
    pub questions: Vec<Question>,
}

/// Reads it.
pub async fn dossier(database: &Database, org: i64, booking: &str) -> Result<Option<Dossier>, StoreError> {
    let both = |text| sql(text).bind(org).bind(booking);
    let batch = vec![both(FACTS), both(ENTRIES), sql(QUESTIONS).bind(org)];
    let mut answers = database.batch(batch).await?;
    let Some(facts) = answers.first()? else { return Ok(None) };
    Ok(Some(Dossier { facts, entries: answers.all()?, questions: answers.all()? }))
}
