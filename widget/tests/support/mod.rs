//! A harbour's calendar, and a browser that speaks ISO, for tests without a browser.
#![allow(dead_code)]

use shared::civil::Date;
use shared::embed::{First, Snapshot, Timestamp, View};
use shared::money::{Currency, Minor};
use shared::zone::Instant;
use std::rc::Rc;
use widget::json;
use widget::later::{LATER, Later};
use widget::model::Model;
use widget::model::details::Field;
use widget::model::message::{Asked, CouponAnswer, Effect, HeldAnswer, Msg, News, Priced, WaitAnswer};
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

/// A visitor in New York, in the autumn of 2026.
pub struct NewYork;

impl Intl for NewYork {
    fn date(&self, date: Date, style: DateStyle) -> String {
        NEAR.date(date, style)
    }
    fn clock(&self, wall: Instant) -> String {
        NEAR.clock(wall)
    }
    fn visitor_offset(&self, at: Instant) -> i64 {
        if at < Timestamp::parse("2026-11-01T06:00:00Z").unwrap().0 { -14_400 } else { -18_000 }
    }
    fn visitor_zone(&self) -> String {
        "America/New_York".to_owned()
    }
    fn money(&self, amount: Minor, currency: Currency) -> String {
        NEAR.money(amount, currency)
    }
    fn number(&self, value: u32) -> String {
        NEAR.number(value)
    }
    fn plural(&self, count: u32) -> String {
        NEAR.plural(count)
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
    let mut model = opened(attributes, harbor(), "", Some(&LATER));
    model.hear(News::Later(Some(&LATER)), &NEAR);
    model
}

/// Before the rest of the journey is there: with as much of the snapshot as the first view shows.
pub fn alone(attributes: &[(&str, &str)]) -> Model {
    let mut snapshot = harbor();
    let wanted = attributes.iter().find(|(name, _)| *name == "offering").map(|(_, id)| *id);
    let offering = snapshot.offerings.iter().find(|offering| Some(offering.id.as_str()) == wanted);
    let asked = options(attributes);
    snapshot.first = offering.and_then(|offering| First::of(&snapshot.venue, offering, asked.date, asked.party));
    let text = serde_json::to_string(&snapshot).unwrap();
    opened(attributes, json::opening(&text).unwrap(), &text, None)
}

fn opened(attributes: &[(&str, &str)], snapshot: Snapshot, text: &str, later: Option<&'static Later>) -> Model {
    let options = options(attributes);
    assert!(later.is_some() || Model::opens(&options, &snapshot, snapshot.venue.now));
    Model::new(options, Texts::new(""), "en".to_owned(), 1, Rc::new(snapshot), text.to_owned(), later)
}

pub fn options(attributes: &[(&str, &str)]) -> Options {
    Options::read(|name| attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
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

/// The boat tour for two, after that.
fn tour_with(msgs: Vec<Msg>) -> Model {
    let mut model = with(&[("offering", "tour_harbor_sunset"), ("party", "adult:2")]);
    act(&mut model, msgs);
    model
}

pub fn typed(model: &mut Model) {
    for (field, value) in [(Field::Name, "Ann"), (Field::Email, "a@b.co"), (Field::Answer(2), "true")] {
        model.update(Msg::Type(field), value, &NEAR);
    }
}

pub const BOOKED: &str = r#"{"id":"bkg_1","number":"HB-1","status":"CONFIRMED","requiresPayment":false,"manageUrl":"https://x/b/t",
    "total":{"amount":8580,"currency":"EUR"},"dueNow":{"amount":0,"currency":"EUR"},"items":[{"offeringId":"tour_harbor_sunset",
    "name":"Sunset","startsAt":"2026-08-01T17:00:00Z","endsAt":"2026-08-01T18:30:00Z","localStartsAt":""}]}"#;

pub const MANAGED: &str = r#"{"id":"bkg_1","number":"HB-1","status":"CONFIRMED","requiresPayment":false,
    "total":{"amount":8580,"currency":"EUR"},"dueNow":{"amount":2000,"currency":"EUR"},"paid":{"amount":2000,"currency":"EUR"},"refundedAmount":{"amount":0,"currency":"EUR"},"items":[{
    "offeringId":"tour_harbor_sunset","name":"Sunset","startsAt":"2026-08-01T17:00:00Z","endsAt":"2026-08-01T18:30:00Z",
    "localStartsAt":"2026-08-01T19:00:00+02:00","party":{"adult":2},"private":false}]}"#;

/// One widget in every state that a guest can see.
pub fn states() -> Vec<(&'static str, Model)> {
    let evening = at("2026-08-01T19:00");
    let mut all = vec![
        ("offers", with(&[])),
        ("month, with a reason", tour_with(vec![Msg::Pick(date("2026-08-01")), Msg::Why(at("2026-08-01T17:00"))])),
        ("week", tour_with(vec![Msg::View(View::Week)])),
        ("list", tour_with(vec![Msg::View(View::List)])),
        ("party", tour_with(vec![Msg::Slot(evening), Msg::CouponOpen])),
        ("details, with mistakes", tour_with(vec![Msg::Slot(evening), Msg::Continue, Msg::Hold])),
    ];
    let review = || {
        let mut review = tour_with(vec![Msg::Slot(evening), Msg::Continue]);
        typed(&mut review);
        let quote = review.quote().unwrap().unwrap();
        let quote = Priced { hash: quote.hash, total: quote.total, currency: quote.currency };
        let expires_at = Timestamp(review.now.plus_seconds(900));
        review.hear(News::Held(Box::new(HeldAnswer { hold_token: "h".into(), expires_at, quote })), &NEAR);
        review
    };
    all.push(("review", review()));
    let mut late = review();
    late.hear(News::Time(late.now.plus_seconds(901)), &NEAR);
    all.push(("hold run out", late));
    let mut silent = review();
    act(&mut silent, [Msg::Confirm]);
    silent.hear(News::Unreachable(Asked::Book), &NEAR);
    all.push(("no answer", silent));
    let booked = |text: &str| {
        let mut done = tour_with(vec![Msg::Slot(evening)]);
        typed(&mut done);
        done.hear(News::Booked(Box::new(json::from_str(text).unwrap())), &NEAR);
        done
    };
    all.push(("booked", booked(BOOKED)));
    all.push(("requested", booked(&BOOKED.replace("CONFIRMED", "AWAITING_APPROVAL"))));
    let unpaid =
        BOOKED.replace("false", "true").replace("\"manageUrl\"", "\"checkoutUrl\":\"https://x/pay\",\"manageUrl\"");
    all.push(("to be paid", booked(&unpaid)));
    let mut goes_on = booked(BOOKED);
    let around = r#"{"source":"","page":"https://shop.example/","next":"https://shop.example/thanks"}"#;
    (LATER.command)(&mut goes_on, "around", around, &NEAR);
    all.push(("booked, and on", goes_on));
    let mut rehearsed = with(&[("offering", "tour_harbor_sunset"), ("party", "adult:2"), ("test", "")]);
    act(&mut rehearsed, [Msg::Slot(evening), Msg::Continue]);
    typed(&mut rehearsed);
    act(&mut rehearsed, [Msg::Hold]);
    rehearsed.hear(News::Quoted(Box::new(CouponAnswer { coupon: None })), &NEAR);
    act(&mut rehearsed, [Msg::Confirm]);
    all.push(("rehearsed", rehearsed));
    let managed = || {
        let mut model = booked(BOOKED);
        act(&mut model, [Msg::Manage]);
        model.hear(News::Looked(Asked::Look, Box::new(json::from_str(MANAGED).unwrap())), &NEAR);
        model
    };
    let after = |mut model: Model, msgs: Vec<Msg>| {
        act(&mut model, msgs);
        model
    };
    all.push(("manage", managed()));
    all.push(("are you sure", after(managed(), vec![Msg::CancelAsk(true)])));
    let told = |asked: Asked, status: &str| {
        let mut model = managed();
        let answer = MANAGED.replace("CONFIRMED", status);
        model.hear(News::Looked(asked, Box::new(json::from_str(&answer).unwrap())), &NEAR);
        model
    };
    all.push(("moved", told(Asked::Move, "CONFIRMED")));
    all.push(("cancelled", told(Asked::Cancel, "CANCELLED")));
    all.push(("another time", after(managed(), vec![Msg::Move])));
    all.push(("agree", after(managed(), vec![Msg::Move, Msg::Slot(at("2026-08-02T19:00"))])));
    all.push(("waiting list", tour_with(vec![Msg::Wait(evening)])));
    let mut waits = tour_with(vec![Msg::Wait(evening)]);
    typed(&mut waits);
    waits.hear(News::Waits(Box::new(WaitAnswer { position: 2 })), &NEAR);
    all.push(("waiting", waits));
    all.push(("suggest", tour_with(vec![Msg::Suggest])));
    let mut preview = tour_with(vec![Msg::Suggest]);
    typed(&mut preview);
    for (place, value) in ["Shanties", "Songs", "2026-08-20T19:00", "2026-08-20T21:00"].iter().enumerate() {
        preview.update(Msg::Type(Field::Event(place)), value, &NEAR);
    }
    act(&mut preview, [Msg::Preview]);
    all.push(("preview", preview));
    let mut suggested = tour_with(vec![Msg::Suggest]);
    typed(&mut suggested);
    suggested.hear(News::Submitted, &NEAR);
    all.push(("suggested", suggested));
    let mut away = tour_with(vec![]);
    away.hear(News::Online(false), &NEAR);
    all.push(("offline", away));
    all
}
