//! Days as lists of their starts: a week side by side, or the dates of a month that have something to book.

use super::Scene;
use super::icon;
use super::node::{Node, button, div, el, words};
use crate::model::message::Msg;
use crate::model::month::Month;
use crate::model::offer::Day;
use crate::model::texts::DateStyle;
use shared::availability::Slot;
use shared::embed::View;

/// Starts shown of a date; the others are one press away.
const SHOWN: usize = 8;

impl Scene<'_> {
    /// The choice between month, week and list.
    pub(crate) fn views(&self) -> Node {
        let choice = |view: View, key: &str| {
            let chosen = self.m.view == view;
            button("option", Msg::View(view))
                .at("aria-pressed", if chosen { "true" } else { "false" })
                .text(self.t(key))
        };
        div("options views")
            .at("role", "group")
            .at("aria-label", self.t("view"))
            .child(choice(View::Month, "view-month"))
            .child(choice(View::Week, "view-week"))
            .child(choice(View::List, "view-list"))
    }

    /// A round button that leads along in time, or stands still where time ends.
    pub(crate) fn turn(&self, does: Msg, key: &str, sign: Node, blocked: bool) -> Node {
        let node = el("button").class("round").at("type", "button").at("aria-label", self.t(key)).child(sign);
        if blocked { node.at("aria-disabled", "true") } else { node.on(does) }
    }

    pub(crate) fn week(&self) -> Node {
        let m = self.m;
        let first = m.week();
        let last = first.plus_days(6);
        let bar = div("bar")
            .child(words("h3", "month", self.intl.dates(first, last)).at("id", "month"))
            .child(self.turn(Msg::Week(-1), "week-before", icon::back(), first <= m.today()))
            .child(self.turn(Msg::Week(1), "week-after", icon::forth(), false))
            .child(self.views());
        let days = m.days(first, last);
        let empty = days.iter().all(|day| day.free() == 0);
        let next = empty.then(|| self.next_free_date(last.plus_days(1).max(m.today()))).flatten();
        div("panel")
            .child(bar)
            .maybe(self.length_choice())
            .child(div("week").with(days.iter().map(|day| self.column(day))))
            .maybe(next.map(|next| div("chips").child(next)))
            .child(words("p", "soft small zone", self.zone_words()))
            .maybe(self.foot())
    }

    /// A date of the week.
    fn column(&self, day: &Day) -> Node {
        let m = self.m;
        let past = day.date < m.today();
        let full = self.intl.date(day.date, DateStyle::Full);
        let heading = el("h4")
            .class("weekday")
            .at("aria-label", full)
            .flag("data-today", day.date == m.today())
            .child(words("span", "soft small", self.intl.date(day.date, DateStyle::WeekdayShort)))
            .child(words("span", "number", self.intl.date(day.date, DateStyle::Day)));
        let none = past || !day.slots.iter().any(|slot| self.is_ahead(slot));
        let why = if past { self.t("day-past") } else { self.day_words(day) };
        el("section")
            .class(match (past, none) {
                (true, _) => "column none past",
                (_, true) => "column none",
                _ => "column",
            })
            .child(heading)
            .maybe(none.then(|| words("p", "soft small", why)))
            .maybe((!none).then(|| self.some_slots(day)))
    }

    pub(crate) fn list(&self) -> Node {
        let m = self.m;
        let bar = div("bar")
            .child(words("h3", "month", self.intl.date(m.month.first(), DateStyle::Month)).at("id", "month"))
            .child(self.turn(Msg::Month(-1), "month-before", icon::back(), m.month <= Month::of(m.today())))
            .child(self.turn(Msg::Month(1), "month-after", icon::forth(), false))
            .child(self.views());
        let days = m.days(m.month.first().max(m.today()), m.month.last());
        let free: Vec<&Day> = days.iter().filter(|day| day.free() > 0).collect();
        let none = free.is_empty();
        let more = (free.len() > m.shown).then(|| button("second", Msg::More).text(self.t("more-dates")));
        let free = free.into_iter().take(m.shown).map(|day| self.entry(day));
        let next = none.then(|| self.next_free_date(m.month.last().plus_days(1).max(m.today()))).flatten();
        div("panel")
            .child(bar)
            .maybe(self.length_choice())
            .maybe(none.then(|| words("p", "soft", self.t("day-none"))))
            .child(div("agenda").with(free).maybe(more))
            .maybe(next.map(|next| div("chips").child(next)))
            .child(words("p", "soft small zone", self.zone_words()))
            .maybe(self.foot())
    }

    /// A date of the list.
    fn entry(&self, day: &Day) -> Node {
        let heading = el("h4")
            .class("entry-date")
            .child(words("span", "strong", self.intl.date(day.date, DateStyle::Full)))
            .child(words("span", "soft small", self.day_words(day)));
        el("section").class("entry").child(heading).child(self.some_slots(day))
    }

    /// The first starts of a date, and a way to the others.
    fn some_slots(&self, day: &Day) -> Node {
        let in_list = self.m.view == View::List;
        let shown = |slot: &&Slot| if in_list { slot.status.bookable() } else { self.is_ahead(slot) };
        let all: Vec<&Slot> = day.slots.iter().filter(shown).collect();
        let rest = u32::try_from(all.len().saturating_sub(SHOWN)).unwrap_or(0);
        let more = (rest > 0).then(|| {
            let text = self.m.texts.count("more-times", rest, self.intl);
            let name = [self.intl.date(day.date, DateStyle::Full), text.clone()];
            button("chip", Msg::Show(day.date)).at("aria-label", self.intl.list(&name)).text(text)
        });
        div("slots").with(all.into_iter().take(SHOWN).flat_map(|slot| self.slot(slot))).maybe(more)
    }
}
