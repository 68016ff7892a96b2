//! Mappings with `Fn::ForEach` unrolled, in which `Fn::Transform` means that there may be more.

use std::borrow::Cow;

use super::evaluated::{Reason, Value, opaque};
use super::evaluator::Evaluator;
use crate::at::{At, Env};
use crate::syntax::{Entry, NodeRef};
use crate::template::{Binding, Template};
use crate::value::Text;

/// How the key of a loop starts.
pub(crate) const FOR_EACH: &str = "Fn::ForEach::";

/// How many entries loops may create in one mapping.
const MAX_LOOP_ENTRIES: usize = 10_000;

/// A key and its value.
#[derive(Debug, Clone)]
pub struct MapEntry<'t> {
    /// The key, with loop variables filled in.
    pub name: Cow<'t, str>,
    /// Where the key is written.
    pub key: NodeRef<'t>,
    pub at: At<'t>,
}

/// The entries of a mapping.
#[derive(Debug, Clone)]
pub struct MapView<'t> {
    /// The entries in the order of the file.
    pub entries: Vec<MapEntry<'t>>,
    /// Why there may be entries that the file does not show.
    pub open: Option<Reason>,
    /// How many iterations its loops have.
    rounds: usize,
}

/// A loop, `Fn::ForEach::Name: [identifier, values, body]`.
pub(crate) struct ForEach<'t> {
    pub(crate) values: At<'t>,
    pub(crate) body: NodeRef<'t>,
    /// The loop variables of each iteration.
    pub(crate) rounds: Vec<Env>,
    /// Those of an iteration that stands for values that are not known, if there are any.
    pub(crate) unknown: Option<Env>,
}

impl<'t> MapView<'t> {
    /// A mapping without entries, or without any that the file shows.
    pub(crate) fn empty(open: Option<Reason>) -> Self {
        Self { entries: Vec::new(), open, rounds: 0 }
    }

    /// Whether loops create more entries than any template has; the mapping is open then.
    fn is_full(&mut self) -> bool {
        let full = self.entries.len().max(self.rounds) > MAX_LOOP_ENTRIES;
        if full {
            self.open = Some(Reason::new("its loops create too many entries"));
        }
        full
    }

    /// The entry with this key; the last one if the key is repeated.
    pub fn get(&self, name: &str) -> Option<&MapEntry<'t>> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }
}

impl<'t> Evaluator<'_, 't> {
    /// The entries of a mapping, loops unrolled.
    pub fn map(&self, at: At<'t>) -> MapView<'t> {
        let mut map = MapView { entries: Vec::with_capacity(at.node.len()), ..MapView::empty(None) };
        self.collect(at, &mut map);
        map
    }

    fn collect(&self, at: At<'t>, map: &mut MapView<'t>) {
        for entry in at.node.entries() {
            let name = entry.name();
            if name.starts_with(FOR_EACH) {
                self.unroll(at.env, entry, map);
            } else if name == "Fn::Transform" {
                map.open = Some(Reason::new("a transform adds to it"));
            } else {
                let key = self.template.fill_key(at.env, name);
                if key.is_none() {
                    map.open = Some(Reason::new("a key contains a loop variable that is not known"));
                }
                let name = key.unwrap_or(Cow::Borrowed(name));
                map.entries.push(MapEntry { name, key: entry.key, at: at.to(entry.value) });
            }
            if map.is_full() {
                return;
            }
        }
    }

    fn unroll(&self, env: Env, entry: Entry<'t>, map: &mut MapView<'t>) {
        let Some(over) = self.for_each(env, entry) else {
            map.open = Some(Reason::new("`Fn::ForEach` requires an identifier, a list and a mapping"));
            return;
        };
        if over.unknown.is_some() {
            map.open = Some(Reason::new("the list of `Fn::ForEach` is not known"));
        }
        map.rounds += over.rounds.len();
        for env in over.rounds {
            if map.is_full() {
                return;
            }
            self.collect(At { node: over.body, env }, map);
        }
    }

    /// What a loop iterates over; `None` if it is not written as one.
    pub(crate) fn for_each(&self, env: Env, entry: Entry<'t>) -> Option<ForEach<'t>> {
        let mut arguments = entry.value.items();
        let (identifier, values, body) = (arguments.next()?, arguments.next()?, arguments.next()?);
        let identifier = identifier.text().unwrap_or_default();
        let values = At { node: values, env };
        let mut over = ForEach { values, body, rounds: Vec::new(), unknown: None };
        let value = self.eval(values).value;
        let (items, mut is_known) = match value {
            Value::List(items) => (items, true),
            _ => (Vec::new(), false),
        };
        for item in items {
            match item.value {
                Value::Text(value) => over.rounds.push(self.template.bind(env, identifier, value)),
                _ => is_known = false,
            }
        }
        if !is_known {
            over.unknown = Some(self.template.bind(env, identifier, opaque(values.node)));
        }
        Some(over)
    }
}

impl<'t> Template<'t> {
    fn bind(&self, parent: Env, name: &str, value: Text) -> Env {
        let mut envs = self.envs.borrow_mut();
        envs.push(Binding { name: name.to_owned(), value, parent });
        Env { scope: parent.scope, bindings: u32::try_from(envs.len()).unwrap_or(0) }
    }

    /// The value of a loop variable.
    pub(crate) fn bound(&self, mut env: Env, name: &str) -> Option<Text> {
        let envs = self.envs.borrow();
        while env.bindings > 0 {
            let binding = envs.get(env.bindings as usize - 1)?;
            if binding.name == name {
                return Some(binding.value.clone());
            }
            env = binding.parent;
        }
        None
    }

    /// A text with its loop variables, `${Name}` and `&{Name}`, filled in.
    pub(crate) fn fill(&self, env: Env, text: &str) -> Text {
        if env.bindings == 0 || !text.contains('{') {
            return Text::literal(text);
        }
        let mut filled = Text::default();
        let mut rest = text;
        while let Some(start) = rest.find(['$', '&']) {
            let after = &rest[start + 1..];
            let variable = after.strip_prefix('{').and_then(|after| after.split_once('}'));
            let value = variable.and_then(|(name, tail)| Some((self.bound(env, name.trim())?, tail)));
            filled.push_str(&rest[..start]);
            match value {
                Some((value, tail)) => {
                    if rest.as_bytes()[start] == b'&' {
                        filled.push(&alphanumeric(&value));
                    } else {
                        filled.push(&value);
                    }
                    rest = tail;
                }
                None => {
                    filled.push_str(&rest[start..=start]);
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    fn fill_key(&self, env: Env, name: &'t str) -> Option<Cow<'t, str>> {
        if env.bindings == 0 {
            return Some(Cow::Borrowed(name));
        }
        self.fill(env, name).as_literal().map(|filled| Cow::Owned(filled.to_owned()))
    }
}

/// `&{Name}` drops every character that a logical id cannot contain.
fn alphanumeric(text: &Text) -> Text {
    text.map_literals(|literal| literal.chars().filter(char::is_ascii_alphanumeric).collect())
}
