//! An organization's accounts at a payment provider: keys are sealed, checked before they are kept, and never shown again. One
//! account is in use; what was paid through another one goes back through that.

pub mod store;

use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::payment::{Failure, Keys, Provider};
use crate::problem::{Code, Problem};
use serde_json::json;
use shared::embed::PaymentMode;
use store::Row;

/// As it is written.
pub fn word(mode: PaymentMode) -> &'static str {
    match mode {
        PaymentMode::Live => "live",
        PaymentMode::Test => "test",
    }
}

/// Reads what [`word`] writes.
pub fn mode(word: &str) -> Option<PaymentMode> {
    match word {
        "live" => Some(PaymentMode::Live),
        "test" => Some(PaymentMode::Test),
        _ => None,
    }
}

/// The account through which an organization (its row) is paid now, and its row; none where guests pay on arrival.
pub async fn in_use(context: &Context, org: i64) -> Result<Option<(i64, Provider)>, StoreError> {
    let Some(row) = store::in_use(context.database(), org).await? else { return Ok(None) };
    Ok(opened(context, &row)?.map(|provider| (row.id, provider)))
}

/// The account (its row) that a payment was made through; none once its keys are forgotten.
pub async fn of_payment(context: &Context, account: Option<i64>) -> Result<Option<Provider>, StoreError> {
    let Some(account) = account else { return Ok(None) };
    let Some(row) = store::by_row(context.database(), account).await? else { return Ok(None) };
    opened(context, &row)
}

/// An account with its keys unsealed; none where they are forgotten.
pub fn opened(context: &Context, row: &Row) -> Result<Option<Provider>, StoreError> {
    let Some(key) = &row.key_sealed else { return Ok(None) };
    let keys = context.sealing_keys().ok_or_else(|| StoreError::Failed("SEALING_KEYS is missing".to_owned()))?;
    let owner = owner(&row.org);
    let plain = |sealed: &str| keys.open(sealed, &owner).and_then(|plain| String::from_utf8(plain).ok());
    let unreadable = || StoreError::Unreadable("the key of a payment account does not open".to_owned());
    let secret = plain(key).ok_or_else(unreadable)?;
    let notices = row.webhook_secret_sealed.as_deref().and_then(plain);
    Provider::of(context, &row.provider, Keys { secret, notices }).map(Some).ok_or_else(unreadable)
}

fn owner(org: &str) -> String {
    format!("payments:{org}")
}

/// Keys to be kept.
pub struct Wanted<'a> {
    /// Public id.
    pub org: &'a str,
    /// As the provider is called.
    pub provider: &'a str,
    /// What we ask with.
    pub secret: &'a str,
    /// What its notices are signed with; without it we ask the provider to send them.
    pub notices: Option<&'a str>,
    /// Where notices are to go.
    pub url: &'a str,
}

/// Tries the keys, and seals them: what is to be written, and the account that they belong to, where we know it already.
async fn checked(context: &Context, org: i64, wanted: &Wanted<'_>) -> Result<(store::New, Option<i64>), Problem> {
    let Some(mode) = Provider::mode_of(wanted.provider, wanted.secret) else {
        let rule = "A secret key: sk_test_…, sk_live_…, rk_test_… or rk_live_….";
        return Err(Problem::field("/secretKey", "invalid_value", rule));
    };
    let keys = Keys { secret: wanted.secret.to_owned(), notices: None };
    let provider = Provider::of(context, wanted.provider, keys)
        .ok_or_else(|| Problem::field("/provider", "invalid_value", "stripe"))?;
    provider.check(context).await.map_err(|failure| refused(&failure))?;
    let same = same(context, org, wanted.provider, mode, &provider).await?;
    let told = same.as_ref().and_then(|same| same.webhook_secret_sealed.clone());
    let account = same.map(|same| same.id);
    let notices = match wanted.notices {
        Some(secret) => Some(secret.to_owned()),
        // It tells us already.
        None if told.is_some() => None,
        None => Some(provider.subscribe(context, wanted.url).await.map_err(|failure| match failure {
            Failure::Key(_) | Failure::ForGood(_) => {
                let rule = "The key may not set up notices, or the provider does not reach this address: do it there, and send the signing secret.";
                Problem::field("/webhookSecret", "required", rule)
            }
            Failure::ForNow(_) => refused(&failure),
        })?),
    };
    let seal = |plain: &str| {
        let sealing = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing"))?;
        let nonce = context.random_key().map_err(Problem::internal)?;
        let sealed = sealing.seal(plain.as_bytes(), &owner(wanted.org), nonce);
        sealed.ok_or_else(|| Problem::internal("sealing failed"))
    };
    let new = store::New {
        provider: wanted.provider.to_owned(),
        mode: word(mode),
        key_sealed: seal(wanted.secret)?,
        webhook_secret_sealed: match notices {
            Some(secret) => seal(&secret)?,
            None => told.unwrap_or_default(),
        },
        key_ends: wanted.secret.chars().skip(wanted.secret.chars().count().saturating_sub(4)).collect(),
    };
    Ok((new, account))
}

