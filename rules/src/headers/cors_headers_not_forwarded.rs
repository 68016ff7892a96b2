use cflint_diagnostics::Confidence;
use cflint_edge::access::needs::arrives;
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::managed::response_headers_policy;
use cflint_edge::facts::methods::allows;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::path::SampleRequest;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Cors, IdentityPlace, State};

use crate::shared::confidence::{is_first, unless_rewritten};
use crate::shared::cors::{announced, other_sites, site};
use crate::shared::policy_gap::{Part, gap, remedy};
use crate::shared::witness::Example;

const ORIGIN: &str = "Origin";
const REQUEST_METHOD: &str = "Access-Control-Request-Method";

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop the headers by which an API recognizes a request from a page of another site:
    /// `Origin`, and `Access-Control-Request-Method` of a preflight.
    ///
    /// ## Why is this bad?
    /// An HTTP API with CORS responds to preflights itself, and adds `Access-Control-Allow-Origin` to its other
    /// responses; these headers show it when to do so. With a cache policy, CloudFront forwards no such header unless a
    /// policy selects it. A preflight is then handled like any other `OPTIONS` request, `404 {"message":"Not Found"}`,
    /// and the browser reports a CORS error, although the API is configured correctly and works when called directly.
    ///
    /// ## Remediation
    /// Forward `Origin`, `Access-Control-Request-Method` and `Access-Control-Request-Headers`:
    ///
    /// - With `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`), use the origin request policy
    ///   `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`).
    /// - With caching, put them in the cache key of a custom cache policy, so that a response for one origin is not
    ///   served to another.
    ///
    /// Or have CloudFront set the CORS headers, with a response headers policy that has `CorsConfig`
    /// (`responseHeadersPolicy` in CDK). In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// `ForwardedValues` forwards these headers by default. REST APIs whose `OPTIONS` methods respond with fixed
    /// headers need none of them. A behavior with a response headers policy that sets CORS headers is not reported. The
    /// documentation contradicts itself on whether CloudFront drops `Origin` if no policy selects it.
    ///
    /// The finding is only possible if only `Origin` is missing, if another part of the API handles the `OPTIONS`
    /// request, or if an edge function runs first. It is also only possible if the distribution has other origins,
    /// whose pages can call the API under their own host name, while `AllowOrigins` does not name a site that is certainly a
    /// different one.
    ///
    /// ## References
    /// - [Configure CORS for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html)
    /// - [Configure CloudFront to respect CORS settings](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    pub(crate) CorsHeadersNotForwarded {
        id: "cors-headers-not-forwarded",
        group: Headers,
        summary: "CORS request headers are dropped on the way to an API that needs them",
        severity: Warning,
        fix: None,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for CorsHeadersNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(loss) = loss(path) else { return };
        if !is_first(path, |other| self::loss(other).is_some()) {
            return;
        }
        let Loss { sample, cors, header, certainty } = loss;
        let does_not = if certainty == Certainty::Uncertain { "may not reach" } else { "does not reach" };
        let api = &sample.entrance.api.id;
        let (example, what) = match header {
            ORIGIN => (Example::of(path, sample).header(ORIGIN, &site(cors)), "cross-origin requests"),
            _ => (preflight(path, sample, cors), "preflights"),
        };
        let answer = example.answer().filter(|_| header == REQUEST_METHOD && cors.is_built_in);
        let without = if certainty == Certainty::Uncertain { "possibly without" } else { "without" };
        let mut note = format!("{} {without} `{header}`", example.leaves());
        match (&answer, header) {
            (Some(answer), _) => note.push_str(&format!("; {answer}")),
            (None, ORIGIN) => {
                note.push_str(
                    "; the response then has no `Access-Control-Allow-Origin`, so the browser blocks it",
                );
            }
            (None, _) if cors.is_built_in => {
                note.push_str("; a route handles it instead of the API's CORS configuration");
            }
            (None, _) => note.push_str("; whatever handles `OPTIONS` may require it"),
        }
        let others = match header {
            ORIGIN => {
                "preflights also need `Access-Control-Request-Method` and `Access-Control-Request-Headers`"
            }
            _ => "preflights also need `Origin` and `Access-Control-Request-Headers`",
        };
        let is_sure = match header {
            ORIGIN => cors.is_built_in && certainty > Certainty::Uncertain,
            _ => answer.is_some(),
        };
        let part = Part::Header(header);
        let gap = gap(path, part);
        let message = format!("`{header}` {does_not} `{api}`, which recognizes {what} by it");
        let finding = gap
            .describe(path, cx.report(gap.span, message))
            .related(cors.span, "handles cross-origin requests")
            .note(note)
            .help(format!("{}; {others}", remedy(path, part)))
            .at_most(if is_sure {
                Confidence::Likely.min(other_sites(path, cors))
            } else {
                Confidence::Possible
            });
        unless_rewritten(path, example.show(finding));
    }
}

/// A header that is dropped.
struct Loss<'p, 'm> {
    sample: &'p SampleRequest<'m>,
    cors: &'m Cors,
    header: &'static str,
    certainty: Certainty,
}

fn loss<'p, 'm>(path: &'p RequestPath<'m>) -> Option<Loss<'p, 'm>> {
    if sets_cors(path) {
        return None;
    }
    let allows_options = allows(path.behavior, Method::Options).is_true();
    let (sample, cors) = path.samples().iter().find_map(|sample| {
        let cors = sample.entrance.api.cors.known()?;
        let answers_itself = sample.route.method == "OPTIONS" && sample.route.allow_origin.is_none();
        (cors.is_built_in || answers_itself).then_some((sample, cors))
    })?;
    let dropped = |header, method| match arrives(path, IdentityPlace::Header, header, method) {
        (answer, certainty) if answer.is_false() => Some(Loss { sample, cors, header, certainty }),
        _ => None,
    };
    let preflight = allows_options.then(|| dropped(REQUEST_METHOD, Method::Options)).flatten();
    preflight.or_else(|| dropped(ORIGIN, sample.method))
}

fn preflight<'p, 'm>(path: &'p RequestPath<'m>, sample: &SampleRequest<'_>, cors: &Cors) -> Example<'p, 'm> {
    Example::new(path, Method::Options, &sample.viewer_path)
        .header(ORIGIN, &site(cors))
        .header(REQUEST_METHOD, announced(sample))
}

/// Whether a response headers policy sets CORS headers, as far as the template shows.
fn sets_cors(path: &RequestPath<'_>) -> bool {
    let State::Known(id) = &path.behavior.response_headers_policy.state else {
        return path.behavior.response_headers_policy.is_unknown();
    };
    let named = |id: &str| path.model.response_headers_policies.iter().find(|policy| policy.id == id);
    if let Some(managed) = id.as_literal().and_then(response_headers_policy) {
        return !managed.cors.is_empty();
    }
    id.as_resource().and_then(named).is_none_or(|policy| !policy.cors.is_override.is_absent())
}
