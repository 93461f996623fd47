//! The journey from choosing to booked, told without a browser: what each thing that happens changes and asks for.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use shared::embed::Timestamp;
use shared::zone::Instant;
use support::{HARBOR, NEAR, act, alone, at, date, harbor, tour, with};
use widget::json;
use widget::later::LATER;
use widget::model::Model;
use widget::model::details::Field;
use widget::model::journey::Step;
use widget::model::message::{Asked, Effect, HeldAnswer, Msg, News, Priced, Refusal};

const EVENING: &str = "2026-08-01T19:00";

fn typed(model: &mut Model) {
    for (field, value) in [(Field::Name, "Ann Lee"), (Field::Email, "ann@guests.example"), (Field::Answer(2), "true")] {
        model.update(Msg::Type(field), value, &NEAR);
    }
}

/// Two adults on the evening of August 1, up to the hold.
fn at_details() -> Model {
    let mut model = with(&[("offering", "tour_harbor_sunset"), ("party", "adult:2")]);
    act(&mut model, [Msg::Pick(date("2026-08-01")), Msg::Slot(at(EVENING)), Msg::Continue]);
    typed(&mut model);
    model
}

fn held(model: &Model, seconds: i64) -> News {
    let quote = model.quote().unwrap().unwrap();
    let quote = Priced { hash: quote.hash, total: quote.total, currency: quote.currency };
    let expires_at = Timestamp(model.now.plus_seconds(seconds));
    News::Held(Box::new(HeldAnswer { hold_token: "hold-1".to_owned(), expires_at, quote }))
}

fn at_review() -> Model {
    let mut model = at_details();
    act(&mut model, [Msg::Hold]);
    let news = held(&model, 900);
    model.hear(news, &NEAR);
    model
}

fn problem(text: &str) -> Box<Refusal> {
    Box::new(json::from_str(text).unwrap())
}

fn asked(effects: &[Effect]) -> Option<(Asked, &str)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(asked, body) => Some((*asked, body.as_str())),
        _ => None,
    })
}

#[test]
fn a_guest_goes_from_a_date_to_a_booking() {
    let mut model = at_details();
    let effects = act(&mut model, [Msg::Hold]);
    let (what, body) = asked(&effects).unwrap();
    assert_eq!(what, Asked::Hold);
    for part in ["\"startsAt\":\"2026-08-01T17:00:00Z\"", "\"party\":{\"adult\":2}", "\"email\":\"ann@guests.example\""]
    {
        assert!(body.contains(part), "{part} is not in {body}");
    }
    let news = held(&model, 900);
    model.hear(news, &NEAR);
    assert_eq!(model.step, Step::Review);

    let effects = act(&mut model, [Msg::Confirm]);
    let (what, body) = asked(&effects).unwrap();
    assert_eq!(what, Asked::Book);
    assert!(body.contains("\"holdToken\":\"hold-1\"") && body.contains("\"swim\":\"true\""), "{body}");

    let booking = r#"{"id":"bkg_1","number":"HB-1","status":"CONFIRMED","requiresPayment":false,
        "total":{"amount":8580,"currency":"EUR"},"dueNow":{"amount":0,"currency":"EUR"},"items":[]}"#;
    let effects = model.hear(News::Booked(Box::new(json::from_str(booking).unwrap())), &NEAR);
    assert_eq!(model.step, Step::Done);
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Tell("complete", detail) => Some(detail.as_str()),
        _ => None,
    });
    let told = told.unwrap();
    assert!(told.contains("bkg_1") && !told.contains("Ann") && !told.contains('@'), "{told}");
}

#[test]
fn looking_around_asks_the_edge_nothing() {
    let mut model = tour();
    let effects = act(
        &mut model,
        [
            Msg::Month(1),
            Msg::Month(1),
            Msg::Month(-1),
            Msg::Pick(date("2026-08-02")),
            Msg::Slot(at("2026-08-02T19:00")),
            Msg::Party(0, 1),
            Msg::Party(1, 1),
            Msg::AddOn(0, 1),
            Msg::Private,
        ],
    );
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Tell(..))), "{effects:?}");
}

