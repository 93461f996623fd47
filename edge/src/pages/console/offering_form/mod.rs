//! An offering as a form: its fields from a draft, and a draft from its fields. What the form has no field for stays as it
//! is.
//!
//! Reading and writing of fields is here, what they look like in [`draw`].

mod draw;

pub use draw::{draw, number, shown_rows};

use super::actions::amount;
use super::form::Fields;
use super::offering_extras;
use crate::domain::catalog::edit::draft::{Draft, Visibility};
use crate::problem::Problem;
use crate::wording::Wording;
use shared::availability::{Capacity, Length, Need, Privacy, Requirement};
use shared::civil::{Date, TimeOfDay};
use shared::id::{PartyCode, ResourceId};
use shared::money::Currency;
use shared::party::PartyType;
use shared::pricing::{BasePrice, PartyPrice, RefundTier};
use shared::schedule::{Repeats, Rule, Times, Window};

/// Rows of a kind that the form takes.
pub const MOST_ROWS: usize = 20;

/// ISO numbers and what they are called.
pub const WEEKDAYS: [(&str, &str); 7] =
    [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"), ("7", "Sun")];

/// A draft as fields.
pub fn fields_of(draft: &Draft, currency: Currency) -> Fields {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
    put("name", draft.name.clone());
    put("summary", draft.summary.clone().unwrap_or_default());
    put("description", draft.description.clone().unwrap_or_default());
    put("images/0", draft.images.first().cloned().unwrap_or_default());
    put("visibility", draft.visibility.as_str().to_owned());
    if draft.approval {
        put("approval", "true".to_owned());
    }
    let numbers = |list: &[u32]| list.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    match &draft.length {
        Length::Minutes(minutes) => (put("lengthKind", "minutes".to_owned()), put("length", minutes.to_string())),
        Length::Choice(choices) => (put("lengthKind", "choice".to_owned()), put("length", numbers(choices))),
        Length::Days(least, most) => (put("lengthKind", "days".to_owned()), put("length", format!("{least}, {most}"))),
    };
    let (kind, units) = match draft.capacity {
        Capacity::Seats(units) => ("seats", Some(units)),
        Capacity::Groups(units) => ("groups", Some(units)),
        Capacity::PerDay(units) => ("perDay", Some(units)),
        Capacity::Unlimited => ("unlimited", None),
    };
    put("capacityKind", kind.to_owned());
    put("capacity", units.map(|units| units.to_string()).unwrap_or_default());
    for (index, rule) in draft.schedule.rules.iter().enumerate() {
        rule_fields(index, rule, &mut put);
    }
    let prices = party_prices(draft);
    for (index, kind) in draft.party_types.iter().enumerate() {
        let at = |field: &str| format!("partyTypes/{index}/{field}");
        put(&at("code"), kind.code.as_str().to_owned());
        put(&at("name"), kind.name.clone());
        put(&at("note"), kind.note.clone().unwrap_or_default());
        put(&at("seats"), kind.seats.to_string());
        put(&at("min"), kind.min.to_string());
        put(&at("max"), kind.max.map(|max| max.to_string()).unwrap_or_default());
        let price = prices.and_then(|prices| prices.iter().find(|price| price.code == kind.code));
        put(&at("price"), price.map(|price| Wording::plain_money(price.price, currency)).unwrap_or_default());
    }
    for (index, need) in draft.requires.iter().enumerate() {
        let (word, amount) = match need.need {
            Need::PerDeparture(amount) => ("perDeparture", amount),
            Need::PerBooking(amount) => ("perBooking", amount),
            Need::PerSeats(amount) => ("perSeats", amount),
            Need::PerDepartureSeats(amount) => ("perDepartureSeats", amount),
        };
        put(&format!("requirements/{index}/need"), word.to_owned());
        put(&format!("requirements/{index}/amount"), amount.to_string());
        for resource in &need.any_of {
            put(&format!("requirements/{index}/anyOf"), resource.as_str().to_owned());
        }
    }
    let rules = &draft.rules;
    let some = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    put("noticeMinutes", rules.notice.to_string());
    put("horizonDays", some(rules.horizon_days));
    put("minParty", rules.min_party.to_string());
    put("maxParty", some(rules.max_party));
    put("maxPerDay", some(rules.max_per_day));
    put("bufferBeforeMinutes", rules.buffer_before.to_string());
    put("bufferAfterMinutes", rules.buffer_after.to_string());
    let privacy = match rules.privacy {
        Privacy::Never => "never",
        Privacy::OnRequest => "onRequest",
        Privacy::Always => "always",
        Privacy::From(_) => "from",
    };
    put("privacy", privacy.to_owned());
    for (index, tier) in draft.tariff.refund_tiers.iter().enumerate() {
        put(&format!("cancellationPolicy/{index}/hours"), (tier.minutes_before / 60).to_string());
        put(&format!("cancellationPolicy/{index}/percent"), (tier.percent / 100).to_string());
    }
    offering_extras::fields_of(draft, currency, &mut put);
    Fields::of(pairs)
}

/// Prices of party types, where the tariff is nothing but these.
fn party_prices(draft: &Draft) -> Option<&[PartyPrice]> {
    match draft.tariff.base.as_slice() {
        [] => Some(&[]),
        [BasePrice::PerParty(prices)] => Some(prices),
        _ => None,
    }
}

fn rule_fields(index: usize, rule: &Rule, put: &mut impl FnMut(&str, String)) {
    let at = |field: &str| format!("schedule/rules/{index}/{field}");
    match &rule.repeats {
        Repeats::Daily { every } => {
            put(&at("repeats"), "daily".to_owned());
            put(&at("every"), every.to_string());
        }
        Repeats::Weekly { every, weekdays } => {
            put(&at("repeats"), "weekly".to_owned());
            put(&at("every"), every.to_string());
            weekdays.iter().for_each(|day| put(&at("weekdays"), day.to_string()));
        }
        Repeats::MonthlyWeekday { every, nth, weekday } => {
            put(&at("repeats"), "monthlyWeekday".to_owned());
            put(&at("every"), every.to_string());
            put(&at("nth"), nth.to_string());
            put(&at("weekdays"), weekday.to_string());
        }
        Repeats::MonthlyDay { every, day } => {
            put(&at("repeats"), "monthlyDay".to_owned());
            put(&at("every"), every.to_string());
            put(&at("nth"), day.to_string());
        }
    }
    match &rule.times {
        Times::At(times) => {
            put(&at("kind"), "at".to_owned());
            put(&at("times"), times.iter().map(TimeOfDay::to_string).collect::<Vec<_>>().join(", "));
        }
        Times::Open { windows, step } => {
            put(&at("kind"), "open".to_owned());
            let windows: Vec<String> = windows.iter().map(|window| format!("{}-{}", window.from, window.to)).collect();
            put(&at("times"), windows.join(", "));
            put(&at("step"), step.to_string());
        }
        Times::AllDay => put(&at("kind"), "allDay".to_owned()),
    }
    put(&at("from"), rule.from.to_string());
    put(&at("until"), rule.until.map(|until| until.to_string()).unwrap_or_default());
}

/// The draft with what the fields say.
pub fn apply(mut draft: Draft, fields: &Fields, currency: Currency) -> Result<Draft, Problem> {
    let text = |name: &str| fields.some(name).map(str::to_owned);
    fields.get("name").clone_into(&mut draft.name);
    draft.summary = text("summary");
    draft.description = text("description");
    draft.images = text("images/0").into_iter().chain(draft.images.into_iter().skip(1)).collect();
    draft.visibility = Visibility::parse(fields.get("visibility")).unwrap_or(draft.visibility);
    draft.approval = fields.ticked("approval");
    draft.length = length(fields)?;
    draft.capacity = capacity(fields)?;
    draft.schedule.rules =
        rows(fields, "schedule/rules", &["times", "from"]).map(|at| rule(fields, &at)).collect::<Result<_, _>>()?;
    let priced = party_prices(&draft).is_some();
    let kinds: Vec<(PartyType, Option<i64>)> =
        rows(fields, "partyTypes", &["name"]).map(|at| party_type(fields, &at, currency)).collect::<Result<_, _>>()?;
    if priced {
        let prices =
            kinds.iter().map(|(kind, price)| PartyPrice { code: kind.code.clone(), price: price.unwrap_or(0) });
        let free = kinds.iter().all(|(_, price)| price.is_none());
        draft.tariff.base = if free { Vec::new() } else { vec![BasePrice::PerParty(prices.collect())] };
    }
    draft.party_types = kinds.into_iter().map(|(kind, _)| kind).collect();
    draft.requires =
        rows(fields, "requirements", &["anyOf"]).map(|at| requirement(fields, &at)).collect::<Result<_, _>>()?;
    let rules = &mut draft.rules;
    rules.notice = whole(fields, "noticeMinutes")?.unwrap_or(0);
    rules.horizon_days = whole(fields, "horizonDays")?;
    rules.min_party = whole(fields, "minParty")?.unwrap_or(1);
    rules.max_party = whole(fields, "maxParty")?;
    rules.max_per_day = whole(fields, "maxPerDay")?;
    rules.buffer_before = whole(fields, "bufferBeforeMinutes")?.unwrap_or(0);
    rules.buffer_after = whole(fields, "bufferAfterMinutes")?.unwrap_or(0);
    rules.privacy = match fields.get("privacy") {
        "never" => Privacy::Never,
        "onRequest" => Privacy::OnRequest,
        "always" => Privacy::Always,
        _ => rules.privacy,
    };
    draft.tariff.refund_tiers =
        rows(fields, "cancellationPolicy", &["hours"]).map(|at| tier(fields, &at)).collect::<Result<_, _>>()?;
    offering_extras::apply(&mut draft, fields, currency)?;
    Ok(draft)
}

/// Beginnings of the rows that say something: a row counts where one of these fields is filled in.
pub fn rows<'a>(fields: &'a Fields, name: &'a str, filled: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    let at = move |index: usize| format!("{name}/{index}");
    (0..MOST_ROWS).map(at).filter(move |at| filled.iter().any(|field| fields.some(&format!("{at}/{field}")).is_some()))
}

