//! The SQL of the overview.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;

/// An organization and what waits in it.
#[derive(Clone, Debug, Deserialize)]
pub struct Overview {
    /// Name.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// BCP 47.
    pub locale: String,
    /// Contact, colours, policies: JSON.
    pub settings: String,
    /// Bookings that staff have to approve.
    pub awaiting_approval: u32,
    /// Events that wait for staff's decision.
    pub submitted: u32,
}

const OVERVIEW: &str = "
select name, timezone, currency, locale, settings,
       (select count(*) from booking where booking.org_id = org.id and state = 'AWAITING_APPROVAL') as awaiting_approval,
       (select count(*) from submission where submission.org_id = org.id and state = 'SUBMITTED') as submitted
from org
where id = ?1";

/// One organization.
pub async fn overview(database: &Database, org: i64) -> Result<Option<Overview>, StoreError> {
    database.run(sql(OVERVIEW).bind(org)).await?.first()
}
