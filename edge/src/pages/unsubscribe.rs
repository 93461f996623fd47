//! `/u/:token`: no more of some mails. The page asks, since mail programs open links to look at them; a POST does it at once,
//! which is what a mail program sends for its reader's one click (RFC 8058), without cookies and from anywhere.

use super::frame;
use super::layout::{Page, Policy};
use super::voice::Voice;
use crate::access::limit;
use crate::context::Context;
use crate::domain::notice::refusal::{self, Refusal};
use crate::domain::org::Settings;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::html;

/// `GET /u/:token`.
pub async fn ask(State(context): State<Context>, Path(token): Path<String>) -> Response<Body> {
    match refusal::open(&context, &token) {
        Ok(refusal) => page(&context, &refusal, false).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /u/:token`.
pub async fn refuse(State(context): State<Context>, Path(token): Path<String>, headers: HeaderMap) -> Response<Body> {
    let done = async {
        limit::guest(&context, &headers).await?;
        let refusal = refusal::open(&context, &token)?;
        refusal::refuse(&context, &refusal).await?;
        Ok::<Refusal, Problem>(refusal)
    };
    match done.await {
        Ok(refusal) => page(&context, &refusal, true).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

async fn page(context: &Context, refusal: &Refusal, done: bool) -> Response<Body> {
    let drawn = async {
        let organization = refusal::organization(context, refusal).await?;
        let settings: Settings = serde_json::from_str(&organization.settings).unwrap_or_default();
        let voice = Voice::of(context, &[&organization.locale]);
        let topic = refusal.topic();
        let places = [("organization", organization.name.as_str())];
        let title = voice.say(&format!("unsubscribe.{topic}"), &[]);
        let said = voice.say(&format!("unsubscribe.{topic}.{}", if done { "done" } else { "ask" }), &places);
        let main = html! {
            h1 { (title) }
            @if done { div.note role="status" { p { (said) } } } @else {
                p { (said) }
                form method="post" { button.primary { (title) } }
            }
        };
        let page = Page {
            title: &title,
            business: &organization.name,
            accent: settings.accent.as_deref(),
            voice: &voice,
            head: html! {},
            main,
            foot: frame::contact(&settings),
            policy: Policy::Private,
            class: "",
        };
        Ok::<Response<Body>, Problem>(frame::respond(context, StatusCode::OK, &page))
    };
    drawn.await.unwrap_or_else(|problem| frame::problem(context, &problem))
}
