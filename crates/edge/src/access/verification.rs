//! Who checks the header by which an API recognizes requests from CloudFront.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html>

use cflint_template::model::{
    Api, Association, Authorizer, AuthorizerKind, IdentityPlace, Integration, Model, Protocol, Route,
    Statement, WebAcl,
};
use cflint_template::value::{Reference, Tri};

use crate::access::exposure::{asks_for_key, is_closed, is_open};
use crate::access::firewall::firewall_of;
use crate::access::resource_policy::requires_header;

/// The header that API keys come in.
pub const API_KEY: &str = "x-api-key";

/// Who checks a header.
#[derive(Debug, Clone)]
pub enum Verification<'m> {
    /// The API rejects requests without it, or those without other credentials.
    Checked,
    /// Nothing in the template, but something that it does not show may.
    Hidden {
        /// A route that anyone may call as far as the template says, if one is known.
        route: Option<&'m Route>,
        /// What may check it.
        by: &'static str,
    },
    /// Some routes check it, but not this one, which may be intended for everyone.
    Partly(&'m Route),
    Unchecked {
        /// A route that anyone may call.
        route: &'m Route,
        /// What was meant to check it, but does not.
        instead: Option<Ineffective<'m>>,
    },
}

/// A check that has no effect.
#[derive(Debug, Clone, Copy)]
pub enum Ineffective<'m> {
    /// HTTP APIs have no API keys.
    KeyOfHttpApi,
    /// HTTP APIs have no web ACLs.
    WebAclOfHttpApi(&'m Association),
    /// A usage plan makes API keys valid for the API, but no route requires one.
    KeyNotAskedFor,
}

/// Who checks a header that CloudFront adds to requests to an API.
pub fn verification<'m>(model: &'m Model, api: &'m Api, header: &str) -> Verification<'m> {
    let open: Vec<&Route> = api.routes.iter().filter(|route| is_open(api, route)).collect();
    let hidden = |by| Verification::Hidden { route: open.first().copied(), by };
    let firewall = by_firewall(model, api, header);
    let policy = requires_header(api, header);
    if is_closed(api) || firewall.is_true() || policy.is_true() {
        return Verification::Checked;
    }
    let Some(&first) = open.first() else { return hidden("a route that the template does not show") };
    if firewall != Tri::False {
        return hidden("a web ACL rule that cflint does not read");
    }
    if policy != Tri::False {
        return hidden("the resource policy");
    }
    if api.routes.iter().any(|route| looks(api, route, header)) {
        return Verification::Partly(first);
    }
    if let Some(instead) = ineffective(model, api, header) {
        return Verification::Unchecked { route: first, instead: Some(instead) };
    }
    let is_blind = |route: &&&Route| matches!(route.integration, Integration::Mock | Integration::Service);
    match open.iter().find(|route| !is_blind(route)) {
        Some(route) => Verification::Hidden { route: Some(route), by: behind(route) },
        None if api.routes.open.is_some() => hidden("a route that the template does not show"),
        None => Verification::Unchecked { route: first, instead: None },
    }
}

/// Whether a route requires the header as an API key, or has an authorizer that receives it.
fn looks(api: &Api, route: &Route, header: &str) -> bool {
    let gets_it = |authorizer: &Authorizer| {
        authorizer.kind == AuthorizerKind::Request
            || authorizer.identity.iter().any(|identity| {
                identity.place == IdentityPlace::Header && identity.name.eq_ignore_ascii_case(header)
            })
    };
    (header.eq_ignore_ascii_case(API_KEY) && asks_for_key(api, route).is_true())
        || api.authorizer(route).is_some_and(gets_it)
}

fn behind(route: &Route) -> &'static str {
    match route.integration {
        Integration::Function => "the function behind the route",
        Integration::Http => "the server behind the route",
        _ => "the backend of the route",
    }
}

/// Whether the web ACL of a stage checks a header.
fn by_firewall(model: &Model, api: &Api, header: &str) -> Tri {
    if api.protocol != Protocol::Rest {
        return Tri::False;
    }
    let stages: Vec<_> = api.stages.iter().filter(|stage| !stage.is_stray).map(Some).collect();
    let stages = if stages.is_empty() { vec![None] } else { stages };
    let is_elsewhere = model.associations.iter().any(may_be_of_any);
    let unseen = if is_elsewhere { Tri::Unknown } else { Tri::False };
    let of_stage = |stage| match firewall_of(model, api, stage) {
        Some((_, Some(acl))) => looks_at(acl, header),
        Some((_, None)) => Tri::Unknown,
        None => unseen,
    };
    stages.into_iter().map(of_stage).fold(Tri::False, Tri::or)
}

/// Whether the template does not say what is protected.
fn may_be_of_any(association: &Association) -> bool {
    let is_given = |reference: &Reference| !matches!(reference, Reference::Resource { .. });
    association.resource.known().is_none_or(|arn| arn.as_hole().is_some_and(|hole| is_given(&hole.reference)))
}

/// Whether a rule of a web ACL checks a header.
pub fn looks_at(acl: &WebAcl, header: &str) -> Tri {
    let open = if acl.rules.open.is_some() { Tri::Unknown } else { Tri::False };
    acl.rules.iter().map(|rule| is_about(&rule.statement, header)).fold(open, Tri::or)
}

fn is_about(statement: &Statement, header: &str) -> Tri {
    match statement {
        Statement::Header { name, .. } => Tri::from(name.eq_ignore_ascii_case(header)),
        Statement::Not(inner) => is_about(inner, header),
        Statement::And(all) | Statement::Or(all) => {
            all.iter().map(|inner| is_about(inner, header)).fold(Tri::False, Tri::or)
        }
        Statement::Other => Tri::Unknown,
    }
}

/// A check of the header that the template configures, but that has no effect.
fn ineffective<'m>(model: &'m Model, api: &'m Api, header: &str) -> Option<Ineffective<'m>> {
    let is_key = header.eq_ignore_ascii_case(API_KEY);
    if api.protocol == Protocol::Http {
        if is_key && api.routes.iter().any(|route| route.api_key.is_true()) {
            return Some(Ineffective::KeyOfHttpApi);
        }
        let association = firewall_of(model, api, None).map(|(association, _)| association);
        return association.map(Ineffective::WebAclOfHttpApi);
    }
    let has_plan = || {
        let mut stages = model.usage_plans.iter().flat_map(|plan| plan.stages.iter());
        stages.any(|(of, _)| of.known().and_then(|of| of.as_resource()) == Some(api.id.as_str()))
    };
    (is_key && has_plan()).then_some(Ineffective::KeyNotAskedFor)
}
