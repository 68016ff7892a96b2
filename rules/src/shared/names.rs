//! The names that a template declares, those that CloudFormation and transforms add, and what unknown ones probably mean.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use cflint_diagnostics::Span;
use cflint_edge::words::similar;
use cflint_template::eval::{Evaluator, View};
use cflint_template::syntax::NodeRef;
use cflint_template::template::Template;

/// Logical ids are not longer.
const MAX_ID: usize = 255;
/// CloudFormation accepts 200 parameters and 500 resources; with more names than this, no name is suggested.
const MAX_COMPARED: usize = 2_000;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The prefixes of the logical ids that the SAM translator gives to resources that do not belong to a single one of the
/// template's.
const SAM_IDS: [&str; 5] =
    ["Serverless", "CodeDeployServiceRole", "ApiGatewayDomainName", "RecordSetGroup", "HostedZone"];

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Parameter,
    Pseudo,
    Resource,
    Condition,
    Mapping,
    Output,
}

impl Kind {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Pseudo => "pseudo parameter",
            Self::Resource => "resource",
            Self::Condition => "condition",
            Self::Mapping => "mapping",
            Self::Output => "output",
        }
    }

    /// The noun with its article.
    pub(crate) fn one(self) -> String {
        let article = if self == Self::Output { "an" } else { "a" };
        format!("{article} {}", self.noun())
    }
}

/// The names of one template.
pub(crate) struct Names<'n> {
    /// A name can stand for several things, each with the place of its declaration.
    declared: HashMap<Cow<'n, str>, Vec<(Kind, Option<Span>)>>,
    /// The prefixes of the logical ids that transforms and modules add.
    generated: HashSet<&'n str>,
    /// Whether conditions can come from outside the file.
    pub(crate) has_open_conditions: bool,
    /// Whether mappings can.
    pub(crate) has_open_mappings: bool,
}

impl<'n> Names<'n> {
    pub(crate) fn new(template: &'n Template<'_>) -> Self {
        let mut names = Self {
            declared: HashMap::new(),
            generated: HashSet::new(),
            has_open_conditions: false,
            has_open_mappings: template.has_open_mappings(),
        };
        for name in PSEUDO_PARAMETERS {
            names.add(name, Kind::Pseudo, None);
        }
        for parameter in template.parameters() {
            names.add(parameter.name, Kind::Parameter, Some(parameter.span));
        }
        for resource in template.resources() {
            names.add(&*resource.id, Kind::Resource, Some(resource.id_span));
            let adds = resource.kind.starts_with("AWS::Serverless::")
                || resource.kind.ends_with("::MODULE")
                || resource.at.node.get("Connectors").is_some();
            names.generated.extend(adds.then_some(resource.id.as_str()));
        }
        if template.is_sam() {
            names.generated.extend(SAM_IDS);
            // `QueueLogicalId: Failures` and the like name what SAM makes.
            let entries = template.root().subtree().flat_map(NodeRef::entries);
            let ids = entries.filter(|entry| entry.name().ends_with("LogicalId"));
            names.generated.extend(ids.filter_map(|entry| entry.value.text()));
        }
        let view = View::default();
        let evaluator = Evaluator::new(template, &view);
        for (section, kind) in
            [("Conditions", Kind::Condition), ("Mappings", Kind::Mapping), ("Outputs", Kind::Output)]
        {
            let Some(section) = template.root().get(section) else { continue };
            let map = evaluator.map(section.value.into());
            names.has_open_conditions |= kind == Kind::Condition && map.open.is_some();
            for entry in map.entries {
                names.add(entry.name.into_owned(), kind, Some(entry.key.span()));
            }
        }
        names
    }

    fn add(&mut self, name: impl Into<Cow<'n, str>>, kind: Kind, span: Option<Span>) {
        self.declared.entry(name.into()).or_default().push((kind, span));
    }

    /// What the name stands for; nothing if it is not declared.
    pub(crate) fn kinds(&self, name: &str) -> &[(Kind, Option<Span>)] {
        self.declared.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a transform or module may add a resource of this name: `ServerlessRestApi`, `MyApi.Stage`, `MyApiProdStage`.
    pub(crate) fn may_be_generated(&self, name: &str) -> bool {
        let starts = (1..=name.len().min(MAX_ID)).filter_map(|end| name.get(..end));
        starts.into_iter().any(|start| self.generated.contains(start))
    }

    /// The declared name that was probably meant.
    pub(crate) fn nearest(&self, name: &str, wanted: &[Kind]) -> Option<&str> {
        if self.declared.len() > MAX_COMPARED {
            return None;
        }
        let of_kind =
            self.declared.iter().filter(|(_, kinds)| kinds.iter().any(|(kind, _)| wanted.contains(kind)));
        similar(name, of_kind.map(|(other, _)| &**other))
    }
}
