//! What the page asks of the calendar: `goto`, `refresh`, `quote`; and what its loader tells of it: `around`.

use crate::json;
use crate::model::Model;
use crate::model::journey::Step;
use crate::model::message::{Effect, Key, Msg};
use crate::model::month::Month;
use crate::model::options::Around;
use crate::model::texts::Intl;
use shared::civil::{Date, TimeOfDay};

/// A place in the calendar; each part may be left out. `manage` instead of an offering opens a booking: its id in place of the
/// date, its token in place of the time. [`PAID`] in place of the date is the way back from paying.
struct Place {
    offering: String,
    date: String,
    time: String,
}

/// What the tab remembers of a booking was taken up already; this only brings the calendar into view.
pub(super) const PAID: &str = "paid";

json::structs! {
    Place { offering date time }
    Around { source page route next }
}

impl Model {
    /// Does it; the answer is JSON, or empty where there is nothing to say.
    pub(super) fn command(&mut self, name: &str, detail: &str, intl: &dyn Intl) -> (String, Vec<Effect>) {
        match name {
            "goto" => (String::new(), self.go_to(detail, intl)),
            "around" => {
                self.around = json::from_str(detail).unwrap_or_default();
                (String::new(), Vec::new())
            }
            "refresh" => (String::new(), vec![Effect::Refresh]),
            "quote" => match self.quote() {
                Some(Ok(_)) => (self.price_detail(), Vec::new()),
                _ => (String::new(), Vec::new()),
            },
            _ => (String::new(), Vec::new()),
        }
    }

    fn go_to(&mut self, detail: &str, intl: &dyn Intl) -> Vec<Effect> {
        let Some(place) = Place::read(detail).filter(|place| place.date != PAID) else { return Vec::new() };
        let released = self.hold.take().map(|hold| Effect::Release(hold.token));
        let mut effects: Vec<Effect> = released.into_iter().collect();
        if place.offering == "manage" {
            effects.extend(self.open_booking(Key { id: place.date, token: place.time }));
            return effects;
        }
        let found = self.snapshot.offerings.iter().position(|offering| offering.id.as_str() == place.offering);
        match found {
            Some(found) => self.choose_offering(found),
            None if self.step != Step::Offer => self.step = Step::When,
            None => {}
        }
        self.notice = None;
        self.managed = None;
        if self.step == Step::Offer {
            return effects;
        }
        if let Some(date) = Date::parse(&place.date).filter(|date| *date >= self.today()) {
            self.date = Some(date);
            self.cursor = date;
            self.month = Month::of(date);
            let zone = &self.snapshot.venue.zone;
            let at = TimeOfDay::parse(&place.time).and_then(|time| {
                let slots = self.slots_on(date);
                let slot = slots.iter().find(|slot| zone.to_local(slot.starts_at).time == time)?;
                Some((slot.starts_at, slot.status.bookable()))
            });
            match at {
                Some((at, true)) => effects.extend(self.update(Msg::Slot(at), "", intl)),
                Some((at, false)) => self.why = Some(at),
                None => {}
            }
        }
        effects
    }
}

impl Place {
    fn read(detail: &str) -> Option<Self> {
        json::from_str(detail).ok()
    }
}
