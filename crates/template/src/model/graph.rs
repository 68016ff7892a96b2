//! Which resources belong together.

use std::collections::BTreeSet;

use super::named::{NamedDomains, NamedRecords};
use super::sam::{Target, targets};
use crate::at::{At, Env};
use crate::eval::{Evaluator, View};
use crate::generated::{Generated, Implicit};
use crate::links::{Link, LinkKind};
use crate::syntax::NodeRef;
use crate::template::Template;
use crate::value::{Reference, Text};

pub(super) const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

const TENANT: &str = "AWS::CloudFront::DistributionTenant";

/// The services whose resources affect what a request does.
const MODELLED: [&str; 12] = [
    "AWS::CloudFront::",
    "AWS::ApiGateway::",
    "AWS::ApiGatewayV2::",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
    "AWS::Route53::RecordSet",
    "AWS::Lambda::Url",
    "AWS::S3::Bucket",
    "AWS::ElasticLoadBalancing",
    "AWS::WAFv2::WebACL",
    "AWS::CertificateManager::Certificate",
    "AWS::Logs::DeliverySource",
];

/// Which resources belong together, from one pass over the template.
#[derive(Debug)]
pub struct Graph {
    /// By index of a resource; after the resources come the implicit APIs of SAM.
    pub(super) neighbours: Vec<BTreeSet<usize>>,
    /// What belongs to a resource without leading any further: functions with events or URLs related to it.
    attached: Vec<BTreeSet<usize>>,
    loose: Loose,
    /// API keys and what makes them valid: nothing has to link a key to the API that it is useless for.
    keys: BTreeSet<usize>,
    /// Logical ids that outputs and nested stacks pass to other templates, with the attribute.
    pub(super) given_away: BTreeSet<(String, String)>,
    pub(super) domains: NamedDomains,
    records: NamedRecords,
    /// Logical ids whose `Ref` other templates receive, as it is and not as a part of a URL or an ARN.
    pub(super) handed_over: BTreeSet<String>,
}

impl Graph {
    /// Reads the links of a template.
    pub fn new(template: &Template<'_>, links: &[Link<'_>]) -> Self {
        let count = template.resources().len();
        let mut neighbours = vec![BTreeSet::new(); count + template.scopes.len() * Implicit::ALL.len()];
        let mut attached = neighbours.clone();
        let mut given_away = BTreeSet::new();
        for link in links.iter().filter(|link| link.kind == LinkKind::Value) {
            let env = Env { scope: link.scope, bindings: 0 };
            let scope = template.scope(env);
            let declared = template.by_id.get(&scope.qualify(&link.name));
            let generated = if declared.is_none() { template.generated(env, &link.name) } else { None };
            let to = match (declared, generated) {
                (Some(&to), _) | (None, Some(Generated::Stage(to))) => to,
                (None, Some(Generated::Api(implicit) | Generated::StageOf(implicit))) => {
                    implicit_node(template, link.scope, implicit)
                }
                (None, Some(Generated::FunctionUrl(function))) => {
                    if let Some(from) = link.from {
                        attached[from].insert(function);
                    }
                    continue;
                }
                (None, None) => continue,
            };
            let away = link.from.is_none_or(|from| {
                template.resources().get(from).is_some_and(|resource| hands_over(resource.kind))
            });
            if away {
                let attribute = link.attribute.unwrap_or_default().to_owned();
                given_away.insert((scope.qualify(&link.name), attribute));
            }
            if let Some(from) = link.from {
                neighbours[from].insert(to);
                neighbours[to].insert(from);
            }
        }
        let loose = attach_permissions(template, &neighbours, &mut attached);
        for (target, function) in targets(template) {
            let api = match target {
                Target::Api(index) => index,
                Target::Implicit(scope, implicit) => implicit_node(template, scope, implicit),
            };
            attached[api].insert(function);
        }
        Self {
            neighbours,
            attached,
            loose,
            keys: api_keys(template),
            given_away,
            handed_over: handed_over(template),
            domains: NamedDomains::new(template),
            records: NamedRecords::new(template),
        }
    }

    /// The modelled resources that can affect what a distribution does, in the order of the file, and the implicit APIs
    /// of SAM.
    pub(super) fn reachable(&self, template: &Template<'_>, distribution: usize) -> Vec<usize> {
        let resources = template.resources();
        let mut seen = BTreeSet::from([distribution]);
        let mut queue = vec![distribution];
        let mut domains = self.domains.may_be_named_in(resources[distribution].at.node);
        loop {
            while let Some(index) = queue.pop() {
                for &next in &self.neighbours[index] {
                    let enters = resources
                        .get(next)
                        .is_none_or(|resource| resource.kind != DISTRIBUTION && is_modelled(resource.kind));
                    if enters && seen.insert(next) {
                        queue.push(next);
                    }
                }
            }
            // Which custom domain responds depends on all of them, and some are related only by their names.
            domains |= !seen.is_disjoint(&self.domains.members);
            // The names of viewers are written in tenants as well.
            let tenants = seen.iter().filter_map(|&index| resources.get(index));
            let mut tenants = tenants.filter(|resource| resource.kind == TENANT);
            domains = domains || tenants.any(|tenant| self.domains.may_be_named_in(tenant.at.node));
            let others = self.domains.members.difference(&seen).copied();
            queue.extend(others.filter(|_| domains));
            seen.extend(&queue);
            if queue.is_empty() {
                break;
            }
        }
        let attached: Vec<usize> =
            seen.iter().flat_map(|&index| self.attached[index].iter().copied()).collect();
        if !seen.is_disjoint(&self.loose.of) {
            seen.extend(&self.loose.permissions);
        }
        seen.extend(attached);
        seen.extend(self.records.named_in(resources[distribution].at.node));
        if !self.keys.is_empty() && adds_api_key(resources[distribution].at.node) {
            seen.extend(&self.keys);
        }
        seen.into_iter().collect()
    }
}

