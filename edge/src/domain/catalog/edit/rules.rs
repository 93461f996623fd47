//! What an offering may look like. Every fault is named by field and rule; nothing is put right in silence.

use super::draft::Draft;
use crate::problem::{FieldError, Problem};
use shared::availability::{Capacity, Length, Need, Privacy};
use shared::embed::{Question, QuestionKind};
use shared::pricing::{
    Adjustment, AdjustmentEffect, BasePrice, BasisPoints, DepositAmount, GroupBenefit, PrivateSurcharge, Tariff,
};
use shared::schedule::{MAX_MINUTES, Repeats, Schedule, Times};
use std::collections::BTreeSet;
use url::Url;

/// The dearest that anything may be, in minor units: what sums of a whole booking still hold exactly.
pub const MOST_MONEY: i64 = 100_000_000_000;
/// The whole, in basis points.
const WHOLE: BasisPoints = 10_000;
const MOST_UNITS: u32 = 100_000;
/// A year in minutes, and a bit: nobody plans leads and limits beyond.
const MOST_MINUTES: u32 = 600_000;
const MOST_PARTY_TYPES: usize = 20;
const MOST_IMAGES: usize = 10;
const MOST_QUESTIONS: usize = 50;
const MOST_REQUIREMENTS: usize = 20;
const MOST_RULES: usize = 100;
const MOST_DATES: usize = 2_000;
const MOST_TIMES: usize = 300;
const MOST_POOL: usize = 200;

/// Faults found so far.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.into(), code: code.to_owned(), message: message.into() });
    }

    fn within(&mut self, pointer: &str, value: u32, least: u32, most: u32) {
        if !(least..=most).contains(&value) {
            self.add(pointer, "out_of_range", format!("From {least} to {most}."));
        }
    }

    fn money(&mut self, pointer: &str, amount: i64) {
        if !(0..=MOST_MONEY).contains(&amount) {
            self.add(pointer, "out_of_range", "Minor units, not negative.");
        }
    }

    fn share(&mut self, pointer: &str, share: BasisPoints) {
        if share > WHOLE {
            self.add(pointer, "out_of_range", "Basis points, at most 10,000.");
        }
    }

    fn text(&mut self, pointer: &str, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.add(pointer, "required", "It cannot be empty.");
        } else if text.chars().count() > most {
            self.add(pointer, "too_long", format!("At most {most} characters."));
        } else if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
            self.add(pointer, "invalid_value", "Text, without control characters.");
        }
    }

    fn few(&mut self, pointer: &str, count: usize, most: usize) {
        if count > most {
            self.add(pointer, "too_many", format!("At most {most}."));
        }
    }
}

/// Checks a draft by itself; what it refers to is checked by [`known`].
pub fn check(draft: &Draft) -> Result<(), Problem> {
    let mut faults = Faults::default();
    words(&mut faults, draft);
    schedule(&mut faults, &draft.schedule);
    extent(&mut faults, draft);
    party(&mut faults, draft);
    limits(&mut faults, draft);
    prices(&mut faults, draft);
    questions(&mut faults, &draft.questions);
    refused(faults)
}

fn refused(faults: Faults) -> Result<(), Problem> {
    let mut faults = faults.0.into_iter();
    let Some(first) = faults.next() else { return Ok(()) };
    let problem = Problem::field(first.pointer, &first.code, first.message);
    Err(faults.fold(problem, |problem, fault| problem.and_field(fault.pointer, &fault.code, fault.message)))
}

/// Checks that the resources and add-ons that a draft names exist here.
pub fn known(draft: &Draft, resources: &BTreeSet<&str>, add_ons: &BTreeSet<&str>) -> Result<(), Problem> {
    let mut faults = Faults::default();
    for (index, needed) in draft.requires.iter().enumerate() {
        for (place, id) in needed.any_of.iter().enumerate() {
            if !resources.contains(id.as_str()) {
                let message = format!("There is no resource {}.", id.as_str());
                faults.add(format!("/requirements/{index}/anyOf/{place}"), "not_found", message);
            }
        }
    }
    for (index, offered) in draft.add_ons.iter().enumerate() {
        if !add_ons.contains(offered.id.as_str()) {
            let message = format!("There is no add-on {}.", offered.id.as_str());
            faults.add(format!("/addOns/{index}/id"), "not_found", message);
        }
    }
    refused(faults)
}

