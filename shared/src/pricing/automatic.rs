//! Discounts without a code: rules in order, each unit taken by at most one.
//!
//! A unit is a guest, a booking or a piece of an add-on. A rule looks for groups of units that meet its condition, takes
//! them, and makes all of them, or the cheapest few, or other units, cheaper. How many groups of N units from N distinct
//! departures there are is the largest k for which the departures, giving at most k units each, can give k × N.

use super::amount::{percent_of, plus, split, times, total};
use super::book::{AutomaticDiscount, Condition, Products, Within};
use super::model::LineKind;
use super::sheet::{Fail, Piece, Sheet, names};
use crate::money::Minor;

/// How many units there are to take.
#[derive(Clone, Copy)]
struct Take {
    units: u32,
    /// From each departure at most.
    each_departure: u32,
}

const ALL: Take = Take { units: u32::MAX, each_departure: u32::MAX };

/// What one rule took so far.
struct Tally {
    /// What each piece gave that gets cheaper, and by how much.
    reduced: Vec<Minor>,
    /// Units that each departure gave, by its first item.
    given: Vec<u32>,
}

impl<'a> Sheet<'a> {
    pub(super) fn automatic(&mut self) -> Result<(), Fail> {
        for piece in &mut self.pieces {
            piece.open = piece.count;
            piece.open_amount = piece.amount;
        }
        let (book, now) = (self.book, self.request.now);
        for rule in &book.automatic {
            if rule.from.is_some_and(|from| now < from) || rule.until.is_some_and(|until| now >= until) {
                continue;
            }
            let mut tally = Tally { reduced: self.pieces.iter().map(|_| 0).collect(), given: Vec::new() };
            let same = match rule.condition {
                Condition::Count { within, .. } => within == Within::Same,
                Condition::Value { same_departure, .. } => same_departure,
            };
            if same {
                for departure in 0..self.items.len() {
                    self.rule(rule, Some(departure), &mut tally)?;
                }
            } else {
                self.rule(rule, None, &mut tally)?;
            }
            let all = self.select(&|_| true);
            self.reduce(LineKind::AutomaticDiscount, &rule.name, &all, &tally.reduced)?;
        }
        Ok(())
    }

    /// One rule over all departures, or over one.
    fn rule(&mut self, rule: &AutomaticDiscount, departure: Option<usize>, tally: &mut Tally) -> Result<(), Fail> {
        tally.given = self.items.iter().map(|_| 0).collect();
        let counts = self.products(&rule.counts, rule, departure);
        let on = match &rule.on {
            Some(products) => self.products(products, rule, departure),
            None => counts.clone(),
        };
        // How much is taken to meet the condition, and how many groups that makes.
        let (groups, size, taken) = match rule.condition {
            Condition::Count { min, within } => {
                let min = min.max(1);
                let (groups, each_departure) = if within == Within::Distinct {
                    let groups = self.distinct_groups(&counts, min);
                    (groups, groups)
                } else {
                    let units = counts.iter().fold(0_u32, |sum, piece| sum.saturating_add(self.open(*piece)));
                    (units.checked_div(min).unwrap_or(0), u32::MAX)
                };
                let units = if rule.only_cheapest.is_some() { groups.saturating_mul(min) } else { u32::MAX };
                (groups, min, Take { units, each_departure })
            }
            Condition::Value { min, .. } => {
                let worth = counts.iter().filter_map(|piece| self.pieces.get(*piece));
                let worth = worth.fold(0_i64, |sum, piece| sum.saturating_add(piece.open_amount));
                (u32::from(worth >= min && worth > 0), u32::MAX, ALL)
            }
        };
        if groups == 0 {
            return Ok(());
        }
        let mut cheaper = taken;
        if rule.on.is_some() {
            cheaper = ALL;
        }
        if let Some(few) = rule.only_cheapest {
            // Within what counted, no more can get cheaper than a group has.
            let few = if rule.on.is_none() { few.min(size) } else { few };
            cheaper.units = groups.saturating_mul(few);
        }
        let reduced = self.take(&on, cheaper, tally)?;
        let weights: Vec<Minor> = reduced.iter().map(|(_, amount)| *amount).collect();
        let sum = total(&weights)?;
        let off = split(percent_of(sum, i64::from(rule.percent))?.min(sum), &weights)?;
        for ((piece, _), off) in reduced.iter().zip(off) {
            if let Some(amount) = tally.reduced.get_mut(*piece) {
                *amount = plus(*amount, off)?;
            }
        }
        // The rest of each group is used up at its full price.
        let given = if rule.on.is_none() { tally.given.iter().fold(0_u32, |sum, n| sum.saturating_add(*n)) } else { 0 };
        if rule.on.is_some() {
            tally.given = self.items.iter().map(|_| 0).collect();
        }
        self.take(&counts, Take { units: taken.units.saturating_sub(given), ..taken }, tally)?;
        Ok(())
    }

