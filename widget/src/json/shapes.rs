//! What every type that the widget reads looks like in JSON. A field that is missing here does not compile; a key or variant that
//! is misspelt fails the test that compares with `serde_json`.

use super::tree::{Doubt, Shape, Tree};
use crate::model::message::{CouponAnswer, HeldAnswer, Priced, Refusal};
use crate::model::price::{NoPrice, Price, PriceLine, PriceTax};
use shared::availability::{
    Block, BookingRules, Calendar, Capacity, Claim, DayOverride, Departure, DepartureOverride, Kind, Length, Need,
    Offering, Pool, Privacy, Requirement, Resource, SlotStatus, Threshold, WeeklyWindow,
};
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::embed::{
    Alternative, BookedItem, BookingOut, CalendarCard, FieldError, OfferingCard, OrgCard, Question, QuestionKind,
    Snapshot, Timestamp, View,
};
use shared::id::{AddOnId, CalendarId, OfferingId, PartyCode, ResourceId};
use shared::money::{Currency, Money};
use shared::party::{Party, PartyType};
use shared::pricing::{AddOn, AddOnMethod, Coupon, CouponEffect, LineKind, PriceBook, TaxRules};
use shared::schedule::{Cancelled, ExtraDate, OneOff, Repeats, Rule, Schedule, Times, Window};
use shared::zone::{Instant, Span, Zone};

/// A type whose text has a form of its own; `stand_in` is what to give where it has another.
macro_rules! texts {
    ($($kind:ident: $stand_in:literal),+ $(,)?) => {$(
        impl Shape for $kind {
            #[inline(never)]
            fn take(tree: &Tree, doubt: &Doubt) -> Self {
                let parsed = if let Tree::Text(text) = tree { Self::parse(text) } else { None };
                match parsed.or_else(|| doubt.instead(Self::parse($stand_in))) {
                    Some(value) => value,
                    // The stand-in has the form.
                    None => std::process::abort(),
                }
            }
        }
    )+};
}

texts! {
    OfferingId: "x", ResourceId: "x", AddOnId: "x", CalendarId: "x", PartyCode: "x", Currency: "XXX", Date: "2000-01-01",
    TimeOfDay: "00:00", LocalDateTime: "2000-01-01T00:00", Timestamp: "2000-01-01T00:00:00Z",
}

/// Structs, by the names of their fields.
macro_rules! structs {
    ($($kind:ident { $($field:ident)+ })+) => {$(
        impl Shape for $kind {
            #[inline(never)]
            fn take(tree: &Tree, doubt: &Doubt) -> Self {
                if !matches!(tree, Tree::Map(_) | Tree::Nothing) {
                    doubt.instead(());
                }
                Self { $($field: Shape::take(tree.get(stringify!($field)), doubt)),+ }
            }
        }
    )+};
}

structs! {
    Snapshot { version org calendar venue offerings cards book }
    OrgCard { slug name locale email phone accent origin }
    CalendarCard { id name view languages hold_seconds }
    OfferingCard { id name summary image approval questions people }
    Question { column_name label kind required options }
    Calendar { zone now resources claims departures closures }
    Zone { name offsets }
    Span { starts_at ends_at }
    Offering { id kind schedule length capacity party_types rules requires }
    PartyType { code name note seats min max }
    Threshold { min_seats decide_before }
    Requirement { any_of need }
    Resource { id units weekly overrides blocks }
    WeeklyWindow { weekday hours }
    DayOverride { date windows units }
    Departure { offering at }
    Claim { pool span units held_until shared_by }
    DepartureOverride { departure cancelled capacity confirmed }
    Schedule { rules extra cancelled one_offs }
    Rule { repeats times from until }
    Window { from to }
    ExtraDate { date times }
    Cancelled { date time }
    OneOff { starts_at minutes }
    AddOn { id name offerings method price max_quantity stock free_with }
    Price { currency lines taxes total due_now due_later due_later_by hash }
    PriceLine { kind label quantity amount }
    PriceTax { name amount included }
    Coupon { code effect from until departs_from departs_until minimum uses_left once_per_customer used_by_customer offerings add_ons }
    Money { amount currency }
    BookingOut { id number status requires_payment checkout_url manage_url total due_now items }
    BookedItem { offering_id name starts_at ends_at local_starts_at }
    Priced { hash total currency }
    CouponAnswer { coupon }
    HeldAnswer { hold_token expires_at quote }
    Refusal { status code title detail errors alternatives quote }
    FieldError { pointer code message }
    Alternative { starts_at ends_at local_starts_at remaining status }
}

impl Shape for Instant {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        Self(i64::take(tree, doubt))
    }
}

impl Shape for Party {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        let Tree::Map(members) = tree else { return Self::default() };
        let mut party = Self::default();
        for (key, count) in members {
            match PartyCode::parse(key) {
                Some(code) => drop(party.0.insert(code, u32::take(count, doubt))),
                None => doubt.instead(()),
            }
        }
        party
    }
}

impl Shape for BookingRules {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        let number = |name| u32::take(tree.get(name), doubt);
        let usual = Self::default();
        let or = |name, usual| all::<Option<u32>>(tree.get(name), doubt).unwrap_or(usual);
        Self {
            buffer_before: number("buffer_before"),
            buffer_after: number("buffer_after"),
            buffers_inside: Shape::take(tree.get("buffers_inside"), doubt),
            notice: number("notice"),
            horizon_days: Shape::take(tree.get("horizon_days"), doubt),
            cut_off: Shape::take(tree.get("cut_off"), doubt),
            min_party: or("min_party", usual.min_party),
            max_party: Shape::take(tree.get("max_party"), doubt),
            max_per_day: Shape::take(tree.get("max_per_day"), doubt),
            privacy: all::<Option<Privacy>>(tree.get("privacy"), doubt).unwrap_or(usual.privacy),
            threshold: Shape::take(tree.get("threshold"), doubt),
        }
    }
}

