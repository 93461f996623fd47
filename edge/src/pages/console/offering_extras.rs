//! The rest of an offering's form: dates that differ, seasons, the deposit, the threshold, add-ons and questions. Each part
//! writes its fields, reads them back and draws them; what a part cannot show stays as it is, and the form says so.

use super::actions::amount;
use super::form::{Fields, Line, Sheet};
use super::offering_form::{MOST_ROWS, WEEKDAYS, number, rows, shown_rows, whole};
use crate::domain::catalog::edit::add_on::store::Row as AddOn;
use crate::domain::catalog::edit::draft::{Draft, Offered};
use crate::problem::Problem;
use crate::wording::Wording;
use maud::{Markup, html};
use shared::availability::Threshold;
use shared::civil::{Date, TimeOfDay};
use shared::embed::{Question, QuestionKind};
use shared::id::AddOnId;
use shared::money::Currency;
use shared::pricing::{Adjustment, AdjustmentEffect, Deposit, DepositAmount, When};
use shared::schedule::{Cancelled, ExtraDate, Times};

const DEPOSITS: [(&str, &str); 4] = [
    ("", "All of it"),
    ("percent", "A part of the price, in percent"),
    ("fixed", "An amount for the booking"),
    ("perGuest", "An amount for each guest"),
];
const QUESTIONS: [(&str, &str, QuestionKind); 4] = [
    ("text", "One line", QuestionKind::Text),
    ("textarea", "Several lines", QuestionKind::Textarea),
    ("select", "One of the options", QuestionKind::Select),
    ("checkbox", "Yes or no", QuestionKind::Checkbox),
];
/// Minutes.
const HOUR: u32 = 60;
/// Hundredths of a percent in one.
const POINTS: u32 = 100;

/// A draft as fields.
pub fn fields_of(draft: &Draft, currency: Currency, put: &mut impl FnMut(&str, String)) {
    let lines = |lines: Vec<String>| lines.join("\n");
    put("extraDates", lines(draft.schedule.extra.iter().filter_map(extra_line).collect()));
    put("cancelledDates", lines(draft.schedule.cancelled.iter().map(cancelled_line).collect()));
    for (index, one) in draft.tariff.adjustments.iter().enumerate() {
        let at = |field: &str| format!("seasons/{index}/{field}");
        let Some(percent) = season(one) else {
            put(&at("kept"), one.name.clone());
            continue;
        };
        put(&at("name"), one.name.clone());
        put(&at("percent"), percent.to_string());
        if let Some((from, until)) = one.when.dates.first() {
            put(&at("from"), from.to_string());
            put(&at("until"), until.to_string());
        }
        one.when.weekdays.iter().for_each(|day| put(&at("weekdays"), day.to_string()));
    }
    if let Some(deposit) = &draft.tariff.deposit {
        let (kind, much) = match deposit.amount {
            DepositAmount::Percent(points) => ("percent", decimal(points)),
            DepositAmount::Fixed(much) => ("fixed", Wording::plain_money(much, currency)),
            DepositAmount::PerGuest(much) => ("perGuest", Wording::plain_money(much, currency)),
        };
        put("depositKind", kind.to_owned());
        put("deposit", much);
        put("depositFullWithinDays", deposit.full_within_days.map(|days| days.to_string()).unwrap_or_default());
    }
    if let Some(threshold) = draft.rules.threshold {
        put("thresholdSeats", threshold.min_seats.to_string());
        put("thresholdHours", threshold.decide_before.div_ceil(HOUR).to_string());
    }
    for offered in &draft.add_ons {
        put("addOns", offered.id.as_str().to_owned());
        if offered.free {
            put("addOnsFree", offered.id.as_str().to_owned());
        }
    }
    for (index, question) in draft.questions.iter().enumerate() {
        let at = |field: &str| format!("questions/{index}/{field}");
        let kind = QUESTIONS.iter().find(|(_, _, kind)| *kind == question.kind);
        put(&at("columnName"), question.column_name.clone());
        put(&at("label"), question.label.clone());
        put(&at("kind"), kind.map_or("text", |(word, _, _)| word).to_owned());
        put(&at("options"), question.options.join(", "));
        if question.required {
            put(&at("required"), "true".to_owned());
        }
    }
}

