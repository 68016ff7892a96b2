//! The sections of one template.

use std::cell::RefCell;
use std::collections::HashMap;

use cflint_diagnostics::{FileId, Span};

use crate::project::Ambiguous;
use crate::scope::Scope;
use crate::syntax::{Entry, Kind, NodeRef, Tree, describe};
use crate::value::Text;

/// The sections that are mappings; `Resources` is one too, but must not be missing.
const MAPPINGS: [&str; 5] = ["Parameters", "Mappings", "Conditions", "Outputs", "Globals"];

/// Where a node stands: in which template, and under which values of the identifiers of `Fn::ForEach`. The default is
/// the template itself and no loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Env {
    pub(crate) scope: u16,
    pub(crate) bindings: u32,
}

/// A node together with the loop variables that are in force there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<'t> {
    pub node: NodeRef<'t>,
    pub env: Env,
}

impl<'t> At<'t> {
    /// Another node under the same loop variables.
    pub fn to(self, node: NodeRef<'t>) -> Self {
        Self { node, env: self.env }
    }
}

impl<'t> From<NodeRef<'t>> for At<'t> {
    fn from(node: NodeRef<'t>) -> Self {
        Self { node, env: Env::default() }
    }
}

#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) value: Text,
    pub(crate) parent: Env,
}

/// A parameter of the template.
#[derive(Debug)]
pub struct Parameter<'t> {
    pub name: &'t str,
    /// Where the name is declared.
    pub span: Span,
    /// The declared type, such as `String` or `CommaDelimitedList`.
    pub kind: &'t str,
    /// The node of the default value.
    pub default: Option<NodeRef<'t>>,
    /// The values it is restricted to; empty if it is not.
    pub allowed: Vec<&'t str>,
    /// Whether the value is masked in the console.
    pub no_echo: bool,
}

impl Parameter<'_> {
    /// Whether the value is a list.
    pub fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Whether the default is the name of a Systems Manager parameter, so that the value is not in the template.
    pub fn is_indirect(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value<")
    }
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

/// Something that the service would refuse, found while the sections were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub span: Span,
    /// One sentence.
    pub message: String,
    pub help: Option<String>,
}

/// One template: its sections, the parameter values that are known, and the templates that it is linked with.
#[derive(Debug)]
pub struct Template<'t> {
    /// The template itself first, then those whose values it uses.
    pub(crate) scopes: Vec<Scope<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    pub(crate) by_id: HashMap<String, usize>,
    pub(crate) envs: RefCell<Vec<Binding>>,
    /// Values that other templates hand over, by the name under which they do.
    pub(crate) imports: Vec<(Text, At<'t>)>,
    /// Whether a template of the project makes a stage of an API that is in another one.
    pub(crate) has_foreign_stages: bool,
    /// Imports that can mean several exports.
    pub(crate) ambiguous: Vec<Ambiguous>,
    pub(crate) problems: Vec<Problem>,
}

