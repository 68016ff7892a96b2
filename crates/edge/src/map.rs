//! A distribution as a graph: behaviors in order, the origins that they use, stages, routes.

use std::collections::{HashMap, HashSet};

use cflint_diagnostics::Span;
use cflint_template::model::{Api, Behavior, Guard, Integration, Model, Protocol, Route};
use cflint_template::value::{Text, Tri};

use crate::access::exposure::asks_for_key;
use crate::behavior::caching::Caching;
use crate::behavior::forwarding::Forwarding;
use crate::behavior::selection::{Names, Selection, Set};
use crate::facts::methods::allowed;
use crate::origin::backend::Backend;
use crate::routes::entrance::entrances;
use crate::routes::path::Entrance;
use crate::routes::path::{RequestPath, paths_of};

/// How many routes of one stage are shown; the others are counted.
const MAX_ROUTES: usize = 20;

/// A distribution with everything behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The nodes, the distribution first; each comes after those that point to it.
    pub nodes: Vec<Node>,
    /// From which node to which, in order.
    pub edges: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub label: String,
    /// Details about it, one per line.
    pub details: Vec<String>,
    pub span: Span,
    /// What findings about it have as their subject.
    pub subject: Subject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Distribution,
    Behavior,
    /// An origin with what responds there.
    Origin,
    /// A stage of an API, or a mapping that points to one.
    Stage,
    Route,
}

/// What findings about a node have as their subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Everything else about the distribution.
    Distribution,
    /// The behavior of this name.
    Behavior(String),
    /// The origin with this position.
    Origin(usize),
    /// The resource with this logical id.
    Resource(String),
    /// What is declared at one of these places.
    Places(Vec<Span>),
}

/// The map of a distribution.
pub fn map(model: &Model) -> Map {
    let distribution = &model.distribution;
    let aliases: Vec<String> =
        distribution.aliases.iter().filter_map(|alias| alias.known().map(Text::to_string)).collect();
    let map = Map { nodes: Vec::new(), edges: Vec::new() };
    let mut builder = Builder { map, known: HashMap::new(), edges: HashSet::new() };
    let root = builder.add(
        Key::Distribution,
        Node {
            kind: Kind::Distribution,
            label: distribution.id.clone(),
            details: if aliases.is_empty() { Vec::new() } else { vec![aliases.join(", ")] },
            span: distribution.span,
            subject: Subject::Distribution,
        },
    );
    for behavior in distribution.all_behaviors() {
        builder.behavior(model, root, behavior);
    }
    builder.map
}

/// What makes a node the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Distribution,
    Behavior(Option<usize>),
    Origin(usize),
    Stage(usize, String),
    Route(usize, String, usize),
}

struct Builder {
    map: Map,
    known: HashMap<Key, usize>,
    edges: HashSet<(usize, usize)>,
}

impl Builder {
    fn add(&mut self, key: Key, node: Node) -> usize {
        if let Some(index) = self.known.get(&key) {
            return *index;
        }
        let index = self.map.nodes.len();
        self.map.nodes.push(node);
        self.known.insert(key, index);
        index
    }

    fn connect(&mut self, from: usize, to: usize) {
        if self.edges.insert((from, to)) {
            self.map.edges.push((from, to));
        }
    }

    fn behavior(&mut self, model: &Model, root: usize, behavior: &Behavior) {
        let node = Node {
            kind: Kind::Behavior,
            label: behavior.name(),
            details: details(model, behavior),
            span: behavior.span,
            subject: Subject::Behavior(behavior.name()),
        };
        let index = self.add(Key::Behavior(behavior.index), node);
        self.connect(root, index);
        for path in paths_of(model, behavior) {
            self.origin(index, &path);
        }
    }

