//! Fees, and tax: several rates, in the prices or added, compounding, rounded by line or by sums.

use super::amount::WHOLE;
use super::amount::{Overflow, minus, percent_of, plus, scale, split, times, total};
use super::book::{FeeAmount, TaxRate, TaxRounding};
use super::model::{InvoiceLine, Line, LineKind, QuoteError, TaxLine};
use super::sheet::{Fail, Rates, Sheet, Sold, fail, names, price};
use crate::money::Minor;

/// The largest factor between net and gross, in the smallest parts that two compounding rates need.
const MAX_FACTOR: Minor = 1_000_000_000_000_000;

/// What the rates on a piece come to: net × `weight` / `whole` is the tax of one, net × `gross` / `whole` all with tax.
struct Shares {
    /// By rate of the book; zero for those that do not count.
    weights: Vec<Minor>,
    gross: Minor,
    whole: Minor,
}

impl Shares {
    /// At most two rates may compound, which keeps every factor within 64 bits.
    fn of(rates: &[TaxRate], on: Rates) -> Result<Self, Fail> {
        Self::factors(rates, on).filter(|shares| shares.gross <= MAX_FACTOR).ok_or_else(|| fail(QuoteError::BadBook))
    }

    fn factors(rates: &[TaxRate], on: Rates) -> Option<Self> {
        let mut shares = Self { weights: Vec::with_capacity(rates.len()), gross: 1, whole: 1 };
        for (index, rate) in rates.iter().enumerate() {
            let mut weight = 0;
            if has(on, index) {
                let base = if rate.compound { shares.gross } else { shares.whole };
                weight = base.checked_mul(Minor::from(rate.basis_points))?;
                if rate.compound || shares.whole == 1 {
                    for earlier in &mut shares.weights {
                        *earlier = earlier.checked_mul(WHOLE)?;
                    }
                    shares.gross = shares.gross.checked_mul(WHOLE)?;
                    shares.whole = shares.whole.checked_mul(WHOLE)?;
                } else {
                    weight /= WHOLE;
                }
                shares.gross = shares.gross.checked_add(weight)?;
            }
            shares.weights.push(weight);
        }
        Some(shares)
    }

    /// The net of a gross.
    fn net(&self, gross: Minor) -> Result<Minor, Overflow> {
        scale(gross, self.whole, self.gross)
    }

    /// Each rate's tax on a net.
    fn taxes(&self, net: Minor) -> Result<Vec<Minor>, Overflow> {
        self.weights.iter().map(|weight| scale(net, *weight, self.whole)).collect()
    }

    /// A gross and the taxes that EN 16931 finds for the best net there is: one whose taxes lead back to the gross, or
    /// else the nearest.
    fn fitting_net(&self, gross: Minor) -> Result<Minor, Overflow> {
        let nearest = self.net(gross)?;
        for net in [nearest, plus(nearest, 1)?, minus(nearest, 1)?] {
            if net >= 0 && plus(net, total(&self.taxes(net)?)?)? == gross {
                return Ok(net);
            }
        }
        Ok(nearest)
    }
}

/// The rates of the book, up to 32, whose bit is set.
fn has(rates: Rates, index: usize) -> bool {
    u32::try_from(index).ok().and_then(|index| rates.checked_shr(index)).is_some_and(|rest| rest & 1 == 1)
}

impl<'a> Sheet<'a> {
    /// The rates that count for the customer's country.
    pub(super) fn active_rates(&self) -> Result<Rates, Fail> {
        let tax = &self.book.tax;
        if tax.rates.len() > 32 {
            return Err(fail(QuoteError::BadBook));
        }
        let country = self.request.country.as_ref().or(tax.home.as_ref());
        let here = |rate: &TaxRate| {
            rate.countries.is_empty() || country.is_some_and(|country| rate.countries.contains(country))
        };
        Ok(bits(&tax.rates, &here))
    }

    /// The rates on something.
    pub(super) fn rates_on(&self, sold: Sold) -> Rates {
        let fits = |rate: &TaxRate| {
            let on = &rate.on;
            let everything = on.offerings.is_empty() && on.add_ons.is_empty() && !on.fees;
            everything
                || match sold {
                    Sold::Offering(offering) => on.offerings.contains(offering),
                    Sold::AddOn(add_on) => on.add_ons.contains(add_on),
                    Sold::Fee => on.fees,
                }
        };
        bits(&self.book.tax.rates, &fits) & self.active
    }