fn words(faults: &mut Faults, draft: &Draft) {
    faults.text("/name", &draft.name, 200);
    if let Some(summary) = &draft.summary {
        faults.text("/summary", summary, 500);
    }
    if let Some(description) = &draft.description {
        faults.text("/description", description, 20_000);
    }
    faults.few("/images", draft.images.len(), MOST_IMAGES);
    for (index, image) in draft.images.iter().enumerate() {
        let address = Url::parse(image).ok().filter(|url| url.scheme() == "https" && url.host().is_some());
        if address.is_none() || image.len() > 2_000 {
            faults.add(format!("/images/{index}"), "invalid_url", "An https address of at most 2,000 characters.");
        }
    }
    faults.few("/languages", draft.languages.len(), 50);
    for (index, language) in draft.languages.iter().enumerate() {
        let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if language.len() > 35 || !language.split('-').all(part) {
            faults.add(format!("/languages/{index}"), "invalid_value", "A language tag, such as pt-BR.");
        }
    }
}

fn schedule(faults: &mut Faults, schedule: &Schedule) {
    faults.few("/schedule/rules", schedule.rules.len(), MOST_RULES);
    faults.few("/schedule/extraDates", schedule.extra.len(), MOST_DATES);
    faults.few("/schedule/cancelledDates", schedule.cancelled.len(), MOST_DATES);
    faults.few("/schedule/oneOffs", schedule.one_offs.len(), MOST_DATES);
    for (index, rule) in schedule.rules.iter().enumerate() {
        let at = |field: &str| format!("/schedule/rules/{index}/{field}");
        let (every, weekdays): (u32, &[u8]) = match &rule.repeats {
            Repeats::Daily { every } => (*every, &[]),
            Repeats::Weekly { every, weekdays } => {
                if weekdays.is_empty() {
                    faults.add(at("weekdays"), "required", "At least one weekday.");
                }
                (*every, weekdays)
            }
            Repeats::MonthlyWeekday { every, nth, weekday } => {
                if !(1..=5).contains(&nth.unsigned_abs()) {
                    faults.add(at("nth"), "out_of_range", "From 1 to 5, or from -1 to -5.");
                }
                (*every, core::slice::from_ref(weekday))
            }
            Repeats::MonthlyDay { every, day } => {
                if !(1..=31).contains(&day.unsigned_abs()) {
                    faults.add(at("day"), "out_of_range", "From 1 to 31, or from -1 to -31.");
                }
                (*every, &[])
            }
        };
        faults.within(&at("every"), every, 1, 1_000);
        if weekdays.iter().any(|day| !(1..=7).contains(day)) {
            faults.add(at("weekdays"), "out_of_range", "From 1 for Monday to 7 for Sunday.");
        }
        if rule.until.is_some_and(|until| until < rule.from) {
            faults.add(at("until"), "out_of_range", "Not before `from`.");
        }
        times(faults, &format!("/schedule/rules/{index}"), &rule.times);
    }
    for (index, extra) in schedule.extra.iter().enumerate() {
        times(faults, &format!("/schedule/extraDates/{index}"), &extra.times);
    }
    for (index, one) in schedule.one_offs.iter().enumerate() {
        if let Some(minutes) = one.minutes {
            faults.within(&format!("/schedule/oneOffs/{index}/durationMinutes"), minutes, 1, MAX_MINUTES);
        }
    }
}

fn times(faults: &mut Faults, pointer: &str, times: &Times) {
    match times {
        Times::At(at) if at.is_empty() => faults.add(format!("{pointer}/times"), "required", "At least one time."),
        Times::At(at) => faults.few(&format!("{pointer}/times"), at.len(), MOST_TIMES),
        Times::Open { windows, step } => {
            if windows.is_empty() {
                faults.add(format!("{pointer}/windows"), "required", "At least one window.");
            }
            faults.few(&format!("{pointer}/windows"), windows.len(), MOST_TIMES);
            faults.within(&format!("{pointer}/stepMinutes"), *step, 1, 1_440);
        }
        Times::AllDay => {}
    }
}

