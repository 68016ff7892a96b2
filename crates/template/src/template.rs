//! The sections of one template.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use cflint_diagnostics::Span;

use crate::syntax::{Entry, Kind, NodeRef, Tree};
use crate::value::Text;

/// The transform that makes SAM resources from `AWS::Serverless::…`.
const SAM: &str = "AWS::Serverless-2016-10-31";
/// Transforms that add no resource.
const KNOWN_TRANSFORMS: [&str; 5] = [
    SAM,
    "AWS::LanguageExtensions",
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
];
/// Sections that bring more: an include, the modules of the AWS CLI and those of rain.
const ADDING_SECTIONS: [&str; 3] = ["Fn::Transform", "Modules", "Rain"];
/// The sections that are mappings; `Resources` is one too, but must not be missing.
const MAPPINGS: [&str; 5] = ["Parameters", "Mappings", "Conditions", "Outputs", "Globals"];

/// The values that `Fn::ForEach` gave to its identifiers at a place; the default is "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Env(pub(crate) u32);

/// A node together with the loop variables that are in force there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<'t> {
    /// The node.
    pub node: NodeRef<'t>,
    /// The loop variables.
    pub env: Env,
}

impl<'t> At<'t> {
    /// Another node under the same loop variables.
    #[must_use]
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
    /// The name.
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
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Whether the default is the name of a Systems Manager parameter, so that the value is not in the template.
    #[must_use]
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
    /// The whole resource.
    pub at: At<'t>,
}

/// Something that the service would refuse, found while the sections were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place.
    pub span: Span,
    /// One sentence.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// One template: its sections, and the parameter values that are known.
#[derive(Debug)]
pub struct Template<'t> {
    root: NodeRef<'t>,
    parameters: Vec<Parameter<'t>>,
    mappings: Option<NodeRef<'t>>,
    conditions: HashMap<&'t str, Entry<'t>>,
    pub(crate) resources: Vec<Resource<'t>>,
    pub(crate) by_id: HashMap<String, usize>,
    pub(crate) envs: RefCell<Vec<Binding>>,
    pub(crate) open: bool,
    given: BTreeMap<String, String>,
    transforms: Vec<&'t str>,
    pub(crate) problems: Vec<Problem>,
}