    /// Fees, each on the price before fees.
    pub(super) fn fees(&mut self) -> Result<(), Fail> {
        let book = self.book;
        for fee in &book.fees {
            let for_item = |index: Option<usize>| {
                let item = index.and_then(|index| self.items.get(index));
                item.is_some_and(|item| names(&fee.offerings, &item.tariff.offering))
            };
            let guests = self.items.iter().filter(|item| for_item(Some(item.index)));
            let guests = guests.fold(0_u32, |sum, item| sum.saturating_add(item.guests));
            let pieces = self.select(&|piece| for_item(piece.item));
            let (count, each) = match fee.amount {
                _ if pieces.is_empty() => (0, 0),
                FeeAmount::Percent(percent) => (1, percent_of(self.sum(&pieces)?, i64::from(percent))?),
                FeeAmount::PerBooking(amount) => (1, price(amount)?),
                FeeAmount::PerGuest(amount) => (guests, price(amount)?),
            };
            if count > 0 && each > 0 {
                let mut piece = self.piece(LineKind::Fee, None, &fee.name, Sold::Fee, count);
                piece.amount = times(each, count)?;
                self.add(piece, each);
            }
        }
        Ok(())
    }

    /// The invoice, and the taxes over all of it; writes the lines for what tax adds, takes off, or rounds.
    pub(super) fn tax(&mut self) -> Result<(Vec<InvoiceLine>, Vec<TaxLine>), Fail> {
        let rules = &self.book.tax;
        let mut invoice: Vec<InvoiceLine> = self.pieces.iter().map(|piece| untaxed(piece.amount, piece)).collect();
        let mut taxes: Vec<TaxLine> = rules.rates.iter().map(|rate| no_tax(rate, !rules.added)).collect();
        let mut used: Rates = 0;
        let mut shown = 0;
        for (index, piece) in self.pieces.iter().enumerate() {
            shown = plus(shown, piece.amount)?;
            let rates = piece.rates;
            let first = self.pieces.iter().take(index).all(|earlier| earlier.rates != rates);
            if rates == 0 || !first {
                continue;
            }
            used |= rates;
            let shares = Shares::of(&rules.rates, rates)?;
            let group: Vec<usize> = self.select(&|piece| piece.rates == rates);
            let (nets, by_rate, of_lines) = match rules.rounding {
                TaxRounding::Line => self.tax_by_line(&shares, &group)?,
                TaxRounding::SumByNet | TaxRounding::SumByNetKeepGross => self.tax_by_sum(&shares, &group)?,
            };
            for ((line, net), tax) in group.iter().zip(&nets).zip(of_lines) {
                if let Some(line) = invoice.get_mut(*line) {
                    (line.net, line.tax, line.gross) = (*net, tax, plus(*net, tax)?);
                }
            }
            let net = total(&nets)?;
            for (index, (line, tax)) in taxes.iter_mut().zip(by_rate).enumerate() {
                if has(rates, index) {
                    (line.net, line.amount) = (plus(line.net, net)?, plus(line.amount, tax)?);
                }
            }
        }
        let reverse = self.reverse_charge() && used != 0;
        let mut gross = 0;
        for line in &mut invoice {
            gross = plus(gross, line.gross)?;
            if reverse {
                (line.tax, line.gross) = (0, line.net);
            }
        }
        // What the lines say so far, and what tax does to it.
        let tax = total(&taxes.iter().map(|line| line.amount).collect::<Vec<_>>())?;
        let rounding = minus(gross, if rules.added { plus(shown, tax)? } else { shown })?;
        let sign = match (rules.added, reverse) {
            (true, false) => 1,
            (false, true) => -1,
            _ => 0,
        };
        for (index, line) in taxes.iter_mut().enumerate() {
            let amount = line.amount.saturating_mul(sign);
            if reverse {
                (line.amount, line.basis_points) = (0, 0);
            }
            if amount != 0 {
                let (kind, label) = (LineKind::Tax, line.name.clone());
                let line =
                    Line { kind, item: None, label, quantity: 1, unit_price: amount, amount, taxes: vec![index] };
                self.lines.push(line);
                self.line_rates.push(0);
            }
        }
        if rounding != 0 {
            let label = String::new();
            let (kind, unit_price, amount) = (LineKind::TaxRounding, rounding, rounding);
            self.line(Line { kind, item: None, label, quantity: 1, unit_price, amount, taxes: Vec::new() }, 0);
        }
        self.number_taxes(used);
        let mut index = 0_usize;
        taxes.retain(|_| {
            index = index.saturating_add(1);
            has(used, index.saturating_sub(1))
        });
        Ok((invoice, taxes))
    }

