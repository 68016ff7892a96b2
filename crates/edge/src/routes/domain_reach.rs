//! How far requests get at an API Gateway custom domain: base path, stage, route.
//!
//! The base path is stripped, the stage comes from the mapping:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html>

use std::collections::BTreeSet;

use cflint_template::model::{Api, CustomDomain, Mapping, Model, Protocol, Route, RoutePath};
use cflint_template::value::Text;

use crate::language::{Cover, Domain, Language, covered_by};
use crate::origin::faults::is_path_malformed;
use crate::routes::base_path::{before, has_levels, takes};
use crate::routes::host::answering;
use crate::routes::path::RequestPath;
use crate::routes::pattern::PathPattern;
use crate::routes::route_paths::{below, language, meets, route_path};
use crate::routes::stage_reach::{Miss, Nearest, Sureness, nearest};

/// How far the paths of a behavior get at a custom domain.
#[derive(Debug, Clone)]
pub enum DomainReach<'m> {
    /// Some path may reach a route.
    Route,
    /// No path has a mapped base path.
    NoMapping(DomainMiss<'m>),
    /// The mapping leaves the stage to the caller, but no path names one.
    NoStage(DomainMiss<'m>),
    /// No path that has a mapping has a route.
    NoRoute(DomainMiss<'m>),
    /// The template does not say.
    Unknown,
}

/// Why nothing is reached at a custom domain.
#[derive(Debug, Clone)]
pub struct DomainMiss<'m> {
    pub domain: &'m CustomDomain,
    /// The mapping that matches the paths, with its API, if all of them have the same one.
    pub mapping: Option<(&'m Mapping, &'m Api)>,
    /// The route that was probably meant.
    pub nearest: Option<Nearest>,
    /// What could be put in front of the paths instead so that they reach a route.
    pub origin_paths: Vec<Text>,
}

impl DomainMiss<'_> {
    /// The same as for a miss at the API itself. Other stacks may add mappings, so it is not quite certain.
    pub fn plain(&self) -> Miss {
        Miss { nearest: self.nearest.clone(), by_prefix: false, sure: Sureness::Inferred }
    }
}

/// How far the requests of a path get at the custom domain that responds; `None` if the backend is not one.
pub fn reach_domain<'m>(path: &RequestPath<'m>) -> Option<DomainReach<'m>> {
    let domain = answering(path)?;
    let is_rewritten = path.touches().uri && path.can_follow();
    if is_path_malformed(path.origin) || is_rewritten {
        return Some(DomainReach::Unknown);
    }
    let (Some(pattern), Some(prefix)) = (path.pattern(), path.origin.path.or_default(Text::default())) else {
        return Some(DomainReach::Unknown);
    };
    let try_with = |prefix: &Text| attempt(prefix, &pattern, domain, path.model);
    let outcome = try_with(&prefix);
    let Outcome::Miss { level, entered } = outcome else {
        return Some(if matches!(outcome, Outcome::Route) {
            DomainReach::Route
        } else {
            DomainReach::Unknown
        });
    };
    // Without routes to compare with, a mapped base path is better than one that is not.
    let is_better = |prefix: &Text| match try_with(prefix) {
        Outcome::Route => true,
        Outcome::Unknown => level == Level::Mapping,
        Outcome::Miss { .. } => false,
    };
    let candidates: BTreeSet<Text> = domain
        .mappings
        .iter()
        .flat_map(|mapping| fronts(mapping, path.model))
        .chain([Text::default()])
        .collect();
    let origin_paths = candidates.into_iter().filter(|other| *other != prefix && is_better(other)).collect();
    let mapping = match entered.as_slice() {
        [only] => only
            .api
            .known()
            .and_then(Text::as_resource)
            .and_then(|id| path.model.api(id))
            .map(|api| (*only, api)),
        _ => None,
    };
    let nearest = mapping
        .filter(|_| level == Level::Route)
        .and_then(|(mapping, api)| nearest_route(path, &prefix, &pattern, mapping, api));
    let miss = DomainMiss { domain, mapping, nearest, origin_paths };
    Some(match level {
        Level::Mapping => DomainReach::NoMapping(miss),
        Level::Stage => DomainReach::NoStage(miss),
        Level::Route => DomainReach::NoRoute(miss),
    })
}

