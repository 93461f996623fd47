//! The snapshot, and what the edge answers.

use super::shapes::{all, enums, of, texts};
use super::tree::{Doubt, Shape, Tree};
use crate::structs;
use shared::availability::{
    Block, BookingRules, Calendar, Capacity, Claim, DayOverride, Departure, DepartureOverride, Kind, Length, Need,
    Offering, Pool, Privacy, Reason, Requirement, Resource, Slot, SlotStatus, Threshold, WeeklyWindow,
};
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::embed::{
    Alternative, BookedItem, BookingOut, CalendarCard, FieldError, First, OfferingCard, OrgCard, PaymentMode, Question,
    QuestionKind, Snapshot, Timestamp, View,
};
use shared::id::{AddOnId, CalendarId, OfferingId, PartyCode, ResourceId};
use shared::money::{Currency, Money};
use shared::party::{Party, PartyType};
use shared::schedule::{Cancelled, ExtraDate, OneOff, Repeats, Rule, Schedule, Times, Window};
use shared::zone::{Instant, Span, Zone};

texts! {
    OfferingId: "x", ResourceId: "x", AddOnId: "x", CalendarId: "x", PartyCode: "x", Currency: "XXX", Date: "2000-01-01",
    TimeOfDay: "00:00", LocalDateTime: "2000-01-01T00:00", Timestamp: "2000-01-01T00:00:00Z",
}

structs! {
    Snapshot { version org calendar venue offerings cards book first }
    First { offering date wanted at party from to slots }
    Slot { starts_at ends_at remaining status reasons }
    OrgCard { slug name locale email phone accent origin payments }
    CalendarCard { id name view languages hold_seconds submissions }
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
    Money { amount currency }
    BookingOut {
        id number status requires_payment checkout_url pay_until payment_mode manage_url total due_now items
    }
    BookedItem { offering_id name starts_at ends_at local_starts_at }
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

enums! {
    PaymentMode { "live" => Self::Live, "test" => Self::Test } (_v, d)
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
    Reason {
        "closed" => Self::Closed, "soldOut" => Self::SoldOut { left: of(v, "left", d) },
        "notice" => Self::Notice { until: of(v, "until", d) },
        "overHorizon" => Self::OverHorizon { opens: of(v, "opens", d) },
        "resourceBusy" => Self::ResourceBusy { resource: of(v, "resource", d) },
        "blocked" => Self::Blocked { resource: of(v, "resource", d) },
        "partyTooLarge" => Self::PartyTooLarge { max: of(v, "max", d) },
        "partyTooSmall" => Self::PartyTooSmall { min: of(v, "min", d) },
        "dayFull" => Self::DayFull { max: of(v, "max", d) }, "notPrivate" => Self::NotPrivate,
        "belowThreshold" => Self::BelowThreshold { have: of(v, "have", d), need: of(v, "need", d), by: of(v, "by", d) },
        "notOffered" => Self::NotOffered, "try" => Self::Try { starts_at: of(v, "starts_at", d) },
    } (v, d)
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
}
