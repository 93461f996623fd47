//! What is shown, told without a browser: names for those who listen, one tab stop, reasons, wall time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use shared::civil::Date;
use shared::embed::Timestamp;
use support::{Iso, NEAR, NewYork, act, alone, at, date, harbor, states, tour, with};
use widget::model::Model;
use widget::model::message::{Msg, News};
use widget::view::Scene;
use widget::view::node::Node;

fn draw(model: &Model) -> Node {
    Scene { m: model, intl: &NEAR }.draw()
}

fn all(node: &Node) -> Vec<&Node> {
    std::iter::once(node).chain(node.children.iter().flat_map(all)).collect()
}

/// The last one counts, as on the page.
fn attribute<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.attributes.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn text(node: &Node) -> String {
    all(node).iter().map(|node| node.text.as_str()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn cells(node: &Node) -> Vec<&Node> {
    all(node).into_iter().filter(|node| attribute(node, "role") == Some("gridcell")).collect()
}

fn cell(node: &Node, date: &str) -> String {
    let name = |cell: &&Node| attribute(cell, "aria-label").unwrap_or("").to_owned();
    cells(node).iter().map(name).find(|name| name.starts_with(date)).unwrap_or_default()
}

#[test]
fn every_control_of_every_step_has_a_name() {
    for (_, model) in states() {
        let page = draw(&model);
        let labels: Vec<_> = all(&page).into_iter().filter_map(|node| attribute(node, "for")).collect();
        let wrapped: Vec<*const Node> =
            all(&page).into_iter().filter(|node| node.tag == "label").flat_map(all).map(std::ptr::from_ref).collect();
        for node in all(&page) {
            let named = match node.tag {
                "button" | "a" => !text(node).is_empty() || attribute(node, "aria-label").is_some(),
                "input" | "select" | "textarea" => {
                    let labelled = attribute(node, "id").is_some_and(|id| labels.contains(&id));
                    labelled || wrapped.contains(&std::ptr::from_ref(node))
                }
                _ => true,
            };
            assert!(named, "a {} without a name at {:?}: {:?}", node.tag, model.step, node.attributes);
        }
    }
}

#[test]
fn places_that_are_free_again_can_be_held_again_by_one_button() {
    let (_, mut late) = states().into_iter().find(|(name, _)| *name == "hold run out").unwrap();
    let offers = |model: &Model| {
        let page = draw(model);
        all(&page).into_iter().filter(|node| node.tag == "button" && text(node) == "Hold my places again").count()
    };
    assert_eq!(offers(&late), 1);
    late.notice = None;
    assert_eq!(offers(&late), 1, "where no notice offers it, the step does");
}

#[test]
fn ids_are_unique_and_every_reference_leads_somewhere() {
    for (_, model) in states() {
        let page = draw(&model);
        let mut ids: Vec<_> = all(&page).into_iter().filter_map(|node| attribute(node, "id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "twice the same id at {:?}", model.step);
        for node in all(&page) {
            for name in ["for", "aria-labelledby", "aria-describedby"] {
                if let Some(to) = attribute(node, name) {
                    assert!(ids.contains(&to), "{name}={to} leads nowhere at {:?}", model.step);
                }
            }
        }
    }
}

#[test]
fn a_date_says_in_full_what_is_left_of_it() {
    let mut model = tour();
    act(&mut model, [Msg::Month(1)]);
    let page = draw(&model);
    // 14:00 and 19:00 of three on that Saturday; 17:00 is sold out.
    assert_eq!(cell(&page, "2026-08-01"), "2026-08-01, 2 times left");
    assert_eq!(cell(&page, "2026-08-03"), "2026-08-03, 2 times left");
    let mut model = tour();
    model.update(Msg::Party(0, 4), "", &NEAR);
    act(&mut model, [Msg::Month(1)]);
    assert_eq!(cell(&draw(&model), "2026-08-01"), "2026-08-01, 1 time left", "the party of five counts");
}

#[test]
fn a_price_that_is_not_there_yet_is_no_price_that_does_not_exist() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    act(&mut model, [Msg::Slot(at("2026-08-03T17:00"))]);
    let waiting = text(&draw(&model));
    assert!(waiting.contains("One moment…") && !waiting.contains("There is no price"), "{waiting}");
    let mut nobody = with(&[("offering", "tour_harbor_sunset"), ("party", "adult:1")]);
    nobody.party = vec![0; nobody.party.len()];
    nobody.snapshot = std::rc::Rc::new(harbor());
    act(&mut nobody, [Msg::Slot(at("2026-08-03T17:00"))]);
    assert!(!text(&draw(&nobody)).contains("One moment…"));
}

#[test]
fn today_and_the_past_are_told_apart() {
    let page = draw(&tour());
    assert_eq!(cell(&page, "2026-07-20"), "2026-07-20, today, 2 times left");
    assert_eq!(cell(&page, "2026-07-19"), "2026-07-19, In the past");
}

#[test]
fn the_grid_has_one_tab_stop_wherever_the_keys_go() {
    let mut model = tour();
    for key in
        ["ArrowRight", "ArrowDown", "End", "PageDown", "shift PageDown", "Home", "ArrowUp", "PageUp", "ArrowLeft"]
    {
        model.update(Msg::Key, key, &NEAR);
        let page = draw(&model);
        let stops: Vec<_> = cells(&page).into_iter().filter(|cell| attribute(cell, "tabindex") == Some("0")).collect();
        assert_eq!(stops.len(), 1, "after {key}");
        assert_eq!(attribute(stops[0], "id"), Some("cursor"), "the focus follows");
        assert_eq!(model.focus.1, "cursor");
    }
}

#[test]
fn no_key_leads_into_the_past() {
    let mut model = tour();
    for _ in 0..3 {
        model.update(Msg::Key, "PageUp", &NEAR);
    }
    assert_eq!(model.cursor, date("2026-07-20"));
}

#[test]
fn a_grey_time_says_why_and_what_would_work() {
    let mut model = tour();
    act(&mut model, [Msg::Pick(date("2026-08-01")), Msg::Why(at("2026-08-01T17:00"))]);
    let page = draw(&model);
    let why = all(&page).into_iter().find(|node| attribute(node, "role") == Some("note")).unwrap();
    assert!(text(why).starts_with("All places at this time are taken."), "{}", text(why));
    let fix = all(why).into_iter().find_map(|node| node.on.clone()).unwrap();
    act(&mut model, [fix]);
    assert!(model.chosen().unwrap().status.bookable());
}

#[test]
fn a_party_that_grows_too_large_is_told_at_once() {
    let mut model = tour();
    act(&mut model, [Msg::Slot(at("2026-08-01T19:00")), Msg::Party(0, 4)]);
    assert!(!model.can_go_on());
    let page = draw(&model);
    assert!(text(&page).contains("Only 4 places are left at this time."), "{}", text(&page));
}

#[test]
fn times_are_the_venues_and_the_visitors_stand_beside_them_where_they_differ() {
    let mut model = tour();
    act(&mut model, [Msg::Pick(date("2026-08-03"))]);
    let near = text(&draw(&model));
    assert!(near.contains("17:00") && !near.contains("your time"), "{near}");
    let far = text(&Scene { m: &model, intl: &Iso(-14_400) }.draw());
    assert!(far.contains("17:00") && far.contains("11:00 your time"), "{far}");
    model.options.visitor_time = true;
    let theirs = text(&Scene { m: &model, intl: &Iso(-14_400) }.draw());
    assert!(theirs.contains("11:00") && theirs.contains("17:00 local"), "{theirs}");
}

/// On both changes of clocks the tour leaves at 17:00 on the pier's clock, an hour apart in UTC.
#[test]
fn the_wall_time_holds_across_both_changes_of_clocks() {
    for (day, utc) in [("2026-10-24", 15), ("2026-10-25", 16), ("2027-03-27", 16), ("2027-03-28", 15)] {
        let mut snapshot = harbor();
        snapshot.venue.now = Timestamp::parse("2026-10-01T00:00:00Z").unwrap().0;
        let mut model = tour();
        model.hear(News::Snapshot(Box::new(snapshot)), &NEAR);
        act(&mut model, [Msg::Pick(date(day))]);
        let slots = model.slots_on(date(day));
        let five = slots.iter().find(|slot| slot.starts_at.0.rem_euclid(86_400) == utc * 3600);
        assert!(five.is_some(), "{day}: {slots:?}");
        let page = draw(&model);
        let clocks: Vec<_> = all(&page).into_iter().filter(|node| attribute(node, "class") == Some("clock")).collect();
        assert!(clocks.iter().any(|clock| clock.text == "17:00"), "{day}");
        assert!(clocks.iter().all(|clock| ["14:00", "17:00", "19:00"].contains(&clock.text.as_str())), "{day}");
    }
}

#[test]
fn the_grid_always_has_six_weeks() {
    let mut model = tour();
    for _ in 0..14 {
        act(&mut model, [Msg::Month(1)]);
        let page = draw(&model);
        let body = all(&page).into_iter().find(|node| node.tag == "tbody").unwrap();
        assert_eq!(body.children.len(), 6);
        assert!(body.children.iter().all(|week| week.children.len() == 7));
        let first: Date = model.month.first();
        assert_eq!(cells(&page).len() as i32, model.month.last().days_since_epoch() - first.days_since_epoch() + 1);
    }
}

#[test]
fn a_date_on_which_the_clocks_change_says_so() {
    let said = |on: &str| {
        let mut model = tour();
        act(&mut model, [Msg::Pick(date(on))]);
        text(&draw(&model)).contains("The clocks in Berlin go back on this date.")
    };
    assert!(said("2026-10-25"));
    assert!(!said("2026-10-24") && !said("2026-10-26"));
}

#[test]
fn the_visitors_change_of_clocks_is_named_where_it_makes_a_difference() {
    let said = |now: &str, on: &str, taken: bool| {
        let mut snapshot = harbor();
        snapshot.venue.now = Timestamp::parse(now).unwrap().0;
        let mut model = tour();
        model.hear(News::Snapshot(Box::new(snapshot)), &NewYork);
        act(&mut model, [Msg::Pick(date(on))]);
        if taken {
            let start = model.slots_on(date(on))[0].starts_at;
            act(&mut model, [Msg::Slot(start)]);
        }
        let page = text(&Scene { m: &model, intl: &NewYork }.draw());
        ["Berlin go back", "New York go back"].map(|words| page.contains(words))
    };
    // The date of each change names its own, and the dates between them none.
    assert_eq!(said("2026-10-01T12:00:00Z", "2026-10-25", false), [true, false]);
    assert_eq!(said("2026-10-01T12:00:00Z", "2026-11-01", false), [false, true]);
    assert_eq!(said("2026-10-01T12:00:00Z", "2026-10-28", false), [false, false]);
    // Until what was chosen, the clocks that make the two differ otherwise than today.
    assert_eq!(said("2026-10-01T12:00:00Z", "2026-10-28", true), [true, false]);
    assert_eq!(said("2026-10-27T12:00:00Z", "2026-11-05", true), [false, true]);
    assert_eq!(said("2026-10-01T12:00:00Z", "2026-11-05", true), [false, false]);
}

#[test]
fn week_and_list_show_the_starts_that_the_month_shows() {
    let mut model = tour();
    act(&mut model, [Msg::Pick(date("2026-07-25"))]);
    let starts = |page: &Node| {
        let all: Vec<_> = all(page).into_iter().map(|node| attribute(node, "class").unwrap_or("").to_owned()).collect();
        all.iter().filter(|class| class.as_str() == "slot").count()
    };
    let one = starts(&draw(&model));
    act(&mut model, [Msg::View(shared::embed::View::Week)]);
    let week = draw(&model);
    assert!(starts(&week) > one);
    let days = all(&week).into_iter().filter(|node| attribute(node, "class").is_some_and(|c| c.starts_with("column")));
    assert_eq!(days.count(), 7);
    act(&mut model, [Msg::View(shared::embed::View::List)]);
    let entries =
        |model: &Model| all(&draw(model)).into_iter().filter(|n| attribute(n, "class") == Some("entry")).count();
    let first = entries(&model);
    act(&mut model, [Msg::More]);
    assert!(entries(&model) > first, "{first}");
}
