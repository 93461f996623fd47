//! What a provider would not do, and staff do: a refund that was refused is sent again, or given back in another way. Once: the
//! schema lets nobody see to it twice.

use super::rules::Part;
use super::store::refund::{give_back, handled};
use super::store::trouble::{self as store, Refused, Troubles};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::life::{self, Deed, GivenBack, Giver, Hand, Show};
use crate::domain::booking::store::By;
use crate::domain::idempotency::Key;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde_json::{Value, json};
use shared::booking::Action;

/// All that an organization has to see to, or what concerns one booking.
pub async fn of(context: &Context, org: i64, booking: Option<&str>) -> Result<Troubles, Problem> {
    let batch = store::read(org, booking, context.now()).into();
    Ok(store::found(&mut context.database().batch(batch).await?)?)
}

/// A refund that was refused and that nobody has seen to.
async fn refused(context: &Context, org: i64, refund: &str) -> Result<Refused, Problem> {
    let found: Option<Refused> = context.database().run(store::refused(org, refund)).await?.first()?;
    found.ok_or_else(seen_to)
}

/// What it means that nothing was there to change.
pub fn seen_to() -> Problem {
    let detail = "It is not waiting for anybody any more: it was seen to, or the booking has changed.";
    Problem::new(Code::Conflict).because("refund_seen_to").detail(detail)
}

/// Sends what is still owed of it once more, as a refund of its own (its id is answered); [`super::back::soon`] when it is
/// written.
pub async fn sending_again<'c>(
    context: &'c Context,
    org: i64,
    actor: &'c str,
    refund: &str,
) -> Result<(String, Change<'c>), Problem> {
    let refused = refused(context, org, refund).await?;
    if refused.sendable == 0 {
        let detail = "The keys of the account that it was paid through are forgotten. Give it back at the provider.";
        return Err(Problem::new(Code::Conflict).because("keys_forgotten").detail(detail));
    }
    let again = context.mint("ref");
    let part = Part { payment: refused.payment.clone(), amount: refused.amount };
    let mut change = Change::new(context, org, actor);
    change.must(handled(refund, refused.version, context.now()));
    change.add(give_back(&[(again.clone(), part)], context.now()));
    let detail = json!({ "refund": refund, "again": again, "amount": refused.amount });
    change.audit("refund.sent_again", &refused.booking, &detail);
    Ok((again, change))
}

/// Writes down that staff gave it back in another way (`CASH`, `TRANSFER`, …); answers what `show` says of the booking.
pub async fn gave_otherwise(
    context: &Context,
    org: i64,
    (actor, key): (&str, Option<&Key>),
    refund: &str,
    method: &'static str,
    show: Show<'_>,
) -> Result<Value, Problem> {
    if let Some(before) = life::answered_before(context, key).await? {
        return Ok(before);
    }
    let refused = refused(context, org, refund).await?;
    let by = Giver::Staff { refused: refund.to_owned(), version: refused.version, method };
    let deed = Deed { back: Some(GivenBack { amount: refused.amount, by }), ..Deed::of(Action::MoneyBack) };
    let found = change::read(context, By::Id(&refused.booking)).await?;
    let done = life::act(context, found, Hand::Staff(actor), &deed, key, show).await;
    done.map_err(|problem| problem.unless_changed(seen_to))
}
