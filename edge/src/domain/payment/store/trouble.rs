//! The SQL of what staff have to see to: disputes, refunds that were refused, money that came too late.

use crate::database::{Answers, Statement, StoreError, sql};
use serde::Deserialize;
use shared::money::Currency;
use shared::zone::Instant;

/// So many of a kind are shown.
const MOST: i64 = 100;
/// What came too late is shown for so many seconds after it went back.
const LATE_FOR: i64 = 30 * 86_400;

/// What a booking's customer gets back and is not on its way.
macro_rules! owing {
    () => {
        "((select coalesce(sum(case kind when 'PAYMENT' then amount when 'CREDIT' then amount
                                     when 'REFUND' then -amount when 'CHARGE' then -amount else 0 end), 0)
             from ledger_entry as entry where entry.booking_id = booking.id)
          - (select coalesce(sum(amount), 0) from refund as moving
             where moving.booking_id = booking.id and moving.state in ('WAITING', 'SENT')))"
    };
}

macro_rules! refused {
    ($which:literal) => {
        concat!(
            "select refund.public_id, booking.public_id as booking, booking.number, booking.contact_name, booking.currency,
                    min(refund.amount, ",
            owing!(),
            ") as amount, coalesce(refund.failure, '') as failure, refund.updated_at as at, payment.public_id as payment,
                    payment.intent, payment.mode, coalesce(account.provider, '') as provider,
                    account.key_sealed is not null as sendable, booking.version
             from refund
             join payment on payment.id = refund.payment_id
             join booking on booking.id = refund.booking_id
             left join payment_account as account on account.id = payment.account_id
             where refund.state = 'FAILED' and refund.handled_at is null and ",
            owing!(),
            " > 0 and ",
            $which
        )
    };
}

const REFUSED: &str =
    refused!("refund.org_id = ?1 and (?2 is null or booking.public_id = ?2) order by refund.id desc limit ?3");
const REFUSED_ONE: &str = refused!("refund.public_id = ?2 and refund.org_id = ?1");

/// A refund that the provider refused for good, while its customer still gets the money.
#[derive(Clone, Debug, Deserialize)]
pub struct Refused {
    /// `ref_…`.
    pub public_id: String,
    /// `bkg_…`.
    pub booking: String,
    pub number: Option<String>,
    pub contact_name: Option<String>,
    pub currency: Currency,
    /// What of it is still owed, minor units.
    pub amount: i64,
    /// In the provider's words.
    pub failure: String,
    pub at: i64,
    /// `pay_…`.
    pub payment: String,
    /// The provider's id of the money.
    pub intent: Option<String>,
    pub mode: String,
    pub provider: String,
    /// We have the keys of the account that it was paid through.
    pub sendable: u8,
    /// The booking's.
    pub version: i64,
}

/// One of them, if nobody has seen to it.
pub fn refused(org: i64, refund: &str) -> Statement {
    sql(REFUSED_ONE).bind(org).bind(refund)
}

/// What is over is only shown with its booking.
const DISPUTED: &str = "
select booking.public_id as booking, booking.number, booking.contact_name, booking.currency, payment.captured as amount,
       payment.dispute as status, payment.updated_at as at, payment.intent, payment.mode,
       coalesce(account.provider, '') as provider
from payment
join booking on booking.id = payment.booking_id
left join payment_account as account on account.id = payment.account_id
where payment.org_id = ?1 and payment.dispute is not null
  and (booking.public_id = ?2 or (?2 is null
    and payment.dispute in ('needs_response', 'under_review', 'warning_needs_response', 'warning_under_review')))
order by payment.id desc
limit ?3";

/// A payment whose payer went to their bank.
#[derive(Clone, Debug, Deserialize)]
pub struct Disputed {
    /// `bkg_…`.
    pub booking: String,
    pub number: Option<String>,
    pub contact_name: Option<String>,
    pub currency: Currency,
    /// What was paid, minor units.
    pub amount: i64,
    /// In the provider's words.
    pub status: String,
    pub at: i64,
    /// The provider's id of the money.
    pub intent: Option<String>,
    pub mode: String,
    pub provider: String,
}

const LATE: &str = "
select booking.public_id as booking, booking.number, booking.contact_name, booking.currency, refund.amount, refund.state,
       refund.created_at as at
from refund
join booking on booking.id = refund.booking_id and booking.state = 'EXPIRED'
where refund.org_id = ?1 and refund.created_at > ?4 and refund.state <> 'FAILED' and (?2 is null or booking.public_id = ?2)
order by refund.id desc
limit ?3";

/// Money that came when its hold was over and the places were taken.
#[derive(Clone, Debug, Deserialize)]
pub struct Late {
    /// `bkg_…`.
    pub booking: String,
    pub number: Option<String>,
    pub contact_name: Option<String>,
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    /// WAITING, SENT or DONE.
    pub state: String,
    pub at: i64,
}

/// All of it.
pub struct Troubles {
    pub disputed: Vec<Disputed>,
    pub refused: Vec<Refused>,
    pub late: Vec<Late>,
}

/// Three statements, for [`found`]: an organization's, or one booking's.
pub fn read(org: i64, booking: Option<&str>, now: Instant) -> [Statement; 3] {
    let since = now.plus_seconds(LATE_FOR.saturating_neg());
    [
        sql(DISPUTED).bind(org).bind(booking).bind(MOST),
        sql(REFUSED).bind(org).bind(booking).bind(MOST),
        sql(LATE).bind(org).bind(booking).bind(MOST).bind(since),
    ]
}

/// Takes their answers.
pub fn found(answers: &mut Answers) -> Result<Troubles, StoreError> {
    Ok(Troubles { disputed: answers.all()?, refused: answers.all()?, late: answers.all()? })
}
