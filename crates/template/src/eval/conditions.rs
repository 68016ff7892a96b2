//! Conditions: three-valued, and an undecided one says which question would decide it.

use super::evaluated::Value;
use super::evaluator::{Evaluator, MAX_DEPTH};
use super::view::{Decision, Fork, allowed};
use crate::at::{At, Env};
use crate::syntax::{Entry, NodeRef};
use crate::value::{Reference, Text, Tri};

impl<'t> Evaluator<'_, 't> {
    /// Remembers the first question that evaluation could not answer.
    pub(super) fn need(&self, fork: Fork) {
        self.fork.borrow_mut().get_or_insert(fork);
    }

    /// The value of the condition with this name.
    pub fn decide_named(&self, name: &str) -> Decision {
        self.decide_in(Env::default(), name)
    }

    /// The value of the condition with this name in the template that `env` stands for.
    pub fn decide_in(&self, env: Env, name: &str) -> Decision {
        let env = Env { bindings: 0, ..env };
        let Some(entry) = self.template().scope(env).condition(name) else { return Decision::Unreadable };
        // The value of a condition says all about its questions.
        let asked = self.asked.take();
        let decision = self.decide_entry(env, entry);
        self.asked.replace(asked);
        self.note_condition(env, entry.name(), &decision);
        decision
    }

    fn decide_entry(&self, env: Env, entry: Entry<'t>) -> Decision {
        let name = entry.name();
        if let Some(decided) = self.decided.borrow().get(&(env, name)) {
            return decided.clone();
        }
        // A condition that refers to itself finds this entry.
        self.decided.borrow_mut().insert((env, name), Decision::Unreadable);
        let decision = self.decide(At { node: entry.value, env });
        self.decided.borrow_mut().insert((env, name), decision.clone());
        decision
    }

    /// Like [`Self::decide_in`]; an undecided condition becomes a question of this evaluation.
    pub fn require(&self, env: Env, name: &str) -> Tri {
        let decision = self.decide_in(env, name);
        if let Decision::Open(fork) = &decision {
            self.need(fork.clone());
        }
        decision.tri()
    }

    /// The value of a condition function that has no name.
    pub fn decide_node(&self, node: NodeRef<'t>) -> Decision {
        self.decide(node.into())
    }

    /// The value of a condition function.
    pub(super) fn decide(&self, at: At<'t>) -> Decision {
        if self.depth.get() >= MAX_DEPTH {
            return Decision::Unreadable;
        }
        let Some(call) = at.node.intrinsic() else {
            return match at.node.text() {
                Some("true") => Decision::Known(true),
                Some("false") => Decision::Known(false),
                _ => Decision::Unreadable,
            };
        };
        self.depth.set(self.depth.get() + 1);
        let arguments: Vec<NodeRef<'t>> = call.value.items().collect();
        let all = || arguments.iter().map(|node| self.decide(at.to(*node)));
        let decision = match call.name() {
            "Condition" => self.decide_in(at.env, call.value.text().unwrap_or_default()),
            "Fn::Not" => match all().next() {
                Some(Decision::Known(answer)) => Decision::Known(!answer),
                other => other.unwrap_or(Decision::Unreadable),
            },
            "Fn::And" => combine(all(), false),
            "Fn::Or" => combine(all(), true),
            "Fn::Equals" => match arguments.as_slice() {
                [a, b] => self.decide_equals(at.to(*a), at.to(*b)),
                _ => Decision::Unreadable,
            },
            "Fn::Contains" => self.decide_contains(at, &arguments),
            _ => Decision::Unreadable,
        };
        self.depth.set(self.depth.get() - 1);
        decision
    }

    fn decide_equals(&self, a: At<'t>, b: At<'t>) -> Decision {
        let outer = self.in_condition.replace(true);
        let (a, b) = (self.eval(a).value, self.eval(b).value);
        self.in_condition.set(outer);
        let (Value::Text(a), Value::Text(b)) = (a, b) else { return Decision::Unreadable };
        self.decide_texts(a, b)
    }

    fn decide_texts(&self, a: Text, b: Text) -> Decision {
        match a.equals(&b) {
            Tri::True => return Decision::Known(true),
            Tri::False => return Decision::Known(false),
            Tri::Unknown => {}
        }
        self.note_view();
        if let Some(answer) = self.view.equal(&a, &b) {
            return Decision::Known(answer);
        }
        for (text, other) in [(&a, &b), (&b, &a)] {
            if let (Some(name), Some(value)) = (variable(text), other.as_literal()) {
                let allowed = allowed(self.template(), name);
                if self.is_excluded(name, value) || (!allowed.is_empty() && !allowed.contains(&value)) {
                    return Decision::Known(false);
                }
                return Decision::Open(Fork::Is(name.to_owned(), value.to_owned()));
            }
        }
        let key = [&a, &b].into_iter().find_map(|text| self.open_key(text));
        Decision::Open(key.unwrap_or(Fork::Equal(a, b)))
    }

    /// The next value to try for a variable that is the key of a `Fn::FindInMap`.
    fn open_key(&self, text: &Text) -> Option<Fork> {
        text.holes().find_map(|hole| {
            let Reference::Call { function, arguments } = &hole.reference else { return None };
            let [map, first, second] = arguments.as_slice() else { return None };
            if function != "Fn::FindInMap" {
                return None;
            }
            let (scope, name) = self.template().declaring(map.as_literal()?);
            let map = scope.mapping(name)?;
            let rows = || map.entries();
            let first_keys = rows().map(|row| row.name());
            let second_keys = rows().flat_map(|row| row.value.entries()).map(|cell| cell.name());
            self.untried(first, first_keys).or_else(|| self.untried(second, second_keys))
        })
    }

    fn untried<'n>(&self, key: &Text, mut names: impl Iterator<Item = &'n str>) -> Option<Fork> {
        let name = variable(key)?;
        let value = names.find(|value| !self.is_excluded(name, value))?;
        Some(Fork::Is(name.to_owned(), value.to_owned()))
    }

    /// `Fn::Contains` of a template's `Rules`: whether a list has a value.
    fn decide_contains(&self, at: At<'t>, arguments: &[NodeRef<'t>]) -> Decision {
        let [list, value] = arguments else { return Decision::Unreadable };
        let Value::List(items) = self.eval(at.to(*list)).value else { return Decision::Unreadable };
        let outer = self.in_condition.replace(true);
        let value = self.text(at.to(*value)).0;
        self.in_condition.set(outer);
        let decisions = items.into_iter().map(|item| match item.value {
            Value::Text(text) => self.decide_texts(text, value.clone()),
            _ => Decision::Unreadable,
        });
        combine(decisions, true)
    }
}

/// `Fn::Or` if `decisive`, `Fn::And` otherwise: one decisive answer is enough.
fn combine(decisions: impl Iterator<Item = Decision>, decisive: bool) -> Decision {
    let mut result = Decision::Known(!decisive);
    for decision in decisions {
        match (&decision, &result) {
            (Decision::Known(answer), _) if *answer == decisive => return decision,
            (Decision::Open(_), Decision::Known(_) | Decision::Unreadable) => result = decision,
            (Decision::Unreadable, Decision::Known(_)) => result = decision,
            _ => {}
        }
    }
    result
}

/// The name of the parameter or pseudo parameter that the text is.
fn variable(text: &Text) -> Option<&str> {
    match &text.as_hole()?.reference {
        Reference::Parameter(name) | Reference::Pseudo(name) => Some(name),
        _ => None,
    }
}
