//! Who works here: members and what they are, and those who were asked to come.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{self, Page, Section};
use super::pieces;
use crate::access::allowed::OrgWrite;
use crate::access::permission::Role;
use crate::access::{limit, secret};
use crate::domain::account::{link, place, rules as person_rules};
use crate::domain::member::{INVITATION_SECONDS, MOST_INVITATIONS, rules, store};
use crate::domain::record::Change;
use crate::mail::{Letter, Mail};
use crate::problem::{Code, Problem};
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::json;
use shared::zone::Instant;

/// Members that the page shows.
const MOST: i64 = 500;

type Address = Path<(String, String)>;

fn stale() -> Problem {
    Problem::new(Code::Conflict).because("stale").detail("Somebody changed it meanwhile. Look again.")
}

/// `GET /console/:orgId/members`.
pub async fn list(desk: At<OrgWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    page(&desk, Sheet { fields: &asked, problem: None }).await
}

async fn page(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let database = desk.context.database();
    let members = store::list(database, desk.org_id(), 0, MOST).await?;
    let invitations = store::invitations(database, desk.org_id(), 0, MOST_INVITATIONS).await?;
    let own = desk.role();
    let main = html! {
        (pieces::problem_all(sheet.problem.filter(|problem| !problem.fields().iter().any(|error| error.pointer == "/email" || error.pointer == "/role"))))
        section.card aria-labelledby="members" {
            h2 #members { "Members" }
            ul.rows { @for member in &members { li { (line(desk, member, own)) } } }
        }
        @if !invitations.is_empty() {
            section.card aria-labelledby="invited" {
                h2 #invited { "Asked to come" }
                ul.rows {
                    @for invitation in &invitations {
                        li {
                            div {
                                p { strong { (invitation.email) } " as " (frame::role(&invitation.role)) }
                                p.quiet { "By " (invitation.invited_by) ", until " (desk.wording.moment(Instant(invitation.expires_at))) }
                            }
                            div.actions {
                                form method="post" action=(desk.path(&format!("/invitations/{}/resend", invitation.public_id))) { button.small { "Send again" } }
                                form method="post" action=(desk.path(&format!("/invitations/{}/withdraw", invitation.public_id))) { button.small.danger { "Take back" } }
                            }
                        }
                    }
                }
            }
        }
        form.card.sheet method="post" action=(desk.path("/members")) {
            h2 { "Ask somebody to come" }
            div.row {
                (sheet.line(Line { label: "E-mail", name: "email", kind: "email", required: true, longest: Some(254), ..Line::default() }))
                (sheet.choice("As", "role", "", &roles(own)))
            }
            p.hint { "They get a link that works for seven days." }
            div.actions { button.primary { "Send the invitation" } }
        }
    };
    let page = Page::new(Section::Members, "Members", main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

/// Roles that somebody may give, the usual one first.
fn roles(own: Role) -> Vec<(&'static str, &'static str)> {
    let mut roles: Vec<Role> = Role::ALL.into_iter().filter(|role| own <= *role).collect();
    roles.sort_by_key(|role| *role != Role::Staff);
    roles.into_iter().map(|role| (role.as_str(), frame::role(role.as_str()))).collect()
}

fn line(desk: &Desk, member: &store::Member, own: Role) -> Markup {
    let theirs = Role::parse(&member.role).unwrap_or(Role::Contributor);
    let may = own <= theirs;
    let address = |rest: &str| desk.path(&format!("/members/{}{rest}", member.public_id));
    html! {
        div {
            p { strong { (member.name) } @if member.public_id == desk.actor { " (you)" } }
            p.quiet { (member.email) }
        }
        div.actions {
            @if may {
                form.inline method="post" action=(address("/role")) {
                    label.hidden for={ "role-" (member.public_id) } { "Role of " (member.name) }
                    select id={ "role-" (member.public_id) } name="role" {
                        @for (value, called) in roles(own) { option value=(value) selected[value == member.role] { (called) } }
                    }
                    button.small { "Set" span.hidden { " the role of " (member.name) } }
                }
                details.sure {
                    summary.button.small.danger { "Remove" span.hidden { " " (member.name) } }
                    form method="post" action=(address("/remove")) {
                        p { "Their keys and apps do nothing here from then on." }
                        button.danger { "Yes, remove " (member.name) }
                    }
                }
            } @else { span.pill { (frame::role(&member.role)) } }
        }
    }
}

async fn answer(desk: &Desk, outcome: Result<(), Problem>, fields: &Fields, done: &str) -> Shown {
    match outcome {
        Ok(()) => Ok(desk.go(&format!("/members?done={done}"))),
        Err(problem) => page(desk, Sheet { fields, problem: Some(&problem) }).await,
    }
}

/// `POST /console/:orgId/members`.
pub async fn invite(desk: At<OrgWrite>, fields: Fields) -> Shown {
    let outcome = ask(&desk, &fields).await;
    answer(&desk, outcome, &fields, "invited").await
}

async fn ask(desk: &Desk, fields: &Fields) -> Result<(), Problem> {
    let (org, now) = (desk.org_id(), desk.context.now());
    let email = person_rules::address(fields.get("email"), "/email")?;
    let role = rules::role(fields.get("role"), "/role")?;
    rules::may_give(desk.role(), role, "/role")?;
    if store::is_member(desk.context.database(), org, &email).await? {
        return Err(Problem::field("/email", "already_member", "They are a member already."));
    }
    limit::count(&desk.context, limit::LOGIN, format!("invites:{org}")).await?;
    let token = secret::token(desk.context.random_key().map_err(Problem::internal)?);
    let new = store::NewInvitation {
        public_id: &desk.context.mint("inv"),
        email: &email,
        role,
        language: &desk.overview.locale,
        token_hash: &secret::hashed(&token),
        by: desk.person_id,
        until: now.plus_seconds(INVITATION_SECONDS),
    };
    let letter = letter(desk, role.as_str(), &token);
    let (replace, write) = store::invite(org, &new, &rules::at_least(role), MOST_INVITATIONS, now);
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.add(replace);
    change.must(write);
    change.mail(&Mail { org: Some(org), to: &email, language: &desk.overview.locale, letter: &letter })?;
    change.audit("member.invited", new.public_id, &json!({ "role": role.as_str() }));
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("100 invitations are open already.");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(too_many))?;
    Ok(())
}

fn letter(desk: &Desk, role: &str, token: &str) -> Letter {
    Letter::Invitation {
        organization: desk.overview.name.clone(),
        by: desk.person.clone(),
        role: role.to_owned(),
        link: link(&desk.context, place::INVITATION, Some(token)),
    }
}

/// `POST /console/:orgId/invitations/:id/resend`.
pub async fn resend(desk: At<OrgWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let outcome = mail_again(&desk, &id).await;
    answer(&desk, outcome, &fields, "invited").await
}

async fn mail_again(desk: &Desk, id: &str) -> Result<(), Problem> {
    let (org, now) = (desk.org_id(), desk.context.now());
    let found = store::invitation(desk.context.database(), org, id).await?;
    let open = found.ok_or_else(|| Problem::not_found("invitation"))?;
    rules::may_give(desk.role(), rules::role(&open.role, "/role")?, "/role")?;
    limit::count(&desk.context, limit::LOGIN, format!("invites:{org}")).await?;
    let token = secret::token(desk.context.random_key().map_err(Problem::internal)?);
    let letter = letter(desk, &open.role, &token);
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::resend(org, id, &secret::hashed(&token), now.plus_seconds(INVITATION_SECONDS), now));
    change.mail(&Mail { org: Some(org), to: &open.email, language: &open.language, letter: &letter })?;
    change.audit("invitation.resent", id, &json!({}));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(stale))?;
    Ok(())
}

