//! `/api/orgs/:orgId/payments`: the account through which guests pay online, and where its provider tells what happened.

pub mod troubles;
mod wire;

use crate::access::Allowed;
use crate::access::allowed::{OrgRead, OrgWrite};
use crate::api::body::Body;
use crate::api::refusals::{Reading, Writing};
use crate::context::Context;
use crate::domain::payment::account::{self, store};
use crate::domain::payment::notice;
use crate::payment::signature_header;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use wire::{PaymentsIn, PaymentsOut, shown};

/// No notice is longer.
const NOTICE_BYTES: usize = 512 * 1024;

/// Reads how guests pay.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/payments", tag = "Payments", operation_id = "readPayments",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:read"]), ("session" = ["org:read"])),
    responses((status = 200, description = "The account, without its secrets", body = PaymentsOut), Reading),
)]
pub async fn read(allowed: Allowed<OrgRead>, State(context): State<Context>) -> Result<Json<PaymentsOut>, Problem> {
    now(&context, &allowed.org.public_id, allowed.org_id()).await
}

async fn now(context: &Context, org: &str, row: i64) -> Result<Json<PaymentsOut>, Problem> {
    let in_use = store::in_use(context.database(), row).await?;
    let kept = store::kept(context.database(), row).await?;
    Ok(Json(shown(in_use.as_ref(), kept, &context.origin(), org)))
}

/// Takes payments online from now on: what is due to book is paid before it counts.
///
/// The key is tried before it is kept, sealed. Without `webhookSecret` the provider is asked to send its notices here by itself.
/// What was paid through another account before goes back through that: its keys are kept (`kept`).
#[utoipa::path(
    put, path = "/api/orgs/{orgId}/payments", tag = "Payments", operation_id = "connectPayments", request_body = PaymentsIn,
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "Connected", body = PaymentsOut), Writing),
)]
pub async fn connect(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Body { value: wanted, .. }: Body<PaymentsIn>,
) -> Result<Json<PaymentsOut>, Problem> {
    let PaymentsIn { provider, secret_key, webhook_secret } = wanted;
    let org = &allowed.org.public_id;
    if webhook_secret.as_ref().is_some_and(|secret| !(8..=200).contains(&secret.len())) {
        return Err(Problem::field("/webhookSecret", "invalid_value", "As the provider shows it: whsec_…"));
    }
    let provider = provider.as_str();
    let url = wire::notices_url(&context.origin(), provider, org);
    let wanted =
        account::Wanted { org, provider, secret: secret_key.trim(), notices: webhook_secret.as_deref(), url: &url };
    account::connect(&context, allowed.org_id(), allowed.actor(), &wanted).await?;
    now(&context, org, allowed.org_id()).await
}

/// Lets guests pay on arrival again, at once. Whoever is paying at this moment can finish.
///
/// The keys are kept, sealed, so that what was paid can go back and disputes are heard of: until the last of it is half a year
/// over, or they are forgotten by `DELETE …/payments/kept`.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/payments", tag = "Payments", operation_id = "disconnectPayments",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "Nobody is asked to pay online any more"), Writing),
)]
pub async fn disconnect(allowed: Allowed<OrgWrite>, State(context): State<Context>) -> Result<StatusCode, Problem> {
    account::disconnect(&context, allowed.org_id(), allowed.actor(), &allowed.org.public_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets for good the keys that are kept of accounts that are not in use. What was paid through them can then be given back in
/// the provider's own pages only.
///
/// Refused while somebody is paying or money is on its way back through one (`payments_under_way`).
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/payments/kept", tag = "Payments", operation_id = "forgetPayments",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "The keys are forgotten"), Writing),
)]
pub async fn forget(allowed: Allowed<OrgWrite>, State(context): State<Context>) -> Result<StatusCode, Problem> {
    account::forget(&context, allowed.org_id(), allowed.actor(), &allowed.org.public_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hears a payment provider. Signed by it for this organization's account, or refused.
#[utoipa::path(
    post, path = "/api/payments/{provider}/{account}", tag = "Payments", operation_id = "hearPayments", security(()),
    params(
        ("provider" = String, Path, description = "`stripe`"),
        ("account" = String, Path, description = "The organization whose account it is"),
    ),
    request_body(content = String, content_type = "application/json", description = "As the provider writes it"),
    responses((status = 204, description = "Written down"), Writing),
)]
pub async fn hear(
    State(context): State<Context>,
    Path((provider, account)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let header = signature_header(&provider).ok_or_else(|| Problem::new(Code::NotFound))?;
    let signature = request.headers().get(header).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let bytes = to_bytes(request.into_body(), NOTICE_BYTES).await.map_err(|_| Problem::new(Code::TooLarge))?;
    let body = core::str::from_utf8(&bytes).map_err(|_| Problem::new(Code::MalformedRequest))?;
    let rows = store::all_of(context.database(), &account, &provider).await?;
    if rows.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    notice::hear(&context, &rows, &signature, body).await?;
    Ok(StatusCode::NO_CONTENT)
}
