//! Mail: queued in the batch of what it tells, rendered when it is sent, tried again until it is gone.
//!
//! Reading order: [`letter`] and [`booking`] (what can be told), `words/*.json` (how it is said), [`content`] and
//! [`about`] (what a mail says), [`brand`] and [`template`] (how it looks), [`message`] (MIME), [`store`] (the queue), [`sender`]
//! (who takes it from there), [`transport`] (where it leaves: [`smtp`], [`provider`], [`cloudflare`]).
//!
//! A new kind of mail is a variant of [`Letter`] and its words in every language.

pub mod about;
pub mod booking;
pub mod brand;
pub mod cloudflare;
pub mod content;
pub mod letter;
pub mod message;
pub mod provider;
pub mod render;
pub mod sender;
pub mod smtp;
pub mod store;
pub mod template;
pub mod transport;

pub use letter::Letter;

use crate::context::Context;
use crate::database::Statement;
use crate::problem::Problem;

/// A mail to be queued.
#[derive(Debug)]
pub struct Mail<'a> {
    /// Whose mail it is; none when it is between a person and the product.
    pub org: Option<i64>,
    /// Address.
    pub to: &'a str,
    /// BCP 47; English where there are no words in it.
    pub language: &'a str,
    /// What it tells.
    pub letter: &'a Letter,
}

/// The statement that queues a mail: it goes into the batch of what the mail tells, so that both happen or neither.
/// Cron sends it within a minute; [`sender::soon`] after the commit sends it at once.
pub fn queue(context: &Context, mail: &Mail<'_>) -> Result<Statement, Problem> {
    let (id, sealed) = seal(context, mail.letter)?;
    Ok(store::queue(&id, mail, &sealed, context.now()))
}

/// A fresh id and the letter sealed for it.
pub fn seal(context: &Context, letter: &Letter) -> Result<(String, String), Problem> {
    let id = context.mint("mail");
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let plain = serde_json::to_vec(letter).map_err(Problem::internal)?;
    let nonce = context.random_key().map_err(Problem::internal)?;
    let sealed = keys.seal(&plain, &id, nonce).ok_or_else(|| Problem::internal("sealing failed"))?;
    Ok((id, sealed))
}

/// Reads a letter back. None when its key is gone.
pub fn open(context: &Context, id: &str, sealed: &str) -> Option<Letter> {
    serde_json::from_slice(&context.sealing_keys()?.open(sealed, id)?).ok()
}
