//! A booking that staff make for somebody: what, when and who, then the details. Each step is an address, so that no script
//! is needed and the way back works.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::BookingsWrite;
use crate::access::secret::hashed;
use crate::domain::booking::book::{self, Details};
use crate::domain::booking::order::{Answers, Contact, Form, Order, optional_text};
use crate::domain::booking::quote;
use crate::domain::catalog::{self, Scope, Venue};
use crate::domain::desk::agenda::store as agenda;
use crate::domain::idempotency::Key;
use crate::pages::frame::{Names, price_in};
use crate::pages::manage::by_date;
use crate::pages::voice::Voice;
use crate::pages::wish;
use crate::problem::Problem;
use axum::extract::Query;
use maud::{Markup, html};
use shared::availability::{Ask, Engine, Length, Offering, Privacy};
use shared::civil::Date;
use shared::embed::{AddOnIn, ItemIn, OfferingCard, QuestionKind, Timestamp};
use shared::id::{AddOnId, OfferingId};
use shared::zone::Instant;
use url::form_urlencoded;

/// Venue dates shown at once.
const DAYS: i32 = 7;

const DAY: i64 = 86_400;

/// `GET /console/:orgId/bookings/new`: the step that the address has come to.
pub async fn ask(desk: At<BookingsWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let fields = Fields::of(asked);
    if fields.some("offering").is_none() {
        return what(&desk).await;
    }
    if fields.some("at").is_some() && !fields.ticked("again") {
        let mut pairs: Vec<(String, String)> = fields.pairs();
        pairs.push(("key".to_owned(), desk.context.mint("req")));
        pairs.push(("notify".to_owned(), "true".to_owned()));
        return details(&desk, Sheet { fields: &Fields::of(pairs), problem: None }).await;
    }
    when(&desk, &fields).await
}