/// The draft with what the fields say.
pub fn apply(draft: &mut Draft, fields: &Fields, currency: Currency) -> Result<(), Problem> {
    let lines = |name| fields.get(name).lines().map(str::trim).filter(|line| !line.is_empty());
    let hidden = draft.schedule.extra.iter().filter(|one| extra_line(one).is_none()).cloned();
    draft.schedule.extra = hidden.map(Ok).chain(lines("extraDates").map(extra)).collect::<Result<_, _>>()?;
    draft.schedule.cancelled = lines("cancelledDates").map(cancelled).collect::<Result<_, _>>()?;
    draft.tariff.adjustments = seasons(&draft.tariff.adjustments, fields)?;
    draft.tariff.deposit = deposit(fields, currency)?;
    let hours = whole(fields, "thresholdHours")?.unwrap_or(0);
    // Minutes that are not whole hours stay, unless the hours change.
    let before = draft.rules.threshold.map(|threshold| threshold.decide_before);
    let before = before.filter(|minutes| minutes.div_ceil(HOUR) == hours);
    let decide_before = before.unwrap_or(hours.saturating_mul(HOUR));
    draft.rules.threshold = whole(fields, "thresholdSeats")?.map(|min_seats| Threshold { min_seats, decide_before });
    let free = |id: &String| fields.all("addOnsFree").contains(id);
    let offered = |id: &String| AddOnId::parse(id).map(|parsed| Offered { free: free(id), id: parsed });
    draft.add_ons = fields.all("addOns").iter().filter_map(offered).collect();
    draft.questions = rows(fields, "questions", &["label"]).map(|at| question(fields, &at)).collect();
    Ok(())
}

/// `2027-10-03 11:00, 14:00`, or `2027-10-03 all day`. Hours with a step are for the API.
fn extra_line(extra: &ExtraDate) -> Option<String> {
    match &extra.times {
        Times::At(times) => {
            let times: Vec<String> = times.iter().map(TimeOfDay::to_string).collect();
            Some(format!("{} {}", extra.date, times.join(", ")))
        }
        Times::AllDay => Some(format!("{} all day", extra.date)),
        Times::Open { .. } => None,
    }
}

fn extra(line: &str) -> Result<ExtraDate, Problem> {
    let wrong = || {
        let message = format!("“{line}” is not a date with its times, such as 2027-10-03 11:00, 14:00.");
        Problem::field("/extraDates", "invalid_value", message)
    };
    let (date, times) = line.split_once(' ').ok_or_else(wrong)?;
    let date = Date::parse(date).ok_or_else(wrong)?;
    if times.trim().eq_ignore_ascii_case("all day") {
        return Ok(ExtraDate { date, times: Times::AllDay });
    }
    let times = times.split([',', ' ']).filter(|part| !part.is_empty()).map(TimeOfDay::parse);
    let times: Vec<TimeOfDay> = times.collect::<Option<_>>().ok_or_else(wrong)?;
    Ok(ExtraDate { date, times: Times::At(times) })
}

fn cancelled_line(cancelled: &Cancelled) -> String {
    cancelled.time.map_or_else(|| cancelled.date.to_string(), |time| format!("{} {time}", cancelled.date))
}

fn cancelled(line: &str) -> Result<Cancelled, Problem> {
    let wrong = || {
        let message =
            format!("“{line}” is not a date, such as 2027-05-17, or a start of it, such as 2027-05-17 18:00.");
        Problem::field("/cancelledDates", "invalid_value", message)
    };
    let (date, time) = line.split_once(' ').map_or((line, None), |(date, time)| (date, Some(time.trim())));
    let time = time.map(|time| TimeOfDay::parse(time).ok_or_else(wrong)).transpose()?;
    Ok(Cancelled { date: Date::parse(date).ok_or_else(wrong)?, time })
}

/// Whole percent of an adjustment that is a season of this form: some dates, some weekdays, dearer or cheaper.
fn season(one: &Adjustment) -> Option<i32> {
    let AdjustmentEffect::Percent(points) = one.effect else { return None };
    let When { dates, weekdays: _, times, at_least_before, at_most_before } = &one.when;
    let plain = times.is_empty() && at_least_before.is_none() && at_most_before.is_none();
    (plain && dates.len() <= 1 && one.party.is_empty() && points % 100 == 0).then_some(points / 100)
}