/// Permissions that name their function in a way that is not followed, and what each of them may belong to: kept once,
/// because one copy for each would take as much memory as the product of both.
#[derive(Debug, Default)]
struct Loose {
    permissions: BTreeSet<usize>,
    of: BTreeSet<usize>,
}

/// The permissions of a function belong to its URL, which SAM generates from a property of the function. Some are for
/// an alias or a version.
fn attach_permissions(
    template: &Template<'_>,
    neighbours: &[BTreeSet<usize>],
    attached: &mut [BTreeSet<usize>],
) -> Loose {
    const FUNCTIONS: [&str; 4] =
        ["AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::Serverless::Function"];
    let kind = |index: usize| template.resources().get(index).map_or("", |resource| resource.kind);
    let beside = |indices: &BTreeSet<usize>, kinds: &[&str]| -> BTreeSet<usize> {
        let next = indices.iter().flat_map(|index| neighbours[*index].iter().copied());
        next.filter(|index| kinds.contains(&kind(*index))).collect()
    };
    let of_kind = |wanted: &'static str| {
        let all = 0..template.resources().len();
        all.filter(move |index| kind(*index) == wanted)
    };
    // Those that name a function in another way may belong to any.
    let permissions: BTreeSet<usize> = of_kind("AWS::Lambda::Permission")
        .filter(|permission| beside(&BTreeSet::from([*permission]), &FUNCTIONS).is_empty())
        .collect();
    let urls = of_kind("AWS::Lambda::Url");
    let of_urls = urls.map(|url| (url, beside(&BTreeSet::from([url]), &FUNCTIONS)));
    let of_sam = attached.iter().enumerate().filter(|(_, functions)| !functions.is_empty());
    let of_sam = of_sam.map(|(from, functions)| (from, functions.clone()));
    let all: Vec<_> = of_urls.chain(of_sam).collect();
    let mut loose = Loose { permissions, of: BTreeSet::new() };
    for (from, mut functions) in all {
        functions.extend(beside(&functions, &FUNCTIONS));
        attached[from].extend(beside(&functions, &["AWS::Lambda::Permission"]));
        attached[from].extend(&functions);
        loose.of.insert(from);
    }
    loose
}

fn api_keys(template: &Template<'_>) -> BTreeSet<usize> {
    const KINDS: [&str; 3] =
        ["AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::UsagePlanKey"];
    let all = template.resources().iter().enumerate();
    all.filter(|(_, resource)| KINDS.contains(&resource.kind)).map(|(index, _)| index).collect()
}

/// Whether a distribution names the header that API keys come in.
fn adds_api_key(distribution: NodeRef<'_>) -> bool {
    let mut texts = distribution.subtree().filter_map(NodeRef::text);
    texts.any(|text| text.eq_ignore_ascii_case("x-api-key"))
}

/// Whether the properties of a resource reach other templates: nested stacks, modules, and where stacks leave values
/// for each other.
fn hands_over(kind: &str) -> bool {
    matches!(kind, "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" | "AWS::SSM::Parameter")
        || kind.ends_with("::MODULE")
}

/// The resource that a text identifies, so that another template can add to it.
fn identified(text: &Text) -> Option<&str> {
    match &text.as_hole()?.reference {
        Reference::Resource { id, attribute }
            if matches!(
                attribute.as_str(),
                "" | "ApiId" | "RestApiId" | "LoadBalancerArn" | "ListenerArn"
            ) =>
        {
            Some(id)
        }
        _ => None,
    }
}

fn handed_over(template: &Template<'_>) -> BTreeSet<String> {
    let view = View::default();
    let evaluator = Evaluator::new(template, &view);
    let mut ids = BTreeSet::new();
    let mut add = |value| ids.extend(identified(&evaluator.text(value).0).map(str::to_owned));
    for resource in template.resources().iter().filter(|resource| hands_over(resource.kind)) {
        let Some(properties) = resource.properties else { continue };
        for entry in evaluator.map(properties).entries {
            evaluator.map(entry.at).entries.iter().for_each(|inner| add(inner.at));
            add(entry.at);
        }
    }
    for (scope, env) in template.each_scope() {
        let Some(outputs) = scope.root.get("Outputs") else { continue };
        for output in evaluator.map(At { node: outputs.value, env }).entries {
            if let (Some(value), Some(_)) = (output.at.node.get("Value"), output.at.node.get("Export")) {
                add(output.at.to(value.value));
            }
        }
    }
    ids
}

/// Stands for an implicit API of SAM in one of the templates, among the resources.
pub(super) fn implicit_node(template: &Template<'_>, scope: u16, implicit: Implicit) -> usize {
    let place = Implicit::ALL.iter().position(|other| *other == implicit);
    template.resources().len() + usize::from(scope) * Implicit::ALL.len() + place.unwrap_or_default()
}

pub(super) fn is_modelled(kind: &str) -> bool {
    MODELLED.iter().any(|prefix| kind.starts_with(prefix))
}
