//! One consistent choice of what conditions decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::template::Template;
use crate::value::{Hole, Part, Reference, Text, Tri};

/// A question that a condition depends on and the template does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fork {
    /// Whether a parameter or pseudo parameter has this value.
    Is(String, String),
    /// Whether two texts are equal.
    Equal(Text, Text),
}

/// The value of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is true or false.
    Known(bool),
    /// It depends on the answer to this question.
    Open(Fork),
    /// It cannot be read: no such condition, a cycle, a macro.
    Unreadable,
}

impl Decision {
    /// The answer in three values.
    pub fn tri(&self) -> Tri {
        match self {
            Self::Known(answer) => Tri::from(*answer),
            _ => Tri::Unknown,
        }
    }
}

/// The value that something has, and the values that it does not have.
pub(super) type Known = (Option<String>, Option<BTreeSet<String>>);

/// One of the templates that a template with conditions can become: the answers to some questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    is: BTreeMap<String, String>,
    is_not: BTreeMap<String, BTreeSet<String>>,
    equal: Vec<(Text, Text, bool)>,
}

impl View {
    /// This view with one more answer; `None` if it contradicts the others or the `AllowedValues`.
    pub fn with(&self, fork: &Fork, answer: bool, template: &Template<'_>) -> Option<Self> {
        let mut view = self.clone();
        match fork {
            Fork::Is(name, value) if answer => view.assign(name, value)?,
            Fork::Is(name, value) => {
                if view.is.get(name) == Some(value) {
                    return None;
                }
                let excluded = view.is_not.entry(name.clone()).or_default();
                excluded.insert(value.clone());
                let allowed = allowed(template, name);
                let mut left = allowed.iter().filter(|value| !excluded.contains(**value));
                match (left.next().copied(), left.next()) {
                    (None, _) if !allowed.is_empty() => return None,
                    (Some(last), None) => view.assign(name, last)?,
                    _ => {}
                }
            }
            Fork::Equal(a, b) => {
                view.equal.push((a.clone(), b.clone(), answer));
            }
        }
        Some(view)
    }

    fn assign(&mut self, name: &str, value: &str) -> Option<()> {
        if self.is_not.get(name).is_some_and(|set| set.contains(value)) {
            return None;
        }
        if self.is.insert(name.to_owned(), value.to_owned()).is_some_and(|old| old != value) {
            return None;
        }
        for (a, b, answer) in &mut self.equal {
            *a = substitute(a, name, value);
            *b = substitute(b, name, value);
            if a.equals(b) == !Tri::from(*answer) {
                return None;
            }
        }
        Some(())
    }

    /// The value that a parameter or pseudo parameter has in this view.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.is.get(name).map(String::as_str)
    }

    /// Whether the view says that texts are equal or not.
    pub(super) fn compares(&self) -> bool {
        !self.equal.is_empty()
    }

    /// All that the view says about a parameter or pseudo parameter.
    pub(super) fn known(&self, name: &str) -> Known {
        (self.is.get(name).cloned(), self.is_not.get(name).cloned())
    }

    /// Whether the view says that a parameter or pseudo parameter does not have this value.
    pub fn excludes(&self, name: &str, value: &str) -> bool {
        self.is_not.get(name).is_some_and(|set| set.contains(value))
    }

    /// Whether the view says that two texts are equal.
    pub fn equal(&self, a: &Text, b: &Text) -> Option<bool> {
        self.equal.iter().find(|(x, y, _)| (x, y) == (a, b) || (x, y) == (b, a)).map(|(_, _, answer)| *answer)
    }
}

/// The listed values of a parameter.
pub(crate) fn allowed<'t>(template: &Template<'t>, name: &str) -> Vec<&'t str> {
    let (scope, name) = template.declaring(name);
    scope.parameter(name).map(|parameter| parameter.allowed.clone()).unwrap_or_default()
}

/// The text with a parameter or pseudo parameter filled in.
fn substitute(text: &Text, name: &str, value: &str) -> Text {
    let mut filled = Text::default();
    for part in text.parts() {
        match part {
            Part::Lit(literal) => filled.push_str(literal),
            Part::Hole(hole) => filled.push(&substitute_hole(hole, name, value)),
        }
    }
    filled
}

fn substitute_hole(hole: &Hole, name: &str, value: &str) -> Text {
    match &hole.reference {
        Reference::Parameter(n) | Reference::Pseudo(n) if n == name => Text::literal(value),
        Reference::Piece { source, delimiter, index } => substitute(source, name, value)
            .piece(delimiter, *index)
            .unwrap_or_else(|| Text::hole(hole.clone())),
        _ => Text::hole(hole.clone()),
    }
}
