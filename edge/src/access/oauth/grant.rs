//! Codes and tokens: a person's yes becomes a code, a code becomes tokens, a refresh token becomes the next ones.

use super::rules::{self, Refusal};
use super::store::{self, AppRow, NewGrant, Voucher};
use crate::access::permission::Permission;
use crate::access::secret;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::record::store::expect_change;
use crate::problem::Problem;
use shared::zone::Instant;

/// What every access token begins with.
pub const ACCESS_PREFIX: &str = "dmo_";

const REFRESH_PREFIX: &str = "dmr_";
const CODE_SECONDS: i64 = 60;
/// How long an access token is good for.
pub const ACCESS_SECONDS: i64 = 3_600;
const REFRESH_SECONDS: i64 = 90 * 86_400;

/// Why there are no tokens: a refusal for the app, or a failure on our side.
#[derive(Debug)]
pub enum Failure {
    /// The app's fault.
    Refused(Refusal),
    /// Ours.
    Ours(Problem),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Ours(error.into())
    }
}

/// What an app gets.
#[derive(Debug)]
pub struct Tokens {
    /// Good for an hour.
    pub access: String,
    /// Good for the next pair, once.
    pub refresh: String,
    /// What they are good for.
    pub scopes: Vec<Permission>,
}

/// What a person lets an app do, and where its code is sent.
pub struct Consent<'a> {
    /// Row of the person.
    pub person: i64,
    /// Row of the organization.
    pub org: i64,
    /// What.
    pub scopes: &'a [Permission],
    /// Checked.
    pub redirect_uri: &'a str,
    /// PKCE.
    pub challenge: Option<&'a str>,
}

/// Writes a person's yes down; answers the code, which is good for a minute and once.
pub async fn consent(context: &Context, app: &AppRow, given: &Consent<'_>) -> Result<String, Problem> {
    let code = secret::token(context.random_key().map_err(Problem::internal)?);
    let new = NewGrant {
        public_id: &context.mint("grant"),
        app: app.id,
        person: given.person,
        org: given.org,
        scopes: given.scopes,
        code_hash: &secret::hashed(&code),
        redirect_uri: given.redirect_uri,
        challenge: given.challenge,
        until: context.now().plus_seconds(CODE_SECONDS),
    };
    context.database().batch(store::insert_grant(&new, context.now()).into()).await?;
    Ok(code)
}

/// Tokens for a code. Whoever brings a code a second time ends what the first one got: one of the two stole it.
pub async fn redeem(
    context: &Context,
    client_id: &str,
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Tokens, Failure> {
    let hash = secret::hashed(code);
    let unknown = Refusal::InvalidGrant("unknown, used or expired code");
    let found = store::code(context.database(), &hash).await?.ok_or(unknown)?;
    let voucher = good(context, found, client_id, unknown).await?;
    if voucher.redirect_uri.as_deref() != Some(redirect_uri) {
        return Err(Refusal::InvalidGrant("redirect_uri is not the one the code was sent to").into());
    }
    rules::proves(verifier, voucher.challenge.as_deref())?;
    let scopes = store::permissions(&voucher.scopes);
    issue(context, &voucher, store::use_code(&hash, context.now()), scopes, unknown).await
}

/// The next tokens for a refresh token, with the scopes of the grant.
pub async fn refresh(context: &Context, client_id: &str, token: &str, scope: Option<&str>) -> Result<Tokens, Failure> {
    let hash = secret::hashed(token);
    let unknown = Refusal::InvalidGrant("unknown, used or expired refresh token");
    let found = store::refresh(context.database(), &hash).await?.ok_or(unknown)?;
    let voucher = good(context, found, client_id, unknown).await?;
    // Fewer may be asked for; the answer says that all were given.
    let scopes = store::permissions(&voucher.scopes);
    rules::scopes(scope, &scopes)?;
    issue(context, &voucher, store::use_refresh(&hash, context.now()), scopes, unknown).await
}

/// A voucher of that client that is worth something now. One that was used already ends its whole grant.
async fn good(context: &Context, found: Voucher, client_id: &str, unknown: Refusal) -> Result<Voucher, Failure> {
    if found.client_id != client_id {
        return Err(unknown.into());
    }
    if found.used_at.is_some() {
        end(context, found.grant_id).await?;
        return Err(unknown.into());
    }
    let is_live = found.holds != 0 && Instant(found.expires_at) > context.now();
    if is_live { Ok(found) } else { Err(unknown.into()) }
}

async fn issue(
    context: &Context,
    voucher: &Voucher,
    use_up: Statement,
    scopes: Vec<Permission>,
    unknown: Refusal,
) -> Result<Tokens, Failure> {
    let draw = |prefix: &str| match context.random_key() {
        Ok(random) => Ok(format!("{prefix}{}", secret::token(random))),
        Err(error) => Err(Failure::Ours(Problem::internal(error))),
    };
    let (access, refresh) = (draw(ACCESS_PREFIX)?, draw(REFRESH_PREFIX)?);
    let until = |seconds: i64| context.now().plus_seconds(seconds);
    let batch = vec![
        use_up,
        expect_change(),
        store::insert_token(&secret::hashed(&access), voucher.grant_id, "ACCESS", until(ACCESS_SECONDS)),
        store::insert_token(&secret::hashed(&refresh), voucher.grant_id, "REFRESH", until(REFRESH_SECONDS)),
    ];
    match context.database().batch(batch).await {
        Ok(_) => Ok(Tokens { access, refresh, scopes }),
        // Somebody else used it in this very moment.
        Err(StoreError::Unchanged) => {
            end(context, voucher.grant_id).await?;
            Err(unknown.into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn end(context: &Context, grant: i64) -> Result<(), StoreError> {
    context.database().run(store::revoke_grant(grant, context.now())).await.map(drop)
}
