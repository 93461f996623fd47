//! The working sheet of one quote: the pieces that were bought, and the lines that say how their amounts came about.
//!
//! Every step goes through [`Sheet::add`] or [`Sheet::change`], so the lines always add up to the pieces.

use super::amount::{Overflow, plus, split, total};
use super::book::{PriceBook, Tariff};
use super::model::{ItemRequest, Line, LineKind, QuoteError, Request};
use crate::civil::LocalDateTime;
use crate::id::{AddOnId, OfferingId, PartyCode};
use crate::money::{MAX_MINOR, Minor};

/// A bit for each of the book's tax rates.
pub(super) type Rates = u32;

/// What is known of an item before its price.
pub(super) struct Item<'a> {
    pub index: usize,
    pub asked: &'a ItemRequest,
    pub tariff: &'a Tariff,
    pub guests: u32,
    /// The start on the venue's clocks.
    pub starts: LocalDateTime,
    /// Elapsed minutes.
    pub minutes: u32,
    /// Started days of wall time.
    pub days: u32,
    /// The first item at the same departure; itself, if it is the first.
    pub departure: usize,
}

/// One thing bought: guests of one type, a booking, an add-on, a fee. A line of the invoice.
pub(super) struct Piece<'a> {
    /// [`LineKind::Party`], [`LineKind::Base`], [`LineKind::AddOn`] or [`LineKind::Fee`].
    pub kind: LineKind,
    pub item: Option<usize>,
    pub label: &'a str,
    pub code: Option<&'a PartyCode>,
    /// Units, at least 1.
    pub count: u32,
    /// What they cost together so far.
    pub amount: Minor,
    pub rates: Rates,
    pub coupon_reduced: bool,
    /// Units that no automatic discount took yet, and their part of the amount.
    pub open: u32,
    pub open_amount: Minor,
}

/// Units of a piece that cost the same: an amount that does not divide evenly has two such runs.
pub(super) struct Run {
    pub piece: usize,
    pub price: Minor,
    pub count: u32,
}

pub(super) struct Sheet<'a> {
    pub book: &'a PriceBook,
    pub request: &'a Request,
    /// The rates that count for this customer.
    pub active: Rates,
    pub items: Vec<Item<'a>>,
    pub pieces: Vec<Piece<'a>>,
    pub lines: Vec<Line>,
    /// The rates on each line.
    pub line_rates: Vec<Rates>,
}

