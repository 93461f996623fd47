//! Today, any other day, and the days to come: departures, who is on them, and who has arrived.

use super::desk::{At, Desk, Shown};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::{BookingsRead, OrgRead};
use crate::access::permission::Permission;
use crate::domain::desk::agenda::store::Entry;
use crate::domain::desk::agenda::{self, Agenda, Departure};
use axum::body::Body;
use axum::extract::Query;
use axum::http::Response;
use maud::{Markup, html};
use serde::Deserialize;
use shared::civil::Date;
use shared::zone::Instant;

/// Days that are looked ahead.
const AHEAD: i32 = 14;

/// Which day, and what was just done.
#[derive(Default, Deserialize)]
pub struct Asked {
    date: Option<String>,
    done: Option<String>,
}

/// `GET /console/:orgId`: to where somebody's work is.
pub async fn home(desk: At<OrgRead>) -> Response<Body> {
    desk.go(if desk.may(Permission::BookingsRead) { "/today" } else { "/submissions" })
}

/// `GET /console/:orgId/today`.
pub async fn today(desk: At<BookingsRead>, Query(asked): Query<Asked>) -> Shown {
    let now = desk.context.now();
    let today = desk.wording.date_of(now);
    let date = asked.date.as_deref().and_then(Date::parse).unwrap_or(today);
    let agenda = agenda::read(&desk.context, desk.org_id(), &desk.wording.zone(now), date, date).await?;
    let heading = if date == today { "Today".to_owned() } else { desk.wording.long_date(date) };
    let main = html! {
        (days(&desk, date, today))
        @if desk.overview.awaiting_approval > 0 && date == today {
            a.nudge href=(desk.path("/bookings?status=AWAITING_APPROVAL")) {
                span {
                    strong { (desk.overview.awaiting_approval) " " (plural(desk.overview.awaiting_approval.into(), "booking")) }
                    " waiting for your approval"
                }
                (icon(Icon::Later))
            }
        }
        (sums(&desk, &agenda.departures))
        @if agenda.departures.is_empty() {
            (pieces::empty("A quiet day", "Nothing is planned on this day.", html! {
                a.button href=(desk.path("/upcoming")) { "See what is coming up" }
            }))
        } @else {
            ol.agenda {
                @for departure in &agenda.departures { (card(&desk, &agenda, departure, Level::Page)) }
            }
        }
    };
    let page = Page::new(Section::Today, &heading, main).done(asked.done.as_deref()).actions(html! {
        a.button href=(desk.path("/upcoming")) { "Upcoming" }
    });
    Ok(desk.show(&page))
}

/// `GET /console/:orgId/upcoming`.
pub async fn upcoming(desk: At<BookingsRead>, Query(asked): Query<Asked>) -> Shown {
    let now = desk.context.now();
    let today = desk.wording.date_of(now);
    let from = asked.date.as_deref().and_then(Date::parse).unwrap_or_else(|| today.plus_days(1));
    let zone = desk.wording.zone(Instant(i64::from(from.days_since_epoch()).saturating_mul(86_400)));
    let last = from.plus_days(AHEAD.saturating_sub(1));
    let agenda = agenda::read(&desk.context, desk.org_id(), &zone, from, last).await?;
    let booked: Vec<&Departure> = agenda.departures.iter().filter(|one| !one.entries.is_empty()).collect();
    let dates = booked.chunk_by(|one, next| zone.date_of(one.starts_at) == zone.date_of(next.starts_at));
    let link = |date: Date| desk.path(&format!("/upcoming?date={date}"));
    let main = html! {
        nav.days aria-label="Days" {
            a.button href=(link(from.plus_days(AHEAD.saturating_neg()))) { (icon(Icon::Earlier)) "Earlier" }
            p { (desk.wording.short_date(from)) " – " (desk.wording.short_date(last)) }
            a.button href=(link(from.plus_days(AHEAD))) { "Later" (icon(Icon::Later)) }
        }
        @if booked.is_empty() {
            (pieces::empty("Nothing booked yet", "Bookings for these two weeks will show up here.", html! {}))
        }
        @for departures in dates {
            @if let Some(date) = departures.first().map(|one| zone.date_of(one.starts_at)) {
                section.date {
                    h2 { a href=(desk.path(&format!("/today?date={date}"))) { (desk.wording.long_date(date)) } }
                    ol.agenda { @for departure in departures { (card(&desk, &agenda, departure, Level::Day)) } }
                }
            }
        }
    };
    let page = Page::new(Section::Today, "Upcoming", main).done(asked.done.as_deref()).actions(html! {
        a.button href=(desk.path("/today")) { "Today" }
    });
    Ok(desk.show(&page))
}

/// What a departure stands under.
#[derive(Clone, Copy)]
enum Level {
    /// The heading of the page.
    Page,
    /// The heading of its day.
    Day,
}

