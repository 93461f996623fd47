//! `/c/:calendarId`: the calendar as a page of its own. The widget where scripts run; the same journey as plain pages where
//! they do not: what, when, who, book.
//!
//! Everything is read from the snapshot that the widget works from, and decided by the same engine.

use super::along::{self, Fields, hidden, is_test};
use super::layout::{self, Page, Policy};
use super::manage::by_date;
use super::manage::next;
use super::{frame, listing, words};
use crate::access::{limit, session};
use crate::context::Context;
use crate::domain::booking::book::{self, Details};
use crate::domain::booking::order::{Answers, Contact, Form as Written, Order};
use crate::domain::booking::quote;
use crate::domain::booking::source::Source;
use crate::domain::catalog::edit;
use crate::domain::catalog::snapshot::{self, Label};
use crate::domain::idempotency::Key;
use crate::domain::markdown;
use crate::problem::{Code, Problem};
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use shared::availability::{Ask, Engine, Length, Offering, Privacy};
use shared::civil::Date;
use shared::embed::{AddOnIn, ItemIn, OfferingCard, QuestionKind, Snapshot, Timestamp};
use shared::id::{AddOnId, CalendarId, OfferingId};
use shared::party::Party;
use shared::pricing::Quote;
use url::Url;

/// Bookable dates shown at once.
const DATES: usize = 14;

/// How far ahead dates are looked for: as far as the snapshot reaches.
const HORIZON: i32 = 365;

/// Most add-ons of one kind in the form; the engine may allow fewer.
const MOST_ADD_ONS: u32 = 50;

/// What the business tells of an offering, Markdown. The page does without it when it cannot be read.
async fn description(context: &Context, offering: &Offering) -> Option<String> {
    let read = edit::store::public(offering.id.as_str(), offering.kind);
    let row: Option<edit::store::Row> = context.database().read(vec![read]).await.ok()?.first().ok()?;
    row?.description
}

/// A calendar as it is now.
pub(super) struct Hosted {
    snapshot: Snapshot,
    label: Label,
}

pub(super) async fn open(context: &Context, id: &str) -> Result<Hosted, Problem> {
    let id = CalendarId::parse(id).ok_or_else(|| Problem::not_found("calendar"))?;
    let published = snapshot::snapshot(context, &id).await?;
    let mut snapshot: Snapshot = serde_json::from_str(&published.body).map_err(Problem::internal)?;
    snapshot.venue.now = context.now();
    Ok(Hosted { snapshot, label: published.label })
}

impl Hosted {
    fn find(&self, id: &str) -> Result<(&Offering, &OfferingCard), Problem> {
        let missing = || Problem::not_found("offering");
        let id = OfferingId::parse(id).ok_or_else(missing)?;
        let mut both = self.snapshot.offerings.iter().zip(&self.snapshot.cards);
        both.find(|(offering, _)| offering.id == id).ok_or_else(missing)
    }

    /// Where the address wants its visitor to go on when all is done. Anybody can write an address, so only the sites that the
    /// calendar names are led to.
    fn way_on<'a>(&self, fields: &'a Fields) -> Option<&'a str> {
        let wanted = fields.get("return-url")?;
        let origin = Url::parse(wanted).ok()?.origin().ascii_serialization();
        self.label.origins.contains(&origin).then_some(wanted)
    }

    pub(super) fn path(&self) -> String {
        format!("/c/{}", self.snapshot.calendar.id.as_str())
    }

    pub(super) fn page(
        &self,
        context: &Context,
        status: StatusCode,
        title: &str,
        head: Markup,
        main: Markup,
    ) -> Response<Body> {
        let org = &self.snapshot.org;
        let title = if title == org.name { title.to_owned() } else { format!("{title} · {}", org.name) };
        let page = Page {
            title: &title,
            business: &org.name,
            accent: org.accent.as_deref(),
            language: &org.locale,
            head: html! { (head) script async src=(layout::FRAME_PATH) {} },
            main,
            foot: html! {
                @if let Some(email) = &org.email { p { "Questions? " a href={ "mailto:" (email) } { (email) } } }
                p { "All times are " (frame::zone_name(&self.snapshot.venue.zone.name)) " time." }
            },
            policy: Policy::Widget { framed_by: &self.label.origins, theme: &self.label.theme },
            class: "hosted",
        };
        frame::respond(context, status, &page)
    }
}

