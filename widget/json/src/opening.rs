//! As much of a snapshot as the first view shows, so that the first download need not know the rest: no schedules, no claims,
//! no prices.

use super::Unreadable;
use super::shapes::of;
use super::tree::{self, Doubt, Tree};
use shared::availability::{BookingRules, Calendar, Capacity, Offering};
use shared::embed::{OfferingCard, Snapshot};
use shared::pricing::{PriceBook, TaxRules};
use shared::schedule::Schedule;

/// Reads that much; the rest is empty.
///
/// # Errors
/// The text is no snapshot.
pub fn opening(text: &str) -> Result<Snapshot, Unreadable> {
    tree::read(text, snapshot)
}

fn snapshot(tree: &Tree, doubt: &Doubt) -> Snapshot {
    let venue = tree.get("venue");
    Snapshot {
        version: String::new(),
        org: of(tree, "org", doubt),
        calendar: of(tree, "calendar", doubt),
        venue: Calendar {
            zone: of(venue, "zone", doubt),
            now: of(venue, "now", doubt),
            resources: Vec::new(),
            claims: Vec::new(),
            departures: Vec::new(),
            closures: Vec::new(),
        },
        offerings: each(tree.get("offerings"), doubt, offering),
        cards: each(tree.get("cards"), doubt, card),
        book: PriceBook {
            currency: of(tree.get("book"), "currency", doubt),
            rules_version: 0,
            tariffs: Vec::new(),
            add_ons: Vec::new(),
            automatic: Vec::new(),
            fees: Vec::new(),
            tax: TaxRules::default(),
            round_to: None,
        },
        first: of(tree, "first", doubt),
    }
}

fn each<T>(tree: &Tree, doubt: &Doubt, take: fn(&Tree, &Doubt) -> T) -> Vec<T> {
    let Tree::List(members) = tree else { return Vec::new() };
    members.iter().map(|member| take(member, doubt)).collect()
}

fn offering(tree: &Tree, doubt: &Doubt) -> Offering {
    Offering {
        id: of(tree, "id", doubt),
        kind: of(tree, "kind", doubt),
        schedule: Schedule::default(),
        length: of(tree, "length", doubt),
        capacity: Capacity::Unlimited,
        party_types: of(tree, "party_types", doubt),
        rules: BookingRules::default(),
        requires: Vec::new(),
    }
}

fn card(tree: &Tree, doubt: &Doubt) -> OfferingCard {
    OfferingCard {
        id: of(tree, "id", doubt),
        name: of(tree, "name", doubt),
        summary: of(tree, "summary", doubt),
        image: None,
        approval: false,
        questions: Vec::new(),
        people: Vec::new(),
    }
}
