//! Invitations: asking somebody by mail to come, and coming.

use super::wire::{AcceptIn, InvitationOut, InviteIn, ReceivedOut, shown_invitation};
use super::{rules, stale, store};
use crate::access::allowed::OrgWrite;
use crate::access::{Allowed, Caller, limit, secret};
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::platform::auth::wire::MeOut;
use crate::api::platform::auth::{Cookie, welcome};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::account::{link, place, rules as person_rules};
use crate::domain::member::{INVITATION_SECONDS, MOST_INVITATIONS, join};
use crate::domain::org;
use crate::domain::record::Change;
use crate::mail::{Letter, Mail};
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;
use shared::embed::Timestamp;
use shared::zone::Instant;

/// Who is asking, for the reader of the mail: the person, or the organization where a program asks.
fn asking(allowed: &Allowed<OrgWrite>) -> &str {
    allowed.caller.person().map_or(allowed.org.name.as_str(), |person| person.name.as_str())
}

/// Asks somebody by mail to join. They are a member once they accept, within seven days.
///
/// An open invitation to the same address is replaced. Nobody invites to a role above their own.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/members", tag = "People", operation_id = "inviteMember", request_body = InviteIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 201, description = "The invitation; its mail is on its way", body = InvitationOut), Writing),
)]
pub async fn invite(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<InviteIn>>,
) -> Result<Response, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let email = person_rules::address(&wanted.email, "/email")?;
    let role = rules::role(&wanted.role, "/role")?;
    rules::may_give(allowed.role(), role, "/role")?;
    let language = wanted.language.map_or(Ok("en".to_owned()), |text| org::rules::locale(&text, "/language"))?;
    if store::is_member(context.database(), org, &email).await? {
        return Err(Problem::new(Code::Conflict).because("already_member").detail("They are a member already."));
    }
    limit::count(&context, limit::LOGIN, format!("invites:{org}")).await?;
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let until = now.plus_seconds(INVITATION_SECONDS);
    let new = store::NewInvitation {
        public_id: &context.mint("inv"),
        email: &email,
        role,
        language: &language,
        token_hash: &secret::hashed(&token),
        by: allowed.caller.acts_for(),
        until,
    };
    let made = InvitationOut {
        id: new.public_id.to_owned(),
        email: email.clone(),
        role: role.as_str().to_owned(),
        language: language.clone(),
        invited_by: asking(&allowed).to_owned(),
        sent_at: Timestamp(now),
        expires_at: Timestamp(until),
    };
    let letter = letter(&context, &allowed, role.as_str(), &token);
    let (replace, write) = store::invite(org, &new, &rules::at_least(role), MOST_INVITATIONS, now);
    let mut change = Change::new(&context, org, allowed.actor());
    change.add(replace);
    change.must(write);
    change.mail(&Mail { org: Some(org), to: &email, language: &language, letter: &letter })?;
    change.audit("member.invited", new.public_id, &json!({ "role": role.as_str() }));
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("100 invitations are open already.");
    let written = ticket.commit(&context, StatusCode::CREATED, &made, change).await;
    Ok(written.map_err(|error| error.unless_changed(too_many))?.response)
}

fn letter(context: &Context, allowed: &Allowed<OrgWrite>, role: &str, token: &str) -> Letter {
    Letter::Invitation {
        organization: allowed.org.name.clone(),
        by: asking(allowed).to_owned(),
        role: role.to_owned(),
        link: link(context, place::INVITATION, Some(token)),
    }
}

/// Lists the open invitations of an organization, the oldest first, those that have run out included.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/invitations", tag = "People", operation_id = "listInvitations",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "A page of them", body = Page<InvitationOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<InvitationOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::invitations(context.database(), allowed.org_id(), after, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown_invitation)))
}

