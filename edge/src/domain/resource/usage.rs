//! Who needs a resource, and which bookings would be left without it. Pure but for one read.

use super::store::{self, Claimed};
use crate::context::Context;
use crate::domain::org::zone::wall_time;
use crate::problem::{BookingInTheWay, Code, Problem};
use shared::embed::Timestamp;
use shared::zone::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Why a resource cannot go: what needs it, by name.
pub async fn in_use(context: &Context, org: i64, id: &str, zone: &str) -> Problem {
    let found = read(context, org, id).await;
    let (users, claims) = match found {
        Ok(found) => found,
        Err(problem) => return problem,
    };
    let bookings = bookings(claims.iter(), zone);
    let names: Vec<String> = users.iter().map(|user| user.name.clone()).collect();
    let mut detail = "It is in use".to_owned();
    if !names.is_empty() {
        detail.push_str(&format!(" by {}", names.join(", ")));
    }
    if !bookings.is_empty() {
        detail.push_str(if names.is_empty() { " by bookings" } else { " and by bookings" });
    }
    detail.push('.');
    let mut problem = Problem::new(Code::Conflict).because("resource_in_use").detail(detail);
    for user in &users {
        let message = format!("{} ({}) needs it.", user.name, user.id);
        problem = problem.and_field("", &user.what, message);
    }
    problem.bookings(bookings)
}

/// Why a resource cannot have fewer units: the bookings at the instants at which more are taken.
pub async fn below_sold(context: &Context, org: i64, id: &str, units: u32, zone: &str, pointer: &str) -> Problem {
    let claims = match read(context, org, id).await {
        Ok((_, claims)) => claims,
        Err(problem) => return problem,
    };
    let over = overloaded(&claims, units);
    Problem::new(Code::Conflict)
        .because("below_sold")
        .detail("More of it is taken than would be left.")
        .and_field(pointer, "below_sold", format!("Bookings take more than {units} at a time."))
        .bookings(bookings(over.into_iter(), zone))
}

async fn read(context: &Context, org: i64, id: &str) -> Result<(Vec<store::User>, Vec<Claimed>), Problem> {
    let mut answers = context.database().batch(store::usage(org, id, context.now()).into()).await?;
    Ok(store::used_by(&mut answers)?)
}

/// The claims over instants at which more than `units` are taken. Claims that one departure shares count once, by their
/// largest; the load only rises where a claim starts.
fn overloaded(claims: &[Claimed], units: u32) -> Vec<&Claimed> {
    let starts: BTreeSet<i64> = claims.iter().map(|claim| claim.starts_at).collect();
    let over = |claim: &Claimed, at: i64| claim.starts_at <= at && at < claim.ends_at;
    let load = |at: i64| {
        let mut own = 0_u32;
        let mut shared: BTreeMap<(i64, i64), u32> = BTreeMap::new();
        for claim in claims.iter().filter(|claim| over(claim, at)) {
            match (claim.share_offering_id, claim.share_departure_at) {
                (Some(offering), Some(departure)) => {
                    let most = shared.entry((offering, departure)).or_default();
                    *most = (*most).max(claim.units);
                }
                _ => own = own.saturating_add(claim.units),
            }
        }
        shared.values().fold(own, |sum, most| sum.saturating_add(*most))
    };
    let full: Vec<i64> = starts.into_iter().filter(|at| load(*at) > units).collect();
    claims.iter().filter(|claim| full.iter().any(|at| over(claim, *at))).collect()
}

/// The bookings behind claims, each once, the earliest first.
fn bookings<'a>(claims: impl Iterator<Item = &'a Claimed>, zone: &str) -> Vec<BookingInTheWay> {
    let mut seen = BTreeSet::new();
    let mut told = Vec::new();
    for claim in claims {
        if seen.insert((claim.item_starts_at, claim.booking.clone())) {
            let starts_at = Instant(claim.item_starts_at);
            told.push(BookingInTheWay {
                id: claim.booking.clone(),
                number: claim.number.clone(),
                status: claim.state.clone(),
                starts_at: Timestamp(starts_at),
                local_starts_at: wall_time(zone, starts_at),
            });
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(booking: &str, from: i64, to: i64, units: u32, shared: Option<i64>) -> Claimed {
        Claimed {
            starts_at: from,
            ends_at: to,
            units,
            share_offering_id: shared.map(|_| 1),
            share_departure_at: shared,
            booking: booking.to_owned(),
            number: None,
            state: "CONFIRMED".to_owned(),
            item_starts_at: from,
        }
    }

    #[test]
    fn only_bookings_at_full_instants_stand_in_the_way() {
        let claims = [claim("a", 0, 10, 1, None), claim("b", 5, 15, 1, None), claim("c", 20, 30, 1, None)];
        let names = |units| overloaded(&claims, units).iter().map(|claim| claim.booking.clone()).collect::<Vec<_>>();
        assert_eq!(names(1), ["a", "b"]);
        assert_eq!(names(2), [""; 0]);
        assert_eq!(names(0), ["a", "b", "c"]);
    }

    #[test]
    fn what_a_departure_shares_counts_once() {
        let claims = [claim("a", 0, 10, 1, Some(0)), claim("b", 0, 10, 1, Some(0))];
        assert!(overloaded(&claims, 1).is_empty());
    }
}
