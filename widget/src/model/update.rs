//! What each thing that happens changes: the whole behaviour of the widget, as functions from state to state.

use super::countdown;
use super::journey::Step;
use super::message::{Asked, Effect, HeldAnswer, Msg, News, Refusal};
use super::month::{Month, Move};
use super::price::NoPrice;
use super::texts::{DateStyle, Intl};
use super::{CouponField, Hold, Model, Notice};
use crate::json;
use shared::civil::Date;
use shared::embed::{BookingIn, BookingOut, HoldIn, QuoteIn, Snapshot, Timestamp};
use shared::zone::Instant;
use std::rc::Rc;

type Effects = Vec<Effect>;

impl Model {
    /// What a page may forbid before it happens: the event to ask with.
    pub fn question(&self, msg: &Msg) -> Option<Effect> {
        match msg {
            Msg::Slot(at) => {
                let detail = [
                    "{\"calendar\":\"",
                    self.snapshot.calendar.id.as_str(),
                    "\",\"offering\":\"",
                    self.offering()?.id.as_str(),
                    "\",\"startsAt\":\"",
                    &Timestamp(*at).to_string(),
                    "\"}",
                ];
                Some(Effect::Tell("slot-select", detail.concat()))
            }
            Msg::Hold if self.step == Step::Details => Some(Effect::Tell("checkout-start", self.price_detail())),
            _ => None,
        }
    }

