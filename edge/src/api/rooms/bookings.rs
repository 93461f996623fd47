//! `/v1/bookings`: listed, made, moved, and called off with what the policy gives back.

use super::stay::{self, json, of_room, party, room_of};
use super::{OrgOfKey, ROOM};
use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::keyed::Keyed;
use crate::api::body::Body;
use crate::api::idempotency::IdempotencyKey;
use crate::api::order_body::{AddOnBody, CustomerBody};
use crate::api::page::{Page, PageIn};
use crate::api::platform::bookings::list::midnight;
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::book::{self, Desk, Details, Made};
use crate::domain::booking::change::{self, Found};
use crate::domain::booking::life::amend::{Amendment, amend};
use crate::domain::booking::life::{self, Deed, Hand, Placing};
use crate::domain::booking::order::{Answers, Contact, Form, Order, optional_text};
use crate::domain::desk::store::{self, After, Filter};
use crate::problem::{Code, Problem};
use crate::shape::rooms::{RoomBooking, booking, is_room};
use crate::shape::{Booking, Item, Person};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::booking::{Action, Actor, State as Life};
use shared::embed::{ItemIn, Timestamp};
use shared::id::OfferingId;
use shared::money::Money;
use shared::party::Party;
use shared::zone::Instant;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which bookings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoomBookingFilter {
    /// The venue date on which the stay starts, YYYY-MM-DD.
    #[param(value_type = Option<String>, format = Date, example = "2027-05-01")]
    date: Option<String>,
    /// In place of it: the first such date.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// And the last, included.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// Of this room.
    #[param(example = "room_harbor_lighthouse")]
    room: Option<String>,
    /// States, separated by commas, in either case: `confirmed`, `canceled`, `completed` …
    #[param(example = "confirmed")]
    status: Option<String>,
}

/// A state by this surface's word for it, or by the life cycle's own.
fn state(word: &str) -> Result<&'static str, Problem> {
    let upper = word.trim().to_uppercase();
    let upper = if upper == "CANCELED" { "CANCELLED" } else { upper.as_str() };
    let rule = "must be states; GET /api/meta/booking-states lists them";
    Life::parse(upper).map(Life::as_str).ok_or_else(|| Problem::field("?status", "invalid_value", rule))
}

/// Lists bookings of rooms: with dates the earliest stay first, otherwise the newest booking.
#[utoipa::path(
    get, path = "/v1/bookings", tag = "Rooms", operation_id = "listRoomBookings", params(OrgOfKey, PageIn, RoomBookingFilter),
    security(("key" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<RoomBooking>), Reading),
)]
pub async fn list(
    keyed: Keyed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<RoomBookingFilter>,
) -> Result<Json<Page<RoomBooking>>, Problem> {
    let timezone = keyed.org.timezone.as_str();
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (date, from, to) = (said(&asked.date), said(&asked.from), said(&asked.to));
    if date.is_some() && (from.is_some() || to.is_some()) {
        return Err(Problem::field("?date", "ambiguous", "Either `date`, or `from` and `to`."));
    }
    let (first, last) = (date.as_ref().or(from.as_ref()), date.as_ref().or(to.as_ref()));
    let [at_first, at_last] = if date.is_some() { ["?date", "?date"] } else { ["?from", "?to"] };
    let states = said(&asked.status);
    let states: Vec<&str> = states.iter().flat_map(|states| states.split(',')).map(state).collect::<Result<_, _>>()?;
    let room = said(&asked.room);
    let filter = Filter {
        states: &states,
        offering: room.as_deref(),
        kind: Some(ROOM),
        from: midnight(timezone, first.map(String::as_str), 0, at_first)?,
        to: midnight(timezone, last.map(String::as_str), 1, at_last)?,
        ..Filter::default()
    };
    let order = if first.or(last).is_some() { store::Order::Start } else { store::Order::Created };
    let after = page.after_pair()?.map(|(by, id)| After { by, id });
    let limit = page.limit()?;
    let rows =
        store::bookings(context.database(), keyed.org_id(), &filter, (order, after), limit.saturating_add(1)).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let by = if order == store::Order::Start { row.starts_at.unwrap_or(0) } else { row.id };
        all.push((format!("{by}.{}", row.id), stay::listed(row, timezone)?));
    }
    Ok(Json(Page::of(all, limit, |(behind, _)| behind.clone(), |(_, shown)| shown)))
}

