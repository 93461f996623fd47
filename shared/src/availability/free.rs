//! What a resource has left over time: its units less the load, known once for a calendar, and its hours on the dates
//! asked about. Both are read with cursors that only move on.

use super::load::{Piece, step};
use super::model::{Block, Resource};
use crate::order::InOrder;
use crate::schedule::weekday_of;
use crate::zone::{Instant, Span, Zone, date_of_days};

/// Below any number of units: the resource is off.
pub(super) const OFF: i64 = i64::MIN;

/// Steps whose minimum is kept, so that a long span is not walked step by step.
const CHUNK: usize = 32;

/// The units of a resource that are free over time, whatever its hours.
#[derive(Default)]
pub(super) struct Left {
    /// Units free from an instant on, below 0 where too much is sold, or [`OFF`]. The first holds from the beginning.
    steps: Vec<(Instant, i64)>,
    /// The smallest of each [`CHUNK`] of steps.
    chunks: Vec<i64>,
}

impl Left {
    /// What the resource has, less the units of its load from an instant on.
    pub fn of(resource: &Resource, load: &[(Instant, i64)], zone: &Zone) -> Self {
        let has = units_over_time(resource, zone);
        let mut steps: Vec<(Instant, i64)> = Vec::with_capacity(has.len().saturating_add(load.len()));
        let (mut rest, mut taken) = (load, 0);
        for (place, (from, units)) in has.iter().enumerate() {
            let free = |taken| if *units == OFF { OFF } else { units.saturating_sub(taken) };
            let until = has.get(place.saturating_add(1)).map_or(Instant(i64::MAX), |(next, _)| *next);
            steps.push((*from, free(taken)));
            while let [(at, now), later @ ..] = rest
                && *at < until
            {
                taken = *now;
                step(&mut steps, *at, free(taken));
                rest = later;
            }
        }
        let least = |chunk: &[(Instant, i64)]| chunk.iter().map(|(_, free)| *free).min().unwrap_or(OFF);
        let chunks = steps.chunks(CHUNK).map(least).collect();
        Self { steps, chunks }
    }

    /// The step in force at an instant.
    fn at(&self, at: Instant) -> usize {
        self.steps.partition_point(|(from, _)| *from <= at).saturating_sub(1)
    }
}

/// What is said of a span, and by how many seconds the span may move on before something else is to be said.
#[derive(Clone, Copy)]
pub(super) struct Steady<T> {
    pub value: T,
    /// Below 0 where it is said of this span alone.
    pub seconds: i64,
}

impl<T> Steady<T> {
    pub fn forever(value: T) -> Self {
        Self { value, seconds: i64::MAX }
    }

    pub fn once(value: T) -> Self {
        Self { value, seconds: -1 }
    }

    /// As long as an instant that moves along does not pass the limit.
    pub fn until(value: T, moves: Instant, limit: Instant) -> Self {
        Self { value, seconds: limit.0.saturating_sub(moves.0) }
    }

    /// As long as it stays before the limit.
    pub fn before(value: T, moves: Instant, limit: Instant) -> Self {
        Self { value, seconds: limit.0.saturating_sub(moves.0).saturating_sub(1) }
    }

    fn and_until(self, moves: Instant, limit: Instant) -> Self {
        let Self { value, seconds } = Self::until(self.value, moves, limit);
        Self { value, seconds: seconds.min(self.seconds) }
    }
}

/// A resource read over a range of days.
pub(super) struct Free<'a> {
    /// Open hours, merged, ascending. None is always open.
    hours: Option<Vec<Span>>,
    left: &'a Left,
    at_hours: usize,
    at_step: usize,
}

impl<'a> Free<'a> {
    /// The resource from the first to the last day since 1970-01-01, both included.
    pub fn new(resource: &Resource, left: &'a Left, zone: &Zone, first: i64, last: i64) -> Self {
        let at_step = left.at(zone.instant_of(first, 0));
        Self { hours: hours(resource, zone, first, last), left, at_hours: 0, at_step }
    }

    /// Whether the span lies within one stretch of open hours. Cheap when spans come in ascending order.
    pub fn open(&mut self, span: Span) -> Steady<bool> {
        let Some(hours) = &self.hours else { return Steady::forever(true) };
        if hours.get(self.at_hours.wrapping_sub(1)).is_some_and(|before| before.ends_at > span.starts_at) {
            self.at_hours = 0;
        }
        while hours.get(self.at_hours).is_some_and(|open| open.ends_at <= span.starts_at) {
            self.at_hours = self.at_hours.saturating_add(1);
        }
        match hours.get(self.at_hours) {
            None => Steady::forever(false),
            Some(open) if open.covers(span) => Steady::until(true, span.ends_at, open.ends_at),
            Some(open) if span.starts_at < open.starts_at => Steady::before(false, span.starts_at, open.starts_at),
            Some(open) => Steady::before(false, span.starts_at, open.ends_at),
        }
    }

    /// The fewest units free during a span, below 0 where too much is sold, [`OFF`] where it is blocked. Cheap when
    /// spans come in ascending order.
    pub fn least(&mut self, span: Span) -> Steady<i64> {
        let steps = &self.left.steps;
        if steps.get(self.at_step).is_none_or(|(from, _)| *from > span.starts_at) {
            self.at_step = self.left.at(span.starts_at);
        }
        let mut ahead = steps.get(self.at_step..).unwrap_or_default();
        while let [_, later @ ..] = ahead
            && later.first().is_some_and(|(from, _)| *from <= span.starts_at)
        {
            ahead = later;
            self.at_step = self.at_step.saturating_add(1);
        }
        let [(_, in_force), later @ ..] = ahead else { return Steady::forever(OFF) };
        if later.get(CHUNK.saturating_mul(2)).is_some_and(|(from, _)| *from < span.ends_at) {
            return Steady::once(self.least_of_many(span));
        }
        let begins = |rest: &[(Instant, i64)]| rest.first().map_or(Instant(i64::MAX), |(from, _)| *from);
        let (mut least, mut later, mut lasts) = (*in_force, later, begins(later));
        while let [(from, free), rest @ ..] = later
            && *from < span.ends_at
        {
            if *free <= least {
                (least, lasts) = (*free, begins(rest));
            }
            later = rest;
        }
        // What comes next makes no difference if it is no less.
        if let [(_, free), rest @ ..] = later
            && *free >= least
        {
            later = rest;
        }
        Steady::before(least, span.starts_at, lasts).and_until(span.ends_at, begins(later))
    }

