//! Calendars elsewhere: what clashes with them, what could not be written there, and the accounts themselves.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::{feeds, pieces};
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::{Permission, Role};
use crate::domain::feed::store as feed_store;
use crate::domain::link::clash::store::{Clash, clashes};
use crate::domain::link::edit::{self, Patch, Wanted};
use crate::domain::link::events::store::{Stuck, overwrite as write_over, stuck};
use crate::domain::link::store::{self, Link, Whose};
use crate::domain::record::Change;
use crate::domain::resource::store as resources;
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::json;
use shared::zone::Instant;
use worker::send::SendFuture;

/// Resources to choose from.
const MOST_RESOURCES: i64 = 500;

const KINDS: [(&str, &str); 2] =
    [("CALDAV", "Account (CalDAV): both ways"), ("ICS", "Address of an .ics file: only read")];

type Address = Path<(String, String)>;

fn whose(desk: &Desk) -> Whose {
    Whose { org: desk.org_id(), person: desk.person_id, all: desk.role() <= Role::Admin }
}

fn missing() -> Problem {
    Problem::not_found("calendar link")
}

/// `GET /console/:orgId/links`.
pub async fn show(desk: At<CatalogRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    page(&desk, Sheet { fields: &Fields::of(asked), problem: None }).await
}

/// The page, with what is wrong with a form on it.
pub async fn page(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let own = whose(desk);
    let batch = vec![
        store::list(own, 0, store::MOST),
        clashes(own, None, desk.context.now()),
        stuck(own, None),
        feed_store::list(feeds::whose(desk), 0, feed_store::MOST),
        resources::list(desk.org_id(), None, 0, MOST_RESOURCES),
    ];
    let mut answers = desk.context.database().batch(batch).await?;
    let (links, clashes): (Vec<Link>, Vec<Clash>) = (answers.all()?, answers.all()?);
    let (unwritten, feeds): (Vec<Stuck>, Vec<feed_store::Feed>) = (answers.all()?, answers.all()?);
    let resources: Vec<resources::Resource> = answers.all()?;
    let choices: Vec<(&str, &str)> = core::iter::once(("", "My own calendar"))
        .chain(
            resources.iter().filter(|row| row.kind != "STOCK").map(|row| (row.public_id.as_str(), row.name.as_str())),
        )
        .collect();
    let main = html! {
        (pieces::problem(sheet.problem))
        (clashing(desk, &links, &clashes))
        (waiting(desk, &links, &unwritten))
        section.card aria-labelledby="links" {
            h2 #links { "Linked calendars" }
            p.quiet { "When somebody is busy there, they are not bookable here. Bookings go there, and move and go with what happens to them." }
            ul.rows { @for link in &links { li { (line(desk, link)) } } }
        }
        @if desk.may(Permission::CatalogWrite) { (form(desk, &choices, sheet)) }
        @if desk.may(Permission::BookingsRead) { (feeds::card(desk, &feeds, &choices, sheet)) }
    };
    let page = Page::new(Section::Links, "Other calendars", main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

fn name<'a>(links: &'a [Link], id: &str) -> &'a str {
    links.iter().find(|link| link.public_id == id).map_or("", |link| link.name.as_str())
}

