//! How much work questions about languages may cost.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The work left for a number of questions, in steps of a few nanoseconds. When it is spent, they have no answer.
///
/// A single question may cost a little; thousands of hard ones about one distribution may not cost thousands of times
/// as much.
#[derive(Debug)]
pub struct Budget(AtomicUsize);

/// How much one question may cost. What people write needs a few hundred steps; the limit is reached in a few
/// milliseconds.
const QUESTION: usize = 1_000_000;

impl Budget {
    /// A budget of this many steps.
    pub const fn new(steps: usize) -> Self {
        Self(AtomicUsize::new(steps))
    }

    /// What a single question may cost.
    pub const fn of_question() -> Self {
        Self::new(QUESTION)
    }

    pub fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes this many steps from what is left.
    pub fn spend(&self, steps: usize) {
        self.0.store(self.left().saturating_sub(steps), Ordering::Relaxed);
    }

    pub fn is_spent(&self) -> bool {
        self.left() == 0
    }

    /// What the next question may cost.
    pub(super) fn question(&self) -> usize {
        self.left().min(QUESTION)
    }
}
