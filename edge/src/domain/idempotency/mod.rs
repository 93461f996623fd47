//! One answer for one key, however often it is asked for.
//!
//! The key's row is the first statement of the batch of the change. Whoever comes second fails on it, reads it and gives
//! the stored answer; so there is no moment in which a key is taken but has no answer yet.

pub mod store;

use crate::context::Context;
use crate::database::StoreError;
use crate::problem::{Code, Problem};

/// A key as a request brought it.
#[derive(Clone, Debug)]
pub struct Key {
    /// Route and caller: the same key of somebody else is another key.
    pub scope: String,
    /// `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the body, hexadecimal.
    pub request_hash: String,
}

impl Key {
    /// The key of a guest within one organization (its row): guests of two businesses never meet.
    pub fn within(&self, org: i64) -> Self {
        Self { scope: format!("{} {org}", self.scope), ..self.clone() }
    }
}

/// The answer that belongs to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// HTTP status.
    pub status: u16,
    /// JSON, without the token.
    pub body: String,
    /// The token that the answer shows, sealed.
    pub token_sealed: Option<String>,
}

/// What a row says about a request: its answer, or that the key belongs to another one.
pub fn replay(row: store::Row, key: &Key) -> Result<Stored, Problem> {
    if row.request_hash == key.request_hash {
        return Ok(Stored { status: row.status, body: row.body, token_sealed: row.token_sealed });
    }
    Err(Problem::new(Code::IdempotencyKeyReused).detail("Use a fresh Idempotency-Key for every new request."))
}

/// The answer that a key has already.
pub async fn before(context: &Context, key: Option<&Key>) -> Result<Option<Stored>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let row = context.database().run(store::read(key, context.now())).await?.first()?;
    row.map(|row| replay(row, key)).transpose()
}

/// Whether a failed batch failed because somebody else came first with the key.
pub fn lost_race(error: &StoreError) -> bool {
    matches!(error, StoreError::Taken(columns) if columns.contains("idempotency."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(hash: &str) -> Key {
        Key { scope: "guest".to_owned(), key: "k".to_owned(), request_hash: hash.to_owned() }
    }

    fn row() -> store::Row {
        store::Row { request_hash: "a".to_owned(), status: 201, body: "{}".to_owned(), token_sealed: None }
    }

    #[test]
    fn the_same_request_gets_the_same_answer_and_another_one_none() {
        assert_eq!(replay(row(), &key("a")).map(|stored| stored.status).ok(), Some(201));
        assert_eq!(replay(row(), &key("b")).err().map(|problem| problem.code()), Some(Code::IdempotencyKeyReused));
    }
}
