//! Prices worked by hand: each test is a sum that one can check with a pencil.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::id::{AddOnId, OfferingId, PartyCode};
use shared::money::Currency;
use shared::party::Party;
use shared::pricing::*;
use shared::schedule::Window;
use shared::zone::{Instant, Zone};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Saturday 2026-08-01 10:00 in UTC.
const START: i64 = 1_785_578_400;

fn utc() -> Zone {
    Zone { name: "UTC".into(), offsets: vec![(Instant(0), 0)] }
}

fn offering(id: &str) -> OfferingId {
    OfferingId::parse(id).unwrap()
}

fn code(code: &str) -> PartyCode {
    PartyCode::parse(code).unwrap()
}

fn party(counts: &[(&str, u32)]) -> Party {
    Party(counts.iter().map(|(name, count)| (code(name), *count)).collect())
}

fn tariff(id: &str, base: Vec<BasePrice>) -> Tariff {
    Tariff {
        offering: offering(id),
        base,
        departure_prices: vec![],
        adjustments: vec![],
        group_discounts: None,
        private_surcharge: None,
        pay_what_you_want: None,
        deposit: None,
        refund_tiers: vec![],
    }
}

fn per_party(prices: &[(&str, i64)]) -> BasePrice {
    BasePrice::PerParty(prices.iter().map(|(name, price)| PartyPrice { code: code(name), price: *price }).collect())
}

fn book(tariffs: Vec<Tariff>) -> PriceBook {
    PriceBook {
        currency: Currency::parse("EUR").unwrap(),
        rules_version: 1,
        tariffs,
        add_ons: vec![],
        automatic: vec![],
        fees: vec![],
        tax: TaxRules::default(),
        round_to: None,
    }
}

fn item(id: &str, starts_at: i64, hours: i64, counts: &[(&str, u32)]) -> ItemRequest {
    ItemRequest {
        offering: offering(id),
        starts_at: Instant(starts_at),
        ends_at: Instant(starts_at + hours * HOUR),
        party: party(counts),
        private: false,
        add_ons: vec![],
        pay: None,
    }
}

/// Asked ten days before the start.
fn request(items: Vec<ItemRequest>) -> Request {
    Request { items, coupon: None, country: None, reverse_charge: false, now: Instant(START - 10 * DAY) }
}

fn coupon(effect: CouponEffect) -> Coupon {
    Coupon {
        code: "SUMMER".into(),
        effect,
        from: None,
        until: None,
        departs_from: None,
        departs_until: None,
        minimum: None,
        uses_left: None,
        once_per_customer: false,
        used_by_customer: false,
        offerings: vec![],
        add_ons: false,
    }
}

fn adjustment(when: When, effect: AdjustmentEffect) -> Adjustment {
    Adjustment { name: "Season".into(), when, party: vec![], effect }
}

fn group(combine: Combine, rules: Vec<(u32, GroupBenefit)>) -> Option<GroupDiscounts> {
    let rules = rules.into_iter().map(|(from, benefit)| GroupDiscount {
        name: "Group".into(),
        from,
        to: None,
        party: vec![],
        benefit,
    });
    Some(GroupDiscounts { rules: rules.collect(), combine })
}

fn automatic(condition: Condition, percent: u32, only_cheapest: Option<u32>) -> AutomaticDiscount {
    AutomaticDiscount {
        name: "Together".into(),
        from: None,
        until: None,
        counts: Products::default(),
        ignore_coupon_reduced: false,
        condition,
        percent,
        only_cheapest,
        on: None,
    }
}

fn vat(basis_points: u32) -> TaxRate {
    TaxRate { name: "VAT".into(), basis_points, compound: false, countries: vec![], on: Taxed::default() }
}

fn price(book: &PriceBook, request: &Request) -> Quote {
    quote(book, &utc(), request).unwrap()
}

/// What the lines of a kind come to.
fn sum(quote: &Quote, kind: LineKind) -> i64 {
    quote.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount).sum()
}

fn boat() -> Tariff {
    tariff("tour_boat", vec![per_party(&[("adult", 4_900), ("child", 2_900)])])
}

#[test]
fn each_guest_pays_the_price_of_its_type() {
    // 2 × 49.00 + 3 × 29.00 = 98.00 + 87.00 = 185.00
    let quote = price(&book(vec![boat()]), &request(vec![item("tour_boat", START, 2, &[("adult", 2), ("child", 3)])]));
    assert_eq!(quote.total, 18_500);
    assert_eq!(
        (quote.lines[0].label.as_str(), quote.lines[0].quantity, quote.lines[0].unit_price),
        ("adult", 2, 4_900)
    );
    assert_eq!((quote.due_now, quote.due_later), (18_500, 0));
}

