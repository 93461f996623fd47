//! The words of mails, by language: `words/<language>.json`, a text for each key, with `{places}` for what changes.
//!
//! A language has all keys or is not there at all; a mail never mixes two.

use std::collections::BTreeMap;

/// BCP 47 (the primary part) and its texts; the first is spoken where nobody asked for another that is here.
const LANGUAGES: [(&str, &str); 10] = [
    ("en", include_str!("words/en.json")),
    ("de", include_str!("words/de.json")),
    ("es", include_str!("words/es.json")),
    ("fr", include_str!("words/fr.json")),
    ("pt", include_str!("words/pt.json")),
    ("it", include_str!("words/it.json")),
    ("nl", include_str!("words/nl.json")),
    ("ja", include_str!("words/ja.json")),
    ("ar", include_str!("words/ar.json")),
    ("zh", include_str!("words/zh.json")),
];

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// BCP 47.
    pub language: &'static str,
    texts: BTreeMap<String, String>,
}

impl Words {
    /// Those of a locale's language; English where there are none.
    pub fn of(locale: &str) -> Self {
        let primary = locale.split('-').next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|(language, _)| primary.eq_ignore_ascii_case(language));
        let (language, texts) = known.copied().unwrap_or(LANGUAGES[0]);
        Self { language, texts: serde_json::from_str(texts).unwrap_or_default() }
    }

    /// The locale itself where these are its words, else the language of these: dates and words belong together.
    pub fn locale<'a>(&self, locale: &'a str) -> &'a str
    where
        Self: 'a,
    {
        let primary = locale.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case(self.language) { locale } else { self.language }
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        if self.language == "ar" { "rtl" } else { "ltr" }
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// A text with its places filled in. What is filled in is not looked into again.
    pub fn say(&self, key: &str, places: &[(&str, &str)]) -> String {
        let text = self.texts.get(key).map_or(key, String::as_str);
        let mut said = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let Some((name, behind)) = after.split_once('}') else { break };
            let value = places.iter().find(|(place, _)| *place == name);
            said.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        said.push_str(rest);
        said
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn texts(language: &str) -> BTreeMap<String, String> {
        let (_, texts) = LANGUAGES.iter().find(|(known, _)| *known == language).unwrap();
        serde_json::from_str(texts).unwrap()
    }

    fn places(text: &str) -> BTreeSet<String> {
        text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect()
    }

    #[test]
    fn every_language_says_everything_and_fills_in_the_same() {
        let english = texts("en");
        for (language, _) in LANGUAGES {
            let other = texts(language);
            assert!(english.keys().eq(other.keys()), "{language} has other keys");
            for (key, text) in &english {
                assert_eq!(places(text), places(&other[key]), "{language}: {key}");
            }
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
