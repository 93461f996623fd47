//! Which resources serve which requirement: a small maximum flow, deterministic, that honours an order of preference.

use std::collections::VecDeque;

/// Units on offer. A requirement takes from stocks in the order given.
pub(super) struct Stock {
    /// Which resource, by the caller's own count.
    pub member: usize,
    /// Units.
    pub units: u32,
    /// Only requirements that the departure shares may take it.
    pub shared_only: bool,
}

/// A requirement.
pub(super) struct Want<'a> {
    /// Members that may serve it.
    pub pool: &'a [usize],
    /// Units.
    pub units: u32,
    /// All bookings of the departure share it.
    pub shared: bool,
}

/// Units of each stock for each requirement (`flows[want][stock]`), or none where it cannot be done.
///
/// Shortest augmenting paths, so the work is bounded by wants × stocks whatever the numbers are; an earlier choice is
/// given up only where a later requirement could not be met otherwise.
pub(super) fn assign(wants: &[Want], stocks: &[Stock]) -> Option<Vec<Vec<u32>>> {
    let mut flows: Vec<Vec<u32>> = wants.iter().map(|_| vec![0; stocks.len()]).collect();
    let mut spare: Vec<u32> = stocks.iter().map(|stock| stock.units).collect();
    for (index, want) in wants.iter().enumerate() {
        let mut missing = want.units;
        while missing > 0 {
            missing = missing.saturating_sub(augment(index, missing, wants, stocks, &mut flows, &mut spare)?);
        }
    }
    Some(flows)
}

/// Moves up to `most` units to a requirement along the shortest path, and says how many.
fn augment(
    root: usize,
    most: u32,
    wants: &[Want],
    stocks: &[Stock],
    flows: &mut [Vec<u32>],
    spare: &mut [u32],
) -> Option<u32> {
    // Which requirement reached a stock, and which stock a requirement gives back.
    let mut reached: Vec<Option<usize>> = vec![None; stocks.len()];
    let mut gives: Vec<Option<usize>> = vec![None; wants.len()];
    let mut queue = VecDeque::from([root]);
    while let Some(taker) = queue.pop_front() {
        let Some(want) = wants.get(taker) else { continue };
        for (index, stock) in stocks.iter().enumerate() {
            let may = want.pool.contains(&stock.member) && (want.shared || !stock.shared_only);
            if !may || reached.get(index).is_none_or(Option::is_some) {
                continue;
            }
            if let Some(by) = reached.get_mut(index) {
                *by = Some(taker);
            }
            if spare.get(index).is_some_and(|units| *units > 0) {
                return Some(shift(root, index, most, &reached, &gives, flows, spare));
            }
            for (other, flow) in flows.iter().enumerate() {
                let holds = flow.get(index).is_some_and(|units| *units > 0);
                if let Some(give) = gives.get_mut(other).filter(|give| holds && other != root && give.is_none()) {
                    *give = Some(index);
                    queue.push_back(other);
                }
            }
        }
    }
    None
}

/// Carries out a path that ends at a stock with units to spare.
fn shift(
    root: usize,
    end: usize,
    most: u32,
    reached: &[Option<usize>],
    gives: &[Option<usize>],
    flows: &mut [Vec<u32>],
    spare: &mut [u32],
) -> u32 {
    // (requirement that takes, stock that it takes), from the end back to the root.
    let mut path = Vec::new();
    let mut stock = Some(end);
    while let Some((taken, taker)) = stock.and_then(|stock| Some((stock, (*reached.get(stock)?)?))) {
        path.push((taker, taken));
        stock = if taker == root { None } else { gives.get(taker).copied().flatten() };
    }
    let mut units = most.min(spare.get(end).copied().unwrap_or(0));
    for (taker, _) in path.iter().filter(|(taker, _)| *taker != root) {
        let given = gives.get(*taker).copied().flatten();
        let held = given.and_then(|stock| flows.get(*taker)?.get(stock).copied());
        units = units.min(held.unwrap_or(0));
    }
    for (taker, taken) in path {
        let given = if taker == root { None } else { gives.get(taker).copied().flatten() };
        let Some(flow) = flows.get_mut(taker) else { continue };
        if let Some(flow) = flow.get_mut(taken) {
            *flow = flow.saturating_add(units);
        }
        if let Some(flow) = given.and_then(|given| flow.get_mut(given)) {
            *flow = flow.saturating_sub(units);
        }
    }
    if let Some(left) = spare.get_mut(end) {
        *left = left.saturating_sub(units);
    }
    units
}
