//! The resources that are read together, in one view.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cflint_diagnostics::Span;

use super::OtherWay;
use super::graph::{DISTRIBUTION, Graph, implicit_node};
use super::reader::Reader;
use crate::at::Env;
use crate::eval::Evaluator;
use crate::generated::Implicit;
use crate::syntax::NodeRef;
use crate::template::{Problem, Resource, Template};

/// The part of a template that one distribution depends on, in one view.
pub(super) struct Slice<'s, 't> {
    pub(super) template: &'s Template<'t>,
    pub(super) graph: &'s Graph,
    /// In ascending order.
    pub(super) members: &'s [usize],
    pub(super) evaluator: &'s Evaluator<'s, 't>,
    pub(super) problems: &'s RefCell<Vec<Problem>>,
}

impl<'s, 't> Slice<'s, 't> {
    /// The resources that exist in this view.
    pub(super) fn resources(&self) -> impl Iterator<Item = (usize, &'s Resource<'t>)> + '_ {
        self.matching(|_| true)
    }

    /// Decides first which resources exist: that settles most of the rest.
    pub(super) fn ask_all(&self) {
        self.resources().for_each(drop);
    }

    /// Some of the resources that exist in this view. Whether the others exist does not matter.
    pub(super) fn matching<'i>(
        &'i self,
        is_wanted: impl Fn(&Resource<'t>) -> bool + 'i,
    ) -> impl Iterator<Item = (usize, &'s Resource<'t>)> + 'i {
        self.members.iter().take_while(|_| !self.evaluator.is_over()).filter_map(move |&index| {
            let resource = self.template.resources().get(index).filter(|resource| is_wanted(resource))?;
            self.exists(resource).then_some((index, resource))
        })
    }

    /// The resources of a type in all templates that are linked, whether or not they belong to the slice or exist in this
    /// view.
    pub(super) fn all_of_kind(
        &self,
        kind: &'static str,
    ) -> impl Iterator<Item = (usize, &'s Resource<'t>)> + '_ {
        let all = self.template.resources().iter().enumerate();
        all.filter(move |(_, resource)| resource.kind == kind)
    }

    /// Whether a resource, which may be outside the slice, exists in every view that agrees with this one.
    pub(super) fn certainly_exists(&self, index: usize) -> bool {
        let resource = self.template.resources().get(index);
        resource.is_some_and(|resource| {
            resource
                .condition
                .is_none_or(|(name, _)| self.evaluator.decide_in(resource.at.env, name).tri().is_true())
        })
    }

    /// The resource with this logical id, if it exists in this view.
    pub(super) fn named(&self, id: &str) -> Option<(usize, &'s Resource<'t>)> {
        let &index = self.template.by_id.get(id)?;
        let resource = self.template.resources().get(index)?;
        let is_member = !self.evaluator.is_over() && self.members.binary_search(&index).is_ok();
        (is_member && self.exists(resource)).then_some((index, resource))
    }

    fn exists(&self, resource: &Resource<'t>) -> bool {
        resource.condition.is_none_or(|(name, _)| !self.evaluator.require(resource.at.env, name).is_false())
    }

    /// The resources of a type that exist in this view, with their properties.
    pub(super) fn of_kind(
        &self,
        kind: &'static str,
    ) -> impl Iterator<Item = (&'s Resource<'t>, Reader<'s, 't>)> + '_ {
        let all = self.matching(move |resource| resource.kind == kind);
        all.map(|(index, resource)| (resource, self.reader(index)))
    }

    pub(super) fn template(&self) -> &'s Template<'t> {
        self.template
    }

    /// The implicit APIs of SAM that belong to the slice, with the templates that they are in.
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

    /// Whether other templates receive the root of a REST API, so that they can add to it.
    pub(super) fn is_extended(&self, api: &str) -> bool {
        self.graph.given_away.contains(&(api.to_owned(), "RootResourceId".to_owned()))
    }

    /// Whether other templates receive what `Ref` of a resource returns.
    pub(super) fn is_given_away(&self, id: &str) -> bool {
        self.graph.given_away.contains(&(id.to_owned(), String::new()))
    }

    /// Whether another template of the project may add a stage to an API.
    pub(super) fn has_stages_elsewhere(&self, api: &str) -> bool {
        self.template.has_foreign_stages && self.is_handed_over(api)
    }

    /// Whether other templates receive the id of an API, which is all they need to add routes to an HTTP API.
    pub(super) fn is_handed_over(&self, api: &str) -> bool {
        self.graph.handed_over.contains(api)
    }

    /// Whether there may be resources that the file does not show: a macro, an include or a loop creates them.
    pub(super) fn has_more_resources(&self) -> bool {
        self.template.is_open() || self.template.resources().iter().any(|resource| resource.kind.is_empty())
    }

    /// Whether other templates receive the name of a custom domain, so that they can add mappings to it.
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

    /// The APIs that something other than this distribution and custom domains may lead to.
    pub(super) fn other_ways(&self, own: usize) -> BTreeMap<String, OtherWay> {
        let resources = self.template.resources();
        let declared = self.members().filter(|(_, resource)| is_api(resource.kind));
        let declared = declared.map(|(index, resource)| (index, resource.id.clone()));
        let implicit = self.implicit_apis().map(|(env, implicit)| {
            let id = self.template.scope(env).qualify(implicit.id());
            (implicit_node(self.template, env.scope, implicit), id)
        });
        declared
            .chain(implicit)
            .filter_map(|(index, id)| {
                let others = self.graph.neighbours[index].iter().filter(|&&other| other != own);
                let mut kinds = others.filter_map(|&other| resources.get(other)).map(|other| other.kind);
                let is_given_away = self.graph.given_away.iter().any(|(name, _)| *name == id);
                let way = if kinds.any(|kind| kind == DISTRIBUTION) {
                    OtherWay::Distribution
                } else {
                    is_given_away.then_some(OtherWay::GivenAway)?
                };
                Some((id, way))
            })
            .collect()
    }

    /// The types of the resources by logical id, with the function URLs that SAM generates.
    pub(super) fn kinds(&self) -> BTreeMap<String, String> {
        let own = self.resources().map(|(_, resource)| (resource.id.clone(), resource.kind.to_owned()));
        let with_url = self.resources().filter(|(_, resource)| self.template.has_url(resource));
        let urls =
            with_url.map(|(_, resource)| (format!("{}Url", resource.id), "AWS::Lambda::Url".to_owned()));
        urls.chain(own).collect()
    }

    /// The region of each API, certificate and web ACL whose stack is in a known one.
    pub(super) fn regions(&self) -> BTreeMap<String, String> {
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
}

fn is_api(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::ApiGateway::RestApi"
            | "AWS::ApiGatewayV2::Api"
            | "AWS::Serverless::Api"
            | "AWS::Serverless::HttpApi"
    )
}