/// `POST /console/:orgId/invitations/:id/withdraw`.
pub async fn withdraw(desk: At<OrgWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    change.must(store::withdraw(desk.org_id(), &id, desk.context.now()));
    change.audit("invitation.withdrawn", &id, &json!({}));
    let outcome = change.commit().await.map(|_| ()).map_err(|error| Problem::from(error).unless_changed(stale));
    answer(&desk, outcome, &fields, "removed").await
}

async fn existing(desk: &Desk, id: &str) -> Result<(store::Member, Role), Problem> {
    let found = store::find(desk.context.database(), desk.org_id(), id).await?;
    let member = found.ok_or_else(|| Problem::not_found("member"))?;
    let role = Role::parse(&member.role).unwrap_or(Role::Contributor);
    Ok((member, role))
}

/// What a change of members was refused for, in words.
fn meaning(error: crate::database::StoreError) -> Problem {
    match Problem::from(error).unless_changed(stale) {
        problem if problem.cause() == "last_owner" => {
            problem.detail("Somebody has to own the organization. Make somebody else an owner first.")
        }
        problem => problem,
    }
}

/// `POST /console/:orgId/members/:id/role`.
pub async fn set_role(desk: At<OrgWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let outcome = async {
        let (org, own) = (desk.org_id(), desk.role());
        let to = rules::role(fields.get("role"), "/role")?;
        let (member, from) = existing(&desk, &id).await?;
        rules::may_act_on(own, from)?;
        rules::may_give(own, to, "/role")?;
        if to == from {
            return Ok(());
        }
        let needed = rules::at_least(from.min(to));
        let mut change = Change::new(&desk.context, org, &desk.actor);
        change.must(store::change_role(org, member.person_id, (from, to), desk.person_id, &needed));
        if to > from {
            change.add(store::withdraw_invitations(org, member.person_id, desk.context.now()));
        }
        change.audit("member.role_changed", &id, &json!({ "from": from.as_str(), "to": to.as_str() }));
        change.commit().await.map(|_| ()).map_err(meaning)
    };
    let outcome = outcome.await;
    answer(&desk, outcome, &Fields::default(), "saved").await
}

/// `POST /console/:orgId/members/:id/remove`.
pub async fn remove(desk: At<OrgWrite>, Path((_, id)): Address) -> Shown {
    let outcome = async {
        let (org, now) = (desk.org_id(), desk.context.now());
        let (member, role) = existing(&desk, &id).await?;
        rules::may_act_on(desk.role(), role)?;
        let mut change = Change::new(&desk.context, org, &desk.actor);
        change.must(store::remove(org, member.person_id, desk.person_id, &rules::at_least(role)));
        for statement in store::take_along(org, member.person_id, now) {
            change.add(statement);
        }
        change.audit("member.removed", &id, &json!({ "role": role.as_str() }));
        change.commit().await.map(|_| ()).map_err(meaning)
    };
    let outcome = outcome.await;
    answer(&desk, outcome, &Fields::default(), "removed").await
}
