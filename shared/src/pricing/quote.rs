//! The order of evaluation, and what is due when.

use super::amount::{minus, percent_of, plus, scale, split, times};
use super::book::{DepositAmount, PriceBook};
use super::hash::quote_hash;
use super::model::{InvoiceLine, Line, LineKind, MAX_ITEMS, MAX_UNITS, Quote, QuoteError, Request};
use super::sheet::{Fail, Item, Sheet, fail, price};
use crate::booking::refund;
use crate::civil::LocalDateTime;
use crate::money::Minor;
use crate::zone::{Instant, Zone};

/// Prices a request, step by step: for each item its base price, adjustments, group discount, private surcharge, the
/// customer's own choice and add-ons; then over all items coupon, automatic discounts, fees, tax and rounding; then what is
/// due now and later.
///
/// The same request, book and zone give the same quote everywhere.
pub fn quote(book: &PriceBook, zone: &Zone, request: &Request) -> Result<Quote, QuoteError> {
    price_all(book, zone, request).map_err(|fail| *fail)
}

fn price_all(book: &PriceBook, zone: &Zone, request: &Request) -> Result<Quote, Fail> {
    let mut sheet = Sheet {
        book,
        request,
        active: 0,
        items: Vec::new(),
        pieces: Vec::new(),
        lines: Vec::new(),
        line_rates: Vec::new(),
    };
    sheet.active = sheet.active_rates()?;
    sheet.items = items(book, zone, request)?;
    for index in 0..sheet.items.len() {
        // An item is looked at while the sheet is written on: out and back.
        let Some(item) = sheet.items.get(index).map(Item::again) else { break };
        sheet.base(&item)?;
        for rule in &item.tariff.adjustments {
            sheet.adjust(&item, rule)?;
        }
        sheet.group_discounts(&item)?;
        sheet.private(&item)?;
        sheet.pay_what_you_want(&item)?;
        sheet.add_ons(&item)?;
    }
    if let Some(coupon) = &request.coupon {
        sheet.coupon(coupon)?;
    }
    sheet.automatic()?;
    let subtotal = sheet.sum(&sheet.select(&|_| true))?;
    sheet.fees()?;
    let (invoice, taxes) = sheet.tax()?;
    let total = sheet.round(&invoice)?;
    let item_totals = sheet.item_totals(&invoice, total)?;
    let (due_now, due_later_by) = sheet.due(&item_totals)?;
    let mut refund_if_cancelled_now = 0;
    for (item, share) in sheet.items.iter().zip(split(due_now, &item_totals)?) {
        let back = refund(&item.tariff.refund_tiers, share, item.asked.starts_at, request.now);
        refund_if_cancelled_now = plus(refund_if_cancelled_now, back)?;
    }
    let mut quote = Quote {
        currency: book.currency,
        reverse_charge: sheet.reverse_charge() && !taxes.is_empty(),
        lines: sheet.lines,
        subtotal,
        taxes,
        invoice,
        total,
        item_totals,
        due_now,
        due_later: minus(total, due_now)?,
        due_later_by,
        refund_if_cancelled_now,
        hash: String::new(),
    };
    quote.hash = quote_hash(request, book.rules_version, &quote);
    Ok(quote)
}

/// The items with their tariffs, lengths and departures.
fn items<'a>(book: &'a PriceBook, zone: &Zone, request: &'a Request) -> Result<Vec<Item<'a>>, Fail> {
    if request.items.is_empty() {
        return Err(fail(QuoteError::NoItems));
    }
    if request.items.len() > MAX_ITEMS {
        return Err(fail(QuoteError::TooManyItems));
    }
    let mut items = Vec::with_capacity(request.items.len());
    for (index, asked) in request.items.iter().enumerate() {
        let tariff = book.tariffs.iter().find(|tariff| tariff.offering == asked.offering);
        let tariff = tariff.ok_or_else(|| fail(QuoteError::UnknownOffering { item: index }))?;
        let guests = asked.party.guests();
        if guests > MAX_UNITS {
            return Err(fail(QuoteError::PartyTooLarge { item: index }));
        }
        let starts = zone.to_local(asked.starts_at);
        let minutes = started(asked.ends_at.0.saturating_sub(asked.starts_at.0), 60);
        let on_the_wall = wall_minutes(zone.to_local(asked.ends_at)).saturating_sub(wall_minutes(starts));
        // An hour that repeats in autumn can take the wall backwards.
        let days = started(on_the_wall.max(0), 1_440);
        let (Some(minutes), Some(days)) = (minutes, days) else {
            return Err(fail(QuoteError::LengthNotSold { item: index }));
        };
        let same = |other: &crate::pricing::ItemRequest| {
            (&other.offering, other.starts_at) == (&asked.offering, asked.starts_at)
        };
        let departure = request.items.iter().position(same).unwrap_or(index);
        items.push(Item { index, asked, tariff, guests, starts, minutes, days, departure });
    }
    Ok(items)
}

