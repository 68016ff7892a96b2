//! From a template to one model for each distribution and each consistent choice of conditions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cflint_diagnostics::Span;

use super::graph::{DISTRIBUTION, Graph, implicit_node, is_modelled};
use super::reader::Reader;
use super::{
    Api, BucketPolicy, CachePolicy, Distribution, LambdaUrl, Memo, Model, OriginAccessControl,
    OriginRequestPolicy, ResponseHeadersPolicy, api, custom_domain, guards, logging, permissions, records,
    web_acl,
};
use crate::at::Env;
use crate::eval::{Evaluator, View};
use crate::generated::Implicit;
use crate::syntax::NodeRef;
use crate::template::{Problem, Resource, Template};

/// How many views of one distribution are looked at; beyond, what is still open stays unknown.
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
/// A question is asked only when reading the model comes to it, so that nested conditions do not multiply.
pub fn views<'t>(
    template: &Template<'t>,
    graph: &Graph,
    distribution: usize,
    problems: &RefCell<Vec<Problem>>,
) -> Views {
    let members = graph.reachable(template, distribution);
    let (mut models, cut) = explore(template, graph, &members, problems, |slice| slice.model(distribution));
    let count = models.len();
    for (_, model) in &mut models {
        model.views = count;
    }
    Views { models, cut }
}

/// Every API of a template, whether a distribution leads to it or not: those of each consistent choice of the
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
    explore(template, graph, &members, problems, |slice| Some(api::read(slice))).0
}

/// What each consistent choice of the conditions gives, and whether there are more of them than are looked at.
pub(super) fn explore<'t, T>(
    template: &Template<'t>,
    graph: &Graph,
    members: &[usize],
    problems: &RefCell<Vec<Problem>>,
    read: impl Fn(&Slice<'_, 't>) -> Option<T>,
) -> (Vec<InView<T>>, bool) {
    let mut found = Vec::new();
    let mut cut = false;
    let mut pending = vec![View::default()];
    while let Some(view) = pending.pop() {
        let evaluator = Evaluator::new(template, &view);
        let slice = Slice { template, graph, members, evaluator: &evaluator, problems };
        let value = read(&slice);
        if let Some(fork) = evaluator.fork() {
            if found.len() + pending.len() + 2 <= MAX_VIEWS {
                let answers = [false, true].map(|answer| view.with(&fork, answer, template));
                pending.extend(answers.into_iter().flatten());
                continue;
            }
            cut = true;
        }
        if is_ruled_out(&evaluator) {
            continue;
        }
        found.extend(value.map(|value| (decided(&evaluator), value)));
    }
    (found, cut)
}

