//! Secret addresses that calendars subscribe to: made, shown once, replaced, ended. They stand on the page of other calendars.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Sheet};
use super::frame::{Page, Section};
use super::{links, pieces};
use crate::access::allowed::BookingsRead;
use crate::access::permission::Role;
use crate::domain::feed::store::{Feed, Whose};
use crate::domain::feed::{Scope, edit};
use crate::problem::Problem;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

const SCOPES: [(&str, &str); 3] = [
    ("PERSON", "My own bookings"),
    ("ORGANIZATION", "Everything that is booked"),
    ("RESOURCE", "What uses a resource"),
];

type Address = Path<(String, String)>;

/// One's own; whoever runs the organization has all of them.
pub fn whose(desk: &Desk) -> Whose {
    Whose { org: desk.org_id(), person: desk.person_id, all: desk.role() <= Role::Admin }
}

/// The addresses, and the form for a new one.
pub fn card(desk: &Desk, feeds: &[Feed], resources: &[(&str, &str)], sheet: Sheet<'_>) -> Markup {
    html! {
        section.card aria-labelledby="feeds" {
            h2 #feeds { "Subscribe to what is booked" }
            p.quiet { "A secret address for Google, Apple or Outlook. Whoever has it reads names and times, so give it to nobody." }
            ul.rows { @for feed in feeds { li { (line(desk, feed)) } } }
            form.sheet method="post" action=(desk.path("/feeds")) {
                div.row {
                    (sheet.choice("What it shows", "of", "", &SCOPES))
                    (sheet.choice("Resource", "feedResource", "", resources))
                }
                div.actions { button.primary { "Make an address" } }
            }
        }
    }
}

fn line(desk: &Desk, feed: &Feed) -> Markup {
    let what = match (feed.scope.as_str(), &feed.resource_name) {
        ("RESOURCE", Some(name)) => name.clone(),
        ("PERSON", _) => format!("Bookings of {}", feed.person_name),
        _ => "Everything that is booked".to_owned(),
    };
    let own = |rest: &str| desk.path(&format!("/feeds/{}{rest}", feed.public_id));
    html! {
        div { p { strong { (what) } } p.quiet { "Made by " (feed.person_name) } }
        div.actions {
            form method="post" action=(own("/rotate")) { button.small { "New address" span.hidden { " for " (what) } } }
            details.sure {
                summary.button.small.danger { "End" span.hidden { " " (what) } }
                form method="post" action=(own("/remove")) {
                    p { "Calendars that subscribe to it get nothing any more." }
                    button.danger { "Yes, end it" }
                }
            }
        }
    }
}

/// An address that is shown once.
fn shown(desk: &Desk, url: &str) -> Response {
    let webcal = url.split_once("://").map_or_else(|| url.to_owned(), |(_, rest)| format!("webcal://{rest}"));
    let main = html! {
        section.card {
            h2 { "Keep it safe" }
            p { "Add it in your calendar under \u{201c}from URL\u{201d} or \u{201c}subscribe\u{201d}. " strong { "It is shown this once." } }
            (pieces::copyable("feed", url))
            div.actions {
                a.button.primary href=(webcal) { "Open in the calendar of this device" }
                a.button href=(desk.path("/links")) { "I have kept it" }
            }
        }
    };
    desk.page(StatusCode::CREATED, &Page::new(Section::Links, "Your calendar address", main))
}

/// `POST /console/:orgId/feeds`.
pub async fn create(desk: At<BookingsRead>, fields: Fields) -> Shown {
    match make(&desk, &fields).await {
        Ok(url) => Ok(shown(&desk, &url)),
        Err(problem) => links::page(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

async fn make(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let scope = match (fields.get("of"), fields.some("feedResource")) {
        ("ORGANIZATION", _) => Scope::Organization,
        ("RESOURCE", Some(resource)) => Scope::Resource(resource),
        ("RESOURCE", None) => return Err(Problem::field("/feedResource", "required", "Which resource?")),
        _ => Scope::Person,
    };
    let (change, made) = edit::create(&desk.context, (desk.org_id(), desk.person_id, &desk.actor), scope)?;
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(|| edit::refused(scope)))?;
    Ok(made.url)
}

/// `POST /console/:orgId/feeds/:id/rotate`.
pub async fn rotate(desk: At<BookingsRead>, Path((_, id)): Address) -> Shown {
    let (change, _, url) = edit::rotate(&desk.context, whose(&desk), &desk.actor, &id).await?;
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(edit::missing))?;
    Ok(shown(&desk, &url))
}

/// `POST /console/:orgId/feeds/:id/remove`.
pub async fn remove(desk: At<BookingsRead>, Path((_, id)): Address) -> Shown {
    let change = edit::remove(&desk.context, whose(&desk), &desk.actor, &id);
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(edit::missing))?;
    Ok(desk.go("/links?done=removed"))
}
