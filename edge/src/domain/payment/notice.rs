//! The provider tells us something. It may tell it twice, late, out of order or at the same moment: it is written down, and then
//! somebody looks. Only when everything is written down is the notice done with; until then the provider repeats it, and the
//! clock looks by itself.

use super::account;
use super::account::store::Row;
use super::{look, store};
use crate::context::Context;
use crate::database::StoreError;
use crate::payment::Failure;
use crate::problem::{Code, Problem};

/// Hears a notice for one of an organization's accounts. Anything that was not signed by the provider for it changes nothing.
pub async fn hear(context: &Context, rows: &[Row], signature: &str, body: &str) -> Result<(), Problem> {
    let mut heard = None;
    for row in rows {
        if let Some(account) = account::opened(context, row)?
            && let Some(notice) = account.hear(signature, body, context.now())
        {
            heard = Some((row, account, notice));
            break;
        }
    }
    let Some((row, account, notice)) = heard else {
        return Err(Problem::new(Code::MalformedRequest)
            .because("bad_signature")
            .detail("Not signed for this account, or too long ago."));
    };
    let hearing = store::notice::hear(row.org_id, row.id, &notice, context.now());
    let mut answers = context.database().batch(hearing).await?;
    answers.skip(1);
    let heard: Option<store::notice::Heard> = answers.first()?;
    if heard.is_some_and(|heard| heard.done_at.is_some()) {
        return Ok(());
    }
    let payments: Vec<store::Id> = answers.all()?;
    for payment in &payments {
        look::at(context, &account, &payment.public_id).await.map_err(not_yet)?;
    }
    context.database().run(store::notice::done_with(row.org_id, &notice.event, context.now())).await?;
    Ok(())
}

/// The provider is to say it again.
fn not_yet(failure: Failure) -> Problem {
    worker::console_warn!("a payment notice has to be repeated: {}", failure.reason());
    Problem::from(StoreError::Transient("the provider could not be asked".to_owned()))
}
