//! Booked: the number, what was booked, and where to put it.

use crate::later::links;
use crate::model::message::Msg;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};

impl Scene<'_> {
    pub(in crate::later) fn done(&self) -> Node {
        let m = self.m;
        let Some(booking) = &m.booking else { return self.rehearsed() };
        let pay = m.pay_url();
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
        // In a frame the page around must not go.
        let framed = m.around.page.is_empty();
        let to_pay = pay.as_deref().map(|url| match framed {
            true => link("main", "pay", url),
            false => words("a", "main", self.t("pay")).at("href", url),
        });
        let manage = booking.manage_url.as_deref();
        let ics = manage.map(|url| link("second", "add-ics", &[url, "/calendar.ics"].concat()).at("download", ""));
        let others = links::calendar_links(booking)
            .map(|[google, outlook]| [link("second", "add-google", &google), link("second", "add-outlook", &outlook)]);
        div("panel done")
            .maybe(pay.is_none().then(|| div("seal").child(icon::check())))
            .maybe((!booking.number.is_empty()).then(|| self.number(&booking.number)))
            .child(self.booked_what())
            .child(total)
            .child(words("p", "soft", m.texts.fill(mail, &[m.details.email.trim()])))
            .maybe(pay.as_ref().and_then(|_| self.countdown()))
            .maybe(to_pay)
            .maybe(
                pay.as_ref()
                    .filter(|_| framed)
                    .map(|_| words("p", "soft small", self.t("pay-note")).at("role", "status")),
            )
            .maybe(pay.is_none().then(|| self.go_on_to()).flatten())
            .maybe(pay.is_none().then(|| div("links").maybe(ics).with(others.into_iter().flatten())))
            .child(
                div("chips")
                    .maybe(manage.map(|_| button("link", Msg::Manage).text(self.t("manage"))))
                    .child(button("link", Msg::Again).text(self.t("another"))),
            )
    }

    /// The page that the author wants to be gone on to.
    fn go_on_to(&self) -> Option<Node> {
        let next = self.m.around.next.as_str();
        let site = next.split('/').nth(2)?;
        let text = self.m.texts.fill("continue-to", &[site]);
        Some(words("a", "main", text).at("href", next).at("target", "_top"))
    }

    /// What would have been booked.
    fn rehearsed(&self) -> Node {
        let item = self.m.chosen();
        let name = self.m.card().map(|card| words("p", "strong", card.name.as_str()));
        let what = div("what")
            .maybe(name)
            .with(item.map(|slot| self.when(slot.starts_at, slot.ends_at)).into_iter().flatten());
        let again = button("link", Msg::Again).text(self.t("another"));
        div("panel done")
            .child(what.child(words("p", "soft", self.party_words())))
            .maybe(self.go_on_to())
            .child(div("chips").child(again))
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
