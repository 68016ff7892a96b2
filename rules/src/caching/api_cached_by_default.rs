use cflint_diagnostics::Applicability;
use cflint_edge::access::credential::Carrier;
use cflint_edge::behavior::caching::Caching;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::managed::CACHING_DISABLED;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;

use crate::shared::cache_verdict::{
    CacheVerdict, cache_verdict, cacheable, cacheable_example, is_unseen, kept, mixes_up, place,
    rests_on_settings,
};

declare_rule! {
    /// ## What it does
    /// Reports behaviors in front of an API whose responses are cached for a day only because no TTL was chosen: with
    /// the managed policy `CachingOptimized`, which is the CDK default and is recommended for buckets, or with
    /// `ForwardedValues` and no TTL at all.
    ///
    /// ## Why is this bad?
    /// Most API responses have no `Cache-Control` header, so the default TTL applies, which is 86400 seconds. Changes
    /// in the API stay invisible for a day, or show only at some edge locations, because each location has its own
    /// cache. `CachingOptimized` caches a response for a second even if the API sends `no-store`, and has no query
    /// strings in its cache key, so `?page=2` gets the response to `?page=1`.
    ///
    /// ## Remediation
    /// State how long responses may be cached.
    ///
    /// - Not at all: the managed policy `CachingDisabled` (`CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; in
    ///   CDK `cachePolicy: CachePolicy.CACHING_DISABLED`), or `DefaultTTL: 0` alongside `ForwardedValues`.
    /// - For some time: a custom cache policy (`new CachePolicy`) with the TTLs, and with the query strings and headers
    ///   that the responses depend on.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// The fix disables caching. More requests reach the API, which may cost more or exceed its limits.
    ///
    /// ## Exceptions
    /// A TTL written in the behavior or in a custom cache policy is assumed to be intended, and so are
    /// `UseOriginCacheControlHeaders` and similar policies, which leave the decision to the API. Where the responses
    /// belong to a single user, `authenticated-response-cached` reports instead. A behavior that routes to no `GET`
    /// route is not reported, nor is one where every request is rejected because its credentials do not reach the API.
    /// If the API is not in the template, the finding is likely. If an edge function may change the request, or how
    /// long the response is cached, it is only possible.
    ///
    /// ## References
    /// - [Manage how long content stays in the cache](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html)
    /// - [Use managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html)
    pub(crate) ApiCachedByDefault {
        id: "api-cached-by-default",
        group: Caching,
        summary: "responses from an API are cached for a day by default",
        severity: Warning,
        fix: Unsafe,
        cdk: "`cachePolicy: CachePolicy.CACHING_DISABLED`; without one, `CachePolicy.CACHING_OPTIMIZED` is used",
    }
}

impl Rule for ApiCachedByDefault {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let caching = Caching::with(&path.forwarding, path.behavior);
        let CacheVerdict::Unasked(confidence) = cache_verdict(path, &caching) else { return };
        let behavior = path.behavior;
        let (title, help, label, edits) = match path.forwarding.legacy {
            Some(_) => (
                "set `DefaultTTL: 0`",
                "set `DefaultTTL: 0`, or the number of seconds that responses may be cached".to_owned(),
                "has no TTL: the default is 86400 seconds".to_owned(),
                cx.insert(behavior.node, "DefaultTTL", &NewValue::Int(0)),
            ),
            None => (
                "use `CachingDisabled`",
                format!(
                    "use `CachingDisabled` (`{CACHING_DISABLED}`), or a custom cache policy with the TTLs that the API needs"
                ),
                format!("{} caches responses {}", caching.name(), kept(&caching)),
                cx.replace(&behavior.cache_policy, &NewValue::Text(CACHING_DISABLED)),
            ),
        };
        let (place, property) = place(path, &caching);
        let mut finding = cx
            .report(place, format!("responses from the API are cached {} by default", kept(&caching)))
            .label(label)
            .related(
                path.origin.domain_name.span,
                format!("behavior `{}` routes to this API", behavior.name()),
            )
            .note(note(path, &caching))
            .fix(Applicability::Unsafe, title, edits)
            .help(help)
            .property(property)
            .at_most(confidence);
        finding = rests_on_settings(finding, path, &caching);
        if is_unseen(path) && mixes_up(path, &Carrier::Header("Authorization"), Method::Get) {
            finding = finding.note("if the API uses `Authorization`, one user's responses are also served to others: the header is not in the cache key");
        }
        let call = cacheable(path).next();
        let label =
            call.map(|call| (call.route.span, format!("responses to `{}` are cached", call.route.name())));
        cacheable_example(path).show_if_taken("", finding.related_each(label));
    }
}

fn note(path: &RequestPath<'_>, caching: &Caching<'_>) -> String {
    let example = cacheable_example(path);
    let (method, url) = (example.method(), example.url("https"));
    let mixed_up = if mixes_up(path, &Carrier::Query("page"), Method::Get) {
        ", and `?page=2` gets the response to `?page=1`: query strings are not in the cache key"
    } else {
        ""
    };
    format!(
        "after one response to `{method} {url}` without `Cache-Control`, every such request gets that response {}, even if the data changes{mixed_up}",
        kept(caching)
    )
}
