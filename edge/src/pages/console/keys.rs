//! Keys of programs: made, shown once, replaced, ended.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{self, Page, Section};
use super::pieces;
use crate::access::allowed::OrgWrite;
use crate::access::permission::{Permission, Role};
use crate::access::secret;
use crate::domain::account::rules as person_rules;
use crate::domain::key::{MOST_KEYS, rules, store};
use crate::domain::org::zone;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use maud::{Markup, html};
use serde_json::json;
use shared::civil::{Date, TimeOfDay};
use shared::zone::Instant;

const MODES: [(&str, &str); 2] = [("live", "Live"), ("test", "Test")];

type Address = Path<(String, String)>;

fn too_many() -> Problem {
    Problem::new(Code::Conflict).because("too_many").detail("You have 100 keys already.")
}

/// Rows of the organizations that whoever asks belongs to.
fn visible(desk: &Desk) -> String {
    json!(desk.others.iter().map(|one| one.org_id).collect::<Vec<i64>>()).to_string()
}

/// `GET /console/:orgId/keys`.
pub async fn list(desk: At<OrgWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let mut pairs = asked;
    pairs.push(("permissions".to_owned(), Permission::OrgRead.as_str().to_owned()));
    page(&desk, Sheet { fields: &Fields::of(pairs), problem: None }).await
}

