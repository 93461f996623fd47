//! The quote's hash: equal as long as nothing that matters changed.
//!
//! FNV-1a with 128 bits over a canonical, self-delimiting encoding of the request, the version of the rules and the result.
//! It guards against staleness, not against forgery: the edge computes its own quote and never charges by a hash that it was
//! sent. `now` is not part of it; what it decided is.

use super::model::{Line, Quote, Request};
use crate::money::Minor;

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

struct Digest(u128);

impl Digest {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
    }

    /// A whole number, seven bits to a byte, the sign in the lowest.
    fn number(&mut self, number: i64) {
        let mut rest = (number.wrapping_shl(1) ^ number.wrapping_shr(63)).cast_unsigned();
        loop {
            let low = u8::try_from(rest & 0x7f).unwrap_or(0);
            rest = rest.wrapping_shr(7);
            if rest == 0 {
                return self.byte(low);
            }
            self.byte(low | 0x80);
        }
    }

    fn size(&mut self, size: usize) {
        self.number(i64::try_from(size).unwrap_or(i64::MAX));
    }

    fn text(&mut self, text: &str) {
        self.size(text.len());
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    fn maybe(&mut self, number: Option<Minor>) {
        self.size(usize::from(number.is_some()));
        self.number(number.unwrap_or(0));
    }

    fn line(&mut self, line: &Line) {
        self.number(line.kind as i64);
        self.maybe(line.item.and_then(|item| i64::try_from(item).ok()));
        self.text(&line.label);
        self.number(i64::from(line.quantity));
        self.number(line.unit_price);
        self.number(line.amount);
        self.size(line.taxes.len());
        for tax in &line.taxes {
            self.size(*tax);
        }
    }
}

/// The hash of a quote for a request, 32 hexadecimal digits.
pub(super) fn quote_hash(request: &Request, rules_version: u32, quote: &Quote) -> String {
    let mut digest = Digest(OFFSET);
    digest.number(1); // The encoding below.
    digest.number(i64::from(rules_version));
    digest.size(request.items.len());
    for item in &request.items {
        digest.text(item.offering.as_str());
        digest.number(item.starts_at.0);
        digest.number(item.ends_at.0);
        let party = item.party.0.iter().filter(|(_, count)| **count > 0);
        digest.size(party.clone().count());
        for (code, count) in party {
            digest.text(code.as_str());
            digest.number(i64::from(*count));
        }
        digest.size(usize::from(item.private));
        digest.maybe(item.pay);
        // Add-ons are lines, even those that cost nothing.
    }
    digest.text(request.coupon.as_ref().map_or("", |coupon| &coupon.code));
    digest.text(request.country.as_ref().map_or("", |country| country));
    digest.size(usize::from(request.reverse_charge));
    digest.text(quote.currency.code());
    digest.size(quote.lines.len());
    for line in &quote.lines {
        digest.line(line);
    }
    digest.size(quote.taxes.len());
    for tax in &quote.taxes {
        digest.text(&tax.name);
        digest.number(i64::from(tax.basis_points));
        digest.number(tax.net);
        digest.number(tax.amount);
        digest.size(usize::from(tax.included));
    }
    digest.size(quote.invoice.len());
    for line in &quote.invoice {
        digest.number(line.net);
        digest.number(line.tax);
    }
    for amount in [quote.total, quote.due_now, quote.refund_if_cancelled_now] {
        digest.number(amount);
    }
    digest.maybe(quote.due_later_by.map(|at| at.0));
    hex(digest.0)
}

fn hex(number: u128) -> String {
    let digits = number.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
