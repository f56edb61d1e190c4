//! The ids met so far, kept small.

use rustc_hash::FxHashMap;
use std::hash::{DefaultHasher, Hasher};

/// Which ids have been met.
///
/// Ids are mostly numbered (`evt-000000017`). So an id is taken apart into what comes before its last digits and their
/// number; 64 neighbouring numbers share one entry of 16 bytes, and a log numbered throughout needs about two bits an event.
/// An id without a number takes one entry. What stands for the first part is a hash of 64 bits: among a hundred million
/// ids that are all different and not numbered, one is mistaken for a repeat with a chance of about 1 in 3,700, among a
/// million with one of 1 in 37 million.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// By the hash of all but the last six bits of the number: which of the 64 have been met.
    blocks: FxHashMap<u64, u64>,
    /// The block at hand, not in `blocks`.
    last: Option<Block>,
}

#[derive(Debug, Default)]
struct Block {
    prefix: Box<[u8]>,
    length: usize,
    number: u64,
    hash: u64,
    met: u64,
}

impl Seen {
    /// Notes an id; whether it is new.
    pub(crate) fn insert(&mut self, id: &str) -> bool {
        let (prefix, number) = split(id.as_bytes());
        let bit = 1 << (number % 64);
        let met = self.block(prefix, id.len(), number / 64);
        let new = *met & bit == 0;
        *met |= bit;
        new
    }

    /// Whether an id has been met.
    pub(crate) fn contains(&self, id: &str) -> bool {
        let (prefix, number) = split(id.as_bytes());
        let bit = 1 << (number % 64);
        let hash = hash(prefix, id.len(), number / 64);
        let met = match &self.last {
            Some(block) if block.hash == hash => block.met,
            _ => self.blocks.get(&hash).copied().unwrap_or(0),
        };
        met & bit != 0
    }

    /// What has been met of a block, which becomes the one at hand.
    fn block(&mut self, prefix: &[u8], length: usize, number: u64) -> &mut u64 {
        let fits = |block: &Block| block.number == number && block.length == length && *block.prefix == *prefix;
        if !self.last.as_ref().is_some_and(fits) {
            self.turn_to(prefix, length, number);
        }
        &mut self.last.get_or_insert_default().met
    }

    fn turn_to(&mut self, prefix: &[u8], length: usize, number: u64) {
        if let Some(block) = self.last.take() {
            self.blocks.insert(block.hash, block.met);
        }
        let hash = hash(prefix, length, number);
        let met = self.blocks.get(&hash).copied().unwrap_or(0);
        self.last = Some(Block { prefix: prefix.into(), length, number, hash, met });
    }
}

/// What comes before the last digits, and their number; at most 18 digits are taken.
fn split(id: &[u8]) -> (&[u8], u64) {
    let digits = id.iter().rev().take(18).take_while(|byte| byte.is_ascii_digit()).count();
    let (prefix, digits) = id.split_at_checked(id.len() - digits).unwrap_or((id, &[]));
    (prefix, digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The id's length tells `x-7` from `x-07`.
fn hash(prefix: &[u8], length: usize, number: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(prefix);
    hasher.write_usize(length);
    hasher.write_u64(number);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn numbered_ids_share_entries() {
        let mut seen = Seen::default();
        assert!((0..10_000).all(|n| seen.insert(&format!("evt-{n:09}"))));
        assert!(!(0..10_000).any(|n| seen.insert(&format!("evt-{n:09}"))));
        assert!(seen.blocks.len() < 200);
    }

    #[test]
    fn likenesses_are_told_apart() {
        let mut seen = Seen::default();
        for id in ["7", "07", "x7", "x07", "x-7", "", "x", "1234567890123456789", "01234567890123456789", "中7", "7中"]
        {
            assert!(!seen.contains(id), "{id}");
            assert!(seen.insert(id), "{id}");
            assert!(seen.contains(id), "{id}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_a_set(ids in proptest::collection::vec("[ab]{0,2}[0-9]{0,3}", 0..200)) {
            let (mut seen, mut set) = (Seen::default(), HashSet::new());
            for id in ids {
                prop_assert_eq!(seen.contains(&id), set.contains(&id));
                prop_assert_eq!(seen.insert(&id), set.insert(id));
            }
        }
    }
}
