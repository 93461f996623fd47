//! What the fields of an offering look like.

use super::{MOST_ROWS, WEEKDAYS};
use crate::domain::catalog::edit::add_on::store::Row as AddOn;
use crate::domain::resource::store::Resource;
use crate::pages::console::form::{Fields, Line, Sheet};
use crate::pages::console::offering_extras;
use maud::{Markup, html};

const REPEATS: [(&str, &str); 4] = [
    ("weekly", "Every week"),
    ("daily", "Every day"),
    ("monthlyWeekday", "Every month, on a weekday"),
    ("monthlyDay", "Every month, on a date"),
];
const TIMES: [(&str, &str); 3] = [("at", "At fixed times"), ("open", "Any time within hours"), ("allDay", "All day")];
const LENGTHS: [(&str, &str); 3] = [("minutes", "Minutes"), ("choice", "A choice of minutes"), ("days", "Days")];
const CAPACITIES: [(&str, &str); 4] = [
    ("seats", "Seats at each departure"),
    ("groups", "Groups at each departure"),
    ("perDay", "Bookings a day"),
    ("unlimited", "Only what it needs limits it"),
];
const VISIBILITIES: [(&str, &str); 3] =
    [("PUBLIC", "Everybody"), ("UNLISTED", "Whoever has its address"), ("PRIVATE", "Only staff")];
const PRIVACIES: [(&str, &str); 3] = [("never", "No"), ("onRequest", "If they ask"), ("always", "Always")];
const NEEDS: [(&str, &str); 4] = [
    ("perDeparture", "for the departure, shared"),
    ("perBooking", "for each booking"),
    ("perSeats", "for every so many seats of a booking"),
    ("perDepartureSeats", "for every so many seats of the departure"),
];

/// How many rows are shown: those filled in and one to fill in.
pub fn shown_rows(fields: &Fields, name: &str, field: &str) -> usize {
    let filled = (0..MOST_ROWS).filter(|index| fields.some(&format!("{name}/{index}/{field}")).is_some()).count();
    filled.saturating_add(1).min(MOST_ROWS)
}

/// The form's fields.
pub fn draw(sheet: Sheet<'_>, resources: &[Resource], add_ons: &[AddOn], priced: bool) -> Markup {
    let fields = sheet.fields;
    let number = |label: &str, name: &str, hint: &str, least: &str| number(sheet, label, name, hint, least);
    html! {
        section.card aria-labelledby="about" {
            h2 #about { "What it is" }
            (sheet.line(Line { label: "Name", name: "name", required: true, longest: Some(200), ..Line::default() }))
            (sheet.line(Line { label: "In a sentence or two", name: "summary", longest: Some(500), ..Line::default() }))
            (sheet.text("Description", "description", "Markdown works.", 5, 20_000))
            (sheet.line(Line { label: "Picture", name: "images/0", kind: "url", hint: "An address that starts with https://.", longest: Some(2_000), ..Line::default() }))
            div.row {
                (sheet.choice("Who finds it?", "visibility", "", &VISIBILITIES))
                (sheet.choice("For themselves only?", "privacy", "", &PRIVACIES))
            }
            (sheet.tick("Staff approve every booking", "approval", "true", ""))
        }
        section.card aria-labelledby="schedule" {
            h2 #schedule { "When" }
            @for index in 0..shown_rows(fields, "schedule/rules", "from") { (rule_row(sheet, index)) }
            p.hint { "Save or preview to get room for one more." }
            (offering_extras::draw_dates(sheet))
            div.row {
                (sheet.choice("It lasts", "lengthKind", "", &LENGTHS))
                (sheet.line(Line { label: "How long", name: "length", hint: "90, or 60, 120, 180.", required: true, ..Line::default() }))
            }
        }
        section.card aria-labelledby="party" {
            h2 #party { "Who comes, and what it costs" }
            @if !priced { p.quiet { "Its prices follow rules that this form does not show; they stay as they are." } }
            (sheet.errors("partyTypes"))
            @for index in 0..shown_rows(fields, "partyTypes", "name") { (party_row(sheet, index, priced)) }
            div.row {
                (sheet.choice("There are", "capacityKind", "", &CAPACITIES))
                (number("How many", "capacity", "", "0"))
            }
            div.row { (number("Smallest party", "minParty", "", "1")) (number("Largest party", "maxParty", "", "1")) (number("Bookings a day", "maxPerDay", "", "1")) }
        }
        (offering_extras::draw_prices(sheet))
        section.card aria-labelledby="needs" {
            h2 #needs { "What it needs" }
            (sheet.errors("requirements"))
            @for index in 0..shown_rows(fields, "requirements", "anyOf") { (need_row(sheet, index, resources)) }
            div.row {
                (number("Minutes to prepare", "bufferBeforeMinutes", "", "0"))
                (number("Minutes to clear up", "bufferAfterMinutes", "", "0"))
            }
        }
        section.card aria-labelledby="rules" {
            h2 #rules { "Rules" }
            div.row {
                (number("Closes so many minutes before", "noticeMinutes", "", "0"))
                (number("Opens so many days ahead", "horizonDays", "Empty is always.", "1"))
            }
            fieldset {
                legend { "What comes back on cancelling" }
                @for index in 0..shown_rows(fields, "cancellationPolicy", "hours") {
                    @let (hours, percent) = (format!("cancellationPolicy/{index}/hours"), format!("cancellationPolicy/{index}/percent"));
                    div.row { (number("Hours before, at least", &hours, "", "0")) (number("Percent", &percent, "", "0")) }
                }
            }
        }
        (offering_extras::draw_extras(sheet, add_ons))
    }
}

