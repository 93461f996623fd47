//! Making, changing, publishing and putting away an offering: read, judge, write, in two round trips.

use super::draft::{Draft, Status, kind_word};
use super::readiness::{self, Scene};
use super::rules;
use super::store::{self, SoldRows};
use super::stranded::{self, Verdict};
use super::way::{Force, call_off, in_the_way, move_out};
use crate::context::Context;
use crate::database::{Statement, StoreError};
use crate::domain::booking::book::ATTEMPTS;
use crate::domain::record::Change;
use crate::domain::resource::store as resources;
use crate::domain::told::data::Product;
use crate::outbox::EventType;
use crate::problem::{Code, FieldError, Problem};
use serde_json::json;
use shared::availability::{Kind, Resource};
use shared::id::ResourceId;
use shared::zone::Instant;
use std::collections::BTreeSet;

/// Who changes what.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Row of the organization.
    pub org: i64,
    /// Who, for the audit log.
    pub actor: &'a str,
}

impl Beside {
    /// As the engine reads it.
    fn resource(&self) -> Resource {
        let (id, units) = (self.id.clone(), self.units);
        Resource { id, units, weekly: Vec::new(), overrides: Vec::new(), blocks: Vec::new() }
    }

    /// Makes it.
    pub fn insert(&self, org: i64, name: &str, now: Instant) -> Statement {
        let Self { id, kind, units } = self;
        let (weekly, overrides) = ("[]", "[]");
        let (public_id, public) = (id.as_str(), false);
        let new = resources::New { public_id, kind, name, public, units: *units, weekly, overrides, email: None };
        resources::insert(org, &new, now)
    }
}

/// An offering as it is kept, and what its readers want to know beside it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// All of it.
    pub draft: Draft,
    /// When it was made.
    pub created_at: Instant,
    /// When it changed last.
    pub updated_at: Instant,
    /// IANA.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// The organization's own prices: its taxes stand there.
    pub price_rules: String,
    /// Public id of the organization.
    pub org: String,
    /// Its name.
    pub org_name: String,
}

impl Kept {
    /// From its row.
    pub fn of(row: &store::Row) -> Result<Self, StoreError> {
        Ok(Self {
            draft: Draft::from_row(row)?,
            created_at: Instant(row.created_at),
            updated_at: Instant(row.updated_at),
            timezone: row.timezone.clone(),
            currency: row.currency.clone(),
            price_rules: row.price_rules.clone(),
            org: row.org.clone(),
            org_name: row.org_name.clone(),
        })
    }
}

/// An offering that was written, and what it lacks to be booked.
pub struct Written {
    /// As it is now.
    pub kept: Kept,
    /// What is missing.
    pub warnings: Vec<FieldError>,
}

/// What a change may name that has to be read first: JSON arrays of public ids.
pub struct Named {
    /// Resources.
    pub resources: String,
    /// Add-ons.
    pub add_ons: String,
}

/// A resource that comes into being with the offering that needs it, such as a room's own walls. It is always open.
#[derive(Clone, Debug)]
pub struct Beside {
    /// `res_…`.
    pub id: ResourceId,
    /// What sort, such as ROOM.
    pub kind: &'static str,
    /// How many at once.
    pub units: u32,
}

/// The organization as the answer names it.
pub struct OrgNames<'a> {
    /// Public id.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
}

/// Makes an offering: the change that does so, and what it comes to. `edit` writes on the empty draft.
pub async fn create<'a>(
    context: &'a Context,
    desk: Desk<'a>,
    names: OrgNames<'_>,
    empty: Draft,
    named: &Named,
    edit: impl Fn(Draft, &Scene) -> Result<Draft, Problem>,
) -> Result<(Change<'a>, Written), Problem> {
    create_beside(context, desk, names, empty, named, None, edit).await
}