/// The account that keys belong to, if we know it: it has a page that was made through it.
async fn same(
    context: &Context,
    org: i64,
    name: &str,
    mode: PaymentMode,
    provider: &Provider,
) -> Result<Option<store::Known>, Problem> {
    for known in store::known_by(context.database(), org, name, word(mode)).await? {
        let Some(session) = &known.session else { continue };
        match provider.knows(context, session).await {
            Ok(true) => return Ok(Some(known)),
            Ok(false) => {}
            Err(failure) => return Err(refused(&failure)),
        }
    }
    Ok(None)
}

fn refused(failure: &Failure) -> Problem {
    match failure {
        Failure::Key(_) | Failure::ForGood(_) => {
            Problem::field("/secretKey", "refused", "The provider does not take this key, or it may do too little.")
        }
        Failure::ForNow(_) => unreachable(),
    }
}

/// The provider does not answer.
pub fn unreachable() -> Problem {
    Problem::new(Code::TryAgain)
        .because("payments_unreachable")
        .retry_after(30)
        .detail("The payment provider does not answer at the moment.")
}

/// Puts an account into use. Another one is kept for what was paid through it; the same one gets these keys instead of its own.
pub async fn connect(context: &Context, org: i64, actor: &str, wanted: &Wanted<'_>) -> Result<(), Problem> {
    let (new, same) = checked(context, org, wanted).await?;
    let mut change = Change::new(context, org, actor);
    store::keep(org, &new, same, context.now()).into_iter().for_each(|one| change.add(one));
    let detail = json!({ "provider": new.provider, "mode": new.mode, "keyEnds": new.key_ends });
    change.audit("payments.connected", wanted.org, &detail);
    change.shows();
    change.commit().await?;
    Ok(())
}

/// Nobody is asked to pay through it from now on. Its keys are kept, so that what was paid can go back and is still heard of.
pub async fn disconnect(context: &Context, org: i64, actor: &str, public_id: &str) -> Result<(), Problem> {
    let missing = || Problem::not_found("payment account");
    let row = store::in_use(context.database(), org).await?.ok_or_else(missing)?;
    let mut change = Change::new(context, org, actor);
    change.must(store::close(org, context.now()));
    change.add(store::drop_unused(org));
    change.audit("payments.disconnected", public_id, &json!({ "provider": row.provider, "keyEnds": row.key_ends }));
    change.shows();
    let written = change.commit().await.map_err(Problem::from);
    written.map(|_| ()).map_err(|problem| problem.unless_changed(missing))
}

/// Forgets kept keys for good: what was paid through them can be given back at the provider only. Refused while money is on its
/// way through one.
pub async fn forget(context: &Context, org: i64, actor: &str, public_id: &str) -> Result<(), Problem> {
    let kept = store::kept(context.database(), org).await?;
    let missing = || Problem::not_found("kept payment account");
    if kept.is_empty() {
        return Err(missing());
    }
    let ends: Vec<&str> = kept.iter().map(|one| one.key_ends.as_str()).collect();
    let refundable = kept.iter().fold(0_u32, |sum, one| sum.saturating_add(one.refundable));
    let mut change = Change::new(context, org, actor);
    change.must(store::forget(org));
    change.audit("payments.forgotten", public_id, &json!({ "keyEnds": ends, "refundable": refundable }));
    change.commit().await.map(|_| ()).map_err(|error| match error {
        StoreError::Refused(word) if word == "payments_under_way" => {
            let count = kept.iter().fold(0_u32, |sum, one| sum.saturating_add(one.under_way));
            let detail =
                format!("{count} payments or refunds are on their way through them. Try again when that is over.");
            Problem::new(Code::Conflict).because("payments_under_way").detail(detail)
        }
        other => Problem::from(other).unless_changed(missing),
    })
}
