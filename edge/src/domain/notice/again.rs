//! A mail once more, on staff's word: with the same news, to the address that the booking has now, and with what is true of it
//! now. What is no longer true is not said again.

use super::store::{self, Earlier};
use super::tell::{Telling, about, queued};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::store::By;
use crate::domain::record::Change;
use crate::mail::{self, Letter};
use crate::problem::{Code, Problem};
use serde_json::json;

/// The change that queues a mail of an organization once more.
pub async fn resend<'a>(context: &'a Context, org: i64, actor: &'a str, id: &str) -> Result<Change<'a>, Problem> {
    let earlier: Option<Earlier> = context.database().run(store::earlier(org, id)).await?.first()?;
    let earlier = earlier.ok_or_else(|| Problem::not_found("mail"))?;
    let letter = earlier.letter_sealed.as_deref().and_then(|sealed| mail::open(context, id, sealed));
    let (Some(booking), Some(Letter::Booking(told))) = (earlier.booking, letter) else {
        let detail = "Only mails about bookings are sent once more. Invitations have a route of their own.";
        return Err(Problem::new(Code::Conflict).because("not_kept").detail(detail));
    };
    let found = change::read(context, By::Id(&booking)).await?;
    let row = &found.0;
    if !told.news.holds_in(&row.state) {
        let detail = format!("That is no longer true: the booking is {} now.", row.state);
        return Err(Problem::new(Code::Conflict).because("outdated").detail(detail));
    }
    let before = told.before.filter(|_| row.rescheduled_from == told.before);
    let telling = Telling {
        amount: told.amount,
        before,
        reason: told.reason.as_deref(),
        entered: told.entered,
        ..Telling::of(told.news)
    };
    let mut again = about(context, &found, &telling);
    again.unsubscribe = told.unsubscribe.clone();
    let language = row.locale.as_deref().unwrap_or(&row.org_locale);
    let statement = queued(context, org, row.contact_email.as_deref(), language, again)?;
    let Some(statement) = statement else {
        return Err(Problem::new(Code::Conflict).because("nobody").detail("The booking has no address."));
    };
    let mut change = Change::new(context, org, actor);
    change.post(Some(statement));
    change.audit("mail.resent", &booking, &json!({ "mail": id, "kind": told.news.kind() }));
    Ok(change)
}
