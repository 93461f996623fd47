//! The starts of the date chosen: free ones to take, grey ones with their reason.

use super::Scene;
use super::node::{Node, button, div, el, words};
use crate::model::message::Msg;
use crate::model::offer::Day;
use crate::model::texts::DateStyle;
use shared::availability::{Reason, Slot, SlotStatus};
use shared::civil::Date;
use shared::zone::Instant;
use std::cmp::Ordering;

const DAY: i64 = 86_400;

/// Below this many starts nobody needs the day split up.
const FEW: usize = 7;

impl Scene<'_> {
    pub(crate) fn times(&self) -> Node {
        let Some(date) = self.m.date else {
            let nothing = words("p", "soft", self.t("nothing-ahead"));
            return el("section").class("panel side").child(nothing).maybe(self.foot());
        };
        let day = Day { date, slots: self.m.slots_on(date).into_iter().filter(|slot| self.is_ahead(slot)).collect() };
        let full = self.intl.date(date, DateStyle::Full);
        let zone = (!day.slots.is_empty()).then(|| words("p", "soft small", self.zone_words()));
        let next = (day.free() == 0).then(|| self.next_free_date(date.plus_days(1))).flatten();
        div("panel side")
            .at("role", "group")
            .at("aria-labelledby", "date")
            .child(words("h3", "date", full).at("id", "date"))
            .with(self.clock_changes(date))
            .maybe(self.length_choice())
            .maybe(day.slots.is_empty().then(|| words("p", "soft", self.t("day-none"))))
            .with(self.parts_of(&day.slots))
            .maybe(next.map(|next| div("chips").child(next)))
            .maybe(zone)
            .maybe(self.foot())
    }

    /// Not over yet: why one cannot go back in time needs no words.
    pub(crate) fn is_ahead(&self, slot: &Slot) -> bool {
        slot.starts_at > self.m.now
    }

    fn parts_of(&self, slots: &[Slot]) -> Vec<Node> {
        if slots.len() <= FEW {
            return vec![div("slots").with(slots.iter().flat_map(|slot| self.slot(slot)))];
        }
        let zone = &self.m.snapshot.venue.zone;
        let part = |slot: &Slot| match zone.to_local(slot.starts_at).time.minutes() {
            ..720 => "morning",
            720..1020 => "afternoon",
            _ => "evening",
        };
        let mut nodes: Vec<Node> = Vec::new();
        for (place, key) in ["morning", "afternoon", "evening"].into_iter().enumerate() {
            let own: Vec<Node> =
                slots.iter().filter(|slot| part(slot) == key).flat_map(|slot| self.slot(slot)).collect();
            if !own.is_empty() {
                let key_of = u32::try_from(place).unwrap_or(0);
                nodes.push(words("h4", "part", self.m.t(key)).key(key_of));
                nodes.push(div("slots").key(key_of).with(own));
            }
        }
        nodes
    }

    /// A start, and below it why it is grey if somebody wants to know.
    pub(crate) fn slot(&self, slot: &Slot) -> Vec<Node> {
        let at = slot.starts_at;
        let free = slot.status.bookable();
        let open = self.m.why == Some(at);
        let (clock, other) = self.two_clocks(at);
        let left = self.left_words(slot);
        let node = button(if free { "slot" } else { "slot grey" }, if free { Msg::Slot(at) } else { Msg::Why(at) })
            .key(u32::try_from(at.0.rem_euclid(1 << 31)).unwrap_or(0))
            .child(words("span", "clock", clock))
            .maybe(other.map(|text| words("span", "small", text)))
            .maybe(left.map(|text| words("span", "small", text)));
        if free {
            return vec![if slot.status == SlotStatus::Limited { node.at("data-few", "") } else { node }];
        }
        let mut nodes = vec![node.at("aria-expanded", if open { "true" } else { "false" })];
        if open {
            nodes.push(self.why(at, &slot.reasons).key(u32::try_from(at.0.rem_euclid(1 << 31)).unwrap_or(0)));
        }
        nodes
    }

    /// Reasons in words, and the nearest way out.
    pub(crate) fn why(&self, at: Instant, reasons: &[Reason]) -> Node {
        let lines = reasons.iter().filter_map(|reason| self.reason(reason)).map(|text| words("p", "", text));
        let fixes = reasons.iter().filter_map(|reason| match reason {
            Reason::Try { starts_at } => {
                let text = self.m.texts.fill("try-time", &[&self.clock(*starts_at)]);
                Some(button("chip", Msg::Instead(*starts_at)).text(text))
            }
            Reason::PartyTooLarge { max: guests }
            | Reason::PartyTooSmall { min: guests }
            | Reason::SoldOut { left: guests @ 1.. }
                if !self.m.options.lock.party =>
            {
                let text = self.m.texts.count("try-guests", *guests, self.intl);
                Some(button("chip", Msg::Guests(*guests)).text(text))
            }
            Reason::NotPrivate if self.m.private => Some(button("chip", Msg::Private).text(self.t("try-shared"))),
            _ => None,
        });
        let taken = |reason: &Reason| {
            matches!(reason, Reason::SoldOut { .. } | Reason::DayFull { .. } | Reason::ResourceBusy { .. })
        };
        let waits = !self.m.moving() && !reasons.is_empty() && reasons.iter().all(|r| taken(r) || is_way_out(r));
        let wait = waits.then(|| button("chip", Msg::Wait(at)).text(self.t("wait")));
        div("why").at("role", "note").with(lines).child(div("chips").with(fixes).maybe(wait))
    }

    fn left_words(&self, slot: &Slot) -> Option<String> {
        Some(match slot.status {
            SlotStatus::Open => return None,
            SlotStatus::Limited => self.m.texts.count("left", slot.remaining, self.intl),
            SlotStatus::Unconfirmed => self.t("slot-unconfirmed"),
            SlotStatus::PrivateOnly => self.t("slot-private"),
            SlotStatus::SoldOut => self.t("slot-sold"),
            SlotStatus::Closed => self.t("slot-closed"),
        })
    }

    pub(crate) fn length_choice(&self) -> Option<Node> {
        let lengths = self.m.lengths();
        if lengths.is_empty() {
            return None;
        }
        let options = lengths.iter().map(|length| {
            let chosen = self.m.length == Some(*length);
            button("option", Msg::Length(*length))
                .at("aria-pressed", if chosen { "true" } else { "false" })
                .text(self.one_length(*length, self.m.in_days()))
        });
        Some(div("options").at("role", "group").at("aria-label", self.t("length")).with(options))
    }

    /// The clock that counts first, and the other one where it differs.
    pub(crate) fn two_clocks(&self, at: Instant) -> (String, Option<String>) {
        let venue = self.clock(at);
        let offset = self.intl.visitor_offset(at);
        if offset == i64::from(self.m.snapshot.venue.zone.offset_at(at)) {
            return (venue, None);
        }
        let visitor = self.intl.clock(at.plus_seconds(offset));
        if self.m.options.visitor_time {
            (visitor, Some(self.m.texts.fill("time-venue", &[&venue])))
        } else {
            (venue, Some(self.m.texts.fill("time-yours", &[&visitor])))
        }
    }

    /// The venue's clock.
    pub(crate) fn clock(&self, at: Instant) -> String {
        self.intl.clock(at.plus_seconds(i64::from(self.m.snapshot.venue.zone.offset_at(at))))
    }

    /// The date and the venue's clock.
    pub(crate) fn moment(&self, at: Instant) -> String {
        let date = self.m.snapshot.venue.zone.date_of(at);
        [self.intl.date(date, DateStyle::Short).as_str(), &self.clock(at)].join(", ")
    }

    /// That clocks change on a date, and which way: who comes must not be an hour off. The visitor's are named where they read
    /// otherwise than the venue's.
    fn clock_changes(&self, date: Date) -> Vec<Node> {
        let noon = |date: Date| Instant(i64::from(date.days_since_epoch()).saturating_mul(DAY)).plus_minutes(720);
        let [venue, visitor] = self.offsets(noon(date.plus_days(-1)), noon(date));
        let keys = ["clock-forward", "clock-back"];
        let theirs = if venue == visitor { [0, 0] } else { visitor };
        self.clocks_change(venue, theirs, keys)
    }

    /// How far ahead of UTC the venue's clock and the visitor's are, at two moments.
    pub(crate) fn offsets(&self, one: Instant, other: Instant) -> [[i64; 2]; 2] {
        let venue = |at| i64::from(self.m.snapshot.venue.zone.offset_at(at));
        [[venue(one), venue(other)], [one, other].map(|at| self.intl.visitor_offset(at))]
    }

    /// Names the clocks that change from the first to the second; the keys are for forward and for back.
    pub(crate) fn clocks_change(&self, venue: [i64; 2], visitor: [i64; 2], [forward, back]: [&str; 2]) -> Vec<Node> {
        let told = |[before, after]: [i64; 2], name: &str| {
            let key = match before.cmp(&after) {
                Ordering::Less => forward,
                Ordering::Greater => back,
                Ordering::Equal => return None,
            };
            Some(words("p", "soft small", self.m.texts.fill(key, &[&place_of(name)])))
        };
        let mut nodes = Vec::new();
        nodes.extend(told(venue, &self.m.snapshot.venue.zone.name));
        nodes.extend(told(visitor, &self.intl.visitor_zone()));
        nodes
    }

    pub(crate) fn zone_words(&self) -> String {
        let visitor = self.m.options.visitor_time;
        let name = if visitor { self.intl.visitor_zone() } else { self.m.snapshot.venue.zone.name.clone() };
        self.m.texts.fill("zone", &[&place_of(&name)])
    }
}

/// The place that a zone is named after.
fn place_of(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// Not a reason but a way out.
fn is_way_out(reason: &Reason) -> bool {
    matches!(reason, Reason::Try { .. })
}
