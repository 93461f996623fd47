//! What is sold: a list, and an editor whose preview is the engine's own word on what is in the form.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::{offering_form, pieces};
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::Permission;
use crate::domain::catalog::edit::add_on;
use crate::domain::catalog::edit::draft::{Draft, Status};
use crate::domain::catalog::edit::offering::{self, Kept, Named, OrgNames};
use crate::domain::catalog::edit::preview::{self, Asked};
use crate::domain::catalog::edit::way::Force;
use crate::domain::catalog::edit::{draft, store};
use crate::domain::desk::store as lists;
use crate::domain::resource::store as resources;
use crate::pages::manage::by_date;
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use shared::availability::{Ask, Kind, SlotStatus};
use shared::id::OfferingId;
use shared::pricing::BasePrice;

/// Offerings of one kind that the list shows, and add-ons that a form does.
const MOST: i64 = 200;

/// Resources to choose from.
const MOST_RESOURCES: i64 = 500;

/// Venue dates of the preview.
const DAYS: i32 = 14;

/// Starts that the preview shows of a date.
const MOST_STARTS: usize = 12;

const KINDS: [(&str, Kind, &str, &str); 5] = [
    ("TOUR", Kind::Tour, "Tour", "Fixed departures with seats, such as a boat trip."),
    ("EVENT", Kind::Event, "Event", "A public happening, with places or free."),
    ("APPOINTMENT", Kind::Appointment, "Appointment", "One guest at any free time with somebody of a team."),
    ("ROOM", Kind::Room, "Room", "A room that one group has for itself."),
    ("PACKAGE", Kind::Package, "Rental or package", "Something for some hours or days."),
];

type Address = Path<(String, String)>;

fn missing() -> Problem {
    Problem::not_found("offering")
}

/// The kind that an id tells.
fn kind_of(id: &str) -> Result<Kind, Problem> {
    let kinds = KINDS.iter().map(|(_, kind, _, _)| *kind);
    kinds.into_iter().find(|kind| id.split('_').next() == Some(draft::prefix(*kind))).ok_or_else(missing)
}

