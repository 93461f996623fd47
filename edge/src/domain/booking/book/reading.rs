//! What an order is decided on, read in one batch.

use crate::access::limit;
use crate::context::Context;
use crate::database::Statement;
use crate::domain::booking::order::{Order, Part};
use crate::domain::catalog::{self, Scope, Venue};
use crate::domain::idempotency::store::Within;
use crate::domain::idempotency::{self, Key, Stored};
use crate::problem::Problem;
use shared::zone::Instant;

/// Before the first start, what can still reach into it: a day of rules, and the longest claim is found by its end.
const BEFORE: i64 = 3 * 86_400;
/// After the last start, as far as alternatives are looked for.
const AFTER: i64 = 32 * 86_400;

/// The moment until which the claims read for an order are complete.
pub fn reliable_until(order: &Order) -> Instant {
    let last = order.items.iter().map(|item| item.starts_at.0).max();
    last.map_or(Instant(0), |last| last.plus_seconds(AFTER))
}

/// Everything that an order is decided on, in one batch, and the answer that its key may have already.
pub async fn read_venue(
    context: &Context,
    order: &Order,
    email: Option<&str>,
    without: Option<&str>,
    key: Option<&Key>,
) -> Result<(Option<Venue>, Option<Stored>), Problem> {
    let first = order.items.iter().map(|item| item.starts_at.0).min().unwrap_or(context.now());
    let offerings = order.offerings();
    let scope = Scope {
        offerings: &offerings,
        calendar: None,
        from: first.plus_seconds(BEFORE.saturating_neg()),
        to: reliable_until(order),
        now: context.now(),
        coupon: order.coupon.as_deref().map(|code| (code, email)),
        without,
        any_status: without.is_some(),
    };
    let within = Within::Offering(offerings.first().copied().unwrap_or_default());
    let kept = key.map(|key| idempotency::store::read_within(key, within, context.now()));
    let mut batch: Vec<Statement> = kept.into_iter().collect();
    batch.extend(catalog::store::read(&scope));
    let mut answers = context.database().batch(batch).await?;
    if let Some(key) = key
        && let Some(row) = answers.first()?
    {
        return Ok((None, Some(idempotency::replay(row, key)?)));
    }
    let venue = Venue::of(catalog::store::rows(&mut answers)?, &scope)?;
    if let Some(venue) = &venue {
        limit::organization(context, venue.org.id).await?;
    }
    Ok((venue, None))
}

/// No organization has any of it.
pub fn no_such_offering(order: &Order) -> Problem {
    let pointer = order.form.pointer(0, Part::Offering);
    Problem::not_found("offering").and_field(pointer, "not_found", "There is no such offering.")
}
