//! Who did what: the record that is only ever added to.

use super::desk::{At, Shown};
use super::form::Fields;
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::OrgWrite;
use crate::domain::org::store;
use axum::extract::Query;
use maud::html;
use serde_json::Value;
use shared::zone::Instant;

/// Entries on a page.
const LIMIT: i64 = 50;

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// `GET /console/:orgId/audit`.
pub async fn list(desk: At<OrgWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let before = asked.get("before").parse().unwrap_or(NEWEST);
    let filter = (asked.some("actor"), asked.some("subject"));
    let wanted = LIMIT.saturating_add(1);
    let mut rows = store::audit(desk.context.database(), desk.org_id(), filter, before, wanted).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(50);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(|last| desk.path(&format!("/audit?before={}", last.id)));
    let main = html! {
        @if rows.is_empty() {
            (pieces::empty("Nothing yet", "Whatever staff change is written down here.", html! {}))
        } @else {
            table.list {
                thead { tr { th scope="col" { "What" } th scope="col" { "Who" } th scope="col" { "When" } th scope="col" { "Details" } } }
                tbody {
                    @for row in &rows {
                        @let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
                        tr {
                            th scope="row" {
                                (row.action.replace(['.', '_'], " "))
                                small.quiet { a href=(desk.path(&format!("/audit?subject={}", row.subject))) { (row.subject) } }
                            }
                            td data-label="Who" { (row.actor_name.as_deref().unwrap_or(&row.actor)) }
                            td data-label="When" { (desk.wording.moment(Instant(row.at))) }
                            td data-label="Details" {
                                @if let Value::Object(fields) = &detail {
                                    @for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                                        small { (name) ": " (plain(value)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (pieces::more(next.as_deref()))
        }
    };
    Ok(desk.show(&Page::new(Section::Audit, "Audit log", main)))
}

/// A value as a line, not too long.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
}
