//! What is done to a booking: each with its form where something has to be said, one step where nothing has.
//!
//! The life cycle decides; buttons of what it would refuse are not drawn.

use super::booking::{self, open};
use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::BookingsWrite;
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::amend::{Amendment, amend};
use crate::domain::booking::life::decide::{facts, state_of};
use crate::domain::booking::life::{self, Deed, Hand, Payment, Placing};
use crate::domain::booking::order::{Contact, optional_text};
use crate::domain::catalog::{self, Scope, Venue};
use crate::pages::frame::price_in;
use crate::pages::manage::by_date;
use crate::pages::voice::Voice;
use crate::problem::{Code, Problem};
use crate::wording::Wording;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::Value;
use shared::booking::{Action, Actor, apply};
use shared::civil::Date;
use shared::embed::Timestamp;
use shared::id::{OfferingId, PartyCode};
use shared::money::Currency;
use shared::party::{Party, PartyType};
use shared::pricing::Quote;
use shared::zone::Instant;

/// Venue dates shown at once to choose another time from.
const DAYS: i32 = 7;

/// The most that is paid or given back at once, in minor units.
const MOST: i64 = 100_000_000_000;

/// How money changes hands on site.
pub const METHODS: [(&str, &str); 4] =
    [("CARD", "Card"), ("CASH", "Cash"), ("TRANSFER", "Bank transfer"), ("OTHER", "Another way")];

/// Name of the field by which staff say that nobody is written to.
const SILENT: &str = "silent";

type Address = Path<(String, String)>;

/// What needs nothing but a button: its word in the address, and what is told afterwards.
const PLAIN: [(&str, Action, &str); 7] = [
    ("approve", Action::Approve, "approved"),
    ("check-in", Action::CheckIn, "checked-in"),
    ("no-show", Action::NoShow, "no-show"),
    ("unmark", Action::Unmark, "saved"),
    ("complete", Action::Complete, "saved"),
    ("reinstate", Action::Reinstate, "reinstated"),
    ("reject", Action::Reject, "rejected"),
];

async fn act(desk: &Desk, found: Found, deed: &Deed) -> Result<(), Problem> {
    life::act(&desk.context, found, Hand::Staff(&desk.actor), deed, None, &|_| Value::Null).await.map(|_| ())
}

/// Whether the customer is told by mail.
fn told(fields: &Fields) -> bool {
    !fields.ticked(SILENT)
}

/// Staff's word that nobody is written to; `form` tells it from the same in another form of the page.
pub fn silent(sheet: Sheet<'_>, form: &str) -> Markup {
    sheet.tick("Do not write to the customer", SILENT, form, "")
}

/// Whether staff may do that to it now.
pub fn may(desk: &Desk, found: &Found, action: Action) -> bool {
    life::may(&desk.context, found, Actor::Staff, action).is_ok()
}

/// `POST /console/:orgId/bookings/:id/do`: whatever needs one press of a button, then back to where it was pressed.
pub async fn plainly(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let wanted = PLAIN.iter().find(|(word, _, _)| *word == fields.get("do"));
    let (_, action, done) = wanted.ok_or_else(|| Problem::field("/do", "invalid_value", "There is no such action."))?;
    let found = open(&desk, &id).await?;
    let reason = optional_text(fields.some("reason").map(str::to_owned), "/reason", 500)?;
    match act(&desk, found, &Deed { reason, notify: told(&fields), ..Deed::of(*action) }).await {
        Ok(()) => Ok(desk.go(&back(&id, fields.get("back"), done))),
        Err(problem) => booking::page(&desk, &id, None, Some(&problem)).await,
    }
}

/// The day that the button stood on, or the booking's own page.
fn back(id: &str, date: &str, done: &str) -> String {
    match Date::parse(date) {
        Some(date) => format!("/today?date={date}&done={done}"),
        None => format!("/bookings/{id}?done={done}"),
    }
}

/// `GET /console/:orgId/bookings/:id/cancel`: what would go back, and why.
pub async fn ask_cancel(desk: At<BookingsWrite>, Path((_, id)): Address) -> Shown {
    let found = open(&desk, &id).await?;
    cancel_form(&desk, &found, Sheet { fields: &Fields::default(), problem: None })
}

