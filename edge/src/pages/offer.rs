//! `/w/:token`: seats came free for somebody who waited. They take them, or say no and the next is asked.

use super::layout::{Page, Policy};
use super::manage::next;
use super::voice::Voice;
use super::{frame, refusal};
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::book::{self, Details};
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::order::{Answers, Contact};
use crate::domain::booking::store::By;
use crate::domain::org::Settings;
use crate::domain::waiting::{self, store::Entry};
use crate::problem::Problem;
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::html;
use shared::embed::Question;
use shared::pricing::Quote;
use shared::zone::Instant;
use std::collections::BTreeMap;

/// What the form says.
type Fields = BTreeMap<String, String>;

/// An offer, its hold and what is asked of whoever takes it.
struct Opened {
    entry: Entry,
    held: Found,
    questions: Vec<Question>,
}

async fn open(context: &Context, token: &str) -> Result<Opened, Problem> {
    let entry = waiting::opened(context, token).await?;
    let hash = secret::hashed(token);
    let held = change::read(context, By::Hold(&hash)).await?;
    Ok(Opened { entry, held, questions: waiting::questions(context, token).await? })
}

/// `GET /w/:token`.
pub async fn show(State(context): State<Context>, Path(token): Path<String>) -> Response<Body> {
    match open(&context, &token).await {
        Ok(opened) => offer(&context, &token, &opened, &Fields::new(), None),
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /w/:token`: takes the seats.
pub async fn take(
    State(context): State<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response<Body> {
    let opened = match writable(&context, &token, &method, &headers).await {
        Ok(opened) => opened,
        Err(problem) => return frame::problem(&context, &problem),
    };
    match book_it(&context, &token, &opened, &fields).await {
        Ok(next) => Redirect::to(&speaks(&context, &opened).link(&next)).into_response(),
        Err(problem) => offer(&context, &token, &opened, &fields, Some(&problem)),
    }
}

/// `POST /w/:token/decline`: says no.
pub async fn decline(
    State(context): State<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let opened = match writable(&context, &token, &method, &headers).await {
        Ok(opened) => opened,
        Err(problem) => return frame::problem(&context, &problem),
    };
    match waiting::decline(&context, &token).await {
        Ok(()) => Redirect::to(&speaks(&context, &opened).link(&format!("/w/{token}"))).into_response(),
        Err(problem) => offer(&context, &token, &opened, &Fields::new(), Some(&problem)),
    }
}

async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Opened, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(frame::foreign_form());
    }
    open(context, token).await
}

async fn book_it(context: &Context, token: &str, opened: &Opened, fields: &Fields) -> Result<String, Problem> {
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let contact = Contact::parse(text("name"), text("email"), Some(text("phone").to_owned()))?;
    let said = fields.iter().filter(|(_, text)| !text.trim().is_empty());
    let answers: Answers =
        said.filter_map(|(name, text)| Some((name.strip_prefix("answer.")?.to_owned(), text.clone()))).collect();
    let locale = opened.entry.locale.clone();
    let details = Details { contact, answers, calendar: None, locale, source: None, note: None, desk: None };
    let made = book::book_held(context, token, None, &details, None).await?;
    next(&made)
}

/// In the reader's language, else in the one they waited in.
fn speaks(context: &Context, opened: &Opened) -> Voice {
    let own = [opened.entry.locale.as_deref(), Some(opened.held.0.org_locale.as_str())];
    Voice::of(context, &own.into_iter().flatten().collect::<Vec<_>>())
}

fn offer(
    context: &Context,
    token: &str,
    opened: &Opened,
    fields: &Fields,
    problem: Option<&Problem>,
) -> Response<Body> {
    let Opened { entry, held: (row, items), questions } = opened;
    let voice = &speaks(context, opened);
    let wording = voice.wording(&entry.timezone, row.currency);
    let open = entry.state == "OFFERED" && row.held_until.is_some_and(|until| until > context.now().0);
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    let value = |name: &str| fields.get(name).cloned().unwrap_or_default();
    // What they told when they began to wait.
    let known = [("name", Some(&entry.name)), ("email", Some(&entry.email)), ("phone", entry.phone.as_ref())];
    let first = |name: &str| {
        let told = known.iter().find(|(known, _)| *known == name).and_then(|(_, told)| *told);
        fields.get(name).or(told).cloned().unwrap_or_default()
    };
    let main = html! {
        h1 { (voice.t(if open { "waiting.seats_free.title" } else { over(&entry.state) })) }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        section.card aria-label=(entry.offering_name) {
            h2 { (entry.offering_name) }
            @for item in items { p.when { (wording.span(Instant(item.starts_at), Instant(item.ends_at))) } }
            p.quiet { (voice.zone(&wording)) }
            @if open { @if let Some(until) = row.held_until {
                p { (voice.t("label.kept")) ": " strong { (wording.time(Instant(until))) } }
            } }
            @if open { @if let Some(quote) = &quote { (frame::price(voice, &wording, quote, &frame::Names::new())) } }
        }
        @if open {
            form method="post" action=(voice.link(&format!("/w/{token}"))) {
                section.card aria-label=(voice.t("book.details")) {
                    (frame::person(voice, &first))
                    @for question in questions {
                        (frame::asked(voice, question, &value(&format!("answer.{}", question.column_name))))
                    }
                }
                div.actions { button.primary { (voice.t("waiting.seats_free.button")) } }
            }
            form.actions method="post" action=(voice.link(&format!("/w/{token}/decline"))) {
                button { (voice.t("offer.decline")) }
            }
        }
    };
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let page = Page {
        title: &format!("{} · {}", entry.offering_name, row.org_name),
        business: &row.org_name,
        accent: settings.accent.as_deref(),
        voice,
        head: html! {},
        main,
        foot: html! { p { (voice.t("offer.key")) } },
        policy: Policy::Private,
        class: "manage",
    };
    frame::respond(context, problem.map_or(StatusCode::OK, frame::status), &page)
}

/// The key of what became of it.
fn over(state: &str) -> &'static str {
    match state {
        "ACCEPTED" => "offer.taken",
        "DECLINED" => "offer.declined",
        _ => "offer.over",
    }
}