/// The conditions that the view decides, those of linked templates included.
fn decided(evaluator: &Evaluator<'_, '_>) -> Vec<(String, bool)> {
    let mut decided = Vec::new();
    for (scope, env) in evaluator.template().each_scope() {
        for name in scope.condition_names() {
            if let crate::eval::Decision::Known(answer) = evaluator.decide_in(env, name) {
                decided.push((scope.qualify(name), answer));
            }
        }
    }
    decided
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

    pub(super) fn template(&self) -> &'s Template<'t> {
        self.template
    }

    /// The APIs that SAM makes of itself and that belong to the slice, with the templates that they are in.
    pub(super) fn implicit_apis(&self) -> impl Iterator<Item = (Env, Implicit)> + '_ {
        let scopes = (0..self.template.scopes.len()).filter_map(|scope| u16::try_from(scope).ok());
        let all = scopes.flat_map(|scope| Implicit::ALL.map(|implicit| (scope, implicit)));
        all.filter(|(scope, implicit)| {
            self.members.contains(&implicit_node(self.template, *scope, *implicit))
        })
        .map(|(scope, implicit)| (Env { scope, bindings: 0 }, implicit))
    }

    /// Properties of something that is not in the file, of which this place is the reason.
    pub(super) fn empty(&self, span: Span) -> Reader<'s, 't> {
        Reader::empty(self.evaluator, self.problems, span)
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

    /// Whether another template of the project may make a stage of an API.
    pub(super) fn has_stages_elsewhere(&self, api: &str) -> bool {
        self.template.has_foreign_stages && self.is_handed_over(api)
    }

    /// Whether other templates get the id of an API, which is all they need to add routes to an HTTP API.
    pub(super) fn is_handed_over(&self, api: &str) -> bool {
        self.graph.handed_over.contains(api)
    }

    /// Whether there may be resources that the file does not show: a macro, an include or a loop makes them.
    pub(super) fn has_more_resources(&self) -> bool {
        self.template.is_open() || self.template.resources().iter().any(|resource| resource.kind.is_empty())
    }

    /// Whether other templates get the name of a custom domain, so that they can add mappings to it.
    pub(super) fn is_open_domain(&self, id: &str) -> bool {
        self.graph.domains.is_handed_over(id)
    }

    /// Whether a condition decides about a resource or about something in it.
    pub(super) fn is_conditional(&self, index: usize) -> bool {
        self.template.resources().get(index).is_some_and(|resource| {
            let mut calls = resource.at.node.subtree().filter_map(NodeRef::intrinsic);
            resource.condition.is_some() || calls.any(|call| call.name() == "Fn::If")
        })
    }

    /// Whether a resource names a distribution, in this view or in another one.
    pub(super) fn names_distribution(&self, index: usize) -> bool {
        let resources = self.template.resources();
        let mut named = self.graph.neighbours[index].iter().filter_map(|&other| resources.get(other));
        named.any(|other| other.kind == DISTRIBUTION)
    }

    /// The resources that belong to the slice in one view or another.
    pub(super) fn members(&self) -> impl Iterator<Item = (usize, &'s Resource<'t>)> + '_ {
        self.members.iter().filter_map(|&index| Some((index, self.template.resources().get(index)?)))
    }

    /// Whether something other than one distribution of the template may use a policy.
    pub(super) fn is_shared(&self, index: usize) -> bool {
        let resources = self.template.resources();
        let is_distribution = |user: usize| resources.get(user).is_some_and(|user| user.kind == DISTRIBUTION);
        let users = self.graph.neighbours[index].iter().filter(|&&user| is_distribution(user));
        let given_away = |attribute: &str| {
            self.graph.given_away.contains(&(resources[index].id.clone(), attribute.to_owned()))
        };
        users.count() > 1 || given_away("") || given_away("Id")
    }

    /// The types of the resources by logical id, with the function URLs that SAM makes.
    fn kinds(&self) -> BTreeMap<String, String> {
        let own = self.resources().map(|(_, resource)| (resource.id.clone(), resource.kind.to_owned()));
        let with_url = self.resources().filter(|(_, resource)| self.template.has_url(resource));
        let urls =
            with_url.map(|(_, resource)| (format!("{}Url", resource.id), "AWS::Lambda::Url".to_owned()));
        urls.chain(own).collect()
    }

    /// The region of each API, certificate and firewall whose stack is in a known one.
    fn regions(&self) -> BTreeMap<String, String> {
        let is_regional = |kind: &str| {
            matches!(
                kind,
                "AWS::ApiGateway::RestApi"
                    | "AWS::ApiGatewayV2::Api"
                    | "AWS::Serverless::Api"
                    | "AWS::Serverless::HttpApi"
                    | "AWS::CertificateManager::Certificate"
                    | "AWS::WAFv2::WebACL"
            )
        };
        let regional = self.resources().filter(|(_, resource)| is_regional(resource.kind));
        regional
            .filter_map(|(_, resource)| {
                let region = self.template.scope(resource.at.env).given("AWS::Region")?;
                Some((resource.id.clone(), region.to_owned()))
            })
            .collect()
    }

    fn model(&self, distribution: usize) -> Option<Model> {
        let (_, resource) = self.resources().find(|(index, _)| *index == distribution)?;
        let mut model = Model {
            distribution: Distribution::read(&resource.id, resource.id_span, &self.reader(distribution)),
            regions: self.regions(),
            views: 1,
            memo: Memo::default(),
            apis: api::read(self),
            cache_policies: Vec::new(),
            origin_request_policies: Vec::new(),
            response_headers_policies: Vec::new(),
            custom_domains: custom_domain::read(self),
            lambda_urls: LambdaUrl::read(self),
            permissions: permissions::read(self),
            bucket_policies: BucketPolicy::read(self),
            records: records::read(self),
            access_controls: Vec::new(),
            api_keys: guards::api_keys(self),
            usage_plans: guards::usage_plans(self),
            web_acls: web_acl::read(self),
            associations: web_acl::associations(self),
            log_sources: logging::sources(self),
            resources: self.kinds(),
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
                "AWS::CloudFront::OriginAccessControl" => {
                    model.access_controls.push(OriginAccessControl::read(id, span, &properties));
                }
                _ => {}
            }
        }
        Some(model)
    }
}