#[test]
fn a_package_covers_its_length_and_each_started_hour_more_costs_extra() {
    // $100 includes 5 hours, each further hour $50: 7.5 hours = 100 + 3 × 50 = 250. Three hours still cost 100.
    let extra = Some(ExtraLength { per: 60, price: 5_000 });
    let package = Package { price: 10_000, unit: LengthUnit::Minutes, included: 300, extra };
    let book = book(vec![tariff("pkg_dj", vec![BasePrice::Package(package)])]);
    let mut long = item("pkg_dj", START, 7, &[]);
    long.ends_at = Instant(START + 7 * HOUR + HOUR / 2);
    let quote = price(&book, &request(vec![long]));
    assert_eq!(quote.total, 25_000);
    assert_eq!((quote.lines[1].kind, quote.lines[1].quantity), (LineKind::ExtraLength, 3));
    assert_eq!(price(&book, &request(vec![item("pkg_dj", START, 3, &[])])).total, 10_000);
}

#[test]
fn days_are_days_on_the_wall_even_when_the_clocks_change() {
    // Clocks fall back on the second day: three dates are 73 hours, and still three days. 80 + 2 × 60 = 200.
    let zone = Zone { name: "X".into(), offsets: vec![(Instant(0), 7_200), (Instant(START + DAY), 3_600)] };
    let extra = Some(ExtraLength { per: 1, price: 6_000 });
    let package = Package { price: 8_000, unit: LengthUnit::Days, included: 1, extra };
    let book = book(vec![tariff("pkg_van", vec![BasePrice::Package(package)])]);
    let quote = quote(&book, &zone, &request(vec![item("pkg_van", START, 73, &[])])).unwrap();
    assert_eq!(quote.total, 20_000);
}

#[test]
fn a_length_beyond_a_package_without_extra_is_not_sold() {
    let package = Package { price: 10_000, unit: LengthUnit::Minutes, included: 300, extra: None };
    let book = book(vec![tariff("pkg_dj", vec![BasePrice::Package(package)])]);
    let error = quote(&book, &utc(), &request(vec![item("pkg_dj", START, 6, &[])])).unwrap_err();
    assert_eq!((error.code(), error.pointer().as_str()), ("length_not_sold", "/items/0/endsAt"));
}

#[test]
fn a_range_of_units_has_one_price_or_a_price_for_each() {
    // 1 to 50: 500.00 for all. From 51: 9.00 each, 60 × 9 = 540.00.
    let ranges = vec![
        UnitRange { from: 1, to: Some(50), price: 50_000, each: false },
        UnitRange { from: 51, to: Some(100), price: 900, each: true },
    ];
    let book = book(vec![tariff("pkg_feast", vec![BasePrice::UnitRanges(ranges)])]);
    let of = |guests| quote(&book, &utc(), &request(vec![item("pkg_feast", START, 4, &[("guest", guests)])]));
    assert_eq!(of(50).unwrap().total, 50_000);
    assert_eq!(of(60).unwrap().total, 54_000);
    assert_eq!(of(101).unwrap_err(), QuoteError::UnitsNotSold { item: 0 });
}

#[test]
fn a_departure_can_have_prices_of_its_own_for_one_type() {
    let mut tariff = boat();
    let own = DeparturePrice { starts_at: Instant(START), code: Some(code("adult")), price: 9_900 };
    tariff.departure_prices = vec![own];
    let book = book(vec![tariff]);
    let at = |start| price(&book, &request(vec![item("tour_boat", start, 2, &[("adult", 1), ("child", 1)])])).total;
    assert_eq!(at(START), 9_900 + 2_900);
    assert_eq!(at(START + HOUR), 4_900 + 2_900);
}

#[test]
fn adjustments_follow_each_other_on_what_is_left() {
    // 2 × 49.00 = 98.00; Saturday +20 % = +19.60 → 117.60; ten days ahead −5 % = −5.88 → 111.72.
    let mut tariff = boat();
    let early = When { at_least_before: Some(7 * 1_440), ..When::default() };
    let late = When { at_most_before: Some(1_440), ..When::default() };
    tariff.adjustments = vec![
        adjustment(When { weekdays: vec![6, 7], ..When::default() }, AdjustmentEffect::Percent(2_000)),
        adjustment(early, AdjustmentEffect::Percent(-500)),
        adjustment(late, AdjustmentEffect::Percent(-5_000)),
    ];
    let quote = price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 2)])]));
    let amounts: Vec<i64> = quote.lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [9_800, 1_960, -588]);
    assert_eq!(quote.total, 11_172);
}