fn extent(faults: &mut Faults, draft: &Draft) {
    match &draft.length {
        Length::Minutes(minutes) => faults.within("/durationMinutes", *minutes, 1, MAX_MINUTES),
        Length::Choice(choices) => {
            if choices.is_empty() {
                faults.add("/durationChoices", "required", "At least one length.");
            }
            faults.few("/durationChoices", choices.len(), 50);
            for (index, minutes) in choices.iter().enumerate() {
                faults.within(&format!("/durationChoices/{index}"), *minutes, 1, MAX_MINUTES);
            }
        }
        Length::Days(least, most) => {
            faults.within("/durationDays/from", *least, 1, 31);
            faults.within("/durationDays/to", *most, 1, 31);
            if least > most {
                faults.add("/durationDays/to", "out_of_range", "Not fewer than `from`.");
            }
        }
    }
    if let Capacity::Seats(units) | Capacity::Groups(units) | Capacity::PerDay(units) = draft.capacity {
        faults.within("/capacity", units, 0, MOST_UNITS);
    }
    faults.few("/requirements", draft.requires.len(), MOST_REQUIREMENTS);
    for (index, needed) in draft.requires.iter().enumerate() {
        let at = |field: &str| format!("/requirements/{index}/{field}");
        if needed.any_of.is_empty() {
            faults.add(at("anyOf"), "required", "At least one resource.");
        }
        faults.few(&at("anyOf"), needed.any_of.len(), MOST_POOL);
        let distinct: BTreeSet<_> = needed.any_of.iter().collect();
        if distinct.len() < needed.any_of.len() {
            faults.add(at("anyOf"), "duplicate", "Each resource once.");
        }
        let (Need::PerDeparture(amount)
        | Need::PerBooking(amount)
        | Need::PerSeats(amount)
        | Need::PerDepartureSeats(amount)) = needed.need;
        faults.within(&at("amount"), amount, 1, MOST_UNITS);
    }
}

fn party(faults: &mut Faults, draft: &Draft) {
    if draft.party_types.is_empty() {
        faults.add("/partyTypes", "required", "At least one.");
    }
    faults.few("/partyTypes", draft.party_types.len(), MOST_PARTY_TYPES);
    let mut codes = BTreeSet::new();
    for (index, kind) in draft.party_types.iter().enumerate() {
        let at = |field: &str| format!("/partyTypes/{index}/{field}");
        if !codes.insert(&kind.code) {
            faults.add(at("code"), "duplicate", "Each code once.");
        }
        faults.text(&at("name"), &kind.name, 100);
        if let Some(note) = &kind.note {
            faults.text(&at("note"), note, 200);
        }
        faults.within(&at("seats"), kind.seats, 0, 1_000);
        faults.within(&at("min"), kind.min, 0, MOST_UNITS);
        if let Some(max) = kind.max {
            faults.within(&at("max"), max, kind.min.max(1), MOST_UNITS);
        }
    }
}

fn limits(faults: &mut Faults, draft: &Draft) {
    let rules = &draft.rules;
    faults.within("/bufferBeforeMinutes", rules.buffer_before, 0, 10_080);
    faults.within("/bufferAfterMinutes", rules.buffer_after, 0, 10_080);
    faults.within("/noticeMinutes", rules.notice, 0, MOST_MINUTES);
    faults.within("/minParty", rules.min_party, 1, MOST_UNITS);
    let optional = [
        ("/horizonDays", rules.horizon_days, 1, 3_650),
        ("/cutOffMinutes", rules.cut_off, 0, MOST_MINUTES),
        ("/maxParty", rules.max_party, rules.min_party.max(1), MOST_UNITS),
        ("/maxPerDay", rules.max_per_day, 1, MOST_UNITS),
    ];
    for (pointer, value, least, most) in optional {
        if let Some(value) = value {
            faults.within(pointer, value, least, most);
        }
    }
    if let Privacy::From(guests) = rules.privacy {
        faults.within("/privateRequests/from", guests, 1, MOST_UNITS);
    }
    if let Some(threshold) = rules.threshold {
        faults.within("/preOrder/minSeats", threshold.min_seats, 1, MOST_UNITS);
        faults.within("/preOrder/decideBefore", threshold.decide_before, 0, MOST_MINUTES);
        if draft.units().is_some_and(|units| threshold.min_seats > units)
            && matches!(draft.capacity, Capacity::Seats(_))
        {
            faults.add("/preOrder/minSeats", "out_of_range", "Not more than there are seats.");
        }
    }
}

