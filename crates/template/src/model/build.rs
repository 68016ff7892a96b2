//! From a template to one model for each distribution and each consistent choice of conditions.

use std::cell::RefCell;

use super::apis::read_apis;
use super::graph::{DISTRIBUTION, Graph, is_modelled};
use super::part::Parts;
use super::slice::Slice;
use super::{
    Api, BucketPolicy, CachePolicy, Distribution, LambdaUrl, LoadBalancer, Memo, Model, OriginAccessControl,
    OriginRequestPolicy, ResponseHeadersPolicy, VpcOrigin, certificates, continuous_deployment,
    custom_domain, guards, logging, permissions, records, tenants, unknown_property, web_acl,
};
use crate::eval::{Decision, Evaluator, Settled, View};
use crate::template::{Problem, Resource, Template};

/// How many views of one distribution are read; beyond that, what is still open stays unknown.
pub const MAX_VIEWS: usize = 64;

/// What something is in one view, with the conditions that the view decides, by name.
pub type InView<T> = (Vec<(String, bool)>, T);

/// The models of one distribution.
#[derive(Debug)]
pub struct Views {
    /// One model for each view.
    pub models: Vec<InView<Model>>,
    /// Whether there are more views than [`MAX_VIEWS`], so that some conditions stayed open.
    pub cut: bool,
}

/// The distributions of a template: their indices among the resources.
pub fn distributions<'a>(template: &'a Template<'_>) -> impl Iterator<Item = usize> + 'a {
    let all = template.resources().iter().enumerate();
    let checked = |resource: &Resource<'_>| resource.kind == DISTRIBUTION && template.is_own(resource);
    all.filter(move |(_, resource)| checked(resource)).map(|(index, _)| index)
}

/// The models of one distribution, one for each consistent choice of the conditions that it depends on.
///
/// A question comes up only when reading the model needs it, so that nested conditions do not multiply.
pub fn views<'t>(
    template: &Template<'t>,
    graph: &Graph,
    distribution: usize,
    problems: &RefCell<Vec<Problem>>,
) -> Views {
    let members = graph.reachable(template, distribution);
    let parts = Parts::default();
    let read = |slice: &Slice<'_, 't>| model(slice, distribution, &parts);
    let (mut models, cut) = explore(template, graph, &members, problems, read);
    let count = models.len();
    for (_, model) in &mut models {
        model.views = count;
    }
    Views { models, cut }
}

/// Every API of a template, whether or not a distribution uses it: those of each consistent choice of the
/// conditions that they depend on.
pub fn apis<'t>(
    template: &Template<'t>,
    graph: &Graph,
    problems: &RefCell<Vec<Problem>>,
) -> Vec<InView<Vec<Api>>> {
    let is_api = |index: &usize| {
        template.resources().get(*index).is_none_or(|resource| {
            resource.kind != DISTRIBUTION
                && (is_modelled(resource.kind) || resource.kind.starts_with("AWS::Serverless::"))
        })
    };
    let members: Vec<usize> = (0..graph.neighbours.len()).filter(is_api).collect();
    explore(template, graph, &members, problems, |slice| {
        slice.ask_all();
        Some(read_apis(slice))
    })
    .0
}

/// The result for each consistent choice of the conditions, and whether there are more of them than are read.
pub(super) fn explore<'t, T>(
    template: &Template<'t>,
    graph: &Graph,
    members: &[usize],
    problems: &RefCell<Vec<Problem>>,
    read: impl Fn(&Slice<'_, 't>) -> Option<T>,
) -> (Vec<InView<T>>, bool) {
    in_views(template, |evaluator| read(&Slice { template, graph, members, evaluator, problems }))
}

