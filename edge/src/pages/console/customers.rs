//! Who has booked: a list to search, and one of them with all their bookings; to be changed, or to be forgotten.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::permission::Permission;
use crate::domain::booking::order::{Contact, optional_text};
use crate::domain::customer::{self, store::Customer};
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::html;
use shared::zone::Instant;

/// Customers on a page.
const LIMIT: i64 = 50;

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

type Address = Path<(String, String)>;

/// `GET /console/:orgId/customers`.
pub async fn list(desk: At<BookingsRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let before = asked.get("before").parse().unwrap_or(NEWEST);
    let words = asked.some("q");
    let mut rows = customer::list(&desk.context, desk.org_id(), before, words, LIMIT.saturating_add(1)).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(50);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let search: String = url::form_urlencoded::byte_serialize(asked.get("q").as_bytes()).collect();
    let next = rows.last().filter(|_| more);
    let next = next.map(|last| desk.path(&format!("/customers?q={search}&before={}", last.id)));
    let sheet = Sheet { fields: &asked, problem: None };
    let main = html! {
        form.narrow.short method="get" action=(desk.path("/customers")) role="search" {
            (sheet.line(Line { label: "Name, e-mail, phone", name: "q", kind: "search", ..Line::default() }))
            button { "Show" }
        }
        @if rows.is_empty() {
            (pieces::empty("Nobody here", "Whoever books is written down here.", html! {}))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Who" } th scope="col" { "Phone" } th scope="col" { "Bookings" } th scope="col" { "Last here" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" {
                                a href=(desk.path(&format!("/customers/{}", row.public_id))) { (row.name) }
                                small.quiet { (row.email) }
                            }
                            td data-label="Phone" { (row.phone.as_deref().unwrap_or("–")) }
                            td data-label="Bookings" { (row.bookings) }
                            td data-label="Last here" {
                                @match row.last_ends_at {
                                    Some(at) => { (desk.wording.plain_date(desk.wording.date_of(Instant(at)))) }
                                    None => { "–" }
                                }
                            }
                        }
                    }
                }
            }
            (pieces::more(next.as_deref()))
        }
    };
    Ok(desk.show(&Page::new(Section::Customers, "Customers", main).done(asked.some("done"))))
}

/// `GET /console/:orgId/customers/:id`.
pub async fn show(desk: At<BookingsRead>, Path((_, id)): Address, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    page(&desk, &id, None, Fields::of(asked).some("done")).await
}

async fn page(desk: &Desk, id: &str, wrong: Option<Sheet<'_>>, done: Option<&str>) -> Shown {
    let (customer, bookings) = customer::with_bookings(&desk.context, desk.org_id(), id).await?;
    let kept = Fields::of([
        ("name", customer.name.clone()),
        ("email", customer.email.clone()),
        ("phone", customer.phone.clone().unwrap_or_default()),
        ("note", customer.note.clone().unwrap_or_default()),
    ]);
    let sheet = wrong.unwrap_or(Sheet { fields: &kept, problem: None });
    let own = |rest: &str| desk.path(&format!("/customers/{id}{rest}"));
    let main = html! {
        p.lead { a href={ "mailto:" (customer.email) } { (customer.email) } @if let Some(phone) = &customer.phone { a href={ "tel:" (phone) } { (phone) } } }
        (pieces::problem(sheet.problem))
        section.card aria-labelledby="bookings" {
            h2 #bookings { "Bookings" }
            @if bookings.is_empty() { p.quiet { "None yet." } }
            ul.rows {
                @for (row, items) in &bookings {
                    li {
                        div {
                            p { a href=(desk.path(&format!("/bookings/{}", row.public_id))) { (items.first().map_or("Booking", |item| item.name.as_str())) } }
                            p.quiet { @if let Some(item) = items.first() { (desk.wording.moment(Instant(item.starts_at))) } " · " (desk.wording.money_in(row.total, row.currency)) }
                        }
                        (pieces::state(&row.state))
                    }
                }
            }
        }
        @if desk.may(Permission::BookingsWrite) && customer.erased_at.is_none() {
            section.card.sheet {
                form method="post" action=(own("")) {
                    h2 { "About them" }
                    (sheet.line(Line { label: "Name", name: "name", required: true, longest: Some(200), ..Line::default() }))
                    div.row {
                        (sheet.line(Line { label: "E-mail", name: "email", kind: "email", required: true, longest: Some(254), ..Line::default() }))
                        (sheet.line(Line { label: "Phone", name: "phone", kind: "tel", longest: Some(40), ..Line::default() }))
                    }
                    (sheet.text("Note among the staff", "note", "They never see it.", 2, 2_000))
                    div.actions { button.primary { "Save" } }
                }
                details.sure {
                    summary.button.danger { "Forget this person" }
                    form method="post" action=(own("/forget")) {
                        p { "Name, address, phone and notes are taken out everywhere. What was booked and paid stays, without them. It cannot be undone." }
                        button.danger { "Yes, forget them" }
                    }
                }
            }
        }
    };
    let page = Page::new(Section::Customers, &customer.name, main).done(done);
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

/// `POST /console/:orgId/customers/:id`.
pub async fn change(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    match save(&desk, &id, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/customers/{id}?done=saved"))),
        Err(problem) => page(&desk, &id, Some(Sheet { fields: &fields, problem: Some(&problem) }), None).await,
    }
}

async fn save(desk: &Desk, id: &str, fields: &Fields) -> Result<(), Problem> {
    let before = customer::read(&desk.context, desk.org_id(), id).await?;
    let phone = fields.some("phone").map(str::to_owned);
    // The form has one person only, so their fields have no name before them.
    let contact = Contact::parse(fields.get("name"), fields.get("email"), phone).map_err(|problem| {
        let renamed = Problem::new(problem.code());
        problem.fields().iter().fold(renamed, |renamed, fault| {
            renamed.and_field(fault.pointer.replace("/customer", ""), &fault.code, fault.message.clone())
        })
    })?;
    let note = optional_text(fields.some("note").map(str::to_owned), "/note", 2_000)?;
    let after = Customer { name: contact.name, email: contact.email, phone: contact.phone, note, ..before.clone() };
    let changed = [
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("phone", before.phone != after.phone),
        ("note", before.note != after.note),
    ];
    let changed: Vec<&str> = changed.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    customer::change(&desk.context, &desk.actor, &after, &changed).await
}

/// `POST /console/:orgId/customers/:id/forget`.
pub async fn forget(desk: At<BookingsWrite>, Path((_, id)): Address) -> Shown {
    let forgotten = async {
        let change = customer::forgetting(&desk.context, &desk.actor, desk.org_id(), &id).await?;
        change.commit().await.map(|_| ()).map_err(Problem::from)
    };
    match forgotten.await {
        Ok(()) => Ok(desk.go("/customers?done=forgotten")),
        Err(problem) => {
            let fields = Fields::default();
            page(&desk, &id, Some(Sheet { fields: &fields, problem: Some(&problem) }), None).await
        }
    }
}
