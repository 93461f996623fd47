//! What holds for every price, whatever the book and the request: random ones of both.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use shared::id::{AddOnId, OfferingId, PartyCode};
use shared::money::{Currency, MAX_MINOR};
use shared::party::Party;
use shared::pricing::*;
use shared::zone::{Instant, Zone};

const START: i64 = 1_785_578_400;
const CODES: [&str; 3] = ["adult", "child", "infant"];
const OFFERINGS: [&str; 3] = ["tour_a", "tour_b", "pkg_c"];

fn zone() -> Zone {
    Zone { name: "X".into(), offsets: vec![(Instant(0), 3_600), (Instant(START + 90_000), 0)] }
}

fn offering(index: usize) -> OfferingId {
    OfferingId::parse(OFFERINGS[index]).unwrap()
}

fn code(index: usize) -> PartyCode {
    PartyCode::parse(CODES[index]).unwrap()
}

fn add_on_id(index: usize) -> AddOnId {
    AddOnId::parse(["add_x", "add_y"][index]).unwrap()
}

fn amount() -> BoxedStrategy<i64> {
    prop_oneof![4 => 0..20_000_i64, 1 => Just(0), 1 => 0..MAX_MINOR].boxed()
}

fn small() -> BoxedStrategy<i64> {
    (0..20_000_i64).boxed()
}

fn base(amount: BoxedStrategy<i64>) -> impl Strategy<Value = BasePrice> {
    let per_party = vec(amount.clone(), 3).prop_map(|prices| {
        BasePrice::PerParty(
            prices.iter().enumerate().map(|(n, price)| PartyPrice { code: code(n), price: *price }).collect(),
        )
    });
    let package = (amount.clone(), 0..200_u32, amount.clone(), 1..90_u32).prop_map(|(price, included, extra, per)| {
        let extra = Some(ExtraLength { per, price: extra });
        BasePrice::Package(Package { price, unit: LengthUnit::Minutes, included, extra })
    });
    let ranges = (amount.clone(), any::<bool>())
        .prop_map(|(price, each)| BasePrice::UnitRanges(vec![UnitRange { from: 1, to: None, price, each }]));
    prop_oneof![4 => per_party, 1 => amount.prop_map(BasePrice::PerBooking), 1 => package, 1 => ranges]
}

fn adjustment() -> impl Strategy<Value = Adjustment> {
    let effect = prop_oneof![
        (-12_000..12_000_i32).prop_map(AdjustmentEffect::Percent),
        (-9_000..9_000_i64).prop_map(AdjustmentEffect::PerGuest),
        (-9_000..9_000_i64).prop_map(AdjustmentEffect::PerBooking),
        small().prop_map(AdjustmentEffect::Set),
    ];
    (effect, vec(0..3_usize, 0..2), vec(1..8_u8, 0..4)).prop_map(|(effect, party, weekdays)| Adjustment {
        name: "Season".into(),
        when: When { weekdays, ..When::default() },
        party: party.into_iter().map(code).collect(),
        effect,
    })
}

fn group() -> impl Strategy<Value = GroupDiscounts> {
    let benefit = prop_oneof![
        (0..11_000_u32).prop_map(GroupBenefit::Percent),
        small().prop_map(GroupBenefit::PerGuest),
        (0..5_u32, 0..5_u32).prop_map(|(take, pay)| GroupBenefit::NForM { take, pay }),
    ];
    let rule = (benefit, 0..6_u32, of(0..9_u32), vec(0..3_usize, 0..2)).prop_map(|(benefit, from, to, party)| {
        GroupDiscount { name: "Group".into(), from, to, party: party.into_iter().map(code).collect(), benefit }
    });
    (vec(rule, 0..4), any::<bool>()).prop_map(|(rules, best)| GroupDiscounts {
        rules,
        combine: if best { Combine::BestOf } else { Combine::Cumulative },
    })
}

fn products() -> impl Strategy<Value = Products> {
    (vec(0..3_usize, 0..3), vec(0..3_usize, 0..2), any::<bool>()).prop_map(|(offerings, party, add_ons)| Products {
        offerings: offerings.into_iter().map(offering).collect(),
        party: party.into_iter().map(code).collect(),
        add_ons,
    })
}

