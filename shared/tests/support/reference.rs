//! Availability by brute force over a grid of minutes: slow, and obvious enough to be believed.
//!
//! Written from the definitions of the model alone; it shares nothing with the engine but the types.

use super::dice::Case;
use shared::availability::*;
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::party::Party;
use shared::schedule::*;
use shared::zone::{Instant, Span, Zone};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

const MINUTE: i64 = 60;

/// Every minute of a few days with what the clock on the wall shows.
pub struct Grid {
    minutes: Vec<(i64, LocalDateTime)>,
    known: RefCell<BTreeMap<LocalDateTime, i64>>,
}

impl Grid {
    pub fn new(zone: &Zone, from: Date, to: Date) -> Self {
        let day = 86_400;
        let first = (i64::from(from.days_since_epoch()) - 3) * day;
        let last = (i64::from(to.days_since_epoch()) + 8) * day;
        let minutes = (first..last).step_by(MINUTE as usize).map(|at| {
            let offset = zone.offsets.iter().rev().find(|(from, _)| from.0 <= at).or(zone.offsets.first()).unwrap().1;
            let local = at + i64::from(offset);
            let date = Date::from_days_since_epoch(local.div_euclid(day) as i32).unwrap();
            (at, date.at(TimeOfDay::from_minutes((local.rem_euclid(day) / 60) as u16).unwrap()))
        });
        Self { minutes: minutes.collect(), known: RefCell::default() }
    }

    /// The first minute whose clock has reached a wall time.
    pub fn first(&self, local: LocalDateTime) -> i64 {
        let find = || self.minutes.iter().find(|(_, shown)| *shown >= local).unwrap().0;
        *self.known.borrow_mut().entry(local).or_insert_with(find)
    }

    pub fn day(&self, date: Date) -> (i64, i64) {
        (self.first(date.at(TimeOfDay::MIDNIGHT)), self.first(date.plus_days(1).at(TimeOfDay::MIDNIGHT)))
    }

    fn window(&self, date: Date, window: &Window) -> (i64, i64) {
        let closing = if window.to <= window.from { date.plus_days(1) } else { date };
        (self.first(date.at(window.from)), self.first(closing.at(window.to)))
    }
}

/// What the reference says about a start.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Verdict {
    pub ends_at: i64,
    pub bookable: bool,
    /// Seats left, where requirements do not compete for a resource and seats are what is counted.
    pub seats_left: Option<u32>,
}

/// Every start of the dates with its verdict.
pub fn verdicts(case: &Case) -> BTreeMap<i64, Verdict> {
    let grid = Grid::new(&case.calendar.zone, case.from, case.to);
    let starts = starts(&grid, case);
    starts.iter().map(|(at, start)| (*at, judge(&grid, case, &starts, *at, start))).collect()
}

#[derive(Clone)]
struct Start {
    date: Date,
    ends_at: i64,
    cancelled: bool,
    one_off: bool,
}

fn lasting(case: &Case) -> Lasting {
    match &case.offering.length {
        Length::Minutes(minutes) => Lasting::Minutes(*minutes),
        Length::Choice(lengths) => Lasting::Minutes(case.ask.length.unwrap_or(lengths[0])),
        Length::Days(fewest, _) => Lasting::Days(case.ask.length.unwrap_or(*fewest)),
    }
}

