//! `GET /api/orgs/:orgId/bookings`: the desk's list, as JSON by pages or as one CSV file.

use super::wire::Amount;
use crate::access::Allowed;
use crate::access::allowed::BookingsRead;
use crate::api::page::{Page, PageIn};
use crate::api::query::{Query, words};
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::booking::source::Source;
use crate::domain::desk::store::{self, After, Filter, Order};
use crate::domain::org::zone;
use crate::problem::Problem;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use shared::booking::State as BookingState;
use shared::embed::Timestamp;
use shared::party::Party;
use shared::zone::Instant;
use utoipa::{IntoParams, ToSchema};

/// Bookings that are read at once for the file.
const BATCH: i64 = 500;

/// Which bookings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct BookingFilter {
    /// States of the life cycle, separated by commas. Holds are listed only when PENDING is asked for.
    #[param(example = "CONFIRMED,AWAITING_APPROVAL")]
    status: Option<String>,
    /// Id of an offering.
    offering: Option<String>,
    /// Id of a resource that the booking uses.
    resource: Option<String>,
    /// First venue date on which an item starts, YYYY-MM-DD.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<String>,
    /// Last venue date on which an item starts, YYYY-MM-DD.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// The customer's exact address, or their id.
    customer: Option<String>,
    /// Words, or their beginnings, of number, name, address, phone or notes; all of them are in what is found.
    #[param(example = "ada")]
    q: Option<String>,
    /// The mark of the page that it came from: `source.ref`, exactly.
    #[serde(rename = "ref")]
    #[param(example = "spring-newsletter")]
    reference: Option<String>,
    /// `created` (the newest first, unless it is said) or `start` (the earliest first).
    #[param(example = "start")]
    sort: Option<String>,
    /// `csv` answers the whole list as a file, as `Accept: text/csv` does.
    format: Option<String>,
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
    /// The page and campaign that it came from, where they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    /// Who booked; null for a hold without a contact.
    customer: Option<ListedCustomer>,
    /// The whole price.
    total: Amount,
    /// Of it to be paid to book.
    due_now: Amount,
    /// All that was paid.
    paid: Amount,
    /// All that went back.
    refunded_amount: Amount,
    /// They are there.
    checked_in: bool,
    /// They did not come.
    no_show: bool,
    /// A request runs out then.
    #[schema(value_type = Option<String>, format = DateTime)]
    approve_until: Option<Timestamp>,
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
    #[schema(value_type = Party, example = json!({"adult": 2}))]
    party: serde_json::Value,
}

/// What was asked, once it is checked.
#[derive(Clone)]
struct Asked {
    states: Vec<&'static str>,
    offering: Option<String>,
    resource: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    customer: Option<String>,
    words: Option<String>,
    reference: Option<String>,
    order: Order,
}

impl Asked {
    fn parse(asked: BookingFilter, timezone: &str) -> Result<Self, Problem> {
        let mut states = Vec::new();
        for state in asked.status.iter().flat_map(|status| status.split(',')).map(str::trim) {
            let rule = "must be states; GET /api/meta/booking-states lists them";
            let known = BookingState::parse(state).ok_or_else(|| Problem::field("?status", "invalid_value", rule))?;
            states.push(known.as_str());
        }
        let order = match asked.sort.as_deref() {
            None | Some("created") => Order::Created,
            Some("start") => Order::Start,
            Some(_) => return Err(Problem::field("?sort", "invalid_value", "`created` or `start`")),
        };
        let words = words(asked.q.as_deref())?.map(str::to_owned);
        Ok(Self {
            states,
            from: midnight(timezone, asked.from.as_deref(), 0, "?from")?,
            to: midnight(timezone, asked.to.as_deref(), 1, "?to")?,
            offering: asked.offering,
            resource: asked.resource,
            customer: asked.customer,
            words,
            reference: asked.reference,
            order,
        })
    }

    async fn page(
        &self,
        context: &Context,
        org: i64,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<store::Booking>, Problem> {
        let filter = Filter {
            states: &self.states,
            offering: self.offering.as_deref(),
            resource: self.resource.as_deref(),
            from: self.from,
            to: self.to,
            customer: self.customer.as_deref(),
            words: self.words.as_deref(),
            kind: None,
            reference: self.reference.as_deref(),
        };
        Ok(store::bookings(context.database(), org, &filter, (self.order, after), limit).await?)
    }

    /// Where the list goes on behind a row.
    fn behind(&self, row: &store::Booking) -> After {
        let by = match self.order {
            Order::Created => row.id,
            Order::Start => row.starts_at.unwrap_or(0),
        };
        After { by, id: row.id }
    }
}

/// Lists the bookings of an organization.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/bookings", tag = "Bookings", operation_id = "listBookings",
    params(("orgId" = String, Path, description = "Organization"), PageIn, BookingFilter),
    security(("key" = ["bookings:read"]), ("session" = ["bookings:read"])),
    responses(
        (status = 200, description = "A page of them, or all of them as a file", content(
            (Page<ListedBooking> = "application/json"),
            (String = "text/csv"),
        )),
        Reading,
    ),
)]
pub async fn list(
    allowed: Allowed<BookingsRead>,
    State(context): State<Context>,
    headers: HeaderMap,
    Query(page): Query<PageIn>,
    Query(filter): Query<BookingFilter>,
) -> Result<Response, Problem> {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let csv = match filter.format.as_deref() {
        None => accepts.split(',').any(|kind| kind.trim().starts_with("text/csv")),
        Some("csv") => true,
        Some("json") => false,
        Some(_) => return Err(Problem::field("?format", "invalid_value", "`json` or `csv`")),
    };
    let timezone = allowed.org.timezone.clone();
    let asked = Asked::parse(filter, &timezone)?;
    if csv {
        return Ok(file(context, allowed.org_id(), timezone, asked));
    }
    let after = page.after_pair()?.map(|(by, id)| After { by, id });
    let limit = page.limit()?;
    let rows = asked.page(&context, allowed.org_id(), after, limit.saturating_add(1)).await?;
    let behind = |row: &store::Booking| {
        let After { by, id } = asked.behind(row);
        format!("{by}.{id}")
    };
    Ok(Json(Page::of(rows, limit, behind, |row| listed(row, &timezone))).into_response())
}

