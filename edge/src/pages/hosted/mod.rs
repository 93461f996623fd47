//! `/c/:calendarId`: the calendar as a page of its own. The widget where scripts run; the same journey as plain pages where
//! they do not: what, when, who, book.
//!
//! Everything is read from the snapshot that the widget works from, and decided by the same engine.

mod asked;
mod book;
mod times;

pub use book::{details, submit};
pub use times::times;

use super::along::{self, Fields};
use super::layout::{self, Page, Policy};
use super::voice::Voice;
use super::{frame, listing};
use crate::context::Context;
use crate::domain::catalog::snapshot::{self, Label};
use crate::problem::Problem;
use crate::wording::Wording;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use maud::{Markup, PreEscaped, html};
use shared::availability::Offering;
use shared::embed::{OfferingCard, Snapshot};
use shared::id::{CalendarId, OfferingId};
use url::Url;

/// A calendar as it is now.
pub(super) struct Hosted {
    snapshot: Snapshot,
    label: Label,
    voice: Voice,
}

pub(super) async fn open(context: &Context, id: &str) -> Result<Hosted, Problem> {
    let id = CalendarId::parse(id).ok_or_else(|| Problem::not_found("calendar"))?;
    let published = snapshot::snapshot(context, &id).await?;
    let mut snapshot: Snapshot = serde_json::from_str(&published.body).map_err(Problem::internal)?;
    snapshot.venue.now = context.now();
    let voice = Voice::of(context, &[&snapshot.org.locale]);
    Ok(Hosted { snapshot, label: published.label, voice })
}

impl Hosted {
    fn find(&self, id: &str) -> Result<(&Offering, &OfferingCard), Problem> {
        let missing = || Problem::not_found("offering");
        let id = OfferingId::parse(id).ok_or_else(missing)?;
        let mut both = self.snapshot.offerings.iter().zip(&self.snapshot.cards);
        both.find(|(offering, _)| offering.id == id).ok_or_else(missing)
    }

    /// Where the address wants its visitor to go on when all is done. Anybody can write an address, so only the sites that the
    /// calendar names are led to.
    fn way_on<'a>(&self, fields: &'a Fields) -> Option<&'a str> {
        let wanted = fields.get("return-url")?;
        let origin = Url::parse(wanted).ok()?.origin().ascii_serialization();
        self.label.origins.contains(&origin).then_some(wanted)
    }

    pub(super) fn path(&self) -> String {
        format!("/c/{}", self.snapshot.calendar.id.as_str())
    }

    /// How it speaks.
    pub(super) fn voice(&self) -> &Voice {
        &self.voice
    }

    fn wording(&self) -> Wording {
        self.voice.wording(&self.snapshot.venue.zone.name, self.snapshot.book.currency)
    }

    pub(super) fn page(
        &self,
        context: &Context,
        status: StatusCode,
        title: &str,
        head: Markup,
        main: Markup,
    ) -> Response<Body> {
        let org = &self.snapshot.org;
        let title = if title == org.name { title.to_owned() } else { format!("{title} · {}", org.name) };
        let page = Page {
            title: &title,
            business: &org.name,
            accent: org.accent.as_deref(),
            voice: &self.voice,
            head: html! { (head) script async src=(layout::FRAME_PATH) {} },
            main,
            foot: html! {
                @if let Some(email) = &org.email { p { (self.voice.t("page.questions")) " " a href={ "mailto:" (email) } { (email) } } }
                p { (self.voice.zone(&self.wording())) }
            },
            policy: Policy::Widget { framed_by: &self.label.origins, theme: &self.label.theme },
            class: "hosted",
        };
        frame::respond(context, status, &page)
    }
}

/// `GET /c/:calendarId`.
///
/// What the address says of the widget's attributes is handed on: a frame that stands in for the tag shows the same.
pub async fn calendar(
    State(context): State<Context>,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
) -> Response<Body> {
    let hosted = match open(&context, &id).await {
        Ok(hosted) => hosted,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let (snapshot, voice) = (&hosted.snapshot, &hosted.voice);
    let url = format!("{}{}", context.origin(), hosted.path());
    let summary = snapshot.cards.iter().map(|card| card.name.as_str()).collect::<Vec<_>>().join(", ");
    let image = snapshot.cards.iter().find_map(|card| card.image.as_deref());
    let head = html! {
        meta name="description" content=(summary);
        link rel="canonical" href=(url);
        meta property="og:type" content="website";
        meta property="og:site_name" content=(snapshot.org.name);
        meta property="og:title" content=(snapshot.calendar.name);
        meta property="og:description" content=(summary);
        meta property="og:url" content=(url);
        @if let Some(image) = image { meta property="og:image" content=(image); }
        script type="application/ld+json" { (PreEscaped(listing::json_ld(snapshot, &url))) }
    };
    let list = html! {
        ul.offers {
            @for card in &snapshot.cards {
                li.card {
                    h2 { (card.name) }
                    @if let Some(summary) = &card.summary { p { (summary) } }
                    @let path = format!("{}/{}", hosted.path(), card.id.as_str());
                    a.button.primary href=(along::link(&path, "", &fields)) {
                        (voice.t("list.times")) span.hidden { ": " (card.name) }
                    }
                }
            }
        }
    };
    // The widget frames this page where WebAssembly is refused. Inside such a frame of our own it would only fail again.
    let framed_by_us = ["sec-fetch-dest", "sec-fetch-site"]
        .map(|name| headers.get(name).and_then(|value| value.to_str().ok()))
        == [Some("iframe"), Some("same-origin")];
    let suggest = html! {
        p { a href=(voice.link(&format!("{}/submit", hosted.path()))) { (voice.t("suggest.title")) } }
    };
    let main = html! {
        h1 { (snapshot.calendar.name) }
        @if framed_by_us {
            (list)
        } @else {
            (tag(&hosted, &fields, &list))
            script async src="/embed.js" {}
        }
        // The calendar has a way of its own to it, where it runs.
        @if hosted.label.submissions {
            @if framed_by_us { (suggest) } @else { noscript { (suggest) } }
        }
    };
    hosted.page(&context, StatusCode::OK, &snapshot.calendar.name, head, main)
}

/// The widget's tag, with the attributes that the address may name.
fn tag(hosted: &Hosted, fields: &Fields, inside: &Markup) -> Markup {
    let said = |name: &str| fields.get(name);
    // The widget reads the campaign where it stands: in this page's address.
    let campaign = fields.keys().any(|name| name.starts_with("utm_")).then_some("");
    let calendar = &hosted.snapshot.calendar.id;
    html! {
        daymark-calendar calendar=(calendar.as_str()) offering=[said("offering")] view=[said("view")] date=[said("date")]
            party=[said("party")] coupon=[said("coupon")] lang=[said("lang")] tz=[said("tz")] theme=[said("theme")]
            first-day=[said("first-day")] lock=[said("lock")] ref=[said("ref")] utm-passthrough=[campaign] test=[said("test")]
            return-url=[hosted.way_on(fields)] { (inside) }
    }
}