#[test]
fn the_price_follows_every_change() {
    let mut model = tour();
    act(&mut model, [Msg::Pick(date("2026-08-03")), Msg::Slot(at("2026-08-03T17:00"))]);
    let total = || model.quote().unwrap().unwrap().total;
    assert_eq!(total(), 3900);
    act(&mut model, [Msg::Party(0, 1), Msg::Party(1, 1)]);
    assert_eq!(model.quote().unwrap().unwrap().total, 9750);
    act(&mut model, [Msg::AddOn(0, 1)]);
    assert_eq!(model.quote().unwrap().unwrap().total, 12150);
}

#[test]
fn who_is_faster_than_the_rest_of_the_journey_waits_for_it_and_goes_on() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    let effects = act(&mut model, [Msg::Pick(date("2026-08-03")), Msg::Slot(at("2026-08-03T17:00"))]);
    assert!(effects.contains(&Effect::Later), "it is asked for");
    assert_eq!(model.step, Step::Who);
    act(&mut model, [Msg::Continue]);
    assert_eq!(model.step, Step::Who, "nobody goes on without a price");
    let effects = model.hear(News::Later(Some(&LATER)), &NEAR);
    assert!(matches!(&effects[..], [Effect::Tell("quote", detail)] if detail.contains("3900")), "{effects:?}");
    act(&mut model, [Msg::Continue]);
    assert_eq!(model.step, Step::Details);
}

#[test]
fn a_rest_that_does_not_come_is_told_and_can_be_asked_for_again() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    assert_eq!(model.hear(News::Later(None), &NEAR), [], "nobody has asked yet");
    assert!(model.notice.is_none());
    act(&mut model, [Msg::Pick(date("2026-08-03")), Msg::Slot(at("2026-08-03T17:00"))]);
    model.hear(News::Later(None), &NEAR);
    let (_, again) = model.notice.as_ref().unwrap().action.clone().unwrap();
    assert_eq!(act(&mut model, [again]), [Effect::Later]);
    model.hear(News::Later(Some(&LATER)), &NEAR);
    assert!(model.notice.is_none() && model.can_go_on());
}

#[test]
fn a_hold_that_runs_out_takes_nothing_typed_with_it() {
    let mut model = at_review();
    let later = model.now.plus_seconds(901);
    let effects = model.hear(News::Time(later), &NEAR);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell("hold-expired", _))));
    assert!(model.hold.is_none() && model.notice.is_some());
    assert_eq!(model.details.name, "Ann Lee");
    assert_eq!(model.guests().guests(), 2);
    let (what, body) = {
        let e = act(&mut model, [Msg::Hold]);
        asked(&e).map(|(a, b)| (a, b.to_owned())).unwrap()
    };
    assert_eq!(what, Asked::Hold);
    assert!(body.contains("Ann Lee"));
}

#[test]
fn the_last_minutes_of_a_hold_are_said_aloud() {
    let mut model = at_review();
    let start = model.now;
    model.hear(News::Time(start.plus_seconds(780)), &NEAR);
    assert_eq!(model.aloud, "2 minutes left to confirm.");
}

#[test]
fn who_loses_a_race_gets_other_times_and_keeps_the_rest() {
    let mut model = at_details();
    act(&mut model, [Msg::Hold]);
    let other = Timestamp(at("2026-08-02T17:00"));
    let text = format!(
        r#"{{"type":"x","title":"Sold out","status":409,"code":"sold_out","alternatives":[
            {{"startsAt":"{other}","endsAt":"{other}","localStartsAt":"","remaining":4,"status":"OPEN"}},
            {{"startsAt":"{other}","endsAt":"{other}","localStartsAt":"","remaining":0,"status":"SOLD_OUT"}}]}}"#
    );
    let effects = model.hear(News::Refused(Asked::Hold, problem(&text)), &NEAR);
    assert!(effects.contains(&Effect::Refresh), "the snapshot is stale");
    assert_eq!(model.notice.as_ref().unwrap().instead, [other.0]);
    assert_eq!(model.details.name, "Ann Lee");
    let effects = act(&mut model, [Msg::Instead(other.0)]);
    assert!(asked(&effects).is_some_and(|(what, body)| what == Asked::Hold && body.contains(&other.to_string())));
}