/// From day to day.
fn days(desk: &Desk, date: Date, today: Date) -> Markup {
    let link = |date: Date| desk.path(&format!("/today?date={date}"));
    html! {
        nav.days aria-label="Days" {
            a.button href=(link(date.plus_days(-1))) { (icon(Icon::Earlier)) span.hidden { "The day before" } }
            @if date == today {
                p { (desk.wording.long_date(date)) }
            } @else {
                p { a href=(desk.path("/today")) { "Back to today" } }
            }
            a.button href=(link(date.plus_days(1))) { (icon(Icon::Later)) span.hidden { "The day after" } }
            form method="get" action=(desk.path("/today")) {
                label.hidden for="date" { "Another day" }
                input #date type="date" name="date" value=(date) data-submit;
                button { "Go" }
            }
        }
    }
}

/// The day in figures.
fn sums(desk: &Desk, departures: &[Departure]) -> Markup {
    let entries: Vec<&Entry> = departures.iter().flat_map(|one| &one.entries).collect();
    let firm = entries.iter().filter(|entry| entry.state != "PENDING");
    let guests = firm.clone().fold(0_u32, |sum, entry| sum.saturating_add(entry.party().guests()));
    let here = entries.iter().filter(|entry| entry.checked_in_at.is_some());
    let arrived = here.fold(0_u32, |sum, entry| sum.saturating_add(entry.party().guests()));
    let owed = firm.fold(0_i64, |sum, entry| sum.saturating_add(owes(entry)));
    let running = departures.iter().filter(|one| !one.entries.is_empty()).count();
    html! {
        @if !entries.is_empty() {
            dl.sums {
                div { dt { "Guests" } dd { (guests) } }
                div { dt { "Arrived" } dd { (arrived) small { " of " (guests) } } }
                div { dt { "Departures booked" } dd { (running) small { " of " (departures.len()) } } }
                div { dt { "Still to be paid" } dd { (desk.wording.money(owed)) } }
            }
        }
    }
}

/// What is left to pay.
fn owes(entry: &Entry) -> i64 {
    entry.total.saturating_sub(entry.paid).max(0)
}

fn card(desk: &Desk, agenda: &Agenda, departure: &Departure, level: Level) -> Markup {
    let empty = departure.entries.is_empty();
    html! {
        li.departure.quiet[empty] {
            p.clock {
                time datetime=(shared::embed::Timestamp(departure.starts_at)) { (desk.wording.time(departure.starts_at)) }
                small { "to " (desk.wording.time(departure.ends_at)) }
            }
            div.what {
                @match level { Level::Page => { h2 { (departure.name) } } Level::Day => { h3 { (departure.name) } } }
                @if departure.closed { span.pill { "Closed" } } @else { (pieces::fill(departure.sold, departure.capacity)) }
            }
            @if !empty {
                ul.guests {
                    @for entry in &departure.entries { (guest(desk, agenda, departure, entry)) }
                }
            }
        }
    }
}

fn guest(desk: &Desk, agenda: &Agenda, departure: &Departure, entry: &Entry) -> Markup {
    let name = entry.contact_name.as_deref().unwrap_or("Somebody deciding");
    let owed = owes(entry);
    let date = desk.wording.date_of(departure.starts_at);
    let expected = entry.state == "CONFIRMED" && entry.no_show_at.is_none();
    let may_write = desk.may(Permission::BookingsWrite);
    let press = |word: &str, label: &str, class: &str| {
        html! {
            form method="post" action=(desk.path(&format!("/bookings/{}/do", entry.booking))) {
                input type="hidden" name="back" value=(date);
                button class={ "small " (class) } name="do" value=(word) { (label) span.hidden { " " (name) } }
            }
        }
    };
    html! {
        li {
            div.who {
                a href=(desk.path(&format!("/bookings/{}", entry.booking))) { (name) }
                p.quiet { (agenda.party(&departure.offering, &entry.party())) @if entry.private != 0 { " · private" } }
            }
            div.marks {
                @match entry.state.as_str() {
                    "CONFIRMED" => {}
                    state => { (pieces::state(state)) }
                }
                @if entry.no_show_at.is_some() { span.pill.bad { "No-show" } }
                @if owed > 0 && entry.state != "PENDING" { span.owes { (desk.wording.money_in(owed, entry.currency)) " due" } }
                @if entry.checked_in_at.is_some() { span.pill.good { (icon(Icon::Check)) "Here" } }
                @if may_write {
                    @if entry.state == "AWAITING_APPROVAL" { (press("approve", "Approve", "primary")) }
                    @else if expected && entry.checked_in_at.is_none() { (press("check-in", "Check in", "")) }
                }
            }
        }
    }
}

/// `booking` or `bookings`.
pub fn plural(count: i64, one: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{one}s") }
}
