//! An event for the calendar: the form, how it would look, and what happens next.

use crate::later::suggest::{FROM, LINK, PLACE, PRICE, TEXT, TITLE, TO};
use crate::model::details::Field;
use crate::model::message::Msg;
use crate::model::texts::DateStyle;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};
use shared::civil::LocalDateTime;
use shared::zone::Instant;

impl Scene<'_> {
    pub(in crate::later) fn suggest(&self) -> Node {
        let name = &self.m.snapshot.org.name;
        let moment = |place, label| self.text_field(Field::Event(place), label, "datetime-local", "off", true);
        let text = el("textarea").at("rows", "4").at("maxlength", "10000");
        el("form")
            .class("panel form narrow")
            .at("novalidate", "")
            .on(Msg::Preview)
            .child(words("p", "soft", self.m.texts.fill("suggest-note", &[name])))
            .child(self.text_field(Field::Event(TITLE), "event-title", "text", "off", true))
            .child(self.labelled(Field::Event(TEXT), "event-text", text, true))
            .child(div("pair").child(moment(FROM, "event-from")).child(moment(TO, "event-to")))
            .child(self.text_field(Field::Event(PLACE), "event-where", "text", "off", false))
            .child(self.text_field(Field::Event(PRICE), "event-price", "text", "off", false))
            .child(self.text_field(Field::Event(LINK), "event-link", "url", "off", false))
            .child(self.text_field(Field::Name, "name", "text", "name", true))
            .child(self.text_field(Field::Email, "email", "email", "email", true))
            .child(self.main_button("submit", "preview", None))
    }

    pub(in crate::later) fn preview(&self) -> Node {
        let event = &self.m.suggestion;
        let price = match self.m.suggested_price().filter(|price| *price > 0) {
            Some(price) => self.intl.money(price, self.m.snapshot.book.currency),
            None => self.t("free"),
        };
        let when = match (event.moment(FROM), event.moment(TO)) {
            (Some(from), Some(to)) => self.span(from, to),
            _ => Vec::new(),
        };
        let place = event.get(PLACE);
        let link = event.get(LINK);
        let card = el("article")
            .class("card")
            .with(when)
            .child(words("h3", "heading", event.get(TITLE)))
            .with(event.get(TEXT).split('\n').filter(|line| !line.trim().is_empty()).map(|line| words("p", "", line)))
            .maybe((!place.is_empty()).then(|| words("p", "soft", place)))
            .maybe((!link.is_empty()).then(|| words("p", "soft", link)))
            .child(words("p", "strong", price));
        div("panel narrow")
            .child(card)
            .child(button("link", Msg::Back).text(self.t("change")))
            .child(self.main_button("button", "suggest-send", Some(Msg::Submit)))
            .child(words("p", "soft small", self.t("suggest-mail")))
    }

    fn span(&self, from: LocalDateTime, to: LocalDateTime) -> Vec<Node> {
        let clock = |at: LocalDateTime| {
            let day = i64::from(at.date.days_since_epoch()).saturating_mul(86_400);
            self.intl.clock(Instant(day).plus_minutes(i64::from(at.time.minutes())))
        };
        let mut end = clock(to);
        if to.date != from.date {
            end = [self.intl.date(to.date, DateStyle::Short), end].join(", ");
        }
        vec![
            words("p", "strong", self.intl.date(from.date, DateStyle::Full)),
            words("p", "soft", [clock(from), end].join(" – ")),
        ]
    }

    pub(in crate::later) fn suggested(&self) -> Node {
        let mail = self.m.texts.fill("suggest-done", &[self.m.details.email.trim()]);
        div("panel done")
            .child(div("seal").child(icon::check()))
            .child(words("p", "", mail))
            .child(div("chips").child(button("link", Msg::Again).text(self.t("to-calendar"))))
    }
}