/// Reads a booking of a room.
#[utoipa::path(
    get, path = "/v1/bookings/{id}", tag = "Rooms", operation_id = "readRoomBooking",
    params(("id" = String, Path, description = "Booking"), OrgOfKey),
    security(("key" = ["bookings:read"])),
    responses((status = 200, description = "The booking", body = RoomBooking), Reading),
)]
pub async fn read(
    keyed: Keyed<BookingsRead>,
    State(context): State<Context>,
    Path(id): Path<String>,
) -> Result<Json<RoomBooking>, Problem> {
    Ok(Json(stay::shown(&of_room(&context, &keyed.org, &id).await?)))
}

/// A booking that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomBookingIn {
    /// Which room.
    #[schema(value_type = String, example = "room_harbor_lighthouse")]
    room_id: OfferingId,
    /// Its start, as in a schedule.
    #[schema(value_type = String, format = DateTime, example = "2027-05-01T14:00:00Z")]
    starts_at: Timestamp,
    /// How many come.
    #[schema(minimum = 1, maximum = 10_000, example = 4)]
    guests: Option<u32>,
    /// In place of it, where a room tells guests apart: how many of each type.
    #[schema(value_type = Option<Party>, example = json!({"player": 4}))]
    party: Option<Party>,
    /// Minutes or days, where the customer chooses.
    length: Option<u32>,
    /// Bought with it.
    #[serde(default)]
    add_ons: Vec<AddOnBody>,
    /// A coupon's code.
    coupon: Option<String>,
    /// The hash of the price that the customer saw: another price is refused with 409.
    quote_hash: Option<String>,
    /// Who it is for.
    customer: CustomerBody,
    /// To the business's questions, by `columnName`.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    answers: Answers,
    /// From the guest.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Books a room: the same rules, the same seats and the same prices as everywhere. It needs nobody's approval.
#[utoipa::path(
    post, path = "/v1/bookings", tag = "Rooms", operation_id = "bookRoom", request_body = RoomBookingIn,
    params(OrgOfKey, Repeatable),
    security(("key" = ["bookings:write"])),
    responses((status = 201, description = "Booked", body = RoomBooking), Writing),
)]
pub async fn create(
    keyed: Keyed<BookingsWrite>,
    State(context): State<Context>,
    key: IdempotencyKey,
    body: Body<RoomBookingIn>,
) -> Result<(StatusCode, Json<RoomBooking>), Problem> {
    let key = key.of(format!("{} POST /v1/bookings {}", keyed.actor(), keyed.org.public_id), &body.hash);
    let wanted = body.value;
    if !is_room(wanted.room_id.as_str()) {
        return Err(missing(Problem::not_found("room")));
    }
    let CustomerBody { name, email, phone } = wanted.customer;
    let contact = Contact::parse(&name, &email, phone)?;
    let note = optional_text(wanted.note, "/note", 2_000)?;
    let org = keyed.org_id();
    let by_number = wanted.guests.is_some();
    let no_room = |problem: Problem| no_room(if by_number { problem.moved("/party", "/guests") } else { problem });
    let who = party(&context, org, wanted.room_id.as_str(), wanted.guests, wanted.party).await.map_err(missing)?;
    let who = who.ok_or_else(|| Problem::field("/guests", "required", "How many come?"))?;
    let item = ItemIn {
        offering_id: wanted.room_id,
        starts_at: wanted.starts_at,
        party: who.clone(),
        length: wanted.length,
        private: false,
        add_ons: wanted.add_ons.into_iter().map(Into::into).collect(),
    };
    // One item, its parts beside each other.
    let order = Order::parse(vec![item], Form::Move, wanted.coupon, None, wanted.quote_hash).map_err(no_room)?;
    let desk =
        Desk { org, actor: keyed.actor().to_owned(), beyond_rules: None, note: None, notify: true, channel: "api" };
    let details = Details {
        contact: contact.clone(),
        answers: wanted.answers,
        calendar: None,
        locale: None,
        source: None,
        note,
        desk: Some(desk),
    };
    let made = book::book(&context, &order, &details, key.as_ref()).await.map_err(no_room)?;
    Ok((StatusCode::CREATED, Json(made_in_these_words(made, contact, &who))))
}

