//! The SQL of organizations themselves: founding, settings, closing, the record.

use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
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

/// How long a hold lasts, until the organization says otherwise.
pub const FIRST_HOLD_SECONDS: u32 = 900;

/// Customers may cancel or move a booking until a day before, until the organization says otherwise.
pub const FIRST_SETTINGS: &str = r#"{"cancelUntil":1440,"rescheduleUntil":1440}"#;

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

/// An organization as it set itself up.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// `org_…`.
    pub public_id: String,
    /// URL name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// BCP 47.
    pub locale: String,
    /// How long a hold lasts.
    pub hold_seconds: u32,
    /// What is only shown, and policies: JSON.
    pub settings: String,
    /// Prices that are not of one offering: JSON.
    pub price_rules: String,
    /// When it was founded.
    pub created_at: i64,
}

const FIND: &str = "
select public_id, slug, name, timezone, currency, locale, hold_seconds, settings, price_rules, created_at
from org
where id = ?1 and closed_at is null";

/// One organization.
pub async fn find(database: &Database, org: i64) -> Result<Option<Row>, StoreError> {
    database.run(sql(FIND).bind(org)).await?.first()
}

const FIND_OPEN: &str = "
select public_id, slug, name, timezone, currency, locale, hold_seconds, settings, price_rules, created_at
from org
where public_id = ?1 and closed_at is null";

/// One organization by its public id. Answers a [`Row`].
pub fn by_public_id(org: &str) -> Statement {
    sql(FIND_OPEN).bind(org)
}

/// What is to change; what is none stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Checked.
    pub name: Option<String>,
    /// Checked.
    pub slug: Option<String>,
    /// Checked.
    pub timezone: Option<String>,
    /// Checked.
    pub currency: Option<String>,
    /// Checked.
    pub locale: Option<String>,
    /// Checked.
    pub hold_seconds: Option<u32>,
    /// A merge patch (RFC 7396) of the settings.
    pub settings: Option<String>,
    /// A merge patch of the price rules: `{"tax": …}`.
    pub tax: Option<String>,
}

const CHANGE: &str = "
update org
set name = coalesce(?2, name), slug = coalesce(?3, slug), timezone = coalesce(?4, timezone), locale = coalesce(?5, locale),
    hold_seconds = coalesce(?6, hold_seconds), settings = json_patch(settings, coalesce(?7, '{}')), updated_at = ?8
where id = ?1";
const CHANGE_CURRENCY: &str = "update org set currency = ?2 where id = ?1 and currency <> ?2";
const CHANGE_TAX: &str = "update org set price_rules = json_patch(price_rules, ?2) where id = ?1";

/// Changes an organization. Currency and tax by themselves: whoever touches them makes every price anew.
pub fn change(org: i64, patch: &Patch, now: Instant) -> Vec<Statement> {
    let mut batch = vec![
        sql(CHANGE)
            .bind(org)
            .bind(patch.name.as_deref())
            .bind(patch.slug.as_deref())
            .bind(patch.timezone.as_deref())
            .bind(patch.locale.as_deref())
            .bind(patch.hold_seconds)
            .bind(patch.settings.as_deref())
            .bind(now),
    ];
    batch.extend(patch.currency.as_deref().map(|currency| sql(CHANGE_CURRENCY).bind(org).bind(currency)));
    batch.extend(patch.tax.as_deref().map(|tax| sql(CHANGE_TAX).bind(org).bind(tax)));
    batch
}

const CLOSE: &str = "update org set closed_at = ?2, updated_at = ?2 where id = ?1 and closed_at is null";
const CLOSE_OFFERINGS: &str =
    "update offering set status = 'ARCHIVED', updated_at = ?2 where org_id = ?1 and status <> 'ARCHIVED'";
