//! The names of properties by type of resource: a table with its sources.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{LazyLock, OnceLock};

const DATA: &str = include_str!("../../data/property-names.txt");

/// The mapping that is `Properties` itself.
pub(super) const ROOT: &str = "-";

/// The share of names that two kinds of mappings have in common if one is a variant of the other, in percent.
const TWIN: usize = 75;

/// A property, and the kind of mapping that its value consists of.
pub(super) type Name = (&'static str, Option<&'static str>);

/// The kinds of mappings of one type of resource.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    by_kind: BTreeMap<&'static str, Vec<Name>>,
}

/// The rows of one type, which are read when a template has such a resource.
#[derive(Debug, Default)]
struct Rows {
    lines: Vec<&'static str>,
    shapes: OnceLock<Shapes>,
}

/// The types in the order of the table, which is sorted.
static TABLE: LazyLock<Vec<(&'static str, Rows)>> = LazyLock::new(|| {
    let mut table: Vec<(&'static str, Rows)> = Vec::new();
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, rest)) = line.split_once(" | ") else { continue };
        match table.last_mut() {
            Some((last, rows)) if *last == kind => rows.lines.push(rest),
            _ => table.push((kind, Rows { lines: vec![rest], ..Rows::default() })),
        }
    }
    table
});

/// The properties of a type of resource, if the table has them.
pub(super) fn shapes(kind: &str) -> Option<&'static Shapes> {
    let at = TABLE.binary_search_by(|(known, _)| (*known).cmp(kind)).ok()?;
    let (_, rows) = TABLE.get(at)?;
    Some(rows.shapes.get_or_init(|| Shapes { by_kind: rows.lines.iter().copied().filter_map(row).collect() }))
}

fn row(line: &'static str) -> Option<(&'static str, Vec<Name>)> {
    let (kind, names) = line.split_once(" | ")?;
    let name = |name: &'static str| name.split_once('>').map_or((name, None), |(name, of)| (name, Some(of)));
    Some((kind, names.split(", ").map(name).collect()))
}

impl Shapes {
    /// The properties of a kind of mapping.
    pub(super) fn names(&self, kind: &str) -> &[Name] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    pub(super) fn has(&self, kind: &str, name: &str) -> bool {
        self.names(kind).iter().any(|(known, _)| *known == name)
    }

    /// Paths to mappings that have a property of this name, each below `Properties`, the shortest first. The empty path
    /// is `Properties` itself.
    pub(super) fn places(&self, name: &str) -> Vec<(String, &'static str)> {
        let mut seen = HashSet::from([ROOT]);
        let mut queue = VecDeque::from([(String::new(), ROOT)]);
        let mut places = Vec::new();
        while let Some((path, kind)) = queue.pop_front() {
            for (property, of) in self.names(kind) {
                if let Some(of) = of.filter(|of| seen.insert(of)) {
                    let dot = if path.is_empty() { "" } else { "." };
                    queue.push_back((format!("{path}{dot}{property}"), of));
                }
            }
            if self.has(kind, name) {
                places.push((path, kind));
            }
        }
        places
    }

    /// Whether two kinds of mappings have most of their properties in common, as the default behavior and the others.
    pub(super) fn are_twins(&self, one: &str, other: &str) -> bool {
        let (a, b) = (self.names(one), self.names(other));
        let shared = a.iter().filter(|(name, _)| self.has(other, name)).count();
        shared > 3 && shared * 100 >= a.len().max(b.len()) * TWIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood_and_leads_somewhere() {
        assert!(TABLE.is_sorted_by(|(a, _), (b, _)| a < b));
        for (kind, rows) in &*TABLE {
            let known = shapes(kind).unwrap();
            assert_eq!(known.by_kind.len(), rows.lines.len(), "{kind}");
            assert!(!known.names(ROOT).is_empty(), "{kind}");
            for (name, of) in known.by_kind.values().flatten() {
                let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
                assert!(is_name, "{kind} {name}");
                assert!(of.is_none_or(|of| known.by_kind.contains_key(of)), "{kind} {name}");
            }
        }
    }

    #[test]
    fn behaviors_are_twins_and_origins_are_not() {
        let distribution = shapes("AWS::CloudFront::Distribution").unwrap();
        assert!(distribution.are_twins("CacheBehavior", "DefaultCacheBehavior"));
        assert!(!distribution.are_twins("CustomOriginConfig", "VpcOriginConfig"));
        assert!(!distribution.are_twins("CustomOriginConfig", "S3OriginConfig"));
        let places = distribution.places("PathPattern");
        assert_eq!(places, [("DistributionConfig.CacheBehaviors".to_owned(), "CacheBehavior")]);
    }
}