/// What is read of a template for each consistent choice of the conditions that reading it depends on, and whether there
/// are more of them than are read.
pub fn in_views<'t, T>(
    template: &Template<'t>,
    read: impl Fn(&Evaluator<'_, 't>) -> Option<T>,
) -> (Vec<InView<T>>, bool) {
    let mut found = Vec::new();
    let mut cut = false;
    let mut pending = vec![(View::default(), Settled::default())];
    while let Some((view, settled)) = pending.pop() {
        let may_split = found.len() + pending.len() + 2 <= MAX_VIEWS;
        let evaluator = Evaluator::going_on(template, &view, settled, may_split);
        let value = read(&evaluator);
        if let Some(fork) = evaluator.fork() {
            if may_split {
                let answers =
                    [false, true].into_iter().filter_map(|answer| view.with(&fork, answer, template));
                pending.extend(answers.map(|view| {
                    let settled = evaluator.settled(&view);
                    (view, settled)
                }));
                continue;
            }
            cut = true;
        }
        if is_ruled_out(&evaluator) {
            continue;
        }
        let decided = || match view == View::default() {
            // Without an answer they are the same, whatever is read.
            true => template.decided.get_or_init(|| decided(&Evaluator::new(template, &view))).clone(),
            false => decided(&evaluator),
        };
        found.extend(value.map(|value| (decided(), value)));
    }
    (found, cut)
}

/// The conditions that the view decides, those of linked templates included.
fn decided(evaluator: &Evaluator<'_, '_>) -> Vec<(String, bool)> {
    let mut decided = Vec::new();
    for (scope, env) in evaluator.template().each_scope() {
        for name in scope.condition_names() {
            if let Decision::Known(answer) = evaluator.decide_in(env, name) {
                decided.push((scope.qualify(name), answer));
            }
        }
    }
    decided
}

/// Whether an assertion of the template's `Rules` rejects the view.
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

fn model<'t>(slice: &Slice<'_, 't>, own: usize, parts: &Parts<'t>) -> Option<Model> {
    let (_, resource) = slice.resources().find(|(index, _)| *index == own)?;
    let distribution = Distribution::read(&resource.id, resource.id_span, || slice.reader(own), parts);
    let mut model = Model {
        unknown_properties: unknown_property::of_resource(slice, resource),
        log_bucket: logging::bucket(slice, &distribution.log_bucket),
        distribution,
        regions: slice.regions(),
        other_ways: slice.other_ways(own),
        views: 1,
        memo: Memo::default(),
        apis: parts.apis.of(slice.evaluator, || read_apis(slice)),
        cache_policies: Vec::new(),
        origin_request_policies: Vec::new(),
        response_headers_policies: Vec::new(),
        custom_domains: parts.custom_domains.of(slice.evaluator, || custom_domain::read(slice)),
        lambda_urls: parts.lambda_urls.of(slice.evaluator, || LambdaUrl::read(slice)),
        load_balancers: parts.load_balancers.of(slice.evaluator, || LoadBalancer::read(slice)),
        vpc_origins: Vec::new(),
        permissions: parts.permissions.of(slice.evaluator, || permissions::read(slice)),
        bucket_policies: parts.bucket_policies.of(slice.evaluator, || BucketPolicy::read(slice)),
        records: parts.records.of(slice.evaluator, || records::read(slice)),
        access_controls: Vec::new(),
        api_keys: guards::api_keys(slice),
        usage_plans: guards::usage_plans(slice),
        web_acls: parts.web_acls.of(slice.evaluator, || web_acl::read(slice)),
        certificates: certificates::read(slice),
        deployment_policies: continuous_deployment::read(slice),
        associations: web_acl::associations(slice),
        log_sources: logging::sources(slice),
        resources: slice.kinds(),
    };
    model.distribution.tenants = tenants::read(slice, &resource.id);
    for (index, resource) in slice.matching(|resource| resource.kind.starts_with("AWS::CloudFront::")) {
        let (id, span, properties) = (resource.id.as_str(), resource.id_span, slice.reader(index));
        match resource.kind {
            "AWS::CloudFront::CachePolicy" => {
                model.cache_policies.push(CachePolicy::read(id, span, slice.is_shared(index), &properties));
            }
            "AWS::CloudFront::OriginRequestPolicy" => {
                model.origin_request_policies.push(OriginRequestPolicy::read(
                    id,
                    span,
                    slice.is_shared(index),
                    &properties,
                ));
            }
            "AWS::CloudFront::ResponseHeadersPolicy" => {
                model.response_headers_policies.push(ResponseHeadersPolicy::read(id, span, &properties));
            }
            "AWS::CloudFront::OriginAccessControl" => {
                model.access_controls.push(OriginAccessControl::read(id, span, &properties));
            }
            "AWS::CloudFront::VpcOrigin" => {
                model.vpc_origins.push(VpcOrigin::read(id, span, &properties));
            }
            _ => {}
        }
    }
    Some(model)
}
