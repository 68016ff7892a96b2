//! What part of a viewer request reaches the origin, and which place in the template decides it.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html>

use cflint_template::eval::Origin;
use cflint_template::model::{
    Behavior, CachePolicy, ForwardedValues, Model, OriginRequestPolicy, PolicyPart, Prop, State,
};
use cflint_template::value::{Text, Tri};

use crate::behavior::selection::Selection;
use crate::behavior::selection::{Names, Set, Source, Via};
use crate::facts::Certainty;
use crate::facts::headers::{Method, legacy_default, policy_default};
use crate::facts::managed::{
    self, ManagedCachePolicy, ManagedHeaders, ManagedOriginRequestPolicy, ManagedSelection,
};

/// A policy that a behavior names.
#[derive(Debug, Clone, Copy)]
pub enum Policy<'m, T, M: 'static> {
    Absent,
    Managed(&'static M),
    Declared(&'m T),
    /// The template does not say, or it is declared elsewhere.
    Unknown,
}

#[derive(Debug, Clone)]
pub struct Forwarding<'m> {
    behavior: &'m Behavior,
    pub cache_policy: Policy<'m, CachePolicy, ManagedCachePolicy>,
    pub origin_request_policy: Policy<'m, OriginRequestPolicy, ManagedOriginRequestPolicy>,
    /// The settings from before there were policies, if the behavior uses them.
    pub legacy: Option<&'m ForwardedValues>,
    pub headers: Selection<'m>,
    pub cookies: Selection<'m>,
    pub query_strings: Selection<'m>,
}

impl<'m> Forwarding<'m> {
    /// Reads the settings of a behavior.
    pub fn new(model: &'m Model, behavior: &'m Behavior) -> Self {
        let cache_policy = policy(&behavior.cache_policy, managed::cache_policy, |id| {
            model.cache_policies.iter().find(|policy| policy.id == id)
        });
        let origin_request_policy =
            policy(&behavior.origin_request_policy, managed::origin_request_policy, |id| {
                model.origin_request_policies.iter().find(|policy| policy.id == id)
            });
        let mut forwarding = Self {
            behavior,
            cache_policy,
            origin_request_policy,
            legacy: behavior.forwarded_values.known(),
            headers: Selection::ignoring_case(),
            cookies: Selection::default(),
            query_strings: Selection::default(),
        };
        forwarding.add_legacy();
        forwarding.add_policies();
        forwarding
    }

    fn add_legacy(&mut self) {
        let prop = &self.behavior.forwarded_values;
        let source = |set, span, node| Source {
            via: Via::ForwardedValues,
            set,
            span,
            node,
            managed: None,
            declared: None,
            policy: None,
            shared: false,
            default_of: None,
            cell: None,
        };
        let Some(values) = self.legacy else {
            if prop.is_unknown() {
                let unknown = source(Set::Unknown, prop.span, prop.node);
                self.headers.sources.push(unknown.clone());
                self.cookies.sources.push(unknown.clone());
                self.query_strings.sources.push(unknown);
            }
            return;
        };
        let headers = if values.headers.iter().any(|item| item.literal() == Some("*")) {
            Set::AllViewer
        } else {
            Set::Only(Names::Written(&values.headers))
        };
        self.headers.sources.push(source(headers, values.headers.span, values.headers.node));
        let query = match values.query_string.or_default(false) {
            Some(true) => Set::All,
            Some(false) => Set::None,
            None => Set::Unknown,
        };
        self.query_strings.sources.push(source(query, values.query_string.span, values.query_string.node));
        let cookies = match (values.cookies.literal(), values.cookies.is_absent()) {
            (Some("all"), _) => Set::All,
            (Some("whitelist"), _) => Set::Only(Names::Written(&values.cookie_names)),
            (Some("none"), _) | (None, true) => Set::None,
            _ => Set::Unknown,
        };
        self.cookies.sources.push(source(cookies, values.cookies.span, values.cookies.node));
    }

    fn add_policy(
        &mut self,
        via: Via,
        prop: &'m Prop<Text>,
        name: Option<&'static str>,
        declared: Option<(&'m str, bool, [&'m PolicyPart; 3])>,
        sets: [Set<'m>; 3],
    ) {
        let [headers, cookies, query_strings] = sets;
        let source = |set, part: usize| Source {
            via,
            set,
            span: prop.span,
            node: prop.node.filter(|_| prop.origins.is_empty()),
            managed: name,
            declared: declared.map(|(_, _, parts)| parts[part].behavior.span),
            policy: declared.map(|(id, ..)| id),
            shared: declared.is_some_and(|(_, shared, _)| shared),
            default_of: prop.rests_on_default().map(|(name, span)| (name.to_owned(), span)),
            cell: prop.origins.iter().find_map(|origin| match origin {
                Origin::Mapping(span) => Some(*span),
                _ => None,
            }),
        };
        self.headers.sources.push(source(headers, 0));
        self.cookies.sources.push(source(cookies, 1));
        self.query_strings.sources.push(source(query_strings, 2));
    }

