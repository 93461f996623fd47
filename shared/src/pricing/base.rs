//! What an item costs by itself: base price, adjustments, private surcharge, pay what you want.

use super::amount::{minus, percent_of, plus, split, times};
use super::book::{Adjustment, AdjustmentEffect, BasePrice, LengthUnit, Package, PrivateSurcharge, UnitRange, When};
use super::model::{LineKind, QuoteError};
use super::sheet::{Fail, Item, Sheet, Sold, fail, names, price};
use crate::civil::TimeOfDay;
use crate::id::PartyCode;
use crate::money::Minor;
use crate::schedule::Window;
use crate::zone::Instant;

impl<'a> Sheet<'a> {
    /// All the pieces of an item's own price, before anything changes it.
    pub(super) fn base(&mut self, item: &Item<'a>) -> Result<(), Fail> {
        for base in &item.tariff.base {
            match base {
                BasePrice::PerParty(prices) => {
                    if item.guests == 0 {
                        return Err(fail(QuoteError::EmptyParty { item: item.index }));
                    }
                    for (code, count) in item.asked.party.0.iter().filter(|(_, count)| **count > 0) {
                        let usual = prices.iter().find(|price| price.code == *code).map(|price| price.price);
                        let usual = usual.ok_or_else(|| {
                            fail(QuoteError::UnknownPartyType { item: item.index, code: code.clone() })
                        })?;
                        self.units(item, Some(code), *count, departure_price(item, Some(code), usual)?)?;
                    }
                }
                BasePrice::PerBooking(usual) => self.whole(item, departure_price(item, None, *usual)?),
                BasePrice::Package(package) => self.package(item, package)?,
                BasePrice::UnitRanges(ranges) => self.range(item, ranges)?,
            }
        }
        if self.own(item.index, &[]).is_empty() {
            self.whole(item, 0);
        }
        Ok(())
    }

    fn units(&mut self, item: &Item<'a>, code: Option<&'a PartyCode>, count: u32, each: Minor) -> Result<(), Fail> {
        let sold = Sold::Offering(&item.tariff.offering);
        let label = code.map_or("", |code| code.as_str());
        let mut piece = self.piece(LineKind::Party, Some(item.index), label, sold, count);
        piece.code = code;
        piece.amount = times(each, count)?;
        self.add(piece, each);
        Ok(())
    }

    fn whole(&mut self, item: &Item<'a>, amount: Minor) {
        let mut piece = self.piece(LineKind::Base, Some(item.index), "", Sold::Offering(&item.tariff.offering), 1);
        piece.amount = amount;
        self.add(piece, amount);
    }

    fn package(&mut self, item: &Item<'a>, package: &Package) -> Result<(), Fail> {
        let length = match package.unit {
            LengthUnit::Minutes => item.minutes,
            LengthUnit::Days => item.days,
        };
        self.whole(item, departure_price(item, None, package.price)?);
        let beyond = length.saturating_sub(package.included);
        if beyond == 0 {
            return Ok(());
        }
        let extra = package.extra.ok_or_else(|| fail(QuoteError::LengthNotSold { item: item.index }))?;
        let each = price(extra.price)?;
        let count = beyond.div_ceil(extra.per.max(1));
        let amount = times(each, count)?;
        // Part of the same purchase, with a line of its own.
        let last = self.pieces.len().saturating_sub(1);
        self.change(LineKind::ExtraLength, "", &[last], &[amount])?;
        if let Some(line) = self.lines.last_mut().filter(|line| line.kind == LineKind::ExtraLength && amount > 0) {
            line.quantity = count;
            line.unit_price = each;
        }
        Ok(())
    }

    fn range(&mut self, item: &Item<'a>, ranges: &[UnitRange]) -> Result<(), Fail> {
        if item.guests == 0 {
            return Err(fail(QuoteError::EmptyParty { item: item.index }));
        }
        let fits = |range: &&UnitRange| range.from <= item.guests && range.to.is_none_or(|to| item.guests <= to);
        let range = ranges.iter().find(fits).ok_or_else(|| fail(QuoteError::UnitsNotSold { item: item.index }))?;
        let amount = departure_price(item, None, range.price)?;
        if range.each {
            self.units(item, None, item.guests, amount)
        } else {
            self.whole(item, amount);
            Ok(())
        }
    }

