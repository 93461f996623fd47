//! `/u/:token`: no more of some mails. The page asks, since mail programs open links to look at them; a POST does it at once,
//! which is what a mail program sends for its reader's one click (RFC 8058), without cookies and from anywhere.

use super::frame;
use super::layout::{Page, Policy, respond};
use crate::access::{limit, secret};
use crate::context::Context;
use crate::domain::notice::refusal::{self, Refusal};
use crate::domain::org::Settings;
use crate::mail::words::Words;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::html;
use serde::Deserialize;

/// The language of the mail that led here.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    lang: String,
}

/// `GET /u/:token`.
pub async fn ask(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    match refusal::open(&context, &token) {
        Ok(refusal) => page(&context, &refusal, &asked, false).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /u/:token`.
pub async fn refuse(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response<Body> {
    let done = async {
        limit::guest(&context, &headers).await?;
        let refusal = refusal::open(&context, &token)?;
        refusal::refuse(&context, &refusal).await?;
        Ok::<Refusal, Problem>(refusal)
    };
    match done.await {
        Ok(refusal) => page(&context, &refusal, &asked, true).await,
        Err(problem) => frame::problem(&context, &problem),
    }
}

async fn page(context: &Context, refusal: &Refusal, asked: &Asked, done: bool) -> Response<Body> {
    let drawn = async {
        let organization = refusal::organization(context, refusal).await?;
        let settings: Settings = serde_json::from_str(&organization.settings).unwrap_or_default();
        let words = Words::of(&asked.lang);
        let topic = refusal.topic();
        let places = [("organization", organization.name.as_str())];
        let title = words.say(&format!("unsubscribe.{topic}"), &[]);
        let said = words.say(&format!("unsubscribe.{topic}.{}", if done { "done" } else { "ask" }), &places);
        let main = html! {
            div dir=(words.direction()) {
                h1 { (title) }
                @if done { div.note role="status" { p { (said) } } } @else {
                    p { (said) }
                    form method="post" { button.primary { (title) } }
                }
            }
        };
        let page = Page {
            title: &title,
            business: &organization.name,
            accent: settings.accent.as_deref(),
            language: words.language,
            head: html! {},
            main,
            foot: frame::contact(&settings),
            policy: Policy::Private,
            class: "",
        };
        let nonce = secret::token(context.random_key().map_err(Problem::internal)?);
        Ok::<Response<Body>, Problem>(respond(StatusCode::OK, &page, &nonce))
    };
    drawn.await.unwrap_or_else(|problem| frame::problem(context, &problem))
}