#[test]
fn an_adjustment_needs_all_its_conditions() {
    let date = |day| Date::new(2026, 8, day).unwrap();
    let time = |hour| TimeOfDay::new(hour, 0).unwrap();
    let window = |from, to| Window { from: time(from), to: time(to) };
    let holds = |when: When| {
        let mut tariff = boat();
        tariff.adjustments = vec![adjustment(when, AdjustmentEffect::Set(1))];
        price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 1)])])).total == 1
    };
    assert!(holds(When::default()));
    assert!(holds(When { dates: vec![(date(1), date(1))], weekdays: vec![6], ..When::default() }));
    assert!(!holds(When { dates: vec![(date(2), date(9))], weekdays: vec![6], ..When::default() }));
    assert!(!holds(When { dates: vec![(date(1), date(1))], weekdays: vec![1], ..When::default() }));
    assert!(holds(When { times: vec![window(10, 11)], ..When::default() }));
    assert!(!holds(When { times: vec![window(8, 10)], ..When::default() }), "the end is not part of it");
    assert!(holds(When { times: vec![window(22, 11)], ..When::default() }), "over midnight");
    assert!(!holds(When { times: vec![window(22, 10)], ..When::default() }));
    assert!(holds(When { at_least_before: Some(14_400), ..When::default() }), "exactly ten days");
    assert!(!holds(When { at_least_before: Some(14_401), ..When::default() }));
    assert!(holds(When { at_most_before: Some(14_400), ..When::default() }));
    assert!(!holds(When { at_most_before: Some(14_399), ..When::default() }));
}

#[test]
fn an_amount_for_each_guest_never_takes_a_price_below_zero() {
    // Adults 49 − 30 = 19; children 29 − 30 stop at 0.
    let mut tariff = boat();
    tariff.adjustments = vec![adjustment(When::default(), AdjustmentEffect::PerGuest(-3_000))];
    let quote = price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 1), ("child", 1)])]));
    assert_eq!(quote.total, 1_900);
}

#[test]
fn the_best_group_discount_wins_or_all_of_them_add_up() {
    // 6 adults = 294.00. From 4: 5.00 each = 30.00. From 6: 10 % = 29.40. Best of: 30.00.
    // Cumulative: 294.00 − 30.00 = 264.00, 10 % of that = 26.40 → 237.60.
    let rules =
        vec![(4, GroupBenefit::PerGuest(500)), (6, GroupBenefit::Percent(1_000)), (7, GroupBenefit::Percent(9_000))];
    let total = |combine| {
        let mut tariff = boat();
        tariff.group_discounts = group(combine, rules.clone());
        price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 6)])])).total
    };
    assert_eq!(total(Combine::BestOf), 26_400);
    assert_eq!(total(Combine::Cumulative), 23_760);
}

#[test]
fn four_for_three_makes_the_cheapest_free() {
    // 5 adults, 3 children: two fours, two free, both children. 5 × 49 + 29 = 274.00.
    let mut tariff = boat();
    tariff.group_discounts = group(Combine::BestOf, vec![(0, GroupBenefit::NForM { take: 4, pay: 3 })]);
    let quote = price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 5), ("child", 3)])]));
    assert_eq!(quote.total, 27_400);
}

#[test]
fn having_the_boat_alone_fills_up_to_the_price_of_all_seats() {
    // 2 adults 98.00, alone at least 400.00: +302.00. Nine adults are 441.00: nothing more.
    let mut tariff = boat();
    tariff.private_surcharge = Some(PrivateSurcharge::AtLeast(40_000));
    let book = book(vec![tariff]);
    let alone = |adults| {
        let mut item = item("tour_boat", START, 2, &[("adult", adults)]);
        item.private = true;
        price(&book, &request(vec![item]))
    };
    assert_eq!(sum(&alone(2), LineKind::Private), 30_200);
    assert_eq!(alone(9).total, 44_100);
}

#[test]
fn one_pays_what_one_wants_from_the_floor_up() {
    let mut tariff = boat();
    tariff.pay_what_you_want = Some(1_000);
    let book = book(vec![tariff]);
    let paying = |pay| {
        let mut item = item("tour_boat", START, 2, &[("adult", 1), ("child", 1)]);
        item.pay = Some(pay);
        quote(&book, &utc(), &request(vec![item]))
    };
    assert_eq!(paying(2_000).unwrap().total, 2_000);
    assert_eq!(paying(50_000).unwrap().total, 50_000);
    assert_eq!(paying(1_999).unwrap_err(), QuoteError::PayTooLow { item: 0, floor: 2_000 });
}

