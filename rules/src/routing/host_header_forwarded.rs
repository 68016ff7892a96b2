use cflint_diagnostics::{Applicability, Confidence, Edit};
use cflint_edge::behavior::selection::{Selected, Set, Source, Via};
use cflint_edge::facts::managed::{ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_edge::routes::path::{RequestPath, paths_of, request_paths};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Behavior, Model};

use crate::shared::arrival::{arrival_with_host, expected_host};
use crate::shared::confidence::confidence_of_forwarding;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that forward the viewer's `Host` header to the default endpoint of an API
    /// (`….execute-api.…`) or to a Lambda function URL.
    ///
    /// ## Why is this bad?
    /// API Gateway and Lambda use the `Host` header to find the API or function, and answer only to their own host
    /// names. A request for `www.example.com` gets `403 {"message":"Forbidden"}`, and no log of the API shows it. Cache
    /// policies also apply: everything in the cache key is also sent to the origin, whatever the origin request policy
    /// says.
    ///
    /// ## Remediation
    /// Do not forward `Host`; CloudFront then sends the host name of the origin.
    ///
    /// - With an origin request policy, use the managed policy `AllViewerExceptHostHeader`
    ///   (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`), or in
    ///   one of your own `HeaderBehavior: allExcept` with `Headers: [Host]`
    ///   (`OriginRequestHeaderBehavior.denyList('Host')`).
    /// - With a cache policy that has `Host` in its key, such as `UseOriginCacheControlHeaders`, use `CachingDisabled`
    ///   (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; `CachePolicy.CACHING_DISABLED`) or a policy of your own without it.
    /// - With `ForwardedValues`, remove `Host` from `Headers`.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// The fix is safe if the setting applies only to such backends. It is unsafe for a policy that other behaviors,
    /// distributions or templates use, for an origin group with another member that may need `Host`, and if an edge
    /// function may read it.
    ///
    /// ## Exceptions
    /// Load balancers and servers of your own often need the viewer's `Host`, and so does a custom domain of API
    /// Gateway with the same name as the distribution: these are not reported. If an edge function
    /// may choose the origin, it may set `Host` itself, and the finding is only possible. On `viewer-request` `Host` is
    /// read-only, so that the finding is likely with such a function, as it is if the id of the API comes from a
    /// parameter or another stack.
    ///
    /// ## References
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    /// - [Use managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html)
    /// - [How cache policies and origin request policies work together](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html)
    pub(crate) HostHeaderForwarded {
        id: "host-header-forwarded",
        group: Routing,
        summary: "the viewer's `Host` is forwarded to a backend that answers only to its own name",
        severity: Error,
        fix: Safe,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for HostHeaderForwarded {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let paths = paths_of(model, behavior);
        let bound: Vec<_> = paths.iter().filter(|path| path.backend.is_host_bound()).collect();
        let [path, others @ ..] = bound.as_slice() else { return };
        for selected in path.forwarding.headers.all_selecting("Host") {
            if let Some(source) = selected.source
                && !is_every_header(source)
            {
                report(path, others, source, &selected, cx);
            }
        }
    }
}

/// Another rule reports `Headers: ['*']`.
fn is_every_header(source: &Source<'_>) -> bool {
    source.via == Via::ForwardedValues && matches!(source.set, Set::AllViewer)
}

