//! What the page's author wrote on the tag.

use shared::civil::{Date, IsoWeekday};
use shared::embed::View;
use shared::party::Party;

/// What the page has decided for the visitor.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Lock {
    /// The offering stays.
    pub offering: bool,
    /// The party stays.
    pub party: bool,
    /// The coupon stays.
    pub coupon: bool,
    /// What was filled in for them stays.
    pub details: bool,
}

impl Lock {
    fn read(text: Option<String>) -> Self {
        let Some(text) = text else { return Self::default() };
        let has = |name: &str| text.trim().is_empty() || text.split([',', ' ']).any(|word| word == name);
        Self { offering: has("offering"), party: has("party"), coupon: has("coupon"), details: has("details") }
    }
}

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
    /// `view`: how days are laid out first, where the business's own choice is not wanted.
    pub view: Option<View>,
    /// `coupon`: a code to try as soon as there is a price.
    pub coupon: String,
    /// `lock`: what the visitor may not change, such as `offering,party`; all of it where nothing is named.
    pub lock: Lock,
    /// `tz=visitor` or a zone's name: times on that clock first, the venue's beside them.
    pub visitor_time: bool,
    /// `tz` with an IANA name: the visitor's zone, whatever their device says.
    pub zone: String,
    /// `first-day`: 1 = Monday to 7 = Sunday, where the language's own is not wanted.
    pub first_day: Option<IsoWeekday>,
    /// `prefill-name`.
    pub name: String,
    /// `prefill-email`.
    pub email: String,
    /// `prefill-phone`.
    pub phone: String,
    /// `test`: everything but the booking.
    pub test: bool,
}

/// What the loader tells of the page around, once the rest of the journey can use it.
#[derive(Clone, Default)]
pub struct Around {
    /// Where a booking came from, as JSON; empty where the tag names neither `ref` nor `utm-passthrough`.
    pub source: String,
    /// The page's address without its hash; empty in a frame.
    pub page: String,
    /// Its hash where that is a route of its own, as `#/tours`.
    pub route: String,
    /// `return-url`, in full: where to go on when all is done.
    pub next: String,
}

impl Options {
    /// Reads the attributes by name; one that makes no sense counts as not given.
    pub fn read(attribute: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| attribute(name).unwrap_or_default();
        Self {
            calendar: text("calendar"),
            offering: text("offering"),
            date: Date::parse(&text("date")),
            party: Party::read(&text("party")),
            view: match text("view").as_str() {
                "month" => Some(View::Month),
                "week" => Some(View::Week),
                "list" => Some(View::List),
                _ => None,
            },
            coupon: text("coupon"),
            lock: Lock::read(attribute("lock")),
            visitor_time: !matches!(text("tz").as_str(), "" | "venue"),
            zone: Some(text("tz")).filter(|zone| zone.contains('/')).unwrap_or_default(),
            first_day: text("first-day").parse().ok().filter(|day| (1..=7).contains(day)),
            name: text("prefill-name"),
            email: text("prefill-email"),
            phone: text("prefill-phone"),
            test: attribute("test").is_some_and(|said| said != "false"),
        }
    }
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
        assert_eq!(options.lock, Lock::default());
    }

    #[test]
    fn a_lock_names_what_it_holds_and_an_empty_one_holds_all() {
        let lock = |text: &str| Options::read(|name| (name == "lock").then(|| text.to_owned())).lock;
        assert_eq!(lock("offering, party"), Lock { offering: true, party: true, ..Lock::default() });
        assert_eq!(lock(""), Lock { offering: true, party: true, coupon: true, details: true });
    }
}
