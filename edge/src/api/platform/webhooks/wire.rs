//! What the wire says of endpoints and deliveries.

use crate::api::given::not_null;
use crate::domain::webhook::store;
use crate::shape::{self, Shape};
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A new endpoint.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookIn {
    /// Where to: https, a public host, port 443 or 8443.
    #[schema(example = "https://hooks.example.com/daymark")]
    pub url: String,
    /// Event types, in either spelling, or `*` for all.
    #[schema(example = json!(["booking.created", "booking.cancelled"]))]
    pub events: Vec<String>,
    /// For people, at most 200 characters.
    #[serde(default)]
    pub description: String,
    /// In whose words: `native`, or `rooms` for those of the rooms API: only bookings of rooms, and of event types only
    /// `booking.created`, `booking.updated`, `booking.canceled` and `payment.succeeded`.
    #[serde(default)]
    pub shape: WebhookShape,
}

/// In whose words an organization's endpoint is told.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookShape {
    /// Ours.
    #[default]
    Native,
    /// Those of the rooms API.
    Rooms,
}

impl From<WebhookShape> for Shape {
    fn from(shape: WebhookShape) -> Self {
        match shape {
            WebhookShape::Native => Self::Native,
            WebhookShape::Rooms => Self::Rooms,
        }
    }
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where to.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub url: Option<String>,
    /// Event types.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<String>, required = false)]
    pub events: Option<Vec<String>>,
    /// For people.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub description: Option<String>,
    /// `true` lets a disabled endpoint hear again, `false` silences it.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = bool, required = false)]
    pub enabled: Option<bool>,
}

/// An endpoint.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookOut {
    /// Public id.
    #[schema(example = "wh_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// Where to.
    pub url: String,
    /// Event types, in the words of its shape.
    pub events: Vec<String>,
    /// In whose words it is told.
    #[schema(example = "native")]
    pub shape: String,
    /// For people.
    pub description: String,
    /// Whether it is sent anything.
    pub enabled: bool,
    /// Since when not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Timestamp>,
    /// `owner`, `gone` (it answered 410) or `failing` (nothing but failures for five days).
    pub disabled_because: Option<String>,
    /// Since when it has done nothing but fail.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The signing secret; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: Option<String>,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretOut {
    /// Signs from now on. It is not shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub secret: Option<String>,
    /// Until then the secrets before it sign too.
    #[schema(value_type = String, format = DateTime)]
    pub previous_expires_at: Timestamp,
}

/// A delivery of one event to one endpoint.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryOut {
    /// Public id.
    pub id: String,
    /// The `webhook-id` header: the event's id, the same at every attempt.
    pub event_id: String,
    /// Event type.
    #[serde(rename = "type")]
    pub kind: String,
    /// PENDING, DELIVERED or FAILED.
    pub state: String,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// The last 20 attempts, the newest first.
    pub attempts: Vec<AttemptOut>,
}

/// One attempt.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Milliseconds until the answer, or until there was none.
    pub latency: i64,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// Why there was none: timeout, unreachable, refused_target, no_secret, private_address (its name leads inside) or unresolved.
    pub failure: Option<String>,
    /// The first 2 KB of the answer.
    pub answer: Option<String>,
}

/// From when on.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecoverIn {
    /// At most 30 days back.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// What is sent again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoverOut {
    /// How many events.
    pub recovered: usize,
}

/// As the wire shows it.
pub fn shown(endpoint: store::Endpoint) -> WebhookOut {
    let at = |second: i64| Timestamp(Instant(second));
    WebhookOut {
        id: endpoint.public_id,
        url: endpoint.url,
        events: shape::named(Shape::parse(&endpoint.shape), &endpoint.events),
        shape: endpoint.shape,
        description: endpoint.description,
        enabled: endpoint.disabled_at.is_none(),
        disabled_at: endpoint.disabled_at.map(at),
        disabled_because: endpoint.disabled_because,
        failing_since: endpoint.failing_since.map(at),
        created_at: at(endpoint.created_at),
        secret: None,
    }
}

/// As the wire shows it.
pub fn shown_delivery(delivery: store::Delivery) -> DeliveryOut {
    let at = |second: i64| Timestamp(Instant(second));
    let attempts: Vec<store::Attempt> = serde_json::from_str(&delivery.attempts).unwrap_or_default();
    DeliveryOut {
        next_attempt_at: (delivery.state == "PENDING").then(|| at(delivery.next_attempt_at)),
        id: delivery.public_id,
        event_id: delivery.message_id,
        kind: delivery.kind,
        state: delivery.state,
        delivered_at: delivery.delivered_at.map(at),
        created_at: at(delivery.created_at),
        attempts: attempts
            .into_iter()
            .map(|attempt| AttemptOut {
                at: at(attempt.started_at.checked_div(1_000).unwrap_or_default()),
                latency: attempt.latency,
                status: attempt.status,
                failure: attempt.failure,
                answer: attempt.answer,
            })
            .collect(),
    }
}