fn report(
    path: &RequestPath<'_>,
    others: &[&RequestPath<'_>],
    source: &Source<'_>,
    selected: &Selected<'_, '_>,
    cx: &mut Context<'_>,
) {
    let place = selected.item.map_or_else(|| source.place(), |item| item.span);
    let (help, edits) = remedy(source, selected, cx);
    let applicability = if is_safe(path, source) { Applicability::Safe } else { Applicability::Unsafe };
    let message = format!(
        "the viewer's `Host` is forwarded to {}, which answers only to its own host name",
        path.backend.name()
    );
    let mut finding = cx
        .report(place, message)
        .label(label(source, selected))
        .related(path.origin.domain_name.span, expected_host(path))
        .note(arrival_with_host(path))
        .fix(applicability, help.clone(), edits)
        .help(help)
        .property(property(path, source))
        .rests_on(&path.origin.domain_name)
        .related_each(others.iter().map(|other| (other.origin.domain_name.span, expected_host(other))));
    if let Some(policy) = source.policy {
        let kind = match source.via {
            Via::CachePolicy => "AWS::CloudFront::CachePolicy",
            _ => "AWS::CloudFront::OriginRequestPolicy",
        };
        let used = format!("behavior `{}` uses `{policy}`", path.behavior.name());
        finding = finding.resource(policy, kind).related(source.span, used);
    }
    let is_overridden = source.via == Via::CachePolicy && spares_host(path);
    let spares = path.behavior.origin_request_policy.span;
    let is_inferred = path.backend.is_inferred() || source.managed == Some("HostHeaderOnly");
    show(finding, path)
        .related_each(is_overridden.then_some((spares, "excludes `Host`, but the cache key overrides it")))
        .rests_on_default(source.default())
        .rests_on_each(selected.item)
        .related_each(source.cell.map(|cell| (cell, "the id comes from here")))
        .at_most_if(is_inferred, Confidence::Likely)
        .at_most(confidence_of_forwarding(path));
}

/// Whether the origin request policy selects headers, and `Host` is not one of them.
fn spares_host(path: &RequestPath<'_>) -> bool {
    let mut sources = path.forwarding.headers.sources.iter();
    sources.any(|source| {
        source.via == Via::OriginRequestPolicy
            && matches!(source.set, Set::AllExcept(_))
            && !source.selects_header("Host")
    })
}

/// Whether nothing that receives `Host` through this setting can need it.
fn is_safe(path: &RequestPath<'_>, source: &Source<'_>) -> bool {
    let same = |other: &RequestPath<'_>| {
        let mut sources = other.forwarding.headers.sources.iter();
        other.behavior.index == path.behavior.index
            || (source.policy.is_some() && sources.any(|other| other.policy == source.policy))
    };
    let bound = |other: &RequestPath<'_>| other.backend.is_host_bound() && !other.may_be_rerouted();
    !source.shared && request_paths(path.model).iter().filter(|other| same(other)).all(bound)
}

fn property(path: &RequestPath<'_>, source: &Source<'_>) -> String {
    let part = match (source.via, source.policy) {
        (Via::ForwardedValues, _) => "ForwardedValues.Headers",
        (Via::CachePolicy, None) => "CachePolicyId",
        (Via::OriginRequestPolicy, None) => "OriginRequestPolicyId",
        (Via::CachePolicy, Some(_)) => {
            return "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig".to_owned();
        }
        (Via::OriginRequestPolicy, Some(_)) => return "OriginRequestPolicyConfig.HeadersConfig".to_owned(),
    };
    format!("{}.{part}", path.behavior.property())
}

fn label(source: &Source<'_>, selected: &Selected<'_, '_>) -> String {
    match (source.managed, source.via, &source.set) {
        (Some(name), Via::CachePolicy, _) => {
            format!("managed `{name}` forwards `Host` with its cache key")
        }
        (Some(name), _, Set::Only(_)) => format!("managed policy `{name}` forwards `Host`"),
        (Some(name), ..) => format!("managed policy `{name}` forwards every header, `Host` included"),
        (None, Via::CachePolicy, _) => "sent to the origin with the cache key".to_owned(),
        (None, _, Set::AllExcept(_)) => "forwards every unlisted header, `Host` included".to_owned(),
        (None, ..) if selected.item.is_some() => "`Host` is forwarded".to_owned(),
        (None, ..) => "forwards every header, `Host` included".to_owned(),
    }
}

/// What to write instead, and the edit that does it.
fn remedy(source: &Source<'_>, selected: &Selected<'_, '_>, cx: &Context<'_>) -> (String, Option<Vec<Edit>>) {
    let except_host = "use `HeaderBehavior: allExcept` with `Headers: [Host]`";
    match (&source.set, source.via, selected.item) {
        (Set::Only(names), _, Some(item)) => {
            // A policy that lists headers has to list one.
            let left =
                names.written().filter(|list| source.via == Via::ForwardedValues || list.items.len() > 1);
            match left {
                Some(list) => ("remove `Host` from `Headers`".to_owned(), cx.remove_item(list, item)),
                None => {
                    ("use `HeaderBehavior: none`, or list the headers that the API needs".to_owned(), None)
                }
            }
        }
        (_, Via::CachePolicy, _) => {
            let help = format!(
                "use `CachingDisabled` (`{CACHING_DISABLED}`) or a cache policy without `Host` in its key"
            );
            (help, None)
        }
        (Set::AllExcept(names), _, _) => {
            let edits = names.written().and_then(|list| cx.append(list, "Host"));
            ("add `Host` to the headers that are not forwarded".to_owned(), edits)
        }
        (set, _, _) if source.managed.is_some() => {
            let help = format!("use `AllViewerExceptHostHeader` (`{ALL_VIEWER_EXCEPT_HOST}`)");
            let edits = (!matches!(set, Set::Only(_)))
                .then(|| cx.replace_node(source.node, &NewValue::Text(ALL_VIEWER_EXCEPT_HOST)))
                .flatten();
            (help, edits)
        }
        (Set::AllViewerAnd(_), _, _) => {
            (format!("{except_host}, or `whitelist` with the headers that the API needs"), None)
        }
        _ => (except_host.to_owned(), None),
    }
}