/// As [`create`], with a resource of its own, called as the offering is.
pub async fn create_beside<'a>(
    context: &'a Context,
    desk: Desk<'a>,
    names: OrgNames<'_>,
    empty: Draft,
    named: &Named,
    beside: Option<&Beside>,
    edit: impl Fn(Draft, &Scene) -> Result<Draft, Problem>,
) -> Result<(Change<'a>, Written), Problem> {
    let now = context.now();
    let statements = store::scene(desk.org, None, &named.resources, &named.add_ons, now);
    let mut answers = context.database().batch(statements).await?;
    let missing = || Problem::not_found("organization");
    let mut scene = Scene::of(store::scene_rows(&mut answers)?, now)?.ok_or_else(missing)?;
    scene.resources.extend(beside.map(Beside::resource));
    let draft = edit(empty, &scene)?;
    sound(&draft, &scene)?;
    let warnings = readiness::missing(&draft, &scene);
    if draft.status == Status::Published && !warnings.is_empty() {
        return Err(not_ready(&warnings));
    }
    let mut change = Change::new(context, desk.org, desk.actor);
    if let Some(beside) = beside {
        change.must(beside.insert(desk.org, &draft.name, now));
        let detail = json!({ "name": draft.name, "kind": beside.kind, "for": draft.id.as_str() });
        change.audit("resource.created", beside.id.as_str(), &detail);
    }
    change.must(store::insert(desk.org, &draft, now)?);
    store::parts(desk.org, None, &draft)?.into_iter().for_each(|statement| change.add(statement));
    change.audit("offering.created", draft.id.as_str(), &json!({ "kind": kind_word(draft.kind), "name": draft.name }));
    change.tell(EventType::ProductCreated, draft.id.as_str(), &told(&draft, scene.org.currency.code()));
    change.shows();
    let kept = Kept {
        created_at: now,
        updated_at: now,
        timezone: scene.org.timezone.clone(),
        currency: scene.org.currency.code().to_owned(),
        price_rules: scene.org.price_rules.clone(),
        org: names.id.to_owned(),
        org_name: names.name.to_owned(),
        draft,
    };
    Ok((change, Written { kept, warnings }))
}

/// Changes an offering. `edit` writes on what stands; it may run again when somebody was faster.
pub async fn change(
    context: &Context,
    desk: Desk<'_>,
    (kind, id): (Kind, &str),
    named: &Named,
    force: Force,
    edit: impl Fn(Draft, &Scene) -> Result<Draft, Problem>,
) -> Result<Written, Problem> {
    let now = context.now();
    let mut refused = None;
    for _ in 0..ATTEMPTS {
        let mut batch = vec![store::find(desk.org, id, kind)];
        batch.extend(store::scene(desk.org, Some(id), &named.resources, &named.add_ons, now));
        batch.extend(store::sold(desk.org, id, now));
        let mut answers = context.database().batch(batch).await?;
        let missing = || Problem::not_found("offering");
        let row: store::Row = answers.first()?.ok_or_else(missing)?;
        let scene = Scene::of(store::scene_rows(&mut answers)?, now)?.ok_or_else(missing)?;
        let sold = store::sold_rows(&mut answers)?;
        let before = Kept::of(&row)?;
        let draft = edit(before.draft.clone(), &scene)?;
        sound(&draft, &scene)?;
        let mut warnings = readiness::missing(&draft, &scene);
        if draft.status == Status::Published && before.draft.status != Status::Published && !warnings.is_empty() {
            return Err(not_ready(&warnings));
        }
        let verdict = stranded::judge(&before.draft, &draft, &sold, &scene.zone)?;
        match force {
            Force::Refuse if !verdict.stranded.is_empty() => {
                return Err(in_the_way(&verdict.stranded, &scene.org.timezone));
            }
            Force::Cancel if !verdict.stranded.is_empty() => {
                call_off(context, desk, &verdict.stranded).await?;
                continue;
            }
            _ => {}
        }
        let written = write(context, desk, &row, &before.draft, &draft, &sold, &verdict).await;
        match written {
            Ok(()) => {
                if force == Force::Move {
                    let drafts = (&before.draft, &draft);
                    warnings.extend(move_out(context, desk, (kind, id), drafts, &verdict, &scene.zone).await);
                }
                return Ok(Written { kept: Kept { draft, updated_at: now, ..before }, warnings });
            }
            Err(error) if worth_another_look(&error) => refused = Some(error),
            Err(error) => return Err(meaning(error)),
        }
    }
    Err(match refused {
        // However often one looks: the database counts more than the departures, such as bookings a day.
        Some(error @ StoreError::Refused(_)) => meaning(error),
        _ => Problem::new(Code::TryAgain).retry_after(1),
    })
}

