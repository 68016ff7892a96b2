//! From a template to one model for each distribution and each consistent choice of conditions.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::reader::Reader;
use super::{
    CachePolicy, CustomDomain, Distribution, Model, OriginRequestPolicy, Protocol, ResponseHeadersPolicy, api,
};
use crate::eval::{Evaluator, View};
use crate::links::{Link, LinkKind};
use crate::template::{Env, Problem, Resource, Template};

/// How many views of one distribution are looked at; beyond, what is still open stays unknown.
pub const MAX_VIEWS: usize = 64;

const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

/// The services whose resources take part in what a request does.
const MODELLED: [&str; 10] = [
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
];

/// The models of one distribution.
#[derive(Debug)]
pub struct Views {
    /// One model for each view; the conditions that the view decides, by name.
    pub models: Vec<(Vec<(String, bool)>, Model)>,
    /// Whether there are more views than [`MAX_VIEWS`], so that some conditions stayed open.
    pub cut: bool,
}

/// Which resources belong together, from one pass over the template.
#[derive(Debug)]
pub struct Graph {
    neighbours: Vec<BTreeSet<usize>>,
    /// Logical ids that outputs and nested stacks hand to other templates, with the attribute.
    given_away: BTreeSet<(String, String)>,
}

impl Graph {
    /// Reads the links of a template.
    #[must_use]
    pub fn new(template: &Template<'_>, links: &[Link<'_>]) -> Self {
        let mut neighbours = vec![BTreeSet::new(); template.resources().len()];
        let mut given_away = BTreeSet::new();
        for link in links.iter().filter(|link| link.kind == LinkKind::Value) {
            let scope = template.scope(Env { scope: link.scope, bindings: 0 });
            let Some(&to) = template.by_id.get(&scope.qualify(&link.name)) else { continue };
            let away = link.from.is_none_or(|from| {
                template.resources().get(from).is_some_and(|r| r.kind == "AWS::CloudFormation::Stack")
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
        Self { neighbours, given_away }
    }

    /// The modelled resources that can take part in what a distribution does, in the order of the file.
    fn reachable(&self, template: &Template<'_>, distribution: usize) -> Vec<usize> {
        let resources = template.resources();
        let mut seen = BTreeSet::from([distribution]);
        let mut queue = vec![distribution];
        while let Some(index) = queue.pop() {
            for &next in &self.neighbours[index] {
                let kind = resources[next].kind;
                if kind != DISTRIBUTION && is_modelled(kind) && seen.insert(next) {
                    queue.push(next);
                }
            }
        }
        seen.into_iter().collect()
    }
}

fn is_modelled(kind: &str) -> bool {
    MODELLED.iter().any(|prefix| kind.starts_with(prefix))
}

/// The distributions of a template: their indices among the resources.
pub fn distributions<'a>(template: &'a Template<'_>) -> impl Iterator<Item = usize> + 'a {
    let all = template.resources().iter().enumerate();
    let checked = |resource: &Resource<'_>| resource.kind == DISTRIBUTION && template.is_own(resource);
    all.filter(move |(_, resource)| checked(resource)).map(|(index, _)| index)
}

/// The models of one distribution, one for each consistent choice of the conditions that it depends on.
///
/// A question is asked only when reading the model comes to it, so that nested conditions do not multiply.
#[must_use]
pub fn views<'t>(
    template: &Template<'t>,
    graph: &Graph,
    distribution: usize,
    problems: &RefCell<Vec<Problem>>,
) -> Views {
    let members = graph.reachable(template, distribution);
    let mut result = Views { models: Vec::new(), cut: false };
    let mut pending = vec![View::default()];
    while let Some(view) = pending.pop() {
        let evaluator = Evaluator::new(template, &view);
        let slice = Slice { template, graph, members: &members, evaluator: &evaluator, problems };
        let model = slice.model(distribution);
        if let Some(fork) = evaluator.fork() {
            if result.models.len() + pending.len() + 2 <= MAX_VIEWS {
                let answers = [false, true].map(|answer| view.with(&fork, answer, template));
                pending.extend(answers.into_iter().flatten());
                continue;
            }
            result.cut = true;
        }
        if is_ruled_out(&evaluator) {
            continue;
        }
        if let Some(model) = model {
            result.models.push((decided(&evaluator), model));
        }
    }
    result
}

/// The conditions that the view decides.
fn decided(evaluator: &Evaluator<'_, '_>) -> Vec<(String, bool)> {
    let names = evaluator.template().condition_names().into_iter();
    names
        .filter_map(|name| match evaluator.decide_named(name) {
            crate::eval::Decision::Known(answer) => Some((name.to_owned(), answer)),
            _ => None,
        })
        .collect()
}

/// Whether an assertion of the template's `Rules` refuses the view.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
fn is_ruled_out(evaluator: &Evaluator<'_, '_>) -> bool {
    let Some(rules) = evaluator.template().root().get("Rules") else { return false };
    rules.value.entries().any(|rule| {
        let applies = match rule.value.get("RuleCondition") {
            Some(condition) => evaluator.decide_node(condition.value).tri().is_true(),
            None => true,
        };
        let assertions = rule.value.get("Assertions").into_iter().flat_map(|entry| entry.value.items());
        applies
            && assertions
                .filter_map(|assertion| assertion.get("Assert"))
                .any(|assert| evaluator.decide_node(assert.value).tri().is_false())
    })
}

/// The part of a template that one distribution depends on, in one view.
pub(super) struct Slice<'s, 't> {
    template: &'s Template<'t>,
    graph: &'s Graph,
    members: &'s [usize],
    evaluator: &'s Evaluator<'s, 't>,
    problems: &'s RefCell<Vec<Problem>>,
}

impl<'s, 't> Slice<'s, 't> {
    /// The resources that exist in this view.
    pub(super) fn resources(&self) -> impl Iterator<Item = (usize, &'s Resource<'t>)> + '_ {
        self.members.iter().filter_map(|&index| {
            let resource = self.template.resources().get(index)?;
            let exists = resource
                .condition
                .is_none_or(|(name, _)| !self.evaluator.require(resource.at.env, name).is_false());
            exists.then_some((index, resource))
        })
    }

    /// The properties of a resource.
    pub(super) fn reader(&self, index: usize) -> Reader<'s, 't> {
        Reader::of_resource(self.evaluator, self.problems, &self.template.resources()[index])
    }

    /// Whether other templates get hold of the root of a REST API, so that they can add to it.
    pub(super) fn is_extended(&self, api: &str) -> bool {
        self.graph.given_away.contains(&(api.to_owned(), "RootResourceId".to_owned()))
    }

    /// Whether other templates get hold of what `Ref` of a resource returns.
    pub(super) fn is_given_away(&self, id: &str) -> bool {
        self.graph.given_away.contains(&(id.to_owned(), String::new()))
    }

    /// Whether something other than one distribution of the template may use a policy.
    fn is_shared(&self, index: usize) -> bool {
        let resources = self.template.resources();
        let users = self.graph.neighbours[index].iter().filter(|&&user| resources[user].kind == DISTRIBUTION);
        let given_away = |attribute: &str| {
            self.graph.given_away.contains(&(resources[index].id.clone(), attribute.to_owned()))
        };
        users.count() > 1 || given_away("") || given_away("Id")
    }

    fn model(&self, distribution: usize) -> Option<Model> {
        let (_, resource) = self.resources().find(|(index, _)| *index == distribution)?;
        let mut model = Model {
            distribution: Distribution::read(&resource.id, resource.id_span, &self.reader(distribution)),
            apis: api::read(self),
            cache_policies: Vec::new(),
            origin_request_policies: Vec::new(),
            response_headers_policies: Vec::new(),
            custom_domains: Vec::new(),
            resources: self.resources().map(|(_, r)| (r.id.clone(), r.kind.to_owned())).collect(),
        };
        for (index, resource) in self.resources() {
            let (id, span, properties) = (resource.id.as_str(), resource.id_span, self.reader(index));
            match resource.kind {
                "AWS::CloudFront::CachePolicy" => {
                    model.cache_policies.push(CachePolicy::read(
                        id,
                        span,
                        self.is_shared(index),
                        &properties,
                    ));
                }
                "AWS::CloudFront::OriginRequestPolicy" => {
                    model.origin_request_policies.push(OriginRequestPolicy::read(
                        id,
                        span,
                        self.is_shared(index),
                        &properties,
                    ));
                }
                "AWS::CloudFront::ResponseHeadersPolicy" => {
                    model.response_headers_policies.push(ResponseHeadersPolicy::read(id, span, &properties));
                }
                "AWS::ApiGateway::DomainName" | "AWS::ApiGatewayV2::DomainName" => {
                    let name = properties.text("DomainName");
                    model.custom_domains.push(CustomDomain { id: id.to_owned(), span, name });
                }
                _ => {}
            }
        }
        if self.template.is_sam() {
            for (id, protocol) in
                [("ServerlessRestApi", Protocol::Rest), ("ServerlessHttpApi", Protocol::Http)]
            {
                model.apis.push(api::implicit(id, resource.id_span, protocol));
            }
        }
        Some(model)
    }
}
