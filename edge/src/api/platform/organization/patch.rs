//! What the wire takes to change an organization: what is left out stays, null clears.

use super::wire::Rate;
use crate::api::given::not_null;
use crate::domain::calendar::theme::Theme;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// What is to change; what is left out stays, null clears.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrgPatch {
    /// 1 to 200 characters.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub name: Option<String>,
    /// 2 to 63 of a to z, 0 to 9 and hyphens.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub slug: Option<String>,
    /// IANA zone.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub timezone: Option<String>,
    /// ISO 4217; only while there are no bookings.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub currency: Option<String>,
    /// BCP 47.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = String, required = false)]
    pub locale: Option<String>,
    /// 60 to 86,400.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = u32, required = false)]
    pub hold_seconds: Option<u32>,
    /// 1 to 3,650; null keeps personal data.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub retention_days: Option<Option<u32>>,
    /// At most three of 1 to 720; an empty list reminds nobody.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<u32>, required = false)]
    pub reminder_hours: Option<Vec<u32>>,
    /// 0 to 10,080: when a hold that led to no booking is told of as `cart.abandoned`.
    pub cart_minutes: Option<u32>,
    /// How it looks.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = BrandingPatch, required = false)]
    pub branding: Option<BrandingPatch>,
    /// Whom customers ask.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = ContactPatch, required = false)]
    pub contact: Option<ContactPatch>,
    /// Who sells, as invoices say it.
    pub seller: Option<SellerPatch>,
    /// Until when customers may change their mind.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = CancellationPatch, required = false)]
    pub cancellation_policy: Option<CancellationPatch>,
    /// Tax on what it sells.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = TaxPatch, required = false)]
    pub tax: Option<TaxPatch>,
    /// At most 20, such as `https://www.example.com`.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Vec<String>, required = false)]
    pub allowed_origins: Option<Vec<String>>,
}

/// What is to change about how it looks.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct BrandingPatch {
    /// `#rrggbb`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub accent: Option<Option<String>>,
    /// `#rrggbb`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub surface: Option<Option<String>>,
    /// `#rrggbb`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub text: Option<Option<String>>,
    /// 0 to 40 pixels.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub radius: Option<Option<u32>>,
    /// Names of fonts with commas between them.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub font: Option<Option<String>>,
    /// https address of a picture.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub logo: Option<Option<String>>,
}

/// What is to change about whom customers ask.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContactPatch {
    /// Address.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// At most 40 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// https address.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub website: Option<Option<String>>,
    /// At most 500 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
}

/// What is to change about who sells; invoices that were issued stay as they are.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SellerPatch {
    /// At most 200 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// At most 500 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
    /// 4 to 30 letters, digits, spaces and `-./`.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "DE123456789")]
    pub tax_number: Option<Option<String>>,
    /// At most 500 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub footer: Option<Option<String>>,
}

/// What is to change about the policy.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CancellationPatch {
    /// 0 to 525,600; null means not at all.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub cancel_until_minutes: Option<Option<u32>>,
    /// 0 to 525,600; null means not at all.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub reschedule_until_minutes: Option<Option<u32>>,
    /// At most 2,000 characters.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub text: Option<Option<String>>,
}

/// What is to change about tax.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TaxPatch {
    /// Prices are net and tax is added.
    pub added: Option<bool>,
    /// All rates, at most ten; at most two compound.
    pub rates: Option<Vec<Rate>>,
    /// Customers who owe the tax themselves are charged none.
    pub reverse_charge: Option<bool>,
    /// ISO 3166-1 alpha-2.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub home: Option<Option<String>>,
}

/// Null is something else than nothing.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// What a theme checks of the branding.
pub fn theme(branding: &BrandingPatch) -> Theme {
    Theme {
        accent: branding.accent.clone().flatten(),
        surface: branding.surface.clone().flatten(),
        text: branding.text.clone().flatten(),
        radius: branding.radius.flatten(),
        font: branding.font.clone().flatten(),
        max_width: None,
    }
}
