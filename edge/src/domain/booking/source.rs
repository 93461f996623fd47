//! Where a booking came from, as the page that it was made on says: its own mark, the campaign, its address. It tells of pages
//! and campaigns, never of people: what looks like somebody's address is refused, so that it may stay when they are forgotten.

use super::order::{is_address, optional_text};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// Most characters of a page's own mark.
const MOST_REF: usize = 64;
/// Most characters of a part of a campaign.
const MOST_UTM: usize = 100;
/// Most characters of an address.
const MOST_PAGE: usize = 500;

/// Where it came from: pages and campaigns, never people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = BookingSource)]
pub struct Source {
    /// The page's own mark: a partner, a newsletter, a button.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "spring-newsletter")]
    pub reference: Option<String>,
    /// The campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utm: Option<Utm>,
    /// The page, without query and fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "https://shop.example/tours")]
    pub page: Option<String>,
}

/// A campaign, as the five `utm_…` of an address name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = BookingCampaign)]
pub struct Utm {
    /// `utm_source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "newsletter")]
    pub source: Option<String>,
    /// `utm_medium`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "email")]
    pub medium: Option<String>,
    /// `utm_campaign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "spring")]
    pub campaign: Option<String>,
    /// `utm_term`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub term: Option<String>,
    /// `utm_content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub content: Option<String>,
}

impl Source {
    /// Checks what was sent; none where nothing is said.
    pub fn parse(self) -> Result<Option<Self>, Problem> {
        let utm = self.utm.unwrap_or_default();
        let part = |name: &str, text| words(text, &format!("/source/utm/{name}"), MOST_UTM);
        let utm = Utm {
            source: part("source", utm.source)?,
            medium: part("medium", utm.medium)?,
            campaign: part("campaign", utm.campaign)?,
            term: part("term", utm.term)?,
            content: part("content", utm.content)?,
        };
        let source = Self {
            reference: words(self.reference, "/source/ref", MOST_REF)?,
            utm: Some(utm).filter(|utm| *utm != Utm::default()),
            page: words(self.page, "/source/page", MOST_PAGE)?,
        };
        if source.page.as_deref().is_some_and(|page| !is_page(page)) {
            return Err(Problem::field(
                "/source/page",
                "invalid_value",
                "A page: http or https, no query, no fragment.",
            ));
        }
        Ok(Some(source).filter(|source| *source != Self::default()))
    }

    /// The same from an address: `ref`, `utm_source` and so on. Nobody is kept from booking by it: what does not fit is left
    /// out.
    pub fn of_address<'a>(said: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let fitting = |name: &str, most: usize| {
            let cut = said(name).map(|text| text.trim().chars().take(most).collect::<String>());
            words(cut, "", most).ok().flatten()
        };
        let utm = Utm {
            source: fitting("utm_source", MOST_UTM),
            medium: fitting("utm_medium", MOST_UTM),
            campaign: fitting("utm_campaign", MOST_UTM),
            term: fitting("utm_term", MOST_UTM),
            content: fitting("utm_content", MOST_UTM),
        };
        let source = Self {
            reference: fitting("ref", MOST_REF),
            utm: Some(utm).filter(|utm| *utm != Utm::default()),
            page: None,
        };
        Some(source).filter(|source| *source != Self::default())
    }

    /// As it was written down.
    pub fn stored(text: Option<&str>) -> Option<Self> {
        serde_json::from_str(text?).ok()
    }

    /// Its parts for people and files: name and words.
    pub fn parts(&self) -> [(&'static str, &str); 7] {
        let of_utm = |part: fn(&Utm) -> &Option<String>| self.utm.as_ref().and_then(|utm| part(utm).as_deref());
        [
            ("ref", self.reference.as_deref()),
            ("utm source", of_utm(|utm| &utm.source)),
            ("utm medium", of_utm(|utm| &utm.medium)),
            ("utm campaign", of_utm(|utm| &utm.campaign)),
            ("utm term", of_utm(|utm| &utm.term)),
            ("utm content", of_utm(|utm| &utm.content)),
            ("page", self.page.as_deref()),
        ]
        .map(|(name, text)| (name, text.unwrap_or_default()))
    }
}

/// One line that names nobody.
fn words(text: Option<String>, pointer: &str, most: usize) -> Result<Option<String>, Problem> {
    let text = optional_text(text, pointer, most)?;
    match text {
        Some(text) if text.chars().any(char::is_control) => {
            Err(Problem::field(pointer, "invalid_value", "One line of text."))
        }
        Some(text) if names_somebody(&text) => {
            Err(Problem::field(pointer, "personal", "Where it came from, not who: no e-mail addresses."))
        }
        text => Ok(text),
    }
}

fn names_somebody(text: &str) -> bool {
    let plain = text.replace("%40", "@");
    plain.split(|sign: char| sign.is_whitespace() || "/?&=:;,()".contains(sign)).any(is_address)
}

fn is_page(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.username().is_empty() && url.password().is_none();
    matches!(url.scheme(), "http" | "https") && plain && url.query().is_none() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people_are_told_from_addresses_of_pages() {
        for fine in ["spring@home", "https://social.example/@harbor", "50 % off"] {
            assert!(!names_somebody(fine), "{fine}");
        }
        for somebody in ["ada@example.com", "to ada@example.com", "https://shop.example/u/ada%40example.com"] {
            assert!(names_somebody(somebody), "{somebody}");
        }
    }

    #[test]
    fn what_an_address_says_too_much_of_is_cut_or_left_out() {
        let long = "x".repeat(200);
        let said = |name: &str| match name {
            "ref" => Some(long.as_str()),
            "utm_source" => Some("ada@example.com"),
            "utm_medium" => Some(" email "),
            _ => None,
        };
        let source = Source::of_address(said).unwrap_or_default();
        assert_eq!(source.reference.map(|text| text.len()), Some(MOST_REF));
        assert_eq!(source.utm, Some(Utm { medium: Some("email".to_owned()), ..Utm::default() }));
        assert_eq!(Source::of_address(|_| None), None);
    }
}
