//! Everything that nobody can need before there is a start to choose: the engine and all the rest of the journey. It is a
//! chunk of WebAssembly of its own, in the same memory, fetched once the calendar stands. The first view is drawn from what
//! the engine said at the edge ([`First`](shared::embed::First)).
//!
//! The build cuts the module at [`fetch`]: what can only be reached through it goes into the chunk. The rest of the program
//! knows this part by the table [`Later`] alone; whoever calls one of its functions by name brings it back into the first
//! download.

mod answers;
mod ask;
mod command;
mod draft;
mod engine;
mod links;
mod manage;
mod net;
mod paying;
mod quote;
mod refusal;
mod rehearsal;
mod suggest;
mod update;
mod view;
mod waiting;
mod work;

use crate::json;
use crate::model::Model;
use crate::model::message::{Asked, Effect, Key, Msg, News};
use crate::model::texts::Intl;
use crate::view::Scene;
use crate::view::node::Node;
pub use net::Edge;
use shared::availability::{Offering, Slot, party_of};
use shared::civil::Date;
use shared::embed::Snapshot;
use shared::party::Party;
use std::future::Future;
use std::pin::Pin;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Something that is on its way.
pub type Coming<T> = Pin<Box<dyn Future<Output = T>>>;

/// Another snapshot, and its ETag.
pub type Fresh = (Snapshot, String);

/// What the page is answered, as JSON, and what else there is to do.
pub type Answered = (String, Vec<Effect>);

/// What the rest of the journey can do.
pub struct Later {
    /// What a page may forbid before it happens.
    pub question: fn(&Model, &Msg) -> Option<Effect>,
    /// The visitor did something.
    pub update: fn(&mut Model, Msg, &str, &dyn Intl) -> Vec<Effect>,
    /// The world did something; [`News::Later`] is its own arrival.
    pub hear: fn(&mut Model, News, &dyn Intl) -> Vec<Effect>,
    /// All of a snapshot, of which the first view has read only what it shows.
    pub read: fn(&str) -> Option<Snapshot>,
    /// Who comes to an offering, for whom the page names; else the smallest party that can book.
    pub party: fn(&Offering, &Party) -> Party,
    /// The starts of the dates from one to another, both included, as the engine says.
    pub slots: fn(&Model, Date, Date) -> Vec<Slot>,
    /// The first date from this one on with something to book.
    pub next_free: fn(&Model, Date) -> Option<Date>,
    /// The body of a step.
    pub draw: fn(&Scene<'_>) -> Node,
    /// Asks the edge, about a booking or calendar where one is meant, with this body and idempotency key.
    pub ask: fn(Edge, Asked, Option<Key>, String, String) -> Coming<News>,
    /// The snapshot of a calendar and its ETag, if it is another than the one with this ETag.
    pub refresh: fn(Edge, String, String) -> Coming<Option<Fresh>>,
    /// Gives up a hold.
    pub release: fn(Edge, String) -> Coming<()>,
    /// What to keep for this tab; empty where there is nothing.
    pub draft: fn(&Model) -> String,
    /// Takes up where the tab was left.
    pub restore: fn(&mut Model, &str) -> Vec<Effect>,
    /// What the page asks for, with its detail as JSON; so is the answer.
    pub command: fn(&mut Model, &str, &str, &dyn Intl) -> Answered,
}

/// Only for what runs without a browser; in one, [`fetch`] gives it.
pub static LATER: Later = Later {
    question: Model::later_question,
    update: Model::later_update,
    hear: Model::later_hear,
    read: |text| json::from_str(text).ok(),
    party: party_of,
    slots: Model::engine_slots,
    next_free: Model::engine_next_free,
    draw: |scene| scene.later(),
    ask: |edge, asked, about, body, once| Box::pin(ask::ask(edge, asked, about, body, once)),
    refresh: |edge, calendar, etag| Box::pin(async move { edge.snapshot(&calendar, &etag).await }),
    release: |edge, token| Box::pin(async move { edge.release(&token).await }),
    draft: Model::draft,
    restore: Model::restore,
    command: Model::command,
};

/// Fetches the chunk, unless it is there.
#[wasm_split(later, fallible)]
pub fn fetch() -> Result<&'static Later, SplitLoaderError> {
    Ok(&LATER)
}
