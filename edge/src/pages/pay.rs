//! `/b/:token/pay`: on to the payment provider. The one address for whatever is due: to book, the rest, a difference. It leads
//! back to the booking when there is nothing to pay, or to the page of the calendar that asked for it.

use super::layout::{Page, Policy};
use super::way_back::Asked;
use super::{frame, manage, refusal};
use crate::access::{limit, secret};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::store::By;
use crate::domain::org::Settings;
use crate::domain::payment::ask;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::response::{IntoResponse, Redirect};
use maud::html;

/// `GET /b/:token/pay`. Asking twice asks for the same: the page at the provider is made once.
pub async fn go(
    State(context): State<Context>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response<Body> {
    let mut response = match on(&context, &token, asked, &headers).await {
        Ok(response) => response,
        Err(problem) => frame::problem(&context, &problem),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn on(context: &Context, token: &str, asked: Asked, headers: &HeaderMap) -> Result<Response<Body>, Problem> {
    limit::guest(context, headers).await?;
    let found = change::read(context, By::Token(&secret::hashed(token))).await?;
    let (name, settings) = (found.0.org_name.clone(), found.0.settings.clone());
    let voice = manage::speaks(context, &found);
    let way = asked.allowed(context, &found.0.public_id).await?;
    let mut response = match (ask::address(context, found, token).await, &way) {
        (Ok(url), _) => Redirect::to(&url).into_response(),
        (Err(problem), Some(way)) if problem.cause() == "nothing_due" => return Ok(way.go(context, token, false)),
        (Err(problem), None) if problem.cause() == "nothing_due" => {
            Redirect::to(&voice.link(&format!("/b/{token}"))).into_response()
        }
        (Err(problem), _) => {
            let settings: Settings = serde_json::from_str(&settings).unwrap_or_default();
            let main = html! {
                h1 { (voice.t("own.payment")) }
                (refusal::note(&voice, &problem))
                div.actions {
                    a.button.primary href=(voice.link(&format!("/b/{token}/pay"))) { (voice.t("page.try_again")) }
                    a.button href=(voice.link(&format!("/b/{token}"))) { (voice.t("page.to_booking")) }
                }
            };
            let page = Page {
                title: &format!("{} · {name}", voice.t("own.payment")),
                business: &name,
                accent: settings.accent.as_deref(),
                voice: &voice,
                head: html! {},
                main,
                foot: html! {},
                policy: Policy::Private,
                class: "manage",
            };
            frame::respond(context, frame::status(&problem), &page)
        }
    };
    if let Some(way) = way {
        way.note(context, token, &mut response);
    }
    Ok(response)
}
