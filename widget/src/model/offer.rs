//! What the engine says about what the visitor chose: which starts are free, why not.

use super::Model;
use shared::availability::{Ask, Engine, Length, Offering, Slot};
use shared::civil::Date;
use shared::embed::OfferingCard;
use shared::party::Party;

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
        let Some(offering) = self.offering() else { return Vec::new() };
        let mut days: Vec<Day> = Vec::new();
        let mut date = from;
        while date <= to {
            days.push(Day { date, slots: Vec::new() });
            date = date.plus_days(1);
        }
        let first = from.days_since_epoch();
        for slot in Engine::new(&self.snapshot.venue).slots(offering, from, to, &self.ask()) {
            let date = self.snapshot.venue.zone.date_of(slot.starts_at);
            let place = usize::try_from(date.days_since_epoch().saturating_sub(first)).unwrap_or(usize::MAX);
            if let Some(day) = days.get_mut(place) {
                day.slots.push(slot);
            }
        }
        days
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
        let offering = self.offering()?;
        let engine = Engine::new(&self.snapshot.venue);
        let ask = self.ask();
        (0..12).find_map(|month| {
            let first = from.plus_days(31_i32.saturating_mul(month));
            let slots = engine.bookable(offering, first, first.plus_days(30), &ask);
            slots.first().map(|slot| self.snapshot.venue.zone.date_of(slot.starts_at))
        })
    }
}
