//! Sorting, small where the code is sent to a browser.
//!
//! The standard library's sorts are made for speed: each kind of item gets some 4 KB of its own, which in the widget was
//! a fifth of all code. In WebAssembly one merge sort over places serves all kinds; everywhere else the standard
//! library's own is used. Both are stable, so both give the same order.

use core::cmp::Ordering;

/// Lists that can be put in order. Equal items keep theirs.
pub(crate) trait InOrder<T> {
    /// By a comparison.
    fn in_order_with(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// By a key.
    fn in_order_by<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.in_order_with(|a, b| key(a).cmp(&key(b)));
    }

    /// By the items themselves.
    fn in_order(&mut self)
    where
        T: Ord,
    {
        self.in_order_with(T::cmp);
    }
}

impl<T> InOrder<T> for [T] {
    fn in_order_with(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        if cfg!(not(target_family = "wasm")) {
            return self.sort_by(compare);
        }
        let places = merged(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => compare(a, b).is_gt(),
            _ => false,
        });
        for at in 0..places.len() {
            let mut from = at;
            // What belongs here may have been moved on already by an earlier exchange.
            loop {
                from = places.get(from).copied().unwrap_or(at);
                if from >= at {
                    break;
                }
            }
            self.swap(at, from);
        }
    }
}

/// The places of a list's items in their order; `after` says whether the one belongs after the other.
#[inline(never)]
fn merged(len: usize, after: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    let mut width = 1;
    while width < len {
        let mut wider = Vec::with_capacity(len);
        for pair in places.chunks(width.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at_checked(width).unwrap_or((pair, &[]));
            // What is in order already, as most lists nearly are, is only looked at.
            if let (Some(a), Some(b)) = (left.last(), right.first())
                && !after(*a, *b)
            {
                wider.extend_from_slice(pair);
                continue;
            }
            while let (Some((a, rest_left)), Some((b, rest_right))) = (left.split_first(), right.split_first()) {
                if after(*a, *b) {
                    wider.push(*b);
                    right = rest_right;
                } else {
                    wider.push(*a);
                    left = rest_left;
                }
            }
            wider.extend_from_slice(left);
            wider.extend_from_slice(right);
        }
        places = wider;
        width = width.saturating_mul(2);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_a_stable_sort() {
        let mut seed = 1_u32;
        for len in 0..130_usize {
            let items: Vec<u32> = (0..len)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    seed >> 28
                })
                .collect();
            let mut expected: Vec<usize> = (0..len).collect();
            expected.sort_by_key(|place| items.get(*place));
            assert_eq!(merged(len, &mut |a, b| items.get(a) > items.get(b)), expected);
        }
    }
}
