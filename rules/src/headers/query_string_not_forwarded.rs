use cflint_diagnostics::{Applicability, Confidence, Severity};
use cflint_edge::access::credential::may_be_admitted;
use cflint_edge::access::needs::{arrives, passing, some_arrive, unmet};
use cflint_edge::behavior::caching::Caching;
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::entrance::entrances;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::path::SampleRequest;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{IdentityPlace, RoutePath};

use crate::shared::confidence::{is_first, unless_rewritten};
use crate::shared::policy_gap::{Part, gap, remedy, widen};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors in front of an API that forward no query strings to it. If a route of the API declares one as
    /// required and has a request validator, that is an error.
    ///
    /// ## Why is this bad?
    /// `/users?page=2` reaches the API as `/users`: the API never receives `page`, responds without an error, and every
    /// page is the first one. With caching, CloudFront also treats all of these requests as the same. The managed
    /// policies `CachingDisabled` and `CachingOptimized` forward no query strings, nor does `QueryString: false`.
    ///
    /// ## Remediation
    /// - With `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; in CDK `CachePolicy.CACHING_DISABLED`), add
    ///   the origin request policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`;
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`).
    /// - With caching, use a custom cache policy with `QueryStringBehavior: all`, or with a list of those that the API
    ///   reads (`queryStringBehavior: CacheQueryStringBehavior.allowList(…)`).
    /// - With `ForwardedValues`, use `QueryString: true`.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// The fix is safe where nothing is cached and only APIs receive the requests. `QueryString: true` is unsafe: query
    /// strings become part of the cache key, so more requests reach the API.
    ///
    /// ## Exceptions
    /// A setting that forwards some query strings is assumed to be intended, unless a required one is missing.
    /// Behaviors that route only to methods other than `GET`, or to what looks like a file, are not reported; nor are
    /// those where `identity-source-not-forwarded` reports a query string. If the routes are not in the template, or an
    /// edge function runs first, the finding is only possible.
    ///
    /// ## References
    /// - [Cache content based on query string parameters](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/QueryStringParameters.html)
    /// - [Use managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    pub(crate) QueryStringNotForwarded {
        id: "query-string-not-forwarded",
        group: Headers,
        summary: "query strings are dropped on the way to an API",
        severity: Warning,
        fix: Safe,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for QueryStringNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(loss) = loss(path) else { return };
        if !is_first(path, |other| self::loss(other).is_some()) {
            return;
        }
        let part = Part::Query(match loss {
            Loss::Required(_, name) => Some(name),
            Loss::All(_) | Loss::Perhaps => None,
        });
        let (gap, help) = (gap(path, part), remedy(path, part));
        let (safety, edits) = match path.forwarding.legacy {
            Some(legacy) => (Applicability::Unsafe, cx.replace(&legacy.query_string, &NewValue::Bool(true))),
            None => (Applicability::Safe, widen(path, cx)),
        };
        let (message, example, severity) = match &loss {
            Loss::Required(sample, name) => (
                format!(
                    "query string `{name}` does not reach `{}` of `{}`, which {}",
                    sample.route.name(),
                    sample.entrance.api.id,
                    loss.asks()
                ),
                Example::of(path, sample).query(format!("{name}=example")),
                if loss.is_enforced() { Severity::Error } else { Severity::Warning },
            ),
            Loss::All(sample) => {
                (all(path), Example::of(path, sample).query("page=2".to_owned()), Severity::Warning)
            }
            Loss::Perhaps => (all(path), Example::read(path).query("page=2".to_owned()), Severity::Warning),
        };
        let dropped = match &loss {
            Loss::Required(_, name) => format!("`{name}`"),
            Loss::All(_) | Loss::Perhaps => "its query string".to_owned(),
        };
        let required = loss.sample().filter(|_| matches!(loss, Loss::Required(..)));
        let caching = Caching::with(&path.forwarding, path.behavior);
        let for_all = if caching.caches_unasked().is_true() {
            ", and the response is cached for all query strings"
        } else {
            ""
        };
        let finding = gap
            .describe(path, cx.report(gap.span, message))
            .note(format!("{} without {dropped}{for_all}", example.leaves()))
            .fix(safety, help.clone(), edits)
            .cause(gap.cause(&path.backend.name(), &help))
            .help(help)
            .severity(severity)
            .at_most(loss.confidence())
            .related_each(required.map(|sample| (sample.route.span, loss.asks())));
        // A request that is rejected for another reason shows nothing.
        let finding = if loss.sample().is_none_or(|sample| may_be_admitted(path, sample)) {
            example.show(finding)
        } else {
            finding
        };
        unless_rewritten(path, finding);
    }
}

/// What is dropped.
enum Loss<'p, 'm> {
    /// A query string that a route requires.
    Required(&'p SampleRequest<'m>, &'m str),
    /// All of those that a route may read.
    All(&'p SampleRequest<'m>),
    /// All of them, at an API whose routes are not known.
    Perhaps,
}

impl<'p, 'm> Loss<'p, 'm> {
    fn sample(&self) -> Option<&'p SampleRequest<'m>> {
        match self {
            Self::Required(sample, _) | Self::All(sample) => Some(sample),
            Self::Perhaps => None,
        }
    }

    /// Whether the API rejects requests that lack it. Without a request validator it does not, and the integration may not
    /// need it.
    fn is_enforced(&self) -> bool {
        matches!(self, Self::Required(sample, _) if sample.route.is_validated.is_true())
    }

    /// How the route declares it.
    fn asks(&self) -> &'static str {
        if self.is_enforced() { "requires it" } else { "declares it as required" }
    }

    fn confidence(&self) -> Confidence {
        match self {
            Self::Required(..) if self.is_enforced() => Confidence::Certain,
            Self::Required(..) | Self::All(_) => Confidence::Likely,
            Self::Perhaps => Confidence::Possible,
        }
    }
}

fn all(path: &RequestPath<'_>) -> String {
    format!("query strings are dropped on the way to {}", path.backend.name())
}

fn loss<'p, 'm>(path: &'p RequestPath<'m>) -> Option<Loss<'p, 'm>> {
    let by_authorizer = || unmet(path).iter().any(|unmet| unmet.need.place == IdentityPlace::Query);
    if !path.backend.is_api() || !path.forwarding.is_settled() || by_authorizer() {
        return None;
    }
    let drops = |sample: &SampleRequest<'_>, name: &str| {
        arrives(path, IdentityPlace::Query, name, sample.method).0.is_false()
    };
    let missing = passing(path).find_map(|sample| {
        let mut names = sample.route.required_query.iter();
        names.find(|name| drops(sample, name)).map(|name| Loss::Required(sample, name))
    });
    if missing.is_some() || !some_arrive(&path.forwarding.query_strings).is_false() {
        return missing;
    }
    let reading = || passing(path).filter(|sample| may_read(sample));
    match reading().find(|sample| may_be_admitted(path, sample)).or_else(|| reading().next()) {
        Some(sample) => Some(Loss::All(sample)),
        None if !path.knows_all_samples() => None,
        None => (path.samples().is_empty() && is_unknown(path)).then_some(Loss::Perhaps),
    }
}

/// Whether the request may well have a query string: one that reads something other than a file. What opens a connection
/// rather than reads may do without.
fn may_read(sample: &SampleRequest<'_>) -> bool {
    let last = sample.viewer_path.rsplit('/').next().unwrap_or_default();
    sample.method == Method::Get && sample.route.path != RoutePath::Connect && !last.contains('.')
}

/// Whether there may be routes that the template does not show.
fn is_unknown(path: &RequestPath<'_>) -> bool {
    let entrances = entrances(path);
    match path.backend.api() {
        Some(api) => api.routes.open.is_some(),
        None => entrances.is_empty() || entrances.iter().any(|entrance| entrance.api.routes.open.is_some()),
    }
}
