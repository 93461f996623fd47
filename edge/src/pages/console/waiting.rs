//! Who waits for seats that are taken: in the order in which they came, and what was offered to whom.

use super::booking::came_from;
use super::desk::{At, Shown};
use super::form::Fields;
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::permission::Permission;
use crate::domain::booking::source::Source;
use crate::domain::waiting::{self, store};
use axum::extract::{Path, Query};
use maud::html;
use shared::party::Party;
use shared::zone::Instant;

/// Entries that the page shows.
const MOST: i64 = 200;

/// `GET /console/:orgId/waiting`.
pub async fn list(desk: At<BookingsRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let rows: Vec<store::Entry> =
        desk.context.database().run(store::list(desk.org_id(), 0, None, None, MOST)).await?.all()?;
    let main = html! {
        @if rows.is_empty() {
            (pieces::empty("Nobody waits", "Guests can wait for a departure that is full. Whoever came first is offered seats that come free.", html! {}))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Who" } th scope="col" { "For" } th scope="col" { "Guests" } th scope="col" { "State" } th scope="col" { span.hidden { "Actions" } } } }
                tbody {
                    @for row in &rows {
                        @let party: Party = serde_json::from_str(&row.party).unwrap_or_default();
                        tr {
                            th scope="row" {
                                (row.name) small.quiet { (row.email) }
                                @if let Some(source) = Source::stored(row.source.as_deref()) { (came_from(&source)) }
                            }
                            td data-label="For" { (row.offering_name) small { (desk.wording.moment(Instant(row.starts_at))) } }
                            td data-label="Guests" { (party.guests()) }
                            td data-label="State" {
                                @match row.offer_until {
                                    Some(until) => { span.pill.wait { "Offered until " (desk.wording.moment(Instant(until))) } }
                                    None => { span.pill { "Waiting" } }
                                }
                            }
                            td {
                                @if desk.may(Permission::BookingsWrite) {
                                    form method="post" action=(desk.path(&format!("/waiting/{}/remove", row.public_id))) {
                                        button.small { "Remove" span.hidden { " " (row.name) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(desk.show(&Page::new(Section::Waiting, "Waiting list", main).done(asked.some("done"))))
}

/// `POST /console/:orgId/waiting/:id/remove`.
pub async fn remove(desk: At<BookingsWrite>, Path((_, id)): Path<(String, String)>) -> Shown {
    waiting::remove(&desk.context, &desk.actor, desk.org_id(), &id).await?;
    Ok(desk.go("/waiting?done=removed"))
}
