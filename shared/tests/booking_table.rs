//! The life cycle: the table is the contract's, and no decision leaves it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use proptest::prelude::*;
use shared::availability::Threshold;
use shared::booking::*;
use shared::pricing::RefundTier;
use shared::zone::Instant;
use std::collections::BTreeSet;

const START: i64 = 1_000_000;

/// Two days before: all of it. One day: half.
fn tiers() -> Vec<RefundTier> {
    vec![RefundTier { minutes_before: 1_440, percent: 5_000 }, RefundTier { minutes_before: 2_880, percent: 10_000 }]
}

fn facts(by: Actor) -> Facts {
    Facts {
        now: Instant(START - 3 * 86_400),
        by,
        items: vec![ItemTerms {
            total: 10_000,
            starts_at: Instant(START),
            ends_at: Instant(START + 3_600),
            refund_tiers: tiers(),
        }],
        due_now: 4_000,
        paid: 4_000,
        refunded: 0,
        payment: 0,
        refund: None,
        approval: false,
        expires_at: None,
        holds_claims: true,
        free: true,
        cancel_until: Some(1_440),
        reschedule_until: Some(2_880),
    }
}

fn step(state: State, action: Action, facts: &Facts) -> (State, Effects) {
    apply(state, action, facts).unwrap()
}

/// The table of contracts and documentation, row by row, as state names.
const CONTRACT: &[(&str, &[&str])] = &[
    ("PROPOSAL_OPEN", &["PROPOSAL_RESERVED", "PROPOSAL_REVIEW", "CONFIRMED", "CANCELLED", "EXPIRED"]),
    ("PROPOSAL_RESERVED", &["PROPOSAL_OPEN", "PROPOSAL_REVIEW", "CONFIRMED", "CANCELLED", "EXPIRED"]),
    ("PROPOSAL_REVIEW", &["PROPOSAL_RESERVED", "CONFIRMED", "CANCELLED", "EXPIRED"]),
    ("PENDING", &["AWAITING_APPROVAL", "CONFIRMED", "EXPIRED", "CANCELLED"]),
    ("AWAITING_APPROVAL", &["CONFIRMED", "EXPIRED", "REJECTED", "CANCELLED"]),
    ("CONFIRMED", &["CANCELLED", "COMPLETED"]),
    ("CANCELLED", &["CONFIRMED", "REFUNDED"]),
    ("REJECTED", &["CONFIRMED", "REFUNDED"]),
    ("COMPLETED", &["REFUNDED"]),
    // Paid late, and the seats are still free.
    ("EXPIRED", &["AWAITING_APPROVAL", "CONFIRMED"]),
    ("REFUNDED", &[]),
];

#[test]
fn the_table_is_the_contracts() {
    let ours: BTreeSet<(&str, &str)> = transitions().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let theirs: BTreeSet<(&str, &str)> =
        CONTRACT.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to))).collect();
    assert_eq!(ours, theirs);
    assert_eq!(transitions().count(), ours.len(), "each pair once");
}

