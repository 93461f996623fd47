//! What the visitor does from the choice of a start on: party, add-ons, coupon, details, hold, booking.

use crate::json;
use crate::model::details::Field;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, Msg};
use crate::model::month::Month;
use crate::model::texts::{Intl, Texts};
use crate::model::{CouponField, Model, details};
use shared::availability::SlotStatus;
use shared::embed::{BookingIn, HoldIn, QuoteIn};
use shared::zone::Instant;
use std::rc::Rc;

type Effects = Vec<Effect>;

impl Model {
    /// What a page may forbid before it happens: the event to ask with.
    pub(super) fn later_question(&self, msg: &Msg) -> Option<Effect> {
        match msg {
            Msg::Hold if self.step == Step::Details => Some(Effect::Tell("checkout-start", self.price_detail())),
            _ => None,
        }
    }

    /// The visitor did something; `value` is what they typed.
    pub(super) fn later_update(&mut self, msg: Msg, value: &str, intl: &dyn Intl) -> Effects {
        if self.options.test && matches!(msg, Msg::Join | Msg::Submit | Msg::Agree | Msg::Cancel) {
            self.note("done-test", self.t("test-bar"), Vec::new(), None);
            return Vec::new();
        }
        match msg {
            Msg::Guests(guests) => self.come_as(guests, intl),
            Msg::Wait(at) => self.wait_for(at),
            Msg::Join => self.join(),
            Msg::Manage => self.own_key().map(|key| self.open_booking(key)).unwrap_or_default(),
            Msg::Look => self.look(),
            Msg::Move => self.choose_another_time(),
            Msg::Agree => self.agree(),
            Msg::CancelAsk(sure) => {
                if let Some(managed) = &mut self.managed {
                    managed.cancelling = sure;
                    self.wish_focus(if sure { "sure" } else { "heading" });
                }
                Vec::new()
            }
            Msg::Cancel => self.call_off(),
            Msg::Suggest => {
                self.suggest();
                Vec::new()
            }
            Msg::Preview => {
                self.preview();
                Vec::new()
            }
            Msg::Submit => self.submit(),
            Msg::Party(place, by) => self.change_party(place, by),
            Msg::Private => {
                self.private = !self.private;
                self.tell_quote()
            }
            Msg::AddOn(place, by) => self.change_add_on(place, by),
            Msg::CouponOpen => {
                self.coupon.open = true;
                self.wish_focus("coupon");
                Vec::new()
            }
            Msg::CouponType => {
                value.clone_into(&mut self.coupon.typed);
                self.coupon.error.clear();
                Vec::new()
            }
            Msg::CouponApply => self.ask_for_coupon(),
            Msg::CouponRemove => {
                self.coupon = CouponField { open: true, ..CouponField::default() };
                self.wish_focus("coupon");
                self.tell_quote()
            }
            Msg::Continue => {
                if self.can_go_on() {
                    self.notice = None;
                    self.step = Step::Details;
                }
                Vec::new()
            }
            Msg::Type(field) => {
                if let Field::Event(place) = field
                    && let Some(typed) = self.suggestion.values.get_mut(place)
                {
                    value.clone_into(typed);
                }
                self.details.type_into(field, value);
                Vec::new()
            }
            Msg::Hold => self.ask_for_hold(),
            Msg::Confirm => self.ask_to_book(),
            Msg::Instead(at) => self.take_instead(at),
            Msg::Price => {
                self.notice = None;
                // Who takes a start that is only for a group by itself wants it so.
                if self.chosen().is_some_and(|slot| slot.status == SlotStatus::PrivateOnly) {
                    self.private = true;
                }
                self.coupon_of_page()
            }
            Msg::Again => {
                let fresh = Self::new(
                    self.options.clone(),
                    std::mem::replace(&mut self.texts, Texts::new("")),
                    std::mem::take(&mut self.lang),
                    self.first_day,
                    Rc::clone(&self.snapshot),
                    String::new(),
                    self.later,
                );
                let focus = self.focus.0;
                let around = std::mem::take(&mut self.around);
                *self = fresh;
                self.around = around;
                self.focus.0 = focus;
                vec![Effect::Refresh]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn change_party(&mut self, place: usize, by: i32) -> Effects {
        let Some(kind) = self.offering().and_then(|offering| offering.party_types.get(place)) else {
            return Vec::new();
        };
        let (min, max) = (kind.min, kind.max.unwrap_or(99).min(999));
        if let Some(count) = self.party.get_mut(place) {
            *count = count.saturating_add_signed(by).clamp(min, max);
        }
        self.tell_party()
    }

    fn tell_party(&self) -> Effects {
        let detail = json::to_string(&self.guests()).unwrap_or_default();
        let mut effects = vec![Effect::Tell("party-change", ["{\"party\":", &detail, "}"].concat())];
        effects.extend(self.tell_quote());
        effects
    }

    /// So many guests instead: whoever is too many goes from the last types first, whoever is missing is of the first.
    fn come_as(&mut self, guests: u32, intl: &dyn Intl) -> Effects {
        let types = self.offering().map_or(Vec::new(), |offering| offering.party_types.clone());
        let mut over = self.party.iter().sum::<u32>().saturating_sub(guests);
        for (count, kind) in self.party.iter_mut().zip(&types).rev() {
            let gone = over.min(count.saturating_sub(kind.min));
            *count = count.saturating_sub(gone);
            over = over.saturating_sub(gone);
        }
        let missing = guests.saturating_sub(self.party.iter().sum());
        if let Some(first) = self.party.first_mut() {
            *first = first.saturating_add(missing);
        }
        self.why = None;
        self.aloud = self.texts.count("guests", guests, intl);
        self.tell_party()
    }

    /// Tries the page's coupon, once.
    fn coupon_of_page(&mut self) -> Effects {
        if self.options.coupon.is_empty() || self.coupon_tried || self.step != Step::Who {
            return self.tell_quote();
        }
        self.coupon_tried = true;
        self.coupon.open = true;
        self.coupon.typed = self.options.coupon.clone();
        self.ask_for_coupon()
    }

    /// What was typed into a field.
    pub(super) fn typed(&self, field: Field) -> &str {
        match field {
            Field::Event(place) => self.suggestion.values.get(place).map_or("", String::as_str),
            field => self.details.value(field),
        }
    }

    pub(super) fn change_add_on(&mut self, place: usize, by: i32) -> Effects {
        let Some(add_on) = self.snapshot.book.add_ons.get(place) else { return Vec::new() };
        let count = self.taken(add_on).saturating_add_signed(by).min(add_on.max_quantity.unwrap_or(99));
        let id = add_on.id.clone();
        self.add_ons.retain(|(taken, _)| *taken != id);
        if count > 0 {
            self.add_ons.push((id, count));
        }
        self.tell_quote()
    }

    pub(super) fn ask_for_coupon(&mut self) -> Effects {
        let code = self.coupon.typed.trim();
        if code.is_empty() || self.busy {
            return Vec::new();
        }
        let body = QuoteIn { items: self.items(), coupon: Some(code.to_owned()), country: None };
        self.busy = true;
        ask(Asked::Quote, json::to_string(&body))
    }

    /// Whether the start is free for this party and has a price.
    pub fn can_go_on(&self) -> bool {
        self.chosen().is_some_and(|slot| slot.status.bookable()) && matches!(self.quote(), Some(Ok(_)))
    }

    pub(super) fn ask_for_hold(&mut self) -> Effects {
        if self.busy {
            return Vec::new();
        }
        let questions = self.card().map(|card| card.questions.clone()).unwrap_or_default();
        self.details.check(&questions, &self.texts);
        if self.point_at_first_error() {
            return Vec::new();
        }
        let Some(Ok(quote)) = self.quote() else { return self.tell_quote() };
        if self.options.test {
            return self.rehearse();
        }
        let body = HoldIn {
            items: self.items(),
            coupon: self.coupon.applied.as_ref().map(|coupon| coupon.code.clone()),
            country: None,
            quote_hash: Some(quote.hash),
            customer: Some(self.details.customer()),
        };
        self.busy = true;
        self.notice = None;
        if self.step == Step::Review {
            // The notice takes its button along, and no other step brings the focus.
            self.wish_focus("heading");
        }
        ask(Asked::Hold, self.with_source(json::to_string(&body)))
    }

    pub(super) fn point_at_first_error(&mut self) -> bool {
        let Some((field, text)) = self.details.errors.first() else { return false };
        let (field, text) = (*field, text.clone());
        if self.step == Step::Review {
            self.step = Step::Details;
        }
        if self.step == Step::Preview {
            self.step = Step::Suggest;
        }
        self.wish_focus(&details::name_of(field));
        self.aloud = text;
        true
    }

    pub(super) fn ask_to_book(&mut self) -> Effects {
        if self.options.test {
            return self.rehearsed();
        }
        let Some(hold) = self.hold.as_ref().filter(|_| !self.busy) else { return Vec::new() };
        let questions = self.card().map_or(&[][..], |card| &card.questions);
        let body = BookingIn {
            items: Vec::new(),
            hold_token: Some(hold.token.clone()),
            quote_hash: Some(hold.quote_hash.clone()),
            coupon: None,
            country: None,
            customer: self.details.customer(),
            answers: self.details.answers(questions),
            calendar: Some(self.snapshot.calendar.id.as_str().to_owned()),
            locale: Some(self.lang.clone()),
        };
        self.busy = true;
        self.notice = None;
        ask(Asked::Book, self.with_source(json::to_string(&body)))
    }

    /// A body with where it came from, where the page tells that.
    pub(super) fn with_source(&self, body: Option<String>) -> Option<String> {
        let source = &self.around.source;
        body.map(|body| match body.strip_suffix('}') {
            Some(open) if !source.is_empty() => [open, ",\"source\":", source, "}"].concat(),
            _ => body,
        })
    }

    pub(super) fn take_instead(&mut self, at: Instant) -> Effects {
        self.slot = Some(at);
        self.date = Some(self.snapshot.venue.zone.date_of(at));
        self.cursor = self.date.unwrap_or(self.cursor);
        self.month = Month::of(self.cursor);
        self.why = None;
        self.notice = None;
        match self.step {
            Step::When if self.moving() => self.step = Step::Agree,
            Step::Offer | Step::When => self.step = Step::Who,
            Step::Details | Step::Review => return self.ask_for_hold(),
            Step::Agree => {
                if let Some(managed) = &mut self.managed {
                    managed.quote_hash = None;
                }
                return self.agree();
            }
            _ => self.wish_focus("heading"),
        }
        self.tell_quote()
    }

    pub(super) fn tell_quote(&self) -> Effects {
        match self.quote() {
            Some(Ok(_)) => vec![Effect::Tell("quote", self.price_detail())],
            _ => Vec::new(),
        }
    }

    pub(super) fn price_detail(&self) -> String {
        let Some(Ok(quote)) = self.quote() else { return "{}".to_owned() };
        let total = quote.total.to_string();
        ["{\"total\":", &total, ",\"currency\":\"", quote.currency.code(), "\"}"].concat()
    }
}

pub(super) fn ask(what: Asked, body: Option<String>) -> Effects {
    body.map(|body| Effect::Ask(what, body)).into_iter().collect()
}
