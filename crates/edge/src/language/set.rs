//! Sets of positions, as bits.

use std::ops::Range;

pub(super) type Set = Box<[u64]>;

pub(super) fn insert(set: &mut Set, position: usize) {
    if let Some(word) = set.get_mut(position / 64) {
        *word |= 1 << (position % 64);
    }
}

/// Takes out positions that follow each other, of which there is one at least.
pub(super) fn remove(set: &mut Set, positions: &Range<usize>) {
    for word in positions.start / 64..positions.end.div_ceil(64) {
        let low = positions.start.saturating_sub(word * 64);
        let high = (positions.end - word * 64).min(64);
        // As many bits as there are positions, from `low` on.
        let bits = (u64::MAX >> (64 - (high - low))) << low;
        if let Some(word) = set.get_mut(word) {
            *word &= !bits;
        }
    }
}

pub(super) fn contains(set: &Set, position: usize) -> bool {
    set.get(position / 64).is_some_and(|word| word & (1 << (position % 64)) != 0)
}

pub(super) fn intersects(left: &Set, right: &Set) -> bool {
    left.iter().zip(right).any(|(left, right)| left & right != 0)
}

pub(super) fn is_subset(small: &Set, large: &Set) -> bool {
    small.iter().zip(large).all(|(small, large)| small & !large == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_taken_out_across_words() {
        for range in [0..1, 3..64, 64..65, 5..130, 0..192, 63..65] {
            let mut set: Set = vec![u64::MAX; 3].into_boxed_slice();
            remove(&mut set, &range);
            assert!(
                (0..192).all(|position| contains(&set, position) != range.contains(&position)),
                "{range:?}"
            );
        }
    }
}