    fn origin(&mut self, behavior: usize, path: &RequestPath<'_>) {
        let origin = path.origin;
        let label = origin.id.known().map_or_else(|| format!("Origins[{}]", origin.index), Text::to_string);
        let front = origin.path.known().map_or_else(String::new, Text::to_string);
        let mut details = vec![format!("{}{front}", path.origin_host()), what(&path.backend)];
        details.extend(
            path.origin
                .custom_headers
                .iter()
                .filter_map(|header| Some(format!("adds header {}", header.name.literal()?))),
        );
        let node = Node {
            kind: Kind::Origin,
            label,
            details,
            span: origin.span,
            subject: Subject::Origin(origin.index),
        };
        let index = self.add(Key::Origin(origin.index), node);
        self.connect(behavior, index);
        for entrance in entrances(path) {
            self.stage(index, origin.index, &entrance);
        }
    }

    fn stage(&mut self, origin: usize, position: usize, entrance: &Entrance<'_>) {
        let api = entrance.api;
        let name = entrance.stage.and_then(|stage| stage.name.known()).map(Text::to_string);
        let stage = match name.as_deref() {
            Some("$default") | None => "$default".to_owned(),
            Some(name) => format!("stage {name}"),
        };
        let (label, span) = match entrance.mapping {
            Some(mapping) => {
                let key =
                    mapping.key.known().map_or_else(|| "every path".to_owned(), |key| format!("/{key}"));
                (format!("{} {key} → {}", mapping.id, name.as_deref().unwrap_or("?")), mapping.span)
            }
            None => {
                (format!("{}, {stage}", api.id), entrance.stage.map_or(api.span, |stage| stage.name.span))
            }
        };
        let key = Key::Stage(position, format!("{}{}", api.id, entrance.front));
        let node = Node {
            kind: Kind::Stage,
            label,
            details: vec![kind_of(api)],
            span,
            subject: Subject::Resource(api.id.clone()),
        };
        let index = self.add(key.clone(), node);
        self.connect(origin, index);
        for (number, node) in routes(api).into_iter().enumerate() {
            let route = self.add(Key::Route(position, format!("{}{}", api.id, entrance.front), number), node);
            self.connect(index, route);
        }
    }
}

/// The routes of an API: all preflights that it responds to itself in one, and a count of those that are too many.
fn routes(api: &Api) -> Vec<Node> {
    let node = |label, details, span, places| Node {
        kind: Kind::Route,
        label,
        details,
        span,
        subject: Subject::Places(places),
    };
    let is_preflight = |route: &&Route| route.method == "OPTIONS" && route.integration == Integration::Mock;
    let (preflights, mut others): (Vec<&Route>, Vec<&Route>) = api.routes.iter().partition(is_preflight);
    let folded = match preflights.as_slice() {
        [first, _, ..] => Some(node(
            format!("OPTIONS of {} paths", preflights.len()),
            vec!["CORS preflight".to_owned()],
            first.span,
            preflights.iter().map(|route| route.span).collect(),
        )),
        _ => {
            others = api.routes.iter().collect();
            None
        }
    };
    let (shown, hidden) = others.split_at(others.len().min(MAX_ROUTES));
    let mut nodes: Vec<Node> = shown
        .iter()
        .map(|route| {
            let details = access(api, route).into_iter().collect();
            node(route.name(), details, route.span, vec![route.span])
        })
        .chain(folded)
        .collect();
    let rest = match (&api.routes.open, hidden.len()) {
        (Some(_), _) => Some("unknown routes".to_owned()),
        (None, 0) => None,
        (None, more) => Some(format!("{more} more")),
    };
    let places = hidden.iter().map(|route| route.span).collect();
    nodes.extend(rest.map(|label| node(label, Vec::new(), api.span, places)));
    nodes
}

