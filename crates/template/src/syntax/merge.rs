//! Merge keys: the entries of `<<: *base` are copied to where the key is, so that the tree contains only plain entries.

use std::collections::HashSet;
use std::ops::Range;

use super::builder::{Builder, append_shifted, to_u32};
use super::parsed::SyntaxError;
use super::tree::{ALIASED, Node};
use super::{Kind, Style};

/// Entries that stay, as ranges of node indices.
struct Part {
    nodes: Range<usize>,
    merged: bool,
}

impl Builder {
    /// Replaces the `<<` entries of a mapping that is the last node of the arena; returns how many nodes were moved.
    pub(super) fn expand_merge_keys(&mut self, mapping: usize) -> Result<usize, SyntaxError> {
        let parts = self.parts(mapping)?;
        let mut moved = Vec::with_capacity(self.nodes.len() - mapping);
        moved.push(self.nodes[mapping]);
        let mut children = 0;
        for part in parts {
            let from = moved.len();
            append_shifted(&mut moved, &self.nodes[part.nodes.clone()], part.nodes.start);
            if part.merged {
                for node in &mut moved[from..] {
                    node.flags |= ALIASED;
                }
            }
            children += 2;
        }
        moved[0].a = to_u32(moved.len());
        moved[0].b = children;
        let count = moved.len();
        self.nodes.truncate(mapping);
        append_shifted(&mut self.nodes, &moved, 0);
        Ok(count)
    }

    fn parts(&self, mapping: usize) -> Result<Vec<Part>, SyntaxError> {
        let entries = self.entry_ranges(mapping);
        let mut taken: HashSet<&str> = HashSet::new();
        for entry in entries.iter().filter(|entry| !self.is_merge_key(entry.start)) {
            taken.extend(self.key_text(entry.start));
        }
        // A later `<<` wins over an earlier one, but within one list the earlier mapping wins.
        let mut merged = Vec::new();
        for entry in entries.iter().filter(|entry| self.is_merge_key(entry.start)).rev() {
            let mut chosen = Vec::new();
            for source in self.merge_sources(entry.start)? {
                let fresh: Vec<_> = self
                    .entry_ranges(source)
                    .into_iter()
                    .filter(|entry| self.key_text(entry.start).is_none_or(|name| !taken.contains(name)))
                    .collect();
                for entry in &fresh {
                    taken.extend(self.key_text(entry.start));
                }
                chosen.extend(fresh.into_iter().map(|nodes| Part { nodes, merged: true }));
            }
            merged.push(chosen);
        }
        let mut parts = Vec::new();
        for nodes in entries {
            if self.is_merge_key(nodes.start) {
                parts.extend(merged.pop().unwrap_or_default());
            } else {
                parts.push(Part { nodes, merged: false });
            }
        }
        Ok(parts)
    }

    /// The mappings that the merge key at `key` names.
    fn merge_sources(&self, key: usize) -> Result<Vec<usize>, SyntaxError> {
        let is_source = |index: usize| {
            self.nodes[index].kind == Kind::Mapping && self.nodes[index].style != Style::ShortForm
        };
        let value = key + 1;
        let mut sources = Vec::new();
        if self.nodes[value].kind == Kind::Sequence {
            let mut next = value + 1;
            while next < self.after(value) {
                sources.push(next);
                next = self.after(next);
            }
        } else {
            sources.push(value);
        }
        if sources.iter().all(|source| is_source(*source)) {
            return Ok(sources);
        }
        let Node { start, end, .. } = self.nodes[key];
        let mut error = self.error(start, end, "`<<` needs a mapping or a list of mappings");
        error.help = Some("write `<<: *name`, or put the key in quotes if it is not a merge key".to_owned());
        Err(error)
    }

    fn entry_ranges(&self, mapping: usize) -> Vec<Range<usize>> {
        let end = self.after(mapping);
        let mut ranges = Vec::with_capacity(self.nodes[mapping].b as usize / 2);
        let mut next = mapping + 1;
        while next < end {
            let after = self.after(self.after(next));
            ranges.push(next..after);
            next = after;
        }
        ranges
    }

    fn key_text(&self, key: usize) -> Option<&str> {
        let node = &self.nodes[key];
        (node.kind == Kind::Scalar).then(|| self.text_of(node))
    }

    fn is_merge_key(&self, key: usize) -> bool {
        let node = &self.nodes[key];
        node.style == Style::Plain && node.flags == 0 && self.key_text(key) == Some("<<")
    }
}
