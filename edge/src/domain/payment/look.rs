//! Looking at a payment's other side, and writing down what is new there.

use super::account;
use super::rules::{self, Known, News};
use super::store::{self, KnownRow};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::life::{self, Deed, GivenBack, Giver, Online, Payment};
use crate::domain::record;
use crate::payment::{Failure, Provider};
use serde_json::json;
use shared::booking::{Action, State};
use shared::zone::Instant;

/// How many payments one run looks at; the next run is a minute later.
const LIMIT: i64 = 20;
/// After a look that failed, the next is so many seconds later, twice as many after each further failure, up to the last.
const FIRST_PAUSE: i64 = 60;
const LONGEST_PAUSE: i64 = 6 * 3_600;
/// Between ending a page and looking at it once more, in seconds.
const AFTER_END: i64 = 60;
/// So often we ask what the provider kept before we leave it.
const FEE_LOOKS: i64 = 10;
/// How often a look is taken again because it changed something.
const ROUNDS: usize = 3;

/// Looks at all that is due.
pub async fn run(context: &Context) {
    let due = match store::to_look_at(context.database(), context.now(), LIMIT).await {
        Ok(due) => due,
        Err(error) => return worker::console_error!("payments to look at could not be read: {error:?}"),
    };
    for payment in due {
        if let Err(failure) = by_id(context, &payment.public_id).await {
            worker::console_error!("payment {} could not be looked at: {}", payment.public_id, failure.reason());
        }
    }
}

/// Looks at what is being paid for the booking with this token (hashed). What fails, the clock does again.
pub async fn of_booking(context: &Context, token_hash: &str) {
    let found = store::being_paid(context.database(), token_hash).await;
    if let Ok(Some(payment)) = found
        && let Err(failure) = by_id(context, &payment.public_id).await
    {
        worker::console_warn!("payment {} could not be looked at: {}", payment.public_id, failure.reason());
    }
}

/// Looks at one payment, whosever it is.
pub async fn by_id(context: &Context, payment: &str) -> Result<(), Failure> {
    let Some(known) = store::known(context.database(), payment).await.map_err(unread)? else { return Ok(()) };
    match account::of_payment(context, known.account_id).await.map_err(unread)? {
        Some(account) => at(context, &account, payment).await,
        None => later(context, &known, Failure::Key("there is no account any more".to_owned())).await,
    }
}

/// Looks at one payment of an account.
pub async fn at(context: &Context, account: &Provider, payment: &str) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let Some(known) = store::known(context.database(), payment).await.map_err(unread)? else { return Ok(()) };
        match once(context, account, &known).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(failure) => return later(context, &known, failure).await,
        }
    }
    Ok(())
}

fn unread(error: StoreError) -> Failure {
    Failure::ForNow(format!("{error:?}"))
}

/// Puts the next look off.
async fn later(context: &Context, known: &KnownRow, failure: Failure) -> Result<(), Failure> {
    let times = u32::try_from(known.looks).unwrap_or(u32::MAX).min(16);
    let pause = FIRST_PAUSE.saturating_mul(1_i64.checked_shl(times).unwrap_or(i64::MAX)).min(LONGEST_PAUSE);
    let next = context.now().plus_seconds(pause);
    let looked = store::looked(known, Some(next), known.looks.saturating_add(1), false);
    context.database().run(looked).await.map_err(unread)?;
    Err(failure)
}

/// One look; `true` when it is worth another.
async fn once(context: &Context, account: &Provider, known: &KnownRow) -> Result<bool, Failure> {
    let now = context.now();
    let wanted = is_wanted(known, now);
    let Some(session) = &known.session else {
        // The provider never told us of a page: it is asked for again, or nobody wants it any more.
        if !wanted || known.until <= now.0 {
            context.database().run(store::ended(&known.public_id, now)).await.map_err(unread)?;
        } else {
            let looked = store::looked(known, Some(Instant(known.until)), 0, true);
            context.database().run(looked).await.map_err(unread)?;
        }
        return Ok(false);
    };
    let seen = account.look(context, session).await?;
    let news = rules::compare(&as_known(known, wanted)?, &seen);
    let mut again = known.state != "PAID" && !seen.refunds.is_empty();
    for one in &news {
        again |= write(context, account, known, session, one).await?;
    }
    if !again {
        let next =
            if seen.open { known.until.max(now.0.saturating_add(AFTER_END)) } else { now.0.saturating_add(AFTER_END) };
        // The provider may say a little later what it kept.
        let unsaid = seen.captured.as_ref().is_some_and(|captured| captured.fee.is_none()) && known.looks < FEE_LOOKS;
        let looks = if unsaid { known.looks.saturating_add(1) } else { 0 };
        let looked = store::looked(known, Some(Instant(next)), looks, !unsaid);
        context.database().run(looked).await.map_err(unread)?;
    }
    Ok(again)
}

