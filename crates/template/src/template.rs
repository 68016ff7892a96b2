//! The sections of one template.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use cflint_diagnostics::{FileId, Span};

pub use crate::at::{At, Env};
pub use crate::scope::Parameter;
use crate::scope::Scope;
use crate::syntax::{Entry, NodeRef, Tree};
use crate::value::Text;

#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) value: Text,
    pub(crate) parent: Env,
}

/// A resource of the template.
#[derive(Debug)]
pub struct Resource<'t> {
    /// The logical id, with loop variables filled in.
    pub id: String,
    /// Where the logical id is written.
    pub id_span: Span,
    /// The type, such as `AWS::CloudFront::Distribution`; empty if it is missing.
    pub kind: &'t str,
    /// Name and place of the `Condition` attribute.
    pub condition: Option<(&'t str, Span)>,
    /// The `Properties`.
    pub properties: Option<At<'t>>,
    pub at: At<'t>,
}

/// Something that the service would reject, found while the sections were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub span: Span,
    /// One sentence.
    pub message: String,
    pub help: Option<String>,
}

/// A name under which several templates export a value, so that an import of it can mean any of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ambiguous {
    pub name: String,
    /// The templates: positions among the units of the project.
    pub units: BTreeSet<usize>,
}

/// One template: its sections, the parameter values that are known, and the templates that it is linked with.
#[derive(Debug)]
pub struct Template<'t> {
    /// The template itself first, then those whose values it uses.
    pub(crate) scopes: Vec<Scope<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    pub(crate) by_id: HashMap<String, usize>,
    pub(crate) envs: RefCell<Vec<Binding>>,
    /// The conditions that are decided in every view, by name, once that has been found out.
    pub(crate) decided: OnceCell<Vec<(String, bool)>>,
    /// Values that other templates pass on, by the name under which they do.
    pub(crate) imports: HashMap<Text, At<'t>>,
    /// Whether a template of the project adds a stage to an API that is in another one.
    pub(crate) has_foreign_stages: bool,
    /// Imports that can mean several exports.
    pub(crate) ambiguous: Vec<Ambiguous>,
    /// Names under which no template of the project exports a value that this one imports.
    pub(crate) unknown_imports: BTreeSet<Text>,
    pub(crate) problems: Vec<Problem>,
    /// Whether models hold the code of CloudFront Functions.
    pub shows_functions: bool,
}

