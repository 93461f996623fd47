//! Which bookings a change would leave without what they were sold. Pure.
//!
//! A booking is stranded by a change if it stood on its departure before and would not afterwards: its start is no longer in
//! the schedule, it would end at another time, its departure has too few seats for all who booked, or it does not hold what
//! the offering now needs. What was no longer in the schedule before is nothing new.

use super::draft::Draft;
use super::store::{OverrideRow, SoldRow, SoldRows};
use crate::database::StoreError;
use crate::domain::org::zone::wall_time;
use crate::problem::BookingInTheWay;
use shared::availability::{Capacity, Length, Need, Requirement};
use shared::embed::Timestamp;
use shared::party::Party;
use shared::schedule::Lasting;
use shared::zone::{Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// An item that is sold or held.
#[derive(Clone, Debug)]
pub struct Sold {
    /// Whose.
    pub booking: String,
    /// Its number.
    pub number: Option<String>,
    /// Its state.
    pub state: String,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
    /// Who comes.
    pub party: Party,
    /// The departure is theirs alone.
    pub private: bool,
    /// The length chosen.
    pub length: Option<u32>,
    /// The departure.
    pub departure_at: i64,
    /// What it takes of it.
    pub units: u32,
    /// What it holds of resources.
    pub resources: Vec<(String, u32)>,
}

impl Sold {
    /// From its row.
    pub fn from_row(row: &SoldRow) -> Result<Self, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        Ok(Self {
            booking: row.booking.clone(),
            number: row.number.clone(),
            state: row.state.clone(),
            starts_at: Instant(row.starts_at),
            ends_at: Instant(row.ends_at),
            party: serde_json::from_str(&row.party).map_err(unreadable)?,
            private: row.private != 0,
            length: row.length,
            departure_at: row.departure_at,
            units: row.units,
            resources: serde_json::from_str(&row.resources).map_err(unreadable)?,
        })
    }
}

/// As a refusal names it.
pub fn shown(sold: &Sold, timezone: &str) -> BookingInTheWay {
    BookingInTheWay {
        id: sold.booking.clone(),
        number: sold.number.clone(),
        status: sold.state.clone(),
        starts_at: Timestamp(sold.starts_at),
        local_starts_at: wall_time(timezone, sold.starts_at),
    }
}

/// What a change does to what is sold.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Items in the way, the earliest first.
    pub stranded: Vec<Sold>,
    /// Departures that need seats of their own if the bookings stay: `(departure, seats)`.
    pub full: Vec<(i64, u32)>,
    /// Departures that one group has for itself and that the change would open to others.
    pub alone: Vec<(i64, u32)>,
}

/// Judges a change.
pub fn judge(before: &Draft, after: &Draft, rows: &SoldRows, zone: &Zone) -> Result<Verdict, StoreError> {
    let sold: Vec<Sold> = rows.sold.iter().map(Sold::from_row).collect::<Result<_, _>>()?;
    let mut out: BTreeSet<usize> = BTreeSet::new();
    if before.schedule != after.schedule || before.length != after.length {
        let gone = |item: &Sold| happens(before, item, zone) && !happens(after, item, zone);
        out.extend(sold.iter().enumerate().filter(|(_, item)| gone(item)).map(|(index, _)| index));
    }
    if before.requires != after.requires {
        let lacks = |item: &Sold| holds(before, item) && !holds(after, item);
        out.extend(sold.iter().enumerate().filter(|(_, item)| lacks(item)).map(|(index, _)| index));
    }
    let mut verdict = Verdict::default();
    if before.capacity != after.capacity {
        let taken = taken(&sold);
        let own: BTreeSet<i64> = own_seats(&rows.overrides);
        if let Some(units) = after.units() {
            let counts_otherwise = !same_sort(before.capacity, after.capacity);
            let over = |at: i64, taken: u32| (taken > units || counts_otherwise) && !own.contains(&at);
            verdict.full = taken.iter().filter(|(at, taken)| over(**at, **taken)).map(|(at, n)| (*at, *n)).collect();
            let full: BTreeSet<i64> = verdict.full.iter().map(|(at, _)| *at).collect();
            let there = |item: &Sold| full.contains(&item.departure_at);
            out.extend(sold.iter().enumerate().filter(|(_, item)| there(item)).map(|(index, _)| index));
            let opened = |item: &&Sold| item.private && item.units < units && !own.contains(&item.departure_at);
            verdict.alone = sold.iter().filter(opened).map(|item| (item.departure_at, item.units)).collect();
        }
    }
    verdict.stranded =
        sold.into_iter().enumerate().filter(|(index, _)| out.contains(index)).map(|(_, one)| one).collect();
    Ok(verdict)
}

