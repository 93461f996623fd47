//! A refusal in the reader's language: what kind it is, why, and which fields have to be looked at again. Pure.
//!
//! A problem carries its words in English, for the APIs. Here its code, its cause and the rules of its fields are looked up; only
//! readers of English get its own words where there are none for it.

use super::voice::Voice;
use crate::problem::{FieldError, Problem};
use maud::{Markup, html};

/// The kind of refusal, the same for every occurrence.
pub fn title(voice: &Voice, problem: &Problem) -> &'static str {
    voice.find(&format!("problem.{}", problem.code().text())).unwrap_or(problem.code().title())
}

/// A problem on a page that goes on.
pub fn note(voice: &Voice, problem: &Problem) -> Markup {
    let why = why(voice, problem);
    html! {
        div.note.bad role="alert" {
            p { strong { (title(voice, problem)) } @if let Some(why) = &why { br; (why) } }
            @for error in problem.fields().iter().filter(|error| error.code != problem.cause()) { p { (field(voice, error)) } }
        }
    }
}

fn why(voice: &Voice, problem: &Problem) -> Option<String> {
    let known = voice.find(&format!("cause.{}", problem.cause())).map(str::to_owned);
    known.or_else(|| problem.detail_text().filter(|_| plain(voice)).map(str::to_owned))
}

/// Whether a problem's own words can be read.
fn plain(voice: &Voice) -> bool {
    voice.locale == "en" || voice.locale.starts_with("en-")
}

fn field(voice: &Voice, error: &FieldError) -> String {
    let named = named(&error.pointer);
    let own = |name: &str| voice.find(&format!("rule.{name}.{}", error.code));
    if let Some(text) = named.and_then(|(name, _)| own(name)).or_else(|| voice.find(&format!("cause.{}", error.code))) {
        return text.to_owned();
    }
    // What is required of an answer is told by the business's own question.
    if error.pointer.starts_with("/answers/") && error.code == "required" {
        return format!("{} {}", error.message, voice.t("rule.required"));
    }
    let rule = voice.find(&format!("rule.{}", error.code));
    let said = match rule {
        Some(rule) => rule.to_owned(),
        None if plain(voice) => error.message.clone(),
        None => voice.t("rule.other").to_owned(),
    };
    match named {
        Some((_, label)) => format!("{}: {said}", voice.t(label)),
        None => said,
    }
}

/// The field that a pointer leads to, and the key of what a form calls it.
fn named(pointer: &str) -> Option<(&'static str, &'static str)> {
    const LABELS: [(&str, &str); 15] = [
        ("name", "book.name"),
        ("email", "book.email"),
        ("phone", "book.phone"),
        ("coupon", "book.coupon"),
        ("party", "book.party"),
        ("length", "book.length"),
        ("title", "event.title"),
        ("text", "event.text"),
        ("when", "label.when"),
        ("where", "event.where"),
        ("image", "event.image"),
        ("price", "event.price"),
        ("capacity", "event.places"),
        ("link", "event.link"),
        ("reason", "label.reason"),
    ];
    let parts = pointer.rsplit('/');
    parts.filter_map(|part| LABELS.iter().find(|(name, _)| *name == part)).next().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    fn said(problem: &Problem) -> String {
        note(&Voice::english(), problem).into_string()
    }

    #[test]
    fn every_kind_of_refusal_has_words() {
        for code in Code::ALL {
            assert!(Voice::english().find(&format!("problem.{}", code.text())).is_some(), "{code:?}");
        }
    }

    #[test]
    fn a_field_is_named_as_its_form_names_it() {
        let of = |pointer: &str, rule: &str| field_of(&Problem::field(pointer, rule, "As the API says it."));
        assert_eq!(of("/customer/email", "invalid_value"), "Please enter an e-mail address such as name@example.com.");
        assert_eq!(of("/title", "too_long"), "Name of the event: Too long.");
        assert_eq!(of("/somewhere", "odd"), "As the API says it.");
        let answer = Problem::field("/answers/dog", "required", "Do you bring a dog?");
        assert_eq!(field_of(&answer), "Do you bring a dog? Please answer this question.");
    }

    fn field_of(problem: &Problem) -> String {
        problem.fields().first().map(|error| field(&Voice::english(), error)).unwrap_or_default()
    }

    #[test]
    fn a_cause_is_told_once() {
        let late = Problem::new(Code::PolicyRefused).because("too_late").detail("until …");
        assert!(said(&late).contains("too late") && !said(&late).contains("until …"), "{}", said(&late));
        let gone = Problem::new(Code::NotBookable).because("notice").and_field("/items/0/startsAt", "notice", "…");
        assert_eq!(said(&gone).matches("<p>").count(), 1);
    }
}
