//! `/c/:calendarId/:offeringId`: who and when, without a script.

use super::asked::{ask, query, who};
use super::open;
use crate::context::Context;
use crate::domain::catalog::edit;
use crate::domain::markdown;
use crate::pages::along::{self, Fields, hidden};
use crate::pages::frame;
use crate::pages::manage::by_date;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use maud::{PreEscaped, html};
use shared::availability::{Engine, Offering};
use shared::civil::Date;
use shared::embed::Timestamp;

/// Bookable dates shown at once.
const DATES: usize = 14;

/// How far ahead dates are looked for: as far as the snapshot reaches.
const HORIZON: i32 = 365;

/// What the business tells of an offering, Markdown. The page does without it when it cannot be read.
async fn description(context: &Context, offering: &Offering) -> Option<String> {
    let read = edit::store::public(offering.id.as_str(), offering.kind);
    let row: Option<edit::store::Row> = context.database().read(vec![read]).await.ok()?.first().ok()?;
    row?.description
}

/// `GET /c/:calendarId/:offeringId`: who and when, without a script.
pub async fn times(
    State(context): State<Context>,
    Path((id, offering)): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let (offering, card) = match hosted.find(&offering) {
        Ok(found) => found,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let (voice, wording) = (&hosted.voice, hosted.wording());
    let zone = &hosted.snapshot.venue.zone;
    let today = zone.date_of(context.now());
    let from = fields.get("from").and_then(|text| Date::parse(text)).unwrap_or(today).max(today);
    let last = today.plus_days(HORIZON);
    let ask = ask(offering, &fields);
    let slots = Engine::new(&hosted.snapshot.venue).bookable(offering, today, last, &ask);
    let (before, coming) = slots.split_at(slots.partition_point(|slot| zone.date_of(slot.starts_at) < from));
    let (before, coming) = (by_date(zone, before), by_date(zone, coming));
    // A page back begins as many bookable dates earlier.
    let earlier = before.get(before.len().saturating_sub(DATES)).map(|(date, _)| *date);
    let later = coming.get(DATES).map(|(date, _)| *date);
    let path = format!("{}/{}", hosted.path(), offering.id.as_str());
    let chosen = query(offering, &ask);
    let link = |date: Date| along::link(&path, &format!("{chosen}&from={date}"), &fields);
    let take = |at: Timestamp| along::link(&format!("{path}/book"), &format!("{chosen}&at={at}"), &fields);
    let told = description(&context, offering).await;
    let main = html! {
        h1 { (card.name) }
        @if let Some(summary) = &card.summary { p { (summary) } }
        @if let Some(text) = &told { div.told { (PreEscaped(markdown::to_html(text))) } }
        form.card method="get" action=(path) {
            h2 { (voice.t("book.party")) }
            (who(voice, &wording, offering, &ask))
            input type="hidden" name="from" value=(from);
            (hidden(&fields))
            button { (voice.t("times.show")) }
        }
        @if coming.is_empty() {
            p.card role="status" { (voice.say("times.none", &[("day", &wording.long_date(from))])) }
        }
        @for (date, slots) in coming.iter().take(DATES) {
            section.card aria-label=(wording.long_date(*date)) {
                h2 { (wording.long_date(*date)) }
                ul.times {
                    @for slot in *slots {
                        li {
                            a.button href=(take(Timestamp(slot.starts_at))) {
                                (wording.time(slot.starts_at))
                                @if slot.remaining <= 5 { small { (voice.say("times.left", &[("count", &slot.remaining.to_string())])) } }
                            }
                        }
                    }
                }
            }
        }
        nav.pager aria-label=(voice.t("page.dates")) {
            @if let Some(date) = earlier { a.button href=(link(date)) rel="prev" { (voice.t("page.earlier")) } }
            @if let Some(date) = later { a.button href=(link(date)) rel="next" { (voice.t("page.later")) } }
        }
        p { a href=(along::link(&hosted.path(), "", &fields)) { (voice.t("list.all")) } }
    };
    hosted.page(&context, StatusCode::OK, &card.name, html! {}, main)
}
