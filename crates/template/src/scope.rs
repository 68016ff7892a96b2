//! The names that one template declares.

use std::collections::{BTreeMap, HashMap};

use cflint_diagnostics::Span;

use crate::at::At;
use crate::definitions::Definitions;
use crate::syntax::{Entry, Kind, NodeRef};

/// The transform that turns `AWS::Serverless::…` into resources.
const SAM: &str = "AWS::Serverless-2016-10-31";
/// Transforms that add no resource.
const KNOWN_TRANSFORMS: [&str; 5] = [
    SAM,
    "AWS::LanguageExtensions",
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
];
/// Sections that add more: an include, the modules of the AWS CLI and those of rain.
const ADDING_SECTIONS: [&str; 3] = ["Fn::Transform", "Modules", "Rain"];

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
    /// The pattern that the value has to match.
    pub pattern: Option<&'t str>,
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

/// The sections of one template, apart from its resources.
#[derive(Debug)]
pub(crate) struct Scope<'t> {
    /// The prefix of the names of a linked template: `ApiStack.`; empty for the template itself.
    pub(crate) prefix: String,
    /// The name of the stack, for messages; that of the template itself is kept elsewhere.
    pub(crate) stack: Option<String>,
    /// Whether it is deployed with the template itself.
    pub(crate) is_own: bool,
    pub(crate) root: NodeRef<'t>,
    pub(crate) parameters: Vec<Parameter<'t>>,
    mappings: Option<NodeRef<'t>>,
    conditions: HashMap<&'t str, Entry<'t>>,
    /// Whether macros or includes can add what is not in the file.
    pub(crate) open: bool,
    /// Whether a macro gets all resources, and may change them.
    pub(crate) processes_resources: bool,
    given: BTreeMap<String, String>,
    /// Parameters that a stack passes to a nested one.
    pub(crate) bound: BTreeMap<String, At<'t>>,
    transforms: Vec<&'t str>,
    /// OpenAPI definitions that are in files.
    pub(crate) definitions: Definitions<'t>,
    /// Whether a resource is of a type that only SAM knows.
    pub(crate) has_serverless: bool,
}

impl<'t> Scope<'t> {
    pub(crate) fn read(root: NodeRef<'t>, prefix: String, given: BTreeMap<String, String>) -> Self {
        let section = |name: &str| root.get(name).map(|entry| entry.value);
        let entries = |name: &str| section(name).into_iter().flat_map(NodeRef::entries);
        let transforms = transforms(section("Transform"));
        Self {
            is_own: prefix.is_empty(),
            prefix,
            stack: None,
            root,
            parameters: entries("Parameters").map(parameter).collect(),
            mappings: section("Mappings"),
            conditions: entries("Conditions").map(|entry| (entry.name(), entry)).collect(),
            open: transforms.iter().any(|name| !KNOWN_TRANSFORMS.contains(name))
                || ADDING_SECTIONS.iter().any(|name| root.get(name).is_some()),
            processes_resources: section("Resources")
                .and_then(|resources| resources.get("Fn::Transform"))
                .is_some_and(|call| !is_include(call)),
            given,
            has_serverless: false,
            bound: BTreeMap::new(),
            transforms,
            definitions: Definitions::new(),
        }
    }

    /// A name as it is known outside of its template.
    pub(crate) fn qualify(&self, name: &str) -> String {
        [self.prefix.as_str(), name].concat()
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&Parameter<'t>> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The value that the user or the assembly sets for a parameter or pseudo parameter.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    pub(crate) fn mapping(&self, name: &str) -> Option<NodeRef<'t>> {
        self.mappings?.get(name).map(|entry| entry.value)
    }

    /// Whether mappings can come from outside the file.
    pub(crate) fn has_open_mappings(&self) -> bool {
        self.open
            || self.mappings.is_some_and(|node| node.entries().any(|entry| entry.name().starts_with("Fn::")))
    }

    pub(crate) fn condition(&self, name: &str) -> Option<Entry<'t>> {
        self.conditions.get(name).copied()
    }

    pub(crate) fn condition_names(&self) -> Vec<&'t str> {
        let mut names: Vec<_> = self.conditions.keys().copied().collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn is_sam(&self) -> bool {
        self.has_serverless || self.transforms.contains(&SAM)
    }

    /// The condition without which there is no output of this value.
    pub(crate) fn condition_of(&self, value: NodeRef<'t>) -> Option<&'t str> {
        let mut outputs = self.root.get("Outputs")?.value.entries();
        let output =
            outputs.find(|output| output.value.get("Value").is_some_and(|own| own.value == value))?;
        output.value.get("Condition")?.value.text()
    }

    /// The value of an output.
    pub(crate) fn output(&self, name: &str) -> Option<NodeRef<'t>> {
        Some(self.root.get("Outputs")?.value.get(name)?.value.get("Value")?.value)
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
        pattern: text("AllowedPattern"),
        no_echo: text("NoEcho")
            .is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "on")),
    }
}

fn is_include(call: Entry<'_>) -> bool {
    call.value.get("Name").is_some_and(|name| name.value.text() == Some("AWS::Include"))
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
