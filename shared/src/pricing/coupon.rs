//! Add-ons, and coupons on what was chosen.

use super::amount::{minus, percent_of, split, times};
use super::book::{AddOn, AddOnMethod};
use super::model::{Coupon, CouponEffect, CouponRefusal, LineKind, MAX_UNITS, QuoteError};
use super::sheet::{Fail, Item, Sheet, Sold, fail, names, price};
use crate::money::Minor;

impl<'a> Sheet<'a> {
    /// What goes with an item, in the order of the book.
    pub(super) fn add_ons(&mut self, item: &Item<'a>) -> Result<(), Fail> {
        let offering = &item.tariff.offering;
        let goes_with = |add_on: &AddOn| names(&add_on.offerings, offering);
        for (index, asked) in item.asked.add_ons.iter().enumerate() {
            let known = self.book.add_ons.iter().find(|add_on| add_on.id == asked.id && goes_with(add_on));
            let Some(known) = known else {
                return Err(fail(QuoteError::UnknownAddOn { item: item.index, add_on: index }));
            };
            let before = item.asked.add_ons.iter().take(index.saturating_add(1)).filter(|other| other.id == asked.id);
            let quantity = before.fold(0_u32, |sum, other| sum.saturating_add(other.quantity));
            let max = known.max_quantity.unwrap_or(MAX_UNITS).min(MAX_UNITS);
            if quantity > max {
                return Err(fail(QuoteError::TooManyAddOns { item: item.index, add_on: index, max }));
            }
        }
        let book = self.book;
        for add_on in book.add_ons.iter().filter(|add_on| goes_with(add_on)) {
            let asked = item.asked.add_ons.iter().filter(|asked| asked.id == add_on.id);
            let quantity = asked.fold(0_u32, |sum, asked| sum.saturating_add(asked.quantity));
            if quantity == 0 {
                continue;
            }
            let each = if add_on.free_with.contains(offering) {
                0
            } else {
                times(
                    price(add_on.price)?,
                    match add_on.method {
                        AddOnMethod::Flat => 1,
                        AddOnMethod::PerPerson => item.guests,
                        AddOnMethod::PerHour => item.minutes.div_ceil(60),
                        AddOnMethod::PerDay => item.days,
                    },
                )?
            };
            let sold = Sold::AddOn(&add_on.id);
            let mut piece = self.piece(LineKind::AddOn, Some(item.index), add_on.id.as_str(), sold, quantity);
            piece.amount = times(each, quantity)?;
            self.add(piece, each);
        }
        Ok(())
    }

    pub(super) fn coupon(&mut self, coupon: &Coupon) -> Result<(), Fail> {
        self.good(coupon).map_err(|refusal| fail(QuoteError::Coupon(refusal)))?;
        if let Some(minimum) = coupon.minimum {
            let sum = self.sum(&self.select(&|_| true))?;
            if sum < minimum {
                return Err(fail(QuoteError::Coupon(CouponRefusal::BelowMinimum(minimum))));
            }
        }
        let pieces = self.select(&|piece| {
            let item = piece.item.and_then(|item| self.items.get(item));
            item.is_some_and(|item| is_for(coupon, item)) && (coupon.add_ons || piece.kind != LineKind::AddOn)
        });
        let own = self.select(&|piece| {
            let item = piece.item.and_then(|item| self.items.get(item));
            item.is_some_and(|item| is_for(coupon, item)) && piece.kind != LineKind::AddOn
        });
        let amounts = self.amounts(&pieces);
        match &coupon.effect {
            CouponEffect::Percent(percent) => {
                let sum = self.sum(&pieces)?;
                let by = split(percent_of(sum, i64::from(*percent))?.min(sum), &amounts)?;
                self.take_off(coupon, &pieces, &by)
            }
            CouponEffect::Subtract(amount) => {
                let by = split(price(*amount)?.min(self.sum(&pieces)?), &amounts)?;
                self.take_off(coupon, &pieces, &by)
            }
            CouponEffect::SetPrice(each) => {
                let each = price(*each)?;
                let mut by = Vec::new();
                for piece in &own {
                    by.push(minus(self.amount(*piece), times(each, self.count(*piece))?)?.max(0));
                }
                self.take_off(coupon, &own, &by)
            }
            CouponEffect::FreeUnits(units) => {
                let by = self.free_units(&own, *units)?;
                self.take_off(coupon, &own, &by)
            }
        }
    }

    fn take_off(&mut self, coupon: &Coupon, pieces: &[usize], by: &[Minor]) -> Result<(), Fail> {
        for (piece, amount) in pieces.iter().zip(by) {
            if let Some(piece) = self.pieces.get_mut(*piece) {
                piece.coupon_reduced = *amount > 0;
            }
        }
        self.reduce(LineKind::Coupon, &coupon.code, pieces, by)
    }

    fn good(&self, coupon: &Coupon) -> Result<(), CouponRefusal> {
        let now = self.request.now;
        if coupon.from.is_some_and(|from| now < from) {
            Err(CouponRefusal::NotYet)
        } else if coupon.until.is_some_and(|until| now >= until) {
            Err(CouponRefusal::Expired)
        } else if coupon.uses_left == Some(0) {
            Err(CouponRefusal::UsedUp)
        } else if coupon.once_per_customer && coupon.used_by_customer {
            Err(CouponRefusal::AlreadyUsed)
        } else if !self.items.iter().any(|item| is_for(coupon, item)) {
            Err(CouponRefusal::NotForThis)
        } else {
            Ok(())
        }
    }
}

fn is_for(coupon: &Coupon, item: &Item) -> bool {
    let starts_at = item.asked.starts_at;
    names(&coupon.offerings, &item.tariff.offering)
        && coupon.departs_from.is_none_or(|from| starts_at >= from)
        && coupon.departs_until.is_none_or(|until| starts_at < until)
}
