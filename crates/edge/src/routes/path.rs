//! Request paths: distribution, behavior, origin and backend, joined.

use std::cell::OnceCell;
use std::sync::Arc;

use cflint_functions::Touches;
use cflint_template::model::{Api, Behavior, Distribution, Mapping, Model, Origin, OriginKind, Route, Stage};
use cflint_template::value::Text;

use crate::behavior::forwarding::Forwarding;
use crate::behavior::functions::touches;
use crate::facts::headers::Method;
use crate::origin::backend::Backend;
use crate::routes::memo::{Memo, PathKey};
use crate::routes::pattern::PathPattern;
use crate::routes::viewer_host::{PLACEHOLDER, viewer_host};

/// Whether a text is a host name that is completely known.
fn is_host(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// One entrance to an API.
#[derive(Debug, Clone)]
pub struct Entrance<'m> {
    pub api: &'m Api,
    /// The stage, if it is one that the template names.
    pub stage: Option<&'m Stage>,
    /// The mapping, at a custom domain.
    pub mapping: Option<&'m Mapping>,
    /// What the paths that enter here start with: `/prod`, or nothing.
    pub front: Text,
}

/// A request that a behavior handles and that reaches a route.
#[derive(Debug, Clone)]
pub struct SampleRequest<'m> {
    /// The entrance to the API.
    pub entrance: Entrance<'m>,
    pub route: &'m Route,
    pub method: Method,
    /// The path that the viewer requests.
    pub viewer_path: String,
}

/// The path of the requests that one behavior sends to one origin.
#[derive(Debug, Clone)]
pub struct RequestPath<'m> {
    /// Everything that the distribution depends on.
    pub model: &'m Model,
    pub distribution: &'m Distribution,
    pub behavior: &'m Behavior,
    /// The origin; of an origin group, one of the members.
    pub origin: &'m Origin,
    pub backend: Backend<'m>,
    pub forwarding: Forwarding<'m>,
    pub(super) memo: Arc<Memo>,
    /// See [`RequestPath::samples`].
    pub(super) samples: OnceCell<Vec<SampleRequest<'m>>>,
}

impl RequestPath<'_> {
    /// Whether the origin is a bucket, and configured as one.
    pub fn leads_to_bucket(&self) -> bool {
        matches!(self.origin.kind, OriginKind::S3) && matches!(self.backend, Backend::Bucket)
    }

    pub(super) fn key(&self) -> PathKey {
        (self.behavior.index, self.origin.index)
    }

    /// What functions may change before the request reaches the origin.
    pub fn touches(&self) -> Touches {
        touches(self.model, self.behavior)
    }

    /// Whether a function that runs before the request reaches the origin may change anything about it, or respond itself.
    pub fn may_be_rewritten(&self) -> bool {
        self.touches() != Touches::nothing()
    }

    /// The same for what decides where the request goes: its path, its origin, and whether it gets there at all.
    pub fn may_be_rerouted(&self) -> bool {
        let touches = self.touches();
        touches.uri || touches.response || touches.origin
    }

    /// Whether a function may send the request to another origin, or with another `Host`. One on `viewer-request` that does
    /// not import the module for that can do neither, and which of its headers the origin gets is for the policies to say.
    pub fn may_be_redirected(&self) -> bool {
        self.touches().origin
    }

    /// Whether a Lambda@Edge function can sign the requests; CloudFront Functions cannot keep a secret.
    pub fn may_be_signed(&self) -> bool {
        let is_signer = |event: &str| event == "origin-request";
        let mut functions = self.behavior.functions.iter();
        functions.any(|function| function.is_lambda && function.event.literal().is_some_and(is_signer))
    }

    /// The paths that the behavior matches; `None` if its pattern is not known.
    pub fn pattern(&self) -> Option<PathPattern> {
        if self.behavior.index.is_none() {
            return Some(PathPattern::default_behavior());
        }
        self.behavior.path_pattern.literal().map(PathPattern::new)
    }

    /// Whether this behavior handles a request for the path, and none before it. `false` if that is not known.
    pub fn takes(&self, viewer_path: &str) -> bool {
        let taker = self.memo.taker(self.distribution, viewer_path);
        taker.is_some_and(|behavior| behavior.index == self.behavior.index)
    }

    /// A host name that viewers use, for messages: an alias, `www` for its wildcard.
    pub fn viewer_host(&self) -> String {
        viewer_host(self.distribution)
    }

    /// What a viewer requests: the path alone over HTTPS, the whole URL over HTTP.
    pub fn target(&self, scheme: &str, viewer_path: &str) -> String {
        if scheme == "https" {
            return viewer_path.to_owned();
        }
        let host = Some(self.viewer_host()).filter(|host| is_host(host));
        format!("{scheme}://{}{viewer_path}", host.as_deref().unwrap_or(PLACEHOLDER))
    }

    /// The same at one of the names of the distribution; the path alone if the name is known only at deployment.
    pub fn target_at(&self, host: &str, viewer_path: &str) -> String {
        if is_host(host) { format!("https://{host}{viewer_path}") } else { viewer_path.to_owned() }
    }

    /// The host name of the origin, for messages.
    pub fn origin_host(&self) -> String {
        self.origin.domain_name.known().map_or_else(|| "the origin".to_owned(), Text::to_string)
    }

    /// A path, if this behavior certainly handles a request for it. The default root object replaces `/`.
    pub fn taken<'p>(&self, viewer_path: &'p str) -> Option<&'p str> {
        let object = self.distribution.default_root_object.or_default(Text::default());
        let is_replaced = viewer_path == "/" && object.is_none_or(|object| !object.is_empty());
        Some(viewer_path).filter(|path| !is_replaced && self.takes(path))
    }
}

