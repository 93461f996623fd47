//! Who comes and what goes with it: steppers, the private switch, add-ons, the coupon.

use crate::model::message::Msg;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};
use shared::pricing::AddOnMethod;

/// What a stepper counts.
struct Stepper<'a> {
    name: &'a str,
    note: Option<String>,
    count: u32,
    min: u32,
    max: u32,
}

impl Scene<'_> {
    pub(in crate::later) fn who(&self) -> Node {
        let m = self.m;
        let types = m.offering().map_or(&[][..], |offering| &offering.party_types);
        let party = types.iter().zip(&m.party).enumerate().map(|(place, (kind, count))| {
            let locked = m.options.lock.party;
            let (min, max) = if locked { (*count, *count) } else { (kind.min, kind.max.unwrap_or(u32::MAX)) };
            let stepper = Stepper { name: &kind.name, note: kind.note.clone(), count: *count, min, max };
            self.stepper(&stepper, |by| Msg::Party(place, by))
        });
        let refusal = m.chosen().filter(|slot| !slot.status.bookable());
        let refusal = refusal.map(|slot| self.why(slot.starts_at, &slot.reasons).at("aria-live", "polite"));
        let add_ons: Vec<Node> = self.add_on_rows();
        let add_ons = (!add_ons.is_empty())
            .then(|| el("section").class("group").child(words("h3", "label", self.t("add-ons"))).with(add_ons));
        div("panel")
            .child(el("section").class("group").child(words("h3", "label", self.t("party"))).with(party))
            .maybe(refusal)
            .maybe(self.private_switch())
            .maybe(add_ons)
            .child(self.coupon())
    }

    fn add_on_rows(&self) -> Vec<Node> {
        let currency = self.m.snapshot.book.currency;
        let offering = self.m.offering().map(|offering| &offering.id);
        let row = |(place, add_on, count): (usize, &shared::pricing::AddOn, u32)| {
            let free = offering.is_some_and(|id| add_on.free_with.contains(id));
            let price = self.intl.money(add_on.price, currency);
            let note = match add_on.method {
                _ if free || add_on.price == 0 => self.t("free"),
                AddOnMethod::Flat => price,
                AddOnMethod::PerPerson => self.m.texts.fill("per-person", &[&price]),
                AddOnMethod::PerHour => self.m.texts.fill("per-hour", &[&price]),
                AddOnMethod::PerDay => self.m.texts.fill("per-day", &[&price]),
            };
            let max = add_on.max_quantity.unwrap_or(99);
            let stepper = Stepper { name: &add_on.name, note: Some(note), count, min: 0, max };
            self.stepper(&stepper, |by| Msg::AddOn(place, by))
        };
        self.m.add_ons_offered().into_iter().map(row).collect()
    }

    fn stepper(&self, stepper: &Stepper<'_>, does: impl Fn(i32) -> Msg) -> Node {
        let Stepper { name, note, count, min, max } = stepper;
        let side = |by: i32, key: &str, sign: Node, end: bool| {
            let label = self.m.texts.fill(key, &[name]);
            let node = el("button").class("round ring").at("type", "button").at("aria-label", label).child(sign);
            if end { node.at("aria-disabled", "true") } else { node.on(does(by)) }
        };
        let count_words = words("span", "count", self.intl.number(*count)).at("aria-live", "polite");
        let set = div("set").child(side(-1, "fewer", icon::minus(), count <= min)).child(count_words).child(side(
            1,
            "more",
            icon::plus(),
            count >= max,
        ));
        let text = div("text")
            .child(words("span", "strong", *name))
            .maybe(note.as_ref().map(|note| words("span", "soft small", note.as_str())));
        div("row").at("role", "group").at("aria-label", *name).child(text).child(set)
    }

    fn private_switch(&self) -> Option<Node> {
        self.m.may_be_private().then(|| {
            let text = div("text").child(words("span", "strong", self.t("private"))).child(words(
                "span",
                "soft small",
                self.t("private-note"),
            ));
            let input = el("input").class("switch").at("type", "checkbox").at("role", "switch").on(Msg::Private);
            let input = input.at("checked", if self.m.private { "true" } else { "" });
            el("label").class("row").child(text).child(input)
        })
    }

    fn coupon(&self) -> Node {
        let coupon = &self.m.coupon;
        if let Some(applied) = &coupon.applied {
            let locked = self.m.options.lock.coupon;
            let remove = button("link", Msg::CouponRemove).at("id", "coupon-remove").text(self.t("remove"));
            let text = self.m.texts.fill("coupon-on", &[&applied.code]);
            return div("row coupon").key(1).child(words("span", "strong", text)).maybe((!locked).then_some(remove));
        }
        if !coupon.open {
            return div("coupon").key(2).child(button("link", Msg::CouponOpen).text(self.t("coupon-have")));
        }
        let wrong = !coupon.error.is_empty();
        let input = el("input")
            .class("input")
            .at("id", "coupon")
            .at("autocomplete", "off")
            .at("autocapitalize", "characters")
            .at("aria-describedby", "coupon-error")
            .at("aria-invalid", if wrong { "true" } else { "false" })
            .at("value", coupon.typed.as_str())
            .on(Msg::CouponType);
        let apply = el("button").class("second").at("type", "submit").text(self.t("apply"));
        el("form")
            .class("coupon")
            .key(3)
            .at("novalidate", "")
            .on(Msg::CouponApply)
            .child(words("label", "label", self.t("coupon")).at("for", "coupon"))
            .child(div("together").child(input).child(apply))
            .child(words("p", "wrong", coupon.error.as_str()).at("id", "coupon-error"))
    }

    pub(in crate::later) fn go_on(&self) -> Node {
        let node = el("button").class("main").at("type", "button").text(self.t("continue"));
        if self.m.can_go_on() { node.on(Msg::Continue) } else { node.at("aria-disabled", "true") }
    }
}