/// `POST /console/:orgId/bookings/:id/cancel`.
pub async fn cancel(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    match called_off(&desk, found.clone(), &fields).await {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done=cancelled"))),
        Err(problem) => cancel_form(&desk, &found, Sheet { fields: &fields, problem: Some(&problem) }),
    }
}

async fn called_off(desk: &Desk, found: Found, fields: &Fields) -> Result<(), Problem> {
    let reason = optional_text(fields.some("reason").map(str::to_owned), "/reason", 500)?;
    let refund = fields.some("refund").map(|text| amount(text, found.0.currency, 0, "/refund")).transpose()?;
    act(desk, found, &Deed { reason, refund, notify: told(fields), ..Deed::of(Action::Cancel) }).await
}

fn cancel_form(desk: &Desk, found: &Found, sheet: Sheet<'_>) -> Shown {
    let (row, _) = found;
    let decided = apply(state_of(row)?, Action::Cancel, &facts(desk.context.now(), found, Actor::Staff, true)?);
    let due = decided.map(|(_, effects)| effects.refund).unwrap_or(0);
    let money = |amount| desk.wording.money_in(amount, row.currency);
    let kept = row.paid.saturating_sub(row.repaid).saturating_sub(due);
    let main = html! {
        (summary(desk, found))
        section.card.sheet {
            h2 { "What goes back" }
            table.money {
                tbody {
                    tr { th scope="row" { "Paid" } td.amount { (money(row.paid.saturating_sub(row.repaid))) } }
                    tr { th scope="row" { "Goes back by the policy" } td.amount { (money(due)) } }
                    tr.total { th scope="row" { "Stays with you" } td.amount { (money(kept)) } }
                }
            }
            form method="post" action=(desk.path(&format!("/bookings/{}/cancel", row.public_id))) {
                (pieces::problem(sheet.problem))
                (sheet.line(Line { label: "Give back something else", name: "refund", hint: "Leave it empty to follow the policy.", ..Line::default() }))
                (sheet.text("Reason", "reason", "For your records and for the customer.", 2, 500))
                (silent(sheet, "cancel"))
                div.actions {
                    button.primary.bad { "Cancel the booking" }
                    a.button href=(desk.path(&format!("/bookings/{}", row.public_id))) { "Keep it" }
                }
            }
        }
    };
    Ok(desk.page(pieces::status(sheet.problem), &Page::new(Section::Bookings, "Cancel this booking?", main)))
}

/// Whom and what it is about.
fn summary(desk: &Desk, (row, items): &Found) -> Markup {
    html! {
        p.lead {
            strong { (row.contact_name.as_deref().unwrap_or("A hold")) }
            @for item in items {
                span { (item.name) ", " (desk.wording.span(Instant(item.starts_at), Instant(item.ends_at))) }
            }
        }
    }
}

/// An amount as people type it, in minor units.
pub fn amount(text: &str, currency: Currency, least: i64, pointer: &str) -> Result<i64, Problem> {
    let wrong = || Problem::field(pointer, "invalid_value", "An amount such as 12.50.");
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = usize::try_from(currency.exponent()).unwrap_or(2);
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) || part.len() > digits {
        return Err(wrong());
    }
    let amount: i64 = format!("{whole}{part:0<digits$}").parse().map_err(|_| wrong())?;
    if (least..=MOST).contains(&amount) { Ok(amount) } else { Err(wrong()) }
}

/// `GET /console/:orgId/bookings/:id/move`: other times, computed by the engine.
pub async fn ask_move(
    desk: At<BookingsWrite>,
    Path((_, id)): Address,
    Query(asked): Query<Vec<(String, String)>>,
) -> Shown {
    let found = open(&desk, &id).await?;
    times(&desk, &found, &Fields::of(asked), None).await
}

/// `POST /console/:orgId/bookings/:id/move`.
pub async fn move_it(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    let starts_at = Timestamp::parse(fields.get("startsAt"));
    let Some(starts_at) = starts_at else {
        return Err(Problem::field("/startsAt", "invalid_value", "Not a time.").into());
    };
    let placing = Placing {
        item: fields.get("item").parse().unwrap_or(0),
        starts_at: Some(starts_at),
        party: None,
        quote_hash: fields.some("quoteHash").map(str::to_owned),
        keep_price: fields.ticked("keepPrice"),
    };
    match act(&desk, found.clone(), &Deed { placing: placing.clone(), ..Deed::of(Action::Reschedule) }).await {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done=moved"))),
        Err(problem) if problem.code() == Code::PriceChanged => other_price(&desk, &found, &placing, &problem),
        Err(problem) => times(&desk, &found, &fields, Some(&problem)).await,
    }
}

