//! What several rules say in the same words.

use std::fmt;

use cflint_diagnostics::Confidence;
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::Method;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::entrance::entrances;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::reach::Sureness;
use cflint_edge::routes::reachable::origin_leads;
use cflint_edge::routes::unrouted::unrouted;
use cflint_linter::{OriginUse, ReportBuilder};
use cflint_template::edit::NewValue;
use cflint_template::model::{Api, LambdaUrl, Model, Protocol};
use cflint_template::value::{Hole, Part, Reference, Text};

use crate::outside::has_placeholder;

/// How many names a message lists before it breaks off.
const LISTED: usize = 4;

/// The confidence of a finding that rests on how sure a miss is, and on no function rewriting the request.
pub(crate) fn confidence(path: &RequestPath<'_>, sure: Sureness) -> Confidence {
    match sure {
        _ if path.may_be_rewritten() => Confidence::Possible,
        Sureness::ByCoincidence => Confidence::Possible,
        Sureness::Inferred => Confidence::Likely,
        Sureness::Always => Confidence::Certain,
    }
}

/// The most that can be said on a fact that is established so well.
pub(crate) fn confidence_of(certainty: Certainty) -> Confidence {
    match certainty {
        Certainty::Uncertain => Confidence::Possible,
        Certainty::Probable => Confidence::Likely,
        Certainty::Certain => Confidence::Certain,
    }
}

/// Whether no earlier member of an origin group has the same trouble, which is then reported there.
pub(crate) fn is_first(path: &RequestPath<'_>, has: impl Fn(&RequestPath<'_>) -> bool) -> bool {
    let members = paths_of(path.model, path.behavior);
    !members.iter().take_while(|other| other.origin.index != path.origin.index).any(has)
}

/// Leaves a finding possible where a function at the edge runs before the origin is asked.
pub(crate) fn unless_rewritten<'r, 'c>(
    path: &RequestPath<'_>,
    finding: ReportBuilder<'r, 'c>,
) -> ReportBuilder<'r, 'c> {
    if !path.may_be_rewritten() {
        return finding;
    }
    finding
        .note("a function at the edge runs before the origin is asked, and may change that")
        .at_most(Confidence::Possible)
}

/// The most that can be said of an origin: functions at the edge may choose another one.
pub(crate) fn confidence_of_origin(origin: &OriginUse<'_, '_>) -> Confidence {
    let is_sure = origin.paths.iter().any(|path| !path.may_be_rewritten());
    if is_sure { Confidence::Certain } else { Confidence::Possible }
}

/// Whether an API is asked for a page that it has no route for: how sure that is, and what the page comes to. An API that
/// the template does not show may have one.
pub(crate) fn missing_page(path: &RequestPath<'_>, page: &str) -> Option<(Confidence, String)> {
    let leaves = format!("`GET https://{}{}`", path.origin_host(), path.arriving_path(page));
    let Some(refusal) = unrouted(path, page, Method::Get) else {
        let is_hidden = path.backend.is_api() && entrances(path).is_empty();
        let note = format!("{leaves}, which fails unless the API has a route for it");
        return is_hidden.then_some((Confidence::Possible, note));
    };
    // An origin that leads nowhere has rules of its own.
    if !origin_leads(path) {
        return None;
    }
    let confidence = match refusal.certainty {
        _ if path.may_be_rewritten() => Confidence::Possible,
        Certainty::Uncertain => Confidence::Possible,
        Certainty::Probable => Confidence::Likely,
        Certainty::Certain => Confidence::Certain,
    };
    let id = &refusal.api.id;
    let answer = match refusal.answer() {
        Some(answer) => format!("it answers `{answer}`"),
        None => "it refuses that in words of its own".to_owned(),
    };
    let why = match refusal.is_outside {
        true => format!("which names no stage of `{id}`"),
        false => format!("which no route of `{id}` ({}) takes", routes(refusal.api)),
    };
    Some((confidence, format!("{leaves}, {why}; {answer}")))
}

/// A request of a viewer, and how it leaves for the origin.
pub(crate) fn arrival(path: &RequestPath<'_>) -> String {
    let viewer_path = path.example_path();
    format!(
        "`GET https://{}{viewer_path}` leaves as `GET https://{}{}`",
        path.viewer_host(),
        path.origin_host(),
        path.arriving_path(&viewer_path),
    )
}