const CLOSE_CALENDARS: &str = "update calendar set archived_at = ?2 where org_id = ?1 and archived_at is null";
const CLOSE_WEBHOOKS: &str =
    "update webhook_endpoint set deleted_at = ?2, updated_at = ?2 where org_id = ?1 and deleted_at is null";
const CLOSE_DELIVERIES: &str = "
update delivery set state = 'FAILED', queued_until = 0
where state = 'PENDING' and endpoint_id in (select id from webhook_endpoint where org_id = ?1)";
const CLOSE_SECRETS: &str = "delete from webhook_secret where org_id = ?1";
const CLOSE_KEYS: &str = "delete from api_key_org where org_id = ?1";
const CLOSE_APPS: &str = "
update oauth_grant set revoked_at = ?2
where revoked_at is null and org_id = ?1 and person_id in (select person_id from member where org_id = ?1)";
const CLOSE_INVITATIONS: &str = "
update invitation set revoked_at = ?2 where org_id = ?1 and accepted_at is null and revoked_at is null";
const CLOSE_MEMBERS: &str = "delete from member where org_id = ?1";

/// Closes an organization and whatever opens it. The first statement has to change a row.
pub fn close(org: i64, now: Instant) -> [Statement; 10] {
    [
        sql(CLOSE).bind(org).bind(now),
        sql(CLOSE_OFFERINGS).bind(org).bind(now),
        sql(CLOSE_CALENDARS).bind(org).bind(now),
        sql(CLOSE_DELIVERIES).bind(org),
        sql(CLOSE_WEBHOOKS).bind(org).bind(now),
        sql(CLOSE_SECRETS).bind(org),
        sql(CLOSE_KEYS).bind(org),
        sql(CLOSE_APPS).bind(org).bind(now),
        sql(CLOSE_INVITATIONS).bind(org).bind(now),
        sql(CLOSE_MEMBERS).bind(org),
    ]
}

/// A booking that is ahead.
#[derive(Debug, Deserialize)]
pub struct Ahead {
    /// `bkg_…`.
    pub public_id: String,
    /// The number people read out.
    pub number: Option<String>,
    /// When its first item starts that is not over.
    pub starts_at: i64,
}

const AHEAD: &str = "
select booking.public_id, booking.number, min(item.starts_at) as starts_at
from booking_item as item
join booking on booking.id = item.booking_id
where item.org_id = ?1 and item.ends_at > ?2
  and (booking.state in ('AWAITING_APPROVAL', 'CONFIRMED', 'PROPOSAL_RESERVED', 'PROPOSAL_REVIEW')
    or (booking.state = 'PENDING' and booking.held_until > ?2))
group by booking.id
order by starts_at
limit ?3";

/// The next bookings that keep an organization open.
pub async fn ahead(database: &Database, org: i64, most: i64, now: Instant) -> Result<Vec<Ahead>, StoreError> {
    database.run(sql(AHEAD).bind(org).bind(now).bind(most)).await?.all()
}

/// An entry of the record.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// Row.
    pub id: i64,
    /// Who.
    pub actor: String,
    /// Their name.
    pub actor_name: Option<String>,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// JSON.
    pub detail: String,
    /// When.
    pub at: i64,
}

const AUDIT: &str = "
select audit.id, audit.actor, audit.action, audit.subject, audit.detail, audit.at,
       coalesce((select person.name from person where person.public_id = audit.actor),
                (select api_key.name from api_key where api_key.public_id = audit.actor)) as actor_name
from audit
where audit.org_id = ?1 and audit.id < ?2 and (?3 is null or audit.actor = ?3) and (?4 is null or audit.subject = ?4)
order by audit.id desc
limit ?5";

/// Entries before row `before`, the newest first; of one actor, about one subject.
pub async fn audit(
    database: &Database,
    org: i64,
    (actor, subject): (Option<&str>, Option<&str>),
    before: i64,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    database.run(sql(AUDIT).bind(org).bind(before).bind(actor).bind(subject).bind(limit)).await?.all()
}
