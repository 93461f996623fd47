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
use crate::pages::voice::Voice;
use crate::pages::{frame, refusal};
use crate::problem::Problem;
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
        Ok(()) => back(&context, &token, &submission),
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
        Ok(()) => back(context, token, submission),
        Err(problem) => overview(context, token, submission, Some(&problem)),
    }
}

/// The submission, for a form that may change it.
async fn writable(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Submission, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(frame::foreign_form());
    }
    guest::open(context, token).await
}

fn may(submission: &Submission, action: Action) -> bool {
    after(submission.standing(), action, By::Author).is_some()
}

fn speaks(context: &Context, submission: &Submission) -> Voice {
    Voice::of(context, &[&submission.venue.locale])
}

/// Back to the event.
fn back(context: &Context, token: &str, submission: &Submission) -> Response<Body> {
    Redirect::to(&speaks(context, submission).link(&format!("/s/{token}"))).into_response()
}

/// How it stands: the keys of a word and of what it means.
fn stands(submission: &Submission) -> (&'static str, Option<&'static str>) {
    match (submission.state, submission.published.is_some()) {
        (State::Draft, _) => ("sent.draft", Some("sent.draft.note")),
        (State::Submitted, false) => ("sent.waiting", Some("sent.waiting.note")),
        (State::Submitted, true) => ("sent.change", Some("sent.change.note")),
        (State::ChangesRequested, false) => ("sent.asked", Some("sent.asked.note")),
        (State::ChangesRequested, true) => ("sent.asked", Some("sent.asked.note_public")),
        (State::Published, _) => ("sent.published", Some("sent.published.note")),
        (State::Rejected, _) => ("sent.rejected", None),
        (State::Withdrawn, _) => ("sent.withdrawn", None),
    }
}

fn overview(context: &Context, token: &str, submission: &Submission, problem: Option<&Problem>) -> Response<Body> {
    let voice = &speaks(context, submission);
    let venue = &submission.venue;
    let wording = voice.wording(&venue.timezone, venue.currency);
    let link = |path: &str| voice.link(&format!("/s/{token}{path}"));
    let (state, meaning) = stands(submission);
    let content = &submission.content;
    let tone = match submission.state {
        State::Published => "pill good",
        State::Rejected | State::Withdrawn => "pill bad",
        _ => "pill",
    };
    let hand_in = if submission.state == State::Draft { "submission.confirm.button" } else { "sent.again" };
    let main = html! {
        h1 { (content.title) }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        section.card aria-label=(voice.t("sent.stands")) {
            p { span class=(tone) { (voice.t(state)) } }
            @if let Some(meaning) = meaning { p { (voice.t(meaning)) } }
            @if let Some(note) = &submission.note { p { (voice.say("sent.says", &[("organization", &venue.name)])) " " q { (note) } } }
            @if let (Some(_), Some(calendar)) = (&submission.published, &submission.calendar) {
                p { a href=(voice.link(&format!("/c/{calendar}"))) { (voice.t("sent.calendar")) } }
            }
        }
        div.actions {
            @if may(submission, Action::Submit) {
                form method="post" action=(link("/submit")) { button.primary { (voice.t(hand_in)) } }
            }
            @if may(submission, Action::Edit) { a.button href=(link("/edit")) { (voice.t("sent.edit")) } }
            @if may(submission, Action::Withdraw) {
                form method="post" action=(link("/withdraw")) { button.danger { (voice.t("sent.withdraw")) } }
            }
        }
        section.card aria-label=(voice.t("label.event")) {
            h2 { (voice.t("label.event")) }
            @for date in &content.when {
                p.when {
                    (wording.long_date(date.from.date)) ", " (wording.clock(date.from.time)) " – "
                    @if date.to.date != date.from.date { (wording.long_date(date.to.date)) ", " }
                    (wording.clock(date.to.time))
                }
            }
            @if let Some(place) = &content.place { p { (place) } }
            @if let Some(price) = content.price { p { (voice.t("event.price")) ": " (wording.money(price)) } }
            div.told { (PreEscaped(markdown::to_html(&content.text))) }
        }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, voice, status, submission, main)
}

fn edit_form(
    context: &Context,
    token: &str,
    submission: &Submission,
    fields: &Fields,
    problem: Option<&Problem>,
) -> Response<Body> {
    let voice = &speaks(context, submission);
    let main = html! {
        h1 { (voice.t("sent.edit_title")) }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        @if submission.published.is_some() {
            p.note { (voice.t("sent.stays")) }
        }
        form method="post" action=(voice.link(&format!("/s/{token}/edit"))) {
            (form::event(voice, fields, submission.venue.currency))
            div.actions {
                button.primary { (voice.t("sent.save")) }
                a.button href=(voice.link(&format!("/s/{token}"))) { (voice.t("sent.leave")) }
            }
        }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    page(context, voice, status, submission, main)
}

fn page(context: &Context, voice: &Voice, status: StatusCode, submission: &Submission, main: Markup) -> Response<Body> {
    let zone = voice.zone(&voice.wording(&submission.venue.timezone, submission.venue.currency));
    let title = format!("{} · {}", submission.content.title, submission.venue.name);
    let page = Page {
        title: &title,
        business: &submission.venue.name,
        accent: None,
        voice,
        head: html! {},
        main,
        foot: html! { p { (zone) } },
        policy: Policy::Private,
        class: "suggest",
    };
    frame::respond(context, status, &page)
}