fn prices(faults: &mut Faults, draft: &Draft) {
    let tariff = &draft.tariff;
    let codes: BTreeSet<&str> = draft.party_types.iter().map(|kind| kind.code.as_str()).collect();
    faults.few("/basePrices", tariff.base.len(), 10);
    for base in &tariff.base {
        base_price(faults, base, draft);
    }
    faults.few("/departurePrices", tariff.departure_prices.len(), MOST_DATES);
    for (index, price) in tariff.departure_prices.iter().enumerate() {
        faults.money(&format!("/departurePrices/{index}/price"), price.price);
        if price.code.as_ref().is_some_and(|code| !codes.contains(code.as_str())) {
            faults.add(format!("/departurePrices/{index}/partyType"), "not_found", "No such party type.");
        }
    }
    faults.few("/priceRules", tariff.adjustments.len(), 100);
    for (index, rule) in tariff.adjustments.iter().enumerate() {
        adjustment(faults, &format!("/priceRules/{index}"), rule, &codes);
    }
    groups(faults, tariff, &codes);
    match tariff.private_surcharge {
        Some(PrivateSurcharge::Percent(share)) => faults.within("/privatePrice/percent", share, 0, 1_000_000),
        Some(PrivateSurcharge::PerBooking(amount)) => faults.money("/privatePrice/perBooking", amount),
        Some(PrivateSurcharge::PerGuest(amount)) => faults.money("/privatePrice/perGuest", amount),
        Some(PrivateSurcharge::AtLeast(amount)) => faults.money("/privatePrice/atLeast", amount),
        None => {}
    }
    if let Some(floor) = tariff.pay_what_you_want {
        faults.money("/payWhatYouWant", floor);
    }
    if let Some(deposit) = tariff.deposit {
        match deposit.amount {
            DepositAmount::Percent(share) => faults.share("/deposit/amount/percent", share),
            DepositAmount::Fixed(amount) => faults.money("/deposit/amount/fixed", amount),
            DepositAmount::PerGuest(amount) => faults.money("/deposit/amount/perGuest", amount),
        }
        if let Some(days) = deposit.full_within_days {
            faults.within("/deposit/fullWithinDays", days, 0, 3_650);
        }
    }
    faults.few("/cancellationPolicy", tariff.refund_tiers.len(), 20);
    let mut seen = BTreeSet::new();
    for (index, tier) in tariff.refund_tiers.iter().enumerate() {
        faults.share(&format!("/cancellationPolicy/{index}/percent"), tier.percent);
        faults.within(&format!("/cancellationPolicy/{index}/minutesBefore"), tier.minutes_before, 0, 2_000_000);
        if !seen.insert(tier.minutes_before) {
            faults.add(format!("/cancellationPolicy/{index}/minutesBefore"), "duplicate", "Each notice once.");
        }
    }
}

fn base_price(faults: &mut Faults, base: &BasePrice, draft: &Draft) {
    match base {
        BasePrice::PerParty(prices) => {
            for price in prices {
                match draft.party_types.iter().position(|kind| kind.code == price.code) {
                    Some(index) => faults.money(&format!("/partyTypes/{index}/price"), price.price),
                    None => faults.add("/partyTypes", "not_found", "A price of no party type."),
                }
            }
        }
        BasePrice::PerBooking(price) => faults.money("/basePrices", *price),
        BasePrice::Package(package) => {
            faults.money("/basePrices", package.price);
            faults.within("/basePrices", package.included, 0, MAX_MINUTES);
            if let Some(extra) = package.extra {
                faults.money("/basePrices", extra.price);
                faults.within("/basePrices", extra.per, 1, MAX_MINUTES);
            }
        }
        BasePrice::UnitRanges(ranges) => {
            faults.few("/basePrices", ranges.len(), 100);
            for range in ranges {
                faults.money("/basePrices", range.price);
                if range.to.is_some_and(|to| to < range.from) {
                    faults.add("/basePrices", "out_of_range", "A range ends before it begins.");
                }
            }
        }
    }
}

