//! What the wire says of an organization's own settings.

use crate::domain::org::rules;
use crate::domain::org::store::Row;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::embed::Timestamp;
use shared::pricing::book::TaxRules;
use shared::zone::Instant;
use utoipa::ToSchema;

/// An organization.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgOut {
    /// Public id.
    #[schema(example = "org_harbor")]
    pub id: String,
    /// URL name.
    #[schema(example = "harbor")]
    pub slug: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// BCP 47.
    #[schema(example = "en")]
    pub locale: String,
    /// How long a hold lasts, in seconds.
    #[schema(example = 900)]
    pub hold_seconds: u32,
    /// Personal data of customers is erased so many days after their last booking; null keeps it.
    pub retention_days: Option<u32>,
    /// Customers are reminded by mail so many hours before the start, for each of these; none: not at all.
    #[schema(example = json!([24]))]
    pub reminder_hours: Vec<u32>,
    /// A hold that ran out and led to no booking is told of as `cart.abandoned` after so many minutes; 0: at once.
    #[schema(example = 60)]
    pub cart_minutes: u32,
    /// How it looks.
    pub branding: Branding,
    /// Whom customers ask.
    pub contact: Contact,
    /// Who sells, as invoices say it.
    pub seller: Seller,
    /// Until when customers may change their mind.
    pub cancellation_policy: CancellationPolicy,
    /// Tax on what it sells.
    pub tax: Tax,
    /// Sites that may embed its calendars, where a calendar names none itself; none means any.
    pub allowed_origins: Vec<String>,
    /// When it was founded.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// How it looks; null is the product's own.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Branding {
    /// `#rrggbb`.
    #[schema(example = "#0b6e8f")]
    pub accent: Option<String>,
    /// `#rrggbb`, behind text.
    pub surface: Option<String>,
    /// `#rrggbb`.
    pub text: Option<String>,
    /// Of corners, 0 to 40 pixels.
    pub radius: Option<u32>,
    /// Names of fonts with commas between them, as in CSS.
    pub font: Option<String>,
    /// https address of a picture.
    pub logo: Option<String>,
}

/// Whom customers ask.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Contact {
    /// Address.
    #[schema(example = "hello@harbor.example")]
    pub email: Option<String>,
    /// As it is dialled.
    pub phone: Option<String>,
    /// https address.
    pub website: Option<String>,
    /// Where the venue is, lines of text.
    pub address: Option<String>,
}

/// Who sells, as invoices say it. An invoice keeps what was set when it was issued.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Seller {
    /// Full legal name; null is the organization's name.
    #[schema(example = "Harbor Tours GmbH")]
    pub name: Option<String>,
    /// Postal address, lines of text; null is the contact's address.
    #[schema(example = "Pier 4\n20457 Hamburg")]
    pub address: Option<String>,
    /// VAT or tax number.
    #[schema(example = "DE123456789")]
    pub tax_number: Option<String>,
    /// At the foot of every invoice: register, bank account.
    pub footer: Option<String>,
}

/// Until when customers may change their mind.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct CancellationPolicy {
    /// Cancelling is up to so many minutes before the start; null means not at all.
    #[schema(example = 1440)]
    pub cancel_until_minutes: Option<u32>,
    /// Moving is up to so many minutes before the start; null means not at all.
    #[schema(example = 1440)]
    pub reschedule_until_minutes: Option<u32>,
    /// In words, beside the rules.
    pub text: Option<String>,
}

/// Tax on what it sells.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tax {
    /// Prices are net and tax is added; otherwise it is in them.
    pub added: bool,
    /// In the order in which they compound.
    pub rates: Vec<Rate>,
    /// Customers who owe the tax themselves are charged none, if they say so.
    pub reverse_charge: bool,
    /// ISO 3166-1 alpha-2 of the venue.
    #[schema(example = "DE")]
    pub home: Option<String>,
}

/// One tax.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rate {
    /// Shown to customers, 1 to 100 characters.
    #[schema(example = "VAT")]
    pub name: String,
    /// 1,900 is 19 %; 0 to 10,000.
    #[schema(example = 1900)]
    pub basis_points: u32,
    /// On the price and the taxes before it, not on the price alone.
    #[serde(default)]
    pub compound: bool,
    /// Only for customers from these countries, ISO 3166-1 alpha-2; none means all.
    #[serde(default)]
    pub countries: Vec<String>,
}

/// The words that confirm it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseIn {
    /// The organization's name, letter by letter.
    #[schema(example = "Harbor Tours")]
    pub confirm: String,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditOut {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Public id of whoever did it: `usr_…`, `key_…`, `grant_…`, or `system`.
    pub actor: String,
    /// Their name, where they have one.
    pub actor_name: Option<String>,
    /// What.
    #[schema(example = "member.invited")]
    pub action: String,
    /// Public id of what it was done to.
    pub subject: String,
    /// More about it.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// The parts of `settings` that this surface knows.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Settings {
    #[serde(flatten)]
    branding: Branding,
    #[serde(flatten)]
    contact: Contact,
    seller: Seller,
    cancel_until: Option<u32>,
    reschedule_until: Option<u32>,
    cancellation_text: Option<String>,
    allowed_origins: Vec<String>,
    retention_days: Option<u32>,
    reminder_hours: Option<Vec<u32>>,
    cart_minutes: u32,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Rules {
    tax: TaxRules,
}

/// As the wire shows it.
pub fn shown(org: Row) -> OrgOut {
    let settings: Settings = serde_json::from_str(&org.settings).unwrap_or_default();
    let Rules { tax } = serde_json::from_str(&org.price_rules).unwrap_or_default();
    OrgOut {
        id: org.public_id,
        slug: org.slug,
        name: org.name,
        timezone: org.timezone,
        currency: org.currency,
        locale: org.locale,
        hold_seconds: org.hold_seconds,
        retention_days: settings.retention_days,
        reminder_hours: settings.reminder_hours.unwrap_or_else(|| rules::REMINDER_HOURS.to_vec()),
        cart_minutes: settings.cart_minutes,
        branding: settings.branding,
        contact: settings.contact,
        seller: settings.seller,
        cancellation_policy: CancellationPolicy {
            cancel_until_minutes: settings.cancel_until,
            reschedule_until_minutes: settings.reschedule_until,
            text: settings.cancellation_text,
        },
        tax: Tax {
            added: tax.added,
            rates: tax
                .rates
                .into_iter()
                .map(|rate| Rate {
                    name: rate.name,
                    basis_points: rate.basis_points,
                    compound: rate.compound,
                    countries: rate.countries,
                })
                .collect(),
            reverse_charge: tax.reverse_charge,
            home: tax.home,
        },
        allowed_origins: settings.allowed_origins,
        created_at: Timestamp(Instant(org.created_at)),
    }
}
