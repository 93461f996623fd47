//! One booking: all that is known of it, and what can be done with it.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::{actions, booking_money as money, mails, pieces, troubles};
use crate::access::allowed::BookingsRead;
use crate::access::permission::Permission;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::source::Source;
use crate::domain::booking::store::By;
use crate::domain::desk::dossier::store::{self as dossier, Dossier};
use crate::domain::desk::history;
use crate::domain::desk::store as names;
use crate::domain::payment::trouble;
use crate::mail;
use crate::pages::frame::Names;
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde::Deserialize;
use shared::booking::Action;
use shared::party::Party;
use shared::zone::Instant;
use std::collections::BTreeMap;

/// So many mails of a booking are shown.
const MAILS: i64 = 20;

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
    let fields = Fields::of(done.map(|done| ("done", done)));
    page(&desk, &id, Some(&fields), None).await
}

/// The page of a booking; with a problem, what was entered in the form that it belongs to.
pub async fn page(desk: &Desk, id: &str, fields: Option<&Fields>, problem: Option<&Problem>) -> Shown {
    let found = open(desk, id).await?;
    let missing = || Problem::not_found("booking");
    let offerings: Vec<&str> = found.1.iter().map(|item| item.offering.as_str()).collect();
    let names = names::names(desk.context.database(), desk.org_id(), &offerings).await?;
    let rows = history::read(desk.context.database(), desk.org_id(), id).await?.ok_or_else(missing)?;
    let actors: Vec<&str> = rows.iter().filter_map(|row| row.actor.as_deref()).collect();
    let dossier = dossier::dossier(desk.context.database(), desk.org_id(), id, &actors).await?.ok_or_else(missing)?;
    let mails = mail::store::of_booking(desk.context.database(), desk.org_id(), id, mails::NEWEST, MAILS).await?;
    let troubles = trouble::of(&desk.context, desk.org_id(), Some(id)).await?;
    let empty = Fields::default();
    let sheet = Sheet { fields: fields.unwrap_or(&empty), problem };
    let title = found.0.contact_name.clone().unwrap_or_else(|| "A hold".to_owned());
    let may_write = desk.may(Permission::BookingsWrite);
    let main = html! {
        (pieces::problem(problem))
        @if may_write { (buttons(desk, &found, &dossier)) }
        (troubles::card(desk, &troubles, Some(id)))
        div.columns {
            div {
                (facts(desk, &found, &dossier, &names))
                (answers(&found, &dossier))
                @if may_write { (notes(desk, &found, sheet)) }
                (mails::panel(desk, id, &mails, may_write))
                (timeline(desk, &found, &rows, &dossier))
            }
            div {
                (money::price(desk, &found, &names))
                (money::ledger(desk, &found, &rows, sheet, may_write))
            }
        }
    };
    let page = Page::new(Section::Bookings, &title, main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(problem), &page))
}

/// A booking of this organization.
pub async fn open(desk: &Desk, id: &str) -> Result<Found, Problem> {
    let found = change::read(&desk.context, By::Id(id)).await?;
    if found.0.org_id == desk.org_id() { Ok(found) } else { Err(Problem::not_found("booking")) }
}

/// What can be done now, the likeliest first.
fn buttons(desk: &Desk, found: &Found, dossier: &Dossier) -> Markup {
    let (row, items) = found;
    let own = |rest: &str| desk.path(&format!("/bookings/{}{rest}", row.public_id));
    let may = |action| actions::may(desk, found, action);
    let press = |word: &str, label: &str, class: &str| {
        html! { button class=(class) name="do" value=(word) { (label) } }
    };
    let marked = dossier.facts.checked_in_at.is_some() || dossier.facts.no_show_at.is_some();
    html! {
        div.actions.bar {
            form.actions method="post" action=(own("/do")) {
                @if may(Action::Approve) { (press("approve", "Approve", "primary")) }
                @if may(Action::CheckIn) && !marked { (press("check-in", "Check in", "primary")) }
                @if may(Action::NoShow) && !marked { (press("no-show", "No-show", "")) }
                @if may(Action::Unmark) && marked {
                    (press("unmark", if dossier.facts.checked_in_at.is_some() { "Undo check-in" } else { "Undo no-show" }, ""))
                }
                @if may(Action::Reinstate) { (press("reinstate", "Bring it back", "")) }
            }
            @for (index, item) in items.iter().enumerate() {
                @if may(Action::Reschedule) {
                    a.button href=(own(&format!("/move?item={index}"))) { "Move" @if items.len() > 1 { " " (item.name) } }
                }
                @if may(Action::ChangeParty) {
                    a.button href=(own(&format!("/party?item={index}"))) { "Change party" @if items.len() > 1 { " of " (item.name) } }
                }
            }
            @if may(Action::Reject) {
                details.sure {
                    summary.button.danger { "Decline" }
                    form method="post" action=(own("/do")) {
                        (Sheet { fields: &Fields::default(), problem: None }.line(Line { label: "Reason", name: "reason", hint: "The customer reads it.", longest: Some(500), ..Line::default() }))
                        (actions::silent(Sheet { fields: &Fields::default(), problem: None }, "reject"))
                        button.danger name="do" value="reject" { "Decline the request" }
                    }
                }
            }
            @if may(Action::Cancel) { a.button.danger href=(own("/cancel")) { "Cancel" } }
        }
    }
}