#[test]
fn add_ons_count_pieces_guests_hours_and_days_and_may_be_free() {
    // Two guests for 2.5 hours: photos 2 × 10; lunch 1 × 2 guests × 12; guide 1 × 3 hours × 20; van 1 day 30; champagne free.
    let add_on = |id: &str, method, price| AddOn {
        id: AddOnId::parse(id).unwrap(),
        name: id.into(),
        offerings: vec![],
        method,
        price,
        max_quantity: Some(2),
        stock: None,
        free_with: vec![],
    };
    let mut book = book(vec![boat()]);
    book.add_ons = vec![
        add_on("add_photo", AddOnMethod::Flat, 1_000),
        add_on("add_lunch", AddOnMethod::PerPerson, 1_200),
        add_on("add_guide", AddOnMethod::PerHour, 2_000),
        add_on("add_van", AddOnMethod::PerDay, 3_000),
        AddOn { free_with: vec![offering("tour_boat")], ..add_on("add_champagne", AddOnMethod::Flat, 5_000) },
        AddOn { offerings: vec![offering("tour_other")], ..add_on("add_other", AddOnMethod::Flat, 1) },
    ];
    let mut boat = item("tour_boat", START, 0, &[("adult", 2)]);
    boat.ends_at = Instant(START + 2 * HOUR + HOUR / 2);
    let with = |chosen: &[(&str, u32)]| {
        let mut item = boat.clone();
        item.add_ons = chosen
            .iter()
            .map(|(id, quantity)| AddOnRequest { id: AddOnId::parse(id).unwrap(), quantity: *quantity })
            .collect();
        quote(&book, &utc(), &request(vec![item]))
    };
    let all = [("add_van", 1), ("add_photo", 2), ("add_lunch", 1), ("add_guide", 1), ("add_champagne", 1)];
    let quote = with(&all).unwrap();
    let amounts: Vec<i64> = quote.lines.iter().map(|line| line.amount).collect();
    assert_eq!(amounts, [9_800, 2_000, 2_400, 6_000, 3_000, 0], "in the order of the book");
    assert_eq!(with(&[("add_photo", 3)]).unwrap_err(), QuoteError::TooManyAddOns { item: 0, add_on: 0, max: 2 });
    assert_eq!(with(&[("add_photo", 2), ("add_photo", 1)]).unwrap_err().pointer(), "/items/0/addOns/1/quantity");
    assert_eq!(with(&[("add_other", 1)]).unwrap_err().pointer(), "/items/0/addOns/0/id");
}

#[test]
fn a_coupon_cuts_by_percent_subtracts_sets_or_gives_units_free() {
    // 2 × 49 + 29 = 127.00.
    let book = book(vec![boat()]);
    let with = |effect| {
        let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 2), ("child", 1)])]);
        request.coupon = Some(coupon(effect));
        price(&book, &request).total
    };
    assert_eq!(with(CouponEffect::Percent(1_250)), 12_700 - 1_588, "12.5 % of 127.00 = 15.875, half away from zero");
    assert_eq!(with(CouponEffect::Subtract(2_000)), 10_700);
    assert_eq!(with(CouponEffect::Subtract(99_000)), 0);
    assert_eq!(with(CouponEffect::SetPrice(3_000)), 2 * 3_000 + 2_900, "the child is cheaper already");
    assert_eq!(with(CouponEffect::FreeUnits(2)), 4_900, "the child and one adult");
}

#[test]
fn a_coupon_that_is_not_good_says_why() {
    let book = book(vec![boat()]);
    let now = START - 10 * DAY;
    let refused = |change: &dyn Fn(&mut Coupon)| {
        let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 2)])]);
        let mut coupon = coupon(CouponEffect::Percent(1_000));
        change(&mut coupon);
        request.coupon = Some(coupon);
        match quote(&book, &utc(), &request) {
            Ok(_) => None,
            Err(QuoteError::Coupon(refusal)) => Some(refusal),
            Err(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|_| {}), None);
    assert_eq!(refused(&|c| c.from = Some(Instant(now))), None);
    assert_eq!(refused(&|c| c.from = Some(Instant(now + 1))), Some(CouponRefusal::NotYet));
    assert_eq!(refused(&|c| c.until = Some(Instant(now + 1))), None);
    assert_eq!(refused(&|c| c.until = Some(Instant(now))), Some(CouponRefusal::Expired));
    assert_eq!(refused(&|c| c.uses_left = Some(1)), None);
    assert_eq!(refused(&|c| c.uses_left = Some(0)), Some(CouponRefusal::UsedUp));
    assert_eq!(refused(&|c| c.used_by_customer = true), None);
    let twice = |c: &mut Coupon| (c.once_per_customer, c.used_by_customer) = (true, true);
    assert_eq!(refused(&twice), Some(CouponRefusal::AlreadyUsed));
    assert_eq!(refused(&|c| c.offerings = vec![offering("tour_other")]), Some(CouponRefusal::NotForThis));
    assert_eq!(refused(&|c| c.departs_from = Some(Instant(START + 1))), Some(CouponRefusal::NotForThis));
    assert_eq!(refused(&|c| c.departs_until = Some(Instant(START))), Some(CouponRefusal::NotForThis));
    assert_eq!(refused(&|c| c.minimum = Some(9_800)), None);
    assert_eq!(refused(&|c| c.minimum = Some(9_801)), Some(CouponRefusal::BelowMinimum(9_801)));
}

#[test]
fn a_subtracted_sum_is_spread_over_items_by_largest_remainder() {
    // 10.00 off 49.00 + 49.00 + 49.00: thirds of 10.00 are 3.34, 3.33, 3.33.
    let book = book(vec![boat()]);
    let mut request = request((0..3).map(|day| item("tour_boat", START + day * DAY, 2, &[("adult", 1)])).collect());
    request.coupon = Some(coupon(CouponEffect::Subtract(1_000)));
    assert_eq!(price(&book, &request).item_totals, [4_566, 4_567, 4_567]);
}