/// `GET /console/:orgId/offerings`.
pub async fn list(desk: At<CatalogRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let mut groups = Vec::new();
    for (word, _, called, _) in KINDS {
        let rows = lists::offerings(desk.context.database(), desk.org_id(), word, 0, MOST).await?;
        groups.push((called, rows));
    }
    let add = html! {
        @if desk.may(Permission::CatalogWrite) {
            a.button.primary href=(desk.path("/offerings/new")) { (icon(Icon::Plus)) "Add offering" }
        }
    };
    let main = html! {
        @if groups.iter().all(|(_, rows)| rows.is_empty()) {
            (pieces::empty("Nothing is sold yet", "A first offering takes a name, a schedule and a price.", add.clone()))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Offering" } th scope="col" { "Kind" } th scope="col" { "There are" } th scope="col" { "State" } } }
                tbody {
                    @for (called, rows) in &groups {
                        @for row in rows {
                            tr {
                                th scope="row" {
                                    a href=(desk.path(&format!("/offerings/{}", row.public_id))) { (row.name) }
                                    @if let Some(summary) = &row.summary { small.quiet { (summary) } }
                                }
                                td data-label="Kind" { (called) }
                                td data-label="There are" { (there_are(row)) }
                                td data-label="State" { (status(&row.status)) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(desk.show(&Page::new(Section::Offerings, "Offerings", main).actions(add).done(asked.some("done"))))
}

fn there_are(row: &lists::Offering) -> String {
    let units = row.capacity_units.unwrap_or(0);
    match row.capacity_kind.as_str() {
        "seats" => format!("{units} seats"),
        "groups" => format!("{units} at a time"),
        "perDay" => format!("{units} a day"),
        _ => "As resources allow".to_owned(),
    }
}

fn status(status: &str) -> Markup {
    html! {
        @match status {
            "PUBLISHED" => { span.pill.good { "On sale" } }
            "ARCHIVED" => { span.pill { "Put away" } }
            _ => { span.pill { "Draft" } }
        }
    }
}

/// `GET /console/:orgId/offerings/new`: what kind, then the form.
pub async fn ask_new(desk: At<CatalogWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let Some((word, kind, _, _)) = KINDS.iter().find(|(word, _, _, _)| *word == asked.get("kind")) else {
        let main = html! {
            ul.choices {
                @for (word, _, called, means) in KINDS {
                    li {
                        a href=(desk.path(&format!("/offerings/new?kind={word}"))) {
                            span { strong { (called) } small { (means) } } (icon(Icon::Later))
                        }
                    }
                }
            }
        };
        return Ok(desk.show(&Page::new(Section::Offerings, "What do you offer?", main)));
    };
    let empty = empty(&desk, *kind)?;
    let today = desk.wording.date_of(desk.context.now());
    let mut pairs = offering_form::fields_of(&empty, desk.overview.currency).pairs();
    pairs.extend([("kind".to_owned(), (*word).to_owned()), ("schedule/rules/0/from".to_owned(), today.to_string())]);
    editor(&desk, &Fields::of(pairs), None, None, None, &Fields::default()).await
}

fn empty(desk: &Desk, kind: Kind) -> Result<Draft, Problem> {
    let id = OfferingId::parse(&desk.context.mint(draft::prefix(kind)));
    id.and_then(|id| Draft::of(kind, id)).ok_or_else(|| Problem::internal("an offering without an id"))
}

/// Resources and add-ons that the form names, to be looked up with the rest.
fn named(fields: &Fields) -> Named {
    let resources: Vec<String> = fields
        .pairs()
        .into_iter()
        .filter(|(name, _)| name.starts_with("requirements/") && name.ends_with("/anyOf"))
        .map(|(_, id)| id)
        .collect();
    let list = |ids: &[String]| serde_json::to_string(ids).unwrap_or_default();
    Named { resources: list(&resources), add_ons: list(fields.all("addOns")) }
}

/// `POST /console/:orgId/offerings/new`.
pub async fn create(desk: At<CatalogWrite>, fields: Fields) -> Shown {
    let kind = KINDS.iter().find(|(word, _, _, _)| *word == fields.get("kind")).map(|(_, kind, _, _)| *kind);
    let kind = kind.ok_or_else(missing)?;
    if fields.get("step") == "preview" {
        return editor(&desk, &fields, None, None, None, &Fields::default()).await;
    }
    let made = async {
        let by = offering::Desk { org: desk.org_id(), actor: &desk.actor };
        let names = OrgNames { id: &desk.org.public_id, name: &desk.overview.name };
        let currency = desk.overview.currency;
        let edit = |draft: Draft, _: &_| offering_form::apply(draft, &fields, currency);
        let empty = empty(&desk, kind)?;
        let (change, written) = offering::create(&desk.context, by, names, empty, &named(&fields), edit).await?;
        change.commit().await?;
        Ok::<_, Problem>(written.kept.draft.id.as_str().to_owned())
    };
    match made.await {
        Ok(id) => Ok(desk.go(&format!("/offerings/{id}?done=saved"))),
        Err(problem) => editor(&desk, &fields, None, None, Some(&problem), &Fields::default()).await,
    }
}

async fn kept(desk: &Desk, id: &str) -> Result<Kept, Problem> {
    let row: Option<store::Row> =
        desk.context.database().run(store::find(desk.org_id(), id, kind_of(id)?)).await?.first()?;
    Ok(Kept::of(&row.ok_or_else(missing)?)?)
}

/// `GET /console/:orgId/offerings/:id`.
pub async fn show(desk: At<CatalogRead>, Path((_, id)): Address, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let kept = kept(&desk, &id).await?;
    let fields = offering_form::fields_of(&kept.draft, desk.overview.currency);
    editor(&desk, &fields, Some(&id), Some(&kept), None, &Fields::of(asked)).await
}

/// `POST /console/:orgId/offerings/:id`: saves, publishes, takes off sale, or shows what it would come to.
pub async fn change(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let standing = kept(&desk, &id).await?;
    let step = fields.get("step").to_owned();
    if step == "preview" {
        return editor(&desk, &fields, Some(&id), Some(&standing), None, &Fields::default()).await;
    }
    let currency = desk.overview.currency;
    let edit = |draft: Draft, _: &_| {
        let mut draft = offering_form::apply(draft, &fields, currency)?;
        draft.status = match step.as_str() {
            "publish" => Status::Published,
            "unpublish" => Status::Draft,
            _ => draft.status,
        };
        Ok(draft)
    };
    let force = match fields.get("force") {
        "cancel" => Force::Cancel,
        "move" => Force::Move,
        "keep" => Force::Keep,
        _ => Force::Refuse,
    };
    let by = offering::Desk { org: desk.org_id(), actor: &desk.actor };
    let outcome = offering::change(&desk.context, by, (kind_of(&id)?, &id), &named(&fields), force, edit).await;
    match outcome {
        Ok(_) => Ok(desk.go(&format!("/offerings/{id}?done=saved"))),
        Err(problem) => editor(&desk, &fields, Some(&id), Some(&standing), Some(&problem), &Fields::default()).await,
    }
}

/// `POST /console/:orgId/offerings/:id/remove`.
pub async fn remove(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let by = offering::Desk { org: desk.org_id(), actor: &desk.actor };
    offering::remove(&desk.context, by, (kind_of(&id)?, &id)).await?;
    Ok(desk.go("/offerings?done=removed"))
}

async fn editor(
    desk: &Desk,
    fields: &Fields,
    id: Option<&str>,
    standing: Option<&Kept>,
    problem: Option<&Problem>,
    asked: &Fields,
) -> Shown {
    let sheet = Sheet { fields, problem };
    let org = desk.org_id();
    let lists = vec![resources::list(org, None, 0, MOST_RESOURCES), add_on::store::list(org, 0, MOST)];
    let mut lists = desk.context.database().batch(lists).await?;
    let (rows, sold_with): (Vec<resources::Resource>, Vec<_>) = (lists.all()?, lists.all()?);
    let may_write = desk.may(Permission::CatalogWrite);
    let base = standing.map_or(&[][..], |kept| kept.draft.tariff.base.as_slice());
    let priced = matches!(base, [] | [BasePrice::PerParty(_)]);
    let published = standing.is_some_and(|kept| kept.draft.status == Status::Published);
    let action = id.map_or_else(|| desk.path("/offerings/new"), |id| desk.path(&format!("/offerings/{id}")));
    let in_the_way = problem.is_some_and(|problem| problem.cause() == "bookings_in_the_way");
    let main = html! {
        @if let Some(kept) = standing { p.lead { (status(kept.draft.status.as_str())) } }
        (pieces::problem_all(problem))
        form.columns.editor method="post" action=(action) data-live="preview" {
            input type="hidden" name="kind" value=(fields.get("kind"));
            div { (offering_form::draw(sheet, &rows, &sold_with, priced)) }
            div.beside {
                section.card #preview aria-labelledby="preview-title" aria-live="polite" {
                    h2 #preview-title { "What it comes to" }
                    (looked_at(desk, fields, id).await)
                    button.small name="step" value="preview" formnovalidate { "Preview" }
                }
                @if may_write {
                    @if in_the_way {
                        (sheet.choice("Bookings in the way", "force", "", &[("", "Do not change it"), ("keep", "Keep them as they are"), ("move", "Move them to the nearest start with room"), ("cancel", "Cancel them by their policy")]))
                    }
                    div.actions {
                        button.primary name="step" value="save" { @if id.is_some() { "Save" } @else { "Save as a draft" } }
                        @if id.is_some() && published { button name="step" value="unpublish" { "Take off sale" } }
                        @if id.is_some() && !published { button name="step" value="publish" { "Publish" } }
                    }
                }
            }
        }
        @if let Some(id) = id.filter(|_| may_write) {
            details.sure {
                summary.button.danger { "Put away" }
                form method="post" action=(desk.path(&format!("/offerings/{id}/remove"))) {
                    p { "It is not sold any more. What was booked stays." }
                    button.danger { "Yes, put it away" }
                }
            }
        }
    };
    let title = fields.some("name").unwrap_or("New offering");
    let page = Page::new(Section::Offerings, title, main).done(asked.some("done"));
    Ok(desk.page(pieces::status(problem), &page))
}

/// The engine's word on what is in the form.
async fn looked_at(desk: &Desk, fields: &Fields, id: Option<&str>) -> Markup {
    let currency = desk.overview.currency;
    let found = async {
        let kind = match id {
            Some(id) => kind_of(id)?,
            None => KINDS.iter().find(|(word, _, _, _)| *word == fields.get("kind")).ok_or_else(missing)?.1,
        };
        let standing = id.map(|id| (kind, id));
        let asked = Asked { from: None, days: DAYS, ask: Ask::default() };
        let edit = |draft: Draft, _: &_| offering_form::apply(draft, fields, currency);
        let empty = empty(desk, kind)?;
        preview::preview(&desk.context, desk.org_id(), empty, standing, &named(fields), &asked, edit).await
    };
    let found = match found.await {
        Ok(found) => found,
        Err(problem) => {
            return html! {
                p.quiet { "Nothing to show yet:" }
                ul.lacks { @for error in problem.fields() { li { (error.message) } } }
                @if problem.fields().is_empty() { @if let Some(detail) = problem.detail_text() { p.quiet { (detail) } } }
            };
        }
    };
    let slots: Vec<_> = found.slots.iter().map(|priced| priced.slot.clone()).collect();
    let zone = desk.wording.zone(desk.context.now());
    let open = slots.iter().filter(|slot| slot.status.bookable()).count();
    html! {
        p { strong { (open) } " bookable starts in the next two weeks." }
        @if !found.warnings.is_empty() {
            p.quiet { "Before it can be published:" }
            ul.lacks { @for warning in &found.warnings { li { (warning.message) } } }
        }
        @for (date, of_day) in by_date(&zone, &slots) {
            div.look {
                h3 { (desk.wording.short_date(date)) }
                ul {
                    @for slot in of_day.iter().take(MOST_STARTS) {
                        @let price = found.slots.iter().find(|one| one.slot.starts_at == slot.starts_at).and_then(|one| one.from);
                        li.free[slot.status.bookable()].gone[!slot.status.bookable()] {
                            (desk.wording.time(slot.starts_at))
                            @if let Some(price) = price { small { (desk.wording.money_in(price.amount, price.currency)) } }
                            @if slot.status == SlotStatus::SoldOut { small { "full" } } @else if slot.status == SlotStatus::Closed { small { "closed" } }
                        }
                    }
                    @let more = of_day.len().saturating_sub(MOST_STARTS);
                    @if more > 0 { li { "and " (more) " more" } }
                }
            }
        }
    }
}
