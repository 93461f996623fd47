//! The month grid, by the WAI-ARIA Authoring Practices: one tab stop, every date with its full name and what is left.

use super::Scene;
use super::icon;
use super::node::{Node, button, div, el, words};
use crate::model::message::Msg;
use crate::model::month::{Month, WEEKS};
use crate::model::offer::Day;
use crate::model::texts::DateStyle;
use shared::availability::{Reason, SlotStatus};
use shared::civil::Date;

impl Scene<'_> {
    pub(crate) fn month(&self) -> Node {
        let m = self.m;
        let this = Month::of(m.today());
        let bar = div("bar")
            .child(words("h3", "month", self.intl.date(m.month.first(), DateStyle::Month)).at("id", "month"))
            .child(self.turn(Msg::Month(-1), "month-before", icon::back(), m.month <= this))
            .child(self.turn(Msg::Month(1), "month-after", icon::forth(), false))
            .child(self.views());
        div("panel").child(bar).child(self.grid()).child(self.legend())
    }

    fn grid(&self) -> Node {
        let m = self.m;
        let start = m.month.grid_start(m.first_day);
        let names = (0..7).map(|day| {
            let date = start.plus_days(day);
            words("th", "", self.intl.date(date, DateStyle::WeekdayShort))
                .at("scope", "col")
                .at("abbr", self.intl.date(date, DateStyle::Weekday))
        });
        let days = m.days(m.month.first(), m.month.last());
        let weeks = (0..WEEKS).map(|week| {
            let cells = (0..7_i32).map(|day| {
                let date = start.plus_days(week.saturating_mul(7).saturating_add(day));
                match days.iter().find(|known| known.date == date) {
                    Some(known) => self.day(known),
                    None => el("td").class("none"),
                }
            });
            el("tr").with(cells)
        });
        el("table")
            .class("grid")
            .at("role", "grid")
            .at("aria-labelledby", "month")
            .on(Msg::Key)
            .child(el("thead").child(el("tr").with(names)))
            .child(el("tbody").with(weeks))
    }

    fn day(&self, day: &Day) -> Node {
        let m = self.m;
        let (date, free) = (day.date, day.free());
        let past = date < m.today();
        let chosen = m.date == Some(date);
        let few = free > 0 && day.slots.iter().all(|s| !s.status.bookable() || s.status == SlotStatus::Limited);
        let class = match (past, free) {
            (true, _) => "day past",
            (_, 0) => "day full",
            _ if few => "day few",
            _ => "day free",
        };
        let mut name = vec![self.intl.date(date, DateStyle::Full)];
        name.push(if past { self.t("day-past") } else { self.day_words(day) });
        if date == m.today() {
            name.insert(1, self.t("today"));
        }
        let mut node = el("td")
            .class(class)
            .at("role", "gridcell")
            .at("tabindex", if date == m.cursor { "0" } else { "-1" })
            .at("aria-label", self.intl.list(&name))
            .flag("data-today", date == m.today())
            .child(words("span", "number", self.intl.date(date, DateStyle::Day)))
            .child(el("span").class("dot"));
        if date == m.cursor {
            node = node.at("id", "cursor");
        }
        node = if chosen { node.at("aria-selected", "true") } else { node };
        if past || free == 0 {
            node = node.at("aria-disabled", "true");
        }
        if past { node } else { node.on(Msg::Pick(date)) }
    }

    /// What is left of a date, or why nothing is.
    pub(crate) fn day_words(&self, day: &Day) -> String {
        if day.free() > 0 {
            return self.m.texts.count("times-left", day.free(), self.intl);
        }
        let first = day.slots.iter().flat_map(|slot| &slot.reasons);
        let worst = first.into_iter().find(|reason| !matches!(reason, Reason::Try { .. }));
        match worst {
            None => self.t("day-none"),
            Some(Reason::SoldOut { .. } | Reason::ResourceBusy { .. } | Reason::DayFull { .. }) => self.t("day-sold"),
            Some(reason) => self.reason(reason).unwrap_or(self.t("day-none")),
        }
    }

    fn legend(&self) -> Node {
        let entry = |class: &str, key: &str| {
            el("span").class(class).child(el("i").class("dot")).child(words("span", "", self.t(key)))
        };
        let legend = div("legend").at("aria-hidden", "true").child(entry("free", "legend-free"));
        legend.child(entry("few", "legend-few")).child(entry("full", "legend-full"))
    }

    /// The first date with something to book, if it is not shown.
    pub(crate) fn next_free_date(&self, after: Date) -> Option<Node> {
        let next = self.m.next_free(after)?;
        let text = self.m.texts.fill("next-free", &[&self.intl.date(next, DateStyle::Short)]);
        Some(button("chip", Msg::Pick(next)).text(text))
    }
}
