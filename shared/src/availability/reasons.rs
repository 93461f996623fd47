//! Why a start is not simply open, told only when somebody asks, and which other start is nearest.

use super::model::{Reason, Slot};
use super::needs::Counting;
use super::sweep::{Sweep, Verdict};
use crate::schedule::Start;
use crate::zone::Instant;

impl Sweep<'_> {
    /// Whether what speaks against the start judged last closes it rather than sells it out.
    pub(super) fn closes(&self, verdict: &Verdict) -> bool {
        let shortage = || self.needs.shortage(&verdict.limit, verdict.want);
        verdict.off
            || verdict.late
            || self.day.opens.is_some()
            || !self.wish.problems.is_empty()
            || verdict.below.is_some_and(|by| by <= self.engine.now)
            || verdict.unmet
            || verdict.limit.most < verdict.want && shortage().is_some_and(|shortage| shortage.closes)
    }

    /// All that speaks against the start judged last, the gravest first.
    pub(super) fn reasons(&self, start: &Start, verdict: &Verdict) -> Vec<Reason> {
        let rules = &self.offering.rules;
        let mut reasons = Vec::new();
        if verdict.off {
            reasons.push(Reason::Closed);
        }
        if verdict.late {
            let notice = start.span.starts_at.plus_minutes(i64::from(rules.notice).saturating_neg());
            reasons.push(Reason::Notice { until: self.day.closes.map_or(notice, |closes| closes.min(notice)) });
        }
        reasons.extend(self.day.opens.map(|opens| Reason::OverHorizon { opens }));
        reasons.extend_from_slice(&self.wish.problems);
        if let (Some(by), Some(threshold)) = (verdict.below, rules.threshold) {
            reasons.push(Reason::BelowThreshold { have: self.standing.taken, need: threshold.min_seats, by });
        }
        if verdict.unmet {
            reasons.push(Reason::ResourceBusy { resource: None });
        } else if verdict.limit.most < verdict.want {
            self.too_little(verdict, &mut reasons);
        }
        if verdict.joined {
            reasons.push(Reason::NotPrivate);
        }
        reasons.extend(self.day.full.map(|max| Reason::DayFull { max }));
        reasons
    }

    /// Says what there is too little of.
    fn too_little(&self, verdict: &Verdict, reasons: &mut Vec<Reason>) {
        let Verdict { limit, want, .. } = verdict;
        let shortage = self.needs.shortage(limit, *want);
        let closes = shortage.as_ref().is_some_and(|shortage| shortage.closes);
        reasons.extend(shortage.filter(|_| closes || limit.most == 0).map(|shortage| shortage.reason()));
        if self.standing.left < *want || !closes {
            let full = self.standing.capacity.unwrap_or(u32::MAX).min(self.needs.full(self.counting()));
            let too_few = self.counting() == Counting::Seats && limit.most < self.offering.rules.min_party;
            let whole = limit.most == full && full > 0;
            let left = if too_few { 0 } else { limit.most };
            reasons.push(if whole { Reason::PartyTooLarge { max: full } } else { Reason::SoldOut { left } });
        }
    }
}

/// The bookable start nearest to an instant; of two equally near ones the later.
pub(super) fn nearest(slots: &[Slot], to: Instant) -> Option<Instant> {
    let bookable = slots.iter().filter(|slot| slot.status.bookable() && slot.starts_at != to);
    let away = |at: Instant| (at.0.saturating_sub(to.0).unsigned_abs(), at < to);
    bookable.map(|slot| slot.starts_at).min_by_key(|at| away(*at))
}

/// Tells each start of a date that cannot be booked which other one can.
pub(super) fn point_to_nearest(slots: &mut [Slot]) {
    // Bookable starts ascend, so the nearest are the last one before and the first one after.
    let mut before = None;
    let mut after = None;
    for index in 0..slots.len() {
        let here = slots.get(index).map(|slot| slot.starts_at);
        if after <= here {
            let rest = slots.get(index..).unwrap_or_default();
            after = match rest.iter().find(|slot| slot.status.bookable()) {
                Some(next) => Some(next.starts_at),
                None => Some(Instant(i64::MAX)),
            };
        }
        let Some(slot) = slots.get_mut(index) else { return };
        if slot.status.bookable() {
            before = Some(slot.starts_at);
            continue;
        }
        let away = |at: Instant| at.0.saturating_sub(slot.starts_at.0).unsigned_abs();
        let after = after.filter(|after| after.0 < i64::MAX);
        let near = match (before, after) {
            (Some(before), Some(after)) if away(before) < away(after) => Some(before),
            (before, after) => after.or(before),
        };
        if let Some(starts_at) = near {
            slot.reasons.push(Reason::Try { starts_at });
        }
    }
}