/// A whole number of a field, where there is one.
pub fn whole(fields: &Fields, name: &str) -> Result<Option<u32>, Problem> {
    let wrong = || Problem::field(format!("/{name}"), "invalid_value", "A whole number, 0 or more.");
    fields.some(name).map(|text| text.parse().map_err(|_| wrong())).transpose()
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', ';']).filter(|part| !part.is_empty())
}

fn length(fields: &Fields) -> Result<Length, Problem> {
    let wrong = || Problem::field("/length", "invalid_value", "Whole numbers: 90, or 60, 120, 180.");
    let numbers: Result<Vec<u32>, _> = list(fields.get("length")).map(|part| part.parse::<u32>()).collect();
    match (fields.get("lengthKind"), numbers.map_err(|_| wrong())?.as_slice()) {
        ("choice", numbers) if !numbers.is_empty() => Ok(Length::Choice(numbers.to_vec())),
        ("days", [days]) => Ok(Length::Days(*days, *days)),
        ("days", [least, most]) => Ok(Length::Days(*least, *most)),
        ("minutes", [minutes]) => Ok(Length::Minutes(*minutes)),
        _ => Err(wrong()),
    }
}

fn capacity(fields: &Fields) -> Result<Capacity, Problem> {
    let units = whole(fields, "capacity")?;
    let required = || Problem::field("/capacity", "required", "How many?");
    Ok(match fields.get("capacityKind") {
        "seats" => Capacity::Seats(units.ok_or_else(required)?),
        "groups" => Capacity::Groups(units.ok_or_else(required)?),
        "perDay" => Capacity::PerDay(units.ok_or_else(required)?),
        _ => Capacity::Unlimited,
    })
}

