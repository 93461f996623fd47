//! `GET /embed/:calendarId`: everything a browser needs to show slots and prices without asking again.

use super::First;
use crate::availability::{Calendar, Offering};
use crate::id::{CalendarId, OfferingId, ResourceId};
use crate::pricing::PriceBook;
use serde::{Deserialize, Serialize};

/// The snapshot. `venue.now` is the moment it was made; the reader moves it forward.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Snapshot {
    /// Changes whenever anything below does; also the ETag.
    pub version: String,
    /// Whose calendar it is.
    pub org: OrgCard,
    /// The calendar.
    pub calendar: CalendarCard,
    /// Zone, resources, claims, closures. Private causes are taken out.
    pub venue: Calendar,
    /// What can be booked, in the order shown.
    pub offerings: Vec<Offering>,
    /// What to show of each offering, in the same order.
    pub cards: Vec<OfferingCard>,
    /// Prices.
    pub book: PriceBook,
    /// The answer to the first question, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
}

/// An organization, as guests see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OrgCard {
    /// URL name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// BCP 47, the language its own texts are in.
    pub locale: String,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whom to call, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Accent colour `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// Where the manage and hosted pages live, without a trailing slash.
    pub origin: String,
    /// How what is due now is paid online; none means on arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments: Option<PaymentMode>,
}

/// Whether payments are real.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PaymentMode {
    /// Real money.
    Live,
    /// The provider's test mode: no money moves, and guests are to be told so.
    Test,
}

/// An embeddable calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalendarCard {
    /// Public id.
    pub id: CalendarId,
    /// Name.
    pub name: String,
    /// First view.
    pub view: View,
    /// BCP 47, those the texts exist in; the first is the default.
    pub languages: Vec<String>,
    /// Seconds that a hold lasts.
    pub hold_seconds: u32,
    /// Whether anybody may suggest an event.
    #[serde(default)]
    pub submissions: bool,
}

/// How days are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CalendarView))]
pub enum View {
    /// A month grid.
    Month,
    /// A week.
    Week,
    /// An agenda.
    List,
}

/// What to show of an offering.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OfferingCard {
    /// Which.
    pub id: OfferingId,
    /// Name.
    pub name: String,
    /// One or two plain sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Picture URL, https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Whether the business approves each booking.
    #[serde(default)]
    pub approval: bool,
    /// Asked of every customer who books it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Names of the resources that customers may know, such as the staff of an appointment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<(ResourceId, String)>,
}

/// A question of the business.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CardQuestion))]
pub struct Question {
    /// Key in `answers`.
    pub column_name: String,
    /// What the customer reads.
    pub label: String,
    /// What kind of answer.
    pub kind: QuestionKind,
    /// Whether it must be answered.
    #[serde(default)]
    pub required: bool,
    /// The choices, for [`QuestionKind::Select`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// Kinds of answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CardQuestionKind))]
pub enum QuestionKind {
    /// One line, at most 200 characters.
    Text,
    /// Several lines, at most 2,000 characters.
    Textarea,
    /// One of the options.
    Select,
    /// Yes or no, as `"true"` or `"false"`.
    Checkbox,
}
