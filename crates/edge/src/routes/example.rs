//! Requests for messages: what a viewer may send to a behavior, to a route that exists wherever one is known.

use cflint_template::model::{Api, Route, RoutePath};
use cflint_template::value::Text;

use crate::facts::headers::Method;
use crate::facts::methods::allows;
use crate::language::{Domain, Language};
use crate::routes::path::RequestPath;
use crate::routes::pattern::PathPattern;
use crate::routes::route_paths::{language, route_path};
use crate::routes::stage_reach::nearest;

/// A request that shows what becomes of those of a behavior.
#[derive(Debug, Clone)]
pub struct ExampleRequest<'m> {
    pub method: Method,
    pub viewer_path: String,
    /// The route that it reaches, or would reach without the mistake, with its API.
    pub meant: Option<(&'m Api, &'m Route)>,
}

/// The same for all borrowers of a model: the route by its position in the API of that name.
#[derive(Debug)]
pub(super) struct Chosen {
    method: Method,
    viewer_path: String,
    meant: Option<(String, usize)>,
}

/// The routes of one API below a prefix that a mapping strips.
struct Below<'m> {
    prefix: Text,
    api: &'m Api,
}

impl<'m> RequestPath<'m> {
    /// A request that certainly reaches a route, else one for the route that the paths of the behavior nearly reach. Only
    /// where no route is known, the path is made of the pattern alone.
    pub fn example(&self) -> ExampleRequest<'m> {
        let chosen = self.memo.example(self.key(), || self.choose());
        let meant = chosen.meant.as_ref().and_then(|(id, at)| {
            let api = self.model.api(id)?;
            Some((api, api.routes.items.get(*at)?))
        });
        ExampleRequest { method: chosen.method, viewer_path: chosen.viewer_path.clone(), meant }
    }

    fn choose(&self) -> Chosen {
        let reached = self.samples().iter().min_by_key(|sample| self.rank(sample.route, sample.method));
        if let Some(sample) = reached {
            let found = Chosen::of(sample.viewer_path.clone(), sample.entrance.api, sample.route);
            return Chosen { method: sample.method, ..found };
        }
        let Some(pattern) = self.pattern() else { return Chosen::of_path("/".to_owned()) };
        let below = self.below();
        let alone = || {
            let written = [pattern.example(), "/".to_owned()];
            written.into_iter().find(|path| self.takes(path)).map(Chosen::of_path)
        };
        self.direct(&pattern, &below, true)
            .or_else(|| self.nearly(&pattern, &below))
            .or_else(alone)
            .or_else(|| self.direct(&pattern, &below, false))
            .unwrap_or_else(|| Chosen::of_path(pattern.example()))
    }

    /// A path that the pattern and a route share; with `must_take`, one that this behavior handles.
    fn direct(&self, pattern: &PathPattern, below: &[Below<'m>], must_take: bool) -> Option<Chosen> {
        let before = self.memo.patterns_before(self.behavior).unwrap_or_default();
        let budget = self.memo.budget_of_examples();
        let is_taken = |paths: &Language| {
            must_take && before.iter().any(|other| other.language().obviously_contains_within(paths, budget))
        };
        let fits = |paths: &Language| {
            pattern.language().shared_example_within(paths, Domain::NormalizedPath, self.memo.budget())
        };
        below.iter().find_map(|below| {
            let mut routes: Vec<&Route> =
                below.api.routes.iter().filter(|route| route.path != RoutePath::Default).collect();
            routes.sort_by_key(|route| self.rank(route, method(route)));
            let found = routes
                .into_iter()
                .take_while(|_| !budget.is_spent())
                .map(|route| (route, language(&below.prefix).then(&route_path(route))))
                // Most routes belong to other behaviors, and comparing with all patterns would be slower.
                .filter(|(_, paths)| !pattern.language().clashes(paths) && !is_taken(paths))
                .filter_map(|(route, paths)| Some((route, fits(&paths)?)))
                .find(|(_, viewer_path)| !must_take || self.takes(viewer_path));
            found.map(|(route, viewer_path)| Chosen::of(viewer_path, below.api, route))
        })
    }

    /// A path that would have a route with fewer segments in front, or in another case.
    fn nearly(&self, pattern: &PathPattern, below: &[Below<'m>]) -> Option<Chosen> {
        below.iter().find_map(|below| {
            let key = below.prefix.as_literal()?;
            let rest = pattern.text().strip_prefix(key).filter(|rest| rest.starts_with('/'))?;
            let near = nearest(&PathPattern::new(rest), below.api)?;
            let viewer_path = format!("{key}{}", near.path);
            self.takes(&viewer_path).then(|| Chosen::of(viewer_path, below.api, near.route))
        })
    }

    /// The APIs behind the origin, with what the paths of their routes may start with.
    fn below(&self) -> Vec<Below<'m>> {
        if let Some(api) = self.backend.api() {
            return vec![Below { prefix: Text::default(), api }];
        }
        let mut below = Vec::new();
        for mapping in self.backend.domain().into_iter().flat_map(|domain| domain.mappings.iter()) {
            let id = mapping.api.known().and_then(Text::as_resource);
            let Some(api) = id.and_then(|id| self.model.api(id)) else { continue };
            let key = mapping.prefix().filter(|key| !key.is_empty());
            below.extend(
                [key, Some(Text::default())].into_iter().flatten().map(|prefix| Below { prefix, api }),
            );
        }
        // What `OriginPath` adds is not in the path of the viewer.
        if self.origin.path.known().is_some_and(|path| !path.is_empty()) {
            below.sort_by_key(|below| !below.prefix.is_empty());
        }
        below
    }

    /// What can be tried at once comes first: a request that the behavior allows, no preflight, and no body to send.
    fn rank(&self, route: &Route, method: Method) -> (bool, bool, bool, bool) {
        (
            allows(self.behavior, method).is_false(),
            method == Method::Options,
            route.path == RoutePath::Default,
            method != Method::Get,
        )
    }
}

impl Chosen {
    fn of(viewer_path: String, api: &Api, route: &Route) -> Self {
        let at = api.routes.iter().position(|other| std::ptr::eq(other, route));
        Self { method: method(route), viewer_path, meant: at.map(|at| (api.id.clone(), at)) }
    }

    fn of_path(viewer_path: String) -> Self {
        Self { method: Method::Get, viewer_path, meant: None }
    }
}

/// The method of requests for a route; `GET` if it handles any.
fn method(route: &Route) -> Method {
    Method::from_name(&route.method).unwrap_or(Method::Get)
}
