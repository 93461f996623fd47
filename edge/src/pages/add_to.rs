//! A booking for the customer's own calendar: the file, and what fills in the entry at Google and Microsoft.

use super::voice::Voice;
use super::{frame, manage};
use crate::context::Context;
use crate::domain::booking::change::Found;
use crate::domain::booking::store::BookingRow;
use crate::ical::links::Booked;
use crate::ical::{Method, booking};
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use shared::zone::Instant;

/// `GET /b/:token/calendar.ics`.
pub async fn calendar(State(context): State<Context>, Path(token): Path<String>) -> Response<Body> {
    let found = match manage::open(&context, &token).await {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let voice = manage::speaks(&context, &found);
    let (row, items) = found;
    let url = format!("{}/b/{token}", context.origin());
    let number = row.number.as_deref().unwrap_or_default();
    let description = booked(&voice, &row, &url).description();
    let telling = booking::Telling {
        method: Method::Publish,
        description: &description,
        url: &url,
        organizer: None,
        now: context.now(),
    };
    let Some(file) = booking::file(&row, &items, &telling) else {
        return frame::problem(&context, &Problem::internal(&row.timezone));
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.ics\"", frame::file_name(number))),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, file).into_response()
}

/// Where to add it: the file for every calendar, and links where there is one entry to fill in.
pub fn calendars(context: &Context, voice: &Voice, token: &str, (row, items): &Found) -> Markup {
    let url = format!("{}/b/{token}", context.origin());
    let booked = booked(voice, row, &url);
    let links = items
        .first()
        .filter(|_| items.len() == 1)
        .map(|item| booked.links(&item.name, Instant(item.starts_at), Instant(item.ends_at)));
    html! {
        a.button href=(voice.link(&format!("/b/{token}/calendar.ics"))) { (voice.t("own.add")) }
        @for (kind, link) in links.iter().flatten() {
            a.button href=(link) target="_blank" rel="noopener noreferrer" { (voice.say("own.add_to", &[("name", kind.name())])) }
        }
    }
}

fn booked<'a>(voice: &'a Voice, row: &'a BookingRow, page: &'a str) -> Booked<'a> {
    Booked {
        number: row.number.as_deref().unwrap_or_default(),
        org: Some(&row.org_name),
        page: Some(page),
        zone: Some(&row.timezone),
        language: &voice.locale,
    }
}
