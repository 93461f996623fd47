//! Booked: the number, what was booked, and where to put it.

use crate::later::links;
use crate::model::message::Msg;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};

impl Scene<'_> {
    pub(in crate::later) fn done(&self) -> Node {
        let m = self.m;
        let Some(booking) = &m.booking else { return div("panel") };
        let pay = booking.checkout_url.as_ref().filter(|_| booking.requires_payment);
        let mail = if pay.is_some() {
            "mail-pay"
        } else if booking.status == "AWAITING_APPROVAL" {
            "mail-request"
        } else {
            "mail"
        };
        let total =
            el("dl").class("lines").child(div("line total").child(words("dt", "", self.t("total"))).child(words(
                "dd",
                "",
                self.intl.money(booking.total.amount, booking.total.currency),
            )));
        let link = |class: &str, key: &str, url: &str| {
            words("a", class, self.t(key)).at("href", url).at("target", "_blank").at("rel", "noopener")
        };
        let manage = booking.manage_url.as_deref();
        let ics = manage.map(|url| link("second", "add-ics", &[url, "/calendar.ics"].concat()).at("download", ""));
        let others = links::calendar_links(booking)
            .map(|[google, outlook]| [link("second", "add-google", &google), link("second", "add-outlook", &outlook)]);
        div("panel done")
            .child(div("seal").child(icon::check()))
            .maybe((!booking.number.is_empty()).then(|| self.number(&booking.number)))
            .child(self.booked_what())
            .child(total)
            .child(words("p", "soft", m.texts.fill(mail, &[m.details.email.trim()])))
            .maybe(pay.map(|url| link("main", "pay", url)))
            .maybe(pay.map(|_| words("p", "soft small", self.t("pay-note")).at("role", "status")))
            .maybe(pay.is_none().then(|| div("links").maybe(ics).with(others.into_iter().flatten())))
            .child(
                div("chips")
                    .maybe(manage.map(|_| button("link", Msg::Manage).text(self.t("manage"))))
                    .child(button("link", Msg::Again).text(self.t("another"))),
            )
    }

    /// The number that people read out.
    pub(in crate::later) fn number(&self, number: &str) -> Node {
        el("p").class("number-line").child(words("span", "soft", self.t("number"))).child(words(
            "span",
            "strong number-text",
            number,
        ))
    }

    /// From what the edge answered, not from what was asked.
    fn booked_what(&self) -> Node {
        let Some(item) = self.m.booking.as_ref().and_then(|booking| booking.items.first()) else { return div("what") };
        div("what")
            .child(words("p", "strong", item.name.as_str()))
            .with(self.when(item.starts_at.0, item.ends_at.0))
            .child(words("p", "soft", self.party_words()))
    }
}