    pub(super) fn reverse_charge(&self) -> bool {
        self.book.tax.reverse_charge && self.request.reverse_charge
    }

    /// Nets, taxes by rate, taxes by line: each line rounded by itself.
    fn tax_by_line(&self, shares: &Shares, group: &[usize]) -> Result<Taxed, Fail> {
        let (mut nets, mut by_line) = (Vec::new(), Vec::new());
        let mut by_rate: Vec<Minor> = shares.weights.iter().map(|_| 0).collect();
        for amount in self.amounts(group) {
            let (net, taxes) = if self.book.tax.added {
                (amount, shares.taxes(amount)?)
            } else {
                let net = shares.net(amount)?;
                (net, split(minus(amount, net)?, &shares.weights)?)
            };
            nets.push(net);
            by_line.push(total(&taxes)?);
            for (sum, tax) in by_rate.iter_mut().zip(taxes) {
                *sum = plus(*sum, tax)?;
            }
        }
        Ok((nets, by_rate, by_line))
    }

    /// The same from the sum of the nets; the differences are spread over the lines.
    fn tax_by_sum(&self, shares: &Shares, group: &[usize]) -> Result<Taxed, Fail> {
        let amounts = self.amounts(group);
        let rules = &self.book.tax;
        let (nets, keep) = if rules.added {
            (amounts, false)
        } else if rules.rounding == TaxRounding::SumByNetKeepGross {
            (split(shares.fitting_net(total(&amounts)?)?, &amounts)?, true)
        } else {
            let mut nets = Vec::new();
            for amount in &amounts {
                nets.push(shares.net(*amount)?);
            }
            (nets, false)
        };
        let by_rate = shares.taxes(total(&nets)?)?;
        let tax = total(&by_rate)?;
        let by_line = if keep {
            // The gross of every line stays; where no net fits the sum exactly, the difference is one of rounding.
            let mut by_line = Vec::new();
            for (index, net) in group.iter().zip(&nets) {
                by_line.push(minus(self.amount(*index), *net)?);
            }
            let off = minus(tax, total(&by_line)?)?;
            let mut kept = Vec::new();
            for (tax, more) in by_line.iter().zip(split(off, &by_line)?) {
                kept.push(plus(*tax, more)?);
            }
            kept
        } else {
            split(tax, &nets)?
        };
        Ok((nets, by_rate, by_line))
    }

    /// Tells each line which of the quote's taxes are on it, by their place among those used.
    fn number_taxes(&mut self, used: Rates) {
        let mut place = 0_usize;
        let mut places = Vec::new();
        for index in 0..self.book.tax.rates.len() {
            places.push(place);
            place = place.saturating_add(usize::from(has(used, index)));
        }
        for (line, rates) in self.lines.iter_mut().zip(&self.line_rates) {
            if line.kind == LineKind::Tax {
                for index in &mut line.taxes {
                    *index = places.get(*index).copied().unwrap_or(0);
                }
            } else {
                let on = places.iter().enumerate().filter(|(index, _)| has(*rates, *index));
                line.taxes = on.map(|(_, place)| *place).collect();
            }
        }
    }
}

/// Nets by line, taxes by rate, taxes by line.
type Taxed = (Vec<Minor>, Vec<Minor>, Vec<Minor>);

fn bits(rates: &[TaxRate], fits: &dyn Fn(&TaxRate) -> bool) -> Rates {
    let mut bit: Rates = 1;
    let mut found = 0;
    for rate in rates {
        if fits(rate) {
            found |= bit;
        }
        bit = bit.wrapping_shl(1);
    }
    found
}

fn untaxed(amount: Minor, piece: &super::sheet::Piece) -> InvoiceLine {
    InvoiceLine {
        kind: piece.kind,
        item: piece.item,
        label: piece.label.to_owned(),
        quantity: piece.count,
        net: amount,
        tax: 0,
        gross: amount,
    }
}

fn no_tax(rate: &TaxRate, included: bool) -> TaxLine {
    TaxLine { name: rate.name.clone(), basis_points: rate.basis_points, net: 0, amount: 0, included }
}
