//! What the wire says of submissions.

use crate::domain::submission::Submission;
use crate::domain::submission::content::{Content, Edit, Occurrence};
use crate::domain::submission::rules::State;
use crate::problem::Problem;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::civil::LocalDateTime;
use shared::embed::Timestamp;
use shared::money::{Currency, Money};
use utoipa::ToSchema;

/// What is there may be null: null clears, nothing leaves it as it is.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(input: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// One date in wall time at the venue.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DateIn {
    /// Starts, `YYYY-MM-DDTHH:MM`.
    #[schema(value_type = String, pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", example = "2027-06-05T19:00")]
    pub from: LocalDateTime,
    /// Ends, at most 31 days later.
    #[schema(value_type = String, pattern = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", example = "2027-06-05T22:00")]
    pub to: LocalDateTime,
}

/// What an entrance costs.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriceIn {
    /// Minor units.
    #[schema(minimum = 0, maximum = 100_000_000, example = 1200)]
    amount: i64,
    /// The organization's own; may be left out.
    #[schema(example = "EUR")]
    currency: Option<String>,
}

/// What an event says of itself. What is left out stays as it is; null clears.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EventIn {
    /// Only when it is begun. `DRAFT`: nobody else sees it yet, and it may be incomplete; this is the default. `SUBMITTED`: it
    /// is handed in at once.
    #[schema(example = "SUBMITTED")]
    pub status: Option<Begin>,
    /// The calendar it is for; the organization's oldest one where none is named.
    #[schema(example = "cal_harbor")]
    pub calendar_id: Option<String>,
    /// One line.
    #[schema(max_length = 200, example = "Shanties at the pier")]
    title: Option<String>,
    /// Markdown, at most 10,000 characters.
    #[schema(max_length = 10_000, example = "An evening of **songs** from the harbor.")]
    text: Option<String>,
    /// Its dates, at most 50.
    #[schema(max_items = 50)]
    when: Option<Vec<DateIn>>,
    /// Where, in words.
    #[serde(rename = "where", deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Pier 3")]
    place: Option<Option<String>>,
    /// A picture, https.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2048, example = "https://pictures.example/pier.jpg")]
    image: Option<Option<String>>,
    /// What an entrance costs; null is free.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<PriceIn>)]
    price: Option<Option<PriceIn>>,
    /// Places, 1 to 100,000; null is no limit.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100_000, example = 80)]
    capacity: Option<Option<u32>>,
    /// Whether places are sold here at that price. Otherwise the price is only told, and a place costs nothing here.
    ticketed: Option<bool>,
    /// More about it.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 2048, example = "https://shanties.example")]
    link: Option<Option<String>>,
    /// Whom to ask, in words.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200, example = "crew@shanties.example")]
    contact: Option<Option<String>>,
    /// The resources that it takes, such as a room: for all of its dates, whole.
    #[schema(max_items = 10, example = json!(["res_harbor_lighthouse"]))]
    pub resource_ids: Option<Vec<String>>,
}

/// How a submission begins.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Begin {
    /// Its author is at it.
    Draft,
    /// In the queue.
    Submitted,
}

impl EventIn {
    /// As the domain takes it. `currency` is the organization's.
    pub fn edit(self, currency: Currency) -> Result<Edit, Problem> {
        if let Some(Some(PriceIn { currency: Some(named), .. })) = &self.price
            && named != currency.code()
        {
            let rule = format!("The organization's currency is {}.", currency.code());
            return Err(Problem::field("/price/currency", "wrong_currency", rule));
        }
        let date = |date: DateIn| Occurrence { from: date.from, to: date.to };
        Ok(Edit {
            title: self.title,
            text: self.text,
            when: self.when.map(|when| when.into_iter().map(date).collect()),
            place: self.place,
            image: self.image,
            price: self.price.map(|price| price.map(|price| price.amount)),
            capacity: self.capacity,
            ticketed: self.ticketed,
            link: self.link,
            contact: self.contact,
            resource_ids: self.resource_ids,
        })
    }
}

/// An event as it is shown: each field as it was given.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DateOut {
    /// Starts, wall time at the venue.
    #[schema(value_type = String, example = "2027-06-05T19:00")]
    from: LocalDateTime,
    /// Ends, wall time at the venue.
    #[schema(value_type = String, example = "2027-06-05T22:00")]
    to: LocalDateTime,
    /// Starts.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// Ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
}

/// Who wrote it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorOut {
    /// Name.
    name: String,
    /// Address; a guest's was confirmed.
    email: String,
    /// Whether they came by the public form.
    guest: bool,
}

/// A field that an edit changes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceOut {
    /// Its name.
    #[schema(example = "title")]
    field: String,
    /// As it is public.
    #[schema(value_type = Object, nullable)]
    before: Value,
    /// As it would be.
    #[schema(value_type = Object, nullable)]
    after: Value,
}

