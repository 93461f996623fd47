//! The widget's own words, by key, in the visitor's language; and what only the browser's `Intl` knows.
//!
//! English is built in. Other languages are files of the same keys, fetched when they are wanted; a key that one of
//! them misses falls back to English.

use crate::json;
use shared::civil::Date;
use shared::money::{Currency, Minor};
use shared::zone::Instant;

const ENGLISH: &str = include_str!("../../locales/en.json");

/// All texts of a language.
pub struct Texts {
    /// By key; where a key is there twice, the first counts. A list, since a map's code weighs more than looking through it.
    texts: Vec<(String, String)>,
    is_english: bool,
}

impl Texts {
    /// English, with another language laid over it if its file could be read.
    pub fn new(other: &str) -> Self {
        let mut texts = json::text_map(other).unwrap_or_default();
        let is_english = texts.is_empty();
        texts.extend(json::text_map(ENGLISH).unwrap_or_default());
        Self { texts, is_english }
    }

    /// Whether the visitor reads English.
    pub fn is_english(&self) -> bool {
        self.is_english
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.texts.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    /// The text of a key.
    pub fn get(&self, key: &str) -> &str {
        self.find(key).unwrap_or("")
    }

    /// The text of a key with `{0}`, `{1}` … filled in.
    pub fn fill(&self, key: &str, values: &[&str]) -> String {
        let mut text = self.get(key).to_owned();
        for (place, value) in values.iter().enumerate() {
            let sign = char::from_digit(u32::try_from(place).unwrap_or(0), 10).unwrap_or('0');
            text = text.replace(['{', sign, '}'].iter().collect::<String>().as_str(), value);
        }
        text
    }

    /// The text of a key for a count, `{0}`: `key.one`, `key.few` … as the language has them, or `key.other`.
    pub fn count(&self, key: &str, count: u32, intl: &dyn Intl) -> String {
        let mut full = [key, ".", &intl.plural(count)].concat();
        if self.find(&full).is_none() {
            full = [key, ".other"].concat();
        }
        self.fill(&full, &[&intl.number(count)])
    }
}

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// Saturday, August 1, 2026
    Full,
    /// Sat, Aug 1
    Short,
    /// August 2026
    Month,
    /// Saturday
    Weekday,
    /// Sat
    WeekdayShort,
    /// 1
    Day,
}

/// What the browser knows about languages, zones and money.
pub trait Intl {
    /// A venue date.
    fn date(&self, date: Date, style: DateStyle) -> String;
    /// From one date to another, short.
    fn dates(&self, from: Date, to: Date) -> String {
        [self.date(from, DateStyle::Short), self.date(to, DateStyle::Short)].join(" – ")
    }
    /// A time of day: seconds since 1970 on the clock of the place.
    fn clock(&self, wall: Instant) -> String;
    /// An instant's date and time where the visitor is, and the seconds that their clock is ahead of UTC then.
    fn visitor_offset(&self, at: Instant) -> i64;
    /// The visitor's zone by its IANA name.
    fn visitor_zone(&self) -> String;
    /// An amount of money.
    fn money(&self, amount: Minor, currency: Currency) -> String;
    /// A whole number.
    fn number(&self, value: u32) -> String;
    /// CLDR's plural category: `one`, `other` …
    fn plural(&self, count: u32) -> String;
    /// Words with "and" or commas between them.
    fn list(&self, words: &[String]) -> String {
        words.join(", ")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    fn read(text: &str) -> Option<BTreeMap<String, String>> {
        Some(json::text_map(text)?.into_iter().collect())
    }

    fn languages() -> Vec<(String, BTreeMap<String, String>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
        fs::read_dir(folder)
            .unwrap()
            .map(|file| {
                let path = file.unwrap().path();
                let text = fs::read_to_string(&path).unwrap();
                let texts = read(&text).unwrap_or_else(|| panic!("{} cannot be read", path.display()));
                (path.file_stem().unwrap().to_string_lossy().into_owned(), texts)
            })
            .collect()
    }

    fn places(text: &str) -> Vec<char> {
        let mut found: Vec<char> = text
            .as_bytes()
            .windows(3)
            .filter_map(|three| match three {
                [b'{', digit, b'}'] => Some(char::from(*digit)),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        let english = read(ENGLISH).unwrap();
        for (language, texts) in languages() {
            for (key, text) in &english {
                // Which plural forms a language needs only `Intl` knows; `tests/browser` asks it.
                if key.ends_with(".one") {
                    continue;
                }
                let other = texts.get(key).unwrap_or_else(|| panic!("{language} has no {key}"));
                assert!(!other.trim().is_empty(), "{language}: {key} is empty");
                assert_eq!(places(other), places(text), "{language}: {key}");
            }
            for key in texts.keys() {
                let stem = key.rsplit_once('.').map_or(key.as_str(), |(stem, _)| stem);
                let known = english.contains_key(key) || english.contains_key(&[stem, ".other"].concat());
                assert!(known, "{language}: nothing uses {key}");
            }
        }
    }

    #[test]
    fn every_text_that_the_code_asks_for_exists_and_every_text_is_asked_for() {
        fn sources(folder: &Path, into: &mut String) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    sources(&path, into);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    into.push_str(&fs::read_to_string(&path).unwrap());
                }
            }
        }
        let mut code = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        let english = read(ENGLISH).unwrap();
        for key in english.keys() {
            let stem = key.strip_suffix(".one").or(key.strip_suffix(".other")).unwrap_or(key);
            assert!(code.contains(&format!("\"{stem}\"")), "nothing asks for {key}");
        }
        for call in [".t(\"", ".fill(\"", ".count(\"", ".get(\""] {
            for asked in code.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                let plural = format!("{asked}.other");
                let plain = asked.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '.');
                if plain && asked.contains('-') {
                    assert!(english.contains_key(asked) || english.contains_key(&plural), "no text {asked}");
                }
            }
        }
    }

    #[test]
    fn places_are_filled_in_and_a_missing_text_is_english() {
        let texts = Texts::new(r#"{"step-of":"{1} / {0}"}"#);
        assert_eq!(texts.fill("step-of", &["a", "b"]), "b / a");
        assert_eq!(texts.get("back"), "Back");
    }
}
