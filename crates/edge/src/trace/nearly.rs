//! Which route was probably meant where a request matches none.

use cflint_template::model::{Api, Route, RoutePath, Segment};
use cflint_template::value::Text;

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
