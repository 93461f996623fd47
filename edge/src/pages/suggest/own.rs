//! `/s/:token`: a guest's own page for the event they handed in: confirm it, see how it stands, change it, take it back.
//!
//! The token is the key; a form of another site cannot send it, and is refused by its origin besides. Opening the page
//! changes nothing, since mail programs open links by themselves.

use super::form::{self, Fields};
use crate::access::{limit, session};
use crate::context::Context;
use crate::domain::markdown;
use crate::domain::submission::guest::{self, ACTOR};
use crate::domain::submission::rules::{Action, By, State, after};
use crate::domain::submission::step::{self, Step};
use crate::domain::submission::{Submission, door};
use crate::pages::layout::{Page, Policy};
use crate::pages::{frame, words};
use crate::problem::{Code, Problem};
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, PreEscaped, html};

/// `GET /s/:token`.
pub async fn show(FromState(context): FromState<Context>, Path(token): Path<String>) -> Response<Body> {
    match guest::open(&context, &token).await {
        Ok(submission) => overview(&context, &token, &submission, None),
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /s/:token/submit`: confirms it, or hands it in again.
pub async fn submit(
    FromState(context): FromState<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let submission = match writable(&context, &token, &method, &headers).await {
        Ok(submission) => submission,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let mut step = Step::from(&context, ACTOR, submission.clone());
    let outcome = match step.submit() {
        Ok(()) => commit(&context, step).await,
        Err(problem) => Err(problem),
    };
    answer(&context, &token, &submission, outcome)
}

/// `POST /s/:token/withdraw`.
pub async fn withdraw(
    FromState(context): FromState<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let submission = match writable(&context, &token, &method, &headers).await {
        Ok(submission) => submission,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let mut step = Step::from(&context, ACTOR, submission.clone());
    let outcome = match step.withdraw().await {
        Ok(()) => commit(&context, step).await,
        Err(problem) => Err(problem),
    };
    answer(&context, &token, &submission, outcome)
}

/// `GET /s/:token/edit`.
pub async fn ask_edit(FromState(context): FromState<Context>, Path(token): Path<String>) -> Response<Body> {
    match guest::open(&context, &token).await {
        Ok(submission) => {
            let fields = form::filled(&submission.content, submission.venue.currency);
            edit_form(&context, &token, &submission, &fields, None)
        }
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /s/:token/edit`.
pub async fn edit(
    FromState(context): FromState<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response<Body> {
    let submission = match writable(&context, &token, &method, &headers).await {
        Ok(submission) => submission,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let outcome = match changed(&context, submission.clone(), &fields) {
        Ok(step) => commit(&context, step).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(problem) => edit_form(&context, &token, &submission, &fields, Some(&problem)),
    }
}

fn changed<'a>(context: &'a Context, submission: Submission, fields: &Fields) -> Result<Step<'a>, Problem> {
    let edit = form::read(fields, submission.venue.currency)?;
    let mut step = Step::from(context, ACTOR, submission);
    step.edit(edit, None)?;
    step.submission.content.complete(&step.submission.venue.timezone, context.now())?;
    if step.submission.content.links() > door::MOST_LINKS {
        return Err(Problem::field("/text", "too_many_links", "At most three links."));
    }
    Ok(step)
}

async fn commit(context: &Context, step: Step<'_>) -> Result<(), Problem> {
    let Step { change, submission, .. } = step;
    match change.commit().await {
        Ok(_) => Ok(()),
        Err(error) => Err(step::refused(context, &submission, error.into()).await),
    }
}

fn answer(context: &Context, token: &str, submission: &Submission, outcome: Result<(), Problem>) -> Response<Body> {
    match outcome {
        Ok(()) => Redirect::to(&format!("/s/{token}")).into_response(),
        Err(problem) => overview(context, token, submission, Some(&problem)),
    }
}

/// The submission, for a form that may change it.
async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Submission, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden).detail("This form came from another site."));
    }
    guest::open(context, token).await
}

fn may(submission: &Submission, action: Action) -> bool {
    after(submission.standing(), action, By::Author).is_some()
}

