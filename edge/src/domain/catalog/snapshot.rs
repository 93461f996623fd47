//! The snapshot that the widget works from: made from one batch, copied to KV, forgotten by every write that it shows.
//!
//! A copy is only ever a hint. Whoever books on an old one is refused by the database and told what is free.

use super::{Scope, Venue, store};
use crate::context::Context;
use crate::database::Statement;
use crate::domain::booking::store::CalendarId as Row;
use crate::domain::payment::account;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use shared::civil::Date;
use shared::embed::{CalendarCard, First, OrgCard, Snapshot, View};
use shared::id::CalendarId;
use shared::party::Party;
use shared::zone::Instant;
use worker::send::SendFuture;

/// The longest booking horizon that a snapshot covers, in days.
const HORIZON: i64 = 366;
const DAY: i64 = 86_400;
/// A copy older than this is not used: a writer and a reader may have missed each other.
const COPY_SECONDS: u64 = 60;

/// A snapshot as it is sent.
pub struct Published {
    /// JSON.
    pub body: String,
    /// What goes with it.
    pub label: Label,
}

/// What a visitor sees first.
pub struct Question {
    /// Public id of an offering; empty means the only one of a calendar.
    pub offering: String,
    /// Shown first; the first one with something to book where there is none.
    pub date: Option<Date>,
    /// Who comes; the smallest party where nobody is named.
    pub party: Party,
}

impl Published {
    /// The same with the engine's answer to a visitor's first question as its last member. Where there is no such offering,
    /// nothing is answered ahead of time.
    pub fn with_first(self, question: Question, now: Instant) -> Self {
        match with_first(&self.body, question, now) {
            Ok(Some(body)) => Self { body, ..self },
            Ok(None) => self,
            // A copy that another release made. Whoever asked can read it or not; the answer is only ahead of time.
            Err(error) => {
                worker::console_warn!("a snapshot's first question stays open: {error:?}");
                self
            }
        }
    }
}

fn with_first(body: &str, question: Question, now: Instant) -> Result<Option<String>, serde_json::Error> {
    let mut snapshot: Snapshot = serde_json::from_str(body)?;
    snapshot.venue.now = now;
    let offering = match snapshot.offerings.as_slice() {
        [only] if question.offering.is_empty() => Some(only),
        all => all.iter().find(|offering| offering.id.as_str() == question.offering),
    };
    // Put in by hand: writing all of it again would cost more than the answer.
    let (Some(offering), Some(open)) = (offering, body.strip_suffix('}')) else { return Ok(None) };
    let Some(first) = First::of(&snapshot.venue, offering, question.date, question.party) else { return Ok(None) };
    Ok(Some(format!("{open},\"first\":{}}}", serde_json::to_string(&first)?)))
}

/// What goes with a copy.
#[derive(Clone, Serialize, Deserialize)]
pub struct Label {
    /// Row of the organization whose calendar it is.
    #[serde(default)]
    pub org: i64,
    /// Another one for every change.
    pub version: String,
    /// Origins that may embed it; none means any.
    pub origins: Vec<String>,
    /// The address that its links lead to.
    pub origin: String,
    /// How it looks: declarations of CSS custom properties.
    #[serde(default)]
    pub theme: String,
    /// Whether anybody may hand in an event for it.
    #[serde(default)]
    pub submissions: bool,
}

/// The snapshot of a calendar: the copy, or a new one.
pub async fn snapshot(context: &Context, id: &CalendarId) -> Result<Published, Problem> {
    if context.clock_set() {
        return make(context, id).await;
    }
    if let Some(copy) = copied(context, id).await {
        return Ok(copy);
    }
    let published = make(context, id).await?;
    keep(context, id, &published).await;
    Ok(published)
}

/// The sites that may embed a calendar; empty means all, `None` that there is no such calendar.
pub async fn origins(context: &Context, id: &CalendarId) -> Result<Option<Vec<String>>, Problem> {
    sites(context, store::origins(id.as_str())).await
}

