//! The queue for a start that others have taken: whom to tell, and their place in it.

use crate::model::details::Field;
use crate::model::message::Msg;
use crate::view::Scene;
use crate::view::icon;
use crate::view::node::{Node, button, div, el, words};

impl Scene<'_> {
    pub(in crate::later) fn wait(&self) -> Node {
        el("form")
            .class("panel form")
            .at("novalidate", "")
            .on(Msg::Join)
            .child(words("p", "soft", self.t("wait-note")))
            .child(self.text_field(Field::Name, "name", "text", "name", true))
            .child(self.text_field(Field::Email, "email", "email", "email", true))
            .child(self.text_field(Field::Phone, "phone", "tel", "tel", false))
            .child(self.main_button("submit", "wait", None))
    }

    /// What they wait for; it has no price before there is a place.
    pub(in crate::later) fn wanted(&self) -> Node {
        el("aside").class("panel side summary").at("aria-label", self.t("summary")).child(self.what())
    }

    pub(in crate::later) fn waits(&self) -> Node {
        let place = self.m.place.unwrap_or(1);
        let words_of_place = self.m.texts.fill("wait-place", &[&self.intl.number(place)]);
        div("panel done")
            .child(div("seal").child(icon::check()))
            .child(words("p", "strong", words_of_place))
            .child(self.what())
            .child(words("p", "soft", self.m.texts.fill("wait-mail", &[self.m.details.email.trim()])))
            .child(div("chips").child(button("link", Msg::Again).text(self.t("another"))))
    }
}
