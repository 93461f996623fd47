//! `/b/:token`: the customer's own page. See the booking, put it into a calendar, move it, call it off.
//!
//! The token is the key; a form of another site cannot send it, and is refused by its origin besides.

use super::frame::Names;
use super::layout::{Page, Policy};
use super::voice::Voice;
use super::way_back::Way;
use super::{add_to, frame, refusal};
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::book::Made;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::{self, Deed, Hand, Placing};
use crate::domain::booking::order::optional_text;
use crate::domain::booking::store::By;
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
    let voice = speaks(&context, &found);
    let note = match done.done.as_deref() {
        Some("held") if found.0.state == "PENDING" => Some("own.done.held"),
        Some("unpaid") if found.0.state == "PENDING" => Some("own.done.unpaid"),
        Some("paid") if found.0.state == "PENDING" => Some("own.done.paying"),
        Some("paid") if matches!(found.0.state.as_str(), "EXPIRED" | "CANCELLED" | "REJECTED" | "REFUNDED") => {
            Some("own.done.paid_too_late")
        }
        Some("paid") => Some("own.done.paid"),
        Some("booked") => Some("own.done.booked"),
        Some("moved") => Some("own.done.moved"),
        Some("cancelled") => Some("own.done.cancelled"),
        _ => None,
    };
    let main = html! {
        @if let Some(note) = note { div.note role="status" { p { (voice.t(note)) } } }
        (overview(&context, &voice, &token, &found, &names(&context, &found).await))
    };
    page(&context, &voice, StatusCode::OK, &found, "own.title", main)
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
        Ok(_) => back(&context, &found, &format!("/b/{token}?done=moved")),
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
        Ok(_) => back(&context, &found, &format!("/b/{token}?done=cancelled")),
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

/// In the reader's language, else in that of the booking.
pub fn speaks(context: &Context, (row, _): &Found) -> Voice {
    let own: Vec<&str> = row.locale.as_deref().into_iter().chain([row.org_locale.as_str()]).collect();
    Voice::of(context, &own)
}

fn back(context: &Context, found: &Found, path: &str) -> Response<Body> {
    Redirect::to(&speaks(context, found).link(path)).into_response()
}

/// The booking, for a form that may change it.
async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Found, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(frame::foreign_form());
    }
    open(context, token).await
}

fn overview(context: &Context, voice: &Voice, token: &str, found: &Found, names: &Names) -> Markup {
    let (row, items) = found;
    let wording = voice.wording(&row.timezone, row.currency);
    let link = |path: &str| voice.link(&format!("/b/{token}{path}"));
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
        h1 { (items.first().map_or(voice.t("own.title"), |item| item.name.as_str())) }
        section.card aria-label=(voice.t("own.title")) {
            p { span class=(tone) { (state(voice, &row.state)) } }
            @for item in items {
                @if items.len() > 1 { h2 { (item.name) } }
                p.when { (wording.span(Instant(item.starts_at), Instant(item.ends_at))) }
                p.quiet { (voice.zone(&wording)) }
                p { (party(&item.party, names)) @if item.private != 0 { " · " (voice.t("private")) } }
            }
            table { tbody {
                @if let Some(number) = &row.number { tr { th scope="row" { (voice.t("label.number")) } td.amount { (number) } } }
                @if let Some(name) = &row.contact_name { tr { th scope="row" { (voice.t("own.booked_by")) } td.amount { (name) } } }
            } }
        }
        @if let Some(due) = payment::rules::due(row, context.now()).filter(|_| row.payments.is_some()) {
            section.card aria-label=(voice.t("own.payment")) {
                @if row.payments.as_deref() == Some("test") { p.note { (voice.t("own.test")) } }
                @if row.state == "PENDING" {
                    p { (voice.say("own.kept", &[("time", &wording.time(due.until))])) }
                }
                div.actions {
                    a.button.primary href=(link("/pay")) { (voice.say("own.pay", &[("amount", &wording.money(due.amount))])) }
                }
            }
        }
        div.actions {
            (add_to::calendars(context, voice, token, found))
            @if may_move.is_ok() {
                @for (index, item) in items.iter().enumerate() {
                    a.button href=(link(&format!("/move?item={index}"))) {
                        (voice.t("book.other_time")) @if items.len() > 1 { ": " (item.name) }
                    }
                }
            }
            @if row.number.is_some() && (row.owed > 0 || row.paid > 0) { a.button href=(link("/invoice")) { (voice.t("invoice.title")) } }
            @if may_cancel.is_ok() { a.button.danger href=(link("/cancel")) { (voice.t("own.cancel")) } }
        }
        @if let Some(quote) = &quote {
            section.card aria-label=(voice.t("line.price")) {
                h2 { (voice.t("line.price")) }
                (frame::price(voice, &wording, quote, names))
                @if row.paid > 0 { (frame::paid(voice, &wording, row)) }
            }
        }
        @if settings.email.is_some() || settings.phone.is_some() {
            section.card aria-label=(voice.t("page.questions")) {
                h2 { (voice.t("page.questions")) }
                (frame::contact(&settings))
            }
        }
    }
}

