use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::backend::Backend;
use cflint_edge::forwarding::{Selected, Set, Source, Via};
use cflint_edge::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;

/// `AllViewerExceptHostHeader`
const EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

declare_rule! {
    /// ## What it does
    /// Reports behaviors that forward the viewer's `Host` header to the default endpoint of an API
    /// (`….execute-api.…`) or to a Lambda function URL.
    ///
    /// ## Why is this bad?
    /// API Gateway and Lambda find out by the `Host` header which API or function is meant, and know only their own
    /// host names. A request for `www.example.com` is answered `403 {"message":"Forbidden"}`, and no log of the API
    /// shows it. A cache policy counts too: whatever is in the cache key is also sent to the origin.
    ///
    /// ## Remediation
    /// Do not forward `Host`; CloudFront then sends the host name of the origin. With an origin request policy, use
    /// the managed policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    /// `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`). With `ForwardedValues`, remove
    /// `Host` from `Headers`. With a cache policy that has `Host` in its key, such as
    /// `UseOriginCacheControlHeaders`, use `CachingDisabled` or a policy of your own without it.
    ///
    /// ## Exceptions
    /// Load balancers and servers of your own often need the viewer's `Host`, and so does a custom domain of
    /// API Gateway with the same name as the distribution: these are not reported. A function at the edge that
    /// runs before the origin is asked may set `Host` itself; then the finding is only possible.
    ///
    /// ## References
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    /// - [How cache policies and origin request policies work together](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html)
    pub(crate) HostHeaderForwarded {
        id: "host-header-forwarded",
        group: Routing,
        summary: "the viewer's `Host` is forwarded to a backend that knows only its own name",
        severity: Error,
        fix: Safe,
    }
}

impl Rule for HostHeaderForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        if !path.backend.is_host_bound() {
            return;
        }
        for selected in path.forwarding.headers.all_selecting("Host") {
            if let Some(source) = selected.source
                && !is_every_header(source)
            {
                report(path, source, &selected, cx);
            }
        }
    }
}

/// `Headers: ['*']` has a rule of its own.
fn is_every_header(source: &Source<'_>) -> bool {
    source.via == Via::ForwardedValues && matches!(source.set, Set::AllViewer)
}

fn report(path: &RequestPath<'_>, source: &Source<'_>, selected: &Selected<'_, '_>, cx: &mut Context<'_>) {
    let place = selected.item.map(|item| item.span).or(source.declared).unwrap_or(source.span);
    let (title, edits) = fix(source, selected, cx);
    let viewer = format!("https://{}{}", path.viewer_host(), path.example_path());
    let arriving = path.arriving_path(&path.example_path());
    let message = format!(
        "the viewer's `Host` is forwarded to {}, which answers only to its own host name",
        path.backend.name()
    );
    let mut finding = cx
        .report(place, message)
        .label(label(source, selected))
        .related(path.origin.domain_name.span, "the only name that it knows as `Host`")
        .note(format!(
            "`GET {viewer}` leaves as `GET https://{}{arriving}` with `Host: {}`; {}",
            path.origin_host(),
            path.viewer_host(),
            answer(&path.backend),
        ))
        .help(help(source))
        .fix(Applicability::Safe, title, edits)
        .behavior(path.behavior)
        .property(format!("{}.{}", path.behavior.property(), setting(source)));
    if place != source.span {
        finding = finding.related(source.span, format!("behavior `{}` uses it here", path.behavior.name()));
    }
    if let Some(policy) = source.policy {
        let kind = match source.via {
            Via::CachePolicy => "AWS::CloudFront::CachePolicy",
            _ => "AWS::CloudFront::OriginRequestPolicy",
        };
        finding = finding.resource(policy, kind);
    }
    if let Some((parameter, span)) = &source.default_of {
        finding = finding.rests_on_default(parameter, *span);
    }
    if source.managed == Some("HostHeaderOnly") {
        finding = finding.at_most(Confidence::Likely);
    }
    if path.may_be_rewritten() {
        drop(finding.at_most(Confidence::Possible));
    }
}

fn setting(source: &Source<'_>) -> &'static str {
    match source.via {
        Via::ForwardedValues => "ForwardedValues.Headers",
        Via::CachePolicy => "CachePolicyId",
        Via::OriginRequestPolicy => "OriginRequestPolicyId",
    }
}

fn label(source: &Source<'_>, selected: &Selected<'_, '_>) -> String {
    match (source.managed, source.via) {
        (Some(name), Via::CachePolicy) => format!("`{name}` has `Host` in its cache key, and so sends it"),
        (Some("HostHeaderOnly"), _) => "`HostHeaderOnly` forwards `Host`".to_owned(),
        (Some(name), _) => format!("`{name}` forwards every header, `Host` included"),
        (None, Via::CachePolicy) => "what is in the cache key is also sent to the origin".to_owned(),
        (None, _) if selected.item.is_some() => "`Host` is forwarded".to_owned(),
        (None, _) => "every header is forwarded, `Host` included".to_owned(),
    }
}

fn answer(backend: &Backend<'_>) -> &'static str {
    match backend {
        Backend::LambdaUrl => "Lambda answers 403 `{\"Message\":\"Forbidden\"}`",
        Backend::ExecuteApi { api: Some(api), .. } if api.has_endpoint_type("EDGE").is_true() => {
            "the edge-optimized endpoint answers 403 with an HTML page of CloudFront's"
        }
        _ => "API Gateway answers 403 `{\"message\":\"Forbidden\"}`",
    }
}

fn help(source: &Source<'_>) -> String {
    match (source.via, source.managed) {
        (Via::ForwardedValues, _) => "remove `Host` from `Headers`".to_owned(),
        (Via::CachePolicy, Some(_)) => {
            "use `CachingDisabled`, 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, or a cache policy without `Host` in its key"
                .to_owned()
        }
        (Via::CachePolicy, None) => "remove `Host` from the headers of the cache key".to_owned(),
        (Via::OriginRequestPolicy, Some(_)) => format!("use `AllViewerExceptHostHeader`, {EXCEPT_HOST}"),
        (Via::OriginRequestPolicy, None) => {
            "forward all headers but `Host`: `HeaderBehavior: allExcept` with `Headers: [Host]`".to_owned()
        }
    }
}

fn fix(
    source: &Source<'_>,
    selected: &Selected<'_, '_>,
    cx: &Context<'_>,
) -> (String, Option<Vec<cflint_diagnostics::Edit>>) {
    let by_policy = source.via == Via::OriginRequestPolicy && source.default_of.is_none();
    match (&source.set, selected.item) {
        (Set::AllViewer | Set::AllViewerAnd(_), _) if source.managed.is_some() && by_policy => {
            let edits = cx.replace_node(source.node, &NewValue::Text(EXCEPT_HOST));
            ("use `AllViewerExceptHostHeader`".to_owned(), edits)
        }
        (Set::Only(names), Some(item)) => {
            // A policy with a list must have something in it.
            let left = names.written().filter(|list| list.items.len() > 1 || source.via == Via::ForwardedValues);
            ("remove `Host`".to_owned(), left.and_then(|list| cx.remove_item(list, item)))
        }
        (Set::AllExcept(names), _) => {
            ("except `Host`".to_owned(), names.written().and_then(|list| cx.append(list, "Host")))
        }
        _ => (String::new(), None),
    }
}
