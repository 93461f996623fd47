//! What can be busy: a list, and the form for a new one.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::Permission;
use crate::domain::record::Change;
use crate::domain::resource::{rules, store};
use crate::problem::Problem;
use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;
use shared::availability::WeeklyWindow;

/// Resources that a page shows.
const MOST: i64 = 500;

/// Kinds that people set up; stock belongs to add-ons.
const KINDS: [(&str, &str); 6] = [
    ("VEHICLE", "Vehicle or boat"),
    ("GUIDE", "Guide"),
    ("STAFF", "Member of staff"),
    ("ROOM", "Room"),
    ("EQUIPMENT", "Equipment"),
    ("PARTNER", "Partner"),
];

/// What a kind is called.
pub fn kind(kind: &str) -> &'static str {
    KINDS.iter().find(|(code, _)| *code == kind).map_or("Stock", |(_, called)| called)
}

/// `GET /console/:orgId/resources`.
pub async fn list(desk: At<CatalogRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let rows = store::list(desk.org_id(), None, 0, MOST);
    let rows: Vec<store::Resource> = desk.context.database().run(rows).await?.all()?;
    let may_write = desk.may(Permission::CatalogWrite);
    let add = html! {
        @if may_write { a.button.primary href=(desk.path("/resources/new")) { (icon(Icon::Plus)) "Add resource" } }
    };
    let main = html! {
        @if rows.is_empty() {
            (pieces::empty("Nothing can be busy yet", "Boats, guides, rooms and staff limit what can be booked at the same time.", add.clone()))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "How many" } th scope="col" { "Works" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" { a href=(desk.path(&format!("/resources/{}", row.public_id))) { (row.name) } }
                            td data-label="Kind" { (kind(&row.kind)) }
                            td data-label="How many" { (row.units) }
                            td data-label="Works" { (works(row)) }
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
    Ok(desk.show(&Page::new(Section::Resources, "Resources", main).actions(actions).done(asked.some("done"))))
}

fn works(row: &store::Resource) -> String {
    let weekly: Vec<WeeklyWindow> = serde_json::from_str(&row.weekly).unwrap_or_default();
    let mut days: Vec<u8> = weekly.iter().map(|window| window.weekday).collect();
    days.sort_unstable();
    days.dedup();
    match days.len() {
        0 => "Always".to_owned(),
        1 => "1 day a week".to_owned(),
        days => format!("{days} days a week"),
    }
}

/// `GET /console/:orgId/resources/new`.
pub async fn ask(desk: At<CatalogWrite>) -> Shown {
    let fields = Fields::of([("units", "1")]);
    Ok(form(&desk, Sheet { fields: &fields, problem: None }))
}

/// `POST /console/:orgId/resources/new`.
pub async fn create(desk: At<CatalogWrite>, fields: Fields) -> Shown {
    match make(&desk, &fields).await {
        Ok(id) => Ok(desk.go(&format!("/resources/{id}?done=saved"))),
        Err(problem) => Ok(form(&desk, Sheet { fields: &fields, problem: Some(&problem) })),
    }
}

async fn make(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let basics = Basics::read(fields)?;
    let (id, org) = (desk.context.mint("res"), desk.org_id());
    let new = store::New {
        public_id: &id,
        kind: basics.kind,
        name: &basics.name,
        public: basics.public,
        units: basics.units,
        weekly: "[]",
        overrides: "[]",
        email: basics.email.as_deref(),
    };
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::insert(org, &new, desk.context.now()));
    change.audit("resource.created", &id, &json!({ "name": basics.name, "kind": basics.kind, "units": basics.units }));
    change.shows();
    change.commit().await?;
    Ok(id)
}

/// What every resource has.
pub struct Basics {
    /// What sort.
    pub kind: &'static str,
    /// Name.
    pub name: String,
    /// How many at once.
    pub units: u32,
    /// Whether customers may know its name.
    pub public: bool,
    /// Whom to tell.
    pub email: Option<String>,
}

impl Basics {
    /// Reads them from a form.
    pub fn read(fields: &Fields) -> Result<Self, Problem> {
        let known = KINDS.iter().find(|(code, _)| *code == fields.get("kind"));
        let whole = fields.get("units").parse::<u32>();
        Ok(Self {
            name: rules::name(fields.get("name"), "/name")?,
            kind: known.ok_or_else(|| Problem::field("/kind", "invalid_value", "Choose a kind."))?.0,
            units: rules::units(
                whole.map_err(|_| Problem::field("/units", "invalid_value", "A whole number, 0 or more."))?,
                "/units",
            )?,
            public: fields.ticked("public"),
            email: fields.some("email").map(|text| rules::email(text, "/email")).transpose()?,
        })
    }
}

/// Its fields.
pub fn basics(sheet: Sheet<'_>) -> Markup {
    html! {
        (sheet.line(Line { label: "Name", name: "name", required: true, longest: Some(200), ..Line::default() }))
        div.row {
            (sheet.choice("Kind", "kind", "", &KINDS))
            (sheet.line(Line { label: "How many at once", name: "units", kind: "number", required: true, within: (Some("0"), Some("100000")), ..Line::default() }))
        }
        (sheet.line(Line { label: "E-mail", name: "email", kind: "email", hint: "Whoever looks after it hears of changes.", longest: Some(254), ..Line::default() }))
        (sheet.tick("Customers may see its name", "public", "true", "For a therapist that people choose; not for a guide on leave."))
    }
}

fn form(desk: &Desk, sheet: Sheet<'_>) -> Response {
    let main = html! {
        form.card.sheet method="post" action=(desk.path("/resources/new")) {
            (pieces::problem(sheet.problem))
            (basics(sheet))
            div.actions { button.primary { "Add resource" } a.button href=(desk.path("/resources")) { "Cancel" } }
        }
    };
    desk.page(pieces::status(sheet.problem), &Page::new(Section::Resources, "Add resource", main))
}
