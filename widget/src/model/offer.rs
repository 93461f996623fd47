//! What the engine says about what the visitor chose: which starts are free, why not.

use super::Model;
use super::options::Options;
use shared::availability::{Ask, Length, Offering, Slot};
use shared::civil::Date;
use shared::embed::{OfferingCard, Snapshot};
use shared::party::Party;
use shared::zone::Instant;

/// The starts of one date.
pub struct Day {
    /// The date.
    pub date: Date,
    /// Its starts, ascending.
    pub slots: Vec<Slot>,
}

impl Day {
    /// How many of its starts this party can book.
    pub fn free(&self) -> u32 {
        u32::try_from(self.slots.iter().filter(|slot| slot.status.bookable()).count()).unwrap_or(u32::MAX)
    }
}

impl Model {
    /// The offering chosen.
    pub fn offering(&self) -> Option<&Offering> {
        self.snapshot.offerings.get(self.offering)
    }

    /// What to show of it.
    pub fn card(&self) -> Option<&OfferingCard> {
        self.snapshot.cards.get(self.offering)
    }

    /// Who comes.
    pub fn guests(&self) -> Party {
        let types = self.offering().map_or(&[][..], |offering| &offering.party_types);
        let mut party = Party::default();
        for (kind, count) in types.iter().zip(&self.party).filter(|(_, count)| **count > 0) {
            party.0.insert(kind.code.clone(), *count);
        }
        party
    }

    /// What the engine is asked.
    pub fn ask(&self) -> Ask {
        Ask { party: self.guests(), length: self.length, private: self.private }
    }

    /// The lengths that the customer may choose from; empty where there is no choice.
    pub fn lengths(&self) -> Vec<u32> {
        match self.offering().map(|offering| &offering.length) {
            Some(Length::Choice(lengths)) if lengths.len() > 1 => lengths.clone(),
            Some(Length::Days(from, to)) if from < to => (*from..=*to).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether lengths count days.
    pub fn in_days(&self) -> bool {
        matches!(self.offering().map(|offering| &offering.length), Some(Length::Days(..)))
    }

    /// The dates from one to another, both included, with their starts.
    pub fn days(&self, from: Date, to: Date) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        let mut date = from;
        while date <= to {
            days.push(Day { date, slots: Vec::new() });
            date = date.plus_days(1);
        }
        let first = from.days_since_epoch();
        for slot in self.slots(from, to) {
            let date = self.date_of(&slot);
            let place = usize::try_from(date.days_since_epoch().saturating_sub(first)).unwrap_or(usize::MAX);
            if let Some(day) = days.get_mut(place) {
                day.slots.push(slot);
            }
        }
        days
    }

    /// What the engine says; before it is there, what it has said at the edge.
    fn slots(&self, from: Date, to: Date) -> Vec<Slot> {
        if let Some(later) = self.later {
            return (later.slots)(self, from, to);
        }
        let told = self.snapshot.first.iter().flat_map(|first| &first.slots);
        told.filter(|slot| (from..=to).contains(&self.date_of(slot))).cloned().collect()
    }

    fn date_of(&self, slot: &Slot) -> Date {
        self.snapshot.venue.zone.date_of(slot.starts_at)
    }

    /// The starts of one date.
    pub fn slots_on(&self, date: Date) -> Vec<Slot> {
        self.days(date, date).pop().map(|day| day.slots).unwrap_or_default()
    }

    /// The start chosen, as it is now for this party.
    pub fn chosen(&self) -> Option<Slot> {
        let at = self.slot?;
        self.slots_on(self.snapshot.venue.zone.date_of(at)).into_iter().find(|slot| slot.starts_at == at)
    }

    /// The first date from `from` on with something to book, within a year.
    pub fn next_free(&self, from: Date) -> Option<Date> {
        if let Some(later) = self.later {
            return (later.next_free)(self, from);
        }
        let mut told = self.snapshot.first.iter().flat_map(|first| &first.slots);
        let free = |slot: &&Slot| slot.status.bookable() && self.date_of(slot) >= from;
        told.find(free).map(|slot| self.date_of(slot))
    }

    /// Whether a snapshot tells all that the first view shows, so that it can be drawn before the engine is there: a list of
    /// offerings, or what the engine has just said of the one that is wanted.
    pub fn opens(options: &Options, snapshot: &Snapshot, now: Instant) -> bool {
        let mut all = snapshot.offerings.iter();
        let wanted = all.find(|offering| offering.id.as_str() == options.offering);
        let only = snapshot.offerings.first().filter(|_| snapshot.offerings.len() == 1);
        let Some(offering) = wanted.or(only) else { return true };
        snapshot.first.as_ref().is_some_and(|first| {
            let asked = (&first.offering, first.date, &first.wanted);
            asked == (&offering.id, options.date, &options.party) && first.is_good(now)
        })
    }
}
