//! What of a viewer request reaches the origin, and which place in the template decides it.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html>

use cflint_diagnostics::Span;
use cflint_template::eval::Origin;
use cflint_template::model::{
    Behavior, CachePolicy, ForwardedValues, List, Model, OriginRequestPolicy, PolicyPart, Prop, State,
};
use cflint_template::syntax::NodeId;
use cflint_template::value::{Text, Tri};

use crate::Certainty;
use crate::headers::{Method, is_added_by_cloudfront, legacy_default, policy_default};
use crate::managed::{
    self, ManagedCachePolicy, ManagedHeaders, ManagedOriginRequestPolicy, ManagedSelection,
};

/// Through which setting a value is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// `ForwardedValues`
    ForwardedValues,
    /// The cache policy: what is in the cache key is always sent.
    CachePolicy,
    /// The origin request policy.
    OriginRequestPolicy,
}

/// What a setting selects.
#[derive(Debug, Clone)]
pub enum Set<'m> {
    /// Nothing.
    None,
    /// Everything that the viewer sent.
    All,
    /// All headers that the viewer sent; none that CloudFront makes.
    AllViewer,
    /// All headers that the viewer sent, and these that CloudFront makes.
    AllViewerAnd(Names<'m>),
    /// These names.
    Only(Names<'m>),
    /// Everything but these names.
    AllExcept(Names<'m>),
    /// The template does not say.
    Unknown,
}

/// Names in a setting.
#[derive(Debug, Clone)]
pub enum Names<'m> {
    /// Of a managed policy.
    Managed(&'static [&'static str]),
    /// Written in the template.
    Written(&'m List<Prop<Text>>),
}

/// A setting that takes part in what is forwarded.
#[derive(Debug, Clone)]
pub struct Source<'m> {
    /// Which setting it is.
    pub via: Via,
    /// What it selects.
    pub set: Set<'m>,
    /// The place in the behavior: the id of the policy, or the list.
    pub span: Span,
    /// The node at that place; `None` if the value comes from somewhere else.
    pub node: Option<NodeId>,
    /// The managed policy that it names.
    pub managed: Option<&'static str>,
    /// The place in the policy of the template.
    pub declared: Option<Span>,
    /// The logical id of the policy of the template.
    pub policy: Option<&'m str>,
    /// Whether another distribution or template may use that policy too.
    pub shared: bool,
    /// The parameter whose default the choice rests on.
    pub default_of: Option<(String, Span)>,
    /// The cell of a mapping that the choice comes from.
    pub cell: Option<Span>,
}

/// Whether one value is selected, and what decides it.
#[derive(Debug, Clone)]
pub struct Selected<'s, 'm> {
    /// The answer.
    pub answer: Tri,
    /// The setting that decides it; `None` when no setting names it.
    pub source: Option<&'s Source<'m>>,
    /// The list item that names it.
    pub item: Option<&'m Prop<Text>>,
}

/// The headers, cookies or query strings that the settings of a behavior select.
#[derive(Debug, Clone, Default)]
pub struct Selection<'m> {
    /// The settings that take part.
    pub sources: Vec<Source<'m>>,
    /// Whether names are compared without regard to case.
    ignore_case: bool,
}

impl<'m> Selection<'m> {
    /// Whether a value is selected.
    #[must_use]
    pub fn selects(&self, name: &str) -> Selected<'_, 'm> {
        let mut best = Selected { answer: Tri::False, source: None, item: None };
        for source in &self.sources {
            let (answer, item) = source.set.contains(name, self.ignore_case);
            if answer > best.answer {
                best = Selected { answer, source: Some(source), item };
            }
        }
        best
    }

    /// Every setting that certainly selects a value.
    pub fn all_selecting<'s>(&'s self, name: &'s str) -> impl Iterator<Item = Selected<'s, 'm>> {
        self.sources.iter().filter_map(move |source| {
            let (answer, item) = source.set.contains(name, self.ignore_case);
            answer.is_true().then_some(Selected { answer, source: Some(source), item })
        })
    }
}

