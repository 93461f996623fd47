//! Waiting lists: who would come if seats came free. The first who fits gets an offer: seats held for them alone and a link
//! that opens them. An offer that is declined or runs out goes to the next, by itself: its hold ends like any other.

pub mod store;

use crate::access::secret;
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::book::{new_token, read_venue, reliable_until, worth_another_look};
use crate::domain::booking::change::Found;
use crate::domain::booking::hold;
use crate::domain::booking::order::{Contact, Form, Order};
use crate::domain::booking::rules::{self, Decision};
use crate::domain::booking::source::Source;
use crate::domain::booking::store::By;
use crate::domain::booking::store::{self as bookings, New};
use crate::domain::catalog::{self, Venue};
use crate::domain::notice::refusal::{self, Refusal};
use crate::domain::org::Settings;
use crate::domain::record::Change;
use crate::domain::told::data::{Asking, Lead};
use crate::mail::{Letter, Mail};
use crate::problem::{Code, Problem};
use serde_json::json;
use shared::booking::State;
use shared::embed::{ItemIn, Question, Timestamp};
use shared::id::OfferingId;
use shared::zone::Instant;
use store::{Awaited, Entry, Joining};

/// So many of a queue are looked at when seats come free; the others have their turn a minute later.
const QUEUE: i64 = 50;
/// So many who wait are looked at in one run of the job.
const LOOKS: i64 = 50;
/// Channel of a booking that began as an offer.
const CHANNEL: &str = "waiting-list";

/// Whether it makes sense to wait for an order: it must be impossible now, and only because others have the seats.
pub async fn must_wait(context: &Context, order: &Order) -> Result<Venue, Problem> {
    let (venue, _) = read_venue(context, order, None, None, None).await?;
    let mut venue = venue.ok_or_else(|| crate::domain::booking::book::no_such_offering(order))?;
    match rules::decide(&mut venue, order, reliable_until(order)) {
        Ok(_) => {
            let detail = "There is room: it can be booked.";
            Err(Problem::new(Code::Conflict).because("bookable").detail(detail))
        }
        Err(problem) if matches!(problem.code(), Code::SoldOut | Code::Unavailable) => Ok(venue),
        Err(problem) => Err(problem),
    }
}

/// Puts somebody on the list.
pub fn join(
    id: &str,
    item: &ItemIn,
    contact: &Contact,
    (locale, source): (Option<&str>, Option<&Source>),
    now: Instant,
) -> Result<Statement, StoreError> {
    let party = serde_json::to_string(&item.party).unwrap_or_default();
    let joining = Joining {
        public_id: id,
        offering: item.offering_id.as_str(),
        starts_at: item.starts_at.0,
        party: &party,
        length: item.length,
        private: item.private,
        contact,
        locale,
        source,
    };
    store::join(&joining, now)
}

/// The `data` of the event that somebody asked for what others have.
pub fn told<'a>(id: &'a str, item: &'a ItemIn, contact: &'a Contact, now: Instant) -> Lead<'a> {
    Lead {
        id,
        source: CHANNEL,
        customer: Asking { name: &contact.name, email: &contact.email, phone: contact.phone.as_deref() },
        offering_id: item.offering_id.as_str(),
        starts_at: item.starts_at,
        party: item.party.0.iter().map(|(code, count)| (code.as_str(), *count)).collect(),
        created_at: Timestamp(now),
    }
}

/// Looks, after the answer has left, whether somebody waited for what a booking has let go.
pub fn seats_came_free(context: &Context, (_, items): &Found) {
    let freed: Vec<Awaited> =
        items.iter().map(|item| Awaited { offering: item.offering.clone(), starts_at: item.starts_at }).collect();
    let later = context.clone();
    context.afterwards(async move {
        for start in &freed {
            if let Err(error) = offer_seats(&later, start).await {
                worker::console_error!("a waiting list could not be served: {error:?}");
            }
        }
    });
}

