//! The signing secret of an endpoint.

use crate::context::Context;
use crate::outbox::signing::SigningSecret;
use crate::problem::Problem;

/// A fresh secret, as the owner sees it once and as the database keeps it: sealed for that endpoint.
pub fn fresh(context: &Context, endpoint: &str) -> Result<(String, String), Problem> {
    let secret = SigningSecret::from_random(context.random_key().map_err(Problem::internal)?).reveal();
    let nonce = context.random_key().map_err(Problem::internal)?;
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let sealed = keys.seal(secret.as_bytes(), endpoint, nonce).ok_or_else(|| Problem::internal("sealing failed"))?;
    Ok((secret, sealed))
}
