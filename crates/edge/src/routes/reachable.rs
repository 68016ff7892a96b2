//! Requests that certainly reach routes: languages propose candidates, and following each request decides.

use std::sync::{Arc, OnceLock};

use cflint_template::model::{Api, Route, RoutePath, Segment};
use cflint_template::value::Text;

use crate::facts::headers::Method;
use crate::language::{Budget, Cover, Domain, Language, shared_covered_by};
use crate::once::Once;
use crate::origin::backend::Backend;
use crate::origin::faults::is_path_malformed;
use crate::routes::entrance::{behind, entrances, strip};
use crate::routes::memo::PathKey;
use crate::routes::path::{Entrance, RequestPath, SampleRequest};
use crate::routes::pattern::PathPattern;
use crate::routes::route_paths::{below, language};

/// How many methods are tried of a route that handles any.
const MOST_METHODS: usize = 2;

/// The samples of a request path, by positions.
#[derive(Debug, Default)]
struct Samples {
    found: Vec<Found>,
    /// Routes for which it would take too long to find out: entrance and route.
    unsure: Vec<(usize, usize)>,
}

#[derive(Debug)]
struct Found {
    entrance: usize,
    route: usize,
    method: Method,
    viewer_path: String,
}

/// The viewer paths that reach each route of an API, through one entrance behind one `OriginPath`.
#[derive(Debug)]
struct Ways(Vec<Way>);

/// `OriginPath`, what the entrance has in front, and the API.
type WaysKey = (Text, Text, String);

#[derive(Debug)]
struct Way {
    paths: Vec<Language>,
    /// Which of these paths go to routes that match more exactly.
    exact: OnceLock<Vec<(usize, Language)>>,
}

/// What is worked out once about a model.
#[derive(Debug, Default)]
struct Tables {
    ways: Once<WaysKey, Ways>,
    samples: Once<PathKey, Samples>,
}

impl<'m> RequestPath<'m> {
    /// A request for each route of an API that the behavior certainly reaches, as far as its methods allow, in the
    /// order of the routes.
    pub fn samples(&self) -> &[SampleRequest<'m>] {
        self.samples.get_or_init(|| {
            let entrances = entrances(self);
            let sample = |found: &Found| {
                let entrance = entrances.get(found.entrance)?.clone();
                let route = entrance.api.routes.iter().nth(found.route)?;
                let viewer_path = found.viewer_path.clone();
                Some(SampleRequest { entrance, route, method: found.method, viewer_path })
            };
            positions(self).found.iter().filter_map(sample).collect()
        })
    }

    /// Whether these are all. For an unusually large or intricate distribution it would take too long to find out; then
    /// nothing follows from what is not among them.
    pub fn knows_all_samples(&self) -> bool {
        positions(self).unsure.is_empty()
    }
}

fn positions(path: &RequestPath<'_>) -> Arc<Samples> {
    let tables = path.model.memo.get(Tables::default);
    tables.samples.get(path.key(), || find(path, &tables).unwrap_or_default())
}

fn find(path: &RequestPath<'_>, tables: &Tables) -> Option<Samples> {
    let pattern = path.pattern()?;
    let prefix = path.origin.path.or_default(Text::default())?;
    let before = path.memo.patterns_before(path.behavior)?;
    let budget = path.memo.budget_of_patterns();
    let is_dead =
        before.iter().any(|other| other.language().obviously_contains_within(pattern.language(), budget));
    if is_dead || path.distribution.behaviors.open.is_some() || is_path_malformed(path.origin) {
        return None;
    }
    let can_follow = path.may_be_rerouted() && path.can_follow();
    if can_follow && path.touches().uri {
        return Some(tried(path));
    }
    let mut samples = Samples::default();
    let entrances = entrances(path);
    for (number, entrance) in entrances.iter().enumerate() {
        let key = (prefix.clone(), entrance.front.clone(), entrance.api.id.clone());
        let ways = tables.ways.get(key, || Ways::new(&prefix, entrance));
        let search =
            Search { path, pattern: &pattern, before: &before, prefix: &prefix, entrance, ways: &ways };
        for (position, route) in entrance.api.routes.iter().enumerate() {
            let is_same = |found: &Found| {
                let other = entrances.get(found.entrance).map(|entrance| entrance.api);
                found.route == position && other.is_some_and(|other| std::ptr::eq(other, entrance.api))
            };
            if number > 0 && samples.found.iter().any(is_same) {
                continue;
            }
            let goes_on =
                |method, viewer_path: &str| !can_follow || path.leads_after(viewer_path, method, route);
            match search.way_to(position, route) {
                Witness::Request(method, viewer_path) if !goes_on(method, &viewer_path) => {
                    samples.unsure.push((number, position));
                }
                Witness::Request(method, viewer_path) => {
                    samples.found.push(Found { entrance: number, route: position, method, viewer_path });
                }
                Witness::None => {}
                Witness::Unknown => samples.unsure.push((number, position)),
            }
        }
    }
    Some(samples)
}

