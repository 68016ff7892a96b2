use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::access::exposure::asks_for_key;
use cflint_edge::behavior::forwarding::Forwarding;
use cflint_edge::facts::headers::Method;
use cflint_edge::language::Domain;
use cflint_edge::routes::example::ExampleRequest;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::route_paths::route_path;
use cflint_edge::words::quoted;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Api, Behavior, Guard, Model, Route};

use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that respond to viewers over plain HTTP: `ViewerProtocolPolicy: allow-all`.
    ///
    /// ## Why is this bad?
    /// Anyone between the viewer and CloudFront can read and change requests and responses. In front of an API with
    /// authorizers or API keys, requests carry credentials in `Authorization` and `x-api-key`. HTTPS between CloudFront
    /// and the origin does not help; it only hides that the first half of the path is not encrypted.
    ///
    /// ## Remediation
    /// Set `ViewerProtocolPolicy` (in CDK `viewerProtocolPolicy`, whose default is `ViewerProtocolPolicy.ALLOW_ALL`):
    ///
    /// - `https-only` (`ViewerProtocolPolicy.HTTPS_ONLY`) in front of an API. A client that is redirected after a
    ///   `POST` loses the body, a browser does not follow a redirect of a preflight, and a client that is redirected
    ///   every time sends its credentials in clear text every time, and no one notices.
    /// - `redirect-to-https` (`ViewerProtocolPolicy.REDIRECT_TO_HTTPS`) in front of a website, whose visitors may type
    ///   the address without `https`.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// Clients that use HTTP today get 403 with `https-only`. With `redirect-to-https` those that do not follow
    /// redirects stop working.
    ///
    /// ## Exceptions
    /// An edge function on `viewer-request` can redirect viewers itself if a policy gives it
    /// `CloudFront-Forwarded-Proto`; then the finding is only possible. One on `origin-request` does not run when the
    /// response is in the cache. If the value is the default of a parameter, the finding is likely.
    ///
    /// ## References
    /// - [Viewer protocol policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesViewerProtocolPolicy)
    /// - [Require HTTPS between viewers and CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html)
    /// - [Security Hub: CloudFront.3](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3)
    pub(crate) ViewerProtocolNotHttps {
        id: "viewer-protocol-not-https",
        group: Routing,
        summary: "a behavior responds to viewers over plain HTTP",
        severity: Warning,
        fix: Unsafe,
        aliases: ["CKV_AWS_34", "CT.CLOUDFRONT.PR.3", "CloudFront.3", "cloudfront_viewer_policy_https_check"],
        cdk: "`viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY` or `REDIRECT_TO_HTTPS`",
    }
}

impl Rule for ViewerProtocolNotHttps {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        // With mutual TLS CloudFront rejects it, which `mtls-domain-without-certificate` reports.
        if model.distribution.viewer_mtls.known().is_some() {
            return;
        }
        let policy = &behavior.viewer_protocol_policy;
        if policy.literal() != Some("allow-all") {
            return;
        }
        let paths = paths_of(model, behavior);
        let api = paths.iter().find(|path| path.backend.is_api());
        let secrets = api.map_or_else(Vec::new, secrets);
        let (value, help) = match api {
            Some(_) => (
                "https-only",
                "use `https-only`; a redirect would come only after the request was sent in clear text",
            ),
            None => ("redirect-to-https", "use `redirect-to-https`"),
        };
        let edits = cx.replace(policy, &NewValue::Text(value));
        let finding = cx
            .report(policy, message(api, &secrets))
            .label("`allow-all` also accepts plain HTTP")
            .note(note(api.or(paths.first()), &secrets))
            .help(help)
            .fix(Applicability::Unsafe, format!("use `{value}`"), edits);
        let finding = match api.or(paths.first()) {
            Some(path) => example(path, &secrets).show_if_taken(&path.target("http", ""), finding),
            None => finding,
        };
        finding
            .related_each(secrets.iter().map(|secret| (secret.route.span, secret.why)))
            .at_most_if(may_redirect(behavior, model), Confidence::Possible);
    }
}

