//! A resource's week, drawn: hours as light, times off as hatching, bookings as blocks. On a phone it is a list of days.
//!
//! Places in the grid are rules of style under the page's nonce, since a policy without inline styles allows no others.

use super::desk::Desk;
use crate::domain::desk::week::store::Taken;
use maud::{Markup, html};
use shared::availability::{DayOverride, WeeklyWindow};
use shared::civil::Date;
use shared::zone::{Instant, Span, Zone};

/// Minutes of a row.
const ROW: i64 = 15;

/// Minutes of a day.
const DAY: i64 = 1_440;

/// A week of one resource.
pub struct Week<'a> {
    /// The venue's.
    pub zone: &'a Zone,
    /// Its Monday.
    pub from: Date,
    /// Which day is today.
    pub today: Date,
    /// Weekly hours.
    pub weekly: &'a [WeeklyWindow],
    /// Dates that differ.
    pub overrides: &'a [DayOverride],
    /// Times off and why.
    pub blocks: &'a [(Span, String)],
    /// What bookings take.
    pub taken: &'a [Taken],
}

/// Something on one day, in minutes since its midnight.
struct Piece<'a> {
    from: i64,
    to: i64,
    what: What<'a>,
}

enum What<'a> {
    Works,
    Off(&'a str),
    Taken(&'a Taken),
}

/// The markup, and the rules that put it in its places.
pub fn draw(desk: &Desk, week: &Week<'_>) -> (Markup, String) {
    let days: Vec<(Date, Vec<Piece<'_>>)> =
        (0..7).map(|day| week.from.plus_days(day)).map(|date| (date, pieces(week, date))).collect();
    let all = || days.iter().flat_map(|(_, pieces)| pieces).filter(|piece| piece.to.saturating_sub(piece.from) < DAY);
    // Whole hours around everything that has hours, at least a working day.
    let first = all().map(|piece| piece.from).min().unwrap_or(8 * 60).min(8 * 60).div_euclid(60).saturating_mul(60);
    let last = all().map(|piece| piece.to).max().unwrap_or(18 * 60).max(18 * 60);
    let last = last.saturating_add(59).div_euclid(60).saturating_mul(60).min(DAY);
    let row = |minute: i64| minute.clamp(first, last).saturating_sub(first).div_euclid(ROW).saturating_add(1);
    let rows = row(last);
    let mut rules = String::new();
    let mut place = |name: &str, from: i64, to: i64| {
        let (from, to) = (row(from), row(to).max(row(from).saturating_add(1)));
        rules.push_str(&format!("#{name}{{--from:{from};--to:{to}}}"));
    };
    for (day, (_, pieces)) in days.iter().enumerate() {
        for (index, piece) in pieces.iter().enumerate() {
            place(&format!("p{day}-{index}"), piece.from, piece.to);
        }
    }
    for hour in (first.div_euclid(60))..(last.div_euclid(60)) {
        place(&format!("h{hour}"), hour.saturating_mul(60), hour.saturating_add(1).saturating_mul(60));
    }
    rules.push_str(&format!(".plan{{--rows:{}}}", rows.saturating_sub(1)));
    let hours: Vec<i64> = ((first.div_euclid(60))..(last.div_euclid(60))).collect();
    let markup = html! {
        div.plan {
            div.clock aria-hidden="true" { @for hour in &hours { span id={ "h" (hour) } { (hour) ":00" } } }
            @for (day, (date, pieces)) in days.iter().enumerate() {
                section.day.today[*date == week.today] {
                    h3 { (desk.wording.short_date(*date)) }
                    @if pieces.is_empty() { p.quiet { "Does not work" } }
                    ul {
                        @for (index, piece) in pieces.iter().enumerate() {
                            li id={ "p" (day) "-" (index) } class=(class(piece)) { (inside(desk, week, *date, piece)) }
                        }
                    }
                }
            }
        }
    };
    (markup, rules)
}

fn class(piece: &Piece<'_>) -> &'static str {
    match piece.what {
        What::Works => "works",
        What::Off(_) => "off",
        What::Taken(_) => "taken",
    }
}

fn inside(desk: &Desk, week: &Week<'_>, date: Date, piece: &Piece<'_>) -> Markup {
    let midnight = week.zone.day(date).starts_at;
    let clock = |minute: i64| desk.wording.time(midnight.plus_minutes(minute));
    let whole = piece.from <= 0 && piece.to >= DAY;
    let times = || html! { @if whole { "all day" } @else { (clock(piece.from)) " – " (clock(piece.to)) } };
    html! {
        @match &piece.what {
            What::Works => { span.said { "Works " (times()) } }
            What::Off(reason) => {
                strong { "Off" @if !reason.is_empty() { ": " (reason) } }
                small { (times()) }
            }
            What::Taken(taken) => {
                a href=(desk.path(&format!("/bookings/{}", taken.booking))) { (taken.name) }
                small {
                    (times())
                    @if taken.units > 1 { " · " (taken.units) " of them" }
                    @if taken.bookings > 1 { " · " (taken.bookings) " bookings" }
                }
            }
        }
    }
}

fn pieces<'a>(week: &Week<'a>, date: Date) -> Vec<Piece<'a>> {
    let day = week.zone.day(date);
    let minute = |at: Instant| at.0.saturating_sub(day.starts_at.0).div_euclid(60).clamp(0, DAY);
    let on_day = |span: Span| span.overlaps(day).then(|| (minute(span.starts_at), minute(span.ends_at)));
    let works = works(week, date).into_iter().map(|(from, to)| Piece { from, to, what: What::Works });
    let off = week.blocks.iter().filter_map(|(span, reason)| {
        on_day(*span).map(|(from, to)| Piece { from, to, what: What::Off(reason.as_str()) })
    });
    let taken = week.taken.iter().filter_map(|taken| {
        let span = Span { starts_at: Instant(taken.starts_at), ends_at: Instant(taken.ends_at) };
        on_day(span).map(|(from, to)| Piece { from, to, what: What::Taken(taken) })
    });
    works.chain(off).chain(taken).collect()
}

/// Hours of a date in minutes; what reaches over midnight is drawn on the day it begins.
fn works(week: &Week<'_>, date: Date) -> Vec<(i64, i64)> {
    let minutes = |from: u16, to: u16| {
        let (from, to) = (i64::from(from), i64::from(to));
        (from, if to <= from { DAY } else { to })
    };
    if let Some(differs) = week.overrides.iter().find(|one| one.date == date) {
        return differs.windows.iter().map(|window| minutes(window.from.minutes(), window.to.minutes())).collect();
    }
    if week.weekly.is_empty() {
        return vec![(0, DAY)];
    }
    let of_day = week.weekly.iter().filter(|window| window.weekday == date.weekday());
    of_day.map(|window| minutes(window.hours.from.minutes(), window.hours.to.minutes())).collect()
}