/// Whether a tree is a CloudFormation or SAM template, told by its sections and not by the name of its file.
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
    /// Reads the sections. `given` are parameter values that the user knows; pseudo parameters may be among them.
    pub fn new(root: NodeRef<'t>, given: &[(String, String)]) -> Self {
        let mut template = Self {
            scopes: vec![Scope::read(root, String::new(), given.iter().cloned().collect())],
            resources: Vec::new(),
            by_id: HashMap::new(),
            envs: RefCell::new(Vec::new()),
            imports: Vec::new(),
            has_foreign_stages: false,
            ambiguous: Vec::new(),
            problems: Vec::new(),
        };
        template.check_sections();
        template.read_resources(0);
        template
    }

    /// Adds another template, whose names get the prefix.
    pub(crate) fn add_scope(&mut self, scope: Scope<'t>) -> Option<u16> {
        let index = u16::try_from(self.scopes.len()).ok()?;
        self.scopes.push(scope);
        // Its problems are told where it is checked itself.
        let problems = self.problems.len();
        self.read_resources(index);
        self.problems.truncate(problems);
        Some(index)
    }

    /// The template that a node stands in.
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

    /// Whether the sections have the right shape. An empty one is left alone.
    fn check_sections(&mut self) {
        for name in MAPPINGS {
            if let Some(section) = self.own().root.get(name)
                && section.value.kind() != Kind::Mapping
                && !section.value.is_null()
            {
                let message = format!("`{name}` must be a mapping, found {}", describe(section.value));
                self.problem(section.key.span(), &message, "write `Name: value` pairs");
            }
        }
    }

    fn read_resources(&mut self, scope: u16) {
        let env = Env { scope, bindings: 0 };
        let root = self.scope(env).root;
        let Some(section) = root.get("Resources") else {
            if self.scope(env).open {
                return;
            }
            let key = root.entries().next().map_or(root.span(), |entry| entry.key.span());
            self.problem(
                key,
                "the template has no `Resources`",
                "add a `Resources` section with at least one resource",
            );
            return;
        };
        if section.value.kind() != Kind::Mapping {
            let message = format!("`Resources` must be a mapping, found {}", describe(section.value));
            self.problem(section.key.span(), &message, "write one key for each resource");
            return;
        }
        crate::eval::each_resource(self, At { node: section.value, env });
    }

    pub(crate) fn add_resource(&mut self, id: String, key: NodeRef<'t>, at: At<'t>) {
        let node = at.node;
        let kind = node.get("Type");
        // `Type: !Rain::Module file.yaml`
        let is_rain = kind.is_some_and(|kind| kind.value.entries().any(|e| e.name().contains("Rain::")));
        self.open_up(at.env, is_rain);
        let (root, open) = (self.scope(at.env).root, self.scope(at.env).open);
        // A macro can complete it, and so can the template that a fragment is merged into.
        let has = |name| root.get(name).is_some();
        let is_fragment = || !has("AWSTemplateFormatVersion") && !has("Transform");
        let is_open = || open || is_fragment() || node.get("Fn::Transform").is_some();
        if node.kind() != Kind::Mapping && !open {
            let message = format!("resource `{id}` must be a mapping, found {}", describe(node));
            self.problem(key.span(), &message, "give it a `Type` and `Properties`");
        } else if let Some(kind) = kind
            && kind.value.text().is_none_or(str::is_empty)
            && !is_open()
        {
            let message = format!("the `Type` of `{id}` must be a text, found {}", describe(kind.value));
            self.problem(
                kind.key.span(),
                &message,
                "write the type of the resource, `AWS::S3::Bucket` for one",
            );
        } else if kind.is_none() && !is_open() {
            let help = match node.entries().find(|entry| entry.name().eq_ignore_ascii_case("Type")) {
                Some(entry) => format!("write `Type` for `{}`: capitals count", entry.name()),
                None => "add the type of the resource".to_owned(),
            };
            self.problem(key.span(), &format!("resource `{id}` has no `Type`"), &help);
        }
        let properties = node.get("Properties").map(|entry| entry.value);
        if let Some(value) = properties
            && value.kind() != Kind::Mapping
            && !value.is_null()
        {
            let message = format!("`Properties` of `{id}` must be a mapping, found {}", describe(value));
            self.problem(value.span(), &message, "write `Name: value` pairs");
        }
        let is_serverless =
            kind.and_then(|kind| kind.value.text()).is_some_and(|kind| kind.starts_with("AWS::Serverless::"));
        if let Some(scope) = self.scopes.get_mut(usize::from(at.env.scope)) {
            scope.has_serverless |= is_serverless;
        }
        let id = format!("{}{id}", self.scope(at.env).prefix);
        self.by_id.insert(id.clone(), self.resources.len());
        self.resources.push(Resource {
            id,
            id_span: key.span(),
            kind: kind.and_then(|entry| entry.value.text()).unwrap_or_default(),
            condition: node
                .get("Condition")
                .and_then(|entry| entry.value.text().map(|name| (name, entry.value.span()))),
            properties: properties.filter(|value| value.kind() == Kind::Mapping).map(|value| at.to(value)),
            at,
        });
    }

    pub(crate) fn problem(&mut self, span: Span, message: &str, help: &str) {
        self.problems.push(Problem { span, message: message.to_owned(), help: Some(help.to_owned()) });
    }

    pub(crate) fn open_up(&mut self, env: Env, open: bool) {
        if let Some(scope) = self.scopes.get_mut(usize::from(env.scope)) {
            scope.open |= open;
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

    /// Whether a resource is deployed with this template: in it, or in a stack inside it.
    pub fn is_own(&self, resource: &Resource<'_>) -> bool {
        self.scope(resource.at.env).is_own
    }

    /// The stack that a resource is in, if that is another one, and the logical id there.
    pub fn locate<'n>(&self, id: &'n str) -> (Option<&str>, &'n str) {
        let (scope, rest) = self.declaring(id);
        (scope.stack.as_deref(), rest)
    }

    /// What the service would refuse in the sections themselves.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}