/// Seasons in their order: the order in which they count. Those that the form does not show keep their places.
fn seasons(before: &[Adjustment], fields: &Fields) -> Result<Vec<Adjustment>, Problem> {
    let mut all = Vec::new();
    for index in 0..MOST_ROWS.max(before.len()) {
        let at = |field: &str| format!("seasons/{index}/{field}");
        if let Some(kept) = before.get(index).filter(|one| season(one).is_none()) {
            all.push(kept.clone());
            continue;
        }
        let Some(name) = fields.some(&at("name")) else { continue };
        let wrong = |field: &str, message: &str| Problem::field(format!("/{}", at(field)), "invalid_value", message);
        let percent: i32 = fields
            .get(&at("percent"))
            .trim_start_matches('+')
            .parse()
            .ok()
            .filter(|percent| *percent != 0)
            .ok_or_else(|| wrong("percent", "Whole percent: 20 is dearer, -15 cheaper."))?;
        let date = |field: &str| {
            fields.some(&at(field)).map(|text| Date::parse(text).ok_or_else(|| wrong(field, "A date."))).transpose()
        };
        let dates = match (date("from")?, date("until")?) {
            (Some(from), Some(until)) => vec![(from, until)],
            (None, None) => Vec::new(),
            (None, _) => return Err(wrong("from", "From when?")),
            (_, None) => return Err(wrong("until", "Until when?")),
        };
        let weekdays = fields.all(&at("weekdays")).iter().filter_map(|day| day.parse().ok()).collect();
        all.push(Adjustment {
            name: name.to_owned(),
            when: When { dates, weekdays, ..When::default() },
            party: Vec::new(),
            effect: AdjustmentEffect::Percent(percent.saturating_mul(100)),
        });
    }
    Ok(all)
}

fn decimal(points: u32) -> String {
    let (whole, part) = (points / POINTS, points % POINTS);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") }
}

fn deposit(fields: &Fields, currency: Currency) -> Result<Option<Deposit>, Problem> {
    let text = fields.get("deposit");
    let wrong = || Problem::field("/deposit", "invalid_value", "More than 0, and at most 100 percent.");
    let points = || {
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let points: u32 = whole.parse::<u32>().ok()?.checked_mul(POINTS)?;
        points.checked_add(format!("{part:0<2}").parse().ok()?).filter(|points| part.len() <= 2 && *points <= 10_000)
    };
    let much = || amount(text, currency, 1, "/deposit");
    let amount = match fields.get("depositKind") {
        "percent" => DepositAmount::Percent(points().ok_or_else(wrong)?),
        "fixed" => DepositAmount::Fixed(much()?),
        "perGuest" => DepositAmount::PerGuest(much()?),
        _ => return Ok(None),
    };
    Ok(Some(Deposit { amount, full_within_days: whole(fields, "depositFullWithinDays")? }))
}

/// A new question is named after its label; one that was asked before keeps its name, under which its answers are.
fn question(fields: &Fields, at: &str) -> Question {
    let name = |field: &str| format!("{at}/{field}");
    let label = fields.get(&name("label")).to_owned();
    let plain = |sign: char| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '_' };
    let made = || label.chars().take(64).map(plain).collect::<String>();
    let kind = QUESTIONS.iter().find(|(word, _, _)| *word == fields.get(&name("kind")));
    let kind = kind.map_or(QuestionKind::Text, |(_, _, kind)| *kind);
    let options = fields.get(&name("options")).split(',').map(str::trim).filter(|option| !option.is_empty());
    let options = options.filter(|_| kind == QuestionKind::Select).map(str::to_owned).collect();
    Question {
        column_name: fields.some(&name("columnName")).map_or_else(made, str::to_owned),
        kind,
        required: fields.ticked(&name("required")),
        options,
        label,
    }
}

/// Dates that differ, below the schedule.
pub fn draw_dates(sheet: Sheet<'_>) -> Markup {
    let fields = sheet.fields;
    let any = fields.some("extraDates").or(fields.some("cancelledDates")).is_some()
        || !sheet.wrong("extraDates").is_empty()
        || !sheet.wrong("cancelledDates").is_empty();
    html! {
        details open[any] {
            summary { "Dates that differ" }
            (sheet.text("More dates", "extraDates", "One on each line: 2027-10-03 11:00, 14:00, or 2027-10-03 all day.", 3, 10_000))
            (sheet.text("Dates without it", "cancelledDates", "One on each line: 2027-05-17, or 2027-05-17 18:00 for one start.", 3, 10_000))
        }
    }
}

