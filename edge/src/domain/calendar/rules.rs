//! What a calendar may be called, which languages it speaks and which sites may embed it. Pure.

use crate::problem::Problem;
use url::Url;

/// Calendars that an organization may have.
pub const MOST_CALENDARS: i64 = 100;
/// Offerings on one calendar.
const MOST_OFFERINGS: usize = 200;
/// Sites that may embed one calendar.
const MOST_ORIGINS: usize = 20;
/// Languages of one calendar.
const MOST_LANGUAGES: usize = 20;

/// The name, one line of 1 to 100 characters.
pub fn name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    if name.is_empty() {
        return Err(Problem::field("/name", "required", "What is it called?"));
    }
    if name.chars().count() > 100 {
        return Err(Problem::field("/name", "too_long", "At most 100 characters."));
    }
    if name.chars().any(char::is_control) {
        return Err(Problem::field("/name", "invalid_value", "One line of text."));
    }
    Ok(name.to_owned())
}

/// Languages (BCP 47), each once; the first is the default.
pub fn languages(tags: &[String]) -> Result<String, Problem> {
    if tags.is_empty() {
        return Err(Problem::field("/languages", "required", "At least one language."));
    }
    if tags.len() > MOST_LANGUAGES {
        return Err(Problem::field("/languages", "too_many", "At most 20 languages."));
    }
    let sound = |tag: &str| {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_alphabetic())
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
            && tag.len() <= 35
    };
    let mut kept: Vec<&String> = Vec::with_capacity(tags.len());
    for (index, tag) in tags.iter().enumerate() {
        let at = format!("/languages/{index}");
        if !sound(tag) {
            return Err(Problem::field(at, "invalid_value", "A language tag such as en or pt-BR."));
        }
        if kept.iter().any(|other| other.eq_ignore_ascii_case(tag)) {
            return Err(Problem::field(at, "duplicate", "It is in the list already."));
        }
        kept.push(tag);
    }
    serde_json::to_string(&kept).map_err(Problem::internal)
}

/// Origins that may embed it, as browsers spell them: scheme, host and port, nothing else. None means any.
pub fn origins(texts: &[String]) -> Result<String, Problem> {
    if texts.len() > MOST_ORIGINS {
        return Err(Problem::field("/origins", "too_many", "At most 20 sites."));
    }
    let mut kept: Vec<String> = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let wrong = |rule, message| Problem::field(format!("/origins/{index}"), rule, message);
        let origin = origin(text).map_err(|(rule, message)| wrong(rule, message))?;
        if !kept.contains(&origin) {
            kept.push(origin);
        }
    }
    serde_json::to_string(&kept).map_err(Problem::internal)
}

fn origin(text: &str) -> Result<String, (&'static str, &'static str)> {
    let url = Url::parse(text).map_err(|_| ("not_an_origin", "An origin such as https://www.example.com."))?;
    let own_machine = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && own_machine) {
        return Err(("not_https", "It must start with https://."));
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(("not_an_origin", "Scheme, host and port only, without a path."));
    }
    let origin = url.origin().ascii_serialization();
    if origin.len() > 200 { Err(("too_long", "At most 200 characters.")) } else { Ok(origin) }
}

/// Ids of offerings in the order shown, as a JSON array; whether they exist the store knows.
pub fn offerings(ids: &[String]) -> Result<String, Problem> {
    if ids.len() > MOST_OFFERINGS {
        return Err(Problem::field("/offerings", "too_many", "At most 200 offerings."));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(index) = ids.iter().position(|id| !seen.insert(id)) {
        return Err(Problem::field(format!("/offerings/{index}"), "duplicate", "It is in the list already."));
    }
    serde_json::to_string(ids).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Option<String> {
        origins(&[text.to_owned()]).ok()
    }

    #[test]
    fn an_origin_is_kept_as_browsers_spell_it() {
        assert_eq!(kept("https://WWW.Example.com/").as_deref(), Some(r#"["https://www.example.com"]"#));
        assert_eq!(kept("https://example.com:443").as_deref(), Some(r#"["https://example.com"]"#));
        assert_eq!(kept("https://example.com:8443").as_deref(), Some(r#"["https://example.com:8443"]"#));
        assert_eq!(kept("http://localhost:5173").as_deref(), Some(r#"["http://localhost:5173"]"#));
        assert_eq!(kept("https://bücher.example").as_deref(), Some(r#"["https://xn--bcher-kva.example"]"#));
        for wrong in [
            "*",
            "null",
            "example.com",
            "http://example.com",
            "https://a.example/path",
            "https://u@a.example",
            "data:x",
        ] {
            assert_eq!(kept(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn languages_are_tags_and_each_once() {
        let read = |tags: &[&str]| languages(&tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>()).is_ok();
        assert!(read(&["en", "pt-BR", "zh-Hant-TW"]));
        for wrong in [&[][..], &["english"], &["en", "EN"], &["e"], &["en_US"], &["en-"]] {
            assert!(!read(wrong), "{wrong:?}");
        }
    }
}
