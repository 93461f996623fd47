//! The calendar: a week of columns or a month of cells, with what is sold on each departure.

use super::desk::{At, Desk, Shown};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use crate::access::allowed::BookingsRead;
use crate::domain::desk::agenda::{self, Departure};
use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;
use shared::civil::Date;
use shared::zone::{Instant, Zone};
use std::collections::BTreeMap;

/// Departures shown in a cell of the month; the day shows the rest.
const MOST_IN_A_CELL: usize = 4;

/// Which part of the calendar.
#[derive(Default, Deserialize)]
pub struct Asked {
    view: Option<String>,
    date: Option<String>,
}

type Days<'a> = BTreeMap<Date, Vec<&'a Departure>>;

/// `GET /console/:orgId/calendar`.
pub async fn show(desk: At<BookingsRead>, Query(asked): Query<Asked>) -> Shown {
    let today = desk.wording.date_of(desk.context.now());
    let date = asked.date.as_deref().and_then(Date::parse).unwrap_or(today);
    let is_month = asked.view.as_deref() == Some("month");
    let (first, last) = if is_month { month_of(date) } else { week_of(date) };
    let (from, to) = (week_of(first).0, week_of(last).1);
    let zone = desk.wording.zone(Instant(i64::from(from.days_since_epoch()).saturating_mul(86_400)));
    let agenda = agenda::read(&desk.context, desk.org_id(), &zone, from, to).await?;
    let days = by_date(&zone, &agenda.departures);
    let view = if is_month { "month" } else { "week" };
    let link = |date: Date| desk.path(&format!("/calendar?view={view}&date={date}"));
    let (before, after) = (first.plus_days(-1), last.plus_days(1));
    let title = if is_month {
        desk.wording.month(date)
    } else {
        format!("{} – {}", desk.wording.short_date(from), desk.wording.short_date(to))
    };
    let main = html! {
        nav.days aria-label="Calendar" {
            a.button href=(link(before)) { (icon(Icon::Earlier)) span.hidden { "Earlier" } }
            a.button href=(link(today)) { "Today" }
            a.button href=(link(after)) { (icon(Icon::Later)) span.hidden { "Later" } }
            span.views {
                @for (name, label) in [("week", "Week"), ("month", "Month")] {
                    a.button href=(desk.path(&format!("/calendar?view={name}&date={date}"))) aria-current=[(name == view).then_some("true")] {
                        (label)
                    }
                }
            }
        }
        @if is_month { (month(&desk, &days, (from, to), date.month(), today)) } @else { (week(&desk, &days, (from, to), today)) }
    };
    Ok(desk.show(&Page::new(Section::Calendar, &title, main)))
}

fn by_date<'a>(zone: &Zone, departures: &'a [Departure]) -> Days<'a> {
    departures.iter().fold(Days::new(), |mut days, departure| {
        days.entry(zone.date_of(departure.starts_at)).or_default().push(departure);
        days
    })
}

fn dates((from, to): (Date, Date)) -> impl Iterator<Item = Date> {
    let days = to.days_since_epoch().saturating_sub(from.days_since_epoch());
    (0..=days).map(move |day| from.plus_days(day))
}

fn week(desk: &Desk, days: &Days<'_>, range: (Date, Date), today: Date) -> Markup {
    html! {
        ol.week {
            @for date in dates(range) {
                li.today[date == today] {
                    h2 { a href=(desk.path(&format!("/today?date={date}"))) { (desk.wording.short_date(date)) } }
                    @let departures = days.get(&date).map_or(&[][..], Vec::as_slice);
                    @if departures.is_empty() { p.quiet { "Nothing planned" } }
                    ul { @for departure in departures { li { (chip(desk, departure, date)) } } }
                }
            }
        }
    }
}

fn month(desk: &Desk, days: &Days<'_>, range: (Date, Date), month: u32, today: Date) -> Markup {
    let all: Vec<Date> = dates(range).collect();
    html! {
        table.month {
            thead { tr { @for date in all.iter().take(7) { th scope="col" { (desk.wording.weekday(*date)) } } } }
            tbody {
                @for week in all.chunks(7) {
                    tr {
                        @for date in week {
                            @let departures = days.get(date).map_or(&[][..], Vec::as_slice);
                            @let booked: Vec<&Departure> = departures.iter().copied().filter(|one| one.sold > 0).collect();
                            @let free = departures.len().saturating_sub(booked.len());
                            td.today[*date == today].other[date.month() != month] {
                                a.number href=(desk.path(&format!("/today?date={date}"))) {
                                    span.hidden { (desk.wording.day(*date)) ", " (booked.len()) " booked" }
                                    span aria-hidden="true" { (date.day()) }
                                    @if !booked.is_empty() { span.dot aria-hidden="true" { (booked.len()) } }
                                }
                                ul {
                                    @for departure in booked.iter().take(MOST_IN_A_CELL) { li { (chip(desk, departure, *date)) } }
                                }
                                @let more = booked.len().saturating_sub(MOST_IN_A_CELL);
                                @if more > 0 { p.rest { "and " (more) " more" } } @else if free > 0 && *date >= today { p.rest { (free) " free" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One departure in a cell.
fn chip(desk: &Desk, departure: &Departure, date: Date) -> Markup {
    let full = departure.capacity.is_some_and(|capacity| departure.sold >= capacity);
    let tone = match () {
        () if departure.closed => "closed",
        () if departure.sold == 0 => "free",
        () if full => "full",
        () => "some",
    };
    html! {
        a class={ "chip " (tone) } href=(desk.path(&format!("/today?date={date}"))) {
            span.clock { (desk.wording.time(departure.starts_at)) }
            span.name { (departure.name) }
            span.load {
                @if departure.closed { "Closed" } @else {
                    (departure.sold) @if let Some(capacity) = departure.capacity { " / " (capacity) } @else { span.hidden { " booked" } }
                }
            }
        }
    }
}

/// Monday to Sunday.
pub fn week_of(date: Date) -> (Date, Date) {
    // 1970-01-05 was a Monday.
    let back = date.days_since_epoch().saturating_sub(4).rem_euclid(7);
    let monday = date.plus_days(back.saturating_neg());
    (monday, monday.plus_days(6))
}

/// The first and the last of its month.
fn month_of(date: Date) -> (Date, Date) {
    let first = Date::new(date.year(), date.month(), 1).unwrap_or(date);
    (first, first.plus_days(i32::from(date.days_in_month()).saturating_sub(1)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(week_of(date("2026-08-01")), (date("2026-07-27"), date("2026-08-02")));
        assert_eq!(week_of(date("2026-07-27")), (date("2026-07-27"), date("2026-08-02")));
        assert_eq!(month_of(date("2028-02-10")), (date("2028-02-01"), date("2028-02-29")));
    }
}
