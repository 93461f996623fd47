//! What comes back on cancelling, and whether a departure runs: small rules with a clock as an argument.

use crate::availability::Threshold;
use crate::money::Minor;
use crate::pricing::{Overflow, RefundTier, percent_of, split};
use crate::zone::Instant;
use serde::{Deserialize, Serialize};

/// The part of `paid` that comes back when a booking that starts at `starts_at` is cancelled at `now`: the tier with the most
/// notice among those that are met. None met, or no tiers at all: nothing.
///
/// ```
/// use shared::booking::refund;
/// use shared::pricing::RefundTier;
/// use shared::zone::Instant;
/// // Two days before: all. One day: half.
/// let tiers = [
///     RefundTier { minutes_before: 2_880, percent: 10_000 },
///     RefundTier { minutes_before: 1_440, percent: 5_000 },
/// ];
/// let start = Instant(1_000_000);
/// assert_eq!(refund(&tiers, 9_999, start, start.plus_minutes(-1_500)), 5_000);
/// assert_eq!(refund(&tiers, 9_999, start, start.plus_minutes(-1_439)), 0);
/// ```
pub fn refund(tiers: &[RefundTier], paid: Minor, starts_at: Instant, now: Instant) -> Minor {
    let mut met: Option<&RefundTier> = None;
    for tier in tiers {
        let by = starts_at.plus_minutes(i64::from(tier.minutes_before).saturating_neg());
        if now <= by && met.is_none_or(|best| best.minutes_before < tier.minutes_before) {
            met = Some(tier);
        }
    }
    let percent = met.map_or(0, |tier| i64::from(tier.percent).min(10_000));

    percent_of(paid.max(0), percent).unwrap_or(0)
}

/// An item's part in a cancellation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemTerms {
    /// Its share of the total: [`item_totals`](crate::pricing::Quote::item_totals).
    pub total: Minor,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// Its policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refund_tiers: Vec<RefundTier>,
}

/// What comes back of `paid` for several items: each item's share of it by its own tiers.
pub fn refund_items(items: &[ItemTerms], paid: Minor, now: Instant) -> Result<Minor, Overflow> {
    let weights: Vec<Minor> = items.iter().map(|item| item.total.max(0)).collect();
    let shares = split(paid.max(0), &weights)?;
    Ok(items
        .iter()
        .zip(shares)
        .fold(0_i64, |sum, (item, share)| sum.saturating_add(refund(&item.refund_tiers, share, item.starts_at, now))))
}

/// What becomes of a departure with a pre-order threshold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThresholdDecision {
    /// Enough: it runs, for good.
    Runs,
    /// Too few yet, and there is time.
    Waits,
    /// Too few, and the time is over: its bookings are cancelled by
    /// [`MissThreshold`](super::Action::MissThreshold).
    Missed,
}

/// Decides a departure by the seats sold so far.
pub fn decide_threshold(threshold: &Threshold, seats: u32, starts_at: Instant, now: Instant) -> ThresholdDecision {
    if seats >= threshold.min_seats {
        ThresholdDecision::Runs
    } else if now < starts_at.plus_minutes(i64::from(threshold.decide_before).saturating_neg()) {
        ThresholdDecision::Waits
    } else {
        ThresholdDecision::Missed
    }
}