/// The items on one departure.
pub fn on_departure(rows: &SoldRows, at: Instant) -> Result<Vec<Sold>, StoreError> {
    let there = rows.sold.iter().filter(|row| row.departure_at == at.0);
    there.map(Sold::from_row).collect()
}

impl Draft {
    /// How much there is at a departure; none where only resources limit it.
    pub fn units(&self) -> Option<u32> {
        match self.capacity {
            Capacity::Seats(units) | Capacity::Groups(units) | Capacity::PerDay(units) => Some(units),
            Capacity::Unlimited => None,
        }
    }
}

/// Whether two offerings count what they sell in the same unit.
pub fn same_sort(one: Capacity, other: Capacity) -> bool {
    core::mem::discriminant(&one) == core::mem::discriminant(&other)
}

fn own_seats(overrides: &[OverrideRow]) -> BTreeSet<i64> {
    overrides.iter().filter(|one| one.capacity.is_some()).map(|one| one.departure_at).collect()
}

fn taken(sold: &[Sold]) -> BTreeMap<i64, u32> {
    let mut taken: BTreeMap<i64, u32> = BTreeMap::new();
    for item in sold {
        let sum = taken.entry(item.departure_at).or_default();
        *sum = sum.saturating_add(item.units);
    }
    taken
}

/// Whether an item has its occurrence, and holds what the offering needs.
pub fn stands(draft: &Draft, item: &Sold, zone: &Zone) -> bool {
    happens(draft, item, zone) && holds(draft, item)
}

/// Whether an item's start and end are those of an occurrence.
fn happens(draft: &Draft, item: &Sold, zone: &Zone) -> bool {
    let Some(lasting) = lasting(&draft.length, item.length) else { return false };
    let date = zone.date_of(item.starts_at);
    draft
        .schedule
        .occurrences(zone, lasting, date, date)
        .iter()
        .any(|one| !one.cancelled && one.span.starts_at == item.starts_at && one.span.ends_at == item.ends_at)
}

/// How long an item lasts; none where that length is not offered.
pub fn lasting(length: &Length, chosen: Option<u32>) -> Option<Lasting> {
    match length {
        Length::Minutes(minutes) => Some(Lasting::Minutes(*minutes)),
        Length::Choice(all) => {
            let minutes = chosen.or_else(|| all.first().copied())?;
            all.contains(&minutes).then_some(Lasting::Minutes(minutes))
        }
        Length::Days(least, most) => {
            let days = chosen.unwrap_or(*least);
            (*least..=*most).contains(&days).then_some(Lasting::Days(days))
        }
    }
}

/// Whether an item holds what an offering needs of it.
fn holds(draft: &Draft, item: &Sold) -> bool {
    let mut left: BTreeMap<&str, u32> = BTreeMap::new();
    for (resource, units) in &item.resources {
        let sum = left.entry(resource).or_default();
        *sum = sum.saturating_add(*units);
    }
    let seats = item.party.seats(&draft.party_types);
    draft.requires.iter().all(|needed| take(&mut left, needed, units(needed.need, seats)))
}

fn units(need: Need, seats: u32) -> u32 {
    match need {
        Need::PerDeparture(units) | Need::PerBooking(units) => units,
        Need::PerSeats(each) | Need::PerDepartureSeats(each) => seats.div_ceil(each.max(1)),
    }
}

