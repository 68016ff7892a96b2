//! Which route of an API matches one request.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>

use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment};
use cflint_template::value::{Text, Tri};

use crate::facts::Certainty;

/// What an API does with a request.
#[derive(Debug, Clone)]
pub enum Routed<'m> {
    Route(&'m Route, Certainty),
    Nothing(Certainty),
    /// The template or the documentation does not say; the reason.
    Unknown(String),
}

/// A path below the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The segments; none is the root.
    pub segments: Vec<Text>,
    /// Whether a slash follows the last one; the root counts as having one.
    pub has_slash: bool,
}

impl Below {
    /// Cuts a path into segments; `None` if it is not known where they end.
    pub fn new(path: &Text) -> Option<Self> {
        let split = path.split("/");
        if !split.complete {
            return None;
        }
        let mut segments = split.pieces;
        if segments.first().is_some_and(Text::is_empty) {
            segments.remove(0);
        }
        let has_slash = segments.last().is_none_or(Text::is_empty);
        if has_slash {
            segments.pop();
        }
        Some(Self { segments, has_slash })
    }

    /// Whether there is nothing between two slashes, which is not documented.
    fn is_odd(&self) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.is_empty() || matches!(segment.as_literal(), Some("." | "..")))
    }
}

/// The route that matches a request with this method.
pub fn route<'m>(api: &'m Api, path: &Below, method: &str) -> Routed<'m> {
    if path.is_odd() {
        return Routed::Unknown(
            "how API Gateway handles empty or dotted segments is not documented".to_owned(),
        );
    }
    let routed = match api.protocol {
        Protocol::Rest => rest(api, path, method),
        Protocol::Http => http(api, path, method),
        Protocol::WebSocket => connect(api, path, method),
    };
    let Some(open) = &api.routes.open else { return routed };
    match routed {
        Routed::Route(route, certainty) if is_spelled_out(route, method) => Routed::Route(route, certainty),
        Routed::Route(route, certainty) => Routed::Route(route, certainty.min(Certainty::Probable)),
        Routed::Nothing(_) => {
            Routed::Unknown(format!("not all routes of `{}` are known: {}", api.id, open.0))
        }
        unknown @ Routed::Unknown(_) => unknown,
    }
}

/// Whether no other route can match more exactly.
fn is_spelled_out(route: &Route, method: &str) -> bool {
    let is_text = |segment: &Segment| matches!(segment, Segment::Text(_));
    route.method == method
        && matches!(&route.path, RoutePath::Segments(segments) if segments.iter().all(is_text))
}

/// The resource first, then its method: there is no way back to a resource that matches less exactly.
fn rest<'m>(api: &'m Api, path: &Below, method: &str) -> Routed<'m> {
    let mut candidates: Vec<(&Route, &[Segment])> = Vec::new();
    for route in api.routes.iter() {
        if let RoutePath::Segments(segments) = &route.path {
            candidates.push((route, segments));
        }
    }
    // A trailing slash reportedly does not matter; the URL of a stage itself is written with one.
    let mut certainty = match (path.segments.is_empty(), path.has_slash) {
        (true, false) => Certainty::Uncertain,
        (true, true) | (false, true) => Certainty::Probable,
        (false, false) => Certainty::Certain,
    };
    // Whether a resource with a parameter was skipped, which is not documented.
    let mut passed_parameter = false;
    for (depth, text) in path.segments.iter().enumerate() {
        let mut fixed = Vec::new();
        let mut open = None;
        for (route, segments) in &candidates {
            if let Some(Segment::Text(own)) = segments.get(depth) {
                match own.equals(text) {
                    Tri::True => fixed.push((*route, *segments)),
                    Tri::Unknown => open = Some(own),
                    Tri::False => {}
                }
            }
        }
        let is = |wanted: fn(&Segment) -> bool| {
            let of = candidates.iter().filter(move |(_, segments)| segments.get(depth).is_some_and(wanted));
            of.copied().collect::<Vec<_>>()
        };
        let parameters = is(|segment| matches!(segment, Segment::Parameter(_)));
        if !fixed.is_empty() {
            passed_parameter |= !parameters.is_empty();
            candidates = fixed;
        } else if let Some(own) = open {
            return Routed::Unknown(format!(
                "it is known only at deployment whether `{text}` is the segment `{own}`"
            ));
        } else if !parameters.is_empty() {
            candidates = parameters;
        } else {
            let greedy = is(|segment| matches!(segment, Segment::Greedy(_)));
            return choose(greedy, method, certainty, passed_parameter);
        }
    }
    candidates.retain(|(_, segments)| segments.len() == path.segments.len());
    if candidates.is_empty() {
        certainty = Certainty::Certain;
    }
    choose(candidates, method, certainty, passed_parameter)
}