/// Seasons and the deposit.
pub fn draw_prices(sheet: Sheet<'_>) -> Markup {
    let number = |label: &str, name: &str, hint: &str, least: &str| number(sheet, label, name, hint, least);
    html! {
        section.card aria-labelledby="seasons" {
            h2 #seasons { "Dearer and cheaper" }
            p.hint { "Each that fits counts, in this order, on what the one before left." }
            (sheet.errors("priceRules"))
            @for index in 0..season_rows(sheet.fields) { (season_row(sheet, index)) }
        }
        section.card aria-labelledby="deposit-title" {
            h2 #deposit-title { "Paid at booking" }
            div.row {
                (sheet.choice("Due now", "depositKind", "", &DEPOSITS))
                (sheet.line(Line { label: "How much", name: "deposit", hint: "30 percent, or 12.50.", ..Line::default() }))
                (number("All of it from so many days before", "depositFullWithinDays", "Empty is never.", "0"))
            }
        }
        section.card aria-labelledby="threshold" {
            h2 #threshold { "Only with enough guests" }
            div.row {
                (number("Fewest seats", "thresholdSeats", "Empty: it always happens.", "1"))
                (number("Decided so many hours before", "thresholdHours", "", "0"))
            }
            (sheet.errors("preOrder"))
        }
    }
}

fn season_rows(fields: &Fields) -> usize {
    let last = (0..MOST_ROWS)
        .rev()
        .find(|index| ["name", "kept"].iter().any(|field| fields.some(&format!("seasons/{index}/{field}")).is_some()));
    last.map_or(1, |index| index.saturating_add(2)).min(MOST_ROWS)
}

fn season_row(sheet: Sheet<'_>, index: usize) -> Markup {
    let at = |field: &str| format!("seasons/{index}/{field}");
    let weekdays = at("weekdays");
    html! {
        fieldset.rule {
            @if let Some(kept) = sheet.fields.some(&at("kept")) {
                legend { (kept) }
                input type="hidden" name=(at("kept")) value=(kept);
                p.quiet { "This form does not show its rules; it stays as it is." }
            } @else {
                legend { @match sheet.fields.some(&at("name")) { Some(name) => { (name) } None => { "One more" } } }
                div.row {
                    (sheet.line(Line { label: "Called", name: &at("name"), hint: "Customers see it: Summer, Weekend.", longest: Some(100), ..Line::default() }))
                    (sheet.line(Line { label: "Percent", name: &at("percent"), hint: "20 is dearer, -15 cheaper.", ..Line::default() }))
                }
                div.row {
                    (sheet.line(Line { label: "First date", name: &at("from"), kind: "date", ..Line::default() }))
                    (sheet.line(Line { label: "Last date", name: &at("until"), kind: "date", ..Line::default() }))
                }
                div.weekdays role="group" aria-label="Only on these weekdays" {
                    @for (value, called) in WEEKDAYS { (sheet.tick(called, &weekdays, value, "")) }
                }
            }
        }
    }
}

/// Add-ons and questions.
pub fn draw_extras(sheet: Sheet<'_>, add_ons: &[AddOn]) -> Markup {
    html! {
        section.card aria-labelledby="extras" {
            h2 #extras { "What goes with it" }
            @if add_ons.is_empty() { p.quiet { "There are no add-ons yet; the API makes them." } }
            @for add_on in add_ons {
                div.row {
                    (sheet.tick(&add_on.name, "addOns", &add_on.public_id, ""))
                    (sheet.tick("included in the price", "addOnsFree", &add_on.public_id, ""))
                }
            }
            (sheet.errors("addOns"))
        }
        section.card aria-labelledby="questions" {
            h2 #questions { "What you ask" }
            (sheet.errors("questions"))
            @for index in 0..shown_rows(sheet.fields, "questions", "label") { (question_row(sheet, index)) }
        }
    }
}

