//! What the wire says of feeds.

use crate::domain::feed::store;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// What a feed tells of.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeedScope {
    /// What its maker is assigned to: bookings of the resource that is their own calendar.
    Person,
    /// What uses one resource.
    Resource,
    /// Everything that is booked.
    Organization,
}

/// A feed to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedIn {
    /// What it tells of.
    pub of: FeedScope,
    /// Which resource, where it is of one.
    #[schema(example = "res_launch")]
    pub resource_id: Option<String>,
}

/// A feed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeedOut {
    /// Public id.
    #[schema(example = "feed_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// PERSON, RESOURCE or ORGANIZATION.
    #[schema(example = "PERSON")]
    pub of: String,
    /// Its resource.
    pub resource_id: Option<String>,
    /// Public id of its maker; none in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it got its present address, if it is not its first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rotated_at: Option<Timestamp>,
    /// The address; only in the answer that makes it. iCalendar, 30 days back and 400 days ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://book.example.com/feeds/q8X….ics")]
    pub url: Option<String>,
}

impl FeedOut {
    /// As it is made.
    pub fn fresh(id: &str, wanted: &FeedIn, now: Instant) -> Self {
        let of = match wanted.of {
            FeedScope::Person => "PERSON",
            FeedScope::Resource => "RESOURCE",
            FeedScope::Organization => "ORGANIZATION",
        };
        Self {
            id: id.to_owned(),
            of: of.to_owned(),
            resource_id: wanted.resource_id.clone(),
            person_id: None,
            created_at: Timestamp(now),
            rotated_at: None,
            url: None,
        }
    }
}

/// As the wire shows it.
pub fn shown(feed: store::Feed) -> FeedOut {
    FeedOut {
        id: feed.public_id,
        of: feed.scope,
        resource_id: feed.resource,
        person_id: Some(feed.person),
        created_at: Timestamp(Instant(feed.created_at)),
        rotated_at: feed.rotated_at.map(|at| Timestamp(Instant(at))),
        url: None,
    }
}
