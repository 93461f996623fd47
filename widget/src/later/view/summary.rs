//! The booking so far and its price, line by line.

use crate::model::texts::DateStyle;
use crate::view::Scene;
use crate::view::node::{Node, div, el, words};
use shared::availability::Length;
use shared::pricing::{Line, LineKind, Quote};
use shared::zone::Instant;

impl Scene<'_> {
    pub(in crate::later) fn summary(&self, action: Option<Node>) -> Node {
        let price = match self.m.quote() {
            Some(Ok(quote)) => self.price(&quote),
            Some(Err(_)) => vec![words("p", "soft", self.t("no-price"))],
            None => vec![words("p", "soft", self.t("taken-none"))],
        };
        el("aside")
            .class("panel side summary")
            .at("aria-label", self.t("summary"))
            .child(self.what())
            .with(price)
            .maybe(action)
    }

    /// What, when and who.
    pub(in crate::later) fn what(&self) -> Node {
        let card = self.m.card().map(|card| words("p", "strong", card.name.as_str()));
        let when = self.m.chosen().map(|slot| self.when(slot.starts_at, slot.ends_at));
        let private = self.m.private.then(|| words("p", "soft", self.t("private")));
        div("what")
            .maybe(card)
            .with(when.unwrap_or_default())
            .child(words("p", "soft", self.party_words()))
            .maybe(private)
    }

    /// The date, and from when to when on the clocks that matter.
    pub(in crate::later) fn when(&self, starts_at: Instant, ends_at: Instant) -> Vec<Node> {
        let zone = &self.m.snapshot.venue.zone;
        let date = self.intl.date(zone.date_of(starts_at), DateStyle::Full);
        let mut nodes = vec![words("p", "", date)];
        if !matches!(self.m.offering().map(|offering| &offering.length), Some(Length::Days(..))) {
            let (from, other) = self.two_clocks(starts_at);
            let (to, _) = self.two_clocks(ends_at);
            nodes.push(words("p", "", [from.as_str(), " – ", &to].concat()));
            nodes.extend(other.map(|text| words("p", "soft small", text)));
            nodes.extend(self.clocks_until(starts_at));
        } else {
            let last = zone.date_of(ends_at.plus_seconds(-1));
            if last != zone.date_of(starts_at) {
                nodes.push(words("p", "", ["– ", &self.intl.date(last, DateStyle::Full)].concat()));
            }
        }
        nodes
    }

    /// The clocks that change before a booking, where the two are not as far apart then as they are now.
    fn clocks_until(&self, starts_at: Instant) -> Vec<Node> {
        let [venue, visitor] = self.offsets(self.m.now, starts_at);
        let apart = |at: usize| venue.get(at).zip(visitor.get(at)).map(|(ours, theirs)| ours.saturating_sub(*theirs));
        if apart(0) == apart(1) {
            return Vec::new();
        }
        self.clocks_change(venue, visitor, ["clock-forward-before", "clock-back-before"])
    }

    fn price(&self, quote: &Quote) -> Vec<Node> {
        let money = |amount| self.intl.money(amount, quote.currency);
        let row = |class: &str, name: String, amount: String| {
            div(class).child(words("dt", "", name)).child(words("dd", "", amount))
        };
        let lines = quote.lines.iter().map(|line| row("line", self.line_name(line), money(line.amount)));
        let included = quote
            .taxes
            .iter()
            .filter(|tax| tax.included && tax.amount != 0)
            .map(|tax| row("line soft", self.m.texts.fill("tax-included", &[&tax.name]), money(tax.amount)));
        let total = row("line total", self.t("total"), money(quote.total)).at("aria-live", "polite");
        let mut list = el("dl").class("lines").with(lines).child(total).with(included);
        if quote.due_later > 0 {
            let by = quote.due_later_by.map(|by| self.m.snapshot.venue.zone.date_of(by));
            let later = match by {
                Some(by) => self.m.texts.fill("due-by", &[&self.intl.date(by, DateStyle::Short)]),
                None => self.t("due-later"),
            };
            list = list.child(row("line", self.t("due-now"), money(quote.due_now))).child(row(
                "line soft",
                later,
                money(quote.due_later),
            ));
        }
        vec![list]
    }

    fn line_name(&self, line: &Line) -> String {
        let m = self.m;
        let types = m.offering().map_or(&[][..], |offering| &offering.party_types);
        let name = match line.kind {
            LineKind::Party => types.iter().find(|kind| kind.code.as_str() == line.label).map(|kind| kind.name.clone()),
            LineKind::AddOn => {
                m.snapshot.book.add_ons.iter().find(|add_on| add_on.id.as_str() == line.label).map(|a| a.name.clone())
            }
            LineKind::Coupon => Some(m.texts.fill("coupon-on", &[&line.label])),
            LineKind::Base => Some(self.t("line-base")),
            LineKind::ExtraLength => Some(self.t("line-extra")),
            LineKind::Private => Some(self.t("private")),
            LineKind::Rounding | LineKind::TaxRounding => Some(self.t("line-rounding")),
            _ => None,
        };
        let name = name.unwrap_or_else(|| line.label.clone());
        if line.quantity > 1 { [self.intl.number(line.quantity).as_str(), " × ", &name].concat() } else { name }
    }
}