/// What has to come in front of a route for a mapping to match it.
fn fronts(mapping: &Mapping, model: &Model) -> Vec<Text> {
    let Some(key) = mapping.prefix() else { return Vec::new() };
    let api = mapping.api.known().and_then(Text::as_resource).and_then(|id| model.api(id));
    let Some(api) = api.filter(|_| mapping.stage.is_absent()) else { return vec![key] };
    let staged = |name: &Text| Text::join(&Text::literal("/"), [&key, name]);
    api.stages.iter().filter_map(|stage| stage.name.known()).map(staged).collect()
}

/// How far requests get before they fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Mapping,
    Stage,
    Route,
}

enum Outcome<'m> {
    Route,
    Unknown,
    Miss { level: Level, entered: Vec<&'m Mapping> },
}

/// How far the paths of a pattern get behind a prefix. Languages contain more paths than can arrive, so that a miss is
/// certain and a route is not.
fn attempt<'m>(
    prefix: &Text,
    pattern: &PathPattern,
    domain: &'m CustomDomain,
    model: &'m Model,
) -> Outcome<'m> {
    let paths = language(prefix).then(pattern.language());
    let mut entered = Vec::new();
    let mut level = Level::Mapping;
    let mut unknown = domain.mappings.open.is_some();
    let levels = has_levels(domain);
    for mapping in domain.mappings.iter() {
        let Some(key) = mapping.prefix() else {
            unknown = true;
            continue;
        };
        let written = key;
        let key = language(&written);
        if !meets(&paths, &takes(&key, levels)) {
            continue;
        }
        // Every other mapping has to be compared for these, so only where it matters.
        let before = before(domain, &written);
        let before: Vec<&Language> = before.iter().collect();
        let is_taken =
            |paths: &Language| !before.is_empty() && covered_by(paths, &before, Domain::Text) == Cover::Full;
        if is_taken(&paths) {
            continue;
        }
        entered.push(mapping);
        // What is left of a segment that only starts with the base path is not documented.
        let inside = key.clone().then(&Language::segment()).then(&Language::anything());
        let is_cut = levels && !key.tokens().is_empty() && meets(&paths, &[inside]);
        match in_mapping(&paths, &key, mapping, model, &is_taken) {
            Some(None) => return Outcome::Route,
            _ if is_cut => unknown = true,
            Some(Some(missed)) => level = level.max(missed),
            None => unknown = true,
        }
    }
    if unknown { Outcome::Unknown } else { Outcome::Miss { level, entered } }
}

/// What the paths that a mapping matches miss; nothing if some have a route, `None` if the template does not say.
fn in_mapping(
    paths: &Language,
    key: &Language,
    mapping: &Mapping,
    model: &Model,
    is_taken: &dyn Fn(&Language) -> bool,
) -> Option<Option<Level>> {
    let api = model.api(mapping.api.known()?.as_resource()?)?;
    if mapping.stage.is_unknown() {
        return None;
    }
    let mut roots = vec![key.clone()];
    if mapping.stage.is_absent() {
        if api.stages.open.is_some() || api.protocol != Protocol::Rest {
            return None;
        }
        let names = api.stages.iter().filter_map(|stage| stage.name.known());
        roots = names.map(|name| key.clone().then(&Language::literal("/")).then(&language(name))).collect();
        roots.retain(|root| meets(paths, &takes(root, false)));
        if roots.is_empty() {
            return Some(Some(Level::Stage));
        }
    }
    let leads = |route: &Route| {
        let mut targets = roots.iter().flat_map(|root| below(root, api, route));
        targets.any(|target| meets(paths, std::slice::from_ref(&target)) && !is_taken(&target))
    };
    match api.routes.iter().any(leads) {
        true => Some(None),
        false if api.routes.open.is_some() => None,
        false => Some(Some(Level::Route)),
    }
}

/// The route that was probably meant; none where the paths of the pattern are those of a route already.
fn nearest_route(
    path: &RequestPath<'_>,
    prefix: &Text,
    pattern: &PathPattern,
    mapping: &Mapping,
    api: &Api,
) -> Option<Nearest> {
    let is_meant = |route: &Route| {
        let example = pattern.language().shared_example(&route_path(route), Domain::NormalizedPath);
        route.path != RoutePath::Default && example.is_some_and(|example| path.takes(&example))
    };
    if api.routes.iter().any(is_meant) {
        return None;
    }
    let key = mapping.prefix().filter(|_| prefix.is_empty());
    let key = key.as_ref().and_then(Text::as_literal).unwrap_or_default();
    let rest = pattern.text().strip_prefix(key).filter(|rest| rest.starts_with('/'))?;
    let near = nearest(&PathPattern::new(rest), api)?;
    Some(Nearest::new(near.route, near.too_much))
}