/// Which field it is that names no room.
fn missing(problem: Problem) -> Problem {
    match problem.code() {
        Code::NotFound => problem.and_field("/roomId", "not_found", "There is no such room."),
        _ => problem,
    }
}

/// The fields of an order by the names that they have here.
fn no_room(problem: Problem) -> Problem {
    problem.moved("/offeringId", "/roomId")
}

/// When a public id was made, by its own word: a `UUIDv7` begins with the milliseconds.
fn minted_at(id: &str) -> Option<Instant> {
    let (_, uuid) = id.split_once('_')?;
    Some(Instant(i64::from_str_radix(uuid.get(..12)?, 16).ok()?.checked_div(1_000)?))
}

/// What was booked, from the answer that is kept with its key: told again it is the same.
fn made_in_these_words(Made { booking: made, .. }: Made, contact: Contact, who: &Party) -> RoomBooking {
    let created_at = Timestamp(minted_at(&made.id).unwrap_or(Instant(0)));
    let nothing = Money { amount: 0, currency: made.total.currency };
    let party: BTreeMap<String, u32> = who.0.iter().map(|(code, count)| (code.as_str().to_owned(), *count)).collect();
    let item = |item: shared::embed::BookedItem| Item {
        offering_id: item.offering_id,
        name: item.name,
        starts_at: item.starts_at,
        ends_at: item.ends_at,
        local_starts_at: Some(item.local_starts_at),
        party: party.clone(),
    };
    booking(Booking {
        id: made.id,
        number: Some(made.number),
        status: made.status,
        customer: Person { name: Some(contact.name), email: Some(contact.email), phone: contact.phone },
        items: made.items.into_iter().map(item).collect(),
        total: made.total,
        paid: Some(nothing),
        refunded: Some(nothing),
        answers: BTreeMap::new(),
        note: None,
        created_at,
    })
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomBookingPatch {
    /// Another start, as in a schedule.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-05-02T14:00:00Z")]
    starts_at: Option<Timestamp>,
    /// How many come.
    #[schema(minimum = 1, maximum = 10_000, example = 5)]
    guests: Option<u32>,
    /// In place of it: how many of each type.
    #[schema(value_type = Option<Party>, example = json!({"player": 5}))]
    party: Option<Party>,
    /// The hash of the price that the customer saw: another price is refused with 409. Without it the change is made at
    /// whatever it costs then.
    quote_hash: Option<String>,
    /// The price stays as it was agreed.
    #[serde(default)]
    keep_price: bool,
    /// Who to reach about it.
    customer: Option<CustomerBody>,
    /// From the guest; an empty one takes it away.
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// A booking that was changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomBookingChanged {
    /// As it is now.
    #[serde(flatten)]
    booking: RoomBooking,
    /// What it costs more than before; less than zero where it costs less.
    price_difference: Money,
    /// What goes back with this change.
    refunded_now: Money,
    /// What is still to be paid; negative when too much was.
    balance: Money,
}

/// What went back of a booking, or is on its way through a payment provider.
fn given_back((row, _): &Found) -> i64 {
    row.repaid.saturating_add(row.going_back)
}

/// How a booking differs from what it was.
fn since(before: &Found, now: &Found) -> RoomBookingChanged {
    let (was, is) = (&before.0, &now.0);
    let money = |amount| Money { amount, currency: is.currency };
    RoomBookingChanged {
        booking: stay::shown(now),
        price_difference: money(is.total.saturating_sub(was.total)),
        refunded_now: money(given_back(now).saturating_sub(given_back(before))),
        balance: money(is.owed.saturating_sub(is.paid).saturating_add(given_back(now))),
    }
}

/// Moves a booking, changes who comes or whom to reach, and says what the difference costs.
///
/// Time and guests change in one step or not at all. Fewer guests: what the policy gives of their part goes back. More, or
/// another time: if it is free.
#[utoipa::path(
    put, path = "/v1/bookings/{id}", tag = "Rooms", operation_id = "changeRoomBooking", request_body = RoomBookingPatch,
    params(("id" = String, Path, description = "Booking"), OrgOfKey),
    security(("key" = ["bookings:write"])),
    responses((status = 200, description = "As it is now", body = RoomBookingChanged), Writing),
)]
pub async fn change(
    keyed: Keyed<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    body: Body<RoomBookingPatch>,
) -> Result<Json<Value>, Problem> {
    let wanted = body.value;
    let before = of_room(&context, &keyed.org, &id).await?;
    let place = room_of(&before);
    let item = before.1.get(place).ok_or_else(|| Problem::not_found("booking"))?;
    let contact = wanted.customer.map(|body| Contact::parse(&body.name, &body.email, body.phone)).transpose()?;
    let note = wanted.note.map(|note| optional_text(Some(note), "/note", 2_000)).transpose()?;
    let by_number = wanted.guests.is_some();
    let said = |problem: Problem| if by_number { problem.moved("/party", "/guests") } else { problem };
    let who = party(&context, keyed.org_id(), &item.offering, wanted.guests, wanted.party).await?;
    let same: Party = serde_json::from_str(&item.party).unwrap_or_default();
    let who = who.filter(|party| *party != same);
    let starts_at = wanted.starts_at.filter(|at| at.0.0 != item.starts_at);
    let show = |found: &Found| json(&since(&before, found));
    let hand = Hand::Staff(keyed.actor());
    let mut answer = show(&before);
    let action = match (&starts_at, &who) {
        (Some(_), _) => Some(Action::Reschedule),
        (None, Some(_)) => Some(Action::ChangeParty),
        (None, None) => None,
    };
    if let Some(action) = action {
        let (quote_hash, keep_price) = (wanted.quote_hash, wanted.keep_price);
        let mut placing = Placing { item: place, starts_at, party: who, quote_hash, keep_price };
        if placing.quote_hash.is_none() && !keep_price {
            // Whoever names no price takes that of the moment.
            life::may(&context, &before, Actor::Staff, action)?;
            let asked = change::Wanted { placing: &placing, beyond_rules: false };
            let (_, decision) = change::place(&context, &before, &asked).await.map_err(said)?;
            placing.quote_hash = Some(decision.quote.hash);
        }
        let deed = Deed { placing, ..Deed::of(action) };
        answer = life::act(&context, before.clone(), hand, &deed, None, &show).await.map_err(said)?;
    }
    if contact.is_some() || note.is_some() {
        let amendment = Amendment { contact, note, ..Amendment::default() };
        let found = of_room(&context, &keyed.org, &id).await?;
        answer = amend(&context, found, hand, &amendment, &show).await?;
    }
    Ok(Json(answer))
}

