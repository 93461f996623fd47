//! JSON in, the engine's answer as JSON out: what the example program, its tests and the comparison with WebAssembly share.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Error, Value, json};
use shared::availability::{Ask, Calendar, Engine, Offering};
use shared::booking::{Action, Facts, State, apply};
use shared::civil::Date;
use shared::pricing::{PriceBook, Request, quote};
use shared::zone::Zone;

/// `slots`: which starts there are from one venue date to another.
#[derive(Serialize, Deserialize)]
struct SlotsInput {
    calendar: Calendar,
    offering: Offering,
    from: Date,
    to: Date,
    #[serde(default)]
    ask: Ask,
}

/// `quote`: what it costs.
#[derive(Serialize, Deserialize)]
struct QuoteInput {
    book: PriceBook,
    zone: Zone,
    request: Request,
}

/// `transition`: what becomes of a booking.
#[derive(Serialize, Deserialize)]
struct TransitionInput {
    state: State,
    action: Action,
    facts: Facts,
}

/// The engine's answer to a command, indented. An error is the input's fault and says where it is.
pub fn answer(command: &str, input: &str) -> Result<String, String> {
    let value = answer_value(command, input)?;
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
}

/// The same as a value.
pub fn answer_value(command: &str, input: &str) -> Result<Value, String> {
    match command {
        "slots" => slots(input),
        "quote" => price(input),
        "transition" => transition(input),
        _ => return Err("say one of: slots, quote, transition".to_owned()),
    }
    .map_err(|error| format!("the input of {command}: {error}"))
}

/// The input itself, or the part of a worked example that is for the command.
fn input<T: DeserializeOwned>(command: &str, text: &str) -> Result<T, Error> {
    let whole: Value = serde_json::from_str(text)?;
    match whole.get(command).and_then(|part| part.get("input")) {
        // As text again, for the sake of errors that name a line.
        Some(part) => serde_json::from_str(&serde_json::to_string_pretty(part)?),
        None if whole.get("about").is_some() => Err(Error::custom("this example has no such part")),
        None => serde_json::from_str(text),
    }
}

fn slots(text: &str) -> Result<Value, Error> {
    let SlotsInput { calendar, offering, from, to, ask } = input("slots", text)?;
    Ok(json!({ "slots": Engine::new(&calendar).slots(&offering, from, to, &ask) }))
}

fn price(text: &str) -> Result<Value, Error> {
    let QuoteInput { book, zone, request } = input("quote", text)?;
    Ok(match quote(&book, &zone, &request) {
        Ok(quote) => json!({ "quote": quote }),
        Err(error) => json!({ "error": { "code": error.code(), "pointer": error.pointer(), "reason": error } }),
    })
}

fn transition(text: &str) -> Result<Value, Error> {
    let TransitionInput { state, action, facts } = input("transition", text)?;
    Ok(match apply(state, action, &facts) {
        Ok((state, effects)) => json!({ "state": state, "effects": effects }),
        Err(refused) => json!({ "refused": { "code": refused.code(), "reason": refused } }),
    })
}