/// Mails an invitation once more, with a new link that works for seven days; the one before works no more.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/invitations/{id}/resend", tag = "People", operation_id = "resendInvitation",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Invitation"), Repeatable),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "As it is now", body = InvitationOut), Writing),
)]
pub async fn resend(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let (org, now) = (allowed.org_id(), context.now());
    let found = store::invitation(context.database(), org, &id).await?;
    let mut open = shown_invitation(found.ok_or_else(|| Problem::not_found("invitation"))?);
    rules::may_give(allowed.role(), rules::role(&open.role, "/role")?, "/role")?;
    limit::count(&context, limit::LOGIN, format!("invites:{org}")).await?;
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let until = now.plus_seconds(INVITATION_SECONDS);
    (open.sent_at, open.expires_at) = (Timestamp(now), Timestamp(until));
    let letter = letter(&context, &allowed, &open.role, &token);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::resend(org, &id, &secret::hashed(&token), until, now));
    change.mail(&Mail { org: Some(org), to: &open.email, language: &open.language, letter: &letter })?;
    change.audit("invitation.resent", &id, &json!({}));
    let written = ticket.commit(&context, StatusCode::OK, &open, change).await;
    Ok(written.map_err(|error| error.unless_changed(stale))?.response)
}

/// Takes an open invitation back: its link works no more.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/invitations/{id}", tag = "People", operation_id = "withdrawInvitation",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Invitation")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "Taken back"), Writing),
)]
pub async fn withdraw(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let mut change = Change::new(&context, allowed.org_id(), allowed.actor());
    change.must(store::withdraw(allowed.org_id(), &id, context.now()));
    change.audit("invitation.withdrawn", &id, &json!({}));
    let gone = || Problem::not_found("invitation");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(gone))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows an invitation to whoever has its link.
#[utoipa::path(
    get, path = "/api/invitations/{token}", tag = "People", operation_id = "readInvitation",
    params(("token" = String, Path, description = "As the link had it")),
    security(()),
    responses(
        (status = 200, description = "Who asks whom to what", body = ReceivedOut),
        (status = 404, description = "Not valid, not valid any more, or used", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn read(
    State(context): State<Context>,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Json<ReceivedOut>, Problem> {
    limit::guest(&context, &headers).await?;
    let (received, has_account) = join::opened(&context, &token).await?;
    Ok(Json(ReceivedOut {
        organization: received.organization,
        invited_by: received.invited_by,
        email: received.email,
        role: received.role,
        has_account,
        expires_at: Timestamp(Instant(received.expires_at)),
    }))
}

/// Accepts an invitation, once: signed in with the address it was sent to, or without an account by choosing a name and a
/// password. The link proves the address. Sets the session cookie.
#[utoipa::path(
    post, path = "/api/invitations/{token}/accept", tag = "People", operation_id = "acceptInvitation", request_body = AcceptIn,
    params(("token" = String, Path, description = "As the link had it")),
    security(("session" = []), ()),
    responses(
        (status = 200, description = "A member, and in", body = MeOut),
        (status = 400, description = "Malformed, or a field breaks its rule", body = ProblemOut, content_type = "application/problem+json"),
        (status = 413, description = "The body is larger than 64 KB", body = ProblemOut, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Signed in with another address (`other_address`), or from another site", body = ProblemOut, content_type = "application/problem+json"),
        (status = 404, description = "Not valid, not valid any more, or used", body = ProblemOut, content_type = "application/problem+json"),
        (status = 409, description = "There is an account with that address: sign in first (`sign_in_first`)", body = ProblemOut, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn accept(
    caller: Result<Caller, Problem>,
    State(context): State<Context>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Body { value: wanted, .. }: Body<AcceptIn>,
) -> Result<(Cookie, Json<MeOut>), Problem> {
    let caller = match caller {
        Ok(caller) => Some(caller.person()?.clone()),
        Err(problem) if problem.code() == Code::Unauthenticated => None,
        Err(problem) => return Err(problem),
    };
    let newcomer = join::Newcomer { name: wanted.name, password: wanted.password };
    Ok(welcome(join::accept(&context, &headers, caller, &token, newcomer).await?))
}