/// What taxes, discounts and fees tell apart.
#[derive(Clone, Copy)]
pub(super) enum Sold<'a> {
    Offering(&'a OfferingId),
    AddOn(&'a AddOnId),
    Fee,
}

/// An error on its way out: one word wide, so that passing it on takes little code.
pub(super) type Fail = Box<QuoteError>;

/// Makes an error; out of the way of what usually happens.
#[cold]
#[inline(never)]
pub(super) fn fail(error: QuoteError) -> Fail {
    Box::new(error)
}

impl From<Overflow> for Fail {
    fn from(_: Overflow) -> Self {
        fail(QuoteError::Overflow)
    }
}

/// A price of the book.
pub(super) fn price(amount: Minor) -> Result<Minor, Fail> {
    if (0..=MAX_MINOR).contains(&amount) { Ok(amount) } else { Err(fail(QuoteError::BadBook)) }
}

/// Whether a list that empty puts no limit names something.
pub(super) fn names<T: PartialEq>(list: &[T], one: &T) -> bool {
    list.is_empty() || list.contains(one)
}

impl<'a> Sheet<'a> {
    /// Writes a line.
    pub fn line(&mut self, line: Line, rates: Rates) {
        self.lines.push(line);
        self.line_rates.push(rates);
    }

    /// Puts a piece on the sheet, with the line that says so.
    pub fn add(&mut self, piece: Piece<'a>, unit_price: Minor) {
        let line = Line {
            kind: piece.kind,
            item: piece.item,
            label: piece.label.to_owned(),
            quantity: piece.count,
            unit_price,
            amount: piece.amount,
            taxes: Vec::new(),
        };
        self.line(line, piece.rates);
        self.pieces.push(piece);
    }

    /// A piece of an item, or a fee.
    pub fn piece(&self, kind: LineKind, item: Option<usize>, label: &'a str, sold: Sold, count: u32) -> Piece<'a> {
        Piece {
            kind,
            item,
            label,
            code: None,
            count,
            amount: 0,
            rates: self.rates_on(sold),
            coupon_reduced: false,
            open: 0,
            open_amount: 0,
        }
    }

    /// The pieces that fit.
    pub fn select(&self, fits: &dyn Fn(&Piece) -> bool) -> Vec<usize> {
        let fitting = self.pieces.iter().enumerate().filter(|(_, piece)| fits(piece));
        fitting.map(|(index, _)| index).collect()
    }

    /// The pieces of an item's own price; of some party types only, if any are named.
    pub fn own(&self, item: usize, party: &[PartyCode]) -> Vec<usize> {
        self.select(&|piece| {
            piece.item == Some(item)
                && piece.kind != LineKind::AddOn
                && (party.is_empty() || piece.code.is_some_and(|code| party.contains(code)))
        })
    }

    pub fn amount(&self, piece: usize) -> Minor {
        self.pieces.get(piece).map_or(0, |piece| piece.amount)
    }

    pub fn count(&self, piece: usize) -> u32 {
        self.pieces.get(piece).map_or(0, |piece| piece.count)
    }

    pub fn amounts(&self, pieces: &[usize]) -> Vec<Minor> {
        pieces.iter().map(|piece| self.amount(*piece)).collect()
    }

    pub fn sum(&self, pieces: &[usize]) -> Result<Minor, Fail> {
        Ok(total(&self.amounts(pieces))?)
    }

    /// Whether prices of these pieces count guests or units.
    pub fn by_heads(&self, pieces: &[usize]) -> bool {
        pieces.iter().any(|piece| self.pieces.get(*piece).is_some_and(|piece| piece.kind == LineKind::Party))
    }

    /// Changes pieces by amounts, none below zero, and writes one line for each item and set of taxes; nothing where
    /// nothing changes.
    pub fn change(&mut self, kind: LineKind, label: &str, pieces: &[usize], by: &[Minor]) -> Result<(), Fail> {
        let mut run: Option<(Option<usize>, Rates, Minor)> = None;
        for (index, delta) in pieces.iter().zip(by) {
            let Some(piece) = self.pieces.get_mut(*index) else { continue };
            let delta = (*delta).max(piece.amount.saturating_neg());
            piece.amount = plus(piece.amount, delta)?;
            let (item, rates) = (piece.item, piece.rates);
            run = match run {
                Some((of, on, amount)) if (of, on) == (item, rates) => Some((of, on, plus(amount, delta)?)),
                other => {
                    self.changed(kind, label, other);
                    Some((item, rates, delta))
                }
            };
        }
        self.changed(kind, label, run);
        Ok(())
    }

    fn changed(&mut self, kind: LineKind, label: &str, run: Option<(Option<usize>, Rates, Minor)>) {
        if let Some((item, rates, amount)) = run
            && amount != 0
        {
            let label = label.to_owned();
            self.line(Line { kind, item, label, quantity: 1, unit_price: amount, amount, taxes: Vec::new() }, rates);
        }
    }

    /// Changes pieces by one amount in proportion to what they cost.
    pub fn spread(&mut self, kind: LineKind, label: &str, pieces: &[usize], by: Minor) -> Result<(), Fail> {
        let amounts = self.amounts(pieces);
        let by = by.max(self.sum(pieces)?.saturating_neg());
        let shares = split(by, &amounts)?;
        self.change(kind, label, pieces, &shares)
    }

    /// The units of pieces, the cheapest first; among equals in the order of the sheet.
    pub fn cheapest(&self, pieces: &[usize], open: bool) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for index in pieces {
            let Some(piece) = self.pieces.get(*index) else { continue };
            let (count, amount) = if open { (piece.open, piece.open_amount) } else { (piece.count, piece.amount) };
            let units = Minor::from(count);
            let (Some(low), Some(dearer)) = (amount.checked_div(units), amount.checked_rem(units)) else { continue };
            let dearer = u32::try_from(dearer).unwrap_or(0);
            for (price, count) in [(low, count.saturating_sub(dearer)), (low.saturating_add(1), dearer)] {
                if count > 0 {
                    let after = runs.partition_point(|run| run.price <= price);
                    runs.insert(after, Run { piece: *index, price, count });
                }
            }
        }
        runs
    }
}
