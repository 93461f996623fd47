//! `/api/orgs/:orgId/members…`: who works in an organization, and what they are there.

pub mod invitations;
pub mod wire;

use crate::access::Allowed;
use crate::access::allowed::{OrgOwn, OrgRead, OrgWrite};
use crate::access::permission::Role;
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::member::{rules, store};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use wire::{MemberOut, MemberPatch, TransferIn, shown};

async fn existing(context: &Context, org: i64, person: &str) -> Result<(store::Member, Role), Problem> {
    let member = store::find(context.database(), org, person).await?.ok_or_else(|| Problem::not_found("member"))?;
    let role = Role::parse(&member.role).unwrap_or(Role::Contributor);
    Ok((member, role))
}

/// Nothing changed: somebody else was faster, or whoever acts may not any more.
fn stale() -> Problem {
    Problem::new(Code::Conflict).because("stale").detail("Somebody changed it meanwhile. Read it again and try again.")
}

/// Lists the members of an organization, the first ones first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/members", tag = "People", operation_id = "listMembers",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "A page of them", body = Page<MemberOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<MemberOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(context.database(), allowed.org_id(), after, limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Reads one member.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/members/{id}", tag = "People", operation_id = "readMember",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Person")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "The member", body = MemberOut), Reading),
)]
pub async fn read(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<MemberOut>, Problem> {
    Ok(Json(shown(existing(&context, allowed.org_id(), &id).await?.0)))
}

/// Gives a member another role.
///
/// Nobody gives a role above their own or takes one from somebody above them; the last OWNER stays one (`last_owner`).
/// With a lower role, invitations that they sent and that are still open are withdrawn.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/members/{id}", tag = "People", operation_id = "changeMember", request_body = MemberPatch,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Person")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 200, description = "As they are now", body = MemberOut), Writing),
)]
pub async fn change(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: MemberPatch { role }, .. }: Body<MemberPatch>,
) -> Result<Json<MemberOut>, Problem> {
    let (org, own) = (allowed.org_id(), allowed.role());
    let to = rules::role(&role, "/role")?;
    let (member, from) = existing(&context, org, &id).await?;
    rules::may_act_on(own, from)?;
    rules::may_give(own, to, "/role")?;
    if to != from {
        // The higher of the two is what it takes.
        let needed = rules::at_least(from.min(to));
        let mut change = Change::new(&context, org, allowed.actor());
        change.must(store::change_role(org, member.person_id, (from, to), allowed.caller.acts_for(), &needed));
        if to > from {
            change.add(store::withdraw_invitations(org, member.person_id, context.now()));
        }
        change.audit("member.role_changed", &id, &json!({ "from": from.as_str(), "to": to.as_str() }));
        change.commit().await.map_err(|error| Problem::from(error).unless_changed(stale))?;
    }
    Ok(Json(shown(store::Member { role: to.as_str().to_owned(), ..member })))
}

/// Removes a member. Their keys and apps do nothing here from now on.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/members/{id}", tag = "People", operation_id = "removeMember",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Person")),
    security(("key" = ["org:write"]), ("session" = ["org:write"])),
    responses((status = 204, description = "They are no member any more"), Writing),
)]
pub async fn remove(
    allowed: Allowed<OrgWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let org = allowed.org_id();
    let (member, role) = existing(&context, org, &id).await?;
    rules::may_act_on(allowed.role(), role)?;
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::remove(org, member.person_id, allowed.caller.acts_for(), &rules::at_least(role)));
    store::take_along(org, member.person_id, context.now()).into_iter().for_each(|statement| change.add(statement));
    change.audit("member.removed", &id, &json!({ "role": role.as_str() }));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(stale))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves an organization. The last OWNER cannot (`last_owner`): hand it over or close it.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/leave", tag = "People", operation_id = "leaveOrganization",
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("session" = ["org:read"])),
    responses((status = 200, description = "No member any more", body = serde_json::Value), Writing),
)]
pub async fn leave(
    allowed: Allowed<OrgRead>,
    State(context): State<Context>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let org = allowed.org_id();
    let person = allowed.caller.person()?;
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::remove(org, person.id, person.id, &rules::at_least(Role::Contributor)));
    store::take_along(org, person.id, context.now()).into_iter().for_each(|statement| change.add(statement));
    change.audit("member.left", &person.public_id, &json!({ "role": allowed.role().as_str() }));
    let answer = json!({ "organization": allowed.org.public_id });
    Ok(ticket.commit(&context, StatusCode::OK, &answer, change).await?.response)
}

/// Hands an organization over: another member is its OWNER, and whoever was it is an ADMIN.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/transfer-ownership", tag = "People", operation_id = "transferOwnership",
    request_body = TransferIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["org:own"]), ("session" = ["org:own"])),
    responses((status = 200, description = "The new owner", body = MemberOut), Writing),
)]
pub async fn transfer(
    allowed: Allowed<OrgOwn>,
    State(context): State<Context>,
    Once { body: Body { value: TransferIn { member_id }, .. }, ticket }: Once<Body<TransferIn>>,
) -> Result<Response, Problem> {
    let (org, by) = (allowed.org_id(), allowed.caller.acts_for());
    let found = store::find(context.database(), org, &member_id).await?;
    let member = found.ok_or_else(|| Problem::field("/memberId", "unknown_member", "must be a member"))?;
    let from = Role::parse(&member.role).unwrap_or(Role::Contributor);
    if member.person_id == by || from == Role::Owner {
        return Err(Problem::field("/memberId", "already_owner", "is an owner already"));
    }
    let needed = rules::at_least(Role::Owner);
    let mut change = Change::new(&context, org, allowed.actor());
    change.must(store::change_role(org, member.person_id, (from, Role::Owner), by, &needed));
    change.must(store::change_role(org, by, (Role::Owner, Role::Admin), by, &needed));
    change.audit("organization.transferred", &member_id, &json!({ "from": from.as_str() }));
    let now = shown(store::Member { role: Role::Owner.as_str().to_owned(), ..member });
    let written = ticket.commit(&context, StatusCode::OK, &now, change).await;
    Ok(written.map_err(|error| error.unless_changed(stale))?.response)
}
