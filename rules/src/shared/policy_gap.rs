//! Where a behavior drops what the API needs, and how to forward it.

use cflint_diagnostics::{Edit, Span};
use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::forwarding::Policy;
use cflint_edge::behavior::selection::{Set, Via};
use cflint_edge::facts::managed::{ALL_VIEWER, ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_linter::{Context, ReportBuilder};
use cflint_template::edit::NewValue;

/// What is dropped.
#[derive(Clone, Copy)]
pub(crate) enum Part<'n> {
    Header(&'n str),
    Cookies,
    /// One of the query strings, or all of them.
    Query(Option<&'n str>),
}

/// The setting that drops it.
pub(crate) struct Gap<'m> {
    pub(crate) span: Span,
    label: String,
    property: String,
    policy: Option<(&'m str, Span)>,
}

impl Part<'_> {
    fn name(self) -> String {
        match self {
            Self::Header(name) => format!("`{name}`"),
            Self::Cookies => "cookies".to_owned(),
            Self::Query(Some(name)) => format!("query string `{name}`"),
            Self::Query(None) => "query strings".to_owned(),
        }
    }

    const fn config(self) -> &'static str {
        match self {
            Self::Header(_) => "HeadersConfig",
            Self::Cookies => "CookiesConfig",
            Self::Query(_) => "QueryStringsConfig",
        }
    }
}

/// The setting that drops a part of the request.
pub(crate) fn gap<'m>(path: &RequestPath<'m>, part: Part<'_>) -> Gap<'m> {
    let (behavior, forwarding) = (path.behavior, &path.forwarding);
    let (name, below) = (part.name(), behavior.property());
    if let Some(legacy) = forwarding.legacy {
        let (span, label, property) = match part {
            Part::Header(_) if legacy.headers.present => {
                (legacy.headers.span, format!("{name} is not listed"), "Headers")
            }
            Part::Header(_) => (legacy.headers.span, "lists no headers".to_owned(), "Headers"),
            Part::Cookies => (legacy.cookies.span, "no cookie is forwarded".to_owned(), "Cookies"),
            Part::Query(_) => {
                (legacy.query_string.span, "no query string is forwarded".to_owned(), "QueryString")
            }
        };
        return Gap { span, label, property: format!("{below}.ForwardedValues.{property}"), policy: None };
    }
    let selection = match part {
        Part::Header(_) => &forwarding.headers,
        Part::Cookies => &forwarding.cookies,
        Part::Query(_) => &forwarding.query_strings,
    };
    // The message names it already.
    let short = match part {
        Part::Query(Some(_)) => "it",
        Part::Query(None) => "them",
        Part::Header(_) | Part::Cookies => name.as_str(),
    };
    let source = selection.sources.iter().find(|source| source.via == Via::OriginRequestPolicy);
    let Some(source) = source else {
        return Gap {
            span: behavior.cache_policy.span,
            label: format!("{} alone does not forward {short}", Caching::with(forwarding, behavior).name()),
            property: format!("{below}.OriginRequestPolicyId"),
            policy: None,
        };
    };
    let label = match (source.managed, &source.set) {
        (Some(managed), _) => format!("managed policy `{managed}` does not forward {name}"),
        (None, Set::AllExcept(_)) => format!("forwards everything except a list that includes {name}"),
        (None, _) => format!("does not forward {name}"),
    };
    match (source.policy, source.declared) {
        (Some(policy), Some(span)) => Gap {
            span,
            label,
            property: format!("OriginRequestPolicyConfig.{}", part.config()),
            policy: Some((policy, source.span)),
        },
        _ => {
            Gap { span: source.span, label, property: format!("{below}.OriginRequestPolicyId"), policy: None }
        }
    }
}