fn choose<'m>(
    resource: Vec<(&'m Route, &[Segment])>,
    method: &str,
    certainty: Certainty,
    passed_parameter: bool,
) -> Routed<'m> {
    let of = |verb: &str| resource.iter().find(|(route, _)| route.method == verb).map(|(route, _)| *route);
    match of(method).or_else(|| of("ANY")) {
        Some(route) => Routed::Route(route, certainty),
        None if passed_parameter => Routed::Nothing(Certainty::Uncertain),
        None => Routed::Nothing(Certainty::Certain),
    }
}

/// Viewers connect to the stage itself; its URL is documented without a slash at the end, and works with one.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html>
fn connect<'m>(api: &'m Api, path: &Below, method: &str) -> Routed<'m> {
    let certainty = if path.has_slash { Certainty::Probable } else { Certainty::Certain };
    match api.routes.iter().find(|route| path.segments.is_empty() && route.takes_method(method)) {
        Some(route) => Routed::Route(route, certainty),
        None => Routed::Nothing(Certainty::Probable),
    }
}

/// The route that matches most exactly: a literal segment before a parameter, and that before the rest of a path.
fn http<'m>(api: &'m Api, path: &Below, method: &str) -> Routed<'m> {
    let mut best: Option<(Vec<u8>, &Route)> = None;
    let mut open = None;
    let mut may_be_empty = None;
    for route in api.routes.iter().filter(|route| route.takes_method(method)) {
        let RoutePath::Segments(segments) = &route.path else { continue };
        match fit(segments, path) {
            Fit::Yes(mut rank) => {
                rank.push(u8::from(route.method != method));
                if best.as_ref().is_none_or(|(other, _)| rank < *other) {
                    best = Some((rank, route));
                }
            }
            Fit::Perhaps => open = Some(route),
            Fit::IfEmpty => may_be_empty = Some(route),
            Fit::No => {}
        }
    }
    if let Some(route) = open
        && !best.as_ref().is_some_and(|(_, best)| is_spelled_out(best, method))
    {
        let name = route.name();
        return Routed::Unknown(format!(
            "it is known only at deployment whether the path is that of `{name}`"
        ));
    }
    if let Some((_, route)) = best {
        return Routed::Route(route, Certainty::Certain);
    }
    let default = api.routes.iter().find(|route| route.path == RoutePath::Default);
    if let Some(route) = may_be_empty {
        let name = route.name();
        return Routed::Unknown(format!(
            "it is not documented whether `{name}` matches a path with nothing after it"
        ));
    }
    match default {
        Some(route) => Routed::Route(route, Certainty::Certain),
        // It is reported, not documented, that a trailing slash matters.
        None if path.has_slash && !path.segments.is_empty() => Routed::Nothing(Certainty::Probable),
        None => Routed::Nothing(Certainty::Certain),
    }
}

enum Fit {
    Yes(Vec<u8>),
    Perhaps,
    /// It does if `{proxy+}` also matches an empty rest.
    IfEmpty,
    No,
}

fn fit(segments: &[Segment], path: &Below) -> Fit {
    let mut rank = Vec::new();
    let mut sure = true;
    for (depth, segment) in segments.iter().enumerate() {
        match (segment, path.segments.get(depth)) {
            (Segment::Greedy(_), Some(_)) => {
                rank.push(2);
                return if sure { Fit::Yes(rank) } else { Fit::Perhaps };
            }
            (Segment::Greedy(_), None) if path.has_slash => return Fit::IfEmpty,
            (Segment::Parameter(_), Some(_)) => rank.push(1),
            (Segment::Text(own), Some(text)) => {
                rank.push(0);
                match own.equals(text) {
                    Tri::True => {}
                    Tri::Unknown => sure = false,
                    Tri::False => return Fit::No,
                }
            }
            (_, None) => return Fit::No,
        }
    }
    let is_whole = segments.len() == path.segments.len() && (path.has_slash == path.segments.is_empty());
    match (is_whole, sure) {
        (true, true) => Fit::Yes(rank),
        (true, false) => Fit::Perhaps,
        (false, _) => Fit::No,
    }
}