    /// The same for a span of many steps, chunk by chunk where a whole one lies inside.
    fn least_of_many(&self, span: Span) -> i64 {
        let Left { steps, chunks } = self.left;
        let end = steps.partition_point(|(at, _)| *at < span.ends_at);
        let mut index = self.at_step;
        let mut least = i64::MAX;
        while index < end {
            let next = index.saturating_add(CHUNK);
            if index.is_multiple_of(CHUNK) && next <= end {
                least = least.min(chunks.get(index / CHUNK).copied().unwrap_or(OFF));
                index = next;
            } else {
                least = least.min(steps.get(index).map_or(OFF, |(_, free)| *free));
                index = index.saturating_add(1);
            }
        }
        least
    }

    /// As [`least`](Self::least), leaving out what one departure shares: `own`, ascending and apart.
    pub fn least_without(&mut self, span: Span, own: &[Piece]) -> i64 {
        let own = || own.iter().filter(|piece| piece.span.overlaps(span));
        if own().next().is_none() {
            return self.least(span).value;
        }
        let mut least = i64::MAX;
        let mut at = span.starts_at;
        for piece in own() {
            let from = piece.span.starts_at.max(at);
            if at < from {
                least = least.min(self.least(Span { starts_at: at, ends_at: from }).value);
            }
            at = piece.span.ends_at.min(span.ends_at);
            let during = self.least(Span { starts_at: from, ends_at: at }).value;
            least = least.min(if during == OFF { OFF } else { during.saturating_add(i64::from(piece.units)) });
        }
        if at < span.ends_at {
            least = least.min(self.least(Span { starts_at: at, ends_at: span.ends_at }).value);
        }
        least
    }
}

/// Open hours of the days and of the evening before, merged.
fn hours(resource: &Resource, zone: &Zone, first: i64, last: i64) -> Option<Vec<Span>> {
    if resource.weekly.is_empty() && resource.overrides.is_empty() {
        return None;
    }
    let mut overrides: Vec<_> = resource.overrides.iter().collect();
    overrides.in_order_by(|own| own.date);
    let mut spans: Vec<Span> = Vec::new();
    let mut day = first.saturating_sub(1);
    while day <= last {
        let date = date_of_days(day);
        if let Ok(found) = overrides.binary_search_by_key(&date, |own| own.date) {
            let windows = overrides.get(found).map(|own| own.windows.as_slice()).unwrap_or_default();
            spans.extend(windows.iter().map(|window| window.on(zone, day)));
        } else if resource.weekly.is_empty() {
            spans.push(zone.day(date));
        } else {
            let weekday = weekday_of(day);
            let today = resource.weekly.iter().filter(|window| window.weekday == weekday);
            spans.extend(today.map(|window| window.hours.on(zone, day)));
        }
        day = day.saturating_add(1);
    }
    Some(merged(spans))
}

/// What the resource has from an instant on, with nothing taken: its units, those of a date that differs, or [`OFF`].
fn units_over_time(resource: &Resource, zone: &Zone) -> Vec<(Instant, i64)> {
    let mut changes: Vec<(Instant, Change)> = Vec::new();
    let mut overrides: Vec<_> = resource.overrides.iter().collect();
    overrides.in_order_by(|own| own.date);
    for own in overrides {
        let (Some(units), day) = (own.units, zone.day(own.date)) else { continue };
        changes.push((day.starts_at, Change::Units(units.min(resource.units))));
        changes.push((day.ends_at, Change::Units(resource.units)));
    }
    for span in blocked(&resource.blocks, zone) {
        changes.push((span.starts_at, Change::Blocked(true)));
        changes.push((span.ends_at, Change::Blocked(false)));
    }
    // Stable, and each kind is in order already: a day that ends where the next begins leaves the later word.
    changes.in_order_by(|(at, _)| *at);

    let (mut units, mut off) = (resource.units, false);
    let mut steps = vec![(Instant(i64::MIN), i64::from(units))];
    for (at, change) in changes {
        match change {
            Change::Units(now) => units = now,
            Change::Blocked(now) => off = now,
        }
        step(&mut steps, at, if off { OFF } else { i64::from(units) });
    }
    steps
}

/// What changes at an instant.
#[derive(Clone, Copy)]
enum Change {
    Units(u32),
    Blocked(bool),
}

/// Times off as spans, merged.
pub(super) fn blocked(blocks: &[Block], zone: &Zone) -> Vec<Span> {
    let span = |block: &Block| match block {
        Block::Span(span) => *span,
        Block::Dates(from, to) => Span { starts_at: zone.day(*from).starts_at, ends_at: zone.day(*to).ends_at },
    };
    merged(blocks.iter().map(span).collect())
}

/// Spans in order, with those that touch made one and empty ones left out.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    if !spans.is_sorted() {
        spans.in_order();
    }
    spans.dedup_by(|next, kept| {
        let touches = next.starts_at <= kept.ends_at;
        if touches {
            kept.ends_at = kept.ends_at.max(next.ends_at);
        }
        touches
    });
    spans
}