/// The type of the resource that an API is; SAM makes those that are not in the file.
pub(crate) fn resource_type<'m>(model: &'m Model, api: &Api) -> &'m str {
    let implicit =
        if api.protocol == Protocol::Rest { "AWS::Serverless::Api" } else { "AWS::Serverless::HttpApi" };
    model.resources.get(&api.id).map_or(implicit, String::as_str)
}

/// Whether another tool fills in a text before CloudFormation reads it.
pub(crate) fn is_filled_in(text: &Text) -> bool {
    text.literals().any(has_placeholder)
}

/// A text as a fix writes it.
pub(crate) enum Written {
    Text(String),
    Sub(String),
}

impl Written {
    /// `None` where a part has no name that `Fn::Sub` knows.
    pub(crate) fn new(text: &Text) -> Option<Self> {
        if let Some(literal) = text.as_literal() {
            return Some(Self::Text(literal.to_owned()));
        }
        let part = |part: &Part| match part {
            Part::Lit(literal) => Some(literal.replace("${", "${!")),
            Part::Hole(hole) => variable(hole),
        };
        text.parts().iter().map(part).collect::<Option<String>>().map(Self::Sub)
    }

    pub(crate) fn value(&self) -> NewValue<'_> {
        match self {
            Self::Text(text) => NewValue::Text(text),
            Self::Sub(text) => NewValue::Sub(text),
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if text.is_empty() => f.write_str("''"),
            Self::Text(text) => f.write_str(text),
            Self::Sub(text) => write!(f, "!Sub '{text}'"),
        }
    }
}

fn variable(hole: &Hole) -> Option<String> {
    match &hole.reference {
        Reference::Parameter(name) | Reference::Pseudo(name) => Some(format!("${{{name}}}")),
        Reference::Resource { id, attribute } if attribute.is_empty() => Some(format!("${{{id}}}")),
        // Parts of attributes, which have no name of their own.
        Reference::Resource { attribute, .. } if matches!(attribute.as_str(), "UrlId" | "Subdomain") => None,
        Reference::Resource { id, attribute } => Some(format!("${{{id}.{attribute}}}")),
        _ => None,
    }
}

/// What becomes of a request whose `Host` is the viewer's, at a backend that knows only its own name.
pub(crate) fn arrival_with_host(path: &RequestPath<'_>) -> String {
    let (viewer_host, viewer_path) = (path.viewer_host(), path.example_path());
    let answer = match &path.backend {
        Backend::LambdaUrl(_) => "Lambda answers `403 {\"Message\":\"Forbidden\"}`",
        Backend::ExecuteApi { api: Some(api), .. } if api.has_endpoint_type("EDGE").is_true() => {
            "its edge-optimized endpoint is a distribution of its own, which answers 403 with an HTML page"
        }
        _ => "API Gateway answers `403 {\"message\":\"Forbidden\"}`",
    };
    format!(
        "`GET https://{viewer_host}{viewer_path}` leaves as `GET https://{}{}` with `Host: {viewer_host}`; {answer}",
        path.origin_host(),
        path.arriving_path(&viewer_path),
    )
}

/// What a backend that knows only its own name expects.
pub(crate) fn expected_host(path: &RequestPath<'_>) -> String {
    format!("expects `Host: {}`", path.origin_host())
}

/// The stages of an API for a message: `prod`, `beta`.
pub(crate) fn stage_names(api: &Api) -> String {
    listed(api.stages.iter().filter_map(|stage| stage.name.known()).map(|name| format!("`{name}`")).collect())
}

/// The routes of an API for a message: `GET /users`, `ANY /{proxy+}`.
pub(crate) fn routes(api: &Api) -> String {
    listed(api.routes.iter().map(|route| format!("`{} {}`", route.method, route.path)).collect())
}

/// The first few of some names, and how many more there are.
pub(crate) fn listed(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// The resource in which a function URL is written, and its type: the function if SAM makes the URL.
pub(crate) fn resource_of_url<'m>(model: &'m Model, url: &'m LambdaUrl) -> Option<(&'m str, &'m str)> {
    let id = match &url.function {
        Some(function) if url.target.is_absent() => function,
        _ => &url.id,
    };
    model.resources.get(id).map(|kind| (id.as_str(), kind.as_str()))
}

/// All of some names: `a`, `b` and `c`.
pub(crate) fn joined(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    }
}