    /// Season, weekday, time of day, early and late.
    pub(super) fn adjust(&mut self, item: &Item<'a>, rule: &Adjustment) -> Result<(), Fail> {
        if !holds(&rule.when, item, self.request.now) {
            return Ok(());
        }
        let pieces = self.own(item.index, &rule.party);
        match rule.effect {
            AdjustmentEffect::Percent(percent) => {
                let by = percent_of(self.sum(&pieces)?, i64::from(percent))?;
                self.spread(LineKind::Adjustment, &rule.name, &pieces, by)
            }
            AdjustmentEffect::PerBooking(by) => self.spread(LineKind::Adjustment, &rule.name, &pieces, by),
            AdjustmentEffect::PerGuest(by) => {
                self.per_guest(LineKind::Adjustment, &rule.name, item, &pieces, &rule.party, by)
            }
            AdjustmentEffect::Set(each) => {
                let each = price(each)?;
                let mut by = Vec::new();
                for piece in &pieces {
                    by.push(minus(times(each, self.count(*piece))?, self.amount(*piece))?);
                }
                self.change(LineKind::Adjustment, &rule.name, &pieces, &by)
            }
        }
    }

    /// So much for each guest: on each type's piece, or on the whole where no price counts heads.
    fn per_guest(
        &mut self,
        kind: LineKind,
        label: &str,
        item: &Item<'a>,
        pieces: &[usize],
        party: &[PartyCode],
        by: Minor,
    ) -> Result<(), Fail> {
        if !self.by_heads(pieces) {
            return self.spread(kind, label, pieces, times(by, heads(item, party))?);
        }
        let mut deltas = Vec::new();
        for piece in pieces {
            let counts = self.pieces.get(*piece).is_some_and(|piece| piece.kind == LineKind::Party);
            deltas.push(if counts { times(by, self.count(*piece))? } else { 0 });
        }
        self.change(kind, label, pieces, &deltas)
    }

    /// The departure for oneself.
    pub(super) fn private(&mut self, item: &Item<'a>) -> Result<(), Fail> {
        let Some(surcharge) = item.tariff.private_surcharge.filter(|_| item.asked.private) else { return Ok(()) };
        let pieces = self.own(item.index, &[]);
        let sum = self.sum(&pieces)?;
        let by = match surcharge {
            PrivateSurcharge::Percent(percent) => percent_of(sum, i64::from(percent))?,
            PrivateSurcharge::PerBooking(amount) => price(amount)?,
            PrivateSurcharge::PerGuest(amount) => times(price(amount)?, item.guests)?,
            PrivateSurcharge::AtLeast(amount) => minus(price(amount)?, sum)?.max(0),
        };
        self.spread(LineKind::Private, "", &pieces, by)
    }

    /// What the customer chose to pay, in place of everything so far.
    pub(super) fn pay_what_you_want(&mut self, item: &Item<'a>) -> Result<(), Fail> {
        let Some(pay) = item.asked.pay else { return Ok(()) };
        let floor =
            item.tariff.pay_what_you_want.ok_or_else(|| fail(QuoteError::PayNotOffered { item: item.index }))?;
        let pieces = self.own(item.index, &[]);
        let counted = if self.by_heads(&pieces) { item.guests } else { 1 };
        let floor = times(price(floor)?, counted)?;
        if pay < floor {
            return Err(fail(QuoteError::PayTooLow { item: item.index, floor }));
        }
        let amounts = self.amounts(&pieces);
        let mut by = Vec::new();
        for (share, amount) in split(plus(pay, 0)?, &amounts)?.iter().zip(&amounts) {
            by.push(minus(*share, *amount)?);
        }
        self.change(LineKind::PayWhatYouWant, "", &pieces, &by)
    }
}

/// Guests of some types, or of all.
pub(super) fn heads(item: &Item, party: &[PartyCode]) -> u32 {
    let counted = item.asked.party.0.iter().filter(|(code, _)| names(party, code));
    counted.fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

/// The price at this departure.
fn departure_price(item: &Item, code: Option<&PartyCode>, usual: Minor) -> Result<Minor, Fail> {
    let own = item.tariff.departure_prices.iter();
    let own = own.filter(|own| own.starts_at == item.asked.starts_at).find(|own| own.code.as_ref() == code);
    price(own.map_or(usual, |own| own.price))
}

/// Whether all of an adjustment's conditions hold.
fn holds(when: &When, item: &Item, now: Instant) -> bool {
    let date = item.starts.date;
    let before = item.asked.starts_at.0.saturating_sub(now.0);
    let seconds = |minutes: u32| i64::from(minutes).saturating_mul(60);
    (when.dates.is_empty() || when.dates.iter().any(|(from, to)| (*from..=*to).contains(&date)))
        && names(&when.weekdays, &date.weekday())
        && (when.times.is_empty() || when.times.iter().any(|window| within(window, item.starts.time)))
        && when.at_least_before.is_none_or(|minutes| before >= seconds(minutes))
        && when.at_most_before.is_none_or(|minutes| before <= seconds(minutes))
}

fn within(window: &Window, time: TimeOfDay) -> bool {
    if window.from < window.to {
        window.from <= time && time < window.to
    } else {
        window.from <= time || time < window.to
    }
}