#[test]
fn every_third_ticket_is_free_and_the_rest_is_left_for_other_rules() {
    // Seven children and one adult: two threes of children, two free. One child and the adult are left: 50 % on both.
    // 4 × 29 + (29 + 49) × ½ = 116 + 39 = 155.00
    let mut book = book(vec![boat()]);
    let any = |min| Condition::Count { min, within: Within::Any };
    book.automatic = vec![automatic(any(3), 10_000, Some(1)), automatic(any(1), 5_000, None)];
    let quote = price(&book, &request(vec![item("tour_boat", START, 2, &[("adult", 1), ("child", 7)])]));
    assert_eq!(quote.total, 15_500);
}

#[test]
fn a_discount_on_the_same_departure_does_not_count_others() {
    let mut book = book(vec![boat()]);
    book.automatic = vec![automatic(Condition::Count { min: 3, within: Within::Same }, 1_000, None)];
    let two_and_two = |second| {
        let items = vec![item("tour_boat", START, 2, &[("adult", 2)]), item("tour_boat", second, 2, &[("adult", 2)])];
        price(&book, &request(items)).total
    };
    assert_eq!(two_and_two(START), 4 * 4_410);
    assert_eq!(two_and_two(START + DAY), 4 * 4_900);
}

#[test]
fn a_series_ticket_needs_distinct_departures() {
    // Three different days: the cheapest of each group of three is free. On two days there is no such group.
    let mut book = book(vec![boat()]);
    book.automatic = vec![automatic(Condition::Count { min: 3, within: Within::Distinct }, 10_000, Some(1))];
    let on = |days: &[i64], adults| {
        let items = days.iter().map(|day| item("tour_boat", START + day * DAY, 2, &[("adult", adults)])).collect();
        price(&book, &request(items)).total
    };
    assert_eq!(on(&[0, 1, 2], 1), 2 * 4_900);
    assert_eq!(on(&[0, 0, 1], 1), 3 * 4_900);
    assert_eq!(on(&[0, 1, 2], 2), 4 * 4_900, "two groups");
    assert_eq!(on(&[0, 1, 2, 3, 4], 1), 4 * 4_900, "one group, two left over");
}

#[test]
fn a_minimum_value_can_make_something_else_cheaper() {
    // A tour for 98.00 reaches 90.00: the kayak at half price, 30.00 → 15.00.
    let kayak = tariff("tour_kayak", vec![BasePrice::PerBooking(3_000)]);
    let mut book = book(vec![boat(), kayak]);
    let only = |id| Products { offerings: vec![offering(id)], ..Products::default() };
    let mut rule = automatic(Condition::Value { min: 9_000, same_departure: false }, 5_000, None);
    rule.counts = only("tour_boat");
    rule.on = Some(only("tour_kayak"));
    book.automatic = vec![rule];
    let with = |adults| {
        let items = vec![item("tour_boat", START, 2, &[("adult", adults)]), item("tour_kayak", START, 1, &[])];
        price(&book, &request(items)).total
    };
    assert_eq!(with(2), 9_800 + 1_500);
    assert_eq!(with(1), 4_900 + 3_000);
}

#[test]
fn units_that_a_coupon_made_cheaper_may_not_count() {
    let mut book = book(vec![boat()]);
    let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 4)])]);
    request.coupon = Some(coupon(CouponEffect::Percent(1_000)));
    let mut total = |ignore| {
        let mut rule = automatic(Condition::Count { min: 4, within: Within::Any }, 5_000, None);
        rule.ignore_coupon_reduced = ignore;
        book.automatic = vec![rule];
        price(&book, &request).total
    };
    // 4 × 49 = 196.00, 10 % off = 176.40, and half of that if they count.
    assert_eq!(total(true), 17_640);
    assert_eq!(total(false), 8_820);
}

#[test]
fn fees_come_on_top_of_what_is_left_after_discounts() {
    // 98.00 − 10 % = 88.20; 5 % = 4.41; 2.50 for the booking; 1.00 for each of 2 guests. 88.20 + 4.41 + 2.50 + 2.00 = 97.11
    let mut book = book(vec![boat()]);
    let fee = |amount| Fee { name: "Fee".into(), offerings: vec![], amount };
    book.fees = vec![fee(FeeAmount::Percent(500)), fee(FeeAmount::PerBooking(250)), fee(FeeAmount::PerGuest(100))];
    let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 2)])]);
    request.coupon = Some(coupon(CouponEffect::Percent(1_000)));
    let quote = price(&book, &request);
    assert_eq!((quote.subtotal, quote.total), (8_820, 9_711));
}

/// Five tickets of 100.00 with 19 % inside, the example by which EN 16931's rounding is usually shown.
fn five_tickets(rounding: TaxRounding) -> Quote {
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(10_000)])]);
    book.tax = TaxRules { rates: vec![vat(1_900)], rounding, ..TaxRules::default() };
    price(&book, &request((0..5).map(|day| item("evt_show", START + day * DAY, 2, &[])).collect()))
}

#[test]
fn tax_rounded_by_line_sums_the_roundings() {
    // 100.00 / 1.19 = 84.03, tax 15.97 each: 420.15 + 79.85 = 500.00
    let quote = five_tickets(TaxRounding::Line);
    assert_eq!((quote.taxes[0].net, quote.taxes[0].amount, quote.total), (42_015, 7_985, 50_000));
}