/// The same of the calendar that a booking came through; `None` where it came through none.
pub async fn origins_of_booking(context: &Context, id: &str) -> Result<Option<Vec<String>>, Problem> {
    sites(context, store::origins_of_booking(id)).await
}

async fn sites(context: &Context, read: Statement) -> Result<Option<Vec<String>>, Problem> {
    let mut answers = context.database().read(vec![read]).await?;
    let row: Option<store::OriginsRow> = answers.first()?;
    row.map(|row| serde_json::from_str(&row.origins).map_err(Problem::internal)).transpose()
}

async fn make(context: &Context, id: &CalendarId) -> Result<Published, Problem> {
    let now = context.now();
    let scope = Scope {
        offerings: &[],
        calendar: Some(id.as_str()),
        from: now.plus_seconds(DAY.saturating_neg()),
        to: now.plus_seconds(DAY.saturating_mul(HORIZON)),
        now,
        coupon: None,
        without: None,
        any_status: false,
    };
    let mut answers = context.database().read(store::read(&scope)).await?;
    let missing = || Problem::not_found("calendar");
    let venue = Venue::of(store::rows(&mut answers)?, &scope)?.ok_or_else(missing)?;
    let listed = venue.listed.ok_or_else(missing)?;
    let settings = venue.org.settings();
    // The day is part of it: what is shown moves on at midnight even when nobody books.
    let version = format!("{}-{}", venue.org.revision, now.0.div_euclid(DAY));
    let payments = venue.org.payments.as_deref().and_then(account::mode);
    let snapshot = Snapshot {
        version: version.clone(),
        org: OrgCard {
            slug: venue.org.slug,
            name: venue.org.name,
            locale: venue.org.locale,
            email: settings.email,
            phone: settings.phone,
            // A calendar's own colour goes before the business's.
            accent: listed.theme.accent.clone().or(settings.accent),
            origin: context.origin(),
            payments,
        },
        calendar: CalendarCard {
            id: id.clone(),
            name: listed.name,
            view: match listed.view.as_str() {
                "week" => View::Week,
                "list" => View::List,
                _ => View::Month,
            },
            languages: listed.languages,
            hold_seconds: venue.org.hold_seconds,
            submissions: listed.submissions,
        },
        venue: venue.calendar.redacted(),
        offerings: venue.offerings,
        cards: venue.cards,
        book: venue.book,
        first: None,
    };
    let body = serde_json::to_string(&snapshot).map_err(Problem::internal)?;
    let theme = listed.theme.declarations();
    let (org, origins, submissions) = (venue.org.id, listed.origins, listed.submissions);
    Ok(Published { body, label: Label { org, version, origins, origin: context.origin(), theme, submissions } })
}

fn key(id: &str) -> String {
    format!("snapshot/{id}")
}

/// The copy, if there is one for this address. A store that does not answer is as good as empty.
async fn copied(context: &Context, id: &CalendarId) -> Option<Published> {
    let (body, label) = SendFuture::new(async {
        let store = context.snapshots().ok()?;
        store.get(&key(id.as_str())).text_with_metadata::<Label>().await.ok()
    })
    .await?;
    let label = label.filter(|label| label.origin == context.origin())?;
    Some(Published { body: body?, label })
}

async fn keep(context: &Context, id: &CalendarId, published: &Published) {
    let kept = SendFuture::new(async {
        let put = context.snapshots()?.put(&key(id.as_str()), published.body.as_str())?;
        put.expiration_ttl(COPY_SECONDS).metadata(&published.label)?.execute().await?;
        Ok::<_, worker::Error>(())
    });
    if let Err(error) = kept.await {
        worker::console_warn!("a snapshot was not copied: {error:?}");
    }
}

/// Forgets the copies of these calendars.
pub async fn forget(context: &Context, calendars: &[Row]) {
    for calendar in calendars {
        let gone = SendFuture::new(async {
            context.snapshots()?.delete(&key(&calendar.public_id)).await?;
            Ok::<_, worker::Error>(())
        });
        if let Err(error) = gone.await {
            worker::console_warn!("an old snapshot stays for a minute: {error:?}");
        }
    }
}
