//! `/c/:calendarId/submit`: the public form as a page that needs no script. No script can work for a challenge here, so the
//! form has to have been open for a while, and one address may send fewer of them.
//!
//! `/s/:token`: the guest's own page, in [`own`].

mod form;
pub mod own;

use super::{frame, hosted, refusal};
use crate::access::{limit, session};
use crate::context::Context;
use crate::domain::booking::order::Contact;
use crate::domain::submission::door::{self, Way};
use crate::domain::submission::guest;
use crate::domain::submission::step::Step;
use crate::problem::Problem;
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use form::Fields;
use maud::html;

/// `GET /c/:calendarId/submit`.
pub async fn show(State(context): State<Context>, Path(id): Path<String>) -> Response<Body> {
    page(&context, &id, &Fields::new(), None).await
}

/// `POST /c/:calendarId/submit`.
pub async fn send(
    State(context): State<Context>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response<Body> {
    if !session::is_same_origin(&method, &headers, &context.origin()) {
        return frame::problem(&context, &frame::foreign_form());
    }
    if let Err(problem) = limit::plain_submission(&context, &headers, &id).await {
        return page(&context, &id, &fields, Some(&problem)).await;
    }
    match hand_in(&context, &id, &fields).await {
        Ok(()) => thanks(&context, &id, &fields).await,
        Err(problem) => page(&context, &id, &fields, Some(&problem)).await,
    }
}

async fn hand_in(context: &Context, id: &str, fields: &Fields) -> Result<(), Problem> {
    let entrance = guest::entrance(context, id).await?;
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    // People do not see this field. Who fills it in is thanked, and that is all.
    if !text("website").is_empty() {
        return Ok(());
    }
    let contact = Contact::parse(text("name"), text("email"), None)?;
    let edit = form::read(fields, entrance.venue().currency)?;
    let used = door::come_in(context, Way::Time, &entrance.calendar, text("opened"), "")?;
    let Step { change, .. } = guest::begin(context, entrance, contact, edit, &used)?;
    change.commit().await.map_err(|error| guest::refused(error.into()))?;
    Ok(())
}

async fn thanks(context: &Context, id: &str, fields: &Fields) -> Response<Body> {
    let hosted = match hosted::open(context, id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(context, &problem),
    };
    let email = fields.get("email").map(String::as_str).unwrap_or_default();
    let voice = hosted.voice();
    let title = voice.t("suggest.done");
    let main = html! {
        h1 { (title) }
        div.note role="status" {
            p { (voice.mark("suggest.sent", &[("email", html! { strong { (email) } })])) }
        }
        p { a href=(voice.link(&hosted.path())) { (voice.t("page.to_calendar")) } }
    };
    hosted.page(context, StatusCode::ACCEPTED, title, html! {}, main)
}

async fn page(context: &Context, id: &str, fields: &Fields, problem: Option<&Problem>) -> Response<Body> {
    let both = async {
        let entrance = guest::entrance(context, id).await?;
        let opened = door::challenge(context, Way::Time, &entrance.calendar)?;
        Ok::<_, Problem>((entrance, opened, hosted::open(context, id).await?))
    };
    let (entrance, fresh, hosted) = match both.await {
        Ok(found) => found,
        Err(problem) => return frame::problem(context, &problem),
    };
    // A form that comes back with a fault keeps the time at which it was opened.
    let opened = fields.get("opened").filter(|_| problem.is_some_and(|problem| problem.cause() != "challenge_used"));
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let voice = hosted.voice();
    let title = voice.t("suggest.title");
    let main = html! {
        h1 { (title) }
        p { (voice.say("suggest.note", &[("organization", &entrance.venue().name)])) }
        @if let Some(problem) = problem { (refusal::note(voice, problem)) }
        form method="post" action=(voice.link(&format!("{}/submit", hosted.path()))) {
            input type="hidden" name="opened" value=(opened.unwrap_or(&fresh));
            (form::event(voice, fields, entrance.venue().currency))
            section.card aria-label=(voice.t("book.details")) {
                h2 { (voice.t("book.details")) }
                p.quiet { (voice.t("suggest.mail")) }
                div.field {
                    label for="name" { (voice.t("book.name")) }
                    input #name name="name" required maxlength="200" autocomplete="name" value=(value("name"));
                }
                div.field {
                    label for="email" { (voice.t("book.email")) }
                    input #email name="email" type="email" required maxlength="254" autocomplete="email" value=(value("email"));
                }
                div.hidden aria-hidden="true" {
                    label for="website" { (voice.t("suggest.empty")) }
                    input #website name="website" tabindex="-1" autocomplete="off";
                }
            }
            button.primary { (voice.t("suggest.send")) }
        }
    };
    let status = problem.map_or(StatusCode::OK, frame::status);
    hosted.page(context, status, title, html! {}, main)
}