/// The behavior that handles a request for a normalized path; `None` if that is not known.
pub fn taker<'m>(distribution: &'m Distribution, viewer_path: &str) -> Option<&'m Behavior> {
    // One that is not known may come before any other.
    if distribution.behaviors.open.is_some() {
        return None;
    }
    for behavior in distribution.behaviors.iter() {
        if PathPattern::new(behavior.path_pattern.literal()?).matches(viewer_path) {
            return Some(behavior);
        }
    }
    Some(&distribution.default_behavior)
}

/// Every request path of the distribution, in the order of the behaviors.
pub fn request_paths(model: &Model) -> Vec<RequestPath<'_>> {
    model.distribution.all_behaviors().flat_map(|behavior| paths_of(model, behavior)).collect()
}

/// The request paths of one behavior: one, or one for each member of an origin group; none if the target is not known.
pub fn paths_of<'m>(model: &'m Model, behavior: &'m Behavior) -> Vec<RequestPath<'m>> {
    targets(model, behavior).into_iter().map(|origin| path_to(model, behavior, origin)).collect()
}

/// The request path of a behavior to an origin, whether it is the one that the behavior names or not.
pub fn path_to<'m>(model: &'m Model, behavior: &'m Behavior, origin: &'m Origin) -> RequestPath<'m> {
    RequestPath {
        model,
        distribution: &model.distribution,
        behavior,
        origin,
        backend: Backend::of(model, origin),
        forwarding: Forwarding::new(model, behavior),
        memo: Memo::of(model),
        samples: OnceCell::new(),
    }
}

/// The origin that a behavior names, or the members of the group that it names.
fn targets<'m>(model: &'m Model, behavior: &Behavior) -> Vec<&'m Origin> {
    let distribution = &model.distribution;
    let Some(target) = behavior.target.known() else { return Vec::new() };
    let origin = |id: &Text| {
        let named = |origin: &&Origin| origin.id.known().is_some_and(|own| own.equals(id).is_true());
        distribution.origins.iter().find(named)
    };
    if let Some(origin) = origin(target) {
        return vec![origin];
    }
    let group = distribution
        .origin_groups
        .iter()
        .find(|group| group.id.known().is_some_and(|own| own.equals(target).is_true()));
    let members = group.into_iter().flat_map(|group| group.members.iter());
    members.filter_map(|member| origin(member.known()?)).collect()
}
