//! Reads properties of one mapping, and records what has the wrong type.

use std::cell::RefCell;

use cflint_diagnostics::Span;

use super::path::{Name, Path, Property};
use super::{List, Prop, State};
use crate::at::At;
use crate::eval::{Evaluated, Evaluator, MapEntry, MapView, Reason, Value};
use crate::syntax::{NodeId, NodeRef, describe};
use crate::template::{Problem, Resource};
use crate::value::Text;

/// The properties of one mapping.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'r, 't> {
    evaluator: &'r Evaluator<'r, 't>,
    problems: &'r RefCell<Vec<Problem>>,
    map: MapView<'t>,
    /// Stands for a property that is absent.
    span: Span,
    node: Option<NodeId>,
    /// Where the mapping is below `Properties`; `None` if it is not part of them.
    path: Option<Path>,
}

impl<'r, 't> Reader<'r, 't> {
    /// The `Properties` of a resource; none if they are missing.
    pub(crate) fn of_resource(
        evaluator: &'r Evaluator<'r, 't>,
        problems: &'r RefCell<Vec<Problem>>,
        resource: &Resource<'t>,
    ) -> Self {
        let (map, node) = match resource.properties {
            Some(at) => (evaluator.map(at), Some(at.node.id())),
            None => (MapView::empty(None), None),
        };
        let map = with_definition(map, evaluator);
        Self { evaluator, problems, map, span: resource.id_span, node, path: Some(Path::default()) }
    }

    /// The `Properties` of another resource.
    pub(crate) fn of(&self, resource: &Resource<'t>) -> Self {
        Self::of_resource(self.evaluator, self.problems, resource)
    }

    /// A mapping in which everything is absent.
    pub(crate) fn empty(
        evaluator: &'r Evaluator<'r, 't>,
        problems: &'r RefCell<Vec<Problem>>,
        span: Span,
    ) -> Self {
        Self { evaluator, problems, map: MapView::empty(None), span, node: None, path: None }
    }

    /// The place that stands for a property that is absent.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The node of the mapping.
    pub(crate) fn node(&self) -> Option<NodeId> {
        self.node
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&MapEntry<'t>> {
        if self.evaluator.is_over() { None } else { self.map.get(name) }
    }

    fn property(&self, name: &Name) -> Property {
        self.path.as_ref().map(|path| path.property(name.clone())).unwrap_or_default()
    }

    fn absent<T>(&self, name: &Name) -> Prop<T> {
        let state = match &self.map.open {
            Some(reason) => State::Unknown(reason.clone()),
            None => State::Absent,
        };
        Prop { state, property: self.property(name), ..Prop::absent(self.span) }
    }

    fn read<T>(&self, name: &Name, read: impl FnOnce(&Evaluated<'t>) -> State<T>) -> Prop<T> {
        let Some(entry) = self.entry(name) else { return self.absent(name) };
        let value = self.evaluator.eval(entry.at);
        let state = read(&value);
        let span = value_span(value.node, entry.key);
        Prop {
            state,
            span,
            node: Some(value.node.id()),
            origins: value.origins,
            property: self.property(name),
        }
    }

    pub(crate) fn text(&self, name: impl Into<Name>) -> Prop<Text> {
        let name = name.into();
        self.read(&name, |value| self.as_text(&name, value))
    }

    fn as_text(&self, name: &str, value: &Evaluated<'t>) -> State<Text> {
        match &value.value {
            Value::Text(text) => State::Known(text.clone()),
            Value::NoValue => State::Absent,
            Value::Unknown(reason) => State::Unknown(reason.clone()),
            Value::List(_) | Value::Map(_) => {
                self.wrong(value.node, name, "a string");
                State::Unknown(Reason("it is not a string".to_owned()))
            }
        }
    }

    /// A boolean property; `"true"` is accepted as `true`.
    pub(crate) fn bool(&self, name: impl Into<Name>) -> Prop<bool> {
        self.parsed(name.into(), "`true` or `false`", |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        })
    }