fn rule(fields: &Fields, at: &str) -> Result<Rule, Problem> {
    let name = |field: &str| format!("{at}/{field}");
    let get = |field: &str| fields.get(&name(field));
    let wrong = |field: &str, message: &str| Problem::field(format!("/{}", name(field)), "invalid_value", message);
    let every = whole(fields, &name("every"))?.unwrap_or(1).max(1);
    let weekdays: Vec<u8> = fields.all(&name("weekdays")).iter().filter_map(|day| day.parse().ok()).collect();
    let nth = || get("nth").parse::<i8>().map_err(|_| wrong("nth", "A number; -1 is the last."));
    let repeats = match get("repeats") {
        "daily" => Repeats::Daily { every },
        "monthlyWeekday" => {
            let weekday = weekdays.first().copied().ok_or_else(|| wrong("weekdays", "Choose the weekday."))?;
            Repeats::MonthlyWeekday { every, nth: nth()?, weekday }
        }
        "monthlyDay" => Repeats::MonthlyDay { every, day: nth()? },
        _ if weekdays.is_empty() => return Err(wrong("weekdays", "Choose at least one day.")),
        _ => Repeats::Weekly { every, weekdays },
    };
    let time = |text: &str| TimeOfDay::parse(text).ok_or_else(|| wrong("times", "Times such as 09:30, 14:00."));
    let times = match get("kind") {
        "allDay" => Times::AllDay,
        "open" => {
            let window = |text: &str| -> Result<Window, Problem> {
                let (from, to) =
                    text.split_once(['-', '–']).ok_or_else(|| wrong("times", "Hours such as 09:00-17:00."))?;
                Ok(Window { from: time(from)?, to: time(to)? })
            };
            let windows = list(get("times")).map(window).collect::<Result<Vec<_>, _>>()?;
            Times::Open { windows, step: whole(fields, &name("step"))?.unwrap_or(30) }
        }
        _ => Times::At(list(get("times")).map(time).collect::<Result<_, _>>()?),
    };
    let date = |field: &str| Date::parse(get(field)).ok_or_else(|| wrong(field, "A date."));
    let until = if get("until").is_empty() { None } else { Some(date("until")?) };
    Ok(Rule { repeats, times, from: date("from")?, until })
}