/// A whole number.
pub fn number(sheet: Sheet<'_>, label: &str, name: &str, hint: &str, least: &str) -> Markup {
    sheet.line(Line { label, name, kind: "number", hint, within: (Some(least), None), ..Line::default() })
}

fn rule_row(sheet: Sheet<'_>, index: usize) -> Markup {
    let at = |field: &str| format!("schedule/rules/{index}/{field}");
    let (weekdays, times) = (at("weekdays"), at("times"));
    html! {
        fieldset.rule {
            legend { @if sheet.fields.some(&at("from")).is_some() { "Schedule " (index.saturating_add(1)) } @else { "One more schedule" } }
            div.row {
                (sheet.choice("Repeats", &at("repeats"), "", &REPEATS))
                (sheet.line(Line { label: "From", name: &at("from"), kind: "date", ..Line::default() }))
                (sheet.line(Line { label: "Until", name: &at("until"), kind: "date", ..Line::default() }))
            }
            div.weekdays role="group" aria-label="Weekdays" {
                @for (value, called) in WEEKDAYS { (sheet.tick(called, &weekdays, value, "")) }
            }
            (sheet.errors(&weekdays))
            div.row {
                (sheet.choice("Starts", &at("kind"), "", &TIMES))
                (sheet.line(Line { label: "Times", name: &times, hint: "17:00, 19:00, or 09:00-18:00 for hours.", ..Line::default() }))
                (sheet.line(Line { label: "Every so many minutes", name: &at("step"), kind: "number", hint: "Within hours.", within: (Some("1"), None), ..Line::default() }))
            }
            details {
                summary { "Every second week, first Saturday, …" }
                div.row {
                    (sheet.line(Line { label: "Every", name: &at("every"), kind: "number", hint: "Days, weeks or months.", within: (Some("1"), None), ..Line::default() }))
                    (sheet.line(Line { label: "Which of the month", name: &at("nth"), kind: "number", hint: "1 is the first, -1 the last.", ..Line::default() }))
                }
            }
        }
    }
}

fn party_row(sheet: Sheet<'_>, index: usize, priced: bool) -> Markup {
    let at = |field: &str| format!("partyTypes/{index}/{field}");
    let number = |label, field: &str| {
        sheet.line(Line { label, name: &at(field), kind: "number", within: (Some("0"), None), ..Line::default() })
    };
    html! {
        fieldset.rule {
            legend { @match sheet.fields.some(&at("name")) { Some(name) => { (name) } None => { "Somebody else" } } }
            input type="hidden" name=(at("code")) value=(sheet.fields.get(&at("code")));
            div.row {
                (sheet.line(Line { label: "Called", name: &at("name"), longest: Some(100), ..Line::default() }))
                (sheet.line(Line { label: "Explained", name: &at("note"), hint: "Such as 4 to 12 years.", longest: Some(200), ..Line::default() }))
                @if priced { (sheet.line(Line { label: "Price", name: &at("price"), hint: "Empty is free.", ..Line::default() })) }
            }
            div.row { (number("Seats it takes", "seats")) (number("Fewest", "min")) (number("Most", "max")) }
        }
    }
}

fn need_row(sheet: Sheet<'_>, index: usize, resources: &[Resource]) -> Markup {
    let at = |field: &str| format!("requirements/{index}/{field}");
    let any_of = at("anyOf");
    html! {
        fieldset.rule {
            legend { @if sheet.fields.all(&any_of).is_empty() { "Something else" } @else { "Needs one of" } }
            div.ticks { @for resource in resources { (sheet.tick(&resource.name, &any_of, &resource.public_id, "")) } }
            (sheet.errors(&any_of))
            div.row {
                (sheet.line(Line { label: "How many", name: &at("amount"), kind: "number", within: (Some("1"), None), ..Line::default() }))
                (sheet.choice("Counted", &at("need"), "", &NEEDS))
            }
        }
    }
}