#[test]
fn tax_on_the_sum_of_nets_moves_the_gross() {
    // 420.15 × 19 % = 79.83 (79.8285): 499.98, two cents less.
    let quote = five_tickets(TaxRounding::SumByNet);
    assert_eq!((quote.taxes[0].net, quote.taxes[0].amount, quote.total), (42_015, 7_983, 49_998));
    assert_eq!(sum(&quote, LineKind::TaxRounding), -2);
    let mut taxes: Vec<i64> = quote.invoice.iter().map(|line| line.tax).collect();
    taxes.sort_unstable();
    assert_eq!(taxes, [1_596, 1_596, 1_597, 1_597, 1_597]);
    assert!(quote.invoice.iter().all(|line| line.net == 8_403));
}

#[test]
fn tax_on_the_sum_of_nets_can_keep_the_gross() {
    // 500.00 / 1.19 = 420.17, × 19 % = 79.83: 500.00. Two nets take a cent more.
    let quote = five_tickets(TaxRounding::SumByNetKeepGross);
    assert_eq!((quote.taxes[0].net, quote.taxes[0].amount, quote.total), (42_017, 7_983, 50_000));
    let mut nets: Vec<i64> = quote.invoice.iter().map(|line| line.net).collect();
    nets.sort_unstable();
    assert_eq!(nets, [8_403, 8_403, 8_403, 8_404, 8_404]);
    assert!(quote.invoice.iter().all(|line| line.gross == 10_000));
}

#[test]
fn a_gross_that_no_net_leads_to_moves_by_a_cent_and_says_so() {
    // 99.99 at 19 %: 84.02 gives 99.98, 84.03 gives 100.00. The nearest net is 84.03 (84.0252…).
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(9_999)])]);
    book.tax = TaxRules { rates: vec![vat(1_900)], rounding: TaxRounding::SumByNetKeepGross, ..TaxRules::default() };
    let quote = price(&book, &request(vec![item("evt_show", START, 2, &[])]));
    assert_eq!((quote.taxes[0].net, quote.taxes[0].amount, quote.total), (8_403, 1_597, 10_000));
    assert_eq!(sum(&quote, LineKind::TaxRounding), 1);
}

#[test]
fn added_tax_can_compound() {
    // Net 100.00, GST 5 % = 5.00, QST 9.975 % on 105.00 is 10.47; here 10 % compound on 105.00 = 10.50. 115.50.
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(10_000)])]);
    let gst = TaxRate { name: "GST".into(), ..vat(500) };
    let qst = TaxRate { name: "QST".into(), compound: true, ..vat(1_000) };
    book.tax = TaxRules { added: true, rates: vec![gst, qst], ..TaxRules::default() };
    let request = request(vec![item("evt_show", START, 2, &[])]);
    let quote = price(&book, &request);
    assert_eq!((quote.subtotal, quote.total), (10_000, 11_550));
    assert_eq!(quote.taxes.iter().map(|tax| tax.amount).collect::<Vec<_>>(), [500, 1_050]);
    // The same inside 115.50.
    book.tax.added = false;
    book.tariffs = vec![tariff("evt_show", vec![BasePrice::PerBooking(11_550)])];
    let quote = price(&book, &request);
    assert_eq!(quote.total, 11_550);
    assert_eq!(
        quote.taxes.iter().map(|tax| (tax.net, tax.amount)).collect::<Vec<_>>(),
        [(10_000, 500), (10_000, 1_050)]
    );
}

#[test]
fn rates_depend_on_the_country_and_on_what_is_sold() {
    let mut book = book(vec![boat()]);
    let at = TaxRate { countries: vec!["AT".into()], ..vat(1_300) };
    let de = TaxRate { countries: vec!["DE".into()], ..vat(700) };
    let fees = TaxRate { name: "Fee tax".into(), on: Taxed { fees: true, ..Taxed::default() }, ..vat(2_000) };
    book.tax = TaxRules { added: true, rates: vec![at, de, fees], home: Some("DE".into()), ..TaxRules::default() };
    let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 2)])]);
    assert_eq!(price(&book, &request).total, 9_800 + 686, "at home: 7 % of 98.00");
    request.country = Some("AT".into());
    assert_eq!(price(&book, &request).total, 9_800 + 1_274, "13 %");
    request.country = Some("FR".into());
    assert_eq!(price(&book, &request).taxes, []);
    book.fees = vec![Fee { name: "Fee".into(), offerings: vec![], amount: FeeAmount::PerBooking(1_000) }];
    let quote = price(&book, &request);
    assert_eq!(quote.total, 9_800 + 1_000 + 200);
    assert_eq!(quote.lines.iter().map(|line| line.taxes.len()).collect::<Vec<_>>(), [0, 1, 1]);
}