fn party_type(fields: &Fields, at: &str, currency: Currency) -> Result<(PartyType, Option<i64>), Problem> {
    let name = |field: &str| format!("{at}/{field}");
    let called = fields.get(&name("name"));
    let plain: String =
        called.to_ascii_lowercase().chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).collect();
    let code = fields.some(&name("code")).map_or(plain, str::to_owned);
    let wrong = || Problem::field(format!("/{}", name("name")), "invalid_value", "A name that begins with a letter.");
    let price = fields.some(&name("price"));
    let kind = PartyType {
        code: PartyCode::parse(&code).ok_or_else(wrong)?,
        name: called.to_owned(),
        note: fields.some(&name("note")).map(str::to_owned),
        seats: whole(fields, &name("seats"))?.unwrap_or(1),
        min: whole(fields, &name("min"))?.unwrap_or(0),
        max: whole(fields, &name("max"))?,
    };
    Ok((kind, price.map(|text| amount(text, currency, 0, &format!("/{}", name("price")))).transpose()?))
}

fn requirement(fields: &Fields, at: &str) -> Result<Requirement, Problem> {
    let amount = whole(fields, &format!("{at}/amount"))?.unwrap_or(1);
    let need = match fields.get(&format!("{at}/need")) {
        "perBooking" => Need::PerBooking(amount),
        "perSeats" => Need::PerSeats(amount),
        "perDepartureSeats" => Need::PerDepartureSeats(amount),
        _ => Need::PerDeparture(amount),
    };
    let any_of = fields.all(&format!("{at}/anyOf")).iter().filter_map(|id| ResourceId::parse(id)).collect();
    Ok(Requirement { any_of, need })
}

fn tier(fields: &Fields, at: &str) -> Result<RefundTier, Problem> {
    let hours = whole(fields, &format!("{at}/hours"))?.unwrap_or(0);
    let percent = whole(fields, &format!("{at}/percent"))?.unwrap_or(0);
    Ok(RefundTier { minutes_before: hours.saturating_mul(60), percent: percent.saturating_mul(100) })
}
