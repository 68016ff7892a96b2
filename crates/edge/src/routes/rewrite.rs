//! What the functions on viewer-request make of requests, and which routes these reach then: the functions run on
//! requests that are likely for the routes.

use std::sync::Arc;

use cflint_diagnostics::Span;
use cflint_functions::{
    Change, Event, Failure, Item, Outcome, Program, Request, Response, Returned, Sureness,
};
use cflint_template::model::{Api, Route};
use cflint_template::value::Text;

use crate::behavior::functions::{Shown, on};
use crate::facts::headers::Method;
use crate::language::Domain;
use crate::once::Once;
use crate::routes::entrance::{behind, entrances};
use crate::routes::memo::PathKey;
use crate::routes::path::{Entrance, RequestPath, paths_of};
use crate::routes::pattern::PathPattern;
use crate::routes::route_paths::route_path;

/// How many routes of an API are tried.
const MOST_ROUTES: usize = 30;
/// How many redirects are followed; browsers give up after about as many.
const MOST_REDIRECTS: usize = 10;

/// Headers that browsers send, so that functions may rely on them.
const USUAL: [(&str, &str); 4] = [
    ("accept", "*/*"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en"),
    ("user-agent", "Mozilla/5.0"),
];

/// The same of a user who is logged in and comes from another page.
const LOGGED_IN: [(&str, &str); 5] = [
    ("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo"),
    ("if-none-match", "\"1\""),
    ("origin", "https://www.example.com"),
    ("referer", "https://www.example.com/"),
    ("x-requested-with", "XMLHttpRequest"),
];

/// How much a request brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Baggage {
    /// What every browser sends.
    Usual,
    /// Credentials, cookies and a query string as well.
    LoggedIn,
    /// Whatever header, cookie or parameter the code asks for.
    Everything,
}

/// What the functions make of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewritten {
    /// It goes on with this path.
    Path(String),
    Response(Response),
    Fails {
        failure: Failure,
        /// The function, by its logical id.
        function: String,
        place: Span,
    },
    /// Not all functions are shown, or they read what is known only live.
    Unknown,
}

/// A path that a function writes, although the API behind the origin has nothing for it.
#[derive(Debug, Clone)]
pub struct Stray<'m> {
    pub api: &'m Api,
    /// A route that the request was meant for.
    pub route: &'m Route,
    pub method: Method,
    pub viewer_path: String,
    /// What the function makes of it.
    pub rewritten: String,
    /// The function, by its logical id.
    pub function: String,
    /// The line that writes the path.
    pub place: Span,
    /// How sure it is that no other path does better.
    pub sureness: Sureness,
}

/// What the functions make of a request, and where they did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub rewritten: Rewritten,
    /// The line that changed the path, with the function.
    pub changed: Option<(String, Span)>,
    pub sureness: Sureness,
}

#[derive(Debug, Default)]
struct Tables {
    followed: Once<(PathKey, &'static str, String, Baggage), Followed>,
}

impl<'m> RequestPath<'m> {
    /// Whether all functions that may decide where a request goes can be run.
    pub fn can_follow(&self) -> bool {
        let functions = &self.behavior.functions;
        functions.open.is_none()
            && functions.iter().all(|function| match function.event.literal() {
                Some("viewer-response" | "origin-response") => true,
                Some("viewer-request") => Shown::of(self.model, function).is_some(),
                _ => false,
            })
    }

    /// What the functions on viewer-request make of a request.
    pub fn followed(&self, method: Method, viewer_path: &str, baggage: Baggage) -> Arc<Followed> {
        let tables = self.model.memo.get(Tables::default);
        let key = (self.key(), method.as_str(), viewer_path.to_owned(), baggage);
        tables.followed.get(key, || self.follow(method, viewer_path, baggage))
    }

    fn follow(&self, method: Method, viewer_path: &str, baggage: Baggage) -> Followed {
        let mut path = viewer_path.to_owned();
        let mut changed = None;
        let mut sureness = Sureness::Certain;
        let end = |rewritten, changed, sureness| Followed { rewritten, changed, sureness };
        if self.behavior.functions.open.is_some() {
            return end(Rewritten::Unknown, None, sureness);
        }
        for function in on(self.behavior, "viewer-request") {
            let shown = Shown::of(self.model, function).filter(|_| function.event.literal().is_some());
            let event = |shown: &Shown<'_>| self.event(shown, method, &path, baggage);
            let run = shown.as_ref().and_then(|shown| shown.run_within_budget(self.model, &event(shown)));
            let (Some(shown), Some(run)) = (shown, run) else {
                return end(Rewritten::Unknown, None, sureness);
            };
            sureness = sureness.min(run.sureness);
            match run.outcome {
                Outcome::Unknown(_) => return end(Rewritten::Unknown, None, sureness),
                Outcome::Failed(failure) => {
                    let place = failure.place.map_or(shown.code.code.span, |at| shown.line(at));
                    let function = shown.code.id.clone();
                    return end(Rewritten::Fails { failure, function, place }, None, sureness);
                }
                Outcome::Returned(returned) => match *returned {
                    Returned::Response(response) => {
                        return end(Rewritten::Response(response), None, sureness);
                    }
                    Returned::Request { origin: Some(_), .. } => {
                        return end(Rewritten::Unknown, None, sureness);
                    }
                    Returned::Request { request, .. } => {
                        if request.uri != path {
                            let is_it = |change: &&Change| change.path == "request.uri";
                            let place = run.changes.iter().rev().find(is_it).and_then(|change| change.place);
                            let place = place.map_or(function.span, |at| shown.line(at));
                            changed = Some((shown.code.id.clone(), place));
                            path = request.uri;
                        }
                    }
                },
            }
        }
        end(Rewritten::Path(path), changed, sureness)
    }

