//! How much of a pool is taken: claims turned into pieces that simply add up.

use super::free::Left;
use super::model::Resource;
use crate::order::InOrder;
use crate::zone::{Instant, Span, Zone};
use core::cmp::Reverse;
use std::collections::BinaryHeap;

/// Claims that no departure shares.
pub(super) const UNSHARED: u32 = u32::MAX;

/// Units over a span. Pieces of one pool add up: claims shared by one departure are already one piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub span: Span,
    pub units: u32,
    /// The departure that shares it, by its place in the engine's list, or [`UNSHARED`].
    pub shared: u32,
}

/// The load of one resource.
#[derive(Default)]
pub(super) struct Load {
    /// Sorted by start. While the engine gathers, raw claims in any order.
    pub pieces: Vec<Piece>,
    /// The pieces with a departure, sorted by it and then by start.
    pub shared: Vec<Piece>,
    /// What it leaves of the resource.
    pub left: Left,
}

impl Load {
    /// Turns raw claims into pieces, and their sum into what is left. O(n log n).
    pub fn settle(&mut self, resource: &Resource, zone: &Zone) {
        if self.pieces.iter().any(|piece| piece.shared != UNSHARED) {
            self.pieces = apart(core::mem::take(&mut self.pieces));
            let own = self.pieces.partition_point(|piece| piece.shared != UNSHARED);
            self.shared = self.pieces.get(..own).unwrap_or_default().to_vec();
        }
        if !self.pieces.is_sorted_by_key(|piece| piece.span.starts_at) {
            self.pieces.in_order_by(|piece| piece.span.starts_at);
        }
        self.left = Left::of(resource, &sum(&self.pieces), zone);
    }

    /// Unit-seconds of work within a span.
    pub fn work(&self, within: Span) -> u64 {
        let starting = self.pieces.partition_point(|piece| piece.span.starts_at < within.ends_at);
        let pieces = self.pieces.get(..starting).unwrap_or_default().iter();
        pieces.fold(0, |sum, piece| {
            let until = piece.span.ends_at.min(within.ends_at);
            let seconds = until.0.saturating_sub(piece.span.starts_at.max(within.starts_at).0).max(0);
            sum.saturating_add(seconds.unsigned_abs().saturating_mul(u64::from(piece.units)))
        })
    }

    /// The pieces that a departure shares on this resource.
    pub fn shared_by(&self, departure: u32) -> &[Piece] {
        let from = self.shared.partition_point(|piece| piece.shared < departure);
        let rest = self.shared.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|piece| piece.shared == departure)).unwrap_or_default()
    }
}

/// Makes the claims of each departure one piece at each instant; sorted by departure, the unshared last.
fn apart(mut claims: Vec<Piece>) -> Vec<Piece> {
    claims.in_order_by(|piece| (piece.shared, piece.span));
    let mut pieces = Vec::with_capacity(claims.len());
    for group in claims.chunk_by(|a, b| a.shared == b.shared) {
        match group.first() {
            Some(first) if first.shared != UNSHARED => envelope(group, &mut pieces),
            _ => pieces.extend_from_slice(group),
        }
    }
    pieces
}

/// The largest of the claims at each instant, as pieces that do not overlap. `claims` ascend by start.
fn envelope(claims: &[Piece], into: &mut Vec<Piece>) {
    let Some(first) = claims.first() else { return };
    let mut waiting = claims.iter().peekable();
    let mut active: BinaryHeap<(u32, Instant)> = BinaryHeap::new();
    let mut at = first.span.starts_at;
    let begun = into.len();
    loop {
        while let Some(claim) = waiting.next_if(|claim| claim.span.starts_at <= at) {
            active.push((claim.units, claim.span.ends_at));
        }
        while active.peek().is_some_and(|(_, ends_at)| *ends_at <= at) {
            active.pop();
        }
        let next = waiting.peek().map(|claim| claim.span.starts_at);
        let Some((units, ends_at)) = active.peek().copied() else {
            let Some(next) = next else { return };
            at = next;
            continue;
        };
        let until = next.map_or(ends_at, |next| ends_at.min(next));
        match into.get_mut(begun..).and_then(<[Piece]>::last_mut) {
            Some(last) if last.units == units && last.span.ends_at == at => last.span.ends_at = until,
            _ => into.push(Piece { span: Span { starts_at: at, ends_at: until }, units, shared: first.shared }),
        }
        at = until;
    }
}

/// The sum of the pieces from each instant on. `pieces` ascend by start.
fn sum(pieces: &[Piece]) -> Vec<(Instant, i64)> {
    let mut ends: BinaryHeap<Reverse<(Instant, u32)>> = BinaryHeap::new();
    let mut steps = Vec::with_capacity(pieces.len().saturating_mul(2));
    let mut load = 0_i64;
    let mut waiting = pieces;
    loop {
        let next_end = ends.peek().map(|Reverse((ends_at, _))| *ends_at);
        if let [piece, later @ ..] = waiting
            && next_end.is_none_or(|ends_at| piece.span.starts_at <= ends_at)
        {
            load = load.saturating_add(i64::from(piece.units));
            step(&mut steps, piece.span.starts_at, load);
            ends.push(Reverse((piece.span.ends_at, piece.units)));
            waiting = later;
        } else if let Some(Reverse((ends_at, units))) = ends.pop() {
            load = load.saturating_sub(i64::from(units));
            step(&mut steps, ends_at, load);
        } else {
            return steps;
        }
    }
}

/// From this instant on it is so much.
pub(super) fn step(steps: &mut Vec<(Instant, i64)>, at: Instant, units: i64) {
    match steps.last_mut() {
        Some((last, now)) if *last == at => *now = units,
        Some((_, now)) if *now == units => {}
        _ => steps.push((at, units)),
    }
}

/// The most units at any one instant of a span.
pub(super) fn peak(pieces: impl Iterator<Item = Piece> + Clone, span: Span) -> u32 {
    if pieces.clone().all(|piece| piece.shared == UNSHARED && piece.span.covers(span)) {
        return pieces.fold(0, |sum, piece| sum.saturating_add(piece.units));
    }
    peak_of(pieces.filter(|piece| piece.span.overlaps(span)).collect(), span)
}

fn peak_of(pieces: Vec<Piece>, span: Span) -> u32 {
    let mut pieces = apart(pieces);
    pieces.in_order_by(|piece| piece.span.starts_at);
    let steps = sum(&pieces);
    let from = steps.partition_point(|(at, _)| *at <= span.starts_at).saturating_sub(1);
    let during = steps.iter().skip(from).take_while(|(at, _)| *at < span.ends_at);
    during.map(|(_, units)| u32::try_from(*units).unwrap_or(u32::MAX)).max().unwrap_or(0)
}
