//! Where values come from.

use std::path::Path;

use cflint_diagnostics::{FileId, SourceFile, Span};
use cflint_template::eval::{Evaluator, Origin};
use cflint_template::syntax::NodeRef;
use cflint_template::template::At;
use cflint_template::value::{Hole, Reference, Text};

use super::super::words::code;
use super::{MAX_LINES, Page};

impl<'t> Page<'_, 't> {
    pub(super) fn origin(&self, origin: &Origin) -> String {
        match origin {
            Origin::Default { parameter, span } => {
                format!("the default of parameter `{parameter}`, {}", self.line(*span))
            }
            Origin::Mapping(span) => format!("the entry of a mapping at {}", self.line(*span)),
            Origin::Property(span) => format!("the property at {}", self.line(*span)),
        }
    }

    /// A value that only the deployment knows.
    pub(super) fn hole(&self, hole: &Hole) -> String {
        let values: Vec<String> = hole.values.iter().take(MAX_LINES).map(|value| code(value)).collect();
        match &hole.reference {
            Reference::Import(_) | Reference::Opaque(_) => "not determined by the template".to_owned(),
            Reference::Call { function, arguments } if function == "Fn::FindInMap" => {
                match self.cells(arguments).is_empty() {
                    true => "not determined by the template".to_owned(),
                    false => "one of the entries of a mapping".to_owned(),
                }
            }
            _ if values.is_empty() => "known only at deployment".to_owned(),
            _ => format!("one of {}, chosen at deployment", values.join(", ")),
        }
    }

    /// What the parts are that only the deployment knows.
    pub(super) fn holes(&self, text: &Text) -> Vec<String> {
        let mut notes = Vec::new();
        for hole in text.holes() {
            match &hole.reference {
                Reference::Parameter(name) => notes.extend(self.declared(name)),
                Reference::Resource { id, .. } => notes.push(
                    self.declared(id)
                        .unwrap_or_else(|| format!("resource {}, which a transform adds", code(id))),
                ),
                Reference::Import(name) => notes.push(self.import(name)),
                Reference::Call { function, arguments } if function == "Fn::FindInMap" => {
                    notes.extend(self.cells(arguments));
                }
                Reference::Call { function, .. } if text.as_hole().is_none() => {
                    notes.push(format!("{}: the result of `{function}`", code(&hole.to_string())));
                }
                Reference::Opaque(_) => notes.push("`{…}`: cflint does not evaluate it".to_owned()),
                _ if text.as_hole().is_some() => {}
                _ => notes.push(format!("{}: {}", code(&hole.to_string()), self.hole(hole))),
            }
        }
        notes
    }

    fn import(&self, name: &Text) -> String {
        let name = name.to_string();
        if self.template.ambiguous().iter().any(|ambiguous| ambiguous.name == name) {
            return format!("several templates export {}", code(&name));
        }
        format!("no template of the project exports {}", code(&name))
    }

    /// The entries of a mapping that a key can mean which only the deployment knows.
    fn cells(&self, arguments: &[Text]) -> Vec<String> {
        let [map, first, second] = arguments else { return Vec::new() };
        let rows = map.as_literal().and_then(|name| self.template.mapping(name));
        let is_it = |key: &Text, name: &str| key.as_literal().is_none_or(|key| key == name);
        let mut notes = Vec::new();
        for row in rows.into_iter().flat_map(NodeRef::entries).filter(|row| is_it(first, row.name())) {
            for cell in row.value.entries().filter(|cell| is_it(second, cell.name())) {
                let key = if first.as_literal().is_some() { cell.name() } else { row.name() };
                let value = cell.value.text().map_or_else(|| "a list".to_owned(), code);
                notes.push(format!("{value} for {}, {}", code(key), self.line(cell.value.span())));
            }
        }
        notes
    }

    /// `Name` or `Name.Attribute`.
    pub(super) fn named(&self, of: &Evaluator<'_, 't>, name: &str) -> Vec<String> {
        let (id, attribute) = name.split_once('.').unwrap_or((name, ""));
        let root: At<'t> = self.template.root().into();
        let value = of.elsewhere(root.env, id, attribute).map(|value| self.output(value.node));
        let options = self.now.options;
        let mut given = options.parameters.iter().map(|(name, _)| name);
        let is_given =
            given.any(|name| name == id) || options.stack_parameters.iter().any(|it| it.name == id);
        let given = is_given.then(|| "set in the configuration".to_owned());
        self.declared(id).into_iter().chain(given).chain(value).collect()
    }

    /// Where a parameter or resource is declared.
    pub(super) fn declared(&self, name: &str) -> Option<String> {
        if let Some(parameter) = self.template.parameter(name) {
            let line = self.line(parameter.span);
            return Some(format!("parameter `{name}` (`{}`), {line}", parameter.kind));
        }
        let resource = self.template.resource(name)?;
        let condition = resource.condition.map(|(name, _)| format!(", only if {name} is true"));
        let (line, condition) = (self.line(resource.id_span), condition.unwrap_or_default());
        let kind = if resource.kind.is_empty() { "without a type" } else { &code(resource.kind) };
        Some(format!("resource `{name}` ({kind}), {line}{condition}"))
    }

    /// The output of another template that a value is.
    pub(super) fn output(&self, value: NodeRef<'t>) -> String {
        match output_of(value) {
            Some((name, key)) => format!("output `{name}`, {}", self.line(key.span())),
            None => format!("the value at {}", self.line(value.span())),
        }
    }

    /// The line of a place, and its file if it is another one.
    pub(super) fn line(&self, span: Span) -> String {
        let Some(line) = self.now.line(span) else { return "elsewhere".to_owned() };
        match span.file {
            FileId(0) => format!("line {line}"),
            other => {
                let name = |id| self.now.file(id).map_or("", SourceFile::name);
                let (own, path) = (Path::new(name(FileId(0))).parent(), Path::new(name(other)));
                let near = own.and_then(|own| path.strip_prefix(own).ok()).unwrap_or(path);
                format!("line {line} of {}", code(&near.to_string_lossy()))
            }
        }
    }
}

/// The output whose value a node is: its name and its key.
pub(in super::super) fn output_of(value: NodeRef<'_>) -> Option<(&str, NodeRef<'_>)> {
    let outputs = value.tree().root()?.get("Outputs")?.value;
    let is_it = |own: NodeRef<'_>| own == value;
    let mut found = outputs.entries().filter(|it| it.value.get("Value").is_some_and(|own| is_it(own.value)));
    found.next().map(|entry| (entry.name(), entry.key))
}
