//! What somebody wants of an offering, from what was typed, without a script: at the desk and on guests' pages alike. Pure.

use shared::availability::{Ask, Length, Offering};
use shared::party::Party;

/// Who, how long and how. `count` is how many were typed of a kind of guest; where nobody was, it is the smallest party that
/// could book.
pub fn ask(offering: &Offering, count: impl Fn(&str) -> u32, length: Option<u32>, private: bool) -> Ask {
    let counts = offering.party_types.iter().map(|kind| (kind.code.clone(), count(kind.code.as_str())));
    let mut party = Party(counts.filter(|(_, count)| *count > 0).collect());
    if party.guests() == 0
        && let Some(first) = offering.party_types.iter().find(|kind| kind.seats > 0).or(offering.party_types.first())
    {
        party.0.insert(first.code.clone(), first.min.max(offering.rules.min_party).max(1));
    }
    let default = match &offering.length {
        Length::Minutes(_) => None,
        Length::Choice(choices) => choices.first().copied(),
        Length::Days(least, _) => Some(*least),
    };
    Ask { party, length: default.map(|default| length.unwrap_or(default)), private }
}
