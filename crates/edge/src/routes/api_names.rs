//! Aliases that are also the names of API Gateway custom domains.

use cflint_template::model::{CustomDomain, Model, Prop, Record};
use cflint_template::value::{Text, Tri};

use crate::facts::dns::{Hosts, is_same, leads_to};
use crate::facts::headers::Method;
use crate::origin::backend::Backend;
use crate::routes::path::{RequestPath, request_paths};
use crate::routes::route_paths::{language, route_path};

/// Aliases that belong to an edge-optimized custom domain, which is a distribution of API Gateway: of several
/// distributions only one can have a name. One with a wildcard is another name.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html>
pub fn taken(model: &Model) -> Vec<(&Prop<Text>, &CustomDomain)> {
    named(model).filter(|(_, domain)| !domain.is_v2 && domain.is_edge.is_true()).collect()
}

fn named(model: &Model) -> impl Iterator<Item = (&Prop<Text>, &CustomDomain)> {
    // Most names are in one of both only.
    let hosts = Hosts::new(model.custom_domains.iter().filter_map(|domain| domain.name.known()).map(Some));
    let names = model.distribution.viewer_names().filter(|_| !model.custom_domains.is_empty());
    names.filter_map(move |alias| {
        let name = alias.known().filter(|name| !name.is_empty() && hosts.any(name, is_same).is_true())?;
        let is_it = |domain: &&CustomDomain| {
            domain.name.known().is_some_and(|domain| is_same(domain, name).is_true())
        };
        Some((alias, model.custom_domains.iter().find(is_it)?))
    })
}

/// A custom domain whose name points to a distribution that has no origin for its APIs.
#[derive(Debug, Clone, Copy)]
pub struct Hidden<'m> {
    pub alias: &'m Prop<Text>,
    pub domain: &'m CustomDomain,
    /// The record that points the name at the distribution.
    pub record: &'m Record,
}

/// The custom domains that the aliases of the distribution hide from viewers.
pub fn hidden(model: &Model) -> Vec<Hidden<'_>> {
    let names: Vec<_> = named(model).filter(|(_, domain)| domain.is_edge.is_false()).collect();
    if names.is_empty() || model.distribution.origins.open.is_some() {
        return Vec::new();
    }
    let paths = request_paths(model);
    let hidden = names.into_iter().filter_map(|(alias, domain)| {
        let name = alias.known()?;
        let mut records = model.records.iter().filter(|record| {
            record.name.known().is_some_and(|own| is_same(own, name).is_true()) && !record.is_partial
        });
        let record = records.find(|record| leads_to(record, &model.distribution))?;
        let is_reached = paths.iter().any(|path| may_reach(path, domain));
        (!is_reached).then_some(Hidden { alias, domain, record })
    });
    hidden.collect()
}

/// Whether requests may get from an origin to the APIs of a custom domain.
fn may_reach(path: &RequestPath<'_>, domain: &CustomDomain) -> bool {
    let maps_to = |id: &Text| {
        let is_same = |api: &Text| match (api.as_resource(), id.as_resource()) {
            (Some(api), Some(id)) => Tri::from(api == id),
            _ => api.equals(id),
        };
        let of_mapping = |api: &Prop<Text>| api.known().map_or(Tri::Unknown, is_same);
        let open = if domain.mappings.open.is_some() { Tri::Unknown } else { Tri::False };
        !domain.mappings.iter().map(|mapping| of_mapping(&mapping.api)).fold(open, Tri::or).is_false()
    };
    let keeps_host = || !path.forwarding.headers.selects("Host").answer.is_false();
    match &path.backend {
        _ if path.may_be_redirected() => true,
        Backend::ExecuteApi { id, .. } => maps_to(id),
        Backend::ApiDomain(other) | Backend::ApiDomainTarget { domain: Some(other), .. } => {
            let mut apis = other.mappings.iter();
            std::ptr::eq(*other, domain)
                || other.mappings.open.is_some()
                || apis.any(|mapping| mapping.api.known().is_none_or(maps_to))
        }
        // A name that may point to the custom domain, which responds to the viewer's `Host`.
        Backend::Other | Backend::LoadBalancer => keeps_host(),
        Backend::ApiDomainTarget { domain: None, .. } | Backend::Unknown => true,
        Backend::LambdaUrl(_) | Backend::Bucket | Backend::Website => false,
    }
}

/// A request that a route of a custom domain's API is for, if one is known.
pub fn example(model: &Model, domain: &CustomDomain) -> Option<(Method, String)> {
    domain.mappings.iter().find_map(|mapping| {
        let prefix = mapping.prefix().filter(|prefix| prefix.as_literal().is_some())?;
        let api = model.api(mapping.api.known()?.as_resource()?)?;
        let route = api.routes.iter().find(|route| route.method != "OPTIONS")?;
        let method = Method::from_name(&route.method).unwrap_or(Method::Get);
        Some((method, language(&prefix).then(&route_path(route)).example()))
    })
}
