//! Which headers, cookies and query strings settings select, and which setting decides it.

use cflint_diagnostics::Span;
use cflint_template::model::{List, Prop};
use cflint_template::syntax::NodeId;
use cflint_template::value::{Text, Tri};

use crate::facts::headers::is_added_by_cloudfront;

/// Through which setting a value is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// `ForwardedValues`
    ForwardedValues,
    /// The cache policy: what is in the cache key is always sent.
    CachePolicy,
    OriginRequestPolicy,
}

#[derive(Debug, Clone)]
pub enum Set<'m> {
    None,
    /// Everything that the viewer sent.
    All,
    /// All headers that the viewer sent; none that CloudFront adds.
    AllViewer,
    /// All headers that the viewer sent, and these that CloudFront adds.
    AllViewerAnd(Names<'m>),
    Only(Names<'m>),
    AllExcept(Names<'m>),
    /// The template does not say.
    Unknown,
}

#[derive(Debug, Clone)]
pub enum Names<'m> {
    Managed(&'static [&'static str]),
    Written(&'m List<Prop<Text>>),
}

/// A setting that affects what is forwarded.
#[derive(Debug, Clone)]
pub struct Source<'m> {
    pub via: Via,
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
    pub answer: Tri,
    /// The setting that decides it; `None` when no setting names it.
    pub source: Option<&'s Source<'m>>,
    /// The list item that names it.
    pub item: Option<&'m Prop<Text>>,
}

/// The headers, cookies or query strings that the settings of a behavior select.
#[derive(Debug, Clone, Default)]
pub struct Selection<'m> {
    /// The settings that affect it.
    pub sources: Vec<Source<'m>>,
    /// Whether names are compared without regard to case.
    ignore_case: bool,
}

impl<'m> Selection<'m> {
    /// A selection of headers, whose names are compared without regard to case.
    pub(crate) fn ignoring_case() -> Self {
        Self { ignore_case: true, ..Self::default() }
    }

    /// Whether a value is selected.
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

    /// Whether one of the settings selects a value.
    pub fn contains(&self, source: &Source<'_>, name: &str) -> Tri {
        source.set.contains(name, self.ignore_case).0
    }

    /// Whether the origin request policy certainly selects everything that the cache policy selects, so that the origin
    /// receives as much without it.
    pub fn needs_no_key(&self) -> bool {
        let of = |via: Via| self.sources.iter().find(|source| source.via == via);
        let Some(key) = of(Via::CachePolicy) else { return true };
        let kept = |name: &str| {
            of(Via::OriginRequestPolicy).is_some_and(|source| self.contains(source, name).is_true())
        };
        match &key.set {
            Set::None => true,
            Set::Only(Names::Managed(names)) => names.iter().all(|name| kept(name)),
            Set::Only(Names::Written(list)) => {
                list.open.is_none() && list.iter().all(|name| name.literal().is_some_and(kept))
            }
            _ => of(Via::OriginRequestPolicy).is_some_and(|source| matches!(source.set, Set::All)),
        }
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
    pub fn selects_header(&self, name: &str) -> bool {
        self.set.contains(name, true).0.is_true()
    }

    /// The place that says what is selected: in the policy of the template, or in the behavior.
    pub fn place(&self) -> Span {
        self.declared.unwrap_or(self.span)
    }

    /// The parameter whose default the choice rests on, and the place of that default.
    pub fn default(&self) -> Option<(&str, Span)> {
        self.default_of.as_ref().map(|(parameter, span)| (parameter.as_str(), *span))
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
            // Whether CloudFront's own headers are included is documented one way and reported another.
            Self::AllExcept(_) if ignore_case && is_added_by_cloudfront(name) => (Tri::Unknown, None),
            Self::Only(names) => names.find(name, ignore_case),
            Self::AllExcept(names) => (!names.find(name, ignore_case).0, None),
        }
    }
}

impl<'m> Names<'m> {
    /// The list in the template, if the names are written there.
    pub fn written(&self) -> Option<&'m List<Prop<Text>>> {
        match self {
            Self::Written(list) => Some(list),
            Self::Managed(_) => None,
        }
    }

    /// The names that are known.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        let (managed, written) = match self {
            Self::Managed(names) => (Some(names.iter().copied()), None),
            Self::Written(list) => (None, Some(list.iter().filter_map(Prop::literal))),
        };
        managed.into_iter().flatten().chain(written.into_iter().flatten())
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