fn clashing(desk: &Desk, links: &[Link], clashes: &[Clash]) -> Markup {
    html! {
        @if !clashes.is_empty() {
            section.card aria-labelledby="clashes" {
                h2 #clashes { "Booked, but busy elsewhere" }
                p.quiet { "Nothing is cancelled by itself. Move the booking, or the other thing." }
                ul.rows {
                    @for clash in clashes {
                        li {
                            div {
                                p {
                                    a href=(desk.path(&format!("/bookings/{}", clash.booking))) { (clash.name) ", " (clash.contact_name.as_deref().unwrap_or("somebody")) }
                                    " " (pieces::state(&clash.state))
                                }
                                p.quiet {
                                    (desk.wording.span(Instant(clash.starts_at), Instant(clash.ends_at))) "; busy in " (name(links, &clash.link)) " "
                                    (desk.wording.span(Instant(clash.busy_from), Instant(clash.busy_to)))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn waiting(desk: &Desk, links: &[Link], unwritten: &[Stuck]) -> Markup {
    let why = |one: &Stuck| match one.failure.as_deref() {
        Some("changed_there") => "Somebody changed it there, and theirs was left as it is.".to_owned(),
        Some("removed_there") => "Somebody removed it there.".to_owned(),
        other => format!("Not written yet ({}).", other.unwrap_or("waiting")),
    };
    html! {
        @if !unwritten.is_empty() {
            section.card aria-labelledby="unwritten" {
                h2 #unwritten { "Not there as it is booked" }
                ul.rows {
                    @for one in unwritten {
                        li {
                            div {
                                p { a href=(desk.path(&format!("/bookings/{}", one.booking))) { (one.name) } " in " (name(links, &one.link)) }
                                p.quiet { (desk.wording.moment(Instant(one.starts_at))) ". " (why(one)) }
                            }
                            @if one.state != "DUE" && desk.may(Permission::CatalogWrite) {
                                form method="post" action=(desk.path(&format!("/links/{}/overwrite", one.link))) {
                                    button.small name="booking" value=(one.booking) { "Write ours over it" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn line(desk: &Desk, link: &Link) -> Markup {
    let own = |rest: &str| desk.path(&format!("/links/{}{rest}", link.public_id));
    let chosen = link.push != 0 || link.busy != 0;
    html! {
        div {
            p { strong { (link.name) } " for " (link.resource_name) }
            p.quiet {
                (link.host) " · "
                @match (&link.failure, link.read_at) {
                    (Some(failure), _) => { "cannot be read (" (failure) "); what was read before counts" }
                    (None, Some(at)) => { "read " (desk.wording.moment(Instant(at))) }
                    (None, None) => { @if chosen { "not read yet" } @else { "no calendar is chosen" } }
                }
                @if link.unreadable > 0 { " · " (link.unreadable) " entries could not be read" }
                " · linked by " (link.person_name)
            }
        }
        @if desk.may(Permission::CatalogWrite) {
            div.actions {
                @if link.kind == "CALDAV" { a.button.small href=(own("")) { "Choose calendar" span.hidden { " for " (link.name) } } }
                @if chosen { form method="post" action=(own("/sync")) { button.small { "Read now" span.hidden { ": " (link.name) } } } }
                details.sure {
                    summary.button.small.danger { "Unlink" span.hidden { " " (link.name) } }
                    form method="post" action=(own("/remove")) {
                        p { "Its busy times no longer count here. What was written there stays." }
                        button.danger { "Yes, unlink it" }
                    }
                }
            }
        }
    }
}

fn form(desk: &Desk, choices: &[(&str, &str)], sheet: Sheet<'_>) -> Markup {
    html! {
        form.card.sheet method="post" action=(desk.path("/links")) {
            h2 { "Link a calendar" }
            div.row {
                (sheet.choice("Kind", "kind", "", &KINDS))
                (sheet.choice("For whom", "resourceId", "", choices))
            }
            (sheet.line(Line { label: "Address", name: "url", kind: "url", hint: "iCloud: https://caldav.icloud.com, Fastmail: https://caldav.fastmail.com, or the address of an .ics file", required: true, ..Line::default() }))
            div.row {
                (sheet.line(Line { label: "User", name: "username", longest: Some(320), ..Line::default() }))
                (sheet.line(Line { label: "App password", name: "password", kind: "password", hint: "Made for this alone in your account's security settings", ..Line::default() }))
            }
            (sheet.line(Line { label: "Called here", name: "name", longest: Some(200), ..Line::default() }))
            div.actions { button.primary { "Link it" } }
        }
    }
}

/// `POST /console/:orgId/links`.
pub async fn create(desk: At<CatalogWrite>, fields: Fields) -> Shown {
    match SendFuture::new(make(&desk, &fields)).await {
        Ok((id, true)) => {
            let link = edit::existing(&desk.context, whose(&desk), &id).await?;
            SendFuture::new(edit::sync(&desk.context, &link)).await?;
            Ok(desk.go("/links?done=saved"))
        }
        Ok((id, false)) => Ok(desk.go(&format!("/links/{id}"))),
        Err(problem) => page(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

async fn make(desk: &Desk, fields: &Fields) -> Result<(String, bool), Problem> {
    let wanted = Wanted {
        caldav: fields.get("kind") == "CALDAV",
        url: fields.get("url"),
        username: fields.some("username"),
        password: fields.some("password"),
        calendar: None,
        name: fields.some("name"),
    };
    let prepared = edit::prepare(&desk.context, &wanted).await?;
    let who = (desk.org_id(), desk.person_id, desk.actor.as_str());
    let change = edit::create(&desk.context, who, fields.some("resourceId"), &prepared);
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(edit::no_resource))?;
    Ok((prepared.id, prepared.chosen))
}

/// `GET /console/:orgId/links/:id`: which of the account's calendars.
pub async fn ask(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let link = edit::existing(&desk.context, whose(&desk), &id).await?;
    let found = SendFuture::new(edit::choices(&desk.context, &link)).await?;
    let now = edit::chosen(&desk.context, &link);
    let main = html! {
        form.card.sheet method="post" action=(desk.path(&format!("/links/{id}"))) {
            h2 { "Which calendar of " (link.host) "?" }
            @if found.is_empty() { p { "This account has no calendar that takes events." } }
            div.ticks {
                @for (index, calendar) in found.iter().enumerate() {
                    @let own = format!("calendar-{index}");
                    div.tick {
                        input type="radio" name="calendarUrl" id=(own) value=(calendar.url) checked[now.as_deref() == Some(&calendar.url)];
                        label for=(own) { (calendar.name) }
                    }
                }
            }
            div.actions { button.primary { "Use this calendar" } a.button href=(desk.path("/links")) { "Back" } }
        }
    };
    Ok(desk.show(&Page::new(Section::Links, "Choose a calendar", main)))
}

/// `POST /console/:orgId/links/:id`.
pub async fn change(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let mut link = edit::existing(&desk.context, whose(&desk), &id).await?;
    let patch = Patch { calendar: fields.some("calendarUrl"), ..Patch::default() };
    let change = SendFuture::new(edit::change(&desk.context, &desk.actor, &mut link, &patch)).await?;
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    SendFuture::new(edit::sync(&desk.context, &link)).await?;
    Ok(desk.go("/links?done=saved"))
}

/// `POST /console/:orgId/links/:id/sync`.
pub async fn sync(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let link = edit::existing(&desk.context, whose(&desk), &id).await?;
    SendFuture::new(edit::sync(&desk.context, &link)).await?;
    Ok(desk.go("/links"))
}

/// `POST /console/:orgId/links/:id/remove`.
pub async fn remove(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let link = edit::existing(&desk.context, whose(&desk), &id).await?;
    let change = edit::remove(&desk.context, &desk.actor, &link);
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(desk.go("/links?done=removed"))
}

/// `POST /console/:orgId/links/:id/overwrite`.
pub async fn overwrite(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let link = edit::existing(&desk.context, whose(&desk), &id).await?;
    let booking = fields.get("booking");
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    change.must(write_over(desk.org_id(), &link.public_id, booking));
    change.audit("calendar_link.overwritten", &link.public_id, &json!({ "booking": booking }));
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    SendFuture::new(edit::sync(&desk.context, &link)).await?;
    Ok(desk.go("/links?done=saved"))
}