/// `POST /console/:orgId/bookings/new`: books, or shows the price anew.
pub async fn submit(desk: At<BookingsWrite>, fields: Fields) -> Shown {
    if fields.get("step") == "price" {
        return details(&desk, Sheet { fields: &fields, problem: None }).await;
    }
    match write(&desk, &fields).await {
        Ok(id) => Ok(desk.go(&format!("/bookings/{id}?done=booked"))),
        Err(problem) => details(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

/// Step one: what.
async fn what(desk: &Desk) -> Shown {
    let rows = agenda::on_sale(desk.context.database(), desk.org_id()).await?;
    let main = html! {
        @if rows.is_empty() { (pieces::empty("Nothing is on sale", "Publish an offering first.", html! {})) }
        ul.choices {
            @for row in &rows {
                li {
                    a href=(desk.path(&format!("/bookings/new?offering={}", row.public_id))) {
                        span { strong { (row.name) } @if let Some(summary) = &row.summary { small { (summary) } } }
                        (icon(Icon::Later))
                    }
                }
            }
        }
    };
    Ok(desk.show(&Page::new(Section::Bookings, "New booking", main)))
}

/// The venue around some dates, for one offering of this organization.
async fn venue(desk: &Desk, offering: &str, from: Date) -> Result<(Venue, OfferingId), Problem> {
    let missing = || Problem::not_found("offering");
    let id = OfferingId::parse(offering).ok_or_else(missing)?;
    let midnight = Instant(i64::from(from.days_since_epoch()).saturating_mul(DAY));
    let scope = Scope {
        offerings: &[offering],
        calendar: None,
        from: midnight.plus_seconds(DAY.saturating_mul(-2)),
        to: midnight.plus_seconds(DAY.saturating_mul(i64::from(DAYS).saturating_add(3))),
        now: desk.context.now(),
        coupon: None,
        without: None,
        any_status: false,
    };
    let mut answers = desk.context.database().batch(catalog::store::read(&scope)).await?;
    let venue = Venue::of(catalog::store::rows(&mut answers)?, &scope)?.ok_or_else(missing)?;
    if venue.org.id == desk.org_id() { Ok((venue, id)) } else { Err(missing()) }
}

/// Step two: who, and when.
async fn when(desk: &Desk, fields: &Fields) -> Shown {
    let today = desk.wording.date_of(desk.context.now());
    let from = Date::parse(fields.get("from")).unwrap_or(today).max(today);
    let (venue, id) = venue(desk, fields.get("offering"), from).await?;
    let missing = || Problem::not_found("offering");
    let offering = venue.offering(&id).ok_or_else(missing)?;
    let card = venue.card(&id).ok_or_else(missing)?;
    let ask = wish(offering, fields);
    let last = from.plus_days(DAYS.saturating_sub(1));
    let slots = Engine::new(&venue.calendar).bookable(offering, from, last, &ask);
    let own = desk.path("/bookings/new");
    let kept = shown_wish(offering, &ask, from);
    let sheet = Sheet { fields: &kept, problem: None };
    let link = |extra: &[(&str, String)]| format!("{own}?{}", address(&kept, extra));
    let main = html! {
        p.lead { a href=(own) { "Something else" } }
        form.card.wish method="get" action=(own) {
            h2 { "Who comes?" }
            input type="hidden" name="offering" value=(id.as_str());
            div.row { (who(sheet, offering)) (sheet.line(Line { label: "From", name: "from", kind: "date", required: true, ..Line::default() })) }
            (sheet.tick_if(offering.rules.privacy == Privacy::OnRequest, "For themselves only", "private"))
            button { "Show times" }
        }
        @if slots.is_empty() {
            (pieces::empty("Nothing is free", "Nothing is free for this party on these seven days.", html! {}))
        }
        @for (date, slots) in by_date(&venue.calendar.zone, &slots) {
            section.card aria-label=(desk.wording.long_date(date)) {
                h2 { (desk.wording.long_date(date)) }
                ul.times {
                    @for slot in slots {
                        li {
                            a.button href=(link(&[("at", Timestamp(slot.starts_at).to_string())])) {
                                (desk.wording.time(slot.starts_at))
                                @if slot.remaining <= 99 { small { (slot.remaining) " left" } }
                            }
                        }
                    }
                }
            }
        }
        nav.days aria-label="Days" {
            @if from > today {
                a.button href=(link(&[("from", from.plus_days(DAYS.saturating_neg()).max(today).to_string())])) { (icon(Icon::Earlier)) "Earlier" }
            }
            a.button href=(link(&[("from", from.plus_days(DAYS).to_string())])) { "Later" (icon(Icon::Later)) }
        }
    };
    Ok(desk.show(&Page::new(Section::Bookings, &card.name, main)))
}

/// Fields for the party and the length.
fn who(sheet: Sheet<'_>, offering: &Offering) -> Markup {
    html! {
        @for kind in &offering.party_types {
            @let name = format!("party/{}", kind.code.as_str());
            @let most = kind.max.map(|max| max.to_string());
            (sheet.line(Line { label: &kind.name, name: &name, kind: "number", required: true, hint: kind.note.as_deref().unwrap_or_default(), within: (Some("0"), most.as_deref()), ..Line::default() }))
        }
        @match &offering.length {
            Length::Minutes(_) => {}
            Length::Choice(choices) => {
                @let options: Vec<(String, String)> = choices.iter().map(|minutes| (minutes.to_string(), duration(*minutes))).collect();
                @let options: Vec<(&str, &str)> = options.iter().map(|(value, called)| (value.as_str(), called.as_str())).collect();
                (sheet.choice("How long?", "length", "", &options))
            }
            Length::Days(least, most) => {
                @let (least, most) = (least.to_string(), most.to_string());
                (sheet.line(Line { label: "How many days?", name: "length", kind: "number", required: true, within: (Some(&least), Some(&most)), ..Line::default() }))
            }
        }
    }
}

/// `90 min`.
pub fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Who, how long and how: from the fields, else the smallest party that could book.
fn wish(offering: &Offering, fields: &Fields) -> Ask {
    let count = |kind: &str| fields.get(&format!("party/{kind}")).parse().unwrap_or(0);
    wish::ask(offering, count, fields.get("length").parse().ok(), fields.ticked("private"))
}

/// The same as fields.
fn shown_wish(offering: &Offering, ask: &Ask, from: Date) -> Fields {
    let mut pairs = vec![("offering".to_owned(), offering.id.as_str().to_owned())];
    pairs.extend(
        offering
            .party_types
            .iter()
            .map(|kind| (format!("party/{}", kind.code.as_str()), ask.party.count(&kind.code).to_string())),
    );
    pairs.extend(ask.length.map(|length| ("length".to_owned(), length.to_string())));
    pairs.extend(ask.private.then(|| ("private".to_owned(), "true".to_owned())));
    pairs.push(("from".to_owned(), from.to_string()));
    Fields::of(pairs)
}

/// Fields as an address, some of them replaced.
fn address(fields: &Fields, extra: &[(&str, String)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.pairs() {
        if !extra.iter().any(|(other, _)| *other == name) {
            query.append_pair(&name, &value);
        }
    }
    for (name, value) in extra {
        query.append_pair(name, value);
    }
    query.finish()
}

/// Step three: the details, with the price.
async fn details(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let fields = sheet.fields;
    let at = Timestamp::parse(fields.get("at")).ok_or_else(|| Problem::field("/at", "required", "Choose a time."))?;
    let (venue, id) = venue(desk, fields.get("offering"), desk.wording.date_of(at.0)).await?;
    let missing = || Problem::not_found("offering");
    let (offering, card) = (venue.offering(&id).ok_or_else(missing)?, venue.card(&id).ok_or_else(missing)?);
    let quoted = match order(fields, offering, None) {
        Ok(order) => quote::quote(&desk.context, &order, fields.some("customer/email")).await,
        Err(problem) => Err(problem),
    };
    let (quoted, refusal) = match quoted {
        Ok(quoted) => (Some(quoted.quote), None),
        Err(problem) => (None, Some(problem)),
    };
    let shown = sheet.problem.or(refusal.as_ref());
    let sheet = Sheet { fields, problem: shown };
    let again = address(fields, &[("again", "1".to_owned())]);
    let names: Names = (offering.party_types.iter())
        .map(|kind| (kind.code.as_str().to_owned(), kind.name.clone()))
        .chain(venue.book.add_ons.iter().map(|add_on| (add_on.id.as_str().to_owned(), add_on.name.clone())))
        .collect();
    let main = html! {
        p.lead {
            strong { (desk.wording.long_date(desk.wording.date_of(at.0))) ", " (desk.wording.time(at.0)) }
            a href={ (desk.path("/bookings/new")) "?" (again) } { "Another time" }
        }
        (pieces::problem(shown))
        form.columns method="post" action=(desk.path("/bookings/new")) {
            @for name in ["offering", "at", "from", "key"] { input type="hidden" name=(name) value=(fields.get(name)); }
            @if let Some(quote) = &quoted { input type="hidden" name="quoteHash" value=(quote.hash); }
            div {
                section.card aria-labelledby="who" {
                    h2 #who { "Who is it for?" }
                    (sheet.line(Line { label: "Name", name: "customer/name", required: true, longest: Some(200), ..Line::default() }))
                    (sheet.line(Line { label: "E-mail", name: "customer/email", kind: "email", required: true, longest: Some(254), ..Line::default() }))
                    (sheet.line(Line { label: "Phone", name: "customer/phone", kind: "tel", longest: Some(40), ..Line::default() }))
                    (questions(sheet, card))
                    (sheet.text("Note from the guest", "note", "", 2, 2_000))
                    (sheet.text("Note among the staff", "staffNote", "The guest never sees it.", 2, 2_000))
                    (sheet.tick("Write to the customer", "notify", "true", ""))
                    details open[fields.ticked("beyondRules")] {
                        summary { "Set the rules aside" }
                        (sheet.tick("Notice, horizon and party size do not count", "beyondRules", "true", "Seats and resources always do."))
                        (sheet.line(Line { label: "Why", name: "reason", longest: Some(500), ..Line::default() }))
                    }
                }
            }
            div {
                section.card aria-labelledby="party" {
                    h2 #party { (card.name) }
                    (sheet.errors("party")) (sheet.errors("startsAt"))
                    div.row { (who(sheet, offering)) }
                    (sheet.tick_if(offering.rules.privacy == Privacy::OnRequest, "For themselves only", "private"))
                    @for add_on in venue.book.add_ons.iter().filter(|add_on| add_on.offerings.contains(&id)) {
                        @let name = format!("addOn/{}", add_on.id.as_str());
                        (sheet.line(Line { label: &add_on.name, name: &name, kind: "number", within: (Some("0"), None), ..Line::default() }))
                    }
                    (sheet.line(Line { label: "Coupon", name: "coupon", longest: Some(64), ..Line::default() }))
                    button name="step" value="price" formnovalidate { "Update the price" }
                }
                @if let Some(quote) = &quoted {
                    section.card.price aria-labelledby="price" { h2 #price { "Price" } (price_in(&Voice::english(), quote, &names, &|amount| desk.wording.money_in(amount, quote.currency))) }
                }
                button.primary.wide name="step" value="book" { "Book" }
            }
        }
    };
    Ok(desk.page(pieces::status(sheet.problem), &Page::new(Section::Bookings, "Book for a guest", main)))
}

fn questions(sheet: Sheet<'_>, card: &OfferingCard) -> Markup {
    html! {
        @for question in &card.questions {
            @let name = format!("answers/{}", question.column_name);
            @match question.kind {
                QuestionKind::Select => {
                    @let options: Vec<(&str, &str)> =
                        [("", "Please choose")].into_iter().chain(question.options.iter().map(|one| (one.as_str(), one.as_str()))).collect();
                    (sheet.choice(&question.label, &name, "", &options))
                }
                QuestionKind::Checkbox => { (sheet.tick(&question.label, &name, "true", "")) }
                QuestionKind::Text | QuestionKind::Textarea => {
                    (sheet.line(Line { label: &question.label, name: &name, required: question.required, longest: Some(2_000), ..Line::default() }))
                }
            }
        }
    }
}

fn order(fields: &Fields, offering: &Offering, seen: Option<String>) -> Result<Order, Problem> {
    let at = Timestamp::parse(fields.get("at"));
    let starts_at = at.ok_or_else(|| Problem::field("/at", "required", "Choose a time first."))?;
    let Ask { party, length, private } = wish(offering, fields);
    let add_ons = fields.under("addOn/").filter_map(|(id, count)| {
        let quantity = count.parse().ok().filter(|count| *count > 0)?;
        Some(AddOnIn { id: AddOnId::parse(id)?, quantity })
    });
    let item =
        ItemIn { offering_id: offering.id.clone(), starts_at, party, length, private, add_ons: add_ons.collect() };
    Order::parse(vec![item], Form::Move, fields.some("coupon").map(str::to_owned), None, seen)
}

async fn write(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let at = Timestamp::parse(fields.get("at")).ok_or_else(|| Problem::field("/at", "required", "Choose a time."))?;
    let (venue, id) = venue(desk, fields.get("offering"), desk.wording.date_of(at.0)).await?;
    let offering = venue.offering(&id).ok_or_else(|| Problem::not_found("offering"))?;
    let order = order(fields, offering, fields.some("quoteHash").map(str::to_owned))?;
    let text = |name: &str, most: usize| optional_text(fields.some(name).map(str::to_owned), &format!("/{name}"), most);
    let reason = text("reason", 500)?;
    let beyond = fields.ticked("beyondRules");
    if beyond && reason.is_none() {
        return Err(Problem::field("/reason", "required", "Setting rules aside needs a reason."));
    }
    let phone = fields.some("customer/phone").map(str::to_owned);
    let answers: Answers = fields.under("answers/").map(|(name, said)| (name.to_owned(), said.to_owned())).collect();
    let details = Details {
        contact: Contact::parse(fields.get("customer/name"), fields.get("customer/email"), phone)?,
        answers,
        calendar: None,
        locale: None,
        source: None,
        note: text("note", 2_000)?,
        desk: Some(book::Desk {
            org: desk.org_id(),
            actor: desk.actor.clone(),
            beyond_rules: reason.filter(|_| beyond),
            note: text("staffNote", 2_000)?,
            notify: fields.ticked("notify"),
            channel: "console",
        }),
    };
    // The form carries its own key: sent twice, it books once. What was corrected in between is another request.
    let scope = format!("{} POST {}", desk.actor, desk.path("/bookings/new"));
    let said = address(fields, &[]);
    let hash = hashed(&said);
    let key =
        Key { scope, key: format!("{}-{}", fields.get("key"), hash.get(..16).unwrap_or_default()), request_hash: hash };
    let made = book::book(&desk.context, &order, &details, Some(&key).filter(|_| fields.some("key").is_some())).await?;
    Ok(made.booking.id)
}
