//! In which languages whoever asks would like to be answered: what the address says, then what the browser says. Pure.

use url::form_urlencoded;

/// What an address calls the language it wants.
const PARAMETER: &str = "lang";

/// Languages, the dearest first.
#[derive(Debug, Default)]
pub struct Languages {
    asked: Option<String>,
    accepted: Vec<String>,
}

impl Languages {
    /// From the query of an address and from `Accept-Language` (RFC 9110, 12.5.4).
    pub fn of(query: Option<&str>, accept: Option<&str>) -> Self {
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let asked = pairs.find(|(name, _)| name == PARAMETER).map(|(_, value)| value.into_owned());
        let mut weighed: Vec<(u16, &str)> = accept.unwrap_or_default().split(',').filter_map(weighed).collect();
        weighed.sort_by_key(|(weight, _)| core::cmp::Reverse(*weight));
        let accepted = weighed.into_iter().map(|(_, tag)| tag.to_owned()).collect();
        Self { asked: asked.filter(|tag| is_tag(tag)), accepted }
    }

    /// The first that is spoken here, else the first of `own` that is. Where only a language is named, the browser's own
    /// way of writing it counts: `de` is `de-AT` for a visitor from Austria.
    pub fn choose(&self, own: &[&str], spoken: impl Fn(&str) -> bool) -> Option<String> {
        let accepted = self.accepted.iter().map(String::as_str);
        let mut wanted = self.asked.as_deref().into_iter().chain(accepted).chain(own.iter().copied());
        let chosen = wanted.find(|tag| is_tag(tag) && spoken(primary(tag)))?;
        let closer =
            self.accepted.iter().find(|tag| !chosen.contains('-') && primary(tag).eq_ignore_ascii_case(chosen));
        Some(closer.map_or(chosen, String::as_str).to_owned())
    }

    /// What to add to the addresses of links, so that they are answered in the language that this address asked for.
    pub fn parameter(&self) -> Option<String> {
        self.asked.as_ref().map(|tag| format!("{PARAMETER}={tag}"))
    }
}

/// `de` of `de-AT`.
pub fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// Letters and digits between hyphens: nothing that an address or a page would misread.
fn is_tag(tag: &str) -> bool {
    tag.len() <= 35
        && tag.split('-').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// `de;q=0.8` and its thousandths; none where it is not wanted.
fn weighed(one: &str) -> Option<(u16, &str)> {
    let mut parts = one.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| is_tag(tag))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths)?;
    (weight > 0).then_some((weight, tag))
}

fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.split_once('.').unwrap_or((weight, ""));
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let rest: u16 = format!("{rest:0<3}").get(..3)?.parse().ok()?;
    Some(whole.saturating_mul(1_000).saturating_add(rest).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(query: &str, accept: &str, own: &str) -> Option<String> {
        let spoken = |language: &str| matches!(language.to_ascii_lowercase().as_str(), "en" | "de" | "ar");
        Languages::of(Some(query), Some(accept)).choose(&[own], spoken)
    }

    #[test]
    fn the_address_comes_before_the_browser_and_the_browser_before_the_house() {
        assert_eq!(chosen("from=x&lang=ar", "de", "en").as_deref(), Some("ar"));
        assert_eq!(chosen("", "tlh, fr;q=0.9, de-CH;q=0.8, en;q=0.7", "en").as_deref(), Some("de-CH"));
        assert_eq!(chosen("", "en;q=0.5, de;q=0.55", "ar").as_deref(), Some("de"));
        assert_eq!(chosen("lang=tlh", "fr", "ar").as_deref(), Some("ar"));
        assert_eq!(chosen("lang=tlh", "de;q=0", "fr"), None);
    }

    #[test]
    fn a_bare_language_is_written_as_the_browser_writes_it() {
        assert_eq!(chosen("lang=de", "fr, de-AT;q=0.3", "en").as_deref(), Some("de-AT"));
        assert_eq!(chosen("lang=de-DE", "de-AT", "en").as_deref(), Some("de-DE"));
    }

    #[test]
    fn what_is_no_language_is_not_repeated() {
        let odd = Languages::of(Some("lang=de%22%3E%3Cscript%3E"), Some("en\"; q=1, ;;, *, de;q=2"));
        assert_eq!(odd.parameter(), None);
        assert_eq!(odd.choose(&["en"], |_| true).as_deref(), Some("en"));
    }
}
