//! One booking: all that is known of it, and what can be done with it.

use super::desk::{At, Desk, Shown};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::BookingsRead;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::store::By;
use crate::domain::desk::dossier::store::{self as dossier, Dossier};
use crate::domain::desk::store as names;
use crate::pages::frame::{self as shared_parts, Names};
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde::Deserialize;
use shared::party::Party;
use shared::pricing::Quote;
use shared::zone::Instant;
use std::collections::BTreeMap;

/// What was just done.
#[derive(Default, Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /console/:orgId/bookings/:bookingId`.
pub async fn show(
    desk: At<BookingsRead>,
    Path((_, id)): Path<(String, String)>,
    Query(Done { done }): Query<Done>,
) -> Shown {
    let found = open(&desk, &id).await?;
    let missing = || Problem::not_found("booking");
    let dossier = dossier::dossier(desk.context.database(), desk.org_id(), &id).await?.ok_or_else(missing)?;
    let offerings: Vec<&str> = found.1.iter().map(|item| item.offering.as_str()).collect();
    let names = names::names(desk.context.database(), desk.org_id(), &offerings).await?;
    let title = found.0.contact_name.clone().unwrap_or_else(|| "A hold".to_owned());
    let main = html! {
        div.columns {
            div {
                (facts(&desk, &found, &dossier, &names))
                (answers(&found, &dossier))
                (timeline(&desk, &found, &dossier))
            }
            div {
                (price(&found, &names))
                (ledger(&desk, &found, &dossier))
            }
        }
    };
    Ok(desk.show(&Page::new(Section::Bookings, &title, main).done(done.as_deref())))
}

/// A booking of this organization.
pub async fn open(desk: &Desk, id: &str) -> Result<Found, Problem> {
    let found = change::read(&desk.context, By::Id(id)).await?;
    if found.0.org_id == desk.org_id() { Ok(found) } else { Err(Problem::not_found("booking")) }
}

fn facts(desk: &Desk, (row, items): &Found, dossier: &Dossier, names: &Names) -> Markup {
    html! {
        section.card aria-labelledby="facts" {
            header {
                h2 #facts { (row.number.as_deref().unwrap_or("Hold")) }
                (pieces::state(&row.state))
                @if dossier.facts.checked_in_at.is_some() { span.pill.good { "Checked in" } }
                @if dossier.facts.no_show_at.is_some() { span.pill.bad { "No-show" } }
            }
            @for item in items {
                div.item {
                    h3 { (item.name) }
                    p.when { (desk.wording.span(Instant(item.starts_at), Instant(item.ends_at))) }
                    p { (party(&item.party, names)) @if item.private != 0 { " · the departure for themselves" } }
                }
            }
            dl.facts {
                @if let Some(email) = &row.contact_email { dt { "E-mail" } dd { a href={ "mailto:" (email) } { (email) } } }
                @if let Some(phone) = &row.contact_phone { dt { "Phone" } dd { a href={ "tel:" (phone) } { (phone) } } }
                dt { "Booked" } dd { (desk.wording.moment(Instant(row.created_at))) " · " (channel(&dossier.facts.channel)) }
                @if let Some(code) = &row.coupon_code { dt { "Coupon" } dd { (code) } }
            }
        }
    }
}

/// `2 × Adult, 1 × Child`.
fn party(json: &str, names: &Names) -> String {
    let party: Party = serde_json::from_str(json).unwrap_or_default();
    let told = party.0.iter().filter(|(_, count)| **count > 0);
    let name = |code: &str| names.get(code).cloned().unwrap_or_else(|| code.replace('_', " "));
    told.map(|(code, count)| format!("{count} × {}", name(code.as_str()))).collect::<Vec<_>>().join(", ")
}

/// Where it came from, as people say it.
fn channel(channel: &str) -> &str {
    match channel {
        "widget" => "on the website",
        "api" => "by a partner",
        "desk" | "staff" | "console" => "by staff",
        other => other,
    }
}

fn answers((row, _): &Found, dossier: &Dossier) -> Markup {
    let answers: BTreeMap<String, String> = serde_json::from_str(&row.answers).unwrap_or_default();
    let label = |name: &str| {
        let asked = dossier.questions.iter().find(|question| question.column_name == name);
        asked.map_or_else(|| name.replace('_', " "), |question| question.label.clone())
    };
    html! {
        @if !answers.is_empty() {
            section.card aria-labelledby="answers" {
                h2 #answers { "Answers" }
                dl.facts { @for (name, said) in &answers { dt { (label(name)) } dd { (said) } } }
            }
        }
    }
}

fn price((row, _): &Found, names: &Names) -> Markup {
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    html! {
        @if let Some(quote) = quote {
            section.card.price aria-labelledby="price" { h2 #price { "Price" } (shared_parts::price(&quote, names)) }
        }
    }
}

fn ledger(desk: &Desk, (row, _): &Found, dossier: &Dossier) -> Markup {
    let money = |amount| desk.wording.money_in(amount, row.currency);
    let left = dossier.entries.iter().fold(0_i64, |sum, entry| match entry.kind.as_str() {
        "CHARGE" | "REFUND" => sum.saturating_add(entry.amount),
        _ => sum.saturating_sub(entry.amount),
    });
    html! {
        section.card aria-labelledby="ledger" {
            h2 #ledger { "Money" }
            @if dossier.entries.is_empty() { p.quiet { "Nothing is owed and nothing was paid." } } @else {
                table.money {
                    tbody {
                        @for entry in &dossier.entries {
                            tr {
                                th scope="row" {
                                    (entry_kind(&entry.kind))
                                    small.quiet { (desk.wording.moment(Instant(entry.at))) @if !entry.note.is_empty() { " · " (entry.note) } }
                                }
                                td.amount { (money(entry.amount)) }
                            }
                        }
                        tr.total {
                            th scope="row" { @if left < 0 { "To give back" } @else { "Still to be paid" } }
                            td.amount { (money(left.saturating_abs())) }
                        }
                    }
                }
            }
        }
    }
}

fn entry_kind(kind: &str) -> &'static str {
    match kind {
        "CHARGE" => "Charged",
        "CREDIT" => "Credited",
        "PAYMENT" => "Paid",
        _ => "Given back",
    }
}

fn timeline(desk: &Desk, (row, _): &Found, dossier: &Dossier) -> Markup {
    let facts = &dossier.facts;
    let by =
        facts.cancelled_by.as_deref().map_or("", |by| if by == "CUSTOMER" { " by the customer" } else { " by staff" });
    let called_off = format!("Called off{by}");
    let told = [
        (Some(row.created_at), "Booked", None),
        (facts.rescheduled_at, "Moved to another time", None),
        (facts.checked_in_at, "Checked in", None),
        (facts.no_show_at, "Marked as a no-show", None),
        (facts.cancelled_at, called_off.as_str(), facts.cancel_reason.as_deref()),
    ];
    let mut told: Vec<(i64, &str, Option<&str>)> =
        told.into_iter().filter_map(|(at, what, why)| Some((at?, what, why))).collect();
    told.sort_by_key(|(at, _, _)| *at);
    html! {
        section.card aria-labelledby="timeline" {
            h2 #timeline { "What happened" }
            ol.timeline {
                @for (at, what, why) in told {
                    li {
                        p { (what) @if let Some(why) = why { ": " q { (why) } } }
                        p.quiet { time datetime=(shared::embed::Timestamp(Instant(at))) { (desk.wording.moment(Instant(at))) } }
                    }
                }
            }
        }
    }
}
