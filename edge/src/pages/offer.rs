//! `/w/:token`: seats came free for somebody who waited. They take them, or say no and the next is asked.

use super::layout::{Page, Policy};
use super::manage::next;
use super::{frame, words};
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::book::{self, Details};
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::order::{Answers, Contact};
use crate::domain::booking::store::By;
use crate::domain::org::{Settings, zone};
use crate::domain::waiting::{self, store::Entry};
use crate::problem::{Code, Problem};
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use shared::embed::{Question, QuestionKind};
use shared::pricing::Quote;
use shared::zone::{Instant, Zone};
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
        Ok(next) => Redirect::to(&next).into_response(),
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
        Ok(()) => Redirect::to(&format!("/w/{token}")).into_response(),
        Err(problem) => offer(&context, &token, &opened, &Fields::new(), Some(&problem)),
    }
}

async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Opened, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden).detail("This form came from another site."));
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

/// The offsets around one moment.
fn zone_of(timezone: &str, at: i64) -> Zone {
    let (from, to) = (Instant(at.saturating_sub(5 * 86_400)), Instant(at.saturating_add(35 * 86_400)));
    zone::table(timezone, from, to).unwrap_or_else(|| Zone::fixed("UTC", 0))
}

fn offer(
    context: &Context,
    token: &str,
    opened: &Opened,
    fields: &Fields,
    problem: Option<&Problem>,
) -> Response<Body> {
    let Opened { entry, held: (row, items), questions } = opened;
    let zone = zone_of(&entry.timezone, entry.starts_at);
    let open = entry.state == "OFFERED" && row.held_until.is_some_and(|until| until > context.now().0);
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    let value = |name: &str, first: &str| fields.get(name).cloned().unwrap_or_else(|| first.to_owned());
    let main = html! {
        h1 { @if open { "Seats came free" } @else { (over(&entry.state)) } }
        @if let Some(problem) = problem { (frame::note(problem)) }
        section.card aria-label="Offer" {
            h2 { (entry.offering_name) }
            @for item in items { p.when { (words::span(&zone, Instant(item.starts_at), Instant(item.ends_at))) } }
            p.quiet { (frame::zone_name(&entry.timezone)) " time" }
            @if open { @if let Some(until) = row.held_until {
                p { "They are kept for you until " strong { (words::time(&zone, Instant(until))) } "." }
            } }
            @if open { @if let Some(quote) = &quote { (frame::price(quote, &frame::Names::new())) } }
        }
        @if open {
            form method="post" action={ "/w/" (token) } {
                section.card aria-label="Who books" {
                    div.field {
                        label for="name" { "Name" }
                        input #name name="name" required maxlength="200" autocomplete="name" value=(value("name", &entry.name));
                    }
                    div.field {
                        label for="email" { "E-mail" }
                        input #email name="email" type="email" required maxlength="254" autocomplete="email" value=(value("email", &entry.email));
                    }
                    div.field {
                        label for="phone" { "Phone " small { "(optional)" } }
                        input #phone name="phone" type="tel" maxlength="40" autocomplete="tel" value=(value("phone", entry.phone.as_deref().unwrap_or_default()));
                    }
                    @for question in questions {
                        @let name = format!("answer.{}", question.column_name);
                        (asked(question, &name, &value(&name, "")))
                    }
                }
                div.actions { button.primary { "Take them" } }
            }
            form.actions method="post" action={ "/w/" (token) "/decline" } {
                button { "No, thank you" }
            }
        }
    };
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let page = Page {
        title: &format!("{} · {}", entry.offering_name, row.org_name),
        business: &row.org_name,
        accent: settings.accent.as_deref(),
        language: "en",
        head: html! {},
        main,
        foot: html! { p { "Only who has the address of this page can take the seats." } },
        policy: Policy::Private,
        class: "manage",
    };
    frame::respond(context, problem.map_or(StatusCode::OK, frame::status), &page)
}

fn over(state: &str) -> &'static str {
    match state {
        "ACCEPTED" => "You have booked these seats",
        "DECLINED" => "You said no, thank you",
        _ => "This offer is over",
    }
}

/// A question of the business.
fn asked(question: &Question, name: &str, said: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (question.label) @if !question.required { " " small { "(optional)" } } }
            @match question.kind {
                QuestionKind::Text => { input id=(name) name=(name) maxlength="200" required[question.required] value=(said); }
                QuestionKind::Textarea => {
                    textarea id=(name) name=(name) rows="3" maxlength="2000" required[question.required] { (said) }
                }
                QuestionKind::Select => {
                    select id=(name) name=(name) required[question.required] {
                        option value="" { "Please choose" }
                        @for option in &question.options { option value=(option) selected[option == said] { (option) } }
                    }
                }
                QuestionKind::Checkbox => {
                    input id=(name) name=(name) type="checkbox" value="true" required[question.required] checked[said == "true"];
                }
            }
        }
    }
}
