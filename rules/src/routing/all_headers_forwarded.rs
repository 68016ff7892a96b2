use cflint_diagnostics::{Applicability, Confidence, Edit, Severity};
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::{NewValue, combine};
use cflint_template::model::{Behavior, ForwardedValues, Model, Prop};
use cflint_template::value::Text;

use crate::shared::arrival::{arrival_with_host, expected_host};
use crate::shared::confidence::confidence_of_forwarding;
use crate::shared::witness::{Example, show};

/// What APIs usually need and would not get otherwise.
const NEEDED: [&str; 5] =
    ["Authorization", "Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Accept"];

declare_rule! {
    /// ## What it does
    /// Reports `ForwardedValues` with `Headers: ['*']`.
    ///
    /// ## Why is this bad?
    /// It has two effects that are easy to overlook. The viewer's `Host` is forwarded too, and the default endpoint of
    /// an API (`….execute-api.…`) or a Lambda function URL, which answer only to their own host names, return
    /// `403 {"message":"Forbidden"}`. And caching is turned off: CloudFront sends every request to the origin, whatever
    /// the TTLs of the behavior are.
    ///
    /// ## Remediation
    /// List the headers that the API needs, without `Host`, and set `DefaultTTL: 0` if its responses should not be
    /// cached. Or replace `ForwardedValues` with the managed policies `CachingDisabled`
    /// (`CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad`) and `AllViewerExceptHostHeader`
    /// (`OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac`); in CDK that is `CachePolicy.CACHING_DISABLED`
    /// and `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER` of a `Distribution`, which replaces
    /// `CloudFrontWebDistribution` with `forwardedValues: { headers: ['*'] }`. In a SAM template the distribution is
    /// written the same way.
    ///
    /// ## Fix safety
    /// The fix lists the headers that most APIs need and those already listed next to `*`. If an API reads another
    /// header, add it, unless CloudFront forwards it anyway. With a list, CloudFront caches again, so the fix also sets
    /// `DefaultTTL: 0` if there is no `DefaultTTL`.
    ///
    /// ## Exceptions
    /// For an origin that accepts any `Host`, such as a load balancer, only caching is reported, as a warning, and
    /// nothing if the behavior sets `MaxTTL: 0`, because then nothing would be cached anyway. The same applies if an
    /// edge function may set `Host` back.
    ///
    /// ## References
    /// - [Cache content based on request headers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html)
    /// - [How CloudFront processes request headers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html)
    pub(crate) AllHeadersForwarded {
        id: "all-headers-forwarded",
        group: Routing,
        summary: "every header is forwarded, `Host` included, and caching is turned off",
        severity: Error,
        fix: Unsafe,
        cdk: "a `cachePolicy` and `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for AllHeadersForwarded {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let Some(values) = behavior.forwarded_values.known() else { return };
        let Some(star) = values.headers.iter().find(|name| name.literal() == Some("*")) else { return };
        let paths = paths_of(model, behavior);
        match paths.iter().find(|path| path.backend.is_host_bound() && !path.may_be_redirected()) {
            Some(path) => host_arrives(path, values, star, cx),
            None if behavior.max_ttl.known() == Some(&0) => {}
            None => nothing_is_cached(behavior, &paths, star, cx),
        }
    }
}

fn host_arrives(path: &RequestPath<'_>, values: &ForwardedValues, star: &Prop<Text>, cx: &mut Context<'_>) {
    let edits = explicit_list(path.behavior, values, star, cx);
    let mut help = format!("list the headers that the API needs, without `Host`: {}", NEEDED.join(", "));
    if path.behavior.default_ttl.is_absent() {
        help.push_str("; and set `DefaultTTL: 0`, or its responses are cached for a day");
    }
    let finding = cx
        .report(
            star,
            format!(
                "every header, `Host` included, is forwarded to {}, which answers only to its own host name",
                path.backend.name()
            ),
        )
        .label("forwards every header and turns caching off")
        .related(path.origin.domain_name.span, expected_host(path))
        .note(arrival_with_host(path))
        .note("with `*`, CloudFront caches nothing, whatever the TTLs are")
        .fix(Applicability::Unsafe, help.clone(), edits)
        .help(help)
        .rests_on(&path.origin.domain_name)
        .at_most(confidence_of_forwarding(path))
        .at_most_if(path.backend.is_inferred(), Confidence::Likely);
    show(finding, path);
}

fn nothing_is_cached(
    behavior: &Behavior,
    paths: &[RequestPath<'_>],
    star: &Prop<Text>,
    cx: &mut Context<'_>,
) {
    let way = paths.first().map_or("every request goes to the origin".to_owned(), |path| {
        let arriving = format!("{}{}", path.origin_host(), path.arriving_path(&path.example().viewer_path));
        let example = Example::any(path);
        format!("every `{} {}` goes to `{arriving}`", example.method(), example.url("https"))
    });
    let ttls = [(&behavior.default_ttl, "DefaultTTL"), (&behavior.max_ttl, "MaxTTL")];
    let useless = ttls.into_iter().filter(|(ttl, _)| ttl.known().is_some_and(|seconds| *seconds > 0));
    // A function decides what becomes of `Host`.
    let bound = paths.iter().find(|path| path.backend.is_host_bound());
    let host = bound.map(|path| {
        let name = path.backend.name();
        format!("`*` includes `Host`: unless the function sets it back, {name} receives the viewer's `Host` and returns 403")
    });
    let finding = cx.report(star, format!("`Headers: ['*']` turns off caching for behavior `{}`", behavior.name()))
        .severity(Severity::Warning)
        .label("forwards every header, so nothing is cached")
        .related_each(useless.map(|(ttl, name)| (ttl.span, format!("`{name}` has no effect"))))
        .note(format!("{way}; none is served from the cache"))
        .help(if bound.is_some() {
            "list the headers that the API needs, without `Host`, and set `DefaultTTL: 0` if nothing should be cached"
        } else {
            "list the headers that the origin needs, or set `MaxTTL: 0` if nothing should be cached"
        })
        .cause("`*`");
    if let Some(host) = host {
        finding.note(host);
    }
}

/// The edit that lists what an API needs and leaves caching off.
fn explicit_list(
    behavior: &Behavior,
    values: &ForwardedValues,
    star: &Prop<Text>,
    cx: &Context<'_>,
) -> Option<Vec<Edit>> {
    if !star.origins.is_empty() {
        return None;
    }
    let written: Option<Vec<&str>> = values.headers.iter().map(Prop::literal).collect();
    let mut names = written?;
    names.extend(NEEDED.iter().filter(|name| !values.headers.iter().any(|own| is_called(own, name))));
    names.retain(|name| *name != "*" && !name.eq_ignore_ascii_case("Host"));
    let list = cx.replace_list(&values.headers, &names)?;
    if !behavior.default_ttl.is_absent() {
        return Some(list);
    }
    combine([list, cx.set(behavior.node, "DefaultTTL", &NewValue::Int(0))?])
}

fn is_called(name: &Prop<Text>, wanted: &str) -> bool {
    name.literal().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
}