async fn write(
    context: &Context,
    desk: Desk<'_>,
    row: &store::Row,
    before: &Draft,
    draft: &Draft,
    sold: &SoldRows,
    verdict: &Verdict,
) -> Result<(), StoreError> {
    let now = context.now();
    let id = draft.id.as_str();
    let mut change = Change::new(context, desk.org, desk.actor);
    let mut own_seats = verdict.alone.clone();
    own_seats.extend(&verdict.full);
    if !own_seats.is_empty() {
        change.add(store::keep_seats(desk.org, id, &own_seats, now)?);
    }
    // What leaves everybody where they are may be written whoever books meanwhile.
    let strict = before.schedule != draft.schedule
        || before.length != draft.length
        || before.requires != draft.requires
        || before.capacity != draft.capacity;
    let newest = strict.then_some(sold.newest_claim);
    change.must(store::update(desk.org, draft, row.version, newest, now)?);
    store::parts(desk.org, Some(before), draft)?.into_iter().for_each(|statement| change.add(statement));
    let kept: Vec<&str> = verdict.stranded.iter().map(|item| item.booking.as_str()).collect();
    let detail = json!({ "changed": changed(before, draft), "keptBookings": kept });
    let action = if before.status != Status::Published && draft.status == Status::Published {
        "offering.published"
    } else {
        "offering.changed"
    };
    change.audit(action, id, &detail);
    change.tell(EventType::ProductUpdated, id, &told(draft, &row.currency));
    change.shows();
    change.commit().await.map(|_| ())
}

/// Somebody else changed it, or booked what was to change: look again.
pub fn worth_another_look(error: &StoreError) -> bool {
    match error {
        StoreError::Unchanged | StoreError::Transient(_) => true,
        StoreError::Refused(word) => word == "below_sold",
        _ => false,
    }
}

/// What the database means by refusing a part.
fn meaning(error: StoreError) -> Problem {
    match error {
        StoreError::Refused(word) if word == "resource_gone" => {
            Problem::field("/requirements", "not_found", "A resource has just been taken away.")
        }
        StoreError::Refused(word) if word == "below_sold" => Problem::new(Code::Conflict)
            .because("below_sold")
            .detail("More is sold than the new limits allow, `maxPerDay` included."),
        other => other.into(),
    }
}

/// Puts an offering away: for good if it was never booked, otherwise kept for what was.
pub async fn remove(context: &Context, desk: Desk<'_>, (kind, id): (Kind, &str)) -> Result<(), Problem> {
    let now = context.now();
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(store::archive(desk.org, id, kind, now));
    change.audit("offering.removed", id, &json!({ "kind": kind_word(kind) }));
    let status = Some(Status::Archived.as_str());
    let told = Product { id, kind: kind_word(kind), status, ..Product::default() };
    change.tell(EventType::ProductUpdated, id, &told);
    change.shows();
    let missing = || Problem::not_found("offering");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(())
}

fn sound(draft: &Draft, scene: &Scene) -> Result<(), Problem> {
    rules::check(draft)?;
    let resources: BTreeSet<&str> = scene.resources.iter().map(|resource| resource.id.as_str()).collect();
    rules::known(draft, &resources, &scene.add_ons.iter().map(String::as_str).collect())
}

/// Why it cannot be published: all that is missing.
fn not_ready(missing: &[FieldError]) -> Problem {
    let problem = Problem::new(Code::NotBookable)
        .because("not_publishable")
        .detail("Nobody could book it yet. `errors` lists all that is missing.");
    missing
        .iter()
        .fold(problem, |problem, one| problem.and_field(one.pointer.as_str(), &one.code, one.message.as_str()))
}

/// What a change touched, by the names of its parts.
fn changed(before: &Draft, after: &Draft) -> Vec<&'static str> {
    let parts = [
        ("name", before.name != after.name),
        ("summary", before.summary != after.summary),
        ("description", before.description != after.description),
        ("images", before.images != after.images),
        ("languages", before.languages != after.languages),
        ("schedule", before.schedule != after.schedule),
        ("duration", before.length != after.length),
        ("capacity", before.capacity != after.capacity),
        ("partyTypes", before.party_types != after.party_types),
        ("rules", before.rules != after.rules),
        ("requirements", before.requires != after.requires),
        ("prices", before.tariff != after.tariff),
        ("addOns", before.add_ons != after.add_ons),
        ("questions", before.questions != after.questions),
        ("approval", before.approval != after.approval),
        ("visibility", before.visibility != after.visibility),
        ("status", before.status != after.status),
        ("position", before.position != after.position),
    ];
    parts.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// What is told outside of an offering.
fn told<'a>(draft: &'a Draft, currency: &'a str) -> Product<'a> {
    Product {
        id: draft.id.as_str(),
        kind: kind_word(draft.kind),
        name: Some(&draft.name),
        summary: draft.summary.as_deref(),
        image: draft.images.first().map(String::as_str),
        status: Some(draft.status.as_str()),
        visibility: Some(draft.visibility.as_str()),
        currency: Some(currency),
        ..Product::default()
    }
}