async fn times(desk: &Desk, found: &Found, asked: &Fields, problem: Option<&Problem>) -> Shown {
    let (row, items) = found;
    let item: usize = asked.get("item").parse().unwrap_or(0);
    let current = items.get(item).ok_or_else(|| Problem::not_found("item"))?;
    let today = desk.wording.date_of(desk.context.now());
    let near = desk.wording.date_of(Instant(current.starts_at)).plus_days(-3).max(today);
    let from = Date::parse(asked.get("from")).unwrap_or(near).max(today);
    let (slots, zone) = change::elsewhere(&desk.context, found, item, from, DAYS).await?;
    let own = desk.path(&format!("/bookings/{}/move", row.public_id));
    let link = |date: Date| format!("{own}?item={item}&from={date}");
    let main = html! {
        (summary(desk, found))
        (pieces::problem(problem))
        nav.days aria-label="Days" {
            a.button href=(link(from.plus_days(DAYS.saturating_neg()).max(today))) { "Earlier" }
            p { (desk.wording.short_date(from)) " – " (desk.wording.short_date(from.plus_days(DAYS.saturating_sub(1)))) }
            a.button href=(link(from.plus_days(DAYS))) { "Later" }
        }
        @if slots.is_empty() { (pieces::empty("Nothing is free", "Nothing else is free for them on these days.", html! {})) }
        @for (date, slots) in by_date(&zone, &slots) {
            section.card aria-label=(desk.wording.long_date(date)) {
                h2 { (desk.wording.long_date(date)) }
                ul.times {
                    @for slot in slots {
                        li {
                            form method="post" action=(own) {
                                input type="hidden" name="item" value=(item);
                                input type="hidden" name="from" value=(from);
                                button name="startsAt" value=(Timestamp(slot.starts_at)) { (desk.wording.time(slot.starts_at)) }
                            }
                        }
                    }
                }
            }
        }
        p { a href=(desk.path(&format!("/bookings/{}", row.public_id))) { "Keep the time as it is" } }
    };
    Ok(desk.page(pieces::status(problem), &Page::new(Section::Bookings, "Move to another time", main)))
}

fn other_price(desk: &Desk, found: &Found, to: &Placing, problem: &Problem) -> Shown {
    let quote: Option<Quote> = problem.quoted().and_then(|quote| serde_json::from_value(quote.clone()).ok());
    let (Some(quote), Some(starts_at)) = (quote, to.starts_at) else { return Err(problem.clone().into()) };
    let (row, _) = found;
    let money = |amount| desk.wording.money_in(amount, row.currency);
    let hidden = html! {
        input type="hidden" name="item" value=(to.item);
        input type="hidden" name="startsAt" value=(starts_at);
    };
    let main = html! {
        (summary(desk, found))
        section.card.sheet {
            p { "Until now " (money(row.total)) ", at the new time " strong { (money(quote.total)) } "." }
            (price_in(&Voice::english(), &quote, &crate::pages::frame::Names::new(), &money))
            div.actions {
                form method="post" {
                    (hidden)
                    input type="hidden" name="quoteHash" value=(quote.hash);
                    button.primary { "Move it for " (money(quote.total)) }
                }
                form method="post" {
                    (hidden)
                    input type="hidden" name="keepPrice" value="true";
                    button { "Move it, keep " (money(row.total)) }
                }
            }
        }
    };
    Ok(desk
        .page(axum::http::StatusCode::CONFLICT, &Page::new(Section::Bookings, "The new time has another price", main)))
}

/// `GET /console/:orgId/bookings/:id/party`: who comes.
pub async fn ask_party(
    desk: At<BookingsWrite>,
    Path((_, id)): Address,
    Query(asked): Query<Vec<(String, String)>>,
) -> Shown {
    let found = open(&desk, &id).await?;
    let item: usize = Fields::of(asked).get("item").parse().unwrap_or(0);
    let party: Party =
        found.1.get(item).map(|item| serde_json::from_str(&item.party).unwrap_or_default()).unwrap_or_default();
    let mut pairs: Vec<(String, String)> =
        party.0.iter().map(|(code, count)| (format!("party/{}", code.as_str()), count.to_string())).collect();
    pairs.push(("item".to_owned(), item.to_string()));
    party_form(&desk, &found, Sheet { fields: &Fields::of(pairs), problem: None }).await
}