    /// What a function is called with.
    pub fn event(&self, shown: &Shown<'_>, method: Method, viewer_path: &str, baggage: Baggage) -> Event {
        let is_rich = baggage != Baggage::Usual;
        let host = self.viewer_host();
        let mut headers = vec![Item::new("host", host)];
        let sent = USUAL.iter().chain(LOGGED_IN.iter().filter(|_| is_rich));
        headers.extend(sent.map(|(name, value)| Item::new(*name, *value)));
        let query = is_rich.then(|| "page=2".to_owned());
        Event {
            request: Request {
                method: method.as_str().to_owned(),
                uri: viewer_path.to_owned(),
                query: Item::of_query(query.as_deref().unwrap_or_default()),
                raw_query: query,
                headers,
                cookies: if is_rich { Item::of_cookies("session=1") } else { Vec::new() },
            },
            response: None,
            distribution_domain: "d111111abcdef8.cloudfront.net".to_owned(),
            has_store: shown.code.has_store(),
            is_generous: baggage == Baggage::Everything,
        }
    }

    /// The path as it arrives at the origin: the origin path, then the path that the functions make of the viewer's.
    pub fn arriving_path(&self, viewer_path: &str) -> String {
        let prefix = self.origin.path.known().map_or_else(String::new, Text::to_string);
        let is_rewritten = self.touches().uri && self.can_follow() && !viewer_path.is_empty();
        let followed = is_rewritten.then(|| self.followed(Method::Get, viewer_path, Baggage::Usual));
        match followed.as_ref().map(|followed| &followed.rewritten) {
            Some(Rewritten::Path(path)) => format!("{prefix}{path}"),
            _ => format!("{prefix}{viewer_path}"),
        }
    }

    /// Whether a request reaches a route once the functions have run.
    pub(super) fn leads_after(&self, viewer_path: &str, method: Method, route: &Route) -> bool {
        match &self.followed(method, viewer_path, Baggage::Usual).rewritten {
            Rewritten::Path(path) => {
                behind(self, path, method).is_some_and(|found| std::ptr::eq(found, route))
            }
            _ => false,
        }
    }

    /// Paths that viewers may request for a route: with what the pattern or the code of a function has in front.
    pub fn tries(&self, route: &Route) -> Vec<String> {
        let Some(pattern) = self.pattern() else { return Vec::new() };
        let all = PathPattern::default_behavior();
        let own = all.language().shared_example(&route_path(route), Domain::NormalizedPath);
        let own = own.unwrap_or_else(|| "/".to_owned());
        let literal = pattern.text().split(['*', '?']).next().unwrap_or_default();
        let mut fronts = vec![String::new()];
        let written = literal.trim_end_matches('/');
        fronts.push(if written.starts_with('/') || written.is_empty() {
            written.to_owned()
        } else {
            format!("/{written}")
        });
        fronts.extend(self.code_paths().into_iter().filter(|path| pattern.matches(&format!("{path}/x"))));
        fronts.extend(entrances(self).iter().filter_map(|entrance| {
            let front = entrance.front.as_literal().filter(|front| !front.is_empty())?;
            Some(format!("/{}", front.trim_start_matches('/')))
        }));
        let mut tries: Vec<String> = fronts.iter().map(|front| format!("{front}{own}")).collect();
        tries.push(pattern.example());
        let mut known = Vec::new();
        tries.retain(|path| {
            let is_new = self.taken(path).is_some() && !known.contains(path);
            known.extend(is_new.then(|| path.clone()));
            is_new
        });
        tries
    }