/// Whether a tree is a CloudFormation or SAM template, told by its sections and not by the name of its file.
#[must_use]
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
    #[must_use]
    pub fn new(root: NodeRef<'t>, given: &[(String, String)]) -> Self {
        let section = |name: &str| root.get(name).map(|entry| entry.value);
        let entries = |name: &str| section(name).into_iter().flat_map(NodeRef::entries);
        let mut template = Self {
            root,
            parameters: entries("Parameters").map(parameter).collect(),
            mappings: section("Mappings"),
            conditions: entries("Conditions").map(|entry| (entry.name(), entry)).collect(),
            resources: Vec::new(),
            by_id: HashMap::new(),
            envs: RefCell::new(Vec::new()),
            open: false,
            given: given.iter().cloned().collect(),
            transforms: transforms(section("Transform")),
            problems: Vec::new(),
        };
        template.open = template.transforms.iter().any(|name| !KNOWN_TRANSFORMS.contains(name))
            || ADDING_SECTIONS.iter().any(|name| root.get(name).is_some());
        template.check_sections();
        template.read_resources();
        template
    }

    /// Whether the sections have the right shape. An empty one is left alone.
    fn check_sections(&mut self) {
        for name in MAPPINGS {
            if let Some(section) = self.root.get(name)
                && section.value.kind() != Kind::Mapping
                && !section.value.is_null()
            {
                let message = format!("`{name}` must be a mapping, found {}", describe(section.value));
                self.problem(section.key.span(), &message, "write `Name: value` pairs");
            }
        }
    }

    fn read_resources(&mut self) {
        let Some(section) = self.root.get("Resources") else {
            if self.open {
                return;
            }
            let key = self.root.entries().next().map_or(self.root.span(), |entry| entry.key.span());
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
        crate::eval::each_resource(self, section.value.into());
    }

    pub(crate) fn add_resource(&mut self, id: String, key: NodeRef<'t>, at: At<'t>) {
        let node = at.node;
        let kind = node.get("Type");
        // `Type: !Rain::Module file.yaml`
        self.open |= kind.is_some_and(|kind| kind.value.entries().any(|e| e.name().contains("Rain::")));
        // A macro can complete it, and so can the template that a fragment is merged into.
        let has = |name| self.root.get(name).is_some();
        let is_fragment = || !has("AWSTemplateFormatVersion") && !has("Transform");
        let is_open = || self.open || is_fragment() || node.get("Fn::Transform").is_some();
        if node.kind() != Kind::Mapping && !self.open {
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

    /// The root mapping.
    #[must_use]
    pub fn root(&self) -> NodeRef<'t> {
        self.root
    }

    /// The parameters in the order of the file.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'t>] {
        &self.parameters
    }

    /// The parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter<'t>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The value that the user gave for a parameter or pseudo parameter.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// The mapping with this name.
    #[must_use]
    pub fn mapping(&self, name: &str) -> Option<NodeRef<'t>> {
        self.mappings?.get(name).map(|entry| entry.value)
    }

    /// Whether mappings can come from outside the file.
    #[must_use]
    pub fn has_open_mappings(&self) -> bool {
        self.open
            || self.mappings.is_some_and(|node| node.entries().any(|entry| entry.name().starts_with("Fn::")))
    }

    /// The condition with this name.
    #[must_use]
    pub fn condition(&self, name: &str) -> Option<Entry<'t>> {
        self.conditions.get(name).copied()
    }

    /// The names of the conditions, sorted.
    #[must_use]
    pub fn condition_names(&self) -> Vec<&'t str> {
        let mut names: Vec<_> = self.conditions.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// The resources in the order of the file.
    #[must_use]
    pub fn resources(&self) -> &[Resource<'t>] {
        &self.resources
    }

    /// The resource with this logical id.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<&Resource<'t>> {
        self.by_id.get(id).and_then(|index| self.resources.get(*index))
    }

    /// Whether macros or includes can add what is not in the file, so that a missing name is no error.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the SAM transform adds resources.
    #[must_use]
    pub fn is_sam(&self) -> bool {
        self.transforms.contains(&SAM)
            || self.resources.iter().any(|r| r.kind.starts_with("AWS::Serverless::"))
    }

    /// What the service would refuse in the sections themselves.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// How a node is named in a message: `a list`, `a mapping`, `3`.
pub(crate) fn describe(node: NodeRef<'_>) -> String {
    match node.kind() {
        Kind::Sequence => "a list".to_owned(),
        Kind::Mapping => "a mapping".to_owned(),
        Kind::Scalar => match node.text() {
            Some(text) if !text.is_empty() && text.len() <= 40 && !text.contains('\n') => format!("`{text}`"),
            Some("") | None => "nothing".to_owned(),
            Some(_) => "a text".to_owned(),
        },
    }
}

fn parameter<'t>(entry: Entry<'t>) -> Parameter<'t> {
    let text = |name: &str| entry.value.get(name).and_then(|e| e.value.text());
    Parameter {
        name: entry.name(),
        span: entry.key.span(),
        kind: text("Type").unwrap_or("String"),
        default: entry.value.get("Default").map(|e| e.value),
        allowed: entry
            .value
            .get("AllowedValues")
            .into_iter()
            .flat_map(|e| e.value.items())
            .filter_map(NodeRef::text)
            .collect(),
        no_echo: text("NoEcho").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    }
}

/// The names of the transforms: `Transform` is a text, a mapping with a `Name`, or a list of these.
fn transforms(section: Option<NodeRef<'_>>) -> Vec<&str> {
    let Some(node) = section else { return Vec::new() };
    let mut names = Vec::new();
    for node in std::iter::once(node).chain(node.items()) {
        match node.kind() {
            Kind::Scalar => names.extend(node.text()),
            Kind::Mapping => names.push(node.get("Name").and_then(|e| e.value.text()).unwrap_or_default()),
            Kind::Sequence => {}
        }
    }
    names
}