fn question_row(sheet: Sheet<'_>, index: usize) -> Markup {
    let at = |field: &str| format!("questions/{index}/{field}");
    let kinds = QUESTIONS.map(|(word, called, _)| (word, called));
    html! {
        fieldset.rule {
            legend { @match sheet.fields.some(&at("label")) { Some(label) => { (label) } None => { "One more question" } } }
            input type="hidden" name=(at("columnName")) value=(sheet.fields.get(&at("columnName")));
            (sheet.line(Line { label: "Question", name: &at("label"), longest: Some(200), ..Line::default() }))
            div.row {
                (sheet.choice("Answered by", &at("kind"), "", &kinds))
                (sheet.line(Line { label: "Options", name: &at("options"), hint: "Divided by commas.", longest: Some(2_000), ..Line::default() }))
            }
            (sheet.tick("It must be answered", &at("required"), "true", ""))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use shared::availability::Kind;
    use shared::id::OfferingId;
    use shared::schedule::Window;

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn draft() -> Draft {
        let mut draft = Draft::of(Kind::Tour, OfferingId::parse("tour_a").unwrap()).unwrap();
        let (date, time) = (Date::parse("2027-10-03").unwrap(), TimeOfDay::parse("11:00").unwrap());
        let window = Window { from: time, to: TimeOfDay::parse("13:00").unwrap() };
        draft.schedule.extra = vec![
            ExtraDate { date, times: Times::Open { windows: vec![window], step: 30 } },
            ExtraDate { date, times: Times::At(vec![time]) },
            ExtraDate { date, times: Times::AllDay },
        ];
        draft.schedule.cancelled = vec![Cancelled { date, time: None }, Cancelled { date, time: Some(time) }];
        let adjustment =
            |name: &str, when, effect| Adjustment { name: name.to_owned(), when, party: Vec::new(), effect };
        let summer = When { dates: vec![(date, date)], weekdays: vec![6, 7], ..When::default() };
        let early = When { at_least_before: Some(10_080), ..When::default() };
        draft.tariff.adjustments = vec![
            adjustment("Early", early, AdjustmentEffect::Percent(-500)),
            adjustment("Summer", summer, AdjustmentEffect::Percent(2_000)),
            adjustment("Odd", When::default(), AdjustmentEffect::Percent(-150)),
            adjustment("Winter", When::default(), AdjustmentEffect::Percent(-1_500)),
        ];
        draft.tariff.deposit = Some(Deposit { amount: DepositAmount::Percent(3_050), full_within_days: Some(14) });
        draft.rules.threshold = Some(Threshold { min_seats: 6, decide_before: 2_890 });
        draft.add_ons = vec![Offered { id: AddOnId::parse("add_picnic").unwrap(), free: true }];
        draft.questions = vec![Question {
            column_name: "diet".to_owned(),
            label: "What do you eat?".to_owned(),
            kind: QuestionKind::Select,
            required: true,
            options: vec!["Fish".to_owned(), "Vegan".to_owned()],
        }];
        draft
    }

    fn fields(draft: &Draft) -> Fields {
        let mut pairs = Vec::new();
        fields_of(draft, euro(), &mut |name, value| pairs.push((name.to_owned(), value)));
        Fields::of(pairs)
    }

    #[test]
    fn saving_the_form_as_it_opened_changes_nothing() {
        let mut saved = draft();
        apply(&mut saved, &fields(&draft()), euro()).unwrap();
        assert_eq!(saved, draft());
    }

    #[test]
    fn what_was_typed_wrongly_is_named_by_its_field() {
        for (name, value, pointer) in [
            ("extraDates", "2027-10-03", "/extraDates"),
            ("cancelledDates", "soon", "/cancelledDates"),
            ("seasons/1/percent", "dear", "/seasons/1/percent"),
            ("seasons/1/until", "", "/seasons/1/until"),
            ("deposit", "101", "/deposit"),
            ("thresholdSeats", "many", "/thresholdSeats"),
        ] {
            let pairs = fields(&draft()).pairs().into_iter().filter(|(other, _)| other != name);
            let pairs = pairs.chain([(name.to_owned(), value.to_owned())]);
            let problem = apply(&mut draft(), &Fields::of(pairs), euro()).unwrap_err();
            assert_eq!(problem.fields()[0].pointer, pointer, "{name}={value}");
        }
    }
}
