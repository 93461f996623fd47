//! A harbour's calendar, and a browser that speaks ISO, for tests without a browser.
#![allow(dead_code)]

use shared::civil::Date;
use shared::embed::Snapshot;
use shared::money::{Currency, Minor};
use shared::zone::Instant;
use std::rc::Rc;
use widget::json;
use widget::later::LATER;
use widget::model::Model;
use widget::model::message::{Effect, Msg, News};
use widget::model::options::Options;
use widget::model::texts::{DateStyle, Intl, Texts};

pub const HARBOR: &str = include_str!("harbor.json");

/// Dates and times as ISO writes them; the visitor is so many seconds ahead of UTC.
pub struct Iso(pub i64);

impl Intl for Iso {
    fn date(&self, date: Date, style: DateStyle) -> String {
        match style {
            DateStyle::Month => date.to_string()[..7].to_owned(),
            DateStyle::Day => date.day().to_string(),
            _ => date.to_string(),
        }
    }
    fn clock(&self, wall: Instant) -> String {
        let minutes = wall.0.rem_euclid(86_400) / 60;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
    fn visitor_offset(&self, _: Instant) -> i64 {
        self.0
    }
    fn visitor_zone(&self) -> String {
        "Etc/Test".to_owned()
    }
    fn money(&self, amount: Minor, currency: Currency) -> String {
        format!("{} {}.{:02}", currency.code(), amount / 100, amount % 100)
    }
    fn number(&self, value: u32) -> String {
        value.to_string()
    }
    fn plural(&self, count: u32) -> String {
        if count == 1 { "one" } else { "other" }.to_owned()
    }
}

/// Two hours ahead, as the harbour is in summer.
pub const NEAR: Iso = Iso(7200);

pub fn harbor() -> Snapshot {
    json::from_str(HARBOR).unwrap()
}

/// A widget whose page chose the boat tour.
pub fn tour() -> Model {
    with(&[("offering", "tour_harbor_sunset")])
}

pub fn with(attributes: &[(&str, &str)]) -> Model {
    let mut model = alone(attributes);
    model.hear(News::Later(Some(&LATER)), &NEAR);
    model
}

/// Before the rest of the journey is there.
pub fn alone(attributes: &[(&str, &str)]) -> Model {
    let read = |name: &str| attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Model::new(Options::read(read), Texts::new(""), "en".to_owned(), 1, Rc::new(harbor()), HARBOR.to_owned())
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// An instant by the harbour's summer clock.
pub fn at(text: &str) -> Instant {
    shared::embed::Timestamp::parse(&format!("{text}:00+02:00")).unwrap().0
}

pub fn act(model: &mut Model, msgs: impl IntoIterator<Item = Msg>) -> Vec<Effect> {
    msgs.into_iter().flat_map(|msg| model.update(msg, "", &NEAR)).collect()
}
