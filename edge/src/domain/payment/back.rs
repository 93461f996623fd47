//! Money on its way back: queued with the change that decided it, sent once under its own id, tried until the provider says that
//! it went or that it never will.

use super::store::refund::{self as store, DueRefund};
use super::{account, look};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::life::{self, Deed, GivenBack, Giver};
use crate::domain::record;
use crate::payment::{Failure, Returned, SeenRefund};
use serde_json::json;
use shared::booking::Action;
use shared::zone::Instant;

/// How many one run sends; the next run is a minute later.
const LIMIT: i64 = 20;
/// Seconds until the next attempt after the first, second, … one failed; from then on always the last. Money that is owed is
/// never given up by us, only by the provider.
const PAUSES: [i64; 7] = [60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600];
/// What the provider has in hand is asked about so often, in seconds, should we not be told.
const LOOK_AGAIN: i64 = 6 * 3_600;

/// Sends what is due once the answer has left.
pub fn soon(context: &Context) {
    let later = context.clone();
    context.afterwards(async move { run(&later).await });
}

/// Sends what is due.
pub async fn run(context: &Context) {
    let due = match store::take_due(context.database(), context.now(), LIMIT).await {
        Ok(due) => due,
        Err(error) => return worker::console_error!("refunds could not be taken: {error:?}"),
    };
    for refund in &due {
        if let Err(error) = attempt(context, refund).await {
            worker::console_error!("what became of refund {} was not recorded: {error:?}", refund.public_id);
        }
    }
}

async fn attempt(context: &Context, refund: &DueRefund) -> Result<(), StoreError> {
    let (id, now) = (refund.public_id.as_str(), context.now());
    match send(context, refund).await {
        Ok(SeenRefund { state: Returned::Done, reference, .. }) => {
            let (payment, amount) = (refund.payment.clone(), refund.amount);
            let by = Giver::Provider { payment, reference, refund: Some(id.to_owned()) };
            let back = GivenBack { amount, by };
            let deed = Deed { back: Some(back), ..Deed::of(Action::MoneyBack) };
            life::by_provider(context, &refund.booking, &deed).await
        }
        Ok(SeenRefund { state: Returned::Pending, reference, .. }) => {
            let next = now.plus_seconds(LOOK_AGAIN);
            context.database().run(store::sent(id, &reference, next, now)).await.map(|_| ())
        }
        Ok(SeenRefund { state: Returned::Failed(reason), .. }) => {
            bounced(context, refund.org_id, &refund.booking, id, &reason).await
        }
        Err(Failure::ForGood(reason)) => {
            // Perhaps somebody gave a part of it back at the provider's: then the rest goes, under another id.
            if let Err(failure) = look::by_id(context, &refund.payment).await {
                worker::console_warn!("payment {} could not be looked at: {}", refund.payment, failure.reason());
            }
            bounced(context, refund.org_id, &refund.booking, id, &reason).await
        }
        Err(Failure::ForNow(reason) | Failure::Key(reason)) => {
            worker::console_warn!("refund {id} has to wait: {reason}");
            let next = now.plus_seconds(pause(refund.attempts));
            context.database().run(store::again(id, next, &reason, now)).await.map(|_| ())
        }
    }
}

/// After the first attempt the provider may have it although we never heard so, and forgets our key after a day: then we look
/// before we ask.
async fn send(context: &Context, refund: &DueRefund) -> Result<SeenRefund, Failure> {
    let account =
        account::of_payment(context, refund.account_id).await.map_err(|error| Failure::ForNow(format!("{error:?}")))?;
    let gone = || Failure::ForGood("the keys of the account that it was paid through are forgotten".to_owned());
    let account = account.ok_or_else(gone)?;
    let intent = refund.intent.as_deref().ok_or_else(|| Failure::ForGood("it was never paid".to_owned()))?;
    if refund.attempts > 1 || refund.state == "SENT" {
        let there = account.refunds(context, intent).await?;
        let ours = there.into_iter().find(|one| one.ours.as_deref() == Some(refund.public_id.as_str()));
        if let Some(ours) = ours {
            return Ok(ours);
        }
    }
    account.give_back(context, &refund.public_id, intent, refund.amount).await
}

fn pause(attempts: u32) -> i64 {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    PAUSES.get(index).or(PAUSES.last()).copied().unwrap_or(LOOK_AGAIN)
}

/// It did not go back and never will: staff have to give it back in another way.
pub async fn bounced(context: &Context, org: i64, booking: &str, refund: &str, reason: &str) -> Result<(), StoreError> {
    let now: Instant = context.now();
    let detail = json!({ "refund": refund, "reason": reason });
    let batch = vec![
        store::failed(refund, reason, now),
        record::store::expect_change(),
        record::store::audit(org, "payments", "refund.failed", booking, &detail, now),
    ];
    match context.database().batch(batch).await {
        // Somebody else heard it, too.
        Ok(_) | Err(StoreError::Unchanged) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_less_and_less_often_and_never_given_up() {
        assert!(PAUSES.is_sorted());
        assert_eq!([pause(1), pause(2), pause(7), pause(500)], [60, 300, 43_200, 43_200]);
    }
}