    fn open(&self, piece: usize) -> u32 {
        self.pieces.get(piece).map_or(0, |piece| piece.open)
    }

    fn departure(&self, piece: &Piece) -> Option<usize> {
        piece.item.and_then(|item| self.items.get(item)).map(|item| item.departure)
    }

    /// The pieces of a choice of products that a rule may still use.
    fn products(&self, products: &Products, rule: &AutomaticDiscount, departure: Option<usize>) -> Vec<usize> {
        self.select(&|piece| {
            let Some(item) = piece.item.and_then(|item| self.items.get(item)) else { return false };
            piece.open > 0
                && departure.is_none_or(|departure| item.departure == departure)
                && !(rule.ignore_coupon_reduced && piece.coupon_reduced)
                && names(&products.offerings, &item.tariff.offering)
                && match piece.kind {
                    LineKind::AddOn => products.add_ons,
                    _ => products.party.is_empty() || piece.code.is_some_and(|code| products.party.contains(code)),
                }
        })
    }

    /// Groups of `size` units from that many departures.
    fn distinct_groups(&self, pieces: &[usize], size: u32) -> u32 {
        let mut units: Vec<u64> = self.items.iter().map(|_| 0).collect();
        for index in pieces {
            let Some(piece) = self.pieces.get(*index) else { continue };
            if let Some(sum) = self.departure(piece).and_then(|departure| units.get_mut(departure)) {
                *sum = sum.saturating_add(u64::from(piece.open));
            }
        }
        let enough = |groups: u32| {
            let given = units.iter().fold(0_u64, |sum, n| sum.saturating_add((*n).min(u64::from(groups))));
            given >= u64::from(groups).saturating_mul(u64::from(size))
        };
        let all = units.iter().fold(0_u64, |sum, n| sum.saturating_add(*n));
        let (mut most, mut beyond) = (0_u32, u32::try_from(all).unwrap_or(u32::MAX).saturating_add(1));
        while beyond.saturating_sub(most) > 1 {
            let middle = most.midpoint(beyond);
            if enough(middle) { most = middle } else { beyond = middle }
        }
        most
    }

    /// Takes the cheapest units of pieces, and says what they cost by piece.
    fn take(&mut self, pieces: &[usize], take: Take, tally: &mut Tally) -> Result<Vec<(usize, Minor)>, Fail> {
        let mut taken: Vec<(usize, Minor)> = Vec::new();
        let mut left = take.units;
        for run in self.cheapest(pieces, true) {
            let departure = self.pieces.get(run.piece).and_then(|piece| self.departure(piece));
            let Some(given) = departure.and_then(|departure| tally.given.get_mut(departure)) else { continue };
            let count = run.count.min(left).min(take.each_departure.saturating_sub(*given));
            let Some(piece) = self.pieces.get_mut(run.piece).filter(|_| count > 0) else { continue };
            let amount = times(run.price, count)?;
            piece.open = piece.open.saturating_sub(count);
            piece.open_amount = piece.open_amount.saturating_sub(amount);
            *given = given.saturating_add(count);
            left = left.saturating_sub(count);
            match taken.iter_mut().find(|(piece, _)| *piece == run.piece) {
                Some((_, sum)) => *sum = plus(*sum, amount)?,
                None => taken.push((run.piece, amount)),
            }
        }
        Ok(taken)
    }
}