fn starts(grid: &Grid, case: &Case) -> BTreeMap<i64, Start> {
    let schedule = &case.offering.schedule;
    let lasting = lasting(case);
    let mut found: BTreeMap<i64, Start> = BTreeMap::new();
    let mut dates = vec![];
    let mut date = case.from.plus_days(-1);
    while date <= case.to {
        dates.push(date);
        date = date.plus_days(1);
    }
    let date_of = |at: i64| {
        let mut date = case.from.plus_days(-2);
        while grid.day(date).1 <= at {
            date = date.plus_days(1);
        }
        date
    };
    let last_day_end = |date: Date| match lasting {
        Lasting::Days(days) => grid.day(date.plus_days(days as i32 - 1)).1,
        Lasting::Minutes(_) => grid.day(date).1,
    };
    let mut add = |at: i64, ends_at: Option<i64>, one_off: bool| {
        let date = date_of(at);
        if date < case.from || case.to < date {
            return;
        }
        let ends_at = ends_at.unwrap_or_else(|| last_day_end(date));
        let needed = match lasting {
            Lasting::Days(days) => days as i32,
            Lasting::Minutes(_) => 1,
        };
        let off = schedule.cancelled.iter().any(|cancelled| match cancelled.time {
            None => date <= cancelled.date && cancelled.date < date.plus_days(needed),
            Some(time) => grid.first(cancelled.date.at(time)) == at,
        });
        let start = Start { date, ends_at, cancelled: off && !one_off, one_off };
        let better = found.get(&at).is_none_or(|old| (one_off, old.ends_at) > (old.one_off, start.ends_at));
        if better {
            found.insert(at, start);
        }
    };
    let end = |at: i64| match lasting {
        Lasting::Minutes(minutes) => Some(at + i64::from(minutes) * MINUTE),
        Lasting::Days(_) => None,
    };
    let mut add_times = |date: Date, times: &Times| match times {
        Times::At(times) => {
            for time in times {
                let at = grid.first(date.at(*time));
                add(at, end(at), false);
            }
        }
        Times::Open { windows, step } => {
            for window in windows {
                let (opens, closes) = grid.window(date, window);
                let mut at = opens;
                while end(at).map_or(at < closes, |ends_at| ends_at <= closes) {
                    add(at, end(at), false);
                    at += i64::from(*step) * MINUTE;
                }
            }
        }
        Times::AllDay => add(grid.day(date).0, None, false),
    };
    for date in dates {
        for rule in &schedule.rules {
            if rule_dates(rule, case.to).contains(&date) {
                add_times(date, &rule.times);
            }
        }
        for extra in schedule.extra.iter().filter(|extra| extra.date == date) {
            add_times(date, &extra.times);
        }
    }
    for one_off in &schedule.one_offs {
        let at = grid.first(one_off.starts_at);
        if case.from <= one_off.starts_at.date && one_off.starts_at.date <= case.to {
            add(at, one_off.minutes.map(|minutes| at + i64::from(minutes) * MINUTE).or(end(at)), true);
        }
    }
    found
}

/// All dates of a rule up to a last one, by walking its calendar from its first date.
fn rule_dates(rule: &Rule, last: Date) -> BTreeSet<Date> {
    let last = rule.until.map_or(last, |until| until.min(last));
    let mut dates = BTreeSet::new();
    match &rule.repeats {
        Repeats::Daily { every } => {
            let mut date = rule.from;
            while date <= last {
                dates.insert(date);
                date = date.plus_days(*every as i32);
            }
        }
        Repeats::Weekly { every, weekdays } => {
            let mut monday = rule.from;
            while monday.weekday() != 1 {
                monday = monday.plus_days(-1);
            }
            while monday <= last {
                dates.extend(weekdays.iter().map(|weekday| monday.plus_days(i32::from(*weekday) - 1)));
                monday = monday.plus_days(7 * *every as i32);
            }
        }
        Repeats::MonthlyWeekday { every, nth, weekday } => {
            for month in months(rule.from, last, *every) {
                let on: Vec<_> = month.into_iter().filter(|date| date.weekday() == *weekday).collect();
                let place = if *nth < 0 { on.len() as i32 + i32::from(*nth) } else { i32::from(*nth) - 1 };
                dates.extend(usize::try_from(place).ok().and_then(|place| on.get(place)));
            }
        }
        Repeats::MonthlyDay { every, day } => {
            for month in months(rule.from, last, *every) {
                let place = if *day < 0 { month.len() as i32 + i32::from(*day) } else { i32::from(*day) - 1 };
                dates.extend(usize::try_from(place).ok().and_then(|place| month.get(place)));
            }
        }
    }
    dates.retain(|date| rule.from <= *date && *date <= last);
    dates
}

