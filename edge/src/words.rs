//! The words that guests and staff read in mails and guests on pages, by language: `mail/words/<language>.json` and
//! `pages/words/<language>.json`, a text for each key, with `{places}` for what changes. Pages may use the words of mails.
//!
//! A language has all keys or is not there at all; a mail or a page never mixes two. Another language is its two files and its
//! name in the list below. Dates and money are [`crate::wording`]'s, plurals are avoided: `{count} left`.

use crate::language;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A folder's texts in one language, and in the others.
macro_rules! languages {
    ($($language:literal),+ $(,)?) => {
        /// BCP 47 (the primary part) and its files.
        const FILES: &[(&str, [&str; 2])] = &[$((
            $language,
            [
                include_str!(concat!("mail/words/", $language, ".json")),
                include_str!(concat!("pages/words/", $language, ".json")),
            ],
        )),+];
    };
}

// The first is spoken where nobody asked for another that is here.
languages!("en", "de", "es", "fr", "pt", "it", "nl", "ja", "ar", "zh");

/// The languages that are written from the right.
const FROM_THE_RIGHT: [&str; 1] = ["ar"];

/// Texts by key; they are part of the program and only looked up.
type Texts = BTreeMap<&'static str, &'static str>;

/// Read when they are first wanted: reading takes longer than answering.
static READ: [OnceLock<Texts>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// BCP 47.
    pub language: &'static str,
    texts: Option<&'static Texts>,
}

impl Words {
    /// Those of a locale's language; English where there are none.
    pub fn of(locale: &str) -> Self {
        let place = place(language::primary(locale)).unwrap_or(0);
        let (language, files) = FILES.get(place).copied().unwrap_or(("en", [""; 2]));
        let texts =
            READ.get(place).map(|read| read.get_or_init(|| files.iter().flat_map(|file| texts(file)).collect()));
        Self { language, texts }
    }

    /// Whether there are words in a language.
    pub fn are_there(language: &str) -> bool {
        place(language).is_some()
    }

    /// The locale itself where these are its words, else the language of these: dates and words belong together.
    pub fn locale<'a>(&self, locale: &'a str) -> &'a str
    where
        Self: 'a,
    {
        if language::primary(locale).eq_ignore_ascii_case(self.language) { locale } else { self.language }
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        if FROM_THE_RIGHT.contains(&self.language) { "rtl" } else { "ltr" }
    }

    /// The text of a key, if there is such a text.
    pub fn find(&self, key: &str) -> Option<&'static str> {
        self.texts?.get(key).copied()
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// A text with its places filled in. What is filled in is not looked into again.
    pub fn say(&self, key: &str, places: &[(&str, &str)]) -> String {
        pieces(self.find(key).unwrap_or(key))
            .map(|piece| match piece {
                Piece::Said(text) => text,
                Piece::Place(name) => places.iter().find(|(place, _)| *place == name).map_or("", |(_, value)| value),
            })
            .collect()
    }
}

fn place(language: &str) -> Option<usize> {
    FILES.iter().position(|(known, _)| known.eq_ignore_ascii_case(language))
}

fn texts(file: &'static str) -> Texts {
    serde_json::from_str(file).unwrap_or_default()
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Said(&'a str),
    /// Where something is filled in: `{name}`.
    Place(&'a str),
}

/// The parts of a text, in order.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split('{').enumerate().flat_map(|(index, part)| {
        let (name, said) =
            part.split_once('}').filter(|_| index > 0).map_or((None, part), |(name, said)| (Some(name), said));
        name.map(Piece::Place).into_iter().chain(Some(Piece::Said(said)))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn files(language: &str) -> [Texts; 2] {
        let (_, files) = FILES.iter().find(|(known, _)| *known == language).unwrap();
        files.map(|file| serde_json::from_str(file).unwrap())
    }

    fn places(text: &str) -> BTreeSet<String> {
        let place = |piece| if let Piece::Place(name) = piece { Some(name.to_owned()) } else { None };
        pieces(text).filter_map(place).collect()
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        for (language, _) in FILES {
            for (english, other) in files("en").iter().zip(&files(language)) {
                assert!(english.keys().eq(other.keys()), "{language} has other keys");
                for (key, text) in english {
                    assert_eq!(places(text), places(other[key]), "{language}: {key}");
                    assert!(!other[key].trim().is_empty(), "{language}: {key}");
                }
            }
        }
    }

    #[test]
    fn pages_have_no_key_that_mails_have() {
        let [mails, pages] = files("en");
        for key in pages.keys() {
            assert!(!mails.contains_key(key), "{key}");
        }
    }

    #[test]
    fn a_language_without_words_is_told_in_english() {
        assert_eq!(Words::of("de-AT").language, "de");
        assert_eq!(Words::of("DE").language, "de");
        assert_eq!(Words::of("tlh").language, "en");
        assert_eq!(Words::of("").language, "en");
        assert_eq!(Words::of("de").locale("de-AT"), "de-AT");
        assert_eq!(Words::of("tlh").locale("tlh"), "en");
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        let words = Words::of("en");
        assert_eq!(words.say("hello", &[("name", "{name} {x")]), "Hello {name} {x,");
        assert_eq!(words.say("no such key", &[]), "no such key");
    }
}