    /// A path that a function writes and that no route matches, if no request was found that reaches any.
    pub fn stray(&self) -> Option<Stray<'m>> {
        let is_open = |entrance: &Entrance<'_>| entrance.api.routes.open.is_some();
        let entrances = entrances(self);
        if !self.touches().uri
            || !self.can_follow()
            || self.samples().iter().any(|sample| !self.is_doubled(&sample.viewer_path))
            || entrances.iter().any(is_open)
        {
            return None;
        }
        let mut best = None;
        for entrance in &entrances {
            for route in entrance.api.routes.iter().take(MOST_ROUTES) {
                let method = Method::from_name(&route.method).unwrap_or(Method::Get);
                for viewer_path in self.tries(route).into_iter().filter(|path| !self.is_doubled(path)) {
                    let followed = self.followed(method, &viewer_path, Baggage::Usual);
                    let (Rewritten::Path(rewritten), Some((function, place))) =
                        (&followed.rewritten, &followed.changed)
                    else {
                        // The function may be meant for other requests.
                        continue;
                    };
                    let sureness =
                        if self.may_depend_on_more() { Sureness::Possible } else { Sureness::Likely };
                    best.get_or_insert(Stray {
                        api: entrance.api,
                        route,
                        method,
                        viewer_path,
                        rewritten: rewritten.clone(),
                        function: function.clone(),
                        place: *place,
                        sureness: sureness.min(followed.sureness),
                    });
                }
            }
        }
        best
    }

    /// Whether a path has twice what the pattern starts with, as in `/api/api/users`. A route that only such a path
    /// reaches was meant to be reached without it.
    fn is_doubled(&self, viewer_path: &str) -> bool {
        let pattern = self.pattern();
        let text = pattern.as_ref().map(|pattern| pattern.text()).unwrap_or_default();
        let front = text.split(['*', '?']).next().unwrap_or_default().trim_matches('/');
        let rest = viewer_path.strip_prefix('/').and_then(|path| path.strip_prefix(front));
        let again = rest.and_then(|rest| rest.strip_prefix('/')?.strip_prefix(front));
        !front.is_empty() && again.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// A request that the functions redirect until it comes back to where it was; a path on each step.
    pub fn loop_of(&self, viewer_path: &str) -> Option<Vec<String>> {
        let mut seen = vec![viewer_path.to_owned()];
        for _ in 0..MOST_REDIRECTS {
            let path = seen.last()?;
            let behavior = self.memo.taker(self.distribution, path)?;
            let way = paths_of(self.model, behavior).into_iter().next()?;
            let next = way.redirect(path, Baggage::Usual)?;
            let others = [Baggage::LoggedIn, Baggage::Everything];
            if others.into_iter().any(|baggage| way.redirect(path, baggage).as_ref() != Some(&next)) {
                return None;
            }
            if let Some(at) = seen.iter().position(|known| *known == next) {
                seen.drain(..at);
                seen.push(next);
                return Some(seen);
            }
            seen.push(next);
        }
        None
    }

    /// The path that the functions redirect to, unless the next request differs in more than that.
    fn redirect(&self, viewer_path: &str, baggage: Baggage) -> Option<String> {
        let followed = self.followed(Method::Get, viewer_path, baggage);
        let Rewritten::Response(response) = &followed.rewritten else { return None };
        let is_redirect = (300..400).contains(&response.status) && !response.sets_cookie();
        self.path_of(response.header("location").filter(|_| is_redirect)?)
    }

    /// The path of a redirect, if it points to the distribution, and to the host name that the request had.
    fn path_of(&self, location: &str) -> Option<String> {
        let other = location.strip_prefix("https://").or_else(|| location.strip_prefix("//"));
        let rest = match other {
            Some(rest) => rest.strip_prefix(self.viewer_host().as_str())?,
            // Browsers do not follow an empty one.
            None => Some(location).filter(|location| !location.is_empty())?,
        };
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        match path {
            "" => Some("/".to_owned()),
            path => path.starts_with('/').then(|| path.to_owned()),
        }
    }

    /// Paths in the code of the functions, such as `/api` in a regular expression.
    pub fn code_paths(&self) -> Vec<String> {
        let shown =
            on(self.behavior, "viewer-request").filter_map(|function| Shown::of(self.model, function));
        shown.flat_map(|shown| shown.program().map(Program::paths).unwrap_or_default()).collect()
    }

    /// Whether the code reads more of a request than its path and host, so that others may be treated differently.
    pub fn may_depend_on_more(&self) -> bool {
        let touches = self.touches();
        touches.query || touches.cookies || touches.headers
    }
}

impl Shown<'_> {
    /// Why the function fails on every usual response, if it does.
    pub fn failure_on_response(&self, path: &RequestPath<'_>) -> Option<Failure> {
        let fails = |baggage| {
            let response = usual_response();
            let event = Event { response: Some(response), ..path.event(self, Method::Get, "/", baggage) };
            match self.run_within_budget(path.model, &event)?.outcome {
                Outcome::Failed(failure) => Some(failure),
                _ => None,
            }
        };
        let found = fails(Baggage::Usual)?;
        fails(Baggage::LoggedIn)?;
        fails(Baggage::Everything).map(|_| found)
    }
}

/// A response as most origins send it.
pub fn usual_response() -> Response {
    let headers = [
        ("cache-control", "max-age=60"),
        ("content-length", "2"),
        ("content-type", "text/html"),
        ("date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("etag", "\"1\""),
        ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("server", "AmazonS3"),
    ];
    let headers = headers.into_iter().map(|(name, value)| Item::new(name, value)).collect();
    Response { status: 200, headers, cookies: vec![Item::new("session", "1")], body: None }
}
