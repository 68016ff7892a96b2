use cflint_diagnostics::Applicability;
use cflint_edge::access::credential::Carrier;
use cflint_edge::behavior::caching::Caching;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::managed::CACHING_DISABLED;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;

use crate::shared::cache_verdict::{
    CacheVerdict, cache_verdict, cacheable, is_unseen, kept, mixes_up, place, rests_on_settings,
};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors in front of an API whose answers are cached for a day because nobody said anything else: with
    /// the managed policy `CachingOptimized`, which is the default of CDK and the recommendation for buckets, or with
    /// `ForwardedValues` and no TTL at all.
    ///
    /// ## Why is this bad?
    /// Answers of an API mostly have no `Cache-Control` header, and then the default TTL decides, which is 86400
    /// seconds. What changes in the API is not seen for a day, or only at some places, since each edge location has a
    /// cache of its own. `CachingOptimized` keeps an answer for a second even if the API says `no-store`, and has no
    /// query string in its key, so `?page=2` gets the answer to `?page=1`.
    ///
    /// ## Remediation
    /// Say what you want.
    ///
    /// - Nothing cached: the managed policy `CachingDisabled` (`CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; in
    ///   CDK `cachePolicy: CachePolicy.CACHING_DISABLED`), or `DefaultTTL: 0` beside `ForwardedValues`.
    /// - Cached for some time: a cache policy of your own (`new CachePolicy`) with the TTLs and with the query strings and
    ///   headers that the answers depend on.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// The fix switches caching off. More requests reach the API, which may cost money or come to its limits.
    ///
    /// ## Exceptions
    /// A TTL that is written, in the behavior or in a cache policy of your own, is what you want, and so are
    /// `UseOriginCacheControlHeaders` and the like, which leave it to the API. Where the answers belong to a single
    /// user, `authenticated-response-cached` reports instead. A behavior that leads to no route for `GET` is not
    /// reported, nor one where each request is refused because its credentials do not arrive. If the API is not in the
    /// template, the finding is likely. If a function at the edge may change the request, or how long the answer is
    /// kept, it is only possible.
    ///
    /// ## References
    /// - [Manage how long content stays in the cache](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html)
    /// - [Use managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html)
    pub(crate) ApiCachedByDefault {
        id: "api-cached-by-default",
        group: Caching,
        summary: "answers of an API are cached for a day because nothing says otherwise",
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
                "write `DefaultTTL: 0`",
                "write `DefaultTTL: 0`, or how many seconds answers may be kept".to_owned(),
                "has no TTL: the default is 86400 seconds".to_owned(),
                cx.insert(behavior.node, "DefaultTTL", &NewValue::Int(0)),
            ),
            None => (
                "use `CachingDisabled`",
                format!(
                    "use `CachingDisabled`, {CACHING_DISABLED}, or a cache policy of your own with the TTLs that the API needs"
                ),
                format!("{} keeps answers {}", caching.name(), kept(&caching)),
                cx.replace(&behavior.cache_policy, &NewValue::Text(CACHING_DISABLED)),
            ),
        };
        let (place, property) = place(path, &caching);
        let mut finding = cx
            .report(
                place,
                format!("answers of the API are cached {}, because nothing says otherwise", kept(&caching)),
            )
            .label(label)
            .related(
                path.origin.domain_name.span,
                format!("behavior `{}` leads to this API", behavior.name()),
            )
            .note(note(path, &caching))
            .fix(Applicability::Unsafe, title, edits)
            .help(help)
            .property(property)
            .at_most(confidence);
        finding = rests_on_settings(finding, path, &caching);
        if is_unseen(path) && mixes_up(path, &Carrier::Header("Authorization"), Method::Get) {
            finding = finding.note("if the API asks for `Authorization`, what it answers to one user goes to others too: the header is not in the key");
        }
        match cacheable(path).next() {
            Some(call) => {
                let label = format!("answers of `{}` are kept", call.route.name());
                Example::of(path, call).show(finding.related(call.route.span, label))
            }
            None => finding.witness_if("GET", path.taken_path().as_deref()),
        };
    }
}

fn note(path: &RequestPath<'_>, caching: &Caching<'_>) -> String {
    let viewer_path =
        cacheable(path).next().map_or_else(|| path.example_path(), |call| call.viewer_path.clone());
    let url = format!("https://{}{viewer_path}", path.viewer_host());
    let mixed_up = if mixes_up(path, &Carrier::Query("page"), Method::Get) {
        ", and `?page=2` gets the answer to `?page=1`: query strings are not in the key"
    } else {
        ""
    };
    format!(
        "once the API has answered `GET {url}` without `Cache-Control`, every such request gets this answer {}, whatever changes{mixed_up}",
        kept(caching)
    )
}
