//! Name, address and the business's questions; then, while the seats are held, everything once more to confirm.

use crate::model::countdown;
use crate::model::details::{Field, name_of};
use crate::model::message::Msg;
use crate::view::Scene;
use crate::view::node::{Node, button, div, el, words};
use shared::embed::{PaymentMode, Question, QuestionKind};

impl Scene<'_> {
    pub(in crate::later) fn details(&self) -> Node {
        let questions = self.m.card().map_or(&[][..], |card| &card.questions);
        let own = questions.iter().enumerate().map(|(place, question)| self.question(Field::Answer(place), question));
        el("form")
            .class("panel form")
            .at("novalidate", "")
            .on(Msg::Hold)
            .child(self.text_field(Field::Name, "name", "text", "name", true))
            .child(self.text_field(Field::Email, "email", "email", "email", true))
            .child(self.text_field(Field::Phone, "phone", "tel", "tel", false))
            .with(own)
            .child(self.main_button("submit", "hold", None))
            .child(words("p", "soft small", self.t("hold-note")))
    }

    /// A field of one line.
    pub(in crate::later) fn text_field(
        &self,
        field: Field,
        label: &str,
        kind: &str,
        complete: &str,
        required: bool,
    ) -> Node {
        let node = el("input").at("type", kind).at("autocomplete", complete);
        let given = match field {
            Field::Name => &self.m.options.name,
            Field::Email => &self.m.options.email,
            Field::Phone => &self.m.options.phone,
            _ => "",
        };
        let locked = self.m.options.lock.details && !given.is_empty();
        self.labelled(field, label, if locked { node.at("readonly", "") } else { node }, required)
    }

    /// A control with its label and what is wrong with it.
    pub(in crate::later) fn labelled(&self, field: Field, label: &str, control: Node, required: bool) -> Node {
        self.field(field, self.t(label), self.control(field, control, required), required)
    }

    /// The field's control with all that every field has.
    fn control(&self, field: Field, node: Node, required: bool) -> Node {
        let id = name_of(field);
        let wrong = self.m.details.error(field).is_some();
        let checkbox = node.attributes.iter().any(|(_, value)| value == "checkbox");
        let node = node
            .class(if checkbox { "check" } else { "input" })
            .at("aria-describedby", [id.as_str(), "-error"].concat())
            .at("id", id)
            .at("aria-invalid", if wrong { "true" } else { "false" })
            .at("aria-required", if required { "true" } else { "false" })
            .on(Msg::Type(field));
        let value = self.m.typed(field);
        if checkbox { node.at("checked", if value == "true" { value } else { "" }) } else { node.at("value", value) }
    }

    fn field(&self, field: Field, label: String, control: Node, required: bool) -> Node {
        let id = name_of(field);
        let optional = (!required).then(|| words("span", "soft", self.t("optional")));
        let error = words("p", "wrong", self.m.details.error(field).unwrap_or(""));
        let label = el("label").class("label").at("for", id.as_str()).child(words("span", "", label)).maybe(optional);
        div("field").child(label).child(control).child(error.at("id", [id.as_str(), "-error"].concat()))
    }

    fn question(&self, field: Field, question: &Question) -> Node {
        let required = question.required;
        let node = match question.kind {
            QuestionKind::Text => el("input").at("type", "text").at("maxlength", "200"),
            QuestionKind::Textarea => el("textarea").at("rows", "3").at("maxlength", "2000"),
            QuestionKind::Checkbox => el("input").at("type", "checkbox"),
            QuestionKind::Select => {
                let choose = el("option").at("value", "").text(self.t("choose"));
                let options =
                    question.options.iter().map(|text| words("option", "", text.as_str()).at("value", text.as_str()));
                el("select").child(choose).with(options)
            }
        };
        let node = self.field(field, question.label.clone(), self.control(field, node, required), required);
        if question.kind == QuestionKind::Checkbox { node.class("field tick") } else { node }
    }

    pub(in crate::later) fn main_button(&self, kind: &str, key: &str, does: Option<Msg>) -> Node {
        let busy = self.m.busy;
        let node = el("button").class("main").at("type", kind).text(self.t(if busy { "busy" } else { key }));
        let node = if busy { node.at("aria-disabled", "true").at("aria-busy", "true") } else { node };
        match does {
            Some(does) if !busy => node.on(does),
            _ => node,
        }
    }

    pub(in crate::later) fn review(&self) -> Node {
        let m = self.m;
        let details = &m.details;
        let row = |key: &str, value: &str| {
            (!value.is_empty())
                .then(|| div("line").child(words("dt", "soft", self.t(key))).child(words("dd", "", value)))
        };
        let list = el("dl")
            .class("lines")
            .maybe(row("name", details.name.trim()))
            .maybe(row("email", details.email.trim()))
            .maybe(row("phone", details.phone.trim()));
        let change = button("link", Msg::Back).text(self.t("change"));
        let questions = m.card().map_or(&[][..], |card| &card.questions).iter().zip(&details.answers);
        let answers = questions.filter(|(_, answer)| !answer.trim().is_empty()).map(|(question, answer)| {
            let answer = match (question.kind, answer.as_str()) {
                (QuestionKind::Checkbox, "true") => self.t("yes"),
                (QuestionKind::Checkbox, _) => self.t("no"),
                _ => answer.clone(),
            };
            div("line").child(words("dt", "soft", question.label.as_str())).child(words("dd", "", answer))
        });
        // Where the notice, which has the focus, already offers the places again, once is enough.
        let offered =
            m.notice.as_ref().and_then(|notice| notice.action.as_ref()).is_some_and(|(_, does)| *does == Msg::Hold);
        let confirm = match &m.hold {
            Some(_) => Some(self.main_button("button", self.confirm_key(), Some(Msg::Confirm))),
            None => (!offered).then(|| self.main_button("button", "hold-again", Some(Msg::Hold))),
        };
        let approval = m.card().is_some_and(|card| card.approval);
        let request = approval.then(|| words("p", "soft small", self.t("approval-note")));
        let test = (m.snapshot.org.payments == Some(PaymentMode::Test))
            .then(|| words("p", "soft small", self.t("payment-test")));
        div("panel")
            .maybe(self.countdown())
            .child(list.with(answers))
            .child(change)
            .maybe(confirm)
            .maybe(request)
            .maybe(test)
    }

    fn confirm_key(&self) -> &'static str {
        let approval = self.m.card().is_some_and(|card| card.approval);
        let online = self.m.snapshot.org.payments.is_some();
        let pays = online && matches!(self.m.quote(), Some(Ok(quote)) if quote.due_now > 0);
        match (approval, pays) {
            (true, _) => "confirm-request",
            (_, true) => "confirm-pay",
            _ => "confirm",
        }
    }

    pub(in crate::later) fn countdown(&self) -> Option<Node> {
        let m = self.m;
        let hold = m.hold.as_ref()?;
        let left = countdown::left(hold.ends_at, m.now);
        let clock = words("span", "clock", countdown::clock(left));
        Some(
            div(if left <= 60 { "held soon" } else { "held" })
                .at("role", "timer")
                .child(words("span", "", self.t("held-for")))
                .child(clock),
        )
    }
}