    /// A number property; `"443"` is accepted as `443`. Fractions are truncated.
    pub(crate) fn int(&self, name: &'static str) -> Prop<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "the limits of these numbers are far below")]
        self.parsed(name.into(), "a number", |text| {
            text.trim().parse::<i64>().ok().or_else(|| text.trim().parse::<f64>().ok().map(|n| n as i64))
        })
    }

    fn parsed<T>(&self, name: Name, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Prop<T> {
        let text = self.text(name.clone());
        text.map(|value| match value.as_literal() {
            Some("") => State::Absent,
            Some(literal) => match parse(literal) {
                Some(parsed) => State::Known(parsed),
                None => {
                    self.wrong_text(text.span, &name, expected, literal);
                    State::Unknown(Reason(format!("it is not {expected}")))
                }
            },
            None => State::Unknown(Reason(format!("`{value}` is known only at deployment"))),
        })
    }

    pub(crate) fn texts(&self, name: impl Into<Name>) -> List<Prop<Text>> {
        let name = name.into();
        let property = self.property(&name);
        self.list(&name, |item, key| {
            let state = self.as_text(&name, item);
            let span = value_span(item.node, key);
            let (node, property) = (Some(item.node.id()), property.clone());
            Some(Prop { state, span, node, origins: item.origins.clone(), property })
        })
    }

    pub(crate) fn maps<T>(&self, name: &'static str, mut read: impl FnMut(Self, usize) -> T) -> List<T> {
        let mut index = 0;
        self.list(&name.into(), |item, _| match &item.value {
            Value::Map(at) => {
                index += 1;
                let path = self.path.as_ref().map(|path| path.item(name, index - 1));
                Some(read(Self { path, ..self.below(*at, at.node.span()) }, index - 1))
            }
            Value::Unknown(_) => None,
            _ => {
                self.wrong(item.node, &format!("each item of `{name}`"), "a mapping");
                None
            }
        })
    }

    fn list<T>(
        &self,
        name: &Name,
        mut read: impl FnMut(&Evaluated<'t>, NodeRef<'t>) -> Option<T>,
    ) -> List<T> {
        let property = self.property(name);
        let Some(entry) = self.entry(name) else {
            return List {
                items: Vec::new(),
                open: self.map.open.clone(),
                present: false,
                span: self.span,
                node: None,
                property,
            };
        };
        let value = self.evaluator.eval(entry.at);
        let mut list = List {
            items: Vec::new(),
            open: None,
            present: true,
            span: value_span(value.node, entry.key),
            node: Some(value.node.id()),
            property,
        };
        match &value.value {
            Value::List(items) => {
                for item in items {
                    // A list from a parameter provides the items.
                    let mut item = item.clone();
                    item.origins.extend(value.origins.iter().cloned());
                    match read(&item, entry.key) {
                        Some(read) => list.items.push(read),
                        None => list.open = Some(Reason(format!("an item of `{name}` is not known"))),
                    }
                }
            }
            Value::NoValue => list.present = false,
            Value::Unknown(reason) => list.open = Some(reason.clone()),
            other if is_blank(other) => list.present = false,
            Value::Text(text) => {
                list.open = Some(Reason(format!("`{name}` is not known")));
                if text.as_literal().is_some() && value.origins.is_empty() {
                    self.wrong(value.node, name, "a list");
                }
            }
            Value::Map(_) => {
                list.open = Some(Reason(format!("`{name}` is not a list")));
                self.wrong(value.node, name, "a list");
            }
        }
        list
    }

    /// A property that is a mapping.
    pub(crate) fn map(&self, name: impl Into<Name>) -> Prop<Self> {
        let name = name.into();
        let Some(entry) = self.entry(&name) else { return self.absent(&name) };
        let key = entry.key.span();
        let path = || self.path.as_ref().map(|path| path.below(name.clone()));
        self.read(&name, |value| match &value.value {
            Value::Map(at) => State::Known(Self { path: path(), ..self.below(*at, key) }),
            Value::NoValue => State::Absent,
            Value::Unknown(reason) => State::Unknown(reason.clone()),
            other if is_blank(other) => State::Absent,
            Value::Text(text) if text.as_literal().is_none() || !value.origins.is_empty() => {
                State::Unknown(Reason(format!("`{text}` is known only at deployment")))
            }
            Value::Text(_) | Value::List(_) => {
                self.wrong(value.node, &name, "a mapping");
                State::Unknown(Reason(format!("`{name}` is not a mapping")))
            }
        })
    }

    /// A property that may be a mapping and may be something else as well.
    pub(crate) fn map_quietly(&self, name: &'static str) -> Prop<Self> {
        match self.value(name).map(|value| value.value) {
            Some(Value::Map(_)) => self.map(name),
            _ => self.absent(&name.into()),
        }
    }

    /// A mapping; one in which everything is absent if the property is absent, unknown if it is unknown.
    pub(crate) fn map_or_empty(&self, name: impl Into<Name>) -> Self {
        let name = name.into();
        let prop = self.map(name.clone());
        let open = match prop.state {
            State::Known(reader) => return reader,
            State::Absent => None,
            State::Unknown(reason) => Some(reason),
        };
        let path = self.path.as_ref().map(|path| path.below(name));
        Self { map: MapView::empty(open), span: self.span, node: None, path, ..self.clone() }
    }

    pub(crate) fn value(&self, name: &str) -> Option<Evaluated<'t>> {
        self.entry(name).map(|entry| self.evaluator.eval(entry.at))
    }

