//! The price book.

use super::shapes::{all, enums, of};
use super::tree::{Doubt, Shape, Tree};
use crate::structs;
use shared::pricing::{
    AddOn, AddOnMethod, Adjustment, AdjustmentEffect, AutomaticDiscount, BasePrice, Combine, Condition, Coupon,
    CouponEffect, DeparturePrice, Deposit, DepositAmount, ExtraLength, Fee, FeeAmount, GroupBenefit, GroupDiscount,
    GroupDiscounts, LengthUnit, Package, PartyPrice, PriceBook, PrivateSurcharge, Products, RefundTier, Tariff,
    TaxRate, TaxRounding, TaxRules, Taxed, UnitRange, When, Within,
};

structs! {
    PriceBook { currency rules_version tariffs add_ons automatic fees tax round_to }
    Tariff {
        offering base departure_prices adjustments group_discounts private_surcharge pay_what_you_want deposit refund_tiers
    }
    PartyPrice { code price }
    Package { price unit included extra }
    ExtraLength { per price }
    UnitRange { from to price each }
    DeparturePrice { starts_at code price }
    Adjustment { name when party effect }
    When { dates weekdays times at_least_before at_most_before }
    GroupDiscounts { rules combine }
    GroupDiscount { name from to party benefit }
    AddOn { id name offerings method price max_quantity stock free_with }
    Coupon { code effect from until departs_from departs_until minimum uses_left once_per_customer used_by_customer offerings add_ons }
    AutomaticDiscount { name from until counts ignore_coupon_reduced condition percent only_cheapest on }
    Products { offerings party add_ons }
    Fee { name offerings amount }
    TaxRate { name basis_points compound countries on }
    Taxed { offerings add_ons fees }
    Deposit { amount full_within_days }
    RefundTier { minutes_before percent }
}

impl Shape for TaxRules {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        Self {
            added: of(tree, "added", doubt),
            rates: of(tree, "rates", doubt),
            rounding: of::<Option<TaxRounding>>(tree, "rounding", doubt).unwrap_or_default(),
            reverse_charge: of(tree, "reverse_charge", doubt),
            home: of(tree, "home", doubt),
        }
    }
}

enums! {
    AddOnMethod {
        "flat" => Self::Flat, "perPerson" => Self::PerPerson, "perHour" => Self::PerHour, "perDay" => Self::PerDay,
    } (_v, d)
    CouponEffect {
        "percent" => Self::Percent(all(v, d)), "subtract" => Self::Subtract(all(v, d)),
        "setPrice" => Self::SetPrice(all(v, d)), "freeUnits" => Self::FreeUnits(all(v, d)),
    } (v, d)
    BasePrice {
        "perParty" => Self::PerParty(all(v, d)), "perBooking" => Self::PerBooking(all(v, d)),
        "package" => Self::Package(all(v, d)), "unitRanges" => Self::UnitRanges(all(v, d)),
    } (v, d)
    LengthUnit { "minutes" => Self::Minutes, "days" => Self::Days } (_v, d)
    AdjustmentEffect {
        "percent" => Self::Percent(all(v, d)), "perGuest" => Self::PerGuest(all(v, d)),
        "perBooking" => Self::PerBooking(all(v, d)), "set" => Self::Set(all(v, d)),
    } (v, d)
    Combine { "bestOf" => Self::BestOf, "cumulative" => Self::Cumulative } (_v, d)
    GroupBenefit {
        "percent" => Self::Percent(all(v, d)), "perGuest" => Self::PerGuest(all(v, d)),
        "nForM" => Self::NForM { take: of(v, "take", d), pay: of(v, "pay", d) },
    } (v, d)
    PrivateSurcharge {
        "percent" => Self::Percent(all(v, d)), "perBooking" => Self::PerBooking(all(v, d)),
        "perGuest" => Self::PerGuest(all(v, d)), "atLeast" => Self::AtLeast(all(v, d)),
    } (v, d)
    Condition {
        "count" => Self::Count { min: of(v, "min", d), within: of(v, "within", d) },
        "value" => Self::Value { min: of(v, "min", d), same_departure: of(v, "same_departure", d) },
    } (v, d)
    Within { "any" => Self::Any, "same" => Self::Same, "distinct" => Self::Distinct } (_v, d)
    FeeAmount {
        "percent" => Self::Percent(all(v, d)), "perBooking" => Self::PerBooking(all(v, d)),
        "perGuest" => Self::PerGuest(all(v, d)),
    } (v, d)
    TaxRounding {
        "line" => Self::Line, "sumByNet" => Self::SumByNet, "sumByNetKeepGross" => Self::SumByNetKeepGross,
    } (_v, d)
    DepositAmount {
        "percent" => Self::Percent(all(v, d)), "fixed" => Self::Fixed(all(v, d)),
        "perGuest" => Self::PerGuest(all(v, d)),
    } (v, d)
}
