//! In which language a page speaks to whoever opened it: the address's `lang`, else the browser's, else that of the booking or the
//! organization. Its words, its way to write dates and money, and links that stay in it.

use crate::context::Context;
use crate::wording::Wording;
use crate::words::{Piece, Words, pieces};
use maud::{Markup, html};
use shared::money::Currency;

/// How a page speaks.
#[derive(Debug)]
pub struct Voice {
    words: Words,
    /// BCP 47.
    pub locale: String,
    parameter: Option<String>,
}

impl Voice {
    /// For whoever asks; `own` are the languages of what is shown, the dearest first.
    pub fn of(context: &Context, own: &[&str]) -> Self {
        let locale = context.languages().choose(own, Words::are_there).unwrap_or_else(|| "en".to_owned());
        Self { words: Words::of(&locale), locale, parameter: context.languages().parameter() }
    }

    /// For pages that are written in English alone.
    pub fn english() -> Self {
        Self { words: Words::of("en"), locale: "en".to_owned(), parameter: None }
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        self.words.direction()
    }

    /// A text without places.
    pub fn t(&self, key: &'static str) -> &'static str {
        self.words.find(key).unwrap_or(key)
    }

    /// A text, if there is one: for keys that are made from a state or a rule.
    pub fn find(&self, key: &str) -> Option<&'static str> {
        self.words.find(key)
    }

    /// A text with its places filled in.
    pub fn say(&self, key: &str, places: &[(&str, &str)]) -> String {
        self.words.say(key, places)
    }

    /// A text with elements in its places.
    pub fn mark(&self, key: &'static str, places: &[(&str, Markup)]) -> Markup {
        html! {
            @for piece in pieces(self.t(key)) {
                @match piece {
                    Piece::Said(text) => { (text) },
                    Piece::Place(name) => {
                        @for (_, element) in places.iter().filter(|(place, _)| *place == name) { (element) }
                    },
                }
            }
        }
    }

    /// How dates and money are written.
    pub fn wording(&self, timezone: &str, currency: Currency) -> Wording {
        Wording::new(&self.locale, timezone, currency)
    }

    /// Behind the name of a field that may stay empty.
    pub fn optional(&self) -> Markup {
        html! { " " small { "(" (self.t("page.optional")) ")" } }
    }

    /// Whose clock the times are of.
    pub fn zone(&self, wording: &Wording) -> String {
        self.say("zone", &[("zone", &wording.place())])
    }

    /// A path of ours, answered in this language too where the address asked for it.
    pub fn link(&self, path: &str) -> String {
        match &self.parameter {
            Some(parameter) if path.contains('?') => format!("{path}&{parameter}"),
            Some(parameter) => format!("{path}?{parameter}"),
            None => path.to_owned(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    /// Sections whose keys are made from a state, a code or a permission.
    const MADE: [&str; 5] = ["state.", "problem.", "cause.", "rule.", "scope."];

    fn code(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // The console is for staff, and in English.
            if path.is_dir() && !path.ends_with("console") {
                code(&path, into);
            } else if path.extension().is_some_and(|end| end == "rs") {
                into.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_text_that_pages_ask_for_exists_and_every_text_is_asked_for() {
        let mut pages = String::new();
        code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages"), &mut pages);
        let asked: Vec<&str> = pages.split('"').collect();
        let texts: BTreeMap<&str, &str> = serde_json::from_str(include_str!("words/en.json")).unwrap();
        for key in texts.keys().filter(|key| !MADE.iter().any(|made| key.starts_with(made))) {
            assert!(asked.contains(key), "nothing asks for {key}");
        }
        let english = Voice::english();
        for call in [".t(\"", ".say(\"", ".mark(\""] {
            for key in pages.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(english.find(key).is_some(), "no text {key}");
            }
        }
    }

    #[test]
    fn elements_stand_in_their_places_and_texts_are_escaped() {
        let voice = Voice::english();
        let element = |text: &str| html! { strong { (text) } };
        let told = voice.mark("move.price", &[("before", element("<1")), ("after", element("2"))]).into_string();
        assert_eq!(told, "Until now <strong>&lt;1</strong>, then <strong>2</strong>.");
    }

    #[test]
    fn links_stay_in_the_language_that_the_address_asked_for() {
        let voice = Voice { parameter: Some("lang=ja".to_owned()), ..Voice::english() };
        assert_eq!(voice.link("/c/x"), "/c/x?lang=ja");
        assert_eq!(voice.link("/c/x?a=b"), "/c/x?a=b&lang=ja");
        assert_eq!(Voice::english().link("/c/x"), "/c/x");
    }
}