/// `POST /console/:orgId/bookings/:id/party`.
pub async fn party(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    let counts =
        fields.under("party/").filter_map(|(code, count)| Some((PartyCode::parse(code)?, count.parse().ok()?)));
    let party = Party(counts.filter(|(_, count)| *count > 0).collect());
    let placing = Placing {
        item: fields.get("item").parse().unwrap_or(0),
        party: Some(party),
        keep_price: fields.ticked("keepPrice"),
        ..Placing::default()
    };
    match act(&desk, found.clone(), &Deed { placing, notify: told(&fields), ..Deed::of(Action::ChangeParty) }).await {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done=saved"))),
        Err(problem) => party_form(&desk, &found, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

async fn party_form(desk: &Desk, found: &Found, sheet: Sheet<'_>) -> Shown {
    let (row, items) = found;
    let item: usize = sheet.fields.get("item").parse().unwrap_or(0);
    let wanted = items.get(item).ok_or_else(|| Problem::not_found("item"))?;
    let types = party_types(desk, &wanted.offering).await?;
    let main = html! {
        (summary(desk, found))
        form.card.sheet method="post" action=(desk.path(&format!("/bookings/{}/party", row.public_id))) {
            (pieces::problem(sheet.problem))
            (sheet.errors("party"))
            input type="hidden" name="item" value=(item);
            div.row {
                @for kind in &types {
                    @let name = format!("party/{}", kind.code.as_str());
                    (sheet.line(Line { label: &kind.name, name: &name, kind: "number", hint: kind.note.as_deref().unwrap_or_default(), within: (Some("0"), None), ..Line::default() }))
                }
            }
            (sheet.tick("Keep the price as it was agreed", "keepPrice", "true", "Otherwise it is worked out anew; what was paid too much goes back by the policy."))
            (silent(sheet, "party"))
            div.actions {
                button.primary { "Change the party" }
                a.button href=(desk.path(&format!("/bookings/{}", row.public_id))) { "Leave it" }
            }
        }
    };
    Ok(desk.page(pieces::status(sheet.problem), &Page::new(Section::Bookings, "Who comes?", main)))
}

async fn party_types(desk: &Desk, offering: &str) -> Result<Vec<PartyType>, Problem> {
    let now = desk.context.now();
    let scope = Scope {
        offerings: &[offering],
        calendar: None,
        from: now,
        to: now,
        now,
        coupon: None,
        without: None,
        any_status: true,
    };
    let mut answers = desk.context.database().batch(catalog::store::read(&scope)).await?;
    let venue = Venue::of(catalog::store::rows(&mut answers)?, &scope)?;
    let id = OfferingId::parse(offering);
    let found = venue.zip(id).and_then(|(venue, id)| venue.offering(&id).map(|one| one.party_types.clone()));
    found.ok_or_else(|| Problem::not_found("offering"))
}

/// `POST /console/:orgId/bookings/:id/refund`: money back, and nothing else.
pub async fn refund(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    let deed = |fields: &Fields| -> Result<Deed, Problem> {
        let refund = amount(fields.get("refund"), found.0.currency, 1, "/refund")?;
        let reason = optional_text(fields.some("reason").map(str::to_owned), "/reason", 500)?;
        let reason = reason.ok_or_else(|| Problem::field("/reason", "required", "Say why, for your records."))?;
        Ok(Deed {
            refund: Some(refund),
            reason: Some(reason),
            beyond_rules: true,
            notify: told(fields),
            ..Deed::of(Action::Refund)
        })
    };
    settled(&desk, &id, deed(&fields), found.clone(), &fields, "refunded").await
}

/// `POST /console/:orgId/bookings/:id/payment`: money taken on site.
pub async fn payment(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    let deed = |fields: &Fields| -> Result<Deed, Problem> {
        let amount = amount(fields.get("amount"), found.0.currency, 1, "/amount")?;
        let method = METHODS.iter().find(|(code, _)| *code == fields.get("method")).map_or("OTHER", |(code, _)| code);
        let note = optional_text(fields.some("note").map(str::to_owned), "/note", 500)?;
        Ok(Deed {
            payment: Some(Payment { amount, method, note, online: None }),
            notify: told(fields),
            ..Deed::of(Action::Settle)
        })
    };
    settled(&desk, &id, deed(&fields), found.clone(), &fields, "paid").await
}

async fn settled(
    desk: &Desk,
    id: &str,
    deed: Result<Deed, Problem>,
    found: Found,
    fields: &Fields,
    done: &str,
) -> Shown {
    let outcome = match deed {
        Ok(deed) => act(desk, found, &deed).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done={done}"))),
        Err(problem) => booking::page(desk, id, Some(fields), Some(&problem)).await,
    }
}

/// `POST /console/:orgId/bookings/:id/notes`: who to reach, and what is noted.
pub async fn notes(desk: At<BookingsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let found = open(&desk, &id).await?;
    let fields = &fields;
    let amendment = || -> Result<Amendment, Problem> {
        let text = |name: &str| optional_text(fields.some(name).map(str::to_owned), &format!("/{name}"), 2_000);
        let phone = fields.some("customer/phone").map(str::to_owned);
        Ok(Amendment {
            contact: Some(Contact::parse(fields.get("customer/name"), fields.get("customer/email"), phone)?),
            answers: None,
            note: Some(text("note")?),
            staff_note: Some(text("staffNote")?),
            notify: told(fields),
        })
    };
    let outcome = match amendment() {
        Ok(amendment) => {
            amend(&desk.context, found, Hand::Staff(&desk.actor), &amendment, &|_| Value::Null).await.map(|_| ())
        }
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done=saved"))),
        Err(problem) => booking::page(&desk, &id, Some(fields), Some(&problem)).await,
    }
}

/// Forms of a booking's page for money: what came in on site, and what goes back.
pub fn money_forms(desk: &Desk, found: &Found, sheet: Sheet<'_>) -> Markup {
    let (row, _) = found;
    let own = |rest: &str| desk.path(&format!("/bookings/{}{rest}", row.public_id));
    let owed = row.total.saturating_sub(row.paid).saturating_add(row.repaid).max(0);
    let typed = |name: &str| sheet.fields.some(name).is_some() || !sheet.wrong(name).is_empty();
    let suggested = Fields::of([("amount", Wording::plain_money(owed, row.currency))]);
    let paying = if sheet.fields.some("amount").is_some() { sheet } else { Sheet { fields: &suggested, ..sheet } };
    html! {
        @if may(desk, found, Action::Settle) && owed > 0 {
            details.more-to-do open[typed("amount")] {
                summary { "Write down a payment" }
                form method="post" action=(own("/payment")) {
                    div.row {
                        (paying.line(Line { label: "Amount", name: "amount", required: true, ..Line::default() }))
                        (paying.choice("Paid by", "method", "", &METHODS))
                    }
                    (silent(sheet, "payment"))
                    button { "Write it down" }
                }
            }
        }
        @if may(desk, found, Action::Refund) && row.paid > row.repaid {
            details.more-to-do open[typed("refund")] {
                summary { "Give money back" }
                form method="post" action=(own("/refund")) {
                    (sheet.line(Line { label: "Amount", name: "refund", required: true, ..Line::default() }))
                    (sheet.line(Line { label: "Reason", name: "reason", required: true, longest: Some(500), ..Line::default() }))
                    (silent(sheet, "refund"))
                    button { "Give it back" }
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        let read = |text, code| amount(text, Currency::parse(code).unwrap(), 1, "/amount").ok();
        assert_eq!(read("12.50", "EUR"), Some(1_250));
        assert_eq!(read("12,5", "EUR"), Some(1_250));
        assert_eq!(read("12", "EUR"), Some(1_200));
        assert_eq!(read("12", "JPY"), Some(12));
        assert_eq!(read("1.234", "KWD"), Some(1_234));
        for wrong in ["", "0", "-1", "1.234", "12.5.0", "1e3", "twelve", ".5", "99999999999999999999"] {
            assert_eq!(read(wrong, "EUR"), None, "{wrong}");
        }
    }
}