/// Looks at those who have waited longest for a look; answers how many got an offer.
pub async fn run(context: &Context) -> Result<u32, StoreError> {
    let now = context.now();
    let batch = vec![store::lapse(now, LOOKS), store::awaited(now, LOOKS)];
    let mut awaited: Vec<Awaited> = context.database().batch(batch).await?.last()?;
    awaited.sort_by(|one, other| (&one.offering, one.starts_at).cmp(&(&other.offering, other.starts_at)));
    awaited.dedup_by(|one, other| one.offering == other.offering && one.starts_at == other.starts_at);
    let mut offered = 0_u32;
    for start in &awaited {
        offered = offered.saturating_add(offer_seats(context, start).await?);
    }
    Ok(offered)
}

/// Offers what is free at a start to those who wait for it, in their order.
async fn offer_seats(context: &Context, start: &Awaited) -> Result<u32, StoreError> {
    let starts_at = Instant(start.starts_at);
    if starts_at <= context.now() {
        return Ok(0);
    }
    let queue: Vec<Entry> = context.database().run(store::queue(&start.offering, starts_at, QUEUE)).await?.all()?;
    let mut offered = 0_u32;
    for entry in &queue {
        let Some(order) = order_of(entry) else { continue };
        let Ok((Some(mut venue), _)) = read_venue(context, &order, None, None, None).await else { continue };
        let Ok(decision) = rules::decide(&mut venue, &order, reliable_until(&order)) else { continue };
        match offer(context, entry, &venue, &decision).await {
            Ok(()) => offered = offered.saturating_add(1),
            // Somebody else took the seats, or gave this one an offer in this moment.
            Err(error) if worth_another_look(&error) || error == StoreError::Unchanged => {}
            Err(error) => return Err(error),
        }
    }
    Ok(offered)
}

/// What somebody waits for, as an order.
fn order_of(entry: &Entry) -> Option<Order> {
    let item = ItemIn {
        offering_id: OfferingId::parse(&entry.offering)?,
        starts_at: Timestamp(Instant(entry.starts_at)),
        party: serde_json::from_str(&entry.party).ok()?,
        length: entry.length,
        private: entry.private != 0,
        add_ons: Vec::new(),
    };
    Order::parse(vec![item], Form::One, None, None, None).ok()
}

/// Holds the seats for one of them and tells them.
async fn offer(context: &Context, entry: &Entry, venue: &Venue, decision: &Decision) -> Result<(), StoreError> {
    let now = context.now();
    let settings: Settings = serde_json::from_str(&entry.settings).unwrap_or_default();
    let until = settings.offer_until(now, Instant(entry.starts_at));
    let id = context.mint("bkg");
    let token = new_token(context, &id)?;
    let contact = Contact { name: entry.name.clone(), email: entry.email.clone(), phone: entry.phone.clone() };
    let source = Source::stored(entry.source.as_deref());
    let mut change = Change::new(context, entry.org_id, "clock");
    let hold = bookings::insert(&New {
        public_id: &id,
        venue,
        placed: &decision.placed,
        quote: &decision.quote,
        state: State::Pending,
        channel: CHANNEL,
        source: source.as_ref(),
        calendar: None,
        contact: Some(&contact),
        locale: entry.locale.as_deref(),
        country: None,
        answers: "{}",
        note: None,
        staff_note: None,
        token_hash: None,
        token_sealed: None,
        hold_token_hash: Some(&token.hash),
        held_until: Some(until),
        approve_until: None,
        year: None,
        now,
    })?;
    hold.into_iter().for_each(|statement| change.add(statement));
    change.must(store::offer(entry.id, &id, &token.hash, token.sealed.as_deref(), now, until));
    let language = entry.locale.as_deref().unwrap_or(&venue.org.locale);
    let leaving = Refusal::Waiting { org: entry.org_id, entry: entry.public_id.clone() };
    let letter = Letter::SeatsFree {
        name: entry.name.clone(),
        organization: venue.org.name.clone(),
        offering: entry.offering_name.clone(),
        timezone: entry.timezone.clone(),
        starts_at: entry.starts_at,
        ends_at: decision.placed.iter().map(|one| one.placement.span.ends_at.0).max().unwrap_or(entry.starts_at),
        until: until.0,
        link: format!("{}/w/{}", context.origin(), token.text),
        unsubscribe: refusal::link(context, &leaving, language),
    };
    let mail = Mail { org: Some(entry.org_id), to: &entry.email, language, letter: &letter };
    change.mail(&mail).map_err(|problem| StoreError::Failed(format!("{problem:?}")))?;
    change.shows();
    change.commit().await.map(|_| ())
}

