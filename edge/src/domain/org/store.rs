//! The SQL of organizations themselves: founding.

use crate::database::{Statement, sql};
use shared::zone::Instant;

/// An organization to be founded; everything is checked.
#[derive(Debug)]
pub struct New {
    /// `org_…`.
    pub public_id: String,
    /// URL name.
    pub slug: String,
    /// Added to a slug that was made of the name and is somebody's already; none where the slug was chosen.
    pub slug_suffix: Option<String>,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// BCP 47.
    pub locale: String,
    /// First part of its booking numbers.
    pub number_prefix: String,
}

/// Customers may cancel or move a booking until a day before, until the organization says otherwise.
const FIRST_SETTINGS: &str = r#"{"cancelUntil":1440,"rescheduleUntil":1440}"#;

const FOUND: &str = "
insert into org (public_id, slug, name, timezone, currency, locale, number_prefix, settings, created_at, updated_at)
values (?1,
        case when ?3 is not null and exists (select 1 from org where slug = ?2) then ?2 || '-' || ?3 else ?2 end,
        ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)";
const JOIN: &str = "
insert into member (org_id, person_id, role, created_at)
select org.id, person.id, 'OWNER', ?3
from org, person
where org.public_id = ?1 and person.public_id = ?2";
const NOTE_FOUNDED: &str = "
insert into audit (org_id, actor, action, subject, at)
select org.id, ?2, 'organization.created', ?1, ?3 from org where org.public_id = ?1";

/// Founds an organization; whoever founds it (public id) is its owner.
pub fn found(new: &New, owner: &str, now: Instant) -> [Statement; 3] {
    [
        sql(FOUND)
            .bind(new.public_id.as_str())
            .bind(new.slug.as_str())
            .bind(new.slug_suffix.as_deref())
            .bind(new.name.as_str())
            .bind(new.timezone.as_str())
            .bind(new.currency.as_str())
            .bind(new.locale.as_str())
            .bind(new.number_prefix.as_str())
            .bind(FIRST_SETTINGS)
            .bind(now),
        sql(JOIN).bind(new.public_id.as_str()).bind(owner).bind(now),
        sql(NOTE_FOUNDED).bind(new.public_id.as_str()).bind(owner).bind(now),
    ]
}
