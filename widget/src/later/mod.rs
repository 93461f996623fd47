//! Everything from the choice of a start on: nobody can need it before there is a start to choose, so it is a chunk of
//! WebAssembly of its own, in the same memory, fetched once the calendar stands.
//!
//! The build cuts the module at [`fetch`]: what can only be reached through it goes into the chunk. The rest of the program
//! knows this part by the table [`Later`] alone; whoever calls one of its functions by name brings it back into the first
//! download.

mod answers;
mod ask;
mod command;
mod draft;
mod links;
mod manage;
mod paying;
mod quote;
mod refusal;
mod rehearsal;
mod suggest;
mod update;
mod view;
mod waiting;
mod work;

use crate::model::Model;
use crate::model::message::{Asked, Effect, Key, Msg, News};
use crate::model::texts::Intl;
use crate::net::Edge;
use crate::view::Scene;
use crate::view::node::Node;
use std::future::Future;
use std::pin::Pin;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// An answer that is on its way.
pub type Coming = Pin<Box<dyn Future<Output = News>>>;

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
    /// Another snapshot: what was read of it before counts no more.
    pub renew: fn(&mut Model),
    /// The body of a step.
    pub draw: fn(&Scene<'_>) -> Node,
    /// Asks the edge, about a booking or calendar where one is meant, with this body and idempotency key.
    pub ask: fn(Edge, Asked, Option<Key>, String, String) -> Coming,
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
    renew: Model::renew,
    draw: |scene| scene.later(),
    ask: |edge, asked, about, body, once| Box::pin(ask::ask(edge, asked, about, body, once)),
    draft: Model::draft,
    restore: Model::restore,
    command: Model::command,
};

/// Fetches the chunk, unless it is there.
#[wasm_split(later, fallible)]
pub fn fetch() -> Result<&'static Later, SplitLoaderError> {
    Ok(&LATER)
}