#[test]
fn going_back_gives_the_places_back() {
    let mut model = at_review();
    let effects = act(&mut model, [Msg::Back]);
    assert!(effects.contains(&Effect::Release("hold-1".to_owned())));
    assert_eq!(model.step, Step::Details);
    assert_eq!(model.details.email, "ann@guests.example");
}

#[test]
fn the_first_thing_wrong_gets_the_focus_and_nothing_is_sent() {
    let mut model = at_details();
    model.update(Msg::Type(Field::Email), "ann@", &NEAR);
    let effects = act(&mut model, [Msg::Hold]);
    assert_eq!(effects, []);
    assert_eq!(model.focus.1, "email");
    assert!(model.details.error(Field::Email).is_some());
}

#[test]
fn a_field_that_the_edge_refuses_is_shown_where_it_is() {
    let mut model = at_review();
    act(&mut model, [Msg::Confirm]);
    let text = r#"{"type":"x","title":"A field is not valid","status":400,"code":"invalid_field",
        "errors":[{"pointer":"/customer/phone","code":"format","message":"not a phone number"}]}"#;
    model.hear(News::Refused(Asked::Book, problem(text)), &NEAR);
    assert_eq!(model.step, Step::Details);
    assert_eq!(model.details.error(Field::Phone), Some("not a phone number"));
    assert_eq!(model.focus.1, "phone");
}

#[test]
fn an_answer_that_does_not_come_loses_nothing_and_can_be_asked_for_again() {
    let mut model = at_review();
    let first = act(&mut model, [Msg::Confirm]);
    assert_eq!(act(&mut model, [Msg::Confirm]), [], "one press is one booking");
    model.hear(News::Unreachable(Asked::Book), &NEAR);
    let (_, does) = model.notice.as_ref().unwrap().action.clone().unwrap();
    assert_eq!(act(&mut model, [does]), first, "the same request, so the same idempotency key");
}

#[test]
fn a_new_snapshot_changes_what_is_free_and_nothing_that_was_chosen() {
    let mut model = at_details();
    let mut fresh = harbor();
    fresh.offerings.rotate_left(1);
    fresh.cards.rotate_left(1);
    fresh.venue.claims.clear();
    model.hear(News::Snapshot(Box::new(fresh), HARBOR.to_owned()), &NEAR);
    assert_eq!(model.offering().unwrap().id.as_str(), "tour_harbor_sunset");
    assert_eq!(model.slot, Some(at(EVENING)));
    assert_eq!(model.chosen().unwrap().remaining, 12);
}

#[test]
fn the_page_is_asked_before_a_slot_is_taken_and_before_checkout() {
    let mut model = tour();
    let question = model.question(&Msg::Slot(at(EVENING)));
    assert!(matches!(question, Some(Effect::Tell("slot-select", detail)) if detail.contains("2026-08-01T17:00:00Z")));
    assert!(model.question(&Msg::Month(1)).is_none());
    act(&mut model, [Msg::Slot(at(EVENING)), Msg::Continue]);
    assert!(matches!(model.question(&Msg::Hold), Some(Effect::Tell("checkout-start", _))));
}

#[test]
fn attributes_choose_the_offering_the_date_and_the_party() {
    let model = with(&[
        ("offering", "pkg_harbor_kayak"),
        ("date", "2026-08-09"),
        ("party", "kayak:2"),
        ("prefill-name", "Ann"),
    ]);
    assert_eq!(model.step, Step::When);
    assert_eq!(model.date, Some(date("2026-08-09")));
    assert_eq!(model.guests().guests(), 2);
    assert_eq!(model.details.name, "Ann");
    assert_eq!(with(&[]).step, Step::Offer);
    assert_eq!(with(&[("date", "2020-01-01"), ("offering", "tour_harbor_sunset")]).date, Some(date("2026-07-20")));
}

#[test]
fn a_clock_that_is_behind_does_not_open_the_past() {
    let mut model = tour();
    let made = model.now;
    model.hear(News::Time(Instant(0)), &NEAR);
    assert_eq!(model.now, made);
}