#[test]
fn under_a_reverse_charge_the_net_is_paid() {
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(11_900)])]);
    book.tax = TaxRules { rates: vec![vat(1_900)], reverse_charge: true, ..TaxRules::default() };
    let mut request = request(vec![item("evt_show", START, 2, &[])]);
    request.reverse_charge = true;
    let quote = price(&book, &request);
    assert!(quote.reverse_charge);
    assert_eq!((quote.total, quote.taxes[0].amount, sum(&quote, LineKind::Tax)), (10_000, 0, -1_900));
    book.tax.reverse_charge = false;
    assert_eq!(price(&book, &request).total, 11_900, "only where the business offers it");
}

#[test]
fn the_total_is_rounded_to_five_rappen() {
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(1_233)])]);
    book.round_to = Some(5);
    let quote = price(&book, &request(vec![item("evt_show", START, 2, &[])]));
    assert_eq!((quote.total, sum(&quote, LineKind::Rounding)), (1_235, 2));
}

#[test]
fn a_deposit_is_due_now_and_the_rest_some_days_before() {
    // 25 % of 98.00 = 24.50 now, 73.50 later; within 7 days of the start all of it.
    let mut tariff = boat();
    tariff.deposit = Some(Deposit { amount: DepositAmount::Percent(2_500), full_within_days: Some(7) });
    tariff.refund_tiers = vec![
        RefundTier { minutes_before: 2_880, percent: 5_000 },
        RefundTier { minutes_before: 10_080, percent: 10_000 },
    ];
    let book = book(vec![tariff]);
    let mut request = request(vec![item("tour_boat", START, 2, &[("adult", 2)])]);
    let quote = price(&book, &request);
    assert_eq!((quote.due_now, quote.due_later), (2_450, 7_350));
    assert_eq!(quote.due_later_by, Some(Instant(START - 7 * DAY)));
    assert_eq!(quote.refund_if_cancelled_now, 2_450);
    request.now = Instant(START - 7 * DAY);
    assert_eq!(price(&book, &request).due_now, 9_800);
    request.now = Instant(START - 2 * DAY);
    assert_eq!(price(&book, &request).refund_if_cancelled_now, 4_900);
    request.now = Instant(START - 2 * DAY + 1);
    assert_eq!(price(&book, &request).refund_if_cancelled_now, 0);
}

#[test]
fn yen_have_no_cents_and_dinars_have_a_thousand() {
    for (currency, price_of_one, percent, total) in [("JPY", 3_333, 1_000, 3_000), ("KWD", 12_345, 1_000, 11_110)] {
        let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(price_of_one)])]);
        book.currency = Currency::parse(currency).unwrap();
        let mut request = request(vec![item("evt_show", START, 2, &[])]);
        request.coupon = Some(coupon(CouponEffect::Percent(percent)));
        assert_eq!(price(&book, &request).total, total, "{currency}");
    }
}

#[test]
fn the_weekday_is_the_venues_not_the_worlds() {
    // Saturday 10:00 in UTC is Sunday 00:00 in Kiritimati.
    let mut tariff = boat();
    tariff.adjustments =
        vec![adjustment(When { weekdays: vec![7], ..When::default() }, AdjustmentEffect::PerBooking(100))];
    let book = book(vec![tariff]);
    let zone = Zone { name: "Pacific/Kiritimati".into(), offsets: vec![(Instant(0), 14 * 3_600)] };
    assert_eq!(zone.to_local(Instant(START)), LocalDateTime::parse("2026-08-02T00:00").unwrap());
    let request = request(vec![item("tour_boat", START, 2, &[("adult", 1)])]);
    assert_eq!(quote(&book, &zone, &request).unwrap().total, 5_000);
    assert_eq!(price(&book, &request).total, 4_900);
}

#[test]
fn what_cannot_be_priced_says_which_field() {
    let book = book(vec![boat()]);
    let error = |items| quote(&book, &utc(), &request(items)).unwrap_err();
    assert_eq!(error(vec![]).pointer(), "/items");
    assert_eq!(error(vec![item("tour_gone", START, 1, &[])]).pointer(), "/items/0/offering");
    assert_eq!(error(vec![item("tour_boat", START, 1, &[])]).pointer(), "/items/0/party");
    let good = item("tour_boat", START, 1, &[("adult", 1)]);
    assert_eq!(error(vec![good.clone(), item("tour_boat", START, 1, &[("dog", 1)])]).pointer(), "/items/1/party/dog");
    assert_eq!(error(vec![item("tour_boat", START, 1, &[("adult", 10_001)])]).code(), "party_too_large");
    assert_eq!(error(vec![item("tour_boat", START, -1, &[("adult", 1)])]).pointer(), "/items/0/endsAt");
    assert_eq!(error((0..101).map(|_| good.clone()).collect()), QuoteError::TooManyItems);
}

#[test]
fn amounts_beyond_what_json_holds_are_an_error() {
    let dear = shared::money::MAX_MINOR / 2;
    let book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(dear)])]);
    let of =
        |count: i64| quote(&book, &utc(), &request((0..count).map(|n| item("evt_show", START + n, 1, &[])).collect()));
    assert_eq!(of(2).unwrap().total, dear * 2);
    assert_eq!(of(3).unwrap_err(), QuoteError::Overflow);
}

