//! Calendars on other sites: what is on them, how they look, who may show them; the snippet, and the widget itself.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::Permission;
use crate::domain::calendar::theme::Theme;
use crate::domain::calendar::{self, rules, store};
use crate::domain::desk::store as lists;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::json;

/// Offerings of one kind that can be chosen from.
const MOST_OFFERINGS: i64 = 200;

const KINDS: [&str; 5] = ["TOUR", "EVENT", "APPOINTMENT", "ROOM", "PACKAGE"];

const VIEWS: [(&str, &str); 3] = [("month", "Month"), ("week", "Week"), ("list", "List")];

type Address = Path<(String, String)>;

fn missing() -> Problem {
    Problem::not_found("calendar")
}

/// `GET /console/:orgId/embed`.
pub async fn list(desk: At<CatalogRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let rows = store::list(desk.context.database(), desk.org_id(), 0, rules::MOST_CALENDARS).await?;
    let add = html! {
        @if desk.may(Permission::CatalogWrite) {
            a.button.primary href=(desk.path("/embed/new")) { (icon(Icon::Plus)) "Add calendar" }
        }
    };
    let main = html! {
        @if rows.is_empty() {
            (pieces::empty("No calendar yet", "A calendar shows offerings on your own site with one line of HTML.", add.clone()))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Calendar" } th scope="col" { "Shows" } th scope="col" { "Languages" } th scope="col" { "Page" } } }
                tbody {
                    @for row in &rows {
                        @let offerings: Vec<String> = list_of(&row.offerings);
                        tr {
                            th scope="row" { a href=(desk.path(&format!("/embed/{}", row.public_id))) { (row.name) } }
                            td data-label="Shows" { (offerings.len()) " " (super::agenda::plural(i64::try_from(offerings.len()).unwrap_or(0), "offering")) }
                            td data-label="Languages" { (list_of(&row.languages).join(", ")) }
                            td data-label="Page" { a href={ "/c/" (row.public_id) } { "Open" span.hidden { " the page of " (row.name) } } }
                        }
                    }
                }
            }
        }
    };
    let actions = if rows.is_empty() {
        html! {}
    } else {
        add
    };
    Ok(desk.show(&Page::new(Section::Embed, "Calendars", main).actions(actions).done(asked.some("done"))))
}

