//! Which questions came up while something was read: in views with the same answers, it is the same.

use std::collections::BTreeMap;

use super::evaluator::Evaluator;
use super::view::{Decision, Known, View};
use crate::at::Env;

/// The questions that came up, with their answers.
#[derive(Debug, Default)]
pub(crate) struct Asked<'t> {
    conditions: BTreeMap<(Env, &'t str), Decision>,
    /// Parameters and pseudo parameters, and what the view says about them.
    variables: BTreeMap<String, Known>,
    /// The view, if the question came up whether two texts are equal.
    view: Option<View>,
}

impl<'t> Evaluator<'_, 't> {
    /// What is read, with the questions that came up meanwhile; without them if one had no answer.
    pub(crate) fn recorded<T>(&self, read: impl FnOnce() -> T) -> (T, Option<Asked<'t>>) {
        let fork = self.fork.take();
        let outer = self.asked.replace(Some(Asked::default()));
        let value = read();
        let asked = self.asked.replace(outer);
        let is_answered = self.fork.borrow().is_none();
        if fork.is_some() {
            self.fork.replace(fork);
        }
        (value, asked.filter(|_| is_answered))
    }

    /// Whether this view gives the same answers.
    pub(crate) fn answers_alike(&self, asked: &Asked<'t>) -> bool {
        asked.conditions.iter().all(|((env, name), then)| self.decide_in(*env, name) == *then)
            && asked.variables.iter().all(|(name, then)| self.view.known(name) == *then)
            && asked.view.as_ref().is_none_or(|view| view == self.view)
    }

    /// The value that the view gives a parameter or pseudo parameter.
    pub(super) fn in_view(&self, name: &str) -> Option<&str> {
        self.note_variable(name);
        self.view.value(name)
    }

    /// Whether the view says that a parameter or pseudo parameter does not have this value.
    pub(super) fn is_excluded(&self, name: &str, value: &str) -> bool {
        self.note_variable(name);
        self.view.excludes(name, value)
    }

    pub(super) fn note_view(&self) {
        if let Some(asked) = self.asked.borrow_mut().as_mut() {
            asked.view.get_or_insert_with(|| self.view.clone());
        }
    }

    pub(super) fn note_condition(&self, env: Env, name: &'t str, decision: &Decision) {
        if let Some(asked) = self.asked.borrow_mut().as_mut() {
            asked.conditions.entry((env, name)).or_insert_with(|| decision.clone());
        }
    }

    fn note_variable(&self, name: &str) {
        if let Some(asked) = self.asked.borrow_mut().as_mut()
            && !asked.variables.contains_key(name)
        {
            asked.variables.insert(name.to_owned(), self.view.known(name));
        }
    }
}