/// The routes that requests reach after the functions of the behavior have run, as far as requests were tried; whether
/// others reach the rest is not known.
fn tried(path: &RequestPath<'_>) -> Samples {
    let mut samples = Samples::default();
    for (number, entrance) in entrances(path).iter().enumerate() {
        for (position, route) in entrance.api.routes.iter().enumerate() {
            let reach = |method: Method| {
                path.tries(route).into_iter().find(|viewer_path| path.leads_after(viewer_path, method, route))
            };
            let found = methods_of(route)
                .into_iter()
                .take(MOST_METHODS)
                .find_map(|method| Some((method, reach(method)?)));
            match found {
                Some((method, viewer_path)) => {
                    samples.found.push(Found { entrance: number, route: position, method, viewer_path });
                }
                None => samples.unsure.push((number, position)),
            }
        }
    }
    samples
}

/// The methods by which a route can be reached, the likely one first.
fn methods_of(route: &Route) -> Vec<Method> {
    Method::from_name(&route.method).map_or_else(|| Method::ALL.to_vec(), |method| vec![method])
}

/// A request that the behavior handles and that reaches a route.
enum Witness {
    Request(Method, String),
    /// There is none, or none that is certain.
    None,
    /// Finding out would take too long.
    Unknown,
}

/// What is the same for all routes behind an entrance.
struct Search<'s, 'm> {
    path: &'s RequestPath<'m>,
    pattern: &'s PathPattern,
    before: &'s [&'s PathPattern],
    prefix: &'s Text,
    entrance: &'s Entrance<'m>,
    ways: &'s Ways,
}

impl Search<'_, '_> {
    fn budget(&self) -> &Budget {
        self.path.memo.budget()
    }

    fn way_to(&self, position: usize, route: &Route) -> Witness {
        let Some(way) = self.ways.0.get(position) else { return Witness::None };
        let mut open = Vec::new();
        for paths in &way.paths {
            match self.is_open(paths) {
                Some(true) => open.push(paths),
                Some(false) => {}
                None => return Witness::Unknown,
            }
        }
        if open.is_empty() {
            return Witness::None;
        }
        let budget = self.budget();
        let example = |paths: &&Language| {
            self.pattern.language().shared_example_within(paths, Domain::NormalizedPath, budget)
        };
        let readable: Vec<String> =
            open.iter().filter_map(example).filter(|path| self.path.taken(path).is_some()).collect();
        let leads = |viewer_path: &str, method| {
            // It is compared with every route.
            budget.spend(self.entrance.api.routes.items.len());
            behind(self.path, viewer_path, method).is_some_and(|found| std::ptr::eq(found, route))
        };
        // Methods mostly have the same routes before them.
        let mut known: Vec<(Vec<usize>, Vec<Cover>)> = Vec::new();
        for method in methods_of(route) {
            if let Some(found) = readable.iter().find(|path| leads(path, method)) {
                return Witness::Request(method, found.clone());
            }
            if budget.is_spent() {
                return Witness::Unknown;
            }
            let exact = self.more_exact(way, route, method);
            let others: Vec<usize> = exact.iter().map(|(other, _)| *other).collect();
            let at = known.iter().position(|(before, _)| *before == others).unwrap_or_else(|| {
                let languages: Vec<&Language> = exact.iter().map(|(_, paths)| *paths).collect();
                known.push((others, open.iter().map(|paths| self.left_of(paths, &languages)).collect()));
                known.len() - 1
            });
            let answers = known.get(at).map_or(&[][..], |(_, answers)| answers);
            let taken = |answer: &Cover| match answer {
                Cover::Missing(path) => {
                    self.path.taken(path).filter(|path| leads(path, method)).map(str::to_owned)
                }
                Cover::Full | Cover::Unknown => None,
            };
            if let Some(found) = answers.iter().find_map(taken) {
                return Witness::Request(method, found);
            }
            if answers.contains(&Cover::Unknown) {
                return Witness::Unknown;
            }
        }
        Witness::None
    }