/// Enums: each variant by its name on the wire, and what it holds. The first stands in for a name that is not known.
macro_rules! enums {
    ($($kind:ident { $first:literal => $stand_in:expr, $($name:literal => $value:expr),* $(,)? } ($v:ident, $d:ident))+) => {$(
        impl Shape for $kind {
            #[inline(never)]
            fn take(tree: &Tree, $d: &Doubt) -> Self {
                let (name, $v) = tree.variant();
                match name {
                    $first => $stand_in,
                    $($name => $value,)*
                    _ => $d.instead($stand_in),
                }
            }
        }
    )+};
}

/// The value itself, or a field of it.
fn all<T: Shape>(tree: &Tree, doubt: &Doubt) -> T {
    T::take(tree, doubt)
}

fn of<T: Shape>(tree: &Tree, field: &str, doubt: &Doubt) -> T {
    T::take(tree.get(field), doubt)
}

enums! {
    LineKind {
        "party" => Self::Party, "base" => Self::Base, "extraLength" => Self::ExtraLength,
        "adjustment" => Self::Adjustment, "groupDiscount" => Self::GroupDiscount, "private" => Self::Private,
        "payWhatYouWant" => Self::PayWhatYouWant, "addOn" => Self::AddOn, "coupon" => Self::Coupon,
        "automaticDiscount" => Self::AutomaticDiscount, "fee" => Self::Fee, "tax" => Self::Tax,
        "taxRounding" => Self::TaxRounding, "rounding" => Self::Rounding,
    } (_v, d)
    View { "month" => Self::Month, "week" => Self::Week, "list" => Self::List } (_v, d)
    QuestionKind {
        "text" => Self::Text, "textarea" => Self::Textarea, "select" => Self::Select, "checkbox" => Self::Checkbox,
    } (_v, d)
    Kind {
        "TOUR" => Self::Tour, "EVENT" => Self::Event, "APPOINTMENT" => Self::Appointment, "ROOM" => Self::Room,
        "PACKAGE" => Self::Package,
    } (_v, d)
    SlotStatus {
        "CLOSED" => Self::Closed, "OPEN" => Self::Open, "LIMITED" => Self::Limited, "UNCONFIRMED" => Self::Unconfirmed,
        "PRIVATE_ONLY" => Self::PrivateOnly, "SOLD_OUT" => Self::SoldOut,
    } (_v, d)
    Length {
        "minutes" => Self::Minutes(all(v, d)), "choice" => Self::Choice(all(v, d)),
        "days" => Self::Days(all(v.nth(0), d), all(v.nth(1), d)),
    } (v, d)
    Capacity {
        "unlimited" => Self::Unlimited, "seats" => Self::Seats(all(v, d)), "groups" => Self::Groups(all(v, d)),
        "perDay" => Self::PerDay(all(v, d)),
    } (v, d)
    Privacy {
        "never" => Self::Never, "onRequest" => Self::OnRequest, "from" => Self::From(all(v, d)),
        "always" => Self::Always,
    } (v, d)
    Need {
        "perDeparture" => Self::PerDeparture(all(v, d)), "perBooking" => Self::PerBooking(all(v, d)),
        "perSeats" => Self::PerSeats(all(v, d)), "perDepartureSeats" => Self::PerDepartureSeats(all(v, d)),
    } (v, d)
    Block {
        "span" => Self::Span(all(v, d)), "dates" => Self::Dates(all(v.nth(0), d), all(v.nth(1), d)),
    } (v, d)
    Pool {
        "resource" => Self::Resource(all(v, d)), "departure" => Self::Departure(all(v, d)),
    } (v, d)
    Repeats {
        "daily" => Self::Daily { every: of(v, "every", d) },
        "weekly" => Self::Weekly { every: of(v, "every", d), weekdays: of(v, "weekdays", d) },
        "monthlyWeekday" => Self::MonthlyWeekday {
            every: of(v, "every", d), nth: of(v, "nth", d), weekday: of(v, "weekday", d),
        },
        "monthlyDay" => Self::MonthlyDay { every: of(v, "every", d), day: of(v, "day", d) },
    } (v, d)
    Times {
        "allDay" => Self::AllDay, "at" => Self::At(all(v, d)),
        "open" => Self::Open { windows: of(v, "windows", d), step: of(v, "step", d) },
    } (v, d)
    AddOnMethod {
        "flat" => Self::Flat, "perPerson" => Self::PerPerson, "perHour" => Self::PerHour, "perDay" => Self::PerDay,
    } (_v, d)
    CouponEffect {
        "percent" => Self::Percent(all(v, d)), "subtract" => Self::Subtract(all(v, d)),
        "setPrice" => Self::SetPrice(all(v, d)), "freeUnits" => Self::FreeUnits(all(v, d)),
    } (v, d)
}

impl Shape for Result<Price, NoPrice> {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree.variant() {
            ("Ok", quote) => Ok(all(quote, doubt)),
            ("Err", _) => Err(NoPrice::NotSold),
            _ => doubt.instead(Err(NoPrice::NotSold)),
        }
    }
}

impl Shape for PriceBook {
    /// Only what the widget shows itself; the second module reads the rest and works with it.
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        Self {
            currency: of(tree, "currency", doubt),
            add_ons: of(tree, "add_ons", doubt),
            rules_version: 0,
            tariffs: Vec::new(),
            automatic: Vec::new(),
            fees: Vec::new(),
            tax: TaxRules::default(),
            round_to: None,
        }
    }
}
