//! The journey from choosing to booked, told without a browser: what each thing that happens changes and asks for.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use shared::embed::Timestamp;
use shared::zone::Instant;
use support::{NEAR, act, alone, at, date, harbor, tour, with};
use widget::json;
use widget::later::LATER;
use widget::model::Model;
use widget::model::details::Field;
use widget::model::journey::Step;
use widget::model::message::{Asked, Effect, HeldAnswer, Key, Msg, News, Priced, Refusal};
use widget::model::texts::Texts;

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
fn what_was_pressed_before_the_rest_of_the_journey_came_is_done_when_it_comes() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    assert_eq!(act(&mut model, [Msg::Suggest]), [Effect::Later]);
    model.hear(News::Later(None), &NEAR);
    let (_, again) = model.notice.as_ref().unwrap().action.clone().unwrap();
    assert_eq!(act(&mut model, [again]), [Effect::Later]);
    model.hear(News::Later(Some(&LATER)), &NEAR);
    assert_eq!(model.step, Step::Suggest);
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
    assert_eq!(model.focus.1, "notice");
    assert_eq!(model.details.name, "Ann Lee");
    assert_eq!(model.guests().guests(), 2);
    let (what, body) = {
        let e = act(&mut model, [Msg::Hold]);
        asked(&e).map(|(a, b)| (a, b.to_owned())).unwrap()
    };
    assert_eq!(what, Asked::Hold);
    assert!(body.contains("Ann Lee"));
    assert_eq!(model.focus.1, "heading", "the focus does not go with the notice's button");
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
fn a_refusal_is_told_in_the_visitors_language() {
    let mut model = at_review();
    model.texts = Texts::new(include_str!("../locales/ja.json"));
    act(&mut model, [Msg::Confirm]);
    let late = r#"{"type":"x","title":"x","status":422,"code":"too_late","detail":"This was possible until then."}"#;
    let odd = r#"{"type":"x","title":"The title","status":422,"code":"never_heard_of","detail":"The detail."}"#;
    for (problem, key) in [(late, "refused-late"), (odd, "refused-other")] {
        model.hear(News::Refused(Asked::Book, self::problem(problem)), &NEAR);
        assert_eq!(model.notice.as_ref().unwrap().text, model.texts.get(key));
    }
    let text = r#"{"type":"x","title":"x","status":400,"code":"invalid_field",
        "errors":[{"pointer":"/customer/phone","code":"format","message":"not a phone number"}]}"#;
    model.hear(News::Refused(Asked::Book, problem(text)), &NEAR);
    assert_eq!(model.details.error(Field::Phone), Some(model.texts.get("error-other")));
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
    model.hear(News::Snapshot(Box::new(fresh)), &NEAR);
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

const BOOKED: &str = r#"{"id":"bkg_1","number":"HB-1","status":"CONFIRMED","requiresPayment":false,
    "manageUrl":"https://x/b/secret","total":{"amount":8580,"currency":"EUR"},"dueNow":{"amount":0,"currency":"EUR"},"items":[]}"#;

fn managed(status: &str, starts_at: &str) -> String {
    format!(
        r#"{{"id":"bkg_1","number":"HB-1","status":"{status}","requiresPayment":false,
        "total":{{"amount":8580,"currency":"EUR"}},"dueNow":{{"amount":0,"currency":"EUR"}},
        "paid":{{"amount":0,"currency":"EUR"}},"refundedAmount":{{"amount":0,"currency":"EUR"}},"items":[{{
        "offeringId":"tour_harbor_sunset","name":"Sunset","startsAt":"{starts_at}","endsAt":"{starts_at}","localStartsAt":"",
        "party":{{"adult":3}},"private":false}}]}}"#
    )
}

fn told<'a>(effects: &'a [Effect], event: &str) -> Option<&'a str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Tell(name, detail) if *name == event => Some(detail.as_str()),
        _ => None,
    })
}

fn about(effects: &[Effect]) -> Option<(Asked, &Key, &str)> {
    effects.iter().find_map(|effect| match effect {
        Effect::About(asked, key, body) => Some((*asked, key, body.as_str())),
        _ => None,
    })
}

/// The booking, opened where it was made.
fn at_manage() -> Model {
    let mut model = at_review();
    model.hear(News::Booked(Box::new(json::from_str(BOOKED).unwrap())), &NEAR);
    let effects = act(&mut model, [Msg::Manage]);
    let (asked, key, _) = about(&effects).unwrap();
    assert_eq!((asked, key.id.as_str(), key.token.as_str()), (Asked::Look, "bkg_1", "secret"));
    let booking = json::from_str(&managed("CONFIRMED", "2026-08-01T17:00:00Z")).unwrap();
    model.hear(News::Looked(Asked::Look, Box::new(booking)), &NEAR);
    model
}

