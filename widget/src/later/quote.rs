//! What the choice costs, what may be bought with it, and how it is asked for.

use crate::model::Model;
use shared::availability::Privacy;
use shared::embed::{AddOnIn, ItemIn, Timestamp};
use shared::pricing::{AddOn, AddOnRequest, ItemRequest, Quote, QuoteError, Request};

impl Model {
    /// The add-ons that go with the offering, each with its place in the price book and how many were taken.
    pub fn add_ons_offered(&self) -> Vec<(usize, &AddOn, u32)> {
        let Some(offering) = self.offering() else { return Vec::new() };
        let fits = |add_on: &AddOn| add_on.offerings.is_empty() || add_on.offerings.contains(&offering.id);
        let all = self.snapshot.book.add_ons.iter().enumerate();
        all.filter(|(_, add_on)| fits(add_on)).map(|(place, add_on)| (place, add_on, self.taken(add_on))).collect()
    }

    /// How many of an add-on were taken.
    pub fn taken(&self, add_on: &AddOn) -> u32 {
        self.add_ons.iter().find(|(id, _)| *id == add_on.id).map_or(0, |(_, count)| *count)
    }

    /// The price of it all, line by line. None while no start is chosen.
    pub fn quote(&self) -> Option<Result<Quote, QuoteError>> {
        let slot = self.chosen()?;
        let item = ItemRequest {
            offering: self.offering()?.id.clone(),
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            party: self.guests(),
            private: self.private,
            add_ons: self.add_ons.iter().map(|(id, n)| AddOnRequest { id: id.clone(), quantity: *n }).collect(),
            pay: None,
        };
        let request = Request {
            items: vec![item],
            coupon: self.coupon.applied.clone(),
            country: None,
            reverse_charge: false,
            now: self.now,
        };
        Some(shared::pricing::quote(&self.snapshot.book, &self.snapshot.venue.zone, &request))
    }

    /// What to ask the edge for.
    pub fn items(&self) -> Vec<ItemIn> {
        let (Some(offering), Some(starts_at)) = (self.offering(), self.slot) else { return Vec::new() };
        vec![ItemIn {
            offering_id: offering.id.clone(),
            starts_at: Timestamp(starts_at),
            party: self.guests(),
            length: self.length,
            private: self.private,
            add_ons: self.add_ons.iter().map(|(id, n)| AddOnIn { id: id.clone(), quantity: *n }).collect(),
        }]
    }

    /// Whether the customer may ask for the departure for themselves.
    pub fn may_be_private(&self) -> bool {
        let privacy = self.offering().map(|offering| offering.rules.privacy);
        matches!(privacy, Some(Privacy::OnRequest | Privacy::From(_)))
    }
}
