//! Merges the findings of several views of one distribution.

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::{Finding, Span};

/// The findings of one view and the conditions that the view decides.
pub(crate) struct ViewFindings {
    pub(crate) conditions: Vec<(String, bool)>,
    pub(crate) findings: Vec<Finding>,
}

/// One finding for each that views agree on; one that applies only in some says in which.
pub(crate) fn merge(views: Vec<ViewFindings>) -> Vec<Finding> {
    let conditions: Vec<BTreeMap<String, bool>> =
        views.iter().map(|view| view.conditions.iter().cloned().collect()).collect();
    let mut merged: Vec<(Finding, BTreeSet<usize>)> = Vec::new();
    let mut known: BTreeMap<(&'static str, Span, String), usize> = BTreeMap::new();
    for (index, view) in views.into_iter().enumerate() {
        for finding in view.findings {
            let key = (finding.rule, finding.primary.span, finding.message.clone());
            let at = *known.entry(key).or_insert_with(|| {
                merged.push((finding.clone(), BTreeSet::new()));
                merged.len() - 1
            });
            let (first, holds) = &mut merged[at];
            let behavior = finding.subject.behavior.clone();
            // Two behaviors can share a policy, two views a place: the more certain one is kept, with the views where it is that certain.
            if finding.confidence > first.confidence {
                *first = finding;
                holds.clear();
            } else if finding.confidence < first.confidence {
                continue;
            }
            holds.insert(index);
            first.subject.behaviors.extend(behavior);
        }
    }
    merged
        .into_iter()
        .map(|(mut finding, holds)| {
            let (chosen, exact) = distinguishing(&conditions, &holds);
            finding.conditions = chosen;
            let behaviors = &mut finding.subject.behaviors;
            let mut seen = BTreeSet::new();
            behaviors.retain(|name| seen.insert(name.clone()));
            if behaviors.len() < 2 {
                behaviors.clear();
            }
            if !exact {
                finding.notes.push("this applies only to some combinations of conditions".to_owned());
            }
            finding
        })
        .collect()
}

/// What is the same in some views.
#[derive(Debug, Clone)]
pub struct Alike<T> {
    /// The conditions that distinguish these views from the others.
    pub conditions: Vec<(String, bool)>,
    /// Whether the conditions say all of it.
    pub is_exact: bool,
    pub value: T,
}

/// What differs between views, each with the conditions under which it applies.
pub(crate) fn group<T: PartialEq>(views: Vec<(Vec<(String, bool)>, T)>) -> Vec<Alike<T>> {
    let conditions: Vec<BTreeMap<String, bool>> =
        views.iter().map(|(conditions, _)| conditions.iter().cloned().collect()).collect();
    let mut groups: Vec<(T, BTreeSet<usize>)> = Vec::new();
    for (index, (_, value)) in views.into_iter().enumerate() {
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, holds)) => {
                holds.insert(index);
            }
            None => groups.push((value, BTreeSet::from([index]))),
        }
    }
    groups
        .into_iter()
        .map(|(value, holds)| {
            let (conditions, is_exact) = distinguishing(&conditions, &holds);
            Alike { conditions, is_exact, value }
        })
        .collect()
}

/// The fewest conditions, by greedy choice, that have one value in all views where the finding applies and another one
/// elsewhere; and whether these conditions are exact, which they cannot be where either of two is enough.
fn distinguishing(views: &[BTreeMap<String, bool>], holds: &BTreeSet<usize>) -> (Vec<(String, bool)>, bool) {
    let mut others: BTreeSet<usize> = (0..views.len()).filter(|index| !holds.contains(index)).collect();
    let constant: BTreeMap<&String, bool> = holds
        .first()
        .map(|first| &views[*first])
        .into_iter()
        .flatten()
        .filter(|(name, value)| holds.iter().all(|index| views[*index].get(*name) == Some(value)))
        .map(|(name, value)| (name, *value))
        .collect();
    let mut chosen = BTreeMap::new();
    while !others.is_empty() {
        let excludes = |name: &String, value: bool| {
            others
                .iter()
                .filter(|index| views[**index].get(name).is_some_and(|other| *other != value))
                .count()
        };
        let best = constant
            .iter()
            .map(|(name, value)| (excludes(name, *value), *name, *value))
            .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(a.1)));
        let Some((count, name, value)) = best else { break };
        if count == 0 {
            break;
        }
        others.retain(|index| views[*index].get(name).is_none_or(|other| *other == value));
        chosen.insert(name.clone(), value);
    }
    (chosen.into_iter().collect(), others.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(conditions: &[(&str, bool)]) -> BTreeMap<String, bool> {
        conditions.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }

    #[test]
    fn what_holds_everywhere_has_no_condition() {
        let views = [view(&[("A", true)]), view(&[("A", false)])];
        assert_eq!(distinguishing(&views, &BTreeSet::from([0, 1])), (Vec::new(), true));
    }

    #[test]
    fn the_condition_that_tells_views_apart_is_named_and_others_are_not() {
        let views = [
            view(&[("A", true), ("B", true)]),
            view(&[("A", true), ("B", false)]),
            view(&[("A", false), ("B", true)]),
            view(&[("A", false), ("B", false)]),
        ];
        assert_eq!(distinguishing(&views, &BTreeSet::from([2, 3])), (vec![("A".to_owned(), false)], true));
        assert_eq!(
            distinguishing(&views, &BTreeSet::from([1])),
            (vec![("A".to_owned(), true), ("B".to_owned(), false)], true)
        );
    }

    #[test]
    fn a_choice_that_no_conjunction_describes_names_what_it_can() {
        let views =
            [view(&[("A", true), ("B", true)]), view(&[("A", true), ("B", false)]), view(&[("A", false)])];
        assert_eq!(distinguishing(&views, &BTreeSet::from([0, 2])), (Vec::new(), false));
    }
}
