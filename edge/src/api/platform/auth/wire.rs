//! What the wire says of people, and of what they are in which organization.

use crate::access::store::{Membership, Person};
use crate::domain::org::found::Founding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who wants in.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoginIn {
    /// Address of the account.
    #[schema(example = "owner@harbor.example")]
    pub email: String,
    /// At most 256 characters.
    #[schema(example = "demo-harbor")]
    pub password: String,
}

/// Who is in, and where they belong.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeOut {
    /// The person; none for a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserOut>,
    /// The key; none for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyOut>,
    /// Their organizations.
    pub organizations: Vec<OrganizationOut>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct UserOut {
    /// Public id.
    pub id: String,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// BCP 47: mails to them.
    #[schema(example = "en")]
    pub language: String,
    /// Whether they have proved that they read the mail of that address.
    pub confirmed: bool,
}

/// A key.
#[derive(Serialize, ToSchema)]
pub struct KeyOut {
    /// Public id.
    pub id: String,
    /// What it was given.
    pub permissions: Vec<&'static str>,
}

/// An organization and what one is in it.
#[derive(Serialize, ToSchema)]
pub struct OrganizationOut {
    /// Public id.
    pub id: String,
    /// URL name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR.
    pub role: &'static str,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
}

pub fn user(person: &Person) -> UserOut {
    UserOut {
        id: person.public_id.clone(),
        email: person.email.clone(),
        name: person.name.clone(),
        language: person.language.clone(),
        confirmed: person.confirmed_at.is_some(),
    }
}

pub fn organization(membership: &Membership, role: &'static str) -> OrganizationOut {
    let Membership { public_id, slug, name, timezone, currency, .. } = membership.clone();
    OrganizationOut { id: public_id, slug, name, role, timezone, currency }
}

/// An organization that is to be founded.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FoundIn {
    /// 1 to 200 characters.
    #[schema(example = "Harbor Tours")]
    pub name: String,
    /// URL name: 2 to 63 of a to z, 0 to 9 and hyphens. Made of the name where it is left out.
    #[schema(example = "harbor-tours")]
    pub slug: Option<String>,
    /// IANA zone of the venue.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// ISO 4217; of every price.
    #[schema(example = "EUR")]
    pub currency: String,
    /// BCP 47; English where it is left out.
    #[schema(example = "en")]
    pub locale: Option<String>,
}

impl From<FoundIn> for Founding {
    fn from(FoundIn { name, slug, timezone, currency, locale }: FoundIn) -> Self {
        Self { name, slug, timezone, currency, locale }
    }
}

/// Somebody who comes for the first time, and what they found.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignupIn {
    /// Address; a mail asks to confirm it.
    #[schema(example = "ada@harbor.example")]
    pub email: String,
    /// 10 to 256 characters, none of those that everybody tries first.
    #[schema(example = "a boat in the fog")]
    pub password: String,
    /// 1 to 200 characters.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// Their first organization.
    pub organization: FoundIn,
}

/// An address.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForgotIn {
    /// Of the account.
    #[schema(example = "ada@harbor.example")]
    pub email: String,
}

/// A new password for a mailed token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResetIn {
    /// As the link had it.
    pub token: String,
    /// 10 to 256 characters.
    #[schema(example = "a boat in the fog")]
    pub password: String,
}

/// A new password for the old one.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordIn {
    /// The one before.
    pub current_password: String,
    /// 10 to 256 characters.
    #[schema(example = "a boat in the fog")]
    pub new_password: String,
}

/// A mailed token.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenIn {
    /// As the link had it.
    pub token: String,
}

/// What is to change about oneself; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MePatch {
    /// 1 to 200 characters.
    pub name: Option<String>,
    /// BCP 47: mails to them.
    #[schema(example = "de")]
    pub language: Option<String>,
}
