//! `/api/orgs/:orgId…`: an organization and its lists, for those who work there.

use crate::access::Allowed;
use crate::access::allowed::{BookingsRead, CatalogRead, OrgRead};
use crate::api::page::{Page, PageIn};
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::desk::store::{self, Filter};
use crate::domain::org::zone;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use shared::booking::State as BookingState;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// An organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgOut {
    /// Public id.
    #[schema(example = "org_harbor")]
    id: String,
    /// URL name.
    slug: String,
    /// Name.
    name: String,
    /// IANA zone.
    timezone: String,
    /// ISO 4217.
    currency: String,
    /// BCP 47.
    locale: String,
    /// Contact, accent colour, policies.
    #[schema(value_type = Object)]
    settings: serde_json::Value,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A tour, as its business sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TourOut {
    /// Public id: ask `/api/tours/{id}/availability` for its slots.
    #[schema(example = "tour_harbor_sunset")]
    id: String,
    /// Name.
    name: String,
    /// One or two sentences.
    summary: Option<String>,
    /// Markdown.
    description: Option<String>,
    /// Picture.
    image: Option<String>,
    /// `seats`, `groups`, `perDay` or `unlimited`.
    capacity_kind: String,
    /// How many; null when only resources limit it.
    capacity: Option<i64>,
    /// DRAFT or PUBLISHED.
    status: String,
    /// PUBLIC, UNLISTED or PRIVATE.
    visibility: String,
    /// Whether staff approve each booking.
    approval: bool,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Which bookings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct BookingFilter {
    /// A state of the life cycle, such as CONFIRMED. Holds are listed only when PENDING is asked for.
    status: Option<String>,
    /// Id of an offering.
    offering: Option<String>,
    /// First venue date on which an item starts, YYYY-MM-DD.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// Last venue date on which an item starts, YYYY-MM-DD.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// The customer's exact address.
    customer: Option<String>,
}

/// A booking in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedBooking {
    /// Public id.
    id: String,
    /// The number people read out.
    #[schema(example = "HB-2026-000123")]
    number: Option<String>,
    /// State of the life cycle.
    #[schema(example = "CONFIRMED")]
    status: String,
    /// Where it came from.
    channel: String,
    /// Who booked; null for a hold without a contact.
    customer: Option<ListedCustomer>,
    /// The whole price.
    total: Amount,
    /// Of it to be paid to book.
    due_now: Amount,
    /// What.
    items: Vec<ListedItem>,
    /// When it was first held or booked.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Who booked.
#[derive(Serialize, ToSchema)]
pub struct ListedCustomer {
    /// Full name.
    name: Option<String>,
    /// Address.
    email: Option<String>,
    /// As typed.
    phone: Option<String>,
}

/// Money.
#[derive(Serialize, ToSchema)]
pub struct Amount {
    /// Minor units.
    amount: i64,
    /// ISO 4217.
    currency: String,
}

/// An item of a booking.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedItem {
    /// Offering.
    offering_id: String,
    /// Its name when it was booked.
    name: String,
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    /// Ends, UTC.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    local_starts_at: String,
    /// Who comes, by party type.
    #[schema(value_type = Object, example = json!({"adult": 2}))]
    party: serde_json::Value,
}

/// Reads an organization.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}", tag = "Organizations", operation_id = "readOrganization",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["org:read"]), ("session" = ["org:read"])),
    responses((status = 200, description = "The organization", body = OrgOut), Reading),
)]
pub async fn read(allowed: Allowed<OrgRead>, State(context): State<Context>) -> Result<Json<OrgOut>, Problem> {
    let org = store::org(context.database(), allowed.org.org_id).await?;
    let org = org.ok_or_else(|| Problem::not_found("organization"))?;
    Ok(Json(OrgOut {
        id: org.public_id,
        slug: org.slug,
        name: org.name,
        timezone: org.timezone,
        currency: org.currency,
        locale: org.locale,
        settings: serde_json::from_str(&org.settings).unwrap_or_default(),
        created_at: Timestamp(Instant(org.created_at)),
    }))
}