#[test]
fn a_book_with_a_negative_price_is_refused() {
    let book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(-1)])]);
    assert_eq!(quote(&book, &utc(), &request(vec![item("evt_show", START, 1, &[])])).unwrap_err(), QuoteError::BadBook);
}

#[test]
fn a_diff_names_what_changed_what_is_new_and_what_is_gone() {
    let request = request(vec![item("tour_boat", START, 2, &[("adult", 2)])]);
    let mut season = boat();
    season.adjustments = vec![adjustment(When::default(), AdjustmentEffect::Percent(1_000))];
    let before = price(&book(vec![season.clone()]), &request);
    assert_eq!(diff(&before, &before).lines, []);
    season.adjustments = vec![];
    season.base = vec![per_party(&[("adult", 5_000)])];
    season.private_surcharge = None;
    let mut dearer = book(vec![season]);
    dearer.fees = vec![Fee { name: "Port".into(), offerings: vec![], amount: FeeAmount::PerBooking(200) }];
    let after = price(&dearer, &request);
    let diff = diff(&before, &after);
    assert_eq!((diff.total_before, diff.total_after), (10_780, 10_200));
    let kinds = |line: &Option<Line>| line.as_ref().map(|line| (line.kind, line.amount));
    let changes: Vec<_> = diff.lines.iter().map(|change| (kinds(&change.before), kinds(&change.after))).collect();
    assert_eq!(
        changes,
        [
            (Some((LineKind::Party, 9_800)), Some((LineKind::Party, 10_000))),
            (None, Some((LineKind::Fee, 200))),
            (Some((LineKind::Adjustment, 980)), None),
        ]
    );
}

#[test]
fn among_equal_group_discounts_the_first_counts() {
    // 10 % of 6 × 49.00 and 4.90 for each guest are the same 29.40.
    let mut tariff = boat();
    tariff.group_discounts =
        group(Combine::BestOf, vec![(2, GroupBenefit::Percent(1_000)), (2, GroupBenefit::PerGuest(490))]);
    if let Some(discounts) = &mut tariff.group_discounts {
        discounts.rules[0].name = "first".into();
    }
    let quote = price(&book(vec![tariff]), &request(vec![item("tour_boat", START, 2, &[("adult", 6)])]));
    assert_eq!((quote.lines[1].label.as_str(), quote.lines[1].amount), ("first", -2_940));
}

#[test]
fn no_more_units_get_cheaper_than_a_group_has() {
    // Groups of 2, the cheapest 5 of each free: both of them, and the fifth guest pays.
    let mut book = book(vec![boat()]);
    book.automatic = vec![automatic(Condition::Count { min: 2, within: Within::Any }, 10_000, Some(5))];
    let quote = price(&book, &request(vec![item("tour_boat", START, 2, &[("adult", 5)])]));
    assert_eq!(quote.total, 4_900);
}

#[test]
fn a_value_makes_every_unit_of_the_other_product_cheaper() {
    // 98.00 reach 90.00: three children on one departure at half price, 3 × 14.50 = 43.50.
    let mut book = book(vec![boat()]);
    let only = |name| Products { party: vec![code(name)], ..Products::default() };
    let mut rule = automatic(Condition::Value { min: 9_000, same_departure: true }, 5_000, None);
    (rule.counts, rule.on) = (only("adult"), Some(only("child")));
    book.automatic = vec![rule];
    let quote = price(&book, &request(vec![item("tour_boat", START, 2, &[("adult", 2), ("child", 3)])]));
    assert_eq!(quote.total, 9_800 + 4_350);
}

#[test]
fn the_rest_is_due_when_the_first_item_asks_for_it() {
    let mut tariff = boat();
    tariff.deposit = Some(Deposit { amount: DepositAmount::Fixed(1_000), full_within_days: Some(2) });
    let book = book(vec![tariff]);
    let items = [START + DAY, START].map(|start| item("tour_boat", start, 2, &[("adult", 1)])).to_vec();
    let quote = price(&book, &request(items));
    assert_eq!((quote.due_now, quote.due_later), (2_000, 7_800));
    assert_eq!(quote.due_later_by, Some(Instant(START - 2 * DAY)));
}

#[test]
fn with_two_rates_a_net_beside_the_nearest_may_keep_the_gross() {
    // 1.11 with 5 % and 9.98 % inside: the nearest net 0.97 leads to 0.97 + 0.05 + 0.10 = 1.12, but 0.96 to 0.96 + 0.05 + 0.10 = 1.11.
    let mut book = book(vec![tariff("evt_show", vec![BasePrice::PerBooking(111)])]);
    book.tax =
        TaxRules { rates: vec![vat(500), vat(998)], rounding: TaxRounding::SumByNetKeepGross, ..TaxRules::default() };
    let quote = price(&book, &request(vec![item("evt_show", START, 2, &[])]));
    assert_eq!((quote.total, quote.taxes[0].net), (111, 96));
}
