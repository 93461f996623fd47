//! A booking that was made before: what it is, and what can still be changed.

use crate::model::message::{Managed, Msg};
use crate::model::texts::DateStyle;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};
use shared::zone::Instant;

impl Scene<'_> {
    pub(in crate::later) fn manage(&self) -> Node {
        let Some(managed) = &self.m.managed else { return div("panel") };
        let Some(booking) = &managed.booking else {
            let again = self.m.notice.is_some().then(|| button("second", Msg::Look).text(self.t("try-again")));
            let wait = self.m.notice.is_none().then(|| words("p", "soft", self.t("busy")));
            return div("panel done").maybe(wait).maybe(again);
        };
        let done = (!managed.done.is_empty()).then(|| words("p", "strong", self.t(managed.done)));
        let seal = (managed.done == "moved").then(|| div("seal").child(icon::check()));
        div("panel done")
            .maybe(seal)
            .maybe(done)
            .child(self.number(&booking.number))
            .child(words("p", "badge", self.t(status_key(&booking.status))))
            .with(booking.items.iter().map(|item| self.managed_item(item)))
            .child(self.money_of(booking))
            .child(if managed.cancelling { self.are_you_sure() } else { self.changes(booking) })
    }

    fn managed_item(&self, item: &crate::model::message::ManagedItem) -> Node {
        let guests = item.party.guests();
        let party = self.m.texts.count("guests", guests, self.intl);
        div("what")
            .child(words("p", "strong", item.name.as_str()))
            .with(self.when(item.starts_at.0, item.ends_at.0))
            .child(words("p", "soft", party))
    }

    fn money_of(&self, booking: &Managed) -> Node {
        let row = |class: &str, key: &str, money: shared::money::Money| {
            let amount = self.intl.money(money.amount, money.currency);
            div(class).child(words("dt", "", self.t(key))).child(words("dd", "", amount))
        };
        let back = (booking.refunded_amount.amount > 0).then(|| row("line soft", "refunded", booking.refunded_amount));
        let paid = (booking.paid.amount > 0).then(|| row("line soft", "paid", booking.paid));
        el("dl").class("lines").child(row("line total", "total", booking.total)).maybe(paid).maybe(back)
    }

    fn changes(&self, booking: &Managed) -> Node {
        let open = matches!(booking.status.as_str(), "CONFIRMED" | "AWAITING_APPROVAL" | "PENDING");
        let ahead = booking.items.first().is_some_and(|item| item.starts_at.0 > self.m.now);
        let single = booking.items.len() == 1;
        let chips = div("links");
        if !open || !ahead {
            return chips.child(button("link", Msg::Again).text(self.t("another")));
        }
        chips
            .maybe(single.then(|| button("second", Msg::Move).text(self.t("move"))))
            .child(button("second", Msg::CancelAsk(true)).text(self.t("cancel")))
    }

    fn are_you_sure(&self) -> Node {
        let stay = button("second", Msg::CancelAsk(false)).text(self.t("keep"));
        div("why")
            .at("id", "sure")
            .at("tabindex", "-1")
            .at("role", "group")
            .at("aria-label", self.t("cancel-sure"))
            .child(words("p", "strong", self.t("cancel-sure")))
            .child(words("p", "soft", self.t("cancel-note")))
            .child(div("links").child(self.danger()).child(stay))
    }

    fn danger(&self) -> Node {
        let busy = self.m.busy;
        let node = button("second danger", Msg::Cancel).text(self.t(if busy { "busy" } else { "cancel-yes" }));
        if busy { node.at("aria-disabled", "true") } else { node }
    }

    /// The old time and the new one, to be agreed to.
    pub(in crate::later) fn agree(&self) -> Node {
        let Some(managed) = &self.m.managed else { return div("panel") };
        let old = managed.booking.as_ref().and_then(|booking| booking.items.first());
        let moment = |at: Instant| {
            let date = self.intl.date(self.m.snapshot.venue.zone.date_of(at), DateStyle::Full);
            [date.as_str(), &self.clock(at)].join(", ")
        };
        let row = |key: &str, class: &str, at: Instant| {
            div("line").child(words("dt", "soft", self.t(key))).child(words("dd", class, moment(at)))
        };
        let lines = el("dl")
            .class("lines")
            .maybe(old.map(|item| row("move-from", "struck", item.starts_at.0)))
            .maybe(self.m.slot.map(|at| row("move-to", "strong", at)));
        let name = old.map(|item| words("p", "strong", item.name.as_str()));
        let key = if managed.quote_hash.is_some() { "move-price" } else { "move-yes" };
        div("panel narrow").maybe(name).child(lines).child(self.main_button("button", key, Some(Msg::Agree)))
    }
}

/// The words of a state.
fn status_key(status: &str) -> &'static str {
    match status {
        "PENDING" => "state-pending",
        "AWAITING_APPROVAL" => "state-awaiting",
        "CONFIRMED" => "state-confirmed",
        "REJECTED" => "state-rejected",
        "COMPLETED" => "state-completed",
        "EXPIRED" => "state-expired",
        _ => "state-cancelled",
    }
}
