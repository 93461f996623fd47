//! `/dev/mail`: what was mailed, readable on a developer's machine. Anywhere else there is no such page.

use crate::context::Context;
use crate::mail::template::{Rendered, render};
use crate::mail::{open, store, words};
use crate::pages::layout::{Page, Policy, respond};
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use shared::embed::Timestamp;
use shared::zone::Instant;

/// What a mail itself may load: nothing; its styles stand in it.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

fn only_in_development(context: &Context) -> Result<(), Problem> {
    if context.development() { Ok(()) } else { Err(Problem::new(Code::NotFound)) }
}

fn page(context: &Context, title: &str, main: Markup) -> Result<Response<Body>, Problem> {
    let nonce = crate::access::secret::token(context.random_key().map_err(Problem::internal)?);
    let page = Page {
        title,
        business: "Daymark on this machine",
        accent: None,
        language: "en",
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Private,
        class: "",
    };
    Ok(respond(StatusCode::OK, &page, &nonce))
}

fn rendered(context: &Context, mail: &store::Shown) -> Option<Rendered> {
    let letter = open(context, &mail.public_id, mail.letter_sealed.as_deref()?)?;
    Some(render(&words::of(&letter, &mail.language)))
}

async fn found(context: &Context, id: &str) -> Result<(store::Shown, Rendered), Problem> {
    only_in_development(context)?;
    let mail = store::one(context.database(), id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    let rendered = rendered(context, &mail).ok_or_else(|| Problem::not_found("letter"))?;
    Ok((mail, rendered))
}

/// `GET /dev/mail`: the newest hundred.
pub async fn list(State(context): State<Context>) -> Result<Response<Body>, Problem> {
    only_in_development(&context)?;
    let mails = store::newest(context.database()).await?;
    let main = html! {
        h1 { "Mail" }
        @if mails.is_empty() { p { "Nothing was mailed yet." } }
        @else {
            div.scroll { table {
                thead { tr { th scope="col" { "When" } th scope="col" { "To" } th scope="col" { "Subject" } th scope="col" { "State" } } }
                tbody {
                    @for mail in &mails {
                        tr {
                            td { (Timestamp(Instant(mail.created_at)).to_string()) }
                            td { (mail.recipient) }
                            td { a href={ "/dev/mail/" (mail.public_id) } {
                                @match rendered(&context, mail) { Some(shown) => (shown.subject), None => (mail.kind) }
                            } }
                            td { (mail.state) @if let Some(failure) = &mail.failure { ": " (failure) } }
                        }
                    }
                }
            } }
        }
    };
    page(&context, "Mail", main)
}

/// `GET /dev/mail/:id`: one mail as text, with the way to its HTML.
pub async fn read(State(context): State<Context>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let (mail, shown) = found(&context, &id).await?;
    let main = html! {
        h1 { (shown.subject) }
        p.quiet { "To " (mail.recipient) ", " (mail.kind) ", " (mail.state) ", " (mail.attempts) " attempts" }
        p { a href={ "/dev/mail/" (id) "/html" } { "As HTML" } " · " a href={ "/dev/mail/" (id) "/text" } { "As text" } }
        pre { (shown.text) }
    };
    page(&context, &shown.subject, main)
}

/// `GET /dev/mail/:id/html`: as a mail program shows it.
pub async fn as_html(State(context): State<Context>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let (_, shown) = found(&context, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, shown.html).into_response())
}

/// `GET /dev/mail/:id/text`: the other half of it.
pub async fn as_text(State(context): State<Context>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let (_, shown) = found(&context, &id).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, shown.text).into_response())
}
