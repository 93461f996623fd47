//! Sends what is queued: each mail is taken by one sender at a time and tried until it is gone or hopeless.
//!
//! Where mails leave is a [`Transport`]. On a developer's machine they stay and can be read at `/dev/mail`.

use super::smtp::Server;
use super::template::{Rendered, render};
use super::{open, store, words};
use crate::context::Context;
use shared::zone::Instant;

/// How many one run sends; cron comes every minute.
const AT_ONCE: i64 = 20;

/// Seconds until the next attempt after the first, second, … one failed. After the last there is none.
const BACK_OFF: [i64; 8] = [60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600];

/// Where mails leave.
#[derive(Debug)]
enum Transport {
    /// They stay here, to be read at `/dev/mail`.
    Kept,
    /// A mail server takes them.
    Smtp(Server),
    /// Nobody told where, or not well enough; they wait.
    Missing(&'static str),
}

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may work later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl Transport {
    fn of(context: &Context) -> Self {
        match Server::of(context) {
            Some(Ok(server)) => Self::Smtp(server),
            Some(Err(fault)) => Self::Missing(fault),
            None if context.development() => Self::Kept,
            None => Self::Missing("no mail server is configured: SMTP_HOST is not set"),
        }
    }

    async fn send(&self, id: &str, to: &str, mail: &Rendered, now: Instant) -> Result<(), Failure> {
        match self {
            Self::Kept => Ok(()),
            Self::Smtp(server) => server.send(id, to, mail, now).await,
            Self::Missing(fault) => Err(Failure::ForNow((*fault).to_owned())),
        }
    }
}

/// Sends what is due once the answer has left.
pub fn soon(context: &Context) {
    let later = context.clone();
    context.afterwards(async move { run(&later).await });
}

/// Sends what is due.
pub async fn run(context: &Context) {
    let taken = match store::take(context.database(), AT_ONCE, context.now()).await {
        Ok(taken) => taken,
        Err(error) => return worker::console_error!("mails could not be taken: {error:?}"),
    };
    let transport = Transport::of(context);
    for mail in taken {
        let sent = deliver(context, &transport, &mail).await;
        if let Err(error) = &sent {
            worker::console_error!("mail {} was not sent: {error:?}", mail.public_id);
        }
        let statement = match sent {
            Ok(()) => store::sent(&mail.public_id, context.development(), context.now()),
            Err(Failure::ForGood(why)) => store::not_sent(&mail.public_id, &why, None),
            Err(Failure::ForNow(why)) => store::not_sent(&mail.public_id, &why, next(mail.attempts, context.now())),
        };
        if let Err(error) = context.database().run(statement).await {
            worker::console_error!("what became of mail {} was not recorded: {error:?}", mail.public_id);
        }
    }
}

async fn deliver(context: &Context, transport: &Transport, mail: &store::Taken) -> Result<(), Failure> {
    let sealed = mail.letter_sealed.as_deref().unwrap_or_default();
    let letter = open(context, &mail.public_id, sealed)
        .ok_or_else(|| Failure::ForGood("the key that sealed it is gone".to_owned()))?;
    let rendered = render(&words::of(&letter, &mail.language));
    transport.send(&mail.public_id, &mail.recipient, &rendered, context.now()).await
}

/// When it is tried again after so many attempts.
fn next(attempts: u32, now: Instant) -> Option<Instant> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    BACK_OFF.get(index).map(|seconds| now.plus_seconds(*seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_less_and_less_often_and_then_given_up() {
        let now = Instant(0);
        assert_eq!(next(1, now), Some(Instant(60)));
        assert!(BACK_OFF.is_sorted());
        assert_eq!(next(8, now), Some(Instant(86_400)));
        assert_eq!(next(9, now), None);
    }
}
