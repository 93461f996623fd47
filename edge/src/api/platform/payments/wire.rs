//! What the wire says of an account at a payment provider.

use crate::domain::payment::account::mode;
use crate::domain::payment::account::store::{Kept, Row};
use serde::{Deserialize, Serialize};
use shared::embed::{PaymentMode, Timestamp};
use shared::zone::Instant;
use utoipa::ToSchema;

/// Who can be asked to take payments.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PaymentProvider {
    /// Stripe.
    #[default]
    Stripe,
}

impl PaymentProvider {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stripe => crate::payment::stripe::NAME,
        }
    }
}

/// Keys of an account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentsIn {
    /// Whose account.
    #[serde(default)]
    pub provider: PaymentProvider,
    /// Its secret key, or a restricted one that may write Checkout Sessions and Refunds and read PaymentIntents, Charges and
    /// Disputes. A test key (`sk_test_…`) takes no real money.
    #[schema(example = "sk_test_…", write_only)]
    pub secret_key: String,
    /// What its notices are signed with, when its endpoint was made by hand.
    #[serde(default)]
    #[schema(example = "whsec_…", write_only)]
    pub webhook_secret: Option<String>,
}

/// How guests pay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentsOut {
    /// Whose account; null where guests pay on arrival.
    #[schema(example = "stripe")]
    pub provider: Option<String>,
    /// Whether real money is taken.
    pub mode: Option<PaymentMode>,
    /// The last signs of the key.
    #[schema(example = "x7Qa")]
    pub key_ends: Option<String>,
    /// Where the provider is to send its notices.
    #[schema(example = "https://daymark.example/api/payments/stripe/org_harbor")]
    pub webhook_url: String,
    /// When the keys were given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub connected_at: Option<Timestamp>,
    /// Accounts that are not in use and whose keys are kept for what was paid through them, the newest first.
    pub kept: Vec<KeptAccount>,
}

/// An account whose keys are kept for what was paid through it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptAccount {
    /// Whose account.
    #[schema(example = "stripe")]
    pub provider: String,
    /// Whether real money was taken.
    pub mode: Option<PaymentMode>,
    /// The last signs of the key.
    #[schema(example = "x7Qa")]
    pub key_ends: String,
    /// Since when nobody is asked to pay through it.
    #[schema(value_type = String, format = DateTime)]
    pub closed_at: Timestamp,
    /// Payments of which something can still go back.
    pub refundable: u32,
    /// Payments that somebody is making at this moment, and refunds on their way.
    pub under_way: u32,
}

/// Where a provider sends its notices.
pub fn notices_url(origin: &str, provider: &str, org: &str) -> String {
    format!("{origin}/api/payments/{provider}/{org}")
}

/// An account, without its secrets.
pub fn shown(row: Option<&Row>, kept: Vec<Kept>, origin: &str, org: &str) -> PaymentsOut {
    let provider = row.map_or(crate::payment::stripe::NAME, |row| row.provider.as_str());
    PaymentsOut {
        provider: row.map(|row| row.provider.clone()),
        mode: row.and_then(|row| mode(&row.mode)),
        key_ends: row.map(|row| row.key_ends.clone()),
        webhook_url: notices_url(origin, provider, org),
        connected_at: row.map(|row| Timestamp(Instant(row.connected_at))),
        kept: kept.into_iter().map(KeptAccount::from).collect(),
    }
}

impl From<Kept> for KeptAccount {
    fn from(kept: Kept) -> Self {
        Self {
            mode: mode(&kept.mode),
            provider: kept.provider,
            key_ends: kept.key_ends,
            closed_at: Timestamp(Instant(kept.closed_at)),
            refundable: kept.refundable,
            under_way: kept.under_way,
        }
    }
}