    fn add_policies(&mut self) {
        let (via, prop) = (Via::CachePolicy, &self.behavior.cache_policy);
        match self.cache_policy {
            Policy::Absent => {}
            Policy::Unknown => self.add_policy(via, prop, None, None, unknown()),
            Policy::Managed(policy) => {
                let sets = managed_sets(&policy.headers, &policy.cookies, &policy.query_strings);
                self.add_policy(via, prop, Some(policy.short_name()), None, sets);
            }
            Policy::Declared(policy) => {
                let parts = [&policy.headers, &policy.cookies, &policy.query_strings];
                self.add_policy(via, prop, None, Some((&policy.id, policy.shared, parts)), parts.map(set));
            }
        }
        let (via, prop) = (Via::OriginRequestPolicy, &self.behavior.origin_request_policy);
        match self.origin_request_policy {
            Policy::Absent => {}
            Policy::Unknown => self.add_policy(via, prop, None, None, unknown()),
            Policy::Managed(policy) => {
                let sets = managed_sets(&policy.headers, &policy.cookies, &policy.query_strings);
                self.add_policy(via, prop, Some(policy.short_name()), None, sets);
            }
            Policy::Declared(policy) => {
                let parts = [&policy.headers, &policy.cookies, &policy.query_strings];
                self.add_policy(via, prop, None, Some((&policy.id, policy.shared, parts)), parts.map(set));
            }
        }
    }

    /// Whether a header that the viewer sends reaches the origin as it was sent, and how certain that is.
    pub fn header_arrives(&self, name: &str, method: Option<Method>) -> (Tri, Certainty) {
        let selected = self.headers.selects(name);
        if selected.answer.is_true() {
            return (Tri::True, Certainty::Certain);
        }
        if selected.answer.is_false() && self.excepts(name) {
            return (Tri::False, Certainty::Certain);
        }
        let (fate, certainty) = match self.legacy {
            Some(_) => (legacy_default(name, method, self.caches_options()), Certainty::Certain),
            None => policy_default(name, method),
        };
        let default = fate.arrives().map_or(Tri::Unknown, Tri::from);
        (selected.answer.or(default), certainty)
    }

    /// Whether a setting forwards all headers but some, of which this is one.
    fn excepts(&self, name: &str) -> bool {
        let mut sources = self.headers.sources.iter();
        sources.any(|source| {
            matches!(source.set, Set::AllExcept(_)) && self.headers.contains(source, name).is_false()
        })
    }

    /// Whether exactly one of the two ways to specify what is forwarded is used. CloudFront rejects every other
    /// distribution.
    pub fn is_settled(&self) -> bool {
        match self.cache_policy {
            Policy::Absent => self.legacy.is_some() && matches!(self.origin_request_policy, Policy::Absent),
            _ => self.behavior.forwarded_values.is_absent(),
        }
    }

    fn caches_options(&self) -> bool {
        self.behavior.cached_methods.iter().any(|method| method.literal() == Some("OPTIONS"))
    }
}

fn policy<'m, T, M>(
    id: &Prop<Text>,
    managed: impl FnOnce(&str) -> Option<&'static M>,
    declared: impl FnOnce(&str) -> Option<&'m T>,
) -> Policy<'m, T, M> {
    match &id.state {
        State::Absent => Policy::Absent,
        State::Unknown(_) => Policy::Unknown,
        State::Known(text) => match (text.as_literal(), text.as_resource()) {
            (Some(id), _) => managed(id).map_or(Policy::Unknown, Policy::Managed),
            (None, Some(id)) => declared(id).map_or(Policy::Unknown, Policy::Declared),
            (None, None) => Policy::Unknown,
        },
    }
}

fn unknown<'m>() -> [Set<'m>; 3] {
    [Set::Unknown, Set::Unknown, Set::Unknown]
}

fn managed_sets<'m>(
    headers: &'static ManagedHeaders,
    cookies: &'static ManagedSelection,
    query_strings: &'static ManagedSelection,
) -> [Set<'m>; 3] {
    let set = |selection: &'static ManagedSelection| match selection {
        ManagedSelection::None => Set::None,
        ManagedSelection::All => Set::All,
        ManagedSelection::Only(names) => Set::Only(Names::Managed(names)),
        ManagedSelection::AllExcept(names) => Set::AllExcept(Names::Managed(names)),
    };
    let headers = match headers {
        ManagedHeaders::None => Set::None,
        ManagedHeaders::Only(names) => Set::Only(Names::Managed(names)),
        ManagedHeaders::AllViewer => Set::AllViewer,
        ManagedHeaders::AllExcept(names) => Set::AllExcept(Names::Managed(names)),
        ManagedHeaders::AllViewerAndCloudFront(names) => Set::AllViewerAnd(Names::Managed(names)),
    };
    [headers, set(cookies), set(query_strings)]
}

fn set(part: &PolicyPart) -> Set<'_> {
    let names = Names::Written(&part.names);
    match (part.behavior.literal(), part.behavior.is_absent()) {
        (Some("none"), _) | (None, true) => Set::None,
        (Some("all"), _) => Set::All,
        (Some("allViewer"), _) => Set::AllViewer,
        (Some("whitelist"), _) => Set::Only(names),
        (Some("allExcept"), _) => Set::AllExcept(names),
        (Some("allViewerAndWhitelistCloudFront"), _) => Set::AllViewerAnd(names),
        _ => Set::Unknown,
    }
}
