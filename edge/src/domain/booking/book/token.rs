//! The token that opens a booking's page.

use crate::access::secret;
use crate::context::Context;
use crate::database::StoreError;

/// The token that opens a booking's page, in its three forms.
pub struct Token {
    /// For the link.
    pub text: String,
    /// To find the booking by.
    pub hash: String,
    /// To write it into a later message; none without a sealing key.
    pub sealed: Option<String>,
}

/// Draws a token for a booking.
pub fn new_token(context: &Context, owner: &str) -> Result<Token, StoreError> {
    let random = || context.random_key().map_err(|error| StoreError::Failed(error.to_string()));
    let text = secret::token(random()?);
    let sealed = match context.sealing_keys() {
        Some(keys) => keys.seal(text.as_bytes(), owner, random()?),
        None => None,
    };
    Ok(Token { hash: secret::hashed(&text), sealed, text })
}

/// A sealed token, opened.
pub fn unsealed(context: &Context, sealed: Option<&str>, owner: &str) -> Option<String> {
    let plain = context.sealing_keys()?.open(sealed?, owner)?;
    String::from_utf8(plain).ok()
}
