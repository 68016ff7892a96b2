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

/// The resource that matches most exactly of those that have the method. Resources without it are skipped, as
/// measured by several people; the documentation speaks only of precedence at the same level.
/// <https://github.com/localstack/localstack/pull/9208>, <https://github.com/floci-io/floci/pull/3399>
fn rest<'m>(api: &'m Api, path: &Below, method: &str) -> Routed<'m> {
    // A trailing slash reportedly does not matter; the URL of a stage itself is written with one.
    let slash = match (path.segments.is_empty(), path.has_slash) {
        (true, false) => Certainty::Uncertain,
        (true, true) | (false, true) => Certainty::Probable,
        (false, false) => Certainty::Certain,
    };
    let path = Below { has_slash: path.segments.is_empty(), ..path.clone() };
    let found = most_exact(api, &path, method);
    if let Some(unknown) = found.unknown() {
        return unknown;
    }
    match found.route {
        Some(route) if skips_closer(api, &path, route) => {
            Routed::Route(route, slash.min(Certainty::Probable))
        }
        Some(route) => Routed::Route(route, slash),
        None => Routed::Nothing(Certainty::Certain),
    }
}

/// Whether another resource, which lacks the method or has no such path below it, is closer to the path.
fn skips_closer(api: &Api, path: &Below, route: &Route) -> bool {
    let RoutePath::Segments(own) = &route.path else { return false };
    api.routes.iter().any(|other| {
        let RoutePath::Segments(others) = &other.path else { return false };
        let shared = own.iter().zip(others).take_while(|(a, b)| a == b).count();
        match (own.get(shared), others.get(shared), path.segments.get(shared)) {
            (Some(Segment::Text(_)), ..) | (_, _, None) => false,
            (_, Some(Segment::Text(text)), Some(segment)) => !text.equals(segment).is_false(),
            (Some(Segment::Greedy(_)), Some(Segment::Parameter(_)), _) => true,
            _ => false,
        }
    })
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
    let found = most_exact(api, path, method);
    if let Some(unknown) = found.unknown() {
        return unknown;
    }
    if let Some(route) = found.route {
        return Routed::Route(route, Certainty::Certain);
    }
    let default = api.routes.iter().find(|route| route.path == RoutePath::Default);
    if let Some(route) = found.if_empty {
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

struct Found<'m> {
    route: Option<&'m Route>,
    /// One that may match more exactly: that is known only at deployment.
    open: Option<&'m Route>,
    /// One that matches if `{proxy+}` also matches an empty rest.
    if_empty: Option<&'m Route>,
}

impl<'m> Found<'m> {
    fn unknown(&self) -> Option<Routed<'m>> {
        let name = self.open?.name();
        let why = format!("it is known only at deployment whether the path is that of `{name}`");
        Some(Routed::Unknown(why))
    }
}

fn most_exact<'m>(api: &'m Api, path: &Below, method: &str) -> Found<'m> {
    let mut best: Option<(Vec<u8>, &Route)> = None;
    let mut open = None;
    let mut if_empty = None;
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
            Fit::IfEmpty => if_empty = Some(route),
            Fit::No => {}
        }
    }
    let route = best.map(|(_, route)| route);
    let open = open.filter(|_| !route.is_some_and(|best| is_spelled_out(best, method)));
    Found { route, open, if_empty }
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
