//! `/b/:token/invoice`: a booking's invoice and what was paid, to be printed. It is issued when somebody asks for it.

use super::frame::{self, Names};
use super::layout::{Page, Policy};
use super::words;
use crate::access::{limit, secret, session};
use crate::context::Context;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::store::By;
use crate::domain::desk::store as desk;
use crate::domain::invoice::store::Issued;
use crate::domain::invoice::{self, Body as Document, Party};
use crate::domain::org::{Settings, zone};
use crate::domain::payment::rules::balance;
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use shared::zone::{Instant, Zone};

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
        Ok(()) => Redirect::to(&format!("/b/{token}/invoice")).into_response(),
        Err(problem) => frame::problem(&context, &problem),
    }
}

async fn issued(context: &Context, token: &str, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    limit::guest(context, headers).await?;
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(Problem::new(Code::Forbidden).detail("This form came from another site."));
    }
    let found = change::read(context, By::Token(&secret::hashed(token))).await?;
    let offerings: Vec<&str> = found.1.iter().map(|item| item.offering.as_str()).collect();
    let names: Names = desk::names(context.database(), found.0.org_id, &offerings).await.unwrap_or_default();
    invoice::issue(context, &found, names).await.map(|_| ())
}

async fn drawn(context: &Context, token: &str) -> Result<Response<Body>, Problem> {
    let found = change::read(context, By::Token(&secret::hashed(token))).await?;
    let row = &found.0;
    let documents = invoice::store::of_booking(context.database(), &row.public_id).await?;
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let seller = documents.last().and_then(|one| serde_json::from_str::<Document>(&one.body).ok());
    // A receipt is from whoever issued the invoice.
    let seller = seller.map_or_else(|| invoice::seller(&row.org_name, settings.clone()), |issued| issued.seller);
    let missing = invoice::missing(&documents, row.owed).filter(|_| row.number.is_some());
    let main = html! {
        h1 { "Invoice" }
        @for one in &documents { (document(one, &row.timezone)?) }
        @if let Some((kind, amount)) = missing {
            section.card aria-label="To be issued" {
                p {
                    @if documents.is_empty() { "There is no invoice yet." }
                    @else { "The price has changed since: " @if kind == "INVOICE" { "more " } @else { "less " } (words::money(amount, row.currency)) "." }
                }
                form.actions method="post" action={ "/b/" (token) "/invoice" } {
                    button.primary { @if kind == "INVOICE" { "Issue the invoice" } @else { "Issue the credit note" } }
                }
            }
        }
        @if documents.is_empty() && missing.is_none() { p.card { "There is nothing to invoice." } }
        (receipt(&found, &seller))
        div.actions { a.button href={ "/b/" (token) } { "Back to the booking" } }
    };
    let page = Page {
        title: &format!("Invoice · {}", row.org_name),
        business: &row.org_name,
        accent: settings.accent.as_deref(),
        language: "en",
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Private,
        class: "manage",
    };
    Ok(frame::respond(context, StatusCode::OK, &page))
}

fn document(one: &Issued, timezone: &str) -> Result<Markup, Problem> {
    let body: Document = serde_json::from_str(&one.body).map_err(Problem::internal)?;
    let zone = zone_of(timezone, one.issued_at);
    let names: Names = body.names;
    let money = |amount: i64| words::money(amount, one.currency);
    let what = if one.kind == "INVOICE" { "Invoice" } else { "Credit note" };
    Ok(html! {
        section.card aria-label={ (what) " " (one.number) } {
            h2 { (what) " " (one.number) }
            p { (words::date(zone.to_local(Instant(one.issued_at)).date)) }
            table { tbody {
                tr { th scope="row" { "From" } td.amount { (party(&body.seller)) } }
                tr { th scope="row" { "To" } td.amount { (party(&body.buyer)) } }
                tr { th scope="row" { "Booking" } td.amount { (body.booking) } }
                @if let Some(corrects) = &body.corrects { tr { th scope="row" { "Corrects" } td.amount { (corrects) } } }
            } }
            @for item in &body.items {
                @let zone = zone_of(timezone, item.starts_at.0.0);
                p { (item.name) ", " (words::date(zone.to_local(item.starts_at.0).date)) }
            }
            table { tbody {
                @for line in &body.lines {
                    tr {
                        th scope="row" { (frame::line_name(line, &names)) }
                        td.amount { (money(line.amount)) }
                    }
                }
                @for tax in &body.taxes {
                    tr {
                        th.quiet scope="row" {
                            @if tax.included { "of it " } (tax.name) " on " (money(tax.net))
                        }
                        td.amount.quiet { (money(tax.amount)) }
                    }
                }
                tr.total {
                    th scope="row" { @if one.kind == "INVOICE" { "Total" } @else { "Credited" } }
                    td.amount { (money(one.amount)) }
                }
            } }
            @if let Some(footer) = &body.footer { p.quiet { (lines(footer)) } }
        }
    })
}

/// Somebody on a document, line by line.
fn party(party: &Party) -> Markup {
    html! {
        (party.name)
        @if let Some(address) = &party.address { br; (lines(address)) }
        @if let Some(number) = &party.tax_number { br; "VAT or tax number " (number) }
        @if let Some(email) = &party.email { br; (email) }
    }
}

fn lines(text: &str) -> Markup {
    html! { @for (index, line) in text.lines().enumerate() { @if index > 0 { br; } (line) } }
}

/// What was paid, what went back.
fn receipt((row, _): &Found, seller: &Party) -> Markup {
    let line = |name: &str, amount: i64| {
        html! { @if amount != 0 { tr { th scope="row" { (name) } td.amount { (words::money(amount, row.currency)) } } } }
    };
    html! {
        @if row.paid > 0 {
            section.card aria-label="Receipt" {
                h2 { "Receipt" }
                table { tbody {
                    tr { th scope="row" { "From" } td.amount { (party(seller)) } }
                    (line("Paid", row.paid))
                    (line("Given back", row.repaid))
                    (line("On its way back", row.going_back))
                    (line("Still to be paid", balance(row).max(0)))
                } }
            }
        }
    }
}

fn zone_of(timezone: &str, at: i64) -> Zone {
    let (from, to) = (Instant(at.saturating_sub(5 * 86_400)), Instant(at.saturating_add(5 * 86_400)));
    zone::table(timezone, from, to).unwrap_or_else(|| Zone::fixed("UTC", 0))
}
