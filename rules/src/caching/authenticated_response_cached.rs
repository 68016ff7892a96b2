use cflint_diagnostics::{Applicability, Confidence, Edit};
use cflint_edge::access::credential::Carrier;
use cflint_edge::behavior::caching::Caching;
use cflint_edge::facts::managed::{ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::words::quoted;
use cflint_linter::{Context, ReportBuilder, Rule, declare_rule};
use cflint_template::edit::{NewValue, combine};
use cflint_template::model::Guard;

use crate::shared::cache_verdict::{
    CacheVerdict, Shared, cache_verdict, cacheable, kept, place, rests_on_settings,
};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that cache an API's responses to a signed-in user although the cache key does not distinguish
    /// users: the credential reaches the API but is not in the key.
    ///
    /// ## Why is this bad?
    /// CloudFront finds a cached response by the cache key and nothing else. User A requests `/orders`, the authorizer
    /// lets A in, and the response is cached. User B requests `/orders` and gets A's orders. So does anyone without any
    /// credentials, because the request does not reach the API and its authorizer again. An `Authorization` header in
    /// the request does not stop CloudFront from caching the response. Tests with a single user never show the problem.
    ///
    /// ## Remediation
    /// Disable caching: use the managed policy `CachingDisabled` (`CachePolicyId:
    /// 4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; in CDK `cachePolicy: CachePolicy.CACHING_DISABLED`), together with an
    /// origin request policy that forwards the credential, such as `AllViewerExceptHostHeader`. With `ForwardedValues`,
    /// set `MinTTL`, `DefaultTTL` and `MaxTTL` to 0. In a SAM template the distribution is written the same way.
    ///
    /// To cache responses for each user, put the credential in the key: `HeadersConfig` of the cache policy with
    /// `Authorization` (`CacheHeaderBehavior.allowList('Authorization')`), or `Headers` of `ForwardedValues`.
    ///
    /// ## Exceptions
    /// Routes that anyone may call are left to `api-cached-by-default`. So are routes whose only credential is an API
    /// key, if the template has a single key for the API, which does not distinguish anyone. A header that the origin
    /// configuration adds is not a viewer's credential.
    ///
    /// The finding is certain where the minimum TTL is positive, because the response is then cached whatever the API
    /// sends, and likely where it is cached unless the API forbids it. It is only possible where the response is cached
    /// only if the API allows it, where the API or its authorizer is not in the template, where another credential of
    /// the same request is in the key (unless the authorizer requires both), and where an edge function may intervene.
    /// It is also only possible for an IAM signature while `Host` is not forwarded: the signature has to be made for
    /// the API's host name, and few clients do that. Where every request is rejected because the viewer's `Host`
    /// reaches an API that does not recognize it, the finding is not certain either.
    ///
    /// ## References
    /// - [Understand the cache key](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html)
    /// - [Configure CloudFront to forward the Authorization header](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-forward-authorization)
    /// - [Manage how long content stays in the cache](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html)
    pub(crate) AuthenticatedResponseCached {
        id: "authenticated-response-cached",
        group: Caching,
        summary: "one user's response is cached and served to other users",
        severity: Error,
        fix: Safe,
        cdk: "`cachePolicy: CachePolicy.CACHING_DISABLED`, or `headerBehavior: CacheHeaderBehavior.allowList(…)` of the `CachePolicy`",
    }
}

