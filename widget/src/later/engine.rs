//! The engine, and all that it reads: what the first view was told by the edge, it says itself from here on.

use crate::json;
use crate::model::Model;
use shared::availability::{Engine, Slot};
use shared::civil::Date;
use shared::embed::Snapshot;
use shared::zone::Instant;
use std::rc::Rc;

impl Model {
    /// Reads all of the snapshot, of which the first view took only what it shows.
    pub(super) fn read_all(&mut self) {
        if let Ok(mut all) = json::from_str::<Snapshot>(&std::mem::take(&mut self.text)) {
            all.venue.now = self.now;
            self.snapshot = Rc::new(all);
        }
    }

    pub(super) fn engine_slots(&self, from: Date, to: Date) -> Vec<Slot> {
        let Some(offering) = self.offering() else { return Vec::new() };
        Engine::new(&self.snapshot.venue).slots(offering, from, to, &self.ask())
    }

    pub(super) fn engine_next_free(&self, from: Date) -> Option<Date> {
        Engine::new(&self.snapshot.venue).next_free(self.offering()?, from, &self.ask())
    }

    /// Starts to book instead of one that is gone.
    pub fn instead_of(&self, at: Instant) -> Vec<Instant> {
        let Some(offering) = self.offering() else { return Vec::new() };
        let near = Engine::new(&self.snapshot.venue).alternatives(offering, at, &self.ask(), 3);
        near.into_iter().map(|slot| slot.starts_at).collect()
    }
}
