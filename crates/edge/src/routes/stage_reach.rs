//! Whether the paths that arrive at an API reach a stage and a route: a question about two regular languages.
//!
//! `OriginPath` is put in front of the whole path and nothing is ever stripped:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath>

use cflint_diagnostics::Span;
use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment, Stage, stage_fault};
use cflint_template::value::{Hole, Reference, Text};

use crate::facts::filled_in::is_filled_in;
use crate::language::{Domain, Language};
use crate::origin::faults::is_path_malformed;
use crate::routes::path::RequestPath;
use crate::routes::pattern::PathPattern;
use crate::routes::route_paths::{below, in_stage, language, meets, route_path, stage, without_slashes};

/// How far the paths of a behavior get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Some path may reach a route.
    Route,
    /// No path reaches a stage.
    NoStage(Miss),
    /// Every path that reaches a stage misses the routes.
    NoRoute(Miss),
    /// The template does not say.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The route that was probably meant.
    pub nearest: Option<Nearest>,
    /// Whether the paths of the pattern would have routes if only the stage were in front of them, so that
    /// `OriginPath` is what is wrong.
    pub by_prefix: bool,
    pub sure: Sureness,
}

/// A route that the paths of a pattern nearly reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Method and path, such as `GET /users`.
    pub route: String,
    /// Where the route is declared.
    pub span: Span,
    /// What the paths have in front that the route does not, such as `/api`; `None` if only the case differs.
    pub too_much: Option<String>,
}

impl Nearest {
    pub(crate) fn new(route: &Route, too_much: Option<String>) -> Self {
        Self { route: format!("{} {}", route.method, route.path), span: route.span, too_much }
    }
}

/// How certain it is that nothing is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// A value that is chosen at deployment could make it work by coincidence.
    ByCoincidence,
    /// It could work only for one name of the stack, or against the obvious intent of the template.
    Inferred,
    /// Whatever is chosen at deployment.
    Always,
}

/// A stage whose name API Gateway certainly does not accept.
pub fn invalid_stage(api: &Api) -> Option<&Stage> {
    let is_invalid = |stage: &&Stage| {
        stage.name.known().is_some_and(|name| !is_filled_in(name) && stage_fault(name).is_some())
    };
    api.stages.iter().find(|stage| api.protocol == Protocol::Rest && is_invalid(stage))
}

/// How far the requests of a path get at the default endpoint of its API.
pub fn reach(path: &RequestPath<'_>, api: &Api) -> Reach {
    let (Some(pattern), Some(prefix)) = (path.pattern(), path.origin.path.or_default(Text::default())) else {
        return Reach::Unknown;
    };
    if path.origin.path.is_unknown() || api.stages.open.is_some() {
        return Reach::Unknown;
    }
    // API Gateway rejects such a stage, whatever comes before the path.
    if invalid_stage(api).is_some() {
        return Reach::Unknown;
    }
    if is_path_malformed(path.origin) {
        return Reach::Unknown;
    }
    let staged: Vec<&Text> = api.stages.iter().filter_map(|stage| stage.name.known()).collect();
    let prefix = without_slashes(&prefix, &staged);
    // What becomes of the paths is a question to the functions.
    if path.touches().uri && path.can_follow() {
        return if path.samples().is_empty() { Reach::Unknown } else { Reach::Route };
    }
    let arriving = Arriving { prefix: &prefix, pattern: pattern.language().clone() };
    let any_route = |reached: &dyn Fn(&Route) -> bool| api.routes.iter().any(reached);
    let whole = |paths: &Language, route: &Route| meets(paths, &below(&Language::empty(), api, route));
    // The pattern alone would match: then what is put in front of it is the mistake.
    let by_prefix = !prefix.is_empty() && any_route(&|route| whole(&arriving.pattern, route));
    let miss = |sure| {
        let meant = || path.example().meant.map(|(_, route)| Nearest::new(route, None));
        let nearest = if by_prefix {
            meant()
        } else {
            nearest(&pattern, api).map(|near| Nearest::new(near.route, near.too_much))
        };
        Miss { by_prefix, nearest, sure }
    };
    let named = staged.iter().filter(|name| name.as_literal() != Some("$default"));
    let names: Vec<Text> = named.map(|name| without_slashes(name, &staged)).collect();
    // A name that is chosen at deployment may be `$default`.
    let has_default = api.protocol == Protocol::Http
        && staged.iter().any(|name| !name.equals(&Text::literal("$default")).is_false());
    let paths = arriving.language();
    // Languages know holes only by their alphabets: `/{h}x` could be `/{h}` to them. Texts are more exact.
    let first = arriving.first_segment();
    let differs = |name: &Text| first.as_ref().is_some_and(|first| first.equals(name).is_false());
    let entered: Vec<&Text> =
        names.iter().filter(|name| !differs(name) && meets(&paths, &stage(name))).collect();
    if entered.is_empty() && !has_default {
        return Reach::NoStage(miss(Sureness::Always));
    }
    if !has_default && let Some(sure) = arriving.coincidence(api, &entered) {
        return Reach::NoStage(miss(sure));
    }
    if api.routes.open.is_some() {
        return Reach::Unknown;
    }
    let by_name =
        entered.iter().any(|name| any_route(&|route| meets(&paths, &below(&in_stage(name), api, route))));
    if by_name || (has_default && any_route(&|route| whole(&paths, route))) {
        return Reach::Route;
    }
    if by_prefix && has_default && entered.is_empty() {
        return Reach::NoStage(miss(Sureness::Always));
    }
    Reach::NoRoute(miss(Sureness::Always))
}

