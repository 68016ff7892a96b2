//! Keys that are written twice in one mapping. Keys that a merge key brought do not count.

use std::collections::HashMap;

use cflint_diagnostics::Span;

use super::Kind;
use super::builder::Builder;
use super::parsed::DuplicateKey;
use super::tree::ALIASED;

/// Up to this many keys, comparing each with each is faster than hashing.
const FEW: usize = 16;

impl Builder {
    /// Reports the keys that a complete mapping has twice.
    pub(super) fn find_duplicates(&mut self, mapping: usize) {
        let count = self.nodes[mapping].b as usize / 2;
        if count < 2 {
            return;
        }
        let found = if count <= FEW { self.compare_keys(mapping) } else { self.hash_keys(mapping) };
        for (first, again) in found {
            let (first, again) = (self.nodes[first], self.nodes[again]);
            self.duplicates.push(DuplicateKey {
                first: Span::new(self.file, first.start, first.end),
                again: Span::new(self.file, again.start, again.end),
                name: self.text_of(&again).to_owned(),
            });
        }
    }

    fn compare_keys(&self, mapping: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut seen = [0; FEW];
        for (i, again) in self.explicit_keys(mapping).take(FEW).enumerate() {
            let node = &self.nodes[again];
            let same = |key: &&usize| {
                let key = &self.nodes[**key];
                key.b == node.b && self.text_of(key) == self.text_of(node)
            };
            found.extend(seen[..i].iter().find(same).map(|first| (*first, again)));
            seen[i] = again;
        }
        found
    }

    fn hash_keys(&self, mapping: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut seen = HashMap::with_capacity(self.nodes[mapping].b as usize / 2);
        for again in self.explicit_keys(mapping) {
            let first = *seen.entry(self.text_of(&self.nodes[again])).or_insert(again);
            if first != again {
                found.push((first, again));
            }
        }
        found
    }

    /// The scalar keys of a mapping, without those that a merge key brought.
    fn explicit_keys(&self, mapping: usize) -> impl Iterator<Item = usize> {
        let end = self.after(mapping);
        let mut next = mapping + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let key = next;
                next = self.after(self.after(key));
                key
            })
        })
        .filter(|key| self.nodes[*key].kind == Kind::Scalar && self.nodes[*key].flags & ALIASED == 0)
    }
}