fn state(voice: &Voice, state: &str) -> &'static str {
    voice.find(&format!("state.{state}")).unwrap_or(voice.t("state.PROPOSAL"))
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
    let voice = &speaks(context, found);
    let wording = voice.wording(&found.0.timezone, found.0.currency);
    let link = |date: Date| voice.link(&format!("/b/{token}/move?item={item}&from={date}"));
    let current = found.1.get(item).map(|item| (item.name.as_str(), item.starts_at, item.ends_at));
    let main = html! {
        h1 { (voice.t("book.other_time")) }
        @if let Some((name, starts_at, ends_at)) = current {
            p { (name) " · " (voice.t("label.before")) ": " strong { (wording.span(Instant(starts_at), Instant(ends_at))) } }
        }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        @if slots.is_empty() {
            @let last = wording.long_date(from.plus_days(DAYS.saturating_sub(1)));
            p.card { (voice.say("move.none", &[("from", &wording.long_date(from)), ("to", &last)])) }
        }
        @for (date, slots) in by_date(&zone, &slots) {
            section.card aria-label=(wording.long_date(date)) {
                h2 { (wording.long_date(date)) }
                ul.times {
                    @for slot in slots {
                        li {
                            form method="post" action=(voice.link(&format!("/b/{token}/move"))) {
                                input type="hidden" name="item" value=(item);
                                button name="startsAt" value=(Timestamp(slot.starts_at)) { (wording.time(slot.starts_at)) }
                            }
                        }
                    }
                }
            }
        }
        nav.pager aria-label=(voice.t("page.dates")) {
            @if from > today {
                a.button href=(link(from.plus_days(DAYS.saturating_neg()).max(today))) rel="prev" { (voice.t("page.earlier")) }
            }
            a.button href=(link(from.plus_days(DAYS))) rel="next" { (voice.t("page.later")) }
        }
        p { a href=(voice.link(&format!("/b/{token}"))) { (voice.t("move.keep")) } }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, voice, status, found, "book.other_time", main)
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
    let voice = &speaks(context, found);
    let wording = voice.wording(&row.timezone, row.currency);
    let path = format!("/b/{token}/move");
    let (before, after) = (wording.money(row.total), wording.money_in(quote.total, quote.currency));
    let main = html! {
        h1 { (voice.t("move.price_title")) }
        section.card {
            p.when { (wording.long_date(wording.date_of(starts_at.0))) ", " (wording.time(starts_at.0)) }
            p { (voice.mark("move.price", &[("before", html! { (before) }), ("after", html! { strong { (after) } })])) }
            (frame::price(voice, &wording, &quote, names))
        }
        form.actions method="post" action=(voice.link(&path)) {
            input type="hidden" name="item" value=(item);
            input type="hidden" name="startsAt" value=(starts_at);
            input type="hidden" name="quoteHash" value=(quote.hash);
            button.primary { (voice.t("move.agree")) }
            a.button href=(voice.link(&format!("{path}?item={item}"))) { (voice.t("book.other_time")) }
        }
    };
    page(context, voice, StatusCode::CONFLICT, found, "move.price_title", main)
}

async fn cancel_form(context: &Context, token: &str, found: &Found, problem: Option<&Problem>) -> Response<Body> {
    if let Err(problem) = life::may(context, found, Actor::Customer, Action::Cancel) {
        return refused(context, token, found, &problem).await;
    }
    let (row, items) = found;
    let voice = &speaks(context, found);
    let wording = voice.wording(&row.timezone, row.currency);
    let main = html! {
        h1 { (voice.t("cancel.title")) }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        section.card {
            @for item in items {
                p.when { (item.name) }
                p { (wording.span(Instant(item.starts_at), Instant(item.ends_at))) }
            }
            p.quiet { (voice.t("cancel.note")) }
        }
        form method="post" action=(voice.link(&format!("/b/{token}/cancel"))) {
            div.field {
                label for="reason" { (voice.t("label.reason")) (voice.optional()) }
                textarea #reason name="reason" rows="2" maxlength="500" {}
            }
            div.actions {
                button.danger { (voice.t("cancel.yes")) }
                a.button href=(voice.link(&format!("/b/{token}"))) { (voice.t("cancel.keep")) }
            }
        }
    };
    page(context, voice, problem.map_or(StatusCode::OK, frame::status), found, "cancel.title", main)
}

/// State or policy say no: tell why and show the booking.
async fn refused(context: &Context, token: &str, found: &Found, problem: &Problem) -> Response<Body> {
    let names = names(context, found).await;
    let voice = &speaks(context, found);
    let main = html! { (refusal::note(voice, problem)) (overview(context, voice, token, found, &names)) };
    page(context, voice, frame::status(problem), found, "own.title", main)
}

fn page(
    context: &Context,
    voice: &Voice,
    status: StatusCode,
    found: &Found,
    title: &'static str,
    main: Markup,
) -> Response<Body> {
    let settings: Settings = serde_json::from_str(&found.0.settings).unwrap_or_default();
    let page = Page {
        title: &format!("{} · {}", voice.t(title), found.0.org_name),
        business: &found.0.org_name,
        accent: settings.accent.as_deref(),
        voice,
        head: html! {},
        main,
        foot: html! { p { (voice.t("own.key")) } },
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
