//! All bookings: to search, to narrow down, to page through, to take along.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::BookingsRead;
use crate::domain::desk::store::{self, After, Booking, Filter, Item, Order};
use axum::extract::Query;
use maud::{Markup, html};
use shared::booking::State;
use shared::civil::Date;
use shared::money::Currency;
use shared::zone::Instant;
use url::form_urlencoded;

/// Bookings on a page.
const LIMIT: i64 = 25;

/// States that a list can be narrowed down to.
const STATES: [(&str, &str); 9] = [
    ("", "Any state"),
    ("AWAITING_APPROVAL", "Waiting for approval"),
    ("CONFIRMED", "Confirmed"),
    ("COMPLETED", "Completed"),
    ("CANCELLED", "Cancelled"),
    ("REJECTED", "Declined"),
    ("REFUNDED", "Refunded"),
    ("EXPIRED", "Expired"),
    ("PENDING", "Held"),
];

/// `GET /console/:orgId/bookings`.
pub async fn list(desk: At<BookingsRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let fields = Fields::of(asked);
    let day = |name: &str, later: i32| -> Option<i64> {
        let date = Date::parse(fields.get(name))?.plus_days(later);
        let around = Instant(i64::from(date.days_since_epoch()).saturating_mul(86_400));
        Some(desk.wording.zone(around).day(date).starts_at.0)
    };
    let states: Vec<&str> = fields.some("status").filter(|state| State::parse(state).is_some()).into_iter().collect();
    let filter = Filter {
        states: &states,
        offering: fields.some("offering"),
        resource: None,
        from: day("from", 0),
        to: day("to", 1),
        customer: fields.some("customer"),
        words: fields.some("q"),
        kind: None,
        reference: fields.some("ref"),
    };
    let after = fields.get("before").parse().ok().map(|by| After { by, id: 0 });
    let wanted = LIMIT.saturating_add(1);
    let order = (Order::Created, after);
    let mut rows = store::bookings(desk.context.database(), desk.org_id(), &filter, order, wanted).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(25);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(|last| desk.path(&format!("/bookings?{}", query(&fields, last.id))));
    let main = html! {
        (narrow(&desk, &fields))
        @if rows.is_empty() {
            (pieces::empty("No bookings here", "No booking fits what you are looking for.", html! {
                a.button href=(desk.path("/bookings")) { "Show all bookings" }
            }))
        } @else {
            (table(&desk, &rows))
            (pieces::more(next.as_deref()))
        }
    };
    let file = format!("/api/orgs/{}/bookings?format=csv&{}", desk.org.public_id, same(&fields, &NAMES));
    let actions = html! { a.button href=(file) download="bookings.csv" { "Save as CSV" } };
    Ok(desk.show(&Page::new(Section::Bookings, "Bookings", main).actions(actions).done(fields.some("done"))))
}

/// Names of the search, as the API has them too.
const NAMES: [&str; 6] = ["q", "status", "offering", "from", "to", "customer"];

/// The same search as part of an address.
fn same(fields: &Fields, names: &[&str]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in names {
        if let Some(value) = fields.some(name) {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// The same search, from another row on.
fn query(fields: &Fields, before: i64) -> String {
    let search = same(fields, &NAMES);
    format!("{search}&before={before}")
}

fn narrow(desk: &Desk, fields: &Fields) -> Markup {
    let sheet = Sheet { fields, problem: None };
    html! {
        form.narrow method="get" action=(desk.path("/bookings")) role="search" {
            (sheet.line(Line { label: "Name, number, e-mail, phone", name: "q", kind: "search", ..Line::default() }))
            (sheet.choice("State", "status", "", &STATES))
            (sheet.line(Line { label: "From", name: "from", kind: "date", ..Line::default() }))
            (sheet.line(Line { label: "To", name: "to", kind: "date", ..Line::default() }))
            button { "Show" }
        }
    }
}

/// Bookings as a table; on a phone each is a card.
pub fn table(desk: &Desk, rows: &[Booking]) -> Markup {
    html! {
        table.list {
            thead {
                tr {
                    th scope="col" { "Who" }
                    th scope="col" { "What" }
                    th scope="col" { "When" }
                    th scope="col" { "State" }
                    th.amount scope="col" { "Price" }
                }
            }
            tbody { @for row in rows { (line(desk, row)) } }
        }
    }
}

fn line(desk: &Desk, row: &Booking) -> Markup {
    let items: Vec<Item> = serde_json::from_str(&row.items).unwrap_or_default();
    let first = items.first();
    let others = items.len().saturating_sub(1);
    html! {
        tr {
            th scope="row" {
                a href=(desk.path(&format!("/bookings/{}", row.public_id))) {
                    (row.contact_name.as_deref().unwrap_or("Somebody deciding"))
                }
                small.quiet { (row.number.as_deref().unwrap_or("Hold")) }
            }
            td data-label="What" { @if let Some(item) = first { (item.name) } @if others > 0 { " and " (others) " more" } }
            td data-label="When" {
                @if let Some(item) = first {
                    (desk.wording.plain_date(desk.wording.date_of(Instant(item.starts_at)))) ", "
                    (desk.wording.time(Instant(item.starts_at)))
                }
            }
            td data-label="State" { (pieces::state(&row.state)) }
            td.amount data-label="Price" {
                @if let Some(currency) = Currency::parse(&row.currency) { (desk.wording.money_in(row.total, currency)) }
            }
        }
    }
}
