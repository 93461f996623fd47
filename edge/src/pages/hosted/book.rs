//! `/c/:calendarId/:offeringId/book`: the details, the price and the booking, without a script.

use super::asked::{answers, ask, number, order, query, who};
use super::{Hosted, open};
use crate::access::{limit, session};
use crate::context::Context;
use crate::domain::booking::book::{self, Details};
use crate::domain::booking::order::Contact;
use crate::domain::booking::quote;
use crate::domain::booking::source::Source;
use crate::domain::idempotency::Key;
use crate::pages::along::{self, Fields, hidden, is_test};
use crate::pages::manage::next;
use crate::pages::{frame, refusal};
use crate::problem::Problem;
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::html;
use sha2::{Digest as _, Sha256};
use shared::embed::Timestamp;
use shared::pricing::Quote;

/// Most add-ons of one kind in the form; the engine may allow fewer.
const MOST_ADD_ONS: u32 = 50;

/// `GET /c/:calendarId/:offeringId/book`: the details.
pub async fn details(
    State(context): State<Context>,
    Path((id, offering)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    form(&context, &hosted, &offering, &fields, None).await
}

/// `POST /c/:calendarId/:offeringId/book`.
pub async fn submit(
    State(context): State<Context>,
    Path((id, offering)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    if let Err(problem) = limit::guest(&context, &headers).await {
        return frame::problem(&context, &problem);
    }
    if !session::is_same_origin(&method, &headers, &context.origin()) {
        return frame::problem(&context, &frame::foreign_form());
    }
    if fields.get("step").is_some_and(|step| step == "price") {
        return form(&context, &hosted, &offering, &fields, None).await;
    }
    if is_test(&fields) {
        return match rehearse(&context, &hosted, &offering, &fields).await {
            Ok(name) => {
                let voice = &hosted.voice;
                let main = html! {
                    h1 { (voice.t("test.done")) }
                    p.card { (voice.say("test.note", &[("name", &name)])) }
                    p { a.button href=(along::link(&hosted.path(), "", &fields)) { (voice.t("test.again")) } }
                };
                hosted.page(&context, StatusCode::OK, &name, html! {}, main)
            }
            Err(problem) => form(&context, &hosted, &offering, &fields, Some(&problem)).await,
        };
    }
    match book_it(&context, &hosted, &offering, &fields).await {
        Ok(next) => Redirect::to(&hosted.voice.link(&next)).into_response(),
        Err(problem) => form(&context, &hosted, &offering, &fields, Some(&problem)).await,
    }
}

/// Everything but the booking, for whoever builds a page; answers the offering's name.
async fn rehearse(context: &Context, hosted: &Hosted, offering: &str, fields: &Fields) -> Result<String, Problem> {
    let (offering, card) = hosted.find(offering)?;
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let contact = Contact::parse(text("name"), text("email"), Some(text("phone").to_owned()))?;
    quote::quote(context, &order(offering, fields, None)?, Some(&contact.email)).await?;
    Ok(card.name.clone())
}

async fn book_it(context: &Context, hosted: &Hosted, offering: &str, fields: &Fields) -> Result<String, Problem> {
    let (offering, _) = hosted.find(offering)?;
    let text = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let contact = Contact::parse(text("name"), text("email"), Some(text("phone").to_owned()))?;
    let seen = fields.get("quoteHash").filter(|hash| !hash.is_empty()).cloned();
    let order = order(offering, fields, seen)?;
    let details = Details {
        contact,
        answers: answers(fields),
        calendar: Some(hosted.snapshot.calendar.id.as_str().to_owned()),
        locale: Some(hosted.voice.locale.clone()),
        source: Source::of_address(|name| fields.get(name).map(String::as_str)),
        note: None,
        desk: None,
    };
    let key = fields.get("key").filter(|key| key.len() == 43).map(|key| {
        let mut said = fields.clone();
        said.remove("step");
        let hash = Sha256::digest(format!("{said:?}").as_bytes());
        Key {
            scope: "guest POST /c/book".to_owned(),
            key: key.clone(),
            request_hash: crate::access::secret::hex(&hash),
        }
    });
    let made = book::book(context, &order, &details, key.as_ref()).await?;
    next(&made)
}

async fn form(
    context: &Context,
    hosted: &Hosted,
    offering: &str,
    fields: &Fields,
    problem: Option<&Problem>,
) -> Response<Body> {
    let (offering, card) = match hosted.find(offering) {
        Ok(found) => found,
        Err(problem) => return frame::problem(context, &problem),
    };
    let path = format!("{}/{}", hosted.path(), offering.id.as_str());
    let ask = ask(offering, fields);
    let priced = match order(offering, fields, None) {
        Ok(order) => quote::quote(context, &order, fields.get("email").map(String::as_str)).await.map(|out| out.quote),
        Err(problem) => Err(problem),
    };
    let (quote, refusal): (Option<Quote>, Option<Problem>) = match priced {
        Ok(quote) => (Some(quote), None),
        Err(problem) => (None, Some(problem)),
    };
    let shown = problem.or(refusal.as_ref());
    let (voice, wording) = (&hosted.voice, hosted.wording());
    let at = fields.get("at").and_then(|text| Timestamp::parse(text));
    let key = crate::access::secret::token(context.random_key().unwrap_or_default());
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let back = along::link(&path, &query(offering, &ask), fields);
    let add_ons: Vec<_> = hosted
        .snapshot
        .book
        .add_ons
        .iter()
        .filter(|add_on| add_on.offerings.is_empty() || add_on.offerings.contains(&offering.id))
        .collect();
    let parties = offering.party_types.iter().map(|kind| (kind.code.as_str().to_owned(), kind.name.clone()));
    let extras = add_ons.iter().map(|add_on| (add_on.id.as_str().to_owned(), add_on.name.clone()));
    let names: frame::Names = parties.chain(extras).collect();
    let main = html! {
        h1 { (card.name) }
        @if is_test(fields) { p.note { (voice.t("test.mode")) } }
        @if let Some(problem) = shown { (refusal::note(voice, problem)) }
        @if let Some(at) = at {
            p.when { (wording.long_date(wording.date_of(at.0))) ", " (wording.time(at.0)) }
        }
        p { a href=(back) { (voice.t("book.other_time")) } }
        form method="post" action=(voice.link(&format!("{path}/book"))) {
            input type="hidden" name="at" value=(value("at"));
            input type="hidden" name="key" value=(key);
            (hidden(fields))
            @if let Some(quote) = &quote { input type="hidden" name="quoteHash" value=(quote.hash); }
            section.card aria-label=(voice.t("book.party")) {
                h2 { (voice.t("book.party")) }
                (who(voice, &wording, offering, &ask))
                @for add_on in &add_ons {
                    div.field {
                        @let name = format!("addOn.{}", add_on.id.as_str());
                        label for=(name) { (add_on.name) }
                        input id=(name) name=(name) type="number" inputmode="numeric" min="0" max=(add_on.max_quantity.unwrap_or(MOST_ADD_ONS)) value=(number(fields, &name));
                    }
                }
                div.field {
                    label for="coupon" { (voice.t("book.coupon")) (voice.optional()) }
                    input #coupon name="coupon" maxlength="64" autocomplete="off" value=(value("coupon"));
                }
                button name="step" value="price" formnovalidate { (voice.t("book.update")) }
            }
            @if let Some(quote) = &quote {
                section.card aria-label=(voice.t("line.price")) {
                    h2 { (voice.t("line.price")) }
                    (frame::price(voice, &wording, quote, &names))
                }
            }
            section.card aria-label=(voice.t("book.details")) {
                h2 { (voice.t("book.details")) }
                (frame::person(voice, &|name| value(name).to_owned()))
                @for question in &card.questions {
                    (frame::asked(voice, question, value(&format!("answer.{}", question.column_name))))
                }
            }
            @if quote.is_some() {
                div.actions {
                    button.primary name="step" value="book" { (voice.t(if card.approval { "book.request" } else { "book.book" })) }
                }
            }
        }
    };
    hosted.page(context, shown.map_or(StatusCode::OK, frame::status), &card.name, html! {}, main)
}
