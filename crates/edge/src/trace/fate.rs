//! What happens to one header, and how to say why.

use cflint_diagnostics::Span;
use cflint_template::model::Prop;
use cflint_template::value::{Text, Tri};

use super::Tracer;
use crate::behavior::forwarding::Policy;
use crate::behavior::selection::{Selected, Selection, Source, Via};
use crate::facts::Certainty;
use crate::facts::headers::{HeaderFate, Replacement, legacy_default, policy_default};
use crate::routes::path::RequestPath;

/// What happens to one header.
pub(super) struct Fate {
    pub(super) what: String,
    pub(super) value: Option<Text>,
    pub(super) arrives: Tri,
    pub(super) certainty: Certainty,
    pub(super) span: Span,
}

impl<'m> Tracer<'m, '_> {
    pub(super) fn fate(&self, path: &RequestPath<'m>, name: &str, value: &str) -> Fate {
        let literal = || Some(Text::literal(value));
        let custom = path
            .origin
            .custom_headers
            .iter()
            .find(|header| header.name.literal().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        if let Some(custom) = custom {
            return Fate {
                what: "is replaced by the origin's custom header".to_owned(),
                value: Some(custom.value.known().cloned().unwrap_or_default()),
                arrives: Tri::True,
                certainty: Certainty::Certain,
                span: custom.name.span,
            };
        }
        let selected = path.forwarding.headers.selects(name);
        let span = place(&selected, path, &path.forwarding.headers);
        let fate = |what: String, value, arrives, certainty| Fate { what, value, arrives, certainty, span };
        if selected.answer.is_true() {
            return fate(
                format!("is kept: {}", because(&selected)),
                literal(),
                Tri::True,
                Certainty::Certain,
            );
        }
        if selected.answer == Tri::Unknown {
            let what = "may be dropped: the template does not say".to_owned();
            return fate(what, literal(), Tri::Unknown, Certainty::Certain);
        }
        let method = Some(self.request.method);
        let (default, certainty) = match path.forwarding.legacy {
            Some(_) => {
                let options =
                    crate::facts::methods::caches(path.behavior, crate::facts::headers::Method::Options)
                        .is_true();
                (legacy_default(name, method, options), Certainty::Certain)
            }
            None => policy_default(name, method),
        };
        let nothing = nothing(path, &path.forwarding.headers);
        match default {
            HeaderFate::Forwarded => fate("is kept by default".to_owned(), literal(), Tri::True, certainty),
            HeaderFate::Appended => {
                fate("is kept, and CloudFront adds to it".to_owned(), literal(), Tri::True, certainty)
            }
            HeaderFate::Removed if certainty == Certainty::Uncertain => {
                let what = format!("may be dropped: {nothing}, but the documentation is unclear");
                fate(what, literal(), Tri::Unknown, certainty)
            }
            HeaderFate::Removed => fate(format!("is dropped: {nothing}"), None, Tri::False, certainty),
            HeaderFate::Replaced(with) => {
                let is_encoding = name.eq_ignore_ascii_case("Accept-Encoding");
                match replaced(with, is_encoding && self.compresses(path)) {
                    Some(with) => {
                        let shown = match default {
                            HeaderFate::Replaced(Replacement::Fixed(text)) => format!("`{text}`"),
                            _ => with.to_owned(),
                        };
                        let what = format!("is replaced by {shown}");
                        fate(what, Some(Text::literal(with)), Tri::True, certainty)
                    }
                    None => fate("is dropped".to_owned(), None, Tri::False, certainty),
                }
            }
            HeaderFate::DependsOnMethod => {
                fate("may be dropped".to_owned(), literal(), Tri::Unknown, Certainty::Uncertain)
            }
        }
    }

    /// Whether the cache policy requests compressed responses from the origin.
    fn compresses(&self, path: &RequestPath<'m>) -> bool {
        match path.forwarding.cache_policy {
            Policy::Managed(policy) => policy.gzip || policy.brotli,
            Policy::Declared(policy) => {
                [&policy.gzip, &policy.brotli].iter().any(|flag| flag.known() == Some(&true))
            }
            Policy::Absent | Policy::Unknown => path.forwarding.legacy.is_some(),
        }
    }
}

fn replaced(with: Replacement, compresses: bool) -> Option<&'static str> {
    match with {
        Replacement::OriginDomain => Some("the origin's domain name"),
        Replacement::Fixed(text) => Some(text),
        Replacement::NormalizedEncoding => compresses.then_some("its `gzip` and `br` parts"),
        Replacement::Generated => Some("CloudFront's own value"),
    }
}

/// Which setting keeps a value.
pub(super) fn because(selected: &Selected<'_, '_>) -> String {
    let Some(source) = selected.source else { return "by default".to_owned() };
    let policy = named(source);
    match source.via {
        Via::CachePolicy => format!("{policy} has it in the cache key"),
        Via::OriginRequestPolicy => format!("{policy} forwards it"),
        Via::ForwardedValues => "`ForwardedValues` forwards it".to_owned(),
    }
}

pub(super) fn named(source: &Source<'_>) -> String {
    match (source.managed, source.policy, source.via) {
        (Some(name), _, _) => format!("managed policy `{name}`"),
        (None, Some(id), _) => format!("`{id}`"),
        (None, None, Via::CachePolicy) => "the cache policy".to_owned(),
        (None, None, Via::OriginRequestPolicy) => "the origin request policy".to_owned(),
        (None, None, Via::ForwardedValues) => "`ForwardedValues`".to_owned(),
    }
}

/// Which settings could forward it, but do not.
pub(super) fn nothing(path: &RequestPath<'_>, selection: &Selection<'_>) -> String {
    let names: Vec<String> = selection.sources.iter().map(named).collect();
    match names.as_slice() {
        [] if path.behavior.forwarded_values.is_absent() => "no policy forwards it".to_owned(),
        [] => "it is not forwarded by default".to_owned(),
        [only] => format!("{only} does not forward it"),
        [some @ .., last] => format!("neither {} nor {last} forwards it", some.join(" nor ")),
    }
}

/// The place that decides about a value.
pub(super) fn place(selected: &Selected<'_, '_>, path: &RequestPath<'_>, selection: &Selection<'_>) -> Span {
    let of = |prop: &Prop<Text>| (!prop.is_absent()).then_some(prop.span);
    let behavior = path.behavior;
    selected
        .item
        .map(|item| item.span)
        .or_else(|| selected.source.map(Source::place))
        .or_else(|| of(&behavior.origin_request_policy))
        .or_else(|| selection.sources.last().map(|source| source.span))
        .unwrap_or(behavior.span)
}
