//! The price of an order that may never be booked.

use super::book::{no_such_offering, read_venue, reliable_until};
use super::order::Order;
use super::rules;
use crate::context::Context;
use crate::problem::Problem;
use shared::embed::QuoteOut;

/// Prices an order, if it could be kept.
pub async fn quote(context: &Context, order: &Order, email: Option<&str>) -> Result<QuoteOut, Problem> {
    let (venue, _) = read_venue(context, order, email, None, None).await?;
    let mut venue = venue.ok_or_else(|| no_such_offering(order))?;
    let decision = rules::decide(&mut venue, order, reliable_until(order))?;
    let coupon = venue.coupon.filter(|_| order.coupon.is_some());
    Ok(QuoteOut { quote: decision.quote, coupon: coupon.map(|found| found.coupon) })
}