/// The paths that arrive: a prefix, then whatever the pattern matches.
struct Arriving<'a> {
    prefix: &'a Text,
    pattern: Language,
}

impl Arriving<'_> {
    fn language(&self) -> Language {
        language(self.prefix).then(&self.pattern)
    }

    /// The first segment of every path, if it is one text.
    fn first_segment(&self) -> Option<Text> {
        if self.prefix.is_empty() {
            return first_segment(&self.pattern).map(Text::literal);
        }
        let mut pieces = self.prefix.split("/").pieces.into_iter();
        pieces.next().filter(Text::is_empty).and_then(|_| pieces.next())
    }

    /// Whether a stage matches only because its name is not known, although the template means something else.
    fn coincidence(&self, api: &Api, entered: &[&Text]) -> Option<Sureness> {
        let literal_prefix = self.prefix.as_literal()?;
        if entered.iter().any(|name| name.as_literal().is_some()) {
            return None;
        }
        if literal_prefix.is_empty() {
            // `/api/*` in front of routes below `/api`: the author wrote a route, not the name of the stage.
            let first = first_segment(&self.pattern)?;
            let starts_route = |route: &Route| match &route.path {
                RoutePath::Segments(segments) => match segments.first() {
                    Some(Segment::Text(text)) => text.as_literal() == Some(&first),
                    _ => false,
                },
                RoutePath::Default | RoutePath::Connect => false,
            };
            return api.routes.iter().any(starts_route).then_some(Sureness::Inferred);
        }
        let by_stack = entered.iter().all(|name| name.holes().any(depends_on_stack));
        Some(if by_stack { Sureness::Inferred } else { Sureness::ByCoincidence })
    }
}

fn depends_on_stack(hole: &Hole) -> bool {
    match &hole.reference {
        Reference::Pseudo(_) => true,
        Reference::Piece { source, .. } => source.holes().any(depends_on_stack),
        _ => false,
    }
}

/// The first segment of a pattern, if it is literal and something follows it.
fn first_segment(pattern: &Language) -> Option<String> {
    let prefix = pattern.literal_prefix();
    let (segment, _) = prefix.strip_prefix('/')?.split_once('/')?;
    Some(segment.to_owned())
}

/// A route that the paths of a pattern nearly reach, and a path for which that is so.
pub(crate) struct Near<'m> {
    pub(crate) path: String,
    pub(crate) route: &'m Route,
    /// See [`Nearest::too_much`].
    pub(crate) too_much: Option<String>,
}

/// The first route that matches if case is ignored, or if leading segments of the pattern are dropped, as an
/// author expects who thinks that the prefix is stripped.
pub(crate) fn nearest<'m>(pattern: &PathPattern, api: &'m Api) -> Option<Near<'m>> {
    let routes = || api.routes.iter().filter(|route| route.path != RoutePath::Default);
    let lower = PathPattern::new(&pattern.text().to_ascii_lowercase());
    let is_meant = |route: &&Route| {
        !meets(pattern.language(), &[route_path(route)])
            && meets(lower.language(), &[route_path(&lowered(route))])
    };
    if let Some(route) = routes().find(is_meant) {
        return Some(Near { path: in_case_of(pattern, route), route, too_much: None });
    }
    let mut rest = pattern.text().to_owned();
    let mut dropped = String::new();
    loop {
        let segment = format!("/{}", PathPattern::new(&rest).first_segment()?);
        rest = rest.strip_prefix(&segment).filter(|rest| !rest.is_empty())?.to_owned();
        dropped.push_str(&segment);
        let left = PathPattern::new(&rest);
        let meeting = routes().find_map(|route| {
            let path = left.language().shared_example(&route_path(route), Domain::NormalizedPath)?;
            Some((format!("{dropped}{path}"), route))
        });
        if let Some((path, route)) = meeting {
            return Some(Near { path, route, too_much: Some(dropped) });
        }
    }
}

/// The path of a route, written as the pattern writes what both start with.
fn in_case_of(pattern: &PathPattern, route: &Route) -> String {
    let (start, own) = (pattern.language().literal_prefix(), route_path(route).example());
    let path = own.get(start.len()..).map(|rest| format!("{start}{rest}"));
    path.filter(|path| pattern.matches(path)).unwrap_or_else(|| pattern.example())
}

/// The route with its literal segments in lower case.
fn lowered(route: &Route) -> Route {
    let mut route = route.clone();
    if let RoutePath::Segments(segments) = &mut route.path {
        for segment in segments {
            if let Segment::Text(text) = segment
                && let Some(literal) = text.as_literal()
            {
                *text = Text::literal(literal.to_ascii_lowercase());
            }
        }
    }
    route
}