    /// Whether the behavior matches some of the paths, as far as that is obvious; `None` when the budget is spent.
    fn is_open(&self, paths: &Language) -> Option<bool> {
        let budget = self.budget();
        let meets = self.pattern.language().meets_within(paths, Domain::NormalizedPath, budget)?;
        let is_taken = |other: &&PathPattern| other.language().obviously_contains_within(paths, budget);
        Some(meets && !self.before.iter().any(is_taken))
    }

    /// Whether two languages share something, as far as that is known.
    fn may_meet(&self, left: &Language, right: &Language) -> bool {
        left.meets_within(right, Domain::NormalizedPath, self.budget()) != Some(false)
    }

    /// Which of the paths go to routes that match more exactly and have the method.
    fn more_exact<'w>(&self, way: &'w Way, route: &Route, method: Method) -> Vec<(usize, &'w Language)> {
        let api = self.entrance.api;
        let exact = way.exact.get_or_init(|| {
            let others = api
                .routes
                .iter()
                .enumerate()
                .filter(|(_, other)| is_more_exact(other, route) && may_share(other, route));
            let taken = others.flat_map(|(at, other)| {
                let taken = viewer_paths(self.prefix, self.entrance, below(&Language::empty(), api, other));
                taken.into_iter().map(move |paths| (at, paths))
            });
            let meets = |paths: &Language| way.paths.iter().any(|own| self.may_meet(own, paths));
            taken.filter(|(_, paths)| meets(paths)).collect()
        });
        let takes =
            |at: usize| api.routes.items.get(at).is_some_and(|other| other.takes_method(method.as_str()));
        exact.iter().filter(|(at, _)| takes(*at)).map(|(at, paths)| (*at, paths)).collect()
    }

    /// What is left of the paths for the behavior and the route.
    fn left_of(&self, paths: &Language, exact: &[&Language]) -> Cover {
        let patterns = self.before.iter().map(|other| other.language());
        let before: Vec<&Language> =
            patterns.chain(exact.iter().copied()).filter(|other| self.may_meet(other, paths)).collect();
        let budget = self.budget();
        shared_covered_by(self.pattern.language(), paths, &before, Domain::NormalizedPath, budget)
    }
}

impl Ways {
    fn new(prefix: &Text, entrance: &Entrance<'_>) -> Self {
        let way = |route: &Route| Way {
            paths: viewer_paths(prefix, entrance, below(&Language::empty(), entrance.api, route)),
            exact: OnceLock::new(),
        };
        Self(entrance.api.routes.iter().map(way).collect())
    }
}

/// A path by which viewers could reach a route behind what the origin puts in front of it, if the behavior matched it.
pub fn wanted(path: &RequestPath<'_>, api: &Api, route: &Route) -> Option<String> {
    let prefix = path.origin.path.or_default(Text::default())?;
    let own = entrances(path).into_iter().filter(|entrance| std::ptr::eq(entrance.api, api));
    let mut ways = own.flat_map(|entrance| {
        viewer_paths(&prefix, &entrance, below(&Language::empty(), entrance.api, route))
    });
    ways.find_map(|paths| paths.shared_example(&Language::anything(), Domain::NormalizedPath))
}

