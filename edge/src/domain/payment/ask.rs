//! Asking for money: the page where what is due is paid. It is made when somebody wants to pay, so that booking never waits for
//! the provider; the same page serves until it is paid, ends, or something else is due.

use super::account;
use super::look;
use super::rules::{self, Due};
use super::store::{self, Open};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::store::By;
use crate::payment::{Failure, Provider, Wish};
use crate::problem::{Code, Problem};
use shared::zone::Instant;

/// How often it is tried again because somebody else was faster, or a page had ended.
const ATTEMPTS: usize = 4;
/// A page whose making was begun longer ago, in seconds, is given up and another one made.
const MADE_WITHIN: i64 = 60;

/// Where a booking is paid. `token` opens its page, where the payer comes back to.
pub async fn address(context: &Context, mut found: Found, token: &str) -> Result<String, Problem> {
    for _ in 0..ATTEMPTS {
        let now = context.now();
        let Some(due) = rules::due(&found.0, now) else {
            return Err(Problem::new(Code::PolicyRefused).because("nothing_due").detail("There is nothing to pay."));
        };
        let (in_use, account) = account::in_use(context, found.0.org_id).await?.ok_or_else(on_arrival)?;
        let open = match store::open_of(context.database(), &found.0.public_id).await? {
            Some(open) if open.account_id == Some(in_use) && serves(&open, &due, now) => Some(open),
            Some(open) => {
                close(context, &open).await?;
                None
            }
            None => begin(context, &found, &due).await?.filter(|open| open.account_id == Some(in_use)),
        };
        if let Some(open) = open {
            match made(context, &account, &found, &open, token).await {
                Ok(url) => return Ok(url),
                Err(Failure::ForNow(_)) => return Err(account::unreachable()),
                Err(Failure::Key(reason)) => {
                    worker::console_error!("the payment account of {} is refused: {reason}", found.0.org);
                    return Err(account::unreachable());
                }
                Err(Failure::ForGood(reason)) => {
                    worker::console_error!("payment {} could not be asked for: {reason}", open.public_id);
                    context.database().run(store::ended(&open.public_id, now)).await?;
                }
            }
        }
        found = change::read(context, By::Id(&found.0.public_id)).await?;
    }
    Err(account::unreachable())
}

fn on_arrival() -> Problem {
    Problem::new(Code::PolicyRefused).because("pay_on_arrival").detail("This is paid on arrival.")
}

/// The same amount, with time left to pay it.
fn serves(open: &Open, due: &Due, now: Instant) -> bool {
    let fresh = open.state == "OPEN" || open.created_at.saturating_add(MADE_WITHIN) > now.0;
    open.amount == due.amount && open.until > now.0 && fresh
}

/// Writes down that it is asked for; none when somebody else has just done so, or the booking has changed.
async fn begin(context: &Context, found: &Found, due: &Due) -> Result<Option<Open>, Problem> {
    let (row, now) = (&found.0, context.now());
    let id = context.mint("pay");
    match context.database().run(store::ask(&id, &row.public_id, row.version, due, now)).await {
        Ok(_) => Ok(store::open_of(context.database(), &row.public_id).await?),
        Err(StoreError::Taken(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The page, made at the provider's if it is not yet.
async fn made(
    context: &Context,
    account: &Provider,
    found: &Found,
    open: &Open,
    token: &str,
) -> Result<String, Failure> {
    if let Some(url) = open.url.clone().filter(|_| open.state == "OPEN") {
        return Ok(url);
    }
    let (row, items) = found;
    let origin = context.origin();
    let what = items.first().map_or("", |item| item.name.as_str());
    let title = match &row.number {
        Some(number) => format!("{}: {what} ({number})", row.org_name),
        None => format!("{}: {what}", row.org_name),
    };
    let wish = Wish {
        payment: &open.public_id,
        booking: &row.public_id,
        amount: open.amount,
        currency: row.currency.code(),
        title: &title,
        email: row.contact_email.as_deref(),
        paid: &format!("{origin}/b/{token}?done=paid"),
        back: &format!("{origin}/b/{token}?done=unpaid"),
        made_at: Instant(open.created_at),
        until: Instant(open.until),
    };
    let page = account.ask(context, &wish).await?;
    let written = context.database().run(store::opened(&open.public_id, &page.session, &page.url, context.now())).await;
    written.map_err(|error| Failure::ForNow(format!("{error:?}")))?;
    Ok(page.url)
}

/// Something else is due now: nobody pays the old page any more, and who just has is heard.
async fn close(context: &Context, open: &Open) -> Result<(), Problem> {
    let account = account::of_payment(context, open.account_id).await?;
    match (&open.session, account) {
        (Some(session), Some(account)) => {
            account.end(context, session).await.map_err(|_| account::unreachable())?;
            look::at(context, &account, &open.public_id).await.map_err(|_| account::unreachable())?;
        }
        _ => {
            context.database().run(store::ended(&open.public_id, context.now())).await?;
        }
    }
    Ok(())
}
