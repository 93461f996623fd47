//! A booking that was made before, opened by its token: moved or called off without leaving the page.

use crate::json;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, Key, Managed, Refusal};
use crate::model::month::Month;
use crate::model::texts::Intl;
use crate::model::{Managing, Model};
use serde::Serialize;
use shared::embed::Timestamp;

type Effects = Vec<Effect>;

/// `POST /api/bookings/:id/reschedule`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MoveIn {
    starts_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_hash: Option<String>,
}

impl Model {
    /// What opens the booking that was just made.
    pub(super) fn own_key(&self) -> Option<Key> {
        let booking = self.booking.as_ref()?;
        let token = booking.manage_url.as_deref()?.rsplit('/').next()?;
        Some(Key { id: booking.id.clone(), token: token.to_owned() })
    }

    /// Opens a booking.
    pub(super) fn open_booking(&mut self, key: Key) -> Effects {
        self.managed = Some(Managing {
            key,
            booking: None,
            moving: false,
            cancelling: false,
            quote_hash: None,
            done: "",
            paying: false,
        });
        self.step = Step::Manage;
        self.look()
    }

    /// Asks how it is by now.
    pub(super) fn look(&mut self) -> Effects {
        self.notice = None;
        let Some(managed) = &self.managed else { return Vec::new() };
        vec![Effect::About(Asked::Look, managed.key.clone(), String::new())]
    }

    /// Lets another time be chosen, with the same offering and party.
    pub(super) fn choose_another_time(&mut self) -> Effects {
        let Some(item) = self.managed.as_ref().and_then(|m| m.booking.as_ref()?.items.first()) else {
            return Vec::new();
        };
        let (party, length, private) = (item.party.clone(), item.length, item.private);
        let found = self.snapshot.offerings.iter().position(|offering| offering.id.as_str() == item.offering_id);
        let Some(place) = found else {
            self.note("refused-title", self.t("not-here"), Vec::new(), None);
            return Vec::new();
        };
        self.choose_offering(place);
        self.party = self
            .offering()
            .map_or(Vec::new(), |offering| offering.party_types.iter().map(|kind| party.count(&kind.code)).collect());
        self.private = private;
        self.length = length.or(self.length);
        let today = self.today();
        self.date = self.next_free(today);
        self.cursor = self.date.unwrap_or(today);
        self.month = Month::of(self.cursor);
        if let Some(managed) = &mut self.managed {
            managed.moving = true;
            managed.quote_hash = None;
            managed.done = "";
        }
        Vec::new()
    }

    /// Moves it.
    pub(super) fn agree(&mut self) -> Effects {
        let (Some(managed), Some(at)) = (&self.managed, self.slot) else { return Vec::new() };
        if self.busy {
            return Vec::new();
        }
        let body = MoveIn { starts_at: Timestamp(at), quote_hash: managed.quote_hash.clone() };
        let key = managed.key.clone();
        self.busy = true;
        self.notice = None;
        json::to_string(&body).map(|body| Effect::About(Asked::Move, key, body)).into_iter().collect()
    }

    /// Calls it off.
    pub(super) fn call_off(&mut self) -> Effects {
        let Some(managed) = self.managed.as_ref().filter(|_| !self.busy) else { return Vec::new() };
        let key = managed.key.clone();
        self.busy = true;
        self.notice = None;
        vec![Effect::About(Asked::Cancel, key, "{}".to_owned())]
    }

    /// The booking as it is now.
    pub(super) fn looked(&mut self, asked: Asked, booking: Managed) -> Effects {
        self.busy = false;
        if asked == Asked::Look && self.step == Step::Done {
            return self.paid(&booking);
        }
        if self.managed.as_ref().is_some_and(|managed| managed.paying) {
            return self.came_back(booking);
        }
        let Some(managed) = &mut self.managed else { return Vec::new() };
        managed.moving = false;
        managed.cancelling = false;
        managed.quote_hash = None;
        let (event, done) = match asked {
            Asked::Move => ("reschedule", "moved"),
            Asked::Cancel => ("cancel", "cancelled"),
            _ => ("", ""),
        };
        managed.done = done;
        let starts_at = booking.items.first().map(|item| item.starts_at.to_string()).unwrap_or_default();
        let detail = ["{\"bookingId\":\"", &booking.id, "\",\"startsAt\":\"", &starts_at, "\"}"].concat();
        managed.booking = Some(booking);
        if event.is_empty() {
            return Vec::new();
        }
        self.step = Step::Manage;
        self.aloud = self.t(done);
        self.wish_focus("heading");
        vec![Effect::Tell(event, detail), Effect::Refresh]
    }

    /// The edge does not do that to this booking.
    pub(super) fn not_changed(&mut self, asked: Asked, problem: &Refusal, intl: &dyn Intl) -> Effects {
        match (asked, &problem.quote) {
            (Asked::Move, Some(quote)) if problem.code == "price_changed" => {
                let total = intl.money(quote.total, quote.currency);
                let hash = quote.hash.clone();
                if let Some(managed) = &mut self.managed {
                    managed.quote_hash = Some(hash);
                }
                let text = self.texts.fill("price-changed", &[&total]);
                self.note("price-changed-title", text, Vec::new(), None);
            }
            (Asked::Move, _) if !problem.alternatives.is_empty() => {
                let free = problem.alternatives.iter().filter(|other| other.status.bookable());
                let instead = free.map(|other| other.starts_at.0).take(3).collect();
                self.note("taken-title", self.t("taken"), instead, None);
            }
            (Asked::Look, _) if self.step == Step::Manage => {
                self.note("refused-title", self.t("link-unknown"), Vec::new(), None);
            }
            (Asked::Look, _) => {}
            _ => self.note("refused-title", self.why(problem), Vec::new(), None),
        }
        vec![Effect::Refresh]
    }
}
