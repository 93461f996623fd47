//! The work that the public form asks for: a number whose digest begins with enough zeros. In pieces, so that the page stays
//! awake meanwhile.

use sha2::{Digest, Sha256};

/// Tries tried in one go: a few milliseconds on a slow phone.
pub const PIECE: u32 = 2_000;

/// The first solution of `SHA-256(challenge + ":" + solution)` with so many zero bits among [`PIECE`] numbers from one on.
pub fn solve(challenge: &str, bits: u32, from: u32) -> Option<u32> {
    let begun = Sha256::new_with_prefix([challenge, ":"].concat());
    (from..from.saturating_add(PIECE)).find(|number| {
        let mut digest = begun.clone();
        digest.update(number.to_string());
        let first = digest.finalize().iter().take(4).fold(0_u32, |all, byte| all.wrapping_shl(8) | u32::from(*byte));
        first.leading_zeros() >= bits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_is_found_in_the_piece_that_holds_it() {
        let found = (0..50).find_map(|piece| solve("daymark", 12, piece * PIECE));
        assert!(found.is_some_and(|number| solve("daymark", 12, number) == Some(number)));
        assert_eq!(solve("daymark", 32, 0), None);
    }
}