/// `GET /c/:calendarId`.
///
/// What the address says of the widget's attributes is handed on: a frame that stands in for the tag shows the same.
pub async fn calendar(
    State(context): State<Context>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let snapshot = &hosted.snapshot;
    let url = format!("{}{}", context.origin(), hosted.path());
    let summary = snapshot.cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>().join(", ");
    let image = snapshot.cards.iter().find_map(|card| card.image.as_deref());
    let head = html! {
        meta name="description" content=(summary);
        link rel="canonical" href=(url);
        meta property="og:type" content="website";
        meta property="og:site_name" content=(snapshot.org.name);
        meta property="og:title" content=(snapshot.calendar.name);
        meta property="og:description" content=(summary);
        meta property="og:url" content=(url);
        @if let Some(image) = image { meta property="og:image" content=(image); }
        script type="application/ld+json" { (PreEscaped(listing::json_ld(snapshot, &url))) }
    };
    let list = html! {
        ul.offers {
            @for card in &snapshot.cards {
                li.card {
                    h2 { (card.name) }
                    @if let Some(summary) = &card.summary { p { (summary) } }
                    @let path = format!("{}/{}", hosted.path(), card.id.as_str());
                    a.button.primary href=(along::link(&path, "", &fields)) {
                        "See times" span.hidden { " of " (card.name) }
                    }
                }
            }
        }
    };
    // The widget frames this page where WebAssembly is refused. Inside such a frame of our own it would only fail again.
    let framed_by_us = ["sec-fetch-dest", "sec-fetch-site"]
        .map(|name| headers.get(name).and_then(|value| value.to_str().ok()))
        == [Some("iframe"), Some("same-origin")];
    let suggest = html! { p { a href={ (hosted.path()) "/submit" } { "Suggest an event" } } };
    let main = html! {
        h1 { (snapshot.calendar.name) }
        @if framed_by_us {
            (list)
        } @else {
            (tag(&hosted, &fields, &list))
            script async src="/embed.js" {}
        }
        // The calendar has a way of its own to it, where it runs.
        @if hosted.label.submissions {
            @if framed_by_us { (suggest) } @else { noscript { (suggest) } }
        }
    };
    hosted.page(&context, StatusCode::OK, &snapshot.calendar.name, head, main)
}

/// The widget's tag, with the attributes that the address may name.
fn tag(hosted: &Hosted, fields: &Fields, inside: &Markup) -> Markup {
    let said = |name: &str| fields.get(name);
    // The widget reads the campaign where it stands: in this page's address.
    let campaign = fields.keys().any(|name| name.starts_with("utm_")).then_some("");
    let calendar = &hosted.snapshot.calendar.id;
    html! {
        daymark-calendar calendar=(calendar.as_str()) offering=[said("offering")] view=[said("view")] date=[said("date")]
            party=[said("party")] coupon=[said("coupon")] lang=[said("lang")] tz=[said("tz")] theme=[said("theme")]
            first-day=[said("first-day")] lock=[said("lock")] ref=[said("ref")] utm-passthrough=[campaign] test=[said("test")]
            return-url=[hosted.way_on(fields)] { (inside) }
    }
}

