//! What is in the way of an event: bookings and blocks of the resources it takes, and bookings of dates it would lose.
//!
//! The schema refuses what must not happen; this says why, by name.

pub mod store;

use super::Submission;
use crate::context::Context;
use crate::domain::org::zone::wall_time;
use crate::problem::{Code, Problem};
use shared::zone::{Instant, Span};
use store::{Blocked, Booked};

/// The problem, if something is in the way of publishing `submission` at these times.
pub async fn clear(context: &Context, submission: &Submission, spans: &[Span]) -> Result<(), Problem> {
    let now = context.now();
    let zone = &submission.venue.timezone;
    let coming: Vec<store::Wanted> = spans
        .iter()
        .filter(|span| span.ends_at > now)
        .map(|span| {
            let date = |at: Instant| wall_time(zone, at).get(..10).unwrap_or_default().to_owned();
            // A date that ends at midnight does not reach into the next one.
            let last = span.ends_at.plus_seconds(-1);
            store::Wanted(span.starts_at.0, span.ends_at.0, date(span.starts_at), date(last))
        })
        .collect();
    let starts: Vec<i64> = spans.iter().map(|span| span.starts_at.0).collect();
    let batch = store::look(submission, &coming, &starts, now);
    let mut answers = context.database().batch(batch).await?;
    let found = store::found(&mut answers)?;
    let ids = &submission.content.resource_ids;
    if let Some(index) = ids.iter().position(|id| !found.resources.contains(id)) {
        let gone = Problem::field(format!("/resourceIds/{index}"), "unknown", "There is no such resource any more.");
        return Err(gone);
    }
    if !found.sold.is_empty() {
        return Err(sold(&found.sold, zone));
    }
    if found.booked.is_empty() && found.blocked.is_empty() {
        return Ok(());
    }
    Err(in_the_way(ids, &found.booked, &found.blocked, zone))
}

/// The problem, if somebody has booked a date of the public event.
pub async fn unsold(context: &Context, submission: &Submission) -> Result<(), Problem> {
    let batch = vec![store::sold(submission, &[], context.now())];
    let sold_dates: Vec<Booked> = context.database().batch(batch).await?.all()?;
    if sold_dates.is_empty() { Ok(()) } else { Err(sold(&sold_dates, &submission.venue.timezone)) }
}

fn span(zone: &str, starts_at: i64, ends_at: i64) -> String {
    format!("{} to {}", wall_time(zone, Instant(starts_at)), wall_time(zone, Instant(ends_at)))
}

fn booking(row: &Booked) -> String {
    row.number.as_ref().map_or_else(|| format!("a hold ({})", row.booking), Clone::clone)
}

fn names(bookings: &[Booked]) -> String {
    let mut names: Vec<String> = bookings.iter().map(booking).collect();
    names.dedup();
    names.join(", ")
}

fn sold(bookings: &[Booked], zone: &str) -> Problem {
    let problem = Problem::new(Code::Conflict)
        .because("sold")
        .detail(format!("Somebody has booked a date that would be gone: {}.", names(bookings)));
    bookings.iter().fold(problem, |problem, row| {
        let message = format!("{}, {}", booking(row), span(zone, row.starts_at, row.ends_at));
        problem.and_field("/when", "sold", message)
    })
}

fn in_the_way(ids: &[String], booked: &[Booked], blocked: &[Blocked], zone: &str) -> Problem {
    let pointer = |resource: &str| {
        let index = ids.iter().position(|id| id == resource);
        index.map_or_else(|| "/when".to_owned(), |index| format!("/resourceIds/{index}"))
    };
    let taken = (!booked.is_empty()).then(|| format!("booked: {}", names(booked)));
    let off = (!blocked.is_empty()).then(|| {
        let reasons: Vec<String> = blocked.iter().map(|row| format!("{} ({})", row.block, row.reason)).collect();
        format!("blocked: {}", reasons.join(", "))
    });
    let detail: Vec<String> = taken.into_iter().chain(off).collect();
    let mut problem = Problem::new(Code::Unavailable).because("in_the_way").detail(format!("{}.", detail.join("; ")));
    for row in booked {
        let message = format!("{}: {}, {}", row.name, booking(row), span(zone, row.starts_at, row.ends_at));
        problem = problem.and_field(pointer(&row.resource), "booked", message);
    }
    for row in blocked {
        let when = match (row.starts_at, row.ends_at, &row.from_date, &row.to_date) {
            (Some(starts_at), Some(ends_at), _, _) => span(zone, starts_at, ends_at),
            (_, _, Some(from), Some(to)) => format!("{from} to {to}"),
            _ => String::new(),
        };
        let what = row.name.as_deref().unwrap_or("The whole venue");
        let message = format!("{what}: {} ({}), {when}", row.block, row.reason);
        problem = problem.and_field(pointer(row.resource.as_deref().unwrap_or_default()), "blocked", message);
    }
    problem
}