async fn page(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let keys = store::list(desk.context.database(), desk.org_id(), 0, MOST_KEYS, &visible(desk)).await?;
    let own = desk.role();
    let roles: Vec<(&str, &str)> = (Role::ALL.into_iter().filter(|role| own <= *role))
        .map(|role| (role.as_str(), frame::role(role.as_str())))
        .collect();
    let main = html! {
        (pieces::problem(sheet.problem))
        section.card aria-labelledby="keys" {
            h2 #keys { "Keys that work here" }
            @if keys.is_empty() { p.quiet { "No program has a key yet." } }
            ul.rows { @for key in &keys { li { (line(desk, key)) } } }
        }
        form.card.sheet method="post" action=(desk.path("/keys")) {
            h2 { "New key" }
            (sheet.line(Line { label: "What is it for?", name: "name", required: true, longest: Some(200), ..Line::default() }))
            div.row {
                (sheet.choice("Kind", "mode", "", &MODES))
                (sheet.choice("Counts for at most", "role", "", &roles))
                (sheet.line(Line { label: "Ends on", name: "expiresAt", kind: "date", ..Line::default() }))
            }
            fieldset {
                legend { "What it may do" }
                (sheet.errors("permissions"))
                div.ticks {
                    @for permission in Permission::ALL.iter().filter(|one| own.may(**one)) {
                        (sheet.tick(permission.as_str(), "permissions", permission.as_str(), permission.meaning()))
                    }
                }
            }
            div.actions { button.primary { "Make the key" } }
        }
    };
    let page = Page::new(Section::Keys, "API keys", main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

fn line(desk: &Desk, key: &store::Key) -> Markup {
    let permissions: Vec<String> = serde_json::from_str(&key.permissions).unwrap_or_default();
    let day = |at: i64| desk.wording.plain_date(desk.wording.date_of(Instant(at)));
    let address = |rest: &str| desk.path(&format!("/keys/{}{rest}", key.public_id));
    html! {
        div {
            p { strong { (key.name) } " " code { (key.prefix) "…" } }
            p.quiet {
                "By " (key.maker_name) ", " (day(key.created_at)) " · "
                @match key.last_used_at { Some(at) => { "used last on " (day(at)) } None => { "never used" } }
                @if let Some(at) = key.expires_at { " · ends on " (day(at)) }
            }
            p.quiet { (frame::role(&key.role_ceiling)) ": " (permissions.join(", ")) }
        }
        div.actions {
            @if key.maker == desk.actor { form method="post" action=(address("/rotate")) { button.small { "Replace" span.hidden { " " (key.name) } } } }
            details.sure {
                summary.button.small.danger { "End" span.hidden { " " (key.name) } }
                form method="post" action=(address("/revoke")) {
                    p { "Whatever uses it is refused from then on." }
                    button.danger { "Yes, end it" }
                }
            }
        }
    }
}

/// A key that is shown once.
fn shown(desk: &Desk, key: &str) -> axum::response::Response {
    let main = html! {
        section.card {
            h2 { "Keep it safe" }
            p { "Programs send it as " code { "Authorization: Bearer …" } ". " strong { "It is shown this once." } }
            (pieces::copyable("key", key))
            a.button href=(desk.path("/keys")) { "I have kept it" }
        }
    };
    desk.page(StatusCode::CREATED, &Page::new(Section::Keys, "Your new key", main))
}

fn fresh(desk: &Desk, prefix: &str) -> Result<String, Problem> {
    Ok(format!("{prefix}{}", secret::token(desk.context.random_key().map_err(Problem::internal)?)))
}

/// `POST /console/:orgId/keys`.
pub async fn create(desk: At<OrgWrite>, fields: Fields) -> Shown {
    match make(&desk, &fields).await {
        Ok(key) => Ok(shown(&desk, &key)),
        Err(problem) => page(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

async fn make(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let now = desk.context.now();
    let maker = rules::Maker { roles: vec![desk.role()], permissions: None, expires_at: None };
    let name = person_rules::name(fields.get("name"), "/name")?;
    let prefix = rules::prefix(fields.get("mode"), "/mode")?;
    let ceiling = rules::ceiling(fields.some("role"), &maker, "/role")?;
    let permissions = rules::permissions(fields.all("permissions"), ceiling, &maker, "/permissions")?;
    let wrong = || Problem::field("/expiresAt", "invalid_value", "A date.");
    let end = |text: &str| {
        let date = Date::parse(text).ok_or_else(wrong)?;
        zone::instant(&desk.org.timezone, date.at(TimeOfDay::MIDNIGHT)).ok_or_else(wrong)
    };
    let expires_at = rules::expiry(fields.some("expiresAt").map(end).transpose()?, &maker, now, "/expiresAt")?;
    let permissions: Vec<&str> = permissions.into_iter().map(Permission::as_str).collect();
    let (id, key) = (desk.context.mint("key"), fresh(desk, prefix)?);
    let new = store::New {
        public_id: &id,
        person: desk.person_id,
        name: &name,
        prefix: &rules::shown(&key, prefix),
        hash: &secret::hashed(&key),
        ceiling,
        permissions: &json!(permissions).to_string(),
        expires_at,
        made_by: None,
    };
    let (write, cover) = store::insert(&new, &json!([desk.org.public_id]).to_string(), MOST_KEYS, now);
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    change.must(write);
    change.must(cover);
    let detail = json!({ "name": name, "role": ceiling.as_str(), "permissions": permissions });
    change.audit("api_key.created", &id, &detail);
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(too_many))?;
    Ok(key)
}

async fn existing(desk: &Desk, id: &str) -> Result<store::Key, Problem> {
    let found = store::find(desk.context.database(), desk.org_id(), id, &visible(desk)).await?;
    found.ok_or_else(|| Problem::not_found("API key"))
}

/// `POST /console/:orgId/keys/:id/rotate`: another one in its place; the one before works until it is ended.
pub async fn rotate(desk: At<OrgWrite>, Path((_, id)): Address) -> Shown {
    let old = existing(&desk, &id).await?;
    if old.person_id != desk.person_id {
        let detail = "It acts for the member who made it; only they replace it. You can end it.";
        return Err(Problem::new(Code::Forbidden).because("not_the_maker").detail(detail).into());
    }
    let mode = if old.prefix.starts_with("dmk_test_") { "test" } else { "live" };
    let prefix = rules::prefix(mode, "")?;
    let (fresh_id, key) = (desk.context.mint("key"), fresh(&desk, prefix)?);
    let shown_part = rules::shown(&key, prefix);
    let (write, cover) =
        store::rotate(old.id, &fresh_id, &shown_part, &secret::hashed(&key), MOST_KEYS, desk.context.now());
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    change.must(write);
    change.add(cover);
    change.audit("api_key.rotated", &id, &json!({ "by": fresh_id }));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(too_many))?;
    Ok(shown(&desk, &key))
}

/// `POST /console/:orgId/keys/:id/revoke`: ends it, everywhere where its maker asks, here where another member does.
pub async fn revoke(desk: At<OrgWrite>, Path((_, id)): Address) -> Shown {
    let (org, now) = (desk.org_id(), desk.context.now());
    let key = existing(&desk, &id).await?;
    let mut change = Change::new(&desk.context, org, &desk.actor);
    if key.person_id == desk.person_id {
        change.must(store::revoke(key.id, now));
    } else {
        let (withdraw, end) = store::withdraw(key.id, org, now);
        change.must(withdraw);
        change.add(end);
    }
    change.audit("api_key.revoked", &id, &json!({ "name": key.name }));
    let gone = || Problem::not_found("API key");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(gone))?;
    Ok(desk.go("/keys?done=removed"))
}
