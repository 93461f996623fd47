//! The `data` of events, type by type. What is written into the log and what is published as its schema is the same type;
//! that of a booking stands with bookings ([`crate::domain::booking::view::Told`]).

use crate::domain::booking::view::Told as Booking;
use crate::domain::submission::content::Content;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A customer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ToldCustomerRecord)]
pub struct Customer {
    /// Public id.
    #[schema(example = "cus_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// Full name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// As typed.
    pub phone: Option<String>,
}

/// An offering or an add-on. Only what the change knows is there; an id and a kind always are.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldProduct)]
pub struct Product<'a> {
    /// Public id.
    #[schema(example = "tour_harbor_sunset")]
    pub id: &'a str,
    /// `TOUR`, `EVENT`, `APPOINTMENT`, `ROOM`, `PACKAGE` or `ADD_ON`.
    #[schema(example = "TOUR")]
    pub kind: &'a str,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// A few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<&'a str>,
    /// Its first picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<&'a str>,
    /// `DRAFT`, `PUBLISHED` or `ARCHIVED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PUBLISHED")]
    pub status: Option<&'a str>,
    /// Who sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<&'a str>,
    /// ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "EUR")]
    pub currency: Option<&'a str>,
    /// Of one, in minor units: add-ons only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The one departure that changed; without it the product itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub departure: Option<Timestamp>,
    /// Whether that departure is called off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<bool>,
}

/// Who handed an event in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ToldAuthor)]
pub struct Author<'a> {
    /// Full name.
    pub name: &'a str,
}

/// An event that the community handed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldSubmission)]
pub struct Submission<'a> {
    /// Public id.
    pub id: &'a str,
    /// Public id of the organization.
    pub organization: &'a str,
    /// Where it stands.
    #[schema(example = "SUBMITTED")]
    pub status: &'a str,
    /// Whether it is on the calendar.
    pub live: bool,
    /// Published without anybody having looked at it.
    pub unreviewed: bool,
    /// The calendar that it is meant for.
    pub calendar_id: Option<&'a str>,
    /// The event, once there was one.
    pub event_id: Option<&'a str>,
    /// Who handed it in.
    pub author: Author<'a>,
    /// What it says of itself.
    pub event: &'a Content,
    /// What staff said last.
    pub note: Option<&'a str>,
}

/// Somebody who asked for what could not be booked: they wait for seats.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldLead)]
pub struct Lead<'a> {
    /// Public id.
    #[schema(example = "wait_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub id: &'a str,
    /// How they asked.
    #[schema(example = "waiting-list")]
    pub source: &'a str,
    /// Who.
    pub customer: Asking<'a>,
    /// The offering that they want.
    pub offering_id: &'a str,
    /// Its start.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Who would come, by party type.
    pub party: BTreeMap<&'a str, u32>,
    /// When they asked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Who asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ToldAsking)]
pub struct Asking<'a> {
    /// Full name.
    pub name: &'a str,
    /// Address.
    pub email: &'a str,
    /// As typed.
    pub phone: Option<&'a str>,
}

/// Whose calendar a booking takes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldAssignee)]
#[allow(dead_code, reason = "the database writes it")]
pub struct Assignee {
    /// Public id of the person.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Public id of their calendar.
    pub resource_id: String,
}

/// A booking and who is to work on it.
#[derive(Serialize, ToSchema)]
#[schema(as = ToldAssignment)]
#[allow(dead_code, reason = "the database writes it, from the event that assigns; this describes it")]
pub struct Assignment<'a> {
    /// The booking.
    #[serde(flatten)]
    pub booking: Booking<'a>,
    /// Who is to work on it.
    pub assignee: Assignee,
}
