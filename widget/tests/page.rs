//! What the page around has to do with the journey, told without a browser: where a booking came from, off to pay and back, on to
//! the next page, and trying it all out.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use shared::embed::Timestamp;
use support::{BOOKED, MANAGED, NEAR, act, at, typed, with};
use widget::json;
use widget::later::LATER;
use widget::model::Model;
use widget::model::journey::Step;
use widget::model::message::{Asked, CouponAnswer, Effect, HeldAnswer, Msg, News, Priced};

const ATTRIBUTES: [(&str, &str); 2] = [("offering", "tour_harbor_sunset"), ("party", "adult:2")];
const SOURCE: &str = r#"{"ref":"spring","utm":{"source":"mail"},"page":"https://shop.example/tours"}"#;

/// A page that tells of itself.
fn page(attributes: &[(&str, &str)], source: &str, page: &str) -> Model {
    let mut model = with(&[&ATTRIBUTES, attributes].concat());
    let source = serde_json::to_string(source).unwrap();
    let around = format!(r#"{{"source":{source},"page":"{page}","next":"https://shop.example/thanks"}}"#);
    let (answer, effects) = (LATER.command)(&mut model, "around", &around, &NEAR);
    assert!(answer.is_empty() && effects.is_empty());
    model
}

fn at_details(mut model: Model) -> Model {
    act(&mut model, [Msg::Slot(at("2026-08-01T19:00")), Msg::Continue]);
    typed(&mut model);
    model
}

fn at_review(model: Model) -> Model {
    let mut model = at_details(model);
    act(&mut model, [Msg::Hold]);
    let quote = model.quote().unwrap().unwrap();
    let quote = Priced { hash: quote.hash, total: quote.total, currency: quote.currency };
    let expires_at = Timestamp(model.now.plus_seconds(900));
    model.hear(News::Held(Box::new(HeldAnswer { hold_token: "hold-1".into(), expires_at, quote })), &NEAR);
    model
}

fn unpaid(model: &Model) -> Box<shared::embed::BookingOut> {
    let until = Timestamp(model.now.plus_seconds(600));
    let more = format!("\"checkoutUrl\":\"https://x/b/t/pay\",\"payUntil\":\"{until}\",\"manageUrl\"");
    let text = BOOKED.replace("false", "true").replace("CONFIRMED", "PENDING").replace("HB-1", "");
    Box::new(json::from_str(&text.replace("\"manageUrl\"", &more)).unwrap())
}

fn body(effects: &[Effect], wanted: Asked) -> serde_json::Value {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Ask(asked, body) if *asked == wanted => Some(body),
        _ => None,
    });
    serde_json::from_str(found.unwrap_or_else(|| panic!("{wanted:?} in {effects:?}"))).unwrap()
}

fn gone(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| if let Effect::Go(url) = effect { Some(url.as_str()) } else { None })
}

fn told<'a>(effects: &'a [Effect], event: &str) -> Option<&'a str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Tell(name, detail) if *name == event => Some(detail.as_str()),
        _ => None,
    })
}

#[test]
fn where_it_came_from_goes_along_with_hold_booking_and_place_in_the_queue() {
    let mut model = at_details(page(&[], SOURCE, "https://shop.example/tours"));
    let source: serde_json::Value = serde_json::from_str(SOURCE).unwrap();
    assert_eq!(body(&act(&mut model, [Msg::Hold]), Asked::Hold)["source"], source);
    let mut model = at_review(page(&[], SOURCE, "https://shop.example/tours"));
    assert_eq!(body(&act(&mut model, [Msg::Confirm]), Asked::Book)["source"], source);
    let mut waits = at_details(page(&[], SOURCE, "https://shop.example/tours"));
    act(&mut waits, [Msg::Wait(at("2026-08-01T19:00"))]);
    assert_eq!(body(&act(&mut waits, [Msg::Join]), Asked::Wait)["source"], source);
    let mut silent = at_review(page(&[], "", "https://shop.example/tours"));
    assert!(body(&act(&mut silent, [Msg::Confirm]), Asked::Book).get("source").is_none());
}