fn automatic() -> impl Strategy<Value = AutomaticDiscount> {
    let within = prop_oneof![Just(Within::Any), Just(Within::Same), Just(Within::Distinct)];
    let condition = prop_oneof![
        3 => (0..5_u32, within).prop_map(|(min, within)| Condition::Count { min, within }),
        1 => (small(), any::<bool>()).prop_map(|(min, same_departure)| Condition::Value { min, same_departure }),
    ];
    (condition, products(), of(products()), 0..10_500_u32, of(0..4_u32), any::<bool>()).prop_map(
        |(condition, counts, on, percent, only_cheapest, ignore)| AutomaticDiscount {
            name: "Together".into(),
            from: None,
            until: None,
            counts,
            ignore_coupon_reduced: ignore,
            condition,
            percent,
            only_cheapest,
            on,
        },
    )
}

fn tariff(index: usize) -> impl Strategy<Value = Tariff> {
    let surcharge = prop_oneof![
        (0..20_000_u32).prop_map(PrivateSurcharge::Percent),
        small().prop_map(PrivateSurcharge::PerBooking),
        small().prop_map(PrivateSurcharge::PerGuest),
        small().prop_map(PrivateSurcharge::AtLeast),
    ];
    let deposit = prop_oneof![
        (0..11_000_u32).prop_map(DepositAmount::Percent),
        small().prop_map(DepositAmount::Fixed),
        small().prop_map(DepositAmount::PerGuest),
    ];
    let deposit = (deposit, of(0..20_u32)).prop_map(|(amount, full_within_days)| Deposit { amount, full_within_days });
    let tiers = vec((0..20_000_u32, 0..10_001_u32), 0..3);
    (
        vec(base(small()), 0..3),
        vec(adjustment(), 0..3),
        of(group()),
        of(surcharge),
        of(Just(100_i64)),
        of(deposit),
        tiers,
    )
        .prop_map(move |(base, adjustments, group_discounts, private_surcharge, floor, deposit, tiers)| Tariff {
            offering: offering(index),
            base,
            departure_prices: vec![],
            adjustments,
            group_discounts,
            private_surcharge,
            pay_what_you_want: floor,
            deposit,
            refund_tiers: tiers
                .iter()
                .map(|(before, percent)| RefundTier { minutes_before: *before, percent: *percent })
                .collect(),
        })
}

fn tax() -> impl Strategy<Value = TaxRules> {
    let on = prop_oneof![
        2 => Just(Taxed::default()),
        1 => Just(Taxed { offerings: vec![offering(0)], add_ons: vec![add_on_id(0)], fees: true }),
    ];
    let rate = (0..3_000_u32, any::<bool>(), on, vec(Just("DE".to_owned()), 0..2)).prop_map(
        |(basis_points, compound, on, countries)| TaxRate { name: "Tax".into(), basis_points, compound, countries, on },
    );
    let rounding =
        prop_oneof![Just(TaxRounding::Line), Just(TaxRounding::SumByNet), Just(TaxRounding::SumByNetKeepGross)];
    (any::<bool>(), vec(rate, 0..3), rounding, any::<bool>()).prop_map(|(added, rates, rounding, reverse_charge)| {
        TaxRules { added, rates, rounding, reverse_charge, home: None }
    })
}

prop_compose! {
    fn book()(
        a in tariff(0), b in tariff(1), c in tariff(2),
        prices in vec(small(), 2),
        methods in vec(prop_oneof![
            Just(AddOnMethod::Flat), Just(AddOnMethod::PerPerson), Just(AddOnMethod::PerHour), Just(AddOnMethod::PerDay)
        ], 2),
        automatic in vec(automatic(), 0..3),
        fees in vec(prop_oneof![
            (0..2_000_u32).prop_map(FeeAmount::Percent),
            small().prop_map(FeeAmount::PerBooking),
            small().prop_map(FeeAmount::PerGuest),
        ], 0..3),
        tax in tax(),
        round_to in of(1..100_i64),
    ) -> PriceBook {
        let add_ons = prices.iter().zip(methods).enumerate().map(|(n, (price, method))| AddOn {
            id: add_on_id(n),
            name: "Add-on".into(),
            offerings: vec![],
            method,
            price: *price,
            max_quantity: None,
            stock: None,
            free_with: if n == 1 { vec![offering(1)] } else { vec![] },
        });
        PriceBook {
            currency: Currency::parse("EUR").unwrap(),
            rules_version: 7,
            tariffs: vec![a, b, c],
            add_ons: add_ons.collect(),
            automatic,
            fees: fees.into_iter().map(|amount| Fee { name: "Fee".into(), offerings: vec![], amount }).collect(),
            tax,
            round_to,
        }
    }
}

