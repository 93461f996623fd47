//! What the wire says of links.

use crate::caldav::find::Calendar;
use crate::domain::link::clash::store::Clash;
use crate::domain::link::events::store::Stuck;
use crate::domain::link::store::Link;
use crate::domain::org::zone::wall_time;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// What sort of calendar.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum LinkKind {
    /// An account on a calendar server, both ways.
    Caldav,
    /// The address of an .ics file, which is only read.
    Ics,
}

/// A calendar to be linked.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkIn {
    /// CALDAV or ICS.
    pub kind: LinkKind,
    /// Of the server, the account, the calendar, or the file. https, a public host; `webcal:` is fine.
    #[schema(example = "https://caldav.example.com/")]
    pub url: String,
    /// CALDAV: who signs in there.
    #[schema(example = "ada@harbor.example")]
    pub username: Option<String>,
    /// CALDAV: their password, best an app password of its own. Kept sealed, never shown.
    pub password: Option<String>,
    /// CALDAV: which of the account's calendars, if it is known already. The only one is taken without asking.
    pub calendar_url: Option<String>,
    /// The resource that is busy and booked; one's own calendar when left out.
    #[schema(example = "res_launch")]
    pub resource_id: Option<String>,
    /// For people, at most 200 characters.
    #[schema(example = "Ada at home")]
    pub name: Option<String>,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkPatch {
    /// For people.
    pub name: Option<String>,
    /// CALDAV: who signs in there.
    pub username: Option<String>,
    /// CALDAV: their password.
    pub password: Option<String>,
    /// CALDAV: which of the account's calendars.
    pub calendar_url: Option<String>,
    /// CALDAV: bookings are written there.
    pub push: Option<bool>,
    /// Busy times are read from there.
    pub busy: Option<bool>,
}

/// Which booking.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverwriteIn {
    /// Public id.
    #[schema(example = "bkg_harbor_1")]
    pub booking_id: String,
}

/// A calendar to choose.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceOut {
    /// For `calendarUrl`.
    #[schema(example = "https://caldav.example.com/ada/tours/")]
    pub url: String,
    /// Its name there.
    pub name: String,
}

/// The calendars of an account.
#[derive(Serialize, ToSchema)]
pub struct ChoicesOut {
    /// Those that take events.
    pub data: Vec<ChoiceOut>,
}

/// A calendar elsewhere.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkOut {
    /// Public id.
    #[schema(example = "cln_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// CALDAV or ICS.
    pub kind: String,
    /// For people.
    pub name: String,
    /// Host of its address; the rest of it is kept to ourselves.
    #[schema(example = "caldav.example.com")]
    pub host: String,
    /// The resource that is busy and booked.
    pub resource_id: String,
    /// Public id of whoever linked it.
    pub person_id: String,
    /// The calendar that was chosen.
    pub calendar_url: Option<String>,
    /// Bookings are written there.
    pub push: bool,
    /// Busy times are read from there.
    pub busy: bool,
    /// When it was read last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// Entries that could not be read; the others count.
    pub unreadable: u32,
    /// Since when it cannot be reached. What was read before stays.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Why: `unauthorized`, `unreachable`, `http_…`, `too_large`, `unreadable`, `not_a_calendar`, `refused_address`.
    pub failure: Option<String>,
    /// When it was linked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A booking at a time that is busy elsewhere. It stays until somebody decides.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClashOut {
    /// Public id of the booking.
    pub booking_id: String,
    /// Its number.
    pub number: Option<String>,
    /// Its state.
    pub status: String,
    /// What is booked.
    pub name: String,
    /// Starts.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    pub local_starts_at: String,
    /// Ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Busy from.
    #[schema(value_type = String, format = DateTime)]
    pub busy_from: Timestamp,
    /// Busy to.
    #[schema(value_type = String, format = DateTime)]
    pub busy_to: Timestamp,
}

/// A booking that is not written there as it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StuckOut {
    /// Public id of the booking.
    pub booking_id: String,
    /// Its number.
    pub number: Option<String>,
    /// CONFLICT: somebody changed it there, and theirs stands; FAILED: given up; DUE: tried again by itself.
    pub state: String,
    /// `changed_there`, `removed_there`, or why the server could not be used.
    pub failure: Option<String>,
    /// What is booked.
    pub name: String,
    /// Starts.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
}

/// A calendar elsewhere, and what staff should know of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkInFull {
    /// The calendar.
    #[serde(flatten)]
    pub link: LinkOut,
    /// Bookings at times that are busy there, the soonest first, at most 100.
    pub clashes: Vec<ClashOut>,
    /// Bookings that are not there as they should be, at most 100.
    pub unwritten: Vec<StuckOut>,
}

/// As the wire shows it.
pub fn shown(link: Link, calendar: Option<String>) -> LinkOut {
    let at = |at: i64| Timestamp(Instant(at));
    LinkOut {
        id: link.public_id,
        kind: link.kind,
        name: link.name,
        host: link.host,
        resource_id: link.resource,
        person_id: link.person,
        calendar_url: calendar,
        push: link.push != 0,
        busy: link.busy != 0,
        read_at: link.read_at.map(at),
        unreadable: link.unreadable,
        failing_since: link.failing_since.map(at),
        failure: link.failure,
        created_at: at(link.created_at),
    }
}

/// As the wire shows it.
pub fn choice(calendar: Calendar) -> ChoiceOut {
    ChoiceOut { url: calendar.url, name: calendar.name }
}

/// As the wire shows it.
pub fn clash(clash: Clash, zone: &str) -> ClashOut {
    let at = |at: i64| Timestamp(Instant(at));
    ClashOut {
        booking_id: clash.booking,
        number: clash.number,
        status: clash.state,
        name: clash.name,
        starts_at: at(clash.starts_at),
        local_starts_at: wall_time(zone, Instant(clash.starts_at)),
        ends_at: at(clash.ends_at),
        busy_from: at(clash.busy_from),
        busy_to: at(clash.busy_to),
    }
}

/// As the wire shows it.
pub fn stuck(stuck: Stuck) -> StuckOut {
    StuckOut {
        booking_id: stuck.booking,
        number: stuck.number,
        state: stuck.state,
        failure: stuck.failure,
        name: stuck.name,
        starts_at: Timestamp(Instant(stuck.starts_at)),
    }
}