/// Whether some path reaches a route behind what the origin puts in front of it, whichever behavior matches that path.
pub fn origin_leads(path: &RequestPath<'_>) -> bool {
    let Some(prefix) = path.origin.path.or_default(Text::default()) else { return false };
    entrances(path).iter().any(|entrance| {
        let below = |route: &Route| below(&Language::empty(), entrance.api, route);
        entrance.api.routes.iter().any(|route| !viewer_paths(&prefix, entrance, below(route)).is_empty())
    })
}

/// Whether requests through another behavior may reach the route of a sample request, as far as its methods allow.
/// Where the template does not say, they may.
pub fn may_lead(path: &RequestPath<'_>, sample: &SampleRequest<'_>) -> bool {
    let ways = entrances(path);
    let is_same = |entrance: &Entrance<'_>| std::ptr::eq(entrance.api, sample.entrance.api);
    if ways.is_empty() {
        return path.backend.is_api() || matches!(path.backend, Backend::Unknown);
    }
    let mut up_to_here =
        path.distribution.behaviors.iter().take(path.behavior.index.map_or(usize::MAX, |at| at + 1));
    let is_unclear = path.may_be_rerouted()
        || path.origin.path.is_unknown()
        || up_to_here.any(|behavior| behavior.path_pattern.literal().is_none());
    let leads = || {
        let samples = positions(path);
        let found = samples.found.iter().map(|found| (found.entrance, found.route));
        found.chain(samples.unsure.iter().copied()).any(|(entrance, route)| {
            let api = ways.get(entrance).map(|entrance| entrance.api);
            api.and_then(|api| api.routes.items.get(route))
                .is_some_and(|route| std::ptr::eq(route, sample.route))
        })
    };
    ways.iter().any(is_same) && (is_unclear || leads())
}

/// Whether a route comes first for paths that two routes match.
fn is_more_exact(route: &Route, than: &Route) -> bool {
    route.path != than.path && kinds(route).lt(kinds(than))
}

/// How exactly each segment is written.
fn kinds(route: &Route) -> impl Iterator<Item = u8> + '_ {
    let (segments, rest) = match &route.path {
        RoutePath::Default => (&[][..], Some(3)),
        RoutePath::Connect => (&[][..], None),
        RoutePath::Segments(segments) => (segments.as_slice(), None),
    };
    let kind = |segment: &Segment| match segment {
        Segment::Text(_) => 0,
        Segment::Parameter(_) => 1,
        Segment::Greedy(_) => 2,
    };
    segments.iter().map(kind).chain(rest)
}

/// Whether no segment distinguishes two routes, as far as that is obvious.
fn may_share(route: &Route, other: &Route) -> bool {
    let (RoutePath::Segments(own), RoutePath::Segments(others)) = (&route.path, &other.path) else {
        return true;
    };
    let is_whole =
        |(a, b): &(&Segment, &Segment)| !matches!((a, b), (Segment::Greedy(_), _) | (_, Segment::Greedy(_)));
    let differs = |(a, b): (&Segment, &Segment)| match (a, b) {
        (Segment::Text(a), Segment::Text(b)) => {
            matches!((a.as_literal(), b.as_literal()), (Some(a), Some(b)) if a != b)
        }
        _ => false,
    };
    !own.iter().zip(others).take_while(is_whole).any(differs)
}

/// The viewer paths that arrive at an entrance with these paths below it, after what the origin puts in front of them.
fn viewer_paths(prefix: &Text, entrance: &Entrance<'_>, paths: Vec<Language>) -> Vec<Language> {
    if let Some(rest) = strip(&entrance.front, prefix) {
        return paths.iter().map(|paths| language(&rest).then(paths)).collect();
    }
    match strip(prefix, &entrance.front) {
        Some(rest) => match rest.as_literal() {
            Some(rest) => paths.iter().flat_map(|paths| paths.after(rest)).collect(),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}