/// The first instant of a venue date, or of one `later`.
pub fn midnight(timezone: &str, date: Option<&str>, later: i32, pointer: &str) -> Result<Option<i64>, Problem> {
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
        paid: amount(row.paid),
        refunded_amount: amount(row.repaid),
        checked_in: row.checked_in_at.is_some(),
        no_show: row.no_show_at.is_some(),
        approve_until: row
            .approve_until
            .filter(|_| row.state == BookingState::AwaitingApproval.as_str())
            .map(|at| Timestamp(Instant(at))),
        id: row.public_id,
        number: row.number,
        status: row.state,
        channel: row.channel,
        source: Source::stored(row.source.as_deref()),
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

const COLUMNS: &str = "number,status,created,offering,starts,starts local,ends,ends local,party,guests,name,email,phone,\
total,paid,refunded,currency,channel,checked in,no show,note,staff note,\
ref,utm source,utm medium,utm campaign,utm term,utm content,page\r\n";

/// One row an item, read and sent by batches: a long list never stands in memory as a whole.
fn file(context: Context, org: i64, timezone: String, asked: Asked) -> Response {
    let begin = (true, None, false);
    let rows = stream::try_unfold(begin, move |(first, after, done): (bool, Option<After>, bool)| {
        let (context, timezone, asked) = (context.clone(), timezone.clone(), asked.clone());
        async move {
            if done {
                return Ok::<_, std::io::Error>(None);
            }
            let rows = asked.page(&context, org, after, BATCH).await;
            let rows = rows.map_err(|problem| std::io::Error::other(problem.code().text()))?;
            let last = rows.len() < usize::try_from(BATCH).unwrap_or(0);
            let after = rows.last().map(|row| asked.behind(row));
            let mut text = if first { COLUMNS.to_owned() } else { String::new() };
            rows.iter().for_each(|row| lines(&mut text, row, &timezone));
            Ok(Some((Bytes::from(text), (false, after, last))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"bookings.csv\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Body::from_stream(rows)).into_response()
}

fn lines(text: &mut String, row: &store::Booking, timezone: &str) {
    let items: Vec<store::Item> = serde_json::from_str(&row.items).unwrap_or_default();
    let stamp = |at: i64| Timestamp(Instant(at)).to_string();
    let money = |amount: i64| amount.to_string();
    for item in &items {
        let party: Party = serde_json::from_value(item.party.clone()).unwrap_or_default();
        let told = party.0.iter().map(|(code, count)| format!("{count} {}", code.as_str()));
        let told = told.collect::<Vec<_>>().join(", ");
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let yes = |at: Option<i64>| if at.is_some() { "yes".to_owned() } else { String::new() };
        let cells = [
            said(&row.number),
            row.state.clone(),
            stamp(row.created_at),
            item.name.clone(),
            stamp(item.starts_at),
            zone::wall_time(timezone, Instant(item.starts_at)),
            stamp(item.ends_at),
            zone::wall_time(timezone, Instant(item.ends_at)),
            told,
            party.guests().to_string(),
            said(&row.contact_name),
            said(&row.contact_email),
            said(&row.contact_phone),
            money(row.total),
            money(row.paid),
            money(row.repaid),
            row.currency.clone(),
            row.channel.clone(),
            yes(row.checked_in_at),
            yes(row.no_show_at),
            said(&row.note),
            said(&row.staff_note),
        ];
        let source = Source::stored(row.source.as_deref()).unwrap_or_default();
        let came_from = source.parts().map(|(_, text)| field(text));
        let line: Vec<String> = cells.iter().map(|cell| field(cell)).chain(came_from).collect();
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
}

/// A field as RFC 4180 writes it. What a spreadsheet would take for a formula is told to be text by an apostrophe.
fn field(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_text_and_nothing_else() {
        assert_eq!(field("Ada"), "Ada");
        assert_eq!(field("Lovelace, \"Ada\""), "\"Lovelace, \"\"Ada\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
        assert_eq!(field("+49 40"), "'+49 40");
        assert_eq!(field(" @SUM(A1)"), "' @SUM(A1)");
        assert_eq!(field("one\ntwo"), "\"one\ntwo\"");
    }
}
