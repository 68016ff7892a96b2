//! The properties of a SAM resource together with the `Globals` for its kind.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>

use crate::at::{At, Env};
use crate::eval::Evaluated;
use crate::model::Prop;
use crate::model::reader::Reader;
use crate::model::slice::Slice;
use crate::syntax::Kind;
use crate::template::Resource;
use crate::value::Text;

/// One mapping of a resource, and the mapping of `Globals` below it.
#[derive(Debug, Clone)]
pub(in crate::model) struct Settings<'r, 't> {
    own: Reader<'r, 't>,
    globals: Option<Reader<'r, 't>>,
    /// What the resource ignores.
    ignored: Vec<&'t str>,
}

impl<'r, 't> Settings<'r, 't> {
    /// The properties of a resource of the kind `Api`, `HttpApi` or `Function`.
    pub(in crate::model) fn of_resource(slice: &Slice<'r, 't>, index: usize, kind: &str) -> Self {
        match slice.template().resources().get(index) {
            Some(resource) => Self::of(slice.reader(index), resource, kind),
            None => Self { own: slice.reader(index), globals: None, ignored: Vec::new() },
        }
    }

    /// The same by the properties that are written in it.
    pub(in crate::model) fn of(own: Reader<'r, 't>, resource: &Resource<'t>, kind: &str) -> Self {
        let ignored = ignored_globals(resource);
        let globals = globals(&own, resource.at.env, kind).filter(|_| !ignored.contains(&"*"));
        Self { own, globals, ignored }
    }

    /// The `Globals` for an implicit API of SAM.
    pub(super) fn of_globals(own: Reader<'r, 't>, env: Env, kind: &str) -> Self {
        let globals = globals(&own, env, kind);
        Self { own, globals, ignored: Vec::new() }
    }

    /// The mapping that decides a property: the resource, or `Globals` if only that has it.
    pub(in crate::model) fn holder(&self, name: &str) -> &Reader<'r, 't> {
        match &self.globals {
            Some(globals)
                if self.own.entry(name).is_none()
                    && !self.ignored.contains(&name)
                    && globals.entry(name).is_some() =>
            {
                globals
            }
            _ => &self.own,
        }
    }

    /// Whether the property is written anywhere.
    pub(super) fn is_written(&self, name: &str) -> bool {
        self.holder(name).entry(name).is_some()
    }

    pub(super) fn text(&self, name: &'static str) -> Prop<Text> {
        self.holder(name).text(name)
    }

    pub(super) fn bool(&self, name: &'static str) -> Prop<bool> {
        self.holder(name).bool(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<Evaluated<'t>> {
        self.holder(name).value(name)
    }

    /// The properties of the resource alone.
    pub(in crate::model) fn own(&self) -> &Reader<'r, 't> {
        &self.own
    }

    /// A mapping; one in which everything is absent if the property is absent, unknown if it is unknown.
    ///
    /// Two mappings are merged. A function counts as a scalar, so the one of the resource wins.
    pub(in crate::model) fn map_or_empty(&self, name: &'static str) -> Self {
        let globals = self.globals.as_ref().filter(|globals| {
            !self.ignored.contains(&name) && is_plain_map(&self.own, name) && is_plain_map(globals, name)
        });
        match globals {
            Some(globals) => Self {
                own: self.own.map_or_empty(name),
                globals: Some(globals.map_or_empty(name)),
                ignored: Vec::new(),
            },
            None => Self { own: self.holder(name).map_or_empty(name), globals: None, ignored: Vec::new() },
        }
    }

    /// The names of the entries, and whether there may be more.
    pub(super) fn names(&self) -> (Vec<String>, bool) {
        let readers = || self.globals.iter().chain(std::iter::once(&self.own));
        let names = readers().flat_map(|reader| reader.entries().iter().map(|entry| entry.name.to_string()));
        (names.collect(), readers().any(|reader| reader.open().is_some()))
    }
}

fn is_plain_map(reader: &Reader<'_, '_>, name: &str) -> bool {
    reader
        .entry(name)
        .is_some_and(|entry| entry.at.node.kind() == Kind::Mapping && entry.at.node.intrinsic().is_none())
}

fn globals<'r, 't>(own: &Reader<'r, 't>, env: Env, kind: &str) -> Option<Reader<'r, 't>> {
    let node = own.evaluator().template().globals(env, kind)?;
    let env = Env { bindings: 0, ..env };
    Some(own.below(At { node, env }, node.span()))
}

/// `IgnoreGlobals: '*'`, or a list of properties.
fn ignored_globals<'t>(resource: &Resource<'t>) -> Vec<&'t str> {
    let Some(entry) = resource.at.node.get("IgnoreGlobals") else { return Vec::new() };
    std::iter::once(entry.value).chain(entry.value.items()).filter_map(|node| node.text()).collect()
}
