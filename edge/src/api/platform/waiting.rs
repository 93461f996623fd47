//! `/api/waiting-list` and `/api/orgs/:orgId/waiting-list`: who would come if seats came free.

use crate::access::allowed::{BookingsRead, BookingsWrite};
use crate::access::{Allowed, limit};
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::order_body::CustomerBody;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::order::{Contact, Form, Order, optional_text};
use crate::domain::booking::source::Source;
use crate::domain::org::zone::wall_time;
use crate::domain::record::Change;
use crate::domain::waiting::{self, store::Entry};
use crate::outbox::EventType;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::embed::{ItemIn, Timestamp};
use shared::id::OfferingId;
use shared::party::Party;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// What somebody would book.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaitingIn {
    /// Which offering.
    #[schema(value_type = String, example = "tour_harbor_sunset")]
    offering_id: OfferingId,
    /// Its start, as in a slot.
    #[schema(value_type = String, format = DateTime, example = "2027-05-01T15:00:00Z")]
    starts_at: Timestamp,
    /// How many of each party type.
    #[schema(example = json!({"adult": 2}))]
    party: Party,
    /// Minutes or days, where the offering lets the customer choose.
    #[serde(default)]
    length: Option<u32>,
    /// The departure for themselves.
    #[serde(default)]
    private: bool,
    /// Whom to tell.
    customer: CustomerBody,
    /// BCP 47, the language to write to them in.
    #[serde(default)]
    #[schema(max_length = 35, example = "en")]
    locale: Option<String>,
    /// Where they came from; the booking that an offer becomes inherits it. Pages and campaigns, never people.
    #[serde(default)]
    source: Option<Source>,
}

/// A place in the queue.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingOut {
    /// Public id.
    #[schema(example = "wait_0192f0c1a2b37c4d8e5f60718293a4b5")]
    id: String,
    /// WAITING.
    status: String,
    /// So many are before them, counted from 1.
    position: i64,
    /// Which offering.
    offering_id: String,
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Its start, the venue's wall time with its offset.
    local_starts_at: String,
}

/// Counts guests by address before anything else is read.
pub struct Counted;

impl FromRequestParts<Context> for Counted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        limit::guest(context, &parts.headers).await.map(|()| Self)
    }
}

/// Waits for seats. Only for what cannot be booked because others have it; when seats come free, the first who fits gets them
/// held and a link by mail.
#[utoipa::path(
    post, path = "/api/waiting-list", tag = "Bookings", operation_id = "joinWaitingList", security(()), request_body = WaitingIn,
    params(Repeatable),
    responses((status = 201, description = "In the queue", body = WaitingOut), Writing),
)]
pub async fn join(
    State(context): State<Context>,
    _: Counted,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<WaitingIn>>,
) -> Result<Response, Problem> {
    let WaitingIn { offering_id, starts_at, party, length, private, customer, locale, source } = wanted;
    let contact = Contact::parse(&customer.name, &customer.email, customer.phone)?;
    let locale = optional_text(locale, "/locale", 35)?;
    let source = source.map(Source::parse).transpose()?.flatten();
    let item = ItemIn { offering_id, starts_at, party, length, private, add_ons: Vec::new() };
    let order = Order::parse(vec![item.clone()], Form::Move, None, None, None)?;
    let venue = waiting::must_wait(&context, &order).await?;
    let ahead = waiting::ahead(&context, &item).await?;
    let id = context.mint("wait");
    let answer = WaitingOut {
        id: id.clone(),
        status: "WAITING".to_owned(),
        position: ahead.saturating_add(1),
        offering_id: item.offering_id.as_str().to_owned(),
        starts_at,
        local_starts_at: wall_time(&venue.org.timezone, starts_at.0),
    };
    let mut change = Change::new(&context, venue.org.id, "guest");
    change.must(waiting::join(&id, &item, &contact, (locale.as_deref(), source.as_ref()), context.now())?);
    change.tell(EventType::LeadCreated, &id, &waiting::told(&id, &item, &contact, context.now()));
    let written = ticket.commit(&context, StatusCode::CREATED, &answer, change).await;
    let written = written.map_err(|problem| match problem.code() {
        Code::Conflict => Problem::new(Code::Conflict).because("already_waiting").detail("This address waits already."),
        _ => problem,
    });
    Ok(written?.response)
}

/// Somebody who waits, as staff see them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitingEntry {
    /// Public id.
    id: String,
    /// WAITING, OFFERED, ACCEPTED, DECLINED, LAPSED or REMOVED.
    #[schema(example = "WAITING")]
    status: String,
    /// Which offering.
    offering_id: String,
    /// Its name.
    offering_name: String,
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Its start, the venue's wall time with its offset.
    local_starts_at: String,
    /// How many of each party type.
    #[schema(value_type = Party, example = json!({"adult": 2}))]
    party: Value,
    /// Full name.
    name: String,
    /// Address.
    email: String,
    /// As typed.
    phone: Option<String>,
    /// Where they came from, where the page said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    /// When they got an offer.
    #[schema(value_type = Option<String>, format = DateTime)]
    offered_at: Option<Timestamp>,
    /// Until when it stands.
    #[schema(value_type = Option<String>, format = DateTime)]
    offer_until: Option<Timestamp>,
    /// The hold that is theirs, or the booking that it became.
    booking_id: Option<String>,
    /// Since when they wait.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WaitingFilter {
    /// Id of an offering.
    offering: Option<String>,
    /// One of the states; WAITING and OFFERED where it is not said.
    #[param(example = "WAITING")]
    status: Option<String>,
}

/// Lists who waits, who came first first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/waiting-list", tag = "Bookings", operation_id = "listWaiting",
    params(("orgId" = String, Path, description = "Organization"), PageIn, WaitingFilter),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<WaitingEntry>), Reading),
)]
pub async fn list(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<WaitingFilter>,
) -> Result<Json<Page<WaitingEntry>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let states = ["WAITING", "OFFERED", "ACCEPTED", "DECLINED", "LAPSED", "REMOVED"];
    if asked.status.as_deref().is_some_and(|status| !states.contains(&status)) {
        return Err(Problem::field("?status", "invalid_value", states.join(", ")));
    }
    let (offering, status) = (asked.offering.as_deref(), asked.status.as_deref());
    let rows = waiting::list(&context, allowed.org_id(), after, (offering, status), limit.saturating_add(1)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Takes somebody off the list. Seats that were offered to them are free for the next.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/waiting-list/{entryId}", tag = "Bookings", operation_id = "removeWaiting",
    params(("orgId" = String, Path, description = "Organization"), ("entryId" = String, Path, description = "`wait_…`")),
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    responses((status = 204, description = "Off the list"), Writing),
)]
pub async fn remove(
    allowed: Allowed<BookingsWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    waiting::remove(&context, allowed.actor(), allowed.org_id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(entry: Entry) -> WaitingEntry {
    let at = |second: i64| Timestamp(Instant(second));
    WaitingEntry {
        local_starts_at: wall_time(&entry.timezone, Instant(entry.starts_at)),
        id: entry.public_id,
        status: entry.state,
        offering_id: entry.offering,
        offering_name: entry.offering_name,
        starts_at: at(entry.starts_at),
        party: serde_json::from_str(&entry.party).unwrap_or_default(),
        name: entry.name,
        email: entry.email,
        phone: entry.phone,
        source: Source::stored(entry.source.as_deref()),
        offered_at: entry.offered_at.map(at),
        offer_until: entry.offer_until.map(at),
        booking_id: entry.booking,
        created_at: at(entry.created_at),
    }
}
