//! `GET /api/{tours,events,appointments,rooms,packages}/:id/availability`: when it can be had, and from what price.

use crate::access::limit;
use crate::api::freshness;
use crate::api::query::Query;
use crate::context::Context;
use crate::domain::catalog::slots::{self, Asked};
use crate::problem::{Problem, ProblemOut};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::availability::{Ask, Kind, SlotStatus};
use shared::civil::Date;
use shared::embed::Timestamp;
use shared::id::PartyCode;
use shared::money::Money;
use shared::party::Party;
use utoipa::{IntoParams, ToSchema};

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AvailabilityQuery {
    /// First venue date, `YYYY-MM-DD`.
    #[param(value_type = String, format = Date, example = "2027-05-01")]
    from: Option<String>,
    /// Last venue date, included; at most 366 days.
    #[param(value_type = String, format = Date, example = "2027-05-07")]
    to: Option<String>,
    /// Who comes, `type:count` with commas. None asks for the smallest party that could book.
    #[param(example = "adult:2,child:1")]
    party: Option<String>,
    /// Minutes or days, where the offering lets the customer choose.
    length: Option<String>,
    /// `true` for a departure for themselves.
    private: Option<String>,
}

/// Slots of an offering, in order.
#[derive(Serialize, ToSchema)]
pub struct Availability {
    /// Every scheduled start, bookable or not.
    slots: Vec<SlotOut>,
    /// The venue's zone, IANA.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// Another one for every change at the venue.
    version: String,
}

/// One start.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Slot)]
pub struct SlotOut {
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime, example = "2027-05-01T15:00:00Z")]
    starts_at: Timestamp,
    /// Ends, UTC.
    #[schema(value_type = String, format = DateTime, example = "2027-05-01T16:30:00Z")]
    ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    #[schema(example = "2027-05-01T17:00:00+02:00")]
    local_starts_at: String,
    /// Seats left, with every required resource taken into account.
    remaining: u32,
    /// `OPEN`, `LIMITED`, `UNCONFIRMED` and `PRIVATE_ONLY` can be booked; `SOLD_OUT` and `CLOSED` cannot.
    #[schema(example = "OPEN")]
    status: SlotStatus,
    /// What the party asked for pays; null where it cannot be told.
    #[schema(example = json!({"amount": 9700, "currency": "EUR"}))]
    from: Option<Money>,
    /// Why it is not simply open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sold_out")]
    reason: Option<&'static str>,
    /// The nearest other start of the same date that this party can book.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    try_instead: Option<Timestamp>,
}

const MAX_DAYS: i32 = 366;

impl AvailabilityQuery {
    fn parse(self) -> Result<Asked, Problem> {
        let date = |name: &str, text: Option<String>| {
            let text = text.filter(|text| !text.is_empty());
            let text = text.ok_or_else(|| Problem::field(name, "required", "A venue date, YYYY-MM-DD."))?;
            Date::parse(&text).ok_or_else(|| Problem::field(name, "invalid_value", "A venue date, YYYY-MM-DD."))
        };
        let (from, to) = (date("?from", self.from)?, date("?to", self.to)?);
        let days = to.days_since_epoch().saturating_sub(from.days_since_epoch());
        if days < 0 {
            return Err(Problem::field("?to", "out_of_range", "Not before `from`."));
        }
        if days >= MAX_DAYS {
            return Err(Problem::field("?to", "out_of_range", format!("At most {MAX_DAYS} days.")));
        }
        let number =
            |text: &str| text.parse().map_err(|_| Problem::field("?length", "invalid_value", "A whole number."));
        let ask = Ask {
            party: self.party.as_deref().map_or(Ok(Party::default()), party)?,
            length: self.length.as_deref().filter(|text| !text.is_empty()).map(number).transpose()?,
            private: match self.private.as_deref() {
                None | Some("" | "false") => false,
                Some("true") => true,
                Some(_) => return Err(Problem::field("?private", "invalid_value", "`true` or `false`.")),
            },
        };
        Ok(Asked { from, to, ask })
    }
}