    /// The visitor did something; `value` is what they typed or which key they pressed.
    pub fn update(&mut self, msg: Msg, value: &str, intl: &dyn Intl) -> Effects {
        let before = (self.step, self.focus.0);
        let effects = match msg {
            Msg::Offer(place) => {
                self.choose_offering(place);
                Vec::new()
            }
            Msg::Back => self.back(),
            Msg::Month(by) => {
                self.turn(by, intl);
                Vec::new()
            }
            Msg::Key => {
                self.key(value, intl);
                Vec::new()
            }
            Msg::Pick(date) => self.pick(date, intl),
            Msg::Length(length) => {
                self.length = Some(length);
                self.why = None;
                self.slot = None;
                Vec::new()
            }
            Msg::Slot(at) => {
                self.slot = Some(at);
                self.why = None;
                self.notice = None;
                self.step = Step::Who;
                self.tell_quote()
            }
            Msg::Why(at) => {
                self.why = (self.why != Some(at)).then_some(at);
                Vec::new()
            }
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
                self.details.type_into(field, value);
                Vec::new()
            }
            Msg::Hold => self.ask_for_hold(),
            Msg::Confirm => self.ask_to_book(),
            Msg::Instead(at) => self.take_instead(at),
            Msg::Price => {
                self.notice = None;
                self.tell_quote()
            }
            Msg::Again => {
                let fresh = Self::new(
                    self.options.clone(),
                    std::mem::replace(&mut self.texts, super::Texts::new("")),
                    std::mem::take(&mut self.lang),
                    self.first_day,
                    Rc::clone(&self.snapshot),
                    Rc::clone(&self.prices),
                );
                let focus = self.focus.0;
                *self = fresh;
                self.focus.0 = focus;
                vec![Effect::Refresh]
            }
        };
        if self.step != before.0 && self.focus.0 == before.1 {
            self.wish_focus("heading");
        }
        effects
    }

    /// The world did something.
    pub fn hear(&mut self, news: News, intl: &dyn Intl) -> Effects {
        let before = (self.step, self.focus.0);
        let effects = match news {
            News::Time(now) => self.pass(now, intl),
            News::Snapshot(snapshot) => {
                self.replace(*snapshot);
                Vec::new()
            }
            News::Priced(arrived) => self.priced(arrived),
            News::Quoted(answer) => {
                self.busy = false;
                self.coupon.error.clear();
                self.coupon.applied = answer.coupon;
                if self.coupon.applied.is_some() {
                    self.aloud = self.t("coupon-applied");
                    self.wish_focus("coupon-remove");
                } else {
                    self.coupon.error = self.t("coupon-unknown");
                }
                self.tell_quote()
            }
            News::Held(answer) => self.held(*answer),
            News::Booked(booking) => self.booked(*booking),
            News::Refused(asked, problem) => self.refused(asked, *problem, intl),
            News::Unreachable(asked) => {
                self.busy = false;
                if asked == Asked::Quote {
                    self.coupon.error = self.t("offline");
                } else {
                    let again = if asked == Asked::Hold { Msg::Hold } else { Msg::Confirm };
                    self.note("offline-title", self.t("offline"), Vec::new(), Some(again));
                }
                vec![Effect::Tell("error", "{\"code\":\"unreachable\"}".to_owned())]
            }
        };
        if self.step != before.0 && self.focus.0 == before.1 {
            self.wish_focus("heading");
        }
        effects
    }

    /// Starts over with an offering: its smallest party, its first bookable date.
    pub fn choose_offering(&mut self, place: usize) {
        self.offering = place;
        self.step = Step::When;
        self.slot = None;
        self.why = None;
        self.private = false;
        self.add_ons.clear();
        self.length = self.lengths().first().copied();
        let wanted = self.options.party.clone();
        self.party = self.offering().map_or(Vec::new(), |offering| {
            let mut party: Vec<u32> =
                offering.party_types.iter().map(|kind| wanted.count(&kind.code).max(kind.min)).collect();
            let missing = offering.rules.min_party.max(1).saturating_sub(party.iter().sum());
            if let Some(first) = party.first_mut() {
                *first = first.saturating_add(missing);
            }
            party
        });
        let start = self.options.date.unwrap_or(self.today()).max(self.today());
        let free = self.next_free(start);
        self.date = if self.options.date.is_some() { Some(start) } else { free };
        self.cursor = self.date.or(free).unwrap_or(start);
        self.month = Month::of(self.cursor);
    }

    fn back(&mut self) -> Effects {
        let Some(step) = self.step.back(self.snapshot.offerings.len() > 1) else { return Vec::new() };
        self.step = step;
        self.notice = None;
        self.busy = false;
        match self.hold.take() {
            Some(hold) => vec![Effect::Release(hold.token), Effect::Refresh],
            None => Vec::new(),
        }
    }

    fn turn(&mut self, by: i32, intl: &dyn Intl) {
        self.month = self.month.plus(by);
        self.cursor = self.month.day(self.cursor.day()).max(self.today());
        self.say_month(intl);
    }

    fn say_month(&mut self, intl: &dyn Intl) {
        let free = self.days(self.month.first().max(self.today()), self.month.last());
        let free = free.iter().filter(|day| day.free() > 0).count();
        let count = self.texts.count("days-free", u32::try_from(free).unwrap_or(0), intl);
        self.aloud = [intl.date(self.month.first(), DateStyle::Month).as_str(), &count].join(", ");
    }

    /// `value` is the key, after `shift ` or `rtl ` where they matter.
    fn key(&mut self, value: &str, intl: &dyn Intl) {
        let (rest, rtl) = value.strip_prefix("rtl ").map_or((value, false), |rest| (rest, true));
        let (key, shift) = rest.strip_prefix("shift ").map_or((rest, false), |rest| (rest, true));
        let Some(step) = Move::from_key(key, shift, rtl) else { return };
        self.cursor = step.from(self.cursor, self.first_day).max(self.today());
        if Month::of(self.cursor) != self.month {
            self.month = Month::of(self.cursor);
            self.say_month(intl);
        }
        self.wish_focus("cursor");
    }

    fn pick(&mut self, date: Date, intl: &dyn Intl) -> Effects {
        if date < self.today() {
            return Vec::new();
        }
        self.date = Some(date);
        self.cursor = date;
        self.month = Month::of(date);
        self.why = None;
        self.slot = None;
        let free = self.slots_on(date).iter().filter(|slot| slot.status.bookable()).count();
        let count = self.texts.count("times-free", u32::try_from(free).unwrap_or(0), intl);
        self.aloud = [intl.date(date, DateStyle::Full).as_str(), &count].join(", ");
        self.wish_focus("cursor");
        let detail = ["{\"date\":\"", &date.to_string(), "\"}"];
        vec![Effect::Tell("date-select", detail.concat())]
    }

    fn change_party(&mut self, place: usize, by: i32) -> Effects {
        let Some(kind) = self.offering().and_then(|offering| offering.party_types.get(place)) else {
            return Vec::new();
        };
        let (min, max) = (kind.min, kind.max.unwrap_or(99).min(999));
        if let Some(count) = self.party.get_mut(place) {
            *count = count.saturating_add_signed(by).clamp(min, max);
        }
        let detail = json::to_string(&self.guests()).unwrap_or_default();
        let mut effects = vec![Effect::Tell("party-change", ["{\"party\":", &detail, "}"].concat())];
        effects.extend(self.tell_quote());
        effects
    }

    fn change_add_on(&mut self, place: usize, by: i32) -> Effects {
        let Some(add_on) = self.snapshot.book.add_ons.get(place) else { return Vec::new() };
        let count = self.taken(add_on).saturating_add_signed(by).min(add_on.max_quantity.unwrap_or(99));
        let id = add_on.id.clone();
        self.add_ons.retain(|(taken, _)| *taken != id);
        if count > 0 {
            self.add_ons.push((id, count));
        }
        self.tell_quote()
    }

    fn ask_for_coupon(&mut self) -> Effects {
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

    fn ask_for_hold(&mut self) -> Effects {
        if self.busy {
            return Vec::new();
        }
        let questions = self.card().map(|card| card.questions.clone()).unwrap_or_default();
        self.details.check(&questions, &self.texts);
        if self.point_at_first_error() {
            return Vec::new();
        }
        let Some(Ok(quote)) = self.quote() else { return self.tell_quote() };
        let body = HoldIn {
            items: self.items(),
            coupon: self.coupon.applied.as_ref().map(|coupon| coupon.code.clone()),
            country: None,
            quote_hash: Some(quote.hash),
            customer: Some(self.details.customer()),
        };
        self.busy = true;
        self.notice = None;
        ask(Asked::Hold, json::to_string(&body))
    }

    fn point_at_first_error(&mut self) -> bool {
        let Some((field, text)) = self.details.errors.first() else { return false };
        let (field, text) = (*field, text.clone());
        self.step = Step::Details;
        self.wish_focus(&super::details::name_of(field));
        self.aloud = text;
        true
    }

    fn held(&mut self, answer: HeldAnswer) -> Effects {
        self.busy = false;
        let expires_at = answer.expires_at.0;
        let ends_at = countdown::ends_at(expires_at, self.snapshot.calendar.hold_seconds, self.now);
        self.hold = Some(Hold { token: answer.hold_token, quote_hash: answer.quote.hash, ends_at });
        self.notice = None;
        self.step = Step::Review;
        let detail = ["{\"expiresAt\":\"", &answer.expires_at.to_string(), "\"}"];
        vec![Effect::Tell("hold", detail.concat())]
    }

    fn ask_to_book(&mut self) -> Effects {
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
        ask(Asked::Book, json::to_string(&body))
    }

    fn booked(&mut self, booking: BookingOut) -> Effects {
        self.busy = false;
        self.hold = None;
        self.notice = None;
        let detail = [
            "{\"bookingId\":\"",
            &booking.id,
            "\",\"number\":\"",
            &booking.number,
            "\",\"status\":\"",
            &booking.status,
            "\",\"total\":",
            &booking.total.amount.to_string(),
            ",\"currency\":\"",
            booking.total.currency.code(),
            "\"}",
        ];
        let detail = detail.concat();
        self.booking = Some(booking);
        self.step = Step::Done;
        vec![Effect::Tell("complete", detail), Effect::Refresh]
    }

    fn refused(&mut self, asked: Asked, problem: Refusal, intl: &dyn Intl) -> Effects {
        self.busy = false;
        let told = ["{\"code\":", &json::to_string(&problem.code).unwrap_or_default(), "}"].concat();
        let mut effects = vec![Effect::Tell("error", told)];
        let words = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
        if asked == Asked::Quote {
            self.coupon.error = self.coupon_words(&problem, words);
            self.wish_focus("coupon");
            return effects;
        }
        let questions = self.card().map(|card| card.questions.clone()).unwrap_or_default();
        let placed = problem.errors.iter().filter(|e| self.details.refuse(&e.pointer, &e.message, &questions)).count();
        if placed > 0 && self.point_at_first_error() {
            effects.extend(self.hold.take().map(|hold| Effect::Release(hold.token)));
            return effects;
        }
        match problem.code.as_str() {
            "hold_expired" => effects.extend(self.lose_hold()),
            "price_changed" => {
                let total = problem.quote.as_ref().map(|quote| intl.money(quote.total, quote.currency));
                let text = self.texts.fill("price-changed", &[&total.unwrap_or_default()]);
                effects.extend(self.hold.take().map(|hold| Effect::Release(hold.token)));
                self.note("price-changed-title", text, Vec::new(), Some(Msg::Hold));
            }
            "coupon_refused" => {
                self.coupon.applied = None;
                self.coupon.open = true;
                self.coupon.error = self.coupon_words(&problem, words);
                self.step = Step::Who;
            }
            "sold_out" | "unavailable" | "not_bookable" => {
                self.hold = None;
                let offered = problem.alternatives.iter().filter(|other| other.status.bookable());
                let instead: Vec<Instant> = offered.map(|other| other.starts_at.0).take(3).collect();
                let key = if instead.is_empty() { "taken-none" } else { "taken" };
                self.note("taken-title", self.t(key), instead, None);
            }
            _ => {
                let again = if asked == Asked::Hold { Msg::Hold } else { Msg::Confirm };
                self.note("refused-title", words, Vec::new(), Some(again));
            }
        }
        effects.push(Effect::Refresh);
        effects
    }

    fn coupon_words(&self, problem: &Refusal, words: String) -> String {
        if problem.status == 429 || problem.status >= 500 { words } else { self.t("coupon-unknown") }
    }

    fn pass(&mut self, now: Instant, intl: &dyn Intl) -> Effects {
        self.now = now.max(self.snapshot.venue.now);
        let Some(hold) = &self.hold else { return Vec::new() };
        let left = countdown::left(hold.ends_at, self.now);
        if let Some(minutes) = countdown::announce(left) {
            self.aloud = self.texts.count("hold-minutes", minutes, intl);
        }
        if left > 0 || self.busy {
            return Vec::new();
        }
        let mut effects = self.lose_hold();
        effects.push(Effect::Refresh);
        effects
    }

    fn lose_hold(&mut self) -> Effects {
        self.hold = None;
        self.note("expired-title", self.t("expired"), Vec::new(), Some(Msg::Hold));
        vec![Effect::Tell("hold-expired", "{}".to_owned())]
    }

    fn take_instead(&mut self, at: Instant) -> Effects {
        self.slot = Some(at);
        self.date = Some(self.snapshot.venue.zone.date_of(at));
        self.cursor = self.date.unwrap_or(self.cursor);
        self.month = Month::of(self.cursor);
        self.why = None;
        self.notice = None;
        match self.step {
            Step::Offer | Step::When => self.step = Step::Who,
            Step::Details | Step::Review => return self.ask_for_hold(),
            Step::Who | Step::Done => self.wish_focus("heading"),
        }
        self.tell_quote()
    }

    /// Takes a new snapshot; the offering stays the same even if its place changed.
    fn replace(&mut self, mut snapshot: Snapshot) {
        let chosen = self.offering().map(|offering| offering.id.clone());
        self.now = self.now.max(snapshot.venue.now);
        snapshot.venue.now = self.now;
        self.snapshot = Rc::new(snapshot);
        let found = self.snapshot.offerings.iter().position(|offering| Some(&offering.id) == chosen.as_ref());
        match found {
            Some(place) => self.offering = place,
            None if self.step < Step::Details && self.booking.is_none() => self.choose_offering(0),
            None => {}
        }
    }

    fn tell_quote(&self) -> Effects {
        match self.quote() {
            Some(Ok(_)) => vec![Effect::Tell("quote", self.price_detail())],
            Some(Err(NoPrice::Waiting)) => vec![Effect::Prices],
            _ => Vec::new(),
        }
    }

    /// Who waits for a price gets it, or learns that it does not come; nobody else is bothered.
    fn priced(&mut self, arrived: bool) -> Effects {
        if self.slot.is_none() || self.booking.is_some() {
            return Vec::new();
        }
        if arrived {
            self.notice = None;
            return self.tell_quote();
        }
        self.note("offline-title", self.t("offline"), Vec::new(), Some(Msg::Price));
        vec![Effect::Tell("error", "{\"code\":\"unreachable\"}".to_owned())]
    }

    fn price_detail(&self) -> String {
        let Some(Ok(quote)) = self.quote() else { return "{}".to_owned() };
        let total = quote.total.to_string();
        ["{\"total\":", &total, ",\"currency\":\"", quote.currency.code(), "\"}"].concat()
    }

    fn note(&mut self, title: &str, text: String, instead: Vec<Instant>, action: Option<Msg>) {
        let title = self.t(title);
        let action = action.map(|msg| {
            let key = if self.hold.is_none() && msg == Msg::Hold { "hold-again" } else { "try-again" };
            (self.t(key), msg)
        });
        self.aloud = [title.as_str(), &text].join(". ");
        self.notice = Some(Notice { title, text, instead, action });
        self.wish_focus("notice");
    }

    /// Asks for the focus after the next drawing.
    fn wish_focus(&mut self, place: &str) {
        self.focus = (self.focus.0.wrapping_add(1), place.to_owned());
    }
}

fn ask(what: Asked, body: Option<String>) -> Effects {
    body.map(|body| Effect::Ask(what, body)).into_iter().collect()
}