fn list_of(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// `GET /console/:orgId/embed/new`.
pub async fn ask(desk: At<CatalogWrite>) -> Shown {
    let fields = Fields::of([("view", "month"), ("languages", desk.overview.locale.as_str())]);
    new_form(&desk, Sheet { fields: &fields, problem: None }).await
}

/// `POST /console/:orgId/embed/new`.
pub async fn create(desk: At<CatalogWrite>, fields: Fields) -> Shown {
    match make(&desk, &fields).await {
        Ok(id) => Ok(desk.go(&format!("/embed/{id}?done=saved"))),
        Err(problem) => new_form(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

/// What a form says of a calendar, checked.
struct Wanted {
    name: String,
    view: &'static str,
    languages: String,
    origins: String,
    offerings: String,
    accent: Option<String>,
}

impl Wanted {
    async fn read(desk: &Desk, fields: &Fields) -> Result<Self, Problem> {
        let words = |name: &str| -> Vec<String> {
            let split = |sign: char| sign.is_whitespace() || sign == ',';
            fields.get(name).split(split).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let view = VIEWS.iter().find(|(view, _)| *view == fields.get("view"));
        Ok(Self {
            name: rules::name(fields.get("name"))?,
            view: view.map_or("month", |(view, _)| view),
            languages: rules::languages(&words("languages"))?,
            origins: rules::origins(&words("origins"))?,
            offerings: calendar::own_offerings(&desk.context, desk.org_id(), fields.all("offerings")).await?,
            accent: fields.some("theme/accent").map(str::to_owned),
        })
    }

    /// A theme with this accent; the rest of it stays.
    fn theme(&self, kept: &str) -> Result<String, Problem> {
        let theme = Theme { accent: self.accent.clone(), ..Theme::read(kept) }.checked()?;
        serde_json::to_string(&theme).map_err(Problem::internal)
    }
}

async fn make(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let wanted = Wanted::read(desk, fields).await?;
    let theme = wanted.theme("{}")?;
    let (id, org) = (desk.context.mint("cal"), desk.org_id());
    let new = store::New {
        public_id: &id,
        name: &wanted.name,
        view: wanted.view,
        languages: &wanted.languages,
        origins: &wanted.origins,
        theme: &theme,
        submissions: fields.ticked("submissions"),
    };
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::insert(org, &new, rules::MOST_CALENDARS, desk.context.now()));
    store::list_offerings(org, &id, &wanted.offerings).into_iter().for_each(|statement| change.add(statement));
    change.audit("calendar.created", &id, &json!({ "name": wanted.name }));
    let too_many = || Problem::new(Code::Conflict).because("too_many").detail("There are 100 calendars already.");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(too_many))?;
    Ok(id)
}

/// `GET /console/:orgId/embed/:id`.
pub async fn show(desk: At<CatalogRead>, Path((_, id)): Address, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let row = store::find(desk.context.database(), desk.org_id(), &id).await?.ok_or_else(missing)?;
    let mut pairs = vec![
        ("name", row.name.clone()),
        ("view", row.view.clone()),
        ("languages", list_of(&row.languages).join(", ")),
        ("origins", list_of(&row.origins).join("\n")),
    ];
    pairs.extend(Theme::read(&row.theme).accent.map(|accent| ("theme/accent", accent)));
    pairs.extend((row.submissions != 0).then(|| ("submissions", "true".to_owned())));
    pairs.extend(list_of(&row.offerings).into_iter().map(|id| ("offerings", id)));
    let fields = Fields::of(pairs);
    page(&desk, &row, Sheet { fields: &fields, problem: None }, asked.some("done")).await
}

/// `POST /console/:orgId/embed/:id`.
pub async fn change(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let row = store::find(desk.context.database(), desk.org_id(), &id).await?.ok_or_else(missing)?;
    match save(&desk, &row, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/embed/{id}?done=saved"))),
        Err(problem) => page(&desk, &row, Sheet { fields: &fields, problem: Some(&problem) }, None).await,
    }
}

async fn save(desk: &Desk, row: &store::Row, fields: &Fields) -> Result<(), Problem> {
    let wanted = Wanted::read(desk, fields).await?;
    let theme = wanted.theme(&row.theme)?;
    let changed = store::Changed {
        name: Some(&wanted.name),
        view: Some(wanted.view),
        languages: Some(&wanted.languages),
        origins: Some(&wanted.origins),
        theme: Some(&theme),
        submissions: Some(fields.ticked("submissions")),
    };
    let (org, id) = (desk.org_id(), row.public_id.as_str());
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::update(org, id, &changed, desk.context.now()));
    store::list_offerings(org, id, &wanted.offerings).into_iter().for_each(|statement| change.add(statement));
    change.audit("calendar.changed", id, &json!({ "name": wanted.name }));
    change.shows();
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(())
}

/// `POST /console/:orgId/embed/:id/remove`.
pub async fn remove(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    change.must(store::archive(desk.org_id(), &id, desk.context.now()));
    change.audit("calendar.removed", &id, &json!({}));
    change.shows();
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(desk.go("/embed?done=removed"))
}

/// What can be put on a calendar.
async fn offerings(desk: &Desk) -> Result<Vec<lists::Offering>, Problem> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.extend(lists::offerings(desk.context.database(), desk.org_id(), kind, 0, MOST_OFFERINGS).await?);
    }
    Ok(all)
}