impl Rule for AuthenticatedResponseCached {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let caching = Caching::with(&path.forwarding, path.behavior);
        let CacheVerdict::Shared(shared) = cache_verdict(path, &caching) else { return };
        let carrier = shared.credential.as_ref().map_or(Carrier::Header("Authorization"), |own| own.carrier);
        let name = carrier.name();
        let (served, returns) = if shared.confidence > Confidence::Possible {
            ("is served", "returns")
        } else {
            ("may be served", "may return")
        };
        let message = match shared.sample {
            Some(sample) if shared.is_told_apart => format!(
                "`{}` {returns} one cached response for all values of {name}, which reaches the API but is not in the cache key",
                sample.route.name()
            ),
            Some(sample) => format!(
                "one user's response to `{}` {served} to others: {name} reaches the API but is not in the cache key",
                sample.route.name()
            ),
            None => format!(
                "one user's response may be served to others: {name} reaches the API but is not in the cache key"
            ),
        };
        let (place, property) = place(path, &caching);
        let edits = edits(path, cx);
        let title = match path.forwarding.legacy {
            Some(_) => "set the TTLs to 0",
            None => "use `CachingDisabled`",
        };
        let finding = cx
            .report(place, message)
            .label(label(path, &caching))
            .note(note(path, &shared, &carrier, &caching))
            .help(help(path, &carrier))
            .cause(cause(path, &shared, &name, &caching))
            .fix(Applicability::Safe, title, edits)
            .property(property)
            .at_most(shared.confidence);
        let finding = rests_on_settings(finding, path, &caching);
        let finding = with_places(finding, path, &shared, &carrier);
        match shared.sample {
            Some(sample) => Example::of(path, sample).show(finding),
            None => Example::read(path).header("Authorization", "Bearer A").show_if_taken("", finding),
        };
    }
}

fn label(path: &RequestPath<'_>, caching: &Caching<'_>) -> String {
    let (name, kept) = (caching.name(), kept(caching));
    if caching.span == path.behavior.span {
        format!("no TTL: responses are cached {kept}")
    } else if path.forwarding.legacy.is_some() {
        format!("responses are cached {kept}")
    } else if caching.unasked() == Some(0) {
        format!("{name} lets the API decide")
    } else {
        format!("{name} caches responses {kept}")
    }
}

fn with_places<'r, 'c>(
    mut finding: ReportBuilder<'r, 'c>,
    path: &RequestPath<'_>,
    shared: &Shared<'_, '_>,
    carrier: &Carrier<'_>,
) -> ReportBuilder<'r, 'c> {
    if let (Some(sample), Some(credential)) = (shared.sample, &shared.credential) {
        let asks = match sample.route.guard {
            Guard::Iam => "this route requires an IAM signature".to_owned(),
            Guard::None => "this route requires an API key".to_owned(),
            Guard::Unknown => "it is not known who may call this route".to_owned(),
            _ if credential.span == sample.route.span => "this route has an authorizer".to_owned(),
            _ => format!("the authorizer of `{}` reads {}", sample.route.name(), carrier.name()),
        };
        finding = finding.related(credential.span, asks);
    }
    let selection = match carrier {
        Carrier::Header(_) => &path.forwarding.headers,
        Carrier::Cookies => &path.forwarding.cookies,
        Carrier::Query(_) => &path.forwarding.query_strings,
    };
    let found = match carrier {
        Carrier::Header(name) | Carrier::Query(name) => selection.selects(name).source,
        Carrier::Cookies => selection.sources.last(),
    };
    match found {
        Some(source) => finding.related(source.span, format!("forwards {}", carrier.name())),
        None => finding,
    }
}

