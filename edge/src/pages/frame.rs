//! Parts that several pages share: a price, a refusal, whom to ask.

use super::layout::{self, Page, Policy};
use super::words;
use crate::context::Context;
use crate::domain::org::Settings;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use maud::{Markup, html};
use shared::pricing::{Line, LineKind, Quote};
use std::collections::BTreeMap;

/// Answers a page under a fresh nonce.
pub fn respond(context: &Context, status: StatusCode, page: &Page<'_>) -> Response<Body> {
    let nonce = crate::access::secret::token(context.random_key().unwrap_or_default());
    layout::respond(status, page, &nonce)
}

/// A problem's status.
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A problem as a page of its own.
pub fn problem(context: &Context, problem: &Problem) -> Response<Body> {
    let title = problem.code().title();
    let page = Page {
        title,
        business: "Daymark",
        accent: None,
        language: "en",
        head: html! {},
        main: html! { h1 { (title) } (note(problem)) },
        foot: html! {},
        policy: Policy::Private,
        class: "problem",
    };
    respond(context, status(problem), &page)
}

/// A problem on a page that goes on.
pub fn note(problem: &Problem) -> Markup {
    html! {
        div.note.bad role="alert" {
            p { strong { (problem.code().title()) "." } @if let Some(detail) = problem.detail_text() { " " (detail) } }
            @for error in problem.fields() { p { (error.message) } }
        }
    }
}

/// What a business calls its add-ons and party types, by id and code.
pub type Names = BTreeMap<String, String>;

/// A price, line by line.
pub fn price(quote: &Quote, names: &Names) -> Markup {
    price_in(quote, names, &|amount| words::money(amount, quote.currency))
}

/// A price, line by line, with amounts as somebody writes them.
pub fn price_in(quote: &Quote, names: &Names, money: &dyn Fn(i64) -> String) -> Markup {
    html! {
        table {
            tbody {
                @for line in &quote.lines {
                    tr {
                        th scope="row" { (line_name(line, names)) }
                        td.amount { (money(line.amount)) }
                    }
                }
                tr.total { th scope="row" { "Total" } td.amount { (money(quote.total)) } }
                @for tax in quote.taxes.iter().filter(|tax| tax.included) {
                    tr { th.quiet scope="row" { "of it " (tax.name) } td.amount.quiet { (money(tax.amount)) } }
                }
                @if quote.due_later > 0 {
                    tr { th scope="row" { "Deposit" } td.amount { (money(quote.due_now)) } }
                    tr { th scope="row" { "Rest, paid later" } td.amount { (money(quote.due_later)) } }
                }
            }
        }
    }
}

/// What a line of a price is called.
pub fn line_name(line: &Line, names: &Names) -> Markup {
    html! {
        @if counts(line.kind) { (line.quantity) " × " }
        (name(line.kind, &line.label, names))
    }
}

fn counts(kind: LineKind) -> bool {
    matches!(kind, LineKind::Party | LineKind::AddOn)
}

fn name(kind: LineKind, label: &str, names: &Names) -> String {
    if let Some(name) = names.get(label) {
        return name.clone();
    }
    let words = label.replace('_', " ");
    if !words.is_empty() && kind != LineKind::Coupon {
        return words;
    }
    match kind {
        LineKind::Party | LineKind::Base => "Price".to_owned(),
        LineKind::ExtraLength => "Extra time".to_owned(),
        LineKind::Adjustment => "Adjustment".to_owned(),
        LineKind::GroupDiscount => "Group discount".to_owned(),
        LineKind::Private => "For yourselves".to_owned(),
        LineKind::PayWhatYouWant => "Your choice".to_owned(),
        LineKind::AddOn => "Add-on".to_owned(),
        LineKind::Coupon => format!("Coupon {label}").trim_end().to_owned(),
        LineKind::AutomaticDiscount => "Discount".to_owned(),
        LineKind::Fee => "Fee".to_owned(),
        LineKind::Tax => "Tax".to_owned(),
        LineKind::TaxRounding | LineKind::Rounding => "Rounding".to_owned(),
    }
}

/// Whom to ask.
pub fn contact(settings: &Settings) -> Markup {
    html! {
        p {
            @if let Some(email) = &settings.email { a href={ "mailto:" (email) } { (email) } }
            @if settings.email.is_some() && settings.phone.is_some() { ", " }
            @if let Some(phone) = &settings.phone { a href={ "tel:" (phone) } { (phone) } }
        }
    }
}

/// `Europe/Berlin` as people say it.
pub fn zone_name(timezone: &str) -> String {
    timezone.rsplit('/').next().unwrap_or(timezone).replace('_', " ")
}

/// Letters, digits and hyphens only.
pub fn file_name(text: &str) -> String {
    let name: String = text.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
    if name.is_empty() { "booking".to_owned() } else { name }
}
