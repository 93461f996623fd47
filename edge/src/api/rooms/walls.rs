//! The walls of a room: the resource of kind ROOM that it cannot do without. What is off is the walls, never the offering, so
//! that whatever else takes place between them is off, too.

use super::ROOM;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::catalog::edit::draft::Draft;
use crate::domain::catalog::edit::offering::{self, Beside, Desk, Named};
use crate::domain::catalog::edit::way::Force;
use crate::domain::record::Change;
use crate::domain::resource::store::{self, Resource, Update};
use crate::problem::Problem;
use serde_json::json;
use shared::availability::{Capacity, Kind, Need, Requirement};
use shared::id::ResourceId;

/// As many as nobody ever sells at once: walls that were never named do not limit anything.
const BOUNDLESS: u32 = 1_000;

/// The walls of a room, if it has any: what it needs without a choice, of kind ROOM.
pub async fn of(context: &Context, org: i64, draft: &Draft) -> Result<Option<Resource>, Problem> {
    let alone = draft.requires.iter().filter_map(|needed| match needed.any_of.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let batch: Vec<_> = alone.map(|id| store::find(org, id.as_str())).collect();
    let many = batch.len();
    let mut answers = context.database().batch(batch).await?;
    for _ in 0..many {
        let found: Option<Resource> = answers.first()?;
        if let Some(found) = found.filter(|resource| resource.kind == ROOM) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The walls of a room (public id); one that has none gets some that limit nothing. Answers their public id.
pub async fn or_new(context: &Context, desk: Desk<'_>, draft: &Draft) -> Result<String, Problem> {
    if let Some(walls) = of(context, desk.org, draft).await? {
        return Ok(walls.public_id);
    }
    let id = ResourceId::parse(&context.mint("res")).ok_or_else(|| Problem::internal("an id that is none"))?;
    let beside = Beside { id: id.clone(), kind: ROOM, units: BOUNDLESS };
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(beside.insert(desk.org, &draft.name, context.now()));
    let detail = json!({ "name": draft.name, "kind": ROOM, "for": draft.id.as_str() });
    change.audit("resource.created", id.as_str(), &detail);
    change.commit().await?;
    let named = Named { resources: json!([id.as_str()]).to_string(), add_ons: "[]".to_owned() };
    let needed = Requirement { any_of: vec![id.clone()], need: Need::PerDeparture(1) };
    let edit = |draft: Draft, _: &_| {
        let mut draft = draft;
        draft.requires.push(needed.clone());
        Ok(draft)
    };
    // Who booked before has the room all the same.
    offering::change(context, desk, (Kind::Room, draft.id.as_str()), &named, Force::Keep, edit).await?;
    Ok(id.as_str().to_owned())
}

/// Walls that let in as many groups as the room did let in as many as it does now.
pub async fn follow(context: &Context, desk: Desk<'_>, before: &Draft, after: &Draft) -> Result<(), Problem> {
    let (Capacity::Groups(was), Capacity::Groups(is)) = (before.capacity, after.capacity) else { return Ok(()) };
    if was == is {
        return Ok(());
    }
    let walls = of(context, desk.org, after).await?;
    let Some(walls) = walls.filter(|walls| walls.units == was) else { return Ok(()) };
    let mut change = Change::new(context, desk.org, desk.actor);
    let update = Update { units: Some(is), ..Update::default() };
    change.must(store::update(desk.org, &walls.public_id, &update, context.now()));
    change.audit("resource.changed", &walls.public_id, &json!({ "units": is }));
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(()),
        // More is sold at once than there would be: they stay as wide as they are, and the room sells by its own number.
        Err(StoreError::ResourceBusy | StoreError::Overbooked | StoreError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