/// How it stands, in words.
fn stands(submission: &Submission) -> (&'static str, &'static str) {
    match (submission.state, submission.published.is_some()) {
        (State::Draft, _) => ("Not confirmed yet", "Please confirm it, and it will be looked at."),
        (State::Submitted, false) => ("Waiting", "It is being looked at. You will get a mail."),
        (State::Submitted, true) => {
            ("Change waiting", "Your change is being looked at; the version before it is public.")
        }
        (State::ChangesRequested, false) => ("A question", "Please change it and hand it in again."),
        (State::ChangesRequested, true) => {
            ("A question", "Please change it and hand it in again; the version before it is public.")
        }
        (State::Published, _) => ("On the calendar", "Everybody can see it."),
        (State::Rejected, _) => ("Not taken", "It was not taken."),
        (State::Withdrawn, _) => ("Taken back", "You have taken it back."),
    }
}

fn overview(context: &Context, token: &str, submission: &Submission, problem: Option<&Problem>) -> Response<Body> {
    let (state, meaning) = stands(submission);
    let content = &submission.content;
    let tone = match submission.state {
        State::Published => "pill good",
        State::Rejected | State::Withdrawn => "pill bad",
        _ => "pill",
    };
    let hand_in = if submission.state == State::Draft { "Confirm it" } else { "Hand it in again" };
    let main = html! {
        h1 { (content.title) }
        @if let Some(problem) = problem { (frame::note(problem)) }
        section.card aria-label="How it stands" {
            p { span class=(tone) { (state) } }
            p { (meaning) }
            @if let Some(note) = &submission.note { p { (submission.venue.name) " says: " q { (note) } } }
            @if let (Some(_), Some(calendar)) = (&submission.published, &submission.calendar) {
                p { a href={ "/c/" (calendar) } { "See the calendar" } }
            }
        }
        div.actions {
            @if may(submission, Action::Submit) {
                form method="post" action={ "/s/" (token) "/submit" } { button.primary { (hand_in) } }
            }
            @if may(submission, Action::Edit) { a.button href={ "/s/" (token) "/edit" } { "Change it" } }
            @if may(submission, Action::Withdraw) {
                form method="post" action={ "/s/" (token) "/withdraw" } { button.danger { "Take it back" } }
            }
        }
        section.card aria-label="The event" {
            h2 { "The event" }
            @for date in &content.when {
                p.when {
                    (words::date(date.from.date)) ", " (date.from.time) " to "
                    @if date.to.date != date.from.date { (words::date(date.to.date)) ", " }
                    (date.to.time)
                }
            }
            @if let Some(place) = &content.place { p { (place) } }
            @if let Some(price) = content.price { p { "Entrance " (words::money(price, submission.venue.currency)) } }
            div.told { (PreEscaped(markdown::to_html(&content.text))) }
        }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, status, submission, main)
}

fn edit_form(
    context: &Context,
    token: &str,
    submission: &Submission,
    fields: &Fields,
    problem: Option<&Problem>,
) -> Response<Body> {
    let main = html! {
        h1 { "Change your event" }
        @if let Some(problem) = problem { (frame::note(problem)) }
        @if submission.published.is_some() {
            p.note { "What is public now stays until your change was looked at." }
        }
        form method="post" action={ "/s/" (token) "/edit" } {
            (form::event(fields, submission.venue.currency))
            div.actions {
                button.primary { "Keep the change" }
                a.button href={ "/s/" (token) } { "Leave it as it is" }
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, status, submission, main)
}

fn page(context: &Context, status: StatusCode, submission: &Submission, main: Markup) -> Response<Body> {
    let title = format!("{} · {}", submission.content.title, submission.venue.name);
    let page = Page {
        title: &title,
        business: &submission.venue.name,
        accent: None,
        language: "en",
        head: html! {},
        main,
        foot: html! { p { "All times are " (frame::zone_name(&submission.venue.timezone)) " time." } },
        policy: Policy::Private,
        class: "suggest",
    };
    frame::respond(context, status, &page)
}
