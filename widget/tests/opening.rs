//! The first view, drawn from what the engine has said at the edge while the engine itself is still on its way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use shared::embed::First;
use shared::party::Party;
use shared::zone::Instant;
use support::{NEAR, act, alone, harbor, options, with};
use widget::later::LATER;
use widget::model::Model;
use widget::model::message::{Effect, Msg, News};
use widget::view::Scene;
use widget::view::node::Node;

/// All that can be seen and heard of a node, line by line.
fn told(node: &Node, into: &mut Vec<String>) {
    into.push(format!("{} {:?} {}", node.tag, node.attributes, node.text));
    for child in &node.children {
        told(child, into);
    }
}

fn shown(model: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    told(&Scene { m: model, intl: &NEAR }.draw(), &mut lines);
    lines
}

#[test]
fn what_is_shown_before_the_engine_comes_is_what_the_engine_shows() {
    let snapshot = harbor();
    let mut seen = 0;
    for offering in &snapshot.offerings {
        for view in ["month", "week", "list"] {
            for asked in
                [("", ""), ("date", "2026-08-15"), ("date", "2026-08-31"), ("party", "adult:2"), ("party", "child:1")]
            {
                let attributes = [("offering", offering.id.as_str()), ("view", view), asked];
                let wish = options(&attributes);
                if First::of(&snapshot.venue, offering, wish.date, wish.party).is_none() {
                    continue;
                }
                let (before, after) = (alone(&attributes), with(&attributes));
                assert!(before.later.is_none());
                assert_eq!(shown(&before), shown(&after), "{attributes:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > snapshot.offerings.len() * 12, "{seen}");
    assert_eq!(shown(&alone(&[])), shown(&with(&[])), "the list of offerings");
}

#[test]
fn the_engines_coming_changes_nothing_that_is_shown() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    let before = shown(&model);
    model.hear(News::Later(Some(&LATER)), &NEAR);
    assert_eq!(before, shown(&model));
}

#[test]
fn what_takes_the_engine_waits_for_it_and_is_done_when_it_comes() {
    let ways = [(Msg::Month(1), ""), (Msg::Key, "PageDown")];
    for (msg, key) in ways {
        let mut model = alone(&[("offering", "tour_harbor_sunset")]);
        let month = model.month;
        assert_eq!(model.update(msg, key, &NEAR), [Effect::Later]);
        assert!(model.month == month, "nothing is claimed of a month that nothing is known of");
        assert_eq!(model.update(Msg::Month(1), "", &NEAR), [Effect::Later], "pressed once more");
        model.hear(News::Later(Some(&LATER)), &NEAR);
        assert!(model.month == month.plus(2), "every press counts");
        assert!(model.days(model.month.first(), model.month.last()).iter().any(|day| day.free() > 0));
    }
}

#[test]
fn dates_and_times_that_are_shown_can_be_chosen_before_the_engine_comes() {
    let mut model = alone(&[("offering", "tour_harbor_sunset")]);
    let days = model.days(model.month.first(), model.month.last());
    let day = days.iter().rfind(|day| day.free() > 0).unwrap();
    act(&mut model, [Msg::Pick(day.date)]);
    assert_eq!(model.date, Some(day.date));
    let slot = day.slots.iter().find(|slot| slot.status.bookable()).unwrap().starts_at;
    assert_eq!(act(&mut model, [Msg::Slot(slot)]), [Effect::Later]);
    model.hear(News::Later(Some(&LATER)), &NEAR);
    assert!(model.can_go_on());
}

#[test]
fn what_the_edge_was_not_asked_waits_for_the_engine() {
    let mut snapshot = harbor();
    snapshot.first = First::of(&snapshot.venue, &snapshot.offerings[0], None, Party::default());
    let now = snapshot.venue.now;
    let wanted = ("offering", snapshot.offerings[0].id.as_str());
    let opens = |attributes: &[(&str, &str)], now| Model::opens(&options(attributes), &snapshot, now);
    assert!(opens(&[wanted], now));
    assert!(opens(&[], now), "a list of offerings takes no engine");
    assert!(!opens(&[wanted, ("date", "2026-09-01")], now));
    assert!(!opens(&[wanted, ("party", "adult:2")], now));
    assert!(!opens(&[wanted], Instant(now.0 + 3_600)), "an hour ago is not now");
    assert!(!opens(&[("offering", snapshot.offerings[1].id.as_str())], now), "another offering");
}
