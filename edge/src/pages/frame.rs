//! Parts that several pages share: a price, a refusal, who somebody is, whom to ask.

use super::layout::{self, Page, Policy};
use super::refusal;
use super::voice::Voice;
use crate::context::Context;
use crate::domain::booking::store::BookingRow;
use crate::domain::org::Settings;
use crate::domain::payment::rules::balance;
use crate::problem::{Code, Problem};
use crate::wording::Wording;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use maud::{Markup, html};
use shared::embed::{Question, QuestionKind};
use shared::pricing::{Line, LineKind, Quote};
use std::collections::BTreeMap;

/// Answers a page under a fresh nonce. Another reader may get it in another language.
pub fn respond(context: &Context, status: StatusCode, page: &Page<'_>) -> Response<Body> {
    let nonce = crate::access::secret::token(context.random_key().unwrap_or_default());
    let mut response = layout::respond(status, page, &nonce);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

/// A problem's status.
pub fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A problem as a page of its own.
pub fn problem(context: &Context, problem: &Problem) -> Response<Body> {
    let voice = Voice::of(context, &[]);
    let title = refusal::title(&voice, problem);
    let page = Page {
        title,
        business: "Daymark",
        accent: None,
        voice: &voice,
        head: html! {},
        main: html! { h1 { (title) } (refusal::note(&voice, problem)) },
        foot: html! {},
        policy: Policy::Private,
        class: "problem",
    };
    respond(context, status(problem), &page)
}

/// Who sends a form of ours from a page of somebody else.
pub fn foreign_form() -> Problem {
    Problem::new(Code::Forbidden).because("cross_origin").detail("This form came from another site.")
}

/// What a business calls its add-ons and party types, by id and code.
pub type Names = BTreeMap<String, String>;

/// A price, line by line.
pub fn price(voice: &Voice, wording: &Wording, quote: &Quote, names: &Names) -> Markup {
    price_in(voice, quote, names, &|amount| wording.money_in(amount, quote.currency))
}

/// A price, line by line, with amounts as somebody writes them.
pub fn price_in(voice: &Voice, quote: &Quote, names: &Names, money: &dyn Fn(i64) -> String) -> Markup {
    html! {
        table {
            tbody {
                @for line in &quote.lines {
                    tr {
                        th scope="row" { (line_name(voice, line, names)) }
                        td.amount { (money(line.amount)) }
                    }
                }
                tr.total { th scope="row" { (voice.t("label.total")) } td.amount { (money(quote.total)) } }
                @for tax in quote.taxes.iter().filter(|tax| tax.included) {
                    tr {
                        th.quiet scope="row" { (voice.say("line.included", &[("name", &tax.name)])) }
                        td.amount.quiet { (money(tax.amount)) }
                    }
                }
                @if quote.due_later > 0 {
                    tr { th scope="row" { (voice.t("price.now")) } td.amount { (money(quote.due_now)) } }
                    tr { th scope="row" { (voice.t("price.later")) } td.amount { (money(quote.due_later)) } }
                }
            }
        }
    }
}

/// What a line of a price is called.
pub fn line_name(voice: &Voice, line: &Line, names: &Names) -> Markup {
    html! {
        @if counts(line.kind) { (line.quantity) " × " }
        (name(voice, line.kind, &line.label, names))
    }
}

fn counts(kind: LineKind) -> bool {
    matches!(kind, LineKind::Party | LineKind::AddOn)
}

fn name(voice: &Voice, kind: LineKind, label: &str, names: &Names) -> String {
    if let Some(name) = names.get(label) {
        return name.clone();
    }
    let words = label.replace('_', " ");
    if !words.is_empty() && kind != LineKind::Coupon {
        return words;
    }
    let key = match kind {
        LineKind::Coupon => return voice.say("line.coupon", &[("name", label)]).trim_end().to_owned(),
        LineKind::Party | LineKind::Base => "line.price",
        LineKind::ExtraLength => "line.length",
        LineKind::Adjustment => "line.adjustment",
        LineKind::GroupDiscount => "line.group",
        LineKind::Private => "line.private",
        LineKind::PayWhatYouWant => "line.choice",
        LineKind::AddOn => "line.add-on",
        LineKind::AutomaticDiscount => "line.discount",
        LineKind::Fee => "line.fee",
        LineKind::Tax => "line.tax",
        LineKind::TaxRounding | LineKind::Rounding => "line.rounding",
    };
    voice.t(key).to_owned()
}

/// What was paid, what went back, what is open.
pub fn paid(voice: &Voice, wording: &Wording, row: &BookingRow) -> Markup {
    let lines = [
        ("label.paid", row.paid),
        ("label.refunded", row.repaid),
        ("price.going_back", row.going_back),
        ("label.open", balance(row).max(0)),
    ];
    html! {
        table { tbody {
            @for (name, amount) in lines.into_iter().filter(|(_, amount)| *amount != 0) {
                tr { th scope="row" { (voice.t(name)) } td.amount { (wording.money_in(amount, row.currency)) } }
            }
        } }
    }
}

/// The fields that tell who somebody is, filled in with what `value` knows.
pub fn person(voice: &Voice, value: &dyn Fn(&str) -> String) -> Markup {
    html! {
        div.field {
            label for="name" { (voice.t("book.name")) }
            input #name name="name" required maxlength="200" autocomplete="name" value=(value("name"));
        }
        div.field {
            label for="email" { (voice.t("book.email")) }
            input #email name="email" type="email" required maxlength="254" autocomplete="email" value=(value("email"));
        }
        div.field {
            label for="phone" { (voice.t("book.phone")) (voice.optional()) }
            input #phone name="phone" type="tel" maxlength="40" autocomplete="tel" value=(value("phone"));
        }
    }
}

/// A question of the business.
pub fn asked(voice: &Voice, question: &Question, said: &str) -> Markup {
    let name = &format!("answer.{}", question.column_name);
    let required = question.required;
    html! {
        div.field {
            @if question.kind != QuestionKind::Checkbox {
                label for=(name) { (question.label) @if !required { (voice.optional()) } }
            }
            @match question.kind {
                QuestionKind::Text => { input id=(name) name=(name) maxlength="200" required[required] value=(said); }
                QuestionKind::Textarea => {
                    textarea id=(name) name=(name) rows="3" maxlength="2000" required[required] { (said) }
                }
                QuestionKind::Select => {
                    select id=(name) name=(name) required[required] {
                        option value="" { (voice.t("page.choose")) }
                        @for option in &question.options { option value=(option) selected[option == said] { (option) } }
                    }
                }
                QuestionKind::Checkbox => {
                    div.check {
                        input id=(name) name=(name) type="checkbox" value="true" required[required] checked[said == "true"];
                        label for=(name) { (question.label) }
                    }
                }
            }
        }
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
