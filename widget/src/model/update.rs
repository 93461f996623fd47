//! What each thing that happens changes, as functions from state to state, up to the choice of a start; what comes after it
//! is [`crate::later`]'s.

use super::journey::Step;
use super::message::{Effect, Msg, News};
use super::month::{Month, Move, week_start};
use super::offer::Day;
use super::texts::{DateStyle, Intl};
use super::{LISTED, Model, Notice};
use shared::civil::Date;
use shared::embed::{Snapshot, Timestamp, View};
use shared::party::Party;
use shared::zone::Instant;
use std::rc::Rc;

pub(crate) type Effects = Vec<Effect>;

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
            msg => self.later.and_then(|later| (later.question)(self, msg)),
        }
    }

    /// The visitor did something; `value` is what they typed or which key they pressed.
    pub fn update(&mut self, msg: Msg, value: &str, intl: &dyn Intl) -> Effects {
        let before = (self.step, self.focus.0);
        let effects = match msg {
            msg if self.takes_engine(&msg, value) => self.after(msg, value, intl),
            Msg::Offer(place) => {
                self.choose_offering(place);
                Vec::new()
            }
            Msg::Back => self.back(),
            Msg::Month(by) => {
                self.turn(by, intl);
                Vec::new()
            }
            Msg::Week(by) => {
                self.cursor = self.cursor.plus_days(by.saturating_mul(7)).max(self.today());
                self.month = Month::of(self.cursor);
                self.say_week(intl);
                Vec::new()
            }
            Msg::View(view) => {
                self.view = view;
                self.why = None;
                vec![Effect::Tell("view", ["{\"view\":\"", name_of(view), "\"}"].concat())]
            }
            Msg::More => {
                self.shown = self.shown.saturating_add(LISTED);
                Vec::new()
            }
            Msg::Show(date) => {
                self.view = View::Month;
                self.pick(date, intl)
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
                self.step = if self.moving() { Step::Agree } else { Step::Who };
                self.after(Msg::Price, value, intl)
            }
            Msg::Why(at) => {
                self.why = (self.why != Some(at)).then_some(at);
                Vec::new()
            }
            msg => self.after(msg, value, intl),
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
            News::Time(now) => {
                self.now = now.max(self.snapshot.venue.now);
                match self.later.filter(|_| self.counts_time()) {
                    Some(later) => (later.hear)(self, News::Time(now), intl),
                    None => Vec::new(),
                }
            }
            News::Snapshot(snapshot) => {
                self.replace(*snapshot);
                Vec::new()
            }
            News::Online(online) => {
                self.offline = !online;
                if online { vec![Effect::Refresh] } else { Vec::new() }
            }
            News::Later(Some(later)) => {
                self.later = Some(later);
                let mut effects = (later.hear)(self, News::Later(None), intl);
                for (msg, value) in std::mem::take(&mut self.pending) {
                    effects.extend(self.update(msg, &value, intl));
                }
                effects
            }
            News::Later(None) => self.without_later(),
            news => self.later.map(|later| (later.hear)(self, news, intl)).unwrap_or_default(),
        };
        if self.step != before.0 && self.focus.0 == before.1 {
            self.wish_focus("heading");
        }
        effects
    }

    /// The first date of the week shown.
    pub fn week(&self) -> Date {
        week_start(self.cursor, self.first_day)
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
        self.party = self.who_comes();
        let start = self.options.date.unwrap_or(self.today()).max(self.today());
        let free = self.next_free(start);
        self.date = if self.options.date.is_some() { Some(start) } else { free };
        self.cursor = self.date.or(free).unwrap_or(start);
        self.month = Month::of(self.cursor);
    }

    /// Whom the page names, else the smallest party that can book.
    fn who_comes(&self) -> Vec<u32> {
        let Some(offering) = self.offering() else { return Vec::new() };
        let count = |party: &Party| offering.party_types.iter().map(|kind| party.count(&kind.code)).collect();
        match (self.later, &self.snapshot.first) {
            (Some(later), _) => count(&(later.party)(offering, &self.options.party)),
            (None, Some(first)) => count(&first.party),
            (None, None) => Vec::new(),
        }
    }

    fn back(&mut self) -> Effects {
        let Some(step) = self.one_back() else { return Vec::new() };
        self.step = step;
        self.notice = None;
        if let Some(managed) = self.managed.as_mut().filter(|_| step == Step::Manage) {
            managed.moving = false;
        }
        self.busy = false;
        if step == Step::Review {
            // It is held as before until it is paid.
            self.booking = None;
            return Vec::new();
        }
        match self.hold.take() {
            Some(hold) => vec![Effect::Release(hold.token), Effect::Refresh],
            None => Vec::new(),
        }
    }

    /// Whether seconds matter: something is held, or being paid for.
    pub fn counts_time(&self) -> bool {
        self.hold.is_some() || self.step == Step::Done && self.booking.as_ref().is_some_and(|b| b.requires_payment)
    }

    /// One step back, if there is one here.
    pub fn one_back(&self) -> Option<Step> {
        match self.step {
            Step::When if self.moving() => Some(Step::Manage),
            Step::Manage => self.booking.is_some().then_some(Step::Done),
            Step::Done => self.hold.is_some().then_some(Step::Review),
            step => step.back(self.snapshot.offerings.len() > 1 && !self.options.lock.offering),
        }
    }

    fn turn(&mut self, by: i32, intl: &dyn Intl) {
        self.month = self.month.plus(by);
        self.shown = LISTED;
        self.cursor = self.month.day(self.cursor.day()).max(self.today());
        self.say_month(intl);
    }

    fn say_week(&mut self, intl: &dyn Intl) {
        let first = self.week();
        let free = self.days(first.max(self.today()), first.plus_days(6));
        let free = free.iter().map(Day::free).fold(0, u32::saturating_add);
        let count = self.texts.count("times-free", free, intl);
        self.aloud = [intl.date(first, DateStyle::Full).as_str(), &count].join(", ");
    }

    fn say_month(&mut self, intl: &dyn Intl) {
        let free = self.days(self.month.first().max(self.today()), self.month.last());
        let free = free.iter().filter(|day| day.free() > 0).count();
        let count = self.texts.count("days-free", u32::try_from(free).unwrap_or(0), intl);
        self.aloud = [intl.date(self.month.first(), DateStyle::Month).as_str(), &count].join(", ");
    }

    /// Where a key leads to; `value` is the key, after `shift ` or `rtl ` where they matter.
    fn led_by(&self, value: &str) -> Option<Date> {
        let (rest, rtl) = value.strip_prefix("rtl ").map_or((value, false), |rest| (rest, true));
        let (key, shift) = rest.strip_prefix("shift ").map_or((rest, false), |rest| (rest, true));
        let step = Move::from_key(key, shift, rtl)?;
        Some(step.from(self.cursor, self.first_day).max(self.today()))
    }

    fn key(&mut self, value: &str, intl: &dyn Intl) {
        let Some(date) = self.led_by(value) else { return };
        self.cursor = date;
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

    /// Whether it takes the engine, which is not there yet: what is shown already needs none.
    fn takes_engine(&self, msg: &Msg, value: &str) -> bool {
        self.later.is_none()
            && match msg {
                Msg::Offer(_) | Msg::Month(_) | Msg::Week(_) | Msg::View(_) | Msg::Length(_) => true,
                Msg::Key => self.led_by(value).is_some_and(|date| Month::of(date) != self.month),
                _ => false,
            }
    }

    /// What the chunk for the rest of the journey does about it; where it is not there, it is asked for.
    fn after(&mut self, msg: Msg, value: &str, intl: &dyn Intl) -> Effects {
        match self.later {
            Some(later) => (later.update)(self, msg, value, intl),
            None => {
                self.notice = None;
                // Who took a start is a step further, and waits there.
                if self.step <= Step::When {
                    self.pending.push((msg, value.to_owned()));
                } else {
                    self.pending.clear();
                }
                vec![Effect::Later]
            }
        }
    }

    /// Who waits for the rest of the journey learns that it does not come; nobody else is bothered.
    fn without_later(&mut self) -> Effects {
        let again = match std::mem::take(&mut self.pending).pop() {
            Some((msg, _)) => msg,
            None if self.step <= Step::When => return Vec::new(),
            None => Msg::Price,
        };
        self.note("offline-title", self.t("offline"), Vec::new(), Some(again));
        vec![Effect::Tell("error", "{\"code\":\"unreachable\"}".to_owned())]
    }

    pub(crate) fn note(&mut self, heading: &str, text: String, instead: Vec<Instant>, action: Option<Msg>) {
        let title = self.t(heading);
        let action = action.map(|msg| {
            let lost = self.hold.is_none() && msg == Msg::Hold && heading != "offline-title";
            (self.t(if lost { "hold-again" } else { "try-again" }), msg)
        });
        self.aloud = [title.as_str(), &text].join(". ");
        self.notice = Some(Notice { title, text, instead, action });
        self.wish_focus("notice");
    }

    /// Asks for the focus after the next drawing.
    pub(crate) fn wish_focus(&mut self, place: &str) {
        self.focus = (self.focus.0.wrapping_add(1), place.to_owned());
    }
}

/// A view as pages name it.
pub(crate) fn name_of(view: View) -> &'static str {
    match view {
        View::Month => "month",
        View::Week => "week",
        View::List => "list",
    }
}