fn take(left: &mut BTreeMap<&str, u32>, needed: &Requirement, mut units: u32) -> bool {
    for id in &needed.any_of {
        if let Some(there) = left.get_mut(id.as_str()) {
            let some = units.min(*there);
            *there = there.saturating_sub(some);
            units = units.saturating_sub(some);
        }
    }
    units == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use shared::availability::Kind;
    use shared::id::OfferingId;
    use shared::schedule::rrule;

    /// Daily at 10:00 UTC from 2027-05-01, an hour, four seats.
    fn tour() -> Draft {
        let mut draft = Draft::of(Kind::Tour, OfferingId::parse("tour_a").unwrap()).unwrap();
        let zone = Zone::fixed("UTC", 0);
        draft.schedule = rrule::import("DTSTART:20270501T100000\nRRULE:FREQ=DAILY", &zone, None).unwrap().schedule;
        draft.capacity = Capacity::Seats(4);
        draft
    }

    fn row(day: i64, adults: u32) -> SoldRow {
        let at = 1_809_165_600 + day * 86_400;
        SoldRow {
            booking: format!("bkg_{day}"),
            number: None,
            state: "CONFIRMED".to_owned(),
            starts_at: at,
            ends_at: at + 3_600,
            party: format!("{{\"adult\":{adults}}}"),
            private: 0,
            length: None,
            departure_at: at,
            units: adults,
            resources: "[[\"res_a\",1]]".to_owned(),
        }
    }

    fn stranded(change: impl Fn(&mut Draft), rows: Vec<SoldRow>) -> Vec<String> {
        let (before, mut after) = (tour(), tour());
        change(&mut after);
        let rows = SoldRows { sold: rows, ..SoldRows::default() };
        let verdict = judge(&before, &after, &rows, &Zone::fixed("UTC", 0)).unwrap();
        verdict.stranded.into_iter().map(|item| item.booking).collect()
    }

    #[test]
    fn a_change_strands_whom_it_leaves_without_a_departure_or_a_seat() {
        let sold = || vec![row(0, 2), row(1, 4)];
        assert!(stranded(|_| {}, sold()).is_empty());
        assert!(stranded(|draft| draft.name = "other".to_owned(), sold()).is_empty());
        let one_day = |draft: &mut Draft| draft.schedule.rules[0].until = Some(draft.schedule.rules[0].from);
        assert_eq!(stranded(one_day, sold()), ["bkg_1"]);
        assert_eq!(stranded(|draft| draft.length = Length::Minutes(90), sold()), ["bkg_0", "bkg_1"]);
        assert_eq!(stranded(|draft| draft.capacity = Capacity::Seats(3), sold()), ["bkg_1"]);
        assert!(stranded(|draft| draft.capacity = Capacity::Seats(9), sold()).is_empty());
        assert!(stranded(|draft| draft.capacity = Capacity::Unlimited, sold()).is_empty());
        assert_eq!(stranded(|draft| draft.capacity = Capacity::Groups(9), sold()), ["bkg_0", "bkg_1"]);
    }

    #[test]
    fn what_stood_outside_before_is_no_news() {
        let mut odd = row(0, 1);
        odd.starts_at += 60;
        assert!(stranded(|draft| draft.length = Length::Minutes(90), vec![odd]).is_empty());
    }

    #[test]
    fn another_need_strands_whoever_does_not_hold_it() {
        let need = |id: &str, units| Requirement {
            any_of: vec![shared::id::ResourceId::parse(id).unwrap()],
            need: Need::PerDeparture(units),
        };
        assert!(stranded(|draft| draft.requires = vec![need("res_a", 1)], vec![row(0, 1)]).is_empty());
        assert_eq!(stranded(|draft| draft.requires = vec![need("res_b", 1)], vec![row(0, 1)]), ["bkg_0"]);
        assert_eq!(stranded(|draft| draft.requires = vec![need("res_a", 2)], vec![row(0, 1)]), ["bkg_0"]);
        let twice = |draft: &mut Draft| draft.requires = vec![need("res_a", 1), need("res_a", 1)];
        assert_eq!(stranded(twice, vec![row(0, 1)]), ["bkg_0"]);
    }
}
