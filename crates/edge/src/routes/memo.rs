//! What is worked out once about a model, for all rules.

use std::sync::Arc;

use cflint_template::model::{Behavior, Distribution, Model};

use crate::language::Budget;
use crate::once::Once;
use crate::routes::example::Chosen;
use crate::routes::pattern::PathPattern;

/// How much all questions about the requests of one distribution may cost, those of all its views together. As many
/// behaviors and routes as AWS accepts need a twentieth if they are realistic; it is spent in half a second.
pub const STEPS: usize = 40_000_000;

/// The same, for whether patterns match everything that others do.
pub const STEPS_OF_PATTERNS: usize = 10_000_000;

/// The same, for requests that read better in messages than the first one found.
const STEPS_OF_EXAMPLES: usize = 10_000_000;

/// The patterns of a distribution, example requests, and the remaining budget for questions, in one view.
#[derive(Debug)]
pub struct Memo {
    /// The patterns of the behaviors in their order, as far as they are known.
    patterns: Vec<Option<PathPattern>>,
    of_requests: Budget,
    of_patterns: Budget,
    of_examples: Budget,
    examples: Once<PathKey, Chosen>,
}

/// A request path: the positions of its behavior and its origin.
pub(super) type PathKey = (Option<usize>, usize);

impl Memo {
    pub fn of(model: &Model) -> Arc<Self> {
        model.memo.get(|| {
            let pattern = |behavior: &Behavior| behavior.path_pattern.literal().map(PathPattern::new);
            Self {
                patterns: model.distribution.behaviors.iter().map(pattern).collect(),
                of_requests: Budget::new(STEPS / model.views.max(1)),
                of_patterns: Budget::new(STEPS_OF_PATTERNS / model.views.max(1)),
                of_examples: Budget::new(STEPS_OF_EXAMPLES / model.views.max(1)),
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

    /// What is left for looking for requests that read well.
    pub(super) const fn budget_of_examples(&self) -> &Budget {
        &self.of_examples
    }

    /// The patterns that come before a behavior; `None` if one of them is not known.
    pub(super) fn patterns_before(&self, behavior: &Behavior) -> Option<Vec<&PathPattern>> {
        let count = behavior.index.unwrap_or(self.patterns.len());
        self.patterns.iter().take(count).map(Option::as_ref).collect()
    }

    /// See [`crate::routes::path::taker`].
    pub(super) fn taker<'m>(
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

    pub(super) fn example(&self, path: PathKey, find: impl FnOnce() -> Chosen) -> Arc<Chosen> {
        self.examples.get(path, find)
    }
}