/// The dates of every N-th month from that of one date to that of another.
fn months(from: Date, last: Date, every: u32) -> Vec<Vec<Date>> {
    let (mut year, mut month) = (from.year(), from.month());
    let mut months = vec![];
    while (year, month) <= (last.year(), last.month()) {
        months.push((1..=31).filter_map(|day| Date::new(year, month, day)).collect());
        for _ in 0..every {
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
    }
    months
}

/// The load of a pool at an instant, word for word as [`Claim`] defines it.
pub fn load(calendar: &Calendar, pool: &Pool, at: i64, without: Option<&Departure>) -> u32 {
    let mut alone = 0;
    let mut shared: BTreeMap<&Departure, u32> = BTreeMap::new();
    for claim in &calendar.claims {
        let counts = claim.pool == *pool
            && claim.span.contains(Instant(at))
            && claim.held_until.is_none_or(|until| until > calendar.now);
        match &claim.shared_by {
            _ if !counts => {}
            None => alone += claim.units,
            Some(departure) if Some(departure) == without => {}
            Some(departure) => {
                let largest = shared.entry(departure).or_default();
                *largest = (*largest).max(claim.units);
            }
        }
    }
    alone + shared.values().sum::<u32>()
}

fn peak(calendar: &Calendar, pool: &Pool, from: i64, to: i64) -> u32 {
    (from..to).step_by(MINUTE as usize).map(|at| load(calendar, pool, at, None)).max().unwrap_or(0)
}

fn blocked(grid: &Grid, blocks: &[Block], at: i64) -> bool {
    blocks.iter().any(|block| match block {
        Block::Span(span) => span.contains(Instant(at)),
        Block::Dates(from, to) => grid.day(*from).0 <= at && at < grid.day(*to).1,
    })
}

/// The hours of a resource around a date; none at all means always.
fn hours(grid: &Grid, resource: &Resource, near: Date) -> Option<Vec<(i64, i64)>> {
    if resource.weekly.is_empty() && resource.overrides.is_empty() {
        return None;
    }
    let of_day = |days: i32| -> Vec<(i64, i64)> {
        let date = near.plus_days(days);
        match resource.overrides.iter().find(|own| own.date == date) {
            Some(own) => own.windows.iter().map(|window| grid.window(date, window)).collect(),
            None if resource.weekly.is_empty() => vec![grid.day(date)],
            None => {
                let today = resource.weekly.iter().filter(|window| window.weekday == date.weekday());
                today.map(|window| grid.window(date, &window.hours)).collect()
            }
        }
    };
    Some((-2..=5).flat_map(of_day).collect())
}

/// Units of a resource at an instant, 0 where it is blocked.
pub fn units(grid: &Grid, resource: &Resource, at: i64) -> u32 {
    if blocked(grid, &resource.blocks, at) {
        return 0;
    }
    let own = resource.overrides.iter().find(|own| {
        let (starts, ends) = grid.day(own.date);
        starts <= at && at < ends
    });
    own.and_then(|own| own.units).map_or(resource.units, |units| units.min(resource.units))
}

/// What a resource can give over a start: to this booking alone, and to the departure together with what it has.
fn free(
    grid: &Grid,
    case: &Case,
    resource: &Resource,
    start: (i64, i64),
    date: Date,
    departure: &Departure,
) -> (u32, u32) {
    let rules = &case.offering.rules;
    let busy = (start.0 - i64::from(rules.buffer_before) * MINUTE, start.1 + i64::from(rules.buffer_after) * MINUTE);
    let hours = if rules.buffers_inside { busy } else { start };
    let windows = self::hours(grid, resource, date);
    let open = |at: i64| windows.iter().flatten().any(|(opens, closes)| *opens <= at && at < *closes);
    if windows.is_some() && !(hours.0..hours.1).step_by(MINUTE as usize).all(open) {
        return (0, 0);
    }
    let pool = Pool::Resource(resource.id.clone());
    let (mut alone, mut together) = (u32::MAX, u32::MAX);
    for at in (busy.0..busy.1).step_by(MINUTE as usize) {
        let units = units(grid, resource, at);
        alone = alone.min(units.saturating_sub(load(&case.calendar, &pool, at, None)));
        together = together.min(units.saturating_sub(load(&case.calendar, &pool, at, Some(departure))));
    }
    (alone, together)
}

/// Whether units can be spread so that every requirement has its own: tries every way.
fn possible(wants: &[(Vec<usize>, u32, bool)], free: &mut Vec<(u32, u32)>) -> bool {
    let Some(((pool, units, shared), rest)) = wants.split_first() else { return true };
    if *units == 0 {
        return possible(rest, free);
    }
    pool.iter().any(|place| {
        let before = free[*place];
        let (alone, together) = before;
        let may = if *shared { together > 0 } else { alone > 0 && together > 0 };
        if !may {
            return false;
        }
        // What all bookings share may come out of what the departure has already.
        let taken = if *shared { (alone.min(together - 1), together - 1) } else { (alone - 1, together - 1) };
        free[*place] = taken;
        let mut wants = wants.to_vec();
        wants[0].1 -= 1;
        let fits = possible(&wants, free);
        free[*place] = before;
        fits
    })
}

fn judge(grid: &Grid, case: &Case, starts: &BTreeMap<i64, Start>, at: i64, start: &Start) -> Verdict {
    let (offering, calendar, rules) = (&case.offering, &case.calendar, &case.offering.rules);
    let now = calendar.now.0;
    let (day_starts, day_ends) = grid.day(start.date);
    let no = |seats_left| Verdict { ends_at: start.ends_at, bookable: false, seats_left };

    // Who comes.
    let kind = &offering.party_types[0];
    let guests =
        if case.ask.party.guests() == 0 { rules.min_party.max(1).max(kind.min) } else { case.ask.party.guests() };
    let party = Party([(kind.code.clone(), guests)].into());
    let seats = party.seats(&offering.party_types);
    let private = case.ask.private
        || match rules.privacy {
            Privacy::From(group) => guests >= group,
            privacy => privacy == Privacy::Always,
        };

    // Whether it is open at all.
    let mut closed = start.cancelled || (case.ask.private && rules.privacy == Privacy::Never);
    closed |= guests < rules.min_party || rules.max_party.is_some_and(|max| guests > max);
    closed |= (at..start.ends_at).step_by(MINUTE as usize).any(|at| blocked(grid, &calendar.closures, at));
    closed |= at - i64::from(rules.notice) * MINUTE < now;
    if let Some(ahead) = rules.horizon_days {
        closed |= grid.day(start.date.plus_days(-(ahead as i32))).0 > now;
    }
    if let Some(cut_off) = rules.cut_off {
        let first = starts.iter().find(|(_, other)| other.date == start.date && !other.cancelled);
        closed |= first.is_some_and(|(first, _)| first - i64::from(cut_off) * MINUTE < now);
    }

    // The departure, or the days, that it takes.
    let spans = match (offering.capacity, lasting(case)) {
        (Capacity::PerDay(_), Lasting::Days(days)) => {
            (0..days).map(|day| grid.day(start.date.plus_days(day as i32))).collect()
        }
        (Capacity::PerDay(_), Lasting::Minutes(_)) => vec![(day_starts, day_ends)],
        _ => vec![(at, start.ends_at)],
    };
    let departure = |at: i64| Departure { offering: offering.id.clone(), at: Instant(at) };
    let (mut taken, mut left, mut most) = (0, u32::MAX, None);
    let (mut confirmed, mut anybody) = (false, false);
    for (from, to) in &spans {
        let pool = Pool::Departure(departure(*from));
        let on = peak(calendar, &pool, *from, *to);
        anybody |= calendar.claims.iter().any(|claim| {
            claim.pool == pool && !claim.span.is_empty() && claim.held_until.is_none_or(|until| until > calendar.now)
        });
        let own = calendar.departures.iter().find(|own| own.departure == departure(*from));
        closed |= own.is_some_and(|own| own.cancelled);
        confirmed |= own.is_some_and(|own| own.confirmed);
        let capacity = own.and_then(|own| own.capacity).or(match offering.capacity {
            Capacity::Seats(most) | Capacity::Groups(most) | Capacity::PerDay(most) => Some(most),
            Capacity::Unlimited => None,
        });
        taken = taken.max(on);
        left = left.min(capacity.map_or(u32::MAX, |capacity| capacity.saturating_sub(on)));
        most = most.or(capacity);
    }
    let departure = departure(spans[0].0);
    if let Some(threshold) = rules.threshold.filter(|_| !confirmed) {
        closed |= taken < threshold.min_seats && at - i64::from(threshold.decide_before) * MINUTE <= now;
    }
    let alone = private && most.is_some() && !matches!(offering.capacity, Capacity::PerDay(_));
    closed |= alone && anybody;
    if let Some(max) = rules.max_per_day {
        let today = calendar.claims.iter().filter(|claim| {
            let Pool::Departure(departure) = &claim.pool else { return false };
            let counts = !claim.span.is_empty() && claim.held_until.is_none_or(|until| until > calendar.now);
            counts && departure.offering == offering.id && day_starts <= departure.at.0 && departure.at.0 < day_ends
        });
        closed |= today.count() as u32 >= max;
    }

    // The resources.
    let resources: Vec<_> = calendar.resources.iter().collect();
    let frees: Vec<(u32, u32)> =
        resources.iter().map(|one| free(grid, case, one, (at, start.ends_at), start.date, &departure)).collect();
    let others = if private { 0 } else { taken };
    let fits = |seats: u32| {
        let wants: Vec<(Vec<usize>, u32, bool)> = offering
            .requires
            .iter()
            .map(|requirement| {
                let pool =
                    (0..resources.len()).filter(|place| requirement.any_of.contains(&resources[*place].id)).collect();
                let up = |seats: u32, each: u32| seats.div_ceil(each);
                match requirement.need {
                    Need::PerDeparture(units) => (pool, units, true),
                    Need::PerBooking(units) => (pool, units, false),
                    Need::PerSeats(each) => (pool, up(seats, each), false),
                    Need::PerDepartureSeats(each) => (pool, up(others + seats, each), true),
                }
            })
            .collect();
        possible(&wants, &mut frees.clone())
    };
    let own = offering.requires.iter().any(|requirement| matches!(requirement.need, Need::PerBooking(_)));
    let count_seats = match offering.capacity {
        Capacity::Seats(_) => true,
        Capacity::Unlimited => most.is_some() || !own,
        _ => false,
    };
    // A party that takes no seat still asks for one to be free.
    let asked = if count_seats { seats.max(1) } else { seats };
    let bookable = !closed && left >= if count_seats { asked } else { 1 } && fits(asked);
    let compete = offering.requires.iter().enumerate().any(|(place, a)| {
        offering.requires[place + 1..].iter().any(|b| a.any_of.iter().any(|id| b.any_of.contains(id)))
    });
    let seats_left = match (count_seats && !compete, most) {
        (true, Some(most)) => (1..=left.min(most)).rev().find(|seats| fits(*seats)).or(Some(0)),
        _ => None,
    };
    if bookable { Verdict { ends_at: start.ends_at, bookable, seats_left } } else { no(seats_left) }
}

/// Whether any pool that the claims speak of holds more than it may, at any minute of the dates.
pub fn overbooked(case: &Case) -> Option<(Pool, i64)> {
    let grid = Grid::new(&case.calendar.zone, case.from, case.to);
    let pools: BTreeSet<&Pool> = case.calendar.claims.iter().map(|claim| &claim.pool).collect();
    for pool in pools {
        let spans = case.calendar.claims.iter().filter(|claim| claim.pool == *pool).map(|claim| claim.span);
        let (first, last) = spans.fold((i64::MAX, i64::MIN), |(first, last), Span { starts_at, ends_at }| {
            (first.min(starts_at.0), last.max(ends_at.0))
        });
        for at in (first..last).step_by(MINUTE as usize) {
            let most = match pool {
                Pool::Resource(id) => {
                    units(&grid, case.calendar.resources.iter().find(|one| one.id == *id).unwrap(), at)
                }
                Pool::Departure(departure) => {
                    let own = case.calendar.departures.iter().find(|own| own.departure == *departure);
                    match (own.and_then(|own| own.capacity), case.offering.capacity) {
                        (Some(most), _) => most,
                        (_, Capacity::Seats(most) | Capacity::Groups(most) | Capacity::PerDay(most)) => most,
                        (None, Capacity::Unlimited) => u32::MAX,
                    }
                }
            };
            if load(&case.calendar, pool, at, None) > most {
                return Some((pool.clone(), at));
            }
        }
    }
    None
}
