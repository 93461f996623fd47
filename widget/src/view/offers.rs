//! Choosing what to book, where a calendar has several offerings.

use super::Scene;
use super::icon;
use super::node::{Node, button, div, el, words};
use crate::model::message::Msg;

impl Scene<'_> {
    pub(crate) fn offers(&self) -> Node {
        let cards = self.m.snapshot.cards.iter().zip(&self.m.snapshot.offerings).enumerate();
        let items = cards.map(|(place, (card, offering))| {
            let text = div("offer-text")
                .child(words("span", "strong", card.name.as_str()))
                .maybe(card.summary.as_ref().map(|summary| words("span", "soft", summary.as_str())))
                .child(words("span", "soft small", self.length_words(&offering.length)));
            el("li").child(button("offer", Msg::Offer(place)).child(text).child(icon::forth()))
        });
        el("ul").class("offers").at("role", "list").with(items)
    }
}