/// `GET /c/:calendarId/:offeringId`: who and when, without a script.
pub async fn times(
    State(context): State<Context>,
    Path((id, offering)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let (offering, card) = match hosted.find(&offering) {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let zone = &hosted.snapshot.venue.zone;
    let today = zone.date_of(context.now());
    let from = fields.get("from").and_then(|text| Date::parse(text)).unwrap_or(today).max(today);
    let last = today.plus_days(HORIZON);
    let ask = ask(offering, &fields);
    let slots = Engine::new(&hosted.snapshot.venue).bookable(offering, today, last, &ask);
    let (before, coming) = slots.split_at(slots.partition_point(|slot| zone.date_of(slot.starts_at) < from));
    let (before, coming) = (by_date(zone, before), by_date(zone, coming));
    // A page back begins as many bookable dates earlier.
    let earlier = before.get(before.len().saturating_sub(DATES)).map(|(date, _)| *date);
    let later = coming.get(DATES).map(|(date, _)| *date);
    let path = format!("{}/{}", hosted.path(), offering.id.as_str());
    let chosen = query(offering, &ask);
    let link = |date: Date| along::link(&path, &format!("{chosen}&from={date}"), &fields);
    let take = |at: Timestamp| along::link(&format!("{path}/book"), &format!("{chosen}&at={at}"), &fields);
    let told = description(&context, offering).await;
    let main = html! {
        h1 { (card.name) }
        @if let Some(summary) = &card.summary { p { (summary) } }
        @if let Some(text) = &told { div.told { (PreEscaped(markdown::to_html(text))) } }
        form.card method="get" action=(path) {
            h2 { "Who is coming?" }
            (who(offering, &ask))
            input type="hidden" name="from" value=(from);
            (hidden(&fields))
            button { "Show times" }
        }
        @if coming.is_empty() {
            p.card role="status" { "Nothing is free for you from " (words::date(from)) " on." }
        }
        @for (date, slots) in coming.iter().take(DATES) {
            section.card aria-label=(words::date(*date)) {
                h2 { (words::date(*date)) }
                ul.times {
                    @for slot in *slots {
                        li {
                            a.button href=(take(Timestamp(slot.starts_at))) {
                                (words::time(zone, slot.starts_at))
                                @if slot.remaining <= 5 { small { (slot.remaining) " left" } }
                            }
                        }
                    }
                }
            }
        }
        nav.pager aria-label="Dates" {
            @if let Some(date) = earlier { a.button href=(link(date)) rel="prev" { "Earlier" } }
            @if let Some(date) = later { a.button href=(link(date)) rel="next" { "Later" } }
        }
        p { a href=(along::link(&hosted.path(), "", &fields)) { "Everything else" } }
    };
    hosted.page(&context, StatusCode::OK, &card.name, html! {}, main)
}

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
        let problem = Problem::new(Code::Forbidden).detail("This form came from another site.");
        return frame::problem(&context, &problem);
    }
    if fields.get("step").is_some_and(|step| step == "price") {
        return form(&context, &hosted, &offering, &fields, None).await;
    }
    if is_test(&fields) {
        return match rehearse(&context, &hosted, &offering, &fields).await {
            Ok(name) => {
                let main = html! {
                    h1 { "Test: nothing was booked" }
                    p.card { (name) " could have been booked like this." }
                    p { a.button href=(along::link(&hosted.path(), "", &fields)) { "Once more" } }
                };
                hosted.page(&context, StatusCode::OK, &name, html! {}, main)
            }
            Err(problem) => form(&context, &hosted, &offering, &fields, Some(&problem)).await,
        };
    }
    match book_it(&context, &hosted, &offering, &fields).await {
        Ok(next) => Redirect::to(&next).into_response(),
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
        locale: None,
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
    let zone = &hosted.snapshot.venue.zone;
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
        @if is_test(fields) { p.note { strong { "Test mode: " } "nothing will be booked." } }
        @if let Some(problem) = shown { (frame::note(problem)) }
        @if let Some(at) = at {
            p.when { (words::date(zone.to_local(at.0).date)) ", " (words::time(zone, at.0)) }
        }
        p { a href=(back) { "Choose another time" } }
        form method="post" action={ (path) "/book" } {
            input type="hidden" name="at" value=(value("at"));
            input type="hidden" name="key" value=(key);
            (hidden(fields))
            @if let Some(quote) = &quote { input type="hidden" name="quoteHash" value=(quote.hash); }
            section.card aria-label="Who and what" {
                h2 { "Who is coming?" }
                (who(offering, &ask))
                @for add_on in &add_ons {
                    div.field {
                        @let name = format!("addOn.{}", add_on.id.as_str());
                        label for=(name) { (add_on.name) }
                        input id=(name) name=(name) type="number" inputmode="numeric" min="0" max=(add_on.max_quantity.unwrap_or(MOST_ADD_ONS)) value=(number(fields, &name));
                    }
                }
                div.field {
                    label for="coupon" { "Coupon " small { "(optional)" } }
                    input #coupon name="coupon" maxlength="64" autocomplete="off" value=(value("coupon"));
                }
                button name="step" value="price" formnovalidate { "Update the price" }
            }
            @if let Some(quote) = &quote { section.card aria-label="Price" { h2 { "Price" } (frame::price(quote, &names)) } }
            section.card aria-label="Your details" {
                h2 { "Your details" }
                div.field {
                    label for="name" { "Name" }
                    input #name name="name" required maxlength="200" autocomplete="name" value=(value("name"));
                }
                div.field {
                    label for="email" { "E-mail" }
                    input #email name="email" type="email" required maxlength="254" autocomplete="email" value=(value("email"));
                }
                div.field {
                    label for="phone" { "Phone " small { "(optional)" } }
                    input #phone name="phone" type="tel" maxlength="40" autocomplete="tel" value=(value("phone"));
                }
                @for question in &card.questions {
                    @let name = format!("answer.{}", question.column_name);
                    @let said = value(&name);
                    div.field {
                        @if question.kind != QuestionKind::Checkbox {
                            label for=(name) { (question.label) @if !question.required { " " small { "(optional)" } } }
                        }
                        @match question.kind {
                            QuestionKind::Text => { input id=(name) name=(name) maxlength="200" required[question.required] value=(said); }
                            QuestionKind::Textarea => {
                                textarea id=(name) name=(name) rows="3" maxlength="2000" required[question.required] { (said) }
                            }
                            QuestionKind::Select => {
                                select id=(name) name=(name) required[question.required] {
                                    option value="" { "Please choose" }
                                    @for option in &question.options { option value=(option) selected[option == said] { (option) } }
                                }
                            }
                            QuestionKind::Checkbox => {
                                div.check {
                                    input id=(name) name=(name) type="checkbox" value="true" required[question.required] checked[said == "true"];
                                    label for=(name) { (question.label) }
                                }
                            }
                        }
                    }
                }
            }
            @if quote.is_some() {
                div.actions {
                    button.primary name="step" value="book" { @if card.approval { "Request to book" } @else { "Book" } }
                }
            }
        }
    };
    hosted.page(context, shown.map_or(StatusCode::OK, frame::status), &card.name, html! {}, main)
}