/// Reads `adult:2,child:1`.
fn party(text: &str) -> Result<Party, Problem> {
    let wrong = || Problem::field("?party", "invalid_value", "Such as `adult:2,child:1`.");
    let mut party = Party::default();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (code, count) = part.split_once(':').ok_or_else(wrong)?;
        let code = PartyCode::parse(code.trim()).ok_or_else(wrong)?;
        let count: u32 = count.trim().parse().map_err(|_| wrong())?;
        if count > 10_000 || party.0.insert(code, count).is_some() {
            return Err(wrong());
        }
    }
    Ok(party)
}

/// As the wire shows a slot.
pub fn shown_slot(slot: slots::Priced) -> SlotOut {
    SlotOut {
        starts_at: Timestamp(slot.slot.starts_at),
        ends_at: Timestamp(slot.slot.ends_at),
        local_starts_at: slot.local_starts_at,
        remaining: slot.slot.remaining,
        status: slot.slot.status,
        from: slot.from,
        reason: slot.reason,
        try_instead: slot.try_instead.map(Timestamp),
    }
}

async fn answer(
    context: &Context,
    kind: Kind,
    id: &str,
    query: AvailabilityQuery,
    headers: &HeaderMap,
) -> Result<Response<Body>, Problem> {
    limit::look(context, headers).await?;
    let found = slots::slots(context, kind, id, &query.parse()?).await?;
    limit::look_at(context, found.org).await?;
    let slots = found.slots.into_iter().map(shown_slot).collect();
    let body = serde_json::to_string(&Availability { slots, zone: found.zone, version: found.version });
    let body = body.map_err(Problem::internal)?;
    let digest = Sha256::digest(body.as_bytes());
    let version = crate::access::secret::hex(digest.get(..12).unwrap_or_default());
    Ok(freshness::json(headers, &version, body))
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $path:literal $id:literal $operation:literal $kind:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// Every scheduled start between two venue dates, each with what is left and why it cannot be had if it cannot.
        #[utoipa::path(
            get, path = $path, operation_id = $operation, tag = "Availability", security(()),
            params(
                ($id = String, Path, description = "Public id of the offering"),
                AvailabilityQuery,
                ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the answer that you have"),
            ),
            responses(
                (status = 200, description = "The slots", body = Availability),
                (status = 304, description = "You have them"),
                (status = 400, description = "A parameter is not what it should be", body = ProblemOut, content_type = "application/problem+json"),
                (status = 404, description = "No such offering", body = ProblemOut, content_type = "application/problem+json"),
                (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
            ),
        )]
        pub async fn $name(
            State(context): State<Context>,
            Path(id): Path<String>,
            Query(query): Query<AvailabilityQuery>,
            headers: HeaderMap,
        ) -> Result<Response<Body>, Problem> {
            answer(&context, Kind::$kind, &id, query, &headers).await
        }
    )+};
}

kinds! {
    /// Tells when a tour can be had.
    tours = "/api/tours/{tourId}/availability" "tourId" "readTourAvailability" Tour,
    /// Tells when an event can be had.
    events = "/api/events/{eventId}/availability" "eventId" "readEventAvailability" Event,
    /// Tells when an appointment can be had.
    appointments = "/api/appointments/{appointmentId}/availability" "appointmentId" "readAppointmentAvailability" Appointment,
    /// Tells when a room can be had.
    rooms = "/api/rooms/{roomId}/availability" "roomId" "readRoomAvailability" Room,
    /// Tells when a package can be had.
    packages = "/api/packages/{packageId}/availability" "packageId" "readPackageAvailability" Package,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_is_read_as_it_is_written() {
        let count =
            |text: &str, code: &str| PartyCode::parse(code).and_then(|code| Some(party(text).ok()?.count(&code)));
        assert_eq!(count("adult:2,child:1", "adult"), Some(2));
        assert_eq!(count("adult:2, child:1", "child"), Some(1));
        for wrong in ["two", "adult:-1", "adult:1,adult:2", "adult:", ":2", "adult:1.5", "Adult Person:1"] {
            assert!(party(wrong).is_err(), "{wrong}");
        }
    }
}
