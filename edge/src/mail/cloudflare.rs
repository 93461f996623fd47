//! Cloudflare's own way for mail: the `send_email` binding `EMAIL`.

use super::message::Outgoing;
use super::transport::Failure;
use crate::context::Context;
use core::time::Duration;
use futures_util::future::{Either, select};
use std::pin::pin;
use worker::{Delay, EmailMessage, SendEmail};

/// The binding's name in `wrangler.toml`.
const BINDING: &str = "EMAIL";
/// Whoever takes longer than this is not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// The binding.
#[derive(Debug)]
pub struct Binding(SendEmail);

impl Binding {
    /// None where there is no such binding.
    pub fn of(context: &Context) -> Option<Self> {
        context.send_email(BINDING).map(Self)
    }

    /// Hands a mail over.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        let mime = mail.mime().map_err(Failure::ForGood)?;
        let told = |error: worker::js_sys::Error| {
            let error = String::from(error.message());
            // The binding throws for all that it refuses; what it says of the addressee is final.
            let final_word = ["destination address", "not allowed", "invalid", "too large"];
            let lower = error.to_lowercase();
            if final_word.iter().any(|word| lower.contains(word)) {
                Failure::ForGood(error)
            } else {
                Failure::ForNow(error)
            }
        };
        let message = EmailMessage::new(&mail.sender, &mail.to, &mime).map_err(told)?;
        match select(pin!(self.0.send(&message)), pin!(Delay::from(PATIENCE))).await {
            Either::Left((outcome, _)) => outcome.map(|_| ()).map_err(told),
            Either::Right(_) => Err(Failure::Down("Cloudflare did not take the mail in time".to_owned())),
        }
    }
}