/// A submission.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionOut {
    /// Public id.
    #[schema(example = "sub_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// `DRAFT`, `SUBMITTED`, `PUBLISHED`, `REJECTED`, `CHANGES_REQUESTED` or `WITHDRAWN`.
    #[schema(example = "SUBMITTED")]
    status: &'static str,
    /// Whether a version of it is public, which need not be this one.
    live: bool,
    /// Whether the public version was published by a trusted author, without review.
    unreviewed: bool,
    /// The event, once it was published.
    event_id: Option<String>,
    /// The calendar it is for.
    calendar_id: Option<String>,
    /// Who wrote it.
    author: AuthorOut,
    /// One line.
    title: String,
    /// Markdown.
    text: String,
    /// Its dates, in order.
    when: Vec<DateOut>,
    /// Where, in words.
    #[serde(rename = "where")]
    place: Option<String>,
    /// A picture.
    image: Option<String>,
    /// What an entrance costs; null is free.
    #[schema(value_type = Option<MoneyOut>)]
    price: Option<Money>,
    /// Places; null is no limit.
    capacity: Option<u32>,
    /// Whether places are sold here at that price.
    ticketed: bool,
    /// More about it.
    link: Option<String>,
    /// Whom to ask, in words.
    contact: Option<String>,
    /// The resources that it takes.
    resource_ids: Vec<String>,
    /// What an edit changes against the public version, field by field. Empty when nothing waits.
    diff: Vec<DifferenceOut>,
    /// What staff said last.
    note: Option<String>,
    /// When it was handed in last.
    #[schema(value_type = Option<String>, format = DateTime)]
    submitted_at: Option<Timestamp>,
    /// When it was decided last.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// Who decided, as the audit log names them.
    decided_by: Option<String>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Grows with every change. Send it with an approval, so that what is approved is what was read.
    version: i64,
}

/// An amount with its currency.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct MoneyOut {
    /// Minor units.
    #[schema(example = 1200)]
    amount: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
}

/// As the wire shows it.
pub fn shown(submission: &Submission) -> SubmissionOut {
    let Content { title, text, when, place, image, price, capacity, ticketed, link, contact, resource_ids } =
        submission.content.clone();
    let spans = submission.content.spans(&submission.venue.timezone, submission.updated_at).unwrap_or_default();
    let dates = when.iter().enumerate().map(|(index, date)| DateOut {
        from: date.from,
        to: date.to,
        starts_at: spans.get(index).map(|span| Timestamp(span.starts_at)),
        ends_at: spans.get(index).map(|span| Timestamp(span.ends_at)),
    });
    let differences = submission.published.iter().flat_map(|public| submission.content.differences(public));
    let diff = differences.map(|one| DifferenceOut { field: one.field, before: one.before, after: one.after });
    SubmissionOut {
        id: submission.id.clone(),
        status: submission.state.as_str(),
        live: submission.published.is_some(),
        unreviewed: submission.unreviewed,
        event_id: submission.event.clone(),
        calendar_id: submission.calendar.clone(),
        author: AuthorOut {
            name: submission.author_name.clone(),
            email: submission.author_email.clone(),
            guest: submission.by_guest(),
        },
        when: dates.collect(),
        diff: diff.collect(),
        title,
        text,
        place,
        image,
        price: price.map(|amount| Money { amount, currency: submission.venue.currency }),
        capacity,
        ticketed,
        link,
        contact,
        resource_ids,
        note: submission.note.clone(),
        submitted_at: submission.submitted_at.map(Timestamp),
        decided_at: submission.decided_at.map(Timestamp),
        decided_by: submission.decided_by.clone(),
        created_at: Timestamp(submission.created_at),
        updated_at: Timestamp(submission.updated_at),
        version: submission.version,
    }
}

/// What is approved.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ApproveIn {
    /// `version` as it was read; 409 `stale` when it has changed since. Without it the present version is approved.
    #[schema(example = 3)]
    pub version: Option<i64>,
    /// The resources that it takes, in place of those that its author named.
    #[schema(max_items = 10, example = json!(["res_harbor_lighthouse"]))]
    pub resource_ids: Option<Vec<String>>,
}

/// Why it is declined.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RejectIn {
    /// In words, for the author.
    #[schema(max_length = 2000, example = "We only list events at the harbor.")]
    pub reason: Option<String>,
}

/// What staff says.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NoteIn {
    /// In words, for the author.
    #[schema(max_length = 2000, example = "When does it end?")]
    pub note: Option<String>,
}

/// How many submissions there are in each state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryOut {
    /// How many, by state; every state is there.
    #[schema(value_type = Object, example = json!({"DRAFT": 0, "SUBMITTED": 3, "PUBLISHED": 12, "REJECTED": 1, "CHANGES_REQUESTED": 0, "WITHDRAWN": 0}))]
    pub counts: std::collections::BTreeMap<&'static str, i64>,
    /// How many have a public version.
    pub live: i64,
}

/// Which submissions.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// Only those in this state. `SUBMITTED` is the queue: what was handed in first comes first.
    #[param(example = "SUBMITTED")]
    pub status: Option<String>,
}

impl Filter {
    /// The state, if one is asked for.
    pub fn state(&self) -> Result<Option<State>, Problem> {
        let Some(text) = &self.status else { return Ok(None) };
        let rule = "DRAFT, SUBMITTED, PUBLISHED, REJECTED, CHANGES_REQUESTED or WITHDRAWN.";
        State::parse(text).map(Some).ok_or_else(|| Problem::field("?status", "invalid_value", rule))
    }
}
