//! What the wire says of keys.

use crate::domain::key::store;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyIn {
    /// For people: 1 to 200 characters.
    #[schema(example = "Till at the pier")]
    pub name: String,
    /// What it may do: `GET /api/meta/permissions` lists them. None that its maker may not.
    #[schema(example = json!(["bookings:read", "bookings:write"]))]
    pub permissions: Vec<String>,
    /// No role counts for more: OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR. The maker's own where it is left out.
    #[schema(example = "STAFF")]
    pub role: Option<String>,
    /// Public ids of organizations in which its maker may make keys, this one among them. This one alone where it is left out.
    #[schema(example = json!(["org_harbor"]))]
    pub organizations: Option<Vec<String>>,
    /// `live` or `test`: the prefix of the key tells which. Both act on the same data. `live` where it is left out.
    #[schema(example = "live")]
    pub mode: Option<String>,
    /// When it ends; never where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// A key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyOut {
    /// Public id.
    #[schema(example = "key_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// For people.
    pub name: String,
    /// How it begins.
    #[schema(example = "dmk_live_4fGh")]
    pub prefix: String,
    /// `live` or `test`.
    #[schema(example = "live")]
    pub mode: &'static str,
    /// No role counts for more.
    #[schema(example = "STAFF")]
    pub role: String,
    /// What it may do, as far as its maker still may.
    pub permissions: Vec<String>,
    /// Where it works; only organizations that whoever asks belongs to.
    pub organizations: Vec<String>,
    /// Public id of the member who made it.
    pub made_by: String,
    /// Their name.
    pub made_by_name: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the hour.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    /// The key it took the place of; that one works until it is revoked.
    pub replaces: Option<String>,
    /// The key itself; only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "dmk_live_4fGhUT3mJw0qXzKpVb1sYc8RnEo6LdAi2tWv7eHuPxk")]
    pub key: Option<String>,
}

/// As the prefix tells.
pub fn mode(prefix: &str) -> &'static str {
    if prefix.starts_with("dmk_test_") { "test" } else { "live" }
}

/// As the wire shows it.
pub fn shown(key: store::Key) -> ApiKeyOut {
    let at = |second: i64| Timestamp(Instant(second));
    ApiKeyOut {
        id: key.public_id,
        name: key.name,
        mode: mode(&key.prefix),
        prefix: key.prefix,
        role: key.role_ceiling,
        permissions: serde_json::from_str(&key.permissions).unwrap_or_default(),
        organizations: serde_json::from_str(&key.organizations).unwrap_or_default(),
        made_by: key.maker,
        made_by_name: key.maker_name,
        created_at: at(key.created_at),
        expires_at: key.expires_at.map(at),
        last_used_at: key.last_used_at.map(at),
        replaces: key.replaces,
        key: None,
    }
}
