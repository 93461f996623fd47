//! Forms: what was entered, and what is wrong with it, beside the field it is about.
//!
//! A field is named like the pointer of the problem that it may have: the field `customer/email` shows what is said of
//! `/customer/email`.

use crate::problem::Problem;
use axum::Form;
use axum::extract::{FromRequest, Request};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What a form or an address says. Of a field that comes several times all values are kept.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// From pairs.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name.into()).or_default().push(value.into());
        }
        Self(fields)
    }

    /// What a field says, spaces around it left out; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// The same, unless it is empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// Everything that a field says.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// All of it, pair by pair.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let of = |(name, values): (&String, &Vec<String>)| -> Vec<(String, String)> {
            values.iter().map(|value| (name.clone(), value.clone())).collect()
        };
        self.0.iter().flat_map(of).collect()
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Names of fields that begin like that, without their beginning, and what they say.
    pub fn under<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self.0.keys().filter_map(move |name| Some((name.strip_prefix(beginning)?, self.get(name))));
        named.filter(|(_, value)| !value.is_empty())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = <Form<Vec<(String, String)>> as FromRequest<S>>::Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let Form(pairs): Form<Vec<(String, String)>> = Form::from_request(request, state).await?;
        Ok(Self::of(pairs))
    }
}

/// A form that is shown: what is in it and what was wrong with it.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// What was entered.
    pub fields: &'a Fields,
    /// What is wrong with it.
    pub problem: Option<&'a Problem>,
}

/// A field of one line.
#[derive(Clone, Copy, Default)]
pub struct Line<'a> {
    /// What it is called.
    pub label: &'a str,
    /// A pointer without its first `/`.
    pub name: &'a str,
    /// `text` unless it is something else.
    pub kind: &'a str,
    /// What helps to fill it in.
    pub hint: &'a str,
    /// It may not stay empty.
    pub required: bool,
    /// What the browser may fill in: a token of `autocomplete`.
    pub auto: &'a str,
    /// Most characters.
    pub longest: Option<u32>,
    /// Least and most of a number, a date or a time.
    pub within: (Option<&'a str>, Option<&'a str>),
}

impl Sheet<'_> {
    /// What is wrong with a field.
    pub fn wrong(&self, name: &str) -> Vec<&str> {
        let errors = self.problem.map_or(&[][..], Problem::fields);
        let about = |pointer: &str| pointer.trim_start_matches(['/', '?']) == name;
        errors.iter().filter(|error| about(&error.pointer)).map(|error| error.message.as_str()).collect()
    }

    /// What is said under a field: its hint and what is wrong.
    fn under(&self, name: &str, hint: &str) -> Markup {
        let wrong = self.wrong(name);
        html! {
            @if !hint.is_empty() { p.hint id=(id(name, "hint")) { (hint) } }
            @if !wrong.is_empty() {
                div.wrong id=(id(name, "wrong")) { @for message in wrong { p { (message) } } }
            }
        }
    }

    /// Ids of what is said under it.
    fn described(&self, name: &str, hint: &str) -> Option<String> {
        let hint = (!hint.is_empty()).then(|| id(name, "hint"));
        let wrong = (!self.wrong(name).is_empty()).then(|| id(name, "wrong"));
        let both: Vec<String> = hint.into_iter().chain(wrong).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// What is wrong with something that is not one field.
    pub fn errors(&self, name: &str) -> Markup {
        html! { @for message in self.wrong(name) { p.wrong { (message) } } }
    }

    /// For `aria-invalid`.
    pub fn invalid(&self, name: &str) -> Option<&'static str> {
        (!self.wrong(name).is_empty()).then_some("true")
    }

    /// A field of one line.
    pub fn line(&self, line: Line<'_>) -> Markup {
        let Line { label, name, hint, required, auto, within: (min, max), .. } = line;
        let kind = if line.kind.is_empty() { "text" } else { line.kind };
        let auto = if auto.is_empty() { "off" } else { auto };
        // What is secret is typed again.
        let value = if kind == "password" { "" } else { self.fields.get(name) };
        html! {
            div.field {
                label for=(id(name, "")) { (label) @if !required { " " small { "optional" } } }
                input id=(id(name, "")) name=(name) type=(kind) value=(value) required[required] autocomplete=(auto)
                    maxlength=[line.longest] min=[min] max=[max]
                    inputmode=[(kind == "number").then_some("numeric")]
                    aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)];
                (self.under(name, hint))
            }
        }
    }

    /// A field of several lines.
    pub fn text(&self, label: &str, name: &str, hint: &str, rows: u32, longest: u32) -> Markup {
        html! {
            div.field {
                label for=(id(name, "")) { (label) " " small { "optional" } }
                textarea id=(id(name, "")) name=(name) rows=(rows) maxlength=(longest)
                    aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)] {
                    (self.fields.get(name))
                }
                (self.under(name, hint))
            }
        }
    }

    /// One of several: values and what they are called.
    pub fn choice(&self, label: &str, name: &str, hint: &str, options: &[(&str, &str)]) -> Markup {
        let chosen = self.fields.get(name);
        html! {
            div.field {
                label for=(id(name, "")) { (label) }
                select id=(id(name, "")) name=(name)
                    aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)] {
                    @for (value, called) in options {
                        option value=(value) selected[*value == chosen] { (called) }
                    }
                }
                (self.under(name, hint))
            }
        }
    }

    /// A box to tick.
    pub fn tick(&self, label: &str, name: &str, value: &str, hint: &str) -> Markup {
        let ticked = self.fields.all(name).iter().any(|one| one == value);
        let own = id(name, value);
        html! {
            div.field.tick {
                input id=(own) name=(name) type="checkbox" value=(value) checked[ticked]
                    aria-describedby=[self.described(name, hint)];
                label for=(own) { (label) }
                (self.under(name, hint))
            }
        }
    }
}

impl Sheet<'_> {
    /// A box to tick, where there is a choice at all.
    pub fn tick_if(&self, there: bool, label: &str, name: &str) -> Markup {
        html! { @if there { (self.tick(label, name, "true", "")) } }
    }
}

/// An id that no other field has.
fn id(name: &str, part: &str) -> String {
    let plain = |text: &str| -> String {
        text.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect()
    };
    if part.is_empty() { format!("f-{}", plain(name)) } else { format!("f-{}-{}", plain(name), plain(part)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_beside_its_field_and_what_was_entered_stays() {
        let fields = Fields::of([("customer/email", "nobody"), ("customer/name", "<Ada>")]);
        let problem = Problem::field("/customer/email", "invalid_value", "Not an e-mail address.");
        let sheet = Sheet { fields: &fields, problem: Some(&problem) };
        let line = |name| sheet.line(Line { label: "Field", name, ..Line::default() }).0;
        let email = line("customer/email");
        assert!(email.contains("Not an e-mail address.") && email.contains("aria-invalid=\"true\""), "{email}");
        assert!(email.contains("aria-describedby=\"f-customer-email-wrong\""), "{email}");
        let name = line("customer/name");
        assert!(name.contains("value=\"&lt;Ada&gt;\"") && !name.contains("aria-invalid"), "{name}");
    }

    #[test]
    fn a_password_is_not_written_back() {
        let fields = Fields::of([("password", "secret")]);
        let sheet = Sheet { fields: &fields, problem: None };
        assert!(!sheet.line(Line { name: "password", kind: "password", ..Line::default() }).0.contains("secret"));
    }
}