impl Gap<'_> {
    /// The same for all behaviors with such a setting in front of an API, whichever of its routes they name.
    pub(crate) fn cause(&self, api: &str, help: &str) -> String {
        [&self.label, api, help].join("\0")
    }

    /// Describes it in a finding about the behavior.
    pub(crate) fn describe<'r, 'c>(
        &self,
        path: &RequestPath<'_>,
        finding: ReportBuilder<'r, 'c>,
    ) -> ReportBuilder<'r, 'c> {
        let behavior = path.behavior;
        let finding = finding
            .label(self.label.clone())
            .property(self.property.clone())
            .rests_on(&path.origin.domain_name)
            .rests_on(&behavior.cache_policy)
            .rests_on(&behavior.origin_request_policy);
        match self.policy {
            Some((policy, span)) => finding
                .resource(policy, "AWS::CloudFront::OriginRequestPolicy")
                .related(span, format!("behavior `{}` uses `{policy}`", behavior.name())),
            None => finding,
        }
    }
}

/// The managed policy that forwards everything that the backend accepts.
fn wide(path: &RequestPath<'_>) -> (&'static str, &'static str) {
    let host = path.forwarding.headers.selects("Host").answer;
    if path.backend.is_host_bound() || host.is_false() {
        ("AllViewerExceptHostHeader", ALL_VIEWER_EXCEPT_HOST)
    } else {
        ("AllViewer", ALL_VIEWER)
    }
}

/// What to write so that a part of the request arrives.
pub(crate) fn remedy(path: &RequestPath<'_>, part: Part<'_>) -> String {
    let name = part.name();
    let forwarding = &path.forwarding;
    if forwarding.legacy.is_some() {
        return match part {
            Part::Header(header) => format!("add `{header}` to `ForwardedValues.Headers`"),
            Part::Cookies => {
                "set `Cookies` to `Forward: whitelist`, and list the cookies in `WhitelistedNames`".to_owned()
            }
            Part::Query(_) => "set `QueryString: true`".to_owned(),
        };
    }
    let (policy, id) = wide(path);
    let is_authorization = matches!(part, Part::Header(name) if name.eq_ignore_ascii_case("Authorization"));
    if !Caching::with(forwarding, path.behavior).may_cache().is_false() {
        let key = match forwarding.cache_policy {
            Policy::Declared(own) => format!("the cache key of `{}`", own.id),
            _ => "the cache key of a custom cache policy".to_owned(),
        };
        return format!(
            "use `CachingDisabled` (`{CACHING_DISABLED}`) with the origin request policy `{policy}` (`{id}`), or add {name} to {key}"
        );
    }
    match forwarding.origin_request_policy {
        Policy::Absent => format!("add `OriginRequestPolicyId: {id}` (the managed policy `{policy}`)"),
        // Until 2026, CloudFront rejected policies that name it.
        Policy::Declared(own) if !is_authorization => {
            format!("make `{}` forward {name}, or use the managed policy `{policy}` (`{id}`)", own.id)
        }
        _ => format!("use the managed policy `{policy}` (`{id}`)"),
    }
}

/// The edit that forwards everything, where nothing is cached and only APIs receive it.
pub(crate) fn widen(path: &RequestPath<'_>, cx: &Context<'_>) -> Option<Vec<Edit>> {
    let (behavior, forwarding) = (path.behavior, &path.forwarding);
    let is_plain = forwarding.legacy.is_none()
        && Caching::with(forwarding, behavior).may_cache().is_false()
        && forwarding.headers.selects("Host").answer.is_false()
        && !path.may_be_rewritten()
        && paths_of(path.model, behavior).iter().all(|other| other.backend.is_api());
    let value = NewValue::Text(ALL_VIEWER_EXCEPT_HOST);
    match forwarding.origin_request_policy {
        _ if !is_plain => None,
        Policy::Absent => cx.insert(behavior.node, "OriginRequestPolicyId", &value),
        Policy::Managed(_) => cx.replace(&behavior.origin_request_policy, &value),
        Policy::Declared(_) | Policy::Unknown => None,
    }
}