#[test]
fn a_page_whose_router_lives_in_the_hash_gets_its_route_back_from_paying() {
    let mut model = at_review(page(&[], "", "https://shop.example/"));
    assert!(!(LATER.draft)(&model).contains("shop.example"));
    let moved = r##"{"source":"","page":"https://shop.example/","route":"#/tours?day=1","next":""}"##;
    (LATER.command)(&mut model, "around", moved, &NEAR);
    let booked = unpaid(&model);
    let effects = model.hear(News::Booked(booked), &NEAR);
    let back = "https%3A%2F%2Fshop.example%2F%23%2Ftours%3Fday%3D1";
    assert_eq!(gone(&effects), Some(&*format!("https://x/b/t/pay?page={back}")));
    // What the page looks for when it is there again.
    assert!((LATER.draft)(&model).contains(r##""back":"https://shop.example/#/tours?day=1""##));
}

#[test]
fn who_is_to_pay_goes_there_and_finds_everything_as_it_was_on_coming_back() {
    let mut model = at_review(page(&[], "", "https://shop.example/tours?p=1"));
    let booked = unpaid(&model);
    let effects = model.hear(News::Booked(booked), &NEAR);
    let url = gone(&effects).unwrap();
    assert!(
        url.starts_with("https://x/b/t/pay?page=https%3A%2F%2Fshop.example%2Ftours%3Fp%3D1%23daymark%3Dtour_harbor_sunset%2Cpaid&next="),
        "{url}"
    );
    let draft = (LATER.draft)(&model);
    let back = |status: &str| {
        let mut fresh = page(&[], "", "https://shop.example/tours?p=1");
        let effects = (LATER.restore)(&mut fresh, &draft);
        assert!(matches!(&effects[..], [Effect::About(Asked::Look, key, _)] if key.token == "t"), "{effects:?}");
        assert_eq!((LATER.draft)(&fresh), draft, "kept until it is known");
        let place = r#"{"offering":"tour_harbor_sunset","date":"paid","time":""}"#;
        assert!((LATER.command)(&mut fresh, "goto", place, &NEAR).1.is_empty(), "the hash changes nothing");
        let now = MANAGED.replace("CONFIRMED", status);
        let effects = fresh.hear(News::Looked(Asked::Look, Box::new(json::from_str(&now).unwrap())), &NEAR);
        (fresh, effects)
    };

    let (paid, effects) = back("CONFIRMED");
    assert_eq!((paid.step, paid.details.email.as_str()), (Step::Done, "a@b.co"));
    assert!(told(&effects, "complete").unwrap().contains("HB-1"));
    assert_eq!((LATER.draft)(&paid), "", "nothing is left to remember");

    let (mut held, effects) = back("PENDING");
    assert_eq!(held.step, Step::Done);
    assert!(gone(&effects).is_none(), "whoever did not pay is not sent there again");
    assert!(held.booking.as_ref().unwrap().requires_payment);
    assert_eq!(act(&mut held, [Msg::Back]), [], "the places stay held");
    assert_eq!((held.step, held.hold.as_ref().unwrap().token.as_str()), (Step::Review, "hold-1"));
    assert_eq!((held.details.name.as_str(), held.guests()), ("Ann", model.guests()));
    assert_eq!(body(&act(&mut held, [Msg::Confirm]), Asked::Book)["holdToken"], "hold-1");

    let (late, effects) = back("EXPIRED");
    assert_eq!((late.step, late.details.name.as_str()), (Step::Details, "Ann"));
    assert!(late.hold.is_none() && late.notice.is_some() && told(&effects, "hold-expired").is_some());
}

#[test]
fn in_a_frame_the_page_stays_and_another_tab_is_paid_in() {
    let mut model = at_review(page(&[], "", ""));
    let booked = unpaid(&model);
    let effects = model.hear(News::Booked(booked), &NEAR);
    assert_eq!((gone(&effects), model.step), (None, Step::Done));
}

#[test]
fn a_test_asks_for_the_price_and_for_nothing_else() {
    let mut model = at_details(page(&[("test", "")], SOURCE, "https://shop.example/tours"));
    let mut effects = act(&mut model, [Msg::Hold]);
    assert!(body(&effects, Asked::Quote)["items"].is_array());
    effects.extend(model.hear(News::Quoted(Box::new(CouponAnswer { coupon: None })), &NEAR));
    assert_eq!(model.step, Step::Review);
    effects.extend(act(&mut model, [Msg::Confirm]));
    assert_eq!((model.step, model.booking.is_none()), (Step::Done, true));
    let complete: serde_json::Value = serde_json::from_str(told(&effects, "complete").unwrap()).unwrap();
    assert_eq!((&complete["test"], complete["total"].is_number()), (&true.into(), true));
    let asked: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Ask(..) | Effect::About(..))).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!((LATER.draft)(&model), "");

    let mut waiting = page(&[("test", "")], "", "");
    act(&mut waiting, [Msg::Wait(at("2026-08-01T19:00"))]);
    typed(&mut waiting);
    assert_eq!(act(&mut waiting, [Msg::Join]), []);
    assert!(waiting.notice.is_some());
}

#[test]
fn a_test_that_the_edge_would_refuse_is_refused() {
    let mut model = at_details(page(&[("test", "true")], "", ""));
    act(&mut model, [Msg::Hold]);
    let problem = r#"{"type":"x","title":"Sold out","status":409,"code":"sold_out","errors":[],"alternatives":[]}"#;
    model.hear(News::Refused(Asked::Quote, Box::new(json::from_str(problem).unwrap())), &NEAR);
    assert_eq!((model.step, model.hold.is_none(), model.notice.is_some()), (Step::Details, true, true));
}
