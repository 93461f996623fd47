//! What the page's author wrote on the tag.

use shared::civil::{Date, IsoWeekday};
use shared::id::PartyCode;
use shared::party::Party;

/// The attributes, read.
#[derive(Clone, Default)]
pub struct Options {
    /// `calendar`: a public id.
    pub calendar: String,
    /// `offering`: a public id, to skip choosing.
    pub offering: String,
    /// `date`: shown first.
    pub date: Option<Date>,
    /// `party`: such as `adult:2,child:1`.
    pub party: Party,
    /// `tz=visitor`: times on the visitor's clock first, the venue's beside them.
    pub visitor_time: bool,
    /// `first-day`: 1 = Monday to 7 = Sunday, where the language's own is not wanted.
    pub first_day: Option<IsoWeekday>,
    /// `prefill-name`.
    pub name: String,
    /// `prefill-email`.
    pub email: String,
    /// `prefill-phone`.
    pub phone: String,
}

impl Options {
    /// Reads the attributes by name; one that makes no sense counts as not given.
    pub fn read(attribute: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| attribute(name).unwrap_or_default();
        Self {
            calendar: text("calendar"),
            offering: text("offering"),
            date: Date::parse(&text("date")),
            party: party(&text("party")),
            visitor_time: text("tz") == "visitor",
            first_day: text("first-day").parse().ok().filter(|day| (1..=7).contains(day)),
            name: text("prefill-name"),
            email: text("prefill-email"),
            phone: text("prefill-phone"),
        }
    }
}

fn party(text: &str) -> Party {
    let mut party = Party::default();
    for (code, count) in text.split(',').filter_map(|pair| pair.split_once(':')) {
        if let (Some(code), Ok(count)) = (PartyCode::parse(code.trim()), count.trim().parse()) {
            party.0.insert(code, count);
        }
    }
    party
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_counts_as_not_given() {
        let options = Options::read(|name| match name {
            "party" => Some("adult:2, child:x,:3,infant : 1".into()),
            "first-day" => Some("8".into()),
            "date" => Some("2026-02-30".into()),
            "tz" => Some("visitor".into()),
            _ => None,
        });
        let party: Vec<_> = options.party.0.iter().map(|(code, count)| (code.as_str(), *count)).collect();
        assert_eq!(party, [("adult", 2), ("infant", 1)]);
        assert_eq!(options.first_day, None);
        assert_eq!(options.date, None);
        assert!(options.visitor_time);
    }
}
