//! An organization's account at a payment provider: its keys are sealed, checked before they are kept, and never shown again.

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

/// The account of an organization (its row), if it has one.
pub async fn open(context: &Context, org: i64) -> Result<Option<Provider>, StoreError> {
    let row = store::find(context.database(), org).await?;
    row.map(|row| opened(context, &row)).transpose()
}

/// An account with its keys unsealed.
pub fn opened(context: &Context, row: &Row) -> Result<Provider, StoreError> {
    let keys = context.sealing_keys().ok_or_else(|| StoreError::Failed("SEALING_KEYS is missing".to_owned()))?;
    let owner = owner(&row.org);
    let plain = |sealed: &str| keys.open(sealed, &owner).and_then(|plain| String::from_utf8(plain).ok());
    let unreadable = || StoreError::Unreadable("the key of a payment account does not open".to_owned());
    let secret = plain(&row.key_sealed).ok_or_else(unreadable)?;
    let notices = row.webhook_secret_sealed.as_deref().and_then(plain);
    Provider::of(context, &row.provider, Keys { secret, notices }).ok_or_else(unreadable)
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

/// Tries the keys, and seals them: an account to be written.
pub async fn checked(context: &Context, wanted: &Wanted<'_>) -> Result<store::New, Problem> {
    let Some(mode) = Provider::mode_of(wanted.provider, wanted.secret) else {
        let rule = "A secret key: sk_test_…, sk_live_…, rk_test_… or rk_live_….";
        return Err(Problem::field("/secretKey", "invalid_value", rule));
    };
    let keys = Keys { secret: wanted.secret.to_owned(), notices: None };
    let provider = Provider::of(context, wanted.provider, keys)
        .ok_or_else(|| Problem::field("/provider", "invalid_value", "stripe"))?;
    provider.check(context).await.map_err(|failure| refused(&failure))?;
    let notices = match wanted.notices {
        Some(secret) => secret.to_owned(),
        None => provider.subscribe(context, wanted.url).await.map_err(|failure| match failure {
            Failure::Key(_) | Failure::ForGood(_) => {
                let rule = "The key may not set up notices, or the provider does not reach this address: do it there, and send the signing secret.";
                Problem::field("/webhookSecret", "required", rule)
            }
            Failure::ForNow(_) => refused(&failure),
        })?,
    };
    let seal = |plain: &str| {
        let sealing = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing"))?;
        let nonce = context.random_key().map_err(Problem::internal)?;
        let sealed = sealing.seal(plain.as_bytes(), &owner(wanted.org), nonce);
        sealed.ok_or_else(|| Problem::internal("sealing failed"))
    };
    Ok(store::New {
        provider: wanted.provider.to_owned(),
        mode: word(mode),
        key_sealed: seal(wanted.secret)?,
        webhook_secret_sealed: seal(&notices)?,
        key_ends: wanted.secret.chars().skip(wanted.secret.chars().count().saturating_sub(4)).collect(),
    })
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

/// Connects an account in place of another.
pub async fn connect(context: &Context, org: i64, actor: &str, wanted: &Wanted<'_>) -> Result<(), Problem> {
    let new = checked(context, wanted).await?;
    let mut change = Change::new(context, org, actor);
    change.add(store::keep(org, &new, context.now()));
    let detail = json!({ "provider": new.provider, "mode": new.mode, "keyEnds": new.key_ends });
    change.audit("payments.connected", wanted.org, &detail);
    change.shows();
    change.commit().await?;
    Ok(())
}

/// Forgets an account's keys, unless money is on its way through it.
pub async fn disconnect(context: &Context, org: i64, actor: &str, public_id: &str) -> Result<(), Problem> {
    let row = store::find(context.database(), org).await?.ok_or_else(|| Problem::not_found("payment account"))?;
    let mut change = Change::new(context, org, actor);
    change.must(store::remove(org));
    change.audit("payments.disconnected", public_id, &json!({ "provider": row.provider, "keyEnds": row.key_ends }));
    change.shows();
    let written = change.commit().await.map_err(Problem::from);
    written.map(|_| ()).map_err(|problem| {
        problem.unless_changed(|| {
            let detail = "Somebody is paying, or money is on its way back. Try again when that is over.";
            Problem::new(Code::Conflict).because("payments_under_way").detail(detail)
        })
    })
}
