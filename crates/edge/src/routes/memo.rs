//! What is worked out once about a model, for all who ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use cflint_template::model::{Behavior, Distribution, Model};

use crate::language::Budget;
use crate::routes::path::RequestPath;
use crate::routes::pattern::PathPattern;
use crate::routes::reachable::{Calls, Ways, WaysKey};

/// How much all questions about the requests of one distribution may cost, those of all its views together. As many
/// behaviors and routes as AWS accepts need a twentieth if they are what people write; it is spent in half a second.
pub const STEPS: usize = 40_000_000;

/// The same, for whether patterns take all that others do.
pub const STEPS_OF_PATTERNS: usize = 10_000_000;

/// What is known of a model, in one view.
#[derive(Debug)]
pub struct Known {
    /// The patterns of the behaviors in their order, as far as they are known.
    patterns: Vec<Option<PathPattern>>,
    of_requests: Budget,
    of_patterns: Budget,
    ways: Once<WaysKey, Ways>,
    calls: Once<PathKey, Calls>,
    examples: Once<PathKey, String>,
}

/// The positions of behavior and origin.
type PathKey = (Option<usize>, usize);

impl Known {
    /// What is known of the model.
    pub fn of(model: &Model) -> Arc<Self> {
        model.memo.get(|| {
            let pattern = |behavior: &Behavior| behavior.path_pattern.literal().map(PathPattern::new);
            Self {
                patterns: model.distribution.behaviors.iter().map(pattern).collect(),
                of_requests: Budget::new(STEPS / model.views.max(1)),
                of_patterns: Budget::new(STEPS_OF_PATTERNS / model.views.max(1)),
                ways: Once::default(),
                calls: Once::default(),
                examples: Once::default(),
            }
        })
    }

    /// What is left for questions about requests.
    pub const fn budget(&self) -> &Budget {
        &self.of_requests
    }

    /// What is left for comparing the patterns with each other.
    pub const fn budget_of_patterns(&self) -> &Budget {
        &self.of_patterns
    }

    /// The patterns that come before a behavior; `None` if one of them is not known.
    pub(crate) fn patterns_before(&self, behavior: &Behavior) -> Option<Vec<&PathPattern>> {
        let count = behavior.index.unwrap_or(self.patterns.len());
        self.patterns.iter().take(count).map(Option::as_ref).collect()
    }

    /// See [`crate::routes::path::taker`].
    pub(crate) fn taker<'m>(
        &self,
        distribution: &'m Distribution,
        viewer_path: &str,
    ) -> Option<&'m Behavior> {
        if distribution.behaviors.open.is_some() {
            return None;
        }
        for (behavior, pattern) in distribution.behaviors.iter().zip(&self.patterns) {
            if pattern.as_ref()?.matches(viewer_path) {
                return Some(behavior);
            }
        }
        Some(&distribution.default_behavior)
    }

    pub(crate) fn ways(&self, key: WaysKey, find: impl FnOnce() -> Ways) -> Arc<Ways> {
        self.ways.get(key, find)
    }

    pub(crate) fn calls(&self, path: &RequestPath<'_>, find: impl FnOnce() -> Calls) -> Arc<Calls> {
        self.calls.get((path.behavior.index, path.origin.index), find)
    }

    pub(crate) fn example(&self, path: &RequestPath<'_>, find: impl FnOnce() -> String) -> Arc<String> {
        self.examples.get((path.behavior.index, path.origin.index), find)
    }
}

/// Answers that are found once each.
#[derive(Debug)]
struct Once<K, V>(Mutex<HashMap<K, Arc<V>>>);

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> Once<K, V> {
    fn get(&self, key: K, find: impl FnOnce() -> V) -> Arc<V> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Arc::clone(found);
        }
        // Not locked while it is found, because that may ask for others.
        let found = Arc::new(find());
        Arc::clone(known().entry(key).or_insert(found))
    }
}