/// How many of a measure were started; none for a negative length or one beyond reason.
fn started(length: i64, measure: i64) -> Option<u32> {
    let up = length.checked_add(measure.checked_sub(1)?)?;
    u32::try_from(up.checked_div(measure).filter(|_| length >= 0)?).ok()
}

fn wall_minutes(at: LocalDateTime) -> i64 {
    i64::from(at.date.days_since_epoch()).saturating_mul(1_440).saturating_add(i64::from(at.time.minutes()))
}

impl<'a> Item<'a> {
    fn again(&self) -> Self {
        Item { ..*self }
    }
}

impl<'a> Sheet<'a> {
    /// The total, rounded to a multiple if the book says so.
    fn round(&mut self, invoice: &[InvoiceLine]) -> Result<Minor, Fail> {
        let mut exact = 0;
        for line in invoice {
            exact = plus(exact, line.gross)?;
        }
        let Some(step) = self.book.round_to.filter(|step| *step > 1) else { return Ok(exact) };
        let step = price(step)?;
        let steps = scale(exact, 1, step)?;
        let total = u32::try_from(steps).map_err(|_| fail(QuoteError::Overflow)).and_then(|n| Ok(times(step, n)?))?;
        let amount = minus(total, exact)?;
        if amount != 0 {
            let (kind, label) = (LineKind::Rounding, String::new());
            self.line(Line { kind, item: None, label, quantity: 1, unit_price: amount, amount, taxes: Vec::new() }, 0);
        }
        Ok(total)
    }

    /// Each item's part of the total; fees and rounding go along in proportion.
    fn item_totals(&self, invoice: &[InvoiceLine], total: Minor) -> Result<Vec<Minor>, Fail> {
        let mut totals: Vec<Minor> = self.items.iter().map(|_| 0).collect();
        let mut rest = total;
        for line in invoice {
            if let Some(sum) = line.item.and_then(|item| totals.get_mut(item)) {
                *sum = plus(*sum, line.gross)?;
                rest = minus(rest, line.gross)?;
            }
        }
        let shares = split(rest, &totals)?;
        for (sum, share) in totals.iter_mut().zip(shares) {
            *sum = plus(*sum, share)?;
        }
        Ok(totals)
    }

    /// What has to be paid now, and when the rest.
    fn due(&self, totals: &[Minor]) -> Result<(Minor, Option<Instant>), Fail> {
        let (mut now, mut by) = (0, None::<Instant>);
        for (item, total) in self.items.iter().zip(totals) {
            let mut part = *total;
            if let Some(deposit) = item.tariff.deposit {
                let before = i64::from(deposit.full_within_days.unwrap_or(0)).saturating_mul(1_440);
                let until = item.asked.starts_at.plus_minutes(before.saturating_neg());
                if self.request.now < until {
                    let asked = match deposit.amount {
                        DepositAmount::Percent(percent) => percent_of(*total, i64::from(percent))?,
                        DepositAmount::Fixed(amount) => price(amount)?,
                        DepositAmount::PerGuest(amount) => times(price(amount)?, item.guests)?,
                    };
                    part = asked.min(*total);
                    if part < *total {
                        by = Some(by.map_or(until, |by| by.min(until)));
                    }
                }
            }
            now = plus(now, part)?;
        }
        Ok((now, by))
    }
}