/// Why it is called off.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CancelQuery {
    /// In words, for the business; at most 500 characters.
    #[param(max_length = 500, example = "Somebody is ill")]
    reason: Option<String>,
}

/// A booking that was called off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoomBookingCanceled {
    /// As it is now.
    #[serde(flatten)]
    booking: RoomBooking,
    /// What goes back now, as the cancellation policy says; through a payment provider it is on its way.
    refunded_now: Money,
    /// What the policy keeps of what was paid.
    kept: Money,
}

/// Calls a booking off: its room is free at once, and what the policy gives of what was paid goes back. The answer says how
/// much.
#[utoipa::path(
    delete, path = "/v1/bookings/{id}", tag = "Rooms", operation_id = "cancelRoomBooking",
    params(("id" = String, Path, description = "Booking"), OrgOfKey, CancelQuery),
    security(("key" = ["bookings:write"])),
    responses((status = 200, description = "Called off", body = RoomBookingCanceled), Writing),
)]
pub async fn cancel(
    keyed: Keyed<BookingsWrite>,
    State(context): State<Context>,
    Path(id): Path<String>,
    Query(CancelQuery { reason }): Query<CancelQuery>,
) -> Result<Json<Value>, Problem> {
    let reason = optional_text(reason, "?reason", 500)?;
    let before = of_room(&context, &keyed.org, &id).await?;
    let before_now = given_back(&before);
    let show = |found: &Found| {
        let row = &found.0;
        let money = |amount| Money { amount, currency: row.currency };
        json(&RoomBookingCanceled {
            booking: stay::shown(found),
            refunded_now: money(given_back(found).saturating_sub(before_now)),
            kept: money(row.paid.saturating_sub(given_back(found))),
        })
    };
    let deed = Deed { reason, ..Deed::of(Action::Cancel) };
    life::act(&context, before, Hand::Staff(keyed.actor()), &deed, None, &show).await.map(Json)
}
