//! What may leave the edge: that somebody cannot come, never who or why.

use super::free::blocked;
use super::model::{Calendar, Claim, Pool, Reason, Slot};

impl Calendar {
    /// The same availability with nobody's time off in it: blocks of resources read as ordinary claims on all their
    /// units, so that leave looks like work.
    pub fn redacted(mut self) -> Self {
        for resource in &mut self.resources {
            for span in blocked(&core::mem::take(&mut resource.blocks), &self.zone) {
                let pool = Pool::Resource(resource.id.clone());
                self.claims.push(Claim { pool, span, units: resource.units, held_until: None, shared_by: None });
            }
        }
        self
    }
}

impl Reason {
    /// The same reason without the name of a resource.
    pub fn redacted(self) -> Self {
        match self {
            Self::ResourceBusy { .. } | Self::Blocked { .. } => Self::ResourceBusy { resource: None },
            plain => plain,
        }
    }
}

impl Slot {
    /// The same slot, its reasons without the names of resources.
    pub fn redacted(mut self) -> Self {
        self.reasons = self.reasons.into_iter().map(Reason::redacted).collect();
        self
    }
}