/// An organization's list after a row, who came first first: of an offering, in a state.
pub async fn list(
    context: &Context,
    org: i64,
    after: i64,
    (offering, state): (Option<&str>, Option<&str>),
    limit: i64,
) -> Result<Vec<Entry>, Problem> {
    Ok(context.database().run(store::list(org, after, offering, state, limit)).await?.all()?)
}

/// How many wait for the same start.
pub async fn ahead(context: &Context, item: &ItemIn) -> Result<i64, Problem> {
    let asked = store::ahead(item.offering_id.as_str(), item.starts_at.0);
    let row: Option<store::Ahead> = context.database().run(asked).await?.first()?;
    Ok(row.map_or(0, |row| row.ahead))
}

/// What is asked of whoever takes an offer.
pub async fn questions(context: &Context, token: &str) -> Result<Vec<Question>, Problem> {
    let asked = catalog::store::questions_of_hold(&secret::hashed(token));
    Ok(catalog::venue::questions(&context.database().run(asked).await?.all()?)?)
}

/// Takes somebody off an organization's list. Seats that were offered to them are let go with it.
pub async fn remove(context: &Context, actor: &str, org: i64, id: &str) -> Result<(), Problem> {
    let missing = || Problem::not_found("entry");
    let entry: Option<Entry> = context.database().run(store::by_id(org, id)).await?.first()?;
    let entry = entry.ok_or_else(missing)?;
    let mut change = Change::new(context, org, actor);
    change.must(store::remove(org, id, context.now()));
    if let (Some(booking), "OFFERED") = (&entry.booking, entry.state.as_str()) {
        let mut answers = context.database().batch(bookings::read(By::Id(booking), context.now()).into()).await?;
        if let Some((row, _)) = bookings::found(&mut answers)?.filter(|(row, _)| row.state == "PENDING") {
            change.add(bookings::move_to(&row, State::Cancelled, Some("STAFF"), None, context.now()));
            change.shows();
        }
    }
    change.audit("waiting.removed", id, &json!({}));
    match change.commit().await {
        Ok(_) => serve_later(context, entry),
        Err(error) => return Err(Problem::from(error).unless_changed(missing)),
    }
    Ok(())
}

/// Whoever opens the link of an offer.
pub async fn opened(context: &Context, token: &str) -> Result<Entry, Problem> {
    let entry = context.database().run(store::by_token(&secret::hashed(token))).await?.first()?;
    entry.ok_or_else(|| Problem::not_found("offer"))
}

/// Says no to an offer; the seats go to the next.
pub async fn decline(context: &Context, token: &str) -> Result<(), Problem> {
    let entry = opened(context, token).await?;
    hold::release(context, token).await?;
    serve_later(context, entry);
    Ok(())
}

/// Looks, after the answer has left, who is next.
fn serve_later(context: &Context, entry: Entry) {
    let start = Awaited { offering: entry.offering, starts_at: entry.starts_at };
    let later = context.clone();
    context.afterwards(async move {
        if let Err(error) = offer_seats(&later, &start).await {
            worker::console_error!("a waiting list could not be served: {error:?}");
        }
    });
}
