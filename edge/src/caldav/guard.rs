//! A server that does not answer is left alone for a while, whoever has a calendar there; see [`circuit`].

use super::Fault;
use crate::access::secret;
use crate::circuit;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use sha2::{Digest as _, Sha256};

/// As it is written down while a server is left alone.
pub const LEFT_ALONE: &str = "left_alone";

/// A server's circuit: shown to everybody, so that it does not name whom our customers trust.
fn name(host: &str) -> String {
    let fingerprint: String = secret::hex(&Sha256::digest(host.as_bytes())).chars().take(12).collect();
    format!("calendar.{fingerprint}")
}

/// Whether the server is to be asked now.
pub async fn lets_pass(context: &Context, host: &str) -> Result<bool, StoreError> {
    circuit::lets_pass(context, &name(host)).await
}

/// The server answered: a statement that writes nothing where all was well before.
pub fn answered(host: &str) -> Statement {
    circuit::answered(&name(host))
}

/// Writes down what came of asking.
pub async fn asked(context: &Context, host: &str, fault: Option<&Fault>) -> Result<(), StoreError> {
    match fault.filter(|fault| fault.is_down()) {
        Some(fault) => circuit::fail(context, &name(host), &fault.text()).await,
        None => context.database().run(answered(host)).await.map(|_| ()),
    }
}
