//! Which route was probably meant where a request matches none.

use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment};
use cflint_template::value::{Text, Tri};

use crate::facts::headers::Method;
use crate::routes::select::{Below, Routed, route};
use crate::words::{all_of, quoted};

/// The path as it is written.
pub(super) fn shown(below: &Below) -> String {
    let segments: Vec<String> = below.segments.iter().map(Text::to_string).collect();
    let slash = if below.has_slash && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}

/// The route that was probably meant: the path with another method, without the trailing slash, or without what comes
/// before it.
pub(super) fn nearly(api: &Api, below: &Below, method: &str) -> String {
    let takes = |below: &Below, method: &str| match route(api, below, method) {
        Routed::Route(route, _) => Some(route.name()),
        _ => None,
    };
    let is_greedy = |route: &&Route| matches!(&route.path, RoutePath::Segments(segments) if matches!(segments.as_slice(), [Segment::Greedy(_)]));
    if let Some(route) = api.routes.iter().find(is_greedy).filter(|_| below.segments.is_empty()) {
        return format!("; `{}` matches only paths with something after the slash", route.name());
    }
    let others = Method::ALL.into_iter().filter(|other| takes(below, other.as_str()).is_some());
    let others = quoted(others.map(Method::as_str));
    if !others.is_empty() {
        return format!(", which has this path for {}", all_of(&others));
    }
    if let Some(why) = passed_over(api, below, method) {
        return why;
    }
    if below.has_slash {
        let without = Below { has_slash: below.segments.is_empty(), ..below.clone() };
        if let Some(name) = takes(&without, method).filter(|_| !below.segments.is_empty()) {
            return format!("; without the trailing slash, `{name}` would match");
        }
    }
    for count in 1..=below.segments.len() {
        let (front, rest) = below.segments.split_at(count);
        let rest = Below { segments: rest.to_vec(), has_slash: below.has_slash || rest.is_empty() };
        if let Some(name) = takes(&rest, method).filter(|_| !rest.segments.is_empty()) {
            let front = Below { segments: front.to_vec(), has_slash: false };
            return format!("; without the leading `{}`, `{name}` would match", shown(&front));
        }
    }
    String::new()
}

/// The route of a REST API whose path fits, but that cannot be selected: a sibling resource handles everything
/// below its own name, whether or not it has a route for it.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>
fn passed_over(api: &Api, below: &Below, method: &str) -> Option<String> {
    if api.protocol != Protocol::Rest {
        return None;
    }
    let segments = |route: &'_ Route| match &route.path {
        RoutePath::Segments(segments) => Some(segments.clone()),
        RoutePath::Default | RoutePath::Connect => None,
    };
    let wide = api.routes.iter().find(|route| {
        route.takes_method(method) && segments(route).is_some_and(|segments| fits(&segments, &below.segments))
    })?;
    let wide_segments = segments(wide)?;
    let all: Vec<Vec<Segment>> = api.routes.iter().filter_map(segments).collect();
    // The first segment at which another resource is closer to the path.
    let depth = (0..wide_segments.len()).find(|depth| {
        !matches!(wide_segments.get(*depth), Some(Segment::Text(_)))
            && all.iter().any(|other| {
                starts_as(other, &below.segments, depth + 1)
                    && !matches!(other.get(*depth), Some(Segment::Greedy(_)))
                    && other.get(*depth) != wide_segments.get(*depth)
            })
    })?;
    let front = Below { segments: below.segments.get(..=depth)?.to_vec(), has_slash: false };
    Some(format!(
        "; `{}` matches nothing at or below `{}`, which is a separate resource",
        wide.name(),
        shown(&front)
    ))
}

/// Whether a path has the form of a route.
fn fits(route: &[Segment], path: &[Text]) -> bool {
    match route.iter().position(|segment| matches!(segment, Segment::Greedy(_))) {
        Some(greedy) => path.len() > greedy && starts_as(route, path, greedy),
        None => route.len() == path.len() && starts_as(route, path, route.len()),
    }
}

/// Whether the first segments of a route match those of a path.
fn starts_as(route: &[Segment], path: &[Text], count: usize) -> bool {
    let takes = |(segment, text): (&Segment, &Text)| match segment {
        Segment::Text(own) => own.equals(text) == Tri::True,
        Segment::Parameter(_) | Segment::Greedy(_) => true,
    };
    route.len() >= count && path.len() >= count && route.iter().zip(path).take(count).all(takes)
}
