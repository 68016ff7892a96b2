//! Reads the sections of a template. Loops among the resources are unrolled, which needs evaluation; and evaluation
//! needs a [`Template`], which therefore knows nothing of this.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};

use cflint_diagnostics::Span;

use crate::at::{At, Env};
use crate::eval::{Evaluator, View};
use crate::scope::Scope;
use crate::syntax::{Kind, NodeRef, describe};
use crate::template::{Problem, Resource, Template};

/// The sections that are mappings; `Resources` is one too, but must not be missing.
const MAPPINGS: [&str; 5] = ["Parameters", "Mappings", "Conditions", "Outputs", "Globals"];

impl<'t> Template<'t> {
    /// Reads the sections. `given` are parameter values that the user knows; pseudo parameters may be among them.
    pub fn new(root: NodeRef<'t>, given: &[(String, String)]) -> Self {
        let mut template = Self {
            scopes: vec![Scope::read(root, String::new(), given.iter().cloned().collect())],
            resources: Vec::new(),
            by_id: HashMap::new(),
            envs: RefCell::new(Vec::new()),
            decided: OnceCell::new(),
            imports: HashMap::new(),
            has_foreign_stages: false,
            ambiguous: Vec::new(),
            unknown_imports: BTreeSet::new(),
            problems: Vec::new(),
            shows_functions: true,
        };
        template.check_sections();
        template.read_resources(0);
        template
    }

    /// Adds another template, whose names get the prefix.
    pub(crate) fn add_scope(&mut self, scope: Scope<'t>) -> Option<u16> {
        let index = u16::try_from(self.scopes.len()).ok()?;
        self.scopes.push(scope);
        // Its problems are reported where it is checked itself.
        let problems = self.problems.len();
        self.read_resources(index);
        self.problems.truncate(problems);
        Some(index)
    }

    /// Whether the sections have the right shape. An empty one is not reported.
    fn check_sections(&mut self) {
        for name in MAPPINGS {
            if let Some(section) = self.root().get(name)
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
        self.add_resources(At { node: section.value, env });
    }

    /// Adds the resources of the section, loops unrolled.
    fn add_resources(&mut self, section: At<'t>) {
        if section.node.entries().all(|entry| !entry.name().starts_with("Fn::")) {
            for entry in section.node.entries() {
                self.add_resource(entry.name().to_owned(), entry.key, section.to(entry.value));
            }
            return;
        }
        let map = Evaluator::new(self, &View::default()).map(section);
        self.open_up(section.env, map.open.is_some());
        for entry in map.entries {
            self.add_resource(entry.name.into_owned(), entry.key, entry.at);
        }
    }

    fn add_resource(&mut self, id: String, key: NodeRef<'t>, at: At<'t>) {
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
            let message = format!("the `Type` of `{id}` must be a string, found {}", describe(kind.value));
            self.problem(
                kind.key.span(),
                &message,
                "write the type of the resource, such as `AWS::S3::Bucket`",
            );
        } else if kind.is_none() && !is_open() {
            let help = match node.entries().find(|entry| entry.name().eq_ignore_ascii_case("Type")) {
                Some(entry) => format!("write `Type` instead of `{}`: keys are case-sensitive", entry.name()),
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
        let id = self.scope(at.env).qualify(&id);
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

    fn problem(&mut self, span: Span, message: &str, help: &str) {
        self.problems.push(Problem { span, message: message.to_owned(), help: Some(help.to_owned()) });
    }

    fn open_up(&mut self, env: Env, open: bool) {
        if let Some(scope) = self.scopes.get_mut(usize::from(env.scope)) {
            scope.open |= open;
        }
    }
}
