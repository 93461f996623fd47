//! What was chosen and typed, kept for this tab: a reload, a crash or a slip of the finger loses nothing. It is gone with the
//! tab, and as soon as the booking is made.

use crate::json;
use crate::model::journey::Step;
use crate::model::message::{Effect, Key};
use crate::model::month::Month;
use crate::model::{Hold, Model};
use serde::Serialize;
use shared::civil::Date;
use shared::id::AddOnId;
use shared::zone::Instant;

#[derive(Serialize)]
struct Draft {
    offering: String,
    date: String,
    slot: Option<i64>,
    step: u32,
    party: Vec<u32>,
    length: Option<u32>,
    private: bool,
    extras: Vec<(String, u32)>,
    coupon: String,
    name: String,
    email: String,
    phone: String,
    answers: Vec<String>,
    event: Vec<String>,
    token: String,
    hash: String,
    ends: i64,
    booking: String,
    key: String,
    /// The page's address, where its own route leads back from paying: `widget/loader/around.js` looks for it.
    back: String,
}

json::structs! {
    Draft {
        offering date slot step party length private extras coupon name email phone answers event token hash ends booking key
        back
    }
}

impl Model {
    /// What to keep; empty where there is nothing.
    pub(super) fn draft(&self) -> String {
        // Also while the edge is asked about it: what is kept then is gone once it is known to be paid.
        let back = self.managed.as_ref().filter(|managed| managed.paying).map(|managed| managed.key.clone());
        let paying = self.own_key().filter(|_| self.awaits_payment()).or(back);
        let begun = self.slot.is_some() || self.suggestion.values.iter().any(|value| !value.is_empty());
        let over = matches!(self.step, Step::Done | Step::Waits | Step::Suggested | Step::Manage | Step::Agree);
        if self.options.test || paying.is_none() && (over || !begun) {
            return String::new();
        }
        let step = match self.step {
            Step::Who => 1,
            Step::Details => 2,
            Step::Review => 3,
            Step::Suggest | Step::Preview => 4,
            _ => 0,
        };
        let hold = self.hold.as_ref();
        let routed = paying.is_some() && !self.around.route.is_empty();
        let back = if routed { [self.around.page.as_str(), &self.around.route].concat() } else { String::new() };
        let key = paying.unwrap_or(Key { id: String::new(), token: String::new() });
        let draft = Draft {
            offering: self.offering().map(|offering| offering.id.as_str().to_owned()).unwrap_or_default(),
            date: self.date.map(|date| date.to_string()).unwrap_or_default(),
            slot: self.slot.map(|at| at.0),
            step,
            party: self.party.clone(),
            length: self.length,
            private: self.private,
            extras: self.add_ons.iter().map(|(id, count)| (id.as_str().to_owned(), *count)).collect(),
            coupon: self.coupon.applied.as_ref().map(|coupon| coupon.code.clone()).unwrap_or_default(),
            name: self.details.name.clone(),
            email: self.details.email.clone(),
            phone: self.details.phone.clone(),
            answers: self.details.answers.clone(),
            event: self.suggestion.values.to_vec(),
            token: hold.map(|hold| hold.token.clone()).unwrap_or_default(),
            hash: hold.map(|hold| hold.quote_hash.clone()).unwrap_or_default(),
            ends: hold.map_or(0, |hold| hold.ends_at.0),
            booking: key.id,
            key: key.token,
            back,
        };
        json::to_string(&draft).unwrap_or_default()
    }

    /// Takes up where the tab was left, unless the page wants something else by now.
    pub(super) fn restore(&mut self, text: &str) -> Vec<Effect> {
        let Ok(draft) = json::from_str::<Draft>(text) else { return Vec::new() };
        if self.options.test || self.step > Step::When || self.slot.is_some() {
            return Vec::new();
        }
        let key = Key { id: draft.booking.clone(), token: draft.key.clone() };
        let effects = self.take_up(draft);
        if key.id.is_empty() { effects } else { self.come_back(key) }
    }

    fn take_up(&mut self, draft: Draft) -> Vec<Effect> {
        let found = self.snapshot.offerings.iter().position(|offering| offering.id.as_str() == draft.offering);
        let Some(place) = found.filter(|_| self.fits(&draft.offering)) else { return Vec::new() };
        if draft.step == 0 && draft.slot.is_none() {
            return Vec::new();
        }
        self.choose_offering(place);
        if draft.party.len() == self.party.len() {
            self.party = draft.party;
        }
        self.length = draft.length.or(self.length);
        self.private = draft.private;
        self.add_ons = draft.extras.into_iter().filter_map(|(id, count)| Some((AddOnId::parse(&id)?, count))).collect();
        if let Some(date) = Date::parse(&draft.date).filter(|date| *date >= self.today()) {
            self.date = Some(date);
            self.cursor = date;
            self.month = Month::of(date);
        }
        self.details.name = draft.name;
        self.details.email = draft.email;
        self.details.phone = draft.phone;
        self.details.answers = draft.answers;
        self.coupon.typed = draft.coupon;
        for (value, kept) in self.suggestion.values.iter_mut().zip(draft.event) {
            *value = kept;
        }
        if draft.step == 4 {
            self.suggest();
            return Vec::new();
        }
        self.slot = draft.slot.map(Instant).filter(|at| *at > self.now);
        if self.slot.is_none() {
            return Vec::new();
        }
        let held = !draft.token.is_empty() && draft.ends > self.now.0;
        // Where it is booked, the booking says how long it waits to be paid.
        if held || !draft.booking.is_empty() {
            self.hold = Some(Hold { token: draft.token, quote_hash: draft.hash, ends_at: Instant(draft.ends) });
        }
        self.step = match draft.step {
            1 => Step::Who,
            3 if held => Step::Review,
            2 | 3 => Step::Details,
            _ => return Vec::new(),
        };
        if self.step != Step::Review {
            self.hold = None;
        }
        if draft.step == 3 && !held {
            self.note("expired-title", self.t("expired"), Vec::new(), None);
        }
        let coupon = self.ask_for_coupon();
        if coupon.is_empty() { self.tell_quote() } else { coupon }
    }

    fn fits(&self, offering: &str) -> bool {
        self.options.offering.is_empty() || self.options.offering == offering
    }
}
