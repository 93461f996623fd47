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
    /// Disputes to be answered, and refunds that were refused and that nobody has seen to.
    pub payment_troubles: u32,
}

const OVERVIEW: &str = "
select name, timezone, currency, locale, settings,
       (select count(*) from booking where booking.org_id = org.id and state = 'AWAITING_APPROVAL') as awaiting_approval,
       (select count(*) from submission where submission.org_id = org.id and state = 'SUBMITTED') as submitted,
       (select count(*) from payment where payment.org_id = org.id
          and dispute in ('needs_response', 'warning_needs_response') and dispute is not null)
       + (select count(*) from refund where refund.org_id = org.id and refund.state = 'FAILED' and handled_at is null
          and (select coalesce(sum(case kind when 'PAYMENT' then amount when 'CREDIT' then amount
                                             when 'REFUND' then -amount when 'CHARGE' then -amount else 0 end), 0)
               from ledger_entry as entry where entry.booking_id = refund.booking_id)
            > (select coalesce(sum(amount), 0) from refund as moving
               where moving.booking_id = refund.booking_id and moving.state in ('WAITING', 'SENT'))) as payment_troubles
from org
where id = ?1";

/// One organization.
pub async fn overview(database: &Database, org: i64) -> Result<Option<Overview>, StoreError> {
    database.run(sql(OVERVIEW).bind(org)).await?.first()
}