prop_compose! {
    fn item()(
        which in 0..3_usize,
        day in 0..4_i64,
        minutes in 0..3_000_i64,
        counts in vec(0..7_u32, 3),
        private in any::<bool>(),
        add_ons in vec((0..2_usize, 0..4_u32), 0..3),
        pay in prop_oneof![5 => Just(None), 1 => (0..50_000_i64).prop_map(Some)],
    ) -> ItemRequest {
        let starts_at = START + day * 86_400;
        ItemRequest {
            offering: offering(which),
            starts_at: Instant(starts_at),
            ends_at: Instant(starts_at + minutes * 60),
            party: Party(counts.iter().enumerate().map(|(n, count)| (code(n), *count)).collect()),
            private,
            add_ons: add_ons.into_iter().map(|(n, quantity)| AddOnRequest { id: add_on_id(n), quantity }).collect(),
            pay,
        }
    }
}

fn coupon() -> impl Strategy<Value = Coupon> {
    let effect = prop_oneof![
        (0..10_001_u32).prop_map(CouponEffect::Percent),
        small().prop_map(CouponEffect::Subtract),
        small().prop_map(CouponEffect::SetPrice),
        (0..5_u32).prop_map(CouponEffect::FreeUnits),
    ];
    (effect, any::<bool>()).prop_map(|(effect, add_ons)| Coupon {
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
        add_ons,
    })
}

prop_compose! {
    fn request()(
        items in vec(item(), 1..4),
        coupon in of(coupon()),
        german in any::<bool>(),
        reverse_charge in any::<bool>(),
        before in 0..30_i64,
    ) -> Request {
        let country = german.then(|| "DE".to_owned());
        Request { items, coupon, country, reverse_charge, now: Instant(START - before * 86_400) }
    }
}

fn no_discounts(mut book: PriceBook, mut request: Request) -> (PriceBook, Request) {
    book.automatic = vec![];
    for tariff in &mut book.tariffs {
        tariff.group_discounts = None;
    }
    request.coupon = None;
    (book, request)
}

