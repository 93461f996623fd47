//! The engine behind one door: a [`Question`] in JSON, its answer in JSON. The same code runs natively (`main.rs`) and
//! in WebAssembly ([`door`]), so a test can ask both and compare bytes.

pub mod door;

use serde::{Deserialize, Serialize};
use shared::availability::{Ask, Calendar, Engine, Offering};
use shared::booking::{Action, Facts, State, apply};
use shared::civil::Date;
use shared::pricing::{PriceBook, Request, quote};
use shared::schedule::{Lasting, rrule};
use shared::zone::{Instant, Zone};

/// What one can ask.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Question {
    /// Which starts there are, each with its status and reasons.
    Slots(Range),
    /// Which starts can be booked.
    Bookable(Range),
    /// Where a booking goes.
    Place(Place),
    /// What it costs.
    Quote(Price),
    /// What a booking becomes.
    Transition(Transition),
    /// The dates of RFC 5545 text, and the dates after writing and reading them again.
    Rrule(Rrule),
}

/// An offering between two venue dates, both included.
#[derive(Deserialize)]
pub struct Range {
    calendar: Calendar,
    offering: Offering,
    from: Date,
    to: Date,
    ask: Ask,
}

/// One start of an offering.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    calendar: Calendar,
    offering: Offering,
    starts_at: Instant,
    ask: Ask,
}

/// A request and the book that prices it.
#[derive(Deserialize)]
pub struct Price {
    book: PriceBook,
    zone: Zone,
    request: Request,
}

/// An action on a booking.
#[derive(Deserialize)]
pub struct Transition {
    state: State,
    action: Action,
    facts: Facts,
}

/// Property lines, and the dates between which their starts are wanted.
#[derive(Deserialize)]
pub struct Rrule {
    text: String,
    zone: Zone,
    from: Date,
    to: Date,
}

#[derive(Serialize)]
struct Dates {
    starts: Vec<Instant>,
    again: Vec<Instant>,
    text: String,
}

/// The answer to a question, both JSON. What is not a question is answered by why not.
pub fn answer(question: &str) -> String {
    match serde_json::from_str::<Question>(question) {
        Ok(question) => json(&question),
        Err(error) => written(&Err::<(), String>(error.to_string())),
    }
}

fn json(question: &Question) -> String {
    match question {
        Question::Slots(ask) => written(&Engine::new(&ask.calendar).slots(&ask.offering, ask.from, ask.to, &ask.ask)),
        Question::Bookable(ask) => {
            written(&Engine::new(&ask.calendar).bookable(&ask.offering, ask.from, ask.to, &ask.ask))
        }
        Question::Place(ask) => written(&Engine::new(&ask.calendar).place(&ask.offering, ask.starts_at, &ask.ask)),
        Question::Quote(ask) => written(&quote(&ask.book, &ask.zone, &ask.request)),
        Question::Transition(ask) => written(&apply(ask.state, ask.action, &ask.facts)),
        Question::Rrule(ask) => written(&dates(ask)),
    }
}

/// Decides without writing: how many slots, lines or claims came out. What a stopwatch should see.
fn count(question: &Question) -> usize {
    match question {
        Question::Slots(ask) => Engine::new(&ask.calendar).slots(&ask.offering, ask.from, ask.to, &ask.ask).len(),
        Question::Bookable(ask) => Engine::new(&ask.calendar).bookable(&ask.offering, ask.from, ask.to, &ask.ask).len(),
        Question::Place(ask) => {
            Engine::new(&ask.calendar).place(&ask.offering, ask.starts_at, &ask.ask).map_or(0, |it| it.claims.len())
        }
        Question::Quote(ask) => quote(&ask.book, &ask.zone, &ask.request).map_or(0, |it| it.lines.len()),
        Question::Transition(ask) => usize::from(apply(ask.state, ask.action, &ask.facts).is_ok()),
        Question::Rrule(ask) => dates(ask).map_or(0, |it| it.starts.len()),
    }
}

/// Decides a question so many times over; the sum of the counts keeps the work from being left out.
pub fn repeat(question: &Question, times: u32) -> usize {
    (0..times).fold(0, |sum: usize, _| sum.wrapping_add(count(std::hint::black_box(question))))
}

fn dates(ask: &Rrule) -> Result<Dates, rrule::Refused> {
    const HOUR: Lasting = Lasting::Minutes(60);
    let starts = |text: &str| {
        let schedule = rrule::import(text, &ask.zone, None)?.schedule;
        let all = schedule.occurrences(&ask.zone, HOUR, ask.from, ask.to);
        let starts = all.into_iter().filter(|one| !one.cancelled).map(|one| one.span.starts_at).collect();
        Ok((schedule, starts))
    };
    let (schedule, found): (_, Vec<Instant>) = starts(&ask.text)?;
    let text = rrule::export(&schedule, &ask.zone, None).unwrap_or_default();
    let again = if text.is_empty() { Vec::new() } else { starts(&text)?.1 };
    Ok(Dates { starts: found, again, text })
}

fn written<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).unwrap_or_else(|error| error.to_string())
}