impl Source<'_> {
    /// Whether the setting certainly selects a header.
    #[must_use]
    pub fn selects_header(&self, name: &str) -> bool {
        self.set.contains(name, true).0.is_true()
    }
}

impl<'m> Set<'m> {
    fn contains(&self, name: &str, ignore_case: bool) -> (Tri, Option<&'m Prop<Text>>) {
        match self {
            Self::None => (Tri::False, None),
            Self::All => (Tri::True, None),
            Self::Unknown => (Tri::Unknown, None),
            Self::AllViewer => (Tri::from(!is_added_by_cloudfront(name)), None),
            Self::AllViewerAnd(_) if !is_added_by_cloudfront(name) => (Tri::True, None),
            Self::AllViewerAnd(names) => names.find(name, ignore_case),
            // Whether CloudFront's own headers come along is documented one way and reported another.
            Self::AllExcept(_) if ignore_case && is_added_by_cloudfront(name) => (Tri::Unknown, None),
            Self::Only(names) => names.find(name, ignore_case),
            Self::AllExcept(names) => (!names.find(name, ignore_case).0, None),
        }
    }
}

impl<'m> Names<'m> {
    /// The list in the template, if the names are written there.
    #[must_use]
    pub fn written(&self) -> Option<&'m List<Prop<Text>>> {
        match self {
            Self::Written(list) => Some(list),
            Self::Managed(_) => None,
        }
    }

    fn find(&self, name: &str, ignore_case: bool) -> (Tri, Option<&'m Prop<Text>>) {
        let same = |other: &str| if ignore_case { other.eq_ignore_ascii_case(name) } else { other == name };
        match self {
            Self::Managed(names) => (Tri::from(names.iter().any(|other| same(other))), None),
            Self::Written(list) => {
                if let Some(item) = list.iter().find(|item| item.literal().is_some_and(same)) {
                    return (Tri::True, Some(item));
                }
                let open = list.open.is_some() || list.iter().any(|item| item.literal().is_none());
                (if open { Tri::Unknown } else { Tri::False }, None)
            }
        }
    }
}

/// A policy that a behavior names.
#[derive(Debug, Clone, Copy)]
pub enum Policy<'m, T, M: 'static> {
    /// None is named.
    Absent,
    /// One that AWS keeps.
    Managed(&'static M),
    /// One of the template.
    Declared(&'m T),
    /// The template does not say, or it is declared elsewhere.
    Unknown,
}

/// What a behavior forwards.
#[derive(Debug, Clone)]
pub struct Forwarding<'m> {
    behavior: &'m Behavior,
    /// The cache policy.
    pub cache_policy: Policy<'m, CachePolicy, ManagedCachePolicy>,
    /// The origin request policy.
    pub origin_request_policy: Policy<'m, OriginRequestPolicy, ManagedOriginRequestPolicy>,
    /// The settings from before there were policies, if the behavior uses them.
    pub legacy: Option<&'m ForwardedValues>,
    /// Headers.
    pub headers: Selection<'m>,
    /// Cookies.
    pub cookies: Selection<'m>,
    /// Query strings.
    pub query_strings: Selection<'m>,
}

impl<'m> Forwarding<'m> {
    /// Reads the settings of a behavior.
    #[must_use]
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
            headers: Selection { ignore_case: true, ..Selection::default() },
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
        let headers = match values.headers.iter().any(|item| item.literal() == Some("*")) {
            true => Set::AllViewer,
            false => Set::Only(Names::Written(&values.headers)),
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
    #[must_use]
    pub fn header_arrives(&self, name: &str, method: Option<Method>) -> (Tri, Certainty) {
        let selected = self.headers.selects(name);
        if selected.answer.is_true() {
            return (Tri::True, Certainty::Certain);
        }
        let (fate, certainty) = match self.legacy {
            Some(_) => (legacy_default(name, method, self.caches_options()), Certainty::Certain),
            None => policy_default(name, method),
        };
        let default = fate.arrives().map_or(Tri::Unknown, Tri::from);
        (selected.answer.or(default), certainty)
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