/// Lists the tours of an organization, drafts included.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/tours", tag = "Organizations", operation_id = "listTours",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<TourOut>), Reading),
)]
pub async fn tours(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<TourOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let wanted = limit.saturating_add(1);
    let rows = store::offerings(context.database(), allowed.org.org_id, "TOUR", after, wanted).await?;
    let shown = |row: store::Offering| TourOut {
        id: row.public_id,
        name: row.name,
        summary: row.summary,
        description: row.description,
        image: row.image,
        capacity_kind: row.capacity_kind,
        capacity: row.capacity_units,
        status: row.status,
        visibility: row.visibility,
        approval: row.approval != 0,
        updated_at: Timestamp(Instant(row.updated_at)),
    };
    Ok(Json(Page::of(rows, limit, |row| row.id, shown)))
}

/// Lists the bookings of an organization, the newest first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/bookings", tag = "Bookings", operation_id = "listBookings",
    params(("orgId" = String, Path, description = "Organization"), PageIn, BookingFilter),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses((status = 200, description = "A page of them", body = Page<ListedBooking>), Reading),
)]
pub async fn bookings(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
    Query(asked): Query<BookingFilter>,
) -> Result<Json<Page<ListedBooking>>, Problem> {
    let (limit, before) = (page.limit()?, page.after()?.unwrap_or(NEWEST));
    let timezone = &allowed.org.timezone;
    if asked.status.as_deref().is_some_and(|status| BookingState::parse(status).is_none()) {
        let rule = "must be a state; GET /api/meta/booking-states lists them";
        return Err(Problem::field("?status", "invalid_value", rule));
    }
    let filter = Filter {
        state: asked.status.as_deref(),
        offering: asked.offering.as_deref(),
        from: midnight(timezone, asked.from.as_deref(), 0, "?from")?,
        to: midnight(timezone, asked.to.as_deref(), 1, "?to")?,
        email: asked.customer.as_deref(),
    };
    let wanted = limit.saturating_add(1);
    let rows = store::bookings(context.database(), allowed.org.org_id, &filter, before, wanted).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| listed(row, timezone))))
}

/// The first instant of a venue date, or of one `later`.
fn midnight(timezone: &str, date: Option<&str>, later: i32, pointer: &str) -> Result<Option<i64>, Problem> {
    let Some(text) = date.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Problem::field(pointer, "invalid_value", "A venue date, YYYY-MM-DD.");
    let date = shared::civil::Date::parse(text).ok_or_else(wrong)?.plus_days(later);
    let midnight = i64::from(date.days_since_epoch()).saturating_mul(86_400);
    let around = |seconds: i64| Instant(midnight.saturating_add(seconds));
    let zone = zone::table(timezone, around(-172_800), around(172_800)).ok_or_else(wrong)?;
    Ok(Some(zone.day(date).starts_at.0))
}

fn listed(row: store::Booking, timezone: &str) -> ListedBooking {
    let items: Vec<store::Item> = serde_json::from_str(&row.items).unwrap_or_default();
    let amount = |amount| Amount { amount, currency: row.currency.clone() };
    ListedBooking {
        total: amount(row.total),
        due_now: amount(row.due_now),
        id: row.public_id,
        number: row.number,
        status: row.state,
        channel: row.channel,
        customer: row.contact_email.is_some().then_some(ListedCustomer {
            name: row.contact_name,
            email: row.contact_email,
            phone: row.contact_phone,
        }),
        items: items
            .into_iter()
            .map(|item| ListedItem {
                offering_id: item.offering,
                name: item.name,
                starts_at: Timestamp(Instant(item.starts_at)),
                ends_at: Timestamp(Instant(item.ends_at)),
                local_starts_at: zone::wall_time(timezone, Instant(item.starts_at)),
                party: item.party,
            })
            .collect(),
        created_at: Timestamp(Instant(row.created_at)),
    }
}
