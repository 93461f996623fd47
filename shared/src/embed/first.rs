//! What the engine answers to the first question of a visitor, so that a browser can show it before the engine has come.

use crate::availability::{Ask, Calendar, Engine, Offering, Slot, party_of};
use crate::civil::Date;
use crate::id::OfferingId;
use crate::party::Party;
use crate::zone::Instant;
use serde::{Deserialize, Serialize};

/// How many seconds the answer may be shown as it is. Time goes on, and with it notice and horizon.
const GOOD_FOR: i64 = 60;

/// The dates that every first view shows at most on both sides of its own: it is somewhere in its week.
const WEEK: i32 = 6;

/// The starts around the date that was asked for, else around the first one with something to book, for the first length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = FirstAnswer))]
pub struct First {
    /// Of what.
    pub offering: OfferingId,
    /// The date that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Who was asked for.
    #[serde(default, skip_serializing_if = "is_nobody")]
    pub wanted: Party,
    /// When it was true, Unix seconds.
    pub at: Instant,
    /// For whom it is: who was asked for as the offering has it, else its smallest party.
    pub party: Party,
    /// From this venue date on, today or later.
    pub from: Date,
    /// To this venue date, included: the end of the month, or of the week where it ends later.
    pub to: Date,
    /// All starts of these dates, ascending.
    pub slots: Vec<Slot>,
}

impl First {
    /// What the engine says of an offering as it is now. None where that takes more dates than a first view shows: a date was
    /// asked for, and what can be booked next is farther away.
    pub fn of(calendar: &Calendar, offering: &Offering, date: Option<Date>, wanted: Party) -> Option<Self> {
        let ask = Ask { party: party_of(offering, &wanted), length: None, private: false };
        let engine = Engine::new(calendar);
        let today = calendar.zone.date_of(calendar.now);
        let start = date.unwrap_or(today).max(today);
        let free = engine.next_free(offering, start, &ask);
        let shown = free.filter(|_| date.is_none()).unwrap_or(start);
        let first = shown.plus_days(1_i32.saturating_sub_unsigned(shown.day()));
        let last = first.plus_days(i32::from(shown.days_in_month()).saturating_sub(1));
        let from = first.min(shown.plus_days(WEEK.saturating_neg())).max(today);
        let to = last.max(shown.plus_days(WEEK));
        if free.is_some_and(|free| to < free) {
            return None;
        }
        let slots = engine.slots(offering, from, to, &ask);
        Some(Self { offering: offering.id.clone(), date, wanted, at: calendar.now, party: ask.party, from, to, slots })
    }

    /// Whether it can still be shown. A clock that is behind is not believed: it is never earlier than when this was true.
    pub fn is_good(&self, now: Instant) -> bool {
        now.0.saturating_sub(self.at.0) <= GOOD_FOR
    }
}

fn is_nobody(party: &Party) -> bool {
    party.0.is_empty()
}
