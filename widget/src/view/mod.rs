//! What the visitor sees, as a function of the model. No view changes anything: it names the
//! [`Msg`](crate::model::message::Msg) that would.

mod days;
pub(crate) mod icon;
mod month;
pub mod node;
mod offers;
mod times;
mod words;

use crate::model::Model;
use crate::model::journey::Step;
use crate::model::message::Msg;
use crate::model::texts::Intl;
use node::{Node, button, div, el, words};
use shared::embed::View;

/// Steps that everybody takes.
const STEPS: u32 = 4;

/// A model, and the browser's knowledge of languages to show it with.
pub struct Scene<'a> {
    /// What is shown.
    pub m: &'a Model,
    /// How it is written.
    pub intl: &'a dyn Intl,
}

impl Scene<'_> {
    /// The whole widget.
    pub fn draw(&self) -> Node {
        let step = self.m.step;
        let body = match step {
            Step::Offer => div("body first").child(self.offers()).maybe(self.foot()),
            Step::When => match self.m.view {
                View::Month => div("body when").child(self.month()).child(self.times()),
                View::Week => div("body first").child(self.week()),
                View::List => div("body first").child(self.list()),
            },
            _ => match self.m.later {
                Some(later) => (later.draw)(self),
                None => div("body one").child(words("p", "soft panel", self.t("busy"))),
            },
        };
        // Another view is another body: nothing of the one is made into the other.
        let key = (step as u32).saturating_mul(4).saturating_add(self.m.view as u32);
        // What was pressed waits for the rest of the journey.
        let waits = !self.m.pending.is_empty();
        let frame = if waits { div("frame").at("aria-busy", "true") } else { div("frame") };
        frame
            .child(self.head())
            .child(div("above").maybe(self.test()).maybe(self.offline()).maybe(self.notice()))
            .child(body.key(key))
            .child(words("p", "quiet", self.m.aloud.as_str()).at("role", "status"))
    }

    pub(crate) fn t(&self, key: &str) -> String {
        self.m.t(key)
    }

    fn head(&self) -> Node {
        let m = self.m;
        let back =
            m.one_back().map(|_| button("round", Msg::Back).at("aria-label", self.t("back")).child(icon::back()));
        let over = match (m.step, m.card()) {
            (Step::Offer | Step::Suggest | Step::Preview | Step::Suggested, _) | (_, None) => {
                m.snapshot.org.name.clone()
            }
            (_, Some(card)) => card.name.clone(),
        };
        let heading = match (&m.booking, m.step) {
            (Some(booking), Step::Done) if booking.status == "AWAITING_APPROVAL" => "done-request",
            (Some(booking), Step::Done) if booking.requires_payment => "done-pay",
            (None, Step::Done) => "done-test",
            (_, Step::When) if m.moving() => "step-move",
            _ => m.step.heading(),
        };
        let titles = div("titles")
            .child(words("p", "over", over))
            .child(words("h2", "heading", self.t(heading)).at("id", "heading").at("tabindex", "-1"));
        let progress = m.step.number().map(|number| {
            let label = m.texts.fill("step-of", &[&self.intl.number(number), &self.intl.number(STEPS)]);
            let bars = (1..=STEPS).map(|bar| el("i").class(if bar <= number { "on" } else { "" }));
            div("progress").at("role", "img").at("aria-label", label).with(bars)
        });
        el("header").class("head").maybe(back).child(titles).maybe(progress)
    }

    /// Whoever builds the page tries it out.
    fn test(&self) -> Option<Node> {
        self.m.options.test.then(|| words("p", "notice offline", self.t("test-bar")))
    }

    /// Without the network dates and prices stay, and booking waits.
    fn offline(&self) -> Option<Node> {
        self.m.offline.then(|| words("p", "notice offline", self.t("offline-bar")).at("role", "status"))
    }

    /// What stands below all offerings and all dates. It has its place in the first view's size, so that it moves nothing.
    pub(crate) fn foot(&self) -> Option<Node> {
        let m = self.m;
        let suggest = m.snapshot.calendar.submissions && !m.moving();
        suggest.then(|| el("footer").class("foot").child(button("link", Msg::Suggest).text(self.t("suggest"))))
    }

    fn notice(&self) -> Option<Node> {
        let notice = self.m.notice.as_ref()?;
        let instead = notice.instead.iter().map(|at| button("chip", Msg::Instead(*at)).text(self.moment(*at)));
        let action = notice.action.as_ref().map(|(text, does)| button("chip", does.clone()).text(text.as_str()));
        let node = div("notice")
            .at("id", "notice")
            .at("tabindex", "-1")
            .child(words("p", "strong", notice.title.as_str()))
            .child(words("p", "", notice.text.as_str()))
            .child(div("chips").with(instead).maybe(action));
        Some(node)
    }
}