/// A header with a credential, which requests through a behavior carry.
struct Secret<'m> {
    header: &'static str,
    why: &'static str,
    route: &'m Route,
    request: ExampleRequest<'m>,
}

/// The credentials that routes of the API require, each with the first such route that the behavior matches.
fn secrets<'m>(path: &RequestPath<'m>) -> Vec<Secret<'m>> {
    let mut secrets: Vec<Secret<'_>> = Vec::new();
    let routes =
        path.backend.api().into_iter().flat_map(|api| api.routes.iter().map(move |route| (api, route)));
    for (api, route) in routes {
        let guard = match route.guard {
            Guard::Authorizer => Some(("Authorization", "this route has an authorizer")),
            Guard::Iam => Some(("Authorization", "this route requires an IAM signature")),
            Guard::None | Guard::Unknown => None,
        };
        let key =
            asks_for_key(api, route).is_true().then_some(("x-api-key", "this route requires an API key"));
        for (header, why) in guard.into_iter().chain(key) {
            if !secrets.iter().any(|known| known.header == header)
                && let Some(request) = taken(path, api, route)
            {
                secrets.push(Secret { header, why, route, request });
            }
        }
    }
    secrets
}

/// A request for the route that this behavior handles.
fn taken<'m>(path: &RequestPath<'m>, api: &'m Api, route: &'m Route) -> Option<ExampleRequest<'m>> {
    let meant = Some((api, route));
    if let Some(sample) = path.samples().iter().find(|sample| std::ptr::eq(sample.route, route)) {
        let viewer_path = sample.viewer_path.clone();
        return Some(ExampleRequest { method: sample.method, viewer_path, meant });
    }
    let viewer_path =
        path.pattern()?.language().shared_example(&route_path(route), Domain::NormalizedPath)?;
    let method = Method::from_name(&route.method).unwrap_or(Method::Get);
    path.takes(&viewer_path).then_some(ExampleRequest { method, viewer_path, meant })
}

fn headers(secrets: &[Secret<'_>]) -> String {
    quoted(secrets.iter().map(|secret| secret.header)).join(" and ")
}

fn message(api: Option<&RequestPath<'_>>, secrets: &[Secret<'_>]) -> String {
    match api.map(|path| path.backend.name()) {
        None => "viewers may use plain HTTP".to_owned(),
        Some(name) if secrets.is_empty() => format!("viewers may call {name} over plain HTTP"),
        Some(name) => {
            format!("viewers may call {name} over plain HTTP, with {} in clear text", headers(secrets))
        }
    }
}

/// A request for a route with credentials where there is one.
fn example<'p, 'm>(path: &'p RequestPath<'m>, secrets: &[Secret<'_>]) -> Example<'p, 'm> {
    secrets.first().map_or_else(|| Example::any(path), |secret| Example::from(path, &secret.request))
}

fn note(path: Option<&RequestPath<'_>>, secrets: &[Secret<'_>]) -> String {
    let anyone = "anyone between the viewer and CloudFront can read";
    let Some(path) = path else { return format!("{anyone} and change the traffic") };
    let what = match secrets {
        [] => "and change the traffic".to_owned(),
        _ => format!("its {}", headers(secrets)),
    };
    let example = example(path, secrets);
    format!("`{} {}` is accepted, and {anyone} {what}", example.method(), example.url("http"))
}

/// Whether a function may see that a request came over HTTP, and return a redirect.
fn may_redirect(behavior: &Behavior, model: &Model) -> bool {
    let forwarding = Forwarding::new(model, behavior);
    behavior.may_run_on(&["viewer-request"])
        && !forwarding.headers.selects("CloudFront-Forwarded-Proto").answer.is_false()
}
