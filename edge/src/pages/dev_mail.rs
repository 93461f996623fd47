//! `/dev/mail`: what was mailed, readable on a developer's machine. Anywhere else there is no such page.

use crate::context::Context;
use crate::mail::render::{Composed, Ends, compose};
use crate::mail::{open, store};
use crate::pages::layout::{Page, Policy, respond};
use crate::pages::voice::Voice;
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
        voice: &Voice::english(),
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Private,
        class: "",
    };
    Ok(respond(StatusCode::OK, &page, &nonce))
}

/// Stands for the address that writes, which nobody has set here.
const SENDER: &str = "no-reply@localhost";

async fn rendered(context: &Context, mails: &[store::Shown]) -> Result<Vec<Option<Composed>>, Problem> {
    let ids: Vec<&str> = mails.iter().map(|mail| mail.public_id.as_str()).collect();
    let mut around = store::around(context.database(), &ids).await?;
    let mut shown = |mail: &store::Shown| {
        let letter = open(context, &mail.public_id, mail.letter_sealed.as_deref()?)?;
        let ends = Ends { sender: SENDER, to: &mail.recipient, language: &mail.language };
        Some(compose(&letter, ends, around.remove(&mail.public_id)?, context.now()))
    };
    Ok(mails.iter().map(&mut shown).collect())
}

async fn found(context: &Context, id: &str) -> Result<(store::Shown, Composed), Problem> {
    only_in_development(context)?;
    let mail = store::one(context.database(), id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    let composed = rendered(context, core::slice::from_ref(&mail)).await?.pop().flatten();
    Ok((mail, composed.ok_or_else(|| Problem::not_found("letter"))?))
}

/// `GET /dev/mail`: the newest hundred.
pub async fn list(State(context): State<Context>) -> Result<Response<Body>, Problem> {
    only_in_development(&context)?;
    let mails = store::newest(context.database()).await?;
    let shown = rendered(&context, &mails).await?;
    let main = html! {
        h1 { "Mail" }
        @if mails.is_empty() { p { "Nothing was mailed yet." } }
        @else {
            div.scroll { table {
                thead { tr { th scope="col" { "When" } th scope="col" { "To" } th scope="col" { "Subject" } th scope="col" { "State" } } }
                tbody {
                    @for (mail, shown) in mails.iter().zip(&shown) {
                        tr {
                            td { (Timestamp(Instant(mail.created_at)).to_string()) }
                            td { (mail.recipient) }
                            td { a href={ "/dev/mail/" (mail.public_id) } {
                                @match shown { Some(shown) => (shown.said.subject), None => (mail.kind) }
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
        h1 { (shown.said.subject) }
        p.quiet { "To " (mail.recipient) ", " (mail.kind) ", " (mail.state) ", " (mail.attempts) " attempts" }
        p { a href={ "/dev/mail/" (id) "/html" } { "As HTML" } " · " a href={ "/dev/mail/" (id) "/text" } { "As text" } }
        pre { (shown.said.text) }
        @for invite in &shown.invites { h2 { (invite.media_type()) } pre { (invite.text) } }
    };
    page(&context, &shown.said.subject, main)
}

/// `GET /dev/mail/:id/html`: as a mail program shows it.
pub async fn as_html(State(context): State<Context>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let (_, shown) = found(&context, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, shown.said.html).into_response())
}

/// `GET /dev/mail/:id/text`: the other half of it.
pub async fn as_text(State(context): State<Context>, Path(id): Path<String>) -> Result<Response<Body>, Problem> {
    let (_, shown) = found(&context, &id).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, shown.said.text).into_response())
}
