//! Cheaper together: by the size of the party, or N for the price of M.

use super::amount::{percent_of, plus, split, times, total};
use super::base::heads;
use super::book::{Combine, GroupBenefit, GroupDiscount};
use super::model::LineKind;
use super::sheet::{Fail, Item, Sheet, price};
use crate::money::Minor;

/// What a discount would take off which pieces.
struct Reduction {
    pieces: Vec<usize>,
    by: Vec<Minor>,
    sum: Minor,
}

impl<'a> Sheet<'a> {
    pub(super) fn group_discounts(&mut self, item: &Item<'a>) -> Result<(), Fail> {
        let Some(discounts) = &item.tariff.group_discounts else { return Ok(()) };
        let mut best: Option<(&GroupDiscount, Reduction)> = None;
        for rule in &discounts.rules {
            let guests = heads(item, &rule.party);
            if guests < rule.from || rule.to.is_some_and(|to| guests > to) {
                continue;
            }
            let reduction = self.reduction(item, rule, guests)?;
            match discounts.combine {
                Combine::Cumulative => {
                    self.reduce(LineKind::GroupDiscount, &rule.name, &reduction.pieces, &reduction.by)?
                }
                Combine::BestOf if best.as_ref().is_none_or(|(_, most)| most.sum < reduction.sum) => {
                    best = Some((rule, reduction));
                }
                Combine::BestOf => {}
            }
        }
        match best {
            Some((rule, most)) => self.reduce(LineKind::GroupDiscount, &rule.name, &most.pieces, &most.by),
            None => Ok(()),
        }
    }

    /// Takes amounts off pieces.
    pub(super) fn reduce(&mut self, kind: LineKind, label: &str, pieces: &[usize], by: &[Minor]) -> Result<(), Fail> {
        let by: Vec<Minor> = by.iter().map(|amount| amount.saturating_neg()).collect();
        self.change(kind, label, pieces, &by)
    }

    fn reduction(&self, item: &Item<'a>, rule: &GroupDiscount, guests: u32) -> Result<Reduction, Fail> {
        let own = self.own(item.index, &rule.party);
        // A price for the whole booking is the price of every guest there is.
        let pieces = if own.is_empty() { self.own(item.index, &[]) } else { own };
        let amounts = self.amounts(&pieces);
        let by = match rule.benefit {
            GroupBenefit::Percent(percent) => {
                let sum = self.sum(&pieces)?;
                split(percent_of(sum, i64::from(percent))?.min(sum), &amounts)?
            }
            GroupBenefit::PerGuest(each) => {
                let each = price(each)?;
                if self.by_heads(&pieces) {
                    let mut by = Vec::new();
                    for (piece, amount) in pieces.iter().zip(&amounts) {
                        by.push(times(each, self.count(*piece))?.min(*amount));
                    }
                    by
                } else {
                    split(times(each, guests)?.min(self.sum(&pieces)?), &amounts)?
                }
            }
            GroupBenefit::NForM { take, pay } => {
                let groups = if self.by_heads(&pieces) { guests.checked_div(take).unwrap_or(0) } else { 0 };
                self.free_units(&pieces, groups.saturating_mul(take.saturating_sub(pay)))?
            }
        };
        let sum = total(&by)?;
        Ok(Reduction { pieces, by, sum })
    }

    /// The worth of so many units, the cheapest first, by piece.
    pub(super) fn free_units(&self, pieces: &[usize], units: u32) -> Result<Vec<Minor>, Fail> {
        let mut by: Vec<Minor> = pieces.iter().map(|_| 0).collect();
        let mut left = units;
        for run in self.cheapest(pieces, false) {
            let count = run.count.min(left);
            left = left.saturating_sub(count);
            if let Some(at) = pieces.iter().position(|piece| *piece == run.piece)
                && let Some(amount) = by.get_mut(at)
            {
                *amount = plus(*amount, times(run.price, count)?)?;
            }
        }
        Ok(by)
    }
}
