//! Which distributions may mean a custom domain that they do not refer to: the same name is written in two places.

use std::collections::BTreeSet;

use super::custom_domain::{GENERATED, globals};
use crate::syntax::{Kind, NodeRef};
use crate::template::{Resource, Template};

/// The custom domains of a template and what belongs to them.
#[derive(Debug, Default)]
pub(super) struct NamedDomains {
    /// The domains, their mappings and routing rules.
    pub(super) members: BTreeSet<usize>,
    /// The words of which each possible name is made; a name is the same one only if it has all of them.
    names: Vec<BTreeSet<String>>,
    /// Whether the SAM transform generates a domain.
    generated: bool,
    /// Logical ids whose `Ref` other templates receive, so that they can add mappings to a domain.
    handed_over: BTreeSet<String>,
}

impl NamedDomains {
    pub(super) fn new(template: &Template<'_>) -> Self {
        let mut found = Self { handed_over: handed_over(template), ..Self::default() };
        for (index, resource) in template.resources().iter().enumerate() {
            let name = match resource.kind {
                "AWS::ApiGateway::BasePathMapping"
                | "AWS::ApiGateway::BasePathMappingV2"
                | "AWS::ApiGatewayV2::ApiMapping"
                | "AWS::ApiGatewayV2::RoutingRule" => None,
                "AWS::ApiGateway::DomainName"
                | "AWS::ApiGateway::DomainNameV2"
                | "AWS::ApiGatewayV2::DomainName" => property(resource, "DomainName"),
                "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
                    let is_v2 = resource.kind.ends_with("HttpApi");
                    let global = globals(template.root(), is_v2);
                    let Some(domain) = property(resource, "Domain").or(global) else { continue };
                    found.generated = true;
                    found.names.push(BTreeSet::from([resource.id.to_ascii_lowercase()]));
                    domain
                        .get("DomainName")
                        .or(global.and_then(|g| g.get("DomainName")))
                        .map(|entry| entry.value)
                }
                _ => continue,
            };
            found.members.insert(index);
            if let Some(name) = name {
                found.add(name);
            }
        }
        found
    }

    fn add(&mut self, name: NodeRef<'_>) {
        match name.intrinsic() {
            Some(call) if call.name() == "Fn::If" => {
                call.value.items().skip(1).take(2).for_each(|branch| self.add(branch));
            }
            _ => {
                let words = words(name);
                if !words.is_empty() {
                    self.names.push(words);
                }
            }
        }
    }

    /// Whether one of the domains may be meant somewhere in a node.
    pub(super) fn may_be_named_in(&self, node: NodeRef<'_>) -> bool {
        if self.members.is_empty() {
            return false;
        }
        let words = words(node);
        self.names.iter().any(|name| name.is_subset(&words))
            || (self.generated && words.iter().any(|word| word.starts_with(&GENERATED.to_ascii_lowercase())))
    }

    /// Whether other templates receive the name of a domain, and not only a URL with it.
    pub(super) fn is_handed_over(&self, id: &str) -> bool {
        self.handed_over.contains(id)
    }
}

/// The DNS records of a template, by the words of their names: one for a name of a distribution may point elsewhere.
#[derive(Debug, Default)]
pub(super) struct NamedRecords(Vec<(usize, BTreeSet<String>)>);

impl NamedRecords {
    pub(super) fn new(template: &Template<'_>) -> Self {
        let mut found = Vec::new();
        for (index, resource) in template.resources().iter().enumerate() {
            let sets = match resource.kind {
                "AWS::Route53::RecordSet" => resource.properties.map(|at| at.node).into_iter().collect(),
                "AWS::Route53::RecordSetGroup" => match property(resource, "RecordSets") {
                    Some(sets) => sets.items().collect(),
                    None => Vec::new(),
                },
                _ => continue,
            };
            let names = sets.into_iter().filter_map(|set| Some(words(set.get("Name")?.value)));
            found.extend(names.filter(|name| !name.is_empty()).map(|name| (index, name)));
        }
        Self(found)
    }

    /// Those whose name may be written somewhere in a node.
    pub(super) fn named_in(&self, node: NodeRef<'_>) -> impl Iterator<Item = usize> + '_ {
        let words = if self.0.is_empty() { BTreeSet::new() } else { words(node) };
        self.0.iter().filter(move |(_, name)| name.is_subset(&words)).map(|(index, _)| *index)
    }
}

fn property<'t>(resource: &Resource<'t>, name: &str) -> Option<NodeRef<'t>> {
    Some(resource.properties?.node.get(name)?.value)
}

/// The words of every scalar: labels of host names, and names of parameters.
fn words(node: NodeRef<'_>) -> BTreeSet<String> {
    let scalars = node.subtree().filter(|node| node.kind() == Kind::Scalar);
    let function = |text: &&str| *text == "Ref" || text.starts_with("Fn::");
    let texts = scalars.filter_map(NodeRef::text).filter(|text| !function(text));
    let split = |text: &str| -> Vec<String> {
        let pieces = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')));
        pieces.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    texts.flat_map(split).collect()
}

/// What exports and nested stacks refer to, in the template and in those that it is linked with.
fn handed_over(template: &Template<'_>) -> BTreeSet<String> {
    let reference = |node: NodeRef<'_>| {
        let call = node.intrinsic().filter(|call| call.name() == "Ref")?;
        call.value.text().map(str::to_owned)
    };
    let stacks = template.resources().iter().filter(|resource| {
        matches!(resource.kind, "AWS::CloudFormation::Stack" | "AWS::Serverless::Application")
    });
    let given = stacks.flat_map(|stack| {
        let names = stack.at.node.subtree().filter_map(reference);
        names.map(|name| template.scope(stack.at.env).qualify(&name))
    });
    let values = template.each_scope().flat_map(|(scope, _)| {
        let outputs = scope.root.get("Outputs").into_iter().flat_map(|section| section.value.entries());
        let exported = outputs.filter(|output| output.value.get("Export").is_some());
        let names = exported.filter_map(|output| reference(output.value.get("Value")?.value));
        names.map(|name| scope.qualify(&name))
    });
    given.chain(values).collect()
}
