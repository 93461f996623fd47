//! The `Idempotency-Key` header.

use crate::domain::idempotency::Key;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::fmt::Write as _;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The key of a request, if it brought one: 1 to 255 visible ASCII signs.
#[derive(Debug)]
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// The key with what it belongs to: the route and caller, and the body's hash.
    pub fn of(self, scope: impl Into<String>, body: &[u8; 32]) -> Option<Key> {
        let hash = body.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        self.0.map(|key| Key { scope: scope.into(), key, request_hash: hash })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let wrong = || Problem::field("Idempotency-Key", "invalid_value", "1 to 255 visible ASCII signs.");
        let text = value.to_str().map_err(|_| wrong())?;
        let visible = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible { Ok(Self(Some(text.to_owned()))) } else { Err(wrong()) }
    }
}
