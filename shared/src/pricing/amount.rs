//! Arithmetic with money: percentages, shares and roundings that never wrap and never lose a minor unit.

use crate::money::{MAX_MINOR, Minor};

/// An amount beyond [`MAX_MINOR`], up or down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overflow;

/// The whole in basis points.
pub const WHOLE: Minor = 10_000;

/// Takes an amount that the engine may give.
pub(crate) fn checked(amount: i128) -> Result<Minor, Overflow> {
    match Minor::try_from(amount) {
        Ok(amount) if (-MAX_MINOR..=MAX_MINOR).contains(&amount) => Ok(amount),
        _ => Err(Overflow),
    }
}

/// Takes an amount that may have wrapped.
fn bounded(amount: Option<Minor>) -> Result<Minor, Overflow> {
    amount.filter(|amount| (-MAX_MINOR..=MAX_MINOR).contains(amount)).ok_or(Overflow)
}

/// The sum of two amounts.
pub(crate) fn plus(a: Minor, b: Minor) -> Result<Minor, Overflow> {
    bounded(a.checked_add(b))
}

/// The difference of two amounts.
pub(crate) fn minus(a: Minor, b: Minor) -> Result<Minor, Overflow> {
    bounded(a.checked_sub(b))
}

/// A price so many times.
pub(crate) fn times(price: Minor, count: u32) -> Result<Minor, Overflow> {
    bounded(price.checked_mul(Minor::from(count)))
}

/// The sum of amounts.
pub(crate) fn total(amounts: &[Minor]) -> Result<Minor, Overflow> {
    amounts.iter().try_fold(0, |sum, amount| plus(sum, *amount))
}

/// The product, exactly: 64 bits times 64 bits always fit.
fn product(a: Minor, b: Minor) -> i128 {
    i128::from(a).wrapping_mul(i128::from(b))
}

/// `amount × times / by`, halves away from zero. `by` is positive.
pub(crate) fn scale(amount: Minor, times: Minor, by: Minor) -> Result<Minor, Overflow> {
    let numerator = product(amount, times);
    let half = i128::from(by / 2);
    let raised = if numerator < 0 { numerator.wrapping_sub(half) } else { numerator.wrapping_add(half) };
    checked(raised.checked_div(i128::from(by)).ok_or(Overflow)?)
}

/// So many basis points of an amount, halves away from zero.
pub fn percent_of(amount: Minor, basis_points: i64) -> Result<Minor, Overflow> {
    scale(amount, basis_points, WHOLE)
}

/// Splits a total in proportion to weights, by largest remainder: the shares add up to it exactly, and none is off
/// by a whole minor unit. Among equal remainders the first gets more. A negative weight counts as zero;
/// all zero counts as all equal; no weights, no shares.
///
/// A total within the sum of the weights leaves no share greater than its weight, which is why a discount spread
/// over prices never makes one negative.
pub fn split(total: Minor, weights: &[Minor]) -> Result<Vec<Minor>, Overflow> {
    let sum = weights.iter().fold(0_i128, |sum, weight| sum.wrapping_add(i128::from((*weight).max(0))));
    let even = sum == 0;
    let sum = if even { i128::try_from(weights.len()).unwrap_or(1) } else { sum };
    let whole = total.checked_abs().ok_or(Overflow)?;
    let mut left = whole;
    let mut shares: Vec<(Minor, i128)> = Vec::with_capacity(weights.len());
    for weight in weights {
        let product = product(whole, if even { 1 } else { (*weight).max(0) });
        let share = checked(product.checked_div(sum).ok_or(Overflow)?)?;
        shares.push((share, product.wrapping_sub(i128::from(share).wrapping_mul(sum))));
        left = left.saturating_sub(share);
    }
    // Fewer are left than there are shares, so each takes one at most.
    while left > 0 {
        let mut most: Option<&mut (Minor, i128)> = None;
        for share in &mut shares {
            if most.as_ref().is_none_or(|most| share.1 > most.1) {
                most = Some(share);
            }
        }
        let Some((share, remainder)) = most else { break };
        (*share, *remainder) = (share.saturating_add(1), -1);
        left = left.saturating_sub(1);
    }
    let signed = |(share, _): (Minor, i128)| if total < 0 { share.saturating_neg() } else { share };
    Ok(shares.into_iter().map(signed).collect())
}