#[test]
fn the_database_allows_what_the_table_allows() {
    let sql = include_str!("../../edge/migrations/0003_booking.sql");
    let rows = sql.split_once("insert into booking_transition").unwrap().1.split_once(';').unwrap().0;
    let words: Vec<&str> = rows.split('\'').skip(1).step_by(2).collect();
    let theirs: BTreeSet<(&str, &str)> = words.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    let ours: BTreeSet<(&str, &str)> = transitions().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn nothing_leads_out_of_refunded() {
    assert!(transitions().all(|(from, to)| from != State::Refunded || to == State::Refunded));
}

#[test]
fn every_state_can_be_reached_from_a_hold_or_a_proposal() {
    let mut reached = BTreeSet::from([State::Pending, State::ProposalOpen]);
    while let Some((_, to)) = transitions().find(|(from, to)| reached.contains(from) && !reached.contains(to)) {
        reached.insert(to);
    }
    assert_eq!(reached.len(), State::ALL.len());
}

#[test]
fn names_read_back() {
    assert!(State::ALL.iter().all(|state| State::parse(state.as_str()) == Some(*state)));
    assert!(Action::ALL.iter().all(|action| Action::parse(action.as_str()) == Some(*action)));
    let json = serde_json::to_string(State::ALL).unwrap();
    assert!(json.contains("\"PROPOSAL_REVIEW\"") && json.contains("\"AWAITING_APPROVAL\""));
}

#[test]
fn a_paid_hold_is_confirmed_and_its_claims_no_longer_run_out() {
    let mut facts = facts(Actor::System);
    facts.payment = 4_000;
    let (state, effects) = step(State::Pending, Action::Settle, &facts);
    assert_eq!((state, effects.claims, effects.refund), (State::Confirmed, ClaimEffect::Firm, 0));
    assert_eq!(effects.mail, Some(Mail::Confirmed));
    assert_eq!(effects.events, [EventType::BookingCreated, EventType::OrderCreated, EventType::PaymentSucceeded]);
}

#[test]
fn a_hold_with_money_due_is_not_confirmed() {
    let mut facts = facts(Actor::Customer);
    facts.paid = 3_999;
    assert_eq!(apply(State::Pending, Action::Settle, &facts), Err(Refused::Unpaid { missing: 1 }));
}

#[test]
fn with_approval_on_staff_decide() {
    let mut facts = facts(Actor::Customer);
    facts.approval = true;
    let (state, effects) = step(State::Pending, Action::Settle, &facts);
    assert_eq!((state, effects.mail), (State::AwaitingApproval, Some(Mail::Requested)));
    assert_eq!(apply(state, Action::Approve, &facts), Err(Refused::NotAllowed));
    facts.by = Actor::Staff;
    assert_eq!(step(state, Action::Approve, &facts).0, State::Confirmed);
    let (state, effects) = step(state, Action::Reject, &facts);
    assert_eq!((state, effects.claims, effects.refund), (State::Rejected, ClaimEffect::Release, 4_000));
}

#[test]
fn money_that_comes_too_late_takes_the_seats_again_or_goes_back() {
    let mut facts = facts(Actor::System);
    (facts.holds_claims, facts.payment) = (false, 4_000);
    facts.expires_at = Some(facts.now);
    for state in [State::Pending, State::Expired] {
        facts.free = true;
        let (to, effects) = step(state, Action::Settle, &facts);
        assert_eq!((to, effects.claims, effects.refund), (State::Confirmed, ClaimEffect::Take, 0));
        facts.free = false;
        let (to, effects) = step(state, Action::Settle, &facts);
        assert_eq!((to, effects.refund, effects.mail), (State::Expired, 4_000, Some(Mail::PaidTooLate)));
    }
    // Nothing paid, nothing to give back.
    (facts.due_now, facts.paid, facts.payment) = (0, 0, 0);
    assert_eq!(apply(State::Pending, Action::Settle, &facts), Err(Refused::Taken));
}

#[test]
fn a_hold_ends_on_its_last_second() {
    let mut facts = facts(Actor::System);
    facts.expires_at = Some(Instant(facts.now.0 + 1));
    assert_eq!(step(State::Pending, Action::Settle, &facts).1.claims, ClaimEffect::Firm);
    facts.expires_at = Some(facts.now);
    assert_eq!(step(State::Pending, Action::Settle, &facts).1.claims, ClaimEffect::Take);
}

#[test]
fn money_for_what_was_called_off_goes_back_but_only_that() {
    let mut facts = facts(Actor::System);
    (facts.paid, facts.refunded, facts.payment) = (6_000, 1_000, 2_000);
    let (state, effects) = step(State::Cancelled, Action::Settle, &facts);
    assert_eq!((state, effects.refund), (State::Cancelled, 2_000));
}

#[test]
fn a_hold_expires_when_its_time_is_over_and_not_before() {
    let mut facts = facts(Actor::System);
    facts.expires_at = Some(Instant(facts.now.0 + 1));
    assert_eq!(
        apply(State::Pending, Action::Expire, &facts),
        Err(Refused::TooEarly { from: Instant(facts.now.0 + 1) })
    );
    facts.expires_at = Some(facts.now);
    let (state, effects) = step(State::Pending, Action::Expire, &facts);
    assert_eq!((state, effects.claims, effects.events.len()), (State::Expired, ClaimEffect::Release, 0));
}

#[test]
fn customers_cancel_within_the_policy_and_get_what_the_tiers_give() {
    let cancel = |before: i64| {
        let mut facts = facts(Actor::Customer);
        facts.now = Instant(START - before * 60);
        apply(State::Confirmed, Action::Cancel, &facts).map(|(state, effects)| (state, effects.refund))
    };
    assert_eq!(cancel(2_880), Ok((State::Cancelled, 4_000)));
    assert_eq!(cancel(2_879), Ok((State::Cancelled, 2_000)));
    assert_eq!(cancel(1_440), Ok((State::Cancelled, 2_000)));
    let until = Some(Instant(START - 86_400));
    assert_eq!(cancel(1_439), Err(Refused::TooLate { until }));
}

#[test]
fn staff_cancel_always_and_may_choose_the_refund() {
    let mut facts = facts(Actor::Staff);
    facts.now = Instant(START + 60);
    assert_eq!(step(State::Confirmed, Action::Cancel, &facts).1.refund, 0);
    facts.refund = Some(3_000);
    assert_eq!(step(State::Confirmed, Action::Cancel, &facts).1.refund, 3_000);
    facts.refund = Some(4_001);
    assert_eq!(apply(State::Confirmed, Action::Cancel, &facts), Err(Refused::RefundTooLarge { most: 4_000 }));
}

#[test]
fn a_customer_does_not_choose_the_refund() {
    let mut facts = facts(Actor::Customer);
    facts.now = Instant(START - 1_440 * 60);
    facts.refund = Some(4_000);
    assert_eq!(step(State::Confirmed, Action::Cancel, &facts).1.refund, 2_000);
}

#[test]
fn a_request_that_is_withdrawn_gives_everything_back() {
    let mut facts = facts(Actor::Customer);
    facts.now = Instant(START - 60);
    assert_eq!(step(State::AwaitingApproval, Action::Cancel, &facts).1.refund, 4_000);
}

#[test]
fn several_items_come_back_each_by_its_own_terms() {
    // 40.00 paid for two items of 60.00 and 40.00: shares 24.00 and 16.00; half of the first, all of the second.
    let mut facts = facts(Actor::Staff);
    facts.items[0].total = 6_000;
    facts.items[0].refund_tiers = vec![RefundTier { minutes_before: 0, percent: 5_000 }];
    let second = ItemTerms { total: 4_000, starts_at: Instant(START + 9_999_999), ..facts.items[0].clone() };
    facts.items.push(ItemTerms { refund_tiers: tiers(), ..second });
    assert_eq!(step(State::Confirmed, Action::Cancel, &facts).1.refund, 1_200 + 1_600);
}

#[test]
fn a_missed_threshold_gives_everything_back() {
    let mut facts = facts(Actor::System);
    facts.now = Instant(START - 60);
    let (state, effects) = step(State::Confirmed, Action::MissThreshold, &facts);
    assert_eq!((state, effects.refund, effects.mail), (State::Cancelled, 4_000, Some(Mail::ThresholdMissed)));
}

#[test]
fn a_threshold_is_decided_at_its_time() {
    let threshold = Threshold { min_seats: 4, decide_before: 60 };
    let decide = |seats, before: i64| decide_threshold(&threshold, seats, Instant(START), Instant(START - before * 60));
    assert_eq!(decide(4, 999), ThresholdDecision::Runs);
    assert_eq!(decide(3, 61), ThresholdDecision::Waits);
    assert_eq!(decide(3, 60), ThresholdDecision::Missed);
    assert_eq!(decide(4, 60), ThresholdDecision::Runs);
}

#[test]
fn moving_needs_a_free_time_and_the_policy() {
    let mut facts = facts(Actor::Customer);
    let (state, effects) = step(State::Confirmed, Action::Reschedule, &facts);
    assert_eq!((state, effects.claims, effects.mark), (State::Confirmed, ClaimEffect::Move, Some(Mark::Rescheduled)));
    facts.free = false;
    assert_eq!(apply(State::Confirmed, Action::Reschedule, &facts), Err(Refused::Taken));
    facts.free = true;
    facts.now = Instant(START - 2_879 * 60);
    assert!(matches!(apply(State::Confirmed, Action::Reschedule, &facts), Err(Refused::TooLate { .. })));
    facts.by = Actor::Staff;
    assert!(apply(State::Confirmed, Action::Reschedule, &facts).is_ok());
}

#[test]
fn who_stays_away_gets_back_what_the_tiers_give_of_their_part() {
    // 40.00 paid of 100.00; 25.00 is called off a day and a half before: half of its 10.00.
    let mut facts = facts(Actor::Customer);
    facts.now = Instant(START - 36 * 3_600);
    facts.items[0].total = 2_500;
    facts.items.push(ItemTerms { total: 7_500, refund_tiers: Vec::new(), ..facts.items[0].clone() });
    let (state, effects) = step(State::Confirmed, Action::ChangeParty, &facts);
    assert_eq!((state, effects.claims, effects.refund), (State::Confirmed, ClaimEffect::Move, 500));
    facts.free = false;
    assert_eq!(apply(State::Confirmed, Action::ChangeParty, &facts), Err(Refused::Taken));
    facts.now = Instant(START - 60);
    assert!(matches!(apply(State::Confirmed, Action::ChangeParty, &facts), Err(Refused::TooLate { .. })));
}

#[test]
fn a_mark_can_be_taken_back() {
    let facts = facts(Actor::Staff);
    assert_eq!(step(State::Completed, Action::Unmark, &facts).1.mark, Some(Mark::Unmarked));
}

#[test]
fn what_was_called_off_comes_back_only_if_seats_are_free() {
    let mut facts = facts(Actor::Staff);
    facts.holds_claims = false;
    assert_eq!(step(State::Cancelled, Action::Reinstate, &facts).1.claims, ClaimEffect::Take);
    facts.free = false;
    assert_eq!(apply(State::Rejected, Action::Reinstate, &facts), Err(Refused::Taken));
}

#[test]
fn only_all_of_the_money_makes_it_refunded() {
    let mut facts = facts(Actor::System);
    facts.refunded = 3_999;
    assert_eq!(step(State::Cancelled, Action::MoneyBack, &facts).0, State::Cancelled);
    facts.refunded = 4_000;
    for state in [State::Cancelled, State::Rejected, State::Completed] {
        assert_eq!(step(state, Action::MoneyBack, &facts).0, State::Refunded);
    }
    assert_eq!(step(State::Confirmed, Action::MoneyBack, &facts).0, State::Confirmed, "a goodwill refund");
}

#[test]
fn it_completes_when_it_is_over() {
    let mut facts = facts(Actor::System);
    facts.now = Instant(START + 3_599);
    assert_eq!(
        apply(State::Confirmed, Action::Complete, &facts),
        Err(Refused::TooEarly { from: Instant(START + 3_600) })
    );
    facts.now = Instant(START + 3_600);
    assert_eq!(step(State::Confirmed, Action::Complete, &facts).0, State::Completed);
}

#[test]
fn a_proposal_is_reserved_reviewed_and_confirmed() {
    let mut facts = facts(Actor::Staff);
    (facts.holds_claims, facts.paid) = (false, 0);
    let (state, effects) = step(State::ProposalOpen, Action::Reserve, &facts);
    assert_eq!((state, effects.claims), (State::ProposalReserved, ClaimEffect::Take));
    facts.holds_claims = true;
    assert_eq!(step(State::ProposalReview, Action::Approve, &facts).0, State::ProposalReserved);
    assert_eq!(step(state, Action::Confirm, &facts).0, State::Confirmed, "staff need no payment");
    facts.by = Actor::Customer;
    assert_eq!(apply(state, Action::Confirm, &facts), Err(Refused::Unpaid { missing: 4_000 }));
    facts.paid = 4_000;
    assert_eq!(step(state, Action::Confirm, &facts).0, State::Confirmed);
    facts.expires_at = Some(facts.now);
    assert!(matches!(apply(state, Action::Confirm, &facts), Err(Refused::TooLate { .. })));
    facts.by = Actor::Staff;
    assert_eq!(step(state, Action::Unreserve, &facts).1.claims, ClaimEffect::Release);
}

prop_compose! {
    fn any_facts()(
        now in START - 400_000..START + 20_000,
        by in 0..Actor::ALL.len(),
        money in proptest::collection::vec(-10_i64..12_000, 5),
        chosen in proptest::option::of(0_i64..12_000),
        expires_at in proptest::option::of(START - 400_000..START + 20_000),
        flags in proptest::collection::vec(any::<bool>(), 3),
        policy in proptest::option::of(0_u32..5_000),
        items in 0_usize..3,
    ) -> Facts {
        let item = facts(Actor::Staff).items[0].clone();
        Facts {
            now: Instant(now),
            by: Actor::ALL[by],
            items: vec![item; items],
            due_now: money[0],
            paid: money[1],
            refunded: money[2],
            payment: money[3],
            refund: chosen,
            approval: flags[0],
            expires_at: expires_at.map(Instant),
            holds_claims: flags[1],
            free: flags[2],
            cancel_until: policy,
            reschedule_until: policy,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_decision_is_a_row_of_the_table(facts in any_facts()) {
        for state in State::ALL {
            for action in Action::ALL {
                let rows: Vec<&Rule> = RULES.iter().filter(|row| row.from == *state && row.action == *action).collect();
                match apply(*state, *action, &facts) {
                    Ok((to, effects)) => {
                        let row = rows.iter().find(|row| row.to == to);
                        prop_assert!(row.is_some_and(|row| row.by.contains(&facts.by)), "{state:?} {action:?} {to:?}");
                        let left = (facts.paid - facts.refunded).max(0);
                        prop_assert!((0..=left).contains(&effects.refund));
                        // Whoever lets go of the booking lets go of the seats, and nobody else does.
                        let releases = effects.claims == ClaimEffect::Release;
                        let over = matches!(to, State::Expired | State::Rejected | State::Cancelled);
                        if state.is_live() && over { prop_assert!(releases); }
                        if to == State::Confirmed { prop_assert!(!releases); }
                        // Seats that are not held are never firmed, and taken ones never made.
                        prop_assert!(effects.claims != ClaimEffect::Firm || facts.holds_claims);
                        prop_assert!(!matches!(effects.claims, ClaimEffect::Take | ClaimEffect::Move) || facts.free);
                    }
                    Err(Refused::Impossible) => prop_assert!(rows.is_empty()),
                    Err(_) => prop_assert!(!rows.is_empty()),
                }
            }
        }
    }

    #[test]
    fn earlier_is_never_worse(paid in 0_i64..1_000_000, a in 0_i64..6_000, b in 0_i64..6_000) {
        let at = |minutes: i64| refund(&tiers(), paid, Instant(START), Instant(START - minutes * 60));
        prop_assert!(at(a.max(b)) >= at(a.min(b)));
        prop_assert!(at(a) <= paid);
    }
}

#[test]
fn every_row_can_happen() {
    // Drawn at random until each row was the answer once; a row that cannot be is a row too many.
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut missing: Vec<(State, Action, State)> = RULES.iter().map(|row| (row.from, row.action, row.to)).collect();
    for _ in 0..20_000 {
        let facts = any_facts().new_tree(&mut runner).unwrap().current();
        missing.retain(|(from, action, to)| !matches!(apply(*from, *action, &facts), Ok((got, _)) if got == *to));
        if missing.is_empty() {
            return;
        }
    }
    panic!("never seen: {missing:?}");
}