/// Fields for the party, the length and privacy.
fn who(offering: &Offering, ask: &Ask) -> Markup {
    html! {
        @for kind in &offering.party_types {
            @let name = format!("party.{}", kind.code.as_str());
            div.field {
                label for=(name) { (kind.name) @if let Some(note) = &kind.note { " " small { (note) } } }
                input id=(name) name=(name) type="number" inputmode="numeric" min="0" max=(kind.max.unwrap_or(999)) value=(ask.party.count(&kind.code));
            }
        }
        @match &offering.length {
            Length::Minutes(_) => {}
            Length::Choice(choices) => {
                div.field {
                    label for="length" { "How long?" }
                    select #length name="length" {
                        @for minutes in choices {
                            option value=(minutes) selected[ask.length == Some(*minutes)] { (duration(*minutes)) }
                        }
                    }
                }
            }
            Length::Days(least, most) => {
                div.field {
                    label for="length" { "How many days?" }
                    input #length name="length" type="number" inputmode="numeric" min=(least) max=(most) value=(ask.length.unwrap_or(*least));
                }
            }
        }
        @if matches!(offering.rules.privacy, Privacy::OnRequest | Privacy::From(_)) {
            div.field.check {
                input #private name="private" type="checkbox" value="true" checked[ask.private];
                label for="private" { "For ourselves only" }
            }
        }
    }
}

fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn number(fields: &Fields, name: &str) -> u32 {
    fields.get(name).and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Who, how long and how: from the fields, else the smallest party that could book.
fn ask(offering: &Offering, fields: &Fields) -> Ask {
    let counts = offering.party_types.iter().map(|kind| {
        let count = number(fields, &format!("party.{}", kind.code.as_str()));
        (kind.code.clone(), count)
    });
    let mut party = Party(counts.filter(|(_, count)| *count > 0).collect());
    if party.guests() == 0
        && let Some(first) = offering.party_types.iter().find(|kind| kind.seats > 0).or(offering.party_types.first())
    {
        party.0.insert(first.code.clone(), first.min.max(offering.rules.min_party).max(1));
    }
    let default = match &offering.length {
        Length::Minutes(_) => None,
        Length::Choice(choices) => choices.first().copied(),
        Length::Days(least, _) => Some(*least),
    };
    let asked = fields.get("length").and_then(|text| text.parse().ok());
    Ask { party, length: default.map(|default| asked.unwrap_or(default)), private: fields.contains_key("private") }
}

/// The same as part of an address. Ids hold nothing that an address would misread.
fn query(offering: &Offering, ask: &Ask) -> String {
    let party =
        offering.party_types.iter().map(|kind| format!("party.{}={}", kind.code.as_str(), ask.party.count(&kind.code)));
    let length = ask.length.map(|length| format!("length={length}"));
    let private = ask.private.then(|| "private=true".to_owned());
    party.chain(length).chain(private).collect::<Vec<_>>().join("&")
}

fn order(offering: &Offering, fields: &Fields, seen: Option<String>) -> Result<Order, Problem> {
    let at = fields.get("at").and_then(|text| Timestamp::parse(text));
    let starts_at = at.ok_or_else(|| Problem::field("/startsAt", "required", "Choose a time first."))?;
    let Ask { party, length, private } = ask(offering, fields);
    let add_ons = fields
        .keys()
        .filter_map(|name| {
            let id = AddOnId::parse(name.strip_prefix("addOn.")?)?;
            let quantity = number(fields, name);
            (quantity > 0).then_some(AddOnIn { id, quantity })
        })
        .collect();
    let item = ItemIn { offering_id: offering.id.clone(), starts_at, party, length, private, add_ons };
    let coupon = fields.get("coupon").cloned();
    Order::parse(vec![item], Written::One, coupon, None, seen)
}

fn answers(fields: &Fields) -> Answers {
    let said = fields.iter().filter(|(_, text)| !text.trim().is_empty());
    said.filter_map(|(name, text)| Some((name.strip_prefix("answer.")?.to_owned(), text.clone()))).collect()
}