/// What a behavior allows, caches and forwards.
fn details(model: &Model, behavior: &Behavior) -> Vec<String> {
    let forwarding = Forwarding::new(model, behavior);
    let caching = Caching::with(&forwarding, behavior);
    let methods: Vec<&str> =
        allowed(behavior).into_iter().map(crate::facts::headers::Method::as_str).collect();
    let viewer = behavior.viewer_protocol_policy.known().map_or_else(|| "?".to_owned(), Text::to_string);
    let cached = match (caching.may_cache(), caching.unasked()) {
        (Tri::False, _) => "not cached".to_owned(),
        (_, Some(0)) => "cached if the response allows it".to_owned(),
        (Tri::True, Some(seconds)) => format!("cached {seconds} s"),
        _ => "caching unknown".to_owned(),
    };
    let mut details = vec![
        format!("{viewer}, {}, {cached}", methods.join(" ")),
        format!(
            "forwards {}, {}, {}",
            forwards(&forwarding.headers, "header"),
            forwards(&forwarding.cookies, "cookie"),
            forwards(&forwarding.query_strings, "query string"),
        ),
    ];
    for function in behavior.functions.iter() {
        let event = function.event.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let kind = if function.is_lambda { "Lambda@Edge" } else { "CloudFront Function" };
        details.push(format!("{kind} on {event}"));
    }
    details
}

/// What the settings select together, in words.
fn forwards(selection: &Selection<'_>, noun: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut except: Option<Vec<String>> = None;
    let mut every = false;
    let mut unknown = false;
    for source in &selection.sources {
        match &source.set {
            Set::None => {}
            Set::All | Set::AllViewer | Set::AllViewerAnd(_) => every = true,
            Set::Only(only) => names.extend(list(only)),
            Set::AllExcept(but) => except = Some(list(but)),
            Set::Unknown => unknown = true,
        }
    }
    if every {
        return format!("every {noun}");
    }
    if let Some(mut except) = except {
        // What one setting excludes, another may still select.
        except.retain(|name| !names.iter().any(|own| own.eq_ignore_ascii_case(name)));
        return if except.is_empty() {
            format!("every {noun}")
        } else {
            format!("every {noun} except {}", except.join(", "))
        };
    }
    names.dedup();
    match (names.is_empty(), unknown) {
        (_, true) => format!("unknown {noun}s"),
        (true, false) => format!("no {noun}"),
        (false, false) => format!("{noun} {}", names.join(", ")),
    }
}

fn list(names: &Names<'_>) -> Vec<String> {
    match names {
        Names::Managed(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        Names::Written(list) => {
            list.iter().map(|item| item.known().map_or_else(|| "?".to_owned(), Text::to_string)).collect()
        }
    }
}

fn what(backend: &Backend<'_>) -> String {
    match backend {
        Backend::ExecuteApi { api: Some(api), .. } => format!("default endpoint of {}", api.id),
        Backend::ExecuteApi { api: None, .. } => "default endpoint of an API outside the template".to_owned(),
        Backend::ApiDomain(domain) => format!("custom domain {}", domain.id),
        Backend::ApiDomainTarget { domain: Some(domain), .. } => {
            format!("target of custom domain {}", domain.id)
        }
        Backend::ApiDomainTarget { domain: None, .. } => "target of a custom domain".to_owned(),
        Backend::LambdaUrl(Some(url)) => format!("function URL {}", url.id),
        Backend::LambdaUrl(None) => "function URL".to_owned(),
        Backend::Bucket => "bucket".to_owned(),
        Backend::Website => "bucket website".to_owned(),
        Backend::LoadBalancer => "load balancer".to_owned(),
        Backend::Other => "external host".to_owned(),
        Backend::Unknown => "unknown".to_owned(),
    }
}

fn kind_of(api: &Api) -> String {
    match api.protocol {
        Protocol::Rest => "REST API",
        Protocol::Http => "HTTP API",
        Protocol::WebSocket => "WebSocket API",
    }
    .to_owned()
}

fn access(api: &Api, route: &Route) -> Option<String> {
    let key = asks_for_key(api, route).is_true().then_some("API key");
    let guard = match route.guard {
        Guard::None => None,
        Guard::Iam => Some("IAM".to_owned()),
        Guard::Authorizer => Some(match api.authorizer(route) {
            Some(authorizer) => format!("authorizer {}", authorizer.id),
            None => "authorizer".to_owned(),
        }),
        Guard::Unknown => Some("access unknown".to_owned()),
    };
    let parts: Vec<String> = guard.into_iter().chain(key.map(str::to_owned)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
