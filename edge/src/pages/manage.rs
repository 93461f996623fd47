//! `/b/:token`: the customer's own page. See the booking, put it into a calendar, move it, call it off.
//!
//! The token is the key; a form of another site cannot send it, and is refused by its origin besides.

use super::frame::Names;
use super::layout::{Page, Policy};
use super::way_back::Way;
use super::{add_to, frame, words};
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::book::Made;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::{self, Deed, Hand, Placing};
use crate::domain::booking::order::optional_text;
use crate::domain::booking::store::{BookingRow, By};
use crate::domain::desk::store as desk;
use crate::domain::org::{Settings, zone};
use crate::domain::payment;
use crate::problem::{Code, Problem};
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde::Deserialize;
use shared::availability::Slot;
use shared::booking::{Action, Actor};
use shared::civil::Date;
use shared::embed::Timestamp;
use shared::party::Party;
use shared::pricing::Quote;
use shared::zone::{Instant, Zone};

/// Venue dates shown at once to choose another time from.
const DAYS: i32 = 14;

/// A page shows the booking anew; it needs no answer.
const NOTHING: life::Show<'static> = &|_| serde_json::Value::Null;

/// What was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /b/:token`.
pub async fn show(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(done): Query<Done>,
    headers: HeaderMap,
) -> Response<Body> {
    // Whoever comes back from paying need not wait for the provider to tell us.
    if done.done.as_deref() == Some("paid") {
        payment::look::of_booking(&context, &secret::hashed(&token)).await;
    }
    let found = match open(&context, &token).await {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    if matches!(done.done.as_deref(), Some("paid" | "unpaid"))
        && let Some(way) = Way::noted(&headers)
    {
        return way.go(&context, &token, matches!(found.0.state.as_str(), "CONFIRMED" | "AWAITING_APPROVAL"));
    }
    let note = match done.done.as_deref() {
        Some("held") if found.0.state == "PENDING" => {
            Some("One step is left: your places are yours as soon as you have paid.")
        }
        Some("unpaid") if found.0.state == "PENDING" => Some("Nothing was paid. Your places are still kept for you."),
        Some("paid") if found.0.state == "PENDING" => Some("Your payment is being confirmed: look again in a moment."),
        Some("paid") if matches!(found.0.state.as_str(), "EXPIRED" | "CANCELLED" | "REJECTED" | "REFUNDED") => Some(
            "Your payment came too late: the places had been given free and are taken. All of it goes back to you.",
        ),
        Some("paid") => Some("Thank you, your payment has arrived. Keep this page: it is your key to the booking."),
        Some("booked") => Some("Thank you, that is booked. Keep this page: it is your key to the booking."),
        Some("moved") => Some("Done: your booking has moved to the new time."),
        Some("cancelled") => Some("Done: your booking is cancelled."),
        _ => None,
    };
    let main = html! {
        @if let Some(note) = note { div.note role="status" { p { (note) } } }
        (overview(&context, &token, &found, &names(&context, &found).await))
    };
    page(&context, StatusCode::OK, &found, "Your booking", main)
}

/// Where whoever has just booked goes on. Not straight to the provider: browsers hold what a form leads to against its page.
pub fn next(made: &Made) -> Result<String, Problem> {
    let token = made.token.as_deref().ok_or_else(|| Problem::new(Code::TryAgain))?;
    Ok(if made.booking.requires_payment { format!("/b/{token}?done=held") } else { format!("/b/{token}?done=booked") })
}

/// Where to look for another time.
#[derive(Deserialize)]
pub struct Elsewhere {
    from: Option<String>,
    item: Option<usize>,
}

/// `GET /b/:token/move`: other times, computed by the engine.
pub async fn choose(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(asked): Query<Elsewhere>,
) -> Response<Body> {
    match open(&context, &token).await {
        Ok(found) => times(&context, &token, &found, &asked, None).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// The new time that was chosen.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoveForm {
    starts_at: String,
    #[serde(default)]
    item: usize,
    quote_hash: Option<String>,
}

/// `POST /b/:token/move`.
pub async fn move_it(
    State(context): State<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    Form(form): Form<MoveForm>,
) -> Response<Body> {
    let found = match writable(&context, &token, &method, &headers).await {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let Some(starts_at) = Timestamp::parse(&form.starts_at) else {
        return frame::problem(&context, &Problem::field("startsAt", "invalid_value", "Not a time."));
    };
    let mut deed = Deed::of(Action::Reschedule);
    deed.placing = Placing {
        item: form.item,
        starts_at: Some(starts_at),
        quote_hash: form.quote_hash.filter(|hash| !hash.is_empty()),
        ..Placing::default()
    };
    match life::act(&context, found.clone(), Hand::Customer, &deed, None, NOTHING).await {
        Ok(_) => Redirect::to(&format!("/b/{token}?done=moved")).into_response(),
        Err(problem) if problem.code() == Code::PriceChanged => {
            confirm_price(&context, &token, &found, (form.item, starts_at), &problem).await
        }
        Err(problem) => {
            let asked = Elsewhere { from: None, item: Some(form.item) };
            times(&context, &token, &found, &asked, Some(&problem)).await
        }
    }
}

/// `GET /b/:token/cancel`: are you sure?
pub async fn ask_cancel(State(context): State<Context>, Path(token): Path<String>) -> Response<Body> {
    match open(&context, &token).await {
        Ok(found) => cancel_form(&context, &token, &found, None).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// Why it is called off.
#[derive(Deserialize)]
pub struct CancelForm {
    reason: Option<String>,
}

/// `POST /b/:token/cancel`.
pub async fn cancel(
    State(context): State<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    Form(form): Form<CancelForm>,
) -> Response<Body> {
    let found = match writable(&context, &token, &method, &headers).await {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let reason = form.reason.filter(|reason| !reason.trim().is_empty());
    let outcome = match optional_text(reason, "/reason", 500) {
        Ok(reason) => {
            let deed = Deed { reason, ..Deed::of(Action::Cancel) };
            life::act(&context, found.clone(), Hand::Customer, &deed, None, NOTHING).await
        }
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => Redirect::to(&format!("/b/{token}?done=cancelled")).into_response(),
        Err(problem) => cancel_form(&context, &token, &found, Some(&problem)).await,
    }
}

/// What the business calls things. A page without them still says what counts.
async fn names(context: &Context, found: &Found) -> Names {
    let offerings: Vec<&str> = found.1.iter().map(|item| item.offering.as_str()).collect();
    desk::names(context.database(), found.0.org_id, &offerings).await.unwrap_or_default()
}

pub async fn open(context: &Context, token: &str) -> Result<Found, Problem> {
    change::read(context, By::Token(&secret::hashed(token))).await
}

/// The booking, for a form that may change it.
async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Found, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden).detail("This form came from another site."));
    }
    open(context, token).await
}

fn overview(context: &Context, token: &str, found: &Found, names: &Names) -> Markup {
    let (row, items) = found;
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    let tone = match row.state.as_str() {
        "CONFIRMED" | "COMPLETED" => "pill good",
        "CANCELLED" | "REJECTED" | "EXPIRED" => "pill bad",
        _ => "pill",
    };
    let may_move = life::may(context, found, Actor::Customer, Action::Reschedule);
    let may_cancel = life::may(context, found, Actor::Customer, Action::Cancel);
    html! {
        h1 { (items.first().map_or("Your booking", |item| item.name.as_str())) }
        section.card aria-label="Booking" {
            p { span class=(tone) { (words::state(&row.state)) } }
            @for item in items {
                @let zone = zone_of(&row.timezone, item.starts_at);
                @if items.len() > 1 { h2 { (item.name) } }
                p.when { (words::span(&zone, Instant(item.starts_at), Instant(item.ends_at))) }
                p.quiet { (frame::zone_name(&row.timezone)) " time" }
                p { (party(&item.party, names)) @if item.private != 0 { ", for yourselves" } }
            }
            table { tbody {
                @if let Some(number) = &row.number { tr { th scope="row" { "Booking number" } td.amount { (number) } } }
                @if let Some(name) = &row.contact_name { tr { th scope="row" { "Booked by" } td.amount { (name) } } }
            } }
        }
        @if let Some(due) = payment::rules::due(row, context.now()).filter(|_| row.payments.is_some()) {
            section.card aria-label="Payment" {
                @if row.payments.as_deref() == Some("test") {
                    p.note { strong { "Test mode: " } "no real money is taken." }
                }
                @if row.state == "PENDING" {
                    p {
                        "Your places are kept until "
                        (words::time(&zone_of(&row.timezone, due.until.0), due.until)) ". They are yours once you have paid."
                    }
                }
                div.actions {
                    a.button.primary href={ "/b/" (token) "/pay" } { "Pay " (words::money(due.amount, row.currency)) }
                }
            }
        }
        div.actions {
            (add_to::calendars(context, token, found))
            @if may_move.is_ok() {
                @for (index, item) in items.iter().enumerate() {
                    a.button href={ "/b/" (token) "/move?item=" (index) } {
                        "Choose another time" @if items.len() > 1 { " for " (item.name) }
                    }
                }
            }
            @if row.number.is_some() && (row.owed > 0 || row.paid > 0) { a.button href={ "/b/" (token) "/invoice" } { "Invoice" } }
            @if may_cancel.is_ok() { a.button.danger href={ "/b/" (token) "/cancel" } { "Cancel booking" } }
        }
        @if let Some(quote) = &quote {
            section.card aria-label="Price" {
                h2 { "Price" }
                (frame::price(quote, names))
                (money(row))
            }
        }
        @if settings.email.is_some() || settings.phone.is_some() {
            section.card aria-label="Questions" {
                h2 { "Questions?" }
                (frame::contact(&settings))
            }
        }
    }
}

/// What was paid, what went back, what is open.
fn money(row: &BookingRow) -> Markup {
    let line = |name: &str, amount: i64| {
        html! { @if amount != 0 { tr { th scope="row" { (name) } td.amount { (words::money(amount, row.currency)) } } } }
    };
    let open = payment::rules::balance(row);
    html! {
        @if row.paid > 0 {
            table { tbody {
                (line("Paid", row.paid))
                (line("Given back", row.repaid))
                (line("On its way back to you", row.going_back))
                (line("Still to be paid", open.max(0)))
            } }
        }
    }
}

async fn times(
    context: &Context,
    token: &str,
    found: &Found,
    asked: &Elsewhere,
    problem: Option<&Problem>,
) -> Response<Body> {
    if let Err(problem) = life::may(context, found, Actor::Customer, Action::Reschedule) {
        return refused(context, token, found, &problem).await;
    }
    let item = asked.item.unwrap_or(0);
    let today = zone_of(&found.0.timezone, context.now().0).date_of(context.now());
    // Most people move a booking by a few days: begin around where it is.
    let near = found.1.get(item).map(|item| {
        let at = Instant(item.starts_at);
        zone_of(&found.0.timezone, item.starts_at).date_of(at).plus_days(-3)
    });
    let from = asked.from.as_deref().and_then(Date::parse).or(near).unwrap_or(today).max(today);
    let (slots, zone) = match change::elsewhere(context, found, item, from, DAYS).await {
        Ok(found) => found,
        Err(problem) => return frame::problem(context, &problem),
    };
    let link = |date: Date| format!("/b/{token}/move?item={item}&from={date}");
    let current = found.1.get(item).map(|item| (item.name.as_str(), item.starts_at, item.ends_at));
    let main = html! {
        h1 { "Choose another time" }
        @if let Some((name, starts_at, ends_at)) = current {
            p { (name) ", now " strong { (words::span(&zone, Instant(starts_at), Instant(ends_at))) } "." }
        }
        @if let Some(problem) = problem { (frame::note(problem)) }
        @if slots.is_empty() {
            p.card { "Nothing is free from " (words::date(from)) " to " (words::date(from.plus_days(DAYS.saturating_sub(1)))) "." }
        }
        @for (date, slots) in by_date(&zone, &slots) {
            section.card aria-label=(words::date(date)) {
                h2 { (words::date(date)) }
                ul.times {
                    @for slot in slots {
                        li {
                            form method="post" action={ "/b/" (token) "/move" } {
                                input type="hidden" name="item" value=(item);
                                button name="startsAt" value=(Timestamp(slot.starts_at)) { (words::time(&zone, slot.starts_at)) }
                            }
                        }
                    }
                }
            }
        }
        nav.pager aria-label="Dates" {
            @if from > today {
                a.button href=(link(from.plus_days(DAYS.saturating_neg()).max(today))) rel="prev" { "Earlier" }
            }
            a.button href=(link(from.plus_days(DAYS))) rel="next" { "Later" }
        }
        p { a href={ "/b/" (token) } { "Keep the time as it is" } }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, status, found, "Choose another time", main)
}

async fn confirm_price(
    context: &Context,
    token: &str,
    found: &Found,
    (item, starts_at): (usize, Timestamp),
    problem: &Problem,
) -> Response<Body> {
    let quote: Option<Quote> = problem.quoted().and_then(|quote| serde_json::from_value(quote.clone()).ok());
    let Some(quote) = quote else { return frame::problem(context, problem) };
    let names = &names(context, found).await;
    let (row, _) = found;
    let zone = zone_of(&row.timezone, starts_at.0.0);
    let main = html! {
        h1 { "The new time has another price" }
        section.card {
            p.when { (words::date(zone.to_local(starts_at.0).date)) ", " (words::time(&zone, starts_at.0)) }
            p { "Until now " (words::money(row.total, row.currency)) ", then " strong { (words::money(quote.total, quote.currency)) } "." }
            (frame::price(&quote, names))
        }
        form.actions method="post" action={ "/b/" (token) "/move" } {
            input type="hidden" name="item" value=(item);
            input type="hidden" name="startsAt" value=(starts_at);
            input type="hidden" name="quoteHash" value=(quote.hash);
            button.primary { "Move it for this price" }
            a.button href={ "/b/" (token) "/move?item=" (item) } { "Choose another time" }
        }
    };
    page(context, StatusCode::CONFLICT, found, "The new time has another price", main)
}

async fn cancel_form(context: &Context, token: &str, found: &Found, problem: Option<&Problem>) -> Response<Body> {
    if let Err(problem) = life::may(context, found, Actor::Customer, Action::Cancel) {
        return refused(context, token, found, &problem).await;
    }
    let (row, items) = found;
    let main = html! {
        h1 { "Cancel this booking?" }
        @if let Some(problem) = problem { (frame::note(problem)) }
        section.card {
            @for item in items {
                @let zone = zone_of(&row.timezone, item.starts_at);
                p.when { (item.name) }
                p { (words::span(&zone, Instant(item.starts_at), Instant(item.ends_at))) }
            }
            p.quiet { "Your places are given free at once." }
        }
        form method="post" action={ "/b/" (token) "/cancel" } {
            div.field {
                label for="reason" { "Reason " small { "(optional)" } }
                textarea #reason name="reason" rows="2" maxlength="500" {}
            }
            div.actions {
                button.danger { "Cancel the booking" }
                a.button href={ "/b/" (token) } { "Keep it" }
            }
        }
    };
    page(context, problem.map_or(StatusCode::OK, frame::status), found, "Cancel this booking?", main)
}

/// State or policy say no: tell why and show the booking.
async fn refused(context: &Context, token: &str, found: &Found, problem: &Problem) -> Response<Body> {
    let names = names(context, found).await;
    let main = html! { (frame::note(problem)) (overview(context, token, found, &names)) };
    page(context, frame::status(problem), found, "Your booking", main)
}

fn page(context: &Context, status: StatusCode, found: &Found, title: &str, main: Markup) -> Response<Body> {
    let settings: Settings = serde_json::from_str(&found.0.settings).unwrap_or_default();
    let page = Page {
        title: &format!("{title} · {}", found.0.org_name),
        business: &found.0.org_name,
        accent: settings.accent.as_deref(),
        language: "en",
        head: html! {},
        main,
        foot: html! { p { "Only who has the address of this page can see and change the booking." } },
        policy: Policy::Private,
        class: "manage",
    };
    frame::respond(context, status, &page)
}

/// `2 × Adult, 1 × Child`.
fn party(json: &str, names: &Names) -> String {
    let party: Party = serde_json::from_str(json).unwrap_or_default();
    let told = party.0.iter().filter(|(_, count)| **count > 0);
    let name = |code: &str| names.get(code).cloned().unwrap_or_else(|| code.replace('_', " "));
    told.map(|(code, count)| format!("{count} × {}", name(code.as_str()))).collect::<Vec<_>>().join(", ")
}

/// The offsets around one moment.
fn zone_of(timezone: &str, at: i64) -> Zone {
    let (from, to) = (Instant(at.saturating_sub(5 * 86_400)), Instant(at.saturating_add(35 * 86_400)));
    zone::table(timezone, from, to).unwrap_or_else(|| Zone::fixed("UTC", 0))
}

/// Slots under their venue dates, in order.
pub fn by_date<'a>(zone: &Zone, slots: &'a [Slot]) -> Vec<(Date, &'a [Slot])> {
    slots
        .chunk_by(|one, next| zone.date_of(one.starts_at) == zone.date_of(next.starts_at))
        .filter_map(|slots| Some((zone.date_of(slots.first()?.starts_at), slots)))
        .collect()
}
