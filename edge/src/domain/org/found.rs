//! Founding an organization: what is asked for, checked and made whole.

use super::{rules, store};
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::account::rules as person_rules;
use crate::problem::{Code, Problem};

/// What somebody asks for who founds an organization.
#[derive(Debug, Default)]
pub struct Founding {
    /// What it is called.
    pub name: String,
    /// URL name; made of the name where there is none.
    pub slug: Option<String>,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// BCP 47; English where there is none.
    pub locale: Option<String>,
}

/// Checks what is to be founded; `at` is its pointer.
pub fn checked(context: &Context, wanted: Founding, at: &str) -> Result<store::New, Problem> {
    let name = person_rules::name(&wanted.name, &format!("{at}/name"))?;
    let chosen = wanted.slug.map(|slug| rules::slug(&slug, &format!("{at}/slug"))).transpose()?;
    let public_id = context.mint("org");
    let suffix: String = public_id.chars().rev().take(6).collect();
    Ok(store::New {
        slug_suffix: chosen.is_none().then_some(suffix),
        slug: chosen.unwrap_or_else(|| rules::slug_of(&name)),
        timezone: rules::timezone(&wanted.timezone, &format!("{at}/timezone"))?,
        currency: rules::currency(&wanted.currency, &format!("{at}/currency"))?,
        locale: wanted.locale.map_or(Ok("en".to_owned()), |text| rules::locale(&text, &format!("{at}/locale")))?,
        number_prefix: rules::number_prefix(&name),
        public_id,
        name,
    })
}

/// What it means that a name in an address is taken; `at` is the pointer of the organization.
pub fn slug_taken(error: StoreError, at: &str) -> Problem {
    match &error {
        StoreError::Taken(columns) if columns.contains("org.slug") => Problem::new(Code::Conflict)
            .because("slug_taken")
            .and_field(format!("{at}/slug"), "slug_taken", "belongs to another organization"),
        _ => error.into(),
    }
}
