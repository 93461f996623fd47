//! Arithmetic with money: percentages, shares and roundings that never wrap and never lose a minor unit.

use crate::money::{MAX_MINOR, Minor};

/// An amount beyond [`MAX_MINOR`], up or down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overflow;

/// The whole in basis points.
pub const WHOLE: i128 = 10_000;

/// Takes an amount that the engine may give.
pub(crate) fn checked(amount: i128) -> Result<Minor, Overflow> {
    match Minor::try_from(amount) {
        Ok(amount) if (-MAX_MINOR..=MAX_MINOR).contains(&amount) => Ok(amount),
        _ => Err(Overflow),
    }
}

/// The sum of two amounts.
pub(crate) fn plus(a: Minor, b: Minor) -> Result<Minor, Overflow> {
    checked(i128::from(a).saturating_add(i128::from(b)))
}

/// The difference of two amounts.
pub(crate) fn minus(a: Minor, b: Minor) -> Result<Minor, Overflow> {
    checked(i128::from(a).saturating_sub(i128::from(b)))
}

/// A price so many times.
pub(crate) fn times(price: Minor, count: u32) -> Result<Minor, Overflow> {
    checked(i128::from(price).saturating_mul(i128::from(count)))
}

/// `numerator / denominator`, halves away from zero. The denominator is positive.
pub(crate) fn divide(numerator: i128, denominator: i128) -> Result<Minor, Overflow> {
    let half = denominator.checked_div(2).ok_or(Overflow)?;
    let raised = if numerator < 0 { numerator.checked_sub(half) } else { numerator.checked_add(half) };
    checked(raised.ok_or(Overflow)?.checked_div(denominator).ok_or(Overflow)?)
}

/// So many basis points of an amount, halves away from zero.
pub fn percent_of(amount: Minor, basis_points: i64) -> Result<Minor, Overflow> {
    divide(i128::from(amount).saturating_mul(i128::from(basis_points)), WHOLE)
}

/// Splits a total in proportion to weights, by largest remainder: the shares add up to it exactly, and none is off
/// by a whole minor unit. Among equal remainders the first gets more. A negative weight counts as zero;
/// all zero counts as all equal; no weights, no shares.
///
/// A total within the sum of the weights leaves no share greater than its weight, which is why a discount spread
/// over prices never makes one negative.
pub fn split(total: Minor, weights: &[Minor]) -> Result<Vec<Minor>, Overflow> {
    let mut shares = Vec::new();
    let mut remainders = Vec::new();
    let sum = weights.iter().fold(0_i128, |sum, weight| sum.saturating_add(i128::from(*weight).max(0)));
    let even = sum == 0;
    let sum = if even { i128::try_from(weights.len()).map_err(|_| Overflow)? } else { sum };
    let mut left = i128::from(total).abs();
    let whole = left;
    for weight in weights {
        let weight = if even { 1 } else { i128::from(*weight).max(0) };
        let product = whole.checked_mul(weight).ok_or(Overflow)?;
        let share = product.checked_div(sum).ok_or(Overflow)?;
        remainders.push(product.checked_rem(sum).ok_or(Overflow)?);
        shares.push(checked(share)?);
        left = left.saturating_sub(share);
    }
    // Fewer are left than there are shares, so each takes one at most.
    while left > 0 {
        let mut best: Option<(usize, i128)> = None;
        for (index, remainder) in remainders.iter().enumerate() {
            if best.is_none_or(|(_, most)| *remainder > most) {
                best = Some((index, *remainder));
            }
        }
        let Some((index, _)) = best else { break };
        if let (Some(share), Some(remainder)) = (shares.get_mut(index), remainders.get_mut(index)) {
            *share = plus(*share, 1)?;
            *remainder = -1;
        }
        left = left.saturating_sub(1);
    }
    if total < 0 {
        for share in &mut shares {
            *share = share.saturating_neg();
        }
    }
    Ok(shares)
}