/// Whether a tree is a CloudFormation or SAM template, judging by its sections and not by the name of its file.
pub fn is_template(tree: &Tree) -> bool {
    let Some(root) = tree.root() else { return false };
    if root.get("AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let is_type = |node: NodeRef<'_>| node.text().is_some_and(|kind| kind.contains("::"));
    root.get("Resources").is_some_and(|resources| {
        resources.value.entries().any(|entry| {
            entry.name().starts_with("Fn::") || entry.value.get("Type").is_some_and(|t| is_type(t.value))
        })
    })
}

impl<'t> Template<'t> {
    /// The template that a node is in.
    pub(crate) fn scope(&self, env: Env) -> &Scope<'t> {
        self.scopes.get(usize::from(env.scope)).unwrap_or(&self.scopes[0])
    }

    /// The files of the templates from which it imports.
    pub fn imported_files(&self) -> impl Iterator<Item = FileId> {
        self.each_scope().filter(|(scope, _)| !scope.is_own).map(|(scope, _)| scope.root.id().file())
    }

    /// The template itself first, then those that it is linked with.
    pub(crate) fn each_scope(&self) -> impl Iterator<Item = (&Scope<'t>, Env)> {
        (0..=u16::MAX).zip(&self.scopes).map(|(index, scope)| (scope, Env { scope: index, bindings: 0 }))
    }

    /// The stacks below it whose template is in a file, each with its qualified id and the root of its template there.
    pub fn stacks_of(&self, file: FileId) -> impl Iterator<Item = (&str, At<'t>)> {
        let inner =
            self.each_scope().filter(move |(scope, _)| scope.is_own && scope.root.id().file() == file);
        inner.filter_map(|(scope, env)| Some((scope.prefix.strip_suffix('.')?, At { node: scope.root, env })))
    }

    fn own(&self) -> &Scope<'t> {
        &self.scopes[0]
    }

    /// The template that declares a qualified name, and the name there.
    pub(crate) fn declaring<'n>(&self, name: &'n str) -> (&Scope<'t>, &'n str) {
        let qualified = |scope: &&Scope<'t>| {
            name.strip_prefix(scope.prefix.as_str()).is_some_and(|rest| !rest.contains('.'))
        };
        match self.scopes.iter().find(qualified) {
            Some(scope) => (scope, &name[scope.prefix.len()..]),
            None => (self.own(), name),
        }
    }

    pub fn root(&self) -> NodeRef<'t> {
        self.own().root
    }

    /// The parameters in the order of the file.
    pub fn parameters(&self) -> &[Parameter<'t>] {
        &self.own().parameters
    }

    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'t>> {
        self.own().parameter(name)
    }

    /// The mapping with this name.
    pub fn mapping(&self, name: &str) -> Option<NodeRef<'t>> {
        self.own().mapping(name)
    }

    /// Whether mappings can come from outside the file.
    pub fn has_open_mappings(&self) -> bool {
        self.own().has_open_mappings()
    }

    /// The condition with this name.
    pub fn condition(&self, name: &str) -> Option<Entry<'t>> {
        self.own().condition(name)
    }

    /// The names of the conditions, sorted.
    pub fn condition_names(&self) -> Vec<&'t str> {
        self.own().condition_names()
    }

    /// The resources in the order of the file.
    pub fn resources(&self) -> &[Resource<'t>] {
        &self.resources
    }

    /// The resource with this logical id.
    pub fn resource(&self, id: &str) -> Option<&Resource<'t>> {
        self.by_id.get(id).and_then(|index| self.resources.get(*index))
    }

    /// Whether macros or includes can add what is not in the file, or in one of those that it is linked with.
    pub fn is_open(&self) -> bool {
        self.scopes.iter().any(|scope| scope.open)
    }

    /// Whether the SAM transform adds resources.
    pub fn is_sam(&self) -> bool {
        self.scopes.iter().any(|scope| scope.is_own && scope.is_sam())
    }

    /// Whether a resource is deployed with this template: in it, or in a nested stack.
    pub fn is_own(&self, resource: &Resource<'_>) -> bool {
        self.scope(resource.at.env).is_own
    }

    /// The stack that a resource is in, if that is another one, and the logical id there.
    pub fn locate<'n>(&self, id: &'n str) -> (Option<&str>, &'n str) {
        let (scope, rest) = self.declaring(id);
        (scope.stack.as_deref(), rest)
    }

    /// What the service would reject in the sections themselves.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What it imports without saying from which template.
    pub fn ambiguous(&self) -> &[Ambiguous] {
        &self.ambiguous
    }

    /// How many values it imports that no template of the project exports.
    pub fn unknown_imports(&self) -> usize {
        self.unknown_imports.len()
    }

    /// Whether the template of a stack inside this one is part of the project.
    pub fn has_stack_inside(&self, id: &str) -> bool {
        self.inner_scope(id).is_some()
    }

    /// A value that another template passes on under this name.
    pub(crate) fn import(&self, name: &Text) -> Option<At<'t>> {
        self.imports.get(name).copied()
    }

    /// An output of a nested stack. `id` is the qualified id of the stack.
    pub(crate) fn nested_output(&self, id: &str, output: &str) -> Option<At<'t>> {
        let scope = self.inner_scope(id)?;
        let node = self.scopes.get(usize::from(scope))?.output(output)?;
        Some(At { node, env: Env { scope, bindings: 0 } })
    }

    /// The scope of a nested stack.
    pub(crate) fn inner_scope(&self, id: &str) -> Option<u16> {
        let inner = |scope: &Scope<'t>| scope.prefix.strip_suffix('.') == Some(id);
        u16::try_from(self.scopes.iter().position(inner)?).ok()
    }
}
