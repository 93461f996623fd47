//! What a person sees while they set an integration up: samples of an event, and bookings to pick from.

use super::subscriptions::event;
use crate::access::Acting;
use crate::access::allowed::BookingsRead;
use crate::api::refusals::Reading;
use crate::context::Context;
use crate::domain::org::zone::wall_time;
use crate::domain::told::store::{self, Which};
use crate::problem::Problem;
use crate::shape::Booking;
use crate::shape::zapier::{EventType, Flat, flat};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

const SAMPLES: i64 = 3;
const RECENT: i64 = 100;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A booking to pick.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pick {
    /// What it is called in a list.
    #[schema(example = "Jane Doe — AC Tune-Up — Aug 1, 2026 3:00 PM")]
    label: String,
    /// The booking.
    #[serde(flatten)]
    booking: Flat,
}

/// Shows up to three bookings as the event would tell of them: those of the person, the newest first. Where there are none yet,
/// one example that says that it is one.
#[utoipa::path(
    get, path = "/api/zapier/triggers/{event}/sample", tag = "Integrations", operation_id = "sampleTrigger",
    params(("event" = String, Path, description = "`booking.created`, `booking.cancelled` or `booking.rescheduled`")),
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Samples", body = Vec<Flat>), Reading),
)]
pub async fn sample(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
    Path(name): Path<String>,
) -> Result<Json<Vec<Flat>>, Problem> {
    let event = event(&name, "event")?;
    let which = Which {
        of: Some(acting.person.id),
        state: (event == "booking.cancelled").then_some("CANCELLED"),
        moved: event == "booking.rescheduled",
        ..Which::default()
    };
    let rows = store::list(context.database(), acting.org_id(), &which, SAMPLES).await?;
    let mut samples: Vec<Flat> = rows.into_iter().map(|row| flat(event, row)).collect();
    if samples.is_empty() {
        samples.push(example(event));
    }
    Ok(Json(samples))
}

/// Lists the person's bookings to pick from, the newest first, at most 100.
#[utoipa::path(
    get, path = "/api/zapier/bookings", tag = "Integrations", operation_id = "pickBookings",
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Bookings", body = Vec<Pick>), Reading),
)]
pub async fn bookings(
    acting: Acting<BookingsRead>,
    State(context): State<Context>,
) -> Result<Json<Vec<Pick>>, Problem> {
    let which = Which { of: Some(acting.person.id), ..Which::default() };
    let rows = store::list(context.database(), acting.org_id(), &which, RECENT).await?;
    let timezone = &acting.org.timezone;
    let pick = |booking: Booking| Pick { label: label(&booking, timezone), booking: flat("booking.created", booking) };
    Ok(Json(rows.into_iter().map(pick).collect()))
}

/// `Jane Doe — AC Tune-Up — Aug 1, 2026 3:00 PM`, in the organization's zone.
fn label(booking: &Booking, timezone: &str) -> String {
    let name = booking.customer.name.as_deref().filter(|name| !name.is_empty()).unwrap_or("Guest");
    let Some(item) = booking.items.first() else { return name.to_owned() };
    let when = said(&wall_time(timezone, item.starts_at.0)).unwrap_or_else(|| item.starts_at.to_string());
    format!("{name} — {} — {when}", item.name)
}

/// `2026-08-01T15:00:00+02:00` as `Aug 1, 2026 3:00 PM`.
fn said(wall: &str) -> Option<String> {
    let number = |from: usize, to: usize| wall.get(from..to)?.parse::<usize>().ok();
    let month = MONTHS.get(number(5, 7)?.checked_sub(1)?)?;
    let (year, day, hour, minute) = (wall.get(..4)?, number(8, 10)?, number(11, 13)?, wall.get(14..16)?);
    let (twelve, half) = match hour {
        0 => (12, "AM"),
        1..12 => (hour, "AM"),
        12 => (12, "PM"),
        _ => (hour.saturating_sub(12), "PM"),
    };
    Some(format!("{month} {day}, {year} {twelve}:{minute} {half}"))
}

/// What is shown where nothing has happened yet, so that set-up can go on.
fn example(event: &str) -> Flat {
    Flat {
        id: "bkg_example".to_owned(),
        event: event.to_owned(),
        invitee_name: Some("Example (not a real booking)".to_owned()),
        invitee_email: Some("example@example.com".to_owned()),
        start_time: Some("2026-08-01T15:00:00.000Z".to_owned()),
        end_time: Some("2026-08-01T16:00:00.000Z".to_owned()),
        status: if event == "booking.cancelled" { "cancelled" } else { "confirmed" }.to_owned(),
        guest_address: Some("123 Main St, Dallas, TX".to_owned()),
        event_type: Some(EventType { name: "Example".to_owned(), duration: 60 }),
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_label_says_the_time_as_people_do() {
        let cases = [
            ("2026-08-01T15:00:00+02:00", "Aug 1, 2026 3:00 PM"),
            ("2026-12-31T00:05:00+01:00", "Dec 31, 2026 12:05 AM"),
            ("2026-01-09T12:30:00+01:00", "Jan 9, 2026 12:30 PM"),
            ("2026-01-09T09:30:00+01:00", "Jan 9, 2026 9:30 AM"),
        ];
        for (wall, expected) in cases {
            assert_eq!(said(wall).as_deref(), Some(expected));
        }
        assert_eq!(said("soon"), None);
    }
}