/// Who to reach and what is noted, to be changed.
fn notes(desk: &Desk, (row, _): &Found, sheet: Sheet<'_>) -> Markup {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let kept = Fields::of([
        ("customer/name", text(&row.contact_name)),
        ("customer/email", text(&row.contact_email)),
        ("customer/phone", text(&row.contact_phone)),
        ("note", text(&row.note)),
        ("staffNote", text(&row.staff_note)),
    ]);
    let typed = sheet.fields.some("customer/name").is_some();
    let sheet = if typed { sheet } else { Sheet { fields: &kept, problem: None } };
    html! {
        @if row.number.is_some() {
            section.card aria-labelledby="notes" {
                h2 #notes { "Notes" }
                @if let Some(note) = &row.note { p { span.quiet { "From the guest: " } (note) } }
                @if let Some(note) = &row.staff_note { p { span.quiet { "Among the staff: " } (note) } }
                @if row.note.is_none() && row.staff_note.is_none() { p.quiet { "Nothing noted yet." } }
                details.more-to-do open[typed] {
                    summary { "Change notes and contact" }
                    form method="post" action=(desk.path(&format!("/bookings/{}/notes", row.public_id))) {
                        (sheet.line(Line { label: "Name", name: "customer/name", required: true, longest: Some(200), ..Line::default() }))
                        (sheet.line(Line { label: "E-mail", name: "customer/email", kind: "email", required: true, longest: Some(254), ..Line::default() }))
                        (sheet.line(Line { label: "Phone", name: "customer/phone", kind: "tel", longest: Some(40), ..Line::default() }))
                        (sheet.text("Note from the guest", "note", "", 2, 2_000))
                        (sheet.text("Note among the staff", "staffNote", "The guest never sees it.", 2, 2_000))
                        (actions::silent(sheet, "notes"))
                        button.primary { "Save" }
                    }
                }
            }
        }
    }
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
                @if let Some(source) = Source::stored(row.source.as_deref()) { dt { "Came from" } dd { (came_from(&source)) } }
                @if let Some(code) = &row.coupon_code { dt { "Coupon" } dd { (code) } }
                @if let Some(from) = dossier.facts.rescheduled_from { dt { "Moved from" } dd { (desk.wording.moment(Instant(from))) } }
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

/// The page's own mark, the campaign, the page: what there is of them, each on a line.
pub(super) fn came_from(source: &Source) -> Markup {
    html! {
        @for (name, text) in source.parts().iter().filter(|(_, text)| !text.is_empty()) {
            div { small.quiet { (name) } " " (text) }
        }
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

/// What a line of the history says; what is told elsewhere on the page, or twice, is left out.
fn told(what: &str) -> Option<&'static str> {
    Some(match what {
        "booking.created" => "Booked",
        "booking.approved" => "Approved",
        "booking.rejected" => "Declined",
        "booking.cancelled" => "Cancelled",
        "booking.rescheduled" => "Moved to another time",
        "booking.party_changed" => "Party changed",
        "booking.reinstated" => "Brought back",
        "booking.refunded" => "Money given back",
        "booking.paid" => "Payment written down",
        "payment.disputed" => "Dispute at the bank",
        "refund.failed" => "Refund refused by the provider",
        "refund.sent_again" => "Refund sent again",
        "booking.checked_in" => "Checked in",
        "booking.no_show" => "Marked as a no-show",
        "booking.unmarked" => "Mark taken back",
        "booking.completed" => "Over",
        "booking.amended" | "booking.changed" => "Details changed",
        _ => return None,
    })
}

fn timeline(desk: &Desk, (row, _): &Found, rows: &[history::Row], dossier: &Dossier) -> Markup {
    // Staff's own deeds are in both logs: the audit log knows who did them.
    let by_staff =
        |what: &str, at: i64| rows.iter().any(|row| row.source == "AUDIT" && row.what == what && row.at == at);
    let first =
        (!rows.iter().any(|row| row.what == "booking.created")).then_some((row.created_at, "Booked", None, None));
    let lines = rows.iter().filter(|row| row.source == "AUDIT" || !by_staff(&row.what, row.at)).filter_map(|row| {
        let person = row.actor.as_deref().filter(|actor| *actor != "payments");
        let who = person.map(|actor| dossier.people.get(actor).map_or("staff", String::as_str));
        let detail: serde_json::Value = serde_json::from_str(row.detail.as_deref()?).unwrap_or_default();
        let why = detail.get("reason").and_then(serde_json::Value::as_str).map(str::to_owned);
        Some((row.at, told(&row.what)?, who, why))
    });
    let lines: Vec<(i64, &str, Option<&str>, Option<String>)> = first.into_iter().chain(lines).collect();
    html! {
        section.card aria-labelledby="timeline" {
            h2 #timeline { "What happened" }
            ol.timeline {
                @for (at, what, who, why) in &lines {
                    li {
                        p { (what) @if let Some(who) = who { " by " (who) } @if let Some(why) = why { ": " q { (why) } } }
                        p.quiet { time datetime=(shared::embed::Timestamp(Instant(*at))) { (desk.wording.moment(Instant(*at))) } }
                    }
                }
            }
        }
    }
}