/// Whether the booking still waits for it.
fn is_wanted(known: &KnownRow, now: Instant) -> bool {
    match State::parse(&known.booking_state) {
        Some(State::Pending) => known.held_until.is_some_and(|until| until > now.0),
        Some(State::AwaitingApproval | State::Confirmed | State::Completed) => {
            known.balance >= known.amount && known.until > now.0
        }
        _ => false,
    }
}

fn as_known(known: &KnownRow, wanted: bool) -> Result<Known, Failure> {
    let refunds = serde_json::from_str(&known.refunds).map_err(|error| Failure::ForNow(error.to_string()))?;
    Ok(Known {
        paid: known.state == "PAID",
        ended: known.state == "ENDED",
        fee: known.fee != 0,
        dispute: known.dispute.clone(),
        refunds,
        wanted,
    })
}

/// Writes one piece of news down; `true` when it is worth another look.
async fn write(
    context: &Context,
    account: &Provider,
    known: &KnownRow,
    session: &str,
    news: &News,
) -> Result<bool, Failure> {
    let (now, id) = (context.now(), known.public_id.as_str());
    match news {
        News::Captured(captured) => {
            let online = Online { payment: id.to_owned(), reference: captured.intent.clone() };
            let payment = Payment { amount: captured.amount, method: "ONLINE", note: None, online: Some(online) };
            let deed = Deed { payment: Some(payment), ..Deed::of(Action::Settle) };
            life::by_provider(context, &known.booking, &deed).await.map_err(unread)?;
        }
        News::Fee(amount) => {
            let intent = known.intent.clone();
            let reference = match intent {
                Some(intent) => intent,
                // It was written down a moment ago.
                None => match store::known(context.database(), id).await.map_err(unread)?.and_then(|row| row.intent) {
                    Some(intent) => intent,
                    None => return Ok(false),
                },
            };
            let fee = store::enter(id, "FEE", *amount, "", &reference, now);
            context.database().run(fee).await.map_err(unread)?;
        }
        News::Trim(by) => {
            let refunds = as_known(known, false)?.refunds;
            let mut batch = Vec::new();
            for (refund, left) in rules::trimmed(&refunds, *by) {
                batch.push(store::refund::trim(
                    refund,
                    &context.mint("ref"),
                    left,
                    "Given back at the payment provider",
                    now,
                ));
                batch.push(record::store::expect_change());
            }
            match context.database().batch(batch).await {
                Ok(_) => {}
                // It was sent at this moment: look again.
                Err(StoreError::Unchanged) => return Ok(true),
                Err(error) => return Err(unread(error)),
            }
        }
        News::Back { reference, amount, ours } => {
            let by = Giver::Provider { payment: id.to_owned(), reference: reference.clone(), refund: ours.clone() };
            let back = GivenBack { amount: *amount, by };
            let deed = Deed { back: Some(back), ..Deed::of(Action::MoneyBack) };
            life::by_provider(context, &known.booking, &deed).await.map_err(unread)?;
        }
        News::Bounced { ours, reason } => {
            super::back::bounced(context, known.org_id, &known.booking, ours, reason).await.map_err(unread)?;
        }
        News::Disputed { reference, status, amount, taken, returned } => {
            let mut batch = vec![store::disputed(id, status, now), record::store::expect_change()];
            if *taken {
                let gone = amount.saturating_neg();
                batch.push(store::enter(id, "ADJUSTMENT", gone, "Disputed", reference, now));
            }
            if *returned {
                let won = format!("{reference}:won");
                batch.push(store::enter(id, "ADJUSTMENT", *amount, "Dispute won", &won, now));
            }
            let detail = json!({ "status": status, "amount": amount });
            batch.push(record::store::audit(
                known.org_id,
                "payments",
                "payment.disputed",
                &known.booking,
                &detail,
                now,
            ));
            match context.database().batch(batch).await {
                Ok(_) | Err(StoreError::Unchanged) => {}
                Err(error) => return Err(unread(error)),
            }
        }
        News::Ended => {
            context.database().run(store::ended(id, now)).await.map_err(unread)?;
        }
        News::Close => {
            account.end(context, session).await?;
            return Ok(true);
        }
    }
    Ok(false)
}
