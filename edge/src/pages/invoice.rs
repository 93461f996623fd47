//! `/b/:token/invoice`: a booking's invoice and what was paid, to be printed. It is issued when somebody asks for it.

use super::frame::{self, Names};
use super::layout::{Page, Policy};
use super::manage::speaks;
use super::voice::Voice;
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::store::By;
use crate::domain::desk::store as desk;
use crate::domain::invoice::store::Issued;
use crate::domain::invoice::{self, Body as Document, Party};
use crate::domain::org::Settings;
use crate::problem::Problem;
use crate::wording::Wording;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use shared::zone::Instant;

/// `GET /b/:token/invoice`.
pub async fn show(State(context): State<Context>, Path(token): Path<String>) -> Response<Body> {
    match drawn(&context, &token).await {
        Ok(response) => response,
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /b/:token/invoice`: issues what is missing.
pub async fn issue(
    State(context): State<Context>,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    match issued(&context, &token, &method, &headers).await {
        Ok(voice) => Redirect::to(&voice.link(&format!("/b/{token}/invoice"))).into_response(),
        Err(problem) => frame::problem(&context, &problem),
    }
}

async fn issued(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<Voice, Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(frame::foreign_form());
    }
    let found = change::read(context, By::Token(&secret::hashed(token))).await?;
    let offerings: Vec<&str> = found.1.iter().map(|item| item.offering.as_str()).collect();
    let names: Names = desk::names(context.database(), found.0.org_id, &offerings).await.unwrap_or_default();
    invoice::issue(context, &found, names).await.map(|_| speaks(context, &found))
}

async fn drawn(context: &Context, token: &str) -> Result<Response<Body>, Problem> {
    let found = change::read(context, By::Token(&secret::hashed(token))).await?;
    let row = &found.0;
    let documents = invoice::store::of_booking(context.database(), &row.public_id).await?;
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let seller = documents.last().and_then(|one| serde_json::from_str::<Document>(&one.body).ok());
    // A receipt is from whoever issued the invoice.
    let seller = seller.map_or_else(|| invoice::seller(&row.org_name, settings.clone()), |issued| issued.seller);
    let voice = &speaks(context, &found);
    let wording = voice.wording(&row.timezone, row.currency);
    let missing = invoice::missing(&documents, row.owed).filter(|_| row.number.is_some());
    let main = html! {
        h1 { (voice.t("invoice.title")) }
        @for one in &documents { (document(voice, &wording, one)?) }
        @if let Some((kind, amount)) = missing {
            @let [changed, button] = if kind == "INVOICE" {
                ["invoice.more", "invoice.issue"]
            } else {
                ["invoice.less", "invoice.issue_credit"]
            };
            section.card aria-label=(voice.t(button)) {
                @if documents.is_empty() { p { (voice.t("invoice.none")) } }
                @else { p { (voice.say(changed, &[("amount", &wording.money(amount))])) } }
                form.actions method="post" action=(voice.link(&format!("/b/{token}/invoice"))) {
                    button.primary { (voice.t(button)) }
                }
            }
        }
        @if documents.is_empty() && missing.is_none() { p.card { (voice.t("invoice.nothing")) } }
        @if row.paid > 0 {
            section.card aria-label=(voice.t("invoice.receipt")) {
                h2 { (voice.t("invoice.receipt")) }
                p { (voice.t("invoice.from")) " " (party(voice, &seller)) }
                (frame::paid(voice, &wording, row))
            }
        }
        div.actions { a.button href=(voice.link(&format!("/b/{token}"))) { (voice.t("page.to_booking")) } }
    };
    let page = Page {
        title: &format!("{} · {}", voice.t("invoice.title"), row.org_name),
        business: &row.org_name,
        accent: settings.accent.as_deref(),
        voice,
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Private,
        class: "manage",
    };
    Ok(frame::respond(context, StatusCode::OK, &page))
}

fn document(voice: &Voice, wording: &Wording, one: &Issued) -> Result<Markup, Problem> {
    let body: Document = serde_json::from_str(&one.body).map_err(Problem::internal)?;
    let names: Names = body.names;
    let money = |amount: i64| wording.money_in(amount, one.currency);
    let [what, total] =
        if one.kind == "INVOICE" { ["invoice.title", "label.total"] } else { ["invoice.credit", "invoice.credited"] };
    let date = |at: Instant| wording.long_date(wording.date_of(at));
    let title = format!("{} {}", voice.t(what), one.number);
    Ok(html! {
        section.card aria-label=(title) {
            h2 { (title) }
            p { (date(Instant(one.issued_at))) }
            table { tbody {
                tr { th scope="row" { (voice.t("invoice.from")) } td.amount { (party(voice, &body.seller)) } }
                tr { th scope="row" { (voice.t("invoice.to")) } td.amount { (party(voice, &body.buyer)) } }
                tr { th scope="row" { (voice.t("invoice.booking")) } td.amount { (body.booking) } }
                @if let Some(corrects) = &body.corrects { tr { th scope="row" { (voice.t("invoice.corrects")) } td.amount { (corrects) } } }
            } }
            @for item in &body.items {
                p { (item.name) ", " (date(item.starts_at.0)) }
            }
            table { tbody {
                @for line in &body.lines {
                    tr {
                        th scope="row" { (frame::line_name(voice, line, &names)) }
                        td.amount { (money(line.amount)) }
                    }
                }
                @for tax in &body.taxes {
                    @let told = voice.say("invoice.tax", &[("tax", &tax.name), ("net", &money(tax.net))]);
                    tr {
                        th.quiet scope="row" {
                            @if tax.included { (voice.say("line.included", &[("name", &told)])) } @else { (told) }
                        }
                        td.amount.quiet { (money(tax.amount)) }
                    }
                }
                tr.total {
                    th scope="row" { (voice.t(total)) }
                    td.amount { (money(one.amount)) }
                }
            } }
            @if let Some(footer) = &body.footer { p.quiet { (lines(footer)) } }
        }
    })
}

/// Somebody on a document, line by line.
fn party(voice: &Voice, party: &Party) -> Markup {
    html! {
        (party.name)
        @if let Some(address) = &party.address { br; (lines(address)) }
        @if let Some(number) = &party.tax_number { br; (voice.t("invoice.tax_number")) " " (number) }
        @if let Some(email) = &party.email { br; (email) }
    }
}

fn lines(text: &str) -> Markup {
    html! { @for (index, line) in text.lines().enumerate() { @if index > 0 { br; } (line) } }
}
