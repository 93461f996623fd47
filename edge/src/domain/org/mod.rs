//! An organization: its settings, its zone.

pub mod found;
pub mod rules;
pub mod store;
pub mod zone;

use serde::{Deserialize, Serialize};
use shared::money::Currency;
use shared::zone::Instant;

/// An organization as decisions need it.
#[derive(Clone, Debug, Deserialize)]
pub struct Org {
    /// Row.
    pub id: i64,
    /// URL name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// IANA.
    pub timezone: String,
    /// Of every price.
    pub currency: Currency,
    /// BCP 47.
    pub locale: String,
    /// First part of its booking numbers.
    pub number_prefix: String,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// [`Settings`] as JSON.
    settings: String,
    /// live or test, where guests pay online; none where they pay on arrival.
    pub payments: Option<String>,
    /// The price book without tariffs and add-ons, as JSON.
    pub price_rules: String,
    /// Grows with every change that a snapshot shows.
    pub revision: i64,
    /// Grows with every change of a price.
    pub price_version: u32,
}

/// What an organization set for itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Whom to ask.
    pub email: Option<String>,
    /// Whom to call.
    pub phone: Option<String>,
    /// Where the venue is, lines of text.
    pub address: Option<String>,
    /// Who sells, as an invoice has to say it.
    pub seller: Seller,
    /// `#rrggbb`.
    pub accent: Option<String>,
    /// Customers may cancel until so many minutes before the start; none means not at all.
    pub cancel_until: Option<u32>,
    /// Customers may move a booking until so many minutes before the start; none means not at all.
    pub reschedule_until: Option<u32>,
    /// A request that nobody decided on runs out after so many minutes; two days where it is not said.
    pub approval_minutes: Option<u32>,
    /// Seats that came free are kept so many minutes for whoever waited; two hours where it is not said.
    pub offer_minutes: Option<u32>,
    /// Whoever booked is reminded so many hours before the start, for each of these; a day before where it is not said.
    pub reminder_hours: Option<Vec<u32>>,
    /// Customers are forgotten so many days after their last booking; none means never.
    pub retention_days: Option<u32>,
}

/// Who sells, as an invoice has to say it; what is none is taken from the organization itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Seller {
    /// Full legal name.
    pub name: Option<String>,
    /// Postal address, lines of text.
    pub address: Option<String>,
    /// VAT or tax number.
    pub tax_number: Option<String>,
    /// At the foot of every invoice: register, bank account.
    pub footer: Option<String>,
}

impl Settings {
    /// Until when a request waits for a decision: not beyond the start of what was asked for.
    pub fn approve_until(&self, now: Instant, starts_at: Instant) -> Instant {
        now.plus_minutes(i64::from(self.approval_minutes.unwrap_or(2_880))).min(starts_at)
    }

    /// Until when seats are kept for whoever waited: not beyond the start.
    pub fn offer_until(&self, now: Instant, starts_at: Instant) -> Instant {
        now.plus_minutes(i64::from(self.offer_minutes.unwrap_or(120))).min(starts_at)
    }
}

impl Org {
    /// What it set for itself. What cannot be read counts as not set.
    pub fn settings(&self) -> Settings {
        serde_json::from_str(&self.settings).unwrap_or_default()
    }
}