fn adjustment(faults: &mut Faults, pointer: &str, rule: &Adjustment, codes: &BTreeSet<&str>) {
    faults.text(&format!("{pointer}/name"), &rule.name, 100);
    if rule.party.iter().any(|code| !codes.contains(code.as_str())) {
        faults.add(format!("{pointer}/party"), "not_found", "No such party type.");
    }
    if rule.when.weekdays.iter().any(|day| !(1..=7).contains(day)) {
        faults.add(format!("{pointer}/when/weekdays"), "out_of_range", "From 1 for Monday to 7 for Sunday.");
    }
    if rule.when.dates.iter().any(|(from, to)| to < from) {
        faults.add(format!("{pointer}/when/dates"), "out_of_range", "A span ends before it begins.");
    }
    faults.few(&format!("{pointer}/when/dates"), rule.when.dates.len(), 200);
    let sane = |amount: i64| amount.unsigned_abs() <= MOST_MONEY.unsigned_abs();
    match rule.effect {
        AdjustmentEffect::Percent(share) if !(-10_000..=1_000_000).contains(&share) => {
            faults.add(format!("{pointer}/effect/percent"), "out_of_range", "Basis points, at least -10,000.");
        }
        AdjustmentEffect::PerGuest(amount) | AdjustmentEffect::PerBooking(amount) if !sane(amount) => {
            faults.add(format!("{pointer}/effect"), "out_of_range", "Too much.");
        }
        AdjustmentEffect::Set(amount) => faults.money(&format!("{pointer}/effect/set"), amount),
        _ => {}
    }
}

fn groups(faults: &mut Faults, tariff: &Tariff, codes: &BTreeSet<&str>) {
    let Some(groups) = &tariff.group_discounts else { return };
    faults.few("/groupDiscounts/rules", groups.rules.len(), 50);
    for (index, rule) in groups.rules.iter().enumerate() {
        let at = |field: &str| format!("/groupDiscounts/rules/{index}/{field}");
        faults.text(&at("name"), &rule.name, 100);
        if rule.to.is_some_and(|to| to < rule.from) {
            faults.add(at("to"), "out_of_range", "Not fewer than `from`.");
        }
        if rule.party.iter().any(|code| !codes.contains(code.as_str())) {
            faults.add(at("party"), "not_found", "No such party type.");
        }
        match rule.benefit {
            GroupBenefit::Percent(share) => faults.share(&at("benefit/percent"), share),
            GroupBenefit::PerGuest(amount) => faults.money(&at("benefit/perGuest"), amount),
            GroupBenefit::NForM { take, pay } if take == 0 || pay > take => {
                faults.add(at("benefit/nForM"), "out_of_range", "`pay` of every `take`, and not more.");
            }
            GroupBenefit::NForM { .. } => {}
        }
    }
}

fn questions(faults: &mut Faults, questions: &[Question]) {
    faults.few("/questions", questions.len(), MOST_QUESTIONS);
    let mut names = BTreeSet::new();
    for (index, question) in questions.iter().enumerate() {
        let at = |field: &str| format!("/questions/{index}/{field}");
        faults.text(&at("label"), &question.label, 300);
        let name = &question.column_name;
        let sound = (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if !sound {
            faults.add(at("columnName"), "invalid_value", "1 to 64 signs of a to z, 0 to 9 and _.");
        } else if !names.insert(name) {
            faults.add(at("columnName"), "duplicate", "Each name once.");
        }
        faults.few(&at("options"), question.options.len(), 100);
        match question.kind {
            QuestionKind::Select if question.options.is_empty() => {
                faults.add(at("options"), "required", "At least one choice.");
            }
            QuestionKind::Select => {
                for (place, option) in question.options.iter().enumerate() {
                    faults.text(&format!("{}/{place}", at("options")), option, 200);
                }
            }
            _ if !question.options.is_empty() => {
                faults.add(at("options"), "not_allowed", "Only a select has choices.");
            }
            _ => {}
        }
    }
}