fn note(
    path: &RequestPath<'_>,
    shared: &Shared<'_, '_>,
    carrier: &Carrier<'_>,
    caching: &Caching<'_>,
) -> String {
    let example = shared.sample.map_or_else(|| Example::read(path), |sample| Example::of(path, sample));
    let name = carrier.name();
    let signed = match shared.sample {
        // A signature is made for one host name.
        Some(sample) if sample.route.guard == Guard::Iam => {
            let is_forwarded = path.forwarding.headers.selects("Host").answer.is_true();
            let host = if is_forwarded { path.viewer_host() } else { path.origin_host() };
            format!(", signed for `{host}`,")
        }
        _ => String::new(),
    };
    let (what, other, others_get) = if shared.is_told_apart {
        (
            format!("one value of {name}"),
            "for another value",
            "a request with another value and the same credentials".to_owned(),
        )
    } else {
        (format!("user A's {name}{signed}"), "to user B", format!("user B, or anyone without {name},"))
    };
    let asked = format!("`{} {}` with {what}", example.method(), example.url("https"));
    let others = cacheable(path)
        .filter(|other| shared.sample.is_some_and(|sample| !std::ptr::eq(sample.route, other.route)))
        .filter(|other| other.route.guard != Guard::None)
        .take(2);
    let others = quoted(others.map(|other| other.route.name()));
    let also = if others.is_empty() {
        String::new()
    } else {
        format!("; the same applies to {}", others.join(" and "))
    };
    if caching.unasked() == Some(0) {
        return format!(
            "if the API allows caching, the response to {asked} is also served {other}; concurrent requests may share a response even if it does not{also}"
        );
    }
    let unless = match caching.min.seconds {
        Some(0) => ", unless the API forbids caching it",
        _ => "",
    };
    format!(
        "{asked} is answered by the API; {others_get} then gets that response from the cache {}{unless}{also}",
        kept(caching)
    )
}

/// The routes differ, but one cache key is what lacks the credential for all of them.
fn cause(path: &RequestPath<'_>, shared: &Shared<'_, '_>, name: &str, caching: &Caching<'_>) -> String {
    let kind = if shared.is_told_apart { "told apart" } else { "mixed up" };
    [name, kind, &path.backend.name(), &caching.name(), kept(caching).as_str()].join(" ")
}

fn help(path: &RequestPath<'_>, carrier: &Carrier<'_>) -> String {
    if path.forwarding.legacy.is_some() {
        let keyed = match carrier {
            Carrier::Query(name) => format!("`{name}` to `QueryStringCacheKeys`"),
            _ => format!("{} to `Headers`", carrier.name()),
        };
        return format!("set `MinTTL`, `DefaultTTL` and `MaxTTL` to 0, or add {keyed}");
    }
    let forwarding = if needs_no_key(path) {
        String::new()
    } else {
        format!(
            " and an origin request policy such as `AllViewerExceptHostHeader` (`{ALL_VIEWER_EXCEPT_HOST}`)"
        )
    };
    let keyed = match carrier {
        Carrier::Cookies => "the session cookie".to_owned(),
        _ => carrier.name(),
    };
    format!(
        "use `CachingDisabled` (`{CACHING_DISABLED}`){forwarding}, or a cache policy with {keyed} in its key"
    )
}

/// Whether the origin receives as much without the cache policy.
fn needs_no_key(path: &RequestPath<'_>) -> bool {
    let forwarding = &path.forwarding;
    [&forwarding.headers, &forwarding.cookies, &forwarding.query_strings]
        .iter()
        .all(|part| part.needs_no_key())
}

/// The edits that disable caching and still forward everything to the API.
fn edits(path: &RequestPath<'_>, cx: &Context<'_>) -> Option<Vec<Edit>> {
    let behavior = path.behavior;
    if path.forwarding.legacy.is_none() {
        let edits = cx.replace(&behavior.cache_policy, &NewValue::Text(CACHING_DISABLED));
        return edits.filter(|_| needs_no_key(path));
    }
    let ttls =
        [("MinTTL", &behavior.min_ttl), ("DefaultTTL", &behavior.default_ttl), ("MaxTTL", &behavior.max_ttl)];
    let mut parts = Vec::new();
    for (name, ttl) in ttls.into_iter().filter(|(_, ttl)| ttl.known() != Some(&0)) {
        // The minimum is 0 if it is not written.
        if name == "MinTTL" && ttl.is_absent() {
            continue;
        }
        if !ttl.origins.is_empty() {
            return None;
        }
        parts.push(cx.set(behavior.node, name, &NewValue::Int(0))?);
    }
    combine(parts)
}