#[test]
fn a_booking_is_moved_where_it_was_made_and_a_new_price_is_agreed_to_first() {
    let mut model = at_manage();
    act(&mut model, [Msg::Move]);
    assert_eq!((model.step, model.guests().guests()), (Step::When, 3), "the same party looks for another time");
    act(&mut model, [Msg::Slot(at("2026-08-02T19:00"))]);
    assert_eq!(model.step, Step::Agree);
    let effects = act(&mut model, [Msg::Agree]);
    let (asked, _, body) = about(&effects).unwrap();
    assert_eq!((asked, body), (Asked::Move, r#"{"startsAt":"2026-08-02T17:00:00Z"}"#));
    let text = r#"{"type":"x","title":"x","status":409,"code":"price_changed",
        "quote":{"hash":"new","total":9900,"currency":"EUR"}}"#;
    model.hear(News::Refused(Asked::Move, problem(text)), &NEAR);
    assert!(model.notice.as_ref().unwrap().text.contains("99.00"));
    let effects = act(&mut model, [Msg::Agree]);
    assert!(about(&effects).unwrap().2.contains(r#""quoteHash":"new""#));
    let booking = json::from_str(&managed("CONFIRMED", "2026-08-02T17:00:00Z")).unwrap();
    let effects = model.hear(News::Looked(Asked::Move, Box::new(booking)), &NEAR);
    assert_eq!(model.step, Step::Manage);
    assert!(told(&effects, "reschedule").unwrap().contains("2026-08-02T17:00:00Z"));
}

#[test]
fn a_booking_is_called_off_only_after_a_second_thought() {
    let mut model = at_manage();
    act(&mut model, [Msg::CancelAsk(true)]);
    assert!(model.managed.as_ref().unwrap().cancelling);
    let effects = act(&mut model, [Msg::Cancel]);
    assert_eq!(about(&effects).unwrap().0, Asked::Cancel);
    assert_eq!(act(&mut model, [Msg::Cancel]), [], "one press is one request");
    let booking = json::from_str(&managed("CANCELLED", "2026-08-01T17:00:00Z")).unwrap();
    let effects = model.hear(News::Looked(Asked::Cancel, Box::new(booking)), &NEAR);
    assert!(told(&effects, "cancel").is_some() && effects.contains(&Effect::Refresh));
}

#[test]
fn going_back_from_choosing_another_time_leads_to_the_booking() {
    let mut model = at_manage();
    act(&mut model, [Msg::Move, Msg::Back]);
    assert_eq!(model.step, Step::Manage);
    assert!(!model.moving());
    act(&mut model, [Msg::Back]);
    assert_eq!(model.step, Step::Done);
}

#[test]
fn what_is_to_be_paid_counts_once_it_is_paid() {
    let mut model = at_review();
    let unpaid = BOOKED.replace("false", "true").replace("CONFIRMED", "PENDING").replace("HB-1", "");
    let effects = model.hear(News::Booked(Box::new(json::from_str(&unpaid).unwrap())), &NEAR);
    assert!(told(&effects, "complete").is_none(), "nobody has paid yet");
    let effects = model.hear(News::Time(Instant(model.now.0 / 4 * 4 + 4)), &NEAR);
    assert_eq!(about(&effects).unwrap().0, Asked::Look);
    let booking = json::from_str(&managed("PENDING", "2026-08-01T17:00:00Z")).unwrap();
    assert_eq!(model.hear(News::Looked(Asked::Look, Box::new(booking)), &NEAR), []);
    let booking = json::from_str(&managed("CONFIRMED", "2026-08-01T17:00:00Z")).unwrap();
    let effects = model.hear(News::Looked(Asked::Look, Box::new(booking)), &NEAR);
    assert!(told(&effects, "complete").unwrap().contains("HB-1"));
    assert!(!model.booking.as_ref().unwrap().requires_payment);
}

#[test]
fn who_finds_it_sold_out_joins_the_queue() {
    let mut model = tour();
    typed(&mut model);
    act(&mut model, [Msg::Wait(at(EVENING))]);
    assert_eq!(model.step, Step::Wait);
    let effects = act(&mut model, [Msg::Join]);
    let (what, body) = asked(&effects).unwrap();
    assert_eq!(what, Asked::Wait);
    assert!(body.contains(r#""startsAt":"2026-08-01T17:00:00Z""#) && !body.contains("addOns"), "{body}");
    let answer = json::from_str(r#"{"id":"wait_1","status":"WAITING","position":4}"#).unwrap();
    let effects = model.hear(News::Waits(Box::new(answer)), &NEAR);
    assert_eq!((model.step, model.place), (Step::Waits, Some(4)));
    assert!(told(&effects, "waitlist").is_some_and(|detail| !detail.contains('@')));
}

#[test]
fn an_event_is_seen_as_it_would_look_before_it_is_handed_in() {
    let mut model = tour();
    act(&mut model, [Msg::Suggest, Msg::Preview]);
    assert_eq!((model.step, model.focus.1.as_str()), (Step::Suggest, "event-0"), "the first mistake has the focus");
    for (place, value) in
        ["Shanties", "Songs", "2026-08-20T19:00", "2026-08-20T21:00", "Pier 3", "12,5", ""].iter().enumerate()
    {
        model.update(Msg::Type(Field::Event(place)), value, &NEAR);
    }
    typed(&mut model);
    act(&mut model, [Msg::Preview]);
    assert_eq!(model.step, Step::Preview);
    let effects = act(&mut model, [Msg::Submit]);
    let (what, key, body) = about(&effects).unwrap();
    assert_eq!((what, key.id.as_str()), (Asked::Submit, "cal_harbor"));
    assert!(body.contains(r#""price":{"amount":1250}"#) && !body.contains("link"), "{body}");
    let text = r#"{"type":"x","title":"x","status":400,"code":"invalid_field",
        "errors":[{"pointer":"/event/when/0/to","code":"x","message":"too long"}]}"#;
    model.hear(News::Refused(Asked::Submit, problem(text)), &NEAR);
    assert_eq!((model.step, model.focus.1.as_str()), (Step::Suggest, "event-3"));
    model.hear(News::Submitted, &NEAR);
    assert_eq!(model.step, Step::Suggested);
}

#[test]
fn a_reload_loses_nothing() {
    let model = at_review();
    let draft = (LATER.draft)(&model);
    let mut fresh = with(&[("offering", "tour_harbor_sunset")]);
    (LATER.restore)(&mut fresh, &draft);
    assert_eq!((fresh.step, fresh.slot, fresh.guests()), (Step::Review, model.slot, model.guests()));
    assert_eq!(fresh.details.email, "ann@guests.example");
    assert_eq!(fresh.hold.as_ref().unwrap().token, "hold-1");
    let mut late = with(&[("offering", "tour_harbor_sunset")]);
    late.now = late.now.plus_seconds(901);
    (LATER.restore)(&mut late, &draft);
    assert!(
        late.step == Step::Details && late.hold.is_none() && late.notice.is_some(),
        "the hold is over, the rest is there"
    );
    let mut other = with(&[("offering", "pkg_harbor_kayak")]);
    (LATER.restore)(&mut other, &draft);
    assert_eq!((other.step, other.slot), (Step::When, None), "the page wants something else by now");
    let mut done = at_review();
    done.hear(News::Booked(Box::new(json::from_str(BOOKED).unwrap())), &NEAR);
    assert_eq!((LATER.draft)(&done), "");
}

#[test]
fn a_page_leads_to_an_offering_a_date_and_a_time() {
    let mut model = with(&[]);
    let place = r#"{"offering":"tour_harbor_sunset","date":"2026-08-01","time":"19:00"}"#;
    let (_, effects) = (LATER.command)(&mut model, "goto", place, &NEAR);
    assert_eq!((model.step, model.slot), (Step::Who, Some(at(EVENING))));
    assert!(told(&effects, "quote").is_some());
    assert!((LATER.command)(&mut model, "quote", "{}", &NEAR).0.contains("\"total\":"));
    let (_, effects) = (LATER.command)(&mut model, "goto", r#"{"offering":"manage","date":"bkg_1","time":"t"}"#, &NEAR);
    assert_eq!((model.step, about(&effects).unwrap().0), (Step::Manage, Asked::Look));
}

#[test]
fn another_view_asks_nothing_and_keeps_what_was_chosen() {
    let mut model = tour();
    act(&mut model, [Msg::Pick(date("2026-08-01"))]);
    let effects = act(&mut model, [Msg::View(shared::embed::View::Week), Msg::Week(1), Msg::Week(-1)]);
    assert_eq!(told(&effects, "view"), Some(r#"{"view":"week"}"#));
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Tell(..))));
    assert_eq!(model.date, Some(date("2026-08-01")));
    act(&mut model, [Msg::Show(date("2026-08-03"))]);
    assert_eq!((model.view, model.date), (shared::embed::View::Month, Some(date("2026-08-03"))));
}

#[test]
fn the_nearest_fix_of_a_party_that_does_not_fit_is_one_press() {
    let mut model = with(&[("offering", "tour_harbor_sunset"), ("party", "adult:2,child:2")]);
    let effects = act(&mut model, [Msg::Guests(3)]);
    assert_eq!((model.guests().guests(), model.party[1]), (3, 1), "the last types go first");
    assert!(told(&effects, "party-change").is_some());
    act(&mut model, [Msg::Guests(6)]);
    assert_eq!(model.guests().guests(), 6);
}

#[test]
fn the_page_hears_that_a_hold_is_about_to_end() {
    let mut model = at_review();
    let end = model.hold.as_ref().unwrap().ends_at;
    let effects = model.hear(News::Time(end.plus_seconds(-120)), &NEAR);
    assert_eq!(told(&effects, "hold-expiring"), Some(r#"{"seconds":120}"#));
}