async fn new_form(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let offerings = offerings(desk).await?;
    let main = html! {
        form.card.sheet method="post" action=(desk.path("/embed/new")) {
            (pieces::problem(sheet.problem))
            (fields_of_calendar(sheet, &offerings))
            div.actions { button.primary { "Add calendar" } a.button href=(desk.path("/embed")) { "Cancel" } }
        }
    };
    Ok(desk.page(pieces::status(sheet.problem), &Page::new(Section::Embed, "Add calendar", main)))
}

fn fields_of_calendar(sheet: Sheet<'_>, offerings: &[lists::Offering]) -> Markup {
    html! {
        (sheet.line(Line { label: "Name", name: "name", required: true, longest: Some(100), ..Line::default() }))
        fieldset {
            legend { "What is on it?" }
            (sheet.errors("offerings"))
            @if offerings.is_empty() { p.quiet { "There are no offerings yet." } }
            div.ticks {
                @for offering in offerings {
                    @let hint = if offering.status == "PUBLISHED" { "" } else { "A draft: guests see it once it is published." };
                    (sheet.tick(&offering.name, "offerings", &offering.public_id, hint))
                }
            }
        }
        div.row {
            (sheet.choice("Opens as", "view", "", &VIEWS))
            (sheet.line(Line { label: "Languages", name: "languages", hint: "Such as en, de. The first is the usual one.", required: true, ..Line::default() }))
            (sheet.line(Line { label: "Accent colour", name: "theme/accent", hint: "Such as #0b6e8f.", longest: Some(7), ..Line::default() }))
        }
        (sheet.text("Sites that may show it", "origins", "One a line, such as https://www.example.com. None means any.", 3, 4_000))
        (sheet.tick("Visitors may hand in events", "submissions", "true", "They confirm by e-mail; staff decide."))
    }
}

/// Its place on the page while the script is on its way, at any width: nothing moves when it comes. The sizes are the widget's.
const PLACE: &str = "display: block; height: 0; padding-bottom: clamp(622px, (680px - 100%) * 999, 940px)";

async fn page(desk: &Desk, row: &store::Row, sheet: Sheet<'_>, done: Option<&str>) -> Shown {
    let offerings = offerings(desk).await?;
    let (id, origin) = (row.public_id.as_str(), desk.context.origin());
    let snippet = format!(
        "<script async src=\"{origin}/embed.js\"></script>\n<daymark-calendar calendar=\"{id}\"\n  style=\"{PLACE}\"></daymark-calendar>"
    );
    let own = |rest: &str| desk.path(&format!("/embed/{id}{rest}"));
    let main = html! {
        section.card aria-labelledby="snippet-title" {
            h2 #snippet-title { "On your own page" }
            p { "Paste this where the calendar should be." }
            (pieces::copyable("snippet", &snippet))
            p { "Without a page of your own, send people to " a href={ "/c/" (id) } { (origin) "/c/" (id) } "." }
        }
        section.card aria-labelledby="preview-title" {
            h2 #preview-title { "As guests see it" }
            div.stage {
                daymark-calendar calendar=(id) { p { a href={ "/c/" (id) } { "Open the calendar’s own page" } } }
            }
            script async src="/embed.js" {}
        }
        @if desk.may(Permission::CatalogWrite) {
            section.card.sheet {
                form method="post" action=(own("")) {
                    h2 { "Change it" }
                    (pieces::problem(sheet.problem))
                    (fields_of_calendar(sheet, &offerings))
                    div.actions { button.primary { "Save" } }
                }
                details.sure {
                    summary.button.danger { "Remove" }
                    form method="post" action=(own("/remove")) {
                        p { "Its page and its place on other sites stay empty. Offerings and bookings stay." }
                        button.danger { "Yes, remove it" }
                    }
                }
            }
        }
    };
    let mut page = Page::new(Section::Embed, &row.name, main).done(done);
    page.widget = true;
    Ok(desk.page(pieces::status(sheet.problem), &page))
}