    /// The entries of the mapping.
    pub(crate) fn entries(&self) -> &[MapEntry<'t>] {
        &self.map.entries
    }

    pub(crate) fn evaluator(&self) -> &'r Evaluator<'r, 't> {
        self.evaluator
    }

    /// Why there may be properties that the file does not show.
    pub(crate) fn open(&self) -> Option<&Reason> {
        self.map.open.as_ref()
    }

    /// Another mapping, which is not a property of this one.
    pub(crate) fn below(&self, at: At<'t>, span: Span) -> Self {
        Self { map: self.evaluator.map(at), span, node: Some(at.node.id()), path: None, ..self.clone() }
    }

    fn wrong(&self, node: NodeRef<'t>, name: &str, expected: &str) {
        let found = describe(node);
        let subject = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
        let message = format!("{subject} must be {expected}, found {found}");
        self.report(node.span(), message);
    }

    fn wrong_text(&self, span: Span, name: &str, expected: &str, found: &str) {
        self.report(span, format!("`{name}` must be {expected}, found `{found}`"));
    }

    fn report(&self, span: Span, message: String) {
        let problem = Problem { span, message, help: None };
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}

/// Reads a definition that is in a file as if it were in the template.
fn with_definition<'t>(mut map: MapView<'t>, evaluator: &Evaluator<'_, 't>) -> MapView<'t> {
    for entry in &mut map.entries {
        if let Some((holder, root)) = evaluator.template().named_definition(&entry.name, entry.at) {
            (entry.name, entry.at) = (holder.into(), root);
        }
    }
    map
}

/// The place of a value; that of its key where there is no value, as in `key:`.
fn value_span(node: NodeRef<'_>, key: NodeRef<'_>) -> Span {
    if node.span().is_empty() { key.span() } else { node.span() }
}

/// Whether a generator writes this for a list or a mapping that is not set: the Serverless Framework, for one, writes
/// `Policy: ''` into every REST API.
fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.as_literal() == Some(""),
        Value::List(items) => items.is_empty(),
        Value::Map(at) => at.node.is_empty(),
        Value::NoValue | Value::Unknown(_) => false,
    }
}
