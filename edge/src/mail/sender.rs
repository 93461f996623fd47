//! Sends what is queued: each mail is taken by one sender at a time and tried until it is gone or hopeless.
//!
//! Where mails leave is a [`Transport`]. On a developer's machine they stay and can be read at `/dev/mail`.

use super::message::Outgoing;
use super::render::{Composed, Ends, compose};
use super::transport::{Failure, Transport, sender};
use super::{open, store};
use crate::circuit;
use crate::context::Context;
use crate::database::StoreError;
use futures_util::stream::{self, StreamExt as _};
use shared::zone::Instant;

/// How many are taken together.
const AT_ONCE: i64 = 20;
/// How often one run takes some; cron comes every minute.
const ROUNDS: usize = 15;
/// A Worker has six connections at a time; the database takes one.
const SIDE_BY_SIDE: usize = 4;
/// While nobody answers, mails wait for so many seconds before somebody looks again.
const LOOK_AGAIN: i64 = 60;

/// Seconds until the next attempt after the first, second, … one failed. After the last there is none.
const BACK_OFF: [i64; 8] = [60, 300, 900, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600];

/// Sends what is due once the answer has left.
pub fn soon(context: &Context) {
    let later = context.clone();
    context.afterwards(async move { run(&later).await });
}

/// Sends what is due.
pub async fn run(context: &Context) {
    let transport = Transport::of(context);
    for _ in 0..ROUNDS {
        match some(context, &transport).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return worker::console_error!("mails could not be sent: {error:?}"),
        }
    }
}

/// Sends some of what is due; `true` when there may be more.
async fn some(context: &Context, transport: &Transport) -> Result<bool, StoreError> {
    let (database, now) = (context.database(), context.now());
    let taken = store::take(database, AT_ONCE, now).await?;
    let ids: Vec<&str> = taken.iter().map(|mail| mail.public_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    if let Some(name) = transport.circuit()
        && !circuit::lets_pass(context, name).await?
    {
        let why = "the way for mail does not answer; it is left alone for a while";
        database.run(store::wait(&ids, now.plus_seconds(LOOK_AGAIN), why)).await?;
        return Ok(false);
    }
    let mut around = store::around(database, &ids).await?;
    let more = i64::try_from(taken.len()).is_ok_and(|taken| taken == AT_ONCE);
    let work = taken.into_iter().map(|mail| {
        let around = around.remove(&mail.public_id);
        async move {
            let sent = deliver(context, transport, &mail, around).await;
            (mail, sent)
        }
    });
    let outcomes: Vec<(store::Taken, Result<(), Failure>)> =
        stream::iter(work).buffer_unordered(SIDE_BY_SIDE).collect().await;
    let mut statements = Vec::new();
    let mut down = None;
    for (mail, sent) in &outcomes {
        if let Err(error) = sent {
            worker::console_error!("mail {} was not sent: {error:?}", mail.public_id);
        }
        statements.push(match sent {
            Ok(()) => store::sent(&mail.public_id, context.development(), now),
            Err(Failure::ForGood(why)) => store::not_sent(&mail.public_id, why, None),
            Err(Failure::ForNow(why) | Failure::Down(why)) => {
                store::not_sent(&mail.public_id, why, next(mail.attempts, now))
            }
        });
        if let Err(Failure::Down(why)) = sent {
            down = Some(why.clone());
        }
    }
    let answered = outcomes.iter().any(|(_, sent)| !matches!(sent, Err(Failure::Down(_))));
    statements.extend(transport.circuit().filter(|_| answered).map(circuit::answered));
    database.batch(statements).await?;
    if let (Some(name), Some(why), false) = (transport.circuit(), down, answered) {
        circuit::fail(context, name, &why).await?;
        return Ok(false);
    }
    Ok(more)
}

async fn deliver(
    context: &Context,
    transport: &Transport,
    mail: &store::Taken,
    around: Option<store::Around>,
) -> Result<(), Failure> {
    let sealed = mail.letter_sealed.as_deref().unwrap_or_default();
    let letter = open(context, &mail.public_id, sealed)
        .ok_or_else(|| Failure::ForGood("the key that sealed it is gone".to_owned()))?;
    let around = around.ok_or_else(|| Failure::ForNow("it could not be read".to_owned()))?;
    let from = sender(context).unwrap_or_default();
    let ends = Ends { sender: &from, to: &mail.recipient, language: &mail.language };
    let Composed { said, brand, invites } = compose(&letter, ends, around, context.now());
    let outgoing = Outgoing {
        id: mail.public_id.clone(),
        sender_name: brand.name,
        reply_to: brand.reply_to,
        to: mail.recipient.clone(),
        said,
        invites,
        unsubscribe: letter.unsubscribe().map(str::to_owned),
        at: context.now(),
        sender: from,
    };
    transport.send(&outgoing).await
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
