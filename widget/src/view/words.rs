//! Lengths, parties and reasons in words.

use super::Scene;
use crate::model::texts::DateStyle;
use shared::availability::{Length, Reason};

impl Scene<'_> {
    pub(crate) fn length_words(&self, length: &Length) -> String {
        match length {
            Length::Minutes(minutes) => self.one_length(*minutes, false),
            Length::Choice(lengths) => {
                let all: Vec<String> = lengths.iter().map(|length| self.one_length(*length, false)).collect();
                all.join(" · ")
            }
            Length::Days(from, to) if from == to => self.one_length(*from, true),
            Length::Days(from, to) => [self.intl.number(*from), self.one_length(*to, true)].join("–"),
        }
    }

    pub(crate) fn one_length(&self, length: u32, in_days: bool) -> String {
        let texts = &self.m.texts;
        if in_days {
            return texts.count("days", length, self.intl);
        }
        let (hours, minutes) = (length / 60, length % 60);
        let mut parts = Vec::new();
        if hours > 0 {
            parts.push(texts.count("hours", hours, self.intl));
        }
        if minutes > 0 || hours == 0 {
            parts.push(texts.count("minutes", minutes, self.intl));
        }
        parts.join(" ")
    }

    /// "2 × Adult, 1 × Child"
    pub(crate) fn party_words(&self) -> String {
        let types = self.m.offering().map_or(&[][..], |offering| &offering.party_types);
        let some = types.iter().zip(&self.m.party).filter(|(_, count)| **count > 0);
        let all: Vec<String> =
            some.map(|(kind, count)| [self.intl.number(*count).as_str(), " × ", &kind.name].concat()).collect();
        all.join(", ")
    }

    /// A reason in words; none for those that are not reasons but ways out.
    pub(crate) fn reason(&self, reason: &Reason) -> Option<String> {
        let texts = &self.m.texts;
        Some(match reason {
            Reason::Closed => self.t("why-closed"),
            Reason::SoldOut { left: 0 } => self.t("why-sold"),
            Reason::SoldOut { left } => texts.count("why-left", *left, self.intl),
            Reason::Notice { until } => texts.fill("why-notice", &[&self.moment(*until)]),
            Reason::OverHorizon { opens } => {
                let date = self.m.snapshot.venue.zone.date_of(*opens);
                texts.fill("why-horizon", &[&self.intl.date(date, DateStyle::Short)])
            }
            Reason::ResourceBusy { resource } | Reason::Blocked { resource } => {
                let people = self.m.card().map_or(&[][..], |card| &card.people);
                let named = resource.as_ref().and_then(|id| people.iter().find(|(person, _)| person == id));
                match named {
                    Some((_, name)) => texts.fill("why-busy-named", &[name]),
                    None => self.t("why-busy"),
                }
            }
            Reason::PartyTooLarge { max } => texts.count("why-large", *max, self.intl),
            Reason::PartyTooSmall { min } => texts.count("why-small", *min, self.intl),
            Reason::DayFull { .. } => self.t("why-day"),
            Reason::NotPrivate => self.t("why-shared"),
            Reason::BelowThreshold { have, need, by } => {
                let (have, need) = (self.intl.number(*have), self.intl.number(*need));
                texts.fill("why-threshold", &[&need, &self.moment(*by), &have])
            }
            Reason::NotOffered => self.t("why-offered"),
            Reason::Try { .. } => return None,
        })
    }
}
