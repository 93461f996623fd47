//! The queue for a start that others have taken.

use super::update::ask;
use crate::json;
use crate::model::Model;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, WaitAnswer};
use serde::Serialize;
use shared::embed::{CustomerIn, Timestamp};
use shared::id::OfferingId;
use shared::party::Party;
use shared::zone::Instant;

/// `POST /api/waiting-list`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitingIn {
    offering_id: OfferingId,
    starts_at: Timestamp,
    party: Party,
    length: Option<u32>,
    private: bool,
    customer: CustomerIn,
    locale: String,
}

impl Model {
    /// Asks whom to tell.
    pub(super) fn wait_for(&mut self, at: Instant) -> Vec<Effect> {
        self.slot = Some(at);
        self.date = Some(self.snapshot.venue.zone.date_of(at));
        self.why = None;
        self.notice = None;
        self.details.errors.clear();
        self.step = Step::Wait;
        Vec::new()
    }

    /// Joins the queue.
    pub(super) fn join(&mut self) -> Vec<Effect> {
        self.details.check(&[], &self.texts);
        if self.busy || self.point_at_first_error() {
            return Vec::new();
        }
        let (Some(offering), Some(at)) = (self.offering(), self.slot) else { return Vec::new() };
        let body = WaitingIn {
            offering_id: offering.id.clone(),
            starts_at: Timestamp(at),
            party: self.guests(),
            length: self.length,
            private: self.private,
            customer: self.details.customer(),
            locale: self.lang.clone(),
        };
        self.busy = true;
        self.notice = None;
        ask(Asked::Wait, self.with_source(json::to_string(&body)))
    }

    /// They are in it.
    pub(super) fn waits(&mut self, answer: &WaitAnswer) -> Vec<Effect> {
        self.busy = false;
        self.place = Some(answer.position);
        self.step = Step::Waits;
        let starts_at = self.slot.map(|at| Timestamp(at).to_string()).unwrap_or_default();
        vec![Effect::Tell("waitlist", ["{\"startsAt\":\"", &starts_at, "\"}"].concat())]
    }
}
