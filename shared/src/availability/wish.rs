//! What is asked, checked once against the offering: who comes, for how long, and whether by themselves.

use super::model::{Ask, Length, Offering, Privacy, Reason};
use crate::id::PartyCode;
use crate::party::Party;
use crate::schedule::{Lasting, MAX_MINUTES};

/// The longest booking in venue dates.
const MAX_BOOKED_DAYS: u32 = 31;

/// An [`Ask`] in the offering's terms.
pub(super) struct Wish {
    /// Seats that the party takes.
    pub seats: u32,
    /// The departure for themselves.
    pub private: bool,
    /// Because the offering demands it.
    pub always_private: bool,
    /// The length chosen.
    pub lasting: Lasting,
    /// What no start can make good.
    pub problems: Vec<Reason>,
}

impl Wish {
    pub fn of(offering: &Offering, ask: &Ask) -> Self {
        let mut problems = Vec::new();
        let smallest;
        let party = if ask.party.guests() == 0 {
            smallest = smallest_party(offering);
            &smallest
        } else {
            &ask.party
        };
        check_party(offering, party, &mut problems);
        let guests = party.guests();
        let always_private = match offering.rules.privacy {
            Privacy::Never | Privacy::OnRequest => false,
            Privacy::From(group) => group <= guests,
            Privacy::Always => true,
        };
        let lasting = match chosen_length(&offering.length, ask.length) {
            Some(lasting) if !(ask.private && offering.rules.privacy == Privacy::Never) => lasting,
            lasting => {
                problems.push(Reason::NotOffered);
                lasting.or_else(|| chosen_length(&offering.length, None)).unwrap_or(Lasting::Minutes(1))
            }
        };
        let private = always_private || ask.private;
        Self { seats: party.seats(&offering.party_types), private, always_private, lasting, problems }
    }
}

fn check_party(offering: &Offering, party: &Party, problems: &mut Vec<Reason>) {
    let sold = |code: &PartyCode| offering.party_types.iter().any(|kind| kind.code == *code);
    if party.0.iter().any(|(code, count)| *count > 0 && !sold(code)) {
        problems.push(Reason::NotOffered);
    }
    let rules = &offering.rules;
    let of_types = offering.party_types.iter().map(|kind| (party.count(&kind.code), kind.min, kind.max));
    for (count, min, max) in of_types.chain([(party.guests(), rules.min_party, rules.max_party)]) {
        if let Some(max) = max.filter(|max| *max < count) {
            problems.push(Reason::PartyTooLarge { max });
        } else if count < min {
            problems.push(Reason::PartyTooSmall { min });
        }
    }
}

/// Who comes, by the offering's types, when somebody wants these: each type's minimum at least, and whoever is missing is of
/// the first type. The smallest party where nobody is named.
pub fn party_of(offering: &Offering, wanted: &Party) -> Party {
    if wanted.guests() == 0 {
        return smallest_party(offering);
    }
    let types = &offering.party_types;
    let mut party =
        Party(types.iter().map(|kind| (kind.code.clone(), wanted.count(&kind.code).max(kind.min))).collect());
    let missing = offering.rules.min_party.max(1).saturating_sub(party.guests());
    if let Some(count) = types.first().and_then(|kind| party.0.get_mut(&kind.code)) {
        *count = count.saturating_add(missing);
    }
    party
}

/// The fewest guests who could book: each type's minimum, filled up with the first types that take a seat.
fn smallest_party(offering: &Offering) -> Party {
    let (types, rules) = (&offering.party_types, &offering.rules);
    let mut party = Party(types.iter().map(|kind| (kind.code.clone(), kind.min)).collect());
    let seated = types.iter().filter(|kind| kind.seats > 0);
    for kind in seated.chain(types) {
        let wanted = rules.min_party.max(1).saturating_sub(party.guests());
        if let Some(count) = party.0.get_mut(&kind.code) {
            let room = kind.max.unwrap_or(u32::MAX).saturating_sub(*count);
            *count = count.saturating_add(wanted.min(room));
        }
    }
    party
}

/// The length asked for, if the offering has it.
fn chosen_length(length: &Length, asked: Option<u32>) -> Option<Lasting> {
    let minutes = |minutes: u32| Lasting::Minutes(minutes.clamp(1, MAX_MINUTES));
    match length {
        Length::Minutes(only) => (asked.is_none() || asked == Some(*only)).then(|| minutes(*only)),
        Length::Choice(lengths) => match asked {
            None => lengths.first().copied().map(minutes),
            Some(asked) => lengths.contains(&asked).then(|| minutes(asked)),
        },
        Length::Days(fewest, most) => {
            let days = asked.unwrap_or(*fewest);
            (asked.is_none() || (*fewest..=*most).contains(&days))
                .then(|| Lasting::Days(days.clamp(1, MAX_BOOKED_DAYS)))
        }
    }
}