/// A net and a rate make the tax; halves up.
fn tax_on(net: i64, basis_points: u32) -> i64 {
    (net * i64::from(basis_points) + 5_000) / 10_000
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_adds_up_and_nothing_is_negative(book in book(), request in request()) {
        let Ok(quote) = quote(&book, &zone(), &request) else { return Ok(()) };
        let lines: i64 = quote.lines.iter().map(|line| line.amount).sum();
        prop_assert_eq!(lines, quote.total);
        let rounding: i64 = quote.lines.iter().filter(|line| line.kind == LineKind::Rounding).map(|line| line.amount).sum();
        let gross: i64 = quote.invoice.iter().map(|line| line.gross).sum();
        prop_assert_eq!(gross + rounding, quote.total);
        prop_assert_eq!(quote.item_totals.iter().sum::<i64>(), quote.total);
        prop_assert_eq!(quote.due_now + quote.due_later, quote.total);
        prop_assert_eq!(quote.due_later_by.is_some(), quote.due_later > 0);
        prop_assert!(quote.refund_if_cancelled_now <= quote.due_now);
        for amount in [quote.total, quote.subtotal, quote.due_now, quote.due_later, quote.refund_if_cancelled_now] {
            prop_assert!(amount >= 0);
        }
        prop_assert!(quote.item_totals.iter().all(|total| *total >= 0));
        for line in &quote.invoice {
            prop_assert_eq!(line.net + line.tax, line.gross);
            prop_assert!(line.net >= 0 && line.tax >= 0, "{:?}", line);
        }
        for line in &quote.lines {
            let takes_off = matches!(line.kind, LineKind::Adjustment | LineKind::PayWhatYouWant | LineKind::TaxRounding
                | LineKind::Rounding) || (quote.reverse_charge && line.kind == LineKind::Tax);
            let discount = matches!(line.kind, LineKind::GroupDiscount | LineKind::Coupon | LineKind::AutomaticDiscount);
            if discount { prop_assert!(line.amount < 0); }
            else if !takes_off { prop_assert!(line.amount >= 0, "{:?}", line); }
            prop_assert!(line.taxes.iter().all(|tax| *tax < quote.taxes.len()));
        }
        // The taxes are the invoice's.
        let of_rates: i64 = quote.taxes.iter().map(|tax| tax.amount).sum();
        prop_assert_eq!(of_rates, quote.invoice.iter().map(|line| line.tax).sum::<i64>());
        if let Some(step) = book.round_to { prop_assert_eq!(quote.total % step, 0); }
    }

    #[test]
    fn a_discount_never_raises_a_price(book in book(), request in request()) {
        // By the subtotal: rounding tax on sums, or to multiples, may move a total by more than a tiny discount.
        let Ok(with) = quote(&book, &zone(), &request) else { return Ok(()) };
        let (book, request) = no_discounts(book, request);
        let Ok(without) = quote(&book, &zone(), &request) else { return Ok(()) };
        let set = book.tariffs.iter().any(|tariff| tariff.private_surcharge.is_some()) || request.items.iter().any(|item| item.pay.is_some());
        if !set { prop_assert!(with.subtotal <= without.subtotal); }
    }

    #[test]
    fn each_discount_by_itself_only_takes_off(book in book(), request in request()) {
        let before = |drop: &dyn Fn(&mut PriceBook, &mut Request)| {
            let (mut book, mut request) = (book.clone(), request.clone());
            drop(&mut book, &mut request);
            quote(&book, &zone(), &request).map(|quote| quote.subtotal)
        };
        let Ok(all) = before(&|_, _| {}) else { return Ok(()) };
        // The last step of all: nothing comes after it that could look at the price.
        if let Ok(without) = before(&|book, _| book.automatic.clear()) { prop_assert!(all <= without); }
        let bare = |book: &mut PriceBook, _: &mut Request| book.automatic.clear();
        if let (Ok(with), Ok(without)) = (before(&bare), before(&|book, request| { bare(book, request); request.coupon = None; })) {
            prop_assert!(with <= without);
        }
    }

    #[test]
    fn tax_follows_en_16931_on_sums(prices in vec(0..30_000_i64, 1..12), rate in 0..3_000_u32, added in any::<bool>(), keep in any::<bool>()) {
        let tariffs = prices.iter().enumerate().map(|(n, price)| Tariff {
            offering: OfferingId::parse(&format!("tour_{n}")).unwrap(),
            base: vec![BasePrice::PerBooking(*price)],
            departure_prices: vec![], adjustments: vec![], group_discounts: None, private_surcharge: None,
            pay_what_you_want: None, deposit: None, refund_tiers: vec![],
        }).collect();
        let vat = TaxRate { name: "VAT".into(), basis_points: rate, compound: false, countries: vec![], on: Taxed::default() };
        let rounding = if keep { TaxRounding::SumByNetKeepGross } else { TaxRounding::SumByNet };
        let book = PriceBook {
            currency: Currency::parse("EUR").unwrap(), rules_version: 1, tariffs, add_ons: vec![], automatic: vec![], fees: vec![],
            tax: TaxRules { added, rates: vec![vat], rounding, ..TaxRules::default() }, round_to: None,
        };
        let items = (0..prices.len()).map(|n| ItemRequest {
            offering: OfferingId::parse(&format!("tour_{n}")).unwrap(),
            starts_at: Instant(START), ends_at: Instant(START), party: Party::default(), private: false, add_ons: vec![], pay: None,
        }).collect();
        let request = Request { items, coupon: None, country: None, reverse_charge: false, now: Instant(0) };
        let quote = quote(&book, &zone(), &request).unwrap();
        // BR-CO-17: the tax of a rate is its net sum times the rate, rounded once. BR-CO-15: total = net + tax.
        let net: i64 = quote.invoice.iter().map(|line| line.net).sum();
        prop_assert_eq!(quote.taxes[0].net, net);
        prop_assert_eq!(quote.taxes[0].amount, tax_on(net, rate));
        prop_assert_eq!(quote.total, net + quote.taxes[0].amount);
        let shown: i64 = prices.iter().sum();
        if added {
            prop_assert_eq!(net, shown);
        } else if keep {
            // The total stays wherever any net leads to it, and is never more than a cent off.
            let reachable = (0..=shown).rev().take_while(|net| net + tax_on(*net, rate) + 2 >= shown).any(|net| net + tax_on(net, rate) == shown);
            prop_assert_eq!((quote.total - shown).abs(), i64::from(!reachable));
            let moved = quote.invoice.iter().zip(&prices).filter(|(line, price)| line.gross != **price).count();
            prop_assert!(moved <= usize::from(!reachable));
        } else {
            // A line's net is its own, and its gross moves by a cent at most for each cent that the sum is off.
            for (line, price) in quote.invoice.iter().zip(&prices) {
                prop_assert_eq!(line.net, (price * 10_000 * 2 + (10_000 + i64::from(rate))) / (2 * (10_000 + i64::from(rate))));
                prop_assert!((line.gross - price).abs() <= 1);
            }
        }
    }

    #[test]
    fn shares_add_up_and_none_is_off_by_a_whole_unit(total in -MAX_MINOR..MAX_MINOR, weights in vec(0..1_000_000_000_i64, 1..40)) {
        let shares = split(total, &weights).unwrap();
        prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(total));
        let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if sum > 0 {
            for (share, weight) in shares.iter().zip(&weights) {
                let exact_times_sum = i128::from(total) * i128::from(*weight);
                prop_assert!((i128::from(*share) * sum - exact_times_sum).abs() < sum);
            }
            if i128::from(total.abs()) <= sum {
                prop_assert!(shares.iter().zip(&weights).all(|(share, weight)| share.abs() <= *weight));
            }
        }
    }

    #[test]
    fn any_amount_gives_a_quote_or_an_error_and_never_a_panic(base in vec(base(amount()), 0..3), book in book(), request in request()) {
        let mut book = book;
        book.tariffs[0].base = base;
        if let Ok(quote) = quote(&book, &zone(), &request) {
            prop_assert!(quote.total <= MAX_MINOR);
            prop_assert_eq!(quote.lines.iter().map(|line| i128::from(line.amount)).sum::<i128>(), i128::from(quote.total));
        }
    }

    #[test]
    fn hostile_numbers_never_panic(prices in vec(any::<i64>(), 9), counts in vec(any::<u32>(), 8), at in vec(any::<i64>(), 3)) {
        let percent = counts[0];
        let tariff = Tariff {
            offering: offering(0),
            base: vec![
                BasePrice::PerParty(vec![PartyPrice { code: code(0), price: prices[0] }]),
                BasePrice::Package(Package { price: prices[1], unit: LengthUnit::Days, included: counts[1],
                    extra: Some(ExtraLength { per: counts[2], price: prices[2] }) }),
            ],
            departure_prices: vec![],
            adjustments: vec![Adjustment { name: String::new(), when: When::default(), party: vec![],
                effect: AdjustmentEffect::PerGuest(prices[3]) }],
            group_discounts: Some(GroupDiscounts { combine: Combine::BestOf, rules: vec![GroupDiscount { name: String::new(),
                from: 0, to: None, party: vec![], benefit: GroupBenefit::NForM { take: counts[3], pay: counts[4] } }] }),
            private_surcharge: Some(PrivateSurcharge::Percent(percent)),
            pay_what_you_want: None,
            deposit: Some(Deposit { amount: DepositAmount::Percent(percent), full_within_days: Some(counts[5]) }),
            refund_tiers: vec![RefundTier { minutes_before: counts[6], percent }],
        };
        let mut coupon = Coupon { code: String::new(), effect: CouponEffect::Subtract(prices[4]), from: None, until: None,
            departs_from: None, departs_until: None, minimum: None, uses_left: None, once_per_customer: false,
            used_by_customer: false, offerings: vec![], add_ons: true };
        if percent % 2 == 0 { coupon.effect = CouponEffect::Percent(counts[7]); }
        let rate = |compound| TaxRate { name: String::new(), basis_points: counts[7], compound, countries: vec![], on: Taxed::default() };
        let book = PriceBook {
            currency: Currency::parse("EUR").unwrap(), rules_version: 0, tariffs: vec![tariff], add_ons: vec![],
            automatic: vec![AutomaticDiscount { name: String::new(), from: None, until: None, counts: Products::default(),
                ignore_coupon_reduced: false, condition: Condition::Count { min: counts[3], within: Within::Distinct },
                percent, only_cheapest: Some(counts[4]), on: None }],
            fees: vec![Fee { name: String::new(), offerings: vec![], amount: FeeAmount::Percent(percent) }],
            tax: TaxRules { rates: vec![rate(false), rate(true), rate(true)], rounding: TaxRounding::SumByNetKeepGross, ..TaxRules::default() },
            round_to: Some(prices[5]),
        };
        let item = ItemRequest { offering: offering(0), starts_at: Instant(at[0]), ends_at: Instant(at[1]),
            party: Party([(code(0), counts[5] % 20_000)].into()), private: true, add_ons: vec![], pay: None };
        let request = Request { items: vec![item.clone(), item], coupon: Some(coupon), country: None, reverse_charge: false, now: Instant(at[2]) };
        let _ = quote(&book, &zone(), &request);
    }

    #[test]
    fn the_hash_is_the_same_after_a_round_trip_and_for_a_moment_that_decides_nothing(book in book(), request in request()) {
        let Ok(first) = quote(&book, &zone(), &request) else { return Ok(()) };
        // Fields in another order: a map sorts them by name.
        let sorted: serde_json::Value = serde_json::to_value(&request).unwrap();
        let again: Request = serde_json::from_str(&sorted.to_string()).unwrap();
        prop_assert_eq!(&quote(&book, &zone(), &again).unwrap(), &first);
        let later = Request { now: request.now.plus_seconds(1), ..request.clone() };
        let second = quote(&book, &zone(), &later).unwrap();
        prop_assert_eq!(second == first, second.hash == first.hash);
        prop_assert_eq!(Quote { hash: String::new(), ..second.clone() } == Quote { hash: String::new(), ..first.clone() }, second.hash == first.hash);
    }

    #[test]
    fn the_hash_changes_with_anything_that_matters(book in book(), request in request()) {
        let Ok(first) = quote(&book, &zone(), &request) else { return Ok(()) };
        let differs = |change: &dyn Fn(&mut PriceBook, &mut Request)| {
            let (mut book, mut request) = (book.clone(), request.clone());
            change(&mut book, &mut request);
            quote(&book, &zone(), &request).map_or(true, |other| other.hash != first.hash)
        };
        prop_assert!(differs(&|book, _| book.rules_version += 1));
        prop_assert!(differs(&|book, _| book.currency = Currency::parse("USD").unwrap()));
        prop_assert!(differs(&|_, request| request.items[0].starts_at.0 += 60));
        prop_assert!(differs(&|_, request| request.items[0].ends_at.0 += 60));
        prop_assert!(differs(&|_, request| request.items[0].private ^= true));
        prop_assert!(differs(&|_, request| request.reverse_charge ^= true));
        prop_assert!(differs(&|_, request| request.country = Some("FR".into())));
        prop_assert!(differs(&|_, request| *request.items[0].party.0.get_mut(&code(0)).unwrap() += 1));
        prop_assert!(differs(&|_, request| request.items[0].pay = Some(request.items[0].pay.map_or(0, |pay| pay + 1))));
        let one = AddOnRequest { id: add_on_id(1), quantity: 1 };
        prop_assert!(differs(&|_, request| request.items[0].add_ons.push(one.clone())));
        if request.coupon.is_some() { prop_assert!(differs(&|_, request| request.coupon = None)); }
        let twice = request.items[0].clone();
        prop_assert!(differs(&|_, request| request.items.push(twice.clone())));
    }
}

#[test]
fn the_laws_look_at_prices_and_not_only_at_refusals() {
    // At least a third of what is drawn above has a price, and each sort of line is seen.
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut priced, mut kinds) = (0, Vec::new());
    for _ in 0..600 {
        let (book, request) = (book(), request()).new_tree(&mut runner).unwrap().current();
        let Ok(quote) = quote(&book, &zone(), &request) else { continue };
        priced += 1;
        kinds.extend(quote.lines.iter().map(|line| line.kind as usize));
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert!(priced > 200, "{priced}");
    assert_eq!(kinds, (0..=LineKind::Rounding as usize).collect::<Vec<_>>());
}
